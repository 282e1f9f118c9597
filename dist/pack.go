package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"slices"
	"time"
)

// entry is a file inside an archive file.
type entry struct {
	name    string // below the folder of the archive file, with slashes
	body    []byte
	program bool // may be run
}

func (e entry) mode() fs.FileMode {
	if e.program {
		return 0o755
	}
	return 0o644
}

// packed is the time that all files bear: the first that zip can say, so that
// the archive files are the same whenever they are made.
var packed = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func writeTarGz(to io.Writer, folder string, entries []entry) error {
	squeezed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(squeezed)
	for _, e := range entries {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: folder + "/" + e.name, Size: int64(len(e.body)),
			Mode: int64(e.mode()), ModTime: packed, Format: tar.FormatPAX,
		}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		if _, err := out.Write(e.body); err != nil {
			return err
		}
	}
	return errors.Join(out.Close(), squeezed.Close())
}

func writeZip(to io.Writer, folder string, entries []entry) error {
	out := zip.NewWriter(to)
	for _, e := range entries {
		header := &zip.FileHeader{Name: folder + "/" + e.name, Method: zip.Deflate, Modified: packed}
		header.SetMode(e.mode())
		file, err := out.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := file.Write(e.body); err != nil {
			return err
		}
	}
	return out.Close()
}

// checksums are those of files as they are written.
type checksums struct {
	names []string
	of256 map[string]hash.Hash
}

func newChecksums() *checksums { return &checksums{of256: map[string]hash.Hash{}} }

// of gives a writer that also counts what goes into the file of that name.
func (c *checksums) of(name string, file io.Writer) io.Writer {
	c.names = append(c.names, name)
	c.of256[name] = sha256.New()
	return io.MultiWriter(file, c.of256[name])
}

// text is what sha256sum -c reads.
func (c *checksums) text() []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(slices.Values(c.names)) {
		fmt.Fprintf(&b, "%x  %s\n", c.of256[name].Sum(nil), name)
	}
	return b.Bytes()
}
