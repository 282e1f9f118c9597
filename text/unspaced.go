package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unspaced reports whether a character belongs to a script that is searched
// by overlapping pairs of characters because blanks do not part its words.
func unspaced(r rune) bool {
	if r < 0x0E00 {
		return false
	}
	switch {
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0xAC00 && r <= 0xD7A3, r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA:
		return true // most of what is met
	case r >= 0x2000 && r <= 0x2BFF, r >= 0x1E00 && r <= 0x1FFF:
		return false
	case r == 'ー', r == 'ｰ', r == '々', r == '〆':
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && (unicode.IsLetter(r) || unicode.IsMark(r))
}

func unspacedRun(s string) int {
	for i, r := range s {
		if !unspaced(r) {
			return i
		}
	}
	return len(s)
}

// pairs yields each character of a run with the one behind it, and the last
// one alone.
func pairs(run string, offset int, yield func(Token) bool) bool {
	for i := 0; i < len(run); {
		_, size := utf8.DecodeRuneInString(run[i:])
		end := i + size
		if end < len(run) {
			_, next := utf8.DecodeRuneInString(run[end:])
			end += next
		}
		tail := i+size == len(run)
		pair := foldPair(run[i:end])
		if !yield(Token{Start: offset + i, End: offset + end, Surface: pair, Stem: pair, Tail: tail}) {
			return false
		}
		i += size
	}
	return true
}

func foldPair(s string) string {
	if norm.NFKC.IsNormalString(s) {
		return s
	}
	return norm.NFKC.String(s)
}
