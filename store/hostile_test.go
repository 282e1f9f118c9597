package store

import "testing"

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
