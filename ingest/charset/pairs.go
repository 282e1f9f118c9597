package charset

import (
	"bytes"
	"iter"
	"slices"
	"sync"
	"unicode/utf8"

	"example.com/archive/ingest/charset/internal/model"
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

// pair is two bytes that follow each other: at least one is beyond ASCII, or
// they are of a word that has such bytes.
type pair struct {
	first, second byte
	count         float32
}

// tallies are arrays of zeros to count pairs in.
var tallies = sync.Pool{New: func() any { return new([1 << 16]uint32) }}

// pairsOf counts the pairs of a text.
func pairsOf(b []byte) []pair {
	tally := tallies.Get().(*[1 << 16]uint32)
	defer tallies.Put(tally)
	var met []uint16
	for word := range wordsBeyondASCII(b) {
		last := word[0]
		for _, c := range word[1:] {
			p := uint16(last)<<8 | uint16(c)
			if tally[p] == 0 {
				met = append(met, p)
			}
			tally[p]++
			last = c
		}
	}
	slices.Sort(met) // sums of costs come out the same each time
	out := make([]pair, len(met))
	for i, p := range met {
		out[i] = pair{byte(p >> 8), byte(p), float32(tally[p])}
		tally[p] = 0
	}
	return out
}

// wordsBeyondASCII gives the words that have bytes beyond ASCII, each with the
// byte before and the one after it; a blank stands for what is not there.
func wordsBeyondASCII(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		b = append(append([]byte{' '}, b...), ' ')
		start, high := 0, false
		for i, c := range b[1:] {
			switch {
			case c >= utf8.RuneSelf:
				high = true
			case model.ASCIIClass(rune(c)) < model.LatinA:
				if high && !yield(b[start:i+2]) {
					return
				}
				start, high = i+1, false
			}
		}
	}
}
