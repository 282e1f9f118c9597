package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"example.com/archive/ingest/bibtex"
)

// bibtexFormat is BibTeX and BibLaTeX: references, of which those with an
// abstract are articles.
var bibtexFormat = &format{
	name:    "bibtex",
	version: 1,
	media:   []string{"application/x-bibtex", "text/x-bibtex"},
	claims: func(name string, head []byte) bool {
		switch extension(name) {
		case "bib", "bibtex":
			return true
		case "", "txt":
			return bibtexStart().Match(head)
		}
		return false
	},
	read: readBibTeX,
}

var bibtexStart = lazily(`(?i)^(?:\s|%[^\n]*\n)*@(?:article|book|booklet|conference|inbook|incollection|inproceedings|manual|mastersthesis|misc|online|phdthesis|proceedings|report|techreport|thesis|unpublished|string|preamble|comment|electronic|collection)\s*[{(]`)

var bibtexFields = referenceFields{
	kind:      "field",
	title:     []string{"title"},
	byline:    []string{"author", "editor"},
	source:    []string{"journaltitle", "fjournal", "journal", "booktitle", "maintitle", "publisher", "institution", "school", "organization"},
	published: []string{"date", "year"}, captured: []string{"urldate"},
	lang: []string{"language", "langid", "hyphenation"},
	url:  []string{"url", "link"}, doi: []string{"doi"},
	text: []string{"abstract", "fulltext"}, tags: []string{"keywords", "keyword"}, id: []string{"key"}, tagSeparators: ",;",
}

func readBibTeX(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the list of references", maxText)
	if err != nil {
		return err
	}
	var refs []*reference
	err = bibtex.Read(in.text(b, in.charset), func(e *bibtex.Entry) error {
		refs = append(refs, bibtexReference(e))
		return ctx.Err()
	}, func(line int, reason error) {
		out.failed(fmt.Sprintf("line %d", line), reason)
	})
	if err != nil {
		return err
	}
	return handBibTeX(ctx, newReferences(in, out, bibtexFields), refs)
}

func handBibTeX(ctx context.Context, r *references, refs []*reference) error {
	byKey := map[string]*reference{}
	for _, ref := range refs {
		if key := strings.ToLower(ref.get("key")); key != "" {
			byKey[key] = ref
		}
	}
	for _, ref := range refs {
		if parent := byKey[strings.ToLower(ref.get("crossref"))]; parent != nil && parent != ref {
			ref.inherit(parent)
		}
		if err := r.hand(ctx, ref, ref.lines["key"]); err != nil {
			return err
		}
	}
	return r.done()
}

func bibtexReference(e *bibtex.Entry) *reference {
	ref := newReference()
	ref.add("key", e.Key, e.Line)
	for _, f := range e.Fields {
		switch f.Name {
		case "author", "editor":
			for _, name := range bibtex.Names(f.Value) {
				ref.add(f.Name, name, f.Line)
			}
		case "url", "link", "doi", "file", "eprint":
			ref.add(f.Name, bibtex.Verbatim(f.Value), f.Line)
		default:
			ref.add(f.Name, bibtex.Text(f.Value), f.Line)
		}
	}
	ref.published = bibtexDate(ref)
	return ref
}

func (r *reference) get(name string) string {
	if v := r.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// inherit takes over what a paper's entry leaves to that of its proceedings.
func (r *reference) inherit(parent *reference) {
	if r.published.Value == "" {
		r.published = parent.published
	}
	for _, name := range []string{"publisher", "journal", "journaltitle", "booktitle", "url", "language"} {
		if r.values[name] == nil {
			r.add(name, parent.get(name), parent.lines[name])
		}
	}
	if r.values["booktitle"] == nil {
		r.add("booktitle", parent.get("title"), parent.lines["title"])
	}
}

// bibtexDate puts together the fields for year, month and day where there is
// no field for all, and takes the first day of a range.
func bibtexDate(ref *reference) Field {
	if date, _, _ := strings.Cut(ref.get("date"), "/"); date != "" {
		return Field{Value: date, Line: ref.lines["date"], Rule: "field date"}
	}
	year, month, day := ref.get("year"), ref.get("month"), ref.get("day")
	date := strings.TrimSpace(day+" "+month) + " " + year
	if n, err := strconv.Atoi(month); err == nil && n > 0 && n < 13 && len(year) == 4 {
		date = fmt.Sprintf("%s-%02d", year, n)
		if n, err := strconv.Atoi(day); err == nil && n > 0 && n < 32 {
			date += fmt.Sprintf("-%02d", n)
		}
	}
	if _, ok := ReadDate(date); !ok || month == "" {
		return Field{Value: year, Line: ref.lines["year"], Rule: "field year"}
	}
	return Field{Value: date, Line: ref.lines["year"], Rule: "fields year, month, day"}
}
