package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// made writes 100 articles of words whose shares are known: harvest and
// farmers stand in all, tariffs and quotas side by side in one, aluminium in
// 30, copper in 10 and mining in 3 of them, zeppelin in 5.
func made(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, articlesName)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed := gzip.NewWriter(f)
	lines := json.NewEncoder(packed)
	for i := range 100 {
		body := fmt.Sprintf("Farmers of district %d expect a good harvest, \"they\" said.", i)
		for _, w := range []struct {
			word  string
			until int
		}{{"tariffs quotas", 1}, {"aluminium", 30}, {"copper", 10}, {"mining", 3}, {"zeppelin", 5}} {
			if i < w.until {
				body += "\n" + w.word + ".\n" + w.word
			}
		}
		if err := lines.Encode(map[string]string{"title": fmt.Sprint("No ", i), "body": body}); err != nil {
			t.Fatal(err)
		}
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	if err := prepare(t.Context(), "", []string{made(t, dir), dir}, nil); err != nil {
		t.Fatal(err)
	}
	var p profile
	b, err := os.ReadFile(filepath.Join(dir, profileName))
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, csvName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 100 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if want := "4,No 3,\"Farmers of district 3"; !strings.HasPrefix(strings.Join(rows[3][:2], ",")+",\""+rows[3][2], want) {
		t.Errorf("row %q, want it to begin with %q", rows[3], want)
	}
	size := 0
	for _, r := range rows {
		size += len(r[1]) + len(r[2])
	}
	want := profile{
		Articles: 100, TextBytes: int64(size),
		Rare: "zeppelin", Percent1: "quotas", Percent30: "aluminium", Percent95: "district",
		TwoWords: "mining copper", Phrase: "quotas aluminium", // the first in the alphabet of those in one article
	}
	if p != want {
		t.Errorf("%+v\nwant\n%+v", p, want)
	}
}

func TestMedian(t *testing.T) {
	costs := []cost{{3, 30, 1}, {1, 10, 3}, {2, 20, 2}}
	if got := medianCost(costs); got != (cost{2, 20, 2}) {
		t.Errorf("%v", got)
	}
	if got := median([]time.Duration{4, 1, 3, 2}); got != 3 {
		t.Errorf("of four: %v", got)
	}
	if got := median[int64](nil); got != 0 {
		t.Errorf("of none: %v", got)
	}
}

func TestProgramCost(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	sh := program{path: "sh", args: []string{"-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done"}}
	took, out, err := sh.run(t.Context())
	if err != nil || string(out) != "done\n" || took.wall <= 0 || took.cpu <= 0 || took.peak <= 0 {
		t.Errorf("%+v, %q, %v", took, out, err)
	}
	sh.args[1] = "echo reason >&2; exit 3"
	if _, _, err := sh.run(t.Context()); err == nil || !strings.Contains(err.Error(), "reason") {
		t.Errorf("exit code 3: %v", err)
	}
}

// The whole race over a few articles: both programs find the same.
func TestSpeedFindsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("the program sqlite3 is not here")
	}
	dir := t.TempDir()
	articles := made(t, dir)
	if err := prepare(t.Context(), "", []string{articles, dir}, nil); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "archive.exe")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r := &race{ctx: t.Context(), dir: dir, articles: articles, ours: &archiveProgram{binary, dir}, theirs: &sqliteProgram{"sqlite3", dir}}
	r.profile = profile{Articles: 100, TextBytes: 5000, Rare: "zeppelin", Percent1: "tariffs", Percent30: "aluminium",
		Percent95: "farmers", TwoWords: "mining copper", Phrase: "tariffs quotas"}
	if err := r.importAll(2); err != nil {
		t.Fatal(err)
	}
	if err := r.searchAll(1); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 5, 1, 30, 100, 3, 1} {
		if got := r.searches[i].hits; got != [2]int{want, want} {
			t.Errorf("%s: found %v, want %d", r.searches[i].query, got, want)
		}
	}
	report := r.report()
	for _, want := range []string{`archive \d+\.\d+`, `sqlite3 3\.\d+`, `medians of 2 rounds`, `\| two words: mining copper +\| +3 \| +3 \|`, `\| articles a second +\| +\d+ \(`} {
		if !regexp.MustCompile(want).MatchString(report) {
			t.Errorf("the report has no %s:\n%s", want, report)
		}
	}
	if strings.Contains(report, dir) {
		t.Errorf("the report names a folder:\n%s", report)
	}
}

func TestSpeedWithoutArticles(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"speed", "-data", t.TempDir()}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "skipped: "+articlesName+" is not here") {
		t.Errorf("%q", out.String())
	}
}
