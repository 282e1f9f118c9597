package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// shares are words and in how many of 100 articles they stand.
var shares = []struct {
	word  string
	until int
}{
	{"tariffs quotas", 1}, {"aluminium smelter", 30}, {"copper", 20}, {"mining", 15}, {"barley", 10}, {"zeppelin", 5}, {"the said", 95},
}

// ofShares writes 100 articles of words whose shares are known; harvest and
// farmers stand in all.
func ofShares(t *testing.T, dir string) corpusFiles {
	t.Helper()
	c := corpusFiles{dir}
	f, err := os.Create(c.jsonl())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := json.NewEncoder(f)
	for i := range 100 {
		a := article{Title: fmt.Sprint("No ", i), Body: "Farmers expect a good harvest.", Date: fmt.Sprintf("2007-01-%02d", i/4+1), Source: "Tass"}
		if i < 5 {
			a.Source = "AFP"
		}
		for _, s := range shares {
			if i < s.until {
				a.Body += "\n" + s.word + ".\n" + s.word + "."
			}
		}
		if err := lines.Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestChooseWords(t *testing.T) {
	c := ofShares(t, t.TempDir())
	got, err := chooseWords(c.jsonl(), 100)
	if err != nil {
		t.Fatal(err)
	}
	want := words{
		Rare: "zeppelin", Percent1: "quotas", Percent30: "aluminium", Percent95: "said",
		Common: [3]string{"aluminium", "copper", "mining"}, Phrase: [2]string{"farmers", "expect"}, Prefix: "barl",
		Source: "AFP", Since: "2007-01-12", Until: "2007-01-14",
	}
	if got != want {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

// The words of a phrase are common ones, even if rarer ones meet more often.
func TestPhraseIsOfCommonWords(t *testing.T) {
	v := newVocabulary()
	for i := range 100 {
		a := article{Body: "Plain text."}
		if i < 20 {
			a.Body = "Silver at the price."
		}
		if i < 5 {
			a.Body = "Silver price."
		}
		if i >= 91 {
			a.Body = "Hard frost."
		}
		v.add(&a)
	}
	for range 30 {
		v.add(&article{Body: "None at all."})
	}
	if got := v.choose().Phrase; got != [2]string{"plain", "text"} {
		t.Errorf("%q, want the pair in most articles", got)
	}
	delete(v.pairs, "plain text")
	if got := v.choose().Phrase; got != [2]string{"silver", "price"} {
		t.Errorf("%q, want the pair whose words are both common", got)
	}
}

func TestChooseWordsOfNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.jsonl")
	write(t, path, "")
	if _, err := chooseWords(path, 10); err == nil {
		t.Error("words were chosen of no articles")
	}
}
