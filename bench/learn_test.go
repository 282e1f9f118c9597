package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCommonWords(t *testing.T) {
	for _, c := range []struct{ got, want, common string }{
		{"home news a b c share", "a b c", "..xxx."},
		{"a x b y c", "a b c", "x.x.x"},
		{"x y", "a b", ".."},
		{strings.Repeat("n ", 100) + "a b", "a b", strings.Repeat(".", 100) + "xx"},
		{strings.Repeat("w ", 150), strings.Repeat("w ", 150), strings.Repeat("x", 150)},
	} {
		var b strings.Builder
		for _, in := range commonWords(strings.Fields(c.got), strings.Fields(c.want)) {
			b.WriteByte(".x"[map[bool]int{false: 0, true: 1}[in]])
		}
		if b.String() != c.common {
			t.Errorf("%.40q in %.40q: %s, want %s", c.got, c.want, b.String(), c.common)
		}
	}
}

// A forest learns what one sign cannot tell alone.
func TestGrow(t *testing.T) {
	s := &samples{limits: [][]float32{{0}, {0}, {0}}, bins: make([][]uint8, 3)}
	for i := range 400 {
		one, other := i%2, i/2%2
		s.bins[0], s.bins[1], s.bins[2] = append(s.bins[0], uint8(one)), append(s.bins[1], uint8(other)), append(s.bins[2], uint8(i/4%2))
		s.right, s.weight = append(s.right, one == 1 && other == 0), append(s.weight, 1)
	}
	g := grower{trees: 300, leaves: 4, rate: .3, least: 1, ridge: 1}
	f := g.grow(s)
	var got []bool
	for _, signs := range [][]float32{{1, 0, 0}, {1, 1, 0}, {0, 0, 1}, {0, 1, 1}} {
		got = append(got, f.Likely(signs) > .5)
	}
	if want := []bool{true, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("learned %v, want %v", got, want)
	}
}
