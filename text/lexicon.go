package text

import (
	"hash/maphash"
	"strings"
	"unicode/utf8"
)

// Lexicon numbers the distinct tokens of many texts, in the order they are
// met, so that an index can be built from numbers instead of words. A word is
// folded and stemmed when it is first met, not each time. The lexicon grows
// with the tokens: [Lexicon.Size] tells its owner when to begin a new one. It
// is not safe for concurrent use; what [Lexicon.Terms] gave may be read while
// it goes on.
type Lexicon struct {
	languages map[string]*lexiconLanguage
	surfaces  surfaceTable
	terms     termTable
	forms     termTable // of tokens that are not written as they are stemmed
	met       []uint32  // forms, see Forms
	written   []Written // since they were last asked for
}

// termTable numbers strings in the order they are met.
type termTable struct {
	terms   []string
	letters strings.Builder // of the terms met last
	bytes   int             // of all terms
	numbers []uint64        // open addressing: a term's hash above its number + 1
	seed    maphash.Seed
}

func newTermTable() termTable {
	return termTable{numbers: make([]uint64, 1<<10), seed: maphash.MakeSeed()}
}

type lexiconLanguage struct {
	id       uint8 // from 1: 0 is for pairs of characters, the same in all
	analyser *Analyser
	nouns    bool // all nouns are capitalised
}

// NewLexicon makes an empty lexicon.
func NewLexicon() *Lexicon {
	return &Lexicon{
		languages: make(map[string]*lexiconLanguage),
		terms:     newTermTable(),
		forms:     newTermTable(),
	}
}

// Append appends the numbers of the tokens of a text in order: those that
// [Analyser.Index] of the language gives. In a heading capitals tell nothing.
func (l *Lexicon) Append(to []uint32, s, lang string, heading bool) []uint32 {
	in, met := l.language(lang), l.met
	for g := (segments{text: s, seed: uint32(in.id) * hashPrime}); g.next(); {
		seg := s[g.start:g.end]
		if g.unspaced {
			l.met = met
			to = l.appendPairs(to, seg)
			met = l.met
			continue
		}
		found := l.surfaces.find(seg, g.hash, in.id)
		inside := (found == nil || found.open) && !heading && insideSentence(s, g.start)
		if found == nil || inside {
			l.met = met
			to = l.appendNew(to, seg, g.hash, in, inside, found)
			met = l.met
		} else if found.tokens == 1 {
			to, met = append(to, found.number), append(met, found.form)
		} else {
			stems, forms := l.surfaces.list(found)
			to, met = append(to, stems...), append(met, forms...)
		}
	}
	l.met = met
	return to
}

// language gives what texts of a language are analysed with. Languages that
// we know nothing of share one.
func (l *Lexicon) language(lang string) *lexiconLanguage {
	if _, known := stemmers[lang]; !known && elisions[lang] == nil && lang != "" {
		lang = unknownLanguage
	}
	in, ok := l.languages[lang]
	if !ok {
		in = &lexiconLanguage{uint8(len(l.languages) + 1), NewAnalyser(lang), capitalisesNouns[lang]}
		l.languages[lang] = in
	}
	return in
}

// unknownLanguage stands for all languages without rules of their own.
const unknownLanguage = "und"

// appendNew analyses a word that is met for the first time, or again after
// it was forgotten, or for the first time inside a sentence.
func (l *Lexicon) appendNew(to []uint32, seg string, hash uint32, in *lexiconLanguage, inside bool, known *surface) []uint32 {
	before, metBefore := len(to), len(l.met)
	tokens := in.analyser.analyse(seg)
	for _, t := range tokens {
		to, l.met = append(to, l.terms.number(t.Stem)), append(l.met, l.form(t))
	}
	open := l.meet(seg, tokens, in, inside)
	if known != nil {
		known.open = open
	} else {
		l.surfaces.add(seg, hash, in.id, to[before:], l.met[metBefore:], open)
	}
	return to
}

func (l *Lexicon) appendPairs(to []uint32, run string) []uint32 {
	_, size := utf8.DecodeRuneInString(run)
	for i := 0; i < len(run); {
		end := i + size
		if end < len(run) {
			_, size = utf8.DecodeRuneInString(run[end:])
			to = l.appendPair(to, run[i:end+size])
		} else {
			to = l.appendPair(to, run[i:])
		}
		i = end
	}
	return to
}

func (l *Lexicon) appendPair(to []uint32, pair string) []uint32 {
	l.met = append(l.met, 0)
	hash := hashString(0, pair)
	if found := l.surfaces.find(pair, hash, 0); found != nil {
		return append(to, found.number)
	}
	to = append(to, l.terms.number(foldPair(pair)))
	l.surfaces.add(pair, hash, 0, to[len(to)-1:], l.met[len(l.met)-1:], false)
	return to
}

// form gives the number of a token's form, from 1; 0 where the word is its
// own stem.
func (l *Lexicon) form(t Token) uint32 {
	if t.Stem == t.Surface {
		return 0
	}
	return l.forms.number(FormKey(t.Stem, t.Surface)) + 1
}

// number gives the number of a term.
func (t *termTable) number(term string) uint32 {
	if 2*len(t.terms) >= len(t.numbers) {
		t.growNumbers()
	}
	hash := uint32(maphash.String(t.seed, term))
	mask := uint32(len(t.numbers) - 1)
	i := hash & mask
	for ; t.numbers[i] != 0; i = (i + 1) & mask {
		if n := uint32(t.numbers[i]) - 1; uint32(t.numbers[i]>>32) == hash && t.terms[n] == term {
			return n
		}
	}
	t.terms = append(t.terms, t.keep(term))
	t.numbers[i] = uint64(hash)<<32 | uint64(len(t.terms))
	return uint32(len(t.terms) - 1)
}

