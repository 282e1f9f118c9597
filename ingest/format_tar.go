package ingest

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// tarFormat is files in a tar archive, compressed or not.
var tarFormat = &format{
	name:    "tar",
	version: 3,
	binary:  true,
	media:   []string{"application/x-tar"},
	claims:  func(_ string, head []byte) bool { return isTar(head) },
	read:    readTar,
}

// isTar tells an archive by the mark of POSIX, one of older programs by the
// checksum of its first header.
func isTar(head []byte) bool {
	const size, from, to = 512, 148, 156 // of the header, of the checksum in it
	if len(head) < size || head[0] == 0 {
		return false
	}
	if string(head[257:262]) == "ustar" {
		return true
	}
	told, err := strconv.ParseInt(strings.Trim(string(head[from:to]), " \x00"), 8, 64)
	sum := int64(to-from) * ' '
	for i, c := range head[:size] {
		if i < from || i >= to {
			sum += int64(c)
		}
	}
	return err == nil && told == sum
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
		if strings.IndexByte(tarLabels, h.Typeflag) >= 0 || leavesOut(h.Name, out) {
			continue
		}
		if kind, ok := tarKinds[h.Typeflag]; ok {
			out.skipped(memberName(h.Name), kind)
			continue
		}
		if err := in.member(ctx, h.Name, opened{name: h.Name, r: in.tarred(t, h)}, out); err != nil {
			return err
		}
	}
}

// tarLabels are folders, headers for what follows, the name of a volume and
// the list of what a folder held.
const tarLabels = "5gVD"

// tarKinds names what is in an archive and is no file.
var tarKinds = map[byte]string{
	tar.TypeLink: "link", tar.TypeSymlink: "link", tar.TypeChar: noFile, tar.TypeBlock: noFile, tar.TypeFifo: noFile,
}

// tarred is a file in an archive. One with holes expands when it is read.
func (in *input) tarred(t *tar.Reader, h *tar.Header) io.Reader {
	r := damagedReader{t, "tar"}
	holes := h.Typeflag == tar.TypeGNUSparse
	for record := range h.PAXRecords {
		holes = holes || strings.HasPrefix(record, "GNU.sparse.")
	}
	if holes {
		return &spendingReader{r, in.spent}
	}
	return r
}
