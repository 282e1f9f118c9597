package search

import (
	"slices"

	"example.com/archive/store"
	"example.com/archive/text"
)

// together matches all words of a list inside one sentence or paragraph. A
// sentence of more than overlapTokens words may be found in parts only.
type together struct {
	words     []pattern
	paragraph bool
	text      string // that the tokens are of; "" takes it for one sentence
}

// inText tells a pattern which text it is applied to. A title is one sentence.
func inText(p pattern, s string, column store.Column) pattern {
	if t, ok := p.(together); ok && column != store.InTitle {
		t.text = s
		return t
	}
	return p
}

func (t together) spans(tokens []text.Token) (found []span) {
	lists := make([][]span, len(t.words))
	for i, p := range t.words {
		if lists[i] = p.spans(tokens); len(lists[i]) == 0 {
			return nil
		}
	}
	ends := t.ends(tokens)
	for from := 0; from < len(tokens); {
		to := len(tokens)
		if len(ends) > 0 {
			to = from + firstFrom(tokens[from:], ends[0])
			ends = ends[1:]
		}
		found = t.appendCommon(found, lists, tokens[:to], from)
		from = to
	}
	return sorted(found)
}

// ends gives the bytes at which the sentences or paragraphs end that tokens
// are of, but for the last.
func (t together) ends(tokens []text.Token) (ends []int) {
	if t.text == "" {
		return nil
	}
	start := tokens[0].Start
	split := text.SentenceEnds
	if t.paragraph {
		split = text.ParagraphEnds
	}
	for end := range split(t.text[start:max(start, tokens[len(tokens)-1].End)]) {
		ends = append(ends, start+end)
	}
	return ends
}

// firstFrom counts the tokens that begin before a byte of the text.
func firstFrom(tokens []text.Token, at int) int {
	n := slices.IndexFunc(tokens, func(t text.Token) bool { return t.Start >= at })
	if n < 0 {
		return len(tokens)
	}
	return n
}

// appendCommon takes off the lists the spans that begin before the end of the
// tokens, and appends those that end there as well if every list has one. The
// sentence begins at a token.
func (t together) appendCommon(found []span, lists [][]span, tokens []text.Token, from int) []span {
	before, all := len(found), true
	for i, list := range lists {
		n := 0
		for n < len(list) && list[n].from < len(tokens) {
			n++
		}
		inside := len(found)
		if n > 0 && isWide(t.words[i]) {
			found = appendWithin(found, t.words[i], tokens, from)
			n, list = 0, list[n:]
		}
		for _, s := range list[:n] {
			if s.to <= len(tokens) {
				found = append(found, s)
			}
		}
		all = all && len(found) > inside
		lists[i] = list[n:]
	}
	if !all {
		return found[:before]
	}
	return found
}

// isWide reports a pattern that matches words apart from each other, each with
// a span of its own: one sentence must hold them all.
func isWide(p pattern) bool {
	switch p := p.(type) {
	case closeBy, inOrder, window:
		return true
	case either:
		return slices.ContainsFunc(p, isWide)
	}
	return false
}

// appendWithin appends what a pattern matches from a token on.
func appendWithin(found []span, p pattern, tokens []text.Token, from int) []span {
	for _, s := range matchedBy(p, tokens[from:]) {
		found = append(found, span{s.from + from, s.to + from})
	}
	return found
}

// same reads a SAME b and a PARA b. Every article that holds the words is a
// candidate; its text tells.
func (r *reader) same(n sameNode, column store.Column) *leaf {
	var words store.And
	p := together{paragraph: n.paragraph}
	for _, kid := range n.kids {
		if condition, kp := r.sameWord(kid, column); condition != nil {
			words, p.words = append(words, condition), append(p.words, kp)
		}
	}
	if len(words) == 0 {
		return nil
	}
	return &leaf{
		condition: store.Verified{Candidates: words, Check: r.matcher.check(p, column)},
		score:     words, pattern: p, column: column, readings: []string{n.String()},
	}
}

// sameWord gives what can hold one side of a SAME, nil if it asks for nothing.
func (r *reader) sameWord(n node, column store.Column) (store.Node, pattern) {
	if phrase, ok := n.(phraseNode); ok && phrase.within > 0 {
		if l := r.window(phrase.text, phrase.within, column); l != nil {
			return l.condition, l.pattern
		}
		return nil, nil
	}
	return r.nearWords(n, column)
}
