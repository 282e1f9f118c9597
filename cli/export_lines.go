package cli

import (
	"io"

	"example.com/archive/store"
)

// writer gives the writer of a format that is one file.
func (t *exportTask) writer(w io.Writer, term terminal) exportWriter {
	if t.format == "csv" {
		return exportCSV{newCSV(w, exportColumns, term)}
	}
	return exportJSON{w}
}

// exportJSON writes all there is, an object a line.
type exportJSON struct{ w io.Writer }

func (j exportJSON) line(line store.ExportLine) error {
	b, err := jsonValue(line)
	if err == nil {
		_, err = j.w.Write(append(b, '\n'))
	}
	return err
}

func (j exportJSON) close() error { return nil }

// exportColumns are the columns of an export for a spreadsheet.
var exportColumns = []string{"id", "key", "title", "title_derived", "source", "author", "published", "published_from", "lang", "type", "url",
	"path", "words", "added", "captured", "superseded_by", "tags", "cites", "text"}

// exportCSV writes a row an article.
type exportCSV struct{ writer }

func (c exportCSV) line(line store.ExportLine) error {
	a, ok := line.(*store.ExportArticle)
	if !ok {
		return nil
	}
	var path string
	if len(a.Origins) > 0 {
		path = a.Origins[0].Path
	}
	var cites []string
	for _, cite := range a.Cites {
		cites = append(cites, cite.Outlet)
	}
	title, published := orNoField(a.Title), orNoField(a.Published)
	if published.Value == "" { // written, but no date
		published.Rule = ""
	}
	return c.record([]any{a.ID, shortKey(a.Key), title.Value, title.Derived, orNoField(a.Source).Value, orNoField(a.Author).Value,
		published.Value, published.Rule, orNoField(a.Lang).Value, a.Type, a.URL, path, int64(a.Words), a.Added, a.Captured,
		shortKey(a.SupersededBy), a.Tags, cites, a.Text})
}

func orNoField(f *store.ExportField) store.ExportField {
	if f == nil {
		return store.ExportField{}
	}
	return *f
}

// shortKey gives of a key what is shown elsewhere.
func shortKey(key string) string { return key[:min(len(key), 16)] }
