package fts5

import "bytes"

// scanner goes once through a whole segment, term by term and entry by entry.
type scanner struct {
	x    *Index
	seg  segment
	left func(page int64) error // called for each page when it is done with

	page   int64
	leaf   leaf
	footer []byte // what is left of it
	at     int    // offset of the current term
	off    int    // next byte
	end    int    // of the doclist on this page

	term    []byte
	before  []byte // the term before, or room for the next
	row     int64
	deleted bool
	list    []byte // position list of the current entry, good until the next call
	began   bool   // the doclist has given an entry
	fresh   bool   // the page was turned since: the next rowid is absolute
	spill   []byte
	err     error
}

// scan begins before the first term of a segment.
func (x *Index) scan(s segment, left func(page int64) error) *scanner {
	c := &scanner{x: x, seg: s, left: left, page: s.first}
	c.open()
	c.off = c.end
	return c
}

func (c *scanner) fail(err error) bool {
	if c.err == nil {
		c.err = err
	}
	return false
}

// open reads the page; what stands before its first term goes on from the
// page before.
func (c *scanner) open() bool {
	l, err := c.x.leaf(c.seg, c.page)
	if err != nil {
		return c.fail(err)
	}
	end, err := l.firstTerm()
	if err != nil {
		return c.fail(err)
	}
	c.leaf, c.footer, c.at = l, l.footer, 0
	c.off, c.end, c.fresh = pageHeader, end, true
	return true
}

func (c *scanner) turn() bool {
	if c.page >= c.seg.last {
		return false
	}
	if c.left != nil {
		if err := c.left(c.page); err != nil {
			return c.fail(err)
		}
	}
	c.page++
	return c.open()
}

// nextTerm goes to the next term; the entries of the one before must all
// have been gone through.
func (c *scanner) nextTerm() bool {
	for len(c.footer) == 0 {
		if c.err != nil || !c.turn() {
			if c.err == nil && c.left != nil {
				c.err = c.left(c.page)
			}
			return false
		}
	}
	return c.err == nil && c.readTerm()
}

func (c *scanner) readTerm() bool {
	d, n := varint(c.footer)
	first := c.at == 0
	at := uint64(c.at) + d
	if n == 0 || at < pageHeader || at >= uint64(len(c.leaf.b)) {
		return c.fail(ErrDamaged)
	}
	c.footer, c.at = c.footer[n:], int(at)
	r := &reader{b: c.leaf.b[c.at:]}
	kept := int64(0)
	if !first {
		kept = r.next()
	}
	size := r.next()
	if r.failed || kept < 0 || kept > int64(len(c.term)) || size < 0 || size > int64(len(r.b)) {
		return c.fail(ErrDamaged)
	}
	c.before = append(append(c.before[:0], c.term[:kept]...), r.b[:size]...)
	c.term, c.before = c.before, c.term
	if bytes.Compare(c.term, c.before) <= 0 {
		return c.fail(ErrDamaged)
	}
	c.off, c.end = len(c.leaf.b)-len(r.b)+int(size), len(c.leaf.b)
	if d, n := varint(c.footer); n > 0 {
		if d > uint64(len(c.leaf.b)-c.at) || c.at+int(d) < c.off {
			return c.fail(ErrDamaged)
		}
		c.end = c.at + int(d)
	}
	c.began, c.fresh = false, false
	return true
}

// nextEntry goes to the next entry of the term.
func (c *scanner) nextEntry() bool {
	if c.err != nil {
		return false
	}
	for c.off >= c.end {
		if c.err != nil || len(c.footer) > 0 || !c.turn() {
			return false
		}
		if c.off < c.end && c.leaf.rowid != c.off {
			return c.fail(ErrDamaged)
		}
	}
	v, n := varint(c.leaf.b[c.off:c.end])
	size, k := varint(c.leaf.b[min(c.off+n, c.end):c.end])
	if n == 0 || k == 0 || size>>1 > 1<<31 {
		return c.fail(ErrDamaged)
	}
	c.off += n + k
	row := int64(v)
	if c.began && !c.fresh {
		row += c.row
	}
	if c.began && row <= c.row {
		return c.fail(ErrDamaged)
	}
	c.row, c.began, c.fresh, c.deleted = row, true, false, size&1 == 1
	return c.readList(int(size >> 1))
}

func (c *scanner) readList(size int) bool {
	if c.off+size <= c.end {
		c.list = c.leaf.b[c.off : c.off+size]
		c.off += size
		return true
	}
	c.spill = c.spill[:0]
	for {
		n := min(size, c.end-c.off)
		c.spill = append(c.spill, c.leaf.b[c.off:c.off+n]...)
		c.off += n
		if size -= n; size == 0 {
			c.list = c.spill
			return true
		}
		if len(c.footer) > 0 || !c.turn() {
			return c.fail(ErrDamaged)
		}
	}
}
