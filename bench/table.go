package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table is written in Markdown, its columns aligned: it reads well on a
// terminal and in a document. The first column is of words, the others of
// figures.
type table struct{ rows [][]string }

func newTable(head ...string) *table { return &table{rows: [][]string{head}} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) String() string {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 3)
		}
	}
	var b strings.Builder
	for n, row := range t.rows {
		writeRow(&b, row, widths)
		if n == 0 {
			writeRule(&b, widths)
		}
	}
	return b.String()
}

func writeRow(b *strings.Builder, row []string, widths []int) {
	for i, cell := range row {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if i == 0 {
			b.WriteString("| " + cell + pad + " |")
		} else {
			b.WriteString(" " + pad + cell + " |")
		}
	}
	b.WriteByte('\n')
}

func writeRule(b *strings.Builder, widths []int) {
	for i, w := range widths {
		if i == 0 {
			b.WriteString("|" + strings.Repeat("-", w+2) + "|")
		} else {
			b.WriteString(strings.Repeat("-", w+1) + ":|")
		}
	}
	b.WriteByte('\n')
}

// digits writes a figure between 0 and 1 as the literature does: .729.
func digits(x float64) string {
	return strings.TrimPrefix(strconv.FormatFloat(x, 'f', 3, 64), "0")
}

func count(n int) string { return strconv.Itoa(n) }

// replaceSection puts text between the markers of a section of a document:
// <!-- NAME --> and <!-- /NAME -->.
func replaceSection(path, name, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	open, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(string(old), open)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no section between %s and %s", path, strings.TrimSpace(open), end)
	}
	return os.WriteFile(path, []byte(before+open+strings.TrimRight(text, "\n")+"\n"+end+after), 0o644)
}

// thousands writes a number with a comma before each three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
