package search

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/width"

	"example.com/archive/text"
)

// standing says how well a passage answers a query.
type standing struct {
	fresh  int // 1 if it does more than repeat the title
	weight int // of the distinct leaves in it, each once
	pairs  int // leaves that follow each other in the query and in the passage
}

func (a standing) less(b standing) bool {
	switch {
	case a.fresh != b.fresh:
		return a.fresh < b.fresh
	case a.weight != b.weight:
		return a.weight < b.weight
	}
	return a.pairs < b.pairs
}

// isFull reports that no passage can be better.
func (a standing) isFull(s *snippeter) bool {
	most := standing{fresh: 1, pairs: len(s.leaves) - 1}
	for _, w := range s.weights {
		most.weight += w
	}
	return !a.less(most)
}

// core is what a passage is built around, in bytes and in tokens.
type core struct{ from, to, first, last int }

// core finds the matches of a piece that together say most, as far as they
// stand within the size of a snippet.
func (s *snippeter) core(p *piece) (best core, top standing) {
	w := &sliding{weights: s.weights, count: make([]int, len(s.leaves)), pairs: make([]int, len(s.leaves)), found: p.found}
	w.pair()
	places := s.places(p)
	for first := range p.found {
		if w.end == first {
			w.take()
		}
		for w.end < len(p.found) && s.fits(p, places, first, w.end) {
			w.take()
		}
		w.score.fresh = p.fresh
		if top.less(w.score) {
			best, top = w.core(), w.score
		}
		w.drop()
	}
	return best, top
}

// sliding is a window that slides over the matches of a text.
type sliding struct {
	weights      []int
	found        []match
	before       []int // the match of the leaf before, directly before this one; -1 for none
	count, pairs []int // of each leaf, and of its pair with the one before it
	start, end   int
	score        standing
}

// pair finds the matches that stand side by side as in the query.
func (w *sliding) pair() {
	type place struct{ leaf, token int }
	ends := make(map[place]int)
	w.before = make([]int, len(w.found))
	if len(w.weights) < 2 {
		return
	}
	for i, m := range w.found {
		w.before[i] = -1
		if at, ok := ends[place{m.leaf - 1, m.first}]; ok {
			w.before[i] = at
		}
		ends[place{m.leaf, m.last}] = i
	}
}

// take adds the next match at the end.
func (w *sliding) take() {
	m := w.found[w.end]
	if w.count[m.leaf]++; w.count[m.leaf] == 1 {
		w.score.weight += w.weights[m.leaf]
	}
	if m.leaf > 0 && w.before[w.end] >= w.start {
		if w.pairs[m.leaf]++; w.pairs[m.leaf] == 1 {
			w.score.pairs++
		}
	}
	w.end++
}

// drop takes the first match away.
func (w *sliding) drop() {
	leaf := w.found[w.start].leaf
	if w.count[leaf]--; w.count[leaf] == 0 {
		w.score.weight -= w.weights[leaf]
	}
	next := leaf + 1
	for i := w.start + 1; next < len(w.weights) && i < w.end && w.found[i].first <= w.found[w.start].last; i++ {
		if w.found[i].leaf == next && w.before[i] == w.start {
			if w.pairs[next]--; w.pairs[next] == 0 {
				w.score.pairs--
			}
		}
	}
	w.start++
}

// core gives the window without the matches at its end that add nothing.
func (w *sliding) core() core {
	c := core{from: w.found[w.start].from, first: w.found[w.start].first}
	part := &sliding{weights: w.weights, found: w.found, before: w.before, start: w.start, end: w.start,
		count: make([]int, len(w.count)), pairs: make([]int, len(w.pairs))}
	for part.end == part.start || part.score.less(w.score) {
		part.score.fresh = w.score.fresh
		part.take()
	}
	for _, m := range w.found[w.start:part.end] {
		c.to, c.last = max(c.to, m.to), max(c.last, m.last)
	}
	return c
}

// places gives of each match the cells before it, counted from any point. Far
// apart they are not counted one by one. They are nil where words count.
func (s *snippeter) places(p *piece) []int {
	if s.size.sides {
		return nil
	}
	places := make([]int, len(p.found))
	for i := 1; i < len(p.found); i++ {
		between := p.body[p.found[i-1].from:p.found[i].from]
		if len(between) > maxCellBytes*s.size.cells {
			places[i] = places[i-1] + len(between)
		} else {
			places[i] = places[i-1] + cells(between)
		}
	}
	return places
}

// fits reports whether a snippet has room for two matches and what is between
// them.
func (s *snippeter) fits(p *piece, places []int, first, last int) bool {
	if s.size.sides {
		return p.found[last].first-p.found[first].last <= s.size.words
	}
	m := p.found[last]
	inside := places[last] - places[first]
	return inside < s.room() && inside+cells(clip(p.body[m.from:m.to], maxCellBytes*s.size.cells)) <= s.room()
}

