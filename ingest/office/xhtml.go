package office

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// xhtmlWalker reads the text of an XHTML page that is all text, as the
// chapters of a book are.
type xhtmlWalker struct {
	*layout
	lists     []xhtmlList
	marker    string // of the list item under way, until its first text
	preformed int    // levels of <pre>
	heading   string // the first one
}

type xhtmlList struct {
	numbered bool
	items    int
}

func newXHTMLWalker() *xhtmlWalker {
	w := &xhtmlWalker{layout: newLayout()}
	w.open()
	return w
}

var xhtmlLeftOut = map[string]bool{
	"head": true, "script": true, "style": true, "nav": true, "template": true, "rt": true, "rp": true,
	"audio": true, "video": true, "object": true, "iframe": true, "annotation": true, "annotation-xml": true,
	"metadata": true, "desc": true, "defs": true, "select": true, "textarea": true,
}

// xhtmlBlocks are elements that begin and end a paragraph.
var xhtmlBlocks = map[string]bool{
	"p": true, "div": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
	"li": true, "ul": true, "ol": true, "dl": true, "dt": true, "dd": true, "blockquote": true, "pre": true,
	"section": true, "article": true, "aside": true, "header": true, "footer": true, "main": true,
	"figure": true, "figcaption": true, "hr": true, "address": true, "table": true, "caption": true,
	"details": true, "summary": true, "fieldset": true, "form": true, "body": true, "center": true,
	"text": true, // of SVG
}

func (w *xhtmlWalker) start(e *xml.StartElement) bool {
	name := strings.ToLower(e.Name.Local)
	if xhtmlLeftOut[name] || w.err != nil || hasAttr(e, "hidden") {
		return passBy
	}
	if xhtmlBlocks[name] {
		w.breakParagraph()
	}
	switch name {
	case "br":
		w.write("\n")
	case "pre":
		w.preformed++
	case "ul", "ol":
		n, _ := strconv.Atoi(attr(e, "start"))
		w.lists = append(w.lists, xhtmlList{numbered: name == "ol", items: max(n-1, 0)})
	case "li":
		w.item()
	case "td", "th":
		w.open() // the cell
		w.open() // a paragraph in it
	}
	return descend
}

// item begins an item of a list.
func (w *xhtmlWalker) item() {
	w.marker = bullet
	if len(w.lists) == 0 {
		return
	}
	list := &w.lists[len(w.lists)-1]
	if list.items++; list.numbered {
		w.marker = strconv.Itoa(list.items) + "."
	}
}

func (w *xhtmlWalker) end(name string) {
	name = strings.ToLower(name)
	switch name {
	case "pre":
		w.preformed--
	case "h1", "h2", "h3":
		if w.heading == "" {
			w.heading = strings.Join(strings.Fields(w.top().text.String()), " ")
		}
	case "ul", "ol":
		w.lists = w.lists[:len(w.lists)-1]
	case "td", "th":
		w.closeParagraph(w.takeMarker())
		w.closeCell()
	case "tr":
		w.closeRow()
	}
	if xhtmlBlocks[name] {
		w.breakParagraph()
	}
	if name == "li" {
		w.marker = ""
	}
}

// breakParagraph ends the paragraph under way, if it has text, and begins one.
func (w *xhtmlWalker) breakParagraph() {
	w.closeParagraph(w.takeMarker())
	w.open()
}

// takeMarker gives the marker of the item to its first paragraph with text.
func (w *xhtmlWalker) takeMarker() string {
	if strings.TrimSpace(w.top().text.String()) == "" {
		return ""
	}
	marker := w.marker
	w.marker = ""
	return marker
}

func (w *xhtmlWalker) text(s string) {
	if w.preformed > 0 {
		w.write(strings.ReplaceAll(s, "\r\n", "\n"))
		return
	}
	s = oneSpace(s)
	written := w.top().text.String()
	if written == "" || strings.HasSuffix(written, " ") || strings.HasSuffix(written, "\n") {
		s = strings.TrimPrefix(s, " ")
	}
	w.write(s)
}

func hasAttr(e *xml.StartElement, name string) bool {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return true
		}
	}
	return false
}
