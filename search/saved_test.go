package search

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

func save(t *testing.T, a *store.Archive, name, query string, flags map[string][]string) {
	t.Helper()
	if err := a.SaveSearch(t.Context(), store.SavedSearch{Name: name, Query: query, Flags: flags}, true); err != nil {
		t.Fatal(err)
	}
}

// A saved search stands for the articles with all its words, wherever it stands.
func TestSavedInQueries(t *testing.T) {
	a := newsArchive(t)
	save(t, a, "plants", "nuclear the plant", nil)
	save(t, a, "bbc", "", map[string][]string{"source": {"BBC", "Nobody"}})
	save(t, a, "either", "Moscow Beijing", map[string][]string{"any": {}})
	save(t, a, "strict", "Moscow AND Beijing", map[string][]string{"any": {}})
	save(t, a, "Обидва", "saved:plants saved:BBC", nil)
	save(t, a, "old-2022.x", "date:2022", nil)
	save(t, a, "dated", "*", map[string][]string{"since": {"2023"}, "until": {"2024"}})
	for query, want := range map[string][]int64{
		"saved:plants":                      {1, 2},
		"saved:PLANTS":                      {1, 2},
		`saved:"plants"`:                    {1, 2},
		"saved:bbc":                         {1},
		"plant saved:bbc":                   {1},
		"plant -saved:bbc":                  {2},
		"saved:either":                      {1, 2},
		"saved:strict":                      {},
		"saved:обидва":                      {1},
		"saved:old-2022.x":                  {1},
		"saved:dated":                       {2},
		"saved:(bbc OR dated)":              {1, 2},
		"saved:(plants -bbc)":               {2},
		"saved:plants (Kyiv OR saved:bbc)":  {1, 2},
		"saved:bbc OR Präsidenten":          {1, 4},
		"saved:*":                           {1, 2},
		"saved:none":                        {},
		"Präsidenten OR saved:none":         {4},
		"грибов -saved:plants":              {6},
		"грибов saved:plants OR saved:none": {},
	} {
		if diff := cmp.Diff(want, foundAll(t, a, query)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

func TestSavedIsSaidAndMarked(t *testing.T) {
	a := newsArchive(t)
	save(t, a, "plants", "nuclear plant", map[string][]string{"source": {"Reuters"}})
	save(t, a, "both", "saved:plants -saved:bbc", nil)
	save(t, a, "bbc", "summit", map[string][]string{"any": {}})
	r, hits := run(t, a, Query{Text: "saved:both", Snippet: 200, Explain: true})
	want := "saved:both; saved:both is (saved:plants AND NOT saved:bbc); saved:plants is (nuclear AND plant) --source Reuters; saved:bbc is summit --any"
	if r.Reading != want {
		t.Errorf("reading: %s", r.Reading)
	}
	if !slices.Contains(r.Explain.Lines(), "saved:plants is (nuclear AND plant) --source Reuters") {
		t.Errorf("explained: %q", r.Explain.Lines())
	}
	if len(hits) != 1 || hits[0].Score <= 0 || !strings.Contains(spansText(hits[0].Snippet), "[plant]") || strings.Contains(spansText(hits[0].Snippet), "[summit]") {
		t.Errorf("hits: %+v", hits)
	}
}

// Searches that ask for themselves, that do not exist, or that grow without
// end are said, and found to be nothing.
func TestSavedCycles(t *testing.T) {
	a := newsArchive(t)
	save(t, a, "a", "nuclear OR saved:b", nil)
	save(t, a, "b", "saved:c OR Kyiv", nil)
	save(t, a, "c", "saved:A", nil)
	r, hits := run(t, a, Query{Text: "saved:a"})
	if len(hits) != 2 || !slices.Contains(r.Notes, "saved:A asks for itself (a → b → c → A): nothing is found there") {
		t.Errorf("%d hits, notes %q", len(hits), r.Notes)
	}
	r, _ = run(t, a, Query{Text: "saved:nobody"})
	if !slices.Contains(r.Notes, "there is no saved search nobody (saved are a, b, c)") {
		t.Errorf("notes %q", r.Notes)
	}
	name := func(i int) string { return "n" + string(rune('a'+i)) }
	for i := range 20 {
		next := "(saved:" + name(i+1) + " OR nuclear)"
		save(t, a, name(i), next+" OR "+strings.ReplaceAll(next, "nuclear", "Kyiv"), nil)
	}
	r, _ = run(t, a, Query{Text: "saved:na"})
	if !slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasSuffix(n, "more than 64 saved searches inside one another") }) {
		t.Errorf("notes %q", r.Notes)
	}
	save(t, a, "odd", "wheat", map[string][]string{"since": {"when?"}})
	if r, hits := run(t, a, Query{Text: "saved:odd"}); len(hits) != 0 || !strings.HasPrefix(r.Notes[0], "saved:odd: --since: ") {
		t.Errorf("%d hits, notes %q", len(hits), r.Notes)
	}
}

func TestCheckSaved(t *testing.T) {
	list := []store.SavedSearch{{Name: "a", Query: "x saved:b"}, {Name: "b", Query: "title:(x OR y) -saved:(q OR c)"}, {Name: "d", Query: "saved:d"}}
	for query, want := range map[string]string{
		"saved:a":          "the saved search C would ask for itself (C → a → b → c)",
		"x (y OR saved:C)": "the saved search C would ask for itself (C → C)",
		"saved:d":          "",
		"saved:none wheat": "",
		"a b":              "",
	} {
		err := CheckSaved(list, store.SavedSearch{Name: "C", Query: query})
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// importMore brings a file in anew.
func importMore(t *testing.T, a *store.Archive, path string, articles ...*store.Article) {
	t.Helper()
	ctx := t.Context()
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(ctx, store.Place{Path: "/news"})
	if err != nil {
		t.Fatal(err)
	}
	if err := im.StartFile(ctx, store.File{Place: place, Path: path, Reader: "text/1"}); err != nil {
		t.Fatal(err)
	}
	x := store.NewIndexer()
	for i, art := range articles {
		if err := im.Add(ctx, string(rune('a'+i)), x.Prepare(art)); err != nil {
			t.Fatal(err)
		}
	}
	if err := im.EndFile(ctx, nil, "text/1", true); err != nil {
		t.Fatal(err)
	}
	if err := im.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

// look gives what is new in the search "wheat", changed articles with a minus,
// and marks it as seen.
func look(t *testing.T, a *store.Archive, limit int) (ids []int64, all int) {
	t.Helper()
	list, err := a.SavedSearches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	saved, _ := store.FindSaved(list, "wheat")
	n, err := Unseen(t.Context(), a, saved, Query{Now: time.Now(), Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.MarkSeen(t.Context(), map[string][]int64{"wheat": n.IDs}); err != nil {
		t.Fatal(err)
	}
	for _, id := range n.IDs {
		if n.Changed[id] {
			id = -id
		}
		ids = append(ids, id)
	}
	return ids, n.All
}

// What is new is what a search finds and has not shown, however it came to be
// found: imported, changed, or corrected so that it matches now.
func TestUnseen(t *testing.T) {
	wheat := func(body string) *store.Article { return article("en", "Wheat "+body, "wheat "+body) }
	steel := article("en", "Steel", "steel for all of us")
	a := newArchive(t)
	save(t, a, "wheat", "wheat", nil)
	check := func(step string, want ...int64) {
		t.Helper()
		got, all := look(t, a, 0)
		if diff := cmp.Diff(want, got); diff != "" || all != len(want) {
			t.Errorf("%s: %d %s", step, all, diff)
		}
	}
	check("an empty archive")
	importMore(t, a, "/1", wheat("one"), steel)
	check("the first import", 1)
	check("nothing since")
	importMore(t, a, "/1", wheat("one"), steel)
	check("the same again")
	importMore(t, a, "/1", wheat("two"), steel)
	check("a file that has changed", -3)
	importMore(t, a, "/1", wheat("one"), steel)
	check("and back again")
	importMore(t, a, "/2", wheat("four"), wheat("five"), wheat("six"))
	got, all := look(t, a, 2)
	if diff := cmp.Diff([]int64{6, 5}, got); diff != "" || all != 3 {
		t.Errorf("a page: %d %s", all, diff)
	}
	check("the rest", 4)
	save(t, a, "wheat", "wheat date:2022", nil)
	dated := wheat("one")
	dated.Published, _ = store.ParseDate("2022-05-07")
	importMore(t, a, "/1", dated, steel)
	check("a date that arrives late", 1)
	save(t, a, "wheat", "wheat source:BBC", nil)
	check("another query")
	corrected := wheat("four")
	corrected.Source.Value = "BBC"
	importMore(t, a, "/3", corrected)
	check("of another source it is another article", 7)
}

// An article that is imported while somebody looks is new the next time.
func TestUnseenBesideAnImport(t *testing.T) {
	a := newArchive(t)
	save(t, a, "wheat", "wheat", nil)
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := range 15 {
			importMore(t, a, "/"+string(rune('a'+i)), article("en", "", "wheat number "+strings.Repeat("x", i+1)+" for all"))
		}
	}()
	var seen []int64
	for more := true; more; {
		select {
		case <-done:
			more = false
		default:
		}
		ids, _ := look(t, a, 0)
		seen = append(seen, ids...)
	}
	slices.Sort(seen)
	want := make([]int64, 15)
	for i := range want {
		want[i] = int64(i + 1)
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}
