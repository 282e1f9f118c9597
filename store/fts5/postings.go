package fts5

import (
	"bytes"
	"container/heap"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// Position is where in an article a word stands: the column in the upper
// half, the number of the word in the lower.
type Position uint64

// Column gives the column of a position.
func (p Position) Column() int { return int(p >> 32) }

// List goes through articles in ascending order of their rowids, with the
// positions at which a word stands in each.
type List interface {
	// Next goes to the next article, SkipTo to the first at or after a row;
	// false at the end and after an error.
	Next() bool
	SkipTo(row int64) bool
	Row() int64
	// Positions appends the positions in the current article, in order.
	Positions(to []Position) []Position
	// Frequency counts the positions in the current article, each as often
	// as the weight of its column says.
	Frequency(weights []int) int
	Err() error
}

// frequency counts positions in order as a Frequency does.
func frequency(positions []Position, weights []int) (n int) {
	for _, p := range positions {
		if c := p.Column(); c < len(weights) {
			n += weights[c]
		}
	}
	return n
}

// postings is the List of one term over all segments.
type postings struct {
	term    string     // with its prefix
	lists   []*doclist // the newest segment first
	current *doclist
	row     int64
	limit   int64 // no list but the current one has a row before it
	err     error
}

// Term gives the articles that hold a term.
func (x *Index) Term(term string) (List, error) {
	key := append([]byte{mainPrefix}, term...)
	p := &postings{term: string(key)}
	for _, s := range x.segments {
		t, indexed, err := x.seek(s, key)
		if err != nil {
			return nil, err
		}
		found, err := t.find(key)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		var skips *skipList
		if indexed && t.lastOnPage() {
			if skips, err = x.skipListOf(s, t.page); err != nil {
				return nil, err
			}
		}
		p.lists = append(p.lists, newDoclist(t, skips))
	}
	return p, nil
}

// Absent reports whether a list of a term holds nothing, as the index has no
// such term.
func Absent(l List) bool {
	p, ok := l.(*postings)
	return ok && len(p.lists) == 0
}

// Prefix gives the articles that hold a term that begins so. most bounds the
// terms; beyond it the error is ErrTooMany.
func (x *Index) Prefix(prefix string, most int) (List, error) {
	key := append([]byte{mainPrefix}, prefix...)
	terms := make(map[string]*postings)
	for _, s := range x.segments {
		t, _, err := x.seek(s, key)
		if err != nil {
			return nil, err
		}
		if err := t.collect(key, terms, most); err != nil {
			return nil, err
		}
	}
	lists := make([]List, 0, len(terms))
	for _, p := range terms {
		lists = append(lists, p)
	}
	return Union(lists), nil
}

// collect adds the doclists of all terms with a prefix.
func (t *termReader) collect(prefix []byte, terms map[string]*postings, most int) error {
	for {
		more, err := t.next()
		if err != nil || !more {
			return err
		}
		if bytes.HasPrefix(t.term, prefix) {
			p := terms[string(t.term)]
			if p == nil {
				if len(terms) == most {
					return ErrTooMany
				}
				p = &postings{term: string(t.term)}
				terms[p.term] = p
			}
			p.lists = append(p.lists, newDoclist(t, nil))
		} else if bytes.Compare(t.term, prefix) > 0 {
			return nil
		}
	}
}

func (p *postings) Row() int64 { return p.row }
func (p *postings) Err() error { return p.err }

func (p *postings) Next() bool {
	if d := p.current; d != nil && d.next() && d.row < p.limit && d.size > 0 {
		p.row = d.row
		return true
	}
	for _, d := range p.lists {
		if !d.began || d.row == p.row && d != p.current {
			d.next()
		}
	}
	return p.settle()
}

func (p *postings) SkipTo(row int64) bool {
	if d := p.current; d != nil {
		if p.row >= row {
			return true
		}
		if d.seek(row) && d.row < p.limit && d.size > 0 {
			p.row = d.row
			return true
		}
	}
	for _, d := range p.lists {
		d.seek(row)
	}
	return p.settle()
}

// settle finds the lowest row among the segments, in the newest that has it,
// and goes past rows that were deleted.
func (p *postings) settle() bool {
	for p.choose() {
		if !p.current.deleted || p.current.size > 0 {
			return true
		}
		for _, d := range p.lists {
			if d.row == p.row {
				d.next()
			}
		}
	}
	return false
}

// choose makes the list with the lowest row the current one.
func (p *postings) choose() bool {
	p.current, p.limit = nil, math.MaxInt64
	live := p.lists[:0]
	for _, d := range p.lists {
		if d.err != nil {
			p.err = d.err
			return false
		}
		if d.done {
			continue
		}
		live = append(live, d)
		switch {
		case p.current == nil:
			p.current = d
		case d.row < p.current.row:
			p.limit, p.current = p.current.row, d
		default:
			p.limit = min(p.limit, d.row)
		}
	}
	p.lists = live
	if p.current == nil {
		return false
	}
	p.row = p.current.row
	return true
}

// Frequency is described at List.
func (p *postings) Frequency(weights []int) int {
	n, ok := countPositions(p.current.positions(), weights)
	if p.err == nil && p.current.err != nil {
		p.err = p.current.err
	} else if !ok {
		p.err = ErrDamaged
	}
	return n
}

// countPositions counts the positions of a list without working them out:
// each ends with a byte below 0x80.
func countPositions(b []byte, weights []int) (n int, ok bool) {
	column := uint64(0)
	for {
		i := nextColumn(b)
		if i < 0 {
			return n + weights[column]*ends(b), true
		}
		n += weights[column] * ends(b[:i])
		c, size := varint(b[i+1:])
		if size == 0 || c >= uint64(len(weights)) {
			return n, false
		}
		column, b = c, b[i+1+size:]
	}
}

// nextColumn gives the place of the 1 that says that another column begins;
// -1 if there is none. The last byte of a longer number can be 1, too.
func nextColumn(b []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], 1)
		if i < 0 {
			return -1
		}
		if i += from; i == 0 || b[i-1] < 0x80 {
			return i
		}
		from = i + 1
	}
}

