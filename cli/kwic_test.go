package cli

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/search"
	"example.com/archive/store"
)

// kwicLines lays out lines in a terminal of so many cells.
func kwicLines(t *testing.T, cells, side int, lines ...search.Line) []string {
	t.Helper()
	var out bytes.Buffer
	table := &kwicTable{w: &out, term: terminal{width: cells, color: true}, side: side}
	for i, l := range lines {
		l.Row = &store.Row{}
		l.Row.ID = int64(i + 1)
		if err := table.line(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.close(); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")[1:]
}

var styles = regexp.MustCompile("\x1b\\[[0-9]*m")

// The match begins in the same cell of every line and no line is too long,
// whatever the script.
func TestKwicAlignment(t *testing.T) {
	lines := []search.Line{
		{Left: strings.Repeat("before the ", 30), Match: "guarantee", Right: strings.Repeat(" and after it", 30)},
		{Left: "", Match: "guarantee", Right: ""},
		{Left: strings.Repeat("安全保証は必要だ", 20), Match: "北京", Right: strings.Repeat("市以福满京城", 20)},
		{Left: strings.Repeat("e\u0301te\u0301 ", 40), Match: "cafe\u0301", Right: strings.Repeat(" a\u0308o\u0308", 40)},
		{Left: strings.Repeat("👨‍👩‍👧 🇺🇦 ", 30), Match: "❤️x", Right: strings.Repeat(" 👍🏽", 40)},
		{Left: strings.Repeat("وزير الخارجية ", 20), Match: "المصري", Right: strings.Repeat(" سامح شكري", 20)},
		{Left: strings.Repeat("שלום ", 30), Match: "ביטחון", Right: strings.Repeat(" עולם", 30)},
		{Left: strings.Repeat("x", 500), Match: strings.Repeat("long match ", 40), Right: strings.Repeat("y", 500)},
		{Left: "a\x1b[31m\u202eb ", Match: "c\x07d", Right: "\u0301\u0301 e"},
	}
	for _, cells := range []int{40, 80, 200} {
		want := -1
		for i, line := range kwicLines(t, cells, -1, lines...) {
			before, _, found := strings.Cut(line, "\x1b[1m")
			if !found {
				t.Fatalf("%d cells: no match is bold in %q", cells, line)
			}
			if at := width(before); want < 0 {
				want = at
			} else if at != want {
				t.Errorf("%d cells: the match of line %d begins at %d, want %d: %q", cells, i+1, at, want, line)
			}
			if got := width(styles.ReplaceAllString(line, "")); got > cells {
				t.Errorf("line %d takes %d of %d cells: %q", i+1, got, cells, line)
			}
			if strings.ContainsAny(styles.ReplaceAllString(line, ""), "\x1b\x07\u202e") {
				t.Errorf("line %d is not harmless: %q", i+1, line)
			}
		}
		if want < cells/3 || want > cells*2/3 {
			t.Errorf("%d cells: the matches begin at %d, not in the middle", cells, want)
		}
	}
}

// Each part of a line in a script written from right to left stands by itself.
func TestKwicRightToLeft(t *testing.T) {
	line := kwicLines(t, 40, -1, search.Line{Left: "وزير ", Match: "مصر", Right: " شكري"})[0]
	if want := "\u200eوزير \u200e\x1b[1mمصر\x1b[22m\u200e شكري"; !strings.HasPrefix(line, "\u200e") || !strings.HasSuffix(line, want) {
		t.Errorf("%q does not end in %q", line, want)
	}
	if line := kwicLines(t, 40, -1, search.Line{Left: "the ", Match: "word", Right: " 北京"})[0]; strings.Contains(line, "\u200e") {
		t.Errorf("%q has a mark that it does not need", line)
	}
}

func TestKwicWidth(t *testing.T) {
	l := search.Line{Left: "one two three ", Match: "four", Right: " five six seven"}
	for _, tt := range []struct {
		cells, side int
		want        string
	}{
		{80, 10, " 1  –     two three \x1b[1mfour\x1b[22m five six"},
		{80, 0, " 1  –     \x1b[1mfour\x1b[22m"},
		{0, 4, " 1  –     –           \x1b[1mfour\x1b[22m"},
		{0, 5, " 1  –     –            \x1b[1mfour\x1b[22m five"},
		{0, -1, " 1  –     –       " + strings.Repeat(" ", 46) + "one two three \x1b[1mfour\x1b[22m five six seven"},
	} {
		if line := kwicLines(t, tt.cells, tt.side, l)[0]; line != tt.want {
			t.Errorf("%d cells, %d on each side: %q, want %q", tt.cells, tt.side, line, tt.want)
		}
	}
}

func TestCells(t *testing.T) {
	for _, tt := range []struct {
		s           string
		w           int
		first, last string
	}{
		{"one two three", 20, "one two three", "one two three"},
		{"one two three", 9, "one two", "two three"},
		{"one two three", 8, "one two", "three"},
		{"one two three", 2, "on", "ee"},
		{"one two three", 0, "", ""},
		{"北京市以福", 5, "北京", "以福"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301", "e\u0301e\u0301"},
		{"👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧", "👨‍👩‍👧"},
		{strings.Repeat("x", 90) + " y", 40, strings.Repeat("x", 40), strings.Repeat("x", 38) + " y"},
	} {
		if got := firstCells(tt.s, tt.w); got != tt.first {
			t.Errorf("the first %d cells of %q are %q, want %q", tt.w, tt.s, got, tt.first)
		}
		if got := lastCells(tt.s, tt.w); got != tt.last {
			t.Errorf("the last %d cells of %q are %q, want %q", tt.w, tt.s, got, tt.last)
		}
	}
}

func FuzzCells(f *testing.F) {
	f.Add("one two 北京 e\u0301 👨‍👩‍👧", 7)
	f.Fuzz(func(t *testing.T, s string, w int) {
		s, w = safeText(s), max(min(w, 200), 0)
		for _, got := range []string{firstCells(s, w), lastCells(s, w), cutMiddle(s, w)} {
			if width(got) > w {
				t.Errorf("%q takes %d cells, not %d", got, width(got), w)
			}
		}
	})
}

// The document names every field of a concordance and of its collocates.
func TestKwicDocument(t *testing.T) {
	doc, err := os.ReadFile("../docs/output.md")
	if err != nil {
		t.Fatal(err)
	}
	_, doc, _ = bytes.Cut(doc, []byte("## Concordances\n"))
	doc, _, _ = bytes.Cut(doc, []byte("\n## "))
	var listed []string
	for line := range strings.Lines(string(doc)) {
		if cell, ok := strings.CutPrefix(line, "| `"); ok {
			cell, _, _ = strings.Cut(cell, "|")
			listed = append(listed, regexp.MustCompile("[a-z_]+").FindAllString(cell, -1)...)
		}
	}
	if diff := cmp.Diff(append(kwicFieldNames(), collocateFields...), listed); diff != "" {
		t.Errorf("docs/output.md lists other fields than there are:\n%s", diff)
	}
}
