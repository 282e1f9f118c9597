// Package fts5 reads and writes the pages of an SQLite FTS5 index as they lie
// in its shadow tables, without FTS5. [Open] gives an [Index] to look words up
// in; a [Writer] adds and removes articles. The format is described in the comments of
// SQLite's fts5_index.c; this is as much of it as is used here, for a table
// with detail=full and no prefix indexes.
//
// # Structure
//
// The row 10 of the table %_data tells which segments there are. It begins
// with a cookie of four bytes; a second group of four, FF 00 00 01, marks the
// second version. Then varints: the number of levels, of segments, and of
// writes ever made; for each level the number of segments that are being
// merged and the number of segments, and for each segment its id and its
// first and last page. The second version has five more varints a segment,
// for tombstones, which tables with content do not use. In a level later
// segments are newer; lower levels are newer than higher ones.
//
// # Pages
//
// A page of a segment is the row segment<<37 | page of %_data. It begins with
// the offset of the first rowid on it that does not follow a term, and with
// the offset of its footer, two bytes each, big-endian. The footer holds the
// offsets of the terms, as varints, each counted from the one before. The
// first term of a page is written in full, the others as the number of bytes
// kept from the term before, the number of bytes that follow, and those.
// A term is preceded by '0' for the main index. The table %_idx finds the
// page of a term: for each page that begins a term, the shortest string that
// is greater than all terms before; its column pgno is page<<1, plus 1 if the
// last term of the page has a doclist index.
//
// # Doclists
//
// Behind a term stands its doclist, which can go on over many pages: for each
// article the rowid, counted from the one before; the size of the position
// list in bytes, times two, plus one if the row was deleted; the position
// list. The first rowid of a doclist and the first on each page are absolute.
// A position list holds the distances between positions, plus 2; a 1 says
// that the column given next begins. A deletion in a newer segment cancels
// the entry of an older one.
//
// # Doclist indexes
//
// A long doclist has pages segment<<37 | 1<<36 | height<<31 | page of its
// first leaf: a byte that says whether there is a level above, the number of
// the first page, the first rowid there, and for each further page the
// distance of its first rowid, or 0 where it has none.
//
// # Writing
//
// A Writer collects the tokens of articles as numbers, sorts them by term
// (counting sort, terms in order of their bytes) and writes them as one
// segment of level 0, laid out as FTS5 would. What is taken out becomes
// entries marked as deletions. A level of 16 segments is merged into
// one of the next, the pages of the old ones removed as they are read, so that
// the file does not grow meanwhile. The sums of row 1 and the sizes of %_docsize
// follow each change. FTS5 reads, checks and goes on writing the outcome.
package fts5

import (
	"errors"
)

// ErrUnknown says that the index is of a kind that this package does not
// read; FTS5 itself does.
var ErrUnknown = errors.New("an index of an unknown format")

// ErrTooMany says that a prefix stands for more terms than allowed.
var ErrTooMany = errors.New("a prefix of too many terms")

// ErrDamaged says that a page is not what it should be.
var ErrDamaged = errors.New("the index is damaged")

const (
	averagesRow  = 1
	structureRow = 10

	segmentShift = 37
	dlidxFlag    = 1 << 36
	heightShift  = 31

	pageHeader  = 4
	mainPrefix  = '0'
	maxSegments = 2000 // FTS5's own limit
)

// varint reads SQLite's varint: seven bits a byte, the highest first, all
// eight of a ninth. n is 0 if b ends before the number does.
func varint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	for i, c := range b {
		if i == 8 {
			return v<<8 | uint64(c), 9
		}
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// appendVarint writes SQLite's varint.
func appendVarint(to []byte, v uint64) []byte {
	if v < 1<<7 {
		return append(to, byte(v))
	}
	return appendLongVarint(to, v)
}

func appendLongVarint(to []byte, v uint64) []byte {
	if v < 1<<14 {
		return append(to, byte(v>>7)|0x80, byte(v)&0x7f)
	}
	if v>>56 != 0 {
		for shift := 57; shift >= 8; shift -= 7 {
			to = append(to, byte(v>>shift)|0x80)
		}
		return append(to, byte(v))
	}
	shift := 14
	for v>>shift > 0x7f {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		to = append(to, byte(v>>shift)|0x80)
	}
	return append(to, byte(v)&0x7f)
}

// reader takes varints off a slice; after a failure it gives zeros.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) next() int64 {
	v, n := varint(r.b)
	if n == 0 {
		r.failed = true
		return 0
	}
	r.b = r.b[n:]
	return int64(v)
}

// Totals are sums over the index.
type Totals struct {
	Rows   int64
	Tokens []int64 // by column
}

func parseTotals(b []byte, columns int) (Totals, error) {
	r := &reader{b: b}
	t := Totals{Rows: r.next()}
	for range columns {
		t.Tokens = append(t.Tokens, r.next())
	}
	if r.failed || t.Rows < 0 {
		return t, ErrDamaged
	}
	return t, nil
}

// block writes the totals as they lie in %_data.
func (t Totals) block() []byte {
	b := appendVarint(nil, uint64(t.Rows))
	for _, n := range t.Tokens {
		b = appendVarint(b, uint64(n))
	}
	return b
}
