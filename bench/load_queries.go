package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/archive/search"
)

// loadForms are queries of every operator of the language, see docs/query.md,
// with places for words of the articles.
var loadForms = []string{
	"{w}", "{w} {w}", "{w} {w} {w}", "{w} AND {w}", "the {w} of {w}",
	"{w} OR {w}", "{w} | {w}", "{w} -{w}", "{w} NOT {w}", "-{w}", "{w} -({w} OR {w})", "{w} AND ({w} OR \"{p}\")", "{w} {w} OR {w}",
	`"{p}"`, `"{p}"~5`, "{w} NEAR/5 {w}", "{w} ADJ/5 {w}", "{w} SAME {w}", "{w} PARA {w}", `"{p}" OR "{p}"`,
	"{b}*", "={w}", `="{p}"`, "*",
	"title:{w}", "subject:{w}", "text:{w}", "title:({w} OR {w})",
	`author:"{author}"`, `by:"{author}" {w}`, `source:"{source}"`, `from:"{source}" {w}`, `{w} -source:"{source}"`, `source:("{source}" OR "{source}")`,
	"cites:Reuters {w}", "site:reuters.com {w}", "url:article {w}", "lang:en {w}", "type:jsonl {w}", "path:articles.jsonl {w}", "id:{id}", "tag:grain", "foo:{w}",
	"date:{year} {w}", "date:{month}", "date:{day}", "date:{month}..{year}", "date:..{month} {w}", "date:{month}.. {w}", "date:7d", "after:{month} {w}", "before:{month} {w}", "{w} added:7d",
	"is:undated", "is:untitled", "{w} -is:old", "{w} has:title", "has:author", "{w} has:date", "has:source {w}", "{w} has:url", "has:tag", "{w} has:cites",
	"saved:" + savedName + " {w}", "{w} -saved:" + savedName, "saved:*",
}

// looseForms are searched for words that the archive holds besides those
// typed: what they find among the same articles may change as it grows.
var looseForms = []string{"{w}~", "{w}~2", "{typo}", "{typo} {w}", "=({typo}", "\"{w}", "{Name}", "{Name} {w}", "is:old", "{w} is:old"}

// fills is how many queries are made of each form.
const fills = 5

// fixedQuery is a query with what it finds among the articles that never change.
type fixedQuery struct {
	text  string
	found []int64 // IDs
}

// material is what the places in forms are filled with.
type material struct {
	random   *rand.Rand
	articles []*article
}

// sampledArticles is how many articles words are taken from.
const sampledArticles = 200

func readMaterial(corpus corpusFiles, articles int) (*material, error) {
	m := &material{random: rand.New(rand.NewPCG(corpusSeed, 0))}
	step, n := max(1, articles/sampledArticles), 0
	err := eachArticle(corpus.jsonl(), func(a *article) error {
		if n++; n%step == 0 && len(smallWords(a.Body)) > 1 {
			m.articles = append(m.articles, a)
		}
		return nil
	})
	if err == nil && len(m.articles) == 0 {
		err = fmt.Errorf("%s holds no articles with words", corpus.jsonl())
	}
	return m, err
}

// smallWords are the longer words of a text in small letters.
func smallWords(body string) []string {
	var all []string
	for s := range letterWords(body) {
		if word := body[s.from:s.to]; strings.ToLower(word) == word {
			all = append(all, word)
		}
	}
	return all
}

func (m *material) word() string { return one(m.random, smallWords(m.article().Body)) }

func (m *material) article() *article { return one(m.random, m.articles) }

func one[T any](random *rand.Rand, of []T) T { return of[random.IntN(len(of))] }

// phrase is a word with the one behind it.
func (m *material) phrase() string {
	words := strings.FieldsFunc(m.article().Body, func(r rune) bool { return !isLetter(byte(r)) || r > 'z' })
	at := m.random.IntN(max(1, len(words)-1))
	return strings.ToLower(strings.Join(words[at:min(len(words), at+2)], " "))
}

// fill puts something into each place of a form.
func (m *material) fill(form string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		place, after, _ := strings.Cut(rest, "}")
		b.WriteString(m.place(place))
		form = after
	}
}

func (m *material) place(name string) string {
	switch name {
	case "p":
		return m.phrase()
	case "b":
		return m.word()[:4]
	case "typo":
		word := m.word()
		return word[:2] + word[3:]
	case "Name":
		word := m.word()
		return strings.ToUpper(word[:1]) + word[1:]
	case "author":
		return m.article().Author
	case "source":
		return m.article().Source
	case "id":
		return m.article().ID
	case "year", "month", "day":
		day := m.article().day()
		return day[:min(len(day), map[string]int{"year": 4, "month": 7, "day": 10}[name])]
	}
	return m.word()
}

// documentedQueries are the examples of the description of the language.
func documentedQueries(root string) ([]string, error) {
	f, err := os.Open(filepath.Join(root, "docs", "query.md"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		query, indented := strings.CutPrefix(lines.Text(), "    ")
		query, _, _ = strings.Cut(query, "   ")
		if indented && query != "" && query[0] != ' ' && !strings.HasPrefix(query, "archive ") && !strings.HasPrefix(query, "--") {
			all = append(all, query)
		}
	}
	return all, lines.Err()
}

// findFixed makes the queries, and notes what they find before anything changes.
func (l *loaded) findFixed(ctx context.Context) error {
	m, err := readMaterial(l.corpus, l.articles)
	if err != nil {
		return err
	}
	everything, err := l.ids(ctx, search.Query{Text: "*"})
	if err != nil {
		return err
	}
	l.lastBase = slices.Max(everything)
	manifest, err := readManifest(l.corpus)
	if err != nil {
		return err
	}
	var texts []string
	for _, q := range queries(manifest) { // those of speed
		if q.form != nothing {
			texts = append(texts, archiveText(q))
		}
	}
	for _, form := range loadForms {
		for range fills {
			texts = append(texts, m.fill(form))
		}
	}
	for _, text := range texts {
		found, err := l.ids(ctx, search.Query{Text: text})
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		l.fixed = append(l.fixed, fixedQuery{text, found})
	}
	documented, err := documentedQueries(l.root)
	l.free = append(texts, documented...)
	for _, form := range looseForms {
		for range fills {
			l.free = append(l.free, m.fill(form))
		}
	}
	return err
}

// ids gives what a query finds, in order of the IDs.
func (l *loaded) ids(ctx context.Context, q search.Query) ([]int64, error) {
	q.Match, q.IDs, q.NoHelp, q.Now = search.AllOnly, true, true, time.Now()
	l.opening.RLock()
	defer l.opening.RUnlock()
	result, err := search.Run(ctx, l.archive, q)
	if err != nil {
		return nil, err
	}
	var all []int64
	for hit, err := range result.Hits {
		if err != nil {
			return nil, err
		}
		all = append(all, hit.ID)
	}
	if len(all) != result.All {
		return nil, fmt.Errorf("%s: %d articles counted, %d found", q.Text, result.All, len(all))
	}
	slices.Sort(all)
	return all, nil
}

// ofBase leaves out what was imported later.
func (l *loaded) ofBase(ids []int64) []int64 {
	at, _ := slices.BinarySearch(ids, l.lastBase+1)
	return ids[:at]
}
