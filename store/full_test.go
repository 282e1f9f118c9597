package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A disk that is full at any point of an import that also merges segments
// leaves the archive as it was. SQLite ends the transaction by itself then,
// and a statement that came behind would be one of its own.
func TestFullDiskLeavesTheArchiveAsItWas(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	a := newArchive(t)
	for i := range 15 { // one fewer than are merged
		put(t, a, fmt.Sprint("/x/", i), article("old", distinctWords(r, 12_000)))
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	more := article("new", distinctWords(r, 12_000))
	for spare := 0; ; spare++ {
		path := filepath.Join(t.TempDir(), "full.db")
		copyFile(t, a.path, path)
		full, err := OpenOrCreate(t.Context(), path, "")
		if err != nil {
			t.Fatal(err)
		}
		failed := importIntoFull(t, full, spare, more)
		sound(t, full)
		want := 16
		if failed != nil {
			want = 15
		}
		if n, err := countNow(full, All{}); err != nil || n != want {
			t.Errorf("%d articles with room for %d pages (%v), want %d: %v", n, spare, failed, want, err)
		}
		if err := full.Close(); err != nil {
			t.Fatal(err)
		}
		if failed == nil {
			if spare < 5 {
				t.Errorf("%d pages were room enough", spare)
			}
			return
		}
		if t.Failed() {
			t.Fatalf("with room for %d pages", spare)
		}
	}
}

func distinctWords(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "w%x ", r.Uint64())
	}
	return b.String()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// importIntoFull imports an article where only so many pages more have room.
func importIntoFull(t *testing.T, a *Archive, spare int, art *Article) error {
	t.Helper()
	ctx := t.Context()
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var pages, most int
	if err := im.conn.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if err := im.conn.QueryRowContext(ctx, fmt.Sprint(`PRAGMA max_page_count = `, pages+spare)).Scan(&most); err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(ctx, Place{Path: "/x"})
	if err == nil {
		err = im.StartFile(ctx, File{Place: place, Path: "/x/new", Size: 1, Modified: time.Now(), Reader: "text/1"})
	}
	if err == nil {
		err = im.Add(ctx, "", NewIndexer().Prepare(art))
	}
	if err == nil {
		err = im.EndFile(ctx, []byte("sum"), "text/1", true)
	}
	if err == nil {
		return im.Close(ctx)
	}
	if spare%2 == 0 {
		if aborted := im.Abort(); aborted != nil {
			t.Error(aborted)
		}
		return err
	}
	// Who goes on in spite of the error is told so again.
	if err := im.EndFile(ctx, []byte("sum"), "text/1", true); err == nil {
		t.Error("a file ended after an error")
	}
	if err := im.Close(ctx); err == nil {
		t.Error("an import closed in order after an error")
	}
	return err
}
