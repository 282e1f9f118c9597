package office

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Book is an EPUB with its table of contents read, not yet its chapters.
type Book struct {
	*Document
	Chapters []string // the parts that hold the text, in reading order
	p        *Package
	size     int // bytes of text read so far
}

// maxChapters bounds the parts of a book.
const maxChapters = 100_000

// OpenEPUB reads what a book says of itself. EPUB 2 and 3, OPF 2 and 3.
func OpenEPUB(p *Package) (*Book, error) {
	opf := ""
	err := p.walk("META-INF/container.xml", starts(func(e *xml.StartElement) {
		if e.Name.Local == "rootfile" && opf == "" {
			opf = attr(e, "full-path")
		}
	}))
	if err != nil {
		return nil, err
	}
	if opf == "" {
		return nil, errors.New("it holds no book: META-INF/container.xml names none")
	}
	b := &Book{Document: &Document{}, p: p}
	r := &opfReader{properties: properties{}, book: b, part: opf, items: map[string]opfItem{}}
	r.found = r.property
	if err := p.walk(opf, r); err != nil {
		return nil, err
	}
	r.byline()
	r.chapters()
	if len(b.Chapters) == 0 {
		return nil, errors.New("it holds no book: its list of parts is empty")
	}
	return b, b.checkDRM()
}

// opfReader reads the package document of a book.
type opfReader struct {
	properties
	book  *Book
	part  string // its name
	items map[string]opfItem
	spine []string // ids of items
	made  []opfCreator
	toc   string // the part that lists the others in EPUB 2, "" if none
}

// opfCreator is who made a book, in a role ("aut", "ill") of MARC.
type opfCreator struct{ id, name, role string }

// maxCreators bounds who made a book.
const maxCreators = 100

type opfItem struct{ part, media, properties string }

func (r *opfReader) start(e *xml.StartElement) bool {
	switch e.Name.Local {
	case "item":
		if len(r.items) < maxChapters {
			r.items[attr(e, "id")] = opfItem{beside(r.part, attr(e, "href")), attr(e, "media-type"), attr(e, "properties")}
		}
	case "itemref":
		if len(r.spine) < maxChapters {
			r.spine = append(r.spine, attr(e, "idref"))
		}
	case "reference": // of an EPUB 2 <guide>
		if attr(e, "type") == "toc" && r.toc == "" {
			r.toc = beside(r.part, attr(e, "href"))
		}
	}
	return r.properties.start(e)
}

// property takes a field of the Dublin Core.
func (r *opfReader) property(e *xml.StartElement, value string) {
	d, rule := r.book.Document, "book's "+e.Name.Local
	switch e.Name.Local {
	case "title":
		d.Title.addTitle(value, rule)
	case "creator":
		if len(r.made) < maxCreators {
			r.made = append(r.made, opfCreator{attr(e, "id"), value, attr(e, "role")})
		}
	case "meta": // says more of another property in EPUB 3
		if attr(e, "property") == "role" {
			r.giveRole(attr(e, "refines"), value)
		}
	case "date":
		if event := attr(e, "event"); event == "" || strings.Contains(event, "publication") {
			d.Published.add(value, rule)
		}
	case "language":
		d.Language.add(value, rule)
	case "publisher":
		d.Publisher.add(value, rule)
	case "subject":
		d.addSubjects(value, rule)
	}
}

func (r *opfReader) giveRole(refines, role string) {
	for i := range r.made {
		if id := r.made[i].id; id != "" && refines == "#"+id {
			r.made[i].role = role
		}
	}
}

// byline names the authors, not who illustrated or translated the book.
func (r *opfReader) byline() {
	for _, c := range r.made {
		if c.role == "" || c.role == "aut" {
			r.book.Byline.addPerson(c.name, "book's creator")
		}
	}
}

// chapters gives the parts of the spine that hold text. Those that only list
// the others are left out.
func (r *opfReader) chapters() {
	seen := map[string]bool{}
	for _, id := range r.spine {
		item := r.items[id]
		nav := slices.Contains(strings.Fields(item.properties), "nav") || item.part == r.toc
		if item.part == "" || nav || seen[item.part] || !isXHTML(item) {
			continue
		}
		seen[item.part] = true
		r.book.Chapters = append(r.book.Chapters, item.part)
	}
}

func isXHTML(item opfItem) bool {
	switch item.media {
	case "application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml", "image/svg+xml":
		return true
	}
	return false
}

// checkDRM refuses a book whose text is encrypted. Fonts may be: the standard
// has them obfuscated.
func (b *Book) checkDRM() (err error) {
	if !b.p.has("META-INF/encryption.xml") {
		return nil
	}
	encrypted := map[string]bool{}
	err = b.p.walk("META-INF/encryption.xml", starts(func(e *xml.StartElement) {
		if e.Name.Local == "CipherReference" && len(encrypted) < maxChapters {
			encrypted[partName(beside("x", attr(e, "URI")))] = true
		}
	}))
	for _, chapter := range b.Chapters {
		if encrypted[partName(chapter)] {
			return ErrDRM
		}
	}
	return err
}

// Chapter reads a chapter. Its title is its heading, empty if it has none.
func (b *Book) Chapter(part string) (*Document, error) {
	r, err := b.p.open(part)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	w := newXHTMLWalker()
	var text string
	if err = walk(r, true, w); err == nil {
		text, err = w.finish()
	} else if isMalformed(err) {
		text, err = b.p.pageText(part)
	}
	if err != nil {
		return nil, err
	}
	if b.size += len(text); b.size > maxText {
		return nil, fmt.Errorf("the text of the book is larger than %d MiB", maxText>>20)
	}
	chapter := *b.Document
	chapter.Text, chapter.Title = text, Property{}
	chapter.Title.add(w.heading, "first heading of the chapter")
	return &chapter, nil
}
