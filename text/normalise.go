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
func Normalise(s string) string { return string(AppendNormalised(nil, s)) }

// AppendNormalised appends what Normalise gives.
func AppendNormalised(to []byte, s string) []byte {
	n := normaliser{out: to, start: len(to)}
	if !utf8.ValidString(s) {
		n.any(s)
		return n.out
	}
	for s != "" {
		plain := plainLength(s)
		n.plain(s[:plain])
		odd := oddLength(s[plain:])
		n.any(s[plain : plain+odd])
		s = s[plain+odd:]
	}
	return n.out
}

// normaliser folds white space between the pieces that are written to it.
type normaliser struct {
	out   []byte
	start int  // of what is written in out
	blank bool // one is owed, if anything follows
}

// plain writes text that NFKC leaves as it is, a run of bytes at a time.
func (n *normaliser) plain(s string) {
	for i := 0; i < len(s); {
		if isBlankByte(s[i]) {
			n.blank = true
			i++
			continue
		}
		n.flush()
		j := i + 1
		for j < len(s) && (s[j] > ' ' || s[j] == ' ' && j+1 < len(s) && s[j+1] > ' ') {
			j++
		}
		n.out = append(n.out, s[i:j]...)
		i = j
	}
}

// isBlankByte reports white space of ASCII.
func isBlankByte(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// any writes any text; a character before it that could combine with its
// first must be part of it.
func (n *normaliser) any(s string) {
	for _, r := range norm.NFKC.String(s) {
		switch {
		case r == '\u00ad' || r == '\u0002':
		case unicode.IsSpace(r):
			n.blank = true
		default:
			n.flush()
			n.out = utf8.AppendRune(n.out, r)
		}
	}
}

func (n *normaliser) flush() {
	if n.blank && len(n.out) > n.start {
		n.out = append(n.out, ' ')
	}
	n.blank = false
}

// plainLength gives how much of valid text at the start of s is as NFKC has
// it, whatever follows, and holds nothing that is removed.
func plainLength(s string) int {
	for i := 0; i < len(s); {
		ascii := s[i : i+asciiLength(s[i:])]
		if removed := strings.IndexByte(ascii, '\u0002'); removed >= 0 {
			return i + removed
		}
		i += len(ascii)
		last := max(0, i-1) // what the next character could join
		for i < len(s) && s[i] >= utf8.RuneSelf {
			size := plainRune(s[i:])
			if size == 0 {
				return last
			}
			last = i
			i += size
		}
	}
	return len(s)
}

// asciiLength gives how many bytes of ASCII s begins with.
func asciiLength(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		eight := s[i : i+8]
		if (eight[0]|eight[1]|eight[2]|eight[3]|eight[4]|eight[5]|eight[6]|eight[7])&utf8.RuneSelf != 0 {
			break
		}
	}
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// plainRune gives the length of the character beyond ASCII that s begins with
// if NFKC leaves it as it is and it joins nothing before it; else 0.
func plainRune(s string) int {
	if r, size := twoBytes(s); size > 0 {
		if isWideLetter(r) && !isCompatible(r) || r == '«' || r == '»' || r == '§' || r == '°' || r == '£' {
			return size
		}
		return 0
	}
	switch r, size := utf8.DecodeRuneInString(s); {
	case r >= 0x2010 && r <= 0x2022 && r != 0x2011 && r != 0x2017, r == '€', r >= 0x3001 && r <= 0x3002, r >= 0x300c && r <= 0x300f,
		r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fc, r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3:
		return size
	}
	return 0
}

// isCompatible reports the letters of isWideLetter that NFKC writes as others.
func isCompatible(r rune) bool {
	switch r {
	case 'Ĳ', 'ĳ', 'Ŀ', 'ŀ', 'ŉ', 'ſ':
		return true
	}
	return r >= 'Ǆ' && r <= 'ǌ' || r >= 'Ǳ' && r <= 'ǳ'
}

// oddLength gives how much at the start of s is not plain, to where plain
// text can begin: an ASCII character joins nothing before it.
func oddLength(s string) int {
	if s == "" {
		return 0
	}
	_, i := utf8.DecodeRuneInString(s)
	for i < len(s) && s[i] >= utf8.RuneSelf {
		i++
	}
	return i
}

// Clean makes text that came from outside safe to keep: valid UTF-8 without
// NUL (both become U+FFFD), line ends as \n, no byte-order mark in front.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	s = strings.TrimPrefix(s, "\ufeff")
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
