package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/archive/store"
)

// searcher carries one query from its plan to its page.
type searcher struct {
	ctx       context.Context
	archive   *store.Archive
	view      *store.View // while counting and ranking
	query     Query
	order     store.Order
	plan      *plan
	current   store.And // leaves earlier versions out, where there are any
	all, some int
	whole     bool      // only articles with all the words are gone through, unless any are asked for
	found     []ranked  // the page
	rarity    []float64 // of the leaves and parts, where snippets want it
	steps     []Step
	explained *Explanation // once it is there
}

// ranked is an article of the page.
type ranked struct {
	store.Scored
	matched string
}

// answer counts, ranks and explains. What is left is to fetch the rows.
func (s *searcher) answer() (*Result, error) {
	if err := s.read(); err != nil {
		return nil, err
	}
	if err := s.currentOnly(); err != nil {
		return nil, err
	}
	if err := s.page(); err != nil {
		return nil, err
	}
	result, err := s.result()
	if err != nil {
		return nil, err
	}
	result.Hits = s.hits
	if result.Facets, err = s.facets(); err != nil {
		return nil, err
	}
	if s.all+s.some == 0 && !s.query.NoHelp {
		if err = s.rescue(result); err != nil {
			return nil, err
		}
	}
	if s.query.Explain {
		result.Explain, err = s.explain()
	}
	return result, err
}

// result says what was counted, of what, and how the query was read.
func (s *searcher) result() (*Result, error) {
	r := &Result{All: s.all, Some: s.some, Words: len(s.plan.units), Notes: s.plan.notes}
	r.Reading = strings.Join(append([]string{s.plan.reading}, s.plan.saved...), "; ")
	if len(s.plan.dropped) > 0 {
		r.Reading += "; left out: " + strings.Join(s.plan.dropped, ", ")
	}
	var err error
	if s.query.State {
		r.State, err = s.view.State(s.ctx)
	}
	if err == nil && s.query.wantsSnippet() {
		err = s.weigh(s.plan.leavesAndParts())
	}
	return r, err
}

// weigh looks up how rare leaves are, which says what a snippet should show.
// One alone has no other to be compared with.
func (s *searcher) weigh(leaves []*leaf) (err error) {
	if len(leaves) < 2 {
		return nil
	}
	nodes := make([]store.Node, len(leaves))
	for i, l := range leaves {
		nodes[i] = l.score
	}
	s.rarity, err = s.view.Rarity(s.ctx, nodes)
	return err
}

// snippeter makes snippets of what leaves match, the first of those weighed.
func (s *searcher) snippeter(leaves []*leaf) *snippeter {
	return newSnippeter(s.plan.reader.matcher, leaves, s.rarity, s.query.snippetSize())
}

// read plans the query.
func (s *searcher) read() (err error) {
	if s.plan, err = newPlan(s.ctx, s.archive, s.view, s.query); err == nil {
		s.steps = s.plan.steps
	}
	return err
}

func (s *searcher) time(name string, start time.Time) { s.took(name, time.Since(start)) }

// took notes how long a step took.
func (s *searcher) took(name string, d time.Duration) {
	s.steps = append(s.steps, Step{name, d.Seconds()})
	if s.explained != nil {
		s.explained.Steps = s.steps
	}
}

func orderOf(q Query) (store.Order, error) {
	switch q.Sort {
	case "", "relevance":
		return store.ByScore, nil
	case "date":
		return store.ByDate, nil
	case "-date":
		return store.ByDateDesc, nil
	case "source":
		return store.BySource, nil
	case "title":
		return store.ByTitle, nil
	case "added":
		return store.ByAdded, nil
	}
	return 0, &Error{Text: fmt.Sprintf("cannot sort by %q (sort by %s)", q.Sort, strings.Join(Sorts, ", "))}
}

// currentOnly leaves earlier versions of articles out, unless they were
// asked for. Most archives have none and are spared the condition.
func (s *searcher) currentOnly() error {
	if s.plan.versions {
		return nil
	}
	has, err := s.view.HasSuperseded(s.ctx)
	if has {
		s.current = store.And{store.Not{Node: store.Has(store.IsSuperseded)}}
		s.plan.always = append(s.plan.always, s.current...)
	}
	return err
}

// tiered reports whether articles with some of the words follow: not where one
// word is asked for and found, though it be written with hyphens.
func (s *searcher) tiered() bool {
	if s.query.Match == AllOnly || s.plan.required {
		return false
	}
	return len(s.plan.units) > 1 || s.all == 0 && len(s.plan.units) == 1 && len(s.plan.units[0].parts) > 0
}

// allWords is the condition on articles that match everything asked for.
func (s *searcher) allWords() store.Node {
	var and store.And
	for _, u := range s.plan.units {
		and = append(and, u.condition)
	}
	return append(and, s.plan.always...)
}

// anyWord is the condition on articles that match something asked for.
func (s *searcher) anyWord() store.Node {
	var either store.Or
	for _, u := range s.plan.units {
		either = append(either, u.some())
	}
	return append(store.And{either}, s.plan.always...)
}

