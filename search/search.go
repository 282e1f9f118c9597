// Package search reads a query, plans it, finds the articles and says
// honestly what it did.
//
// [Run] is the way through: the text of a query becomes a tree (parse.go),
// the tree a plan of conditions on articles (plan.go, leaf.go, property.go),
// which package store answers; the rows of the page get their snippets from
// the stored text (snippet.go).
package search

import (
	"context"
	"errors"
	"iter"
	"time"

	"example.com/archive/store"
)

// Match says which articles a query of several words finds.
type Match int

const (
	// AllThenSome gives those with all the words first, then those with
	// some of them.
	AllThenSome Match = iota
	AllOnly           // all the words
	Any               // at least one of the words, ranked by score alone
)

// Query is what a person asks. The slices filter: an article passes one if
// it satisfies any of its values, and it must pass every one that is not empty.
type Query struct {
	Text    string // in the query language; "" only with a filter
	Sources []string
	Authors []string
	Langs   []string
	Types   []string
	Tags    []string
	Cites   []string
	Since   string // a date or a time ago, as in the field date:
	Until   string
	Match   Match
	Sort    string // one of Sorts; "" means relevance
	Limit   int    // 0 means all
	Offset  int
	Snippet int       // cells of a snippet; 0 for none
	Context *int      // words of it on each side of what matches, in place of cells; nil: Snippet says
	Titles  bool      // fill in Hit.Heading
	Now     time.Time // what "today" means
	Explain bool      // fill in Result.Explain, which costs some counts a word
	// NoCorrect searches words that the archive does not hold as they are,
	// instead of the nearest one that it holds.
	NoCorrect bool
	Exact     bool // take every word and phrase as if = stood before it
	IDs       bool // of hits give only ID, Score and Matched
	State     bool // fill in Result.State
	NoHelp    bool // leave Result.Help and Suggestion empty, which cost some counts
	// Facets are some of FacetNames. They are counted over the whole result,
	// or, with FacetsOfAll, over the articles with all the words; the
	// FacetTop commonest values of each are given, 0 means all.
	Facets      []string
	FacetsOfAll bool
	FacetTop    int
}

// Sorts lists the orders that Query.Sort takes.
var Sorts = []string{"relevance", "date", "-date", "source", "title", "added"}

// Span is a piece of text, marked if it matches the query.
type Span struct {
	Text string
	Mark bool
}

// Hit is an article found. Its Text is not filled in.
type Hit struct {
	store.Article
	Key     string // the 16 digits of store.Key
	Path    string // where the article came from
	Score   float64
	Matched string // "all" or "some"
	Snippet []Span
	Heading []Span // the title, where asked for
}

// Result is the answer to a query.
type Result struct {
	All  int // articles that match all the words
	Some int // further articles that match some of them
	// Words is how many words or phrases the query asks for; with one,
	// "all" and "some" are the same.
	Words int
	// Notes are lines for the person: how odd text was read, unknown
	// fields, words left out.
	Notes []string
	// Help is what to tell a person who found nothing: hits for each word,
	// the nearest words, the filter that removed everything. Empty if
	// something was found, or with NoHelp.
	Help []string
	// Suggestion is a query to ask instead, where nothing was found and there
	// is one; else nil.
	Suggestion *Suggestion
	// Explain is the reading of the query in full, where asked for.
	Explain *Explanation
	// Reading is the query as it was read, with all parentheses, with what the
	// saved searches in it are and which very common words are left out; ""
	// where it has only flags.
	Reading string
	State   store.State // what the archive held, where asked for
	Facets  []Facet     // those asked for, in that order
	// Hits goes through the page asked for, in order.
	Hits iter.Seq2[Hit, error]
}

// Error is a query or option that cannot be used; its text is for people.
type Error struct{ Text string }

func (e *Error) Error() string { return e.Text }

// Run answers a query. Errors for people are *Error and those of the store.
func Run(ctx context.Context, a *store.Archive, q Query) (*Result, error) {
	order, err := orderOf(q)
	if err != nil {
		return nil, err
	}
	s := &searcher{ctx: ctx, archive: a, query: q, order: order}
	if s.view, err = a.View(ctx); err != nil {
		return nil, err
	}
	result, err := s.answer()
	return result, errors.Join(err, s.view.Close())
}
