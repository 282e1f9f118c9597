package main

import (
	"fmt"
	"math"
)

// goal is what the program is to reach, as a figure worked out of a race.
type goal struct {
	what    string
	measure func(r *race) (figure float64, of string, ok bool) // of says more, or ""
	least   bool                                               // the figure is to be at least the bound, else at most
	at100k  float64                                            // bound from 100,000 articles on; 0: none
	at1M    float64                                            // bound from a million on; 0: none
	format  string
}

func (g goal) bound(articles int) float64 {
	switch {
	case articles >= 1_000_000:
		return g.at1M
	case articles >= 100_000:
		return g.at100k
	}
	return 0
}

func (g goal) met(figure, bound float64) bool {
	if g.least {
		return figure >= bound
	}
	return figure <= bound
}

const times = "%.2f ×"

var goals = []goal{
	{"import, documents a second, against sqlite3", importRatio, true, 2.5, 2.5, times},
	{"memory of an import", importMemory, false, 200, 250, "%.0f MB"},
	{"re-import of an unchanged tree, files a second", reimportRate, true, 50_000, 0, "%.0f"},
	{"adding 1,000 articles", addSeconds, false, 0, 1, "%.2f s"},
	{"cold search, a rare word, against sqlite3", coldRatio(labelRare), false, 1.5, 1.5, times},
	{"cold search, a word in 30 %, against sqlite3", coldRatio(labelPercent30), false, .3, .15, times},
	{"cold search, a word in 95 %, against sqlite3", coldRatio(labelPercent95), false, .25, .1, times},
	{"cold search, all of three common words, against sqlite3", coldRatio(labelAllOfThree), false, .3, .15, times},
	{"cold search, a phrase of two common words, against sqlite3", coldRatio(labelPhrase), false, .3, .15, times},
	{"warm search, all of three common words, against sqlite3", warmRatio(labelAllOfThree, "sqlite3"), false, .3, .15, times},
	{"warm search, a phrase of two common words, against sqlite3", warmRatio(labelPhrase, "sqlite3"), false, .3, .15, times},
	{"warm search, a word in 30 % of one source, against the word alone", warmAgainst(labelOfSource), false, 1.2, 1.2, times},
	{"warm search, a word in 30 % of some days, against the word alone", warmAgainst(labelOfDays), false, 1.2, 1.2, times},
	{"facets over a word in 30 %, warm", warmMilliseconds(labelFacets), false, 10, 60, "%.1f ms"},
	{"file / text", fileRatio, false, 1.8, 1.8, "%.2f"},
	{"memory of a search, the most of all", searchMemory, false, 40, 60, "%.0f MB"},
	{"warm search against bleve, the worst of all", worstWarm("bleve"), false, 1.2, 1.2, times},
	{"warm search against xapian, the worst of all", worstWarm("xapian"), false, 1.2, 1.2, times},
	{"'archive version' against an empty Go program", startRatio, false, 3, 0, times},
}

func (r *race) runner(name string) *runner {
	for _, c := range r.runners {
		if c.name == name {
			return c
		}
	}
	return nil
}

// wall is the median of the walls, in seconds.
func wall(costs []cost) float64 { return medianCost(costs).wall.Seconds() }

// compared divides what ours took by what another took.
func (r *race) compared(other string, of func(*runner) []cost) (float64, string, bool) {
	a, b := r.runner("archive"), r.runner(other)
	if a == nil || b == nil || len(of(a)) == 0 || len(of(b)) == 0 {
		return 0, "", false
	}
	return wall(of(a)) / wall(of(b)), "", true
}

func importRatio(r *race) (float64, string, bool) {
	x, of, ok := r.compared("sqlite3", func(c *runner) []cost { return c.imports })
	return 1 / x, of, ok
}

func coldRatio(label string) func(*race) (float64, string, bool) {
	return func(r *race) (float64, string, bool) {
		return r.compared("sqlite3", func(c *runner) []cost { return c.cold[label] })
	}
}

func warmRatio(label, other string) func(*race) (float64, string, bool) {
	return func(r *race) (float64, string, bool) {
		return r.compared(other, func(c *runner) []cost { return c.warm[label] })
	}
}

// ours gives a figure of our program, where there is something to work it out
// of.
func (r *race) ours(costs func(*runner) []cost, figure func(cost) float64) (float64, string, bool) {
	a := r.runner("archive")
	if a == nil || len(costs(a)) == 0 {
		return 0, "", false
	}
	return figure(medianCost(costs(a))), "", true
}

func imports(c *runner) []cost { return c.imports }

func importMemory(r *race) (float64, string, bool) {
	return r.ours(imports, func(c cost) float64 { return float64(c.peak) / 1e6 })
}

func fileRatio(r *race) (float64, string, bool) {
	return r.ours(imports, func(cost) float64 { return float64(r.runner("archive").size) / float64(r.manifest.TextBytes) })
}

func addSeconds(r *race) (float64, string, bool) {
	return r.ours(func(c *runner) []cost { return c.adds }, func(c cost) float64 { return c.wall.Seconds() })
}

func warmMilliseconds(label string) func(*race) (float64, string, bool) {
	return func(r *race) (float64, string, bool) {
		return r.ours(func(c *runner) []cost { return c.warm[label] }, func(c cost) float64 { return c.wall.Seconds() * 1000 })
	}
}

// warmAgainst compares a filtered search with the same word alone.
func warmAgainst(label string) func(*race) (float64, string, bool) {
	return func(r *race) (float64, string, bool) {
		return r.ours(func(c *runner) []cost { return c.warm[label] }, func(took cost) float64 {
			return took.wall.Seconds() / wall(r.runner("archive").warm[labelPercent30])
		})
	}
}

func searchMemory(r *race) (most float64, of string, ok bool) {
	for _, q := range r.queries {
		if q.form == nothing {
			continue
		}
		x, _, measured := r.ours(func(c *runner) []cost { return c.cold[q.label] }, func(c cost) float64 { return float64(c.peak) / 1e6 })
		if measured && x > most {
			most, of, ok = x, q.label, true
		}
	}
	return most, of, ok
}

// worstWarm is the greatest ratio to another over all searches that both know.
func worstWarm(other string) func(*race) (float64, string, bool) {
	return func(r *race) (worst float64, of string, ok bool) {
		for _, q := range r.queries {
			if q.form == nothing {
				continue
			}
			x, _, measured := warmRatio(q.label, other)(r)
			if measured && x > worst {
				worst, of, ok = x, q.label, true
			}
		}
		return worst, of, ok
	}
}

func reimportRate(r *race) (float64, string, bool) {
	return float64(r.tree.files) / wall(r.tree.costs), "", len(r.tree.costs) > 0
}

func startRatio(r *race) (float64, string, bool) {
	return wall(r.start.archive) / wall(r.start.empty), "", len(r.start.empty) > 0
}

// goalTable sets the figures of a race beside the goals for its size.
func (r *race) goalTable() *table {
	t := newTable("goal", "wanted", "measured", "met")
	for _, g := range goals {
		bound := g.bound(r.manifest.Recipe.Articles)
		figure, of, ok := g.measure(r)
		if bound == 0 || !ok || math.IsNaN(figure) {
			continue
		}
		sign, met := "≤", "no"
		if g.least {
			sign = "≥"
		}
		if g.met(figure, bound) {
			met = "yes"
		}
		measured := fmt.Sprintf(g.format, figure)
		if of != "" {
			measured += " (" + of + ")"
		}
		t.add(g.what, sign+" "+fmt.Sprintf(g.format, bound), measured, met)
	}
	return t
}
