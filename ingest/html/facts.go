package html

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// facts is what a page says of its article outside of the text, gathered in
// one pass over its tags, so that it is had of any page in bounded time.
type facts struct {
	lang  string // of the html element
	title string
	h1    string
	base  string
	saved string // the address in the note that a browser leaves in a page it saves
	// meta maps the name or property of a meta element, in lower case, to
	// what its elements say, in their order.
	meta  map[string][]string
	links map[string]string // rel to the first href
	items map[string][]string
	times []string // datetime of time elements
	rels  map[string][]string
	ld    linkedData

	elements int
	open     int // formatting elements open at once, at most
}

// Bounds on what is kept of a page.
const (
	maxFact  = 1000 // bytes of one value
	maxFacts = 200  // values of one name
	maxNames = 500
)

// factReader gathers facts; want is the text under way.
type factReader struct {
	*facts
	z       *html.Tokenizer
	want    func(string) // takes the text up to the end of the element
	until   string       // its tag
	text    strings.Builder
	opening int // formatting elements open now
}

func factsOf(page []byte) *facts {
	f := &facts{meta: map[string][]string{}, links: map[string]string{}, items: map[string][]string{}, rels: map[string][]string{}}
	r := factReader{facts: f, z: html.NewTokenizer(bytes.NewReader(page))}
	for {
		switch r.z.Next() {
		case html.ErrorToken:
			r.finish()
			return f
		case html.StartTagToken:
			r.start(r.z.Token())
		case html.SelfClosingTagToken:
			r.start(r.z.Token())
		case html.EndTagToken:
			r.endTag()
		case html.TextToken:
			if r.want != nil && r.text.Len() < maxText(r.until) {
				r.text.Write(r.z.Text())
			}
		case html.CommentToken:
			f.comment(r.z.Text())
		}
	}
}

// maxText is how much text of an element is gathered, in bytes.
func maxText(tag string) int {
	if tag == "script" {
		return maxLinkedData
	}
	return maxFact
}

func (r *factReader) finish() {
	if r.want == nil {
		return
	}
	want, text := r.want, r.text.String()
	r.want = nil
	r.text.Reset()
	if r.until != "script" {
		text = html.UnescapeString(text)
	}
	want(text)
}

// gather takes the text up to the end of the element under way.
func (r *factReader) gather(tag string, want func(string)) {
	if r.want == nil {
		r.want, r.until = want, tag
	}
}

func (r *factReader) endTag() {
	name, _ := r.z.TagName()
	if isFormatting(atom.Lookup(name)) {
		r.opening = max(r.opening-1, 0)
	}
	if r.want != nil && string(name) == r.until {
		r.finish()
	}
}

func (r *factReader) start(t html.Token) {
	r.elements++
	if isFormatting(t.DataAtom) {
		r.opening++
		r.open = max(r.open, r.opening)
	}
	a := attributes(t.Attr)
	switch t.DataAtom {
	case atom.Html:
		r.lang = first(r.lang, a["lang"], a["xml:lang"])
	case atom.Base:
		r.base = first(r.base, a["href"])
	case atom.Title:
		if r.title == "" {
			r.gather("title", func(s string) { r.title = oneLine(s) })
		}
	case atom.H1:
		if r.h1 == "" {
			r.gather("h1", func(s string) { r.h1 = oneLine(s) })
		}
	case atom.Meta:
		r.metaElement(a)
	case atom.Time:
		r.times = bounded(r.times, a["datetime"])
	case atom.Script:
		if strings.Contains(strings.ToLower(a["type"]), "ld+json") {
			r.finish()
			r.gather("script", r.ld.read)
		}
	}
	r.link(t, a)
	r.microdata(t, a)
}

// isFormatting reports the elements that a parser opens anew in each paragraph
// after they were left open.
func isFormatting(a atom.Atom) bool {
	switch a {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike,
		atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

func attributes(list []html.Attribute) map[string]string {
	if len(list) == 0 {
		return nil
	}
	a := make(map[string]string, len(list))
	for _, at := range list[:min(len(list), 100)] {
		if _, again := a[at.Key]; !again {
			a[at.Key] = at.Val
		}
	}
	return a
}

func (r *factReader) metaElement(a map[string]string) {
	for _, names := range []string{a["name"], a["property"], a["itemprop"], a["http-equiv"]} {
		for name := range strings.FieldsSeq(strings.ToLower(names)) {
			name = strings.ReplaceAll(name, ".", ":")
			if len(r.meta) < maxNames || r.meta[name] != nil {
				r.meta[name] = bounded(r.meta[name], html.UnescapeString(a["content"]))
			}
		}
	}
}

func (r *factReader) link(t html.Token, a map[string]string) {
	if a["href"] == "" || a["rel"] == "" {
		return
	}
	for rel := range strings.FieldsSeq(strings.ToLower(a["rel"])) {
		if t.DataAtom == atom.Link && r.links[rel] == "" && len(r.links) < maxNames {
			r.links[rel] = a["href"]
		}
		if t.DataAtom == atom.A && (rel == "tag" || rel == "author") {
			r.gather("a", func(s string) { r.rels[rel] = bounded(r.rels[rel], oneLine(s)) })
		}
	}
}

// wantedItems are the properties of microdata and of RDFa that are kept.
var wantedItems = map[string]bool{"headline": true, "author": true, "datepublished": true, "datecreated": true, "keywords": true,
	"publisher": true, "inlanguage": true, "articlesection": true, "name": true}

func (r *factReader) microdata(t html.Token, a map[string]string) {
	for prop := range strings.FieldsSeq(strings.ToLower(a["itemprop"])) {
		if !wantedItems[prop] || t.DataAtom == atom.Meta {
			continue
		}
		if value := first(a["content"], a["datetime"]); value != "" {
			r.items[prop] = bounded(r.items[prop], value)
			continue
		}
		r.gather(t.Data, func(s string) { r.items[prop] = bounded(r.items[prop], oneLine(s)) })
	}
}

func bounded(list []string, value string) []string {
	value = strings.TrimSpace(value)
	if value == "" || len(value) > maxFact || len(list) == maxFacts {
		return list
	}
	return append(list, value)
}

var (
	savedFrom  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*saved from url=\(\d+\)(https?://\S+)`) })
	singleFile = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)^\s*Page saved with SingleFile.*?\burl:\s*(https?://\S+)`)
	})
)

// comment reads the note of where a page was saved from.
func (f *facts) comment(text []byte) {
	if f.saved != "" || len(text) > 10*maxFact {
		return
	}
	for _, note := range []*regexp.Regexp{savedFrom(), singleFile()} {
		if m := note.FindSubmatch(text); m != nil {
			f.saved = string(m[1])
		}
	}
}

// baseAddress is what links in the page are relative to, nil if unknown.
func (f *facts) baseAddress(address string) *url.URL {
	for _, s := range []string{f.links["canonical"], f.saved, address} {
		if u := webAddress(s, nil); u != nil {
			return u
		}
	}
	return nil
}

// webAddress reads an address of the web, perhaps relative to another; nil if
// it is none.
func webAddress(s string, base *url.URL) *url.URL {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

func first(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
