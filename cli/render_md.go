package cli

import (
	"io"
	"regexp"
	"strings"
	"sync"
)

// mdWriter writes a Markdown table.
type mdWriter struct {
	w      io.Writer
	names  []string
	headed bool
}

func newMarkdown(w io.Writer, names []string, _ terminal) writer {
	return &mdWriter{w: w, names: names}
}

// briefFields are what a Markdown table shows unless asked for others.
const briefFields = "id,published,source,title"

// mdEscapes keeps text from being read as Markdown or HTML.
var mdEscapes = strings.NewReplacer("\\", `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`,
	"[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;")

func mdText(s string) string { return mdEscapes.Replace(safeLine(s)) }

var bodyEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", "![", `!\[`)

// scriptAddress matches the beginnings of addresses that a viewer would run, a
// colon behind backslashes being one in Markdown too.
var scriptAddress = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(javascript|vbscript|data)(\\*:)`)
})

// mdBody keeps the Markdown of a text, but for HTML, pictures, which a viewer
// would fetch, and addresses that it would run: a blank ends them.
func mdBody(s string) string {
	return scriptAddress().ReplaceAllString(bodyEscapes.Replace(safeText(s)), "$1 $2")
}

func (m *mdWriter) record(values []any) error {
	if err := m.head(); err != nil {
		return err
	}
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = mdText(asText(v))
	}
	return m.line(cells)
}

func (m *mdWriter) head() error {
	if m.headed {
		return nil
	}
	m.headed = true
	if err := m.line(m.names); err != nil {
		return err
	}
	rule := make([]string, len(m.names))
	for i := range rule {
		rule[i] = "---"
	}
	return m.line(rule)
}

func (m *mdWriter) line(cells []string) error {
	_, err := io.WriteString(m.w, "| "+strings.Join(cells, " | ")+" |\n")
	return err
}

func (m *mdWriter) close() error { return m.head() }
