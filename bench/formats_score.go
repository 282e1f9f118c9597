package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"example.com/archive/ingest"
	"example.com/archive/store"
)

// tally counts right answers of those expected.
type tally struct {
	right, of int
	wrong     []string
}

func (t *tally) add(page, want, got string, same func(want, got string) bool) {
	if want == "" {
		return
	}
	t.of++
	if same(want, got) {
		t.right++
		return
	}
	t.wrong = append(t.wrong, fmt.Sprintf("%s: %q, expected %q", page, got, want))
}

func (t *tally) cells() []string {
	return []string{fmt.Sprintf("%d/%d", t.right, t.of), digits(float64(t.right) / float64(max(t.of, 1)))}
}

func sameText(want, got string) bool {
	return strings.EqualFold(strings.Join(wordsIn(want), " "), strings.Join(wordsIn(got), " "))
}

// sameDay compares dates to the day, each as it is written, or to the second
// where they are written in different zones.
func sameDay(want, got string) bool {
	w, ok := ingest.ReadDate(want)
	g, okGot := ingest.ReadDate(got)
	return ok && okGot && (day(w) == day(g) || sameInstant(w.String(), g.String()))
}

func sameInstant(a, b string) bool {
	first, err := time.Parse(time.RFC3339, a)
	second, errSecond := time.Parse(time.RFC3339, b)
	return err == nil && errSecond == nil && first.Equal(second)
}

func day(d store.Date) string {
	s := d.String()
	return s[:min(len(s), len("2006-01-02"))]
}

// words cuts text at everything but letters, digits and marks.
func wordsIn(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// words4 counts the runs of four words in a text; a shorter text is one run.
func words4(s string) map[string]int {
	w := wordsIn(s)
	runs := map[string]int{}
	for i := range max(len(w)-3, min(len(w), 1)) {
		runs[strings.Join(w[i:min(i+4, len(w))], " ")]++
	}
	return runs
}

// ngramF1 compares bags; two empty ones are the same.
func ngramF1(got, want map[string]int) (precision, recall, f1 float64) {
	both, gots, wants := 0, 0, 0
	for g, n := range got {
		gots += n
		both += min(n, want[g])
	}
	for _, n := range want {
		wants += n
	}
	if gots == 0 && wants == 0 {
		return 1, 1, 1
	}
	precision, recall = float64(both)/float64(max(gots, 1)), float64(both)/float64(max(wants, 1))
	return precision, recall, 2 * float64(both) / float64(gots+wants)
}
