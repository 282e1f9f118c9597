package cli

import (
	"encoding/csv"
	"io"
	"strings"
)

// csvWriter writes RFC 4180 with a header row.
type csvWriter struct {
	w      *csv.Writer
	names  []string
	tty    bool
	headed bool
}

func newCSV(w io.Writer, names []string, t terminal) writer {
	return &csvWriter{w: csv.NewWriter(w), names: names, tty: t.tty}
}

func (c *csvWriter) record(values []any) error {
	c.head()
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = asText(v)
		switch v.(type) {
		case string, []string:
			cells[i] = defuse(cells[i])
		}
		if c.tty {
			cells[i] = safeText(cells[i])
		}
	}
	return c.w.Write(cells)
}

func (c *csvWriter) head() {
	if !c.headed {
		c.headed = true
		c.w.Write(c.names) // the writer keeps an error for close
	}
}

func (c *csvWriter) close() error {
	c.head()
	c.w.Flush()
	return c.w.Error()
}

// defuse keeps a spreadsheet from running a cell as a formula, with an
// apostrophe in front, as OWASP advises.
func defuse(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
