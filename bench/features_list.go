package main

import (
	"context"
	"fmt"
	"time"

	"example.com/archive/search"
)

// snippetCells is how long a snippet is on a terminal.
const snippetCells = 240

// features lists what is measured, with words chosen by the number of articles
// that they stand in.
func (c *featureCollection) features() []feature {
	w, p := c.words, c.plain
	a, b := w.Common[0], w.Common[1]
	word, both, all := b, a+" "+b, a+" AND "+b
	typo, name := c.mistyped, "Gorbachev"
	sql := func(expression string) act { return p.matching(expression) }
	return []feature{
		{"a rare word", w.Rare, c.ask(w.Rare), nil, sql(w.Rare), ""},
		{"a word in 1 %", w.Percent1, c.ask(w.Percent1), nil, sql(w.Percent1), ""},
		{"a word in 30 %", w.Percent30, c.ask(w.Percent30), nil, sql(w.Percent30), ""},
		{"all words first, then some", both, c.ask(both), c.query(search.Query{Text: both, Match: search.AllOnly}), sql(all), ""},
		{"a question", question(a, b), c.ask(question(a, b)), c.ask(both), sql(anyWord("what", "is", "the", a, "of", b, "in")), ""},
		{"a long question", longQuestion(w), c.ask(longQuestion(w)), c.ask(both + " " + w.Common[2]), sql(anyWord(a, b, w.Common[2])), plainer},
		{"a spelling near: word~", word + "~", c.ask(word + "~"), c.ask(word), sql(word), plainer},
		{"spellings near: word~2", word + "~2", c.ask(word + "~2"), c.ask(word), sql(word), plainer},
		{"a word corrected", typo, c.ask(typo), c.ask(word), sql(word), plainer},
		{"a word corrected among others", a + " " + typo, c.ask(a + " " + typo), c.ask(both), sql(all), plainer},
		{"words that begin with", w.Prefix + "*", c.ask(w.Prefix + "*"), nil, sql(w.Prefix + "*"), ""},
		{"exactly this word", "=" + word, c.ask("=" + word), c.ask(word), sql(word), plainer},
		{"a name in all spellings", name, c.ask(name), nil, sql(name), plainer},
		{"a phrase", quote(w.Phrase), c.ask(quote(w.Phrase)), c.ask(w.Phrase[0] + " AND " + w.Phrase[1]), sql(quote(w.Phrase)), ""},
		{"near each other", a + " NEAR/5 " + b, c.ask(a + " NEAR/5 " + b), c.ask(all), sql(fmt.Sprintf("NEAR(%s %s, 4)", a, b)), ""},
		{"in one sentence", a + " SAME " + b, c.ask(a + " SAME " + b), c.ask(a + " NEAR/5 " + b), sql(all), plainer},
		{"not a word", a + " -" + b, c.ask(a + " -" + b), c.ask(a), sql(a + " NOT " + b), ""},
		{"in the title", "title:" + word, c.ask("title:" + word), c.ask(word), sql("title:" + word), ""},
		{"dates", word + " --since " + w.Since, c.query(search.Query{Text: word, Since: w.Since, Until: w.Until}), c.ask(word),
			p.rows(datedPage, word, w.Since, w.Until), ""},
		{"newest first", word + " --sort -date", c.query(search.Query{Text: word, Sort: "-date"}), c.ask(word), p.rows(newestPage, word), ""},
		{"facets", word + " --facets year,lang", c.query(search.Query{Text: word, Facets: []string{"year", "lang"}}), c.ask(word), p.rows(years, word), ""},
		{"snippets", both, c.query(search.Query{Text: both, Snippet: snippetCells}), c.ask(both), p.rows(snippets, all), ""},
		{"explained", both + " --explain", c.query(search.Query{Text: both, Explain: true}), c.ask(both), sql(all), plainer},
		{"a timeline", "timeline " + word + " --by month", c.timeline(word), c.ask(word), p.rows(months, word), ""},
		{"a concordance", "kwic " + word, c.concordance(word), c.query(search.Query{Text: word, Snippet: snippetCells}), p.rows(snippets, word), ""},
	}
}

