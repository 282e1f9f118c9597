package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
)

var zipFormat = &format{
	name:    "zip",
	version: 3,
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
		return fmt.Errorf("damaged zip: %w", err)
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() || !wanted(f.Name) {
			continue
		}
		if err := readZipped(ctx, in, f, out); err != nil {
			return err
		}
	}
	return nil
}

func readZipped(ctx context.Context, in *input, f *zip.File, out sink) error {
	r, err := f.Open()
	if err != nil {
		out.failed(memberName(f.Name), fmt.Errorf("damaged zip: %w", err))
		return nil
	}
	defer r.Close()
	return in.member(ctx, f.Name, opened{name: f.Name, r: &spendingReader{damagedReader{r, "zip"}, in.spent}}, out)
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
