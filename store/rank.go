package store

import (
	"container/heap"
	"context"
	"math"
	"slices"

	"example.com/archive/store/fts5"
)

// BM25 as FTS5's function bm25 works it out: Robertson and others, Okapi at
// TREC-3, with the inverse document frequency kept above zero.
const (
	bm25K1      = 1.2
	bm25B       = .75
	minIDF      = 1e-6
	titleWeight = 2
)

// scorer gives one word, or phrase, of a query its part of the score.
type scorer struct {
	words     pending // over list
	list      fts5.List
	idf       float64
	positions []fts5.Position
}

// frequency is how often the word stands in an article, in the title twice.
func (s *scorer) frequency(row int64) float64 {
	if !s.words.holds(row) {
		return 0
	}
	s.positions = s.list.Positions(s.positions[:0])
	n := 0
	for _, p := range s.positions {
		if p.Column() == 0 {
			n += titleWeight
		} else {
			n++
		}
	}
	return float64(n)
}

// rank finds and scores articles, keeps the best and counts all.
func (v *View) rank(ctx context.Context, s Search) (page []Scored, total int, err error) {
	found, scorers, err := v.prepare(ctx, s)
	if err != nil {
		return nil, 0, err
	}
	length := &columnReader{stmt: v.block, col: columnLength}
	average := v.averageLength()
	best := &topK{k: s.Limit + s.Offset}
	if s.Limit == 0 {
		best.k = math.MaxInt
	}
	var row int64
	relative := func() float64 { return float64(length.value(ctx, row)) / average }
	for found.Next() {
		row = found.Row()
		best.offer(Scored{row, score(scorers, row, relative)})
		if total++; total%(1<<14) == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
	}
	for _, sc := range scorers {
		if err := sc.list.Err(); err != nil {
			return nil, 0, err
		}
	}
	if err := found.Err(); err != nil {
		return nil, 0, err
	}
	page = best.sorted()
	return page[min(s.Offset, len(page)):], total, length.err
}

// prepare gives the rows of a search and what scores them. Where the
// condition is a word that scores, one list serves as both.
func (v *View) prepare(ctx context.Context, s Search) (rows, []*scorer, error) {
	scorers, err := v.scorers(ctx, s.Score)
	if err != nil {
		return nil, nil, err
	}
	if len(scorers) == 1 && s.Except == nil && sameWords(s.Where, s.Score[0]) {
		scorers[0].words.leads = true
		return scorers[0].list, scorers, nil
	}
	where := s.Where
	if s.Except != nil {
		where = And{where, Not{s.Except}}
	}
	found, err := evaluator{ctx, v}.of(where)
	return found, scorers, err
}

// sameWords reports whether a condition asks for the words and nothing else.
func sameWords(where, words Node) bool {
	if and, ok := where.(And); ok && len(and) == 1 {
		where = and[0]
	}
	a, ok := where.(Words)
	b, ok2 := words.(Words)
	return ok && ok2 && a.key() == b.key()
}

// countRows counts the articles that satisfy a condition. What was counted
// for a word is remembered, since its weight needs the number again.
func (v *View) countRows(ctx context.Context, where Node) (n int, err error) {
	if and, ok := where.(And); ok && len(and) == 1 {
		where = and[0]
	}
	words, isWords := where.(Words)
	if n, ok := v.rows[words.key()]; ok && isWords {
		return n, nil
	}
	found, err := evaluator{ctx, v}.of(where)
	if err != nil {
		return 0, err
	}
	for found.Next() {
		if n++; n%(1<<16) == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	if isWords && found.Err() == nil {
		v.rows[words.key()] = n
	}
	return n, found.Err()
}

func (v *View) averageLength() float64 {
	total := int64(0)
	for _, n := range v.index.Tokens {
		total += n
	}
	if total == 0 || v.index.Rows == 0 {
		return 1
	}
	return float64(total) / float64(v.index.Rows)
}

// score adds up BM25. length gives the article's length as a multiple of the
// average one.
func score(scorers []*scorer, row int64, length func() float64) (sum float64) {
	relative := -1.0
	for _, s := range scorers {
		f := s.frequency(row)
		if f == 0 {
			continue
		}
		if relative < 0 {
			relative = length()
		}
		sum += s.idf * f * (bm25K1 + 1) / (f + bm25K1*(1-bm25B+bm25B*relative))
	}
	return sum
}

// scorers prepares the words that score. The phrases of a NEAR score each by
// itself, as in FTS5.
func (v *View) scorers(ctx context.Context, nodes []Node) (scorers []*scorer, err error) {
	for _, n := range nodes {
		for _, w := range scored(n) {
			s, err := v.scorer(ctx, w)
			if err != nil {
				return nil, err
			}
			scorers = append(scorers, s)
		}
	}
	return scorers, nil
}

func scored(n Node) (words []Words) {
	switch n := n.(type) {
	case And:
		for _, kid := range n {
			words = append(words, scored(kid)...)
		}
	case Or:
		for _, kid := range n {
			words = append(words, scored(kid)...)
		}
	case Words:
		return []Words{n}
	case Near:
		for _, group := range n.Any {
			for _, p := range group {
				words = append(words, Words{n.Column, []Phrase{p}})
			}
		}
	}
	return words
}

func (v *View) scorer(ctx context.Context, w Words) (*scorer, error) {
	with, err := v.countRows(ctx, w)
	if err != nil {
		return nil, err
	}
	list, err := evaluator{ctx, v}.words(w)
	if err != nil {
		return nil, err
	}
	total, n := float64(v.index.Rows), float64(with)
	idf := math.Log((total - n + .5) / (n + .5))
	return &scorer{words: pending{rows: list}, list: list, idf: max(idf, minIDF)}, nil
}

// topK keeps the k best, ties by id.
type topK struct {
	k    int
	kept []Scored // a heap with the worst on top, once there are k
}

func better(a, b Scored) bool {
	if a.Score != b.Score {
		return a.Score > b.Score
	}
	return a.ID < b.ID
}

func (t *topK) Len() int           { return len(t.kept) }
func (t *topK) Less(i, j int) bool { return better(t.kept[j], t.kept[i]) }
func (t *topK) Swap(i, j int)      { t.kept[i], t.kept[j] = t.kept[j], t.kept[i] }

// Push and Pop complete heap.Interface; the heap never grows or shrinks.
func (t *topK) Push(any) {}
func (t *topK) Pop() any { return nil }

func (t *topK) offer(s Scored) {
	if len(t.kept) < t.k {
		t.kept = append(t.kept, s)
		if len(t.kept) == t.k {
			heap.Init(t)
		}
		return
	}
	if better(s, t.kept[0]) {
		t.kept[0] = s
		heap.Fix(t, 0)
	}
}

func (t *topK) sorted() []Scored {
	slices.SortFunc(t.kept, func(a, b Scored) int {
		if better(a, b) {
			return -1
		}
		return 1
	})
	return t.kept
}
