package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// randomWords gives words of very different frequency.
func randomWords(r *rand.Rand, most int) string {
	words := make([]string, 1+r.IntN(most))
	for i := range words {
		f := r.Float64()
		words[i] = fmt.Sprintf("w%d", int(f*f*f*60))
	}
	return strings.Join(words, " ")
}

func randomWord(r *rand.Rand) Words {
	w := Words{Any: []Phrase{{Stems: strings.Fields(randomWords(r, 1+r.IntN(2)))}}}
	switch r.IntN(6) {
	case 0:
		w.Column = InTitle
	case 1:
		w.Column = InText
	case 2:
		w.Any[0].Stems, w.Any[0].Prefix = []string{fmt.Sprintf("w%d", r.IntN(6))}, true
	}
	return w
}

func randomNode(r *rand.Rand, depth int) Node {
	if depth == 0 {
		switch r.IntN(16) {
		case 0:
			return Near{Within: 1 + r.IntN(6), Any: [][]Phrase{{randomWord(r).Any[0], randomWord(r).Any[0]}}}
		case 1:
			return SourceIn{int64(r.IntN(4))}
		case 2:
			return PublishedIn{18000 + r.IntN(30), 18000 + r.IntN(60)}
		case 3:
			return LangIn{[]string{"en", "xx"}[r.IntN(2)]}
		case 4:
			return Has([]Property{HasSource, HasDate, IsSuperseded, HasTag, HasByline, HasCites}[r.IntN(6)])
		case 5:
			return TypeIn{[]string{"text", "json", "none"}[r.IntN(3)]}
		case 6:
			return CitesIn{int64(r.IntN(9)), int64(r.IntN(9))}
		case 7:
			return randomSpan(r)
		case 8:
			return Words{Any: append(randomWord(r).Any, randomWord(r).Any...)}
		}
		return randomWord(r)
	}
	kids := make([]Node, 1+r.IntN(3))
	for i := range kids {
		kids[i] = randomNode(r, depth-1)
	}
	switch r.IntN(5) {
	case 0, 1:
		return Or(kids)
	case 2:
		return Not{kids[0]}
	}
	return And(kids)
}

// randomSpan gives spans that begin and end where months and years do, or next to it.
func randomSpan(r *rand.Rand) PublishedIn {
	bound := func() int {
		d, _ := ParseDate([]string{"0000", "2021-12", "2022", "2022-02", "9999-12-31", "2019-04", "2019-05"}[r.IntN(7)])
		return []int{d.First(), d.Last()}[r.IntN(2)] + r.IntN(3) - 1
	}
	return PublishedIn{bound(), bound()}
}

// comparePacked compares the packed values with what the tables say.
func comparePacked(t *testing.T, a *Archive) {
	t.Helper()
	want, err := packedAfter(t.Context(), a.db, 0)
	if err != nil {
		t.Fatal(err)
	}
	v := viewOf(t, a)
	outlets := newOutletReader(v.block)
	for _, p := range want {
		day, precision := p.published.packed()
		wanted := [...]uint32{p.length, p.source, p.byline, day, precision, p.lang, p.state, p.form, packTime(p.added), uint32(len(p.outlets))}
		for i, w := range wanted {
			r := columnReader{stmt: v.block, col: columnLength + column(i)}
			if got := r.value(t.Context(), p.id); got != w || r.err != nil {
				t.Errorf("article %d: value %d is %d, want %d; %v", p.id, i+1, got, w, r.err)
			}
		}
		outlets.load(t.Context(), p.id)
		var cited []uint32
		for i, end := outlets.of(int(p.id % blockRows)); i < end; i++ {
			cited = append(cited, outlets.outlets.at(i))
		}
		if !slices.Equal(cited, p.outlets) {
			t.Errorf("article %d cites %v, want %v", p.id, cited, p.outlets)
		}
	}
}

// randomArchive imports, changes, amends, supersedes and revives at random, in
// small batches, so that the index has segments of every age.
func randomArchive(t *testing.T, r *rand.Rand) *Archive {
	a := newArchive(t)
	var made []*Article
	for range 25 {
		articles := make([]*Article, 1+r.IntN(12))
		for i := range articles {
			articles[i] = article(randomWords(r, 5), randomWords(r, 60))
			if len(made) > 0 && r.IntN(4) == 0 {
				articles[i] = article("", "")
				*articles[i] = *made[r.IntN(len(made))]
			}
			randomMetadata(r, articles[i])
		}
		made = append(made, articles...)
		put(t, a, fmt.Sprint("/x/", r.IntN(15)), articles...)
	}
	return a
}

