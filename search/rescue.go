package search

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.com/archive/store"
)

// Suggestion is another query, which finds what one that found nothing did
// not. It was asked: the counts are what it finds.
type Suggestion struct {
	Query     Query // Text, the filters and how words are taken can differ
	All, Some int   // as in Result
}

// maxHelp bounds the words, and the filters, that are told about.
const maxHelp = 10

// What is spent on one query that found nothing.
const (
	maxAttempts = 24 // other queries that are counted
	maxNearest  = 4  // words whose neighbours in the vocabulary are looked for
	maxRescue   = 300 * time.Millisecond
)

// rescuer finds out why a query found nothing, and what would find something.
type rescuer struct {
	*searcher
	attempts int // that are left
	searches int // of the vocabulary, that are left
	until    time.Time
	nearest  map[string][]spelling
	told     map[string]bool
	parts    []part
	result   *Result
}

// rescue fills in what a person is told who found nothing.
func (s *searcher) rescue(result *Result) error {
	defer s.time("find out what to try", time.Now())
	r := &rescuer{searcher: s, attempts: maxAttempts, searches: maxNearest, until: time.Now().Add(maxRescue),
		nearest: make(map[string][]spelling), told: make(map[string]bool),
		parts: s.plan.allParts(), result: result}
	held, err := s.view.Count(s.ctx, store.All{})
	if err != nil {
		return err
	}
	if held == 0 {
		r.tell("the archive holds no article yet ('archive import PATH' brings some in)")
		return nil
	}
	for _, step := range []func() error{r.words, r.filters, r.suggest} {
		if err := step(); err != nil {
			return err
		}
	}
	if len(result.Help) == 0 {
		r.tell("no article of the archive is like that")
	}
	return nil
}

// tell adds a line, once.
func (r *rescuer) tell(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if !r.told[line] {
		r.told[line] = true
		r.result.Help = append(r.result.Help, line)
	}
}

// maxLabel is how much of a word, a phrase or a name is repeated, in characters.
const maxLabel = 60

func elided(s string) string { return elidedTo(s, maxLabel) }

