package text

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// For every stemmer, words are passed over only if neither their surface nor
// their stem begins with a letter that is wanted.
func TestTokensBeginning(t *testing.T) {
	letters := []rune("abcdefghijklmnopqrstuvwxyzàéöüßłøščőążабвгдежзийклмнопрстуфхцчшщъыьэюяєіїґ'’.-ابتلوकขก部0189ŉ")
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("Putin's l'été d'Italie U.S. J.R.R O'Neill rock-n-roll 1990s 3.14 ½ naj najlepszy ungewöhnlich gegeben Їжак Ґанок dying skies idly")
	for range 6_000 {
		b := make([]rune, 1+r.IntN(9))
		script := r.IntN(3) * 26
		for i := range b {
			if b[i] = letters[min(script+r.IntN(30), len(letters)-1)]; r.IntN(12) == 0 {
				b[i] = letters[r.IntN(len(letters))]
			}
		}
		words = append(words, string(b))
	}
	for _, list := range allStopWords(t) {
		words = append(words, list...)
	}
	text := strings.Join(words, " ")
	langs := []string{"", "zxx"}
	for lang := range stemmers {
		langs = append(langs, lang)
	}
	for _, lang := range langs {
		var wanted Initials
		for _, word := range []string{"s", "e", "9", "п", "і", "部"} {
			wanted.Add(word)
		}
		compareTokens(t, lang, text, &wanted)
		everything := AnyInitial()
		compareTokens(t, lang, "Any word.", &everything)
	}
}

func allStopWords(t *testing.T) (lists [][]string) {
	t.Helper()
	files, err := stopWordFiles.ReadDir("stopwords")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := stopWordFiles.ReadFile("stopwords/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, strings.Fields(string(b)))
	}
	return lists
}

func compareTokens(t *testing.T, lang, s string, wanted *Initials) {
	t.Helper()
	a := NewAnalyser(lang)
	whole := slices.Collect(a.Tokens(s))
	fast := slices.Collect(NewAnalyser(lang).TokensBeginning(s, wanted))
	if len(whole) != len(fast) {
		t.Fatalf("%q: %d tokens, want %d", lang, len(fast), len(whole))
	}
	spared := 0
	for i, w := range whole {
		f := fast[i]
		if f.Surface == "" {
			spared++
			surface, _ := utf8.DecodeRuneInString(w.Surface)
			stem, _ := utf8.DecodeRuneInString(w.Stem)
			if wanted.has(surface) || wanted.has(stem) {
				t.Fatalf("%q: %+v was passed over", lang, w)
			}
			w.Surface, w.Stem = "", ""
		}
		if f != w {
			t.Fatalf("%q: %+v, want %+v", lang, f, w)
		}
	}
	if moves := a.movesInitials || wanted.any; (spared > len(whole)/10) == moves {
		t.Errorf("%q: of %d words %d were spared", lang, len(whole), spared)
	}
}
