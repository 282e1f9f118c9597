// Package html reads web pages as people save them: the article without what
// stands around it, and what the page says about the article.
//
// A page is hostile. What the libraries that look for the article cannot be
// trusted with - a page nested too deep, too large, or made to grow when it is
// parsed - is read tag by tag instead, in one pass (see plainText).
package html

import (
	"bytes"
	"errors"

	"golang.org/x/net/html"
)

// Value is something a page says about its article.
type Value struct {
	Text    string
	Rule    string // where it was found, in words a person understands
	Derived bool   // worked out, not said by the page itself
}

// Page is what was read of a web page. What the page does not say is empty.
type Page struct {
	Title, Byline, Site, Lang, URL Value
	// Published holds what may be the date of publication, the surest first,
	// as the page writes it.
	Published []Value
	Tags      []Value
	// Text is the article: plain text, paragraphs parted by a blank line.
	Text string
	// Simple says that the page was read tag by tag, so that Text may hold
	// more than the article.
	Simple bool
}

// Bounds beyond which a page is read tag by tag.
const (
	maxTree     = 8 << 20 // bytes of a page
	maxElements = 20_000
	// maxNodes bounds what a page can grow to: a parser opens formatting that
	// was left open anew in each paragraph.
	maxNodes = 400_000
)

var errNoText = errors.New("the page holds no text")

// Read reads a page in UTF-8. address is where it was fetched from, "" if
// unknown.
func Read(page []byte, address string) (*Page, error) {
	f := factsOf(page)
	p := &Page{Simple: isTooLarge(page, f)}
	var found articleFound
	if !p.Simple {
		found, p.Simple = findArticle(page, f, address)
	}
	p.Text = found.text
	if p.Simple {
		p.Text = plainText(page)
	}
	f.fill(p, found, address)
	if p.Text == "" && p.Title.Text == "" {
		return nil, errNoText
	}
	return p, nil
}

// isTooLarge reports pages of which no tree is made.
func isTooLarge(page []byte, f *facts) bool {
	return f.elements > maxElements || len(page) > maxTree || f.elements*(1+f.open) > maxNodes
}

// findArticle looks for the article in the tree of the page. Where none can be
// made, or the library breaks down on it, it reports failed.
func findArticle(page []byte, f *facts, address string) (found articleFound, failed bool) {
	defer func() {
		if recover() != nil {
			found, failed = articleFound{}, true
		}
	}()
	doc, err := parse(page)
	if err != nil { // nested too deep
		return articleFound{}, true
	}
	return extract(doc, f, address), false
}

func parse(page []byte) (*html.Node, error) { return html.Parse(bytes.NewReader(page)) }
