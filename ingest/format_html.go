package ingest

import (
	"bytes"
	"context"
	"regexp"
	"sync"

	"example.com/archive/ingest/charset"
	"example.com/archive/ingest/html"
)

// htmlFormat is web pages as browsers and other programs save them.
var htmlFormat = &format{
	name:    "html",
	version: 2,
	strings: true,
	media:   []string{"text/html", "application/xhtml+xml"},
	claims:  isHTML,
	read:    readHTML,
}

func readHTML(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the page", maxText)
	if err != nil {
		return err
	}
	page, err := html.Read([]byte(in.text(b, in.charset, charset.Declared(b))), in.url)
	if err != nil {
		return err
	}
	return out.article(pageArticle(page))
}

// pageArticle is a page as an article.
func pageArticle(p *html.Page) *Article {
	a := &Article{
		Title:  pageField(p.Title),
		Source: pageField(p.Site),
		Byline: pageField(p.Byline),
		Lang:   pageField(p.Lang),
		URL:    pageField(p.URL),
		Text:   p.Text,
	}
	for _, v := range p.Published {
		if _, ok := ReadDate(v.Text); ok {
			a.Published = pageField(v)
			break
		}
	}
	for _, v := range p.Tags {
		a.Tags = append(a.Tags, pageField(v))
	}
	return a
}

func pageField(v html.Value) Field {
	return Field{Value: v.Text, Rule: v.Rule, Derived: v.Derived}
}

// isHTML goes by the ending of a name, and for names that say nothing or
// something of the server by the first tag of the file.
func isHTML(name string, head []byte) bool {
	switch extension(name) {
	case "html", "htm", "xhtml", "xht", "shtml":
		return true
	case "md", "markdown", "mdown", "mkd", "mdx":
		return false
	}
	return beginsHTML(head)
}

// beginsHTML reports whether the first tag of a file, after comments and
// declarations, is one that only HTML begins with.
func beginsHTML(head []byte) bool {
	for {
		head = bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf")
		end := ""
		switch {
		case bytes.HasPrefix(head, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(head, []byte("<?xml")):
			end = "?>"
		default:
			return firstTag().Match(head)
		}
		_, rest, found := bytes.Cut(head, []byte(end))
		if !found {
			return false
		}
		head = rest
	}
}

var firstTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^<(!doctype\s+html|html|head|body|title|meta)[\s>]`)
})
