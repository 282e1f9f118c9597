package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// plainIndex analyses a text without any short cut: each segment is told by
// the library but for words of ASCII, whose ends are written out here.
func plainIndex(lang, s string) string {
	a := NewAnalyser(lang)
	var stems []string
	add := func(t Token) bool {
		stems = append(stems, t.Stem)
		return true
	}
	for i := 0; i < len(s); {
		n := plainSegment(s[i:])
		switch r, size := utf8.DecodeRuneInString(s[i:]); {
		case plainUnspaced(r):
			n = strings.IndexFunc(s[i:], func(r rune) bool { return !plainUnspaced(r) })
			if n < 0 {
				n = len(s) - i
			}
			pairs(s[i:i+n], i, add)
		case n > size || isWordRune(r):
			for _, t := range a.analyse(s[i : i+n]) {
				add(t)
			}
		}
		i += n
	}
	return strings.Join(stems, " ")
}

func plainSegment(s string) int {
	if s[0] < utf8.RuneSelf && !isAlnum(s[0]) {
		return 1
	}
	if isAlnum(s[0]) {
		if n := plainASCII(s); n > 0 {
			return n
		}
	}
	n, _, err := words.SplitFunc([]byte(s[:min(len(s), maxSegment)]), true)
	if err != nil || n <= 0 {
		_, n = utf8.DecodeRuneInString(s)
	}
	for i, r := range s[:n] {
		if i > 0 && plainUnspaced(r) {
			return i
		}
	}
	return n
}

// plainASCII gives the length of the word at the start of s if ASCII alone
// decides where it ends, else 0.
func plainASCII(s string) int {
	dotted := 0
	for i := 0; i+2 < len(s) && isLetter(s[i]) && s[i+1] == '.' && isLetter(s[i+2]); i += 2 {
		dotted = i + 3
	}
	if dotted > 0 && (dotted == len(s) || !isAlnum(s[dotted]) && s[dotted] < utf8.RuneSelf && s[dotted] != '\'') {
		return dotted
	}
	for i := range len(s) {
		switch c := s[i]; {
		case isAlnum(c):
		case c >= utf8.RuneSelf || c == '\'' && i+1 < len(s) && s[i+1] >= utf8.RuneSelf:
			return 0
		case c == '\'' && i+1 < len(s) && (isLetter(s[i-1]) && isLetter(s[i+1]) || isDigit(s[i-1]) && isDigit(s[i+1])):
		default:
			return i
		}
	}
	return len(s)
}

func plainUnspaced(r rune) bool {
	return r >= 0x0E00 && (strings.ContainsRune("ーｰ々〆", r) ||
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) &&
			(unicode.IsLetter(r) || unicode.IsMark(r)))
}

func TestUnspacedCharacters(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if got, want := unspaced(r), plainUnspaced(r); got != want {
			t.Errorf("%U: %v, want %v", r, got, want)
		}
	}
}

// The letters that the library is not asked about must be those that it
// joins to letters and digits on either side, and the signs those that it
// parts from them.
func TestWideLettersAndBreaks(t *testing.T) {
	segmentOf := func(s string) int {
		n, _, _ := words.SplitFunc([]byte(s), true)
		return n
	}
	letters, breaks := 0, 0
	for r := rune(utf8.RuneSelf); r < 0x3000; r++ {
		s := string(r)
		if isWideLetter(r) {
			letters++
			joined := s + s + "a" + s + "1" + s + "’" + s + "'" + s
			if segmentOf(joined) != len(joined) || !unicode.IsLetter(r) || isApostrophe(r) && r != 'ʼ' || unspaced(r) {
				t.Errorf("%U %s is no plain letter", r, s)
			}
			for _, sign := range []string{" ", "\"", "-", ",a", ";a", "(", "\x00", "\n", "“", ". ", "’ ", "' "} {
				if segmentOf(s+sign) != len(s) {
					t.Errorf("%U %s is not parted from %q", r, s, sign)
				}
			}
		}
		if plainBreak(s) > 0 {
			breaks++
			if segmentOf("a"+s+"a") != 1 || segmentOf("я"+s+"я") != 2 || segmentOf("1"+s+"1") != 1 || segmentOf(s+"a") != len(s) || segmentOf(s+"я") != len(s) ||
				isWordRune(r) || isApostrophe(r) || unicode.Is(unicode.Cf, r) {
				t.Errorf("%U %s does not part words", r, s)
			}
		}
	}
	if letters < 500 || breaks < 15 {
		t.Errorf("%d letters and %d breaks", letters, breaks)
	}
}

// Texts made to be looked through again at each byte must not be: this takes
// hours if they are.
func TestSegmentsAreLinear(t *testing.T) {
	for _, part := range []string{"a", "a.", "a'", "a.b.cc", "я", "я.", "’", "“", "“\u0301", "\u0301", "1,", "部"} {
		s := strings.Repeat(part, 2<<20/len(part)) + "é"
		g := segments{text: s}
		for end := 0; g.next(); end = g.end {
			if g.start < end {
				t.Fatalf("%q: a segment begins at %d, before the end %d of the one before", part, g.start, end)
			}
		}
		if g.end != len(s) {
			t.Errorf("%q: segments end at %d of %d", part, g.end, len(s))
		}
	}
}
