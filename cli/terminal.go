package cli

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// terminal says how text may be written to an output.
type terminal struct {
	tty   bool
	width int // cells; 0 where nothing need be cut, as on a pipe
	color bool
}

const defaultWidth = 80

// newTerminal looks at an output. A width is known for a terminal, and for
// another output only where COLUMNS asks for one.
func newTerminal(w io.Writer, color string, getenv func(string) string) terminal {
	var t terminal
	columns, _ := strconv.Atoi(getenv("COLUMNS"))
	t.width = max(columns, 0)
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		t.tty = true
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			t.width = width
		}
		if t.width == 0 {
			t.width = defaultWidth
		}
	}
	t.color = wantsColor(t.tty, color, getenv)
	return t
}

// wantsColor follows no-color.org and bixense.com/clicolors; the flag wins.
func wantsColor(tty bool, flag string, getenv func(string) string) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never":
		return false
	case getenv("NO_COLOR") != "":
		return false
	case getenv("CLICOLOR_FORCE") != "" && getenv("CLICOLOR_FORCE") != "0":
		return true
	case getenv("TERM") == "dumb":
		return false
	}
	return tty
}

// reading gives the width for running text: lines longer than 100 cells are
// hard to read.
func (t terminal) reading() int {
	if t.width == 0 {
		return defaultWidth
	}
	return min(t.width, 100)
}