// elidedTo cuts a text that is longer than so many characters.
func elidedTo(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// words tells what each word or phrase has on its own, and what is spelt like
// one that has nothing.
func (r *rescuer) words() error {
	leaves := r.plan.leaves
	for _, l := range leaves[:min(len(leaves), maxHelp)] {
		n, err := r.view.Count(r.ctx, l.condition)
		if err != nil {
			return err
		}
		line := elided(columnNames[l.column]+l.label) + ": in " + articles(n)
		within := wordsOf(l.node)
		if n == 0 && len(within) > 1 {
			counts, err := r.each(within)
			if err != nil {
				return err
			}
			line += " (" + counts + ")"
		}
		near, err := r.neighbours(within, n)
		if err != nil {
			return err
		}
		r.tell("%s%s", line, near)
	}
	if more := len(leaves) - maxHelp; more > 0 {
		r.tell("and %d more words", more)
	}
	return nil
}

// columnNames are the fields that limit words, as they are typed.
var columnNames = map[store.Column]string{store.InTitle: "title:", store.InText: "text:"}

// each tells what the words of a phrase, or of words close to each other,
// have one by one.
func (r *rescuer) each(words []string) (string, error) {
	var counts []string
	for _, w := range words[:min(len(words), maxHelp)] {
		n, err := r.articlesWith(w)
		if err != nil {
			return "", err
		}
		counts = append(counts, fmt.Sprintf("%s %d", elided(w), n))
	}
	if len(words) > maxHelp {
		counts = append(counts, "…")
	}
	return strings.Join(counts, ", "), nil
}

func (r *rescuer) articlesWith(word string) (int, error) {
	return r.view.Count(r.ctx, store.Words{Any: r.plan.reader.stemmed(false, word)})
}

// rare is in how many articles a word may be and still be a mistake for one
// that is in a hundred times as many.
const rare, commoner = 2, 100

// neighbours tells the words of the archive that are spelt like those of a
// leaf that is in so many articles.
func (r *rescuer) neighbours(words []string, articles int) (string, error) {
	var told []string
	for _, w := range words {
		if len(words) > 1 {
			var err error
			if articles, err = r.articlesWith(w); err != nil {
				return "", err
			}
		}
		if articles > rare {
			continue
		}
		near, err := r.near(w)
		if err != nil {
			return "", err
		}
		near = slices.DeleteFunc(slices.Clone(near), func(f spelling) bool {
			return articles > 0 && (f.edits > 1 || f.articles < commoner*articles)
		})
		for _, f := range near[:min(len(near), 3)] {
			told = append(told, fmt.Sprintf("%s %d", f.common(), f.articles))
		}
	}
	if len(told) == 0 {
		return "", nil
	}
	return "; nearest words: " + strings.Join(told, ", "), nil
}

// near gives the words of the archive that are most like one, most likely
// first, within bounds on how many words are looked for.
func (r *rescuer) near(word string) (found []spelling, err error) {
	tokens := tokensOf(r.plan.reader.surface, word)
	if len(tokens) != 1 {
		return nil, nil
	}
	surface := tokens[0].Surface
	if known, ok := r.nearest[surface]; ok || r.searches == 0 {
		return known, nil
	}
	r.searches--
	r.nearest[surface], err = newSpeller(r.ctx, r.view, r.plan.reader).alike(surface)
	return r.nearest[surface], err
}

// wordsOf gives the words within a part of a query, each once.
func wordsOf(n node) (words []string) {
	eachWording(n, func(s string, _ bool) string {
		for _, f := range wordsIn(s) {
			if !slices.Contains(words, f) && len(words) <= maxWords {
				words = append(words, f)
			}
		}
		return s
	})
	return words
}

// filters tells which filter removed everything, and what would pass it.
func (r *rescuer) filters() error {
	whole := r.attempt()
	told := 0
	for _, p := range r.parts {
		if !p.isFilter || told == maxHelp {
			continue
		}
		told++
		if err := r.filter(whole, p); err != nil {
			return err
		}
	}
	return nil
}

func (r *rescuer) filter(whole attempt, p part) error {
	passing, err := r.view.Count(r.ctx, p.condition)
	if err != nil {
		return err
	}
	if passing == 0 {
		held, err := r.held(p)
		if err != nil {
			return err
		}
		r.tell("%s: no article%s", elided(p.label), held)
	}
	if len(r.parts) == 1 {
		return nil
	}
	_, err = r.tellWithout(whole, p)
	return err
}

// found says what a query finds.
func found(all, some int) string {
	if all == 0 {
		return articles(some) + " with some of the words"
	}
	return articles(all)
}

// count gives what another query finds; nothing when enough was tried, or
// where it asks for no words though the one asked did.
func (r *rescuer) count(a attempt) (all, some int, err error) {
	if r.attempts == 0 || time.Now().After(r.until) {
		return 0, 0, nil
	}
	r.attempts--
	other := &searcher{ctx: r.ctx, archive: r.archive, view: r.view, query: a.asked()}
	if err := other.read(); err != nil {
		var wrong *Error
		if errors.As(err, &wrong) {
			err = nil
		}
		return 0, 0, err
	}
	if len(other.plan.units) == 0 && len(r.plan.units) > 0 && !a.alone {
		return 0, 0, nil
	}
	if err := other.currentOnly(); err != nil {
		return 0, 0, err
	}
	return r.tiersOf(other)
}

// countLess is count for a query with fewer parts, which are planned already.
func (r *rescuer) countLess(a attempt) (all, some int, err error) {
	together := r.whole && r.query.Match != Any || r.query.Match == AllOnly || r.plan.required || len(r.plan.units) == 1
	if a.changed || !together {
		return r.count(a)
	}
	parts := r.partsOf(a)
	isWord := func(p part) bool { return !p.isFilter }
	if time.Now().After(r.until) || len(parts) == 0 || len(r.plan.units) > 0 && !slices.ContainsFunc(parts, isWord) {
		return 0, 0, nil
	}
	where := slices.Clone(r.current)
	for _, p := range parts {
		where = append(where, p.condition)
	}
	all, err = r.view.Count(r.ctx, where)
	return all, 0, err
}

// tiersOf counts as the page of a search does, or as what looks through the
// articles with all the words.
func (r *rescuer) tiersOf(other *searcher) (all, some int, err error) {
	if other.all, err = r.view.Count(r.ctx, other.allWords()); err != nil {
		return 0, 0, err
	}
	if !other.tiered() || r.whole && r.query.Match != Any {
		return other.all, 0, nil
	}
	either, err := r.view.Count(r.ctx, other.anyWord())
	return other.all, either - other.all, err
}

// attempt is a query that may find what another did not.
type attempt struct {
	query    Query
	kids     []node   // what is asked for together; nil: left out
	explicit bool     // with AND
	left     []string // labels of what was left out
	alone    bool     // one part, looked at by itself
	changed  bool     // parts were replaced
}

// attempt gives the query as it was searched.
func (r *rescuer) attempt() attempt {
	return attempt{query: r.query, kids: r.plan.asked, explicit: r.plan.required}
}

// asked writes the query out.
func (a attempt) asked() Query {
	kids, explicit := slices.DeleteFunc(slices.Clone(a.kids), func(n node) bool { return n == nil }), a.explicit
	if len(kids) == 1 {
		kids, explicit = kidsOf(kids[0])
	}
	parts := make([]string, len(kids))
	for i, k := range kids {
		parts[i] = k.String()
	}
	between := " "
	if explicit {
		between = " AND "
	}
	a.query.Text = visible(strings.Join(parts, between))
	a.query.Offset = 0
	return a.query
}

// visible gives a query that can be read off a terminal and typed: without
// control characters and changes of the direction of writing.
func visible(query string) string {
	shown := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' { // joiners are part of words
			return -1
		}
		return r
	}, query)
	return strings.Join(strings.FieldsFunc(shown, isBlank), " ")
}

