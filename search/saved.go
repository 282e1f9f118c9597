package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/archive/store"
	"example.com/archive/text"
)

// SavedQuery gives the query that a saved search asks.
func SavedQuery(s store.SavedSearch, now time.Time) Query {
	one := func(flag string) string { return strings.Join(s.Flags[flag], " ") }
	has := func(flag string) bool { _, ok := s.Flags[flag]; return ok }
	q := Query{
		Text: s.Query, Now: now, Match: AllOnly,
		Sources: s.Flags["source"], Authors: s.Flags["author"], Langs: s.Flags["lang"], Types: s.Flags["type"],
		Tags: s.Flags["tag"], Cites: s.Flags["cites"], Since: one("since"), Until: one("until"),
		NoCorrect: has("no-correct"),
		Exact:     has("exact"),
	}
	if has("any") {
		q.Match = Any
	}
	return q
}

// savedReader expands saved searches inside queries.
type savedReader struct {
	list     []store.SavedSearch
	within   []string // the names that are being expanded, the outermost first
	expanded *int     // how often one was, in the whole query
}

// maxExpanded bounds saved searches of saved searches: a few that each name
// others twice would grow without end.
const maxExpanded = 64

// savedSearch plans saved:NAME: the articles with all the words of the saved
// search, or with some where it was saved so, that pass its flags.
func (p *planner) savedSearch(name string) store.Node {
	if !p.readSaved() {
		return nil
	}
	s, ok := store.FindSaved(p.saved.list, name)
	switch {
	case !ok:
		p.note(noSaved(p.saved.list, name))
		return store.None{}
	case slices.ContainsFunc(p.saved.within, func(outer string) bool { return store.SameName(outer, name) }):
		p.note("saved:" + name + " asks for itself (" + strings.Join(append(slices.Clone(p.saved.within), name), " → ") + "): nothing is found there")
		return store.None{}
	case *p.saved.expanded >= maxExpanded:
		p.note(fmt.Sprintf("saved:%s is not looked into: more than %d saved searches inside one another", name, maxExpanded))
		return store.None{}
	}
	*p.saved.expanded++
	return p.expand(s)
}

// anySaved plans saved:*, what at least one of the saved searches finds.
func (p *planner) anySaved() store.Node {
	either := store.Or{}
	if p.readSaved() {
		for _, s := range p.saved.list {
			if n := p.savedSearch(s.Name); n != nil {
				either = append(either, n)
			}
		}
	}
	return either
}

// readSaved reads the saved searches once; false if that fails.
func (p *planner) readSaved() bool {
	if p.saved != nil {
		return true
	}
	list, err := p.archive.SavedSearches(p.ctx)
	p.fail(err)
	p.saved = &savedReader{list: list, expanded: new(int)}
	return err == nil
}

func (p *planner) note(s string) { p.plan.notes = append(p.plan.notes, s) }

// maxNamed bounds the names that a note lists.
const maxNamed = 10

func noSaved(list []store.SavedSearch, name string) string {
	if len(list) == 0 {
		return "there is no saved search " + name + ": none is saved (archive saved add NAME QUERY)"
	}
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
	}
	more := ""
	if len(names) > maxNamed {
		names, more = names[:maxNamed], ", ..."
	}
	return "there is no saved search " + name + " (saved are " + strings.Join(names, ", ") + more + ")"
}

// expand plans a saved search as a query of its own, and takes over what is
// to be scored, marked and said.
func (p *planner) expand(s store.SavedSearch) store.Node {
	inner := *p
	inner.plan, inner.err = &plan{}, nil
	inner.saved = &savedReader{p.saved.list, append(slices.Clone(p.saved.within), s.Name), p.saved.expanded}
	q := SavedQuery(s, p.now)
	inner.correct = p.correct && !q.NoCorrect
	inner.exact = p.exact || q.Exact
	if err := inner.read(q); err != nil {
		inner.note("saved:" + s.Name + ": " + err.Error())
		inner.plan.always = store.And{store.None{}}
	}
	if inner.err != nil {
		p.fail(inner.err)
	}
	p.take(s, inner.plan)
	return inner.plan.whole(q.Match)
}

// take takes over what a saved search brings into a plan.
func (p *planner) take(s store.SavedSearch, inner *plan) {
	p.plan.notes = append(p.plan.notes, inner.notes...)
	p.plan.dropped = distinct(append(p.plan.dropped, inner.dropped...))
	p.plan.corrected = append(p.plan.corrected, inner.corrected...)
	p.plan.versions = p.plan.versions || inner.versions
	if p.wanted {
		p.plan.leaves = append(p.plan.leaves, inner.leaves...)
	}
	p.plan.saved = distinct(append(append(p.plan.saved, inner.describe(s)), inner.saved...))
}

// describe says what a saved search asks.
func (plan *plan) describe(s store.SavedSearch) string {
	parts := []string{}
	if plan.reading != "" {
		parts = append(parts, plan.reading)
	}
	for _, f := range plan.filters {
		if strings.HasPrefix(f.label, "--") {
			parts = append(parts, f.label)
		}
	}
	if _, any := s.Flags["any"]; any {
		parts = append(parts, "--any")
	}
	return "saved:" + s.Name + " is " + strings.Join(parts, " ")
}

