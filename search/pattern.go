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
	return c.join(c.left.spans(tokens), c.right.spans(tokens))
}

func (c closeBy) join(lefts, rights []span) []span {
	return united(partners(lefts, rights, c.within, c.accepts), partners(rights, lefts, c.within, c.accepts))
}

// inOrder matches its parts one behind the other, each within its distance of
// the one before.
type inOrder struct {
	parts  []pattern
	within []int // of each part but the first
}

func (o inOrder) spans(tokens []text.Token) []span {
	lists := make([][]span, len(o.parts))
	for i, p := range o.parts {
		if lists[i] = p.spans(tokens); len(lists[i]) == 0 {
			return nil
		}
	}
	return o.join(lists)
}

func (o inOrder) join(lists [][]span) []span {
	last := len(lists) - 1
	held := [][]span{lists[0]}
	for i := range last {
		held = append(held, partners(lists[i+1], held[i], o.within[i], isBehind))
	}
	// Of those that have the parts before them, only some have those behind.
	kept := make([][]span, len(lists))
	kept[last] = held[last]
	var all []span
	for _, list := range o.around(held, kept) {
		all = united(all, list)
	}
	return all
}

// around gives, by part, the spans that are kept and those of the other parts
// that make matches with them.
func (o inOrder) around(lists, kept [][]span) [][]span {
	all, before, behind := slices.Clone(kept), slices.Clone(kept), slices.Clone(kept)
	for i := 1; i < len(lists); i++ {
		behind[i] = united(kept[i], partners(lists[i], behind[i-1], o.within[i-1], isBehind))
	}
	for i := len(lists) - 2; i >= 0; i-- {
		before[i] = united(kept[i], partners(lists[i], before[i+1], o.within[i], isBefore))
	}
	for i := range all {
		all[i] = united(before[i], behind[i])
	}
	return all
}

func isBehind(a, b span) bool { return b.to <= a.from }
func isBefore(a, b span) bool { return a.to <= b.from }

// matchedBy gives all the words that a pattern matches: in a chain of NEAR not
// only those that stand close to the last of it, but those close to these too.
func matchedBy(p pattern, tokens []text.Token) []span {
	if !isWide(p) {
		return p.spans(tokens)
	}
	found := foundBy(p, tokens)
	return found.companions(found.spans)
}

// placed is what a pattern matches, with what its parts do.
type placed struct {
	pattern
	spans []span
	parts []placed
}

func foundBy(p pattern, tokens []text.Token) (f placed) {
	f.pattern = p
	part := func(p pattern) []span {
		f.parts = append(f.parts, foundBy(p, tokens))
		return f.parts[len(f.parts)-1].spans
	}
	switch p := p.(type) {
	case closeBy:
		f.spans = p.join(part(p.left), part(p.right))
	case inOrder:
		lists := make([][]span, len(p.parts))
		for i := range p.parts {
			lists[i] = part(p.parts[i])
		}
		f.spans = p.join(lists)
	case either:
		for _, kid := range p {
			f.spans = append(f.spans, part(kid)...)
		}
		f.spans = sorted(f.spans)
	default:
		f.spans = p.spans(tokens)
	}
	return f
}

// companions gives, with those of the spans that are kept, the ones that make
// matches with them.
func (f placed) companions(kept []span) (all []span) {
	with := make([][]span, len(f.parts))
	for i, part := range f.parts {
		with[i] = among(part.spans, kept)
	}
	switch p := f.pattern.(type) {
	case closeBy:
		l, r := f.parts[0].spans, f.parts[1].spans
		beside := [][]span{partners(l, with[1], p.within, p.accepts), partners(r, with[0], p.within, p.accepts)}
		with[0], with[1] = united(with[0], beside[0]), united(with[1], beside[1])
	case inOrder:
		lists := make([][]span, len(f.parts))
		for i, part := range f.parts {
			lists[i] = part.spans
		}
		with = p.around(lists, with)
	case either:
	default:
		return kept
	}
	for i, part := range f.parts {
		all = united(all, part.companions(with[i]))
	}
	return all
}

// united gives the spans of two lists in order.
func united(a, b []span) []span {
	if len(a) == 0 || len(b) == 0 {
		return slices.Concat(a, b)
	}
	all := make([]span, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].before(a[0]) {
			a, b = b, a
		}
		if all = append(all, a[0]); a[0] == b[0] {
			b = b[1:]
		}
		a = a[1:]
	}
	return append(append(all, a...), b...)
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
