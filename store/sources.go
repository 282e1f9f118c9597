package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
)

// SourceCount is an outlet with what the archive holds of it.
type SourceCount struct {
	Name     string // "" for the articles that have no source
	Articles int
	Cited    int  // articles that name it as their own source
	First    Date // earliest and latest publication date; zero if none
	Last     Date
}

// Sources lists the outlets, those with most articles first.
func (a *Archive) Sources(ctx context.Context) (sources []SourceCount, err error) {
	v, err := a.View(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	if sources, err = v.sources(ctx); isForSQL(err) {
		sources, err = v.sourcesSQL(ctx)
	}
	return sources, fault("read "+a.path, err)
}

// current is satisfied by articles that no later version has replaced.
var current = Not{Has(IsSuperseded)}

// sources counts from the packed values.
func (v *View) sources(ctx context.Context) ([]SourceCount, error) {
	held := &sourceCounter{v: v, spans: make(map[uint32]*sourceSpan)}
	cited := &outletCounter{outlets: newOutletReader(v.block)}
	_, err := v.sweep(ctx, current, func(first int64, places []uint16) error {
		return errors.Join(held.count(ctx, first, places), cited.count(ctx, first, places))
	})
	if err != nil {
		return nil, err
	}
	return held.counts(ctx, cited)
}

// sourceCounter counts the articles of each source, and keeps those with its
// first and last date.
type sourceCounter struct {
	v         *View
	spans     map[uint32]*sourceSpan
	source    []uint32
	day, time []uint32
}

type sourceSpan struct {
	articles    int
	first, last keyed // the key of a date as dateKey gives it; no id: none
}

func (c *sourceCounter) count(ctx context.Context, first int64, places []uint16) (err error) {
	for _, x := range []struct {
		column column
		to     *[]uint32
	}{{columnSource, &c.source}, {columnDay, &c.day}, {columnTime, &c.time}} {
		if *x.to, err = c.v.column(x.column).gather(ctx, first, places, (*x.to)[:0]); err != nil {
			return err
		}
	}
	for i, place := range places {
		span, ok := c.spans[c.source[i]]
		if !ok {
			span = &sourceSpan{}
			c.spans[c.source[i]] = span
		}
		span.add(keyed{dateKey(c.day[i], c.time[i]), first + int64(place)})
	}
	return nil
}

func (s *sourceSpan) add(a keyed) {
	s.articles++
	if a.key == lastKey {
		return
	}
	if s.first.id == 0 || a.key < s.first.key {
		s.first = a
	}
	if s.last.id == 0 || a.key > s.last.key {
		s.last = a
	}
}

// counts gives names and dates to what was counted.
func (c *sourceCounter) counts(ctx context.Context, cited *outletCounter) (sources []SourceCount, err error) {
	citations := make(map[uint32]int)
	for _, n := range cited.all() {
		citations[n.number] = n.n
		if c.spans[n.number] == nil {
			c.spans[n.number] = &sourceSpan{}
		}
	}
	var numbers []numberCount
	var articles []int64
	for id, span := range c.spans {
		numbers = append(numbers, numberCount{id, span.articles})
		articles = append(articles, span.first.id, span.last.id)
	}
	names, err := c.v.names(ctx, FacetSource, numbers)
	if err != nil {
		return nil, err
	}
	dates, err := c.v.dates(ctx, articles)
	if err != nil {
		return nil, err
	}
	for id, span := range c.spans {
		sources = append(sources, SourceCount{
			Name: names[id], Articles: span.articles, Cited: citations[id],
			First: dates[span.first.id], Last: dates[span.last.id],
		})
	}
	slices.SortFunc(sources, func(a, b SourceCount) int {
		return cmp.Or(cmp.Compare(b.Articles, a.Articles), cmp.Compare(b.Cited, a.Cited), cmp.Compare(a.Name, b.Name))
	})
	return sources, nil
}

// dates gives the dates of articles.
func (v *View) dates(ctx context.Context, articles []int64) (map[int64]Date, error) {
	list, err := json.Marshal(articles)
	if err != nil {
		return nil, err
	}
	rows, err := v.conn.QueryContext(ctx, `
		SELECT a.id, a.published FROM json_each(?) j JOIN articles a ON a.id = j.value WHERE a.published IS NOT NULL`, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	dates := make(map[int64]Date)
	for rows.Next() {
		var id int64
		var d Date
		if err := rows.Scan(&id, &d.iso); err != nil {
			return nil, err
		}
		dates[id] = d
	}
	return dates, rows.Err()
}

func (v *View) sourcesSQL(ctx context.Context) (sources []SourceCount, err error) {
	rows, err := v.conn.QueryContext(ctx, `
		WITH held AS (
			SELECT source, count(*) AS n, coalesce(min(published), '') AS first, coalesce(max(published), '') AS last
			FROM articles WHERE superseded_by IS NULL GROUP BY source
		), cited AS (
			SELECT c.source, count(*) AS n
			FROM citations c JOIN articles a ON a.id = c.article
			WHERE a.superseded_by IS NULL GROUP BY c.source
		)
		SELECT s.name, coalesce(h.n, 0), coalesce(c.n, 0), coalesce(h.first, ''), coalesce(h.last, '')
		FROM sources s LEFT JOIN held h ON h.source = s.id LEFT JOIN cited c ON c.source = s.id
		WHERE h.n > 0 OR c.n > 0
		UNION ALL
		SELECT '', n, 0, first, last FROM held WHERE source IS NULL
		ORDER BY 2 DESC, 3 DESC, 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s SourceCount
		if err := rows.Scan(&s.Name, &s.Articles, &s.Cited, &s.First.iso, &s.Last.iso); err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, rows.Err()
}
