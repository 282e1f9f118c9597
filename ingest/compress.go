package ingest

import (
	"bufio"
	"compress/bzip2"
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
	magic  string // that it begins with
	open   func(r *bufio.Reader) (io.Reader, error)
}

// packings is every such way that is undone.
var packings = []packing{
	{"gzip", ".gz", "\x1f\x8b", func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"bzip2", ".bz2", "BZh", func(r *bufio.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"zstd", ".zst", "\x28\xb5\x2f\xfd", openZstd},
	{"xz", ".xz", "\xfd7zXZ\x00", openXZ},
}

// maxPackings is how often a file may be compressed over.
const maxPackings = 4

// maxWindow bounds what an unpacker may look back, in bytes, and so its memory.
const maxWindow = 64 << 20

// unpack undoes the compression of a file.
func (in *input) unpack() error {
	for range maxPackings {
		p := packingOf(in.r)
		if p == nil {
			return nil
		}
		r, err := p.open(in.r)
		if err != nil {
			return fmt.Errorf("damaged %s: %w", p.name, err)
		}
		in.through(&spendingReader{damagedReader{r, p.name}, in.spent})
	}
	return nil
}

func packingOf(r *bufio.Reader) *packing {
	for i, p := range packings {
		if magic, _ := r.Peek(len(p.magic)); string(magic) == p.magic {
			return &packings[i]
		}
	}
	return nil
}

func openZstd(r *bufio.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
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
