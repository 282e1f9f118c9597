package text

// Lexicon numbers the distinct tokens of many texts, in the order they are
// met, so that an index can be built from numbers instead of words. It is
// not safe for concurrent use; what [Lexicon.Terms] gave may be read while it
// goes on.
type Lexicon struct {
	analysers map[string]*Analyser // by language
	numbers   map[string]uint32
	terms     []string
}

// NewLexicon makes an empty lexicon.
func NewLexicon() *Lexicon {
	return &Lexicon{analysers: make(map[string]*Analyser), numbers: make(map[string]uint32)}
}

// Append appends the numbers of the tokens of a text in order: those that
// [Analyser.Index] of the language gives.
func (l *Lexicon) Append(to []uint32, s, lang string) []uint32 {
	a, ok := l.analysers[lang]
	if !ok {
		a = NewAnalyser(lang)
		l.analysers[lang] = a
	}
	for t := range a.Tokens(s) {
		to = append(to, l.number(t.Stem))
	}
	return to
}

func (l *Lexicon) number(term string) uint32 {
	n, ok := l.numbers[term]
	if !ok {
		n = uint32(len(l.terms))
		l.numbers[term] = n
		l.terms = append(l.terms, term)
	}
	return n
}

// Terms gives the tokens by their numbers. What it gave stays as it is; only
// later calls know later tokens.
func (l *Lexicon) Terms() []string { return l.terms }
