package store

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
)

// sorter gives articles the keys by which an order sorts them, from the
// packed values.
type sorter struct {
	v       *View
	ctx     context.Context
	columns []*columnReader
	values  [2][]uint32 // of a block, by column
	// key makes a key of an article's values.
	key func(a, b uint32) uint64
	// tie compares articles that have the same key; nil: by id.
	tie func(a, b keyed) int
	err error // of tie

	text  *statement       // an article's date as it is written, see published
	texts map[int64]string // those asked for
}

// keyed is an article with its key; what sorts first has the lower one.
type keyed struct {
	key uint64
	id  int64
}

// lastKey is that of articles without the value sorted by.
const lastKey = math.MaxUint64

func (v *View) sorter(ctx context.Context, o Order) (s *sorter, err error) {
	s = &sorter{v: v, ctx: ctx}
	switch o {
	case ByDate:
		s.read(columnDay, columnTime)
		s.key, s.tie = dateKey, s.byText
	case ByDateDesc:
		s.read(columnDay, columnTime)
		s.key = func(day, precision uint32) uint64 { return reversed(dateKey(day, precision)) }
		s.tie = func(a, b keyed) int { return s.byText(b, a) }
	case BySource:
		s.read(columnSource)
		s.key, err = v.sourceKeys(ctx)
	case ByAdded:
		s.read(columnAdded)
		s.key = func(added, _ uint32) uint64 { return reversed(uint64(added)) }
		s.tie = func(a, b keyed) int { return cmp.Compare(b.id, a.id) }
	}
	return s, err
}

func (s *sorter) read(columns ...column) {
	for _, c := range columns {
		s.columns = append(s.columns, s.v.column(c))
	}
}

const precisionBits = 24

func dateKey(day, precision uint32) uint64 {
	if day == noDay {
		return lastKey
	}
	return uint64(day)<<precisionBits | uint64(precision)
}

// reversed turns the order of keys round; what comes last stays there.
func reversed(key uint64) uint64 {
	if key == lastKey {
		return key
	}
	return lastKey - 1 - key
}

