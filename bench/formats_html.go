package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"example.com/archive/ingest"
)

// savedPage is a page with what a person would take from it.
type savedPage struct {
	path, text                               string // text is the article, in words
	title, byline, site, lang, publishedTime string
}

// measureHTML compares the article and its metadata with what Readability's
// test pages expect, and times reading them on one core and on all.
func measureHTML(ctx context.Context, data string) (string, error) {
	pages, err := savedPages(filepath.Join(data, "html", "readability-test-pages"))
	if err != nil {
		return "", err
	}
	var s htmlScore
	for _, p := range pages {
		if err := s.add(ctx, p); err != nil {
			return "", err
		}
	}
	one, all := timePages(ctx, pages, 1), timePages(ctx, pages, runtime.NumCPU())
	return fmt.Sprintf("%s\n%.1f pages a second on one core, %.1f on %d (%.2f times as many).\n",
		s.table(), one, all, runtime.NumCPU(), all/one), nil
}

func savedPages(dir string) ([]savedPage, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*", "source.html"))
	if err != nil || len(found) == 0 {
		return nil, &absentError{"no pages in " + dir}
	}
	var pages []savedPage
	for _, path := range found {
		p, err := savedPageOf(path)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

func savedPageOf(path string) (savedPage, error) {
	var meta struct{ Title, Byline, SiteName, Lang, PublishedTime string }
	p := savedPage{path: path}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(path), "expected-metadata.json"))
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(b, &meta); err != nil {
		return p, err
	}
	p.title, p.byline, p.site, p.lang, p.publishedTime = meta.Title, meta.Byline, meta.SiteName, meta.Lang, meta.PublishedTime
	b, err = os.ReadFile(filepath.Join(filepath.Dir(path), "expected.html"))
	if err != nil {
		return p, err
	}
	root, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		return p, err
	}
	var text strings.Builder
	articleText(&text, root)
	p.text = text.String()
	return p, nil
}

// articleText gathers the text of a page, without its pictures' captions,
// which our reader keeps apart.
func articleText(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	if slices.Contains([]atom.Atom{atom.Script, atom.Style, atom.Head, atom.Figcaption}, n.DataAtom) {
		return
	}
	for c := range n.ChildNodes() {
		articleText(b, c)
	}
	if n.Type == html.ElementNode && !isInline(n) {
		b.WriteByte(' ')
	}
}

func isInline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Cite, atom.Code, atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I,
		atom.Ins, atom.Kbd, atom.Mark, atom.Q, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup,
		atom.Time, atom.U, atom.Var, atom.Wbr:
		return true
	}
	return false
}

type htmlScore struct {
	pages                           int
	precision, recall, f1           float64 // sums
	title, byline, site, lang, date tally
	low                             []string
}

func (s *htmlScore) add(ctx context.Context, p savedPage) error {
	articles, failures, err := ingest.Explain(ctx, p.path, ingest.Options{})
	if err != nil {
		return err
	}
	page := filepath.Base(filepath.Dir(p.path))
	a := ingest.Article{}
	if len(articles) == 1 {
		a = articles[0]
	} else {
		s.low = append(s.low, fmt.Sprintf("%s: %d articles %v", page, len(articles), failures))
	}
	precision, recall, f1 := ngramF1(words4(a.Text), words4(p.text))
	s.pages++
	s.precision, s.recall, s.f1 = s.precision+precision, s.recall+recall, s.f1+f1
	if f1 < .9 {
		s.low = append(s.low, fmt.Sprintf("%s: F1 %.3f (precision %.3f, recall %.3f)", page, f1, precision, recall))
	}
	s.title.add(page, p.title, a.Title.Value, sameText)
	s.byline.add(page, p.byline, a.Byline.Value, sameByline)
	s.site.add(page, p.site, a.Source.Value, sameText)
	s.lang.add(page, p.lang, a.Lang.Value, sameLanguage)
	s.date.add(page, p.publishedTime, a.Published.Value, sameDay)
	return nil
}

func (s *htmlScore) table() string {
	n := float64(max(s.pages, 1))
	t := newTable("Readability's test pages, "+count(s.pages), "right", "share")
	t.add("text, word 4-gram precision", "", digits(s.precision/n))
	t.add("text, word 4-gram recall", "", digits(s.recall/n))
	t.add("text, word 4-gram F1", "", digits(s.f1/n))
	var wrong []string
	for _, field := range []struct {
		name string
		*tally
	}{{"title", &s.title}, {"byline", &s.byline}, {"site", &s.site}, {"language", &s.lang}, {"published date", &s.date}} {
		t.add(append([]string{field.name}, field.cells()...)...)
		for _, w := range field.wrong {
			wrong = append(wrong, "- "+field.name+" of "+w)
		}
	}
	for _, l := range s.low {
		wrong = append(wrong, "- text of "+l)
	}
	return t.String() + "\n" + strings.Join(wrong, "\n") + "\n"
}

// sameByline leaves out what stands before a name ("By") and what lists join
// names with, which our reader writes in one way.
func sameByline(want, got string) bool {
	names := func(s string) string {
		kept := slices.DeleteFunc(wordsIn(strings.ToLower(s)), func(w string) bool { return slices.Contains([]string{"by", "par", "and"}, w) })
		return strings.Join(kept, " ")
	}
	return names(want) == names(got)
}

func sameLanguage(want, got string) bool {
	code := func(s string) string {
		c, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(s), "_", "-"), "-")
		return c
	}
	return code(want) == code(got)
}

// timePages reads all pages a few times and gives how many were read a second.
func timePages(ctx context.Context, pages []savedPage, cores int) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	const rounds = 3
	var next atomic.Int64
	var readers sync.WaitGroup
	start := time.Now()
	for range cores {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(rounds*len(pages)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				ingest.Explain(ctx, pages[i%int64(len(pages))].path, ingest.Options{})
			}
		})
	}
	readers.Wait()
	return float64(rounds*len(pages)) / time.Since(start).Seconds()
}
