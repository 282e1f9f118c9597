package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/archive/store/fts5"
)

// order gives the articles of a search by their ids.
func order(t testing.TB, v *View, s Search) (ids []int64) {
	t.Helper()
	found, _, err := v.rank(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	return ids
}

func TestNeighboursOfTheQueryCount(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1",
		article("", "gamma beta one two three four five six seven eight alpha delta"),
		article("", "beta alpha one two three four five six seven eight gamma delta"),
		article("", "alpha beta one two three four five six seven eight gamma delta"),
		article("", "epsilon"), article("", "epsilon"), article("", "epsilon"), article("", "epsilon"))
	v := viewOf(t, a)
	words := []Node{word("alpha"), word("beta")}
	s := Search{Where: And(words), Score: words}
	if got := order(t, v, s); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("by the words alone: %v", got)
	}
	s.Sequence = []Words{words[0].(Words), words[1].(Words)}
	if got := order(t, v, s); !slices.Equal(got, []int64{3, 2, 1}) {
		t.Errorf("in sequence, in a window, apart: %v", got)
	}
}

func TestRepeatedWordCountsMore(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("", "alpha"), article("", "beta"), article("", "gamma"), article("", "delta"), article("", "epsilon"))
	v := viewOf(t, a)
	where := Or{word("alpha"), word("beta")}
	if got := order(t, v, Search{Where: where, Score: []Node{word("alpha"), Repeated{word("beta"), 2}}}); !slices.Equal(got, []int64{2, 1}) {
		t.Errorf("beta twice: %v", got)
	}
}

func TestTiesNewestFirst(t *testing.T) {
	a := newArchive(t)
	dates := []string{"", "2021-03-04", "2023-01-01", "2021-03-04", ""}
	for i, date := range dates {
		art := article("", fmt.Sprintf("alpha number%d", i))
		art.Published, _ = ParseDate(date)
		put(t, a, fmt.Sprint("/x/", i), art)
	}
	v := viewOf(t, a)
	want := []int64{3, 2, 4, 1, 5}
	s := Search{Where: word("alpha"), Score: []Node{word("alpha")}}
	if got := order(t, v, s); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if found, err := v.findSQL(t.Context(), s); err != nil || len(found) != 5 || found[0].ID != 3 || found[2].ID != 4 || found[4].ID != 5 {
		t.Errorf("SQL: %v, %v", found, err)
	}
	for i := range want {
		s.Limit, s.Offset = 1, i
		if got := order(t, v, s); len(got) != 1 || got[0] != want[i] {
			t.Errorf("page %d: %v", i, got)
		}
	}
}

// Pages are cut from one order, above and below the depth to which neighbours
// count.
func TestPagesOfARerankedOrder(t *testing.T) {
	a := newArchive(t)
	r := rand.New(rand.NewPCG(1, 2))
	var articles []*Article
	for i := range 3 * rerankDepth {
		articles = append(articles, article("", fmt.Sprintf("%s alpha %s beta number%d", randomWords(r, 12), randomWords(r, 9), i)))
	}
	put(t, a, "/x/1", articles...)
	v := viewOf(t, a)
	s := Search{Where: word("alpha"), Score: []Node{word("alpha"), word("beta")}}
	s.Sequence = []Words{word("alpha").(Words), word("beta").(Words)}
	all := order(t, v, s)
	var paged []int64
	for s.Limit = 70; s.Offset < len(all); s.Offset += s.Limit {
		paged = append(paged, order(t, v, s)...)
	}
	if len(all) != 3*rerankDepth || !slices.Equal(all, paged) {
		t.Errorf("%d articles, in pages %d, the same: %v", len(all), len(paged), slices.Equal(all, paged))
	}
}

func TestClosenessAgainstEveryPair(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		first, second, length := positions(r), positions(r), fts5.Position(1+r.IntN(12))
		var want closeness
		for _, f := range first {
			weight := float64(weights[f.Column()])
			distance := func(s fts5.Position) int { return int(s) - int(f) }
			if slices.ContainsFunc(second, func(s fts5.Position) bool { d := distance(s); return 0 < d && d <= int(length) }) {
				want.sequence += weight
			}
			reach := max(windowWords-1, int(length))
			if slices.ContainsFunc(second, func(s fts5.Position) bool { d := distance(s); return d != 0 && -reach <= d && d <= reach }) {
				want.window += weight
			}
		}
		if got := closenessOf(first, second, length); got != want {
			t.Fatalf("%v, %v, %d: %+v, want %+v", first, second, length, got, want)
		}
	}
}

// positions makes places of a word in both columns.
func positions(r *rand.Rand) (list []fts5.Position) {
	for column := range fts5.Position(2) {
		for at := range fts5.Position(60) {
			if r.IntN(10) == 0 {
				list = append(list, column<<32|at)
			}
		}
	}
	return list
}

// A long question takes no more pairs than allowed; repeated pairs are one.
func TestPairsAreBounded(t *testing.T) {
	var sequence []Words
	for i := range 4 * maxPairs {
		sequence = append(sequence, word(fmt.Sprint("w", i)).(Words))
	}
	if n := len(pairsOf(sequence)); n != maxPairs {
		t.Errorf("%d pairs", n)
	}
	few := strings.Fields("a b a b b c* a b")
	sequence = nil
	for _, s := range few {
		w := word(strings.TrimSuffix(s, "*")).(Words)
		w.Any[0].Prefix = strings.HasSuffix(s, "*")
		sequence = append(sequence, w)
	}
	pairs := pairsOf(sequence)
	if len(pairs) != 2 || pairs[0].times != 3 || pairs[1].times != 1 {
		t.Errorf("%+v", pairs)
	}
}
