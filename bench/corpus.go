package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// article is one line of a corpus, with the names of its fields that
// collections of news use.
type article struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Body   string `json:"body"`
	Text   string `json:"text,omitempty"` // in place of Body, in test collections
	Source string `json:"source,omitempty"`
	Author string `json:"author,omitempty"`
	Date   string `json:"date,omitempty"`
	URL    string `json:"url,omitempty"`
	Lang   string `json:"lang,omitempty"`
}

// day is the day of publication, YYYY-MM-DD, or "".
func (a *article) day() string { return a.Date[:min(len(a.Date), len("2006-01-02"))] }

func (a *article) textBytes() int64 { return int64(len(a.Title) + len(a.Body)) }

// eachArticle goes through a file of articles, one JSON object a line,
// compressed if its name ends in .gz.
func eachArticle(path string, do func(a *article) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = bufio.NewReaderSize(f, 1<<16)
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(in); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	lines := json.NewDecoder(in)
	for {
		var a article
		err := lines.Decode(&a)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := do(&a); err != nil {
			return err
		}
	}
}

// maker makes any number of articles of real ones: the first half of one and
// the second half of another under the title of a third. Article n is the
// same in every corpus, whatever its size.
//
// Halves alone would bring no new words once all have been used, and an
// index of a million articles would be spared what the million-word
// vocabulary of real ones costs it. So words that stand in one real article
// only give way to new ones, made of the halves of two such words, as often as
// further real articles would bring new words: by Heaps' law a share
// (n/N)^(β-1) of what the N real ones brought at their end, β being the share
// of the vocabulary that stands in one article only (Baayen 2001, Word
// Frequency Distributions, chapter 2).
type maker struct {
	real    []real
	outlets *outlets
	unique  []string // words that stand in one real article only
	beta    float64
}

// real is an article with what is needed to take it apart.
type real struct {
	article
	cut    int    // where its second half begins
	unique []span // its words that no other article has, in order
}

// span is a part of a body, from and to in bytes.
type span struct{ from, to int }

const corpusSeed = 1851 // any number; fixed, that all runs measure the same

// newMaker reads the real articles. They stay in memory, unpacked.
func newMaker(articles string, names []string) (*maker, error) {
	m := &maker{outlets: newOutlets(names)}
	err := eachArticle(articles, func(a *article) error {
		if len(a.Body) >= minBody && utf8.ValidString(a.Body) {
			m.real = append(m.real, real{article: *a, cut: middle(a.Body)})
		}
		return nil
	})
	if err == nil && len(m.real) < 2 {
		err = fmt.Errorf("%s holds fewer than two articles of %d bytes", articles, minBody)
	}
	if err != nil {
		return nil, err
	}
	m.findUnique()
	return m, nil
}

// minBody leaves out what has nothing to cut: notes of a line.
const minBody = 100 // bytes

// middle is where the sentence nearest to the middle of a text begins, or the
// word if there is but one sentence.
func middle(body string) int {
	best, word := -1, -1
	half := len(body) / 2
	nearer := func(at, than int) bool { return than < 0 || abs(at-half) < abs(than-half) }
	for i := 1; i < len(body)-1; i++ {
		if body[i] != ' ' && body[i] != '\n' {
			continue
		}
		if nearer(i+1, word) {
			word = i + 1
		}
		if strings.IndexByte(".!?\"", body[i-1]) >= 0 && unicode.IsUpper(rune(body[i+1])) && nearer(i+1, best) {
			best = i + 1
		}
	}
	switch {
	case best >= 0:
		return best
	case word >= 0:
		return word
	}
	return len(body)
}

func abs(n int) int { return max(n, -n) }

