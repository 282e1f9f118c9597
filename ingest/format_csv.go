package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// csvFormat is a table with a row of names on top, cells parted by commas,
// semicolons, tabs or bars.
var csvFormat = &format{
	name:    "csv",
	version: 1,
	claims:  claimedBy(looksLikeCSV, "csv"),
	read:    readCSV,
}

const delimiters = ",;\t|"

// looksLikeCSV wants a first line that names at least two fields of an
// article, its title or its text among them, and nothing longer than a name.
func looksLikeCSV(head []byte) bool {
	line, _, found := bytes.Cut(head, []byte("\n"))
	if !found {
		return false
	}
	cells, recognised := splitHeader(string(line), 0)
	if recognised < 2 {
		return false
	}
	for _, c := range cells {
		if len(c) > 40 {
			return false
		}
	}
	return namesArticle(newRecords("", nil), cells)
}

// splitHeader cuts the row of names and counts those that are known. With no
// delimiter given it takes the one that gives the most known names.
func splitHeader(line string, delimiter rune) (best []string, recognised int) {
	for _, d := range delimiters {
		if delimiter != 0 && d != delimiter {
			continue
		}
		cells := cutCells(line, d)
		known := 0
		for _, c := range cells {
			if spelled()[foldName(c)].field != "" {
				known++
			}
		}
		if known > recognised || known == recognised && len(cells) > len(best) {
			best, recognised = cells, known
		}
	}
	return best, recognised
}

func cutCells(line string, delimiter rune) []string {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes = delimiter, true
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

func sniffDelimiter(line string) rune {
	best, most, cells := ',', -1, 0
	for _, d := range delimiters {
		row, known := splitHeader(line, d)
		if known > most || known == most && len(row) > cells {
			best, most, cells = d, known, len(row)
		}
	}
	return best
}

func readCSV(ctx context.Context, in *input, out sink) error {
	line, err := firstLine(in.r)
	if err != nil {
		return err
	}
	return readTable(in, out, sniffDelimiter(line))
}

// firstLine peeks at the row of names.
func firstLine(r *bufio.Reader) (string, error) {
	head, err := r.Peek(bufferSize)
	if err != nil && err != io.EOF {
		return "", err
	}
	head = bytes.TrimLeft(head, "\r\n")
	if i := bytes.IndexAny(head, "\r\n"); i >= 0 {
		head = head[:i]
	}
	return decode(head), nil
}

// readTable reads a table whose delimiter is known. Rows are counted as a
// spreadsheet shows them: the names are row 1.
func readTable(in *input, out sink, delimiter rune) error {
	budget := &budgetReader{r: in.r, left: maxRecord}
	r := csv.NewReader(budget)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = delimiter, true, -1, true
	header, err := r.Read()
	if err != nil {
		return tableError(err, 1)
	}
	rs := newRecords("column", in.fields)
	names := columnNames(header)
	if err := checkHeader(rs, names); err != nil {
		return err
	}
	for row := 2; ; row++ {
		budget.left = maxRecord
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return tableError(err, row)
		}
		if err := rs.row(r, names, cells, row, out); err != nil {
			return err
		}
	}
}

func tableError(err error, row int) error {
	if errors.Is(err, errBudget) {
		return fmt.Errorf("row %d: %w (a quote that is never closed?)", row, errBudget)
	}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("row %d: %w", row, parse.Err)
	}
	if err == io.EOF {
		return errNothing
	}
	return err
}

// columnNames keeps a copy of the row of names; a column without one is
// named by its number.
func columnNames(header []string) []string {
	names := make([]string, len(header))
	for i, h := range header {
		if names[i] = strings.Join(strings.Fields(validText(h)), " "); names[i] == "" {
			names[i] = fmt.Sprintf("column %d", i+1)
		}
	}
	return names
}

func checkHeader(rs *records, names []string) error {
	if !namesArticle(rs, names) {
		const shown = 50
		return fmt.Errorf("no column is known to be the text or the title; the columns are: %s (say which one is with --map text=COLUMN)",
			strings.Join(names[:min(len(names), shown)], ", "))
	}
	return rs.missing()
}

func namesArticle(rs *records, names []string) bool {
	found := false
	for _, name := range names {
		switch rs.lookup(name).field {
		case "title", "text":
			found = true
		}
	}
	return found
}

func (rs *records) row(r *csv.Reader, names, cells []string, row int, out sink) error {
	vals := make([]value, 0, len(cells))
	for i, c := range cells {
		if i == len(names) {
			break
		}
		line, _ := r.FieldPos(i)
		vals = append(vals, value{names[i], validText(c), line})
	}
	if isEmptyRow(vals) {
		return nil
	}
	line, _ := r.FieldPos(0)
	a, err := rs.article(vals, fmt.Sprintf("row %d", row), line)
	if err != nil {
		out.failed(a.Member, err)
		return nil
	}
	return out.article(a)
}

// isEmptyRow reports whether a row has nothing but delimiters, as
// spreadsheets leave below a table.
func isEmptyRow(vals []value) bool {
	for _, v := range vals {
		if hasValue(v.v) {
			return false
		}
	}
	return true
}
