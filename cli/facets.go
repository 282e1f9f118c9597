package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
)

func facetsOption() option {
	return option{name: "facets", kind: isText, arg: "A,B,...", help: "count the whole result by: " + strings.Join(search.FacetNames, ", "),
		values: search.FacetNames, listed: true}
}

// facetRows is how many values of a facet the table shows.
const facetRows = 10

// wantFacets reads --facets. With --count they are those of the articles counted.
func wantFacets(q *search.Query, in *urfave.Context, format outputFormat) {
	for _, name := range strings.Split(in.String("facets"), ",") {
		name = strings.TrimSpace(name)
		if name != "" && !slices.Contains(q.Facets, name) {
			q.Facets = append(q.Facets, name)
		}
	}
	q.FacetsOfAll = in.Bool("count") && q.Match != search.Any
	if format.writer == nil {
		q.FacetTop = facetRows
	}
}

// listsFacets reports whether facets stand in the place of the articles: in
// formats that hold records of one kind only.
func (f outputFormat) listsFacets() bool { return f.writer != nil && f.name != "json" }

// facetFields are the columns of such formats.
var facetFields = []string{"facet", "value", "articles"}

func writeFacets(w writer, facets []search.Facet) error {
	for _, f := range facets {
		for _, c := range f.Values {
			if err := w.record([]any{f.Name, c.Value, int64(c.Articles)}); err != nil {
				return err
			}
		}
		if f.Unknown > 0 {
			if err := w.record([]any{f.Name, nil, int64(f.Unknown)}); err != nil {
				return err
			}
		}
	}
	return w.close()
}

// facetsAlone writes the facets in the place of the articles.
func (e *env) facetsAlone(r *search.Result, format outputFormat) error {
	if err := writeFacets(format.writer(e.out, facetFields, e.term), r.Facets); err != nil {
		return err
	}
	if r.All+r.Some == 0 {
		e.nothing(r)
		return nil
	}
	e.notef("%s", e.errTerm.paint(dim(countLine(r))))
	return nil
}

// facetsJSON writes facets as an object, each an array of its values.
func facetsJSON(facets []search.Facet) (string, error) {
	var b strings.Builder
	for i, f := range facets {
		fmt.Fprintf(&b, "%s%q:[", strings.Repeat(",\n ", min(i, 1)), f.Name)
		for j, c := range f.Values {
			value, err := jsonObject(facetFields[1:], []any{c.Value, int64(c.Articles)})
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "%s%s", strings.Repeat(",", min(j, 1)), value)
		}
		if f.Unknown > 0 {
			fmt.Fprintf(&b, `%s{"articles":%d}`, strings.Repeat(",", min(len(f.Values), 1)), f.Unknown)
		}
		b.WriteString("]")
	}
	return "{" + b.String() + "}", nil
}

// countedFacets writes a count and its facets for machines.
func (e *env) countedFacets(n int, facets []search.Facet, format outputFormat) error {
	if format.listsFacets() {
		return writeFacets(format.writer(e.out, facetFields, e.term), facets)
	}
	object, err := facetsJSON(facets)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "{\"count\":%d,\n\"facets\":%s}\n", n, object)
	return err
}

// facetedJSON writes an object that holds the facets and the articles.
type facetedJSON struct {
	writer
	w io.Writer
}

func newFacetedJSON(w io.Writer, r *search.Result, articles writer) (writer, error) {
	object, err := facetsJSON(r.Facets)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(w, "{\"all\":%d,\"some\":%d,\n\"facets\":%s,\n\"articles\":", r.All, r.Some, object)
	return facetedJSON{articles, w}, err
}

func (f facetedJSON) close() error {
	if err := f.writer.close(); err != nil {
		return err
	}
	_, err := io.WriteString(f.w, "}\n")
	return err
}

// unknownValues say what an article without a value of a facet lacks.
var unknownValues = map[string]string{
	"source": "no source", "author": "no author", "lang": "no language", "year": "no date", "month": "no month",
	"type": "no type", "cites": "names no outlet",
}

// facetTables writes a small table for each facet.
func (e *env) facetTables(facets []search.Facet) error {
	cut := false
	for _, f := range facets {
		g := &grid{w: e.out, term: e.term, columns: []column{
			{head: "ARTICLES", right: true},
			{head: strings.ToUpper(f.Name), flex: true},
		}}
		rows := facetTable(f)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintln(e.out)
		g.fit(rows)
		if err := g.print(rows); err != nil {
			return err
		}
		cut = cut || f.More > 0
	}
	if cut {
		e.notef("%s", e.errTerm.paint(dim("--csv lists all values of the facets")))
	}
	return nil
}

func facetTable(f search.Facet) (rows [][]cell) {
	for _, c := range f.Values {
		rows = append(rows, []cell{oneLine(number(c.Articles)), oneLine(safeLine(c.Value))})
	}
	if f.More > 0 {
		rows = append(rows, []cell{oneLine(""), oneLine(dim("and " + number(f.More) + " more"))})
	}
	if f.Unknown > 0 {
		rows = append(rows, []cell{oneLine(number(f.Unknown)), oneLine(dim(unknownValues[f.Name]))})
	}
	return rows
}