// findUnique finds the words of each article that no other has.
func (m *maker) findUnique() {
	const several = -1
	owner := make(map[string]int) // article of a word
	for i, r := range m.real {
		for s := range letterWords(r.Body) {
			word := strings.ToLower(r.Body[s.from:s.to])
			if at, ok := owner[word]; !ok {
				owner[word] = i
			} else if at != i {
				owner[word] = several
			}
		}
	}
	alone := 0
	for i := range m.real {
		r := &m.real[i]
		for s := range letterWords(r.Body) {
			word := strings.ToLower(r.Body[s.from:s.to])
			if owner[word] == i {
				alone++
				owner[word] = len(m.real) // taken: an article may have it twice
				m.unique = append(m.unique, word)
			}
			if owner[word] == len(m.real) {
				r.unique = append(r.unique, s)
			}
		}
	}
	m.beta = float64(alone) / float64(max(1, len(owner)))
}

// letterWords goes through the words of ASCII letters alone, not the short
// ones: they do not halve into anything that looks like a word.
func letterWords(body string) func(yield func(span) bool) {
	return func(yield func(span) bool) {
		for from := 0; from < len(body); from++ {
			to := from
			for to < len(body) && isLetter(body[to]) {
				to++
			}
			if to-from >= 6 && !yield(span{from, to}) {
				return
			}
			from = to
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// article makes article n, counted from 1.
func (m *maker) article(n int) *article {
	random := rand.New(rand.NewPCG(corpusSeed, uint64(n)))
	first, second := random.IntN(len(m.real)), random.IntN(len(m.real)-1)
	if second >= first { // another one
		second++
	}
	a, b := &m.real[first], &m.real[second]
	renewed := m.renewed(n)
	var body strings.Builder
	body.Grow(a.cut + len(b.Body) - b.cut + 64)
	m.write(&body, a, span{0, a.cut}, renewed, random)
	body.WriteString("\n\n")
	m.write(&body, b, span{b.cut, len(b.Body)}, renewed, random)
	made := &article{
		ID: fmt.Sprint(n), Title: m.real[random.IntN(len(m.real))].Title, Body: strings.TrimSpace(body.String()),
		Source: m.outlets.draw(random), Author: b.Author, Date: a.Date, Lang: a.Lang,
	}
	if a.URL != "" {
		made.URL = fmt.Sprintf("%s-%d", a.URL, n)
	}
	return made
}

// renewed is the share of unique words that give way to new ones in article n.
func (m *maker) renewed(n int) float64 {
	if n <= len(m.real) {
		return 0 // the real ones have not been used up yet
	}
	return math.Pow(float64(n)/float64(len(m.real)), m.beta-1)
}

// write copies a part of an article, renewing its unique words.
func (m *maker) write(to *strings.Builder, r *real, part span, share float64, random *rand.Rand) {
	done := part.from
	for _, s := range r.unique {
		if share == 0 || s.from < part.from || s.to > part.to || random.Float64() >= share {
			continue
		}
		to.WriteString(r.Body[done : (s.from+s.to)/2])
		tail := m.unique[random.IntN(len(m.unique))]
		to.WriteString(tail[len(tail)/2:])
		done = s.to
	}
	to.WriteString(r.Body[done:part.to])
}

// outlets draws names: the real articles are all of one agency. As in real
// collections a few give most articles: the second half as many as the first,
// the third a third, and so on.
type outlets struct {
	names []string
	below []float64 // sum of the weights up to each
}

func newOutlets(names []string) *outlets {
	o := &outlets{names: names}
	sum := 0.
	for i := range names {
		sum += 1 / float64(i+1)
		o.below = append(o.below, sum)
	}
	return o
}

func (o *outlets) draw(random *rand.Rand) string {
	if len(o.names) == 0 {
		return ""
	}
	at := random.Float64() * o.below[len(o.below)-1]
	for i, below := range o.below {
		if at < below {
			return o.names[i]
		}
	}
	return o.names[len(o.names)-1]
}

// readOutlets reads names, one a line before the first |; # begins a comment.
func readOutlets(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(string(b)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "|")
		if name != "" && name[0] != '#' {
			names = append(names, name)
		}
	}
	return names, nil
}
