// Package charset makes text of bytes in old encodings.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// sampleSize is how many bytes the detector looks at.
const sampleSize = 64 << 10

// minRunBytes is how many bytes beyond ASCII must stand in runs before an
// encoding is guessed by them: a name or two prove nothing.
const minRunBytes = 12

// Decode makes text of b. declared is the encoding that a header or the text
// itself names, empty if none. It tries valid UTF-8, the declared encoding,
// then a detector; what nothing speaks for is windows-1252. name is that of
// the encoding (WHATWG where it has one), certain is false where it was
// guessed. Byte order marks and UTF-16 are the caller's to undo.
func Decode(b []byte, declared string) (text, name string, certain bool) {
	if utf8.Valid(b) {
		return string(b), "utf-8", true
	}
	if e, name := byName(declared); e != nil {
		return with(e, b), name, true
	}
	if mostlyUTF8(b) {
		return mixed(b), "utf-8", false
	}
	e, name := detect(b)
	return with(e, b), name, false
}

// byName is nil for names nobody knows and for those that a text in bytes
// cannot bear: it is no UTF-8, and UTF-16 has been undone before.
func byName(declared string) (encoding.Encoding, string) {
	e, err := htmlindex.Get(strings.TrimSpace(declared))
	if err != nil {
		return nil, ""
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "replacement" || strings.HasPrefix(name, "utf-") {
		return nil, ""
	}
	return e, name
}

func with(e encoding.Encoding, b []byte) string {
	s, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return string(bytes.ToValidUTF8(b, []byte("\ufffd")))
	}
	return string(s)
}

// mostlyUTF8 is true of a text most of whose lines beyond ASCII are UTF-8.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for line := range bytes.Lines(b) {
		switch {
		case !utf8.Valid(line):
			bad++
		case inRuns(line, 1) > 0:
			good++
		}
	}
	return good > bad
}

// mixed decodes the lines one by one that are no UTF-8.
func mixed(b []byte) string {
	var out strings.Builder
	for line := range bytes.Lines(b) {
		if utf8.Valid(line) {
			out.Write(line)
			continue
		}
		e, _ := detect(line)
		out.WriteString(with(e, line))
	}
	return out.String()
}

// detect guesses the encoding of text that is no UTF-8. Scripts other than
// Latin write whole words beyond ASCII; only those are guessed.
func detect(b []byte) (encoding.Encoding, string) {
	b = b[:min(len(b), sampleSize)]
	if n := inRuns(b, 3); n < minRunBytes || 2*n < inRuns(b, 1) {
		return charmap.Windows1252, "windows-1252"
	}
	if c := bestCyrillic(b); c != nil {
		return c.encoding, c.name
	}
	best, err := chardet.NewTextDetector().DetectBest(b)
	if err != nil || best.Confidence < 20 {
		return charmap.Windows1252, "windows-1252"
	}
	e, name := byName(strings.Replace(best.Charset, "GB-18030", "gb18030", 1))
	if e == nil {
		return charmap.Windows1252, "windows-1252"
	}
	return e, name
}

// inRuns counts the bytes beyond ASCII that stand in runs of at least n.
func inRuns(b []byte, n int) int {
	count, run := 0, 0
	for _, c := range b {
		if c >= utf8.RuneSelf {
			run++
			continue
		}
		if run >= n {
			count += run
		}
		run = 0
	}
	if run >= n {
		count += run
	}
	return count
}
