package pdf

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxTitle    = 200  // bytes
	titleSize   = 1.25 // times that of most of the text
	maxTitleRun = 5    // lines
)

// derivedTitle takes the lines in the largest type of the first page where no
// property gives a title: only where it is much larger than the text, and
// stands in one place.
func (d *Document) derivedTitle(pages [][]segment) {
	if d.Title != "" || len(pages) == 0 {
		return
	}
	page := slices.DeleteFunc(slices.Clone(pages[0]), func(s segment) bool { return !isTitle(s.text) })
	largest := float32(0)
	for _, s := range page {
		largest = max(largest, s.size)
	}
	if largest <= 0 || largest < titleSize*textSize(pages) {
		return
	}
	big := func(s segment) bool { return s.size > .95*largest }
	first := slices.IndexFunc(page, big)
	run := page[first:]
	if end := slices.IndexFunc(run, func(s segment) bool { return !big(s) }); end >= 0 {
		if slices.ContainsFunc(run[end:], big) {
			return
		}
		run = run[:end]
	}
	if title := joined(run); len(run) <= maxTitleRun && len(title) <= maxTitle && isTitle(title) {
		d.Title, d.TitleDerived = title, true
	}
}

// joined makes one line of several.
func joined(run []segment) string {
	var w writer
	for _, s := range run {
		if w.text.Len() > 0 && w.partsWord(s) {
			w.unhyphen()
		} else if w.text.Len() > 0 {
			w.text.WriteString(blank(w.last.text, s.text))
		}
		w.text.WriteString(s.text)
		w.last = s
	}
	return ligatures.Replace(strings.ReplaceAll(w.text.String(), string(hyphenMark), "-"))
}

// textSize gives the size that most characters of the first pages have.
func textSize(pages [][]segment) float32 {
	counts := map[float32]int{}
	for _, page := range pages[:min(len(pages), 3)] {
		for _, s := range page {
			counts[s.size] += utf8.RuneCountInString(s.text)
		}
	}
	most := float32(0)
	for size, n := range counts {
		if n > counts[most] || n == counts[most] && size > most {
			most = size
		}
	}
	return most
}
