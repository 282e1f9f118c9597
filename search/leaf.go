package search

import (
	"slices"
	"strings"

	"example.com/archive/store"
	"example.com/archive/text"
)

// leaf is a word, a phrase or words close to each other, ready to be asked
// of the index.
type leaf struct {
	label     string // as written, set by the planner
	node      node   // that it was made of, set by the planner
	condition store.Node
	score     store.Node // the words that make its score
	pattern   pattern
	column    store.Column
	wording   *wording // nil for words close to each other
	readings  []string // of these, the alternatives in the index, for people
}

// reader analyses the words of a query under every language of the archive:
// what is asked in one form is found in the form each language gives it.
type reader struct {
	langs     []string
	analysers []*text.Analyser
	surface   *text.Analyser // without stems
	matcher   *textMatcher
	// spellings gives the other spellings that a word or phrase, neither exact
	// nor a prefix, is searched in.
	spellings func(node) []string
	// beginning gives the folded words of the archive that begin so; ok is
	// false where they are too many, or not known.
	beginning func(typed string) (surfaces []string, ok bool)
}

// noLanguage names no language that has a stemmer.
const noLanguage = "zxx" // ISO 639-2: no linguistic content

func newReader(langs []string, matcher *textMatcher) *reader {
	r := &reader{langs: langs, surface: text.NewAnalyser(noLanguage), matcher: matcher,
		spellings: func(node) []string { return nil },
		beginning: func(string) ([]string, bool) { return nil, false }}
	for _, lang := range langs {
		r.analysers = append(r.analysers, text.NewAnalyser(lang))
	}
	return r
}

// tokensOf gives the tokens of a word or phrase, without the lone last
// character of a run that has more.
func tokensOf(a *text.Analyser, s string) []text.Token {
	var tokens []text.Token
	for t := range a.Tokens(s) {
		tokens = append(tokens, t)
	}
	if n := len(tokens); n > 1 && tokens[n-1].Tail && tokens[n-2].End == tokens[n-1].End {
		tokens = tokens[:n-1]
	}
	return tokens
}

// wording is a word or phrase of a query.
type wording struct {
	text          string
	exact, prefix bool
	also          []string // other spellings of it, which count as the same
}

// wordingOf gives the wording of a word or phrase of the tree.
func (r *reader) wordingOf(n node) wording {
	switch n := n.(type) {
	case wordNode:
		w := wording{text: n.text, exact: n.exact, prefix: n.prefix}
		if !n.exact && !n.prefix {
			w.also = r.spellings(n)
		}
		return w
	case phraseNode:
		w := wording{text: n.text, exact: n.exact, prefix: n.prefix}
		if !n.exact && !n.prefix {
			w.also = r.spellings(n)
		}
		return w
	}
	return wording{}
}

// word reads a word or phrase; nil if it holds nothing that is indexed.
func (r *reader) word(w wording, column store.Column) *leaf {
	s, exact, prefix := w.text, w.exact, w.prefix
	surface := tokensOf(r.surface, s)
	if len(surface) == 0 {
		return nil
	}
	last := surface[len(surface)-1]
	prefix = prefix || last.Tail // one character of a script without blanks
	l := &leaf{column: column, wording: &wording{s, exact, prefix, w.also}}
	stems := r.stemmed(prefix, append([]string{s}, w.also...)...)
	l.condition = store.Words{Column: column, Any: stems}
	l.score = l.condition
	switch {
	case exact, prefix && len(surface) > 1:
		l.pattern = sequence{[][]element{surfaceElements(surface, prefix)}}
		l.condition = r.exactly(s, surface, prefix, l.pattern, column)
	case prefix:
		l.pattern = sequence{[][]element{surfaceElements(surface, true)}}
		l.condition = r.prefixed(surface[0].Surface, column, l.pattern)
	default:
		l.pattern = sequence{stemElements(stems)}
	}
	return l
}

// stemmed gives the distinct readings of texts under the languages. The last
// word of a prefix is left as it was typed.
func (r *reader) stemmed(prefix bool, texts ...string) (phrases []store.Phrase) {
	for _, s := range texts {
		for _, a := range r.analysers {
			p := phraseOf(tokensOf(a, s), prefix)
			if len(p.Stems) > 0 && !slices.ContainsFunc(phrases, func(q store.Phrase) bool { return slices.Equal(p.Stems, q.Stems) }) {
				phrases = append(phrases, p)
			}
		}
	}
	return phrases
}

func phraseOf(tokens []text.Token, prefix bool) store.Phrase {
	p := store.Phrase{Prefix: prefix}
	for i, t := range tokens {
		if prefix && i == len(tokens)-1 {
			p.Stems = append(p.Stems, t.Surface)
		} else {
			p.Stems = append(p.Stems, t.Stem)
		}
	}
	return p
}

