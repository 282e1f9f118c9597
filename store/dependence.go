package store

import (
	"context"
	"slices"

	"example.com/archive/store/fts5"
)

// The sequential dependence model of Metzler and Croft (A Markov random field
// model for term dependencies, SIGIR 2005), with BM25 in place of their
// language model: words by themselves, neighbours of the query that follow each
// other in the article, and those that stand in one window of it. The weights
// and the window are those of the paper.
const (
	termWeight     = .85
	sequenceWeight = .10
	windowWeight   = .05
	windowWords    = 8
)

const (
	// rerankDepth is how many articles from the top are ordered anew.
	rerankDepth = 200
	// pairSample is in how many of the articles that hold both words of a pair
	// it is looked how many hold them in sequence.
	pairSample = 512
	// maxPairs bounds the pairs that are looked for; the rest of a longer
	// question scores word by word.
	maxPairs = 64
	// maxSpellings bounds the alternatives of a word that is part of a pair.
	maxSpellings = 64
)

// pair is two words that follow each other in a query.
type pair struct {
	first, second Words
	times         int // in the query
}

// pairsOf gives the pairs of a query, each once.
func pairsOf(sequence []Words) (pairs []pair) {
	known := make(map[string]int)
	for i := 1; i < len(sequence); i++ {
		p := pair{sequence[i-1], sequence[i], 1}
		if !isPairable(p.first) || !isPairable(p.second) {
			continue
		}
		first, second := p.first.key(), p.second.key()
		at, again := known[first+second]
		switch {
		case again:
			pairs[at].times++
		case first != second && len(pairs) < maxPairs:
			known[first+second] = len(pairs)
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// isPairable reports whether a word stands for few enough to be followed.
func isPairable(w Words) bool {
	return len(w.Any) <= maxSpellings && !slices.ContainsFunc(w.Any, func(p Phrase) bool { return p.Prefix })
}

// rerank orders the top of a ranking anew by how the words of a query stand
// together. What lies below keeps its order and its place.
func (v *View) rerank(ctx context.Context, pairs []pair, ranking []candidate) error {
	if len(pairs) == 0 {
		return nil
	}
	for i := range ranking {
		ranking[i].Score *= termWeight
	}
	top := ranking[:min(len(ranking), rerankDepth)]
	d := dependence{evaluator{ctx, v}, make(map[int64]*candidate, len(top))}
	for i := range top {
		d.top[top[i].ID] = &top[i]
	}
	for _, p := range pairs {
		if err := d.add(p); err != nil {
			return err
		}
	}
	slices.SortFunc(top, better)
	return nil
}

// dependence adds to the scores at the top of a ranking.
type dependence struct {
	evaluator
	top map[int64]*candidate
}

// add gives the articles at the top what a pair is worth.
func (d *dependence) add(p pair) error {
	both, err := d.and(And{p.first, p.second})
	if err != nil {
		return err
	}
	held := both.Len()
	if held == 0 {
		return nil
	}
	t, err := d.look(p, both, (held+pairSample-1)/pairSample)
	if err != nil {
		return err
	}
	// A sequence weighs by the articles that hold it, estimated where many hold
	// both words; a window weighs as much.
	idf := d.v.idf(float64(held) * float64(t.sequences) / float64(t.sampled))
	length, average := d.v.column(columnLength), d.v.averageLength()
	for _, c := range t.top {
		norm := lengthNorm(float64(length.value(d.ctx, c.article.ID)) / average)
		worth := sequenceWeight*saturated(c.sequence, norm) + windowWeight*saturated(c.window, norm)
		c.article.Score += repeated(p.times) * idf * worth
	}
	return nil
}

// pairCounts is what a look at the articles that hold both words of a pair tells.
type pairCounts struct {
	top                []closeness
	sampled, sequences int // the articles that were looked at to estimate, those of them that hold the sequence
}

// closeness is how often the words of a pair stand together in an article,
// each time as often as the weight of the column says.
type closeness struct {
	article          *candidate
	sequence, window float64
}

// look reads where the words of a pair stand: in the articles at the top, and
// in every so manieth of all.
func (d *dependence) look(p pair, both *fts5.Set, every int) (t pairCounts, err error) {
	first, err := d.list(p.first)
	if err != nil {
		return t, err
	}
	second, err := d.list(p.second)
	if err != nil {
		return t, err
	}
	lists, n := []fts5.List{first, second}, -1
	var a, b []fts5.Position
	for row := range both.Rows {
		n++
		article := d.top[row]
		isSample := n%every == 0
		if !isSample && article == nil {
			continue
		}
		if !first.SkipTo(row) || !fts5.Align(lists) {
			break
		}
		a, b = first.Positions(a[:0]), second.Positions(b[:0])
		c := closenessOf(a, b, p.first.length())
		c.article = article
		t.note(c, isSample)
	}
	if err := first.Err(); err != nil {
		return t, err
	}
	return t, second.Err()
}

func (t *pairCounts) note(c closeness, isSample bool) {
	if c.article != nil {
		t.top = append(t.top, c)
	}
	if isSample {
		t.sampled++
	}
	if isSample && c.sequence > 0 {
		t.sequences++
	}
}

// closenessOf counts how often second follows first, and how often it stands
// around it. length is that of the first, in words.
func closenessOf(first, second []fts5.Position, length fts5.Position) (c closeness) {
	reach := max(windowWords-1, length)
	start := 0
	for _, at := range first {
		for start < len(second) && second[start]+reach < at {
			start++
		}
		sequence, window := false, false
		for _, s := range second[start:] {
			if s > at+reach {
				break
			}
			window = window || s != at
			sequence = sequence || s > at && s <= at+length
		}
		weight := float64(weights[at.Column()])
		if sequence {
			c.sequence += weight
		}
		if window {
			c.window += weight
		}
	}
	return c
}

// length gives the words of the longest alternative.
func (w Words) length() (n fts5.Position) {
	for _, p := range w.Any {
		n = max(n, fts5.Position(len(p.Stems)))
	}
	return n
}
