package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// plan is a query ready to be asked: what must hold, what scores, and what
// to mark.
type plan struct {
	reading   string // the tree with all its parentheses
	searched  []node // what the text asks for together, as it is searched
	asked     []node // the same without what --exact makes of it
	units     []unit // what "all" and "some" count
	required  bool   // an AND was written: all units must be there
	always    store.And
	filters   []filter  // among always, those that a flag or field asked for
	scope     store.And // among always, those that ask for properties alone, whatever articles say
	dated     bool      // a date is among scope
	leaves    []*leaf   // all that are wanted, for score and marks
	dropped   []string  // stop words left out
	given     []string
	notes     []string
	corrected []correction
	langs     []string
	versions  bool     // earlier versions of articles are asked for
	saved     []string // the saved searches that are asked for, and what they are
	reader    *reader
	steps     []Step
}

// unit is one of the things that a query asks for together.
type unit struct {
	label     string
	condition store.Node
	parts     []*leaf // the words of one that is written with hyphens or the like
}

// some is the condition on articles that hold some of it.
func (u unit) some() store.Node {
	if len(u.parts) == 0 {
		return u.condition
	}
	either := make(store.Or, len(u.parts))
	for i, l := range u.parts {
		either[i] = l.condition
	}
	return either
}

// filter is a condition that is not on words.
type filter struct {
	label     string
	condition store.Node
	flag      string // the field that its flag stands for, date for both of its; "" where it is in the text
}

// planner turns trees into plans. It asks the archive for names only when a
// query names something.
type planner struct {
	ctx     context.Context
	archive *store.Archive
	view    *store.View
	now     time.Time
	reader  *reader
	speller *speller
	namer   *namer
	langs   []store.Count
	correct bool // words that the archive does not hold
	exact   bool // words are taken as they are typed
	plan    *plan
	saved   *savedReader // of saved:NAME; nil until one is asked for
	wanted  bool         // what a field asks for is to be marked
	err     error        // the first error of the archive
}

// newPlan reads and plans a query.
func newPlan(ctx context.Context, a *store.Archive, v *store.View, q Query) (*plan, error) {
	langs, err := v.Languages(ctx)
	if err != nil {
		return nil, err
	}
	p := &planner{ctx: ctx, archive: a, view: v, now: q.Now, langs: langs, correct: !q.NoCorrect, exact: q.Exact, plan: &plan{}}
	p.reader = newReader(p.queryLanguages(q.Langs), newTextMatcher())
	p.reader.spellings, p.reader.beginning = p.spellings, p.beginning
	p.speller = newSpeller(ctx, v, p.reader)
	p.namer = newNamer(p)
	p.plan.langs, p.plan.reader = p.reader.langs, p.reader
	if err := p.read(q); err != nil {
		return nil, err
	}
	p.plan.notes = append(p.plan.notes, p.namer.notes(p.plan.scope)...)
	p.plan.notes = bounded(distinct(p.plan.notes))
	if p.err != nil {
		return nil, p.err
	}
	if len(p.plan.units) == 0 && len(p.plan.always) == 0 {
		return nil, &Error{Text: emptyQuery(q.Text)}
	}
	return p.plan, nil
}

// read plans the text and the flags of a query.
func (p *planner) read(q Query) error {
	start := time.Now()
	tree, notes := parse(text.Clean(q.Text))
	start = p.took("read the query", start)
	p.plan.notes = notes
	if err := p.flags(q); err != nil {
		return err
	}
	if tree == nil {
		return nil
	}
	p.plan.asked, _ = kidsOf(tree)
	if p.exact {
		tree = exactly(tree)
	}
	if p.correct {
		tree = p.corrected(tree)
		start = p.took("correct the spelling", start)
	}
	p.plan.searched, _ = kidsOf(tree)
	if !p.exact {
		p.plan.asked = p.plan.searched
	}
	p.plan.reading = tree.String()
	p.top(tree)
	p.took("look up the words", start)
	return nil
}

// took notes how long a step took, and when the next begins.
func (p *planner) took(name string, start time.Time) (end time.Time) {
	end = time.Now()
	p.plan.steps = append(p.plan.steps, Step{name, end.Sub(start).Seconds()})
	return end
}

// maxBeginning bounds the words that are read for a prefix: with more, it is
// short, and the articles that have none of them are few.
const maxBeginning = 5000

