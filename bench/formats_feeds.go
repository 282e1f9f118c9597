package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/html"

	"example.com/archive/ingest"
)

// expectedFeed is what gofeed's test results say of a feed, in the words of
// RSS, Atom and JSON Feed alike.
type expectedFeed struct {
	Items, Entries []expectedItem
}

type expectedItem struct {
	Title, Description, Summary, Link, URL, PubDate, Published string
	Content                                                    json.RawMessage // a string in RSS, an object in Atom
	ContentHTML                                                string          `json:"content_html"`
	ContentText                                                string          `json:"content_text"`
	DatePublished                                              string          `json:"date_published"`
	Links                                                      json.RawMessage // strings in RSS, objects in Atom
}

// measureFeeds compares articles with the results that gofeed's tests expect.
// Most of its samples test one field of a feed and hold no item.
func measureFeeds(ctx context.Context, data string) (string, error) {
	dir := filepath.Join(data, "feeds", "gofeed")
	found, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(found) == 0 {
		return "", &absentError{"no feeds in " + dir}
	}
	var s feedScore
	for _, path := range found {
		want, ok, err := expectedOf(path)
		if err != nil {
			return "", err
		}
		if ok {
			s.add(ctx, path, want)
		}
	}
	return s.table(), nil
}

// expectedOf gives the expected result that lies beside a feed; false if none.
func expectedOf(path string) (want expectedFeed, ok bool, err error) {
	beside := strings.TrimSuffix(path, ".xml") + ".json"
	if filepath.Ext(path) == ".json" {
		beside = strings.TrimSuffix(path, ".json") + "_expected.json"
	}
	b, err := os.ReadFile(beside)
	if os.IsNotExist(err) || filepath.Ext(path) != ".xml" && filepath.Ext(path) != ".json" {
		return want, false, nil
	}
	if err != nil {
		return want, false, err
	}
	err = json.Unmarshal(b, &want)
	if err != nil {
		err = fmt.Errorf("%s: %w", beside, err)
	}
	return want, true, err
}

type feedScore struct {
	read, items, title, text, link, date tally
}

func (s *feedScore) add(ctx context.Context, path string, want expectedFeed) {
	name := filepath.Base(path)
	articles, failures, err := ingest.Explain(ctx, path, ingest.Options{})
	fault := fmt.Sprint(failures, err)
	empty := strings.Contains(fault, "no articles") || strings.Contains(fault, "neither title nor text")
	read := "read"
	if len(articles) == 0 && !empty {
		read = fault
	}
	s.read.add(name, "read", read, sameText)
	var expected []expectedItem
	for _, item := range append(want.Items, want.Entries...) {
		if item.words() != "" || visible(item.Title) != "" {
			expected = append(expected, item)
		}
	}
	if len(expected) > 0 {
		s.items.add(name, fmt.Sprint(len(expected)), fmt.Sprint(len(articles)), sameText)
	}
	for i, item := range expected[:min(len(expected), len(articles))] {
		s.addItem(name, item, articles[i])
	}
}

func (s *feedScore) addItem(name string, want expectedItem, got ingest.Article) {
	s.title.add(name, visible(want.Title), got.Title.Value, sameText)
	s.text.add(name, want.words(), got.Text, sameText)
	s.link.add(name, want.link(), got.URL.Value, func(want, got string) bool { return want == got })
	s.date.add(name, firstNonEmpty(want.PubDate, want.Published, want.DatePublished), got.Published.Value, func(want, got string) bool {
		return want == got || sameDay(want, got)
	})
}

// words is the text that a reader sees, the full one if there is one.
func (item expectedItem) words() string {
	var content string
	var object struct{ Value string }
	if json.Unmarshal(item.Content, &content) != nil && json.Unmarshal(item.Content, &object) == nil {
		content = object.Value
	}
	for _, s := range []string{content, item.ContentHTML} {
		if s = visible(s); s != "" {
			return s
		}
	}
	return firstNonEmpty(item.ContentText, visible(item.Description), visible(item.Summary))
}

func (item expectedItem) link() string {
	var links []struct{ Href, Rel string }
	if json.Unmarshal(item.Links, &links) == nil {
		for _, l := range links {
			if l.Rel == "alternate" || l.Rel == "" {
				return l.Href
			}
		}
	}
	return firstNonEmpty(item.URL, item.Link)
}

func firstNonEmpty(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// visible is the text of a piece of HTML.
func visible(s string) string {
	root, err := html.Parse(bytes.NewReader([]byte(s)))
	if err != nil {
		return s
	}
	var b strings.Builder
	articleText(&b, root)
	return strings.TrimSpace(b.String())
}

func (s *feedScore) table() string {
	t := newTable("gofeed's samples", "right", "share")
	var wrong []string
	for _, row := range []struct {
		name string
		*tally
	}{{"feeds read", &s.read}, {"feeds with all their items", &s.items}, {"title", &s.title}, {"text", &s.text}, {"link", &s.link}, {"date", &s.date}} {
		t.add(append([]string{row.name}, row.cells()...)...)
		for _, w := range row.wrong {
			wrong = append(wrong, "- "+row.name+": "+w)
		}
	}
	return t.String() + "\n" + strings.Join(wrong, "\n") + "\n"
}
