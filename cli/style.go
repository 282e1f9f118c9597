package cli

import (
	"strings"

	"github.com/clipperhouse/displaywidth"

	"example.com/archive/search"
)

// Marks inside harmless text, which holds no control characters of its own.
// They take no cells, so that text is measured, cut and wrapped with them;
// paint turns them into what the terminal shows.
const (
	markOn  = '\x01' // what matches the query, and headings
	markOff = '\x02'
	dimOn   = '\x03'
	dimOff  = '\x04'
)

func bold(s string) string { return string(markOn) + s + string(markOff) }

func dim(s string) string {
	if s == "" {
		return ""
	}
	return string(dimOn) + s + string(dimOff)
}

// paint writes the marks of a line as the terminal wants them. A style that
// is open where the line ends is closed there.
func (t terminal) paint(line string) string {
	if !strings.ContainsAny(line, "\x01\x02\x03\x04") {
		return line
	}
	if !t.color {
		return strings.Map(func(r rune) rune {
			if r >= markOn && r <= dimOff {
				return -1
			}
			return r
		}, line)
	}
	painted := strings.NewReplacer("\x01", "\x1b[1m", "\x02", "\x1b[22m", "\x03", "\x1b[2m", "\x04", "\x1b[22m").Replace(line)
	if isOpen(line) {
		painted += "\x1b[0m"
	}
	return painted
}

func isOpen(line string) bool {
	last := strings.LastIndexAny(line, "\x01\x02\x03\x04")
	return last >= 0 && (line[last] == markOn || line[last] == dimOn)
}

// spans puts marks around what matches: bold where there is colour, square
// brackets where there is none.
func (t terminal) spans(spans []search.Span) string {
	var b strings.Builder
	marks := 0
	for _, s := range spans {
		switch text := safeAfter(s.Text, &marks); {
		case !s.Mark:
			b.WriteString(text)
		case t.color:
			b.WriteString(bold(text))
		default:
			b.WriteString("[" + text + "]")
		}
	}
	return b.String()
}

func width(s string) int { return displaywidth.String(s) }

// cut shortens a line to at most w cells.
func cut(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w < 1 {
		return ""
	}
	s = strings.TrimRight(displaywidth.TruncateString(s, w-1, ""), " ") + "…"
	if strings.Count(s, string(markOn)) > strings.Count(s, string(markOff)) {
		s += string(markOff)
	}
	if strings.Count(s, string(dimOn)) > strings.Count(s, string(dimOff)) {
		s += string(dimOff)
	}
	return s
}

// pad fills a line with blanks to w cells.
func pad(s string, w int, right bool) string {
	blanks := strings.Repeat(" ", max(w-width(s), 0))
	if right {
		return blanks + s
	}
	return s + blanks
}
