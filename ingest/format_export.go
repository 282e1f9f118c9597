package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// exportFormat is what 'archive export' writes: JSON Lines of which each says
// all that an archive knew. What it says is taken as it is, worked out or not.
var exportFormat = &format{
	name:    "export",
	version: 1,
	strings: true,
	claims:  func(_ string, head []byte) bool { return store.IsExport(head) },
	read:    readExport,
}

func readExport(ctx context.Context, in *input, out sink) error {
	in.inUTF8()
	r := exportReader{out: out}
	for n := 1; ; n++ {
		line, err := readLine(in.r)
		if err == io.EOF {
			r.ended()
			return nil
		}
		if err != nil && !errors.Is(err, errBudget) {
			return err
		}
		if err == nil && len(line) > 0 {
			err = r.line(line, n)
		}
		var fault *faultyRecord
		switch {
		case errors.Is(err, errBudget):
			out.failed("line "+strconv.Itoa(n), err)
		case errors.As(err, &fault):
			out.failed(fault.member, fault.reason)
		case err != nil:
			return err
		}
	}
}

// exportReader reads the lines of an export. It counts the articles, so that
// one that was cut off is told.
type exportReader struct {
	out      sink
	promised int
	articles int
}

func (r *exportReader) line(b []byte, n int) error {
	member := "line " + strconv.Itoa(n)
	if !utf8.Valid(b) {
		b = []byte(decode(b))
	}
	line, err := store.ParseExportLine(b)
	if err != nil {
		return &faultyRecord{member, jsonError(err)}
	}
	switch line := line.(type) {
	case nil:
		return &faultyRecord{member, errors.New("of a kind that this program does not know (a later one may)")}
	case *store.ExportHeader:
		r.ended()
		r.promised, r.articles = line.Articles, 0
	case *store.ExportArticle:
		r.articles++
		return r.out.article(exportedArticle(line, member))
	}
	return r.out.article(&Article{Member: member, Exported: line})
}

// ended reports articles that the first line promised and that did not come.
func (r *exportReader) ended() {
	if r.articles < r.promised {
		r.out.failed("", fmt.Errorf("the export is cut off: it holds %d of %d articles (copy it again)", r.articles, r.promised))
	}
}

// maxExported bounds the lists of an article.
const maxExported = 10_000

func exportedArticle(x *store.ExportArticle, member string) *Article {
	a := &Article{
		Member: member, Type: cmp.Or(oneLine(x.Type), "text"), Text: x.Text, Exported: x,
		Title: exportedField(x.Title), Source: exportedField(x.Source), Byline: exportedField(x.Author), Lang: exportedField(x.Lang),
		Published: exportedField(x.Published), Captured: Field{Value: x.Captured}, URL: Field{Value: x.URL},
	}
	x.Text = "" // is held once
	a.Published.Value = ""
	if x.Published != nil {
		a.Published.Value = x.Published.Written
	}
	for _, t := range x.Tags[:min(len(x.Tags), maxExported)] {
		a.Tags = append(a.Tags, Field{Value: t})
	}
	for _, c := range x.Cites[:min(len(x.Cites), maxExported)] {
		a.Cites = append(a.Cites, Citation{Outlet: c.Outlet, Rule: c.Rule, Phrase: c.Phrase})
	}
	return a
}

func exportedField(f *store.ExportField) Field {
	if f == nil {
		return Field{}
	}
	return Field{Value: f.Value, Rule: f.Rule, Derived: f.Derived}
}

// storedAsExported makes the article that an export tells of, nil where the
// line tells of none. Nothing is worked out.
func storedAsExported(a *Article) *store.Article {
	x, ok := a.Exported.(*store.ExportArticle)
	if !ok {
		return nil
	}
	clean(a)
	for i := range a.Cites {
		c := &a.Cites[i]
		c.Outlet, c.Rule, c.Phrase = oneLine(c.Outlet), cmp.Or(oneLine(c.Rule), "export"), text.Clean(c.Phrase)
	}
	if a.Lang.Value != "" && text.LanguageCode(a.Lang.Value) != a.Lang.Value {
		a.Lang = Field{}
	}
	kept := keptArticle(a)
	if x.Published != nil {
		if d, err := store.ParseDate(x.Published.Value); err == nil {
			kept.Published = d
		}
	}
	if added, err := time.Parse(time.RFC3339, x.Added); err == nil && added.Year() >= 1970 && !store.IsFuture(added) {
		kept.Added = added.UTC().Format(time.RFC3339)
	}
	return kept
}
