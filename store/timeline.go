package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// TimelineQuestion asks when the articles that satisfy a condition were
// published.
type TimelineQuestion struct {
	Where Node
	// Held is satisfied by the articles that those of a period are compared
	// with; by all that satisfy Where among others.
	Held Node
	By   Period // NoPeriod: what suits the dates
	// Wide makes the timeline as long as the dates of what is held.
	Wide bool
	// Per splits the timeline by the values of a facet: source, author, lang
	// or type. NoFacet does not.
	Per Facet
	Top int // of the values, those with most articles; 0: all
}

// NoFacet stands for none of the facets.
const NoFacet Facet = -1

// Timeline is how many articles were published in each period.
type Timeline struct {
	By          Period
	First, Last int // numbers of periods; First > Last where no article has a date as precise
	Articles    int // in all, with a date or without
	// Series is one for each value, those with most articles first; one in
	// all where nothing splits them.
	Series []Series
	More   int // values left out
}

// Series is the timeline of the articles with one value.
type Series struct {
	Value    string // "" for those that have none
	Articles int    // in all, with a date or without
	Held     int
	Periods  []PeriodCount // ascending, without those that hold nothing
	// Apart are the articles whose dates are not known as precisely as the
	// periods ask, the vaguest last: those without a date.
	Apart []PeriodCount
}

// PeriodCount is how many articles are in a period, and how many are held.
type PeriodCount struct {
	// Known is the period that Number counts. Among those apart it is coarser
	// than the timeline's, or NoPeriod, and Number says nothing.
	Known    Period
	Number   int
	Articles int
	Held     int
}

// Timeline counts articles by the periods that they were published in.
func (v *View) Timeline(ctx context.Context, q TimelineQuestion) (*Timeline, error) {
	t, err := v.timeline(ctx, q)
	return t, fault("search "+v.path, err)
}

func (v *View) timeline(ctx context.Context, q TimelineQuestion) (*Timeline, error) {
	t := &Timeline{By: q.By}
	matched, err := v.matched(ctx, t, q)
	if err != nil {
		return nil, err
	}
	t.First, t.Last = spanOf(matched, t.By)
	for _, n := range matched {
		t.Articles += n
	}
	values := t.choose(matched, q.Top)
	if len(values) == 0 {
		return t, nil
	}
	held, err := v.moments(ctx, q.Held, t.By, q.Per, values)
	if err != nil {
		return nil, err
	}
	if q.Wide {
		first, last := spanOf(held, t.By)
		t.First, t.Last = min(t.First, first), max(t.Last, last)
	}
	return t, t.fill(ctx, v, q.Per, values, matched, held)
}

// matched counts the articles asked for, and chooses the period where none is
// given.
func (v *View) matched(ctx context.Context, t *Timeline, q TimelineQuestion) (map[moment]int, error) {
	if t.By == NoPeriod {
		days := newDayCounter(v)
		if err := v.countDates(ctx, q.Where, days); err != nil {
			return nil, err
		}
		t.By = suitable(days.moments(Days))
		if q.Per == NoFacet {
			return days.moments(t.By), nil
		}
	}
	return v.moments(ctx, q.Where, t.By, q.Per, nil)
}

// moments counts the articles that satisfy a condition and, where they are
// split, have one of the values; nil for all of them.
func (v *View) moments(ctx context.Context, where Node, by Period, per Facet, values []uint32) (map[moment]int, error) {
	if per == NoFacet {
		c := newDayCounter(v)
		err := v.countDates(ctx, where, c)
		return c.moments(by), err
	}
	c := newSplitCounter(v, by, per, values)
	return c.counts, v.countDates(ctx, where, c)
}

// moment says when articles were published and which value they have: the
// value << 32 | period << 29 | its number. They sort by these.
type moment uint64

const numberBits = 29

func newMoment(value uint32, p Period, number int) moment {
	return moment(value)<<32 | moment(p)<<numberBits | moment(number)
}

func (m moment) value() uint32  { return uint32(m >> 32) }
func (m moment) period() Period { return Period(m >> numberBits & 7) }
func (m moment) number() int    { return int(m & (1<<numberBits - 1)) }

// momentOf gives the moment of a packed date where periods of a kind are
// asked for.
func momentOf(day, precision, value uint32, by Period) moment {
	if day == noDay {
		return newMoment(value, NoPeriod, 0)
	}
	p := by.known(precision)
	return newMoment(value, p, p.of(day))
}

