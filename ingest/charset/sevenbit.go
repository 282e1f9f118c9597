package charset

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// sevenBit gives the encoding of what looks like ASCII and is not, else nil.
func sevenBit(b []byte, declared []string) *Coding {
	if name := escapedName(b); name != "" && (isASCII(b) || !utf8.Valid(b)) {
		return &Coding{Found{Name: name, How: ByEscapes}, decodeEscaped}
	}
	if !isASCII(b) {
		return nil
	}
	for _, label := range declared {
		switch normalLabel(label) {
		case "utf-7", "unicode-1-1-utf-7", "csunicode11utf7":
			return &Coding{Found{Name: "utf-7", How: ByDeclared}, decodeUTF7}
		}
	}
	if isHZ(b) {
		return &Coding{Found{Name: "hz-gb-2312", How: ByEscapes}, by(simplifiedchinese.HZGB2312)}
	}
	return nil
}

// escapes are those of ISO 2022 that choose a set of characters, and the name
// of the encoding that has them.
var escapes = []struct {
	escape string
	name   string
	set    iso2022Set
	slot   int // G0 to G2
}{
	{"\x1b$)C", "iso-2022-kr", setKorean, 1},
	{"\x1b$)A", "iso-2022-cn", setGB, 1},
	{"\x1b$)G", "iso-2022-cn", setCNS1, 1},
	{"\x1b$*H", "iso-2022-cn", setCNS2, 2},
	{"\x1b$B", "iso-2022-jp", setJIS, 0},
	{"\x1b$@", "iso-2022-jp", setJIS, 0},
	{"\x1b$(D", "iso-2022-jp", setJIS2, 0},
	{"\x1b$A", "iso-2022-jp", setGB, 0},
	{"\x1b$(C", "iso-2022-jp", setKorean, 0},
	{"\x1b(I", "iso-2022-jp", setKana, 0},
	{"\x1b(B", "", setASCII, 0},
	{"\x1b(J", "", setASCII, 0},
}

type iso2022Set int

const (
	setASCII iso2022Set = iota
	setKana
	setJIS
	setJIS2
	setGB
	setKorean
	setCNS1
	setCNS2
)

// escapedName names the encoding by the first escape in b that chooses one.
func escapedName(b []byte) string {
	for {
		i := bytes.Index(b, []byte("\x1b$"))
		if k := bytes.Index(b, []byte("\x1b(I")); k >= 0 && (i < 0 || k < i) {
			i = k
		}
		if i < 0 {
			return ""
		}
		b = b[i:]
		for _, e := range escapes {
			if e.name != "" && bytes.HasPrefix(b, []byte(e.escape)) {
				return e.name
			}
		}
		b = b[1:]
	}
}

// escaped is the state of decoding ISO 2022.
type escaped struct {
	out     strings.Builder
	slots   [3]iso2022Set // G0, G1, G2
	shifted bool          // to G1
}

func decodeEscaped(b []byte) string {
	var d escaped
	for len(b) > 0 {
		b = b[d.next(b):]
	}
	return d.out.String()
}

// next decodes what b begins with and gives its length.
func (d *escaped) next(b []byte) int {
	switch c := b[0]; {
	case c == 0x1b:
		return d.escape(b)
	case c == 0x0e || c == 0x0f:
		d.shifted = c == 0x0e
		return 1
	case c == '\n' || c == '\r': // a line begins in ASCII
		d.shifted, d.slots[0] = false, setASCII
		d.out.WriteByte(c)
		return 1
	case c <= ' ' || c == 0x7f:
		d.out.WriteByte(c)
		return 1
	}
	set := d.slots[0]
	if d.shifted {
		set = d.slots[1]
	}
	return d.character(set, b)
}

func (d *escaped) escape(b []byte) int {
	for _, e := range escapes {
		if bytes.HasPrefix(b, []byte(e.escape)) {
			d.slots[e.slot] = e.set
			return len(e.escape)
		}
	}
	if len(b) >= 4 && b[1] == 'N' {
		return 2 + d.character(d.slots[2], b[2:])
	}
	d.out.WriteByte(b[0])
	return 1
}

func (d *escaped) character(set iso2022Set, b []byte) int {
	switch {
	case b[0] >= utf8.RuneSelf:
		d.out.WriteRune(utf8.RuneError)
		return 1
	case set == setASCII:
		d.out.WriteByte(b[0])
		return 1
	case set == setKana && b[0] <= 0x5f:
		d.out.WriteRune('\uff61' + rune(b[0]-0x21))
		return 1
	case set == setKana || len(b) < 2 || b[1] <= ' ' || b[1] >= 0x7f:
		d.out.WriteRune(utf8.RuneError)
		return 1
	}
	d.out.WriteRune(inSet(set, b[0], b[1]))
	return 2
}

// inSet gives the character of a set by its two bytes.
func inSet(set iso2022Set, row, cell byte) rune {
	high := []byte{row | 0x80, cell | 0x80}
	switch set {
	case setJIS:
		return oneRune(japanese.EUCJP.NewDecoder().Bytes(high))
	case setJIS2:
		return oneRune(japanese.EUCJP.NewDecoder().Bytes([]byte{0x8f, high[0], high[1]}))
	case setGB:
		return oneRune(simplifiedchinese.GBK.NewDecoder().Bytes(high))
	case setKorean:
		return oneRune(korean.EUCKR.NewDecoder().Bytes(high))
	case setCNS1:
		return fromCNS(1, row, cell)
	}
	return fromCNS(2, row, cell)
}

var inHZ = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)~\{(?:[!-w][!-~])+(?:~\}|$)`)
})

// isHZ reports text with stretches of GB 2312 from "~{" to "~}" or the end of the line. Programs
// hold such signs too, so what stands between must be common characters.
func isHZ(b []byte) bool {
	costs := charactersOf()["zh-hans"]
	all := inHZ().FindAll(b[:min(len(b), sampleSize)], 100)
	sum, n := float32(0), 0
	for _, m := range all {
		for _, r := range by(simplifiedchinese.HZGB2312)(m) {
			sum += characterCost(r, costs)
			n++
		}
	}
	return n > 1 && sum/float32(n) < 9
}

// decodeUTF7 decodes UTF-7 (RFC 2152).
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		before, rest, found := bytes.Cut(b, []byte("+"))
		out.WriteString(decodeDamaged(before))
		if !found {
			break
		}
		n := 0
		for n < len(rest) && isBase64(rest[n]) {
			n++
		}
		out.WriteString(utf7Run(rest[:n]))
		if b = rest[n:]; bytes.HasPrefix(b, []byte("-")) {
			b = b[1:]
		}
	}
	return out.String()
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

func utf7Run(run []byte) string {
	if len(run) == 0 {
		return "+"
	}
	b, err := base64.RawStdEncoding.DecodeString(string(run))
	if err != nil {
		return "+" + string(run)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units))
}
