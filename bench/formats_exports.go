package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/archive/ingest"
)

// expectedExport is what a person reads in an export or a download.
type expectedExport struct {
	Kind     string // the row of the table that it counts in
	Skipped  int    // entries without a text
	Articles []expectedEntry
}

// expectedEntry is one article; what is empty is not compared.
type expectedEntry struct {
	Title, URL, Date, Source, Byline string
	Begins, Ends                     string // of the text
}

// expectations is the name of the files that say what is expected of the files
// beside and below them, by their paths from there.
const expectations = "expected.json"

// measureExports compares the articles of exports, lists of references and
// downloads of press databases with those expected: by the list in testdata, and
// by the files expected.json in the folder of samples.
func measureExports(ctx context.Context, data string) (string, error) {
	dir := filepath.Join(data, "exports")
	scores := map[string]*exportScore{}
	// The expectations of samples whose folder is not ours to write in.
	for _, list := range []string{filepath.Join("bench", "testdata", "exports.json"), filepath.Join("testdata", "exports.json")} {
		if err := scoreExports(ctx, list, dir, scores); err != nil && !os.IsNotExist(err) {
			return "", err
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != expectations {
			return err
		}
		return scoreExports(ctx, path, filepath.Dir(path), scores)
	})
	if err != nil {
		return "", &absentError{"no exports in " + dir}
	}
	return exportTable(scores), nil
}

func scoreExports(ctx context.Context, list, dir string, scores map[string]*exportScore) error {
	b, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	var expected map[string]expectedExport
	if err := json.Unmarshal(b, &expected); err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	for name, want := range expected {
		if scores[want.Kind] == nil {
			scores[want.Kind] = &exportScore{}
		}
		if err := scores[want.Kind].add(ctx, filepath.Join(dir, name), want); err != nil {
			return err
		}
	}
	return nil
}

type exportScore struct {
	files, articles, title, url, date, source, byline, text tally
}

func (s *exportScore) add(ctx context.Context, path string, want expectedExport) error {
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	got, failures, err := ingest.Explain(ctx, path, ingest.Options{})
	if err != nil {
		return err
	}
	skipped, faults := 0, 0
	for _, f := range failures {
		n := 0
		switch {
		case strings.HasSuffix(f.Member, " without text") || strings.HasSuffix(f.Member, " without abstract"):
			fmt.Sscan(f.Member, &n)
			skipped += n
		case len(want.Articles) > 0 && !strings.HasPrefix(f.Reason, "skipped ("):
			faults++
		}
	}
	name := filepath.Base(path)
	counts := func(articles, skipped, faults int) string {
		return fmt.Sprintf("%d articles %d skipped %d failures", articles, skipped, faults)
	}
	s.files.add(name, counts(len(want.Articles), want.Skipped, 0), counts(len(got), skipped, faults), sameText)
	s.match(name, want.Articles, got)
	return nil
}

// match compares the articles in their order, passing over those that the one
// side has alone: by their titles and texts.
func (s *exportScore) match(name string, want []expectedEntry, got []ingest.Article) {
	same := func(w expectedEntry) func(ingest.Article) bool {
		return func(a ingest.Article) bool {
			return w.Title != "" && sameText(w.Title, a.Title.Value) || w.Begins != "" && strings.HasPrefix(a.Text, w.Begins) || w.URL != "" && w.URL == a.URL.Value
		}
	}
	for i, w := range want {
		at := slices.IndexFunc(got, same(w))
		if at < 0 {
			s.articles.add(name, fmt.Sprintf("article %d, %s", i+1, w.Title), "none", sameText)
			continue
		}
		s.articles.add(name, "one", "one", sameText)
		s.compare(fmt.Sprintf("%s, article %d", name, i+1), w, got[at])
		got = slices.Delete(slices.Clone(got), at, at+1)
	}
}

func (s *exportScore) compare(name string, w expectedEntry, a ingest.Article) {
	exactly := func(want, got string) bool { return want == got }
	s.title.add(name, w.Title, a.Title.Value, sameText)
	s.url.add(name, w.URL, a.URL.Value, exactly)
	s.source.add(name, w.Source, a.Source.Value, sameText)
	s.byline.add(name, w.Byline, a.Byline.Value, sameText)
	s.date.add(name, w.Date, a.Published.Value, sameDay)
	if w.Begins+w.Ends == "" {
		return
	}
	text := strings.Join(strings.Fields(a.Text), " ")
	begins, ends := strings.Join(strings.Fields(w.Begins), " "), strings.Join(strings.Fields(w.Ends), " ")
	right := strings.HasPrefix(text, begins) && strings.HasSuffix(text, ends)
	s.text.add(name, begins+" … "+ends, fmt.Sprintf("%.60s … %s", text, text[max(0, len(text)-40):]), func(string, string) bool { return right })
}

func exportTable(scores map[string]*exportScore) string {
	t := newTable("samples", "files", "articles", "title", "URL", "date", "outlet", "byline", "text")
	var kinds, wrong []string
	for kind := range scores {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		s := scores[kind]
		row := []string{kind}
		for _, column := range []struct {
			name string
			*tally
		}{{"files", &s.files}, {"articles", &s.articles}, {"title", &s.title}, {"URL", &s.url}, {"date", &s.date}, {"outlet", &s.source}, {"byline", &s.byline}, {"text", &s.text}} {
			row = append(row, fmt.Sprintf("%d/%d", column.right, column.of))
			for _, w := range column.wrong {
				wrong = append(wrong, "- "+column.name+": "+w)
			}
		}
		t.add(row...)
	}
	slices.Sort(wrong)
	return t.String() + "\n" + strings.Join(wrong, "\n") + "\n"
}
