package store

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var allFacets = []Facet{FacetSource, FacetAuthor, FacetLang, FacetYear, FacetMonth, FacetType, FacetCites}

// The packed values and SQL count the same.
func TestFacetsAgreeWithSQL(t *testing.T) {
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 3))
		v := viewOf(t, randomArchive(t, r))
		compareFacets(t, v, All{}, 0)
		for range 60 {
			compareFacets(t, v, randomNode(r, r.IntN(3)), r.IntN(5))
		}
	}
}

func compareFacets(t *testing.T, v *View, where Node, top int) {
	t.Helper()
	got, err := v.countFacets(t.Context(), where, allFacets, top)
	if err != nil {
		t.Fatal(err)
	}
	want, err := v.facetsSQL(t.Context(), where, allFacets, top)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%v: SQL differs: %s", where, diff)
	}
}

// Articles of archives that have just been brought to this version count too.
func TestFacetsOfSavedArchives(t *testing.T) {
	for version := 1; version <= SchemaVersion; version++ {
		a, err := Open(t.Context(), saved(t, version))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		comparePacked(t, a)
		v := viewOf(t, a)
		compareFacets(t, v, All{}, 0)
		counts, err := v.Facets(t.Context(), word("zaporizhzhia"), []Facet{FacetType, FacetCites}, 1)
		if err != nil {
			t.Fatal(err)
		}
		want := []FacetCounts{
			{Values: []Count{{"text", 3}}},
			{Values: []Count{{"Axios", 1}}, More: 1, Unknown: 2},
		}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("version %d: %s", version, diff)
		}
	}
}

// Numbers of every size are counted, and a huge one takes no memory.
func TestTally(t *testing.T) {
	var c tally
	c.add([]uint32{0, 7, 7, 300, maxSmall - 1, maxSmall, 1<<32 - 1, 1<<32 - 1, 1<<32 - 1})
	got := make(map[uint32]int)
	for _, n := range c.all() {
		got[n.number] = n.n
	}
	want := map[uint32]int{7: 2, 300: 1, maxSmall - 1: 1, maxSmall: 1, 1<<32 - 1: 3}
	if diff := cmp.Diff(want, got); diff != "" || c.zeros() != 1 || c.all()[0].number != 1<<32-1 {
		t.Error(c.zeros(), diff)
	}
}

// The outlets are the same whether counted from the packed values or by SQL.
func TestSourcesAgreeWithSQL(t *testing.T) {
	for seed := range uint64(3) {
		a := randomArchive(t, rand.New(rand.NewPCG(seed, 8)))
		v := viewOf(t, a)
		want, err := v.sourcesSQL(t.Context())
		if err != nil || len(want) < 5 {
			t.Fatal(want, err)
		}
		got, err := a.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sameInstant := cmp.Comparer(func(a, b Date) bool {
			dayA, precisionA := a.packed()
			dayB, precisionB := b.packed()
			return dayA == dayB && precisionA == precisionB
		})
		if diff := cmp.Diff(want, got, sameInstant); diff != "" {
			t.Error(diff)
		}
	}
}

func TestKindsAgreeWithSQL(t *testing.T) {
	a := randomArchive(t, rand.New(rand.NewPCG(1, 9)))
	s, err := a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct {
		column string
		got    []Count
	}{{"lang", s.Langs}, {"type", s.Types}} {
		want, err := countsOn(t.Context(), a.db, `SELECT coalesce(`+kind.column+`, ''), count(*) FROM articles
			WHERE superseded_by IS NULL GROUP BY 1 ORDER BY 2 DESC, 1`)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, kind.got); diff != "" || len(want) < 3 {
			t.Error(kind.column, diff)
		}
	}
}
