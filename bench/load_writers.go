package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/archive/search"
	"example.com/archive/store"
)

// batch is a file of new articles that was imported.
type batch struct {
	file     string
	marker   string // a word that they alone have
	articles int
	changes  bool // or stays as it was first
}

const batchArticles = 3

// importOn imports without end: new articles, changed ones, and files that
// were imported before.
func (l *loaded) importOn(ctx context.Context) error {
	f := &feeder{corpus: l.corpus}
	defer f.close()
	random := rand.New(rand.NewPCG(corpusSeed, 2<<32))
	return l.every(ctx, l.pause, func(ctx context.Context, n int) error {
		b, known := l.anyBatch(random)
		switch step := n % 6; {
		case step == 0 || !known:
			return l.importNew(ctx, f)
		case step == 3 && b.changes:
			return l.importChanged(ctx, b, n)
		case step == 5:
			return l.importAs(ctx, countRepeated, l.corpus.jsonl(), l.churn())
		default:
			return l.importAs(ctx, countRepeated, b.file)
		}
	})
}

func (l *loaded) importAs(ctx context.Context, kind string, paths ...string) error {
	_, err := l.tool("import", append([]string{"--quiet"}, paths...)...).cost(ctx)
	l.counts[kind].Add(1)
	return err
}

func (l *loaded) importNew(ctx context.Context, f *feeder) error {
	articles, err := f.next(batchArticles)
	if err != nil {
		return err
	}
	n := len(l.batches) // which this goroutine alone adds to
	b := batch{filepath.Join(l.churn(), fmt.Sprintf("%05d.jsonl", n)), marker(n), len(articles), n%2 == 0}
	for _, a := range articles {
		a.Body += "\n\nMarked " + b.marker + "."
	}
	if err := writeBatch(b.file, articles); err != nil {
		return err
	}
	if err := l.importAs(ctx, countNew, b.file); err != nil || ctx.Err() != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches = append(l.batches, b)
	return nil
}

// importChanged adds a sentence to every article of a batch.
func (l *loaded) importChanged(ctx context.Context, b batch, n int) error {
	var articles []*article
	err := eachArticle(b.file, func(a *article) error {
		a.Body += fmt.Sprintf(" Corrected for the %dth time.", n)
		articles = append(articles, a)
		return nil
	})
	if err := errors.Join(err, writeBatch(b.file, articles)); err != nil {
		return err
	}
	return l.importAs(ctx, countChanged, b.file)
}

// marker is a word of letters for a number.
func marker(n int) string {
	word := []byte("zqx")
	for range 5 {
		word = append(word, byte('a'+n%26))
		n /= 26
	}
	return string(word) + "qz"
}

func writeBatch(path string, articles []*article) error {
	var b strings.Builder
	for _, a := range articles {
		line, err := json.Marshal(a)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// feeder gives articles that the archive does not hold, without end, and holds
// few of them in memory.
type feeder struct {
	corpus corpusFiles
	given  int
	f      *os.File
	lines  *json.Decoder
}

func (f *feeder) next(n int) ([]*article, error) {
	var all []*article
	for len(all) < n {
		a, err := f.one()
		if err != nil {
			return nil, err
		}
		a.ID = fmt.Sprint("load-", f.given)
		a.Body += fmt.Sprintf("\n\nArticle %d.", f.given)
		a.Source = "Load Wire"
		f.given++
		all = append(all, a)
	}
	return all, nil
}

func (f *feeder) one() (*article, error) {
	for {
		if f.lines == nil {
			if err := f.open(); err != nil {
				return nil, err
			}
		}
		var a article
		err := f.lines.Decode(&a)
		if !errors.Is(err, io.EOF) {
			return &a, err
		}
		f.close()
	}
}

func (f *feeder) open() (err error) {
	if f.f, err = os.Open(f.corpus.more(f.given / moreArticles % moreTimes).jsonl()); err == nil {
		f.lines = json.NewDecoder(f.f)
	}
	return err
}

func (f *feeder) close() {
	if f.f != nil {
		f.f.Close()
	}
	f.f, f.lines = nil, nil
}

// editOn corrects an article after the other, and finds each correction. They
// are of files that do not change: a correction of what has just become an
// earlier version would be found by is:old alone.
func (l *loaded) editOn(ctx context.Context) error {
	random := rand.New(rand.NewPCG(corpusSeed, 3<<32))
	return l.every(ctx, 4*l.pause, func(ctx context.Context, n int) error {
		b, known := l.anyBatch(random)
		if !known || b.changes {
			return nil
		}
		ids, err := l.ids(ctx, search.Query{Text: "=" + b.marker})
		if err != nil {
			return err
		}
		tag := "edited" + marker(n)
		_, err = l.tool("edit", "--quiet", fmt.Sprint(one(random, ids)), "--tag", tag).cost(ctx)
		if err != nil {
			return err
		}
		l.counts[countEdits].Add(1)
		found, err := l.ids(ctx, search.Query{Text: "tag:" + tag})
		if err == nil && len(found) != 1 {
			err = fmt.Errorf("%d articles have the new tag", len(found))
		}
		return err
	})
}

// backUp makes a copy, and finds in it what was in the archive before.
func (l *loaded) backUp(ctx context.Context, n int) error {
	l.mu.Lock()
	before := len(l.batches)
	l.mu.Unlock()
	path := filepath.Join(l.copies(), fmt.Sprintf("%d.db", n))
	if _, err := l.tool("backup", "--quiet", path).cost(ctx); err != nil {
		return err
	}
	l.counts[countBackups].Add(1)
	err := l.searchCopy(ctx, path, before)
	if err == nil && n%4 == 0 {
		l.counts[countChecks].Add(1)
		_, err = l.toolOn(path, "check", "--deep").cost(ctx)
	}
	return errors.Join(err, removeDatabase(path))
}

func (l *loaded) searchCopy(ctx context.Context, path string, batches int) (err error) {
	a, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	c := &loaded{archive: a, lastBase: l.lastBase}
	for i := 0; i < len(l.fixed); i += 1 + len(l.fixed)/20 {
		if err := c.findSame(ctx, l.fixed[i]); err != nil {
			return fmt.Errorf("in the copy: %w", err)
		}
	}
	l.mu.Lock()
	known := l.batches[:batches]
	l.mu.Unlock()
	for _, b := range known {
		if err := c.findBatch(ctx, b); err != nil {
			return fmt.Errorf("in the copy: %w", err)
		}
	}
	return nil
}

func (l *loaded) optimize(ctx context.Context, _ int) error {
	_, err := l.tool("optimize", "--quiet").cost(ctx)
	if err == nil {
		l.counts[countOptimizes].Add(1)
		_, err = l.tool("check").cost(ctx)
		l.counts[countChecks].Add(1)
	}
	return err
}

// sampleOn looks at the memory now and again, and ends the load.
func (l *loaded) sampleOn(ctx context.Context) error {
	defer l.end()
	next := time.Now().Add(l.sampling)
	for ctx.Err() == nil && !l.enough() {
		if time.Now().After(next) {
			next = next.Add(l.sampling)
			l.sample()
		}
		time.Sleep(100 * time.Millisecond)
	}
	l.sample()
	return nil
}
