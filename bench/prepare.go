package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"example.com/archive/text"
)

// prepareName is the command that speed runs in a process of its own, so that
// the memory it takes is not counted as that of the programs measured later.
const prepareName = "prepare"

const (
	csvName     = "articles.csv"
	profileName = "profile.json"
)

// profile is what speed has to know of the articles.
type profile struct {
	Articles  int
	TextBytes int64 // of titles and texts
	Rare      string
	Percent1  string
	Percent30 string
	Percent95 string
	TwoWords  string
	Phrase    string
}

// prepare reads articles, JSONL in gzip, and writes them as CSV (number,
// title, body) with their profile: prepare ARTICLES FOLDER.
func prepare(_ context.Context, _ string, args []string, _ io.Writer) error {
	if len(args) != 2 {
		return errors.New("prepare wants a file of articles and a folder")
	}
	out, err := os.Create(filepath.Join(args[1], csvName))
	if err != nil {
		return err
	}
	defer out.Close()
	w := csv.NewWriter(out)
	v := newVocabulary()
	var p profile
	err = eachArticle(args[0], func(title, body string) error {
		p.Articles++
		p.TextBytes += int64(len(title) + len(body))
		v.add(p.Articles, title+"\n"+body)
		return w.Write([]string{strconv.Itoa(p.Articles), title, body})
	})
	if err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	if err := v.choose(&p); err != nil {
		return err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(args[1], profileName), b, 0o600)
}

func eachArticle(path string, do func(title, body string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	articles := json.NewDecoder(bufio.NewReader(unpacked))
	for {
		var a struct{ Title, Body string }
		err := articles.Decode(&a)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(a.Title, a.Body)
		}
		if err != nil {
			return err
		}
	}
}

// vocabulary counts in how many articles words and pairs of neighbours
// stand, all forms of a word together.
type vocabulary struct {
	analyser *text.Analyser
	articles int
	words    map[string]*occurrence // by stem
	pairs    map[string]*occurrence // by stems
}

// occurrence is a word or pair in the form in which it was first seen.
type occurrence struct {
	form     string
	articles int
	last     int // article it was last seen in
}

func newVocabulary() *vocabulary {
	return &vocabulary{analyser: text.NewAnalyser("en"), words: make(map[string]*occurrence), pairs: make(map[string]*occurrence)}
}

func (v *vocabulary) add(article int, s string) {
	v.articles = article
	var before text.Token
	for t := range v.analyser.Tokens(s) {
		note(v.words, article, t.Stem, t.Surface)
		if tells(before.Surface) && tells(t.Surface) {
			note(v.pairs, article, before.Stem+" "+t.Stem, before.Surface+" "+t.Surface)
		}
		before = t
	}
}

func note(m map[string]*occurrence, article int, stems, form string) {
	o := m[stems]
	if o == nil {
		o = &occurrence{form: form}
		m[stems] = o
	}
	if o.last != article {
		o.articles++
		o.last = article
	}
}

// tells reports whether a word is plain and more than grammar.
func tells(word string) bool { return plain(word) && !text.IsStopWord("en", word) }

// plain reports whether a word is of ASCII letters alone, at least three.
func plain(word string) bool {
	return len(word) >= 3 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

// rareArticles is how many articles a rare word stands in.
const rareArticles = 5

// choose picks the words that stand in the share of articles wanted.
func (v *vocabulary) choose(p *profile) error {
	if v.articles == 0 {
		return errors.New("there are no articles")
	}
	n := float64(v.articles)
	p.Rare = nearest(v.words, rareArticles, plain)
	p.Percent1 = nearest(v.words, .01*n, plain)
	p.Percent30 = nearest(v.words, .3*n, plain)
	p.Percent95 = nearest(v.words, .95*n, plain)
	p.TwoWords = nearest(v.words, .03*n, tells) + " " + nearest(v.words, .1*n, tells)
	p.Phrase = nearest(v.pairs, .01*n, func(string) bool { return true })
	return nil
}

// nearest gives the form whose number of articles is nearest to the one
// wanted, the first in the alphabet of those equally near.
func nearest(m map[string]*occurrence, wanted float64, fits func(string) bool) string {
	var best *occurrence
	distance := func(o *occurrence) float64 { return math.Abs(float64(o.articles) - wanted) }
	for _, o := range m {
		if !fits(o.form) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(distance(o), distance(best)), cmp.Compare(o.form, best.form)) < 0 {
			best = o
		}
	}
	if best == nil {
		return ""
	}
	return best.form
}
