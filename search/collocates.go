package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"example.com/archive/store"
	"example.com/archive/text"
)

// CollocateQuery asks which words stand near the matches of a query more often
// than elsewhere in the same articles. Limit and Offset count words.
type CollocateQuery struct {
	Query
	Span      int  // words on each side of a match, of its paragraph
	StopWords bool // list stop words too
}

// Collocate is a word that stands near the matches. All forms of a word with
// one stem are one.
type Collocate struct {
	Word      string // the form written most often near a match
	Together  int    // times it stands near a match: Left + Right
	Left      int    // of these, before the nearest match
	Right     int    // and behind it
	Frequency int    // times it stands in the articles at all, matches aside
	Expected  float64
	// LogLikelihood is G² of Dunning (Accurate methods for the statistics of
	// surprise and coincidence, Computational Linguistics 19, 1993) over the
	// table of this word and all others, near a match and elsewhere.
	LogLikelihood float64
}

// Collocates is the answer; it has no Hits.
type Collocates struct {
	Result
	Found    int // articles looked through
	Articles int // of these, with a match
	Matches  int
	Tokens   int         // words of the articles, but for the matches
	Near     int         // of these, words near a match
	Words    []Collocate // the page, the highest log-likelihood first
	Total    int         // words that are more often near a match than elsewhere
}

// Collocations answers a query with the words near its matches. Every word of the
// articles counts once, however many matches it is near.
func Collocations(ctx context.Context, a *store.Archive, q CollocateQuery) (*Collocates, error) {
	t, result, err := findTexts(ctx, a, q.Query, "")
	if err != nil {
		return nil, err
	}
	c := &collocator{query: q, words: make(map[string]*wordCount), answer: &Collocates{Result: *result, Found: len(t.ids)}}
	if err := t.each(c.passage); err != nil {
		return nil, err
	}
	c.rank()
	return c.answer, nil
}

type collocator struct {
	query  CollocateQuery
	words  map[string]*wordCount // by stem
	sides  []side                // of the tokens of a passage
	answer *Collocates
	last   int64 // the article of the match before
}

// side says where a token stands to its nearest match.
type side struct {
	distance int // in words; negative before the match, 0 for none near
	match    bool
}

// wordCount counts a word.
type wordCount struct {
	total, left, right int
	stop               bool
	forms              []formCount // near a match
}

type formCount struct {
	form string
	n    int
}

// passage counts the words of a passage.
func (c *collocator) passage(p *passage) error {
	if p.column == store.InTitle && p.row.Title.Derived && len(p.matches) == 0 {
		return nil // its words are those of the text
	}
	c.mark(p)
	for _, m := range p.matches {
		if !p.owns(m.from) {
			continue
		}
		c.answer.Matches++
		if p.row.ID != c.last {
			c.last = p.row.ID
			c.answer.Articles++
		}
	}
	for i, t := range p.tokens {
		if p.owns(i) && !c.sides[i].match && !isTail(p.tokens, i) {
			c.count(p, t, c.sides[i].distance)
		}
	}
	c.forget()
	return nil
}

// isTail reports a token that is only the last character of the one before.
func isTail(tokens []text.Token, i int) bool {
	return tokens[i].Tail && i > 0 && tokens[i-1].End == tokens[i].End
}

// mark finds for each token the nearest match of its paragraph within the span.
func (c *collocator) mark(p *passage) {
	c.sides = slices.Grow(c.sides[:0], len(p.tokens))[:len(p.tokens)]
	clear(c.sides)
	for _, m := range p.matches {
		c.walk(p, m, m.to, 1)
		c.walk(p, m, m.from-1, -1)
	}
	for _, m := range p.matches {
		for i := m.from; i < m.to; i++ {
			c.sides[i] = side{match: true}
		}
	}
}

func (c *collocator) walk(p *passage, m span, at, step int) {
	from, to := p.tokens[m.from].Start, p.tokens[m.to-1].End
	for n := 1; n <= c.query.Span && at >= 0 && at < len(p.tokens); n++ {
		t := p.tokens[at]
		if isBreak(p, at, at-step) {
			return
		}
		known := c.sides[at].distance
		if known == 0 || n < max(known, -known) {
			// Pairs of characters overlap: one that holds a part of the match is no neighbour.
			if t.Start >= to || t.End <= from {
				c.sides[at].distance = n * step
			} else {
				c.sides[at].match = true
			}
		}
		at += step
	}
}

