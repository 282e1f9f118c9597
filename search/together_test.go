package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/archive/store"
)

// What the operators find is compared with texts put together of sentences
// and paragraphs that are known.
func TestTogetherAgainstKnownSentences(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	r := newReader([]string{"en"}, newTextMatcher())
	vocabulary := []string{"alpha", "beta", "gamma", "delta"}
	for range 2000 {
		var body strings.Builder
		var wantSame, wantPara bool
		for range 1 + rng.IntN(3) {
			var paragraph []string
			for range 1 + rng.IntN(3) {
				var sentence []string
				for range 1 + rng.IntN(3) {
					sentence = append(sentence, vocabulary[rng.IntN(len(vocabulary))])
				}
				paragraph = append(paragraph, sentence...)
				wantSame = wantSame || slices.Contains(sentence, "alpha") && slices.Contains(sentence, "beta")
				body.WriteString("So " + strings.Join(sentence, "\n") + ". ")
			}
			wantPara = wantPara || slices.Contains(paragraph, "alpha") && slices.Contains(paragraph, "beta")
			body.WriteString("\n\n")
		}
		for query, want := range map[string]bool{"alpha SAME beta": wantSame, "beta PARA alpha": wantPara} {
			tree, _ := parse(query)
			l := r.same(tree.(sameNode), store.Anywhere)
			if got := l.condition.(store.Verified).Check("", body.String(), "en"); got != want {
				t.Fatalf("%s in %q: %v, want %v", query, body.String(), got, want)
			}
		}
	}
}

// Words near each other stand in one sentence with the others only if all of
// them do.
func TestNearWithinASentence(t *testing.T) {
	a := newArchive(t, article("en", "T", "So alpha came with beta. Gamma was there."), article("en", "T", "So alpha, beta and gamma came."))
	for query, want := range map[string][]int64{
		`alpha SAME (beta NEAR/2 gamma)`:               {2},
		`alpha SAME (beta ADJ/2 gamma OR nobody)`:      {2},
		`alpha SAME "beta gamma"~2`:                    {2},
		`alpha PARA (beta NEAR/2 gamma)`:               {1, 2},
		`(alpha NEAR/3 beta) SAME came`:                {1, 2},
		`(alpha NEAR/3 beta) SAME (beta NEAR/2 gamma)`: {2},
	} {
		if got := foundAll(t, a, query); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", query, got, want)
		}
	}
}
