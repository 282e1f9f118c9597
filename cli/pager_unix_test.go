//go:build unix

package cli

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Ctrl-C goes to the pager and to us. We outlive any number of them, and the
// pager still gets all of the text.
func TestPageOutlivesInterrupts(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nkill -INT $PPID; kill -INT $PPID; kill -INT $PPID\nexec cat\n"
	pager := filepath.Join(dir, "pager")
	if err := os.WriteFile(pager, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ARCHIVE_PAGER", pager)
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	e := testEnv(out, io.Discard, terminal{tty: true, width: 80})
	e.file = out
	err = e.page(func(w io.Writer) error {
		_, err := io.WriteString(w, "the text\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out.Name()); err != nil || string(got) != "the text\n" {
		t.Errorf("paged %q, %v", got, err)
	}
}
