package search

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// speller finds words of the archive that are spelt like others.
type speller struct {
	ctx    context.Context
	view   *store.View
	reader *reader
	memory map[string][]spelling // by the word and the reach asked for
}

func newSpeller(ctx context.Context, v *store.View, r *reader) *speller {
	return &speller{ctx, v, r, make(map[string][]spelling)}
}

// spelling is a word of the archive that is spelt like another.
type spelling struct {
	store.Word
	edits    int // away from what was asked
	articles int // that have it in any form
}

// common gives the word as it mostly stands: in lower case where it does at all.
func (f spelling) common() string {
	if f.Cases&text.Lower != 0 {
		return strings.ToLower(f.Written)
	}
	return f.Written
}

// maxSpellings bounds the spellings that are looked up in the index for a word.
const maxSpellings = 64

// near gives the words of the archive that are at most so many edits away
// from a folded word, itself among them, the nearest first.
func (s *speller) near(surface string, edits int) (found []spelling, err error) {
	key := fmt.Sprint(edits, surface)
	if known, ok := s.memory[key]; ok {
		return known, nil
	}
	if found, err = s.scan(surface, edits); err != nil {
		return nil, err
	}
	first, _ := utf8.DecodeRuneInString(surface)
	slices.SortFunc(found, func(a, b spelling) int {
		if a.edits != b.edits {
			return a.edits - b.edits
		}
		if x, y := begins(a.Surface, first), begins(b.Surface, first); x != y {
			if x {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Surface, b.Surface)
	})
	found = found[:min(len(found), maxSpellings)]
	for i := range found {
		stems := s.reader.stemmed(false, found[i].Surface)
		if found[i].articles, err = s.view.Count(s.ctx, store.Words{Any: stems}); err != nil {
			return nil, err
		}
	}
	found = slices.DeleteFunc(found, func(f spelling) bool { return f.articles == 0 })
	s.memory[key] = found
	return found, nil
}

func begins(s string, r rune) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return first == r
}

// scan goes through the vocabulary.
func (s *speller) scan(surface string, most int) (found []spelling, err error) {
	edits := text.NewEdits(surface, most)
	at := make(map[string]int)
	err = s.view.EachWord(s.ctx, func(r *wordlist.Reader) {
		d, within := edits.Distance(r.Key, r.Shared)
		if !within {
			return
		}
		e := r.Entry()
		if i, ok := at[e.Key]; ok {
			found[i].Cases |= e.Cases
			return
		}
		at[e.Key] = len(found)
		found = append(found, spelling{Word: store.WordOf(e), edits: d})
	})
	return found, err
}

// fuzzy gives the spellings that word~ asks for.
func (s *speller) fuzzy(n wordNode) (surfaces []string, err error) {
	tokens := tokensOf(s.reader.surface, n.text)
	if len(tokens) != 1 {
		return nil, nil
	}
	found, err := s.near(tokens[0].Surface, n.edits)
	for _, f := range found {
		surfaces = append(surfaces, f.Surface)
	}
	return surfaces, err
}

// minCorrected is the shortest word that is corrected, in characters: of
// shorter ones too many are one edit away from each other.
const minCorrected = 4

// longWord is the length in characters from which on a word can be two
// edits wrong.
const longWord = 8

// correct gives the word of the archive that was most likely meant by one
// that it does not hold; "" if nothing is near.
func (s *speller) correct(surface string) (best string, err error) {
	length := utf8.RuneCountInString(surface)
	if length < minCorrected || strings.ContainsFunc(surface, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return "", nil
	}
	edits := 1
	if length >= longWord {
		edits = 2
	}
	found, err := s.near(surface, edits)
	if err != nil {
		return "", err
	}
	top := math.Inf(-1)
	for _, f := range found {
		if l := likelihood(surface, f); l > top {
			best, top = f.common(), l
		}
	}
	return best, nil
}

// likelihood weighs how common a word is against how strange the mistake
// would be: in the terms of a noisy channel, the logarithms of the chance of
// the word and of the mistake.
func likelihood(typed string, f spelling) float64 {
	const (
		perEdit     = 5.0 // of a hundred or so words one is mistyped, of those one in a hundred twice
		firstLetter = 2.0 // people seldom get it wrong
	)
	l := math.Log(float64(f.articles)) - perEdit*float64(f.edits)
	if first, _ := utf8.DecodeRuneInString(typed); !begins(f.Surface, first) {
		l -= firstLetter
	}
	return l
}

// correction is a word that was searched in place of one that the archive
// does not hold.
type correction struct{ typed, searched string }

// spellings gives the other spellings that a plain word is searched in.
func (p *planner) spellings(n wordNode) []string {
	if n.edits == 0 {
		return nil
	}
	found, err := p.speller.fuzzy(n)
	p.fail(err)
	return found
}

// corrected gives a tree with the words that the archive does not hold put
// right, and notes what was.
func (p *planner) corrected(n node) node {
	switch n := n.(type) {
	case wordNode:
		if !n.exact && !n.prefix && n.edits == 0 {
			n.text = p.correctedText(n.text)
		}
		return n
	case phraseNode:
		if !n.exact && !n.prefix {
			n.text = p.correctedText(n.text)
		}
		return n
	case nearNode:
		n.left, n.right = p.corrected(n.left), p.corrected(n.right)
		return n
	case andNode:
		n.kids = p.correctedAll(n.kids)
		return n
	case orNode:
		return orNode{p.correctedAll(n.kids)}
	case notNode:
		return notNode{p.corrected(n.kid)}
	case fieldNode:
		if isColumn(n.name) {
			n.value = p.corrected(n.value)
		}
		return n
	}
	return n
}

func (p *planner) correctedAll(nodes []node) []node {
	corrected := make([]node, len(nodes))
	for i, n := range nodes {
		corrected[i] = p.corrected(n)
	}
	return corrected
}

// correctedText puts right the words of a text, one by one.
func (p *planner) correctedText(s string) string {
	tokens := tokensOf(p.reader.surface, s)
	for i := len(tokens) - 1; i >= 0; i-- {
		t := tokens[i]
		if p.held(t.Surface) {
			continue
		}
		better, err := p.speller.correct(t.Surface)
		p.fail(err)
		if better == "" {
			continue
		}
		c := correction{s[t.Start:t.End], better}
		p.plan.corrected = append(p.plan.corrected, c)
		p.plan.notes = append(p.plan.notes, c.String())
		s = s[:t.Start] + better + s[t.End:]
	}
	return s
}

// held reports whether a word, in any form or spelling that it is searched
// in, is in the archive.
func (p *planner) held(surface string) bool {
	n, err := p.view.Count(p.ctx, store.Words{Any: p.reader.stemmed(false, surface)})
	p.fail(err)
	return n > 0 || err != nil || len(p.reader.spellings(wordNode{text: surface})) > 0
}

// String says what was put right, for people.
func (c correction) String() string {
	return fmt.Sprintf("no article has %q: searched for %s ('=%s' or --no-correct searches only what was typed)", c.typed, c.searched, c.typed)
}
