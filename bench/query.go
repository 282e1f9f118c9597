package main

import (
	"fmt"
	"strconv"
	"strings"
)

// form is a kind of search.
type form string

const (
	nothing form = "nothing" // starts and answers without a search
	asTyped form = "typed"   // words with no operator and no flag
	allOf   form = "all"
	anyOf   form = "any"
	phrase  form = "phrase"
	near    form = "near" // within five words
	prefix  form = "prefix"
)

const (
	shown    = 20 // articles a search prints
	nearness = 5
)

// query is a search that every contestant writes in its own language.
type query struct {
	label  string
	form   form
	words  []string
	source string
	since  string // with until, days, both included
	until  string
	byDate bool // newest first, not by relevance
	offset int
	facets bool // the outlets of all that is found, with their numbers
	count  bool // the number found is wanted, and exactly
}

// plain reports whether a query is words alone.
func (q query) plain() bool {
	return q.source == "" && q.since == "" && !q.byDate && q.offset == 0 && !q.facets
}

// line writes a query for the programs of ours that search without end:
// fields between tabs.
func (q query) line() string {
	return strings.Join([]string{
		string(q.form), strings.Join(q.words, " "), q.source, q.since, q.until,
		strconv.FormatBool(q.byDate), strconv.Itoa(q.offset), strconv.FormatBool(q.facets), strconv.FormatBool(q.count),
	}, "\t")
}

const lineFields = 9

// parseLine is the reverse of line.
func parseLine(s string) (q query, err error) {
	cells := strings.Split(s, "\t")
	if len(cells) != lineFields {
		return q, fmt.Errorf("a query has %d fields, this one %d", lineFields, len(cells))
	}
	q = query{form: form(cells[0]), words: strings.Fields(cells[1]), source: cells[2], since: cells[3], until: cells[4]}
	if q.byDate, err = strconv.ParseBool(cells[5]); err != nil {
		return q, err
	}
	if q.offset, err = strconv.Atoi(cells[6]); err != nil {
		return q, err
	}
	if q.facets, err = strconv.ParseBool(cells[7]); err != nil {
		return q, err
	}
	q.count, err = strconv.ParseBool(cells[8])
	return q, err
}

// queries are the searches of a corpus. Their labels name the rows of the
// tables and are what the goals are written with.
func queries(m manifest) []query {
	w := m.Words
	common := []string{w.Percent30}
	two, three := w.Common[:2], w.Common[:]
	return []query{
		{label: labelNothing, form: nothing},
		{label: labelRare, form: allOf, words: []string{w.Rare}},
		{label: "a word in 1 %", form: allOf, words: []string{w.Percent1}},
		{label: labelPercent30, form: allOf, words: common},
		{label: labelPercent95, form: allOf, words: []string{w.Percent95}},
		{label: "two common words, as typed", form: asTyped, words: two},
		{label: "all of two common words", form: allOf, words: two},
		{label: labelAllOfThree, form: allOf, words: three},
		{label: "any of two common words", form: anyOf, words: two},
		{label: "any of three common words", form: anyOf, words: three},
		{label: labelPhrase, form: phrase, words: w.Phrase[:]},
		{label: "two common words within five", form: near, words: two},
		{label: "words that begin with", form: prefix, words: []string{w.Prefix}},
		{label: labelOfSource, form: allOf, words: common, source: w.Source},
		{label: labelOfDays, form: allOf, words: common, since: w.Since, until: w.Until},
		{label: "a word in 30 %, newest first", form: allOf, words: common, byDate: true},
		{label: fmt.Sprintf("a word in 30 %%, from the %dth", deepPage(m.Recipe.Articles)), form: allOf, words: common, offset: deepPage(m.Recipe.Articles)},
		{label: labelFacets, form: allOf, words: common, facets: true},
	}
}

const (
	labelNothing    = "none"
	labelRare       = "a rare word"
	labelPercent30  = "a word in 30 %"
	labelPercent95  = "a word in 95 %"
	labelAllOfThree = "all of three common words"
	labelPhrase     = "a phrase of two common words"
	labelOfSource   = "a word in 30 %, of one source"
	labelOfDays     = "a word in 30 %, of some days"
	labelFacets     = "a word in 30 %, facets by source"
)

// deepPage is an offset that a word in 30 % of the articles reaches.
func deepPage(articles int) int { return min(5000, articles/5) }
