package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/archive/store"
)

// TimelineQuery asks when the articles that a query finds were published.
// They are those with all the words or, with Match Any, those with some. Of
// the query the order, the page and the facets say nothing here.
type TimelineQuery struct {
	Query
	By  string // one of PeriodNames; "" for what suits the dates
	Per string // one of SplitNames: a timeline for each value; "" for none
	Top int    // of the values, those with most articles; 0 means all
}

// TimelineResult is the answer; it has no Hits.
type TimelineResult struct {
	Result
	store.Timeline
	// Whole is true where the articles are compared with all that the archive
	// holds, else they are with those that pass the query's filters.
	Whole bool
}

// PeriodNames lists what TimelineQuery.By takes, and SplitNames what Per does.
var (
	PeriodNames = []string{"year", "month", "week", "day"}
	SplitNames  = []string{"source", "author", "lang", "type"}
)

var periods = []store.Period{store.Years, store.Months, store.Weeks, store.Days}

var splits = []store.Facet{store.FacetSource, store.FacetAuthor, store.FacetLang, store.FacetType}

// Timeline answers a query with how many articles were published when.
func Timeline(ctx context.Context, a *store.Archive, q TimelineQuery) (*TimelineResult, error) {
	question, err := q.question()
	if err != nil {
		return nil, err
	}
	s := &searcher{ctx: ctx, archive: a, query: q.Query}
	if s.view, err = a.View(ctx); err != nil {
		return nil, err
	}
	if err := s.read(); err != nil {
		return nil, errors.Join(err, s.view.Close())
	}
	result, err := s.timeline(question)
	return result, errors.Join(err, s.view.Close())
}

// question reads the names.
func (q TimelineQuery) question() (t store.TimelineQuestion, err error) {
	t = store.TimelineQuestion{Per: store.NoFacet, Top: q.Top}
	if q.By != "" {
		at := slices.Index(PeriodNames, q.By)
		if at < 0 {
			return t, &Error{Text: fmt.Sprintf("there is no period %q (periods are %s)", q.By, strings.Join(PeriodNames, ", "))}
		}
		t.By = periods[at]
	}
	if q.Per != "" {
		at := slices.Index(SplitNames, q.Per)
		if at < 0 {
			return t, &Error{Text: fmt.Sprintf("a timeline cannot be split by %q (only by %s)", q.Per, strings.Join(SplitNames, ", "))}
		}
		t.Per = splits[at]
	}
	return t, nil
}

func (s *searcher) timeline(q store.TimelineQuestion) (*TimelineResult, error) {
	if err := s.currentOnly(); err != nil {
		return nil, err
	}
	r := &TimelineResult{}
	q.Where, q.Held = s.allWords(), s.held()
	q.Wide = s.plan.dated && !s.isScopeAlone()
	r.Whole = len(s.plan.scope) == 0 || s.isScopeAlone()
	if s.query.Match == Any && s.tiered() {
		q.Where = s.anyWord()
	}
	if err := s.countDates(q, r); err != nil {
		return nil, err
	}
	if err := s.countTiers(r.Articles); err != nil {
		return nil, err
	}
	result, err := s.result()
	if err != nil {
		return nil, err
	}
	r.Result = *result
	if r.Articles == 0 && !s.query.NoHelp {
		s.whole = true
		err = s.rescue(&r.Result)
	}
	if err == nil && s.query.Explain {
		r.Explain, err = s.explain()
	}
	return r, err
}

func (s *searcher) countDates(q store.TimelineQuestion, r *TimelineResult) error {
	defer s.time("count dates", time.Now())
	t, err := s.view.Timeline(s.ctx, q)
	if err == nil {
		r.Timeline = *t
	}
	return err
}

// countTiers counts the articles with all the words and those with some,
// where found counts one or both.
func (s *searcher) countTiers(found int) (err error) {
	s.all = found
	if !s.tiered() {
		return nil
	}
	if s.query.Match != Any {
		return s.countSome()
	}
	s.all, err = s.view.Count(s.ctx, s.allWords())
	s.some = found - s.all
	return err
}

// held is the condition on the articles that those found are compared with:
// those that pass the filters, whatever they say; where nothing but filters
// is asked for, all.
func (s *searcher) held() store.Node {
	held := append(store.And{store.All{}}, s.current...)
	if s.isScopeAlone() {
		return held
	}
	return append(held, s.plan.scope...)
}

// isScopeAlone reports whether the query asks for properties alone.
func (s *searcher) isScopeAlone() bool {
	return len(s.plan.units) == 0 && len(s.plan.scope)+len(s.current) == len(s.plan.always)
}
