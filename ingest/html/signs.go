package html

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Candidate is a block of a page that may be of its article, with the signs
// it is judged by.
type Candidate struct {
	Text  string
	Words int
	Signs []float32
	block block
	at    *element
}

// element is what is known of an element of the page: what its names say, and
// sums over the blocks inside it.
type element struct {
	parent *element
	tag    atom.Atom
	class  string
	kinds  uint32 // bits of kind
	// blocks, words, bytes and linked bytes inside; prose is words in
	// paragraphs that read like prose, score what paragraphs make it worth as
	// the container of an article.
	blocks, words, bytes, linked, prose int
	score                               float64
	// aroundBest is how far up from the best container it stands, 0 for that;
	// -1 if it does not hold it.
	aroundBest int
	// Of the second look: words weighed by how likely they are the article's.
	likely float64
}

// layout is the blocks of a page and the elements that hold them.
type layout struct {
	candidates []Candidate
	elements   map[*html.Node]*element
	order      []*element // the same, in their order
	page       *element   // sums over the whole
	best       *element   // worth most as the container
	facts      *facts
	again      map[string]int // how often a text stands in the page
	title      int            // the block of the headline, -1 if none
}

func layoutOf(doc *html.Node, f *facts) *layout {
	l := &layout{elements: map[*html.Node]*element{}, page: &element{aroundBest: -1}, facts: f, again: map[string]int{}, title: -1}
	for _, b := range blocksOf(doc) {
		if len(b.nodes) == 0 {
			continue
		}
		c := Candidate{Text: b.text, Words: b.words(), block: b, at: l.element(blockElement(b.nodes[0]))}
		l.candidates = append(l.candidates, c)
		l.again[b.text]++
		l.sum(&c)
	}
	l.findBest()
	l.findTitle()
	l.judge()
	return l
}

// blockElement is the element that makes a text a block.
func blockElement(n *html.Node) *html.Node {
	n = n.Parent
	for n != nil && n.Parent != nil && n.Type == html.ElementNode && isInline(n.DataAtom) {
		n = n.Parent
	}
	return n
}

func (l *layout) element(n *html.Node) *element {
	if n == nil || n.Type != html.ElementNode {
		return l.page
	}
	if e := l.elements[n]; e != nil {
		return e
	}
	e := &element{parent: l.element(n.Parent), tag: n.DataAtom, aroundBest: -1}
	e.class, e.kinds = namesOf(n)
	l.elements[n] = e
	l.order = append(l.order, e)
	return e
}

// sum adds a block to the elements around it.
func (l *layout) sum(c *Candidate) {
	prose := 0
	density := float64(c.block.linked) / float64(max(len(c.Text), 1))
	if c.Words >= 10 && density < .3 {
		prose = c.Words
	}
	score := 0.0
	if len(c.Text) >= 25 && prose > 0 {
		score = (1 + float64(min(commas(c.Text), 5)) + math.Min(float64(len(c.Text))/100, 3)) * (1 - density)
	}
	share := 1.0
	for e, level := c.at, 0; e != nil; e, level = e.parent, level+1 {
		e.blocks++
		e.words += c.Words
		e.bytes += len(c.Text)
		e.linked += c.block.linked
		e.prose += prose
		if level > 0 {
			e.score += score * share
			share = 1 / float64(2+level*2)
		}
	}
}

func (l *layout) findBest() {
	l.best = l.page
	l.page.score = 0
	best := 0.0
	for _, e := range l.order {
		if s := e.score * (1 - e.density()); s >= best {
			best, l.best = s, e
		}
	}
	for e, up := l.best, 0; e != nil; e, up = e.parent, up+1 {
		e.aroundBest = up
	}
}

func (e *element) density() float64 { return float64(e.linked) / float64(max(e.bytes, 1)) }

// findTitle takes the heading that says what the page says its title is, else
// the first of the first rank.
func (l *layout) findTitle() {
	title := foldedLetters(first(l.facts.ld.headline, l.facts.says("og:title").text, l.facts.title))
	for i, c := range l.candidates {
		if c.at.tag == atom.H1 && l.title < 0 {
			l.title = i
		}
	}
	for i, c := range l.candidates {
		if headingLevel(c.at.tag) == 0 {
			continue
		}
		if h := foldedLetters(c.Text); len(h) > 10 && strings.Contains(title, h) {
			l.title = i
			return
		}
	}
}

func foldedLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func headingLevel(a atom.Atom) int {
	switch a {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4, atom.H5, atom.H6:
		return 4
	}
	return 0
}

func commas(s string) int {
	n := 0
	for _, r := range s {
		switch r {
		case ',', '，', '、', '،', ';', '؛':
			n++
		}
	}
	return n
}

// style is what a text looks like, whatever page it stands in.
type style struct {
	words, length, density, sentence, sentences, commas float32
	capitals, digits, symbols, strong, heading          float32
	tag, upper, phrase, end, again, quote               float32
}

func styleOf(c *Candidate, again int) style {
	s := style{
		words:   logOf(c.Words),
		density: ratio(c.block.linked, len(c.Text)),
		strong:  ratio(c.block.strong, len(c.Text)),
		heading: float32(headingLevel(c.at.tag)),
		tag:     tagCode(c.at.tag),
		again:   float32(min(again, 5)),
		phrase:  float32(phraseOf(c.Text)),
	}
	s.runes(c.Text, c.Words)
	return s
}

func (s *style) runes(text string, words int) {
	letters, digits, upper, symbols, starts, ends := 0, 0, 0, 0, 0, 0
	before := ' '
	n := 0
	for _, r := range text {
		n++
		switch {
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) {
				upper++
				if before == ' ' || before == '\n' {
					starts++
				}
			}
		case r >= '0' && r <= '9':
			digits++
		case isSentenceEnd(r):
			ends++
		case strings.ContainsRune("|·•»›→©@#/", r):
			symbols++
		}
		before = r
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, "\"'”’»)]"))
	if isSentenceEnd(last) {
		s.sentence = 1
	} else if last == ':' || last == '：' {
		s.sentence = .5
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text, "- "))
	if strings.ContainsRune("\"“„«‘「『", first) {
		s.quote = 1
	}
	s.end = float32(ends)
	s.length = ratio(n, max(words, 1))
	s.sentences = ratio(ends, max(words, 1))
	s.commas = ratio(commas(text), max(words, 1))
	s.capitals = ratio(starts, max(words, 1))
	s.digits = ratio(digits, n)
	s.upper = ratio(upper, max(letters, 1))
	s.symbols = ratio(symbols, max(words, 1))
}

func isSentenceEnd(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '。', '！', '？', '؟', '।', '۔':
		return true
	}
	return false
}

func (s *style) all() []float32 {
	return []float32{s.words, s.length, s.density, s.sentence, s.sentences, s.commas, s.capitals, s.digits, s.symbols, s.strong,
		s.heading, s.tag, s.upper, s.phrase, s.end, s.again, s.quote}
}

func (s *style) brief() []float32 {
	return []float32{s.words, s.density, s.sentence, s.heading, s.tag, s.phrase, s.capitals}
}

func ratio(a, b int) float32 { return float32(a) / float32(max(b, 1)) }

func logOf(n int) float32 { return float32(math.Log1p(float64(n))) }

func tagCode(a atom.Atom) float32 {
	switch a {
	case atom.P:
		return 0
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return 1
	case atom.Blockquote:
		return 2
	case atom.Pre:
		return 3
	case atom.Li:
		return 4
	case atom.Dd, atom.Dt:
		return 5
	case atom.Td, atom.Th, atom.Tr:
		return 6
	case atom.Div, atom.Section, atom.Article:
		return 7
	}
	return 8
}

// far stands for what is not above a block at all.
const far = 20

