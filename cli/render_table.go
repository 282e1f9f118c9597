package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// column is one column of a table for people.
type column struct {
	head  string
	right bool
	max   int  // cells; 0 for any width
	flex  bool // gives way first where the table is too wide
}

// paragraph is a part of a cell that starts a line; it is wrapped to its
// column, to at most so many lines.
type paragraph struct {
	text  string // harmless, with marks
	lines int
}

// cell is what stands in one place of a table.
type cell []paragraph

func oneLine(s string) cell { return cell{{s, 1}} }

// grid is a table with its columns fitted to a terminal. Tables that follow
// each other in one grid have the same columns.
type grid struct {
	w       io.Writer
	term    terminal
	columns []column
	widths  []int
	headed  bool
}

const (
	gap       = "  " // between two columns
	leastFlex = 24   // cells that a flexible column keeps as long as others can give
	pipeMax   = 300  // cells of a column where no width is known
)

// fit makes the columns as wide as the rows want, and together no wider than
// the terminal. It never makes a column narrower than it was for rows before.
func (g *grid) fit(rows [][]cell) {
	widths := make([]int, len(g.columns))
	for i, c := range g.columns {
		widths[i] = width(c.head)
		for _, row := range rows {
			for _, p := range row[i] {
				widths[i] = max(widths[i], width(p.text))
			}
		}
		limit := pipeMax
		switch {
		case c.max > 0 && g.term.width > 0:
			limit = c.max
		case c.max > 0:
			limit = 2 * c.max
		}
		widths[i] = min(widths[i], limit)
		if g.widths != nil {
			widths[i] = max(widths[i], g.widths[i])
		}
	}
	g.widths = widths
	for g.term.width > 0 && g.total() > g.term.width && g.shrink() {
	}
}

func (g *grid) total() int {
	sum := len(gap) * (len(g.widths) - 1)
	for _, w := range g.widths {
		sum += w
	}
	return sum
}

// shrink takes a cell from one column: a flexible one as long as it is not
// small, else the widest. It reports whether it could.
func (g *grid) shrink() bool {
	at, floor := -1, leastFlex
	for i, c := range g.columns {
		if c.flex && g.widths[i] > floor {
			at, floor = i, g.widths[i]
		}
	}
	if at < 0 {
		floor = 1
		for i, w := range g.widths {
			if w > floor {
				at, floor = i, w
			}
		}
	}
	if at >= 0 {
		g.widths[at]--
	}
	return at >= 0
}

// print writes the rows, under a header if it is the first time.
func (g *grid) print(rows [][]cell) error {
	if len(rows) == 0 {
		return nil
	}
	if err := g.header(); err != nil {
		return err
	}
	var b bytes.Buffer
	table := newTable(&b)
	in := newStandIns()
	for _, row := range rows {
		cells := g.row(row)
		for i := range cells {
			cells[i] = in.put(cells[i])
		}
		if err := table.Append(cells); err != nil {
			return err
		}
	}
	if err := table.Render(); err != nil {
		return err
	}
	return g.paint(in.back(b.String()))
}

// header writes the names of the columns, once.
func (g *grid) header() error {
	if g.headed {
		return nil
	}
	g.headed = true
	names := make([]string, len(g.columns))
	for i, c := range g.columns {
		names[i] = g.pad(i, dim(cut(c.head, g.widths[i])))
	}
	var b bytes.Buffer
	table := newTable(&b)
	table.Header(names)
	if err := table.Render(); err != nil {
		return err
	}
	return g.paint(b.String())
}

func newTable(w io.Writer) *tablewriter.Table {
	none := tw.Padding{Overwrite: true}
	return tablewriter.NewTable(w,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})),
		tablewriter.WithPadding(none),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
	)
}

func (g *grid) row(cells []cell) []string {
	row := make([]string, len(cells))
	for i, c := range cells {
		var lines []string
		for _, p := range c {
			for _, line := range wrapAtMost(p.text, g.widths[i], p.lines) {
				lines = append(lines, g.pad(i, line))
			}
		}
		if len(lines) == 0 {
			lines = []string{g.pad(i, "")}
		}
		row[i] = strings.Join(lines, "\n")
	}
	return row
}

func (g *grid) pad(i int, line string) string {
	line = pad(line, g.widths[i], g.columns[i].right)
	if i < len(g.columns)-1 {
		line += gap
	}
	return line
}

// paint writes what tablewriter laid out, without blanks at line ends.
func (g *grid) paint(laid string) error {
	for line := range strings.Lines(laid) {
		line = strings.TrimRight(line, " \n")
		if _, err := fmt.Fprintln(g.w, g.term.paint(line)); err != nil {
			return err
		}
	}
	return nil
}

// rule writes a line across the table with words in it.
func (g *grid) rule(words string) error {
	w := g.total()
	if g.term.width == 0 {
		w = min(w, defaultWidth)
	}
	line := cut("── "+words, w)
	if more := w - width(line) - 1; more > 0 {
		line += " " + strings.Repeat("─", more)
	}
	_, err := fmt.Fprintln(g.w, g.term.paint(dim(line)))
	return err
}
