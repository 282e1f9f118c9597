package store

import (
	"fmt"
	"slices"
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

// A file that gives one article at several places is read again: what each of
// them told before has not changed, whatever the order of their names.
func TestArticleTwiceInAFileStaysAsItIs(t *testing.T) {
	a := newArchive(t)
	first, second := article("one", "the text of both"), article("one", "the text of both")
	first.URL, first.Tags = "https://example.org/first", []string{"x"}
	second.URL, second.Tags = "https://example.org/second", []string{"y"}
	second.Byline = Field{Value: "Ann Other", Rule: "byline"}
	filler := make([]*Article, 8)
	for i := range filler {
		filler[i] = article(fmt.Sprint("filler ", i), "alpha")
	}
	places := slices.Concat(filler, []*Article{first, second}) // at places 9 and 10
	put(t, a, "/x/1", places...)
	const id = 9
	edit(t, a, id, Edit{Fields: map[string]string{"author": "Me"}})
	for range 2 {
		places = append(places, article(fmt.Sprint("further ", len(places)), "beta"))
		if c, want := put(t, a, "/x/1", places...), (Counts{Added: 1, Same: len(places) - 1}); c != want {
			t.Errorf("%+v, want %+v", c, want)
		}
		got := correctedArticle(t, a, id)
		if got.URL != first.URL || got.Byline.Value != "Me" || strings.Join(got.Tags, ",") != "x,y" {
			t.Errorf("%s, %s, %v", got.URL, got.Byline.Value, got.Tags)
		}
	}
	first.URL = "https://example.org/moved"
	if c := put(t, a, "/x/1", places...); c.Changed != 1 {
		t.Errorf("another address: %+v", c)
	}
	if _, err := a.UndoEdits(t.Context(), []int64{id}); err != nil {
		t.Fatal(err)
	}
	got := correctedArticle(t, a, id)
	if got.URL != first.URL || got.Byline != second.Byline || strings.Join(got.Tags, ",") != "x,y" {
		t.Errorf("%s, %+v, %v", got.URL, got.Byline, got.Tags)
	}
	sound(t, a)
}
