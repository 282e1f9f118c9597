package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"example.com/archive/ingest/html"
)

// omnivoreFormat is the export of Omnivore: a zip of lists of pages, and
// beside them the text of each page and what was marked in it.
var omnivoreFormat = &format{
	name:    "omnivore",
	version: 1,
	binary:  true,
	claims:  func(_ string, head []byte) bool { return omnivoreStart().Match(head) },
	read:    readOmnivore,
}

var (
	omnivoreStart = lazily(`(?s)^PK\x03\x04.{26}metadata_\d+_to_\d+\.json`)
	omnivoreList  = lazily(`^metadata_\d+_to_\d+\.json$`)
)

// omnivore reads one export.
type omnivore struct {
	savedEntries
	ctx   context.Context
	in    *input
	files map[string]*zip.File // by their names, until an article has them
}

func readOmnivore(ctx context.Context, in *input, out sink) error {
	at, size, done, err := in.anywhere()
	if err != nil {
		return err
	}
	defer done()
	z, err := zip.NewReader(at, size)
	if err != nil {
		return fmt.Errorf("damaged zip: %w", err)
	}
	o := &omnivore{
		savedEntries: savedEntries{saved: saved{out: out, kind: "link", without: "text"}, rs: newRecords("field", in.fields)},
		ctx:          ctx, in: in, files: map[string]*zip.File{},
	}
	defer o.done()
	for _, f := range z.File {
		o.files[f.Name] = f
	}
	for _, f := range z.File {
		if !omnivoreList().MatchString(f.Name) {
			continue
		}
		delete(o.files, f.Name)
		if err := o.list(f); err != nil {
			return err
		}
	}
	return o.rest(z.File)
}

// list reads the articles of one list.
func (o *omnivore) list(f *zip.File) error {
	b, err := o.content(f)
	if err != nil {
		o.out.failed(f.Name, err)
		return nil
	}
	v, err := parseJSON(b)
	items, _ := v.([]any)
	if err != nil {
		o.out.failed(f.Name, err)
		return nil
	}
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			if err := o.item(object); err != nil {
				return err
			}
		}
	}
	return o.ctx.Err()
}

// content reads a file of the export.
func (o *omnivore) content(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("damaged zip: %w", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(&spendingReader{damagedReader{r, "zip"}, o.in.spent}, maxText+1))
	if err == nil && len(b) > maxText {
		err = tooLarge("the text", maxText)
	}
	return b, err
}

// item joins what the export says of a page, its text and what was noted.
func (o *omnivore) item(object map[string]any) error {
	slug := joined(object["slug"], "")
	text, noted := o.page(slug), o.notes(slug)
	if pdf := o.files["content/"+slug+".pdf"]; pdf != nil {
		return o.pdf(pdf, object)
	}
	a := savedArticle(object)
	if text != "" {
		a.Text = text
	}
	a.Text = strings.TrimSpace(a.Text + "\n\n" + noted)
	o.rs.mapOver(a, values(object, 0))
	return o.entry(a, "")
}

// page gives the text of a page, "" if it is not in the export.
func (o *omnivore) page(slug string) string {
	name := "content/" + slug + ".html"
	f := o.files[name]
	if f == nil {
		return ""
	}
	delete(o.files, name)
	b, err := o.content(f)
	if err != nil {
		o.out.failed(name, err)
		return ""
	}
	return html.Text(b)
}

// notes gives what was noted about a page, without the words that are its own.
func (o *omnivore) notes(slug string) string {
	name := "highlights/" + slug + ".md"
	f := o.files[name]
	if f == nil {
		return ""
	}
	delete(o.files, name)
	b, err := o.content(f)
	if err != nil {
		o.out.failed(name, err)
		return ""
	}
	var lines []string
	for line := range strings.Lines(string(bytes.ToValidUTF8(b, nil))) {
		if !strings.HasPrefix(line, ">") {
			lines = append(lines, strings.TrimRight(line, "\r\n"))
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// pdf reads a page that is a document, and fills in what the export knows.
func (o *omnivore) pdf(f *zip.File, object map[string]any) error {
	delete(o.files, f.Name)
	known := savedArticle(object)
	out := o.out
	out.article = func(a *Article) error {
		a.Title, a.Byline = firstField(known.Title, a.Title), firstField(known.Byline, a.Byline)
		a.Published, a.URL, a.Captured = firstField(known.Published, a.Published), firstField(known.URL, a.URL), known.Captured
		a.Tags = append(a.Tags, known.Tags...)
		return o.out.article(a)
	}
	return readZipped(o.ctx, o.in, f, out)
}

// rest reads the files that no list names.
func (o *omnivore) rest(files []*zip.File) error {
	for _, f := range files {
		if o.files[f.Name] != f || f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "highlights/") && path.Ext(f.Name) == ".md" {
			continue
		}
		if err := readZipped(o.ctx, o.in, f, o.out); err != nil {
			return err
		}
	}
	return o.rs.missing()
}
