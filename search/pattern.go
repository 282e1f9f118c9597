package search

import (
	"slices"
	"sync"

	"example.com/archive/store"
	"example.com/archive/text"
)

// pattern finds what a part of a query matches in the tokens of a text. It
// serves the checks of the text and the marks of snippets.
type pattern interface {
	// spans gives the matches in order, each as its first token and the
	// one behind its last.
	spans(tokens []text.Token) []span
}

type span struct{ from, to int }

// elementKind says what of a token is compared.
type elementKind int

const (
	byStem elementKind = iota
	bySurface
	byPrefix // the surface begins with the value
)

// element is one position of a sequence.
type element struct {
	kind  elementKind
	value string
}

func (e element) matches(t text.Token) bool {
	switch e.kind {
	case bySurface:
		return t.Surface == e.value
	case byPrefix:
		return len(t.Surface) >= len(e.value) && t.Surface[:len(e.value)] == e.value
	}
	return t.Stem == e.value
}

// sequence matches any of its alternatives, position by position.
type sequence struct{ alternatives [][]element }

func (s sequence) spans(tokens []text.Token) (found []span) {
	for i := range tokens {
		if n := s.matchAt(tokens[i:]); n > 0 {
			found = append(found, span{i, i + n})
		}
	}
	return found
}

// matchAt gives the number of tokens that the longest alternative matches at
// the start, 0 if none does.
func (s sequence) matchAt(tokens []text.Token) int {
	longest := 0
	for _, alternative := range s.alternatives {
		if len(alternative) > longest && len(alternative) <= len(tokens) && matchAll(alternative, tokens) {
			longest = len(alternative)
		}
	}
	return longest
}

func matchAll(elements []element, tokens []text.Token) bool {
	for i, e := range elements {
		if !e.matches(tokens[i]) {
			return false
		}
	}
	return true
}

// either matches what any of its patterns matches.
type either []pattern

func (e either) spans(tokens []text.Token) (found []span) {
	for _, p := range e {
		found = append(found, p.spans(tokens)...)
	}
	return sorted(found)
}

// closeBy matches left and right within a distance of words: the positions
// from the end of one to the start of the other.
type closeBy struct {
	left, right pattern
	within      int
}

func (c closeBy) spans(tokens []text.Token) []span {
	lefts, rights := c.left.spans(tokens), c.right.spans(tokens)
	found := partners(lefts, rights, c.within, c.accepts)
	found = append(found, partners(rights, lefts, c.within, func(r, l span) bool { return c.accepts(l, r) })...)
	return sorted(found)
}

// inOrder matches its parts one behind the other, each within its distance of
// the one before.
type inOrder struct {
	parts  []pattern
	within []int // of each part but the first
}

func (o inOrder) spans(tokens []text.Token) (found []span) {
	lists := make([][]span, len(o.parts))
	for i, p := range o.parts {
		lists[i] = p.spans(tokens)
		if i > 0 {
			lists[i] = partners(lists[i], lists[i-1], o.within[i-1], func(r, l span) bool { return l.to <= r.from })
		}
		if len(lists[i]) == 0 {
			return nil
		}
	}
	// Of those that have the parts before them, only some have those behind.
	for i := len(lists) - 1; i >= 0; i-- {
		if i < len(lists)-1 {
			lists[i] = partners(lists[i], lists[i+1], o.within[i], func(l, r span) bool { return l.to <= r.from })
		}
		found = append(found, lists[i]...)
	}
	return sorted(found)
}

// matchedBy gives all the words that a pattern matches: in a chain of NEAR not
// only those that stand close to the last of it, but those close to these too.
func matchedBy(p pattern, tokens []text.Token) []span {
	found := p.spans(tokens)
	if _, chained := p.(closeBy); !chained || len(found) == 0 {
		return found
	}
	return sorted(companions(p, found, tokens))
}

// companions gives, with those of a pattern's spans that are kept, the ones
// that make matches with them.
func companions(p pattern, kept []span, tokens []text.Token) (all []span) {
	switch p := p.(type) {
	case closeBy:
		lefts, rights := p.left.spans(tokens), p.right.spans(tokens)
		l, r := among(lefts, kept), among(rights, kept)
		besideR, besideL := partners(lefts, r, p.within, p.accepts), partners(rights, l, p.within, p.accepts)
		l, r = sorted(append(l, besideR...)), sorted(append(r, besideL...))
		return append(companions(p.left, l, tokens), companions(p.right, r, tokens)...)
	case either:
		for _, kid := range p {
			all = append(all, companions(kid, among(kid.spans(tokens), kept), tokens)...)
		}
		return all
	}
	return kept
}

// among gives the spans that are also among others. Both are in order.
func among(spans, others []span) (both []span) {
	for _, s := range spans {
		for len(others) > 0 && others[0].before(s) {
			others = others[1:]
		}
		if len(others) > 0 && others[0] == s {
			both = append(both, s)
		}
	}
	return both
}

func (s span) before(other span) bool {
	return s.from < other.from || s.from == other.from && s.to < other.to
}

