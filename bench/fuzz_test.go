package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFuzzCounts fuzzes a module with a target that holds and one that does
// not.
func TestFuzzCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a module for the fuzzer")
	}
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/fuzzed\n\ngo 1.26.0\n",
		"part/part_test.go": `package part

import "testing"

func FuzzHolds(f *testing.F) {
	f.Add([]byte("a"))
	f.Fuzz(func(t *testing.T, b []byte) {})
}

func FuzzBreaks(f *testing.F) {
	f.Add([]byte("a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1 {
			t.Error("more than a byte")
		}
	})
}
`,
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	f := &fuzzing{root: root, each: "2000x", parallel: 1, log: &log}
	report, err := f.run(t.Context(), []string{"./..."})
	if err == nil || !strings.Contains(err.Error(), "FuzzBreaks") || strings.Contains(err.Error(), "FuzzHolds") {
		t.Errorf("error %v, want one that names FuzzBreaks alone", err)
	}
	rows := make(map[string][]string)
	for line := range strings.Lines(report) {
		if cells := strings.Fields(strings.ReplaceAll(line, "|", " ")); len(cells) == 5 {
			rows[cells[0]] = cells
		}
	}
	if row := rows["`FuzzHolds`"]; row == nil || row[1] != "`part`" || row[2] < "2,000" || row[4] != "0" {
		t.Errorf("FuzzHolds: %q in\n%s", row, report)
	}
	if row := rows["`FuzzBreaks`"]; row == nil || row[4] != "1" {
		t.Errorf("FuzzBreaks: %q in\n%s", row, report)
	}
	if !strings.Contains(log.String(), "more than a byte") {
		t.Errorf("the log does not say what breaks:\n%s", &log)
	}
	if kept, err := filepath.Glob(filepath.Join(root, "part/testdata/fuzz/FuzzBreaks/*")); len(kept) != 1 {
		t.Errorf("inputs kept: %q, error %v", kept, err)
	}
}

func TestParseFuzzed(t *testing.T) {
	const end = "\nfuzz: elapsed: 6s, execs: 1300 (1/sec), new interesting: 12 (total: 40)\n"
	for _, c := range []struct {
		said string
		want fuzzed
		own  bool
	}{
		{"fuzz: elapsed: 3s, execs: 1200 (400/sec), new interesting: 7 (total: 35)" + end + "PASS\n", fuzzed{1300, 12, false}, false},
		{"fuzz: elapsed: 0s, gathering baseline coverage: 0/28 completed\nfuzz: elapsed: 3s, gathering baseline coverage: 9/28 completed\n", fuzzed{9, 0, false}, false},
		{end + "--- FAIL: FuzzA (6.01s)\n    context deadline exceeded\nFAIL\n", fuzzed{1300, 12, false}, true},
		{end + "--- FAIL: FuzzA (6.01s)\n    it took: context deadline exceeded\n    Failing input written to testdata/fuzz/FuzzA/1\nFAIL\n", fuzzed{1300, 12, false}, false},
	} {
		if got := parseFuzzed(c.said); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.said, got, c.want)
		}
		if got := deadlineAlone(c.said); got != c.own {
			t.Errorf("%q: a failure of the fuzzer's own: %v, want %v", c.said, got, c.own)
		}
	}
}