// sourceKeys ranks the sources by name as SQL does, letter case aside.
func (v *View) sourceKeys(ctx context.Context) (key func(source, _ uint32) uint64, err error) {
	rows, err := v.conn.QueryContext(ctx, `SELECT id, dense_rank() OVER (ORDER BY name COLLATE NOCASE) FROM sources`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ranks := make(map[uint32]uint64)
	for rows.Next() {
		var id uint32
		var rank uint64
		if err := rows.Scan(&id, &rank); err != nil {
			return nil, err
		}
		ranks[id] = rank
	}
	return func(source, _ uint32) uint64 {
		if rank, ok := ranks[source]; ok {
			return rank
		}
		return lastKey
	}, rows.Err()
}

// byText compares dates that are packed alike by their texts, where these can
// differ.
func (s *sorter) byText(a, b keyed) int {
	if a.key == lastKey {
		return 0
	}
	key := min(a.key, lastKey-1-a.key) // a reversed one is the larger
	if tellsAll(uint32(key & (1<<precisionBits - 1))) {
		return 0
	}
	return strings.Compare(s.published(a.id), s.published(b.id))
}

// maxTexts bounds the dates remembered.
const maxTexts = 1 << 16

func (s *sorter) published(id int64) string {
	if text, ok := s.texts[id]; ok {
		return text
	}
	text, err := s.readDate(id)
	if err != nil {
		s.err = err
	}
	if s.texts == nil || len(s.texts) >= maxTexts {
		s.texts = make(map[int64]string)
	}
	s.texts[id] = text
	return text
}

func (s *sorter) readDate(id int64) (text string, err error) {
	if s.text == nil {
		if s.text, err = s.v.conn.statement(s.ctx, `SELECT published FROM articles WHERE id = ?`); err != nil {
			return "", err
		}
	}
	v, err := s.text.value(s.ctx, id)
	text, _ = v.(string)
	return text, err
}

func (s *sorter) compare(a, b keyed) int {
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	if s.tie != nil {
		if c := s.tie(a, b); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.id, b.id)
}

// offer gives the articles of a block to those kept.
func (s *sorter) offer(to *firstK) func(first int64, places []uint16) error {
	return func(first int64, places []uint16) (err error) {
		for i := range s.columns {
			if s.values[i], err = s.columns[i].gather(s.ctx, first, places, s.values[i][:0]); err != nil {
				return err
			}
		}
		for i, place := range places {
			second := uint32(0)
			if len(s.columns) > 1 {
				second = s.values[1][i]
			}
			to.offer(keyed{s.key(s.values[0][i], second), first + int64(place)})
		}
		return s.err
	}
}

// firstK keeps the k articles that sort first. Those that may be among them
// are collected, and cut when there are too many: by their keys as long as
// that suffices, for comparing ties may be costly.
type firstK struct {
	k       int
	compare func(a, b keyed) int
	kept    []keyed
	limit   uint64 // no later key is wanted
}

func newFirstK(k int, compare func(a, b keyed) int) *firstK {
	return &firstK{k: k, compare: compare, limit: lastKey}
}

// minSpare is how many articles are at least collected between two cuts.
const minSpare = 4096

func (f *firstK) offer(a keyed) {
	if a.key > f.limit {
		return
	}
	f.kept = append(f.kept, a)
	spare := max(f.k, minSpare)
	if len(f.kept)-f.k < spare {
		return
	}
	if f.cutKeys(); len(f.kept)-f.k >= spare/2 {
		f.cut()
	}
}

// cutKeys lets go of the articles whose keys come after the k-th.
func (f *firstK) cutKeys() {
	if len(f.kept) <= f.k {
		return
	}
	slices.SortFunc(f.kept, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	f.limit = lastKey
	if f.k > 0 {
		f.limit = f.kept[f.k-1].key
	}
	n := f.k
	for n < len(f.kept) && f.kept[n].key == f.limit {
		n++
	}
	f.kept = f.kept[:n]
}

// cut leaves the first k, in order.
func (f *firstK) cut() {
	f.cutKeys()
	slices.SortFunc(f.kept, f.compare)
	f.kept = f.kept[:min(f.k, len(f.kept))]
}

// findPaged finds without SQL, in any order but that of titles.
func (v *View) findPaged(ctx context.Context, s Search) (page []Scored, total int, err error) {
	if s.Order == ByScore {
		return v.rank(ctx, s)
	}
	by, err := v.sorter(ctx, s.Order)
	if err != nil {
		return nil, 0, err
	}
	first := newFirstK(s.upTo(), by.compare)
	where := s.Where
	if s.Except != nil {
		where = And{where, Not{s.Except}}
	}
	if total, err = v.sweep(ctx, where, by.offer(first)); err != nil {
		return nil, 0, err
	}
	first.cut()
	for _, a := range first.kept[min(s.Offset, len(first.kept)):] {
		page = append(page, Scored{ID: a.id})
	}
	if by.err != nil {
		return nil, 0, by.err
	}
	return page, total, v.addScores(ctx, s.Score, page)
}

// addScores gives the articles of a page their scores.
func (v *View) addScores(ctx context.Context, words []Node, page []Scored) error {
	if len(words) == 0 || len(page) == 0 {
		return nil
	}
	scorers, err := v.scorers(ctx, words)
	if err != nil {
		return err
	}
	byID := make([]*Scored, len(page))
	for i := range page {
		byID[i] = &page[i]
	}
	slices.SortFunc(byID, func(a, b *Scored) int { return cmp.Compare(a.ID, b.ID) })
	length, average := v.column(columnLength), v.averageLength()
	for _, a := range byID {
		a.Score = score(scorers, a.ID, float64(length.value(ctx, a.ID))/average)
	}
	return v.columnError()
}