// judge writes the signs of each candidate.
func (l *layout) judge() {
	styles := make([]style, len(l.candidates))
	for i := range l.candidates {
		styles[i] = styleOf(&l.candidates[i], l.again[l.candidates[i].Text])
	}
	whole := l.wholePage()
	body := bagOf(l.facts.ld.body)
	lead := bagOf(first(l.facts.says("description").text, l.facts.says("og:description").text))
	before, proseBefore, heading := 0, 0, -1
	var none style
	at := func(i int) *style {
		if i < 0 || i >= len(styles) {
			return &none
		}
		return &styles[i]
	}
	for i := range l.candidates {
		c := &l.candidates[i]
		s := styles[i].all()
		for _, near := range []int{-2, -1, 1, 2} {
			s = append(s, at(i+near).brief()...)
		}
		s = append(s, at(i-3).words, at(i+3).words, at(i-3).density, at(i+3).density)
		s = append(s, l.above(c)...)
		s = append(s, kindsAbove(c.at)...)
		s = append(s, ratio(i, len(l.candidates)), ratio(before, l.page.words), ratio(proseBefore, l.page.prose),
			logOf(before), logOf(l.page.words-before), distance(i, l.title), distance(i, heading), body.share(c.Text), lead.share(c.Text))
		c.Signs = append(s, whole...)
		before += c.Words
		if c.Words >= 10 && styles[i].density < .3 {
			proseBefore += c.Words
		}
		if styles[i].heading > 0 {
			heading = i
		}
	}
}

// distance is how many blocks stand between, negative before the other.
func distance(i, other int) float32 {
	switch {
	case other < 0:
		return -10
	case i < other:
		return -logOf(other - i)
	}
	return logOf(i - other)
}

// above tells of the elements around a block: how much they hold, how much of
// it leads elsewhere, which share it is of the prose of the page.
func (l *layout) above(c *Candidate) []float32 {
	var s []float32
	e := c.at
	for range 5 {
		s = append(s, logOf(e.blocks), logOf(e.words), float32(e.density()), ratio(e.prose, max(e.words, 1)), ratio(e.prose, max(l.page.prose, 1)))
		if e.parent != nil {
			e = e.parent
		}
	}
	inside, half, most := far, far, far
	level := 0
	for e := c.at; e != nil; e = e.parent {
		if e == l.best && inside == far {
			inside = level
		}
		if e.prose*2 >= l.page.prose && half == far {
			half = level
		}
		if e.prose*5 >= l.page.prose*4 && most == far {
			most = level
		}
		level++
	}
	return append(s, float32(min(inside, far)), float32(half), float32(most), float32(fromBest(c.at)), float32(level))
}

// fromBest is how far up from the best container the element stands that holds
// both it and the block.
func fromBest(e *element) int {
	for e.aroundBest < 0 {
		e = e.parent
	}
	return e.aroundBest
}

// wholePage is what is the same for all blocks of a page.
func (l *layout) wholePage() []float32 {
	articles, comments := 0, 0
	for _, e := range l.order {
		if e.tag == atom.Article {
			articles++
		}
		if e.kinds&(1<<kindComment) != 0 {
			comments += e.prose
		}
	}
	isArticle := float32(0)
	if len(l.facts.ld.headline) > 0 {
		isArticle++
	}
	if strings.EqualFold(l.facts.says("og:type").text, "article") {
		isArticle += 2
	}
	return []float32{logOf(len(l.candidates)), logOf(l.page.words), logOf(l.page.prose), float32(l.page.density()), ratio(l.page.prose, l.page.words),
		logOf(articles), ratio(l.best.prose, l.page.prose), ratio(comments, l.page.prose), isArticle}
}

// bag is the runs of three words of a text.
type bag map[string]bool

func bagOf(text string) bag {
	if len(text) < 40 {
		return nil
	}
	b := bag{}
	words := wordsOnly(text)
	for i := 0; i+3 <= len(words); i++ {
		b[strings.Join(words[i:i+3], " ")] = true
	}
	return b
}

// share is how much of a text is in the bag, -1 where nothing is known.
func (b bag) share(text string) float32 {
	words := wordsOnly(text)
	if len(b) == 0 || len(words) < 3 {
		return -1
	}
	in := 0
	for i := 0; i+3 <= len(words); i++ {
		if b[strings.Join(words[i:i+3], " ")] {
			in++
		}
	}
	return ratio(in, len(words)-2)
}

func wordsOnly(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
