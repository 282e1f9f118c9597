package store

import "testing"

// When a page was captured is kept apart from when it was published.
func TestCaptureDateIsKept(t *testing.T) {
	a := newArchive(t)
	page := article("A title", "Some text.")
	page.Captured, _ = ParseDate("2014-03-02T10:00:00Z")
	put(t, a, "/w/one.warc", page)
	out, err := a.Article(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Captured.String(); got != "2014-03-02T10:00:00Z" || !out.Published.IsZero() {
		t.Errorf("captured %q, published %q", got, out.Published)
	}
}
