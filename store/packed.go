package store

import (
	"slices"
	"time"

	"example.com/archive/store/fts5"
)

// This file answers conditions from the packed values of articles, see the
// table columns in schema.sql.

// test tells whether an article satisfies a condition. It is asked for
// articles mostly in ascending order of their ids.
type test func(article int64) bool

// packed gives the test for a condition on packed values; nil for others.
func (e evaluator) packed(n Node) test {
	switch n := n.(type) {
	case SourceIn:
		return e.anyOf(columnSource, n)
	case BylineIn:
		return e.anyOf(columnByline, n)
	case LangIn:
		return e.anyOf(columnLang, e.ids(`SELECT id FROM languages WHERE code = ?`, n))
	case TypeIn:
		return e.anyOf(columnType, e.ids(`SELECT id FROM types WHERE name = ?`, n))
	case CitesIn:
		return e.cites(n)
	case PublishedIn:
		return e.published(n)
	case AddedIn:
		return e.added(n)
	case Has:
		return e.has(Property(n))
	case Not:
		if accept := e.packed(n.Node); accept != nil {
			return func(article int64) bool { return !accept(article) }
		}
	case Or:
		return e.packedOr(n)
	}
	return nil
}

// packedOr gives the test for an Or of conditions on packed values alone.
func (e evaluator) packedOr(nodes Or) test {
	tests := make([]test, len(nodes))
	for i, n := range nodes {
		if tests[i] = e.packed(n); tests[i] == nil {
			return nil
		}
	}
	if len(tests) == 1 {
		return tests[0]
	}
	return func(article int64) bool {
		return slices.ContainsFunc(tests, func(accept test) bool { return accept(article) })
	}
}

// value reads a column.
func (e evaluator) value(c column) func(article int64) uint32 {
	r := e.v.column(c)
	return func(article int64) uint32 { return r.value(e.ctx, article) }
}

// idSet makes a test of ids. 0 is packed for articles that have none, and is
// never in it.
func idSet(ids []int64) map[uint32]bool {
	wanted := make(map[uint32]bool, len(ids))
	for _, id := range ids {
		wanted[uint32(id)] = id != 0
	}
	return wanted
}

func (e evaluator) anyOf(c column, ids []int64) test {
	of := e.value(c)
	if len(ids) == 1 && ids[0] != 0 {
		wanted := uint32(ids[0])
		return func(article int64) bool { return of(article) == wanted }
	}
	wanted := idSet(ids)
	return func(article int64) bool { return wanted[of(article)] }
}

// ids gives the ids of names; one that no article has gives none.
func (e evaluator) ids(query string, names []string) (ids []int64) {
	conn := prepared{e.v.conn}
	for _, name := range names {
		var id int64
		if conn.QueryRowContext(e.ctx, query, name).Scan(&id) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

func (e evaluator) cites(outlets []int64) test {
	r, wanted := newOutletReader(e.v.block), idSet(outlets)
	e.v.readers = append(e.v.readers, &r.cited)
	return func(article int64) bool {
		r.load(e.ctx, article)
		start, end := r.of(int(article % blockRows))
		for i := start; i < end; i++ {
			if wanted[r.outlets.at(i)] {
				return true
			}
		}
		return false
	}
}

// published compares first days: a month lies within a span if it begins no
// later than the last month that ends within it, and so for years.
func (e evaluator) published(n PublishedIn) test {
	day, precision := e.v.column(columnDay), e.v.column(columnTime)
	from := max(packDay(n.First), 1)
	until := [...]uint32{packedYear: 0, packedMonth: 0, packedDay: packDay(n.Last)}
	if after := n.Last + 1; after > firstDay {
		t := time.Unix(int64(min(after, lastDay+1))*secondsPerDay, 0).UTC()
		until[packedMonth] = packDay(dayNumber(time.Date(t.Year(), t.Month()-1, 1, 0, 0, 0, 0, time.UTC)))
		until[packedYear] = packDay(dayNumber(time.Date(t.Year()-1, 1, 1, 0, 0, 0, 0, time.UTC)))
	}
	return func(article int64) bool {
		first := day.value(e.ctx, article)
		switch {
		case first < from || first > until[packedDay]:
			return false
		case first <= until[packedYear]:
			return true // however precise
		}
		return first <= until[min(precision.value(e.ctx, article), packedDay)]
	}
}

// added compares seconds. What is not a time is no bound.
func (e evaluator) added(n AddedIn) test {
	from, until := packTime(n.From), packTime(n.Until)
	if until == 0 {
		until = 1<<32 - 1
	}
	of := e.value(columnAdded)
	return func(article int64) bool { t := of(article); return t >= from && t < until }
}

func (e evaluator) has(p Property) test {
	columns := map[Property]column{
		HasSource: columnSource, HasByline: columnByline, HasDate: columnDay, HasCites: columnCited,
	}
	if c, ok := columns[p]; ok {
		of := e.value(c)
		return func(article int64) bool { return of(article) != 0 }
	}
	if p == IsSuperseded {
		of := e.value(columnState)
		return func(article int64) bool { return of(article) == stateSuperseded }
	}
	return nil
}

// all gives every article.
func (e evaluator) all() (*fts5.Set, error) {
	blocks, err := e.blocks(columnState)
	if err != nil {
		return nil, err
	}
	found, state := &fts5.Set{}, e.v.column(columnState)
	for _, first := range blocks {
		for row := first; row < first+blockRows; row++ {
			if state.value(e.ctx, row) != 0 && !found.Add(row) {
				return nil, fts5.ErrUnknown
			}
		}
	}
	return found, state.err
}

// blocks gives the first article of each block of a column.
func (e evaluator) blocks(c column) (firsts []int64, err error) {
	rows, err := prepared{e.v.conn}.QueryContext(e.ctx, `SELECT id & 0xffffffff FROM columns WHERE id >= ? AND id < ?`, int64(c)<<32, int64(c+1)<<32)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		firsts = append(firsts, n*blockRows)
	}
	return firsts, rows.Err()
}
