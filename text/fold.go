package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings spellings of one word together that a reader takes for the
// same: Unicode NFKC, lower case, diacritics of Latin and Greek letters
// removed (é→e, ł→l, ß→ss), stress marks and ё of Cyrillic, vowel points of
// Arabic and Hebrew, apostrophes and invisible characters dropped.
// Letters that carry their own sound (й, ї, Indic vowel signs) are kept.
func Fold(word string) string {
	if ascii, ok := foldASCII(word); ok {
		return ascii
	}
	s := norm.NFD.String(strings.ToLower(norm.NFKC.String(word)))
	var b strings.Builder
	b.Grow(len(s))
	var base rune
	for _, r := range s {
		if unicode.Is(unicode.Mn, r) {
			if keepsMark(base, r) {
				b.WriteRune(r)
			}
			continue
		}
		base = r
		if unicode.Is(unicode.Cf, r) || isApostrophe(r) || r == 'ـ' {
			continue
		}
		if plain, ok := plainLetter[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// foldASCII folds a word of ASCII alone; ok is false for any other.
func foldASCII(word string) (folded string, ok bool) {
	clean := true
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf {
			return "", false
		}
		if 'A' <= c && c <= 'Z' || c == '\'' {
			clean = false
		}
	}
	if clean {
		return word, true
	}
	b := make([]byte, 0, len(word))
	for i := range len(word) {
		switch c := word[i]; {
		case 'A' <= c && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c != '\'':
			b = append(b, c)
		}
	}
	return string(b), true
}

// Combining marks that change a Cyrillic letter into another one.
const (
	breve     = '\u0306' // й, ў
	diaeresis = '\u0308' // ї, but ё is printed as е more often than not
)

func keepsMark(base, mark rune) bool {
	switch {
	case base < 0x0250, unicode.Is(unicode.Latin, base), unicode.Is(unicode.Greek, base),
		unicode.Is(unicode.Arabic, base), unicode.Is(unicode.Hebrew, base):
		return false
	case unicode.Is(unicode.Cyrillic, base):
		return mark == breve || mark == diaeresis && base != 'е'
	}
	return true
}

// plainLetter holds letters that Unicode does not decompose.
var plainLetter = map[rune]string{
	'ß': "ss", 'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe",
	'ı': "i", 'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ς': "σ",
	// Forms of alef, and the letters that Arabic and Persian keyboards
	// make of the same ye and kaf.
	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ک': "ك",
	'ґ': "г",
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʹ', '＇', '՚', 'ʻ':
		return true
	}
	return false
}
