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
	if common, ok := foldCommon(word); ok {
		return common
	}
	return foldAny(word)
}

// foldAny is Fold for any characters.
func foldAny(word string) string {
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

// foldCommon folds a word whose letters are those of Western European,
// Russian or Ukrainian print, one by one; ok is false for any other.
func foldCommon(word string) (folded string, ok bool) {
	b := make([]byte, 0, maxToken)
	for i := 0; i < len(word); {
		c := word[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c |= 0x20
			}
			if c != '\'' {
				b = append(b, c)
			}
			i++
			continue
		}
		if n := apostropheLength(word[i:]); n > 0 {
			i += n
			continue
		}
		r, size := twoBytes(word[i:])
		switch {
		case r >= 'À' && r <= 'ÿ':
			b = append(b, latin1Folded[r-'À']...)
		case r >= 'а' && r <= 'я':
			b = append(b, word[i:i+2]...)
		case r >= 'А' && r <= 'Я':
			b = utf8.AppendRune(b, r+'а'-'А')
		case r == 'є' || r == 'і' || r == 'ї':
			b = append(b, word[i:i+2]...)
		case r == 'Є' || r == 'І' || r == 'Ї':
			b = utf8.AppendRune(b, r+'ї'-'Ї')
		case r == 'ё' || r == 'Ё':
			b = append(b, "е"...)
		case r == 'ґ' || r == 'Ґ':
			b = append(b, "г"...)
		default:
			return "", false
		}
		i += size
	}
	if string(b) == word {
		return word, true
	}
	return string(b), true
}

// latin1Folded holds the letters from À to ÿ folded.
var latin1Folded = [...]string{
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
	"d", "n", "o", "o", "o", "o", "o", "×", "o", "u", "u", "u", "u", "y", "th", "ss",
	"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
	"d", "n", "o", "o", "o", "o", "o", "÷", "o", "u", "u", "u", "u", "y", "th", "y",
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