// room is how much of a snippet the matches may take, in cells: a quarter is
// left for what stands around them.
func (s *snippeter) room() int { return s.size.cells - s.size.cells/4 }

// extract is where a snippet begins and ends, in bytes. It is cut where the
// text goes on and no sentence begins or ends.
type extract struct {
	from, to         int
	cutFrom, cutBack bool
}

// cut makes a snippet around a core.
func (s *snippeter) cut(p *piece, c core) []Span {
	cut := s.around
	if s.size.sides {
		cut = s.sides
	}
	return p.spans(cut(p, c), c.from)
}

// sides leaves so many words on each side of a core. Where a sentence begins
// in the first third of those before it, or ends in the last third of those
// behind it, the passage does.
func (s *snippeter) sides(p *piece, c core) extract {
	n := s.size.words
	if n == 0 {
		return extract{from: c.from, to: c.to, cutFrom: c.from > 0, cutBack: true}
	}
	cut := extract{to: len(p.body)}
	if first := c.first - n; first >= 0 {
		cut.from, cut.cutFrom = p.opening(first), true
		p.beginWithSentence(&cut, p.tokens[first+n/3].Start, false)
	}
	if last := c.last + n; last < len(p.tokens) {
		cut.to, cut.cutBack = p.closing(p.end(last-1), len(p.body)), true
		p.endWithSentence(&cut, p.end(last-n/3-1))
	}
	return cut
}

// around fills the cells of a snippet with what stands around a core. It
// begins with a sentence where one begins near enough, else a few words before
// the core.
func (s *snippeter) around(p *piece, c core) extract {
	slack := s.size.cells - cells(clip(p.body[c.from:c.to], maxCellBytes*s.size.cells))
	if slack < 0 {
		return s.filled(p, extract{from: c.from, cutFrom: true}, c.from)
	}
	behind := cells(p.body[c.to : c.to+firstCells(p.body[c.to:], slack)])
	floor := min(p.start, c.from)
	earliest := c.from - endCells(p.body[floor:c.from], slack-min(behind, slack/4))
	cut := extract{from: earliest, cutFrom: earliest > 0}
	switch {
	case earliest == 0 || p.beginWithSentence(&cut, c.from, behind < slack/2):
	case earliest > floor:
		few := c.from - endCells(p.body[earliest:c.from], max(slack/3, slack-behind))
		cut.from = p.wordFrom(few, c.first)
	}
	return s.filled(p, cut, c.to)
}

// filled ends a passage where its cells do, at a sentence that ends behind a
// place and in the last third, if there is one.
func (s *snippeter) filled(p *piece, cut extract, behind int) extract {
	cut.to = cut.from + firstCells(p.body[cut.from:], s.size.cells)
	if cut.to < len(p.body) {
		third := cut.from + firstCells(p.body[cut.from:], s.size.cells*2/3)
		cut.to, cut.cutBack = p.wordTo(max(behind, cut.from+1), cut.to), true
		p.endWithSentence(&cut, max(behind, third))
	}
	return cut
}

// beginning gives the beginning of a text, from a place on.
func (s *snippeter) beginning(body, lang string, from int) []Span {
	most := s.size.cells // a word takes one at least
	if s.size.sides {
		most = 2 * s.size.words
	}
	p := &piece{body: body, tokens: s.readSome(body, lang, from, most)}
	cut := extract{from: from, cutFrom: from > 0 && len(sentenceStarts(body, from, from)) == 0}
	switch {
	case len(p.tokens) == 0:
		return nil
	case !s.size.sides:
		return p.spans(s.filled(p, cut, from), from)
	}
	cut.to, cut.cutBack = p.closing(p.end(len(p.tokens)-1), len(p.body)), true
	p.endWithSentence(&cut, p.end(len(p.tokens)*2/3))
	return p.spans(cut, from)
}

// beginWithSentence moves the beginning of a passage to that of a sentence up
// to a place: the nearest to it, or the first. It reports whether there is one.
func (p *piece) beginWithSentence(cut *extract, upTo int, first bool) bool {
	starts := sentenceStarts(p.body, cut.from, upTo)
	if len(starts) == 0 {
		return false
	}
	cut.from, cut.cutFrom = starts[len(starts)-1], false
	if first {
		cut.from = starts[0]
	}
	return true
}

// endWithSentence moves the end of a passage back to that of a sentence, if
// one ends behind a place.
func (p *piece) endWithSentence(cut *extract, behind int) {
	starts := sentenceStarts(p.body, behind, nextWord(p.body, cut.to))
	for i := len(starts) - 1; i >= 0; i-- {
		end := len(strings.TrimRightFunc(p.body[:starts[i]], unicode.IsSpace))
		if end >= behind && end <= cut.to && end > cut.from {
			cut.to, cut.cutBack = end, false
			return
		}
	}
}