// ends counts the bytes below 0x80.
func ends(b []byte) (n int) {
	const tops = 0x8080808080808080
	for ; len(b) > 8; b = b[8:] {
		n += bits.OnesCount64(^binary.LittleEndian.Uint64(b) & tops)
	}
	if cap(b) >= 8 { // the bytes behind the list are read, but not counted
		rest := uint64(1)<<(8*len(b)) - 1
		return n + bits.OnesCount64(^binary.LittleEndian.Uint64(b[:8])&tops&rest)
	}
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}

// Positions reads the position list: distances plus 2, and 1 with a column.
func (p *postings) Positions(to []Position) []Position {
	b := p.current.positions()
	if p.current.err != nil {
		p.err = p.current.err
		return to
	}
	to, ok := appendPositions(to, b)
	if !ok {
		p.err = ErrDamaged
	}
	return to
}

// appendPositions reads a position list as it is stored.
func appendPositions(to []Position, b []byte) (positions []Position, ok bool) {
	var at Position
	for i := 0; i < len(b); {
		v := uint64(b[i])
		i++
		if v >= 0x80 {
			var n int
			if v, n = varint(b[i-1:]); n == 0 {
				return to, false
			}
			i += n - 1
		}
		switch {
		case v >= 2:
			at += Position(v - 2)
			to = append(to, at)
		case v == 1:
			c, n := varint(b[i:])
			i += n
			at = Position(c) << 32
		default:
			return to, false
		}
	}
	return to, true
}

// union is the List of several terms taken for one.
type union struct {
	heap  unionHeap // of those not at their end, ordered by row
	begun bool
	err   error
	words []Position
}

// Union takes several lists for one; a position that two of them share
// counts once.
func Union(lists []List) List {
	if len(lists) == 1 {
		return lists[0]
	}
	return &union{heap: lists}
}

type unionHeap []List

func (h unionHeap) Len() int           { return len(h) }
func (h unionHeap) Less(i, j int) bool { return h[i].Row() < h[j].Row() }
func (h unionHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *unionHeap) Push(x any)        { *h = append(*h, x.(List)) }
func (h *unionHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func (u *union) Err() error { return u.err }
func (u *union) Row() int64 { return u.heap[0].Row() }

func (u *union) Next() bool {
	if !u.begun {
		return u.begin(func(l List) bool { return l.Next() })
	}
	if len(u.heap) == 0 {
		return false
	}
	return u.advance(u.heap[0].Row()+1, List.Next)
}

func (u *union) SkipTo(row int64) bool {
	seek := func(l List) bool { return l.SkipTo(row) }
	if !u.begun {
		return u.begin(seek)
	}
	return u.advance(row, seek)
}

// begin moves all lists for the first time.
func (u *union) begin(move func(List) bool) bool {
	u.begun = true
	kept := u.heap[:0]
	for _, l := range u.heap {
		if move(l) {
			kept = append(kept, l)
		} else if err := l.Err(); err != nil {
			u.err = err
		}
	}
	u.heap = kept
	heap.Init(&u.heap)
	return u.err == nil && len(u.heap) > 0
}

// advance moves the lists that stand before a row.
func (u *union) advance(row int64, move func(List) bool) bool {
	for len(u.heap) > 0 && u.heap[0].Row() < row {
		if move(u.heap[0]) {
			heap.Fix(&u.heap, 0)
			continue
		}
		if err := u.heap[0].Err(); err != nil {
			u.err = err
			return false
		}
		heap.Pop(&u.heap)
	}
	return len(u.heap) > 0
}

// Frequency is described at List. Where only one list is on the row, it is
// that list's.
func (u *union) Frequency(weights []int) int {
	row := u.heap[0].Row()
	for i := 1; i <= 2 && i < len(u.heap); i++ {
		if u.heap[i].Row() == row {
			return frequency(u.gather(row), weights)
		}
	}
	n := u.heap[0].Frequency(weights)
	if err := u.heap[0].Err(); err != nil {
		u.err = err
	}
	return n
}

func (u *union) Positions(to []Position) []Position {
	return append(to, u.gather(u.heap[0].Row())...)
}

// gather gives the positions of all lists on a row, each once.
func (u *union) gather(row int64) []Position {
	u.words = u.words[:0]
	u.collect(0, row)
	slices.Sort(u.words)
	u.words = slices.Compact(u.words)
	return u.words
}

// collect takes the positions of all lists on a row, which stand together at
// the top of the heap.
func (u *union) collect(i int, row int64) {
	if i >= len(u.heap) || u.heap[i].Row() != row {
		return
	}
	u.words = u.heap[i].Positions(u.words)
	if err := u.heap[i].Err(); err != nil {
		u.err = err
	}
	u.collect(2*i+1, row)
	u.collect(2*i+2, row)
}
