package search

import (
	"cmp"
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
	all    int                   // articles of the archive; 0 until they are counted
}

func newSpeller(ctx context.Context, v *store.View, r *reader) *speller {
	return &speller{ctx: ctx, view: v, reader: r, memory: make(map[string][]spelling)}
}

// spelling is a word of the archive that is spelt like another.
type spelling struct {
	store.Word
	edits    float64 // away from what was asked
	articles int     // that have it in any form
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
	if found, err = s.scan(edits, surface); err != nil {
		return nil, err
	}
	if found, err = s.counted(surface, found); err != nil {
		return nil, err
	}
	s.memory[key] = found
	return found, nil
}

// counted sorts spellings of a word, the nearest first, and looks up how many
// articles have each, as far as there are not too many.
func (s *speller) counted(surface string, found []spelling) ([]spelling, error) {
	first, _ := utf8.DecodeRuneInString(surface)
	slices.SortFunc(found, func(a, b spelling) int {
		if d := cmp.Compare(a.edits, b.edits); d != 0 {
			return d
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
		n, err := s.view.Count(s.ctx, s.words(found[i].Surface))
		if err != nil {
			return nil, err
		}
		found[i].articles = n
	}
	return slices.DeleteFunc(found, func(f spelling) bool { return f.articles == 0 }), nil
}

// words is the condition on articles that have a word in any form.
func (s *speller) words(surface string) store.Words {
	return store.Words{Any: s.reader.stemmed(false, surface)}
}

func begins(s string, r rune) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return first == r
}

// scan goes through the vocabulary for the words that are near a word, and
// for those that begin like one of some stems.
func (s *speller) scan(most int, surface string, stems ...string) (found []spelling, err error) {
	whole := text.NewEdits(surface, most)
	var beginnings []*text.Edits
	for _, stem := range stems {
		beginnings = append(beginnings, text.NewEdits(stem, most))
	}
	at := make(map[string]int)
	err = s.view.EachWord(s.ctx, func(r *wordlist.Reader) {
		d, within := whole.Distance(r.Key, r.Shared)
		for _, b := range beginnings {
			_, begins := b.Beginning(r.Key, r.Shared)
			within = within || begins
		}
		if !within {
			return
		}
		e := r.Entry()
		if i, ok := at[e.Key]; ok {
			found[i].Cases |= e.Cases
			return
		}
		at[e.Key] = len(found)
		found = append(found, spelling{Word: store.WordOf(e), edits: float64(d)})
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

// minCorrected is the shortest word that is corrected, in characters.
const minCorrected = 3

// longWord is the length in characters from which on a word can be two
// edits wrong.
const longWord = 8

// correct gives the word of the archive that was most likely meant by one
// that it does not hold; "" if nothing is near. others are the other words of
// the query, which tell what it is about.
func (s *speller) correct(surface string, others []store.Words) (best string, err error) {
	length := utf8.RuneCountInString(surface)
	if length < minCorrected || strings.ContainsFunc(surface, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return "", nil
	}
	edits := 1
	if length >= longWord {
		edits = 2
	}
	found, err := s.meant(surface, edits)
	if err != nil || len(found) == 0 {
		return "", err
	}
	likelihoods := make([]float64, len(found))
	for i, f := range found {
		fits, err := s.fits(f, others)
		if err != nil {
			return "", err
		}
		likelihoods[i] = likelihood(surface, f) + fits
	}
	return found[slices.Index(likelihoods, slices.Max(likelihoods))].common(), nil
}

// minStemmed is the shortest stem, in characters, that others are compared with.
const minStemmed = 4

// maxMeant bounds the spellings that are looked at together with the other
// words of a query.
const maxMeant = 12

// meant gives the likeliest words for a mistyped one by themselves. The
// archive may hold what was meant in another form only, so stems are compared
// too: 'blals' is two edits from 'ball', but its stem is one from it.
func (s *speller) meant(surface string, edits int) (found []spelling, err error) {
	var stems []string
	for _, p := range s.reader.stemmed(false, surface) {
		if len(p.Stems) == 1 && utf8.RuneCountInString(p.Stems[0]) >= minStemmed {
			stems = append(stems, p.Stems[0])
		}
	}
	if found, err = s.scan(edits, surface, stems...); err != nil {
		return nil, err
	}
	for i := range found {
		found[i].edits = s.distance(surface, found[i].Surface)
	}
	found = slices.DeleteFunc(found, func(f spelling) bool {
		return f.edits > float64(edits)+otherForm || s.isStopWord(f.Surface)
	})
	if found, err = s.counted(surface, found); err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b spelling) int {
		return cmp.Compare(likelihood(surface, b), likelihood(surface, a))
	})
	return found[:min(len(found), maxMeant)], nil
}

// otherForm is what it counts, in edits, that a word is there in another form.
const otherForm = .5

// distance gives the edits between two words, or, if there is at most one,
// those between their stems in the same language.
func (s *speller) distance(a, b string) float64 {
	best := float64(text.Distance(a, b))
	for _, analyser := range s.reader.analysers {
		x, y := tokensOf(analyser, a), tokensOf(analyser, b)
		if len(x) != 1 || len(y) != 1 {
			continue
		}
		if d := text.Distance(x[0].Stem, y[0].Stem); d <= 1 {
			best = min(best, float64(d)+otherForm)
		}
	}
	return best
}

// likelihood weighs how common a word is against how strange the mistake
// would be: in the terms of a noisy channel (Kernighan, Church and Gale 1990),
// the logarithms of the chance of the word and of the mistake.
func likelihood(typed string, f spelling) float64 {
	const (
		perEdit     = 5.0 // of a hundred or so words one is mistyped, of those one in a hundred twice
		firstLetter = 2.0 // people seldom get it wrong
	)
	l := math.Log(float64(f.articles)) - perEdit*f.edits
	if first, _ := utf8.DecodeRuneInString(typed); !begins(f.Surface, first) {
		l -= firstLetter
	}
	return l
}

// maxFits bounds the other words that are looked at.
const maxFits = 6

// fits tells how well a word fits the other words of the query: the
// logarithm of the chance to meet each in an article that has it, smoothed by
// the chance to meet it anywhere.
func (s *speller) fits(f spelling, others []store.Words) (sum float64, err error) {
	if len(others) == 0 {
		return 0, nil
	}
	all, err := s.articles()
	if err != nil {
		return 0, err
	}
	for _, o := range others[:min(len(others), maxFits)] {
		n, err := s.view.Count(s.ctx, o)
		if err != nil {
			return 0, err
		}
		both, err := s.view.Count(s.ctx, store.And{s.words(f.Surface), o})
		if err != nil {
			return 0, err
		}
		anywhere := float64(n) / float64(max(all, 1))
		sum += math.Log((float64(both) + anywhere) / (float64(f.articles) + 1))
	}
	return sum, nil
}

// alike gives the words of the archive that may have been meant by another,
// most likely first, though they be further from it than what is put right
// unasked; of the forms of one word the likeliest.
func (s *speller) alike(surface string) (found []spelling, err error) {
	length := utf8.RuneCountInString(surface)
	if length < minCorrected || length > maxAlike || strings.ContainsFunc(surface, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return nil, nil
	}
	found, err = s.meant(surface, 1+min(length/(longWord/2+1), 2))
	if err != nil {
		return nil, err
	}
	told := []store.Phrase{}
	return slices.DeleteFunc(found, func(f spelling) bool {
		forms := s.reader.stemmed(false, f.Surface)
		same := func(p store.Phrase) bool { return slices.Equal(p.Stems, forms[0].Stems) }
		known := f.Surface == surface || len(forms) == 0 || slices.ContainsFunc(told, same)
		if !known {
			told = append(told, forms[0])
		}
		return known
	}), nil
}

// maxAlike is the longest word, in characters, that others are compared with.
const maxAlike = 60

// articles counts those of the archive, once.
func (s *speller) articles() (n int, err error) {
	if s.all == 0 {
		s.all, err = s.view.Count(s.ctx, store.All{})
	}
	return s.all, err
}

// correction is a word that was searched in place of one that the archive
// does not hold.
type correction struct{ typed, searched string }

// spellings gives the other spellings that a word or phrase is searched in:
// those asked for, else those of names.
func (p *planner) spellings(n node) []string {
	switch n := n.(type) {
	case wordNode:
		if n.edits == 0 {
			return p.namer.of(n.text)
		}
		found, err := p.speller.fuzzy(n)
		p.fail(err)
		return found
	case phraseNode:
		return p.namer.phrase(n.text)
	}
	return nil
}

// maxAbsent bounds the words of a query that are put right: each costs a look
// through the vocabulary. With more, it is a text of another language, or none.
const maxAbsent = 40

// corrected gives a tree with the words that the archive does not hold put
// right, and notes what was.
func (p *planner) corrected(tree node) node {
	var absent []string
	var others []store.Words
	eachText(tree, func(s string) string {
		for _, t := range tokensOf(p.reader.surface, s) {
			switch {
			case p.speller.isStopWord(t.Surface): // no mistake, and dear to look for
			case !p.held(t.Surface):
				absent = append(absent, t.Surface)
			default:
				others = append(others, p.speller.words(t.Surface))
			}
		}
		return s
	})
	if absent = distinct(absent); len(absent) == 0 {
		return tree
	}
	if len(absent) > maxAbsent {
		p.plan.notes = append(p.plan.notes, fmt.Sprintf("no article has %d of the words: the spelling of the first %d was looked at", len(absent), maxAbsent))
		absent = absent[:maxAbsent]
	}
	return eachText(tree, func(s string) string { return p.correctedText(s, absent, others) })
}

// isStopWord reports a stop word of any language that is searched.
func (s *speller) isStopWord(surface string) bool {
	return slices.ContainsFunc(s.reader.langs, func(lang string) bool { return text.IsStopWord(lang, surface) })
}

// eachText gives a tree in which the words and phrases that are taken in all
// their forms have been changed.
func eachText(n node, change func(string) string) node {
	return eachWording(n, func(s string, asTyped bool) string {
		if asTyped {
			return s
		}
		return change(s)
	})
}

// eachWording gives a tree in which words and phrases have been changed.
// asTyped is true for those that are not taken in all their forms.
func eachWording(n node, change func(s string, asTyped bool) string) node {
	return eachAsked(n, func(n node) node {
		switch n := n.(type) {
		case wordNode:
			n.text = change(n.text, n.exact || n.prefix || n.edits > 0)
			return n
		case phraseNode:
			n.text = change(n.text, n.exact || n.prefix)
			return n
		}
		return n
	})
}

// correctedText puts right those words of a text that are absent.
func (p *planner) correctedText(s string, absent []string, others []store.Words) string {
	tokens := tokensOf(p.reader.surface, s)
	for i := len(tokens) - 1; i >= 0; i-- {
		t := tokens[i]
		if !slices.Contains(absent, t.Surface) {
			continue
		}
		better, err := p.speller.correct(t.Surface, others)
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
	n, err := p.view.Count(p.ctx, p.speller.words(surface))
	p.fail(err)
	return n > 0 || err != nil || len(p.reader.spellings(wordNode{text: surface})) > 0
}

// String says what was put right, for people.
func (c correction) String() string {
	return fmt.Sprintf("no article has %q: searched for %s ('=%s' or --no-correct searches only what was typed)", c.typed, c.searched, c.typed)
}
