// Package charset makes text of bytes in old encodings: it believes what a
// text says of itself where its bytes bear it out, and else works out the
// encoding from the letters that it would give.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// How tells what an encoding was found by.
type How string

const (
	ByMark      How = "byte order mark"
	ByValidity  How = "valid in it"
	ByDeclared  How = "declared"
	ByEscapes   How = "escape sequences"
	ByPattern   How = "pattern of zero bytes"
	ByDetection How = "detected by its letters"
)

// Found says how bytes were made text.
type Found struct {
	// Name is that of the encoding, as the WHATWG Encoding Standard has it
	// where it has one.
	Name string
	How  How
	// Doubtful says that another encoding would give another text that is
	// almost as likely.
	Doubtful bool
	// Besides is the encoding of the lines that are not in Name, "" if all
	// are.
	Besides string
}

// Decode makes text of b; what cannot be decoded becomes U+FFFD. declared are
// the names that a header or the text itself gives its encoding, the most
// trusted first, "" for none; what nobody knows by name is passed over. The
// order is: byte order mark, the zero bytes of UTF-16 and UTF-32, valid UTF-8,
// what is declared if the bytes are valid in it, UTF-8 in most lines,
// detection. A byte order mark is no part of the text.
func Decode(b []byte, declared ...string) (string, Found) {
	if e := wideOf(b); e != nil {
		return e.decode(b), Found{Name: e.name, How: e.how}
	}
	if rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		b = rest
	}
	if text, name, how := sevenBit(b, declared); name != "" {
		return text, Found{Name: name, How: how}
	}
	if utf8.Valid(b) {
		return string(b), Found{Name: "utf-8", How: ByValidity}
	}
	for _, label := range declared {
		if c := named(label); c != nil && c.name != "utf-8" {
			if text := c.decode(b); bearsOut(text) {
				return text, Found{Name: c.name, How: ByDeclared}
			}
		}
	}
	return detect(b)
}

// maxDamage is the share of the characters beyond ASCII that may be damaged in
// a text which is still taken for what it is declared.
const maxDamage = 0.02

// bearsOut reports whether a text, as decoded, may be what was declared. One
// damaged character is allowed to any: files are cut off.
func bearsOut(text string) bool {
	bad, high := 0, 0
	for _, r := range text {
		switch {
		case r == utf8.RuneError || r >= 0x80 && r < 0xa0 && r != 0x85:
			bad++
		case r >= utf8.RuneSelf:
			high++
		}
	}
	return bad == 0 || high > 10 && (bad == 1 || float64(bad) < maxDamage*float64(high))
}

// coding is an encoding by name.
type coding struct {
	name   string
	decode func([]byte) string
}

// Text is Decode where only the text counts.
func Text(b []byte, declared ...string) string {
	text, _ := Decode(b, declared...)
	return text
}

func normalLabel(label string) string {
	return strings.ToLower(strings.Trim(label, " \t\r\n\"'"))
}