// dateCounter counts articles by their packed dates.
type dateCounter interface {
	facetCounter
	// add counts n articles of a date and a value.
	add(day, precision, value uint32, n int)
	// column is where the values stand; 0 where articles are not split.
	column() column
	// reset forgets what was counted.
	reset()
}

// dateReader reads the packed dates of a block's articles.
type dateReader struct {
	days, precisions *columnReader
	day, precision   []uint32
}

func newDateReader(v *View) dateReader {
	return dateReader{days: v.column(columnDay), precisions: v.column(columnTime)}
}

func (r *dateReader) read(ctx context.Context, first int64, places []uint16) (err error) {
	if r.day, err = r.days.gather(ctx, first, places, r.day[:0]); err != nil {
		return err
	}
	r.precision, err = r.precisions.gather(ctx, first, places, r.precision[:0])
	return err
}

// dayCounter counts articles by day and precision, in pages of which only
// those of the days that are met are made.
type dayCounter struct {
	dateReader
	pages [maxDay*datePrecisions/datePage + 1]*[datePage]int
}

const (
	maxDay         = lastDay - firstDay + 1
	datePrecisions = packedDay + 1 // a time of day counts as its day
	datePage       = 1 << 10
)

func newDayCounter(v *View) *dayCounter { return &dayCounter{dateReader: newDateReader(v)} }

func (c *dayCounter) count(ctx context.Context, first int64, places []uint16) error {
	if err := c.read(ctx, first, places); err != nil {
		return err
	}
	for i, day := range c.day {
		c.add(day, c.precision[i], 0, 1)
	}
	return nil
}

func (c *dayCounter) add(day, precision, _ uint32, n int) {
	at := min(day, maxDay)*datePrecisions + min(precision, packedDay)
	page := c.pages[at/datePage]
	if page == nil {
		page = new([datePage]int)
		c.pages[at/datePage] = page
	}
	page[at%datePage] += n
}

func (c *dayCounter) column() column { return 0 }

func (c *dayCounter) reset() { clear(c.pages[:]) }

// moments gives the counts by periods of a kind.
func (c *dayCounter) moments(by Period) map[moment]int {
	counts := make(map[moment]int)
	for i, page := range c.pages {
		if page == nil {
			continue
		}
		for j, n := range page {
			if at := uint32(i*datePage + j); n > 0 {
				counts[momentOf(at/datePrecisions, at%datePrecisions, 0, by)] += n
			}
		}
	}
	return counts
}

// splitCounter counts articles by moment and value.
type splitCounter struct {
	dateReader
	by     Period
	values *columnReader
	value  []uint32
	only   map[uint32]bool // nil: all
	counts map[moment]int
}

func newSplitCounter(v *View, by Period, per Facet, values []uint32) *splitCounter {
	c := &splitCounter{dateReader: newDateReader(v), by: by, values: v.column(facetTables[per].column), counts: make(map[moment]int)}
	if values == nil {
		return c
	}
	c.only = make(map[uint32]bool, len(values))
	for _, value := range values {
		c.only[value] = true
	}
	return c
}

func (c *splitCounter) count(ctx context.Context, first int64, places []uint16) (err error) {
	if err := c.read(ctx, first, places); err != nil {
		return err
	}
	if c.value, err = c.values.gather(ctx, first, places, c.value[:0]); err != nil {
		return err
	}
	for i, value := range c.value {
		c.add(c.day[i], c.precision[i], value, 1)
	}
	return nil
}

func (c *splitCounter) add(day, precision, value uint32, n int) {
	if c.only == nil || c.only[value] {
		c.counts[momentOf(day, precision, value, c.by)] += n
	}
}

func (c *splitCounter) column() column { return c.values.col }

func (c *splitCounter) reset() { clear(c.counts) }

// countDates counts the articles that satisfy a condition.
func (v *View) countDates(ctx context.Context, where Node, c dateCounter) error {
	if v.index != nil {
		_, err := v.sweep(ctx, where, func(first int64, places []uint16) error { return c.count(ctx, first, places) })
		if !isForSQL(err) {
			return err
		}
		c.reset()
	}
	return v.countDatesSQL(ctx, where, c)
}

// valueNumbers are the numbers of values in SQL, as they are packed.
var valueNumbers = map[column]string{
	0:            "0", // they are not split
	columnSource: "coalesce(a.source, 0)",
	columnByline: "coalesce(a.byline, 0)",
	columnLang:   "(SELECT id FROM languages WHERE code = coalesce(a.lang, ''))",
	columnType:   "(SELECT id FROM types WHERE name = a.type)",
}

