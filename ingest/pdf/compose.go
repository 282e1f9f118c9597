package pdf

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// compose makes the text of the pages: without running heads, words whole
// that the ends of lines part, lines joined to paragraphs.
func (rd *reader) compose() {
	rd.doc.derivedTitle(rd.pages)
	heads := runningHeads(rd.pages)
	var w writer
	for _, page := range rd.pages {
		w.newPage = true
		for _, s := range page {
			if !heads[placeOf(s)] {
				w.add(s)
			}
		}
	}
	rd.doc.Text = ligatures.Replace(strings.TrimSpace(strings.NewReplacer(string(hyphenMark), "-", "\u00ad", "").Replace(w.text.String())))
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// place is where a line stands on its page, in points, and what it says but
// for its numbers.
type place struct {
	y    int
	text string
}

func placeOf(s segment) place {
	text := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '#'
		}
		return unicode.ToLower(r)
	}, s.text)
	return place{int(s.bottom+.5) / 4, strings.ReplaceAll(text, "##", "#")}
}

// minRepeats is on how many pages a line stands at the same place that is a
// running head or foot.
const minRepeats = 3

// runningHeads finds the lines that stand at the same place of several pages,
// above or below everything else.
func runningHeads(pages [][]segment) map[place]bool {
	counts := map[place]int{}
	for _, page := range pages {
		seen := map[place]bool{}
		for _, s := range page {
			if p := placeOf(s); isMarginal(s, page) && !seen[p] {
				seen[p] = true
				counts[p]++
			}
		}
	}
	heads := map[place]bool{}
	for p, n := range counts {
		if n >= minRepeats {
			heads[p] = true
		}
	}
	return heads
}

// isMarginal reports one of the two highest or lowest lines of a page.
func isMarginal(s segment, page []segment) bool {
	above, below := 0, 0
	for _, o := range page {
		if o.bottom > s.top {
			above++
		}
		if o.top < s.bottom {
			below++
		}
		if above > 2 && below > 2 {
			return false
		}
	}
	return true
}

// writer joins lines.
type writer struct {
	text    bytes.Buffer
	last    segment
	newPage bool
}

func (w *writer) add(s segment) {
	switch sep := w.between(s); {
	case w.text.Len() == 0:
	case w.partsWord(s):
		w.unhyphen()
	default:
		w.text.WriteString(sep)
	}
	w.text.WriteString(s.text)
	w.last, w.newPage = s, false
}

// between says what parts a line from the last: a blank inside a paragraph.
func (w *writer) between(s segment) string {
	last := w.last
	size := max(last.size, s.size)
	switch {
	case w.newPage || s.bottom > last.top: // another page or column
		if startsLower(s.text) && !endsSentence(last.text) {
			return " "
		}
	case s.bottom > last.bottom-size/2 && s.bottom < last.bottom+size/2: // the same line
		return " "
	case last.bottom-s.bottom < 1.6*size && min(last.size, s.size) > .8*size:
		if !endsSentence(last.text) || s.left < last.left+size/2 && last.right > s.left+.8*(s.right-s.left) {
			return " "
		}
	}
	return "\n\n"
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
	return strings.ContainsRune(".!?:", r)
}

// derivedTitle takes the largest type of the first page where no property
// gives a title.
func (d *Document) derivedTitle(pages [][]segment) {
	if d.Title != "" || len(pages) == 0 || len(pages[0]) == 0 {
		return
	}
	largest, smallest := float32(0), pages[0][0].size
	for _, s := range pages[0] {
		largest, smallest = max(largest, s.size), min(smallest, s.size)
	}
	if largest < 1.2*smallest {
		return
	}
	var parts []string
	for _, s := range pages[0] {
		if s.size > .95*largest {
			parts = append(parts, s.text)
		}
	}
	title := strings.Join(parts, " ")
	if len(title) <= 200 && isTitle(title) {
		d.Title, d.TitleDerived = title, true
	}
}
