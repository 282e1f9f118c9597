package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// endnoteFormat is the XML of EndNote: references, of which those with an
// abstract are articles.
var endnoteFormat = &format{
	name:    "endnote",
	version: 1,
	strings: true,
	claims: func(_ string, head []byte) bool {
		return hasRoot(head, "xml", "records") && bytes.Contains(head, []byte("<record>")) && bytes.Contains(head, []byte("<ref-type"))
	},
	read: readEndNote,
}

var endnoteFields = referenceFields{
	kind: "element", familyFirst: true, tagSeparators: ";\n\r",
	title: []string{"titles/title"}, byline: []string{"authors/author", "secondary-authors/author"}, lang: []string{"record/language"},
	source:    []string{"periodical/full-title", "titles/secondary-title", "periodical/abbr-1", "record/publisher"},
	published: []string{"dates/year"}, url: []string{"web-urls/url", "related-urls/url"}, doi: []string{"record/electronic-resource-num"},
	text: []string{"record/abstract"}, tags: []string{"keywords/keyword"}, id: []string{"record/rec-number"},
}

func readEndNote(ctx context.Context, in *input, out sink) error {
	refs := newReferences(in, out, endnoteFields)
	err := in.eachRecord("record", func(ref *reference) error {
		if date, year := ref.get("pub-dates/date"), ref.get("dates/year"); date != "" {
			for _, d := range []string{date, date + " " + year, year + " " + date} {
				if _, ok := ReadDate(d); ok {
					ref.published = Field{Value: d, Rule: "element pub-dates/date"}
					break
				}
			}
		}
		return refs.hand(ctx, ref, 0)
	})
	if err != nil {
		refs.saved.done()
		return err
	}
	return refs.done()
}

// eachRecord reads the elements of one name in a file of XML: the text of
// what they hold, named by the two innermost elements it stands in. The
// elements for type around words are none of these.
func (in *input) eachRecord(name string, each func(*reference) error) error {
	b, err := in.feedXML()
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict, d.Entity = false, xml.HTMLEntity
	r := recordReader{name: name}
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("damaged XML: %s (line %d)", syntax.Msg, syntax.Line)
		}
		if err != nil {
			return err
		}
		if ref := r.token(t); ref != nil {
			if err := each(ref); err != nil {
				return err
			}
		}
	}
}

type recordReader struct {
	name string
	open []string // elements, from the record on
	text strings.Builder
	ref  *reference
}

// token takes a piece of the file and gives the record that it ends.
func (r *recordReader) token(t xml.Token) *reference {
	switch t := t.(type) {
	case xml.StartElement:
		r.start(t.Name.Local)
	case xml.CharData:
		if r.ref != nil {
			r.text.Write(t)
		}
	case xml.EndElement:
		return r.end(t.Name.Local)
	}
	return nil
}

func (r *recordReader) start(name string) {
	switch {
	case r.ref == nil && name != r.name:
	case r.ref == nil:
		r.ref, r.open = newReference(), []string{name}
		r.text.Reset()
	case name != "style":
		r.open = append(r.open, name)
		r.text.Reset()
	}
}

func (r *recordReader) end(name string) *reference {
	if r.ref == nil || name != r.open[len(r.open)-1] {
		return nil
	}
	if n := len(r.open); n > 1 {
		r.ref.add(r.open[n-2]+"/"+name, r.text.String(), 0)
		r.text.Reset()
		r.open = r.open[:n-1]
		return nil
	}
	ref := r.ref
	r.ref = nil
	return ref
}
