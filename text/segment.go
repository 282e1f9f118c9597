package text

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// segments goes through the pieces of a text that tokens are made of: words
// by UAX #29, parted at hyphens and points, and runs of scripts that are
// written without blanks. Most words are told by a table of bytes; the
// library judges what that cannot.
type segments struct {
	text       string
	seed       uint32 // of the hashes
	start, end int    // of the segment
	hash       uint32 // of its bytes
	unspaced   bool   // it is a run of a script without blanks
	// What is known of the text ahead, so that nothing is looked through
	// once for each of its bytes.
	wideFrom int // up to here a run of ASCII goes on into other characters
	noChain  int // up to here single letters joined by points are no acronym
}

// next finds the next segment.
func (g *segments) next() bool {
	s, i := g.text, g.end
	for {
		for i < len(s) && (byteClass[s[i]] == classBreak || s[i] == '\'') {
			i++
		}
		if i == len(s) {
			g.end = i
			return false
		}
		if s[i] < utf8.RuneSelf {
			g.ascii(i)
			return true
		}
		if n := plainBreak(s[i:]); n > 0 {
			i += n
			continue
		}
		if n, found := g.wide(i); found {
			return true
		} else {
			i += n
		}
	}
}

// ascii takes the segment that begins with an ASCII letter or digit at i.
func (g *segments) ascii(i int) {
	s, j, h := g.text, i, g.seed
	if i < g.wideFrom {
		g.mixed(i)
		return
	}
	for j < len(s) && byteClass[s[j]] <= classDigit {
		h = (h ^ uint32(s[j])) * hashPrime
		j++
	}
	if j == len(s) || byteClass[s[j]] == classBreak && (s[j] != '.' || j > i+1) {
		g.start, g.end, g.hash, g.unspaced = i, j, h, false
		return
	}
	g.asciiJoined(i, j)
}

// asciiJoined is ascii for a word whose first letters and digits end at j,
// where something stands that may join it to what follows.
func (g *segments) asciiJoined(i, j int) {
	s := g.text
	if s[j] == '.' {
		if n := g.acronym(i); n > 0 {
			j = i + n
		}
		g.take(i, j)
		return
	}
	for j < len(s) && (byteClass[s[j]] <= classDigit || joinsASCII(s, j)) {
		j++
	}
	if j < len(s) && (s[j] >= utf8.RuneSelf || s[j] == '\'' && j+1 < len(s) && s[j+1] >= utf8.RuneSelf) {
		g.wideFrom = j
		g.mixed(i)
		return
	}
	g.take(i, j)
}

// joinsASCII reports whether an apostrophe at s[j] stands between two ASCII
// letters or two digits.
func joinsASCII(s string, j int) bool {
	return s[j] == '\'' && j+1 < len(s) &&
		(isLetter(s[j-1]) && isLetter(s[j+1]) || isDigit(s[j-1]) && isDigit(s[j+1]))
}

// acronym gives the length of single ASCII letters joined by points at i, the
// last point not counted; 0 if what is there is something else.
func (g *segments) acronym(i int) int {
	if i < g.noChain {
		return 0
	}
	s, n := g.text[i:], 0
	for k := 0; k+2 < len(s) && isLetter(s[k]) && s[k+1] == '.' && isLetter(s[k+2]); k += 2 {
		n = k + 3
	}
	if n == 0 || n < len(s) && byteClass[s[n]] != classBreak {
		g.noChain = i + n
		return 0
	}
	return n
}

// wide takes the segment that begins at i with a character beyond ASCII;
// where there is none it gives how many bytes to pass over.
func (g *segments) wide(i int) (pass int, found bool) {
	r, size := utf8.DecodeRuneInString(g.text[i:])
	if unspaced(r) {
		g.start, g.end, g.unspaced = i, i+unspacedRun(g.text[i:]), true
		return 0, true
	}
	if n := wideWord(g.text[i:]); n > 0 {
		g.take(i, i+n)
		return 0, true
	}
	n := segment(g.text[i:])
	if n == size && !isWordRune(r) {
		return n, false
	}
	g.take(i, i+n)
	return 0, true
}

// mixed takes a word that begins with ASCII at i and goes on beyond it.
func (g *segments) mixed(i int) {
	n := wideWord(g.text[i:])
	if n == 0 {
		n = segment(g.text[i:])
	}
	g.take(i, i+n)
}

func (g *segments) take(i, j int) {
	g.start, g.end, g.unspaced = i, j, false
	g.hash = hashString(g.seed, g.text[i:j])
}

// hashPrime is that of FNV-1a.
const hashPrime = 16777619

func hashString(seed uint32, s string) uint32 {
	h := seed
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * hashPrime
	}
	return h
}

// What a byte means for the end of a word.
const (
	classLetter = iota
	classDigit
	classBreak // ends a word
	classJoin  // an apostrophe, or part of a character beyond ASCII
)

