package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func backup(t *testing.T, a *Archive) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "copy.db")
	if _, err := Backup(t.Context(), a.path, path, schemaSQL(t), nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// filesIn lists the files of a folder.
func filesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A copy is whole, alone in its folder, private, and the same archive.
func TestBackup(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(30)...)
	path := backup(t, a)
	if list := filesIn(t, filepath.Dir(path)); len(list) != 1 {
		t.Errorf("the folder holds %q", list)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	copied, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	sound(t, copied)
	if n := len(articlesWith(t, copied, "marker30")); n != 1 {
		t.Errorf("%d articles with marker30, want 1", n)
	}
	if _, err := Backup(t.Context(), a.path, path, schemaSQL(t), nil); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a file that was there: error %v", err)
	}
}

// A copy shows one state, whatever is imported while it is made.
func TestBackupDuringImports(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(100)...)
	path := filepath.Join(t.TempDir(), "copy.db")
	steps := 0
	n, err := Backup(t.Context(), a.path, path, schemaSQL(t), func(done, total int) {
		if steps++; steps <= 3 {
			put(t, a, fmt.Sprint("/y/", steps), article("More", fmt.Sprint("and more words ", steps)))
		}
	})
	if err != nil || n != 100 || steps < 2 {
		t.Fatalf("%d articles in %d steps, %v", n, steps, err)
	}
	copied, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	sound(t, copied)
}

// What is damaged is not copied as if it were sound.
func TestBackupOfADamagedArchive(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(3)...)
	if _, err := a.db.ExecContext(t.Context(), `DELETE FROM bodies WHERE id = 2`); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if _, err := Backup(t.Context(), a.path, path, schemaSQL(t), nil); err == nil || !strings.Contains(err.Error(), "not sound") {
		t.Errorf("error %v", err)
	}
	if list := filesIn(t, filepath.Dir(path)); len(list) > 0 {
		t.Errorf("left %q", list)
	}
}

// A copy takes the archive's place, which is kept.
func TestRestore(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("One", "first words"))
	path := backup(t, a)
	put(t, a, "/x/2", article("Two", "second words"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	kept, n, err := Restore(t.Context(), path, a.path, schemaSQL(t), nil)
	if err != nil || n != 1 {
		t.Fatalf("%d articles, %v", n, err)
	}
	for path, want := range map[string]int{a.path: 1, kept: 2} {
		again, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		sound(t, again)
		if n := len(articlesWith(t, again, "word")); n != want {
			t.Errorf("%s: %d articles, want %d", path, n, want)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "new.db")
	if kept, _, err := Restore(t.Context(), path, elsewhere, schemaSQL(t), nil); err != nil || kept != "" {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("One", "first words"))
	path := backup(t, a)
	viewOf(t, a)
	if _, _, err := Restore(t.Context(), path, a.path, schemaSQL(t), nil); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("an archive in use: error %v", err)
	}
	if _, _, err := Restore(t.Context(), path, path, schemaSQL(t), nil); err == nil || !strings.Contains(err.Error(), "itself") {
		t.Errorf("a copy for itself: error %v", err)
	}
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("notes ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Restore(t.Context(), path, text, schemaSQL(t), nil); err == nil || !strings.Contains(err.Error(), "not an archive") {
		t.Errorf("another file in the place: error %v", err)
	}
	if _, _, err := Restore(t.Context(), text, a.path, schemaSQL(t), nil); err == nil || !strings.Contains(err.Error(), "not an archive") {
		t.Errorf("another file for a copy: error %v", err)
	}
	if _, _, err := Restore(t.Context(), path+"x", a.path, schemaSQL(t), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no copy: error %v", err)
	}
	sound(t, a)
}