func (t *termTable) growNumbers() {
	grown := make([]uint64, 2*len(t.numbers))
	mask := uint32(len(grown) - 1)
	for _, n := range t.numbers {
		if n == 0 {
			continue
		}
		i := uint32(n>>32) & mask
		for grown[i] != 0 {
			i = (i + 1) & mask
		}
		grown[i] = n
	}
	t.numbers = grown
}

// keep copies a term to where many stand together: what is handed out of a
// builder stays as it is while more is written behind it.
func (t *termTable) keep(term string) string {
	const together = 32 << 10 // bytes
	if t.letters.Cap()-t.letters.Len() < len(term) {
		t.letters = strings.Builder{}
		t.letters.Grow(together)
	}
	start := t.letters.Len()
	t.letters.WriteString(term)
	t.bytes += len(term)
	return t.letters.String()[start:]
}

// Terms gives the tokens by their numbers. What it gave stays as it is; only
// later calls know later tokens.
func (l *Lexicon) Terms() []string { return l.terms.terms }

// Forms gives the forms of the tokens that were appended since the last call,
// each by its number in what FormKeys gives, plus 1, or 0 for a word that is
// its own stem. It is good until the next Append.
func (l *Lexicon) Forms() []uint32 {
	met := l.met
	l.met = l.met[:0]
	return met
}

// FormKeys gives the forms by their numbers, as [FormKey] writes them. It
// grows as Terms does.
func (l *Lexicon) FormKeys() []string { return l.forms.terms }

// Size gives about how much memory the lexicon's terms take, in bytes. What
// it remembers besides is bounded.
func (l *Lexicon) Size() int {
	const perTerm = 16 + 2*8 // of terms and of numbers
	return l.terms.bytes + l.forms.bytes + perTerm*(len(l.terms.terms)+len(l.forms.terms))
}

// surfaceTable remembers the numbers of the tokens of words as they are written:
// open addressing by a hash of the word's bytes. Only so many neighbours of a
// place are looked at and the last one gives way to a new word, so that words
// made to have the same hash cost no more than being forgotten. When it is
// full it begins anew.
type surfaceTable struct {
	slots []surface
	used  int
	bytes []byte   // of the words
	lists []uint32 // numbers of the words that have none or several tokens, and behind them their forms
}

// surface is one word.
type surface struct {
	hash, at uint32 // where its bytes stand
	number   uint32 // of its token; if it has not just one, where its list begins
	form     uint32 // of its token, if it has just one
	length   uint8  // in bytes; 0 in a free slot
	tokens   uint8
	language uint8
	open     bool // capitalised, and not met inside a sentence yet
}

// Bounds on a surfaceTable.
const (
	maxSurface      = 64      // bytes of a word that is remembered
	maxSurfaces     = 1 << 17 // words
	maxSurfaceBytes = 4 << 20 // of their bytes and lists
	surfaceReach    = 16      // slots looked at
)

// find gives the surface of a word, nil if it is not remembered.
func (t *surfaceTable) find(word string, hash uint32, language uint8) *surface {
	if len(t.slots) == 0 {
		return nil
	}
	mask := uint32(len(t.slots) - 1)
	for i := range uint32(surfaceReach) {
		s := &t.slots[(hash+i)&mask]
		if s.hash == hash && int(s.length) == len(word) && s.language == language &&
			string(t.bytes[s.at:int(s.at)+len(word)]) == word {
			return s
		}
		if s.length == 0 {
			return nil
		}
	}
	return nil
}

func (t *surfaceTable) list(s *surface) (numbers, forms []uint32) {
	list, n := t.lists[s.number:], int(s.tokens)
	return list[:n], list[n : 2*n]
}

// add remembers a word unless it is very long.
func (t *surfaceTable) add(word string, hash uint32, language uint8, numbers, forms []uint32, open bool) {
	if len(word) > maxSurface {
		return
	}
	t.makeRoom()
	s := surface{hash: hash, at: uint32(len(t.bytes)), length: uint8(len(word)), tokens: uint8(len(numbers)), language: language, open: open}
	if len(numbers) == 1 {
		s.number, s.form = numbers[0], forms[0]
	} else {
		s.number = uint32(len(t.lists))
		t.lists = append(append(t.lists, numbers...), forms...)
	}
	t.bytes = append(t.bytes, word...)
	t.place(s)
}

func (t *surfaceTable) place(s surface) {
	mask := uint32(len(t.slots) - 1)
	i := s.hash & mask
	for range surfaceReach - 1 {
		if t.slots[i].length == 0 {
			break
		}
		i = (i + 1) & mask
	}
	if t.slots[i].length == 0 {
		t.used++
	}
	t.slots[i] = s
}

func (t *surfaceTable) makeRoom() {
	switch {
	case t.used >= maxSurfaces || len(t.bytes)+4*len(t.lists) >= maxSurfaceBytes:
		clear(t.slots)
		t.used, t.bytes, t.lists = 0, t.bytes[:0], t.lists[:0]
	case 2*t.used >= len(t.slots):
		old := t.slots
		t.slots, t.used = make([]surface, max(1<<10, 2*len(old))), 0
		for _, s := range old {
			if s.length > 0 {
				t.place(s)
			}
		}
	}
}
