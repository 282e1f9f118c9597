package cli

import (
	"os"
	"strings"
)

// bars draws numbers as bars, the largest as long as there is room.
type bars struct {
	width int // cells
	most  float64
	ascii bool
}

const (
	maxBar   = 100 // cells; a longer one says no more
	leastBar = 3   // with less room no bar is drawn
)

// newBars uses the room that the columns of a table leave in the last one,
// which gets as wide.
func newBars(t terminal, g *grid, most float64) *bars {
	room := t.width
	if room == 0 {
		room = defaultWidth
	}
	last := len(g.widths) - 1
	b := &bars{width: min(room-(g.total()-g.widths[last]), maxBar), most: most, ascii: !drawsBlocks(os.Getenv)}
	if b.width < leastBar {
		b.width = 0
	}
	g.widths[last] = b.width
	return b
}

// eighths are blocks of one to seven eighths of a cell.
var eighths = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// draw gives the bar of a number; what is not 0 has one.
func (b *bars) draw(n float64) string {
	if n <= 0 || b.most <= 0 || b.width == 0 {
		return ""
	}
	length := n / b.most * float64(b.width)
	if b.ascii {
		return strings.Repeat("#", max(int(length+.5), 1))
	}
	parts := max(int(length*8+.5), 1)
	return strings.Repeat("█", parts/8) + eighths[parts%8]
}

// drawsBlocks reports whether the terminal can be trusted to show block
// characters: not where the locale names another encoding than UTF-8. Where no
// locale is set nothing speaks against it.
func drawsBlocks(getenv func(string) string) bool {
	if kind := getenv("TERM"); kind == "dumb" || strings.HasPrefix(kind, "vt") {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(getenv(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return true
}