// plainer marks what SQL cannot do: it searches for the words alone.
const plainer = "*"

const (
	datedPage = `SELECT a.id, a.title, a.source, a.published FROM plain JOIN articles a ON a.id = plain.rowid
		WHERE plain MATCH ? AND a.published BETWEEN ? AND ? ORDER BY bm25(plain, 2.0, 1.0) LIMIT 20`
	newestPage = `SELECT a.id, a.title, a.source, a.published FROM plain JOIN articles a ON a.id = plain.rowid
		WHERE plain MATCH ? ORDER BY a.published DESC LIMIT 20`
	years = `SELECT substr(a.published, 1, 4), count(*) FROM plain JOIN articles a ON a.id = plain.rowid
		WHERE plain MATCH ? GROUP BY 1`
	months = `SELECT substr(a.published, 1, 7), count(*) FROM plain JOIN articles a ON a.id = plain.rowid
		WHERE plain MATCH ? GROUP BY 1`
	snippets = `SELECT rowid, title, snippet(plain, 1, '[', ']', '…', 40) FROM plain
		WHERE plain MATCH ? ORDER BY bm25(plain, 2.0, 1.0) LIMIT 20`
)

// ask searches for a text as 'archive search' does, without snippets.
func (c *featureCollection) ask(text string) act { return c.query(search.Query{Text: text}) }

func (c *featureCollection) query(q search.Query) act {
	return func(ctx context.Context) (int, error) {
		q.Limit, q.Now = 20, time.Now()
		result, err := search.Run(ctx, c.archive, q)
		if err != nil {
			return 0, err
		}
		for _, err := range result.Hits {
			if err != nil {
				return 0, err
			}
		}
		return result.All + result.Some, nil
	}
}

func (c *featureCollection) timeline(text string) act {
	return func(ctx context.Context) (int, error) {
		result, err := search.Timeline(ctx, c.archive, search.TimelineQuery{Query: search.Query{Text: text, Now: time.Now()}, By: "month"})
		if err != nil {
			return 0, err
		}
		return result.Articles, nil
	}
}

func (c *featureCollection) concordance(text string) act {
	return func(ctx context.Context) (found int, err error) {
		q := search.ConcordanceQuery{Query: search.Query{Text: text, Limit: 20, Now: time.Now()}}
		result, err := search.Concord(ctx, c.archive, q)
		if err != nil {
			return 0, err
		}
		for _, err := range result.Lines {
			if err != nil {
				return found, err
			}
			found++
		}
		return found, nil
	}
}

func question(a, b string) string { return fmt.Sprintf("what is the %s of the %s in a", a, b) }

// longQuestion is as long as what people paste.
func longQuestion(w words) string {
	return fmt.Sprintf("which of the %s and the %s that have been in the %s were, as they say, of the same kind as those of the others, and why is it so",
		w.Common[0], w.Common[1], w.Common[2])
}

func quote(pair [2]string) string { return `"` + pair[0] + " " + pair[1] + `"` }

// misspell exchanges two letters of a word so that no article has what comes out.
func (c *featureCollection) misspell(ctx context.Context, word string) (string, error) {
	for at := len(word) - 2; at > 0; at-- {
		typo := word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:]
		result, err := search.Run(ctx, c.archive, search.Query{Text: typo, Limit: 1, NoCorrect: true, Now: time.Now()})
		if err != nil {
			return "", err
		}
		if result.All == 0 {
			return typo, nil
		}
	}
	return "", fmt.Errorf("every misspelling of %s is a word", word)
}

func anyWord(words ...string) (expression string) {
	for i, w := range words {
		if i > 0 {
			expression += " OR "
		}
		expression += `"` + w + `"`
	}
	return expression
}
