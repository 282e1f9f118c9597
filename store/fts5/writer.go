package fts5

import (
	"cmp"
	"errors"
	"slices"
)

// Tables gives write access to the shadow tables, within one transaction.
// After an error it must refuse whatever follows: the transaction may have
// ended with the error, and a Writer at work on several segments goes on until
// each has met it.
type Tables interface {
	Store
	// PutPage inserts a row of %_data or replaces it.
	PutPage(id int64, block []byte) error
	// RemovePages deletes the rows of %_data from first to last.
	RemovePages(first, last int64) error
	// PutLeaf inserts a row of %_idx.
	PutLeaf(segment int64, term []byte, pgno int64) error
	// RemoveLeaves deletes a segment's rows of %_idx.
	RemoveLeaves(segment int64) error
	// PutSizes inserts a row of %_docsize or replaces it.
	PutSizes(row int64, sizes []byte) error
	RemoveSizes(row int64) error
}

// mergeWidth is how many segments of a level are merged into one of the
// level above. A search looks into each segment, and an article is written
// once a level: with 16, an index of a thousand imports has some 20 to 30
// segments, and each entry of it was written three times.
const mergeWidth = 16

// Writer changes an index. FTS5 remembers the structure of an index on each
// connection and does not see changes made here on the same one, so a
// connection must use either a Writer or FTS5. It is not safe for concurrent
// use.
type Writer struct {
	tables  Tables
	columns int
	size    int // bytes of a leaf
	invert  *inverter
	waiting []change
	tokens  int // that wait
}

// NewWriter makes a Writer for an index with so many columns whose leaves
// are of pageSize bytes, FTS5's option pgsz. Like FTS5 it takes the usual size
// where it is given an impossible one.
func NewWriter(t Tables, columns, pageSize int) *Writer {
	if pageSize < minLeaf || pageSize > maxLeaf {
		pageSize = usualLeaf
	}
	return &Writer{tables: t, columns: columns, size: min(pageSize, largestLeaf), invert: newInverter()}
}

// Bytes of a leaf. FTS5 allows up to maxLeaf; but a leaf can become a little
// larger than asked for, and the offsets in it have two bytes.
const (
	minLeaf     = 32
	usualLeaf   = 4050
	largestLeaf = 1 << 15
	maxLeaf     = 1 << 16
)

// Check fails with ErrUnknown where the index is of a kind that only FTS5
// writes.
func (w *Writer) Check() error {
	_, err := w.structure()
	return err
}

// Add puts a row in that the index does not hold. The document belongs to
// the Writer from then on.
func (w *Writer) Add(row int64, d *Document) { w.wait(change{row: row, in: d}) }

// Remove takes a row out. The document must be what the index holds of it.
func (w *Writer) Remove(row int64, d *Document) { w.wait(change{row: row, out: d}) }

func (w *Writer) wait(c change) {
	w.waiting = append(w.waiting, c)
	for _, d := range []*Document{c.out, c.in} {
		if d != nil {
			w.tokens += d.tokens()
		}
	}
}

func (d *Document) tokens() (n int) {
	for _, c := range d.Columns {
		n += len(c)
	}
	return n
}

// Tokens gives the number of tokens that wait for Flush, each of which takes
// some 12 bytes.
func (w *Writer) Tokens() int { return w.tokens }

// Discard forgets what waits.
func (w *Writer) Discard() {
	clear(w.waiting)
	w.waiting, w.tokens = w.waiting[:0], 0
}

// Flush writes what waits as a segment, then merges segments where there are
// many. It fails with ErrUnknown, and changes nothing, where the index is of
// a kind that only FTS5 writes.
func (w *Writer) Flush() error {
	if len(w.waiting) == 0 {
		return nil
	}
	defer w.Discard()
	s, err := w.structure()
	if err != nil {
		return err
	}
	changes := combine(w.waiting)
	for part := range slices.Chunk(changes, maxDocs) {
		if err := w.addSegment(&s, part); err != nil {
			return err
		}
	}
	if err := w.addTotals(changes); err != nil {
		return err
	}
	for at := range s.levels {
		if len(s.levels[at].segments) >= mergeWidth {
			if err := w.merge(&s, at, at+1); err != nil {
				return err
			}
		}
	}
	return w.tables.PutPage(structureRow, s.block())
}

// structure reads the structure for writing.
func (w *Writer) structure() (structure, error) {
	block, err := w.tables.Page(structureRow)
	if err != nil {
		return structure{}, err
	}
	s, err := parseStructure(block)
	if err == nil && s.second {
		err = ErrUnknown
	}
	return s, err
}