func stemElements(phrases []store.Phrase) (alternatives [][]element) {
	for _, p := range phrases {
		elements := make([]element, len(p.Stems))
		for i, s := range p.Stems {
			elements[i] = element{byStem, s}
		}
		alternatives = append(alternatives, elements)
	}
	return alternatives
}

func surfaceElements(tokens []text.Token, prefix bool) []element {
	elements := make([]element, len(tokens))
	for i, t := range tokens {
		elements[i] = element{bySurface, t.Surface}
	}
	if prefix {
		elements[len(elements)-1].kind = byPrefix
	}
	return elements
}

// prefixed finds the words that begin so. Most have a stem that begins so too.
// A stem can also be shorter than what was typed, or end otherwise
// (invitation* and invit, country* and countri, going* and go): the articles
// with such stems are looked at.
func (r *reader) prefixed(typed string, column store.Column, p pattern) store.Node {
	begins := store.Phrase{Stems: []string{typed}, Prefix: true}
	var others []store.Phrase
	for _, stem := range r.heldStems(typed, r.stemsOfPrefix(typed)) {
		others = append(others, store.Phrase{Stems: []string{stem}})
	}
	others = append(others, withoutArticle(typed)...)
	if strings.HasSuffix(typed, "i") { // happi is the stem of happy, which does not begin so
		others, begins.Stems = append(others, begins), nil
	}
	unsure := store.Verified{Candidates: store.Words{Column: column, Any: others}, Check: r.matcher.check(p, column)}
	if begins.Stems == nil {
		return unsure
	}
	sure := store.Words{Column: column, Any: []store.Phrase{begins}}
	unsure.Candidates = store.And{unsure.Candidates, store.Not{Node: sure}} // a text is costly to look at
	return store.Or{sure, unsure}
}

// heldStems gives, of stems, those that a word of the archive has which begins
// as typed.
func (r *reader) heldStems(typed string, stems []string) []string {
	surfaces, ok := r.beginning(typed)
	if !ok || len(surfaces) == 0 {
		return stems
	}
	held := make(map[string]bool)
	for _, s := range surfaces {
		for _, p := range r.stemmed(false, s) {
			held[p.Stems[0]] = true
		}
	}
	return slices.DeleteFunc(stems, func(s string) bool { return !held[s] })
}

// endings are the letters that stemmers put in place of others at the end.
var endings = []string{"", "i", "e", "l", "y"}

// minStem is the shortest stem, in characters, that a longer beginning is
// looked for under.
const minStem = 2

// stemsOfPrefix gives the stems, other than those that begin with it, that
// words with this beginning can have: its own stems, and its beginnings.
func (r *reader) stemsOfPrefix(typed string) (stems []string) {
	add := func(s string) {
		if !strings.HasPrefix(s, typed) && !slices.Contains(stems, s) {
			stems = append(stems, s)
		}
	}
	for _, p := range r.stemmed(false, typed) {
		if len(p.Stems) == 1 {
			add(p.Stems[0])
		}
	}
	n := 0
	for i := range typed {
		if n >= minStem {
			for _, e := range endings {
				add(typed[:i] + e)
			}
		}
		n++
	}
	return stems
}

// withoutArticle gives what stands behind the Arabic article, conjunctions and
// prepositions that are written together with the word; the stemmer takes
// them off.
func withoutArticle(typed string) (phrases []store.Phrase) {
	for _, article := range []string{"ال", "وال", "بال", "كال", "فال", "لل", "و", "ب"} {
		if rest := strings.TrimPrefix(typed, article); rest != typed && len(rest) >= 2*len("ا") {
			phrases = append(phrases, store.Phrase{Stems: []string{rest}, Prefix: true})
		}
	}
	return phrases
}

// exactly is the condition that a word or phrase stands there as it was typed.
// The archive knows the forms of single words; the rest is looked up in texts.
func (r *reader) exactly(s string, surface []text.Token, prefix bool, p pattern, column store.Column) store.Node {
	candidates := r.candidates(s, surface, prefix, column)
	if prefix {
		return store.Verified{Candidates: candidates, Check: r.matcher.check(p, column)}
	}
	if len(surface) == 1 && column == store.Anywhere {
		if word, ok := r.exactWord(surface[0].Surface); ok {
			return word
		}
	}
	narrowed := store.And{candidates}
	for _, t := range surface {
		if word, ok := r.exactWord(t.Surface); ok {
			narrowed = append(narrowed, word)
		}
	}
	return store.Verified{Candidates: narrowed, Check: r.matcher.check(p, column)}
}

