package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/clipperhouse/displaywidth"
	"golang.org/x/text/unicode/bidi"

	"example.com/archive/search"
)

// kwicTable aligns the lines of a concordance: what stands before the match
// ends where the match begins, which is the same column in every line.
type kwicTable struct {
	w       io.Writer
	term    terminal
	side    int // cells on each side; -1 for what fits
	pending []search.Line
	columns []kwicColumn // before the context
	left    int          // cells before the match
	laid    bool
}

// kwicColumn is a column before the context.
type kwicColumn struct {
	head  string
	text  func(l *search.Line) string
	right bool
	max   int // cells; 0 for any number
	from  int // cells of the terminal from which on it is shown
	width int
}

func kwicColumns() []kwicColumn {
	return []kwicColumn{
		{head: "ID", right: true, text: func(l *search.Line) string { return asText(l.Row.ID) }},
		{head: "DATE", from: 70, text: func(l *search.Line) string { return orNone(l.Row.Published.Day()) }},
		{head: "SOURCE", from: 100, max: 16, text: func(l *search.Line) string { return orNone(safeLine(l.Row.Source.Value)) }},
	}
}

// charsOf gives how many characters surely fill so many cells, where a few
// take none.
func charsOf(cells int) int { return 2*cells + 20 }

// context asks for what the widest column of context can hold.
func (t *kwicTable) context() int {
	switch {
	case t.term.width > 0 && t.side >= 0:
		return charsOf(min(t.side, t.term.width))
	case t.term.width > 0:
		return charsOf(t.term.width)
	case t.side >= 0:
		return charsOf(t.side)
	}
	return charsOf(defaultContext)
}

func (t *kwicTable) line(l search.Line) error {
	l.Left, l.Match, l.Right = safeText(l.Left), safeText(l.Match), strings.TrimLeftFunc(safeText(l.Right), isMark)
	t.pending = append(t.pending, l)
	if len(t.pending) < screenful {
		return nil
	}
	return t.close()
}

// close writes what is pending, a screenful or the rest.
func (t *kwicTable) close() error {
	if len(t.pending) == 0 {
		return nil
	}
	t.fit()
	if !t.laid {
		t.laid = true
		t.layOut()
		if err := t.print(t.header()); err != nil {
			return err
		}
	}
	for i := range t.pending {
		if err := t.print(t.row(&t.pending[i])); err != nil {
			return err
		}
	}
	t.pending = t.pending[:0]
	return nil
}

func (t *kwicTable) print(line string) error {
	_, err := fmt.Fprintln(t.w, t.term.paint(strings.TrimRight(line, " ")))
	return err
}

// fit makes the columns before the context as wide as they want to be; once
// there are lines above they only grow.
func (t *kwicTable) fit() {
	if t.columns == nil {
		t.columns = slices.DeleteFunc(kwicColumns(), func(c kwicColumn) bool { return t.term.width > 0 && t.term.width < c.from })
	}
	for i := range t.columns {
		c := &t.columns[i]
		c.width = max(c.width, width(c.head))
		for j := range t.pending {
			c.width = max(c.width, width(c.text(&t.pending[j])))
		}
		if c.max > 0 {
			c.width = min(c.width, c.max)
		}
	}
}

// room is what a line has for its context and the match.
func (t *kwicTable) room() int {
	room := t.term.width
	for _, c := range t.columns {
		room -= c.width + len(gap)
	}
	return max(room, 0)
}

// layOut shares the room: the match stands in the middle, judged by the
// longest of the first screenful.
func (t *kwicTable) layOut() {
	if t.term.width == 0 {
		t.left = defaultContext
		if t.side >= 0 {
			t.left = t.side
		}
		return
	}
	longest := 0
	for i := range t.pending {
		longest = max(longest, width(t.pending[i].Match))
	}
	t.left = (t.room() - min(longest, t.room()/3)) / 2
	if t.side >= 0 {
		t.left = min(t.left, t.side)
	}
}

func (t *kwicTable) header() string {
	var b strings.Builder
	for _, c := range t.columns {
		b.WriteString(pad(c.head, c.width, c.right) + gap)
	}
	b.WriteString(strings.Repeat(" ", t.left) + "MATCH")
	line := b.String()
	if t.term.width > 0 {
		line = cut(line, t.term.width)
	}
	return dim(line)
}

func (t *kwicTable) row(l *search.Line) string {
	var b strings.Builder
	for _, c := range t.columns {
		b.WriteString(pad(cut(c.text(l), c.width), c.width, c.right) + gap)
	}
	left, match := lastCells(l.Left, t.left), l.Match
	after := t.left
	if t.term.width > 0 {
		rest := t.room() - t.left
		match = cutMiddle(match, rest)
		after = rest - width(match)
		if t.side >= 0 {
			after = min(after, t.side)
		}
	} else if t.side < 0 {
		after = defaultContext
	}
	right := firstCells(l.Right, after)
	b.WriteString(strings.Repeat(" ", max(t.left-width(left), 0)))
	if isRightToLeft(left + match + right) {
		return string(leftToRight) + b.String() + string(leftToRight) + left + string(leftToRight) + bold(match) + string(leftToRight) + right
	}
	return b.String() + left + bold(match) + right
}

// leftToRight, the left-to-right mark, is invisible. Between columns it keeps
// a terminal that orders text by the bidirectional algorithm from taking
// Arabic or Hebrew on both sides of the match for one run, which it would turn
// round as a whole, the match out of its column.
const leftToRight = '\u200e'

func isRightToLeft(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		if r < 0x590 { // where Hebrew begins
			return false
		}
		p, _ := bidi.LookupRune(r)
		return p.Class() == bidi.R || p.Class() == bidi.AL
	})
}

// partOfWord is how many bytes of a word that is cut may be left out so that
// context begins and ends with whole words.
const partOfWord = 24

// firstCells gives the beginning of a text that takes at most w cells, whole
// words if they are not very long.
func firstCells(s string, w int) string {
	if width(s) <= w {
		return s
	}
	kept := displaywidth.TruncateString(s, max(w, 0), "")
	if len(kept) < len(s) && s[len(kept)] == ' ' {
		return kept
	}
	if blank := strings.LastIndexByte(kept, ' '); blank >= 0 && len(kept)-blank < partOfWord && isSpaced(kept[blank:]) {
		return kept[:blank]
	}
	return kept
}

// lastCells is firstCells for the end of a text.
func lastCells(s string, w int) string {
	over := width(s) - w
	if over <= 0 {
		return s
	}
	at := 0
	for g := displaywidth.StringGraphemes(s); over > 0 && g.Next(); {
		over -= g.Width()
		at += len(g.Value())
	}
	kept := strings.TrimLeftFunc(s[at:], isMark)
	if at == 0 || s[at-1] == ' ' {
		return kept
	}
	if blank := strings.IndexByte(kept, ' '); blank >= 0 && blank < partOfWord && isSpaced(kept[:blank]) {
		return kept[blank+1:]
	}
	return kept
}

// isSpaced reports whether a text is of a script that parts words by blanks.
func isSpaced(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	})
}

// cutMiddle shortens a long match to w cells, so that its first words and its
// last are seen.
func cutMiddle(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w < 5 {
		return displaywidth.TruncateString(s, max(w, 0), "")
	}
	half := (w - 3) / 2
	return strings.TrimSpace(firstCells(s, half)) + " … " + strings.TrimSpace(lastCells(s, w-3-half))
}
