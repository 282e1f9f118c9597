package cli

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks and joiners may stand on one
// character; no language needs more, and a flood of them covers other lines.
const maxMarks = 4

// safeLine makes text from outside harmless for a terminal, on one line: no
// escape sequences, control characters, changes of writing direction or
// invisible characters; white space folded.
func safeLine(s string) string {
	return fold(safeText(s))
}

// fold makes one blank of each run of white space.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// safeText is safeLine for text of several lines: their ends and the blanks
// are kept, and a tab is a blank.
func safeText(s string) string {
	var marks int
	return safeAfter(s, &marks)
}

// safeAfter is safeText for a part of a text, behind a part that ended in so
// many marks.
func safeAfter(s string, marks *int) string {
	if s == "" {
		return ""
	}
	if isPlainASCII(s) {
		*marks = 0
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if isMark(r) {
			if *marks++; *marks > maxMarks {
				continue
			}
		} else {
			*marks = 0
		}
		if r = safeRune(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' {
			return false
		}
	}
	return true
}

func isMark(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me) || r == '\u200c' || r == '\u200d'
}

// safeRune gives what is shown for r; -1 for nothing.
func safeRune(r rune) rune {
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\t' || r == '\r':
		return ' '
	case unicode.Is(unicode.Cc, r):
		return utf8.RuneError
	case r == '\u200c' || r == '\u200d': // Persian and emoji need the joiners
		return r
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // visible, though of the class Cf
		return r
	case unicode.Is(unicode.Cf, r), isTag(r), isFiller(r):
		return -1
	}
	return r
}

// isTag reports the plane of tags and variation selectors, which nothing shows.
func isTag(r rune) bool { return r >= 0xe0000 && r <= 0xe0fff }

// isFiller reports what stands for a letter and shows nothing, such as the
// fillers of Hangul. The grapheme joiner is a mark.
func isFiller(r rune) bool {
	return r != '\u034f' && unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}
