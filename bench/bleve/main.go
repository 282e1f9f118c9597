// Bleve indexes and searches articles with the library of that name, for the
// benchmark beside it:
//
//	bleve version
//	bleve index INDEX ARTICLES.jsonl
//	bleve search INDEX QUERY
//	bleve answer INDEX
//
// A query is a line of fields between tabs: form, words, source, since, until,
// by date, offset, facets, count. The ids of the articles found are printed a line
// each, then "=" and how many there are. answer reads queries from standard
// input.
//
// It is a module of its own, so that archive does not depend on the library.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := errors.Join(run(os.Args[1:], out), out.Flush())
	if err != nil {
		fmt.Fprintln(os.Stderr, "bleve:", err)
		os.Exit(2)
	}
}

func run(args []string, out *bufio.Writer) error {
	switch {
	case len(args) == 1 && args[0] == "version":
		_, err := fmt.Fprintln(out, "bleve", version())
		return err
	case len(args) == 3 && args[0] == "index":
		return index(args[1], args[2])
	case len(args) == 3 && args[0] == "search":
		return answer(args[1], strings.NewReader(args[2]), out)
	case len(args) == 2 && args[0] == "answer":
		return answer(args[1], os.Stdin, out)
	}
	return errors.New("usage: bleve version | index INDEX ARTICLES | search INDEX QUERY | answer INDEX")
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, d := range info.Deps {
		if d.Path == "github.com/blevesearch/bleve/v2" {
			return strings.TrimPrefix(d.Version, "v")
		}
	}
	return "unknown"
}

// document is what is indexed: title and text together in one field, which
// is the fastest to search, and stored.
type document struct {
	Text   string    `json:"text"`
	Source string    `json:"source"`
	Date   time.Time `json:"date"`
}

// analyzer is the one for English with its stop words left in: the other
// contestants find them too.
const analyzer = "english"

func articleMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	err := m.AddCustomAnalyzer(analyzer, map[string]any{
		"type": custom.Name, "tokenizer": unicode.Name,
		"token_filters": []string{en.PossessiveName, lowercase.Name, porter.Name},
	})
	text := bleve.NewTextFieldMapping()
	text.Analyzer = analyzer
	text.DocValues = false
	text.IncludeInAll = false
	source := bleve.NewTextFieldMapping()
	source.Analyzer = keyword.Name
	source.IncludeInAll = false
	date := bleve.NewDateTimeFieldMapping()
	date.IncludeInAll = false
	article := bleve.NewDocumentStaticMapping()
	article.AddFieldMappingsAt("text", text)
	article.AddFieldMappingsAt("source", source)
	article.AddFieldMappingsAt("date", date)
	m.DefaultMapping = article
	return m, err
}

// batchSize is how many documents are indexed at once, on all cores.
const batchSize = 1000

func index(path, articles string) (err error) {
	f, err := os.Open(articles)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := articleMapping()
	if err != nil {
		return err
	}
	idx, err := bleve.New(path, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, idx.Close()) }()
	lines := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	batch := idx.NewBatch()
	for {
		var a struct{ ID, Title, Body, Source, Date string }
		err := lines.Decode(&a)
		if err == io.EOF {
			return idx.Batch(batch)
		}
		if err != nil {
			return err
		}
		day, _ := time.Parse(time.DateOnly, a.Date[:min(len(a.Date), len(time.DateOnly))])
		if err := batch.Index(a.ID, document{a.Title + "\n" + a.Body, a.Source, day}); err != nil {
			return err
		}
		if batch.Size() < batchSize {
			continue
		}
		if err := idx.Batch(batch); err != nil {
			return err
		}
		batch.Reset()
	}
}

func answer(path string, in io.Reader, out *bufio.Writer) (err error) {
	idx, err := bleve.OpenUsing(path, map[string]any{"read_only": true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, idx.Close()) }()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if err := search(idx, strings.Split(lines.Text(), "\t"), out); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return lines.Err()
}

const shown = 20

func search(idx bleve.Index, cells []string, out io.Writer) error {
	if len(cells) != 9 {
		return errors.New("a query has 9 fields")
	}
	form, words, source, since, until := cells[0], cells[1], cells[2], cells[3], cells[4]
	if form == "nothing" {
		_, err := fmt.Fprintln(out, "=")
		return err
	}
	offset, err := strconv.Atoi(cells[6])
	if err != nil {
		return err
	}
	q := textQuery(form, words)
	if source != "" {
		of := bleve.NewTermQuery(source)
		of.SetField("source")
		q = bleve.NewConjunctionQuery(q, of)
	}
	if since != "" {
		between, err := days(since, until)
		if err != nil {
			return err
		}
		q = bleve.NewConjunctionQuery(q, between)
	}
	request := bleve.NewSearchRequestOptions(q, shown, offset, false)
	if cells[5] == "true" {
		request.SortBy([]string{"-date"})
	}
	if cells[7] == "true" {
		request.AddFacet("source", bleve.NewFacetRequest("source", 1000))
	}
	result, err := idx.Search(request)
	if err != nil {
		return err
	}
	return write(result, out)
}

func write(result *bleve.SearchResult, out io.Writer) error {
	if facet := result.Facets["source"]; facet != nil {
		for _, t := range facet.Terms.Terms() {
			if _, err := fmt.Fprintln(out, t.Term, t.Count); err != nil {
				return err
			}
		}
	} else {
		for _, hit := range result.Hits {
			if _, err := fmt.Fprintln(out, hit.ID); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(out, "=", result.Total)
	return err
}

func textQuery(form, words string) query.Query {
	switch form {
	case "phrase":
		q := bleve.NewMatchPhraseQuery(words)
		q.SetField("text")
		return q
	case "prefix":
		q := bleve.NewPrefixQuery(words)
		q.SetField("text")
		return q
	}
	q := bleve.NewMatchQuery(words)
	q.SetField("text")
	if form != "any" {
		q.SetOperator(query.MatchQueryOperatorAnd)
	}
	return q
}

// days are a range with both its ends.
func days(since, until string) (query.Query, error) {
	from, err := time.Parse(time.DateOnly, since)
	if err != nil {
		return nil, err
	}
	to, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return nil, err
	}
	q := bleve.NewDateRangeQuery(from, to.AddDate(0, 0, 1))
	q.SetField("date")
	return q, nil
}
