package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/archive/ingest"
	"example.com/archive/search"
	"example.com/archive/store"
)

// featureCollections are what features are measured on.
var featureCollections = []string{"reuters21578", "reuters-financial-2007-2008"}

// features times what a search can do, in one process that has the archive
// open: beside the same search without it, and beside SQL on a plain FTS5 table
// of the same articles where that can do the same. All take turns.
func features(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("features", flag.ExitOnError)
	data := dataFlag(flags, root)
	dir := flags.String("dir", "", "`folder` for archives and tables, kept and used again; if empty, a passing one")
	runs := flags.Int("runs", 25, "runs of each search")
	doc := flags.String("doc", filepath.Join(root, "docs", "benchmarks.md"), "`file` to put the tables in, after a run of both collections; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names := flags.Args()
	if len(names) == 0 {
		names = featureCollections
	}
	if *dir == "" {
		passing, err := os.MkdirTemp("", "bench-features-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(passing)
		*dir = passing
	}
	schema, err := os.ReadFile(filepath.Join(root, "schema.sql"))
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "`go run ./bench features`, %s, %s. Medians of %d runs in ms, in one process that has\nthe file open; × is the time of `archive` divided by the one beside it. %s FTS5 has no such search: the time is that of\nthe plain words.\n",
		time.Now().UTC().Format(time.DateOnly), system(), *runs, plainer)
	for _, name := range names {
		c := featureCollection{name: name, file: filepath.Join(*data, name+".jsonl.gz"), dir: filepath.Join(*dir, name), schema: string(schema)}
		table, err := c.measure(ctx, *runs)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&b, "\n%s", table)
	}
	if _, err := io.WriteString(out, b.String()); err != nil || *doc == "" || !slices.Equal(names, featureCollections) {
		return err
	}
	return replaceSection(*doc, "features", b.String())
}

// featureCollection is a file of articles, imported twice.
type featureCollection struct {
	name, file, dir string
	schema          string
	archive         *store.Archive
	plain           *plainTable
	articles        int
	words           words
	mistyped        string // one of words, as no article has it
}

func (c *featureCollection) measure(ctx context.Context, runs int) (table string, err error) {
	if _, err := os.Stat(c.file); err != nil {
		return "", &absentError{filepath.Base(c.file) + " is not here (name its folder with -data)"}
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return "", err
	}
	if err := c.open(ctx); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.archive.Close(), c.plain.close()) }()
	if c.words, err = chooseWords(c.file, c.articles); err != nil {
		return "", err
	}
	if c.mistyped, err = c.misspell(ctx, c.words.Common[1]); err != nil {
		return "", err
	}
	var took []*featureTimes
	for _, f := range c.features() {
		t, err := c.time(ctx, f, runs)
		if err != nil {
			return "", fmt.Errorf("%s: %w", f.name, err)
		}
		took = append(took, t)
	}
	return c.report(took), nil
}

// open imports what an earlier run has not left behind.
func (c *featureCollection) open(ctx context.Context) (err error) {
	path := filepath.Join(c.dir, "archive.db")
	_, statErr := os.Stat(path)
	if c.archive, err = store.OpenOrCreate(ctx, path, c.schema); err != nil {
		return err
	}
	if statErr != nil {
		if _, err := ingest.Run(ctx, c.archive, ingest.Options{Paths: []string{c.file}}); err != nil {
			return errors.Join(err, c.archive.Close(), os.Remove(path))
		}
	}
	if c.plain, err = openPlainTable(ctx, filepath.Join(c.dir, "plain.db"), c.file); err != nil {
		return errors.Join(err, c.archive.Close())
	}
	result, err := search.Run(ctx, c.archive, search.Query{Text: "*", Limit: 1, Now: time.Now()})
	if err != nil {
		return err
	}
	c.articles = result.All
	return nil
}

// feature is something that a search can do.
type feature struct {
	name    string
	query   string // as it is shown
	with    act
	without act // nil where there is no search without it
	sql     act
	mark    string // plainer where SQL does less
}

// act is one search; it gives how many articles it found.
type act func(ctx context.Context) (found int, err error)

// featureTimes are the times of a feature.
type featureTimes struct {
	feature
	found             int
	withs, offs, sqls []time.Duration
}

// time lets the searches take turns; the first round, which warms what they
// read, is not kept.
func (c *featureCollection) time(ctx context.Context, f feature, runs int) (*featureTimes, error) {
	t := &featureTimes{feature: f}
	for n := range runs + 1 {
		for _, turn := range []struct {
			do   act
			kept *[]time.Duration
		}{{f.with, &t.withs}, {f.without, &t.offs}, {f.sql, &t.sqls}} {
			if turn.do == nil {
				continue
			}
			start := time.Now()
			found, err := turn.do(ctx)
			took := time.Since(start)
			if err != nil {
				return nil, err
			}
			if turn.kept == &t.withs {
				t.found = found
			}
			if n > 0 {
				*turn.kept = append(*turn.kept, took)
			}
		}
	}
	return t, nil
}

func medianTime(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}

// tooSlow is how many times as long as plain FTS5 a feature may take.
const tooSlow = 2

func (c *featureCollection) report(took []*featureTimes) string {
	t := newTable("feature", "found", "archive", "without it", "×", "FTS5 SQL", "×")
	var slow, queries []string
	for _, f := range took {
		with, off, sql := medianTime(f.withs), medianTime(f.offs), medianTime(f.sqls)
		t.add(f.name, count(f.found), milli(with), milli(off), ratioOf(with, off), milli(sql)+f.mark, ratioOf(with, sql))
		if sql > 0 && with > tooSlow*sql {
			slow = append(slow, f.name)
		}
		queries = append(queries, "`"+f.query+"`")
	}
	verdict := "None takes more than twice as long as plain FTS5."
	if len(slow) > 0 {
		verdict = "More than twice as long as plain FTS5: " + strings.Join(slow, ", ") + "."
	}
	return fmt.Sprintf("### %s, %d articles\n\n%s\n%s\n\nThe queries: %s.\n", c.name, c.articles, t, verdict, strings.Join(queries, ", "))
}

func milli(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}

func ratioOf(a, b time.Duration) string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(a)/float64(b))
}
