package main

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// writeArticles writes articles as a compressed file of the name that speed
// reads.
func writeArticles(t *testing.T, dir string, articles []article) string {
	t.Helper()
	path := filepath.Join(dir, articlesName)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed := gzip.NewWriter(f)
	lines := json.NewEncoder(packed)
	for _, a := range articles {
		if err := lines.Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// realArticles are of four sentences each, so that it shows which halves went
// where; the number of an article stands in all of its sentences, and in each
// half a word that no other article has.
func realArticles(n int) []article {
	var all []article
	for i := range n {
		half := func(name string) string {
			return fmt.Sprintf("The wheat harvest of district %d was %s here. Farmers in district %d were content with %s.", i, name, i, oddWord(name, i))
		}
		all = append(all, article{
			Title: fmt.Sprint("Title ", i), Body: half("opening") + " " + half("closing"),
			Author: fmt.Sprint("Author ", i), Date: fmt.Sprintf("2007-01-%02dT10:00:00-05:00", i%28+1), URL: fmt.Sprint("http://news.example/", i), Lang: "en",
		})
	}
	return all
}

// oddWord makes a word of letters that no other article has.
func oddWord(name string, n int) string {
	h := fnv.New32a()
	fmt.Fprint(h, name, n)
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprintf("%010d", h.Sum32()))
}

func testMaker(t *testing.T, n int) *maker {
	t.Helper()
	m, err := newMaker(writeArticles(t, t.TempDir(), realArticles(n)), []string{"First", "Second", "Third"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestArticlesOfHalves(t *testing.T) {
	const real = 50
	m := testMaker(t, real)
	for n := 1; n <= 20*real; n++ {
		a := m.article(n)
		first, second, ok := strings.Cut(a.Body, "\n\n")
		if !ok || strings.Count(first, ".") != 2 || strings.Count(second, ".") != 2 {
			t.Fatalf("article %d is not of two halves of two sentences: %q", n, a.Body)
		}
		if !strings.Contains(first, "opening") || strings.Contains(first, "closing") || strings.Contains(second, "opening") {
			t.Errorf("article %d: %q and %q are not a first and a second half", n, first, second)
		}
		one, two := strings.Fields(first)[5], strings.Fields(second)[5]
		if one == two {
			t.Errorf("article %d is of one real article alone", n)
		}
		if a.URL != fmt.Sprintf("http://news.example/%s-%d", one, n) || a.Author != "Author "+two || a.ID != strconv.Itoa(n) {
			t.Errorf("article %d: %+v", n, a)
		}
	}
}

func TestArticlesAreTheSameAgain(t *testing.T) {
	one, two := testMaker(t, 20), testMaker(t, 20)
	for _, n := range []int{1000, 1, 20, 21} { // in any order
		if a, b := one.article(n), two.article(n); *a != *b {
			t.Errorf("article %d:\n%+v\n%+v", n, a, b)
		}
	}
	if one.article(1).Body == one.article(2).Body {
		t.Error("articles 1 and 2 are the same")
	}
}

// New words come, but fewer and fewer: of the two odd words of an article
// (n/100)^(-.6) are new.
func TestVocabularyGrows(t *testing.T) {
	m := testMaker(t, 100)
	m.beta = .4
	seen := make(map[string]bool)
	next := func(from, to int) (news int) {
		for n := from; n < to; n++ {
			for s := range letterWords(m.article(n).Body) {
				word := strings.ToLower(m.article(n).Body[s.from:s.to])
				if !seen[word] {
					seen[word] = true
					news++
				}
			}
		}
		return news
	}
	next(1, 501)
	for _, from := range []int{501, 5001} {
		want := 2 * 500 * math.Pow(float64(from+250)/100, -.6)
		if got := float64(next(from, from+500)); got < .8*want || got > 1.2*want {
			t.Errorf("from article %d on 500 bring %.0f new words, want about %.0f", from, got, want)
		}
	}
}

func TestMiddle(t *testing.T) {
	for _, test := range []struct{ body, first string }{
		{"One two three. Four five six. Seven eight nine.", "One two three. Four five six. "},
		{"One. Two three four five six seven eight. Nine.", "One. "},
		{"no sentence ends in here", "no sentence "},
		{"He paid 3.5 million at U.S. prices then he left. He said.", "He paid 3.5 million at U.S. prices then he left. "},
		{"word", "word"},
	} {
		if got := test.body[:middle(test.body)]; got != test.first {
			t.Errorf("%q: first half %q, want %q", test.body, got, test.first)
		}
	}
}

func TestOutlets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outlets")
	write(t, path, "# agencies\nReuters|Рейтер\n\nThe Times\nAFP|Agence\n")
	names, err := readOutlets(path)
	if err != nil || !slices.Equal(names, []string{"Reuters", "The Times", "AFP"}) {
		t.Fatalf("%q, %v", names, err)
	}
	m := &maker{outlets: newOutlets(names), real: []real{{article: article{Body: "One. Two."}, cut: 5}, {article: article{Body: "Three. Four."}, cut: 7}}}
	counts := make(map[string]int)
	for n := range 1100 {
		counts[m.article(n).Source]++
	}
	for name, want := range map[string]int{"Reuters": 600, "The Times": 300, "AFP": 200} {
		if got := counts[name]; got < want-75 || got > want+75 {
			t.Errorf("%s gave %d of 1100 articles, want about %d", name, got, want)
		}
	}
}

func TestCorpusFiles(t *testing.T) {
	dir := t.TempDir()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	w := &workshop{ctx: t.Context(), root: root, from: writeArticles(t, dir, realArticles(30))}
	c := corpusFiles{filepath.Join(dir, "corpus")}
	if err := w.make(c, 40); err != nil {
		t.Fatal(err)
	}
	if err := w.makeTree(c, 40); err != nil {
		t.Fatal(err)
	}
	rows := readRows(t, c.csv())
	var made []article
	var size int64
	if err := eachArticle(c.jsonl(), func(a *article) error {
		made = append(made, *a)
		size += a.textBytes()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(made) != 40 || len(rows) != 40 {
		t.Fatalf("%d lines of JSON, %d rows", len(made), len(rows))
	}
	for i, a := range made {
		if want := []string{a.ID, a.Source, a.Date[:10], a.Author, a.URL, a.Title, a.Body}; !slices.Equal(rows[i], want) {
			t.Errorf("row %q, want %q", rows[i], want)
		}
	}
	text, err := os.ReadFile(filepath.Join(c.tree(), "0000", "40.txt"))
	if err != nil || string(text) != made[39].Title+"\n\n"+made[39].Body+"\n" {
		t.Errorf("%q, %v", text, err)
	}
	if more := readRows(t, c.more(1).csv()); len(more) != moreArticles || more[0][0] != "1041" {
		t.Errorf("%d further articles, the first is %q", len(more), more[0])
	}
	m, err := readManifest(c)
	if err != nil || m.TextBytes != size || m.Recipe.Articles != 40 || m.Words.Rare == "" {
		t.Errorf("%+v, %v; want %d bytes", m, err, size)
	}
}

func readRows(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A corpus that is there is used again, one of another recipe is not.
func TestCorpusIsKept(t *testing.T) {
	dir := t.TempDir()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	w := &workshop{ctx: t.Context(), root: root, from: writeArticles(t, dir, realArticles(30))}
	c := corpusFiles{filepath.Join(dir, "corpus")}
	make := func(n int) {
		if err := w.make(c, n); err != nil {
			t.Fatal(err)
		}
	}
	make(10)
	sign := filepath.Join(c.dir, "sign")
	write(t, sign, "")
	if make(10); !exists(sign) {
		t.Error("the corpus was made again")
	}
	m, err := readManifest(c)
	m.Choice, m.Words = 0, words{}
	if err = errors.Join(err, m.write(c)); err != nil {
		t.Fatal(err)
	}
	make(10)
	if m, err := readManifest(c); err != nil || m.Words.Rare == "" || !exists(sign) {
		t.Errorf("%+v, %v: words alone should be chosen again", m, err)
	}
	if make(11); exists(sign) {
		t.Error("a corpus of another size was taken for the one wanted")
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
