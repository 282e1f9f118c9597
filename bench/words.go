package main

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"example.com/archive/text"
)

// words are what is searched for in a corpus, chosen by the number of articles
// they stand in, not by hand.
type words struct {
	Rare      string
	Percent1  string
	Percent30 string
	Percent95 string
	Common    [3]string // in 30, 20 and 15 %, more than grammar
	Phrase    [2]string // common neighbours
	Prefix    string    // four letters that words in 10 % begin with
	Source    string    // an outlet of 5 %
	Since     string    // together with Until the days of 10 %
	Until     string
}

// sampleArticles bounds how many articles the shares are taken from, spread
// over the corpus: pairs of neighbours would need gigabytes.
const sampleArticles = 20_000

// rareArticles is how many articles a rare word stands in.
const rareArticles = 5

// chooseWords picks words that stand in the shares of articles wanted.
func chooseWords(jsonl string, articles int) (words, error) {
	v := newVocabulary()
	step := max(1, articles/sampleArticles)
	n := 0
	err := eachArticle(jsonl, func(a *article) error {
		if n++; n%step == 0 {
			v.add(a)
		}
		return nil
	})
	if err != nil {
		return words{}, err
	}
	if v.articles == 0 {
		return words{}, errors.New("there are no articles")
	}
	w := v.choose()
	w.Rare, err = rareWord(jsonl, v.candidates(articles))
	return w, err
}

// vocabulary counts in how many articles words, pairs of neighbours and
// beginnings of words stand, all forms of a word together.
type vocabulary struct {
	analyser *text.Analyser
	articles int
	words    map[string]*occurrence // by stem
	pairs    map[string]*occurrence // by stems
	prefixes map[string]*occurrence
	sources  map[string]*occurrence
	days     []string
}

// occurrence is a word or pair in the form in which it was first seen.
type occurrence struct {
	form     string
	articles int
	last     int // article it was last seen in
}

func newVocabulary() *vocabulary {
	return &vocabulary{
		analyser: text.NewAnalyser("en"), words: make(map[string]*occurrence), pairs: make(map[string]*occurrence),
		prefixes: make(map[string]*occurrence), sources: make(map[string]*occurrence),
	}
}

func (v *vocabulary) add(a *article) {
	v.articles++
	note(v.sources, v.articles, a.Source, a.Source)
	if a.day() != "" {
		v.days = append(v.days, a.day())
	}
	var before text.Token
	for t := range v.analyser.Tokens(a.Title + "\n" + a.Body) {
		note(v.words, v.articles, t.Stem, t.Surface)
		if tells(before.Surface) && tells(t.Surface) {
			note(v.pairs, v.articles, before.Stem+" "+t.Stem, before.Surface+" "+t.Surface)
		}
		if len(t.Stem) >= prefixLetters && tells(t.Surface) {
			note(v.prefixes, v.articles, t.Stem[:prefixLetters], t.Stem[:prefixLetters])
		}
		before = t
	}
}

const prefixLetters = 4

func note(m map[string]*occurrence, article int, key, form string) {
	o := m[key]
	if o == nil {
		o = &occurrence{form: form}
		m[key] = o
	}
	if o.last != article {
		o.articles++
		o.last = article
	}
}

// tells reports whether a word is plain and more than grammar.
func tells(word string) bool { return plain(word) && !text.IsStopWord("en", word) }

// plain reports whether a word is of ASCII letters alone, at least three.
func plain(word string) bool {
	return len(word) >= 3 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

func (v *vocabulary) choose() (w words) {
	n := float64(v.articles)
	w.Percent1 = nearest(v.words, .01*n, plain)
	w.Percent30 = nearest(v.words, .3*n, plain)
	w.Percent95 = nearest(v.words, .95*n, plain)
	for i, share := range []float64{.3, .2, .15} {
		w.Common[i] = nearest(v.words, share*n, func(form string) bool {
			return tells(form) && !slices.Contains(w.Common[:i], form)
		})
	}
	w.Phrase = v.phrase()
	w.Prefix = nearest(v.prefixes, .1*n, plain)
	w.Source = nearest(v.sources, .05*n, func(name string) bool { return name != "" })
	if slices.Sort(v.days); len(v.days) > 0 {
		w.Since, w.Until = v.days[len(v.days)*45/100], v.days[len(v.days)*55/100]
	}
	return w
}

// commonShare is the least share of the articles that both words of the
// phrase stand in, where there is such a phrase.
const commonShare = .1

// phrase picks of the pairs of common words the one in the most articles; if
// there is no such pair, of all.
func (v *vocabulary) phrase() [2]string {
	common := make(map[string]*occurrence)
	for stems, o := range v.pairs {
		a, b, _ := strings.Cut(stems, " ")
		if float64(min(v.words[a].articles, v.words[b].articles)) >= commonShare*float64(v.articles) {
			common[stems] = o
		}
	}
	if len(common) == 0 {
		common = v.pairs
	}
	a, b, _ := strings.Cut(nearest(common, float64(v.articles), func(string) bool { return true }), " ")
	return [2]string{a, b}
}

// nearest gives the form whose number of articles is nearest to the one
// wanted, the first in the alphabet of those equally near.
func nearest(m map[string]*occurrence, wanted float64, fits func(string) bool) string {
	var best *occurrence
	distance := func(o *occurrence) float64 { return math.Abs(float64(o.articles) - wanted) }
	for _, o := range m {
		if !fits(o.form) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(distance(o), distance(best)), cmp.Compare(o.form, best.form)) < 0 {
			best = o
		}
	}
	if best == nil {
		return ""
	}
	return best.form
}

// maxCandidates bounds the words that are counted in the whole corpus.
const maxCandidates = 5000

// candidates are words that may be rare in the whole corpus.
func (v *vocabulary) candidates(articles int) []string {
	most := max(1, 2*rareArticles*v.articles/articles)
	var found []string
	for _, o := range v.words {
		if o.articles <= most && plain(o.form) {
			found = append(found, o.form)
		}
	}
	slices.Sort(found)
	step := max(1, len(found)/maxCandidates)
	var some []string
	for i := 0; i < len(found); i += step {
		some = append(some, found[i])
	}
	return some
}

// rareWord counts the candidates in the whole corpus, each form on its own.
func rareWord(jsonl string, candidates []string) (string, error) {
	counts := make(map[string]*occurrence)
	for _, c := range candidates {
		counts[c] = &occurrence{form: c}
	}
	n := 0
	err := eachArticle(jsonl, func(a *article) error {
		n++
		for word := range strings.FieldsFuncSeq(strings.ToLower(a.Title+" "+a.Body), func(r rune) bool { return r < 'a' || r > 'z' }) {
			if o := counts[word]; o != nil && o.last != n {
				o.articles++
				o.last = n
			}
		}
		return nil
	})
	return nearest(counts, rareArticles, func(string) bool { return true }), err
}
