package office

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// ReadODT reads a text document of OpenDocument 1.x.
func ReadODT(p *Package) (*Document, error) {
	if isODTEncrypted(p) {
		return nil, ErrProtected
	}
	if !p.has("content.xml") {
		return nil, errors.New("it holds no OpenDocument text")
	}
	w := newODTWalker()
	if p.has("meta.xml") {
		// A document whose properties are damaged is read without them.
		_ = p.walk("meta.xml", &properties{found: w.doc.odtProperty})
	}
	_ = p.walk("styles.xml", starts(w.styles.start)) // lists are read as unnumbered without
	if err := p.walk("content.xml", w); err != nil {
		return nil, err
	}
	return w.document()
}

// ReadFlatODT reads a text document of OpenDocument that is one XML file.
func ReadFlatODT(r io.Reader) (*Document, error) {
	w := newODTWalker()
	w.meta = &properties{found: w.doc.odtProperty}
	if err := walk(r, false, w); err != nil {
		return nil, err
	}
	return w.document()
}

func isODTEncrypted(p *Package) (encrypted bool) {
	_ = p.walk("META-INF/manifest.xml", starts(func(e *xml.StartElement) {
		encrypted = encrypted || e.Name.Local == "encryption-data"
	}))
	return encrypted
}

// odtProperty takes a property of meta.xml. The creator there is who saved
// the document last, the language the one that the program was set to.
func (d *Document) odtProperty(e *xml.StartElement, value string) {
	rule := "document property " + e.Name.Local
	switch e.Name.Local {
	case "title":
		d.Title.addTitle(value, rule)
	case "initial-creator":
		d.Byline = Property{}
		d.Byline.addPerson(value, rule)
	case "creator":
		if d.Byline.Value == "" {
			d.Byline.addPerson(value, rule)
		}
	case "creation-date":
		d.Created.add(value, rule)
	case "subject", "keyword":
		d.addSubjects(value, rule)
	}
}

type odtWalker struct {
	*layout
	doc      *Document
	meta     *properties // of a document in one file, else nil
	inMeta   int         // levels of it
	paras    []string    // style names of those open
	marker   string      // of the list item under way, until its first paragraph
	lists    []odtList   // open ones
	styles   odtStyles
	inStyles int // levels of elements that hold styles
	noted    int // notes so far
}

type odtList struct {
	style string
	items int
}

func newODTWalker() *odtWalker {
	return &odtWalker{layout: newLayout(), doc: &Document{}, styles: odtStyles{numbered: map[string]bool{}}}
}

// odtStyles reads which levels of which list styles are numbered.
type odtStyles struct {
	name     string
	numbered map[string]bool // "L1 2": the second level of the style L1
}

func (s *odtStyles) start(e *xml.StartElement) {
	switch e.Name.Local {
	case "list-style":
		s.name = attr(e, "name")
	case "list-level-style-number":
		// One without a format shows no number.
		if attr(e, "num-format") != "" && len(s.numbered) < maxLists {
			s.numbered[s.name+" "+attr(e, "level")] = true
		}
	}
}

// openList begins a list; one inside another has its style if none of its own.
func (w *odtWalker) openList(style string) {
	if last := len(w.lists) - 1; style == "" && last >= 0 {
		style = w.lists[last].style
	}
	w.lists = append(w.lists, odtList{style: style})
}

// item begins an item of a list.
func (w *odtWalker) item(start string) {
	w.marker = bullet
	if len(w.lists) == 0 {
		return
	}
	list := &w.lists[len(w.lists)-1]
	if n, err := strconv.Atoi(start); err == nil {
		list.items = n - 1
	}
	list.items++
	if w.styles.numbered[list.style+" "+strconv.Itoa(len(w.lists))] {
		w.marker = strconv.Itoa(list.items) + "."
	}
}

func (w *odtWalker) document() (doc *Document, err error) {
	w.doc.Text, err = w.finish()
	return w.doc, err
}

// odtLeftOut are elements that hold no text of the document.
var odtLeftOut = map[string]bool{
	"tracked-changes": true, "annotation": true, "note-citation": true, "ruby-text": true, "forms": true,
	"binary-data": true, "script": true, "scripts": true, "event-listeners": true,
	"master-styles": true, "settings": true, "font-face-decls": true,
	"title": true, "desc": true, "hidden-text": true, "hidden-paragraph": true, "note-continuation-notice-forward": true,
	"index-title-template": true, "placeholder": true,
}

func (w *odtWalker) start(e *xml.StartElement) bool {
	name := e.Name.Local
	if w.err != nil {
		return passBy
	}
	if w.meta != nil && (name == "meta" || w.inMeta > 0) {
		w.inMeta++
		return w.meta.start(e)
	}
	if odtLeftOut[name] {
		return passBy
	}
	if w.inStyles > 0 || name == "styles" || name == "automatic-styles" {
		w.inStyles++
		w.styles.start(e)
		return descend
	}
	switch name {
	case "p", "h":
		w.open()
		w.paras = append(w.paras, attr(e, "style-name"))
	case "table-cell", "covered-table-cell":
		w.open()
	case "note":
		w.noted++
		w.put(noteMark(w.noted))
	case "note-body":
		w.open()
	case "list":
		w.openList(attr(e, "style-name"))
	case "list-item":
		w.item(attr(e, "start-value"))
	case "tab":
		w.put("\t")
	case "line-break":
		w.put("\n")
	case "s":
		w.put(" ")
	}
	return descend
}

func (w *odtWalker) end(name string) {
	if w.inMeta > 0 {
		w.inMeta--
		w.meta.end(name)
		return
	}
	if w.inStyles > 0 {
		w.inStyles--
		return
	}
	switch name {
	case "p", "h":
		w.endParagraph()
	case "table-cell", "covered-table-cell":
		w.closeCell()
	case "table-row":
		w.closeRow()
	case "table":
		w.closeTable()
	case "note-body":
		w.closeNote(noteMark(w.noted))
	case "list":
		w.lists = w.lists[:len(w.lists)-1]
	case "list-item":
		w.marker = ""
	}
}

func (w *odtWalker) endParagraph() {
	last := len(w.paras) - 1
	style := w.paras[last]
	w.paras = w.paras[:last]
	marker := ""
	if text := strings.TrimSpace(w.top().text.String()); text != "" {
		marker, w.marker = w.marker, ""
		if style == "Title" {
			w.doc.Title.add(text, "paragraph of style Title")
		}
	}
	w.closeParagraph(marker)
}

func (w *odtWalker) text(s string) {
	if w.inMeta > 0 {
		w.meta.text(s)
		return
	}
	if len(w.paras) > 0 {
		w.put(oneSpace(s))
	}
}

func (w *odtWalker) put(s string) {
	if len(w.paras) > 0 {
		w.write(s)
	}
}

// oneSpace makes one blank of each run of white space, as OpenDocument and
// HTML have it.
func oneSpace(s string) string {
	if !strings.ContainsAny(s, "\n\t\r") && !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	blank := false
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}
