package pdf

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestDamagedCompilationCache(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	dir := filepath.Join(t.TempDir(), "pdf")
	open := func() {
		t.Helper()
		pool, err := startCached(dir)
		if err != nil {
			t.Fatal(err)
		}
		pool.Close()
	}
	open()
	damaged := 0
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			damaged++
			return os.Truncate(path, 1000)
		}
		return err
	})
	if damaged == 0 {
		t.Fatal("nothing was kept")
	}
	open()
	if _, err := os.Stat(dir); err == nil {
		t.Error("the damaged file is still there")
	}
}

func TestNoCompilationCache(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pool, err := startCached(filepath.Join(file, "pdf"))
	if err != nil {
		t.Fatal(err)
	}
	pool.Close()
}
