package search

import (
	"strings"
	"unicode/utf8"
)

// plainWords looks for words of ASCII as they stand in a text, without
// analysing it: a short cut for exact words and prefixes, which most
// candidates hold in plain sight or not at all.
type plainWords struct {
	words  []string
	prefix bool // of the last one only the beginning is given
}

// verdict is what a look at a text tells.
type verdict int

const (
	unsure verdict = iota
	present
	absent
)

// plainOf gives the short cut for the surfaces of an exact word or phrase; it
// is unsure of everything where there is none.
func plainOf(alternatives [][]element) (w plainWords) {
	if len(alternatives) != 1 {
		return w
	}
	for _, e := range alternatives[0] {
		if e.kind == byStem || len(e.value) < 2 || strings.ContainsFunc(e.value, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return plainWords{}
		}
		w.words = append(w.words, e.value)
		w.prefix = e.kind == byPrefix
	}
	return w
}

// judge tells whether a text present the words.
func (w plainWords) judge(s string) verdict {
	if len(w.words) == 0 {
		return unsure
	}
	lower, joined, plain := reduce(s)
	for _, word := range w.words {
		if plain && !strings.Contains(joined, word) {
			return absent
		}
	}
	switch {
	case w.in(lower):
		return present
	case plain && w.inLonger(lower, joined):
		return absent
	}
	return unsure
}

// inLonger reports whether a single word stands in longer words only: each
// place of it in joined is one in lower with a letter or figure directly
// beside it.
func (w plainWords) inLonger(lower, joined string) bool {
	if len(w.words) != 1 || len(w.words[0]) > longestPlain {
		return false
	}
	word, longer := w.words[0], 0
	for from := 0; ; from++ {
		i := strings.Index(lower[from:], word)
		if i < 0 {
			return longer == places(joined, word)
		}
		from += i
		end := from + len(word)
		if from > 0 && isPlainLetter(lower[from-1]) || !w.prefix && end < len(lower) && isPlainLetter(lower[end]) {
			longer++
		}
	}
}

// longestPlain is well below the length at which words are cut, in bytes.
const longestPlain = 32

// places counts where a word stands, places that overlap too.
func places(s, word string) (n int) {
	for from := 0; ; from++ {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return n
		}
		from += i
		n++
	}
}

func isPlainLetter(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// reduce gives a text with the letters of ASCII in lower case, and again
// without what the analysis drops inside words: apostrophes, and the points of
// acronyms. plain is true if the characters beyond ASCII are such as words do
// not hold, so that all words of ASCII that the analysis finds stand in joined.
func reduce(s string) (lower, joined string, plain bool) {
	all, kept := make([]byte, 0, len(s)), make([]byte, 0, len(s))
	plain = true
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			plain = plain && (isQuote(r) || strings.ContainsRune("“”„«»–—…€£•\u00a0", r))
			all = append(all, s[i:i+n]...)
			if !isQuote(r) {
				kept = append(kept, ' ')
			}
			i += n
			continue
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		all = append(all, c)
		if c != '\'' && c != '.' {
			kept = append(kept, c)
		}
		i++
	}
	return string(all), string(kept), plain
}

// isQuote reports a quotation mark that also serves as an apostrophe.
func isQuote(r rune) bool { return r == '’' || r == '‘' }

// in reports whether a text in lower case surely present the words.
func (w plainWords) in(s string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], w.words[0])
		if i < 0 {
			return false
		}
		from += i
		if startsWord(s, from) && w.at(s[from:]) {
			return true
		}
		from++
	}
}

// at reports whether the words stand at the beginning of s, parted by blanks.
func (w plainWords) at(s string) bool {
	for i, word := range w.words {
		if i > 0 {
			rest := strings.TrimLeft(s, " \n\t")
			if len(rest) == len(s) {
				return false
			}
			s = rest
		}
		if !strings.HasPrefix(s, word) {
			return false
		}
		s = s[len(word):]
	}
	if w.prefix {
		s = strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz0123456789")
	}
	return endsWord(s)
}

// startsWord reports whether a word surely begins at i: behind a blank or a
// sign that is part of no word.
func startsWord(s string, i int) bool {
	return i == 0 || strings.IndexByte(" \n\t(\"-,;:/", s[i-1]) >= 0
}

// endsWord reports whether the word before s surely ends there. A point ends
// it if a blank follows.
func endsWord(s string) bool {
	switch {
	case s == "":
		return true
	case s[0] == '.':
		return len(s) == 1 || s[1] == ' ' || s[1] == '\n'
	}
	return strings.IndexByte(" \n\t)\"-,;:/?!", s[0]) >= 0
}
