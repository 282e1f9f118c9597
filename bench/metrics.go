package main

import (
	"math"
	"slices"
)

// Depths to which rankings are judged.
const (
	gainDepth      = 10
	precisionDepth = 10
	recallDepth    = 100
	mapDepth       = 1000
)

// judgements are the grades of the documents judged for one query; above 0
// is relevant. Documents that nobody judged count as not relevant.
type judgements map[string]int

// metrics are what a ranking is worth, each between 0 and 1; see
// docs/relevance.md.
type metrics struct {
	NDCG10, MAP, P10, Recall100 float64
}

func (m metrics) plus(o metrics) metrics {
	return metrics{m.NDCG10 + o.NDCG10, m.MAP + o.MAP, m.P10 + o.P10, m.Recall100 + o.Recall100}
}

func (m metrics) over(n int) metrics {
	d := float64(n)
	return metrics{m.NDCG10 / d, m.MAP / d, m.P10 / d, m.Recall100 / d}
}

func (j judgements) relevant() (n int) {
	for _, grade := range j {
		if grade > 0 {
			n++
		}
	}
	return n
}

// evaluate averages over the queries that have a relevant document. A query
// without a ranking counts as 0.
func evaluate(judged map[string]judgements, rankings map[string][]string) (mean metrics, queries int) {
	for id, j := range judged {
		if j.relevant() == 0 {
			continue
		}
		mean = mean.plus(measure(j, rankings[id]))
		queries++
	}
	if queries == 0 {
		return metrics{}, 0
	}
	return mean.over(queries), queries
}

// measure judges one ranking, the best document first, none named twice.
func measure(j judgements, ranking []string) metrics {
	relevant := float64(j.relevant())
	if relevant == 0 {
		return metrics{}
	}
	return metrics{
		NDCG10:    discountedGain(j, ranking) / idealGain(j),
		MAP:       precisionSum(j, ranking) / relevant,
		P10:       float64(hits(j, ranking, precisionDepth)) / precisionDepth,
		Recall100: float64(hits(j, ranking, recallDepth)) / relevant,
	}
}

func top(ranking []string, depth int) []string { return ranking[:min(depth, len(ranking))] }

func hits(j judgements, ranking []string, depth int) (n int) {
	for _, doc := range top(ranking, depth) {
		if j[doc] > 0 {
			n++
		}
	}
	return n
}

// gain is linear in the grade and discounted by the logarithm of the rank.
func gain(grade, index int) float64 {
	return float64(max(grade, 0)) / math.Log2(float64(index+2))
}

func discountedGain(j judgements, ranking []string) (sum float64) {
	for i, doc := range top(ranking, gainDepth) {
		sum += gain(j[doc], i)
	}
	return sum
}

// idealGain is that of the best ranking there can be.
func idealGain(j judgements) (sum float64) {
	var grades []int
	for _, grade := range j {
		grades = append(grades, grade)
	}
	slices.SortFunc(grades, func(a, b int) int { return b - a })
	for i, grade := range grades[:min(gainDepth, len(grades))] {
		sum += gain(grade, i)
	}
	return sum
}

// precisionSum adds up the precision at each relevant document.
func precisionSum(j judgements, ranking []string) (sum float64) {
	found := 0
	for i, doc := range top(ranking, mapDepth) {
		if j[doc] > 0 {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	return sum
}
