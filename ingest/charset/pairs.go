package charset

import (
	"bytes"
	"unicode/utf8"
)

// sampleSize is how many bytes of text the detector looks at.
const sampleSize = 64 << 10

// sample gives the lines of b that say something of its encoding: those that
// go beyond ASCII.
func sample(b []byte) []byte {
	var out []byte
	for line := range bytes.Lines(b) {
		if isASCII(line) {
			continue
		}
		out = append(out, aroundHigh(line)...)
		if len(out) >= sampleSize {
			return out
		}
	}
	return out
}

// contextBytes is how much of a long line is kept before its first byte beyond
// ASCII.
const contextBytes = 64

// aroundHigh cuts a line of sampleSize or more: what comes before its first
// byte beyond ASCII, and what is too much.
func aroundHigh(line []byte) []byte {
	if len(line) <= sampleSize {
		return line
	}
	first := bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf })
	line = line[max(0, first-contextBytes):]
	return line[:min(len(line), sampleSize)]
}

// pair is two bytes that follow each other, at least one beyond ASCII.
type pair struct {
	first, second byte
	count         float32
}

// pairsOf counts the pairs of a text.
func pairsOf(b []byte) []pair {
	counts := make([]uint32, 1<<16)
	last := byte(' ')
	for _, c := range b {
		if c >= utf8.RuneSelf || last >= utf8.RuneSelf {
			counts[int(last)<<8|int(c)]++
		}
		last = c
	}
	if last >= utf8.RuneSelf {
		counts[int(last)<<8|' ']++
	}
	var out []pair
	for i, n := range counts {
		if n > 0 {
			out = append(out, pair{byte(i >> 8), byte(i), float32(n)})
		}
	}
	return out
}
