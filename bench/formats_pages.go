package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/sync/errgroup"

	"example.com/archive/ingest/html"
)

// A pageCollection is web pages with the text that people took for their
// articles, published to measure programs such as ours with.
type pageCollection struct {
	name  string
	pages []judgedPage
}

type judgedPage struct {
	file, url, text string
}

// pageReaders are the programs measured: ours, and the libraries that do the
// same in Go.
var pageReaders = []struct {
	name string
	text func(page []byte, address string) string
}{
	{"archive", ourText},
	{"go-trafilatura", trafilaturaText},
	{"go-readability", readabilityText},
}

func ourText(page []byte, address string) string {
	p, err := html.Read(page, address)
	if err != nil {
		return ""
	}
	return p.Text
}

func trafilaturaText(page []byte, address string) string {
	u, _ := url.Parse(address)
	r, err := trafilatura.Extract(bytes.NewReader(page), trafilatura.Options{OriginalURL: u, EnableFallback: true, ExcludeComments: true})
	if err != nil {
		return ""
	}
	return r.ContentText
}

func readabilityText(page []byte, address string) string {
	u, _ := url.Parse(address)
	r, err := readability.FromReader(bytes.NewReader(page), u)
	if err != nil {
		return ""
	}
	var b strings.Builder
	if r.RenderText(&b) != nil {
		return ""
	}
	return b.String()
}

// measurePages compares readers of web pages on public collections that lie in
// the folder data, one folder each: those of the article extraction benchmark
// of Zyte and of WCXB, as they are published.
func measurePages(ctx context.Context, data string) (string, error) {
	var all []pageCollection
	for _, load := range []func(dir string) ([]pageCollection, error){zyteCollection, wcxbCollections} {
		found, err := load(data)
		if err != nil {
			return "", err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return "", &absentError{"no collection of pages in " + data + " (name the folder that holds them with -data)"}
	}
	t := newTable("collection", "pages", "reader", "precision", "recall", "F1", "mean F1", "word F1", "pages/s")
	for _, c := range all {
		for _, r := range pageReaders {
			s, err := c.score(ctx, r.text)
			if err != nil {
				return "", err
			}
			t.add(append([]string{c.name, count(len(c.pages)), r.name}, s.cells()...)...)
		}
	}
	return t.String() + "\nPrecision, recall and F1 are of runs of four words, as the article extraction benchmark computes them; " +
		"word F1 is the mean over the pages of the F1 of single words, as WCXB computes it.\n", nil
}

// zyteCollection reads ground-truth.json and the pages in html.
func zyteCollection(data string) ([]pageCollection, error) {
	files, err := filepath.Glob(filepath.Join(data, "*", "ground-truth.json"))
	if err != nil || len(files) == 0 {
		return nil, err
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		return nil, err
	}
	var truth map[string]struct{ ArticleBody, URL string }
	if err := json.Unmarshal(b, &truth); err != nil {
		return nil, fmt.Errorf("%s: %w", files[0], err)
	}
	c := pageCollection{name: "article-extraction-benchmark"}
	for id, t := range truth {
		c.pages = append(c.pages, judgedPage{filepath.Join(filepath.Dir(files[0]), "html", id+".html.gz"), t.URL, t.ArticleBody})
	}
	slices.SortFunc(c.pages, func(a, b judgedPage) int { return strings.Compare(a.file, b.file) })
	return []pageCollection{c}, nil
}

// wcxbCollections reads the two parts of WCXB: articles, and pages of the
// other types together.
func wcxbCollections(data string) ([]pageCollection, error) {
	var all []pageCollection
	for _, split := range []string{"dev", "test"} {
		files, err := filepath.Glob(filepath.Join(data, "*", split, "ground-truth", "*.json"))
		if err != nil || len(files) == 0 {
			return nil, err
		}
		articles, others := pageCollection{name: "WCXB " + split + ", articles"}, pageCollection{name: "WCXB " + split + ", other pages"}
		for _, file := range files {
			p, kind, err := wcxbPage(file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if kind == "article" {
				articles.pages = append(articles.pages, p)
			} else {
				others.pages = append(others.pages, p)
			}
		}
		all = append(all, articles, others)
	}
	return all, nil
}

func wcxbPage(file string) (p judgedPage, kind string, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return p, "", err
	}
	var page struct {
		URL      string
		Internal struct {
			Type struct{ Primary string } `json:"page_type"`
		} `json:"_internal"`
		Truth struct {
			Text string `json:"main_content"`
		} `json:"ground_truth"`
	}
	if err := json.Unmarshal(b, &page); err != nil {
		return p, "", err
	}
	id := strings.TrimSuffix(filepath.Base(file), ".json")
	page.URL, _, _ = strings.Cut(page.URL, "#")
	return judgedPage{filepath.Join(filepath.Dir(filepath.Dir(file)), "html", id+".html.gz"), page.URL, page.Truth.Text}, page.Internal.Type.Primary, nil
}

// pageScore is the means over the pages of a collection, and how fast they
// were read on all cores.
type pageScore struct {
	precision, recall, f1, wordF1 float64
	rate                          float64 // pages a second
}

func (s pageScore) cells() []string {
	f1 := 2 * s.precision * s.recall / max(s.precision+s.recall, 1e-9)
	return []string{digits(s.precision), digits(s.recall), digits(f1), digits(s.f1), digits(s.wordF1), fmt.Sprintf("%.0f", s.rate)}
}

func (c pageCollection) score(ctx context.Context, read func(page []byte, address string) string) (pageScore, error) {
	scores := make([]pageScore, len(c.pages))
	start := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i, p := range c.pages {
		g.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				scores[i], err = p.score(read)
			}
			return err
		})
	}
	err := g.Wait()
	seconds := time.Since(start).Seconds()
	var sum pageScore
	n := float64(max(len(scores), 1))
	for _, s := range scores {
		sum.precision, sum.recall = sum.precision+s.precision/n, sum.recall+s.recall/n
		sum.f1, sum.wordF1 = sum.f1+s.f1/n, sum.wordF1+s.wordF1/n
	}
	sum.rate = n / seconds
	return sum, err
}

func (p judgedPage) score(read func(page []byte, address string) string) (s pageScore, err error) {
	b, err := unzipped(p.file)
	if err != nil {
		return s, err
	}
	got := read(b, p.url)
	s.precision, s.recall, s.f1 = ngramF1(words4(got), words4(p.text))
	_, _, s.wordF1 = ngramF1(words1(got), words1(p.text))
	return s, nil
}

func unzipped(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return io.ReadAll(z)
}

func words1(s string) map[string]int {
	words := map[string]int{}
	for _, w := range wordsIn(strings.ToLower(s)) {
		words[w]++
	}
	return words
}
