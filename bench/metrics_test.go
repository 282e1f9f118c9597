package main

import (
	"fmt"
	"math"
	"testing"
)

// The wanted figures are worked out by hand from the definitions, with
// log2(3) = 1.5849625007 and log2(5) = 2.3219280949.
func TestMeasure(t *testing.T) {
	const log3, log5 = 1.5849625007211562, 2.321928094887362
	for _, test := range []struct {
		name    string
		judged  judgements
		ranking []string
		want    metrics
	}{
		{"perfect", judgements{"a": 1}, []string{"a"}, metrics{1, 1, .1, 1}},
		{"nothing found", judgements{"a": 1}, nil, metrics{}},
		{"nothing relevant found", judgements{"a": 1, "b": 0}, []string{"b", "x"}, metrics{}},
		{"nothing relevant at all", judgements{"a": 0}, []string{"a"}, metrics{}},
		{
			// Relevant: a 1, b 2, e 1. Found: b at 2, a at 4.
			"grades, an unjudged and an irrelevant document",
			judgements{"a": 1, "b": 2, "c": 0, "e": 1}, []string{"c", "b", "x", "a"},
			metrics{(2/log3 + 1/log5) / (2 + 1/log3 + .5), (1./2 + 2./4) / 3, .2, 2. / 3},
		},
		{
			"the better grade second", judgements{"a": 3, "b": 1}, []string{"b", "a"},
			metrics{(1 + 3/log3) / (3 + 1/log3), 1, .2, 1},
		},
		{"a grade below 0 takes nothing away", judgements{"a": -1, "b": 1}, []string{"a", "b"}, metrics{1 / log3, .5, .1, 1}},
		{"relevant only at rank 11", judgements{"z": 1}, append(numbered("x", 10), "z"), metrics{0, 1. / 11, 0, 1}},
		{"relevant only at rank 101", judgements{"z": 1}, append(numbered("x", 100), "z"), metrics{0, 1. / 101, 0, 0}},
		{"relevant only at rank 1000", judgements{"z": 1}, append(numbered("x", 999), "z"), metrics{0, .001, 0, 0}},
		{"relevant only at rank 1001", judgements{"z": 1}, append(numbered("x", 1000), "z"), metrics{}},
		{"more relevant than the ideal counts", allRelevant(20), numbered("d", 20), metrics{1, 1, 1, 1}},
		{"half of many", allRelevant(20), numbered("d", 10), metrics{1, .5, 1, .5}},
	} {
		if got := measure(test.judged, test.ranking); !close(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestEvaluate(t *testing.T) {
	judged := map[string]judgements{
		"1": {"a": 1},
		"2": {"b": 1},
		"3": {"c": 0}, // nothing relevant: not counted
		"4": {"d": 1}, // not answered: counts as 0
	}
	mean, queries := evaluate(judged, map[string][]string{"1": {"a"}, "2": {"x", "b"}, "3": {"c"}, "9": {"a"}})
	want := metrics{(1 + 1/1.5849625007211562) / 3, .5, .2 / 3, 2. / 3}
	if queries != 3 || !close(mean, want) {
		t.Errorf("%d queries, %+v, want 3, %+v", queries, mean, want)
	}
	if mean, queries := evaluate(nil, nil); queries != 0 || mean != (metrics{}) {
		t.Errorf("of nothing: %d queries, %+v", queries, mean)
	}
}

func TestEnglishMean(t *testing.T) {
	var scores []score
	for i, name := range english {
		scores = append(scores, score{name: name, metrics: metrics{NDCG10: float64(i) / 10}})
	}
	if _, _, ok := englishMean(scores[1:]); ok {
		t.Error("a mean without one of its collections")
	}
	scores = append(scores, score{name: "xquad_ru", metrics: metrics{NDCG10: 1}})
	mean, barMean, ok := englishMean(scores)
	if !ok || math.Abs(mean.NDCG10-.3) > 1e-12 || math.Abs(barMean-3.252/7) > 1e-12 {
		t.Errorf("%v, %v, %v", mean.NDCG10, barMean, ok)
	}
}

func TestMark(t *testing.T) {
	for _, test := range []struct {
		got, wanted float64
		mark        string
	}{
		{.7285, .729, ""}, {.7284, .729, "below"}, {.8, .729, ""}, {.1, 0, ""}, {.958, .961, "below"}, {.961, .961, ""},
	} {
		if m := mark(test.got, test.wanted); m != test.mark {
			t.Errorf("%v beside %v: %q", test.got, test.wanted, m)
		}
	}
}

func numbered(letter string, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprint(letter, i))
	}
	return names
}

func allRelevant(n int) judgements {
	j := make(judgements)
	for _, name := range numbered("d", n) {
		j[name] = 1
	}
	return j
}

func close(a, b metrics) bool {
	for _, d := range []float64{a.NDCG10 - b.NDCG10, a.MAP - b.MAP, a.P10 - b.P10, a.Recall100 - b.Recall100} {
		if math.Abs(d) > 1e-9 {
			return false
		}
	}
	return true
}