// beginning gives the words of the archive that begin so. Digits, and scripts
// without blanks, are not in its vocabulary.
func (p *planner) beginning(typed string) (surfaces []string, ok bool) {
	if strings.ContainsFunc(typed, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return nil, false
	}
	surfaces, ok, err := p.view.WordsBeginning(p.ctx, typed, maxBeginning)
	p.fail(err)
	return surfaces, ok
}

func emptyQuery(typed string) string {
	if strings.TrimSpace(typed) == "" {
		return "the query is empty (give words to search for, or a filter such as --source; archive help query)"
	}
	return "the query has no word that can be searched (words are letters and digits; archive help query)"
}

func distinct(lines []string) (kept []string) {
	known := make(map[string]bool, len(lines))
	for _, l := range lines {
		if !known[l] {
			known[l] = true
			kept = append(kept, l)
		}
	}
	return kept
}

// maxNotes bounds how much is said about one query.
const maxNotes = 30

// maxNote is how much of a note is said, in characters: it can repeat a word.
const maxNote = 300

func bounded(notes []string) []string {
	for i := range notes {
		notes[i] = elidedTo(notes[i], maxNote)
	}
	if more := len(notes) - maxNotes; more > 0 {
		return append(notes[:maxNotes:maxNotes], fmt.Sprintf("and %d more such notes", more))
	}
	return notes
}

// maxLanguages bounds the languages under which a word is read; beyond it
// the rarest are left out.
const maxLanguages = 24

// queryLanguages gives the languages to read words under: those asked for,
// else all that the archive holds.
func (p *planner) queryLanguages(asked []string) (langs []string) {
	for _, value := range asked {
		langs = append(langs, text.LanguageCode(value))
	}
	if len(langs) > 0 {
		return langs
	}
	for _, c := range p.langs[:min(len(p.langs), maxLanguages)] {
		langs = append(langs, c.Value)
	}
	if len(langs) == 0 {
		return []string{""}
	}
	return langs
}

// top plans the outermost level: what is asked for together counts towards
// all and some; exclusions and properties always hold.
func (p *planner) top(tree node) {
	kids, required := kidsOf(tree)
	p.plan.required = required
	for _, kid := range p.withoutStopWords(kids, !p.plan.required) {
		condition := p.condition(kid, store.Anywhere, true)
		switch {
		case condition == nil:
		case isFilter(kid):
			p.plan.always = append(p.plan.always, condition)
			p.plan.filters = append(p.plan.filters, filter{kid.String(), condition, ""})
			p.scope(kid, condition)
		default:
			p.plan.units = append(p.plan.units, unit{kid.String(), condition, p.parts(kid)})
		}
	}
}

// kidsOf gives what a tree asks for together, and whether with AND.
func kidsOf(tree node) (kids []node, explicit bool) {
	switch tree := tree.(type) {
	case nil:
		return nil, false
	case andNode:
		return tree.kids, tree.explicit
	}
	return []node{tree}, false
}

// parts gives the words of one that is written with hyphens or the like:
// articles that hold only some of the query may hold them apart. They score in
// place of the whole.
func (p *planner) parts(n node) (parts []*leaf) {
	w, ok := n.(wordNode)
	if !ok || w.exact || w.prefix || w.edits > 0 || len(tokensOf(p.reader.surface, w.text)) < 2 {
		return nil
	}
	var score store.Or
	for _, word := range p.telling(w.text) {
		if l := p.reader.word(p.reader.wordingOf(word), store.Anywhere); l != nil {
			parts, score = append(parts, l), append(score, l.score)
		}
	}
	if len(parts) > 0 {
		p.plan.leaves[len(p.plan.leaves)-1].score = score
	}
	return parts
}

// telling gives the words within one that is written with hyphens or the like,
// without stop words, figures and single letters.
func (p *planner) telling(s string) (words []node) {
	fields := strings.FieldsFunc(s, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) })
	if len(fields) < 2 {
		return nil
	}
	for _, f := range fields {
		if utf8.RuneCountInString(f) > 1 && strings.ContainsFunc(f, unicode.IsLetter) {
			words = append(words, wordNode{text: f})
		}
	}
	stop := p.stopWords(words)
	return slices.DeleteFunc(words, func(n node) bool { return stop[n.(wordNode).text] })
}

// isFilter reports whether a part of a query narrows the result without
// asking for a word.
func isFilter(n node) bool {
	switch n := n.(type) {
	case notNode, everythingNode:
		return true
	case fieldNode:
		return !isColumn(n.name)
	case orNode:
		return allOf(n.kids, isFilter)
	case andNode:
		return allOf(n.kids, isFilter)
	}
	return false
}