func (v *View) countDatesSQL(ctx context.Context, where Node, counter dateCounter) error {
	c := newCompiler()
	defer c.close()
	from := c.split(where)
	rows, err := v.conn.QueryContext(ctx, "SELECT coalesce(a.published, ''), "+valueNumbers[counter.column()]+", count(*) FROM (SELECT "+from.id+" AS id FROM "+
		from.tables+from.where()+") m JOIN articles a ON a.id = m.id GROUP BY 1, 2", c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var date Date
		var value uint32
		var n int
		if err := rows.Scan(&date.iso, &value, &n); err != nil {
			return err
		}
		day, precision := date.packed()
		counter.add(day, precision, value, n)
	}
	return rows.Err()
}

// What suits dates: the shortest period of which there are not too many, and
// that no more than a tenth of the dates are too vague for; else years.
const (
	mostDays   = 31
	mostWeeks  = 26
	mostMonths = 60
	mostVague  = .1
)

// suitable chooses a period for articles that were counted by days.
func suitable(byDay map[moment]int) Period {
	first, last := uint32(0), uint32(0)
	known := make(map[Period]int)
	dated := 0
	for m, n := range byDay {
		if m.period() == NoPeriod {
			continue
		}
		day := packDay(dayNumber(m.period().start(m.number())))
		if dated == 0 {
			first, last = day, day
		}
		first, last = min(first, day), max(last, day)
		known[m.period()] += n
		dated += n
	}
	suits := func(p Period, most, vague int) bool {
		return p.of(last)-p.of(first) < most && float64(vague) <= mostVague*float64(dated)
	}
	switch {
	case dated == 0:
		return Years
	case suits(Days, mostDays, known[Years]+known[Months]):
		return Days
	case suits(Weeks, mostWeeks, known[Years]+known[Months]):
		return Weeks
	case suits(Months, mostMonths, known[Years]):
		return Months
	}
	return Years
}

// spanOf gives the first and the last of the periods asked for; first > last
// where there are none.
func spanOf(counts map[moment]int, by Period) (first, last int) {
	first, last = 1<<numberBits, -1
	for m := range counts {
		if m.period() == by {
			first, last = min(first, m.number()), max(last, m.number())
		}
	}
	return first, last
}

// choose picks the values with most articles, and notes how many it leaves out.
func (t *Timeline) choose(matched map[moment]int, top int) (wanted []uint32) {
	articles := make(map[uint32]int)
	for m, n := range matched {
		articles[m.value()] += n
	}
	wanted = slices.SortedFunc(maps.Keys(articles), func(a, b uint32) int {
		return cmp.Or(cmp.Compare(articles[b], articles[a]), cmp.Compare(a, b))
	})
	if top > 0 && len(wanted) > top {
		t.More = len(wanted) - top
		wanted = wanted[:top]
	}
	return wanted
}

// fill makes the series of the values, in their order.
func (t *Timeline) fill(ctx context.Context, v *View, per Facet, values []uint32, matched, held map[moment]int) error {
	names := map[uint32]string{}
	if per != NoFacet {
		numbers := make([]numberCount, len(values))
		for i, value := range values {
			numbers[i].number = value
		}
		var err error
		if names, err = v.names(ctx, per, numbers); err != nil {
			return err
		}
	}
	at := make(map[string]int, len(values))
	for _, value := range values {
		if _, ok := at[names[value]]; !ok {
			at[names[value]] = len(t.Series)
			t.Series = append(t.Series, Series{Value: names[value]})
		}
	}
	for _, m := range slices.Sorted(maps.Keys(held)) {
		t.Series[at[names[m.value()]]].add(t, m, matched[m], held[m])
	}
	for _, s := range t.Series {
		slices.SortFunc(s.Apart, func(a, b PeriodCount) int { return cmp.Compare(b.Known, a.Known) })
	}
	return nil
}

// add adds the articles of a moment, later than those before.
func (s *Series) add(t *Timeline, m moment, articles, held int) {
	s.Articles += articles
	s.Held += held
	c := PeriodCount{m.period(), m.number(), articles, held}
	if c.Known == t.By {
		if c.Number >= t.First && c.Number <= t.Last {
			s.Periods = append(s.Periods, c)
		}
		return
	}
	i := slices.IndexFunc(s.Apart, func(a PeriodCount) bool { return a.Known == c.Known })
	if i < 0 {
		i, s.Apart = len(s.Apart), append(s.Apart, PeriodCount{Known: c.Known})
	}
	s.Apart[i].Articles += articles
	s.Apart[i].Held += held
}
