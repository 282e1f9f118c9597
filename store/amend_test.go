package store

import (
	"fmt"
	"strings"
	"testing"
)

// The words of an article can fill a lexicon, so that the article before and
// after a correction is told in numbers of two.
func TestCorrectedTitleOfALongArticleIsFound(t *testing.T) {
	var b strings.Builder
	for i := range maxLexicon / 40 {
		fmt.Fprintf(&b, "w%08d ", i)
	}
	a := newArchive(t)
	for _, title := range []string{"alpha", "beta"} {
		art := article(title, b.String())
		art.Title.Derived = true
		put(t, a, "/x/1", art)
	}
	sound(t, a)
	if n := len(articlesWith(t, a, "beta")); n != 1 {
		t.Errorf("%d articles with the new title, want 1", n)
	}
}
