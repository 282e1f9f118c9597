package search

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// snippeter cuts out of texts what best shows why they were found.
type snippeter struct {
	matcher *textMatcher
	leaves  []*leaf
	weights []int // of the leaves, above 0
	size    size
	wanted  text.Initials
	tokens  []text.Token // room for those of a piece
}

// size is how long a snippet may be: so many cells, or so many words on each
// side of what matches.
type size struct {
	cells int
	words int
	sides bool // words counts
}

// wantsSnippet reports whether hits have one.
func (q *Query) wantsSnippet() bool { return q.Snippet > 0 || q.Context != nil }

func (q *Query) snippetSize() size {
	if q.Context != nil {
		return size{words: *q.Context, sides: true}
	}
	return size{cells: q.Snippet}
}

// newSnippeter takes of each leaf how rare it is; nil: all alike.
func newSnippeter(matcher *textMatcher, leaves []*leaf, rarity []float64, size size) *snippeter {
	s := &snippeter{matcher: matcher, leaves: leaves, size: size}
	for i, l := range leaves {
		weight := 1
		if rarity != nil {
			const fine = 1000 // whole numbers: equal passages have equal sums
			weight = max(1, int(math.Round(fine*rarity[i])))
		}
		s.weights = append(s.weights, weight)
		addInitials(&s.wanted, l.pattern)
	}
	return s
}

// addInitials takes in what the words that a pattern matches can begin with.
func addInitials(to *text.Initials, p pattern) {
	switch p := p.(type) {
	case sequence:
		for _, alternative := range p.alternatives {
			for _, e := range alternative {
				to.Add(e.value)
			}
		}
	case either:
		for _, kid := range p {
			addInitials(to, kid)
		}
	case closeBy:
		addInitials(to, p.left)
		addInitials(to, p.right)
	case inOrder:
		for _, kid := range p.parts {
			addInitials(to, kid)
		}
	case together:
		for _, kid := range p.words {
			addInitials(to, kid)
		}
	case window:
		for _, kid := range p.words {
			addInitials(to, kid)
		}
	default:
		*to = text.AnyInitial()
	}
}

// match is a stretch of a text, in bytes and in tokens, that a leaf matches.
type match struct {
	from, to    int
	first, last int // last is the first token behind it
	leaf        int
}

// read gives the tokens of body[from:to], at their places in body; they are
// good until the next call.
func (s *snippeter) read(body, lang string, from, to int) []text.Token {
	s.matcher.mu.Lock()
	defer s.matcher.mu.Unlock()
	s.tokens = s.tokens[:0]
	for t := range s.matcher.analyser(lang).TokensBeginning(body[from:to], &s.wanted) {
		t.Start, t.End = t.Start+from, t.End+from
		s.tokens = append(s.tokens, t)
	}
	return s.tokens
}

// readSome is read for at most so many tokens from a place on.
func (s *snippeter) readSome(body, lang string, from, most int) (tokens []text.Token) {
	s.matcher.mu.Lock()
	defer s.matcher.mu.Unlock()
	for t := range s.matcher.analyser(lang).TokensBeginning(body[from:], &s.wanted) {
		if len(tokens) >= most {
			break
		}
		t.Start, t.End = t.Start+from, t.End+from
		tokens = append(tokens, t)
	}
	return tokens
}

// marks finds what the leaves match in s word by word, in the order of the text,
// matches that overlap as one.
func marks(s string, tokens []text.Token, leaves []*leaf, column store.Column) (joined []match) {
	for _, m := range matches(s, tokens, leaves, column, matchedBy) {
		if n := len(joined); n > 0 && m.from < joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, m.to)
			continue
		}
		joined = append(joined, m)
	}
	return joined
}

