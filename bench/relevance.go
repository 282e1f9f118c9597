package main

import (
	"bufio"
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

// bar is the nDCG@10 of an FTS5 table with the tokenizer unicode61 and the
// words of the query joined by OR, measured on the same collections with the
// same judgements. It is known to three digits.
var bar = map[string]float64{
	"time": .729, "cran": .347, "cisi": .297, "med": .688, "cacm": .420, "npl": .362, "adi": .409,
	"xquad_ru": .873, "xquad_de": .915, "xquad_en": .961,
}

// english are the collections whose mean is compared between programs.
var english = []string{"time", "cran", "cisi", "med", "cacm", "npl", "adi"}

// bleveMean is the mean nDCG@10 of Bleve 2.5 over the collections english.
const bleveMean = .509

var matchModes = map[string]search.Match{"some": search.AllThenSome, "any": search.Any, "all": search.AllOnly}

// score is what one collection gave.
type score struct {
	name     string
	articles int
	failed   int // documents that could not be imported
	queries  int
	empty    int // queries that found nothing
	noted    int // queries of which the search said how it read them
	metrics
}

func relevance(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("relevance", flag.ExitOnError)
	data := flags.String("data", filepath.Join(root, "..", "shared", "data", "relevance"), "`folder` of the collections")
	runs := flags.String("runs", "", "`folder` to write TREC runs to; none if empty")
	mode := flags.String("match", "some", "some: all words, then some; any: by score alone; all: all words only")
	doc := flags.String("doc", filepath.Join(root, "docs", "relevance.md"), "`file` to put the table in, after a run of everything; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	match, ok := matchModes[*mode]
	if !ok {
		return fmt.Errorf("there is no match mode %q (use some, any or all)", *mode)
	}
	names := flags.Args()
	if len(names) == 0 {
		var err error
		if names, err = collectionNames(*data); err != nil {
			return err
		}
	}
	judge := &judge{ctx: ctx, schema: filepath.Join(root, "schema.sql"), runs: *runs, match: match}
	scores, err := judge.all(*data, names)
	if err != nil {
		return err
	}
	table := relevanceTable(scores)
	if _, err := io.WriteString(out, table); err != nil {
		return err
	}
	if *doc == "" || match != search.AllThenSome || len(scores) < len(bar) {
		return nil
	}
	return replaceSection(*doc, "relevance", "`go run ./bench relevance`, "+time.Now().UTC().Format(time.DateOnly)+":\n\n"+table)
}

// judge runs collections through the real import and the real search.
type judge struct {
	ctx    context.Context
	schema string
	runs   string
	match  search.Match
	// asTyped searches words that the archive does not hold as they are.
	asTyped bool
}

func (j *judge) all(data string, names []string) (scores []score, err error) {
	for _, name := range names {
		c, err := readCollection(data, name)
		if err != nil {
			return nil, err
		}
		s, err := j.collection(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		scores = append(scores, s)
	}
	return scores, nil
}

func (j *judge) collection(c *collection) (s score, err error) {
	err = withCollection(j.ctx, j.schema, c, func(archive *store.Archive, report *ingest.Report) error {
		s = score{name: c.name, articles: report.Added, failed: report.Failed}
		rankings, err := j.rankings(archive, c.queries, &s)
		if err != nil {
			return err
		}
		s.metrics, s.queries = evaluate(c.judged, rankings)
		return j.writeRun(c, rankings)
	})
	return s, err
}

// withCollection imports a collection into an archive of its own, for as long
// as f lasts.
func withCollection(ctx context.Context, schemaFile string, c *collection, f func(*store.Archive, *ingest.Report) error) (err error) {
	dir, err := os.MkdirTemp("", "bench-relevance-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	schema, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	archive, err := store.OpenOrCreate(ctx, filepath.Join(dir, "archive.db"), string(schema))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	report, err := ingest.Run(ctx, archive, ingest.Options{Paths: []string{c.corpus}})
	if err != nil {
		return err
	}
	return f(archive, report)
}

// rankings answers queries.
func (j *judge) rankings(archive *store.Archive, queries []topic, s *score) (map[string][]string, error) {
	documents, err := documentsOf(j.ctx, archive)
	if err != nil {
		return nil, err
	}
	rankings := make(map[string][]string, len(queries))
	for _, q := range queries {
		ids, noted, err := answer(j.ctx, archive, search.Query{Text: q.text, Match: j.match, Limit: mapDepth, Now: time.Now(), NoCorrect: j.asTyped})
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.id, err)
		}
		for _, id := range ids {
			rankings[q.id] = append(rankings[q.id], documents[id]...)
		}
		if len(ids) == 0 {
			s.empty++
		}
		if noted {
			s.noted++
		}
	}
	return rankings, nil
}

// answer gives the articles that a query finds, in order. A query that the
// search refuses finds nothing.
func answer(ctx context.Context, archive *store.Archive, q search.Query) (ids []int64, noted bool, err error) {
	result, err := search.Run(ctx, archive, q)
	var refused *search.Error
	if errors.As(err, &refused) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	for hit, err := range result.Hits {
		if err != nil {
			return nil, false, err
		}
		ids = append(ids, hit.ID)
	}
	return ids, len(result.Notes) > 0, nil
}

// documentsOf gives, for each article, the ids of the documents that it was
// read from: more than one where a collection holds a text twice, which the
// archive keeps once.
func documentsOf(ctx context.Context, archive *store.Archive) (map[int64][]string, error) {
	ids, _, err := answer(ctx, archive, search.Query{Text: "*"})
	if err != nil {
		return nil, err
	}
	documents := make(map[int64][]string, len(ids))
	for _, id := range ids {
		origins, err := archive.Origins(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, o := range origins {
			name, ok := strings.CutPrefix(o.Member, "id ")
			if !ok {
				return nil, fmt.Errorf("article %d has no id of the collection: %q", id, o.Member)
			}
			documents[id] = append(documents[id], name)
		}
	}
	return documents, nil
}

// writeRun writes rankings as TREC programs read them. The score is made
// from the rank, for that of the search does not compare between articles
// with all of the words and articles with some.
func (j *judge) writeRun(c *collection, rankings map[string][]string) (err error) {
	if j.runs == "" {
		return nil
	}
	if err := os.MkdirAll(j.runs, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(j.runs, c.name+".trec"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	for _, q := range c.queries {
		ranking := top(rankings[q.id], mapDepth)
		for i, doc := range ranking {
			fmt.Fprintf(w, "%s Q0 %s %d %d archive\n", q.id, doc, i+1, mapDepth-i)
		}
	}
	return w.Flush()
}

// relevanceTable lists the collections beside the bar, those of the mean first.
func relevanceTable(scores []score) string {
	slices.SortStableFunc(scores, func(a, b score) int { return placeOf(a.name) - placeOf(b.name) })
	t := newTable("collection", "articles", "queries", "nDCG@10", "unicode61 any word", "below it", "MAP", "P@10", "Recall@100", "no hit", "with a note")
	for _, s := range scores {
		t.add(s.name, count(s.articles)+failedMark(s.failed), count(s.queries), digits(s.NDCG10), barText(s.name), mark(s.NDCG10, bar[s.name]),
			digits(s.MAP), digits(s.P10), digits(s.Recall100), count(s.empty), count(s.noted))
	}
	if mean, barMean, ok := englishMean(scores); ok {
		t.add("mean of "+strings.Join(english, " "), "", "", digits(mean.NDCG10), digits(barMean), mark(mean.NDCG10, barMean),
			digits(mean.MAP), digits(mean.P10), digits(mean.Recall100), "", "")
		t.add("the same, Bleve 2.5", "", "", "", digits(bleveMean), mark(mean.NDCG10, bleveMean), "", "", "", "", "")
	}
	return t.String()
}

func placeOf(name string) int {
	if i := slices.Index(english, name); i >= 0 {
		return i
	}
	return len(english)
}

// englishMean averages over the English collections; ok is false unless all
// of them were measured.
func englishMean(scores []score) (mean metrics, barMean float64, ok bool) {
	n := 0
	for _, s := range scores {
		if slices.Contains(english, s.name) {
			mean, barMean = mean.plus(s.metrics), barMean+bar[s.name]
			n++
		}
	}
	if n != len(english) {
		return metrics{}, 0, false
	}
	return mean.over(n), barMean / float64(n), true
}

func barText(name string) string {
	if bar[name] == 0 {
		return ""
	}
	return digits(bar[name])
}

// mark says whether a figure is below the bar, as far as three digits tell.
func mark(got, wanted float64) string {
	if wanted > 0 && int(got*1000+.5) < int(wanted*1000+.5) {
		return "below"
	}
	return ""
}

func failedMark(failed int) string {
	if failed == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d not read)", failed)
}