// wordFrom gives the first beginning of a word from a place on, but not behind
// that of a token.
func (p *piece) wordFrom(from, token int) int {
	first := sort.Search(token, func(i int) bool { return p.tokens[i].Start >= from })
	for i := first; i < min(token, first+maxParts); i++ {
		if p.parted(i) {
			return max(from, p.opening(i))
		}
	}
	return max(from, p.opening(first))
}

// maxParts bounds the parts of a word (well-to-do) that are passed over to
// begin or end with the whole of it.
const maxParts = 8

// parted reports whether white space, or a script that has none, stands before
// a token and the signs that open it.
func (p *piece) parted(token int) bool {
	at := p.opening(token)
	if at == 0 || p.isPair(token) || token > 0 && p.isPair(token-1) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(p.body[:at])
	return unicode.IsSpace(before)
}

// isPair reports whether a token is a character of a script without blanks.
func (p *piece) isPair(token int) bool {
	t := p.tokens[token]
	return t.Tail || token+1 < len(p.tokens) && p.tokens[token+1].Start < t.End
}

// opening gives where a token begins, with the signs that open it.
func (p *piece) opening(token int) int {
	at := p.tokens[token].Start
	for n := 0; at > 0 && n < maxClosing; n++ {
		r, size := utf8.DecodeLastRuneInString(p.body[:at])
		if !unicode.In(r, unicode.Ps, unicode.Pi) && r != '"' && r != '\'' {
			break
		}
		at -= size
	}
	if token > 0 {
		at = max(at, p.end(token-1))
	}
	return clusterStart(p.body, at)
}

// wordTo gives the last end of a word up to a place, with the signs that close
// it, but not before least; that place where no word ends between.
func (p *piece) wordTo(least, to int) int {
	last := sort.Search(len(p.tokens), func(i int) bool { return p.end(i) > to }) - 1
	for i := last; i >= max(0, last-maxParts) && p.end(i) >= least; i-- {
		if i+1 == len(p.tokens) || p.parted(i+1) {
			return p.closing(p.end(i), to)
		}
	}
	if last >= 0 && p.end(last) >= least {
		return p.end(last)
	}
	return clusterStart(p.body, to)
}

// end gives where a token ends; a pair of characters after the first.
func (p *piece) end(token int) int {
	t := p.tokens[token]
	if token+1 < len(p.tokens) && p.tokens[token+1].Start < t.End && p.tokens[token+1].Start > t.Start {
		return clusterEnd(p.body, p.tokens[token+1].Start)
	}
	return clusterEnd(p.body, t.End)
}

// maxClosing bounds the signs that open or close a word.
const maxClosing = 8

// closing takes in the signs that directly follow a place.
func (p *piece) closing(at, most int) int {
	for n := 0; at < most && n < maxClosing; n++ {
		r, size := utf8.DecodeRuneInString(p.body[at:])
		if !unicode.IsPunct(r) || unicode.In(r, unicode.Ps, unicode.Pi) || at+size > most {
			break
		}
		at += size
	}
	return clusterStart(p.body, at)
}

// spans marks a passage, which was made around a place, and folds its white
// space. A part of a match is marked only where it is what the passage shows.
func (p *piece) spans(cut extract, around int) []Span {
	var b builder
	if cut.cutFrom {
		b.add("… ", false)
	}
	at := cut.from
	for _, m := range p.marks {
		if m.from < cut.from && m.to <= around || m.from >= cut.to || m.to > cut.to && b.marked {
			continue
		}
		from := max(m.from, at)
		b.add(p.body[at:from], false)
		at = min(m.to, cut.to)
		b.add(p.body[from:at], true)
	}
	b.add(p.body[at:cut.to], false)
	if cut.cutBack && strings.TrimSpace(clip(p.body[cut.to:], 1<<10)) != "" {
		b.add(" …", false)
	}
	return b.spans
}

// builder collects spans with white space folded.
type builder struct {
	spans  []Span
	blank  bool // the last character was white space
	marked bool // one of the spans
}

func (b *builder) add(s string, marked bool) {
	var folded strings.Builder
	for _, r := range s {
		blank := unicode.IsSpace(r)
		if !blank {
			folded.WriteRune(r)
		} else if !b.blank && (folded.Len() > 0 || len(b.spans) > 0) {
			folded.WriteByte(' ')
		}
		b.blank = blank
	}
	if folded.Len() > 0 {
		b.spans, b.marked = append(b.spans, Span{folded.String(), marked}), b.marked || marked
	}
}