// matches finds what the leaves match in s, in the order of the text.
func matches(s string, tokens []text.Token, leaves []*leaf, column store.Column, find func(pattern, []text.Token) []span) (found []match) {
	for i, l := range leaves {
		if l.column != store.Anywhere && l.column != column {
			continue
		}
		for _, at := range find(inText(l.pattern, s, column), tokens) {
			from, to := clusterStart(s, tokens[at.from].Start), clusterEnd(s, tokens[at.to-1].End)
			last := at.to
			for last < len(tokens) && tokens[last].Start < to { // a pair of characters begins at each
				last++
			}
			found = append(found, match{from, to, at.from, last, i})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	return found
}

// pieceBytes is how much of a long text is looked at at a time for a passage.
const pieceBytes = 1 << 18

// lookOnBytes is how far beyond the first piece with matches a better passage
// is looked for.
const lookOnBytes = 1 << 20

// best gives the passage that says most of what was asked for: the one with
// the weightiest distinct leaves; of those alike the one in which more of them
// stand side by side as in the query; then the first. A text without matches
// gives its beginning. What repeats the title at the beginning of the text is
// taken only if there is nothing else.
func (s *snippeter) best(body, title, lang string) []Span {
	after := titleEnd(body, title)
	var best standing
	var spans []Span
	for from, end := 0, len(body); from < end; {
		to := pieceEnd(body, from)
		p := s.piece(body, lang, from, to, after)
		if core, score := s.core(p); best.less(score) {
			if best == (standing{}) {
				end = min(end, to+lookOnBytes)
			}
			best, spans = score, s.cut(p, core)
		}
		if best.isFull(s) {
			break
		}
		from = to
	}
	if spans == nil {
		spans = s.beginning(body, lang, after)
	}
	return spans
}

// piece is a part of a text with its margins.
type piece struct {
	body   string // the whole text
	tokens []text.Token
	marks  []match
	found  []match // what to choose among
	start  int     // where a passage may begin, in bytes
	fresh  int     // 1 unless what is found only repeats the title
}

func (s *snippeter) piece(body, lang string, from, to, after int) *piece {
	p := &piece{body: body, start: after, fresh: 1}
	p.tokens = s.read(body, lang, marginStart(body, from), marginEnd(body, to))
	p.marks = marks(body, p.tokens, s.leaves, store.InText)
	if len(p.marks) == 0 {
		return p
	}
	p.found = matches(body, p.tokens, s.leaves, store.InText, whole)
	p.found = slices.DeleteFunc(p.found, func(m match) bool { return m.from < from || m.from >= to })
	if behind := slices.IndexFunc(p.found, func(m match) bool { return m.from >= after }); behind >= 0 {
		p.found = p.found[behind:]
	} else {
		p.start, p.fresh = 0, 0
	}
	return p
}

// maxStretches bounds the words of a pattern whose matches are told apart.
const maxStretches = 1000

// whole gives the matches of a pattern from the first word to the last; where
// there are very many, word by word.
func whole(p pattern, tokens []text.Token) []span {
	if _, single := p.(sequence); single {
		return matchedBy(p, tokens)
	}
	if words := matchedBy(p, tokens); len(words) > maxStretches {
		return words
	}
	return stretchesOf(p, tokens)
}

// pieceEnd ends a piece at a blank if there is one in its last part.
func pieceEnd(body string, start int) int {
	if start+pieceBytes >= len(body) {
		return len(body)
	}
	end := clusterStart(body, start+pieceBytes)
	const part = 1 << 10
	if blank := strings.LastIndexAny(body[end-part:end], " \n"); blank >= 0 {
		return end - part + blank
	}
	return end
}

// titleEnd gives how many bytes at the beginning of a text repeat its title;
// 0 if it does not begin with the title, or says nothing else. What ends the
// title is part of it.
func titleEnd(body, title string) int {
	title, shortened := strings.CutSuffix(strings.TrimSpace(title), "…")
	at := 0
	for _, r := range title {
		if unicode.IsSpace(r) {
			continue
		}
		at += len(body[at:]) - len(strings.TrimLeftFunc(body[at:], unicode.IsSpace))
		if !strings.HasPrefix(body[at:], string(r)) {
			return 0
		}
		at += len(string(r))
	}
	next, _ := utf8.DecodeRuneInString(body[at:])
	if clusterStart(body, at) != at || !shortened && !isNoWord(next) {
		return 0
	}
	rest := strings.TrimLeftFunc(strings.TrimLeftFunc(body[at:], isEnding), unicode.IsSpace)
	at = clusterEnd(body, len(body)-len(rest))
	if strings.IndexFunc(body[at:], func(r rune) bool { return !isNoWord(r) }) < 0 {
		return 0
	}
	return at
}

// isEnding reports a sign that can end a title.
func isEnding(r rune) bool {
	return strings.ContainsRune(`"':;,…`, r) || unicode.In(r, unicode.STerm, unicode.Pe, unicode.Pf)
}

func isNoWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// markAll marks in s what the leaves match. s comes back whole, span by span.
func markAll(s string, found []match) (spans []Span) {
	at := 0
	for _, m := range found {
		if m.from > at {
			spans = append(spans, Span{s[at:m.from], false})
		}
		spans = append(spans, Span{s[m.from:m.to], true})
		at = m.to
	}
	if at < len(s) {
		spans = append(spans, Span{s[at:], false})
	}
	return spans
}

// title marks what the leaves match in a title.
func (s *snippeter) title(title, lang string) []Span {
	return markAll(title, marks(title, s.read(title, lang, 0, len(title)), s.leaves, store.InTitle))
}

// Highlight marks in s, a text of an article in the given language, what the
// query matches. s comes back whole, span by span.
func Highlight(ctx context.Context, a *store.Archive, query, lang, s string) ([]Span, error) {
	v, err := a.View(ctx)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(ctx, a, v, Query{Text: query})
	if err = errors.Join(err, v.Close()); err != nil {
		return nil, err
	}
	return markAll(s, marks(s, newTextMatcher().tokens(s, lang), p.leaves, store.InText)), nil
}