// scope notes a condition that asks for properties alone.
func (p *planner) scope(n node, condition store.Node) {
	if isScope(n) {
		f, _ := n.(fieldNode)
		p.plan.scope = append(p.plan.scope, condition)
		p.plan.dated = p.plan.dated || f.name == "date" || f.name == "before" || f.name == "after"
	}
}

// isScope reports whether a part of a query that is a filter holds no words.
// A saved search may hold some.
func isScope(n node) bool {
	switch n := n.(type) {
	case everythingNode:
		return true
	case fieldNode:
		return !isColumn(n.name) && n.name != "saved"
	case notNode:
		return isScope(n.kid)
	case orNode:
		return allOf(n.kids, isScope)
	case andNode:
		return allOf(n.kids, isScope)
	}
	return false
}

func allOf(kids []node, is func(node) bool) bool {
	for _, k := range kids {
		if !is(k) {
			return false
		}
	}
	return true
}

// withoutStopWords drops words too common to tell articles apart, and words
// that were given before, from a list that is asked for together; all stay
// where nothing else is left.
func (p *planner) withoutStopWords(kids []node, drop bool) []node {
	stop := make(map[string]bool)
	if drop {
		stop = p.stopWords(kids)
	}
	isStop := func(n node) bool { w, isWord := n.(wordNode); return isWord && stop[w.text] }
	if !slices.ContainsFunc(kids, func(n node) bool { return !isStop(n) && !isFilter(n) && p.searchable(n) }) {
		isStop = func(node) bool { return false }
	}
	var kept []node
	seen := make(map[string]bool)
	for _, k := range kids {
		if isStop(k) {
			p.plan.dropped = append(p.plan.dropped, k.(wordNode).text)
			continue
		}
		label := strings.ToLower(k.String())
		p.plan.given = append(p.plan.given, label)
		if !seen[label] {
			seen[label] = true
			kept = append(kept, k)
		}
	}
	p.plan.dropped = distinct(p.plan.dropped)
	return kept
}

func (p *planner) searchable(n node) bool {
	w, isWord := n.(wordNode)
	return !isWord || len(tokensOf(p.reader.surface, w.text)) > 0
}

// stopWords finds the stop words of a list in the language it is most likely
// in: the main one of the archive, unless another has clearly more of its
// stop words in it. (War is a stop word in German.) Words in capitals within
// other words are names: US, WHO, IT.
func (p *planner) stopWords(kids []node) map[string]bool {
	folded := make(map[string]string)
	capitals := true
	for _, k := range kids {
		if w, ok := k.(wordNode); ok && !w.exact && !w.prefix && w.edits == 0 {
			folded[w.text] = text.Fold(w.text)
			capitals = capitals && w.text == strings.ToUpper(w.text)
		}
	}
	best, most := "", -1
	for i, lang := range p.reader.langs {
		if lang == "" {
			lang = "en"
		}
		n := 0
		for _, f := range folded {
			if text.IsStopWord(lang, f) {
				n++
			}
		}
		if i == 0 || n > most+1 {
			best, most = lang, n
		}
	}
	stop := make(map[string]bool)
	for word, f := range folded {
		isName := !capitals && len(word) > 1 && word == strings.ToUpper(word) && strings.ContainsFunc(word, unicode.IsLetter)
		stop[word] = text.IsStopWord(best, f) && !isName
	}
	return stop
}

// condition turns a part of the tree into a condition; nil where it holds
// nothing to search for. Words that are wanted count towards the score.
func (p *planner) condition(n node, column store.Column, wanted bool) store.Node {
	switch n := n.(type) {
	case wordNode:
		return p.leaf(p.reader.word(p.reader.wordingOf(n), column), n, wanted)
	case phraseNode:
		if n.within > 0 {
			return p.leaf(p.reader.window(n.text, n.within, column), n, wanted)
		}
		return p.leaf(p.reader.word(p.reader.wordingOf(n), column), n, wanted)
	case nearNode:
		return p.leaf(p.reader.near(n, column), n, wanted)
	case sameNode:
		return p.leaf(p.reader.same(n, column), n, wanted)
	case notNode:
		if inner := p.condition(n.kid, column, !wanted); inner != nil {
			return store.Not{Node: inner}
		}
	case andNode:
		return p.group(n.kids, column, wanted, func(nodes []store.Node) store.Node { return store.And(nodes) })
	case orNode:
		return p.group(n.kids, column, wanted, func(nodes []store.Node) store.Node { return store.Or(nodes) })
	case everythingNode:
		return store.All{}
	case fieldNode:
		return p.field(n, wanted)
	}
	return nil
}

