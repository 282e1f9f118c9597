package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/RadhiFadlillah/whatlanggo"
)

// maxDetect is how much of a text, in bytes, its language is detected from.
const maxDetect = 4096

// DetectLanguage gives the language that a text is most likely in, as
// LanguageCode writes it. reliable
// is false where the text is too short or too mixed to be sure.
func DetectLanguage(s string) (lang string, reliable bool) {
	sample := strings.ToLower(head(s, maxDetect))
	if lang := byCyrillicLetters(sample); lang != "" {
		return lang, true
	}
	info := whatlanggo.Detect(sample)
	lang = LanguageCode(info.Lang.Iso6393())
	if lang == "" {
		return "", false
	}
	return lang, info.IsReliable() && letters(sample) >= minLetters(info.Script)
}

// minTelling is how many letters that only one language has it takes to be
// sure of that language.
const minTelling = 2

// byCyrillicLetters tells Ukrainian from Russian by the letters that only one
// of them has; "" where these do not decide. Trigrams need a longer text.
func byCyrillicLetters(lower string) string {
	ukrainian, russian := 0, 0
	for _, r := range lower {
		switch r {
		case 'ї', 'є', 'ґ':
			ukrainian++
		case 'ы', 'э', 'ё':
			russian++
		case 'ў', 'ј', 'љ', 'њ', 'ћ', 'ђ', 'ѓ', 'ќ', 'ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ':
			return "" // another language altogether
		}
	}
	switch {
	case ukrainian >= minTelling && russian == 0:
		return "uk"
	case russian >= minTelling && ukrainian == 0 && !strings.ContainsRune(lower, 'і'):
		return "ru"
	}
	return ""
}

// minLetters is how many letters it takes to be sure: few where the script
// nearly decides alone, a sentence or two where many languages share it.
func minLetters(script *unicode.RangeTable) int {
	switch script {
	case unicode.Latin, unicode.Cyrillic, unicode.Arabic, unicode.Devanagari:
		return 40
	}
	return 4
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// head gives at most the first n bytes of s, whole characters only.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
