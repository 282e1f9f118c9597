package store

import (
	"errors"
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

// What no place in the file tells any more is gone.
func TestPlaceInAFileThatTellsLess(t *testing.T) {
	a := newArchive(t)
	first, second := article("one", "the text of both"), article("one", "the text of both")
	first.Tags, second.Tags = []string{"x"}, []string{"y"}
	second.Byline = Field{Value: "Ann Other", Rule: "byline"}
	put(t, a, "/x/1", first, second)
	tells := func(change, want string, places ...*Article) {
		t.Helper()
		for n := range 2 { // the second time nothing has changed
			if c := put(t, a, "/x/1", places...); c.Changed != 1-n {
				t.Errorf("%s, reading %d: %+v", change, n+1, c)
			}
			got := correctedArticle(t, a, 1)
			if told := got.Byline.Value + "|" + strings.Join(got.Tags, ","); told != want {
				t.Errorf("%s: %s, want %s", change, told, want)
			}
			sound(t, a)
		}
	}
	second.Byline = Field{}
	tells("the second has no byline", "|x,y", first, second)
	first.Tags = []string{"z"}
	tells("the first has another tag", "|y,z", first, second)
	tells("the second is gone", "|z", first)
	first.Tags = nil
	tells("the first has no tag", "|", first)
}

// The names that outlets are told by are kept, so that they come back when an
// alias is taken back.
func TestArticleTwiceInAFileKeepsNames(t *testing.T) {
	a := newArchive(t)
	first, second := article("one", "the text of both"), article("one", "the text of both")
	second.Source = Field{Value: "BBC News", Rule: "name of the folder", Derived: true}
	second.Cites = []Citation{{"CNN Intl", "told OUTLET", "told CNN Intl"}}
	alias(t, a, "BBC News", "BBC", 0)
	alias(t, a, "CNN Intl", "CNN", 0)
	put(t, a, "/x/1", first, second)
	first.URL = "https://example.org/moved"
	put(t, a, "/x/1", first, second)
	for _, name := range []string{"BBC News", "CNN Intl"} {
		if _, err := a.UnaliasSource(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	got := correctedArticle(t, a, 1)
	if got.Source.Value != "BBC News" || len(got.Cites) != 1 || got.Cites[0].Outlet != "CNN Intl" {
		t.Errorf("%q, %+v", got.Source.Value, got.Cites)
	}
	sound(t, a)
}

// A file of which a part fails is read again and again in the same version. The
// place that was met first has the word each time.
func TestArticleTwiceInAFileReadInPart(t *testing.T) {
	a := newArchive(t)
	first, second := article("one", "the text of both"), article("one", "the text of both")
	first.URL, second.URL = "https://example.org/1", "https://example.org/2"
	filler := make([]*Article, 8)
	for i := range filler {
		filler[i] = article(fmt.Sprint("filler ", i), "alpha")
	}
	places := append(filler, first, second)
	for n := range 3 {
		if c := putPart(t, a, "/x/1", n == 2, places...); c.Changed != 0 {
			t.Errorf("reading %d: %+v", n, c)
		}
		if got := correctedArticle(t, a, 9).URL; got != first.URL {
			t.Errorf("reading %d: %s", n, got)
		}
	}
	sound(t, a)
}

// An article that has changed in two ways, or that replaces two, is counted once.
func TestEachArticleIsCountedOnce(t *testing.T) {
	here := func(address string) *Article {
		art := article("one", "the text of a")
		art.URL = address
		return art
	}
	a := newArchive(t)
	put(t, a, "/x/1", here("https://example.org/1"), here("https://example.org/1"))
	putPart(t, a, "/x/1", false, article("two", "other words"))
	if c := put(t, a, "/x/1", here("https://example.org/moved")); c != (Counts{Changed: 1}) {
		t.Errorf("%+v", c)
	}
	sound(t, a)

	a = newArchive(t)
	put(t, a, "/x/1", article("a", "the text of a"))
	putPart(t, a, "/x/1", false, article("b", "the text of b"))
	if c := put(t, a, "/x/1", article("c", "the text of c")); c != (Counts{Changed: 1}) {
		t.Errorf("%+v", c)
	}
	sound(t, a)
}

// What an export fills in of an earlier version leaves it one.
func TestFilledInEarlierVersion(t *testing.T) {
	from, a := newArchive(t), newArchive(t)
	art := article("one", "alpha text")
	art.URL = "https://example.org/1"
	put(t, from, "/x/1", art)
	put(t, a, "/y/1", article("one", "alpha text"))
	put(t, a, "/y/1", article("one", "alpha text, changed"))
	im := startFile(t, a, "/y/export.jsonl")
	for _, l := range exportLines(t, from) {
		var p *Prepared
		if _, ok := l.(*ExportArticle); ok {
			p = NewIndexer().Prepare(art)
		}
		if err := im.AddExported(t.Context(), l, p); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(im.EndFile(t.Context(), nil, "export/1", true), im.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := correctedArticle(t, a, 1); got.URL != art.URL || got.SupersededBy != 2 {
		t.Errorf("%s, superseded by %d", got.URL, got.SupersededBy)
	}
	sound(t, a)
}
