package store

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"

	"example.com/archive/store/fts5"
)

// BM25 as FTS5's function bm25 works it out (Robertson and others, Okapi at
// TREC-3, with the inverse document frequency kept above zero), with the part
// of the query as in Okapi at TREC-7: a word given several times counts more.
const (
	bm25K1      = 1.2
	bm25B       = .75
	bm25K3      = 7
	minIDF      = 1e-6
	titleWeight = 2
)

// weights are those of the columns of the index.
var weights = []int{bodyColumn: 1, titleColumn: titleWeight}

// scorer gives one word, or phrase, of a query its part of the score.
type scorer struct {
	with   *fts5.Counts // the articles it stands in
	times  int          // in the query
	weight float64
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
	pairs := pairsOf(s.Sequence)
	best := &topK{k: s.upTo()}
	if len(pairs) > 0 {
		best.k = max(best.k, rerankDepth)
	}
	length, day, average := v.column(columnLength), v.column(columnDay), v.averageLength()
	for row := range found.Rows {
		sum := 0.0
		if len(scorers) > 0 {
			sum = score(scorers, row, float64(length.value(ctx, row))/average)
		}
		if best.wants(sum) {
			best.offer(candidate{Scored{row, sum}, day.value(ctx, row)})
		}
	}
	ranking := best.sorted()
	if err := v.rerank(ctx, pairs, ranking); err != nil {
		return nil, 0, err
	}
	return pageOf(ranking, s), found.Len(), v.columnError()
}

// pageOf cuts the page asked for out of a ranking.
func pageOf(ranking []candidate, s Search) (page []Scored) {
	ranking = ranking[:min(len(ranking), s.upTo())]
	for _, c := range ranking[min(s.Offset, len(ranking)):] {
		page = append(page, c.Scored)
	}
	return page
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
	norm := lengthNorm(length)
	for _, s := range scorers {
		if f := float64(s.with.Of(row)); f > 0 {
			sum += s.weight * saturated(f, norm)
		}
	}
	return sum
}

func lengthNorm(length float64) float64 { return bm25K1 * (1 - bm25B + bm25B*length) }

// saturated is how much something counts that stands f times in an article.
func saturated(f, norm float64) float64 { return f * (bm25K1 + 1) / (f + norm) }

// scorers prepares the words that score, once each. The phrases of a NEAR score
// each by itself, as in FTS5.
func (v *View) scorers(ctx context.Context, nodes []Node) (scorers []scorer, err error) {
	known := make(map[string]int)
	for _, n := range nodes {
		times := 1
		if again, ok := n.(Repeated); ok {
			n, times = again.Node, again.Times
		}
		for _, w := range scored(n) {
			key := w.key()
			if at, again := known[key]; again {
				scorers[at].times += times
				continue
			}
			with, err := evaluator{ctx, v}.words(w)
			if err != nil {
				return nil, err
			}
			known[key] = len(scorers)
			scorers = append(scorers, scorer{with: with, times: times})
		}
	}
	for i, s := range scorers {
		scorers[i].weight = v.idf(float64(s.with.Len())) * repeated(s.times)
	}
	return scorers, nil
}

// repeated is how much something counts that was given several times.
func repeated(times int) float64 { return (bm25K3 + 1) * float64(times) / (bm25K3 + float64(times)) }

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

// idf weighs something by how many articles hold it.
func (v *View) idf(n float64) float64 {
	return max(math.Log((float64(v.index.Rows)-n+.5)/(n+.5)), minIDF)
}

// candidate is an article that may be on the page.
type candidate struct {
	Scored
	day uint32 // of its publication
}

// better orders candidates: among equals the newer first, undated ones last,
// then by id, so that pages never overlap.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.day, a.day), cmp.Compare(a.ID, b.ID))
}

// topK keeps the k best.
type topK struct {
	k    int
	kept []candidate // a heap with the worst on top, once there are k
}

func (t *topK) Len() int           { return len(t.kept) }
func (t *topK) Less(i, j int) bool { return better(t.kept[j], t.kept[i]) < 0 }
func (t *topK) Swap(i, j int)      { t.kept[i], t.kept[j] = t.kept[j], t.kept[i] }

// Push and Pop complete heap.Interface; the heap never grows or shrinks.
func (t *topK) Push(any) {}
func (t *topK) Pop() any { return nil }

// wants reports whether an article of a score may be among the best.
func (t *topK) wants(score float64) bool {
	return len(t.kept) < t.k || score >= t.kept[0].Score
}

func (t *topK) offer(c candidate) {
	if len(t.kept) < t.k {
		t.kept = append(t.kept, c)
		if len(t.kept) == t.k {
			heap.Init(t)
		}
		return
	}
	if better(c, t.kept[0]) < 0 {
		t.kept[0] = c
		heap.Fix(t, 0)
	}
}

func (t *topK) sorted() []candidate {
	slices.SortFunc(t.kept, better)
	return t.kept
}
