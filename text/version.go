package text

import (
	"slices"
	"unicode"
)

const (
	// shingle is how many words in a row are compared.
	shingle = 3
	// compared is how many words of a text are compared.
	compared = 500
	// Texts of fewer words than few are compared word by word, and those of
	// fewer than short must have more in common: a stock phrase is much of them.
	few, short = 8, 30
)

// IsVersion reports whether two texts are versions of one: whether enough of
// the runs of three words of the one with fewer stand in the other, by their
// first 500 words. That share is the containment of Broder, "On the resemblance
// and containment of documents" (1997); articles of several outlets on one event
// share a few in a hundred runs.
func IsVersion(a, b string) bool {
	small, large := wordHashes(a), wordHashes(b)
	if len(small) > len(large) {
		small, large = large, small
	}
	switch n := len(small); {
	case n == 0:
		return len(large) == 0
	case n < few:
		return containment(small, large, 1) >= .5
	case n < short:
		return containment(small, large, shingle) >= .5
	}
	return containment(small, large, shingle) >= .2
}

// containment gives the share of the runs of so many words in one list that
// stand in the other.
func containment(small, large []uint64, run int) float64 {
	in, all := runs(large, run), runs(small, run)
	shared := 0
	for _, r := range all {
		if _, found := slices.BinarySearch(in, r); found {
			shared++
		}
	}
	return float64(shared) / float64(len(all))
}

// runs gives the distinct runs of so many words, sorted.
func runs(words []uint64, run int) []uint64 {
	all := make([]uint64, 0, len(words))
	for i := range len(words) - run + 1 {
		h := uint64(fnvBasis)
		for _, w := range words[i : i+run] {
			h = (h ^ w) * fnvPrime
			h ^= h >> 29
		}
		all = append(all, h)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Numbers of the hash FNV-1a of 64 bits.
const (
	fnvBasis = 14695981039346656037
	fnvPrime = 1099511628211
)

// wordHashes gives hashes of the first words of a text in lower case. Of scripts
// without blanks each character is a word.
func wordHashes(s string) (hashes []uint64) {
	h := uint64(fnvBasis)
	end := func() {
		if h != fnvBasis {
			hashes = append(hashes, h)
			h = fnvBasis
		}
	}
	for _, r := range s {
		if len(hashes) >= compared {
			break
		}
		if !isWordRune(r) {
			end()
			continue
		}
		alone := unspaced(r)
		if alone {
			end()
		}
		h = (h ^ uint64(unicode.ToLower(r))) * fnvPrime
		if alone {
			end()
		}
	}
	end()
	return hashes
}
