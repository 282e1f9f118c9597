package store

import (
	"encoding/binary"
	"slices"
)

// IDSet is a set of ids of articles. The zero set is empty.
type IDSet struct {
	runs []idRun // ascending, none touching another
}

// idRun holds the ids from first to last.
type idRun struct{ first, last int64 }

// Has reports whether an id is in the set.
func (s *IDSet) Has(id int64) bool {
	at, _ := slices.BinarySearchFunc(s.runs, id, func(r idRun, id int64) int {
		if r.last < id {
			return -1
		}
		return 1
	})
	return at < len(s.runs) && s.runs[at].first <= id
}

// Add adds ids, which are above 0.
func (s *IDSet) Add(ids []int64) {
	for _, id := range ids {
		s.runs = append(s.runs, idRun{id, id})
	}
	slices.SortFunc(s.runs, func(a, b idRun) int {
		if a.first < b.first {
			return -1
		}
		return 1
	})
	joined := s.runs[:0]
	for _, r := range s.runs {
		if n := len(joined); n > 0 && r.first <= joined[n-1].last+1 {
			joined[n-1].last = max(joined[n-1].last, r.last)
			continue
		}
		joined = append(joined, r)
	}
	s.runs = joined
}

// append adds an id that is mostly the highest so far; Add brings the set in
// order again.
func (s *IDSet) append(id int64) {
	if n := len(s.runs); n > 0 && s.runs[n-1].last+1 == id {
		s.runs[n-1].last = id
		return
	}
	s.runs = append(s.runs, idRun{id, id})
}

// pack writes the set as the table saved_searches keeps it, see schema.sql.
func (s *IDSet) pack() []byte {
	packed := []byte{}
	end := int64(0)
	for _, r := range s.runs {
		packed = binary.AppendUvarint(packed, uint64(r.first-end))
		packed = binary.AppendUvarint(packed, uint64(r.last-r.first))
		end = r.last
	}
	return packed
}

// maxID is above the id of any article.
const maxID = 1 << 60

// unpackIDSet reads what pack wrote. Of damaged data it takes what can be
// read: an article too many is shown as new.
func unpackIDSet(packed []byte) (s IDSet) {
	end := int64(0)
	for len(packed) > 0 {
		var of [2]uint64
		for i := range of {
			n, size := binary.Uvarint(packed)
			if size <= 0 || n > maxID {
				return s
			}
			of[i], packed = n, packed[size:]
		}
		r := idRun{first: end + int64(of[0])}
		r.last = r.first + int64(of[1])
		if of[0] == 0 || r.last > maxID || len(s.runs) > 0 && of[0] == 1 {
			return s
		}
		s.runs = append(s.runs, r)
		end = r.last
	}
	return s
}