// maxCellBytes is how many bytes are looked at for a cell; what is beyond is
// white space without end.
const maxCellBytes = 64

// cellsOf gives the cells of a character. A combining mark counts as one, so
// that a flood of them is not nothing.
func cellsOf(r rune) int {
	if r < 0x1100 {
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cells counts the cells of a text, a run of white space as one.
func cells(s string) (n int) {
	blank := false
	for _, r := range s {
		if space := unicode.IsSpace(r); !space || !blank {
			n += cellsOf(r)
			blank = space
		}
	}
	return n
}

// firstCells gives how many bytes at the beginning of a text take at most n
// cells.
func firstCells(s string, n int) int {
	blank, most := false, maxCellBytes*n
	for i, r := range s {
		if space := unicode.IsSpace(r); !space || !blank {
			n -= cellsOf(r)
			blank = space
		}
		if n < 0 || i > most {
			return i
		}
	}
	return len(s)
}

// endCells gives how many bytes at the end of a text take at most n cells.
func endCells(s string, n int) int {
	blank, least := false, len(s)-maxCellBytes*n
	for at := len(s); at > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if space := unicode.IsSpace(r); !space || !blank {
			n -= cellsOf(r)
			blank = space
		}
		if n < 0 || at < least {
			return len(s) - at
		}
		at -= size
	}
	return len(s)
}

// clip gives at most so many bytes of a text.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// clusterStart gives where the grapheme cluster begins that i lies in, i itself
// where none does. Of what is longer than any character it can be in the middle.
func clusterStart(s string, i int) int {
	start, _ := clusterAt(s, i)
	return start
}

// clusterEnd gives where the grapheme cluster ends that i lies in, i itself
// where none does.
func clusterEnd(s string, i int) int {
	_, end := clusterAt(s, i)
	return end
}

// startsCluster reports a character that surely belongs to no cluster before
// it: those of ASCII but the line feed, and letters of the commonest scripts.
func startsCluster(s string) bool {
	if s[0] < utf8.RuneSelf {
		return s[0] != '\n'
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0x00c0 && r < 0x0300 || r >= 0x0370 && r < 0x0483 || r >= 0x048a && r < 0x0530 || r >= 0x4e00 && r < 0xa000
}

// maxCluster is longer than characters are, in bytes.
const maxCluster = 128

func clusterAt(s string, i int) (start, end int) {
	if i <= 0 || i >= len(s) || startsCluster(s[i:]) {
		return i, i
	}
	from := max(0, i-maxCluster)
	if blank := strings.LastIndexAny(s[from:i], " \n"); blank >= 0 {
		from += blank
	}
	for from < i && !utf8.RuneStart(s[from]) {
		from++
	}
	g := graphemes.FromString(s[from:min(len(s), i+maxCluster)])
	for g.Next() {
		switch start, end := from+g.Start(), from+g.End(); {
		case start == i:
			return i, i
		case end > i:
			return start, end
		}
	}
	return i, i
}

// sentenceContext is how far around a place is looked at to tell whether a
// sentence begins there, in bytes.
const sentenceContext = 256

// sentenceStarts gives where sentences begin in s[from:to], and at to; nothing if
// to is before from.
func sentenceStarts(s string, from, to int) (starts []int) {
	if to < from {
		return nil
	}
	low, high := max(0, from-sentenceContext), min(len(s), to+sentenceContext)
	for low > 0 && !utf8.RuneStart(s[low]) {
		low--
	}
	for high < len(s) && !utf8.RuneStart(s[high]) {
		high--
	}
	ends := slices.Collect(text.SentenceEnds(s[low:high]))
	ends = append(ends, longLineEnds(s[low:high])...)
	slices.Sort(ends)
	for _, end := range ends {
		at := nextWord(s, low+end)
		if at >= from && at <= to && clusterStart(s, at) == at && !slices.Contains(starts, at) {
			starts = append(starts, at)
		}
	}
	return starts
}

// longestWrapped is a length, in characters, that no line broken by hand has: a
// longer one is a paragraph.
const longestWrapped = 120

// longLineEnds gives the ends of lines beside a line that is a paragraph: those
// of headings and paragraphs that no blank line parts.
func longLineEnds(s string) (ends []int) {
	wasLong, at := false, 0
	for line := range strings.Lines(s) {
		isLong := utf8.RuneCountInString(line) > longestWrapped
		if at > 0 && (isLong || wasLong) {
			ends = append(ends, at)
		}
		wasLong, at = isLong, at+len(line)
	}
	return ends
}

// nextWord gives the next place that is not white space.
func nextWord(s string, at int) int {
	ahead := clip(s[at:], sentenceContext)
	return at + len(ahead) - len(strings.TrimLeftFunc(ahead, unicode.IsSpace))
}
