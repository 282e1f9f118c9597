package charset

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// hebrewCoding tells the two orders that ISO 8859-8 is written in: as read, and
// visual, each line from its left edge. A name tells the first apart; the other
// is used for both, and the letters decide.
func hebrewCoding(label string) *coding {
	if strings.HasSuffix(label, "-i") || label == "logical" {
		return &coding{"iso-8859-8-i", by(charmap.ISO8859_8)}
	}
	return &coding{"iso-8859-8", func(b []byte) string {
		text := by(charmap.ISO8859_8)(b)
		if visualOrder(text) {
			return fromVisual(text)
		}
		return text
	}}
}

// The letters that have a form of their own at the end of a word.
const hebrewFinals = "ךםןףץ"

// visualOrder reports whether the final letters stand at the beginning of
// words.
func visualOrder(text string) bool {
	first, last := 0, 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.Is(unicode.Hebrew, r) }) {
		start, size := utf8.DecodeRuneInString(word)
		end, _ := utf8.DecodeLastRuneInString(word)
		if size == len(word) {
			continue
		}
		if strings.ContainsRune(hebrewFinals, start) {
			first++
		}
		if strings.ContainsRune(hebrewFinals, end) {
			last++
		}
	}
	return first > last
}

// fromVisual turns each line of visual order to the order of reading. What runs
// from left to right within it, numbers and Latin words, keeps its order.
func fromVisual(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		body := strings.TrimRight(line, "\r\n")
		out.WriteString(visualLine(body))
		out.WriteString(line[len(body):])
	}
	return out.String()
}

func visualLine(line string) string {
	if !strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
		return line
	}
	r := []rune(line)
	slices.Reverse(r)
	for i := 0; i < len(r); {
		if !leftToRight(r[i]) {
			r[i] = mirrored(r[i])
			i++
			continue
		}
		end := i + 1
		for j := i + 1; j < len(r) && !unicode.Is(unicode.Hebrew, r[j]); j++ {
			if leftToRight(r[j]) {
				end = j + 1
			}
		}
		slices.Reverse(r[i:end])
		i = end
	}
	return string(r)
}

func leftToRight(r rune) bool {
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.Is(unicode.Hebrew, r)
}

func mirrored(r rune) rune {
	const pairs = "()[]{}<>«»"
	runes := []rune(pairs)
	if i := slices.Index(runes, r); i >= 0 {
		return runes[i^1]
	}
	return r
}
