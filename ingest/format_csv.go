package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csvFormat is a table with a row of names on top, cells parted by commas,
// semicolons, tabs or bars.
var csvFormat = &format{
	name:    "csv",
	version: 3,
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
	in.inUTF8()
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
	raw := &rowBytes{r: budget}
	r := csv.NewReader(raw)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = delimiter, true, -1, true
	header, err := r.Read()
	if err != nil {
		return tableError(err, 1)
	}
	raw.upTo(r.InputOffset())
	rs := newRecords("column", in.fields)
	names := columnNames(header)
	if err := checkHeader(rs, names); err != nil {
		return err
	}
	t := table{rs, names, delimiter, out}
	for row := 2; ; row++ {
		budget.left = maxRecord
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return tableError(err, row)
		}
		if err := t.row(r, cells, raw.upTo(r.InputOffset()), row); err != nil {
			return err
		}
	}
}

// rowBytes keeps what a reader of rows has read ahead, to show each row as
// the file has it.
type rowBytes struct {
	r    io.Reader
	kept []byte
	from int64 // where kept stands in the file
}

func (b *rowBytes) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.kept = append(b.kept, p[:n]...)
	return n, err
}

// upTo gives the bytes up to an offset and forgets them: they are good until
// the next Read.
func (b *rowBytes) upTo(offset int64) []byte {
	n := min(int(offset-b.from), len(b.kept))
	row := b.kept[:n]
	b.kept, b.from = b.kept[n:], offset
	return row
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

// OriginalsIndex are the columns of the list that "archive export --format
// originals" puts beside the files; a list of these is no articles.
var OriginalsIndex = []string{"name", "path", "sha256", "bytes", "modified"}

func checkHeader(rs *records, names []string) error {
	if slices.Equal(names, OriginalsIndex) {
		return &unknownFormat{"list of exported originals"}
	}
	if !namesArticle(rs, names) {
		return fmt.Errorf("no column is known to be the text or the title; the columns are: %s (say which one is with --map text=COLUMN; if these are no names, put a row of names above)",
			shownNames(names))
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

// table is what the rows of a table are read with.
type table struct {
	rs        *records
	names     []string
	delimiter rune
	out       sink
}

// row reads one row. raw is the row as the file has it.
func (t *table) row(r *csv.Reader, cells []string, raw []byte, row int) error {
	vals := make([]value, 0, len(cells))
	for i, c := range cells[:min(len(cells), len(t.names))] {
		line, _ := r.FieldPos(i)
		vals = append(vals, value{t.names[i], validText(c), line})
	}
	line, _ := r.FieldPos(0)
	err := strayQuote(raw, byte(t.delimiter), line, len(cells) < len(t.names))
	if err == nil {
		err = tooManyCells(t.names, cells, t.delimiter)
	}
	return t.rs.row(vals, err, row, line, t.out)
}

// row makes an article of a row, unless it has a fault.
func (rs *records) row(vals []value, fault error, row, line int, out sink) error {
	member := fmt.Sprintf("row %d", row)
	if fault != nil {
		out.failed(member, fault)
		return nil
	}
	if isEmptyRow(vals) {
		return nil
	}
	a, err := rs.article(vals, member, line)
	if err != nil {
		out.failed(a.Member, err)
		return nil
	}
	return out.article(a)
}

// tooManyCells is the fault of a row with cells that no column is there for:
// mostly the delimiter stands in a text, and every cell after it is in the
// wrong column. Empty cells at the end are no fault.
func tooManyCells(names, cells []string, delimiter rune) error {
	n := len(cells)
	for n > len(names) && strings.TrimSpace(cells[n-1]) == "" {
		n--
	}
	if n <= len(names) {
		return nil
	}
	return fmt.Errorf("%d cells for %d columns (put a cell that holds %s in quotation marks)", n, len(names), delimiterNames[delimiter])
}

var delimiterNames = map[rune]string{',': "a comma", ';': "a semicolon", '\t': "a tab", '|': "a bar"}

// strayQuote is the fault of a row whose quotation mark is closed nowhere or
// only in a later row, so that it has swallowed rows. That is certain at the
// end of the file. Before it, the signs are another cell that opens inside
// the quoted one, or too few cells, in a row of several lines.
func strayQuote(raw []byte, delimiter byte, line int, few bool) error {
	raw = bytes.TrimRight(raw, "\r\n")
	open, opensInside := scanQuotes(raw, delimiter)
	lines := bytes.Count(raw, []byte("\n"))
	if lines == 0 && open {
		return errors.New("a quotation mark is never closed (write it twice inside a cell, or close the cell)")
	}
	if open || lines > 0 && (opensInside || few) {
		return fmt.Errorf("a quotation mark runs over the rows from line %d to line %d (close it, or write it twice inside a cell)", line, line+lines)
	}
	return nil
}

// scanQuotes follows the quotation marks of a row. open reports that the last
// one is not closed, opensInside that a cell starts with one inside a quoted
// cell.
func scanQuotes(raw []byte, delimiter byte) (open, opensInside bool) {
	start := true // of a cell
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case !open:
			open = start && c == '"'
			start = c == delimiter || c == '\n'
		case c != '"':
		case i+1 < len(raw) && raw[i+1] == '"':
			i++
		case endsCell(raw[i+1:], delimiter):
			open = false
		case raw[i-1] == delimiter || raw[i-1] == '\n':
			opensInside = true
		}
	}
	return open, opensInside
}

func endsCell(rest []byte, delimiter byte) bool {
	return len(rest) == 0 || rest[0] == delimiter || rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n"))
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