// near joins two patterns as NEAR or, ordered, ADJ does. A chain of ADJ becomes
// one pattern: what follows it must stand behind its last part.
func near(left, right pattern, within int, ordered bool) pattern {
	if !ordered {
		return closeBy{left, right, within}
	}
	l, r := chainOf(left), chainOf(right)
	return inOrder{slices.Concat(l.parts, r.parts), slices.Concat(l.within, []int{within}, r.within)}
}

// chainOf takes a pattern that is no chain for one of a single part.
func chainOf(p pattern) inOrder {
	if o, ok := p.(inOrder); ok {
		return o
	}
	return inOrder{parts: []pattern{p}}
}

// partners gives those of a that stand close to one of b. Both are in order.
func partners(a, b []span, within int, accepts func(a, b span) bool) (found []span) {
	start := 0
	for _, x := range a {
		for start < len(b) && b[start].to-1+within < x.from {
			start++
		}
		for _, y := range b[start:] {
			if y.from > x.to-1+within {
				break
			}
			if accepts(x, y) {
				found = append(found, x)
				break
			}
		}
	}
	return found
}

func (c closeBy) accepts(l, r span) bool {
	switch {
	case r.from >= l.to:
		return r.from-(l.to-1) <= c.within
	case l.from >= r.to:
		return l.from-(r.to-1) <= c.within
	}
	return false // they overlap
}

// window matches all words of a list inside so many words of each other.
type window struct {
	words  []pattern
	within int
}

func (w window) spans(tokens []text.Token) (found []span) {
	lists := make([][]span, len(w.words))
	for i, p := range w.words {
		if lists[i] = p.spans(tokens); len(lists[i]) == 0 {
			return nil
		}
	}
	at := make([]int, len(lists))
	for {
		lowest, highest := 0, 0
		for i := range lists {
			if lists[i][at[i]].from < lists[lowest][at[lowest]].from {
				lowest = i
			}
			if lists[i][at[i]].from > lists[highest][at[highest]].from {
				highest = i
			}
		}
		if lists[highest][at[highest]].from-(lists[lowest][at[lowest]].to-1) <= w.within {
			for i := range lists {
				found = append(found, lists[i][at[i]])
			}
		}
		if at[lowest]++; at[lowest] == len(lists[lowest]) {
			return sorted(found)
		}
	}
}

// textMatcher applies patterns to stored articles, analysing each text in
// its own language.
type textMatcher struct {
	mu        sync.Mutex // a check may be called from any connection
	analysers map[string]*text.Analyser
	piece     []text.Token // room for those of a text
}

func newTextMatcher() *textMatcher {
	return &textMatcher{analysers: make(map[string]*text.Analyser)}
}

// tokens analyses a text as the index did.
func (m *textMatcher) tokens(s, lang string) []text.Token {
	m.mu.Lock()
	defer m.mu.Unlock()
	tokens := make([]text.Token, 0, len(s)/6+1)
	for t := range m.analyser(lang).Tokens(s) {
		tokens = append(tokens, t)
	}
	return tokens
}

// analyser gives the analyser of a language; m.mu is held.
func (m *textMatcher) analyser(lang string) *text.Analyser {
	a, ok := m.analysers[lang]
	if !ok {
		a = text.NewAnalyser(lang)
		m.analysers[lang] = a
	}
	return a
}

// check makes a check of the stored text out of a pattern.
func (m *textMatcher) check(p pattern, column store.Column) store.Check {
	var plain plainWords
	if s, ok := p.(sequence); ok {
		plain = plainOf(s.alternatives)
	}
	in := func(s, lang string, where store.Column) bool {
		v := plain.judge(s)
		return v == present || v == unsure && m.occurs(inText(p, s, where), s, lang)
	}
	return func(title, body, lang string) bool {
		return column != store.InTitle && in(body, lang, store.InText) ||
			column != store.InText && in(title, lang, store.InTitle)
	}
}

// A text is looked through in pieces, so that a huge one costs no more memory
// than a large one. The pieces overlap by more than any match is long.
const (
	pieceTokens   = 1 << 16
	overlapTokens = 1 << 12
)

// singleSurface gives the surface of a pattern that is one exact word.
func singleSurface(p pattern) (surface string, ok bool) {
	s, ok := p.(sequence)
	if !ok || len(s.alternatives) != 1 || len(s.alternatives[0]) != 1 || s.alternatives[0][0].kind != bySurface {
		return "", false
	}
	return s.alternatives[0][0].value, true
}

// occurs reports whether a text holds a pattern.
func (m *textMatcher) occurs(p pattern, s, lang string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if surface, ok := singleSurface(p); ok {
		for range m.analyser(lang).Find(s, surface) {
			return true
		}
		return false
	}
	piece := m.piece[:0]
	defer func() { m.piece = piece }()
	var wanted text.Initials
	addInitials(&wanted, p)
	for t := range m.analyser(lang).TokensBeginning(s, &wanted) {
		if piece = append(piece, t); len(piece) < pieceTokens {
			continue
		}
		if len(p.spans(piece)) > 0 {
			return true
		}
		piece = append(piece[:0], piece[len(piece)-overlapTokens:]...)
	}
	return len(p.spans(piece)) > 0
}