// combine sorts changes by row and makes one of all those of a row.
func combine(waiting []change) []change {
	slices.SortStableFunc(waiting, func(a, b change) int { return cmp.Compare(a.row, b.row) })
	combined := waiting[:0]
	for _, c := range waiting {
		if n := len(combined); n > 0 && combined[n-1].row == c.row {
			combined[n-1].in = c.in // out stays what the row held at first
			continue
		}
		combined = append(combined, c)
	}
	return combined
}

func (w *Writer) addSegment(s *structure, changes []change) error {
	id := s.freeID()
	if id == 0 {
		return ErrUnknown
	}
	out := newSegmentWriter(tableSink{w.tables}, id, w.size)
	w.invert.invert(changes, out)
	return w.finish(s, out, 0)
}

// finish ends a segment and makes it the newest of a level.
func (w *Writer) finish(s *structure, out *segmentWriter, at int) error {
	seg, err := out.finish()
	if err != nil || seg.last == 0 {
		return err
	}
	s.writes += seg.last
	s.add(at, seg)
	return nil
}

// addTotals brings the sums and the sizes of the articles up to date.
func (w *Writer) addTotals(changes []change) error {
	block, err := w.tables.Page(averagesRow)
	if err != nil {
		return err
	}
	t := Totals{Tokens: make([]int64, w.columns)}
	if len(block) > 0 {
		if t, err = parseTotals(block, w.columns); err != nil {
			return err
		}
	}
	for _, c := range changes {
		t.count(c.out, -1)
		t.count(c.in, 1)
		if err := w.putSizes(c); err != nil {
			return err
		}
	}
	return w.tables.PutPage(averagesRow, t.block())
}

func (t *Totals) count(d *Document, sign int64) {
	if d == nil {
		return
	}
	t.Rows += sign
	for i, c := range d.Columns {
		t.Tokens[i] += sign * int64(len(c))
	}
}

func (w *Writer) putSizes(c change) error {
	if c.in == nil {
		return w.tables.RemoveSizes(c.row)
	}
	var sizes []byte
	for _, column := range c.in.Columns {
		sizes = appendVarint(sizes, uint64(len(column)))
	}
	return w.tables.PutSizes(c.row, sizes)
}

// Optimise makes one segment of all, its leaves of full size.
func (w *Writer) Optimise() error {
	s, err := w.structure()
	if err != nil {
		return err
	}
	if done, err := w.optimal(s); done || err != nil {
		return err
	}
	top := len(s.levels) - 1
	if err := w.merge(&s, top, top); err != nil {
		return err
	}
	return w.tables.PutPage(structureRow, s.block())
}

// optimal reports whether there is at most one segment and its leaves are as
// large as they would be written now.
func (w *Writer) optimal(s structure) (bool, error) {
	segments := s.newest()
	if len(segments) != 1 {
		return len(segments) == 0, nil
	}
	seg := segments[0]
	block, err := w.tables.Page(seg.id<<segmentShift | seg.first)
	return seg.first == seg.last || len(block) > w.size/2, err
}

// merge makes one segment of all those of a level and of the levels below
// it, and puts it into level to. Where FTS5 has begun a merge of a level, what
// it has of the outcome lies above and is taken along.
func (w *Writer) merge(s *structure, at, to int) error {
	for at+1 < len(s.levels) && s.levels[at].merging > 0 {
		at++
		to = max(to, at)
	}
	below := structure{levels: s.levels[:at+1]}
	oldest := below.count() == s.count()
	id := s.freeID()
	if id == 0 {
		return ErrUnknown
	}
	inputs := below.newest()
	x := &Index{store: w.tables}
	scanners := make([]*scanner, len(inputs))
	for i, seg := range inputs {
		scanners[i] = x.scan(seg, func(page int64) error {
			id := seg.id<<segmentShift | page
			return w.tables.RemovePages(id, id)
		})
	}
	out := newSegmentWriter(tableSink{w.tables}, id, w.size)
	if err := errors.Join(merge(scanners, out, oldest), out.err); err != nil {
		return err
	}
	for i := range below.levels {
		for _, seg := range below.levels[i].segments {
			if err := w.remove(seg); err != nil {
				return err
			}
		}
		s.levels[i] = level{}
	}
	return w.finish(s, out, to)
}

// remove deletes what is left of a segment.
func (w *Writer) remove(seg segment) error {
	first := seg.id << segmentShift
	if err := w.tables.RemovePages(first, first+1<<segmentShift-1); err != nil {
		return err
	}
	return w.tables.RemoveLeaves(seg.id)
}

// tableSink writes a segment to the tables.
type tableSink struct{ t Tables }

func (s tableSink) page(id int64, block []byte) error { return s.t.PutPage(id, block) }
func (s tableSink) leaf(segment int64, term []byte, pgno int64) error {
	return s.t.PutLeaf(segment, term, pgno)
}
