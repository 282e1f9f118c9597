package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func schemaSQL(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func newArchive(t testing.TB) *Archive {
	t.Helper()
	a, err := OpenOrCreate(t.Context(), filepath.Join(t.TempDir(), "a.db"), schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func article(title, body string) *Article {
	return &Article{Title: Field{Value: title, Rule: "title line"}, Lang: Field{Value: "en", Rule: "detected", Derived: true}, Type: "text", Text: body}
}

// put imports a version of a file; each article is its own member.
func put(t testing.TB, a *Archive, path string, articles ...*Article) Counts {
	t.Helper()
	return putPart(t, a, path, true, articles...)
}

// indexedBySQL is the archive whose index FTS5 writes for the next imports, as
// it does where its structure is unknown.
var indexedBySQL string

// putPart imports a version of a file, whole or broken off behind the articles.
func putPart(t testing.TB, a *Archive, path string, whole bool, articles ...*Article) Counts {
	t.Helper()
	ctx := t.Context()
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if a.path == indexedBySQL {
		if err := im.index.Close(); err != nil {
			t.Fatal(err)
		}
		im.index = newSQLWriter(ctx, im.conn)
	}
	place, err := im.Place(ctx, Place{Path: filepath.Dir(path)})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	if err := im.StartFile(ctx, File{Place: place, Path: path, Size: int64(len(articles)), Modified: time.Now(), Reader: "text/1"}); err != nil {
		t.Fatal(err)
	}
	x := NewIndexer()
	for i, art := range articles {
		sum.Write([]byte(art.Text))
		if err := im.Add(ctx, fmt.Sprintf("id %d", i+1), x.Prepare(art)); err != nil {
			t.Fatal(err)
		}
	}
	if err := im.EndFile(ctx, sum.Sum(nil), "text/1", whole); err != nil {
		t.Fatal(err)
	}
	if err := im.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return im.Counts()
}

// viewOf opens a view for one question.
func viewOf(t testing.TB, a *Archive) *View {
	t.Helper()
	v, err := a.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// countNow counts in a view of its own, for goroutines.
func countNow(a *Archive, where Node) (n int, err error) {
	v, err := a.View(context.Background())
	if err != nil {
		return 0, err
	}
	defer v.Close()
	return v.Count(context.Background(), where)
}

func word(s string) Node { return Words{Any: []Phrase{{Stems: []string{s}}}} }

// ids gives the articles that satisfy a condition, which both ways of
// answering must agree on.
func ids(t testing.TB, a *Archive, where Node) []int64 {
	t.Helper()
	ctx := t.Context()
	v, err := a.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	found, _, err := v.rank(ctx, Search{Where: where})
	if err != nil {
		t.Fatal(err)
	}
	n, err := v.countRows(ctx, where)
	if err != nil || n != len(found) {
		t.Errorf("%v: %d counted, %d found, %v", where, n, len(found), err)
	}
	bySQL, err := v.findSQL(ctx, Search{Where: where})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := v.countSQL(ctx, where); err != nil || n != len(bySQL) {
		t.Errorf("%v: SQL counted %d, found %d, %v", where, n, len(bySQL), err)
	}
	ids, sqlIDs := idsOf(found), idsOf(bySQL)
	if diff := cmp.Diff(sqlIDs, ids); diff != "" {
		t.Errorf("%v: SQL differs: %s", where, diff)
	}
	return ids
}

func languagesOf(t testing.TB, a *Archive) ([]Count, error) {
	t.Helper()
	v, err := a.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	return v.Languages(t.Context())
}

func idsOf(found []Scored) []int64 {
	ids := make([]int64, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	return ids
}

func sound(t testing.TB, a *Archive) {
	t.Helper()
	found, err := Inspect(t.Context(), a.path, Inspection{Schema: schemaSQL(t), Deep: !testing.Short()})
	if err != nil || len(found.Problems) > 0 {
		t.Errorf("%v: %+v", err, found)
	}
}

func TestRoundTrip(t *testing.T) {
	a := newArchive(t)
	in := article("A title", "Some text of the guarantees.")
	in.Source = Field{Value: "Der Standard", Rule: "field source"}
	in.Byline = Field{Value: "Gloria Nosa", Rule: "byline"}
	in.Published, _ = ParseDate("2022-05")
	in.PublishedBy = Field{Value: "May 2022", Rule: "field date"}
	in.URL = "https://www.example.org/x?y=1"
	in.Tags = []string{"peace", "war"}
	in.Cites = []Citation{{"Reuters", "told OUTLET", "told Reuters"}}
	put(t, a, "/news/one.txt", in)
	out, err := a.Article(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	in.ID, in.Added = 1, out.Added
	if diff := cmp.Diff(in, out, cmp.AllowUnexported(Date{})); diff != "" {
		t.Error(diff)
	}
	if out.Words != 5 {
		t.Errorf("%d words, want 5", out.Words)
	}
	if _, err := a.Article(t.Context(), 2); !errors.Is(err, ErrNotFound) {
		t.Errorf("an article that is not there: %v", err)
	}
	sound(t, a)
}

func TestSameTextTwiceIsOneArticleWithTwoOrigins(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/one.txt", article("T", "the same words"))
	c := put(t, a, "/y/two.txt", article("T", "the  same\nwords"))
	if c != (Counts{Same: 1}) {
		t.Errorf("counts %+v", c)
	}
	origins, err := a.Origins(t.Context(), 1)
	if err != nil || len(origins) != 2 {
		t.Fatalf("%d origins, %v", len(origins), err)
	}
	if origins[0].Path != "/x/one.txt" || origins[1].Path != "/y/two.txt" {
		t.Errorf("origins %+v", origins)
	}
}

func TestChangedFileMakesNewVersions(t *testing.T) {
	a := newArchive(t)
	path := "/x/all.jsonl"
	put(t, a, path, article("one", "alpha"), article("two", "beta"), article("three", "gamma"))
	steps := []struct {
		name     string
		articles []*Article
		counts   Counts
		old      []int64
	}{
		{"a line put in front changes no article", []*Article{article("zero", "omega"), article("one", "alpha"), article("two", "beta"), article("three", "gamma")}, Counts{Added: 1, Same: 3}, []int64{}},
		{"a line taken away keeps its article", []*Article{article("zero", "omega"), article("two", "beta"), article("three", "gamma")}, Counts{Same: 3}, []int64{}},
		{"a changed line makes a new version", []*Article{article("zero", "omega"), article("two", "beta improved"), article("three", "gamma")}, Counts{Same: 2, Changed: 1}, []int64{2}},
		{"changed back, the first version is current again", []*Article{article("zero", "omega"), article("two", "beta"), article("three", "gamma")}, Counts{Same: 2, Changed: 1}, []int64{5}},
	}
	for _, s := range steps {
		if c := put(t, a, path, s.articles...); c != s.counts {
			t.Errorf("%s: %+v, want %+v", s.name, c, s.counts)
		}
		if diff := cmp.Diff(s.old, ids(t, a, Has(IsSuperseded))); diff != "" {
			t.Errorf("%s: earlier versions %s", s.name, diff)
		}
	}
	sound(t, a)
}

// A file that was cut off while it was being written must not leave the
// versions before it current.
func TestVersionReadInPartHidesNothing(t *testing.T) {
	a := newArchive(t)
	path := "/x/all.jsonl"
	put(t, a, path, article("1", "alpha"), article("2", "alpha"), article("3", "alpha"))
	putPart(t, a, path, false, article("1", "beta"))
	if old := ids(t, a, Has(IsSuperseded)); len(old) != 0 {
		t.Errorf("superseded by a part: %v", old)
	}
	put(t, a, path, article("1", "gamma"), article("2", "gamma"), article("3", "gamma"))
	if diff := cmp.Diff([]int64{1, 2, 3, 4}, ids(t, a, Has(IsSuperseded))); diff != "" {
		t.Error(diff)
	}
}

// What stands at a place of a table is another article, unless it has text in
// common with the one before; both are then found.
func TestAnotherArticleInARowReplacesNothing(t *testing.T) {
	const was, changed = "The port was closed on Monday after a storm, the council said.", "The port was closed on Tuesday after a storm, the council said."
	for _, c := range []struct {
		member, now string
		want        Counts
	}{
		{"row 2", "Farmers ask for more rain than last year.", Counts{Added: 1}},
		{"press.csv, line 2", "Farmers ask for more rain than last year.", Counts{Added: 1}},
		{"row 2", changed, Counts{Changed: 1}},
		{"id 2", "Farmers ask for more rain than last year.", Counts{Changed: 1}},
		{"", "Farmers ask for more rain than last year.", Counts{Changed: 1}},
		{"letters/port.txt", "Farmers ask for more rain than last year.", Counts{Changed: 1}},
	} {
		a := newArchive(t)
		if got := putAt(t, a, c.member, article("", was)); got != (Counts{Added: 1}) {
			t.Errorf("%s: %+v", c.member, got)
		}
		if got := putAt(t, a, c.member, article("", c.now)); got != c.want {
			t.Errorf("%s, %s: %+v, want %+v", c.member, c.now, got, c.want)
		}
		if n := len(ids(t, a, Has(IsSuperseded))); n != c.want.Changed {
			t.Errorf("%s, %s: %d earlier versions", c.member, c.now, n)
		}
		sound(t, a)
	}
}

func TestIsPosition(t *testing.T) {
	for member, want := range map[string]bool{
		"row 12": true, "line 3": true, "press.csv, row 12": true, "record 7": true, "item 1": true,
		"": false, "id 12": false, "id row 12": false, "id Doc 12": false, "press.csv, id 5": false,
		"Report 5": false, "letters/port.txt": false, "row": false, "row twelve": false, "12": false,
	} {
		if isPosition(member) != want {
			t.Errorf("%q: %v", member, !want)
		}
	}
}

// putAt imports a version of a file that gives one article, at a place in it.
func putAt(t *testing.T, a *Archive, member string, art *Article) Counts {
	t.Helper()
	ctx := t.Context()
	im := startReading(t, a, File{Path: "/x/1", Size: int64(len(art.Text)), Modified: time.Now(), Reader: "csv/1"})
	if err := errors.Join(im.Add(ctx, member, NewIndexer().Prepare(art)), im.EndFile(ctx, nil, "csv/1", true), im.Close(ctx)); err != nil {
		t.Fatal(err)
	}
	return im.Counts()
}

// startReading begins an import of one file.
func startReading(t *testing.T, a *Archive, f File) *Import {
	t.Helper()
	im, err := a.StartImport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.Place, err = im.Place(t.Context(), Place{Path: filepath.Dir(f.Path)})
	if err == nil {
		err = im.StartFile(t.Context(), f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// What the file itself says anew of an article replaces what it said; another
// file only fills the gaps.
func TestCorrectedMetadataArrives(t *testing.T) {
	a := newArchive(t)
	with := func(date, byline, lang string, tags ...string) *Article {
		art := article("Guarantees", "the guarantees of the text")
		art.Published, _ = ParseDate(date)
		art.PublishedBy = Field{Value: date, Rule: "field date"}
		art.Byline = Field{Value: byline, Rule: "byline"}
		art.Lang = Field{Value: lang, Rule: "field lang"}
		art.Tags = tags
		return art
	}
	steps := []struct {
		path, date, byline, lang string
		tags                     []string
		counts                   Counts
		want                     string
	}{
		{"/x/a", "", "", "en", []string{"one"}, Counts{Added: 1}, "||en|one"},
		{"/x/a", "", "", "en", []string{"one"}, Counts{Same: 1}, "||en|one"},
		{"/x/b", "2022", "", "en", []string{"two"}, Counts{Same: 1}, "2022||en|one,two"},
		{"/x/c", "2023", "Ann Other", "de", nil, Counts{Same: 1}, "2022|Ann Other|en|one,two"},
		{"/x/a", "2024-05", "Ann Other", "xx", []string{"three"}, Counts{Changed: 1}, "2024-05|Ann Other|xx|three"},
	}
	for i, s := range steps {
		if c := put(t, a, s.path, with(s.date, s.byline, s.lang, s.tags...)); c != s.counts {
			t.Errorf("step %d: %+v", i, c)
		}
		out, err := a.Article(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s|%s|%s|%s", out.Published, out.Byline.Value, out.Lang.Value, strings.Join(out.Tags, ",")); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
		sound(t, a)
	}
	day, _ := ParseDate("2024-05-01")
	for _, where := range []Node{PublishedIn{day.First(), day.First() + 40}, LangIn{"xx"}, Words{Any: []Phrase{{Stems: []string{"guarantees"}}}}} {
		if got := ids(t, a, where); len(got) != 1 {
			t.Errorf("%v: %v", where, got)
		}
	}
	if langs, err := languagesOf(t, a); err != nil || len(langs) != 1 || langs[0] != (Count{"xx", 1}) {
		t.Errorf("languages %v, %v", langs, err)
	}
}

func TestArticleThatAnotherFileStillGivesIsCurrent(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/a", article("one", "alpha"))
	put(t, a, "/x/b", article("one", "alpha"))
	put(t, a, "/x/a", article("one", "alpha changed"))
	if old := ids(t, a, Has(IsSuperseded)); len(old) != 0 {
		t.Errorf("superseded: %v", old)
	}
}

func TestConditions(t *testing.T) {
	a := newArchive(t)
	one := article("Nuclear plant", "The plant at the river is safe. Security guarantees for all.")
	one.Published, _ = ParseDate("2022-05-07")
	one.URL = "https://news.bbc.co.uk:8080/a_b?to=http://evil.com/"
	one.Source = Field{Value: "BBC News", Rule: "x"}
	one.Tags = []string{"energy"}
	two := article("Peace talks", "Talks about a nuclear power plant and security.")
	two.Published, _ = ParseDate("2022")
	two.Cites = []Citation{{"BBC News", "told OUTLET", "told BBC News"}}
	two.Byline = Field{Value: "Gloria Nosa", Rule: "byline"}
	three := article("", "Nothing of that kind.")
	three.Lang = Field{}
	three.Type = "csv"
	three.Title = Field{Value: "Nothing of that kind", Rule: "first sentence", Derived: true}
	put(t, a, "/x/100%_sure.txt", one, two, three)
	phrase := func(words ...string) Phrase { return Phrase{Stems: words} }
	contains := func(s string) Check {
		return func(title, body, lang string) bool { return strings.Contains(title+body, s) }
	}
	day := func(s string) int { d, _ := ParseDate(s); return d.First() }
	tests := []struct {
		name  string
		where Node
		want  []int64
	}{
		{"word", word("plant"), []int64{1, 2}},
		{"title", Words{Column: InTitle, Any: []Phrase{phrase("plant")}}, []int64{1}},
		{"text", Words{Column: InText, Any: []Phrase{phrase("nuclear")}}, []int64{2}},
		{"a derived title can be searched", Words{Column: InTitle, Any: []Phrase{phrase("noth")}}, []int64{3}},
		{"alternatives", Words{Any: []Phrase{phrase("river"), phrase("kind")}}, []int64{1, 3}},
		{"phrase", Words{Any: []Phrase{phrase("secur", "guarante")}}, []int64{1}},
		{"prefix", Words{Any: []Phrase{{Stems: []string{"gua"}, Prefix: true}}}, []int64{1}},
		{"near", Near{Within: 2, Any: [][]Phrase{{phrase("nuclear"), phrase("plant")}}}, []int64{1, 2}},
		{"neighbours", Near{Within: 1, Any: [][]Phrase{{phrase("plant"), phrase("nuclear")}}}, []int64{1}},
		{"and", And{word("plant"), word("river")}, []int64{1}},
		{"or", Or{word("river"), word("kind")}, []int64{1, 3}},
		{"not", And{word("plant"), Not{word("river")}}, []int64{2}},
		{"only not", Not{word("plant")}, []int64{3}},
		{"not a group", And{word("plant"), Not{And{word("river"), word("talk")}}}, []int64{1, 2}},
		{"or of words and tables", Or{word("river"), TypeIn{"csv"}}, []int64{1, 3}},
		{"not in an or", Or{Not{word("plant")}, word("river")}, []int64{1, 3}},
		{"all", All{}, []int64{1, 2, 3}},
		{"none", None{}, []int64{}},
		{"nothing of nothing", And{}, []int64{1, 2, 3}},
		{"verified", Verified{word("plant"), contains("river")}, []int64{1}},
		{"verified in an or", Or{Verified{word("plant"), contains("river")}, word("kind")}, []int64{1, 3}},
		{"not verified", And{word("plant"), Not{Verified{word("plant"), contains("river")}}}, []int64{2}},
		{"ids", IDIn{1, 3, 99}, []int64{1, 3}},
		{"source", SourceIn{1}, []int64{1}},
		{"cites", CitesIn{1}, []int64{2}},
		{"byline", BylineIn{1}, []int64{2}},
		{"tag", TagIn{1}, []int64{1}},
		{"lang", LangIn{"en"}, []int64{1, 2}},
		{"day", PublishedIn{day("2022-05-07"), day("2022-05-07")}, []int64{1}},
		{"a year is in its year, not in its months", PublishedIn{day("2022-01-01"), day("2022-12-31")}, []int64{1, 2}},
		{"month", PublishedIn{day("2022-05-01"), day("2022-05-31")}, []int64{1}},
		{"url", URLContains("A_B"), []int64{1}},
		{"url is literal", URLContains("a%b"), []int64{}},
		{"site", Site("bbc.co.uk"), []int64{1}},
		{"site is whole domains", Site("c.co.uk"), []int64{}},
		{"site is the host", Site("evil.com"), []int64{}},
		{"path is literal", PathContains("100%_SURE"), []int64{1, 2, 3}},
		{"path", PathContains("100_"), []int64{}},
		{"has title", Has(HasTitle), []int64{1, 2}},
		{"has date", Has(HasDate), []int64{1, 2}},
		{"has cites", And{word("plant"), Has(HasCites)}, []int64{2}},
		{"added", AddedIn{From: "2000-01-01T00:00:00Z", Until: "2001-01-01T00:00:00Z"}, []int64{}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, ids(t, a, test.where)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestOrder(t *testing.T) {
	a := newArchive(t)
	for i, date := range []string{"2022-05-07", "", "2020", "2023-01"} {
		art := article(fmt.Sprintf("T%d", 9-i), "word "+strings.Repeat("more ", i))
		if date != "" {
			art.Published, _ = ParseDate(date)
			art.PublishedBy = Field{Value: date, Rule: "x"}
		}
		art.Source = Field{Value: []string{"b", "", "A", "c"}[i], Rule: "x"}
		put(t, a, fmt.Sprint("/x/", i), art)
	}
	for order, want := range map[Order][]int64{
		ByScore: {1, 2, 3, 4}, ByDate: {3, 1, 4, 2}, ByDateDesc: {4, 1, 3, 2}, BySource: {3, 1, 4, 2}, ByTitle: {4, 3, 2, 1},
	} {
		for _, where := range []Node{word("word"), All{}} {
			if _, all := where.(All); all && order == ByScore {
				continue
			}
			found, _, err := viewOf(t, a).Find(t.Context(), Search{Where: where, Order: order, Score: []Node{word("word")}})
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, f := range found {
				got = append(got, f.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("order %d of %T: %s", order, where, diff)
			}
		}
	}
	page, _, err := viewOf(t, a).Find(t.Context(), Search{Where: word("word"), Order: ByDate, Limit: 2, Offset: 1})
	if err != nil || len(page) != 2 || page[0].ID != 1 || page[1].ID != 4 {
		t.Errorf("page %v, %v", page, err)
	}
}

func TestScoreIsTheSameWhoeverAnswersTheCondition(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("plant", "one"), article("two", "plant plant"), article("three", "nothing here"))
	direct, _, err := viewOf(t, a).Find(t.Context(), Search{Where: word("plant"), Score: []Node{word("plant")}})
	if err != nil {
		t.Fatal(err)
	}
	joined, _, err := viewOf(t, a).Find(t.Context(), Search{Where: Or{word("plant"), TypeIn{"nosuch"}}, Score: []Node{word("plant")}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(direct, joined); diff != "" || len(direct) != 2 || direct[0].Score <= 0 {
		t.Errorf("%v %s", direct, diff)
	}
}

func TestRefusesUntouched(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE t (x)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	newer := filepath.Join(dir, "newer.db")
	a, err := OpenOrCreate(t.Context(), newer, schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, SchemaVersion+1)); err != nil {
		t.Fatal(err)
	}
	a.Close()
	plain := filepath.Join(dir, "plain.db")
	if err := os.WriteFile(plain, []byte(strings.Repeat("no database\n", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{foreign: "another program's", newer: "later version", plain: "not an archive", empty: "too short", dir: "not a file"} {
		before := snapshot(t, dir)
		for _, open := range []func() (*Archive, error){
			func() (*Archive, error) { return Open(t.Context(), path) },
			func() (*Archive, error) { return OpenOrCreate(t.Context(), path, schemaSQL(t)) },
		} {
			if _, err := open(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", path, err, want)
			}
		}
		if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
			t.Errorf("%s was touched: %s", path, diff)
		}
	}
	missing := filepath.Join(dir, "missing.db")
	if _, err := Open(t.Context(), missing); !errors.Is(err, ErrNoArchive) {
		t.Errorf("a missing archive: %v", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("Open made a file")
	}
}

// snapshot gives the files of a folder with their bytes.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

func TestNewArchiveIsPrivateAndAlone(t *testing.T) {
	a := newArchive(t)
	info, err := os.Stat(a.path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	put(t, a, "/x/1", article("T", "text"))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if files := snapshot(t, filepath.Dir(a.path)); len(files) != 1 {
		t.Errorf("beside the archive: %d files", len(files))
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "100%41.db", "what?mode=memory.db", "hash#1.db", "ünïcode.db", "-dash.db"} {
		path := filepath.Join(t.TempDir(), name)
		a, err := OpenOrCreate(t.Context(), path, schemaSQL(t))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		put(t, a, "/x", article("T", "text"))
		a.Close()
		a, err = Open(t.Context(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := ids(t, a, word("text")); len(got) != 1 {
			t.Errorf("%s: found %v", name, got)
		}
		a.Close()
	}
}

func TestEveryConnectionHasThePragmas(t *testing.T) {
	a := newArchive(t)
	var conns []*sql.Conn
	for range 4 {
		c, err := a.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
	}
	for i, c := range conns {
		for pragma, want := range map[string]string{"foreign_keys": "1", "synchronous": "2", "journal_mode": "wal", "trusted_schema": "0", "busy_timeout": "30000"} {
			var got string
			if err := c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("connection %d: %s = %s, %v", i, pragma, got, err)
			}
		}
		c.Close()
	}
}

func TestOpenForReadingCannotWrite(t *testing.T) {
	a := newArchive(t)
	r, err := Open(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.db.Exec(`DELETE FROM articles`); err == nil {
		t.Error("an archive opened for reading was written to")
	}
}

func TestAbortLeavesWholeArticlesOnly(t *testing.T) {
	a := newArchive(t)
	ctx := t.Context()
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, _ := im.Place(ctx, Place{Path: "/x"})
	if err := im.StartFile(ctx, File{Place: place, Path: "/x/1", Reader: "text/1"}); err != nil {
		t.Fatal(err)
	}
	x := NewIndexer()
	for i := range 10 {
		if err := im.Add(ctx, fmt.Sprint(i), x.Prepare(article("kept", fmt.Sprint("text ", i)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := im.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := im.Add(ctx, "10", x.Prepare(article("lost", "text 10"))); err != nil {
		t.Fatal(err)
	}
	if err := im.Abort(); err != nil {
		t.Fatal(err)
	}
	if c := im.Counts(); c.Added != 10 {
		t.Errorf("reported %+v", c)
	}
	if got := ids(t, a, word("text")); len(got) != 10 {
		t.Errorf("%d articles", len(got))
	}
	sound(t, a)
	if known, err := a.KnownFrom(ctx, "/x/1", 9); len(known) != 1 || known[0].Whole || err != nil {
		t.Errorf("a file read in part counts as read: %+v, %v", known, err)
	}
}

// A cancelled context must not cut an article in two.
func TestCancelledImportStoresWhatItBegan(t *testing.T) {
	a := newArchive(t)
	ctx, cancel := context.WithCancel(t.Context())
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, _ := im.Place(ctx, Place{Path: "/x"})
	if err := im.StartFile(ctx, File{Place: place, Path: "/x/1", Reader: "text/1"}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := im.Add(ctx, "", NewIndexer().Prepare(article("T", "text"))); err != nil {
		t.Fatal(err)
	}
	if err := im.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, a, word("text")); len(got) != 1 || im.Counts().Added != 1 {
		t.Errorf("found %v, counted %+v", got, im.Counts())
	}
}

func TestReadersBesideAWriter(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/0", article("T", "text 0"))
	var readers sync.WaitGroup
	for range 8 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			r, err := Open(context.Background(), a.path)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			last := 0
			for range 20 {
				n, err := countNow(r, word("text"))
				if err != nil || n < last {
					t.Errorf("%d after %d articles, %v", n, last, err)
				}
				last = n
			}
		}()
	}
	for i := range 20 {
		put(t, a, fmt.Sprint("/x/", i+1), article("T", fmt.Sprint("text ", i+1)))
	}
	readers.Wait()
	sound(t, a)
}

// SQLite begins its log anew only when nobody reads from it. Here there is
// always somebody.
func TestLogStaysShortWhereSearchesOverlap(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/0", article("T", "text 0"))
	ctx, end := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				v, err := a.View(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(5 * time.Millisecond)
				if err := v.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 1))
	var written, longest int64
	for i := range 12 {
		var body strings.Builder
		for range 40_000 {
			fmt.Fprintf(&body, "%x ", random.IntN(1<<16))
		}
		before := walSize(a)
		put(t, a, fmt.Sprint("/x/", i+1), article("T", body.String()))
		longest = max(longest, walSize(a))
		written += max(0, walSize(a)-before)
	}
	end()
	readers.Wait()
	t.Logf("the log was up to %d bytes long; at least %d were written to it", longest, written)
	if longest > 2*longLog {
		t.Errorf("the log grew to %d bytes", longest)
	}
	sound(t, a)
}

func walSize(a *Archive) int64 {
	info, err := os.Stat(a.path + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}

func TestTwoImportsAtOnce(t *testing.T) {
	a := newArchive(t)
	b, err := OpenOrCreate(t.Context(), a.path, schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var both sync.WaitGroup
	for _, archive := range []*Archive{a, b} {
		both.Add(1)
		go func() {
			defer both.Done()
			for i := range 20 {
				put(t, archive, fmt.Sprint("/x/", i), article("T", fmt.Sprint("text ", i)))
			}
		}()
	}
	both.Wait()
	if n := len(ids(t, a, word("text"))); n != 20 {
		t.Errorf("%d articles, want 20", n)
	}
	sound(t, a)
}

// dayString writes a day number as yyyy-mm-dd.
func dayString(day int) string {
	return time.Unix(int64(day)*24*60*60, 0).UTC().Format("2006-01-02")
}

func TestDate(t *testing.T) {
	for _, test := range []struct{ iso, first, last string }{
		{"2022", "2022-01-01", "2022-12-31"},
		{"2024-02", "2024-02-01", "2024-02-29"},
		{"2022-05-07", "2022-05-07", "2022-05-07"},
		{"2022-05-07T23:30:00-05:00", "2022-05-07", "2022-05-07"},
		{"1945-05-08T23:01", "1945-05-08", "1945-05-08"},
		{"1492-10-12", "1492-10-12", "1492-10-12"},
	} {
		d, err := ParseDate(test.iso)
		if err != nil {
			t.Errorf("%s: %v", test.iso, err)
			continue
		}
		if first, last := dayString(d.First()), dayString(d.Last()); first != test.first || last != test.last {
			t.Errorf("%s: %s to %s", test.iso, first, last)
		}
	}
	for _, bad := range []string{"", "22", "2022-13", "2022-02-30", "7 May", "2022-05-07 10:00"} {
		if _, err := ParseDate(bad); err == nil {
			t.Errorf("%q is taken for a date", bad)
		}
	}
}

func TestPlainSQLiteReadsTheArchive(t *testing.T) {
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("no sqlite3 on this machine")
	}
	a := newArchive(t)
	put(t, a, "/x/1", article("A title", "Guarantees of peace"))
	a.Close()
	out, err := exec.Command(sqlite, "-readonly", a.path, `SELECT title, text FROM articles JOIN bodies USING (id);
		SELECT rowid FROM article_index WHERE article_index MATCH 'guarante';`).CombinedOutput()
	if err != nil || string(out) != "A title|Guarantees of peace\n1\n" {
		t.Errorf("%v: %s", err, out)
	}
}
