package fts5

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Counts are rows with how often words stand in each.
type Counts struct {
	Set
	blocks []*[countRows]uint8 // by row / countRows; nil where no row is
	large  map[int64]int       // of rows whose byte is full
}

// countRows is how many rows a block of counts is about.
const countRows = 1 << 12

// Of gives the count of a row; 0 for one that is not there.
func (c *Counts) Of(row int64) int {
	i := uint64(row) / countRows
	if i >= uint64(len(c.blocks)) || c.blocks[i] == nil {
		return 0
	}
	n := int(c.blocks[i][row%countRows])
	if n == math.MaxUint8 {
		return c.large[row]
	}
	return n
}

// add puts a row in, if it is not there, and adds to its count; false if rows
// of this size are not held.
func (c *Counts) add(row int64, n int) bool {
	i := uint64(row) / countRows
	if (i >= uint64(len(c.blocks)) || c.blocks[i] == nil) && !c.addBlock(row) {
		return false
	}
	c.words[row/64] |= 1 << (row & 63)
	at := &c.blocks[i][row%countRows]
	if sum := int(*at) + n; sum < math.MaxUint8 {
		*at = uint8(sum)
	} else {
		c.addLarge(row, n)
	}
	return true
}

// addBlock makes room for the rows of a block.
func (c *Counts) addBlock(row int64) bool {
	if row < 0 || row > maxRow {
		return false
	}
	i := int(row / countRows)
	if more := i + 1 - len(c.blocks); more > 0 {
		c.blocks = append(c.blocks, make([]*[countRows]uint8, more)...)
	}
	c.blocks[i] = new([countRows]uint8)
	c.extend((i + 1) * countRows / 64)
	return true
}

func (c *Counts) addLarge(row int64, n int) {
	sum := c.Of(row) + n
	if c.large == nil {
		c.large = make(map[int64]int)
	}
	c.large[row] = sum
	c.blocks[row/countRows][row%countRows] = math.MaxUint8
}

// Count goes through a list, which stands at its beginning, and counts its
// positions, each as often as the weight of its column says. It fails with
// ErrUnknown where the rows are too high for a set.
func Count(l List, weights []int) (*Counts, error) {
	c := &Counts{}
	if terms := distinctTerms(l); terms != nil {
		for _, p := range terms {
			if err := p.count(c, weights); err != nil {
				return nil, err
			}
		}
		return c, nil
	}
	for l.Next() {
		if !c.add(l.Row(), l.Frequency(weights)) {
			return nil, ErrUnknown
		}
	}
	return c, l.Err()
}

// Sum adds counts up. What it gives may be one of them: all are for reading
// only.
func Sum(parts []*Counts) (*Counts, error) {
	var largest *Counts
	most, held := 0, 0
	for _, p := range parts {
		if n := p.Len(); n > 0 {
			held++
			if n > most {
				largest, most = p, n
			}
		}
	}
	switch held {
	case 0:
		return &Counts{}, nil
	case 1:
		return largest, nil
	}
	sum := largest.clone()
	for _, p := range parts {
		if p == largest {
			continue
		}
		for row := range p.Rows {
			if !sum.add(row, p.Of(row)) {
				return nil, ErrUnknown
			}
		}
	}
	return sum, nil
}

func (c *Counts) clone() *Counts {
	copied := &Counts{Set: *c.Set.Clone(), blocks: slices.Clone(c.blocks), large: maps.Clone(c.large)}
	for i, b := range copied.blocks {
		if b != nil {
			block := *b
			copied.blocks[i] = &block
		}
	}
	return copied
}

func (p *postings) count(c *Counts, weights []int) error {
	for p.Next() {
		if !c.add(p.row, p.Frequency(weights)) {
			return ErrUnknown
		}
	}
	return p.err
}

// distinctTerms gives the terms that a list takes for one; nil if it is of
// more than terms. As no two terms stand in the same place, their counts add
// up to that of the list.
func distinctTerms(l List) []*postings {
	var terms []*postings
	if !appendTerms(l, &terms) {
		return nil
	}
	slices.SortFunc(terms, func(a, b *postings) int { return strings.Compare(a.term, b.term) })
	return slices.CompactFunc(terms, func(a, b *postings) bool { return a.term == b.term })
}

func appendTerms(l List, to *[]*postings) bool {
	switch l := l.(type) {
	case *postings:
		*to = append(*to, l)
		return true
	case *union:
		for _, kid := range l.heap {
			if !appendTerms(kid, to) {
				return false
			}
		}
		return true
	}
	return false
}
