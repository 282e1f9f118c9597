package charset

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// What it costs to read UTF-8 in a file that is not all UTF-8, as natural
// logarithms: that there is such a mixture at all, a character of several bytes
// like the last one, and one of another script. What is UTF-8 by chance jumps
// from script to script.
const (
	mixtureCost = 10
	sameScript  = 5.5
	otherScript = 11
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
// the bytes beyond ASCII that are in none. One that the end cuts off right
// after another counts for nothing.
func characters(b []byte) (good, bad int) {
	after := false // a character of several bytes
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case size == 1 && r != utf8.RuneError:
			after = false
		case size > 1:
			good, after = good+1, true
		case after && !utf8.FullRune(b[i:]):
			return good, bad
		default:
			bad, after = bad+1, false
		}
		i += size
	}
	return good, bad
}

// utf8Cost is that of a text that is UTF-8 but for some damage.
func utf8Cost(b []byte) (sum float32) {
	script := rune(-1)
	for _, r := range string(b) {
		switch s := roughScript(r); {
		case r < utf8.RuneSelf:
		case r == utf8.RuneError:
			sum += damagedCost
		case s == script || s == signs:
			sum += sameScript
		default:
			sum += otherScript
			script = s
		}
	}
	return sum
}

// signs is the script of punctuation, which goes with any other.
const signs = 0x20

// roughScript groups characters by their places in Unicode.
func roughScript(r rune) rune {
	switch {
	case r < 0xc0 || r >= 0x2000 && r < 0x2100:
		return signs
	case r < 0x300:
		return 0
	case r >= 0x3000 && r < 0xa000 || r >= 0xff00 && r < 0xfff0:
		return 0x30
	case r >= 0xac00 && r < 0xd7b0:
		return 0xac
	}
	return r >> 8
}

// mixture is the encoding of a text that is UTF-8 in part, and in part in one
// old encoding: the one declared, if any, else what is detected from that part
// alone; nil where all of the text is more likely in the encoding that costs
// best.
func mixture(b []byte, best float32, declared *coding) *Coding {
	old, cost, high := oldPart(b)
	if high == 0 || cost+mixtureCost > best {
		return nil
	}
	found := Found{Name: "utf-8", How: ByValidity}
	decode := decodeDamaged
	if len(old) > 0 {
		all := candidates(old)
		if cost+all[0].cost+mixtureCost > best {
			return nil
		}
		c, doubtful := surest(all, old)
		found.Besides, found.Doubtful, decode = c.name, doubtful, c.decode
	}
	if declared != nil && len(old) > 0 {
		found.Besides, found.Doubtful, decode = declared.name, false, declared.decode
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
		good, _ := characters(s)
		cost, high = cost+utf8Cost(s), high+good
	}
	return old, cost, high
}
