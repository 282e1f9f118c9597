package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// stemmer takes the inflection off a folded word.
type stemmer func(folded string) string

// stemmers holds the languages that have a stemmer of their own. Words reach
// them folded, so that a word typed without its accents meets the one that
// was printed with them; suffixes that Snowball knows only with an accent
// get it back first.
var stemmers = map[string]stemmer{
	"ar": snowball(arabic.Stem),
	"cs": stemCzech,
	"da": snowball(danish.Stem),
	"de": snowball(german.Stem),
	"en": snowball(english.Stem),
	"es": snowball(spanish.Stem, "cion", "ción", "sion", "sión"),
	"fi": snowball(finnish.Stem),
	"fr": snowball(french.Stem, "ee", "ée", "ees", "ées"),
	"ga": snowball(irish.Stem),
	"hu": snowball(hungarian.Stem),
	"it": snowball(italian.Stem),
	"nl": snowball(dutch.Stem),
	"no": snowball(norwegian.Stem),
	"nb": snowball(norwegian.Stem),
	"nn": snowball(norwegian.Stem),
	"pl": stemPolish,
	"pt": snowball(portuguese.Stem, "cao", "ção", "coes", "ções"),
	"ro": snowball(romanian.Stem),
	"ru": snowball(russian.Stem),
	"sv": snowball(swedish.Stem),
	"ta": snowball(tamil.Stem),
	"tr": snowball(turkish.Stem),
	"uk": stemUkrainian,
}

// stemmerFor gives a language's stemmer; for a language without one, the one
// that fits the script of each word best.
func stemmerFor(lang string) stemmer {
	if s, ok := stemmers[lang]; ok {
		return s
	}
	if lang == "" {
		return stemByScript
	}
	return func(folded string) string { return folded }
}

// stemByScript serves texts whose language is not known.
func stemByScript(folded string) string {
	r, _ := utf8.DecodeRuneInString(folded)
	switch {
	case r < utf8.RuneSelf:
		return stemmers["en"](folded)
	case unicode.Is(unicode.Cyrillic, r):
		return stemmers["ru"](folded)
	case unicode.Is(unicode.Arabic, r):
		return stemmers["ar"](folded)
	}
	return folded
}

// snowball wraps a stemmer of the Snowball project. The pairs are endings
// without their accent and with it.
func snowball(stem func(*snowballstem.Env) bool, pairs ...string) stemmer {
	return func(folded string) string {
		if hasDigit(folded) {
			return folded
		}
		env := snowballstem.NewEnv(accented(folded, pairs))
		stem(env)
		if stemmed := Fold(env.Current()); stemmed != "" {
			return stemmed
		}
		return folded
	}
}

func accented(folded string, pairs []string) string {
	for i := 0; i < len(pairs); i += 2 {
		if stem, ok := strings.CutSuffix(folded, pairs[i]); ok {
			return stem + pairs[i+1]
		}
	}
	return folded
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if isDigit(s[i]) {
			return true
		}
	}
	return false
}
