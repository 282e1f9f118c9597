package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// Facet is a property of articles whose values are counted over a result.
type Facet int

const (
	FacetSource Facet = iota
	FacetAuthor
	FacetLang
	FacetYear
	FacetMonth // of articles whose date is that precise
	FacetType
	FacetCites // the outlets named as sources: several an article
)

// FacetCounts is how many articles have each value of a facet.
type FacetCounts struct {
	Values  []Count // most articles first, then by name
	More    int     // further values, which Values leaves out
	Unknown int     // articles that have no value
}

// Facets counts the values of facets over the articles that satisfy a
// condition. It gives the commonest of each, top at most; 0 means all.
func (v *View) Facets(ctx context.Context, where Node, facets []Facet, top int) (counts []FacetCounts, err error) {
	if v.index != nil {
		counts, err = v.countFacets(ctx, where, facets, top)
		if !isForSQL(err) {
			return counts, fault("search "+v.path, err)
		}
	}
	counts, err = v.facetsSQL(ctx, where, facets, top)
	return counts, fault("search "+v.path, err)
}

// facetCounter counts the values of a facet from the packed values.
type facetCounter interface {
	// count counts articles of a block, see View.sweep.
	count(ctx context.Context, first int64, places []uint16) error
}

// countFacets counts all facets in one pass, which reads each block once.
func (v *View) countFacets(ctx context.Context, where Node, facets []Facet, top int) ([]FacetCounts, error) {
	var passes []facetCounter
	var results []func() (FacetCounts, error)
	var periods *periodCounter
	for _, f := range facets {
		switch f {
		case FacetYear, FacetMonth:
			if periods == nil {
				periods = newPeriodCounter(v)
				passes = append(passes, periods)
			}
			results = append(results, func() (FacetCounts, error) { return periods.counts(f).top(top), nil })
		case FacetCites:
			c := &outletCounter{outlets: newOutletReader(v.block)}
			passes = append(passes, c)
			results = append(results, func() (FacetCounts, error) { return v.named(ctx, f, &c.tally, top) })
		default:
			c := &idCounter{ids: v.column(facetTables[f].column)}
			passes = append(passes, c)
			results = append(results, func() (FacetCounts, error) { return v.named(ctx, f, &c.tally, top) })
		}
	}
	_, err := v.sweep(ctx, where, func(first int64, places []uint16) error {
		for _, p := range passes {
			if err := p.count(ctx, first, places); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts := make([]FacetCounts, len(facets))
	for i, result := range results {
		if counts[i], err = result(); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// facetTables say where the values of a facet stand: the column, and the
// table that names its numbers.
var facetTables = map[Facet]struct {
	column      column
	table, name string
}{
	FacetSource: {columnSource, "sources", "name"},
	FacetAuthor: {columnByline, "bylines", "name"},
	FacetLang:   {columnLang, "languages", "code"},
	FacetType:   {columnType, "types", "name"},
	FacetCites:  {columnOutlets, "sources", "name"},
}

// tally counts numbers: small ones, which nearly all are, in a slice.
type tally struct {
	small  []int
	large  map[uint32]int
	values []uint32 // room for those of a block
}

// maxSmall bounds the memory that a tally takes for a single number.
const maxSmall = 1 << 20

func (t *tally) add(values []uint32) {
	for _, v := range values {
		t.addOne(v)
	}
}

func (t *tally) addOne(v uint32) {
	if int(v) < len(t.small) {
		t.small[v]++
	} else {
		t.addNew(v)
	}
}

func (t *tally) addNew(v uint32) {
	if v < maxSmall {
		wide := make([]int, max(int(v)+1, min(2*len(t.small), maxSmall), 256))
		copy(wide, t.small)
		t.small = wide
		t.small[v]++
		return
	}
	if t.large == nil {
		t.large = make(map[uint32]int)
	}
	t.large[v]++
}

// numberCount is a number and how often it was met.
type numberCount struct {
	number uint32
	n      int
}

// all gives what was counted, but for 0, the commonest first.
func (t *tally) all() (counts []numberCount) {
	for v, n := range t.small {
		if n > 0 && v > 0 {
			counts = append(counts, numberCount{uint32(v), n})
		}
	}
	for v, n := range t.large {
		counts = append(counts, numberCount{v, n})
	}
	slices.SortFunc(counts, func(a, b numberCount) int { return cmp.Compare(b.n, a.n) })
	return counts
}

// zeros gives how often 0 was met.
func (t *tally) zeros() int {
	if len(t.small) == 0 {
		return 0
	}
	return t.small[0]
}

// idCounter counts a column of ids.
type idCounter struct {
	tally
	ids *columnReader
}

func (c *idCounter) count(ctx context.Context, first int64, places []uint16) (err error) {
	c.values, err = c.ids.gather(ctx, first, places, c.values[:0])
	c.add(c.values)
	return err
}

// outletCounter counts the outlets that articles cite, and as 0 the articles
// that cite none.
type outletCounter struct {
	tally
	outlets *outletReader
}

func (c *outletCounter) count(ctx context.Context, first int64, places []uint16) error {
	c.outlets.load(ctx, first)
	c.values = c.values[:0]
	for _, place := range places {
		start, end := c.outlets.of(int(place))
		if start == end {
			c.values = append(c.values, 0)
		}
		for i := start; i < end; i++ {
			c.values = append(c.values, c.outlets.outlets.at(i))
		}
	}
	c.add(c.values)
	return c.outlets.cited.err
}

// periodCounter counts years and months together: as 0 the articles without
// a date, as 1 + 13 * year those known to the year, as 1 + 13 * year + month
// the others.
type periodCounter struct {
	tally
	days, precisions *columnReader
	precision        []uint32
}

const monthsOfYear = 13 // 0 is for none

func newPeriodCounter(v *View) *periodCounter {
	return &periodCounter{days: v.column(columnDay), precisions: v.column(columnTime)}
}

func (c *periodCounter) count(ctx context.Context, first int64, places []uint16) (err error) {
	if c.values, err = c.days.gather(ctx, first, places, c.values[:0]); err != nil {
		return err
	}
	if c.precision, err = c.precisions.gather(ctx, first, places, c.precision[:0]); err != nil {
		return err
	}
	for i, day := range c.values {
		if day == noDay {
			continue
		}
		month := monthOf(day)
		c.values[i] = 1 + month/12*monthsOfYear
		if c.precision[i] >= packedMonth {
			c.values[i] += month%12 + 1
		}
	}
	c.add(c.values)
	return nil
}

// counts gives the counts of the years, or of the months.
func (c *periodCounter) counts(f Facet) FacetCounts {
	counts := FacetCounts{Unknown: c.zeros()}
	at := make(map[string]int)
	for _, p := range c.all() {
		year, month := (p.number-1)/monthsOfYear, (p.number-1)%monthsOfYear
		name := fmt.Sprintf("%04d", year)
		if f == FacetMonth {
			if month == 0 {
				counts.Unknown += p.n
				continue
			}
			name += fmt.Sprintf("-%02d", month)
		}
		i, ok := at[name]
		if !ok {
			i = len(counts.Values)
			at[name] = i
			counts.Values = append(counts.Values, Count{Value: name})
		}
		counts.Values[i].Articles += p.n
	}
	return counts
}

// top sorts the values and leaves the commonest.
func (c FacetCounts) top(n int) FacetCounts {
	slices.SortFunc(c.Values, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Articles, a.Articles), cmp.Compare(a.Value, b.Value))
	})
	if n > 0 && len(c.Values) > n {
		c.More += len(c.Values) - n
		c.Values = c.Values[:n]
	}
	return c
}

// all gives the values with "" for none among them.
func (c FacetCounts) all() []Count {
	if c.Unknown > 0 {
		c.Values = append(c.Values, Count{"", c.Unknown})
	}
	return c.top(0).Values
}

// named gives the commonest numbers their names. Only those are looked up
// that may be among the first; of languages all, for one of them stands for
// not known.
func (v *View) named(ctx context.Context, f Facet, t *tally, top int) (counts FacetCounts, err error) {
	numbers := t.all()
	if top > 0 && top < len(numbers) && f != FacetLang {
		rarer := func(c numberCount) bool { return c.n < numbers[top-1].n }
		if i := slices.IndexFunc(numbers, rarer); i >= 0 {
			counts.More = len(numbers) - i
			numbers = numbers[:i]
		}
	}
	names, err := v.names(ctx, f, numbers)
	counts.Unknown = t.zeros()
	for _, c := range numbers {
		if name := names[c.number]; name != "" {
			counts.Values = append(counts.Values, Count{name, c.n})
		} else {
			counts.Unknown += c.n
		}
	}
	return counts.top(top), err
}

func (v *View) names(ctx context.Context, f Facet, numbers []numberCount) (map[uint32]string, error) {
	ids := make([]uint32, len(numbers))
	for i, c := range numbers {
		ids[i] = c.number
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	from := facetTables[f]
	rows, err := v.conn.QueryContext(ctx, `SELECT t.id, t.`+from.name+` FROM json_each(?) j JOIN `+from.table+` t ON t.id = j.value`, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := make(map[uint32]string, len(ids))
	for rows.Next() {
		var id uint32
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// facetsSQL counts facets by SQL, one after the other.
func (v *View) facetsSQL(ctx context.Context, where Node, facets []Facet, top int) ([]FacetCounts, error) {
	counts := make([]FacetCounts, len(facets))
	for i, f := range facets {
		var err error
		if counts[i], err = v.facetSQL(ctx, where, f, top); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// facetValues are the values of facets in SQL: of the article a, and of the
// citation c.
var facetValues = map[Facet]string{
	FacetSource: "(SELECT name FROM sources WHERE id = a.source)",
	FacetAuthor: "(SELECT name FROM bylines WHERE id = a.byline)",
	FacetLang:   "a.lang",
	FacetYear:   "substr(a.published, 1, 4)",
	FacetMonth:  "iif(length(a.published) > 4, substr(a.published, 1, 7), NULL)",
	FacetType:   "a.type",
	FacetCites:  "(SELECT name FROM sources WHERE id = c.source)",
}

func (v *View) facetSQL(ctx context.Context, where Node, f Facet, top int) (counts FacetCounts, err error) {
	c := newCompiler()
	defer c.close()
	from := c.split(where)
	query := "SELECT coalesce(" + facetValues[f] + ", ''), count(*) FROM (SELECT " + from.id + " AS id FROM " + from.tables + from.where() +
		") m JOIN articles a ON a.id = m.id"
	if f == FacetCites {
		query += " LEFT JOIN citations c ON c.article = a.id"
	}
	rows, err := v.conn.QueryContext(ctx, query+" GROUP BY 1", c.args...)
	if err != nil {
		return counts, err
	}
	defer rows.Close()
	for rows.Next() {
		var count Count
		if err := rows.Scan(&count.Value, &count.Articles); err != nil {
			return counts, err
		}
		if count.Value == "" {
			counts.Unknown = count.Articles
		} else {
			counts.Values = append(counts.Values, count)
		}
	}
	return counts.top(top), rows.Err()
}
