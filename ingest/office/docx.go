package office

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// ReadDOCX reads a document in WordprocessingML, ECMA-376 part 1.
func ReadDOCX(p *Package) (*Document, error) {
	name := documentPart(p)
	if !p.has(name) {
		return nil, errors.New("it holds no Word document")
	}
	doc := &Document{}
	if p.has("docProps/core.xml") {
		// A document whose properties are damaged is read without them.
		_ = p.walk("docProps/core.xml", &properties{found: doc.coreProperty})
	}
	w := &docxWalker{layout: newLayout(), doc: doc, numbers: numbersOf(p, name), titles: titleStyles(p, name), pages: pagesOf(p, name), p: p}
	if err := p.walk(name, w); err != nil {
		return nil, err
	}
	for _, kind := range []string{"footnote", "endnote"} {
		if err := w.readNotes(p, path.Join(path.Dir(name), kind+"s.xml"), kind); err != nil {
			return nil, err
		}
	}
	var err error
	doc.Text, err = w.finish()
	return doc, err
}

// ReadWordXML reads a document that Word 2003 wrote as one XML file, or a later
// Word as "flat" one.
func ReadWordXML(r io.Reader) (*Document, error) {
	w := &docxWalker{layout: newLayout(), doc: &Document{}, titles: map[string]bool{"Title": true}}
	if err := walk(r, false, w); err != nil {
		return nil, err
	}
	var err error
	w.doc.Text, err = w.finish()
	return w.doc, err
}

// documentPart finds the part that is the document itself.
func documentPart(p *Package) string {
	name := "word/document.xml"
	_ = p.walk("_rels/.rels", starts(func(e *xml.StartElement) {
		if path.Base(attr(e, "Type")) == "officeDocument" {
			name = strings.TrimPrefix(path.Clean("/"+attr(e, "Target")), "/")
		}
	}))
	return name
}

// titleStyles gives the ids that a document has for Word's style "Title":
// they depend on the language of the program.
func titleStyles(p *Package, document string) map[string]bool {
	titles := map[string]bool{"Title": true}
	id := ""
	_ = p.walk(path.Join(path.Dir(document), "styles.xml"), starts(func(e *xml.StartElement) {
		switch {
		case e.Name.Local == "style":
			id = attr(e, "styleId")
		case e.Name.Local == "name" && strings.EqualFold(attr(e, "val"), "title"):
			titles[id] = true
		}
	}))
	return titles
}

// pagesOf finds the web pages that programs which make DOCX of HTML leave to
// Word to convert.
func pagesOf(p *Package, document string) map[string]string {
	pages := map[string]string{}
	relations := path.Join(path.Dir(document), "_rels", path.Base(document)+".rels")
	_ = p.walk(relations, starts(func(e *xml.StartElement) {
		target := beside(document, attr(e, "Target"))
		switch strings.ToLower(path.Ext(target)) {
		case ".html", ".htm", ".xhtml":
			if path.Base(attr(e, "Type")) == "aFChunk" && len(pages) < maxPages {
				pages[attr(e, "Id")] = target
			}
		}
	}))
	return pages
}

// maxPages bounds the web pages in a document.
const maxPages = 1000

// page puts the text of a web page where the document has it, once.
func (w *docxWalker) page(id string) {
	part, ok := w.pages[id]
	if !ok {
		return
	}
	delete(w.pages, id)
	text, err := w.p.pageText(part)
	if err != nil {
		w.err = fmt.Errorf("%s: %w", part, err)
		return
	}
	w.open()
	w.write(text)
	w.closeParagraph("")
}

// starts is a walker that looks at elements and their attributes alone.
type starts func(e *xml.StartElement)

func (f starts) start(e *xml.StartElement) bool { f(e); return descend }
func (f starts) end(string)                     {}
func (f starts) text(string)                    {}

// pythonTemplate is the date of the template of python-docx, which all that
// is made with that library carries.
const pythonTemplate = "2013-12-23T23:15:00Z"

// coreProperty takes a property of docProps/core.xml. The language there is
// the one that the program was set to, and often not that of the text.
func (d *Document) coreProperty(e *xml.StartElement, value string) {
	rule := "document property " + e.Name.Local
	switch e.Name.Local {
	case "title":
		d.Title.addTitle(value, rule)
	case "creator":
		for _, name := range strings.Split(value, ";") {
			d.Byline.addPerson(name, rule)
		}
	case "created":
		if value != pythonTemplate {
			d.Created.add(value, rule)
		}
	case "subject", "keywords", "category":
		d.addSubjects(value, rule)
	}
}

// docxWalker reads the body of a document, or its notes.
type docxWalker struct {
	*layout
	doc     *Document
	numbers numberings
	titles  map[string]bool   // ids of the style for titles
	pages   map[string]string // parts that are web pages put into the text, by the id of their relation
	p       *Package          // that has them
	runs    []bool            // whether the text of each is hidden; runs nest by text boxes
	// fields are those begun by characters; true until their result begins.
	fields []bool
	paras  []docxPara
	inText int // levels of elements whose characters are text

	noteRefs map[string]int // "footnote 2" -> its number
	noteIDs  []string       // open notes
	kind     string         // of the notes that are read, "" in the body
}

type docxPara struct {
	style      string
	list       string // numId
	level      int
	properties bool // between <w:pPr> and its end
}