func randomMetadata(r *rand.Rand, art *Article) {
	art.Lang.Value = []string{"xx", "xx", "en", ""}[r.IntN(4)]
	art.Type = []string{"text", "json", "csv"}[r.IntN(3)]
	art.Source = randomField(r, "source")
	art.Byline = randomField(r, "by")
	art.Published = Date{}
	switch r.IntN(3) {
	case 0:
		art.Published, _ = ParseDate(dayString(18000 + r.IntN(60))[:[]int{4, 7, 10}[r.IntN(3)]])
	case 1:
		art.Published, _ = ParseDate(randomDate(r))
	}
	art.Tags, art.Cites = nil, nil
	if r.IntN(5) == 0 {
		art.Tags = []string{"tag"}
	}
	for range r.IntN(4) * r.IntN(2) {
		outlet := []string{"", fmt.Sprint("source ", 1+r.IntN(4)), fmt.Sprint("agency ", r.IntN(3))}[r.IntN(3)]
		art.Cites = append(art.Cites, Citation{outlet, "told OUTLET", "told"})
	}
}

func randomField(r *rand.Rand, kind string) Field {
	n := r.IntN(5)
	if n == 0 {
		return Field{}
	}
	return Field{Value: fmt.Sprint(kind, " ", n), Rule: "x", Derived: r.IntN(2) == 0}
}

// The pages and SQL give the same articles for any condition, and the same
// scores to rounding.
func TestPagesAgreeWithSQL(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1))
		a := randomArchive(t, r)
		sound(t, a)
		comparePacked(t, a)
		for range 300 {
			ids(t, a, randomNode(r, r.IntN(4)))
		}
		v := viewOf(t, a)
		if v.index == nil {
			t.Fatal("the pages are not read")
		}
		for range 200 {
			compareScores(t, v, r)
		}
	}
}

func compareScores(t *testing.T, v *View, r *rand.Rand) {
	t.Helper()
	// Each word once: SQL lets repeated ones count without bound.
	words := eachOnce(randomWord(r), randomWord(r), randomWord(r))
	words = words[:1+r.IntN(len(words))]
	where := []Node{And(words), Or(words)}[r.IntN(2)]
	s := Search{Where: where, Score: words, Limit: 1 + r.IntN(20), Offset: r.IntN(4)}
	if r.IntN(2) == 0 {
		s.Where = And{where, SourceIn{1, 2}}
	}
	if r.IntN(4) == 0 {
		s.Except = randomWord(r)
	}
	got, total, err := v.rank(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	want, err := v.findSQL(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	where = s.Where
	if s.Except != nil {
		where = And{where, Not{s.Except}}
	}
	if n, err := v.countSQL(t.Context(), where); err != nil || n != total {
		t.Fatalf("%v: %d in all, SQL %d, %v", s, total, n, err)
	}
	if len(got) != len(want) {
		t.Fatalf("%v: %d articles, SQL %d", s, len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i].Score-want[i].Score) > 1e-9*math.Abs(want[i].Score) {
			t.Fatalf("%v: place %d is %v, SQL %v", s, i, got[i], want[i])
		}
		// Articles of the same score to rounding may change places.
		if got[i].ID != want[i].ID && math.Abs(scoreOf(want, got[i].ID)-got[i].Score) > 1e-9 && i < len(got)-1 && i > 0 {
			t.Fatalf("%v: place %d is %v, SQL %v", s, i, got[i], want[i])
		}
	}
}

func eachOnce(nodes ...Node) (distinct []Node) {
	known := make(map[string]bool)
	for _, n := range nodes {
		if key := fmt.Sprint(n); !known[key] {
			known[key] = true
			distinct = append(distinct, n)
		}
	}
	return distinct
}

func scoreOf(found []Scored, id int64) float64 {
	for _, f := range found {
		if f.ID == id {
			return f.Score
		}
	}
	return math.NaN()
}

// A structure that is not known leaves the answers to SQL.
func TestUnknownStructureFallsBack(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("one", "alpha beta"), article("two", "alpha"))
	v := viewOf(t, a)
	v.index = nil
	found, _, err := v.Find(t.Context(), Search{Where: word("alpha"), Score: []Node{word("alpha")}})
	if err != nil || len(found) != 2 {
		t.Errorf("%v, %v", found, err)
	}
	if n, err := v.Count(t.Context(), word("beta")); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// The C library reads an archive, and finds the index sound.
func TestSQLiteProgramReadsTheArchive(t *testing.T) {
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("the program sqlite3 is not here (the Debian package sqlite3 has it)")
	}
	a := randomArchive(t, rand.New(rand.NewPCG(9, 9)))
	want := len(ids(t, a, Words{Any: []Phrase{{Stems: []string{"w3"}}}}))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, a.path, `
		INSERT INTO article_index (article_index) VALUES ('integrity-check');
		PRAGMA integrity_check;
		SELECT count(*) FROM article_index ('w3')`).CombinedOutput()
	if got := string(out); err != nil || got != fmt.Sprintf("ok\n%d\n", want) {
		t.Errorf("sqlite3 says %q, want %d matches: %v", got, want, err)
	}
}
