package fts5

import (
	"bytes"
	"encoding/binary"
)

// minIndexed is how many leaves without a term a doclist must fill before it
// gets an index of its own, as in FTS5.
const minIndexed = 4

// sink takes the rows of a segment as they are finished; a block belongs to
// it from then on.
type sink interface {
	page(id int64, block []byte) error
	// leaf notes that the terms from term on stand on a page, as a row of
	// %_idx does.
	leaf(segment int64, term []byte, pgno int64) error
}

// segmentWriter lays terms and their doclists out as the pages of a segment,
// exactly as FTS5 would. Terms come in ascending order, each with its entries
// in ascending order of their rows.
type segmentWriter struct {
	to      sink
	id      int64
	size    int // bytes of a leaf
	page    int64
	b       []byte // the leaf under way
	footer  []byte
	footed  int // offset of the last term in the footer
	term    []byte
	terms   bool // the leaf has a term
	rowed   bool // the leaf has a term or a rowid, so the next rowid needs no pointer
	row     int64
	began   bool   // the doclist has an entry
	node    []byte // what parts the leaf nodePage from the one before
	nodePos int64
	bare    int // leaves in a row without a term
	skips   []skipWriter
	err     error
}

// skipWriter is one level of the index of a doclist, the lowest first.
type skipWriter struct {
	page int64
	b    []byte
	row  int64
}

func newSegmentWriter(to sink, id int64, size int) *segmentWriter {
	w := &segmentWriter{to: to, id: id, size: size, page: 1, nodePos: 1, skips: make([]skipWriter, 1)}
	w.clear()
	return w
}

func (w *segmentWriter) clear() {
	w.b = make([]byte, pageHeader, w.size+w.size/8)
	w.footer, w.footed = w.footer[:0], 0
	w.terms, w.rowed = false, false
}

func (w *segmentWriter) used() int { return len(w.b) + len(w.footer) }

func (w *segmentWriter) put(id int64, b []byte) {
	if w.err == nil {
		w.err = w.to.page(w.id<<segmentShift|id, b)
	}
}

// begin starts a term, its prefix included.
func (w *segmentWriter) begin(term []byte) {
	if w.used()+len(term)+2 >= w.size && len(w.b) > pageHeader {
		w.flush()
	}
	w.footer = appendVarint(w.footer, uint64(len(w.b)-w.footed))
	w.footed = len(w.b)
	kept := 0
	switch {
	case w.terms:
		kept = commonPrefix(w.term, term)
		w.b = appendVarint(w.b, uint64(kept))
	case w.page > 1:
		w.part(term)
	}
	w.b = appendVarint(w.b, uint64(len(term)-kept))
	w.b = append(w.b, term[kept:]...)
	w.term = append(w.term[:0], term...)
	w.terms, w.rowed, w.began = true, true, false
	w.skips[0].page = w.page
}

// part notes where a leaf that begins with a term lies: under the shortest
// string that is greater than the term before.
func (w *segmentWriter) part(term []byte) {
	n := min(len(term), commonPrefix(w.term, term)+1)
	w.flushNode()
	w.node = append(w.node[:0], term[:n]...)
	w.nodePos = w.page
}

func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// entry adds an article to the doclist of the term.
func (w *segmentWriter) entry(row int64, deleted bool, positions []byte) {
	size := uint64(len(positions)) << 1
	if deleted {
		size |= 1
	}
	if w.began && w.rowed && w.used()+len(positions)+maxEntry < w.size { // most are
		w.b = appendVarint(w.b, uint64(row-w.row))
		w.b = append(appendVarint(w.b, size), positions...)
		w.row = row
		return
	}
	if w.used() >= w.size {
		w.flush()
	}
	before := w.row
	if !w.began || !w.rowed {
		before = 0
	}
	if !w.rowed {
		binary.BigEndian.PutUint16(w.b, uint16(len(w.b)))
		w.skip(row)
	}
	w.b = appendVarint(w.b, uint64(row-before))
	w.b = appendVarint(w.b, size)
	w.row, w.began, w.rowed = row, true, true
	w.positions(positions)
}

