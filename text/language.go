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
	if isClearlyEnglish(sample) {
		return "en", true
	}
	if lang := byCyrillicLetters(sample); lang != "" {
		return lang, true
	}
	return byTrigrams(sample)
}

// byTrigrams compares a text with the profiles of all languages of its
// script, which costs more than all else that is done to an article.
func byTrigrams(sample string) (lang string, reliable bool) {
	info := whatlanggo.Detect(sample)
	if lang = LanguageCode(info.Lang.Iso6393()); lang == "" {
		return "", false
	}
	return lang, info.IsReliable() && letters(sample) >= minLetters(info.Script)
}

// Of how many words, in percent, function words must be for a text to be
// clearly English; of prose they are twice as many. Other languages that have
// one of these words use it much less or lack the others.
const (
	clearWords    = 40 // words that it takes at least
	clearFunction = 9
	clearArticle  = 3 // "the" alone
)

// isClearlyEnglish tells a text in lower case by its commonest words. Text
// that is half in another language does not pass.
func isClearlyEnglish(lower string) bool {
	words, function, articles := 0, 0, 0
	for i := 0; i < len(lower); {
		start := i
		for i < len(lower) && (byteClass[lower[i]] == classLetter || lower[i] >= utf8.RuneSelf) {
			i++
		}
		switch lower[start:i] {
		case "":
			i++
			continue
		case "the":
			articles++
			function++
		case "and", "of", "that", "with", "from", "this", "which", "were", "would", "by", "has", "have":
			function++
		}
		words++
	}
	return words >= clearWords && function*100 >= clearFunction*words && articles*100 >= clearArticle*words
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