func (p *planner) leaf(l *leaf, n node, wanted bool) store.Node {
	if l == nil && strings.IndexFunc(n.String(), isSymbol) < 0 {
		return nil // punctuation, which nobody misses
	}
	if l == nil {
		p.plan.notes = append(p.plan.notes, n.String()+" holds no letters or digits: left out")
		return nil
	}
	l.label, l.node = n.String(), n
	if wanted {
		p.plan.leaves = append(p.plan.leaves, l)
	}
	return l.condition
}

func isSymbol(r rune) bool { return unicode.IsSymbol(r) && r != '=' && r != '~' && r != '+' }

func (p *planner) group(kids []node, column store.Column, wanted bool, join func([]store.Node) store.Node) store.Node {
	var nodes []store.Node
	for _, k := range kids {
		if c := p.condition(k, column, wanted); c != nil {
			nodes = append(nodes, c)
		}
	}
	switch len(nodes) {
	case 0:
		return nil
	case 1:
		return nodes[0]
	}
	return join(nodes)
}

// field plans field:value. title: and text: limit words to a column, the
// others ask for a property.
func (p *planner) field(n fieldNode, wanted bool) store.Node {
	switch n.name {
	case "title":
		return p.condition(n.value, store.InTitle, wanted)
	case "text":
		return p.condition(n.value, store.InText, wanted)
	}
	p.wanted = wanted
	return p.property(n, n.value)
}

// property spreads a field over a group: source:(BBC OR Reuters).
func (p *planner) property(f fieldNode, value node) store.Node {
	switch v := value.(type) {
	case wordNode:
		return p.ask(f.name, v.text, v.prefix)
	case phraseNode:
		return p.ask(f.name, v.text, v.prefix)
	case notNode:
		p.wanted = !p.wanted
		inner := p.property(f, v.kid)
		p.wanted = !p.wanted
		if inner != nil {
			return store.Not{Node: inner}
		}
		return nil
	case andNode:
		return store.And(p.properties(f, v.kids))
	case orNode:
		return store.Or(p.properties(f, v.kids))
	case everythingNode:
		return p.anyValue(f.name)
	case fieldNode:
		return p.field(v, true)
	}
	p.plan.notes = append(p.plan.notes, f.String()+" cannot be asked so: left out")
	return nil
}

func (p *planner) properties(f fieldNode, kids []node) (nodes []store.Node) {
	for _, k := range kids {
		if n := p.property(f, k); n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// fail keeps the first error of the archive.
func (p *planner) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// flags plans the filters that stand beside the query.
func (p *planner) flags(q Query) error {
	for _, f := range []struct {
		flag, field string
		values      []string
	}{
		{"source", "source", q.Sources},
		{"author", "author", q.Authors},
		{"lang", "lang", q.Langs},
		{"type", "type", q.Types},
		{"tag", "tag", q.Tags},
		{"cites", "cites", q.Cites},
	} {
		var either store.Or
		for _, v := range f.values {
			either = append(either, p.ask(f.field, v, false))
		}
		p.filter(f.flag, "--"+f.flag+" "+strings.Join(f.values, ", "), either)
	}
	return p.dateFlags(q)
}

func (p *planner) filter(flag, label string, either store.Or) {
	if len(either) > 0 {
		p.plan.always = append(p.plan.always, either)
		p.plan.scope = append(p.plan.scope, either)
		p.plan.filters = append(p.plan.filters, filter{label, either, flag})
	}
}

func (p *planner) dateFlags(q Query) error {
	if q.Since == "" && q.Until == "" {
		return nil
	}
	span := days{dawn, dusk}
	for _, f := range []struct {
		flag, value string
		set         func(days)
	}{
		{"--since", q.Since, func(d days) { span.first = d.first }},
		{"--until", q.Until, func(d days) { span.last = d.last }},
	} {
		if f.value == "" {
			continue
		}
		d, err := readDays(f.value, q.Now)
		if err != nil {
			return &Error{Text: f.flag + ": " + err.Error()}
		}
		f.set(d)
	}
	if span.first > span.last {
		return &Error{Text: fmt.Sprintf("--since %s is later than --until %s", q.Since, q.Until)}
	}
	p.plan.dated = true
	label := strings.TrimSpace(fmt.Sprintf("%s %s", flagText("--since", q.Since), flagText("--until", q.Until)))
	p.filter("date", label, store.Or{store.PublishedIn{First: span.first, Last: span.last}})
	return nil
}

func flagText(flag, value string) string {
	if value == "" {
		return ""
	}
	return flag + " " + value
}
