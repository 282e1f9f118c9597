package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMixedLoad is the whole load for a moment, on a few articles.
func TestMixedLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeArticles(t, dir, realArticles(30))
	s, err := parseLoadSettings(root, []string{"-data", dir, "-dir", dir, "-articles", "60", "-readers", "4", "-searches", "300",
		"-pause", "10ms", "-backups", "500ms", "-optimizes", "700ms", "-samples", "100ms"})
	if err != nil {
		t.Fatal(err)
	}
	l := &loaded{loadSettings: s, root: root, log: io.Discard}
	if err := l.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, err := range l.wrong {
		t.Error(err)
	}
	if n := l.searches.Load(); n < 300 || len(l.samples) == 0 || len(l.batches) == 0 {
		t.Errorf("%d searches, %d samples, %d files of new articles", n, len(l.samples), len(l.batches))
	}
	report := l.report()
	for _, want := range []string{
		`-searches 300`, `\| searches, each checked +\| +[3-9]\d\d \|`, `\| imports of new articles +\| +[1-9]\d* \|`,
		`Failed or wrong: 0\.`, `\| minutes \| searches \|`, `rises by -?\d+\.\d MB`,
	} {
		if !regexp.MustCompile(want).MatchString(report) {
			t.Errorf("the report has no %s:\n%s", want, report)
		}
	}
	if strings.Contains(report, dir) {
		t.Errorf("the report names a folder:\n%s", report)
	}

	// What is wrong is seen.
	if err := l.openAnew(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer l.archive.Close()
	i := slices.IndexFunc(l.fixed, func(f fixedQuery) bool { return len(f.found) > 0 })
	lost := l.fixed[i]
	lost.found = lost.found[1:]
	if err := l.findSame(t.Context(), lost); err == nil {
		t.Errorf("%s: an article too many is not seen", lost.text)
	}
	b := l.batches[0]
	b.articles++
	if err := l.findBatch(t.Context(), b); err == nil {
		t.Error("an article too few is not seen")
	}
	b.articles = 1
	if err := l.findBatch(t.Context(), b); err == nil {
		t.Error("articles too many are not seen")
	}
}

func TestMixedLoadWithoutArticles(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"load", "-data", t.TempDir()}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "skipped: "+articlesName+" is not here") {
		t.Errorf("%q", out.String())
	}
}

// Every operator, field and property that the language describes is among the
// queries.
func TestLoadAsksEverything(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	documented, err := documentedQueries(root)
	if err != nil {
		t.Fatal(err)
	}
	forms := "\n" + strings.Join(slices.Concat(loadForms, looseForms), "\n") + "\n"
	fields := regexp.MustCompile(`\b[a-z]+:`)
	for _, field := range fields.FindAllString(strings.Join(documented, "\n"), -1) {
		if !strings.Contains(forms, field) {
			t.Errorf("no form has the field %s", field)
		}
	}
	for _, want := range []string{" OR ", " AND ", " NOT ", " | ", " -(", "~5", "NEAR/", "ADJ/", "SAME", "PARA", "*\n", "\n*\n", "\n=", "~\n", "~2", "is:old", "has:cites", "date:7d"} {
		if !strings.Contains(forms, want) {
			t.Errorf("no form has %q", want)
		}
	}
}

func TestSlope(t *testing.T) {
	var samples []sample
	for i := range 20 {
		s := sample{at: time.Duration(i) * time.Minute, heap: 5}
		if i >= 10 {
			s.heap = int64(i) * 10 // 600 an hour
		}
		samples = append(samples, s)
	}
	heap := func(s sample) float64 { return float64(s.heap) }
	if got := slope(samples, heap); math.Abs(got-600) > 1e-6 {
		t.Errorf("%v an hour, want 600", got)
	}
	if got := slope(samples[:1], heap); got != 0 {
		t.Errorf("of one sample: %v", got)
	}
}

func TestMarkersDiffer(t *testing.T) {
	seen := make(map[string]bool)
	for n := range 5000 {
		seen[marker(n)] = true
	}
	if len(seen) != 5000 || !regexp.MustCompile("^[a-z]+$").MatchString(fmt.Sprint(marker(4999))) {
		t.Errorf("%d markers", len(seen))
	}
}
