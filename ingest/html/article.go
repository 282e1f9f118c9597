package html

import (
	"net/url"
	"strings"

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
// Readability less of what is none; what the two agree on is best.
func extract(doc *html.Node, address *url.URL) articleFound {
	readable, err := newReader().ParseDocument(doc, address)
	var found articleFound
	if err == nil {
		found = articleFound{title: readable.Title(), byline: readable.Byline(), site: readable.SiteName(), lang: readable.Language()}
	}
	kept := blocksOf(readable.Node)
	blocks := kept
	if full := trafilaturaBlocks(doc, readable.Node, address); len(full) > 0 {
		blocks = agreed(full, kept)
	}
	found.text = joinBlocks(blocks)
	found.date = dateOf(doc, address)
	return found
}

func newReader() *readability.Parser {
	p := readability.NewParser()
	return &p
}

func trafilaturaBlocks(doc, readable *html.Node, address *url.URL) []block {
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
	if err != nil || r.ContentNode == nil {
		return nil
	}
	return blocksOf(r.ContentNode)
}

const (
	shortBlock = 40 // words; longer ones are the article whoever found them
	mostLost   = .6 // of the words, that dropping may lose
)

// agreed drops short blocks that Readability did not keep: teasers, captions,
// lines about the author. Where that loses most of the text, it is Readability
// that went wrong, and all are kept.
func agreed(full, kept []block) []block {
	readable := squeezed(joinBlocks(kept))
	var both []block
	all, left := 0, 0
	for _, b := range full {
		words := len(strings.Fields(b.text))
		all += words
		if words <= shortBlock && !strings.Contains(readable, squeezed(b.text)) {
			continue
		}
		left += words
		both = append(both, b)
	}
	if float64(all-left) > mostLost*float64(all) {
		return full
	}
	return both
}

// squeezed is text without what the libraries write differently.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\n', '\t', '|', '-', '\u00a0':
			return -1
		}
		return r
	}, s)
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
