//go:build unix

package ingest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOddThingsInAFolder(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"real/x.txt": "Headline\n\nText of it that is long enough.", "bad\xffname\x1b[31m.txt": "Other\n\nAnother text."})
	for link, target := range map[string]string{"loop": "..", "link.txt": "real/x.txt", "dangling.txt": "nowhere"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no links here")
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600); err != nil {
		t.Skip("no pipes here")
	}
	r := doImport(t, a, Options{Paths: []string{dir}})
	same(t, "odd", r, Report{Added: 2, Same: 1, Files: 3, Failed: 1})
	if diff := cmp.Diff(map[string]int{"link to a folder": 1, noFile: 1}, r.Skipped); diff != "" {
		t.Error(diff)
	}
}

// What is named and is no file is refused; what is named twice is read once.
func TestNamedPipe(t *testing.T) {
	dir := folder(t, map[string]string{"x.txt": "Headline\n\nText of it that is long enough."})
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here")
	}
	file := filepath.Join(dir, "x.txt")
	r := doImport(t, newArchive(t), Options{Paths: []string{file, pipe, file}})
	same(t, "named", r, Report{Added: 1, Files: 1, Failed: 1})
	if len(r.Failures) != 1 || r.Failures[0].Reason != errNoFile.Error() {
		t.Errorf("%+v", r.Failures)
	}
}
