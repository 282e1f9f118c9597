package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// ConcordanceQuery asks for the places where articles say what the query asks
// for: a key word in context (H. P. Luhn, Key word-in-context index for
// technical literature, American Documentation 11, 1960). The articles are
// those with all the words or, with Match Any, those with some. Limit and
// Offset count lines; the order of the query and its facets say nothing here.
type ConcordanceQuery struct {
	Query
	By      string // one of ConcordanceOrders; "" for the best articles first
	Context int    // characters on each side of a match
}

// ConcordanceOrders lists what ConcordanceQuery.By takes. Left and right
// compare the words on that side of the match, the nearest first.
var ConcordanceOrders = []string{"left", "right", "date", "-date", "source"}

// Line is one match with what stands around it, white space folded. Left,
// Match and Right put together are the text.
type Line struct {
	Row                *store.Row // of the article, shared by its lines
	InTitle            bool
	Left, Match, Right string
	key                string // to sort by
}

// Concordance is the answer; it has no Hits.
type Concordance struct {
	Result
	// Found counts the articles of the condition: all of them are gone
	// through, if need be.
	Found int
	// Lines goes once through the page asked for. What follows is known
	// when it has ended.
	Lines    iter.Seq2[Line, error]
	Matches  int  // met, those before and behind the page too
	Articles int  // in which they were
	Whole    bool // every article was looked through: there are no more
	Dropped  int  // lines that sort behind those that could be kept
}

// Concord answers a query with its matches in context.
func Concord(ctx context.Context, a *store.Archive, q ConcordanceQuery) (*Concordance, error) {
	if q.By != "" && !slices.Contains(ConcordanceOrders, q.By) {
		return nil, &Error{Text: fmt.Sprintf("cannot sort by %q (sort by %s)", q.By, strings.Join(ConcordanceOrders, ", "))}
	}
	g, result, err := findTexts(ctx, a, q.Query, q.By)
	if err != nil {
		return nil, err
	}
	c := &Concordance{Result: *result, Found: len(g.ids)}
	w := &concordancer{texts: g, query: q, answer: c, bound: q.upTo()}
	c.Lines = w.inOrder
	if q.By == "left" || q.By == "right" {
		c.Lines, w.bound = w.sorted, -1
	}
	return c, nil
}

// findTexts plans a query and finds the articles that its matches are in.
func findTexts(ctx context.Context, a *store.Archive, q Query, by string) (t *texts, r *Result, err error) {
	q.Sort, q.Limit, q.Offset = "", 0, 0
	if slices.Contains(Sorts, by) {
		q.Sort = by
	}
	order, err := orderOf(q)
	if err != nil {
		return nil, nil, err
	}
	s := &searcher{ctx: ctx, archive: a, query: q, order: order}
	if s.view, err = a.View(ctx); err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.view.Close()) }()
	return s.texts()
}

func (s *searcher) texts() (*texts, *Result, error) {
	if err := s.read(); err != nil {
		return nil, nil, err
	}
	if len(s.plan.leaves) == 0 {
		return nil, nil, &Error{Text: "the query asks for no word whose places could be shown (give one; archive help query)"}
	}
	if err := s.currentOnly(); err != nil {
		return nil, nil, err
	}
	where := s.allWords()
	if s.query.Match == Any && s.tiered() {
		where = s.anyWord()
	}
	found, err := s.find("", store.Search{Where: where})
	if err != nil {
		return nil, nil, err
	}
	if err := s.countTiers(found); err != nil {
		return nil, nil, err
	}
	r, err := s.result()
	if err == nil && len(s.found) == 0 && !s.query.NoHelp {
		s.whole = true
		err = s.rescue(r)
	}
	if err == nil && s.query.Explain {
		r.Explain, err = s.explain()
	}
	t := &texts{ctx: s.ctx, archive: s.archive, leaves: s.plan.leaves, matcher: newTextMatcher()}
	for _, f := range s.found {
		t.ids = append(t.ids, f.ID)
	}
	return t, r, err
}

// texts goes through the texts of articles for the matches in them.
type texts struct {
	ctx     context.Context
	archive *store.Archive
	ids     []int64
	leaves  []*leaf
	matcher *textMatcher
	tokens  []text.Token // room for those of a passage
}

// passage is a title or a piece of a text, with a margin on both sides so
// that nothing that stands across its ends is missed. It is good until the
// next one.
type passage struct {
	row     *store.Row
	column  store.Column
	text    string // whole
	from    int    // bytes: where the passage proper begins
	to      int
	tokens  []text.Token // their places are those in text
	matches []span       // in order, none overlapping another
}

// owns reports whether a token belongs to the passage, not to its margin.
func (p *passage) owns(token int) bool {
	at := p.tokens[token].Start
	return at >= p.from && at < p.to
}

// errEnough ends going through texts.
var errEnough = errors.New("enough")

// firstChunk is how many articles are fetched at first; a page of a common
// word needs few.
const firstChunk = 8

