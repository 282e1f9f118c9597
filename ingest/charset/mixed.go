package charset

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// What it costs to read UTF-8 in a file that is not all UTF-8, as natural
// logarithms: that there is such a mixture at all, and each character of
// several bytes, whatever it is. Read as anything else one costs about 15.
const (
	mixtureCost   = 10
	utf8Character = 11
)

// segments cuts a text into what is UTF-8, or was it before it was damaged,
// and what is in an old encoding. A line mostly of the one kind is not cut.
func segments(b []byte) iter.Seq2[[]byte, bool] {
	return func(yield func([]byte, bool) bool) {
		for line := range bytes.Lines(b) {
			good, bad := characters(line)
			if bad == 0 || good <= bad {
				if !yield(line, bad == 0) {
					return
				}
				continue
			}
			for word := range bytes.SplitAfterSeq(line, []byte(" ")) {
				good, bad := characters(word)
				if !yield(word, bad == 0 || good > 2*bad) {
					return
				}
			}
		}
	}
}

// characters counts the characters of several bytes that are valid UTF-8, and
// the bytes beyond ASCII that are in none.
func characters(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good, bad
}

// mixture is the encoding of a text that is UTF-8 in part, and in part in one
// old encoding, which is detected from that part alone; nil where all of the
// text is more likely in the one encoding that costs best.
func mixture(b []byte, best float32) *Coding {
	old, cost, high := oldPart(b)
	if high == 0 {
		return nil
	}
	found := Found{Name: "utf-8", How: ByValidity}
	decode := decodeDamaged
	if len(old) > 0 {
		all := candidates(old)
		cost += all[0].cost
		var c candidate
		c, found.Doubtful = surest(all, old)
		found.Besides, decode = c.name, c.decode
	}
	if cost+mixtureCost > best {
		return nil
	}
	return &Coding{found, func(b []byte) string { return decodeSegments(b, decode) }}
}

func decodeDamaged(b []byte) string { return strings.ToValidUTF8(string(b), "\ufffd") }

// decodeSegments decodes with old what is no UTF-8.
func decodeSegments(b []byte, old func([]byte) string) string {
	var out strings.Builder
	for s, isUTF8 := range segments(b) {
		if isUTF8 {
			out.WriteString(decodeDamaged(s))
		} else {
			out.WriteString(old(s))
		}
	}
	return out.String()
}

// oldPart gives the segments that are no UTF-8, and what those cost that are
// and how many characters beyond ASCII they hold.
func oldPart(b []byte) (old []byte, cost float32, high int) {
	for s, isUTF8 := range segments(b) {
		if !isUTF8 {
			old = append(append(old, s...), ' ')
			continue
		}
		good, bad := characters(s)
		cost += utf8Character*float32(good) + damagedCost*float32(bad)
		high += good
	}
	return old, cost, high
}
