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

// weights are those of the columns of the index.
var weights = []int{bodyColumn: 1, titleColumn: titleWeight}

// scorer gives one word, or phrase, of a query its part of the score.
type scorer struct {
	with *fts5.Counts // the articles it stands in
	idf  float64
}

// rank finds and scores articles, keeps the best and counts all.
func (v *View) rank(ctx context.Context, s Search) (page []Scored, total int, err error) {
	where := s.Where
	if s.Except != nil {
		where = And{where, Not{s.Except}}
	}
	found, err := evaluator{ctx, v}.of(where)
	if err != nil {
		return nil, 0, err
	}
	scorers, err := v.scorers(ctx, s.Score)
	if err != nil {
		return nil, 0, err
	}
	best := &topK{k: s.upTo()}
	length, average := v.column(columnLength), v.averageLength()
	for row := range found.Rows {
		sum := 0.0
		if len(scorers) > 0 {
			sum = score(scorers, row, float64(length.value(ctx, row))/average)
		}
		best.offer(Scored{row, sum})
	}
	page = best.sorted()
	return page[min(s.Offset, len(page)):], found.Len(), v.columnError()
}

// countRows counts the articles that satisfy a condition.
func (v *View) countRows(ctx context.Context, where Node) (int, error) {
	found, err := evaluator{ctx, v}.of(where)
	if err != nil {
		return 0, err
	}
	return found.Len(), nil
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

// score adds up BM25. length is the article's as a multiple of the average one.
func score(scorers []scorer, row int64, length float64) (sum float64) {
	norm := bm25K1 * (1 - bm25B + bm25B*length)
	for _, s := range scorers {
		if f := float64(s.with.Of(row)); f > 0 {
			sum += s.idf * f * (bm25K1 + 1) / (f + norm)
		}
	}
	return sum
}

// scorers prepares the words that score. The phrases of a NEAR score each by
// itself, as in FTS5.
func (v *View) scorers(ctx context.Context, nodes []Node) (scorers []scorer, err error) {
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

func (v *View) scorer(ctx context.Context, w Words) (scorer, error) {
	with, err := evaluator{ctx, v}.words(w)
	if err != nil {
		return scorer{}, err
	}
	total, n := float64(v.index.Rows), float64(with.Len())
	idf := math.Log((total - n + .5) / (n + .5))
	return scorer{with, max(idf, minIDF)}, nil
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
