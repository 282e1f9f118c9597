package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"example.com/archive/ingest/html"
)

// tutored gives the pages that Trafilatura is measured with, if they lie in
// the folder data. People chose a few snippets of each that belong to its
// article, or do not; of the other blocks go-trafilatura and go-readability
// tell: one that both keep is the article's, and a long one that either keeps.
func tutored(ctx context.Context, data string) ([]*lesson, error) {
	files, err := filepath.Glob(filepath.Join(data, "*", "tests", "evaldata.json"))
	if err != nil || len(files) == 0 {
		return nil, err
	}
	pages, err := snippedPages(files[0])
	if err != nil {
		return nil, err
	}
	all := make([]*lesson, len(pages))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i, p := range pages {
		g.Go(func() error {
			all[i] = p.lesson(filepath.Dir(files[0]))
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(l *lesson) bool { return l == nil }), nil
}

// snippedPage is a page with snippets of its article and of what is none.
type snippedPage struct {
	url           string
	File          string
	With, Without []string
}

func snippedPages(file string) ([]snippedPage, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var found map[string]snippedPage
	if err := json.Unmarshal(b, &found); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var pages []snippedPage
	for _, address := range slices.Sorted(maps.Keys(found)) {
		p := found[address]
		p.url = address
		pages = append(pages, p)
	}
	return pages, nil
}

func (p snippedPage) read(dir string) []byte {
	for _, folder := range []string{"eval", "cache"} {
		if b, err := os.ReadFile(filepath.Join(dir, folder, p.File)); err == nil && utf8.Valid(b) {
			return b
		}
	}
	return nil
}

const surely = 4 // times the weight of a block that people judged

func (p snippedPage) lesson(dir string) *lesson {
	page := p.read(dir)
	l := &lesson{candidates: html.Candidates(page), fold: foldOf(p.url), article: true, tutored: true}
	if len(l.candidates) == 0 {
		return nil
	}
	one, ones := inText(l.candidates, wordsIn(strings.ToLower(readabilityText(page, p.url))))
	other, others := inText(l.candidates, wordsIn(strings.ToLower(trafilaturaText(page, p.url))))
	both := 0
	for i, c := range l.candidates {
		right := one[i] && other[i] || (one[i] || other[i]) && c.Words > 40
		l.right = append(l.right, right)
		if right {
			both += c.Words
		}
	}
	if both*2 < max(ones, others) {
		return nil // they do not agree
	}
	l.weigh(.8)
	p.judge(l)
	return l
}

// judge lets the snippets overrule the libraries.
func (p snippedPage) judge(l *lesson) {
	for i, c := range l.candidates {
		text := strings.Join(strings.Fields(c.Text), " ")
		for _, s := range p.With {
			if strings.Contains(text, s) && !l.right[i] {
				l.right[i] = true
				l.weight[i] *= surely
			}
		}
		for _, s := range p.Without {
			if strings.Contains(text, s) && c.Words < 3*len(strings.Fields(s))+10 {
				l.right[i] = false
				l.weight[i] *= surely
			}
		}
	}
}