// each calls visit for each passage, article by article.
func (t *texts) each(visit func(*passage) error) error {
	for rest, n := t.ids, firstChunk; len(rest) > 0; n = min(2*n, chunk) {
		part := rest[:min(n, len(rest))]
		rest = rest[len(part):]
		rows, err := t.archive.Rows(t.ctx, part)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := t.article(&rows[i], visit); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *texts) article(row *store.Row, visit func(*passage) error) error {
	if err := t.part(row, store.InTitle, row.Title.Value, visit); err != nil {
		return err
	}
	body, err := t.archive.Text(t.ctx, row.ID)
	if err != nil {
		return err
	}
	return t.part(row, store.InText, body, visit)
}

// part goes through a title or text piece by piece.
func (t *texts) part(row *store.Row, column store.Column, s string, visit func(*passage) error) error {
	for from := 0; from < len(s); {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		p := &passage{row: row, column: column, text: s, from: from, to: pieceEnd(s, from)}
		t.read(p)
		if err := visit(p); err != nil {
			return err
		}
		from = p.to
	}
	return nil
}

// marginBytes is how far beyond its ends a passage is read.
const marginBytes = 1 << 14

// read fills in the tokens and the matches of a passage.
func (t *texts) read(p *passage) {
	start, end := marginStart(p.text, p.from), marginEnd(p.text, p.to)
	p.tokens = t.tokens[:0]
	t.matcher.mu.Lock()
	for token := range t.matcher.analyser(p.row.Lang.Value).Tokens(p.text[start:end]) {
		token.Start, token.End = token.Start+start, token.End+start
		p.tokens = append(p.tokens, token)
	}
	t.matcher.mu.Unlock()
	t.tokens = p.tokens
	p.matches = stretches(p.text, p.tokens, t.leavesOf(p), p.column)
}

// leavesOf gives the leaves to look for. A derived title stands in the text,
// where its matches are met again: only what asks for titles looks at it.
func (t *texts) leavesOf(p *passage) []*leaf {
	if p.column != store.InTitle || !p.row.Title.Derived {
		return t.leaves
	}
	var asked []*leaf
	for _, l := range t.leaves {
		if l.column == store.InTitle {
			asked = append(asked, l)
		}
	}
	return asked
}

func marginStart(s string, from int) int {
	if from <= marginBytes {
		return 0
	}
	at := from - marginBytes
	if blank := strings.IndexAny(s[at:from], " \n"); blank >= 0 {
		return at + blank
	}
	return from
}

func marginEnd(s string, to int) int {
	if len(s)-to <= marginBytes {
		return len(s)
	}
	if blank := strings.LastIndexAny(s[to:to+marginBytes], " \n"); blank >= 0 {
		return to + blank
	}
	return to
}

// stretches finds what the leaves match, each match from its first word to its
// last. Those that overlap are one.
func stretches(s string, tokens []text.Token, leaves []*leaf, column store.Column) (joined []span) {
	var found []span
	for _, l := range leaves {
		if l.column == store.Anywhere || l.column == column {
			found = append(found, stretchesOf(inText(l.pattern, s, column), tokens)...)
		}
	}
	for _, s := range sorted(found) {
		if n := len(joined); n > 0 && s.from < joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, s.to)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// stretchesOf gives the matches of a pattern whole. A pattern gives the words
// of a match one by one: a NEAR/5 b both of them. A match is the shortest
// stretch from one of these words on that the pattern matches in by itself.
func stretchesOf(p pattern, tokens []text.Token) (found []span) {
	words := matchedBy(p, tokens)
	if _, single := p.(sequence); single {
		return words
	}
	for i := 0; i < len(words); {
		last := lastWord(p, tokens, words[i:min(len(words), i+maxMatchWords)])
		if last < 0 {
			i++
			continue
		}
		found = append(found, span{words[i].from, words[i+last].to})
		i += last + 1
	}
	return found
}

// maxMatchWords bounds the words that are tried for the end of one match.
const maxMatchWords = 32

// lastWord finds the word with which a match that begins with the first ends;
// -1 if there is none.
func lastWord(p pattern, tokens []text.Token, words []span) int {
	from, to := words[0].from, 0
	for i, w := range words {
		if to = max(to, w.to); to-from > overlapTokens {
			return -1
		}
		if len(p.spans(tokens[from:to])) > 0 {
			return i
		}
	}
	return -1
}

// concordancer makes lines of the matches.
type concordancer struct {
	texts  *texts
	query  ConcordanceQuery
	answer *Concordance
	last   int64 // the article of the match before
	bound  int   // matches from which on they are only counted; -1 for none
	beyond int   // bytes of text looked through since then
}

// matches calls visit for each match, and counts it.
func (c *concordancer) matches(visit func(*passage, span) error) error {
	err := c.texts.each(func(p *passage) error {
		if c.isFar(p) {
			return errEnough
		}
		for _, m := range p.matches {
			if !p.owns(m.from) {
				continue
			}
			if err := visit(p, m); err != nil {
				return err
			}
		}
		return nil
	})
	c.answer.Whole = err == nil
	if err == errEnough {
		return nil
	}
	return err
}

// isFar reports that a passage is too far behind the end of the page to be
// counted still.
func (c *concordancer) isFar(p *passage) bool {
	if c.bound < 0 || c.answer.Matches < c.bound {
		return false
	}
	c.beyond += p.to - p.from
	return c.beyond > countOnBytes
}

func (c *concordancer) count(p *passage) {
	c.answer.Matches++
	if p.row.ID != c.last {
		c.last = p.row.ID
		c.answer.Articles++
	}
}

// countOnBytes is how much text is looked through beyond the page, only to
// count: so that most queries get a total, and none waits for it long.
const countOnBytes = 48 << 10

// inOrder gives the lines article by article.
func (c *concordancer) inOrder(yield func(Line, error) bool) {
	err := c.matches(func(p *passage, m span) error {
		c.count(p)
		switch n := c.answer.Matches; {
		case c.bound >= 0 && n > c.bound, n <= c.query.Offset:
			return nil
		case !yield(c.line(p, m), nil):
			return errEnough
		}
		return nil
	})
	if err != nil {
		yield(Line{}, err)
	}
}

// upTo gives how many lines there are at most up to the end of the page; -1
// for any number.
func (q Query) upTo() int {
	if q.Limit == 0 || q.Limit+q.Offset < 0 {
		return -1
	}
	return q.Limit + q.Offset
}

// maxSorted bounds the lines that are kept to be sorted: 400 MB of them, with
// the context that the command line asks for by default.
const maxSorted = 200_000

// sorted gives the lines by the words beside the match, ties in the order of
// the articles. Only the lines up to the end of the page are kept.
func (c *concordancer) sorted(yield func(Line, error) bool) {
	kept := &sortedLines{most: maxSorted}
	if end := c.query.upTo(); end >= 0 {
		kept.most = min(end, maxSorted)
	}
	err := c.matches(func(p *passage, m span) error {
		c.count(p)
		if key := c.key(p, m); kept.wants(key) {
			line := c.line(p, m)
			line.key = key
			kept.add(line)
		}
		return nil
	})
	if err != nil {
		yield(Line{}, err)
		return
	}
	kept.shorten()
	if end := c.query.upTo(); end < 0 || end > maxSorted {
		c.answer.Dropped = c.answer.Matches - len(kept.lines)
	}
	for _, line := range kept.lines[min(c.query.Offset, len(kept.lines)):] {
		if !yield(line, nil) {
			return
		}
	}
}

// sortedLines keeps the lines that sort first.
type sortedLines struct {
	most  int
	lines []Line
	bound string // what is not before it is not wanted; "" for no bound yet
	full  bool
}

func (s *sortedLines) wants(key string) bool { return !s.full || key < s.bound }

func (s *sortedLines) add(line Line) {
	s.lines = append(s.lines, line)
	if len(s.lines) >= s.most+max(s.most/4, 1000) {
		s.shorten()
	}
}

func (s *sortedLines) shorten() {
	slices.SortStableFunc(s.lines, func(a, b Line) int { return strings.Compare(a.key, b.key) })
	if len(s.lines) < s.most || s.most == 0 {
		return
	}
	clear(s.lines[s.most:])
	s.lines = s.lines[:s.most]
	s.bound, s.full = s.lines[s.most-1].key, true
}

// keyWords is how many words beside the match are compared.
const keyWords = 6

// key gives the words beside a match, the nearest first.
func (c *concordancer) key(p *passage, m span) string {
	var b strings.Builder
	at, step := m.to, 1
	if c.query.By == "left" {
		at, step = m.from-1, -1
	}
	for n := 0; n < keyWords && at >= 0 && at < len(p.tokens); n++ {
		b.WriteString(p.tokens[at].Surface)
		b.WriteByte(0) // before all letters: a shorter word sorts first
		at += step
	}
	return b.String()
}

func (c *concordancer) line(p *passage, m span) Line {
	from, to := p.tokens[m.from].Start, p.tokens[m.to-1].End
	return Line{
		Row:     p.row,
		InTitle: p.column == store.InTitle,
		Left:    strings.TrimLeft(foldBlanks(lastChars(p.text[:from], c.query.Context)), " "),
		Match:   foldBlanks(p.text[from:to]),
		Right:   strings.TrimRight(foldBlanks(firstChars(p.text[to:], c.query.Context)), " "),
	}
}

// lastChars gives the last n characters of a text.
func lastChars(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

// firstChars gives the first n characters of a text.
func firstChars(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// foldBlanks makes one blank of each run of white space, at the ends too. What
// it gives is a copy: it keeps no text in memory.
func foldBlanks(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range s {
		space := unicode.IsSpace(r)
		switch {
		case !space:
			b.WriteRune(r)
		case !blank:
			b.WriteByte(' ')
		}
		blank = space
	}
	return b.String()
}
