package fts5

import "slices"

// structure is the record of the segments that make up an index.
type structure struct {
	cookie []byte // changes with the table's configuration
	second bool   // of the second version
	writes int64  // leaves ever written, which FTS5 paces its own merges by
	levels []level
}

// level holds segments of about the same size, the oldest first.
type level struct {
	merging  int64 // the first so many are being merged by FTS5 into the last of the level above
	segments []segment
}

// segment is a part of the index that is sorted in itself.
type segment struct {
	id          int64
	first, last int64 // pages
}

const cookieBytes = 4

var secondVersion = []byte{0xff, 0, 0, 1}

func parseStructure(b []byte) (s structure, err error) {
	if len(b) < cookieBytes {
		return s, ErrDamaged
	}
	s.cookie = b[:cookieBytes]
	r := &reader{b: b[cookieBytes:]}
	if len(r.b) >= len(secondVersion) && slices.Equal(r.b[:len(secondVersion)], secondVersion) {
		s.second, r.b = true, r.b[len(secondVersion):]
	}
	levels, total := r.next(), r.next()
	s.writes = r.next()
	if r.failed || levels < 0 || levels > maxSegments || total < 0 || total > maxSegments {
		return s, ErrDamaged
	}
	for range levels {
		l, err := parseLevel(r, s.second)
		if err != nil {
			return s, err
		}
		s.levels = append(s.levels, l)
	}
	if s.count() > maxSegments {
		return s, ErrDamaged
	}
	return s, nil
}

func parseLevel(r *reader, second bool) (l level, err error) {
	l.merging = r.next()
	n := r.next()
	if r.failed || n < 0 || n > maxSegments || l.merging < 0 || l.merging > n {
		return l, ErrDamaged
	}
	for range n {
		s := segment{r.next(), r.next(), r.next()}
		if second {
			r.next()
			r.next()
			tombstones := r.next()
			r.next()
			r.next()
			if tombstones != 0 {
				return l, ErrUnknown
			}
		}
		if r.failed || s.id < 0 || s.id >= 1<<16 || s.first < 0 || s.last < s.first || s.last >= 1<<heightShift {
			return l, ErrDamaged
		}
		l.segments = append(l.segments, s)
	}
	return l, nil
}

// block writes a structure of the first version as it lies in %_data.
func (s structure) block() []byte {
	b := slices.Clone(s.cookie)
	b = appendVarint(b, uint64(len(s.levels)))
	b = appendVarint(b, uint64(s.count()))
	b = appendVarint(b, uint64(s.writes))
	for _, l := range s.levels {
		b = appendVarint(b, uint64(l.merging))
		b = appendVarint(b, uint64(len(l.segments)))
		for _, seg := range l.segments {
			b = appendVarint(b, uint64(seg.id))
			b = appendVarint(b, uint64(seg.first))
			b = appendVarint(b, uint64(seg.last))
		}
	}
	return b
}

func (s structure) count() (n int) {
	for _, l := range s.levels {
		n += len(l.segments)
	}
	return n
}

// newest lists the segments that have pages, the newest first.
func (s structure) newest() (all []segment) {
	for _, l := range s.levels {
		for _, seg := range slices.Backward(l.segments) {
			if seg.last > 0 {
				all = append(all, seg)
			}
		}
	}
	return all
}

// freeID gives the lowest id that no segment has, as FTS5 chooses; 0 if all
// are taken.
func (s structure) freeID() int64 {
	used := make(map[int64]bool)
	for _, l := range s.levels {
		for _, seg := range l.segments {
			used[seg.id] = true
		}
	}
	for id := int64(1); id <= maxSegments; id++ {
		if !used[id] {
			return id
		}
	}
	return 0
}

// add makes a segment the newest of a level.
func (s *structure) add(at int, seg segment) {
	for len(s.levels) <= at {
		s.levels = append(s.levels, level{})
	}
	s.levels[at].segments = append(s.levels[at].segments, seg)
}
