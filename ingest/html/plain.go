package html

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainReader reads a page tag by tag: all its text but what surely is none of
// the article. It needs no tree, so no page is too deep or too large for it.
type plainReader struct {
	out    strings.Builder
	b      []byte // the paragraph under way
	linked int    // bytes of b that are links
	unread int    // elements open that hold no text to read
	around int    // elements open that stand around articles: nav, footer
	inLink bool
	pre    bool
	item   bool
	last   bool // the last block written was an item
}

// plainText gives the text of a page. Where nothing is left without what
// stands around an article, all of the text is given.
func plainText(page []byte) string {
	if text := readPlain(page, false); text != "" {
		return text
	}
	return readPlain(page, true)
}

func readPlain(page []byte, all bool) string {
	var r plainReader
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.end(all)
			return r.out.String()
		case html.StartTagToken:
			name, _ := z.TagName()
			r.tag(atom.Lookup(name), 1, all)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.tag(atom.Lookup(name), -1, all)
		case html.SelfClosingTagToken:
			name, _ := z.TagName()
			if a := atom.Lookup(name); !isUnread(a) {
				r.tag(a, 0, all)
			}
		case html.TextToken:
			if r.unread == 0 {
				r.text(z.Text())
			}
		}
	}
}

// tag opens (1), closes (-1) or passes (0) an element.
func (r *plainReader) tag(a atom.Atom, step int, all bool) {
	switch {
	case a == atom.A:
		r.inLink = step == 1
	case a == atom.Br:
		r.b = append(r.b, '\n')
	case a == atom.Img, a == atom.Input, a == atom.Embed, a == atom.Head:
	case isAround(a):
		r.end(all)
		r.around = max(r.around+step, 0)
	case isUnread(a):
		r.unread = max(r.unread+step, 0)
	case isInline(a), a == 0:
	case a == atom.Td, a == atom.Th:
		r.cell(step)
	default:
		r.end(all)
		r.pre = a == atom.Pre && step == 1
		r.item = a == atom.Li && step == 1
		if a == atom.Body && step == 1 {
			r.unread, r.around = 0, 0
		}
	}
}

func (r *plainReader) cell(step int) {
	if step == 1 && len(r.b) > 0 {
		r.b = append(r.b, " | "...)
	}
}

func isAround(a atom.Atom) bool {
	return a == atom.Nav || a == atom.Footer || a == atom.Aside || a == atom.Form
}

func (r *plainReader) text(raw []byte) {
	s := html.UnescapeString(string(raw))
	if r.pre {
		r.b = append(r.b, s...)
		return
	}
	before := len(r.b)
	if s != "" && strings.IndexByte(" \t\n\r", s[0]) >= 0 {
		r.b = append(r.b, ' ')
	}
	for word := range strings.FieldsSeq(s) {
		r.b = append(append(r.b, word...), ' ')
	}
	if s != "" && strings.IndexByte(" \t\n\r", s[len(s)-1]) < 0 {
		r.b = bytes.TrimSuffix(r.b, []byte(" "))
	}
	if r.inLink {
		r.linked += len(r.b) - before
	}
}

// end closes a paragraph. One that is little more than links leads elsewhere.
func (r *plainReader) end(all bool) {
	text, linked, item := strings.TrimSpace(string(r.b)), r.linked, r.item
	r.b, r.linked, r.item, r.inLink = r.b[:0], 0, false, false
	if text == "" || !all && (r.around > 0 || linked*3 > len(text)*2) {
		return
	}
	if item {
		text = "- " + text
	}
	switch {
	case r.out.Len() == 0:
	case item && r.last:
		r.out.WriteByte('\n')
	default:
		r.out.WriteString("\n\n")
	}
	r.last = item
	r.out.WriteString(text)
}
