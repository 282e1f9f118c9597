package fts5

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Document is the tokens of an article: for each column their numbers in
// order. Terms gives the tokens by number; documents with the same Space
// number alike, and Terms of a later one only goes on from those before.
type Document struct {
	Space   any
	Terms   []string
	Columns [][]uint32
}

// change is what happens to a row of the index: what it held is taken out,
// if anything, and what it holds now comes in.
type change struct {
	row     int64
	out, in *Document
}

// posting is one token: the number of the change, the column and the word,
// in 24, 8 and 32 bits.
type posting uint64

const (
	postingDoc    = 40
	postingColumn = 32
	maxDocs       = 1 << (64 - postingDoc)
	removed       = 1<<postingDoc - 1 // in place of column and word: the row held the term and may not any more
)

// inverter turns documents into doclists. It keeps the terms that it has met,
// in order, so that each run sorts only those that are new.
type inverter struct {
	numbers map[string]uint32
	terms   []string
	sorted  []uint32 // the terms' numbers, by term
	spaces  map[any]*space

	ends     []uint32 // by term: where the next of its postings goes
	postings []posting
	key      []byte
	list     []byte
}

// space tells the numbers here, plus 1, of those in a space of documents.
type space struct {
	numbers []uint32
	used    bool // by this run
}

// maxInverterTerms bounds the terms remembered between runs.
const maxInverterTerms = 1 << 18

func newInverter() *inverter {
	return &inverter{numbers: make(map[string]uint32), spaces: make(map[any]*space)}
}

// invert writes the doclists of changes as the terms of a segment. Changes
// are in ascending order of their rows. It renumbers the documents in place.
func (v *inverter) invert(changes []change, w *segmentWriter) {
	if len(v.terms) > maxInverterTerms {
		postings := v.postings
		*v = *newInverter()
		v.postings = postings
	}
	v.count(changes)
	v.sortTerms()
	v.place(changes)
	start := uint32(0)
	for _, number := range v.sorted {
		end := v.ends[number]
		if end > start {
			v.write(v.terms[number], changes, v.postings[start:end], w)
			start = end
		}
	}
	clear(v.ends)
	maps.DeleteFunc(v.spaces, func(_ any, s *space) bool { return !s.used })
}

// count numbers the terms and counts the postings of each.
func (v *inverter) count(changes []change) {
	for _, s := range v.spaces {
		s.used = false
	}
	for _, c := range changes {
		for _, d := range []*Document{c.out, c.in} {
			if d != nil {
				v.countDocument(d)
			}
		}
	}
}

func (v *inverter) countDocument(d *Document) {
	s, ok := v.spaces[d.Space]
	if !ok {
		s = &space{}
		v.spaces[d.Space] = s
	}
	s.used = true
	if n := len(d.Terms) - len(s.numbers); n > 0 {
		s.numbers = append(s.numbers, make([]uint32, n)...)
	}
	for _, column := range d.Columns {
		for i, n := range column {
			if s.numbers[n] == 0 {
				s.numbers[n] = v.number(d.Terms[n]) + 1
			}
			n = s.numbers[n] - 1
			column[i] = n
			v.ends[n]++
		}
	}
}

func (v *inverter) number(term string) uint32 {
	n, ok := v.numbers[term]
	if !ok {
		n = uint32(len(v.terms))
		term = strings.Clone(term)
		v.numbers[term] = n
		v.terms = append(v.terms, term)
		v.ends = append(v.ends, 0)
	}
	return n
}

// sortTerms merges the new terms into the order of the others.
func (v *inverter) sortTerms() {
	old := v.sorted
	fresh := make([]uint32, 0, len(v.terms)-len(old))
	for n := len(old); n < len(v.terms); n++ {
		fresh = append(fresh, uint32(n))
	}
	if len(fresh) == 0 {
		return
	}
	byTerm := func(a, b uint32) int { return cmp.Compare(v.terms[a], v.terms[b]) }
	slices.SortFunc(fresh, byTerm)
	merged := make([]uint32, 0, len(v.terms))
	for _, f := range fresh {
		n, _ := slices.BinarySearchFunc(old, f, byTerm)
		merged = append(append(merged, old[:n]...), f)
		old = old[n:]
	}
	v.sorted = append(merged, old...)
}

// place sorts the postings by term: each term's stay in the order of the
// changes. Afterwards ends tells where each term's end, and those of the
// next in order begin.
func (v *inverter) place(changes []change) {
	total := uint32(0)
	for _, n := range v.sorted {
		total, v.ends[n] = total+v.ends[n], total
	}
	v.postings = slices.Grow(v.postings[:0], int(total))[:total]
	for i, c := range changes {
		doc := posting(i) << postingDoc
		if c.out != nil {
			for _, column := range c.out.Columns {
				for _, n := range column {
					v.postings[v.ends[n]] = doc | removed
					v.ends[n]++
				}
			}
		}
		if c.in == nil {
			continue
		}
		for at, column := range c.in.Columns {
			first := doc | posting(at)<<postingColumn
			for word, n := range column {
				v.postings[v.ends[n]] = first | posting(word)
				v.ends[n]++
			}
		}
	}
}

// write writes the doclist of one term.
func (v *inverter) write(term string, changes []change, postings []posting, w *segmentWriter) {
	v.key = append(append(v.key[:0], mainPrefix), term...)
	w.begin(v.key)
	for i := 0; i < len(postings); {
		doc, start := postings[i]>>postingDoc, i
		for i++; i < len(postings) && postings[i]>>postingDoc == doc; i++ {
		}
		deleted := v.positions(postings[start:i])
		w.entry(changes[doc].row, deleted, v.list)
	}
}

// positions makes the position list of one article; deleted is true where it
// held the term before.
func (v *inverter) positions(postings []posting) (deleted bool) {
	v.list = v.list[:0]
	at, column := posting(0), posting(0)
	for _, p := range postings {
		p &= removed
		if p == removed {
			deleted = true
			continue
		}
		if c := p >> postingColumn; c != column {
			v.list = appendVarint(append(v.list, 1), uint64(c))
			column, at = c, 0
		}
		word := p & (1<<postingColumn - 1)
		v.list = appendVarint(v.list, uint64(word-at)+2)
		at = word
	}
	return deleted
}
