package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every feature finds something in a small collection, and SQL finds as many
// as the page holds.
func TestFeatures(t *testing.T) {
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := featureCollection{name: "made", file: filepath.Join(dir, "made.jsonl.gz"), dir: filepath.Join(dir, "made"), schema: string(schema)}
	writeMadeArticles(t, c.file)
	table, err := c.measure(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) > 3 && strings.TrimSpace(cells[2]) == "0" {
			t.Errorf("nothing found: %s", line)
		}
	}
	if !strings.Contains(table, "### made, 200 articles") || !strings.Contains(table, "| exactly this word") {
		t.Error(table)
	}
}

// writeMadeArticles makes articles of words in fixed shares: "every" stands in
// each, "fifth" in each fifth.
func writeMadeArticles(t *testing.T, path string) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	defer z.Close()
	words := []string{"mountain", "harbour", "engine", "letter", "garden", "silver", "winter", "bridge", "orchard", "kettle"}
	for n := range 200 {
		body := "The report of the day was written by somebody."
		for i, w := range words {
			if n%(i+2) == 0 {
				body += " " + w + " and"
			}
		}
		if n%40 == 0 {
			body += " Quartz was found by Mr Gorbachev."
		}
		a := article{ID: fmt.Sprint(n), Title: fmt.Sprintf("%s number %d", words[n%10], n), Body: body, Date: fmt.Sprintf("2007-%02d-%02d", n%12+1, n%28+1), Source: "Made"}
		if err := json.NewEncoder(z).Encode(a); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFeatureReport(t *testing.T) {
	c := &featureCollection{name: "x"}
	ms := func(n int) []time.Duration { return []time.Duration{time.Duration(n) * time.Millisecond} }
	took := []*featureTimes{
		{feature: feature{name: "fast"}, withs: ms(4), offs: ms(1), sqls: ms(2)},
		{feature: feature{name: "slow"}, withs: ms(5), sqls: ms(2)},
	}
	got := c.report(took)
	for _, want := range []string{"More than twice as long as plain FTS5: slow.", "| fast    |     0 |    4.00 |       1.00 | 4.00 |     2.00 | 2.00 |"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
