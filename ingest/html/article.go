package html

import (
	"net/url"
	"strings"
	"unicode"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/go-shiori/dom"
	"github.com/markusmobius/go-htmldate"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// articleFound is what the libraries found.
type articleFound struct {
	title, byline, site, lang string
	text                      string
	date                      Value
}

// extract finds the article with two libraries. Trafilatura keeps more of it,
// Readability less of what is none; what the two agree on is best. They only
// choose: the text is that of the page itself.
func extract(doc *html.Node, address *url.URL) articleFound {
	marks := markTexts(doc)
	readable, err := newReader().ParseDocument(doc, address)
	var found articleFound
	if err == nil {
		found = articleFound{title: withoutMarks(readable.Title()), byline: withoutMarks(readable.Byline()), site: readable.SiteName(), lang: readable.Language()}
	}
	first := marks.keptIn(readable.Node)
	second := marks.keptIn(trafilaturaNode(doc, readable.Node, address))
	marks.undo()
	found.text = joinBlocks(marks.agreed(blocksOf(doc), first, second))
	found.date = dateOf(doc, address)
	return found
}

func newReader() *readability.Parser {
	p := readability.NewParser()
	return &p
}

func trafilaturaNode(doc, readable *html.Node, address *url.URL) *html.Node {
	o := trafilatura.Options{
		OriginalURL:      address,
		EnableFallback:   true,
		ExcludeComments:  true,
		HtmlDateOverride: &htmldate.Result{},
	}
	if readable != nil {
		o.FallbackCandidates = &trafilatura.FallbackCandidates{Readability: dom.Clone(readable, true)}
	}
	r, err := trafilatura.ExtractDocument(doc, o)
	if err != nil {
		return nil
	}
	return r.ContentNode
}

const (
	shortBlock  = 40 // words; longer ones are the article whoever found them
	leastAgreed = .4 // of the words of either
)

// agreed keeps the blocks that both libraries kept, and long ones that one of
// them did. Where that is little of what one of them kept, the other has gone
// wrong, and the more is the article.
func (m *marks) agreed(blocks []block, readable, full kept) []block {
	var both, one, other []block
	for _, b := range blocks {
		r, t := m.keeps(readable, b), m.keeps(full, b)
		if r {
			one = append(one, b)
		}
		if t {
			other = append(other, b)
		}
		if r && t || (r || t) && b.words() > shortBlock {
			both = append(both, b)
		}
	}
	words, ones, others := wordsOf(both), wordsOf(one), wordsOf(other)
	switch {
	case float64(words) >= leastAgreed*float64(max(ones, others)):
		return both
	case ones > others:
		return one
	}
	return other
}

func wordsOf(blocks []block) int {
	n := 0
	for _, b := range blocks {
		n += b.words()
	}
	return n
}

// words counts the words of a block; where a script has no blanks, two signs
// are taken for one.
func (b block) words() int {
	signs := 0
	for _, r := range b.text {
		if r >= '\u0e00' && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			signs++
		}
	}
	return len(strings.Fields(b.text)) + signs/2
}

// dateOf finds a date that stands anywhere in the page.
func dateOf(doc *html.Node, address *url.URL) Value {
	o := htmldate.Options{UseOriginalDate: true, DeferUrlExtractor: true}
	if address != nil {
		o.URL = address.String()
	}
	r, err := htmldate.FromDocument(doc, o)
	if err != nil || r.IsZero() {
		return Value{}
	}
	return Value{Text: r.Format("2006-01-02"), Rule: "date in the page: " + shortened(r.SrcString, 60), Derived: true}
}

func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
