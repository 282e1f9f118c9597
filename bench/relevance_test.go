package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A collection made here, with what breaks programs: a text held twice, one
// that is empty, queries with signs of the query language in them.
func TestRelevanceOfACollection(t *testing.T) {
	data, runs := t.TempDir(), t.TempDir()
	write(t, filepath.Join(data, "small", "corpus.jsonl"), `{"id":"d1","title":"","text":"The harbour was closed after the storm, the port authority said."}
{"id":"d2","title":"Grain","text":"Ships with grain wait outside the harbour."}
{"id":"d3","title":"Grain","text":"Ships with grain wait outside the harbour."}
{"id":"d4","title":"","text":""}
{"id":"d5","title":"Weather","text":"Snow is expected in the mountains."}
`)
	write(t, filepath.Join(data, "small", "queries.tsv"), "q1\tgrain: (what \"ships\" wait - and where?)\nq2\tsnow\nq3\t?\n")
	write(t, filepath.Join(data, "small", "qrels.tsv"), "q1\td2\t1\nq1\td3\t1\nq2\td5\t1\nq3\td5\t1\n")

	var out bytes.Buffer
	err := run(t.Context(), []string{"relevance", "-data", data, "-runs", runs, "-doc", "", "small"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	cells := strings.Fields(strings.ReplaceAll(lastLine(out.String()), "|", " "))
	// Two of three queries are answered perfectly, with two and one relevant.
	if want := "small 3 (1 not read) 3 .667 .667 .100 .667 1"; !strings.HasPrefix(strings.Join(cells, " "), want) {
		t.Errorf("%q, want %q", cells, want)
	}
	got, err := os.ReadFile(filepath.Join(runs, "small.trec"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "q1 Q0 d2 1 1000 archive\nq1 Q0 d3 2 999 archive\nq2 Q0 d5 1 1000 archive\n"; string(got) != want {
		t.Errorf("run:\n%s\nwant:\n%s", got, want)
	}
}

func TestRelevanceWithoutCollections(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"relevance", "-data", t.TempDir()}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "skipped: no test collections here") {
		t.Errorf("%q", out.String())
	}
}

func TestReadCollectionRefusesWhatIsNone(t *testing.T) {
	data := t.TempDir()
	var absent *absentError
	if _, err := readCollection(data, "missing"); !errors.As(err, &absent) {
		t.Errorf("absent: %v", err)
	}
	write(t, filepath.Join(data, "bad", "corpus.jsonl"), "")
	write(t, filepath.Join(data, "bad", "queries.tsv"), "q1\tone\n")
	for _, qrels := range []string{"q1\td1\n", "q1\td1\tmuch\n"} {
		write(t, filepath.Join(data, "bad", "qrels.tsv"), qrels)
		if _, err := readCollection(data, "bad"); err == nil || !strings.Contains(err.Error(), "qrels.tsv, line 1") {
			t.Errorf("%q: %v", qrels, err)
		}
	}
}

func TestReplaceSection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "doc.md")
	write(t, path, "before\n<!-- x -->\nold\n<!-- /x -->\nafter\n")
	for range 2 {
		if err := replaceSection(path, "x", "new\n\nlines\n"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if want := "before\n<!-- x -->\nnew\n\nlines\n<!-- /x -->\nafter\n"; err != nil || string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
	if err := replaceSection(path, "y", "new"); err == nil {
		t.Error("a section that is not there was replaced")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
