package cli

import (
	"io"
	"strings"
)

// tsvWriter writes one record a line, cells parted by tabs, with a header
// line. Tabs, line ends and backslashes inside a cell are written \t, \n, \r
// and \\.
type tsvWriter struct {
	w      io.Writer
	names  []string
	tty    bool
	headed bool
}

func newTSV(w io.Writer, names []string, t terminal) writer {
	return &tsvWriter{w: w, names: names, tty: t.tty}
}

var tsvEscapes = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func (t *tsvWriter) record(values []any) error {
	if err := t.head(); err != nil {
		return err
	}
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = tsvEscapes.Replace(forSpreadsheet(v, t.tty))
	}
	return t.line(cells)
}

func (t *tsvWriter) head() error {
	if t.headed {
		return nil
	}
	t.headed = true
	return t.line(t.names)
}

func (t *tsvWriter) line(cells []string) error {
	_, err := io.WriteString(t.w, strings.Join(cells, "\t")+"\n")
	return err
}

func (t *tsvWriter) close() error { return t.head() }
