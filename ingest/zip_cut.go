package ingest

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
)

// A zip archive names its files at its end. Of one without that end, as a
// download leaves that broke off, the files are found by the header before
// each, one after the other (APPNOTE.TXT 6.3.10, section 4.3.7).

const (
	localHeader     = "PK\x03\x04"
	localHeaderSize = 30 // bytes, without the name
	descriptorMark  = "PK\x07\x08"
	storedMethod    = 0
	deflateMethod   = 8
	lockedFlag      = 1
	sizeLaterFlag   = 8 // the sizes stand behind the file
	zip64Size       = 1<<32 - 1
)

var errCutZip = errors.New("damaged zip: the list of its files at its end is missing or damaged (what stands whole before it was read)")

// readCutZip reads what it can and then tells of the damage.
func readCutZip(ctx context.Context, in *input, source io.Reader, out sink, wanted func(name string) bool) error {
	r := bufio.NewReaderSize(source, bufferSize)
	for {
		f, ok := nextLocalFile(r)
		if !ok {
			return errCutZip
		}
		if f.flags&lockedFlag != 0 && wanted(f.name) {
			out.failed(memberName(f.name), errLocked)
		} else if f.body != nil && !f.isFolder() && wanted(f.name) {
			if err := in.zipped(ctx, f.name, f.body, out); err != nil {
				return err
			}
		}
		if !f.skip(r, in.spent) {
			return errCutZip
		}
	}
}

// localFile is a file as the header before it tells of it.
type localFile struct {
	name   string
	flags  uint16
	packed io.Reader // as it lies there; nil where only its body tells its end
	body   io.Reader // unpacked; nil where it cannot be
}

func (f localFile) isFolder() bool { return f.name != "" && f.name[len(f.name)-1] == '/' }

func nextLocalFile(r *bufio.Reader) (f localFile, ok bool) {
	var h [localHeaderSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil || string(h[:4]) != localHeader {
		return f, false
	}
	method, size := binary.LittleEndian.Uint16(h[8:]), binary.LittleEndian.Uint32(h[18:])
	name := make([]byte, binary.LittleEndian.Uint16(h[26:]))
	if _, err := io.ReadFull(r, name); err != nil {
		return f, false
	}
	if _, err := r.Discard(int(binary.LittleEndian.Uint16(h[28:]))); err != nil {
		return f, false
	}
	f.name, f.flags = string(name), binary.LittleEndian.Uint16(h[6:])
	if f.flags&sizeLaterFlag == 0 {
		f.packed = &cutReader{r: r, left: int64(size)}
	}
	switch {
	case method == storedMethod:
		f.body = f.packed
	case method == deflateMethod && f.packed != nil:
		f.body = flate.NewReader(bufio.NewReader(f.packed))
	case method == deflateMethod:
		f.body = flate.NewReader(r)
	}
	return f, size != zip64Size && (f.packed != nil || f.body != nil)
}

// skip goes to the end of a file; false if that cannot be found.
func (f localFile) skip(r *bufio.Reader, spent *spending) bool {
	if f.packed != nil {
		_, err := io.Copy(io.Discard, f.packed)
		return err == nil
	}
	if _, err := io.Copy(io.Discard, &spendingReader{f.body, spent}); err != nil {
		return false
	}
	size := 12 // of the checksum and both sizes
	if mark, _ := r.Peek(4); string(mark) == descriptorMark {
		size += len(descriptorMark)
	}
	_, err := r.Discard(size)
	return err == nil
}

// cutReader reads so many bytes, and fails where there are fewer.
type cutReader struct {
	r    io.Reader
	left int64
}

func (c *cutReader) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	if c.left -= int64(n); err == io.EOF && c.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
