package pdf

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// compose makes the text of the pages: without running heads, columns one
// after the other, words whole that the ends of lines part, lines joined to
// paragraphs.
func (rd *reader) compose() {
	rd.doc.derivedTitle(rd.pages)
	for i, page := range withoutHeads(rd.pages) {
		rd.pages[i] = unweave(page, maxColumns)
	}
	w := writer{}
	for _, page := range rd.pages {
		w.newPage, w.pitch = true, pitchOf(page)
		for _, s := range page {
			w.add(s)
		}
	}
	rd.doc.Text = ligatures.Replace(strings.TrimSpace(strings.NewReplacer(string(hyphenMark), "-", "\u00ad", "").Replace(w.text.String())))
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// maxColumns is how many times a page is looked through for columns that its
// lines run across.
const maxColumns = 3

const (
	wovenLines = 5  // that run across two columns, at least
	proseWidth = 18 // characters of a line in a column; a cell of a table has fewer
)

// unweave puts columns one after the other where the file has them line by
// line, left and right in turn. Lines that cross both stay where they are.
func unweave(page []segment, columns int) []segment {
	gutter, ok := gutterOf(page)
	if !ok || columns <= 1 {
		return page
	}
	ordered := make([]segment, 0, len(page))
	var left, right []segment
	flush := func() {
		ordered = append(append(ordered, unweave(left, columns-1)...), unweave(right, columns-1)...)
		left, right = nil, nil
	}
	for _, s := range page {
		switch {
		case s.right <= gutter:
			left = append(left, s)
		case s.left >= gutter:
			right = append(right, s)
		default:
			flush()
			ordered = append(ordered, s)
		}
	}
	flush()
	return ordered
}

// gutterOf finds the middle of the gap between two columns of prose whose
// lines come in turn.
func gutterOf(page []segment) (float32, bool) {
	var gaps []box
	for i, s := range page[min(1, len(page)):] {
		if last := page[i]; last.sameLine(s) && last.right < s.left && len(last.text) >= proseWidth && len(s.text) >= proseWidth {
			gaps = append(gaps, box{left: last.right, right: s.left})
		}
	}
	if len(gaps) < wovenLines {
		return 0, false
	}
	slices.SortFunc(gaps, func(a, b box) int { return int(a.left+a.right) - int(b.left+b.right) })
	middle := gaps[len(gaps)/2]
	gutter, across := (middle.left+middle.right)/2, 0
	for _, g := range gaps {
		if g.left < gutter && gutter < g.right {
			across++
		}
	}
	return gutter, across >= wovenLines && across*4 >= len(gaps)*3
}

func (s segment) sameLine(o segment) bool {
	size := max(s.size, o.size)
	return o.bottom > s.bottom-size/2 && o.bottom < s.bottom+size/2
}

// pitchOf gives the usual distance of two lines below each other, 0 where
// there are too few.
func pitchOf(page []segment) float32 {
	var steps []float32
	for i, s := range page[min(1, len(page)):] {
		last := page[i]
		if step := last.bottom - s.bottom; step > s.size/2 && step < 3*s.size && alike(last.size, s.size) && last.above(s) {
			steps = append(steps, step)
		}
	}
	if len(steps) < wovenLines {
		return 0
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}

// above reports lines of which one stands over the other.
func (s segment) above(o segment) bool { return s.left < o.right && o.left < s.right }

func alike(a, b float32) bool { return min(a, b) > .8*max(a, b) }

// writer joins lines.
type writer struct {
	text    bytes.Buffer
	last    segment
	newPage bool
	pitch   float32 // of the lines of the page, 0 if unknown
}

func (w *writer) add(s segment) {
	switch {
	case w.text.Len() == 0:
	case w.partsWord(s):
		w.unhyphen()
	case w.goesOn(s):
		w.text.WriteString(blank(w.last.text, s.text))
	default:
		w.text.WriteString("\n\n")
	}
	w.text.WriteString(s.text)
	w.last, w.newPage = s, false
}

// blank is what two lines of a paragraph have between them.
func blank(last, next string) string {
	before, _ := utf8.DecodeLastRuneInString(last)
	after, _ := utf8.DecodeRuneInString(next)
	if unblanked(before) && unblanked(after) {
		return ""
	}
	return " "
}

// goesOn reports a line that belongs to the paragraph of the last.
func (w *writer) goesOn(s segment) bool {
	last := w.last
	switch {
	case w.newPage || s.bottom > last.top: // another page or column
		return startsLower(s.text) && !endsSentence(last.text)
	case last.sameLine(s):
		return true
	case last.bottom-s.bottom > w.farthest(s) || !alike(last.size, s.size):
		return false
	case !endsSentence(last.text):
		return true
	}
	indented := s.left >= last.left+s.size/2
	short := last.right <= s.left+.8*(s.right-s.left)
	return !indented && !short
}

// farthest is how far below each other the lines of a paragraph may stand.
func (w *writer) farthest(s segment) float32 {
	return max(1.6*max(w.last.size, s.size), 1.2*w.pitch)
}

func (w *writer) partsWord(s segment) bool {
	text := w.last.text
	marked := strings.HasSuffix(text, string(hyphenMark)) || strings.HasSuffix(text, "\u00ad")
	if !marked && !strings.HasSuffix(text, "-") {
		return false
	}
	_, n := utf8.DecodeLastRuneInString(text)
	before, _ := utf8.DecodeLastRuneInString(text[:len(text)-n])
	return unicode.IsLetter(before) && startsLower(s.text)
}

// unhyphen takes the hyphen away that the text ends in.
func (w *writer) unhyphen() {
	_, n := utf8.DecodeLastRune(w.text.Bytes())
	w.text.Truncate(w.text.Len() - n)
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

func endsSentence(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, `"'”’»)]`))
	return strings.ContainsRune(".!?:。！？：", r)
}
