package store

import (
	"context"
	"fmt"
	"math"
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