// exactWord is the condition that a folded word stands somewhere; not ok where
// a language takes it for several.
func (r *reader) exactWord(surface string) (word store.Exact, ok bool) {
	stems := r.stemmed(false, surface)
	if len(stems) == 0 || slices.ContainsFunc(stems, func(p store.Phrase) bool { return len(p.Stems) != 1 }) {
		return word, false
	}
	p := sequence{[][]element{{{bySurface, surface}}}}
	return store.Exact{Words: store.Words{Any: stems}, Surface: surface, Check: r.matcher.check(p, store.Anywhere)}, true
}

// candidates gives what can hold an exact word or phrase.
func (r *reader) candidates(s string, surface []text.Token, prefix bool, column store.Column) store.Node {
	if !prefix {
		return store.Words{Column: column, Any: r.stemmed(false, s)}
	}
	typed := surface[len(surface)-1].Surface
	var any []store.Phrase
	for _, p := range r.stemmed(true, s) {
		any = append(any, p)
		for _, stem := range r.stemsOfPrefix(typed) {
			any = append(any, store.Phrase{Stems: append(slices.Clone(p.Stems[:len(p.Stems)-1]), stem)})
		}
		for _, rest := range withoutArticle(typed) {
			any = append(any, store.Phrase{Stems: append(slices.Clone(p.Stems[:len(p.Stems)-1]), rest.Stems[0]), Prefix: true})
		}
	}
	return store.Words{Column: column, Any: any}
}

// window reads "a b c"~5: all words within a distance, in any order.
func (r *reader) window(s string, within int, column store.Column) *leaf {
	if len(tokensOf(r.surface, s)) < 2 {
		return r.word(wording{text: s}, column)
	}
	l := &leaf{column: column}
	near := store.Near{Column: column, Within: within}
	var patterns either
	for _, phrase := range r.stemmed(false, s) {
		group := make([]store.Phrase, len(phrase.Stems))
		words := window{within: within}
		for i, stem := range phrase.Stems {
			group[i] = store.Phrase{Stems: []string{stem}}
			words.words = append(words.words, sequence{[][]element{{{byStem, stem}}}})
		}
		near.Any = append(near.Any, group)
		patterns = append(patterns, words)
		l.readings = append(l.readings, strings.Join(phrase.Stems, " … "))
	}
	l.condition, l.score, l.pattern = near, near, patterns
	return l
}

// maxNearGroups bounds the combinations of alternatives that a NEAR is
// written out as.
const maxNearGroups = 256

// near reads a NEAR/n b and a ADJ/n b. FTS5's NEAR finds the candidates; what
// it cannot tell (order, exactness) is checked on the text. Where there are
// too many ways to combine the readings of the words, all articles that hold
// them are candidates.
func (r *reader) near(n nearNode, column store.Column) *leaf {
	if r.combinations(n, column) > maxNearGroups {
		return r.nearAnywhere(n, column)
	}
	groups, p, sure := r.nearGroups(n, column)
	if len(groups) == 0 {
		return nil
	}
	condition := store.Near{Column: column, Within: reach(n) + between(groups), Any: distinctPhrases(groups)}
	l := &leaf{condition: condition, score: condition, pattern: p, column: column}
	if !sure || n.ordered {
		l.condition = store.Verified{Candidates: condition, Check: r.matcher.check(p, column)}
	}
	for _, g := range groups {
		var words []string
		for _, phrase := range g {
			words = append(words, strings.Join(phrase.Stems, " ")+mark(phrase.Prefix, "*"))
		}
		l.readings = append(l.readings, strings.Join(words, " … "))
	}
	return l
}

// distinctPhrases leaves out what a group asks for again: to the index one
// place serves for both, and the text is looked at anyway.
func distinctPhrases(groups [][]store.Phrase) [][]store.Phrase {
	distinct := make([][]store.Phrase, len(groups))
	for i, group := range groups {
		seen := make(map[string]bool, len(group))
		for _, p := range group {
			key := strings.Join(p.Stems, " ") + mark(p.Prefix, "*")
			if !seen[key] {
				distinct[i] = append(distinct[i], p)
			}
			seen[key] = true
		}
	}
	return distinct
}

// nearAnywhere is near with every article that holds the words as candidate.
func (r *reader) nearAnywhere(n nearNode, column store.Column) *leaf {
	words, p := r.nearWords(n, column)
	if words == nil {
		return nil
	}
	return &leaf{
		condition: store.Verified{Candidates: words, Check: r.matcher.check(p, column)},
		score:     words, pattern: p, column: column, readings: []string{n.String()},
	}
}

