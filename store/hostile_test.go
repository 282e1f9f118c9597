package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An archive may come from a stranger: its index's settings are only taken
// where FTS5 would take them.
func TestHostileLeafSizes(t *testing.T) {
	for _, size := range []any{-1, 0, 5, 1 << 40, "many", nil, 65_536} {
		a := newArchive(t)
		put(t, a, "/x/1", article("one", "words of the first"))
		if _, err := a.db.ExecContext(t.Context(), `UPDATE article_index_config SET v = ? WHERE k = 'pgsz'`, size); err != nil {
			t.Fatal(err)
		}
		put(t, a, "/x/2", article("two", "words of the second"))
		if n := len(articlesWith(t, a, "word")); n != 2 {
			t.Errorf("size %v: %d articles found, want 2", size, n)
		}
		sound(t, a)
	}
}

// What stands in place of a date in a stranger's archive is some day.
func TestHostileDates(t *testing.T) {
	for _, iso := range []string{"----------", "-", "x", "9999999999999999", "----------T------------", "2022-05-07Tzzzzz:zz"} {
		d := Date{iso}
		if first, last := d.First(), d.Last(); last < first {
			t.Errorf("%q is from %d to %d", iso, first, last)
		}
		d.packed()
		if strings.ContainsAny(d.String()+d.Day(), "xz") {
			t.Errorf("%q is written as %q", iso, d)
		}
	}
}

func TestPagesBeyondAllArticles(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("one", "words"), article("two", "words"), article("three", "words"))
	for _, order := range []Order{ByScore, ByDate, ByTitle} {
		for _, test := range []struct {
			limit, offset int
			want          string
		}{
			{math.MaxInt, 1, "[2 3]"}, {math.MaxInt, math.MaxInt, "[]"}, {1, math.MaxInt, "[]"}, {0, math.MaxInt, "[]"}, {math.MaxInt, 0, "[1 2 3]"},
		} {
			found, total, err := viewOf(t, a).Find(context.Background(), Search{Where: word("word"), Order: order, Limit: test.limit, Offset: test.offset})
			if ids := fmt.Sprint(idsOf(found)); err != nil || total != 3 || ids != test.want {
				t.Errorf("order %d, limit %d, offset %d: %s of %d, want %s of 3; %v", order, test.limit, test.offset, ids, total, test.want, err)
			}
		}
	}
}

// FuzzArchive changes bytes of an archive where they are not empty, opens it,
// searches it, reads it and checks it. What comes of it is in words, and comes
// in the end.
func FuzzArchive(f *testing.F) {
	file := manyKinds(f)
	var filled []int
	for at, b := range file {
		if b != 0 {
			filled = append(filled, at)
		}
	}
	f.Add([]byte{0, 0, 0, 1})
	f.Add([]byte{0, 0, 100, 13, 0, 0, 101, 255, 0, 1, 2, 3})
	path := filepath.Join(f.TempDir(), "a.db")
	f.Fuzz(func(t *testing.T, changes []byte) {
		spoilt := bytes.Clone(file)
		for ; len(changes) >= 4; changes = changes[4:] {
			at := int(changes[0])<<16 | int(changes[1])<<8 | int(changes[2])
			spoilt[filled[at%len(filled)]] = changes[3]
		}
		if err := errors.Join(removeArchive(path), os.WriteFile(path, spoilt, 0o600)); err != nil {
			t.Fatal(err)
		}
		use(t, path, "changed")
		_, err := Inspect(t.Context(), path, Inspection{Schema: schemaSQL(t), Deep: true})
		var worded *Error
		if err != nil && !errors.As(err, &worded) {
			t.Errorf("error without words: %v", err)
		}
	})
}
