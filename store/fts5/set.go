package fts5

import (
	"math/bits"
	"slices"
)

// maxRow bounds the rows that a Set can hold: one takes an eighth of a byte
// a row up to the highest.
const maxRow = 1<<25 - 1

// Set is a set of rows. The zero Set is empty.
type Set struct{ words []uint64 }

// Add puts a row in; false if rows of this size are not held.
func (s *Set) Add(row int64) bool {
	i := uint64(row) / 64
	if i >= uint64(len(s.words)) && !s.grow(row) {
		return false
	}
	s.words[i] |= 1 << (row & 63)
	return true
}

func (s *Set) grow(row int64) bool {
	if row < 0 || row > maxRow {
		return false
	}
	s.extend(int(row/64) + 1)
	return true
}

// extend makes room for n words, if there is less.
func (s *Set) extend(n int) {
	if more := n - len(s.words); more > 0 {
		old := len(s.words)
		s.words = slices.Grow(s.words, more)[:n]
		clear(s.words[old:])
	}
}

// remove takes a row out.
func (s *Set) remove(row int64) {
	if i := uint64(row) / 64; i < uint64(len(s.words)) {
		s.words[i] &^= 1 << (row & 63)
	}
}

// Len counts the rows.
func (s *Set) Len() (n int) {
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// Clone gives a copy.
func (s *Set) Clone() *Set { return &Set{slices.Clone(s.words)} }

// Union puts the rows of another set in.
func (s *Set) Union(other *Set) {
	s.extend(len(other.words))
	for i, w := range other.words {
		s.words[i] |= w
	}
}

// Intersect takes out the rows that another set has not.
func (s *Set) Intersect(other *Set) {
	s.words = s.words[:min(len(s.words), len(other.words))]
	for i := range s.words {
		s.words[i] &= other.words[i]
	}
}

// Subtract takes out the rows of another set.
func (s *Set) Subtract(other *Set) {
	for i := range min(len(s.words), len(other.words)) {
		s.words[i] &^= other.words[i]
	}
}

// Rows goes through the rows in ascending order. What is taken out meanwhile
// may still come.
func (s *Set) Rows(yield func(row int64) bool) {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			if !yield(int64(i)*64 + int64(bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// Keep takes out the rows that a test does not accept.
func (s *Set) Keep(accept func(row int64) bool) {
	for row := range s.Rows {
		if !accept(row) {
			s.remove(row)
		}
	}
}
