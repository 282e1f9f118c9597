package search

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// snippeter cuts out of texts what best shows why they were found.
type snippeter struct {
	matcher *textMatcher
	leaves  []*leaf
	chars   int
}

func newSnippeter(leaves []*leaf, chars int) *snippeter {
	return &snippeter{newTextMatcher(), leaves, chars}
}

// match is a stretch of a text, in bytes, that a leaf matches.
type match struct{ from, to, leaf int }

// matches finds what the leaves match, in the order of the text.
func matches(tokens []text.Token, leaves []*leaf, column store.Column) (found []match) {
	for i, l := range leaves {
		if l.column != store.Anywhere && l.column != column {
			continue
		}
		for _, s := range l.pattern.spans(tokens) {
			found = append(found, match{tokens[s.from].Start, tokens[s.to-1].End, i})
		}
	}
	return found
}

// pieceBytes is how much of a long text is looked at at a time for a passage.
const pieceBytes = 1 << 18

// best gives the passage with the densest matches of different words, whole
// words only; the beginning of a text that has none. Of a long text the first
// piece with matches is taken.
func (s *snippeter) best(body, lang string) []Span {
	for start := 0; start < len(body); {
		end := pieceEnd(body, start)
		found := byPlace(matches(s.matcher.tokens(body[start:end], lang), s.leaves, store.InText))
		if len(found) > 0 {
			piece := body[start:min(len(body), end+4*s.chars)]
			return cut(piece, s.window(piece, found), s.chars, found, start > 0)
		}
		start = end
	}
	return cut(body, 0, s.chars, nil, false)
}

// pieceEnd ends a piece at a blank if there is one in its last part.
func pieceEnd(body string, start int) int {
	if start+pieceBytes >= len(body) {
		return len(body)
	}
	end := start + pieceBytes
	for !utf8.RuneStart(body[end]) {
		end--
	}
	const part = 1 << 10
	if blank := strings.LastIndexAny(body[end-part:end], " \n"); blank >= 0 {
		return end - part + blank
	}
	return end
}

// window finds where the best passage begins: for each match, what follows
// it within the length of a snippet. The more different words the better,
// then the more of them; of equals, the first.
func (s *snippeter) window(body string, found []match) (from int) {
	best := math.Inf(-1)
	for i, first := range found {
		seen := make(map[int]int)
		score := 0.0
		for _, m := range found[i:] {
			if m.to-first.from > s.chars {
				break
			}
			seen[m.leaf]++
			score += 1 / float64(seen[m.leaf]*seen[m.leaf])
		}
		if score > best {
			best, from = score, first.from
		}
	}
	return s.lead(body, from)
}

// lead moves the beginning back to that of the sentence if it is near, else
// by a few words, so that the match is not the first thing seen.
func (s *snippeter) lead(body string, from int) int {
	earliest := max(0, from-s.chars/3)
	before := body[earliest:from]
	if earliest == 0 {
		return 0
	}
	if i := strings.LastIndexAny(before, ".!?\n。！？"); i >= 0 {
		_, size := utf8.DecodeRuneInString(before[i:])
		return earliest + i + size
	}
	for earliest < from && !utf8.RuneStart(body[earliest]) {
		earliest++
	}
	if i := strings.IndexByte(body[earliest:from], ' '); i >= 0 {
		return earliest + i + 1
	}
	return earliest
}

// byPlace sorts matches and joins those that overlap.
func byPlace(found []match) (joined []match) {
	sortMatches(found)
	for _, m := range found {
		if n := len(joined); n > 0 && m.from < joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, m.to)
			continue
		}
		joined = append(joined, m)
	}
	return joined
}

// cut takes about so many characters from a place on, ends at a blank, marks
// the matches and folds white space. before says that text stands before body.
func cut(body string, from, chars int, found []match, before bool) (spans []Span) {
	to := endOf(body, from, chars)
	var b builder
	if from > 0 || before {
		b.add("… ", false)
	}
	at := from
	for _, m := range found {
		if m.to <= at || m.from >= to {
			continue
		}
		b.add(body[at:max(m.from, at)], false)
		b.add(body[max(m.from, at):min(m.to, to)], true)
		at = min(m.to, to)
	}
	b.add(body[at:to], false)
	if to < len(strings.TrimRight(body, " \n")) {
		b.add(" …", false)
	}
	return b.spans
}

// endOf gives the byte at which so many characters from a place on end, at a
// blank if there is one in the last third.
func endOf(body string, from, chars int) int {
	n, blank := 0, 0
	for i, r := range body[from:] {
		if n >= chars {
			if blank > 0 {
				return from + blank
			}
			return from + i
		}
		if (r == ' ' || r == '\n') && n > chars*2/3 {
			blank = i
		}
		n++
	}
	return len(body)
}

// builder collects spans with white space folded.
type builder struct {
	spans []Span
	blank bool // the last character was white space
}

func (b *builder) add(s string, marked bool) {
	var folded strings.Builder
	for _, r := range s {
		blank := r == ' ' || r == '\n' || r == '\t' || r == '\u00a0'
		if !blank {
			folded.WriteRune(r)
		} else if !b.blank && (folded.Len() > 0 || len(b.spans) > 0) {
			folded.WriteByte(' ')
		}
		b.blank = blank
	}
	if folded.Len() > 0 {
		b.spans = append(b.spans, Span{folded.String(), marked})
	}
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
	found := byPlace(matches(newTextMatcher().tokens(s, lang), p.leaves, store.InText))
	var spans []Span
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
	return spans, nil
}

func sortMatches(found []match) {
	slices.SortFunc(found, func(a, b match) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
}
