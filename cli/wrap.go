package cli

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/clipperhouse/displaywidth"
)

// wrap breaks one line, without \n, into lines of at most w cells, at blanks
// and between characters that take two cells (Chinese, Japanese). A longer
// word is broken anywhere.
func wrap(line string, w int) []string {
	if width(line) <= w {
		return []string{strings.TrimRight(line, " ")}
	}
	wr := wrapper{max: max(w, 2)}
	for _, word := range strings.Fields(line) {
		wr.word(word)
	}
	return wr.done()
}

// printWrapped writes a line, and on a terminal as many as it takes.
func (e *env) printWrapped(line string) error {
	lines := []string{line}
	if e.term.width > 0 {
		lines = wrap(line, e.term.width)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(e.out, e.term.paint(line)); err != nil {
			return err
		}
	}
	return nil
}

type wrapper struct {
	max   int
	lines []string
	line  strings.Builder
	used  int
}

func (w *wrapper) word(word string) {
	n := width(word)
	if w.used > 0 && w.used+1+n <= w.max {
		w.write(" "+word, n+1)
		return
	}
	if n <= w.max && (!isWide(word) || w.used+2 > w.max) {
		w.flush()
		w.write(word, n)
		return
	}
	w.pieces(word)
}

// pieces breaks a word that fits on no line, or has no blanks because its
// script has none.
func (w *wrapper) pieces(word string) {
	if w.used > 0 {
		w.write(" ", 1)
	}
	g := displaywidth.StringGraphemes(word)
	for g.Next() {
		if w.used+g.Width() > w.max {
			w.flush()
		}
		w.write(g.Value(), g.Width())
	}
}

func (w *wrapper) write(s string, n int) {
	w.line.WriteString(s)
	w.used += n
}

// flush ends the line; a style that is open goes on in the next.
func (w *wrapper) flush() {
	if w.used == 0 {
		return
	}
	line := trimBlanks(w.line.String())
	w.lines = append(w.lines, line)
	w.line.Reset()
	w.used = 0
	if isOpen(line) {
		w.line.WriteByte(line[strings.LastIndexAny(line, "\x01\x02\x03\x04")])
	}
}

// trimBlanks removes the blanks at a line's end, and keeps marks among them.
func trimBlanks(line string) string {
	text := strings.TrimRight(line, " \x01\x02\x03\x04")
	return text + strings.ReplaceAll(line[len(text):], " ", "")
}

func (w *wrapper) done() []string {
	w.flush()
	return w.lines
}

func isWide(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
	}) >= 0
}

// bullet matches what stands before the words of a list item, and the
// indentation of any line.
var bullet = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^ *(?:(?:[-*•–‣◦▪·]|[0-9]{1,3}[.)]) +)?`)
})

// paragraphCells is a length that no line broken by hand has: a longer one is
// a paragraph of its own.
const paragraphCells = 120

// wrapText wraps text of several lines. Line ends are kept; the further lines
// of a list item hang under its first word; a paragraph is set apart by an
// empty line where the text has none.
func wrapText(text string, w int) []string {
	var lines []string
	wasLong := false
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			lines = append(lines, "")
			wasLong = false
			continue
		}
		isLong := width(line) > paragraphCells
		apart := len(lines) > 0 && lines[len(lines)-1] != "" && !isItem(line)
		if apart && (isLong || wasLong) {
			lines = append(lines, "")
		}
		wasLong = isLong
		lines = append(lines, wrapItem(line, w)...)
	}
	return lines
}

func isItem(line string) bool {
	return strings.TrimSpace(bullet().FindString(line)) != ""
}

func wrapItem(line string, w int) []string {
	lead := bullet().FindString(line)
	indent := width(lead)
	if indent > w/2 {
		lead, indent = "", 0
		line = strings.TrimLeft(line, " ")
	}
	lines := wrap(line[len(lead):], w-indent)
	for i := range lines {
		before := strings.Repeat(" ", indent)
		if i == 0 {
			before = lead
		}
		lines[i] = strings.TrimRight(before+lines[i], " ")
	}
	return lines
}

// wrapAtMost wraps to at most n lines; the last one is cut if more follows.
func wrapAtMost(s string, w, n int) []string {
	if w < 2 {
		return []string{cut(s, w)}
	}
	lines := wrap(s, w)
	if len(lines) <= n {
		return lines
	}
	rest := strings.Join(lines[n-1:], " ")
	return append(lines[:n-1:n-1], cut(rest, w))
}
