package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestOptimiseKeepsEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	a := newArchive(t)
	for i := range 40 {
		put(t, a, fmt.Sprint("/x/", i), article(randomWords(r, 4), randomWords(r, 4000)))
	}
	before, words := articlesWith(t, a, "w1"), Words{Any: []Phrase{{Stems: []string{"w1", "w0"}}}}
	phrases := ids(t, a, words)
	o, err := a.Optimise(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if o.SegmentsBefore < 2 || o.SegmentsAfter != 1 {
		t.Errorf("%d segments, then %d; want one of several", o.SegmentsBefore, o.SegmentsAfter)
	}
	if o.After > o.Before {
		t.Errorf("the file grew from %d to %d bytes", o.Before, o.After)
	}
	if after := articlesWith(t, a, "w1"); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("w1 finds %v, found %v before", after, before)
	}
	if after := ids(t, a, words); fmt.Sprint(after) != fmt.Sprint(phrases) {
		t.Errorf("the phrase finds %v, found %v before", after, phrases)
	}
	sound(t, a)
	put(t, a, "/x/new", article("new", "w1 fresh"))
	sound(t, a)
	if n := len(articlesWith(t, a, "fresh")); n != 1 {
		t.Errorf("%d articles with what was imported afterwards, want 1", n)
	}
}

func articlesWith(t *testing.T, a *Archive, stem string) []int64 {
	t.Helper()
	return ids(t, a, Words{Any: []Phrase{{Stems: []string{stem}}}})
}
