package fts5

import (
	"bytes"
	"encoding/binary"
)

// Store gives the rows of the shadow tables, all of one moment.
type Store interface {
	// Page gives the block of a row of %_data; it may be kept.
	Page(id int64) ([]byte, error)
	// Leaf gives pgno of the last row of %_idx with the segment and a term
	// not greater; 0 if there is none.
	Leaf(segment int64, term []byte) (pgno int64, err error)
}

// Index is an index open for reading. It is not safe for concurrent use.
type Index struct {
	Totals
	store    Store
	segments []segment // the newest first
}

// Open reads the structure of an index with so many columns. It fails with
// ErrUnknown where the index is of a kind that only FTS5 reads.
func Open(s Store, columns int) (*Index, error) {
	block, err := s.Page(structureRow)
	if err != nil {
		return nil, err
	}
	x := &Index{store: s}
	structure, err := parseStructure(block)
	if err != nil {
		return nil, err
	}
	x.segments = structure.newest()
	block, err = s.Page(averagesRow)
	if err != nil {
		return nil, err
	}
	if len(block) == 0 { // nothing was ever written
		x.Totals = Totals{Tokens: make([]int64, columns)}
		return x, nil
	}
	x.Totals, err = parseTotals(block, columns)
	return x, err
}

// Segments gives the number of segments, each of which costs a look-up a term.
func (x *Index) Segments() int { return len(x.segments) }

// leaf is a page of a segment.
type leaf struct {
	b      []byte // without the footer
	footer []byte
	rowid  int // offset of the first rowid that does not follow a term, 0 if none
}

func (x *Index) leaf(s segment, page int64) (leaf, error) {
	b, err := x.store.Page(s.id<<segmentShift | page)
	if err != nil {
		return leaf{}, err
	}
	if len(b) < pageHeader {
		return leaf{}, ErrDamaged
	}
	rowid, size := int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if size < pageHeader || size > len(b) || rowid > size {
		return leaf{}, ErrDamaged
	}
	return leaf{b[:size], b[size:], rowid}, nil
}

// firstTerm gives the offset of the first term, the end of the page if it
// has none: what a doclist from the page before reaches up to.
func (l leaf) firstTerm() (int, error) {
	if len(l.footer) == 0 {
		return len(l.b), nil
	}
	v, n := varint(l.footer)
	if n == 0 || v < pageHeader || v > uint64(len(l.b)) {
		return 0, ErrDamaged
	}
	return int(v), nil
}

// termReader goes through the terms of a segment from one page on.
type termReader struct {
	x      *Index
	seg    segment
	page   int64
	leaf   leaf
	footer []byte // what is left of it
	at     int    // offset of the current term
	first  bool   // no term of the page was read yet
	term   []byte // the current one, prefix included
	start  int    // of its doclist
	end    int    // of its doclist on this page
}

// seek opens the page on which a term stands if it stands anywhere. dlidx
// tells whether the last term of that page has a doclist index.
func (x *Index) seek(s segment, term []byte) (t *termReader, dlidx bool, err error) {
	pgno, err := x.store.Leaf(s.id, term)
	if err != nil {
		return nil, false, err
	}
	page, dlidx := pgno>>1, pgno&1 == 1
	if page < s.first {
		page, dlidx = s.first, false
	}
	t = &termReader{x: x, seg: s, page: page}
	return t, dlidx, t.open()
}

func (t *termReader) open() (err error) {
	t.leaf, err = t.x.leaf(t.seg, t.page)
	t.footer, t.at, t.first = t.leaf.footer, 0, true
	return err
}

// next goes to the next term, over pages without one; false at the end of
// the segment.
func (t *termReader) next() (bool, error) {
	for len(t.footer) == 0 {
		if t.page >= t.seg.last {
			return false, nil
		}
		t.page++
		if err := t.open(); err != nil {
			return false, err
		}
	}
	d, n := varint(t.footer)
	if n == 0 || d > uint64(len(t.leaf.b)) {
		return false, ErrDamaged
	}
	t.footer = t.footer[n:]
	t.at += int(d)
	return true, t.read()
}

// read takes the current term off the page.
func (t *termReader) read() error {
	if t.at < pageHeader || t.at >= len(t.leaf.b) {
		return ErrDamaged
	}
	r := &reader{b: t.leaf.b[t.at:]}
	kept := int64(0)
	if !t.first {
		kept = r.next()
	}
	size := r.next()
	if r.failed || kept < 0 || kept > int64(len(t.term)) || size < 0 || size > int64(len(r.b)) {
		return ErrDamaged
	}
	t.term = append(t.term[:kept], r.b[:size]...)
	t.first = false
	t.start = len(t.leaf.b) - len(r.b) + int(size)
	t.end = len(t.leaf.b)
	if d, n := varint(t.footer); n > 0 {
		if t.end = t.at + int(d); t.end < t.start || t.end > len(t.leaf.b) {
			return ErrDamaged
		}
	}
	return nil
}

// lastOnPage reports whether the doclist of the current term may go on.
func (t *termReader) lastOnPage() bool { return len(t.footer) == 0 }

// find goes to a term; false if the segment has not got it.
func (t *termReader) find(term []byte) (bool, error) {
	for {
		more, err := t.next()
		if err != nil || !more {
			return false, err
		}
		switch c := bytes.Compare(t.term, term); {
		case c == 0:
			return true, nil
		case c > 0:
			return false, nil
		}
	}
}