// scores gives the words that score, as often as they were given.
func (s *searcher) scores() (nodes []store.Node) {
	times := make(map[string]int)
	for _, label := range s.plan.given {
		times[label]++
	}
	for _, l := range s.plan.leaves {
		n := l.score
		if t := times[strings.ToLower(l.label)]; t > 1 {
			n = store.Repeated{Node: n, Times: t}
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// maxSequence bounds the words of a query whose order counts.
const maxSequence = 256

// sequence gives the words of the query in the order in which they were given.
func (s *searcher) sequence() (words []store.Words) {
	byLabel := make(map[string][]store.Words)
	for _, u := range s.plan.units {
		byLabel[strings.ToLower(u.label)] = u.words()
	}
	for _, label := range s.plan.given[:min(len(s.plan.given), maxSequence)] {
		words = append(words, byLabel[label]...)
	}
	return words
}

// words gives a word, or the words of one that is written with hyphens.
func (u unit) words() (words []store.Words) {
	nodes := []store.Node{u.condition}
	if len(u.parts) > 0 {
		nodes = u.some().(store.Or)
	}
	for _, n := range nodes {
		if w, ok := n.(store.Words); ok {
			words = append(words, w)
		}
	}
	return words
}

// page finds the page asked for: from the articles with all the words, then
// from those with some; and counts both.
func (s *searcher) page() (err error) {
	defer s.time("rank", time.Now())
	if s.query.Match == Any && s.tiered() {
		return s.anyPage()
	}
	limit, offset := s.query.Limit, s.query.Offset
	if s.all, err = s.find("all", store.Search{Where: s.allWords(), Limit: limit, Offset: offset}); err != nil || !s.tiered() {
		return err
	}
	if limit > 0 && len(s.found) >= limit {
		return s.countSome()
	}
	rest := store.Search{Where: s.anyWord(), Offset: max(0, offset-s.all)}
	if limit > 0 {
		rest.Limit = limit - len(s.found)
	}
	if s.all > 0 {
		rest.Except = s.allWords()
	}
	s.some, err = s.find("some", rest)
	return err
}

// countSome counts the articles with some of the words.
func (s *searcher) countSome() error {
	either, err := s.view.Count(s.ctx, s.anyWord())
	s.some = either - s.all
	return err
}

// find appends articles to the page and counts all that match.
func (s *searcher) find(matched string, search store.Search) (total int, err error) {
	search.Order = s.order
	if s.order == store.ByScore && len(s.plan.leaves) == 0 {
		search.Order = store.ByDateDesc // nothing to score: the newest first
	}
	search.Score = s.scores()
	if search.Order == store.ByScore {
		search.Sequence = s.sequence()
	}
	found, total, err := s.view.Find(s.ctx, search)
	for _, f := range found {
		s.found = append(s.found, ranked{f, matched})
	}
	return total, err
}

// anyPage ranks by score alone and tells afterwards which have all words.
func (s *searcher) anyPage() error {
	either, err := s.find("some", store.Search{Where: s.anyWord(), Limit: s.query.Limit, Offset: s.query.Offset})
	if err != nil {
		return err
	}
	if s.all, err = s.view.Count(s.ctx, s.allWords()); err != nil {
		return err
	}
	s.some = either - s.all
	ids := store.IDIn{}
	for _, f := range s.found {
		ids = append(ids, f.ID)
	}
	full, _, err := s.view.Find(s.ctx, store.Search{Where: store.And{s.allWords(), ids}})
	if err != nil {
		return err
	}
	hasAll := make(map[int64]bool, len(full))
	for _, f := range full {
		hasAll[f.ID] = true
	}
	for i := range s.found {
		if hasAll[s.found[i].ID] {
			s.found[i].matched = "all"
		}
	}
	return nil
}

// chunk is how many rows are fetched at a time while going through hits.
const chunk = 200

// hits goes through the page, rows and texts fetched as it goes.
func (s *searcher) hits(yield func(Hit, error) bool) {
	if s.query.IDs {
		s.ids(yield)
		return
	}
	var rowsTook, hitsTook time.Duration
	defer func() {
		s.took("read the rows", rowsTook)
		s.took("make snippets", hitsTook)
	}()
	whole, inParts := s.snippeter(s.plan.leaves), s.snippeter(s.plan.leavesAndParts())
	for part := range slices.Chunk(s.found, chunk) {
		ids := make([]int64, len(part))
		byID := make(map[int64]ranked, len(part))
		for i, f := range part {
			ids[i], byID[f.ID] = f.ID, f
		}
		start := time.Now()
		rows, err := s.archive.Rows(s.ctx, ids)
		rowsTook += time.Since(start)
		if err != nil {
			yield(Hit{}, err)
			return
		}
		for _, row := range rows {
			start := time.Now()
			snippets := whole
			if byID[row.ID].matched == "some" {
				snippets = inParts
			}
			hit, err := s.hit(row, byID[row.ID], snippets)
			hitsTook += time.Since(start)
			if !yield(hit, err) || err != nil {
				return
			}
		}
	}
}

// leavesAndParts gives what is to mark in articles that hold some of the words.
func (p *plan) leavesAndParts() []*leaf {
	leaves := slices.Clone(p.leaves)
	for _, u := range p.units {
		leaves = append(leaves, u.parts...)
	}
	return leaves
}

// ids goes through the page without looking at the articles.
func (s *searcher) ids(yield func(Hit, error) bool) {
	for _, f := range s.found {
		if !yield(Hit{Article: store.Article{ID: f.ID}, Score: f.Score, Matched: f.matched}, nil) {
			return
		}
	}
}

func (s *searcher) hit(row store.Row, f ranked, snippets *snippeter) (Hit, error) {
	hit := Hit{Article: row.Article, Key: row.Key, Path: row.Path, Score: f.Score, Matched: f.matched}
	if s.query.Titles {
		hit.Heading = snippets.title(row.Title.Value, row.Lang.Value)
	}
	if !s.query.wantsSnippet() {
		return hit, nil
	}
	body, err := s.archive.Text(s.ctx, row.ID)
	if err != nil {
		return hit, err
	}
	hit.Snippet = snippets.best(body, row.Title.Value, row.Lang.Value)
	return hit, nil
}
