package fts5

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// memory holds shadow tables without a database.
type memory struct {
	pages  map[int64][]byte
	leaves map[int64][]node // by segment, in the order of the terms
	sizes  map[int64][]byte
}

type node struct {
	term []byte
	pgno int64
}

func newMemory() *memory {
	m := &memory{pages: make(map[int64][]byte), leaves: make(map[int64][]node), sizes: make(map[int64][]byte)}
	m.pages[structureRow] = structure{cookie: make([]byte, cookieBytes)}.block()
	return m
}

func (m *memory) clone() *memory {
	c := &memory{pages: make(map[int64][]byte), leaves: maps.Clone(m.leaves), sizes: maps.Clone(m.sizes)}
	for id, b := range m.pages {
		c.pages[id] = bytes.Clone(b)
	}
	return c
}

func (m *memory) Page(id int64) ([]byte, error) { return m.pages[id], nil }

func (m *memory) Leaf(segment int64, term []byte) (pgno int64, err error) {
	for _, n := range m.leaves[segment] {
		if bytes.Compare(n.term, term) <= 0 {
			pgno = n.pgno
		}
	}
	return pgno, nil
}

func (m *memory) PutPage(id int64, b []byte) error {
	m.pages[id] = b
	return nil
}

func (m *memory) RemovePages(first, last int64) error {
	maps.DeleteFunc(m.pages, func(id int64, _ []byte) bool { return first <= id && id <= last })
	return nil
}

func (m *memory) PutLeaf(segment int64, term []byte, pgno int64) error {
	m.leaves[segment] = append(m.leaves[segment], node{bytes.Clone(term), pgno})
	return nil
}

func (m *memory) RemoveLeaves(segment int64) error {
	delete(m.leaves, segment)
	return nil
}

func (m *memory) PutSizes(row int64, sizes []byte) error {
	m.sizes[row] = sizes
	return nil
}

func (m *memory) RemoveSizes(row int64) error {
	delete(m.sizes, row)
	return nil
}

// smallIndex has several segments with long and short doclists, deletions
// and position lists over several pages.
func smallIndex(t testing.TB) *memory {
	t.Helper()
	m := newMemory()
	w := NewWriter(m, 2, 64)
	lexicon := &lexicon{numbers: make(map[string]uint32)}
	r := rand.New(rand.NewPCG(6, 6))
	words := vocabulary()[:40]
	texts := make(map[int64][2]string)
	for range 6 {
		for range 20 {
			row := int64(1 + r.IntN(60))
			if old, ok := texts[row]; ok {
				w.Remove(row, lexicon.document(old))
			}
			texts[row] = [2]string{sentence(r, words, 3), sentence(r, words, 60)}
			w.Add(row, lexicon.document(texts[row]))
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// FuzzPages damages an index: each three bytes change a byte of a page.
// Reading and merging it must end, with an error or without.
func FuzzPages(f *testing.F) {
	sound := smallIndex(f)
	ids := slices.Sorted(maps.Keys(sound.pages))
	f.Add([]byte{})
	f.Add([]byte{1, 5, 255, 3, 0, 7})
	f.Fuzz(func(t *testing.T, edits []byte) {
		m := sound.clone()
		for edit := range slices.Chunk(edits, 3) {
			if len(edit) < 3 {
				break
			}
			if page := m.pages[ids[int(edit[0])%len(ids)]]; len(page) > 0 {
				page[int(edit[1])%len(page)] = edit[2]
			}
		}
		readAll(m)
		if err := NewWriter(m, 2, 64).Optimise(); err == nil {
			readAll(m)
		}
	})
}

func readAll(m *memory) {
	x, err := Open(m, 2)
	if err != nil {
		return
	}
	var positions []Position
	for _, word := range vocabulary()[:6] {
		for _, open := range []func() (List, error){
			func() (List, error) { return x.Term(word) },
			func() (List, error) { return x.Prefix(word[:1], 100) },
		} {
			l, err := open()
			if err != nil {
				continue
			}
			for l.Next() {
				positions = l.Positions(positions[:0])
			}
		}
	}
}

// What the small index holds survives merging: the fuzz target would
// otherwise test an index that nobody could read.
func TestSmallIndexIsWhole(t *testing.T) {
	m := smallIndex(t)
	before := holdings(t, m)
	if before == "" {
		t.Fatal("an empty index")
	}
	if err := NewWriter(m, 2, 64).Optimise(); err != nil {
		t.Fatal(err)
	}
	if after := holdings(t, m); after != before {
		t.Errorf("merging made\n%s\nof\n%s", after, before)
	}
}

func holdings(t *testing.T, m *memory) (all string) {
	t.Helper()
	x, err := Open(m, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range vocabulary()[:40] {
		l, err := x.Term(word)
		all += word + "\n" + write(t, l, err)
	}
	return all
}

// A position list that claims to be of gigabytes takes no more memory than
// there are pages.
func TestSizeOfAListIsNotBelieved(t *testing.T) {
	m := newMemory()
	m.pages[structureRow] = structure{cookie: make([]byte, cookieBytes), levels: []level{{segments: []segment{{1, 1, 1}}}}}.block()
	page := append([]byte{0, 0, 0, 0, 2, mainPrefix, 'a'}, 1) // the term, and row 1
	page = append(appendVarint(page, maxPositions<<1), 2, 2, 2)
	page[3] = byte(len(page))
	m.pages[1<<segmentShift|1] = append(page, pageHeader)
	m.leaves[1] = []node{{nil, 1 << 1}}
	x, err := Open(m, 2)
	if err != nil {
		t.Fatal(err)
	}
	l, err := x.Term("a")
	if err != nil || !l.Next() {
		t.Fatal("the list is not there: ", err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	l.Positions(nil)
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 1<<20 {
		t.Errorf("%d bytes were taken", after.TotalAlloc-before.TotalAlloc)
	}
	if !errors.Is(l.Err(), ErrDamaged) {
		t.Errorf("the error is %v", l.Err())
	}
}
