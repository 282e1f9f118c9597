package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The packed values and SQL sort alike, to the last tie.
func TestOrdersAgreeWithSQL(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 5))
		v := viewOf(t, randomArchive(t, r))
		for _, o := range []Order{ByDate, ByDateDesc, BySource, ByAdded} {
			compareOrders(t, v, Search{Where: All{}, Order: o})
			for range 60 {
				s := Search{Where: randomNode(r, r.IntN(3)), Order: o, Offset: r.IntN(30), Limit: r.IntN(20)}
				if r.IntN(3) == 0 {
					s.Except = randomWord(r)
				}
				s.Score = []Node{randomWord(r)}
				if and, ok := s.Where.(And); ok && r.IntN(2) == 0 {
					s.Score = and
				}
				compareOrders(t, v, s)
			}
		}
	}
}

func compareOrders(t *testing.T, v *View, s Search) {
	t.Helper()
	got, total, err := v.findPaged(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	want, err := v.findSQL(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	same := func(a, b Scored) bool { return a.ID == b.ID }
	if !slices.EqualFunc(got, want, same) {
		t.Fatalf("%+v:\n%v, SQL\n%v", s, got, want)
	}
	if n, err := v.Count(t.Context(), And{s.Where, Not{orNone(s.Except)}}); n != total || err != nil {
		t.Fatalf("%+v: %d in all, counted %d, %v", s, total, n, err)
	}
}

func orNone(n Node) Node {
	if n == nil {
		return None{}
	}
	return n
}

// A page in the order of dates has the scores that the order by score gives.
func TestScoresOfADatedPage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	v := viewOf(t, randomArchive(t, r))
	words := []Node{word("w0"), word("w3")}
	s := Search{Where: Or(words), Score: words}
	ranked, _, err := v.Find(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	s.Order, s.Offset, s.Limit = ByDate, 3, 10
	dated, _, err := v.Find(t.Context(), s)
	if err != nil || len(dated) != 10 {
		t.Fatal(len(dated), err)
	}
	for _, d := range dated {
		if want := scoreOf(ranked, d.ID); math.Abs(want-d.Score) > 1e-9 || want == 0 {
			t.Errorf("article %d scores %g, want %g", d.ID, d.Score, want)
		}
	}
}

// What is kept is the same however it comes and however often it is cut.
func TestFirstK(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	for _, k := range []int{1, 20, 5000, math.MaxInt} {
		t.Run(fmt.Sprint(k), func(t *testing.T) {
			compare := (&sorter{}).compare
			f := newFirstK(k, compare)
			var all []keyed
			for id := range int64(30_000) {
				a := keyed{uint64(r.IntN(3000)), id}
				all = append(all, a)
				f.offer(a)
			}
			f.cut()
			slices.SortFunc(all, compare)
			if !slices.Equal(f.kept, all[:min(k, len(all))]) {
				t.Error("other articles are kept")
			}
		})
	}
}