// with gives the attempt with another part at a place.
func (a attempt) with(i int, n node) attempt {
	a.kids = slices.Clone(a.kids)
	a.kids[i], a.changed = n, a.changed || n != nil
	return a
}

// part is something that a query can do without.
type part struct {
	label     string
	isFilter  bool
	condition store.Node
	kid       int    // its place in the text; -1 for a flag
	flag      string // as in filter
}

// allParts gives what the query as it was searched can do without: flags,
// then what its text asks for.
func (p *plan) allParts() (parts []part) {
	conditions := make(map[string]part)
	for _, u := range p.units {
		conditions[u.label] = part{condition: u.condition}
	}
	for _, f := range p.filters {
		if f.flag != "" {
			parts = append(parts, part{f.label, true, f.condition, -1, f.flag})
			continue
		}
		conditions[f.label] = part{condition: f.condition, isFilter: true}
	}
	for i, n := range p.searched {
		if c, ok := conditions[n.String()]; ok {
			parts = append(parts, part{p.asked[i].String(), c.isFilter, c.condition, i, ""})
		}
	}
	return parts
}

// partsOf gives those parts that an attempt still has.
func (r *rescuer) partsOf(a attempt) []part {
	return slices.DeleteFunc(slices.Clone(r.parts), func(p part) bool {
		switch {
		case p.kid >= 0:
			return a.kids[p.kid] == nil
		case p.flag == "date":
			return a.query.Since+a.query.Until == ""
		}
		return len(*valuesOf(&a.query, p.flag)) == 0
	})
}

// without leaves one part out.
func (a attempt) without(p part) attempt {
	a.left = append(slices.Clone(a.left), elided(p.label))
	if p.kid < 0 {
		a.query = withoutFlag(a.query, p.flag)
		return a
	}
	return a.with(p.kid, nil)
}

func withoutFlag(q Query, flag string) Query {
	if flag == "date" {
		q.Since, q.Until = "", ""
		return q
	}
	*valuesOf(&q, flag) = nil
	return q
}

// valuesOf gives the values of a flag that can be repeated.
func valuesOf(q *Query, flag string) *[]string {
	return map[string]*[]string{"source": &q.Sources, "author": &q.Authors, "lang": &q.Langs,
		"type": &q.Types, "tag": &q.Tags, "cites": &q.Cites}[flag]
}