var byteClass = func() (class [256]uint8) {
	for c := range class {
		switch {
		case c >= utf8.RuneSelf || c == '\'':
			class[c] = classJoin
		case isDigit(byte(c)):
			class[c] = classDigit
		case !isLetter(byte(c)):
			class[c] = classBreak
		}
	}
	return class
}()

// maxWide bounds a word that is told without the library, in bytes.
const maxWide = 128

// wideWord gives the length of the word that s begins with if its letters are
// of the alphabets that isWideLetter knows and nothing about its end is in
// doubt, else 0. It ends words where UAX #29 does.
func wideWord(s string) int {
	letter := false // what came last is one, not a digit
	for n := 0; n < maxWide; {
		if n == len(s) {
			return n
		}
		c := s[n]
		if byteClass[c] <= classDigit {
			letter = byteClass[c] == classLetter
			n++
			continue
		}
		if r, size := twoBytes(s[n:]); size > 0 && isWideLetter(r) {
			letter = true
			n += size
			continue
		}
		join := apostropheLength(s[n:])
		switch {
		case join > 0 && letter && startsWithLetter(s[n+join:]):
			n += join
		case join > 0 && endsBefore(s[n+join:]):
			return n
		case c < utf8.RuneSelf && join == 0 && breaksAfter(s[n:], letter), c >= utf8.RuneSelf && plainBreak(s[n:]) > 0:
			return n
		default:
			return 0
		}
	}
	return 0
}

// breaksAfter reports whether the ASCII sign that s begins with surely ends
// the word before it.
func breaksAfter(s string, letter bool) bool {
	switch s[0] {
	case '_':
		return false
	case '.', ':':
		return endsBefore(s[1:])
	case ',', ';':
		return letter || endsBefore(s[1:])
	}
	return true
}

// endsBefore reports that s begins with nothing that could belong to a word.
func endsBefore(s string) bool { return s == "" || byteClass[s[0]] == classBreak && s[0] != '_' }

func startsWithLetter(s string) bool {
	if s == "" {
		return false
	}
	r, size := twoBytes(s)
	return isLetter(s[0]) || size > 0 && isWideLetter(r)
}

// apostropheLength gives the length of the apostrophe that s begins with, of
// those that UAX #29 has for joining letters; 0 if there is none.
func apostropheLength(s string) int {
	switch {
	case s[0] == '\'':
		return 1
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && (s[2] == 0x98 || s[2] == 0x99): // ‘ ’
		return 3
	}
	return 0
}

// twoBytes decodes a character of two bytes; size is 0 for any other.
func twoBytes(s string) (r rune, size int) {
	if len(s) < 2 || s[0]&0xe0 != 0xc0 || s[1]&0xc0 != 0x80 {
		return 0, 0
	}
	return rune(s[0]&0x1f)<<6 | rune(s[1]&0x3f), 2
}

// isWideLetter reports letters of Latin, Greek and Cyrillic beyond ASCII that
// UAX #29 never parts. It need not know all.
func isWideLetter(r rune) bool {
	switch {
	case r >= 0x0400 && r <= 0x052f:
		return r <= 0x0481 || r >= 0x048a
	case r >= 0x00c0 && r <= 0x024f:
		return r != '×' && r != '÷'
	case r >= 0x0388 && r <= 0x03ce:
		return r != 0x038b && r != 0x038d && r != 0x03a2
	case r >= 0x0620 && r <= 0x064a:
		return true
	}
	return r == 'ʼ' || r == 'Ά'
}

// plainBreak gives the length of the sign beyond ASCII that s begins with if
// it is of those common in print that belong to no word, and what follows is
// surely no part of it (as a combining mark would be); else 0.
func plainBreak(s string) int {
	n := 0
	switch {
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80:
		switch c := s[2]; {
		case c >= 0x90 && c <= 0x95, c >= 0x9c && c <= 0x9f, c == 0xa2, c == 0xa6: // – — “ ” „ • …
			n = 3
		}
	case len(s) >= 2 && s[0] == 0xc2 && (s[1] == 0xa0 || s[1] == 0xab || s[1] == 0xbb): // blank, « »
		n = 2
	}
	if n == 0 || n == len(s) || s[n] < utf8.RuneSelf {
		return n
	}
	if r, size := twoBytes(s[n:]); size > 0 && isWideLetter(r) {
		return n
	}
	return 0
}

// segment gives the length of the word that s begins with, by UAX #29, cut
// where a script without blanks begins.
func segment(s string) int {
	n := len(words.FromString(s[:min(len(s), maxSegment)]).First())
	for i, r := range s[:n] {
		if i > 0 && unspaced(r) {
			return i
		}
	}
	return n
}

// maxSegment is how far the end of a word is looked for, in bytes. It keeps
// a text without any boundary from being looked through once a character.
const maxSegment = 512
