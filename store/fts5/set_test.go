package fts5

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Sets do what maps do.
func TestSets(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		a, b := &Set{}, &Set{}
		inA, inB := make(map[int64]bool), make(map[int64]bool)
		for range r.IntN(60) {
			row := int64(r.IntN(1 + r.IntN(400)))
			if r.IntN(2) == 0 {
				a.Add(row)
				inA[row] = true
			} else {
				b.Add(row)
				inB[row] = true
			}
		}
		union, both, less, even := a.Clone(), a.Clone(), a.Clone(), a.Clone()
		union.Union(b)
		both.Intersect(b)
		less.Subtract(b)
		again := both.Clone()
		again.Intersect(&Set{})
		again.Union(a)
		even.Keep(func(row int64) bool { return row%2 == 0 })
		for name, c := range map[string]struct {
			set  *Set
			want func(row int64) bool
		}{
			"a":         {a, func(row int64) bool { return inA[row] }},
			"union":     {union, func(row int64) bool { return inA[row] || inB[row] }},
			"intersect": {both, func(row int64) bool { return inA[row] && inB[row] }},
			"subtract":  {less, func(row int64) bool { return inA[row] && !inB[row] }},
			"again":     {again, func(row int64) bool { return inA[row] }},
			"keep":      {even, func(row int64) bool { return inA[row] && row%2 == 0 }},
		} {
			var want []int64
			for row := range int64(400) {
				if c.want(row) {
					want = append(want, row)
				}
			}
			if got := slices.Collect(c.set.Rows); !slices.Equal(got, want) || c.set.Len() != len(want) {
				t.Fatalf("%s: %v, want %v", name, got, want)
			}
		}
	}
}

func TestSetsHoldNoRowTooHigh(t *testing.T) {
	var s Set
	for _, row := range []int64{-1, maxRow + 1, 1 << 62} {
		if s.Add(row) {
			t.Errorf("%d is held", row)
		}
	}
	if !s.Add(maxRow) || s.Len() != 1 {
		t.Error("the highest row is not held")
	}
}

func TestPositionsAreCounted(t *testing.T) {
	for list, want := range map[string]int{
		"":                         0,
		"\x05":                     10,
		"\x05\x02\x81\x01\x07":     40,
		"\x01\x01\x05":             1,
		"\x05\x01\x01\x03\x81\x01": 12,
		"\x03\x01\x01\x81\x01\x02\x02\x02\x02\x02\x02\x02\x81\x01\x82\x01": 20,
		"\x81\x01\x05\x01\x01\x81\x01\x07":                                 22,
		"\x05\x05\x05\x05\x05\x05\x05\x05\x05\x01\x01\x07":                 91,
	} {
		if n, ok := countPositions([]byte(list), []int{10, 1}); !ok || n != want {
			t.Errorf("% x: %d, %v, want %d", list, n, ok, want)
		}
	}
	for _, list := range []string{"\x01", "\x01\x02\x05", "\x01\x81"} {
		if _, ok := countPositions([]byte(list), []int{10, 1}); ok {
			t.Errorf("% x is accepted", list)
		}
	}
}

func TestSumOfCounts(t *testing.T) {
	counts := func(rows map[int64]int) *Counts {
		c := &Counts{}
		for row, n := range rows {
			c.add(row, n)
		}
		return c
	}
	lists := []map[int64]int{{1: 2, 70: 254, 5000: 300}, {}, {70: 3, 5000: 1, 90000: 7, 91000: 255, 92000: 1}}
	var parts []*Counts
	want := make(map[int64]int)
	for _, l := range lists {
		parts = append(parts, counts(l))
		for row, n := range l {
			want[row] += n
		}
	}
	sum, err := Sum(parts)
	if err != nil || sum.Len() != len(want) {
		t.Fatalf("%d rows, %v", sum.Len(), err)
	}
	for row, n := range want {
		if sum.Of(row) != n {
			t.Errorf("row %d: %d, want %d", row, sum.Of(row), n)
		}
	}
	for i, l := range lists { // the parts are as they were
		if parts[i].Len() != len(l) {
			t.Errorf("part %d has %d rows", i, parts[i].Len())
		}
		for row, n := range l {
			if parts[i].Of(row) != n {
				t.Errorf("part %d, row %d: %d", i, row, parts[i].Of(row))
			}
		}
	}
	if alone, err := Sum(parts[1:]); err != nil || alone != parts[2] {
		t.Error("one list alone is copied")
	}
	if none, err := Sum(nil); err != nil || none.Len() != 0 {
		t.Error("nothing adds up to something")
	}
}
