package charset

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	utfx "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Wide is an encoding with two or four bytes for every character.
type Wide struct {
	encoding.Encoding
	name string
	how  How
}

// Found says what it is.
func (w *Wide) Found() Found { return Found{Name: w.name, How: w.how} }

func (w *Wide) decode(b []byte) string { return by(w.Encoding)(b) }

var wideMarks = []struct {
	mark string
	wide func() *Wide
}{
	{"\xff\xfe\x00\x00", func() *Wide { return wide32("utf-32le", utf32.LittleEndian, utf32.ExpectBOM, ByMark) }},
	{"\x00\x00\xfe\xff", func() *Wide { return wide32("utf-32be", utf32.BigEndian, utf32.ExpectBOM, ByMark) }},
	{"\xff\xfe", func() *Wide { return wide16("utf-16le", utfx.LittleEndian, utfx.ExpectBOM, ByMark) }},
	{"\xfe\xff", func() *Wide { return wide16("utf-16be", utfx.BigEndian, utfx.ExpectBOM, ByMark) }},
}

func wide16(name string, order utfx.Endianness, mark utfx.BOMPolicy, how How) *Wide {
	return &Wide{utfx.UTF16(order, mark), name, how}
}

func wide32(name string, order utf32.Endianness, mark utf32.BOMPolicy, how How) *Wide {
	return &Wide{utf32.UTF32(order, mark), name, how}
}

// minWide is how many bytes it takes to know UTF-16 or UTF-32 without a mark.
const minWide = 16

// WideOf gives UTF-16 or UTF-32 where the first bytes of a text have its mark,
// or the zero bytes that it puts between characters; else nil.
func WideOf(b []byte) *Wide {
	for _, m := range wideMarks {
		if bytes.HasPrefix(b, []byte(m.mark)) {
			return m.wide()
		}
	}
	b = b[:min(len(b), headSize)]
	if len(b) < minWide || bytes.IndexByte(b, 0) < 0 {
		return nil
	}
	for _, w := range []*Wide{
		wide32("utf-32le", utf32.LittleEndian, utf32.IgnoreBOM, ByPattern),
		wide32("utf-32be", utf32.BigEndian, utf32.IgnoreBOM, ByPattern),
	} {
		if blanks(b[:len(b)&^3], w) > 0 {
			return w
		}
	}
	little := wide16("utf-16le", utfx.LittleEndian, utfx.IgnoreBOM, ByPattern)
	big := wide16("utf-16be", utfx.BigEndian, utfx.IgnoreBOM, ByPattern)
	inLittle, inBig := blanks(b[:len(b)&^1], little), blanks(b[:len(b)&^1], big)
	switch {
	case inLittle > inBig:
		return little
	case inBig > inLittle:
		return big
	}
	return nil
}

// blanks counts the ASCII blanks, letters and signs of a text in an encoding;
// 0 where it holds something that no text holds.
func blanks(b []byte, w *Wide) int {
	text, n := w.decode(b), 0
	for i, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\f' || r >= ' ' && r < 0x7f:
			n++
		case r == utf8.RuneError && i >= len(text)-2*utf8.UTFMax: // cut off
		case r == 0xfeff || r == 0x200e || r == 0x200f || r == 0xad:
		case !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == utf8.RuneError:
			return 0
		}
	}
	return n
}
