package text

import (
	"iter"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Initials is a set of letters and figures, folded, that words are looked for
// by. The zero value is empty.
type Initials struct {
	ascii  [utf8.RuneSelf]bool
	others []rune
	any    bool
}

// AnyInitial holds every letter.
func AnyInitial() Initials { return Initials{any: true} }

// Add takes in what a folded word begins with.
func (n *Initials) Add(folded string) {
	r, _ := utf8.DecodeRuneInString(folded)
	switch {
	case r < utf8.RuneSelf:
		n.ascii[r] = true
	case !slices.Contains(n.others, r):
		n.others = append(n.others, r)
	}
}

func (n *Initials) has(r rune) bool {
	if r < utf8.RuneSelf {
		return n.any || n.ascii[r]
	}
	return n.any || slices.Contains(n.others, r)
}

// movesInitials holds the languages whose stemmers can change a first letter
// that foldedInitial knows: Irish takes off eclipsis and lenition.
var movesInitials = map[string]bool{"ga": true}

// TokensBeginning goes through the words of a text as [Analyser.Tokens] does,
// but spares itself the analysis of words that surely begin otherwise: their
// Surface and Stem are empty. It may analyse others in vain.
func (a *Analyser) TokensBeginning(s string, wanted *Initials) iter.Seq[Token] {
	if wanted.any || a.movesInitials {
		return a.Tokens(s)
	}
	return func(yield func(Token) bool) {
		for g := (segments{text: s}); g.next(); {
			seg := s[g.start:g.end]
			more := true
			switch {
			case g.unspaced:
				more = pairs(seg, g.start, yield)
			case beginsOtherwise(seg, wanted):
				more = yield(Token{Start: g.start, End: g.end})
			default:
				more = a.word(seg, g.start, yield)
			}
			if !more {
				return
			}
		}
	}
}

// beginsOtherwise reports that a segment is surely a single token that begins with
// none of the letters wanted. Letters whose folding is not plain are not sure.
func beginsOtherwise(seg string, wanted *Initials) bool {
	initial, ok := foldedInitial(seg)
	return ok && !wanted.has(initial) && isPlainWord(seg)
}

// foldedInitial gives the first letter or figure of a segment, folded.
func foldedInitial(seg string) (initial rune, ok bool) {
	c := seg[0]
	if byteClass[c] <= classDigit {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		return rune(c), true
	}
	r, _ := twoBytes(seg)
	switch {
	case r >= 'À' && r <= 'ÿ' && r != '×' && r != '÷':
		return rune(latin1Folded[r-'À'][0]), true
	case r >= 'а' && r <= 'я', r == 'є', r == 'і', r == 'ї':
		return r, true
	case r >= 'А' && r <= 'Я', r == 'Є', r == 'І', r == 'Ї':
		return unicode.ToLower(r), true
	}
	return 0, false
}

// isPlainWord reports that nothing in a segment can part it or be dropped.
func isPlainWord(seg string) bool {
	for i := 0; i < len(seg); {
		if byteClass[seg[i]] <= classDigit {
			i++
			continue
		}
		r, size := twoBytes(seg[i:])
		if size == 0 || !isWideLetter(r) {
			return false
		}
		i += size
	}
	return true
}
