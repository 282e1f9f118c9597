package ingest

import (
	"bytes"
	"context"

	"example.com/archive/ingest/pdf"
)

// pdfFormat is PDF, with or without rubbish before it, as PDF readers allow.
var pdfFormat = &format{
	name:    "pdf",
	version: 4,
	binary:  true,
	media:   []string{"application/pdf", "application/x-pdf"},
	claims:  isPDF,
	read:    readPDF,
}

// pdfMarkWithin is how far from its start a file may say that it is a PDF, in
// bytes (PDF 1.7, implementation note 13).
const pdfMarkWithin = 1024

func isPDF(name string, head []byte) bool {
	if bytes.HasPrefix(head, []byte("%PDF-")) {
		return true
	}
	if extension(name) == "pdf" {
		return !isMarkup(head)
	}
	// A text may show how a PDF begins.
	before, _, found := bytes.Cut(head[:min(len(head), pdfMarkWithin)], []byte("%PDF-1."))
	return found && (len(bytes.TrimSpace(before)) == 0 || isBinary(before) || isBinary(head))
}

func readPDF(ctx context.Context, in *input, out sink) error {
	at, size, done, err := in.anywhere()
	if err != nil {
		return err
	}
	defer done()
	doc, err := pdf.Read(ctx, at, size, in.progress)
	if err != nil {
		return err
	}
	for _, f := range doc.Failures {
		out.failed(f.Pages, f.Reason)
	}
	if doc.Text == "" {
		return nil
	}
	return out.article(pdfArticle(doc))
}

// pdfArticle makes an article of a document. When a PDF was made is not when
// its text was published: the date is derived.
func pdfArticle(doc *pdf.Document) *Article {
	a := &Article{Text: doc.Text}
	a.Title = pdfField(doc.Title, "PDF document property Title")
	if doc.TitleDerived {
		a.Title.Rule, a.Title.Derived = "largest type on the first page", true
	}
	a.Byline = pdfField(doc.Author, "PDF document property Author")
	a.Lang = pdfField(doc.Language, "PDF catalog Lang")
	a.Published = pdfField(doc.Created, "PDF document property CreationDate")
	a.Published.Derived = a.Published.Value != ""
	if doc.Keywords != "" {
		for _, tag := range list(doc.Keywords) {
			a.Tags = append(a.Tags, pdfField(tag, "PDF document property Keywords"))
		}
	}
	return a
}

func pdfField(value, rule string) Field {
	if value == "" {
		return Field{}
	}
	return Field{Value: value, Rule: rule}
}
