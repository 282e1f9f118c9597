package fts5

// doclist goes through the entries of one term in one segment.
type doclist struct {
	x    *Index
	seg  segment
	page int64
	leaf leaf
	off  int  // next byte
	end  int  // of the doclist on this page
	last bool // it ends on this page

	row     int64
	deleted bool
	size    int  // bytes of the position list
	left    int  // of them, not passed yet
	began   bool // a rowid was read
	fresh   bool // the page was turned since: the next rowid is absolute
	done    bool
	spill   []byte // a position list that crosses pages
	index   *skipList
	err     error
}

// newDoclist begins at the current term of a reader.
func newDoclist(t *termReader, index *skipList) *doclist {
	return &doclist{x: t.x, seg: t.seg, page: t.page, leaf: t.leaf, off: t.start, end: t.end, last: !t.lastOnPage(), index: index}
}

func (d *doclist) fail(err error) bool {
	d.err, d.done = err, true
	return false
}

// number reads a varint of the current page.
func (d *doclist) number() (uint64, bool) {
	if d.off < d.end {
		if c := d.leaf.b[d.off]; c < 0x80 {
			d.off++
			return uint64(c), true
		}
	}
	v, n := varint(d.leaf.b[min(d.off, d.end):d.end])
	d.off += n
	return v, n > 0
}

// maxPositions bounds the bytes of a position list.
const maxPositions = 1 << 31

// maxHead is how long the numbers before a position list can be, in bytes.
const maxHead = 2 * 9

// next goes to the next entry.
func (d *doclist) next() bool {
	at := d.off + d.left
	if at+maxHead > d.end || d.fresh || !d.began || d.done {
		return d.nextPage()
	}
	b := d.leaf.b[at : at+maxHead]
	delta, n := uint64(b[0]), 1
	if delta >= 0x80 {
		delta, n = varint(b)
	}
	size := uint64(b[n])
	n++
	if size >= 0x80 {
		var more int
		size, more = varint(b[n-1:])
		n += more - 1
	}
	row := d.row + int64(delta)
	if row <= d.row || size>>1 > maxPositions {
		return d.fail(ErrDamaged)
	}
	d.off, d.row = at+n, row
	d.deleted = size&1 == 1
	d.size = int(size >> 1)
	d.left = d.size
	return true
}

// nextPage goes to the next entry where that may stand on another page.
func (d *doclist) nextPage() bool {
	if d.done || !d.pass() {
		return false
	}
	for d.off >= d.end {
		if d.last {
			d.done = true
			return false
		}
		if !d.turn() {
			return false
		}
		if d.off < d.end && d.leaf.rowid != d.off {
			return d.fail(ErrDamaged)
		}
	}
	return d.entry()
}

// entry reads a rowid and the size of its position list.
func (d *doclist) entry() bool {
	v, ok := d.number()
	size, ok2 := d.number()
	if !ok || !ok2 || size>>1 > maxPositions {
		return d.fail(ErrDamaged)
	}
	row := int64(v)
	if d.began && !d.fresh {
		row += d.row
	}
	if d.began && row <= d.row {
		return d.fail(ErrDamaged)
	}
	d.row, d.began, d.fresh = row, true, false
	d.deleted = size&1 == 1
	d.size = int(size >> 1)
	d.left = d.size
	return true
}

// pass goes past what is left of the position list.
func (d *doclist) pass() bool {
	for d.left > 0 {
		n := min(d.left, d.end-d.off)
		d.off += n
		if d.left -= n; d.left == 0 {
			return true
		}
		if d.last {
			return d.fail(ErrDamaged)
		}
		if !d.turn() {
			return false
		}
	}
	return true
}

// turn opens the next page. A doclist ends where its first term begins.
func (d *doclist) turn() bool {
	if d.page >= d.seg.last {
		d.done = true
		if d.left > 0 {
			return d.fail(ErrDamaged)
		}
		return false
	}
	return d.open(d.page + 1)
}

func (d *doclist) open(page int64) bool {
	l, err := d.x.leaf(d.seg, page)
	if err != nil {
		return d.fail(err)
	}
	end, err := l.firstTerm()
	if err != nil {
		return d.fail(err)
	}
	d.page, d.leaf, d.off, d.end = page, l, pageHeader, end
	d.last, d.fresh = len(l.footer) > 0, true
	return true
}

// positions gives the current position list. It is good until the next call.
func (d *doclist) positions() []byte {
	if d.left < d.size { // it was taken before
		return d.spill
	}
	if d.off+d.size <= d.end {
		return d.leaf.b[d.off : d.off+d.size]
	}
	list := d.spill[:0] // what the size says may be far from true
	for d.left > 0 {
		n := min(d.left, d.end-d.off)
		list = append(list, d.leaf.b[d.off:d.off+n]...)
		d.off += n
		if d.left -= n; d.left > 0 && (d.last || !d.turn()) {
			d.fail(ErrDamaged)
			return nil
		}
	}
	d.spill = list
	return list
}

// seek goes to the first entry at or after a row, over whole pages where the
// doclist has an index.
func (d *doclist) seek(row int64) bool {
	if d.done {
		return false
	}
	if d.began && d.row >= row {
		return true
	}
	if d.index != nil {
		if page := d.index.pageBefore(row); page > d.page {
			if !d.jump(page) {
				return false
			}
			if d.row >= row {
				return true
			}
		}
	}
	for d.next() {
		if d.row >= row {
			return true
		}
	}
	return false
}

// jump goes to the first entry that begins on a page.
func (d *doclist) jump(page int64) bool {
	if !d.open(page) {
		return false
	}
	if d.leaf.rowid == 0 || d.leaf.rowid >= d.end {
		return d.fail(ErrDamaged)
	}
	d.off, d.left = d.leaf.rowid, 0
	return d.entry()
}

// skipList is the lowest level of a doclist index, in memory: for each page
// with a rowid, that rowid.
type skipList struct {
	pages []int64
	rows  []int64
	at    int
}

// pageBefore gives the last page whose first rowid is not beyond row; 0 if
// there is none. Rows must be asked for in ascending order.
func (s *skipList) pageBefore(row int64) int64 {
	for s.at < len(s.rows) && s.rows[s.at] <= row {
		s.at++
	}
	if s.at == 0 {
		return 0
	}
	return s.pages[s.at-1]
}

// skipListOf reads the index of the doclist whose term stands on a page. The
// pages of its lowest level follow each other.
func (x *Index) skipListOf(s segment, page int64) (*skipList, error) {
	list := &skipList{}
	id := s.id<<segmentShift | dlidxFlag
	for {
		b, err := x.store.Page(id | page)
		if err != nil || len(b) == 0 {
			return list, err
		}
		more := b[0] == 1 // a level above: further pages follow on this one
		if err := list.add(b[1:]); err != nil {
			return nil, err
		}
		if !more {
			return list, nil
		}
		page++
	}
}

func (s *skipList) add(b []byte) error {
	r := &reader{b: b}
	page, row := r.next(), r.next()
	if r.failed {
		return ErrDamaged
	}
	for {
		s.pages, s.rows = append(s.pages, page), append(s.rows, row)
		page++
		for len(r.b) > 0 && r.b[0] == 0 { // a page without a rowid
			r.b = r.b[1:]
			page++
		}
		if len(r.b) == 0 {
			return nil
		}
		row += r.next()
		if r.failed {
			return ErrDamaged
		}
	}
}
