package ingest

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/klauspost/compress/zstd"
)

var zipFormat = &format{
	name:    "zip",
	version: 4,
	binary:  true,
	media:   []string{"application/zip"},
	claims:  func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) },
	read:    readZip,
}

// readZip reads the files in a zip archive, each as if it lay on disk.
func readZip(ctx context.Context, in *input, out sink) error {
	return readMembers(ctx, in, out, func(name string) bool { return !leavesOut(name, out) })
}

// readMembers reads those files in a zip archive whose names are wanted.
func readMembers(ctx context.Context, in *input, out sink, wanted func(name string) bool) error {
	at, size, done, err := in.anywhere()
	if err != nil {
		return err
	}
	defer done()
	z, err := zip.NewReader(at, size)
	if err != nil {
		return readCutZip(ctx, in, io.NewSectionReader(at, 0, size), out, wanted)
	}
	z.RegisterDecompressor(zstdMethod, unzipZstd)
	z.RegisterDecompressor(bzip2Method, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	for _, f := range z.File {
		if f.FileInfo().IsDir() || !wanted(f.Name) {
			continue
		}
		if f.Mode()&fs.ModeSymlink != 0 {
			out.skipped(memberName(f.Name), "link")
			continue
		}
		if err := readZipped(ctx, in, f, out); err != nil {
			return err
		}
	}
	return nil
}

// Ways to compress a file in a zip archive that come after deflate.
const (
	bzip2Method = 12
	zstdMethod  = 93
)

func unzipZstd(r io.Reader) io.ReadCloser {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return io.NopCloser(errReader{err})
	}
	return d.IOReadCloser()
}

// errReader fails.
type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

var errLocked = errors.New("it is locked with a password (unpack it first)")

func readZipped(ctx context.Context, in *input, f *zip.File, out sink) error {
	if f.Flags&lockedFlag != 0 {
		out.failed(memberName(f.Name), errLocked)
		return nil
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		err = fmt.Errorf("it is packed by method %d, which archive does not undo (unpack it first)", f.Method)
		out.failed(memberName(f.Name), err)
		return nil
	}
	if err != nil {
		out.failed(memberName(f.Name), fmt.Errorf("damaged zip: %w", err))
		return nil
	}
	defer r.Close()
	return in.zipped(ctx, f.Name, r, out)
}

// zipped reads a file that comes out of a zip archive.
func (in *input) zipped(ctx context.Context, name string, r io.Reader, out sink) error {
	return in.member(ctx, name, opened{name: name, r: &spendingReader{damagedReader{r, "zip"}, in.spent}}, out)
}

// leavesOut counts as skipped what a path inside a container leads to where
// that holds nothing to read.
func leavesOut(path string, out sink) bool {
	kind := idleMember(path)
	if kind != "" {
		out.skipped(path, kind)
	}
	return kind != ""
}
