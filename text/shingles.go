package text

import "hash/maphash"

const (
	// shingle is how many words in a row are compared.
	shingle = 3
	// compared is how many words of a text are compared.
	compared = 2000
)

var shingleSeed = maphash.MakeSeed()

// Containment gives how much of the text with fewer runs of three words stands
// in the other, from 0 to 1, by their first 2,000 words: the containment of
// Broder, "On the resemblance and containment of documents" (1997). Texts of
// less than three words are one run.
func Containment(a, b string) float64 {
	small, large := shingles(a), shingles(b)
	if len(small) > len(large) {
		small, large = large, small
	}
	if len(small) == 0 {
		return 0
	}
	shared := 0
	for run := range small {
		if large[run] {
			shared++
		}
	}
	return float64(shared) / float64(len(small))
}

func shingles(s string) map[uint64]bool {
	runs := make(map[uint64]bool)
	var words [shingle]string
	var h maphash.Hash
	h.SetSeed(shingleSeed)
	add := func() {
		h.Reset()
		for _, w := range words {
			h.WriteString(w)
			h.WriteByte(0)
		}
		runs[h.Sum64()] = true
	}
	n := 0
	for t := range NewAnalyser("").Tokens(s) {
		copy(words[:], words[1:])
		words[shingle-1] = t.Surface
		if n++; n >= shingle {
			add()
		}
		if n == compared {
			break
		}
	}
	if 0 < n && n < shingle {
		add()
	}
	return runs
}