// isBreak reports whether an empty line parts two tokens.
func isBreak(p *passage, a, b int) bool {
	end, start := p.tokens[min(a, b)].End, p.tokens[max(a, b)].Start
	return end < start && strings.Contains(p.text[end:start], "\n\n")
}

func (c *collocator) count(p *passage, t text.Token, distance int) {
	w := c.words[t.Stem]
	if w == nil {
		w = &wordCount{}
		c.words[strings.Clone(t.Stem)] = w
	}
	w.total++
	c.answer.Tokens++
	switch {
	case distance == 0:
		return
	case distance < 0:
		w.left++
	default:
		w.right++
	}
	c.answer.Near++
	w.stop = w.stop || isStopWord(p.row.Lang.Value, t.Surface)
	w.meet(written(p.text, t))
}

// written gives a token as it stands in the text: an acronym with its last
// point, a name without its possessive ending.
func written(s string, t text.Token) string {
	form := s[t.Start:t.End]
	if strings.Contains(form, ".") && strings.HasPrefix(s[t.End:], ".") {
		return form + "."
	}
	return strings.TrimSuffix(strings.TrimSuffix(form, "'s"), "’s")
}

func isStopWord(lang, surface string) bool {
	if lang == "" {
		lang = "en"
	}
	return text.IsStopWord(lang, surface)
}

// maxWritten bounds the forms of a word that are told apart.
const maxWritten = 16

func (w *wordCount) meet(form string) {
	at := slices.IndexFunc(w.forms, func(f formCount) bool { return f.form == form })
	switch {
	case at >= 0:
		w.forms[at].n++
	case len(w.forms) < maxWritten:
		w.forms = append(w.forms, formCount{strings.Clone(form), 1})
	}
}

// maxDistinct bounds the distinct words that are counted, to some 150 MB.
const maxDistinct = 1 << 20

// forget makes room: what was met once and never near a match goes. If it
// comes near one later its frequency is one too low.
func (c *collocator) forget() {
	if len(c.words) < maxDistinct {
		return
	}
	for stem, w := range c.words {
		if w.total == 1 && w.left+w.right == 0 {
			delete(c.words, stem)
		}
	}
}

// rank makes the page.
func (c *collocator) rank() {
	var list []Collocate
	for _, w := range c.words {
		if l := c.collocate(w); l.Together > 0 && float64(l.Together) > l.Expected && (c.query.StopWords || !w.stop) {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b Collocate) int {
		return cmp.Or(cmp.Compare(b.LogLikelihood, a.LogLikelihood), cmp.Compare(b.Together, a.Together), cmp.Compare(a.Word, b.Word))
	})
	c.answer.Total = len(list)
	list = list[min(c.query.Offset, len(list)):]
	if c.query.Limit > 0 {
		list = list[:min(c.query.Limit, len(list))]
	}
	c.answer.Words = list
}

func (c *collocator) collocate(w *wordCount) Collocate {
	l := Collocate{Left: w.left, Right: w.right, Together: w.left + w.right, Frequency: w.total}
	if l.Together == 0 {
		return l
	}
	common := slices.MaxFunc(w.forms, func(a, b formCount) int {
		return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(b.form, a.form))
	})
	l.Word = common.form
	l.Expected = float64(w.total) * float64(c.answer.Near) / float64(c.answer.Tokens)
	l.LogLikelihood = logLikelihood(l.Together, c.answer.Near, w.total, c.answer.Tokens)
	return l
}

// logLikelihood gives G² = 2 Σ O ln(O/E) over the four cells of the table: the
// word is together times among near words, and total times among all.
func logLikelihood(together, near, total, all int) float64 {
	sum := 0.
	for _, cell := range []struct{ observed, row, column int }{
		{together, near, total},
		{near - together, near, all - total},
		{total - together, all - near, total},
		{all - near - total + together, all - near, all - total},
	} {
		if cell.observed > 0 {
			expected := float64(cell.row) * float64(cell.column) / float64(all)
			sum += float64(cell.observed) * math.Log(float64(cell.observed)/expected)
		}
	}
	return max(2*sum, 0)
}