// whole is the condition for all that a plan asks, or for some of its words.
// It is nil where it asks nothing.
func (plan *plan) whole(match Match) store.Node {
	var all store.And
	var either store.Or
	for _, u := range plan.units {
		all, either = append(all, u.condition), append(either, u.condition)
	}
	if match == Any && len(either) > 1 && !plan.required {
		all = store.And{either}
	}
	all = append(all, plan.always...)
	if len(all) == 0 {
		return nil
	}
	return all
}

// CheckSaved refuses a search that would ask for itself once it is saved
// among others.
func CheckSaved(list []store.SavedSearch, s store.SavedSearch) error {
	var path []string
	var visit func(s store.SavedSearch) bool
	seen := make(map[string]bool)
	visit = func(at store.SavedSearch) bool {
		path = append(path, at.Name)
		tree, _ := parse(text.Clean(at.Query))
		for _, name := range savedNames(tree) {
			if store.SameName(name, s.Name) {
				path = append(path, name)
				return true
			}
			next, ok := store.FindSaved(list, name)
			if ok && !seen[next.Name] {
				seen[next.Name] = true
				if visit(next) {
					return true
				}
			}
		}
		path = path[:len(path)-1]
		return false
	}
	if visit(s) {
		return &Error{Text: "the saved search " + s.Name + " would ask for itself (" + strings.Join(path, " → ") + ")"}
	}
	return nil
}

// Askers lists the saved searches whose queries ask for the one of this name.
func Askers(list []store.SavedSearch, name string) (names []string) {
	for _, s := range list {
		tree, _ := parse(text.Clean(s.Query))
		if slices.ContainsFunc(savedNames(tree), func(asked string) bool { return store.SameName(asked, name) }) {
			names = append(names, s.Name)
		}
	}
	return names
}

// savedNames lists the saved searches that a tree asks for.
func savedNames(n node) (names []string) {
	switch n := n.(type) {
	case notNode:
		return savedNames(n.kid)
	case andNode:
		return savedNamesOf(n.kids)
	case orNode:
		return savedNamesOf(n.kids)
	case sameNode:
		return savedNamesOf(n.kids)
	case nearNode:
		return savedNamesOf([]node{n.left, n.right})
	case fieldNode:
		if n.name == "saved" {
			return words(n.value)
		}
		return savedNames(n.value)
	}
	return nil
}

func savedNamesOf(nodes []node) (names []string) {
	for _, n := range nodes {
		names = append(names, savedNames(n)...)
	}
	return names
}

// words lists the words and phrases of a field's value.
func words(n node) (list []string) {
	switch n := n.(type) {
	case wordNode:
		return []string{n.text}
	case phraseNode:
		return []string{n.text}
	case notNode:
		return words(n.kid)
	case andNode:
		for _, k := range n.kids {
			list = append(list, words(k)...)
		}
	case orNode:
		for _, k := range n.kids {
			list = append(list, words(k)...)
		}
	case fieldNode:
		return savedNames(n)
	}
	return list
}

// New is what a saved search finds and has not shown yet, the article that
// came in last first.
type New struct {
	Result          // All is how many there are in all
	IDs     []int64 // of the page
	Changed map[int64]bool
}

// Unseen finds the new articles of a saved search. Of the query it takes Now,
// Limit, what it wants of each article, and State. An article counts as changed
// if it is a new version of one that is not new.
func Unseen(ctx context.Context, a *store.Archive, saved store.SavedSearch, q Query) (n *New, err error) {
	asked := Query{Text: "saved:\"" + saved.Name + "\"", Match: AllOnly, Now: q.Now, Limit: q.Limit,
		Snippet: q.Snippet, Context: q.Context, Titles: q.Titles, IDs: q.IDs, State: q.State}
	s := &searcher{ctx: ctx, archive: a, query: asked}
	if s.view, err = a.View(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.view.Close()) }()
	if err := s.read(); err != nil {
		return nil, err
	}
	if err := s.currentOnly(); err != nil {
		return nil, err
	}
	found, _, err := s.view.Find(ctx, store.Search{Where: s.allWords(), Order: store.ByAdded})
	if err != nil {
		return nil, err
	}
	return s.unseen(saved, found)
}

func (s *searcher) unseen(saved store.SavedSearch, found []store.Scored) (*New, error) {
	fresh := slices.DeleteFunc(found, func(f store.Scored) bool { return saved.Seen.Has(f.ID) })
	s.all = len(fresh)
	if s.query.Limit > 0 {
		fresh = fresh[:min(len(fresh), s.query.Limit)]
	}
	n := &New{Changed: make(map[int64]bool)}
	for _, f := range fresh {
		n.IDs = append(n.IDs, f.ID)
		s.found = append(s.found, ranked{f, "all"})
	}
	result, err := s.result()
	if err != nil {
		return nil, err
	}
	n.Result, n.Hits = *result, s.hits
	earlier, err := s.archive.Earlier(s.ctx, n.IDs)
	for id, versions := range earlier {
		n.Changed[id] = slices.ContainsFunc(versions, saved.Seen.Has)
	}
	return n, err
}
