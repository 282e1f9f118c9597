package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"

	"example.com/archive/ingest/office"
)

// What a zip begins with, and a compound file of Microsoft's.
var (
	zipMark      = []byte("PK\x03\x04")
	compoundMark = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

var errNoDocumentText = errors.New("the document has no text")

// claimedZip makes the claims of a format whose files are zips: by what the
// first names and contents of the zip say, and by the endings of its names,
// whatever such a file holds.
func claimedZip(mark func(head []byte) bool, endings ...string) func(string, []byte) bool {
	return func(name string, head []byte) bool {
		if bytes.HasPrefix(head, zipMark) && mark(head) {
			return true
		}
		ext := extension(name)
		for _, e := range endings {
			if ext == e {
				return !bytes.HasPrefix(head, compoundMark)
			}
		}
		return false
	}
}

// pack opens a zip whose files make one document. done must be called at the
// end.
func (in *input) pack(ctx context.Context) (p *office.Package, done func(), err error) {
	at, size, done, err := in.anywhere()
	if err != nil {
		return nil, nil, err
	}
	p, err = office.OpenPackage(at, size, func(r io.Reader) io.Reader {
		return &countingReader{ctx: ctx, r: &spendingReader{damagedReader{r, "zip"}, in.spent}}
	})
	if err != nil {
		done()
		return nil, nil, err
	}
	return p, done, nil
}

// readPackage reads a zip that is one document.
func readPackage(read func(*office.Package) (*office.Document, error)) func(context.Context, *input, sink) error {
	return func(ctx context.Context, in *input, out sink) error {
		p, done, err := in.pack(ctx)
		if err != nil {
			return err
		}
		defer done()
		doc, err := read(p)
		if err != nil {
			return err
		}
		return handDocument(doc, out)
	}
}

// handDocument hands on the article that a document is.
func handDocument(doc *office.Document, out sink) error {
	if doc.Text == "" {
		return errNoDocumentText
	}
	if articles := splitPress(doc.Text); articles != nil {
		return handPress(articles, out)
	}
	return out.article(documentArticle(doc))
}

// documentArticle makes an article of a document. When a document was made is
// not when it was published: where only that is known, the date is derived.
func documentArticle(doc *office.Document) *Article {
	a := &Article{
		Title:     propertyField(doc.Title),
		Byline:    propertyField(doc.Byline),
		Source:    propertyField(doc.Publisher),
		Published: propertyField(doc.Published),
		Lang:      propertyField(doc.Language),
		Text:      doc.Text,
	}
	if a.Published.Value == "" {
		a.Published = propertyField(doc.Created)
		a.Published.Derived = a.Published.Value != ""
	}
	for _, subject := range doc.Subjects {
		a.Tags = append(a.Tags, propertyField(subject))
	}
	return a
}

func propertyField(p office.Property) Field { return Field{Value: p.Value, Rule: p.Rule} }
