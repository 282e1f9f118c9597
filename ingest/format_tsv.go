package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// tsvFormat is a table with a row of names on top and cells parted by tabs.
var tsvFormat = &format{
	name:    "tsv",
	version: 3,
	claims:  claimedBy(func([]byte) bool { return false }, "tsv", "tab"),
	read:    readTSV,
}

func readTSV(ctx context.Context, in *input, out sink) error {
	in.inUTF8()
	head, err := in.r.Peek(bufferSize)
	if err != nil && err != io.EOF {
		return err
	}
	if quotesCells(head) {
		return readTable(in, out, '\t')
	}
	return readPlainTSV(in, out)
}

// quotesCells tells tables whose cells are quoted, as spreadsheets write
// them, from those where a quotation mark is only a mark: there, some cell
// starts with one and does not end with one, and the next line is a whole row
// all the same.
func quotesCells(head []byte) bool {
	lines := bytes.Split(head, []byte("\n"))
	tabs := bytes.Count(lines[0], []byte("\t"))
	quoted := false
	for i, line := range lines[:len(lines)-1] {
		whole := bytes.Count(line, []byte("\t")) == tabs && bytes.Count(lines[i+1], []byte("\t")) == tabs
		for _, cell := range bytes.Split(bytes.TrimRight(line, "\r"), []byte("\t")) {
			if !bytes.HasPrefix(cell, []byte(`"`)) {
				continue
			}
			quoted = true
			if closed := len(cell) > 1 && bytes.HasSuffix(cell, []byte(`"`)); !closed && whole {
				return false
			}
		}
	}
	return quoted
}

// readPlainTSV reads a table without quoting: a line is a row.
func readPlainTSV(in *input, out sink) error {
	header, err := readLine(in.r)
	if err != nil {
		return err
	}
	rs := newRecords("column", in.fields)
	names := columnNames(strings.Split(decode(header), "\t"))
	if err := checkHeader(rs, names); err != nil {
		return err
	}
	for row := 2; ; row++ {
		line, err := readLine(in.r)
		if errors.Is(err, errBudget) {
			out.failed(fmt.Sprintf("row %d", row), err)
			continue
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := rs.plainRow(names, decode(line), row, out); err != nil {
			return err
		}
	}
}

func (rs *records) plainRow(names []string, line string, row int, out sink) error {
	if strings.TrimSpace(line) == "" {
		return nil
	}
	cells := strings.SplitN(line, "\t", len(names)+1)
	vals := make([]value, 0, len(names))
	for i, c := range cells[:min(len(cells), len(names))] {
		vals = append(vals, value{names[i], c, row})
	}
	var fault error
	if len(cells) > len(names) && strings.TrimSpace(cells[len(names)]) != "" {
		fault = fmt.Errorf("more cells than the %d columns (a tab stands inside a cell)", len(names))
	}
	return rs.row(vals, fault, row, row, out)
}
