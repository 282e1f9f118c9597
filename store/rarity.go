package store

import (
	"context"
	"math"
)

// Rarity tells of each condition on words how much an article that satisfies
// it stands out: the inverse document frequency ln(1 + (N - n + ½) / (n + ½))
// for n of N articles, above 0. That of words near each other is the highest of
// theirs.
func (v *View) Rarity(ctx context.Context, nodes []Node) ([]float64, error) {
	total, err := v.countAll(ctx)
	if err != nil {
		return nil, err
	}
	rarity := make([]float64, len(nodes))
	for i, n := range nodes {
		for _, w := range scored(n) {
			with, err := v.Count(ctx, w)
			if err != nil {
				return nil, err
			}
			has := min(float64(with), total)
			rarity[i] = max(rarity[i], math.Log(1+(total-has+.5)/(has+.5)))
		}
	}
	return rarity, nil
}

func (v *View) countAll(ctx context.Context) (float64, error) {
	if v.index != nil {
		return float64(v.index.Rows), nil
	}
	n, err := v.Count(ctx, All{})
	return float64(n), err
}
