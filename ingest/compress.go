package ingest

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// packing is a way to compress a file as a whole.
type packing struct {
	name   string
	ending string // of names
	begins func(head []byte) bool
	open   func(r *bufio.Reader) (io.Reader, error)
}

// packings is every such way that is undone.
var packings = []packing{
	{"gzip", ".gz", with("\x1f\x8b"), openGzip},
	{"bzip2", ".bz2", isBzip2, func(r *bufio.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"zstd", ".zst", isZstd, openZstd},
	{"xz", ".xz", with("\xfd7zXZ\x00"), openXZ},
}

// maxMagic is how many first bytes tell a packing, at most.
const maxMagic = 10

// with makes a test for what a file begins with.
func with(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// isBzip2 wants the size of the blocks and the mark of the first one, or of the
// end: a text may begin with BZh.
func isBzip2(head []byte) bool {
	if len(head) < maxMagic || string(head[:3]) != "BZh" || head[3] < '1' || head[3] > '9' {
		return false
	}
	return string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17rE8P\x90"
}

// maxPackings is how often a file may be compressed over.
const maxPackings = 4

// maxWindow bounds what an unpacker may look back, in bytes, and so its memory.
const maxWindow = 64 << 20

// unpack undoes the compression of a file.
func (in *input) unpack() error {
	for n := 0; ; n++ {
		p := packingOf(in.r)
		if p == nil {
			return nil
		}
		if n == maxPackings {
			return fmt.Errorf("it is compressed more than %d times over", maxPackings)
		}
		r, err := p.open(in.r)
		if err != nil {
			return fmt.Errorf("damaged %s: %w", p.name, err)
		}
		in.through(&spendingReader{damagedReader{r, p.name}, in.spent})
		in.packed = true
	}
}

func packingOf(r *bufio.Reader) *packing {
	head, _ := r.Peek(maxMagic)
	for i, p := range packings {
		if p.begins(head) {
			return &packings[i]
		}
	}
	return nil
}

// gzipReader reads the members of a gzip file one after the other. Zeros
// behind them, as tapes and disks leave, are no part of it.
type gzipReader struct {
	r   *bufio.Reader
	z   *gzip.Reader
	err error // where it ended
}

func openGzip(r *bufio.Reader) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gzipReader{r: r, z: z}, nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for g.err == nil {
		n, err := g.z.Read(p)
		if err == io.EOF {
			err = g.next()
		}
		if g.err = err; n > 0 {
			return n, err
		}
	}
	return 0, g.err
}

// next goes to the next member; io.EOF if there is none.
func (g *gzipReader) next() error {
	for {
		c, err := g.r.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			break
		}
	}
	g.r.UnreadByte()
	err := g.z.Reset(g.r)
	if err == gzip.ErrHeader {
		return errors.New("what follows is no gzip")
	}
	g.z.Multistream(false)
	return err
}

// isZstd knows a frame of data, and one of those to be passed over with which
// a web archive brings its dictionary (RFC 8878, section 3.1).
func isZstd(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) || bytes.HasPrefix(head, []byte(dictionaryFrame))
}

const (
	dictionaryFrame = "\x5d\x2a\x4d\x18"
	maxDictionary   = 16 << 20 // bytes
)

func openZstd(r *bufio.Reader) (io.Reader, error) {
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true)}
	if head, _ := r.Peek(4); string(head) == dictionaryFrame {
		dictionary, err := readDictionary(r)
		if err != nil {
			return nil, err
		}
		options = append(options, zstd.WithDecoderDicts(dictionary))
	}
	d, err := zstd.NewReader(r, options...)
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// readDictionary reads the dictionary at the start of a WARC in zstd, which
// may be packed itself (the WARC format's Zstandard profile, 1.0).
func readDictionary(r *bufio.Reader) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[4:])
	if size > maxDictionary {
		return nil, tooLarge("its dictionary", maxDictionary)
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(size)))
	if err != nil || !bytes.HasPrefix(b, []byte("\x28\xb5\x2f\xfd")) {
		return b, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDictionary))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(b, nil)
}

// openXZ looks at the header of the first block before anything is allocated
// for it: the XZ file format, 1.1.0, section 3.1.
func openXZ(r *bufio.Reader) (io.Reader, error) {
	header, _ := r.Peek(12 + 64)
	if i := strings.Index(string(header), "\x21\x01"); i >= 12 && i+2 < len(header) && dictionary(header[i+2]) > maxWindow {
		return nil, fmt.Errorf("it looks back %d MiB (at most %d)", dictionary(header[i+2])>>20, maxWindow>>20)
	}
	return xz.ReaderConfig{SingleStream: false}.NewReader(r)
}

// dictionary gives the bytes that the properties of LZMA2 stand for.
func dictionary(bits byte) int64 {
	if bits >= 40 {
		return 1 << 32
	}
	return int64(2|bits&1) << (bits/2 + 11)
}

// unpackedName takes the endings of compression off a name.
func unpackedName(name string) string {
	for {
		before := name
		for _, p := range packings {
			name = strings.TrimSuffix(name, p.ending)
		}
		if name == before {
			return name
		}
	}
}
