package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func correctedArticle(t *testing.T, a *Archive, id int64) *Article {
	t.Helper()
	art, err := a.Article(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return art
}

func edit(t *testing.T, a *Archive, id int64, e Edit) {
	t.Helper()
	if found, err := a.EditArticles(t.Context(), []int64{id}, e); err != nil || len(found) != 1 {
		t.Fatalf("article %d: found %d, %v", id, found, err)
	}
}

func report() *Article {
	art := article("Wrong headline", "Some words about turbines.")
	art.Byline = Field{Value: "A. Nobody", Rule: "byline"}
	art.Published, _ = ParseDate("2022-05")
	art.PublishedBy = Field{Value: "May 2022", Rule: "field date"}
	art.Tags = []string{"energy", "typo"}
	return art
}

var correctAll = Edit{
	Fields: map[string]string{"title": "Right heading", "source": "The Mirror", "author": "", "date": "2021-02-03", "lang": "de", "url": "https://x.org/1"},
	Tag:    []string{"power"}, Untag: []string{"typo"},
}

func checkCorrected(t *testing.T, art *Article) {
	t.Helper()
	type fields struct {
		Title, Source, Byline, Date, Lang, URL string
		Tags                                   []string
	}
	want := fields{"Right heading", "The Mirror", "", "2021-02-03", "de", "https://x.org/1", []string{"energy", "power"}}
	got := fields{art.Title.Value, art.Source.Value, art.Byline.Value, art.Published.String(), art.Lang.Value, art.URL, art.Tags}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A correction reaches the index, outlasts the same file read again, and goes
// over to the next version; undone, everything is as the file has it.
func TestCorrectionSurvivesImports(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", report())
	edit(t, a, 1, correctAll)
	checkCorrected(t, correctedArticle(t, a, 1))
	if diff := cmp.Diff([]int64{1}, ids(t, a, word("right"))); diff != "" {
		t.Error(diff)
	}
	sound(t, a)

	if c := put(t, a, "/x/1", report()); c != (Counts{Same: 1}) {
		t.Errorf("the same file again: %+v", c)
	}
	checkCorrected(t, correctedArticle(t, a, 1))

	changed := report()
	changed.Text += " And a sentence more."
	if c := put(t, a, "/x/1", changed); c != (Counts{Changed: 1}) {
		t.Errorf("the changed file: %+v", c)
	}
	checkCorrected(t, correctedArticle(t, a, 2))
	if diff := cmp.Diff([]int64{2}, ids(t, a, And{word("right"), current})); diff != "" {
		t.Error(diff)
	}
	sound(t, a)

	undone, err := a.UndoEdits(t.Context(), []int64{2})
	if err != nil || len(undone[2]) != 7 {
		t.Errorf("%d corrections undone, %v", len(undone[2]), err)
	}
	back := correctedArticle(t, a, 2)
	changed.ID, changed.Added, changed.Words = back.ID, back.Added, back.Words
	if diff := cmp.Diff(changed, back, cmp.AllowUnexported(Date{})); diff != "" {
		t.Error(diff)
	}
	sound(t, a)
}

// What the file says meanwhile is what comes back.
func TestUndoneCorrectionIsWhatTheFileSaysNow(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", report())
	edit(t, a, 1, Edit{Fields: map[string]string{"author": "Me"}})
	again := report()
	again.Byline.Value = "B. Somebody"
	put(t, a, "/x/1", again)
	if got := correctedArticle(t, a, 1).Byline.Value; got != "Me" {
		t.Errorf("the author is %q", got)
	}
	if _, err := a.UndoEdits(t.Context(), []int64{1}); err != nil {
		t.Fatal(err)
	}
	if got := correctedArticle(t, a, 1).Byline; got != (Field{Value: "B. Somebody", Rule: "byline"}) {
		t.Errorf("the author is %+v", got)
	}
}

// Another place that gives the same article does not undo a correction.
func TestCorrectionSurvivesOtherPlaces(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", report())
	edit(t, a, 1, correctAll)
	put(t, a, "/y/1", report())
	checkCorrected(t, correctedArticle(t, a, 1))
}

func TestEditOfAnEarlierVersionLeavesItOne(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", report())
	changed := report()
	changed.Text += " And more."
	put(t, a, "/x/1", changed)
	edit(t, a, 1, correctAll)
	if diff := cmp.Diff([]int64{2}, ids(t, a, current)); diff != "" {
		t.Error(diff)
	}
}

func TestTagsCorrectedTwice(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", report())
	edit(t, a, 1, Edit{Tag: []string{"one"}, Untag: []string{"energy"}})
	edit(t, a, 1, Edit{Tag: []string{"energy"}, Untag: []string{"one", "typo"}})
	if diff := cmp.Diff([]string{"energy"}, correctedArticle(t, a, 1).Tags); diff != "" {
		t.Error(diff)
	}
}

// Several articles are corrected all at once or not at all; those that are not
// there are left out.
func TestEditOfSeveralArticles(t *testing.T) {
	a := newArchive(t)
	other := article("Another", "and its text")
	put(t, a, "/x/1", report(), other, article("Third", "alpha"))
	found, err := a.EditArticles(t.Context(), []int64{2, 9, 1}, correctAll)
	if diff := cmp.Diff([]int64{2, 1}, found); diff != "" || err != nil {
		t.Error(diff, err)
	}
	checkCorrected(t, correctedArticle(t, a, 1))
	if got := correctedArticle(t, a, 2); got.Title.Value != "Right heading" || got.Text != other.Text {
		t.Errorf("%+v", got)
	}
	sound(t, a)
	if _, err := a.EditArticles(t.Context(), []int64{3, 1}, Edit{Fields: map[string]string{"title": "New"}}); err != nil {
		t.Fatal(err)
	}
	// A note that cannot be read stops all.
	if _, err := a.db.Exec(`UPDATE corrections SET was = '{' WHERE article = 2`); err != nil {
		t.Fatal(err)
	}
	if _, err := a.EditArticles(t.Context(), []int64{3, 2}, Edit{Fields: map[string]string{"title": "Newer"}}); err == nil {
		t.Error("a damaged note was passed over")
	}
	if got := correctedArticle(t, a, 3).Title.Value; got != "New" {
		t.Errorf("the title of article 3 is %q", got)
	}
	undone, err := a.UndoEdits(t.Context(), []int64{3, 9, 1})
	if err != nil || len(undone) != 2 || len(undone[3]) == 0 || len(undone[1]) == 0 {
		t.Errorf("undone %v, %v", undone, err)
	}
}

// An article of another address at the same place in a file is another
// article: it neither replaces the one before nor takes over its corrections.
func TestArticleOfAnotherAddressReplacesNothing(t *testing.T) {
	at := func(url, text string) *Article {
		art := article("", text)
		art.URL = url
		return art
	}
	for _, c := range []struct {
		before, now string
		replaced    bool
	}{
		{"http://a.example/1", "http://a.example/2", false},
		{"http://a.example/1", "http://b.example/1", false},
		{"http://a.example/1", "http://a.example/1", true},
		{"http://a.example/1/", "HTTPS://www.A.example/1", true},
		{"", "http://a.example/2", true},
		{"http://a.example/1", "", true},
	} {
		a := newArchive(t)
		put(t, a, "/x/1", at(c.before, "words about turbines"))
		edit(t, a, 1, Edit{Fields: map[string]string{"author": "Corrected"}})
		want := Counts{Added: 1}
		if c.replaced {
			want = Counts{Changed: 1}
		}
		if counts := put(t, a, "/x/1", at(c.now, "other words about rivers")); counts != want {
			t.Errorf("%q, %q: %+v", c.before, c.now, counts)
		}
		if old := ids(t, a, Has(IsSuperseded)); (len(old) == 1) != c.replaced {
			t.Errorf("%q, %q: superseded %v", c.before, c.now, old)
		}
		if byline := correctedArticle(t, a, 2).Byline.Value; (byline == "Corrected") != c.replaced {
			t.Errorf("%q, %q: the other has the byline %q", c.before, c.now, byline)
		}
	}
}

// What counts is the address that the file gives: one that somebody corrected
// still has its next version, whose address is corrected with it.
func TestCorrectedAddressIsInherited(t *testing.T) {
	a := newArchive(t)
	for _, was := range []string{"", "http://a.example/wrong"} {
		path := "/x/" + was
		first := article("First of "+path, "words about turbines "+was)
		first.URL = was
		put(t, a, path, first)
		id := ids(t, a, All{})
		edit(t, a, id[len(id)-1], Edit{Fields: map[string]string{"url": "http://a.example/right"}})
		second := article("Second of "+path, "words about rivers "+was)
		second.URL = was
		if counts := put(t, a, path, second); counts != (Counts{Changed: 1}) {
			t.Errorf("%q: %+v", was, counts)
		}
		id = ids(t, a, All{})
		if url := correctedArticle(t, a, id[len(id)-1]).URL; url != "http://a.example/right" {
			t.Errorf("%q: the next version has the address %q", was, url)
		}
	}
}
