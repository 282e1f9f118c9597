package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/archive/store"
)

// Files must be found again whatever the order they are looked for in: a walk
// has a/b before a.b, which is not the order of their names.
func TestUnchangedFilesOfManyFoldersAreNotReadAgain(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		for _, name := range []string{"f%d/a.txt", "f%d/b/c.txt", "f%d.txt", "f%d-x/y.txt"} {
			name = fmt.Sprintf(name, i)
			files[name] = "Headline of " + name + "\n\nThe text of " + name + "."
		}
	}
	dir := folder(t, files)
	a := newArchive(t)
	same(t, "first", doImport(t, a, Options{Paths: []string{dir}}), Report{Added: 160, Files: 160})
	same(t, "again", doImport(t, a, Options{}), Report{Unchanged: 160})
	same(t, "a part, which becomes a place", doImport(t, a, Options{Paths: []string{filepath.Join(dir, "f7")}}), Report{Unchanged: 2})
	wantPlaces(t, a, dir, map[string]string{"": "", "/f7": ""})

	if err := os.WriteFile(filepath.Join(dir, "f7.txt"), []byte("Another headline\n\nAnother text altogether."), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "f7+.txt"), []byte("A new headline\n\nA new text."), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "f8.txt"), time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	same(t, "one changed, one new, one touched", doImport(t, a, Options{}), Report{Added: 1, Changed: 1, Files: 2, Unchanged: 159})
	same(t, "at rest", doImport(t, a, Options{}), Report{Unchanged: 161})
}

func TestKnownFiles(t *testing.T) {
	ctx := t.Context()
	a := newArchive(t)
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(ctx, store.Place{Path: "/p"})
	if err != nil {
		t.Fatal(err)
	}
	const files = 3 * maxKnown
	path := func(i int) string { return fmt.Sprintf("/p/%06d", 2*i) }
	for version := range 2 { // the last one counts
		for i := 0; i < files; i += 1 + 6*version {
			if err := im.StartFile(ctx, store.File{Place: place, Path: path(i), Size: int64(10*i + version)}); err != nil {
				t.Fatal(err)
			}
			if err := im.EndFile(ctx, []byte{1}, "text/1", i%5 != 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := im.Close(ctx); err != nil {
		t.Fatal(err)
	}
	k := knownFiles{archive: a}
	look := func(i int) {
		t.Helper()
		known, err := k.find(ctx, path(i))
		size := int64(10 * i)
		if i%7 == 0 {
			size++
		}
		if err != nil || known == nil || known.Path != path(i) || known.Size != size || known.Whole != (i%5 != 0) {
			t.Fatalf("file %d is %+v, %v", i, known, err)
		}
		if other, err := k.find(ctx, path(i)+"x"); other != nil || err != nil {
			t.Fatalf("what is not known is %+v, %v", other, err)
		}
		if len(k.block) > maxKnown {
			t.Fatalf("%d files are held", len(k.block))
		}
	}
	for i := range files {
		look(i)
	}
	for i := range 200 {
		look(i * 7919 % files)
	}
}
