package ingest

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
)

// tarFormat is files in a tar archive, compressed or not.
var tarFormat = &format{
	name:    "tar",
	version: 1,
	binary:  true,
	media:   []string{"application/x-tar"},
	claims:  func(_ string, head []byte) bool { return len(head) > 262 && string(head[257:262]) == "ustar" },
	read:    readTar,
}

// readTar reads the files in a tar archive, each as if it lay on disk. Links
// lead nowhere.
func readTar(ctx context.Context, in *input, out sink) error {
	t := tar.NewReader(in.r)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("damaged tar: %w", err)
		}
		if h.Typeflag != tar.TypeReg || leavesOut(h.Name, out) {
			continue
		}
		if err := in.part(ctx, h.Name, opened{name: h.Name, r: damagedReader{t, "tar"}}, out); err != nil {
			return err
		}
	}
}
