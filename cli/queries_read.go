package cli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// This file reads lists of queries: one a line, or a table (CSV, TSV) whose
// header names a column "query".

// listedQuery is one query of a file.
type listedQuery struct {
	line  int    // where it begins, from 1
	name  string // "" where the file gives none
	text  string
	fault string // why it cannot be read, for people; else ""
}

const (
	// maxQueryLine bounds a line, in bytes.
	maxQueryLine = 64 << 10
	// maxCellLines bounds the lines of a cell in quotes, so that one that is
	// not closed takes few others with it.
	maxCellLines = 20
)

// queryReader reads queries one after the other; it holds a few lines only.
type queryReader struct {
	in      *bufio.Reader
	line    int      // number of the line taken last
	ahead   []string // lines looked at, to be taken next
	comma   rune     // between the cells; 0 for one query a line
	query   int      // column of the query
	name    int      // column of the name; -1 for none
	started bool
}

// newQueryReader reads UTF-8, or UTF-16 that says so by a byte order mark.
func newQueryReader(r io.Reader) *queryReader {
	decoded := transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder()))
	return &queryReader{in: bufio.NewReaderSize(decoded, maxQueryLine), name: -1}
}

// next gives the next query; io.EOF after the last.
func (r *queryReader) next() (listedQuery, error) {
	for {
		text, err := r.take()
		if err != nil {
			return listedQuery{}, err
		}
		q := listedQuery{line: r.line}
		comment := r.comma == 0 && strings.HasPrefix(text, "#")
		switch {
		case comment, strings.TrimSpace(text) == "":
			continue
		case !r.started && r.header(text):
			r.started = true
			continue
		}
		r.started = true
		if q.fault = lineFault(text); q.fault == "" {
			if err := r.read(&q, text); err != nil {
				return q, err
			}
		}
		if q.text == "" && q.fault == "" {
			q.fault = "the query is empty"
		}
		return q, nil
	}
}

// take gives the next line without its end.
func (r *queryReader) take() (string, error) {
	if len(r.ahead) > 0 {
		text := r.ahead[0]
		r.ahead = r.ahead[1:]
		r.line++
		return text, nil
	}
	text, err := r.fetch()
	if err == nil {
		r.line++
	}
	return text, err
}

// fetch reads a line. Of one that is too long it gives more than the bound,
// and passes over the rest.
func (r *queryReader) fetch() (string, error) {
	part, err := r.in.ReadSlice('\n')
	text := string(part)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.in.ReadSlice('\n')
	}
	if errors.Is(err, io.EOF) && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}

// lineFault says what is wrong with a line as such.
func lineFault(text string) string {
	switch {
	case len(text) >= maxQueryLine-2:
		return "the line is too long (at most " + number(maxQueryLine-3) + " bytes)"
	case !utf8.ValidString(text), strings.ContainsRune(text, utf8.RuneError):
		return "the line is not UTF-8 (save the file as UTF-8)"
	case strings.ContainsRune(text, 0):
		return "the line is not text (save the file as UTF-8)"
	}
	return ""
}

// header reports whether a line is the header of a table, and notes where its
// columns are: "query" and at least one other.
func (r *queryReader) header(text string) bool {
	for _, comma := range []rune{'\t', ',', ';'} {
		cells, err := splitCells(text, comma)
		if err != nil || len(cells) < 2 {
			continue
		}
		for i := range cells {
			cells[i] = strings.ToLower(strings.TrimSpace(cells[i]))
		}
		if at := slices.Index(cells, "query"); at >= 0 {
			r.comma, r.query, r.name = comma, at, slices.Index(cells, "name")
			return true
		}
	}
	return false
}

// read reads a query that begins on a line.
func (r *queryReader) read(q *listedQuery, text string) error {
	if r.comma == 0 {
		q.text = strings.TrimSpace(text)
		return nil
	}
	whole, err := r.whole(text)
	if err != nil {
		return err
	}
	cells, err := splitCells(whole, r.comma)
	switch {
	case err != nil:
		q.text, q.fault = whole, "a quotation mark stands alone in a cell (write the cell as \"...\", each mark in it twice)"
		return nil
	case len(cells) <= r.query:
		q.text, q.fault = whole, "there is no cell for the query"
		return nil
	}
	q.text = fold(cells[r.query])
	if r.name >= 0 && r.name < len(cells) {
		q.name = fold(cells[r.name])
	}
	return nil
}

// whole adds the lines of a cell in quotes that has several. Where the
// closing mark does not come, the lines are left for the next queries.
func (r *queryReader) whole(text string) (string, error) {
	if r.comma == '\t' || strings.Count(text, `"`)%2 == 0 {
		return text, nil
	}
	joined, marks := text, strings.Count(text, `"`)
	for n := range maxCellLines {
		if n == len(r.ahead) {
			next, err := r.fetch()
			if errors.Is(err, io.EOF) {
				return text, nil
			}
			if err != nil {
				return "", err
			}
			r.ahead = append(r.ahead, next)
		}
		next := r.ahead[n]
		if lineFault(next) != "" || len(joined)+len(next) >= maxQueryLine {
			return text, nil
		}
		joined += "\n" + next
		if marks += strings.Count(next, `"`); marks%2 == 0 {
			r.ahead = r.ahead[n+1:]
			r.line += n + 1
			return joined, nil
		}
	}
	return text, nil
}

// splitCells splits a record. Marks inside a cell that does not begin with
// one stand for themselves, and so do those of tables with tabs, but for
// cells that a spreadsheet has put in marks.
func splitCells(record string, comma rune) ([]string, error) {
	if comma == '\t' {
		cells := strings.Split(record, "\t")
		for i := range cells {
			cells[i] = unquoteCell(cells[i])
		}
		return cells, nil
	}
	cells, err := parseRecord(record, comma, false)
	if errors.Is(err, csv.ErrBareQuote) {
		return parseRecord(record, comma, true)
	}
	return cells, err
}

func parseRecord(record string, comma rune, lazy bool) ([]string, error) {
	r := csv.NewReader(strings.NewReader(record))
	r.Comma, r.LazyQuotes = comma, lazy
	return r.Read()
}

// unquoteCell takes off the marks that a spreadsheet puts around a cell that
// holds some: "" inside are then one.
func unquoteCell(cell string) string {
	if len(cell) < 2 || cell[0] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	inner := cell[1 : len(cell)-1]
	if inner == "" || !strings.Contains(inner, `""`) || strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
		return cell
	}
	return strings.ReplaceAll(inner, `""`, `"`)
}
