// Package pdf reads the text and the properties of PDF documents with PDFium,
// compiled to WebAssembly: what a document does, it does in a sandbox that has
// a limit of memory, sees no files, and can be ended at any moment.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium/requests"
)

// How long a document may take. Tests change it.
var (
	openTime = 20 * time.Second
	pageTime = 10 * time.Second
	fileTime = 5 * time.Minute
)

// What else it may cost.
const (
	maxSize    = 1 << 30 // bytes
	maxPages   = 20_000
	maxText    = 64 << 20 // bytes
	maxRestart = 3        // instances that its pages may break
)

// ErrNoText says that a document shows no text, only pictures or nothing.
var ErrNoText = errors.New("no text: scanned?")

// Document is what a PDF holds.
type Document struct {
	Title        string
	TitleDerived bool // the largest type on the first page, not a property
	Author       string
	Created      string // ISO 8601; "" if unknown
	Language     string
	Keywords     string
	Text         string // paragraphs stand a blank line apart
	Failures     []Failure
}

// Failure is a page, or a run of them, that could not be read.
type Failure struct {
	Pages  string // "page 7"
	Reason error
}

// Read reads a document of size bytes and calls progress, from the same
// goroutine, at least every minute while it is at work. The pages that cannot be read are left
// out and named in Failures; an error means that nothing could be read, or
// that the context ended.
func Read(ctx context.Context, r io.ReaderAt, size int64, progress func()) (*Document, error) {
	if size > maxSize {
		return nil, fmt.Errorf("the PDF is larger than %d MiB", maxSize>>20)
	}
	s, err := open(ctx, r, size)
	if err != nil {
		return nil, err
	}
	rd := &reader{r: r, size: size, session: s, progress: progress, ends: time.Now().Add(fileTime)}
	defer func() { rd.session.close() }()
	if err := rd.properties(ctx); err != nil {
		return nil, err
	}
	if err := rd.readPages(ctx); err != nil {
		return nil, err
	}
	rd.compose()
	if rd.doc.Text == "" && len(rd.doc.Failures) == 0 {
		return nil, ErrNoText
	}
	return &rd.doc, nil
}

// reader reads one document.
type reader struct {
	r         io.ReaderAt
	size      int64
	session   *session
	progress  func()
	ends      time.Time
	count     int // pages that the document says it has
	restarted int
	bytes     int
	pages     [][]segment
	doc       Document
}

func (rd *reader) properties(ctx context.Context) error {
	return rd.session.within(ctx, openTime, func() error {
		p, doc := rd.session.instance, rd.session.doc
		count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
		if err != nil {
			return fmt.Errorf("damaged PDF: %w", err)
		}
		rd.count = count.PageCount
		if meta, err := p.GetMetaData(&requests.GetMetaData{Document: doc}); err == nil {
			for _, tag := range meta.Tags {
				rd.doc.property(tag.Tag, tag.Value)
			}
		}
		if lang, err := p.FPDFCatalog_GetLanguage(&requests.FPDFCatalog_GetLanguage{Document: doc}); err == nil {
			rd.doc.Language = lang.Language
		}
		return nil
	})
}

func (rd *reader) readPages(ctx context.Context) error {
	for n := range min(rd.count, maxPages) {
		rd.progress()
		if reason := rd.spent(); reason != nil {
			rd.failed(n, rd.count, reason)
			return nil
		}
		if err := rd.readPage(ctx, n); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			rd.failed(n, n+1, err)
			if !rd.goesOn(ctx, err) {
				rd.failed(n+1, rd.count, errors.New("too many pages of the PDF could not be read"))
				return nil
			}
		}
	}
	rd.failed(maxPages, rd.count, fmt.Errorf("the PDF has more than %d pages", maxPages))
	return nil
}

// spent says what the document has no more of.
func (rd *reader) spent() error {
	switch {
	case time.Now().After(rd.ends):
		return fmt.Errorf("the PDF takes longer than %v", fileTime)
	case rd.bytes > maxText:
		return fmt.Errorf("the PDF has more than %d MiB of text", maxText>>20)
	}
	return nil
}

func (rd *reader) readPage(ctx context.Context, n int) error {
	segments, err := rd.session.page(ctx, n)
	if err != nil {
		return err
	}
	for _, s := range segments {
		rd.bytes += len(s.text)
	}
	rd.pages = append(rd.pages, segments)
	return nil
}

// goesOn opens the document anew where a page broke the instance.
func (rd *reader) goesOn(ctx context.Context, err error) bool {
	var broken *brokenError
	if !errors.As(err, &broken) {
		return len(rd.doc.Failures) < maxFailures
	}
	if rd.restarted++; rd.restarted > maxRestart {
		return false
	}
	rd.session.close()
	s, err := open(ctx, rd.r, rd.size)
	if err != nil {
		return false
	}
	rd.session = s
	return true
}

// maxFailures is how many bad pages a document may have until no more of it
// is read.
const maxFailures = 50

// failed notes pages from one, counted from 0, up to but without another.
func (rd *reader) failed(from, to int, reason error) {
	if from >= to {
		return
	}
	pages := fmt.Sprintf("page %d", from+1)
	if to > from+1 {
		pages = fmt.Sprintf("pages %d to %d", from+1, to)
	}
	rd.doc.Failures = append(rd.doc.Failures, Failure{pages, reason})
}
