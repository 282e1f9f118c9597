package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalise brings two printings of the same text to the same string, for
// comparing and hashing: Unicode NFKC, soft hyphens and U+0002 (which PDF
// readers leave at line ends) removed, runs of white space folded to one
// blank, none at the ends. Letter case is kept.
func Normalise(s string) string {
	if isPlain(s) {
		return strings.Join(strings.Fields(s), " ")
	}
	s = strings.Map(func(r rune) rune {
		if r == '\u00ad' || r == '\u0002' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '\u0002' {
			return false
		}
	}
	return true
}

// Clean makes text that came from outside safe to keep: valid UTF-8 without
// NUL (both become U+FFFD), line ends as \n, no byte-order mark in front.
func Clean(s string) string {
	s = strings.TrimPrefix(strings.ToValidUTF8(s, "\ufffd"), "\ufeff")
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\ufffd")
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return s
}

// Shorten cuts s to at most max characters, with "…" in place of what is left
// out: at the end of a word if that leaves at least half, else where it must.
// White space is folded.
func Shorten(s string, max int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	n, blank, end := 0, 0, 0
	for i, r := range s {
		if n == max-1 {
			end = i
			break
		}
		if unicode.IsSpace(r) && n >= max/2 {
			blank = i
		}
		n++
	}
	if s[end] != ' ' && blank > 0 {
		end = blank
	}
	return strings.TrimRight(s[:end], " ,;:–—-") + "…"
}