// maxEntry is what an entry takes at most beside its position list.
const maxEntry = 2 * 9

// positions adds a position list, over as many leaves as it needs; no number
// of it is parted.
func (w *segmentWriter) positions(list []byte) {
	for len(list) > 0 && w.used()+len(list) >= w.size {
		room, n := w.size-w.used(), 0
		for n < room && n < len(list) {
			_, k := varint(list[n:])
			n += max(k, 1)
		}
		w.b = append(w.b, list[:n]...)
		list = list[n:]
		w.flush()
	}
	w.b = append(w.b, list...)
}

// flush ends a leaf.
func (w *segmentWriter) flush() {
	binary.BigEndian.PutUint16(w.b[2:], uint16(len(w.b)))
	if w.terms {
		w.b = append(w.b, w.footer...)
	} else {
		if !w.rowed && len(w.skips[0].b) > 0 {
			w.skips[0].b = append(w.skips[0].b, 0)
		}
		w.bare++
	}
	w.put(w.page, w.b)
	w.page++
	w.clear()
}

// flushNode writes the row of %_idx under way, and the index of the doclist
// that ends there if it is long enough to need one.
func (w *segmentWriter) flushNode() {
	if w.nodePos == 0 {
		return
	}
	indexed := int64(0)
	if len(w.skips[0].b) > 0 && w.bare >= minIndexed {
		indexed = 1
	}
	for height := range w.skips {
		s := &w.skips[height]
		if len(s.b) > 0 && indexed == 1 {
			w.put(dlidxFlag|int64(height)<<heightShift|s.page, bytes.Clone(s.b))
		}
		s.b = s.b[:0]
	}
	w.bare = 0
	if w.err == nil {
		w.err = w.to.leaf(w.id, w.node, w.nodePos<<1|indexed)
	}
	w.nodePos = 0
}

// skip notes the first rowid of a leaf in the index of the doclist. A full
// page of a level is written, and what follows it is noted one level up.
func (w *segmentWriter) skip(row int64) {
	of := w.page
	for height := 0; ; height++ {
		if height == len(w.skips) {
			w.skips = append(w.skips, skipWriter{})
		}
		s := &w.skips[height]
		full := len(s.b) >= w.size
		if full {
			w.flushSkips(height)
			s = &w.skips[height]
		}
		s.add(row, of, full)
		if !full {
			return
		}
		of = s.page
	}
}

// flushSkips writes a full page of a level that has, or now gets, one above.
func (w *segmentWriter) flushSkips(height int) {
	if height+1 == len(w.skips) {
		w.skips = append(w.skips, skipWriter{})
	}
	s, above := &w.skips[height], &w.skips[height+1]
	s.b[0] = 1
	w.put(dlidxFlag|int64(height)<<heightShift|s.page, bytes.Clone(s.b))
	if len(above.b) == 0 {
		above.page = s.page
		above.add(firstSkip(s.b), s.page, false)
	}
	s.b = s.b[:0]
	s.page++
}

// add notes the first rowid of a page of the level below. inner says that
// there is a level above.
func (s *skipWriter) add(row, of int64, inner bool) {
	if len(s.b) > 0 {
		s.b = appendVarint(s.b, uint64(row-s.row))
		s.row = row
		return
	}
	flag := byte(0)
	if inner {
		flag = 1
	}
	s.b = append(s.b, flag)
	s.b = appendVarint(s.b, uint64(of))
	s.b = appendVarint(s.b, uint64(row))
	s.row = row
}

// firstSkip gives the first rowid of a page of skips.
func firstSkip(b []byte) int64 {
	r := &reader{b: b[1:]}
	r.next()
	return r.next()
}

// finish ends the segment; one without a term has no pages.
func (w *segmentWriter) finish() (segment, error) {
	if len(w.b) > pageHeader {
		w.flush()
	}
	if w.page > 1 {
		w.flushNode()
	}
	return segment{w.id, 1, w.page - 1}, w.err
}
