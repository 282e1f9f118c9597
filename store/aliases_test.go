package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// from makes an article of an outlet that names others.
func from(source, text string, cites ...string) *Article {
	art := article("About "+text, text)
	art.Source = Field{Value: source, Rule: "field source"}
	for _, c := range cites {
		art.Cites = append(art.Cites, Citation{c, "told OUTLET", "told " + c})
	}
	return art
}

// outlets gives what the archive says of its outlets, by both ways.
func outletsOf(t *testing.T, a *Archive) map[string][2]int {
	t.Helper()
	v := viewOf(t, a)
	packed, err := v.sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bySQL, err := v.sourcesSQL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := [2]map[string][2]int{{}, {}}
	for i, list := range [][]SourceCount{packed, bySQL} {
		for _, s := range list {
			all[i][s.Name] = [2]int{s.Articles, s.Cited}
		}
	}
	if diff := cmp.Diff(all[1], all[0]); diff != "" {
		t.Errorf("packed values and rows differ: %s", diff)
	}
	return all[0]
}

func alias(t *testing.T, a *Archive, name, source string, want int) {
	t.Helper()
	if n, err := a.AliasSource(t.Context(), name, source); n != want || err != nil {
		t.Errorf("%s for %s: %d moved, want %d; %v", name, source, n, want, err)
	}
}

func unalias(t *testing.T, a *Archive, name string, want int) {
	t.Helper()
	if n, err := a.UnaliasSource(t.Context(), name); n != want || err != nil {
		t.Errorf("%s taken back: %d moved, want %d; %v", name, n, want, err)
	}
}

func TestSourceAliases(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", from("BBC News", "one", "Reuters"), from("BBC", "two", "BBC News", "BBC"), from("CNN", "three", "BBC News", "bbc.co.uk"))
	before := outletsOf(t, a)

	alias(t, a, "BBC News", "BBC", 1)
	alias(t, a, "bbc.co.uk", "BBC", 0)
	want := map[string][2]int{"BBC": {2, 2}, "CNN": {1, 0}, "Reuters": {0, 1}}
	if diff := cmp.Diff(want, outletsOf(t, a)); diff != "" {
		t.Error(diff)
	}

	// What comes later under the names goes the same way; nothing is read as
	// changed for it.
	if c := put(t, a, "/y/1", from("BBC News", "one", "Reuters"), from("BBC News", "four")); c != (Counts{Added: 1, Same: 1}) {
		t.Errorf("%+v", c)
	}
	if c := put(t, a, "/x/1", from("BBC News", "one", "Reuters"), from("BBC", "two", "BBC News", "BBC"), from("CNN", "three", "BBC News", "bbc.co.uk")); c != (Counts{Same: 3}) {
		t.Errorf("%+v", c)
	}
	alias(t, a, "BBC", "British Broadcasting Corporation", 3)
	put(t, a, "/z/1", from("bbc.co.uk", "five", "BBC News"))
	want = map[string][2]int{"British Broadcasting Corporation": {4, 3}, "CNN": {1, 0}, "Reuters": {0, 1}}
	if diff := cmp.Diff(want, outletsOf(t, a)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"BBC News", "BBC"} {
		if n := len(articlesOfSource(t, a, name)); n != 4 {
			t.Errorf("source %s: %d articles", name, n)
		}
	}

	if _, err := a.UnaliasSource(t.Context(), "BBC News"); err == nil {
		t.Error("a name was taken back before what it stands for")
	}
	if _, err := a.AliasSource(t.Context(), "British Broadcasting Corporation", "BBC News"); err == nil {
		t.Error("names stand for each other")
	}
	unalias(t, a, "BBC", 4)
	unalias(t, a, "bbc.co.uk", 1)
	unalias(t, a, "BBC News", 2)
	want = before
	want["BBC News"] = [2]int{2, 3}
	want["bbc.co.uk"] = [2]int{1, 1}
	if diff := cmp.Diff(want, outletsOf(t, a)); diff != "" {
		t.Error(diff)
	}
	sound(t, a)
}

func articlesOfSource(t *testing.T, a *Archive, name string) []int64 {
	t.Helper()
	names, err := a.SourceNames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if n.Name == name {
			return ids(t, a, And{SourceIn([]int64{n.ID}), current})
		}
	}
	return nil
}
