// Package charset makes text of bytes in old encodings: it believes what a
// text says of itself where its bytes bear it out, and else works out the
// encoding from the letters that it would give.
package charset

import (
	"bytes"
	"slices"
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

// Coding is how a text is encoded.
type Coding struct {
	Found
	decode func([]byte) string
}

// Of finds out the encoding of b. declared are the names that a header or the
// text itself gives it, the most trusted first, "" for none; what nobody knows
// by name is passed over. The order is: byte order mark, the zero bytes of
// UTF-16 and UTF-32, escape sequences, valid UTF-8, what is declared if the
// bytes are valid in it, detection.
func Of(b []byte, declared ...string) *Coding {
	if e := WideOf(b); e != nil {
		return &Coding{e.Found(), e.decode}
	}
	if c := sevenBit(b, declared); c != nil {
		return c
	}
	if utf8.Valid(b) {
		return &Coding{Found{Name: "utf-8", How: ByValidity}, decodeUTF8}
	}
	for _, label := range declared {
		if c := named(label); c != nil && bearsOut(c.decode(b[:min(len(b), maxChecked)])) {
			return believed(c, b)
		}
	}
	return detect(b)
}

// Text decodes b; what cannot be decoded becomes U+FFFD. A byte order mark is
// no part of the text.
func (c *Coding) Text(b []byte) string { return c.decode(b) }

// Decode makes text of b in the encoding that Of finds.
func Decode(b []byte, declared ...string) (string, Found) {
	c := Of(b, declared...)
	return c.Text(b), c.Found
}

// Text is Decode where only the text counts.
func Text(b []byte, declared ...string) string { return Of(b, declared...).Text(b) }

// decodeUTF8 decodes what is UTF-8 as far as was looked; a line that is not is
// detected by itself.
func decodeUTF8(b []byte) string {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return string(b)
	}
	return detect(b).decode(b)
}

// maxChecked is how many bytes must be valid in an encoding to believe it.
const maxChecked = 1 << 20

// believed is a text in the encoding that is declared, or in part: lines that
// are surely UTF-8 are that. Programs declare Latin-1 for want of knowledge,
// so it is believed only where the letters do not say otherwise.
func believed(c *coding, b []byte) *Coding {
	b = sample(b)
	_, _, high := oldPart(b)
	if high == 0 && c.name != latin1 {
		return &Coding{Found{Name: c.name, How: ByDeclared}, c.decode}
	}
	all := candidates(b)
	if m := mixture(b, all[0].cost, c); m != nil {
		return m
	}
	if c.name == latin1 && !plausible(all, latin1) {
		return detect(b)
	}
	return &Coding{Found{Name: c.name, How: ByDeclared}, c.decode}
}

// latin1 is what the names of ISO 8859-1 mean on the web.
const latin1 = "windows-1252"

// plausible reports whether the encoding of that name may be right, though it
// may not be the most likely.
func plausible(all []candidate, name string) bool {
	i := slices.IndexFunc(all, func(c candidate) bool { return c.name == name })
	return i >= 0 && all[i].cost < 1.5*all[0].cost+60
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

func normalLabel(label string) string {
	return strings.ToLower(strings.Trim(label, " \t\r\n\"'"))
}
