package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/archive/search"
)

// openedAnewAfter is after how many searches the archive is closed and opened.
const openedAnewAfter = 50_000

// read searches on and on: for what has a known answer, as people do, and for
// what was imported a moment ago.
func (l *loaded) read(ctx context.Context, random *rand.Rand) error {
	for !l.isOver(ctx) {
		began := time.Now()
		if err := l.note(ctx, l.readOnce(ctx, random)); err != nil {
			return err
		}
		l.noteTime(time.Since(began))
		if l.searches.Add(1)%openedAnewAfter == 0 {
			if err := l.openAnew(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loaded) noteTime(took time.Duration) {
	for {
		slowest := l.slowest.Load()
		if int64(took) <= slowest || l.slowest.CompareAndSwap(slowest, int64(took)) {
			return
		}
	}
}

func (l *loaded) readOnce(ctx context.Context, random *rand.Rand) error {
	switch n := random.IntN(20); {
	case n < 7:
		if b, ok := l.anyBatch(random); ok {
			return l.findBatch(ctx, b)
		}
	case n < 8:
		return l.findPage(ctx, random)
	}
	return l.findSame(ctx, one(random, l.fixed))
}

// findSame checks that a query finds the same as before among the articles
// that never change.
func (l *loaded) findSame(ctx context.Context, f fixedQuery) error {
	found, err := l.ids(ctx, search.Query{Text: f.text})
	if err != nil {
		return fmt.Errorf("%s: %w", f.text, err)
	}
	return l.sameAs(f, found)
}

func (l *loaded) sameAs(f fixedQuery, found []int64) error {
	if got := l.ofBase(found); !slices.Equal(got, f.found) {
		return fmt.Errorf("%s: found %d of the first articles, before %d; now %v; then %v", f.text, len(got), len(f.found), without(got, f.found), without(f.found, got))
	}
	return nil
}

// without gives a few of the IDs that only the first list has.
func without(ids, others []int64) []int64 {
	alone := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return slices.Contains(others, id) })
	return alone[:min(len(alone), 5)]
}

// findPage asks for what a person sees, and checks that the page holds as
// many articles as were counted.
func (l *loaded) findPage(ctx context.Context, random *rand.Rand) error {
	q := search.Query{
		Text: one(random, l.free), Match: search.Match(random.IntN(3)), Sort: one(random, search.Sorts),
		Limit: shown, Snippet: 240, Titles: true, Now: time.Now(),
	}
	switch random.IntN(8) {
	case 0:
		q.Facets = search.FacetNames
	case 1:
		q.Explain = true
	case 2:
		q.Offset = shown * random.IntN(5)
	case 3:
		q.State = true
	}
	l.opening.RLock()
	defer l.opening.RUnlock()
	result, err := search.Run(ctx, l.archive, q)
	if err != nil {
		return fmt.Errorf("%s: %w", q.Text, err)
	}
	hits := 0
	for hit, err := range result.Hits {
		if err != nil {
			return fmt.Errorf("%s: %w", q.Text, err)
		}
		if hit.ID == 0 {
			return fmt.Errorf("%s: an article without ID", q.Text)
		}
		hits++
	}
	if want := min(q.Limit, max(0, result.All+result.Some-q.Offset)); hits != want {
		return fmt.Errorf("%s: a page of %d articles, which should have %d of %d", q.Text, hits, want, result.All+result.Some)
	}
	return nil
}

// findBatch checks that everything of an import that has ended is found. Where
// the file is just being imported with changes, earlier versions stand beside
// new ones until it is read to its end.
func (l *loaded) findBatch(ctx context.Context, b batch) error {
	most := b.articles
	if b.changes {
		most *= 2
	}
	return l.findMarked(ctx, b, most)
}

func (l *loaded) findMarked(ctx context.Context, b batch, most int) error {
	found, err := l.ids(ctx, search.Query{Text: "=" + b.marker})
	if err == nil && (len(found) < b.articles || len(found) > most) {
		err = fmt.Errorf("of the %d articles of an import %d are found", b.articles, len(found))
	}
	return err
}

func (l *loaded) anyBatch(random *rand.Rand) (batch, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.batches) == 0 {
		return batch{}, false
	}
	return one(random, l.batches), true
}

func (l *loaded) findAllBatches(ctx context.Context) error {
	for _, b := range l.batches {
		if err := l.findMarked(ctx, b, b.articles); err != nil {
			return fmt.Errorf("at the end: %w", err)
		}
	}
	for _, f := range l.fixed {
		if err := l.findSame(ctx, f); err != nil {
			return fmt.Errorf("at the end: %w", err)
		}
	}
	return nil
}

const exitNothingFound = 1

// readByCommands runs the program itself again and again.
func (l *loaded) readByCommands(ctx context.Context) error {
	random := rand.New(rand.NewPCG(corpusSeed, 1<<32))
	return l.every(ctx, time.Second, func(ctx context.Context, n int) error {
		l.counts[countProcesses].Add(1)
		if n%2 == 0 {
			return l.findSameByCommand(ctx, one(random, l.fixed))
		}
		word := one(random, smallQueries)
		p := l.tool(word[0], word[1:]...)
		p.empty = exitNothingFound
		_, err := p.cost(ctx)
		return err
	})
}

// smallQueries are other commands that read.
var smallQueries = [][]string{
	{"search", "--json", "market shares"}, {"search", "--facets", "source,year", "bank"}, {"kwic", "company"}, {"timeline", "profit", "--by", "month"},
	{"list", "--csv"}, {"sources"}, {"stats"}, {"show", "1"}, {"names", "variants", "Reuters"},
}

func (l *loaded) findSameByCommand(ctx context.Context, f fixedQuery) error {
	p := l.tool("search", "--quiet", "--all", "--format", "ids", "--limit", "0", "--", f.text)
	p.empty = exitNothingFound
	_, out, err := p.run(ctx)
	if err != nil {
		return err
	}
	var found []int64
	for line := range strings.Lines(string(out)) {
		id, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", f.text, err)
		}
		found = append(found, id)
	}
	slices.Sort(found)
	return l.sameAs(f, found)
}