// nearWords gives the condition that all words of a NEAR are there; nil if
// there are none.
func (r *reader) nearWords(n node, column store.Column) (store.Node, pattern) {
	switch n := n.(type) {
	case nearNode:
		left, lp := r.nearWords(n.left, column)
		right, rp := r.nearWords(n.right, column)
		if left == nil || right == nil {
			return nil, either(nil)
		}
		both, ok := left.(store.And) // a chain stays flat, for depth is bounded
		if !ok {
			both = store.And{left}
		}
		return append(both, right), near(lp, rp, n.within, n.ordered)
	case orNode:
		var any store.Or
		var patterns either
		for _, kid := range n.kids {
			if words, p := r.nearWords(kid, column); words != nil {
				any, patterns = append(any, words), append(patterns, p)
			}
		}
		if len(any) == 0 {
			return nil, either(nil)
		}
		return any, patterns
	}
	groups, p, _ := r.nearGroups(n, column)
	words := store.Words{Column: column}
	for _, g := range groups {
		words.Any = append(words.Any, g...)
	}
	if len(groups) == 0 {
		return nil, p
	}
	return words, p
}

// combinations counts the groups that a NEAR is written out as, at most one
// more than allowed.
func (r *reader) combinations(n node, column store.Column) int {
	count := 0
	switch n := n.(type) {
	case nearNode:
		count = r.combinations(n.left, column) * r.combinations(n.right, column)
	case orNode:
		for _, kid := range n.kids {
			count += r.combinations(kid, column)
		}
	default:
		groups, _, _ := r.nearGroups(n, column)
		count = len(groups)
	}
	return min(count, maxNearGroups+1)
}

// reach gives how far apart the outermost words can stand, those between them
// left out.
func reach(n node) (most int) {
	switch n := n.(type) {
	case nearNode:
		return n.within + reach(n.left) + reach(n.right)
	case orNode:
		for _, kid := range n.kids {
			most = max(most, reach(kid))
		}
	}
	return most
}

// between gives how many words of a group can stand between its outermost.
func between(groups [][]store.Phrase) (most int) {
	for _, g := range groups {
		words := 0
		for _, p := range g {
			words += len(p.Stems)
		}
		if len(g) > 2 {
			most = max(most, words)
		}
	}
	return most
}

// nearGroups writes out the combinations of a NEAR's sides. sure is false
// where the groups find more than the pattern matches.
func (r *reader) nearGroups(n node, column store.Column) (groups [][]store.Phrase, p pattern, sure bool) {
	switch n := n.(type) {
	case nearNode:
		left, lp, lsure := r.nearGroups(n.left, column)
		right, rp, rsure := r.nearGroups(n.right, column)
		// Three in a row: FTS5 looks at one window over all of them.
		groups = cross(left, right)
		sure = lsure && rsure && between(groups) == 0 && !overlap(left, right)
		return groups, near(lp, rp, n.within, n.ordered), sure
	case orNode:
		var patterns either
		sure = true
		for _, kid := range n.kids {
			g, kp, ksure := r.nearGroups(kid, column)
			groups = append(groups, g...)
			patterns = append(patterns, kp)
			sure = sure && ksure
		}
		return groups, patterns, sure
	case wordNode, phraseNode:
		return r.nearWord(r.wordingOf(n), column)
	}
	return nil, either(nil), true
}

func (r *reader) nearWord(w wording, column store.Column) (groups [][]store.Phrase, p pattern, sure bool) {
	l := r.word(w, column)
	if l == nil {
		return nil, either(nil), true
	}
	phrases := r.stemmed(false, append([]string{w.text}, w.also...)...)
	if w.prefix {
		words, _ := r.candidates(w.text, tokensOf(r.surface, w.text), true, column).(store.Words)
		phrases = words.Any
	}
	for _, phrase := range phrases {
		groups = append(groups, []store.Phrase{phrase})
	}
	return groups, l.pattern, !w.exact && !w.prefix
}

// overlap reports whether both sides can match the same words, which FTS5
// takes for two matches.
func overlap(left, right [][]store.Phrase) bool {
	stems := make(map[string]bool)
	for _, group := range left {
		for _, p := range group {
			for _, s := range p.Stems {
				stems[s] = true
			}
		}
	}
	for _, group := range right {
		for _, p := range group {
			for _, s := range p.Stems {
				if stems[s] {
					return true
				}
			}
		}
	}
	return false
}

func cross(left, right [][]store.Phrase) (groups [][]store.Phrase) {
	for _, l := range left {
		for _, r := range right {
			groups = append(groups, slices.Concat(l, r))
		}
	}
	return groups
}

func sorted(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	return slices.Compact(spans)
}
