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
	mixtureCost   = 8
	utf8Character = 8.5
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

// mixture gives the text of a file that is UTF-8 in part, and in part in one
// old encoding, which is detected from that part alone. ok is false where the
// file as a whole is more likely in the encoding best.
func mixture(b []byte, best float32) (text string, found Found, ok bool) {
	old, cost, high := oldPart(sample(b))
	if high == 0 {
		return "", Found{}, false
	}
	found = Found{Name: "utf-8", How: ByValidity}
	var decode coding
	if len(old) > 0 {
		all := candidates(old)
		decode, found.Doubtful = surest(all, old)
		found.Besides = decode.name
		cost += all[0].cost
	}
	if cost+mixtureCost > best {
		return "", Found{}, false
	}
	var out strings.Builder
	for s, isUTF8 := range segments(b) {
		if isUTF8 || decode.decode == nil {
			out.WriteString(strings.ToValidUTF8(string(s), "\ufffd"))
		} else {
			out.WriteString(decode.decode(s))
		}
	}
	return out.String(), found, true
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
