package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cases says in which cases a word was met; several can hold.
type Cases uint8

const (
	Lower       Cases = 1 << iota // in lower case, or in a script without cases
	Initial                       // capitalised where any word may be: at the start of a sentence or line, in a heading
	Capitalised                   // capitalised inside a sentence
	Capitals                      // in capitals throughout, several letters
	Noun                          // capitalised in a language that capitalises all nouns
)

// Written is a word as a text writes it.
type Written struct {
	Surface string // folded, as in [Token]
	Form    string // as it stands there
	Cases   Cases
}

// capitalisesNouns holds the languages in which a capital does not tell a
// name from any other noun.
var capitalisesNouns = map[string]bool{"de": true, "lb": true}

// caseOf tells the case of a word by its letters alone: Initial where it is
// capitalised.
func caseOf(word string) Cases {
	first, letters, capitals := rune(0), 0, 0
	for _, r := range word {
		if !unicode.IsLetter(r) {
			continue
		}
		if letters++; letters == 1 {
			first = r
		}
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	switch {
	case letters == 0:
		return 0
	case capitals == letters && letters > 1:
		return Capitals
	case unicode.IsUpper(first) || unicode.IsTitle(first):
		return Initial
	}
	return Lower
}

// insideSentence reports whether what stands at an index of a text surely
// stands inside a sentence: behind a word or a comma on the same line.
func insideSentence(s string, at int) bool {
	i := at
	for i > 0 && s[i-1] == ' ' {
		i--
	}
	if i == 0 {
		return false
	}
	c := s[i-1]
	if c < utf8.RuneSelf {
		return isAlnum(c) || c == ',' || c == ';' || c == '-'
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return isWordRune(r)
}

// meet notes the words of a segment that is met for the first time, and
// reports whether it may yet be met inside a sentence.
func (l *Lexicon) meet(seg string, tokens []Token, in *lexiconLanguage, inside bool) (open bool) {
	for _, t := range tokens {
		form := in.analyser.bare(seg[t.Start:t.End])
		cases := caseOf(form)
		if cases == Initial {
			cases = in.capital(inside)
			open = open || cases == Initial
		}
		if cases != 0 {
			l.written = append(l.written, Written{t.Surface, plainForm(form), cases})
		}
	}
	return open
}

// capital gives the case of a capitalised word by where it stands.
func (in *lexiconLanguage) capital(inside bool) Cases {
	switch {
	case in.nouns:
		return Noun
	case inside:
		return Capitalised
	}
	return Initial
}

// plainForm takes out of a word what is not seen.
func plainForm(form string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, form)
}

// Written gives the words that were met for the first time since the last
// call, or for the first time inside a sentence. A word that was forgotten
// counts as new. What it gives refers to the texts.
func (l *Lexicon) Written() []Written {
	written := l.written
	l.written = nil
	return written
}
