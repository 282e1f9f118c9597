package cli

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
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
		cells[i] = forSpreadsheet(v, c.tty)
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

// forSpreadsheet writes a value for a cell that a spreadsheet may open, or for
// a terminal.
func forSpreadsheet(value any, tty bool) string {
	cell := asText(value)
	switch value.(type) {
	case string, []string:
		cell = defuse(validText(cell))
	}
	if tty {
		cell = safeText(cell)
	}
	return cell
}

// validText has U+FFFD for each byte that is no UTF-8, as JSON has. Paths are
// the only such values.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// defuse keeps a spreadsheet from running a cell as a formula, with an
// apostrophe in front, as OWASP advises. What is blank or invisible before it
// counts for nothing: some programs drop it.
func defuse(s string) string {
	if isPlainASCII(s) && (s == "" || s[0] > '@') {
		return s
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(s, isBlank))
	if strings.ContainsRune("=+-@＝＋－＠", first) || strings.ContainsRune("\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) || isTag(r)
}
