package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// vocabularyOf gives all words of an archive, once each.
func vocabularyOf(t *testing.T, a *Archive) (words []string) {
	t.Helper()
	v, err := a.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	if err := v.EachWord(t.Context(), func(r *wordlist.Reader) { seen[string(r.Key)] = true }); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for w := range seen {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// wordsOf gives the words that are in texts.
func wordsOf(texts ...string) (words []string) {
	for _, s := range texts {
		for token := range text.NewAnalyser("en").Tokens(s) {
			words = append(words, token.Surface)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func TestVocabularyHoldsEveryWord(t *testing.T) {
	a := newArchive(t)
	random := rand.New(rand.NewPCG(3, 4))
	texts := []string{"In Kyiv, Łukaszenka spoke", "of kyiv and NATO"}
	put(t, a, "/x/0", article("Title Words", texts[0]), article("", texts[1]))
	for i := range 40 { // imports of many sizes, so that runs are merged
		var b strings.Builder
		for range 1 + random.IntN(3)*400 {
			fmt.Fprintf(&b, "w%c%d ", 'a'+random.IntN(26), random.IntN(300))
		}
		texts = append(texts, b.String())
		put(t, a, fmt.Sprintf("/x/%d", i+1), article("", b.String()))
	}
	want := wordsOf(append(texts, "title words")...)
	for _, done := range []string{"imported", "optimised"} {
		if diff := cmp.Diff(want, vocabularyOf(t, a)); diff != "" {
			t.Errorf("%s: %s", done, diff)
		}
		v, err := a.View(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if _, found, err := v.Word(t.Context(), w); !found || err != nil {
				t.Fatalf("%s: %q is not found: %v", done, w, err)
			}
		}
		if _, found, err := v.Word(t.Context(), "absent"); found || err != nil {
			t.Errorf("%s: a word that is not there: %v %v", done, found, err)
		}
		kyiv, _, _ := v.Word(t.Context(), "kyiv")
		if diff := cmp.Diff(Word{"kyiv", "Kyiv", text.Capitalised | text.Lower}, kyiv); diff != "" {
			t.Error(diff)
		}
		names, err := v.NamesByKey(t.Context(), text.NameKeys("lukaszenka")[0])
		if !slices.Contains(names, Word{"lukaszenka", "Łukaszenka", text.Capitalised}) || err != nil {
			t.Error(names, err)
		}
		runs, err := v.runs(t.Context(), wordList)
		if most := map[string]int{"imported": 6, "optimised": 1}[done]; len(runs) > most || err != nil {
			t.Errorf("%s: %d runs, %v", done, len(runs), err)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Optimise(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// An archive that knew no vocabulary, or whose vocabulary is damaged, gets
// one that is like that of a new archive.
func TestVocabularyIsRenewed(t *testing.T) {
	for _, how := range []string{
		`DELETE FROM vocabulary; DELETE FROM meta WHERE key = 'vocabulary'`,
		`UPDATE vocabulary SET data = x'ffff'`,
		`UPDATE vocabulary SET data = x''`,
	} {
		a := newArchive(t)
		put(t, a, "/x/0", article("A title", "In Kyiv, Łukaszenka spoke"))
		put(t, a, "/x/1", article("", "some more words of Kyiv"))
		want := vocabularyOf(t, a)
		if _, err := a.db.Exec(how); err != nil {
			t.Fatal(err)
		}
		a.Close()
		b, err := OpenOrCreate(t.Context(), a.path, "")
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if strings.HasPrefix(how, "UPDATE") {
			if _, err := b.Optimise(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, vocabularyOf(t, b)); diff != "" {
			t.Errorf("%s: %s", how, diff)
		}
	}
}

func TestTieredRuns(t *testing.T) {
	for _, c := range []struct {
		blocks []int64
		from   int
	}{
		{[]int64{1, 1}, 0}, {[]int64{3, 1}, 1}, {[]int64{9, 3, 1}, 2}, {[]int64{9, 2, 1}, 1}, {[]int64{8, 2, 2}, 0}, {[]int64{5}, 0},
	} {
		var runs []run
		for i, n := range c.blocks {
			runs = append(runs, run{int64(i), n})
		}
		if from := tiered(runs); from != c.from {
			t.Errorf("%v: from %d, want %d", c.blocks, from, c.from)
		}
	}
}
