package search

import "strings"

// plainSequence finds words of ASCII as they stand in a text, without
// analysing it: a short cut for the exact words that most candidates hold in
// plain sight. It may miss what the analysis finds, and never finds more.
type plainSequence []string

// plainOf gives the short cut for the surfaces of an exact word or phrase; nil
// where there is none.
func plainOf(alternatives [][]element) plainSequence {
	if len(alternatives) != 1 {
		return nil
	}
	var words plainSequence
	for _, e := range alternatives[0] {
		if e.kind != bySurface || len(e.value) < 2 || strings.ContainsFunc(e.value, func(r rune) bool { return r >= 0x80 }) {
			return nil
		}
		words = append(words, e.value)
	}
	return words
}

// in reports whether a text holds the words.
func (w plainSequence) in(s string) bool {
	if len(w) == 0 {
		return false
	}
	s = strings.ToLower(s)
	for from := 0; ; {
		i := strings.Index(s[from:], w[0])
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
func (w plainSequence) at(s string) bool {
	for i, word := range w {
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
