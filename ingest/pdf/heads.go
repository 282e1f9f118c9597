package pdf

import (
	"strings"
	"unicode"
)

const (
	minRepeats   = 3   // pages that a running head or foot stands on
	maxHeadLines = 3   // of one head or foot
	maxHeadText  = 200 // bytes of one of its lines
)

// row is what stands on one line of a page, in all columns.
type row struct {
	bottom, size float32
	segments     []int // their numbers
}

// withoutHeads leaves out the lines that several pages have above or below
// everything else, but for their numbers. A page that holds nothing else
// keeps them.
func withoutHeads(pages [][]segment) [][]segment {
	counts := map[string]int{}
	margins := make([][]row, len(pages))
	for i, page := range pages {
		margins[i] = margin(page)
		seen := map[string]bool{}
		for _, r := range margins[i] {
			if text := folded(r, page); text != "" && !seen[text] {
				seen[text] = true
				counts[text]++
			}
		}
	}
	kept := make([][]segment, len(pages))
	for i, page := range pages {
		heads := map[int]bool{}
		for _, r := range margins[i] {
			if counts[folded(r, page)] >= minRepeats {
				for _, n := range r.segments {
					heads[n] = true
				}
			}
		}
		kept[i] = without(page, heads)
	}
	return kept
}

func without(page []segment, left map[int]bool) []segment {
	if len(left) == 0 || len(left) == len(page) {
		return page
	}
	kept := make([]segment, 0, len(page)-len(left))
	for i, s := range page {
		if !left[i] {
			kept = append(kept, s)
		}
	}
	return kept
}

// margin gives the rows of a page that can be its head and foot.
func margin(page []segment) []row {
	heads := detached(outermost(page, 1), page)
	return append(heads, detached(outermost(page, -1), page)...)
}

// outermost gives the highest rows of a page (up is 1) or the lowest (-1),
// the outermost first, and one more than a head may have.
func outermost(page []segment, up float32) []row {
	var rows []row
	for i, s := range page {
		at := len(rows)
		for at > 0 && up*(s.bottom-rows[at-1].bottom) > 0 {
			at--
		}
		switch {
		case at > 0 && rows[at-1].holds(s):
			rows[at-1].segments = append(rows[at-1].segments, i)
		case at < len(rows) && rows[at].holds(s):
			rows[at].segments = append(rows[at].segments, i)
		case at <= maxHeadLines:
			rows = append(rows[:at], append([]row{{s.bottom, s.size, []int{i}}}, rows[at:min(len(rows), maxHeadLines)]...)...)
		}
	}
	return rows
}

func (r row) holds(s segment) bool {
	distance := max(r.bottom-s.bottom, s.bottom-r.bottom)
	return distance < max(r.size, s.size)/2
}

// detached gives the rows in front of a gap that is wider than between lines;
// where there is none, the first if it is a page number.
func detached(rows []row, page []segment) []row {
	last := -1
	for i := range len(rows) - 1 {
		a, b := rows[i], rows[i+1]
		if max(a.bottom-b.bottom, b.bottom-a.bottom) > 1.6*max(a.size, b.size) {
			last = i
		}
	}
	if last < 0 && len(rows) > 0 && strings.Trim(folded(rows[0], page), "# -–—|/.") == "" {
		last = 0
	}
	return rows[:last+1]
}

// folded gives what a row says but for its numbers, "" where it can be no
// head: rows of nothing but numbers are those of a table, if they are many.
func folded(r row, page []segment) string {
	var b strings.Builder
	numbers, letters := 0, false
	inNumber := false
	for _, n := range r.segments {
		for _, c := range page[n].text {
			digit := unicode.IsDigit(c)
			if digit && !inNumber {
				numbers++
				b.WriteByte('#')
			}
			if inNumber = digit; digit {
				continue
			}
			letters = letters || unicode.IsLetter(c)
			b.WriteRune(unicode.ToLower(c))
		}
		if b.WriteByte(' '); b.Len() > maxHeadText {
			return ""
		}
		inNumber = false
	}
	if !letters && numbers > 2 {
		return ""
	}
	return b.String()
}
