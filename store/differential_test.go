package store

import (
	"fmt"
	"math"
	"math/rand/v2"
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
		switch r.IntN(12) {
		case 0:
			return Near{Within: 1 + r.IntN(6), Any: [][]Phrase{{randomWord(r).Any[0], randomWord(r).Any[0]}}}
		case 1:
			return SourceIn{int64(r.IntN(4))}
		case 2:
			return PublishedIn{18000 + r.IntN(30), 18000 + r.IntN(60)}
		case 3:
			return LangIn{[]string{"en", "xx"}[r.IntN(2)]}
		case 4:
			return Has([]Property{HasSource, HasDate, IsSuperseded, HasTag}[r.IntN(4)])
		case 5:
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

// randomArchive imports, changes and supersedes at random, in small batches,
// so that the index has segments of every age.
func randomArchive(t *testing.T, r *rand.Rand) *Archive {
	a := newArchive(t)
	for range 25 {
		articles := make([]*Article, 1+r.IntN(12))
		for i := range articles {
			art := article(randomWords(r, 5), randomWords(r, 60))
			art.Lang.Value = []string{"xx", "xx", "en", ""}[r.IntN(4)]
			if n := r.IntN(4); n > 0 {
				art.Source = Field{Value: fmt.Sprint("source ", n), Rule: "x"}
			}
			if r.IntN(3) > 0 {
				art.Published, _ = ParseDate(dayString(18000 + r.IntN(60))[:[]int{4, 7, 10}[r.IntN(3)]])
			}
			if r.IntN(5) == 0 {
				art.Tags = []string{"tag"}
			}
			articles[i] = art
		}
		put(t, a, fmt.Sprint("/x/", r.IntN(15)), articles...)
	}
	return a
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
	words := []Node{randomWord(r), randomWord(r), randomWord(r)}[:1+r.IntN(3)]
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