// docxLeftOut are elements that hold no text of the document.
var docxLeftOut = map[string]bool{
	"del": true, "moveFrom": true, "instrText": true, "delText": true, "delInstrText": true,
	"Fallback": true, "rt": true, "sectPrChange": true, "pPrChange": true, "rPrChange": true,
	"tblPrChange": true, "trPrChange": true, "tcPrChange": true, "binData": true, "sectPr": true,
	"ffData": true, "hdr": true, "ftr": true, "comments": true,
}

func (w *docxWalker) start(e *xml.StartElement) bool {
	name := e.Name.Local
	if docxLeftOut[name] || w.err != nil {
		return passBy
	}
	switch name {
	case "p":
		w.open()
		w.paras = append(w.paras, docxPara{})
	case "tc":
		w.open()
	case "r":
		w.runs = append(w.runs, false)
	case "t":
		w.inText++
	case "footnote", "endnote":
		return w.startNote(e)
	case "footnoteReference", "endnoteReference":
		w.reference(strings.TrimSuffix(name, "Reference"), attr(e, "id"))
	case "fldChar":
		w.field(attr(e, "fldCharType"))
	case "altChunk":
		w.page(attr(e, "id"))
	default:
		w.property(e)
		w.character(e)
	}
	return descend
}

// property takes what is said of a paragraph or run.
func (w *docxWalker) property(e *xml.StartElement) {
	if len(w.paras) == 0 {
		return
	}
	para := &w.paras[len(w.paras)-1]
	switch e.Name.Local {
	case "vanish":
		// That of a paragraph's properties is of its mark alone.
		if len(w.runs) > 0 && !para.properties {
			w.runs[len(w.runs)-1] = !isOff(attr(e, "val"))
		}
	case "pPr":
		para.properties = true
	case "pStyle":
		para.style = attr(e, "val")
	case "numId":
		para.list = attr(e, "val")
	case "ilvl":
		para.level, _ = strconv.Atoi(attr(e, "val"))
	}
}

// character writes the elements that stand for characters.
func (w *docxWalker) character(e *xml.StartElement) {
	if len(w.paras) == 0 || w.paras[len(w.paras)-1].properties {
		return // <w:tab> is a tab stop there
	}
	switch e.Name.Local {
	case "tab", "ptab":
		w.put("\t")
	case "br", "cr":
		w.put("\n")
	case "noBreakHyphen":
		w.put("-")
	case "sym":
		if n, err := strconv.ParseUint(attr(e, "char"), 16, 16); err == nil && n >= ' ' && n < 0xd800 {
			w.put(string(rune(n)))
		}
	}
}

func (w *docxWalker) end(name string) {
	switch name {
	case "p":
		w.endParagraph()
	case "pPr":
		if len(w.paras) > 0 {
			w.paras[len(w.paras)-1].properties = false
		}
	case "tc":
		w.closeCell()
	case "tr":
		w.closeRow()
	case "tbl":
		w.closeTable()
	case "r":
		w.runs = w.runs[:len(w.runs)-1]
	case "t":
		w.inText--
	case "footnote", "endnote":
		w.endNote()
	}
}

func (w *docxWalker) endParagraph() {
	para := w.paras[len(w.paras)-1]
	w.paras = w.paras[:len(w.paras)-1]
	text := strings.TrimSpace(w.top().text.String())
	if w.titles[para.style] && len(text) <= maxValue && w.kind == "" {
		w.doc.Title.add(text, "paragraph of style Title")
	}
	marker := ""
	if text != "" && para.list != "" {
		marker = w.numbers.marker(para.list, para.level)
	}
	w.closeParagraph(marker)
	// One that is never closed must not swallow the rest.
	clear(w.fields)
}

func (w *docxWalker) text(s string) {
	if w.inText > 0 {
		w.put(s)
	}
}

// put writes text where it is to be seen.
func (w *docxWalker) put(s string) {
	if len(w.runs) > 0 && w.runs[len(w.runs)-1] {
		return
	}
	for _, instruction := range w.fields {
		if instruction {
			return
		}
	}
	w.write(s)
}

// field follows a field that is marked by characters: what stands before its
// separator is its instruction.
func (w *docxWalker) field(mark string) {
	last := len(w.fields) - 1
	switch {
	case mark == "begin" && last < maxDepth:
		w.fields = append(w.fields, true)
	case mark == "separate" && last >= 0:
		w.fields[last] = false
	case mark == "end" && last >= 0:
		w.fields = w.fields[:last]
	}
}

// reference numbers a note where the text refers to it.
func (w *docxWalker) reference(kind, id string) {
	if w.kind != "" {
		return
	}
	if w.noteRefs == nil {
		w.noteRefs = map[string]int{}
	}
	key := kind + " " + id
	if w.noteRefs[key] == 0 {
		w.noteRefs[key] = len(w.noteRefs) + 1
	}
	w.put(noteMark(w.noteRefs[key]))
}

// readNotes reads the notes that the body refers to.
func (w *docxWalker) readNotes(p *Package, part, kind string) error {
	if len(w.noteRefs) == 0 || !p.has(part) {
		return nil
	}
	w.kind, w.fields, w.runs, w.paras = kind, nil, nil, nil
	return p.walk(part, w)
}

func (w *docxWalker) startNote(e *xml.StartElement) bool {
	key := e.Name.Local + " " + attr(e, "id")
	if w.kind == "" || w.noteRefs[key] == 0 {
		return passBy
	}
	w.open()
	w.noteIDs = append(w.noteIDs, key)
	return descend
}

func (w *docxWalker) endNote() {
	last := len(w.noteIDs) - 1
	w.closeNote(noteMark(w.noteRefs[w.noteIDs[last]]))
	w.noteIDs = w.noteIDs[:last]
}
