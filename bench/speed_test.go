package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test program stand in for bench where it starts itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && commands[os.Args[1]] != nil {
		main()
		return
	}
	os.Exit(m.Run())
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

func needsShell(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
}

func TestProgramCost(t *testing.T) {
	needsShell(t)
	sh := program{path: "sh", args: []string{"-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $WORD; cat"}, env: []string{"WORD=done"}, stdin: "in"}
	took, out, err := sh.run(t.Context())
	if err != nil || string(out) != "done\nin" || took.wall <= 0 || took.cpu <= 0 || took.peak <= 0 {
		t.Errorf("%+v, %q, %v", took, out, err)
	}
	sh.args[1] = "echo reason >&2; exit 3"
	sh.empty = 3
	if _, _, err := sh.run(t.Context()); err != nil {
		t.Errorf("nothing found: %v", err)
	}
	sh.empty = 1
	if _, _, err := sh.run(t.Context()); err == nil || !strings.Contains(err.Error(), "reason") {
		t.Errorf("exit code 3: %v", err)
	}
}

func TestDialogue(t *testing.T) {
	needsShell(t)
	sh := program{path: "sh", args: []string{"-c", `while read n; do [ "$n" = end ] && { echo reason >&2; exit 3; }; echo line; echo "= $n"; done`}}
	d, err := sh.start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"17", "18"} {
		if took, end, err := d.ask(word + "\n"); err != nil || end != word || took <= 0 {
			t.Errorf("%v, %q, %v", took, end, err)
		}
	}
	if _, _, err := d.ask("end\n"); err == nil || !strings.Contains(err.Error(), "reason") {
		t.Errorf("a program that ends: %v", err)
	}
}

func TestTurns(t *testing.T) {
	var order string
	kept := 0
	each := func(name string, wall time.Duration) turn {
		return turn{
			func() (cost, error) { order += name; return cost{wall: wall}, nil },
			func(cost) { kept++ },
		}
	}
	if err := turns(5, []turn{each("a", 0), each("b", enough)}); err != nil {
		t.Fatal(err)
	}
	// One to warm up, then as often as asked, or as long as is enough.
	if order != "abababab"+"aa" || kept != 5+leastRuns {
		t.Errorf("%s, %d kept", order, kept)
	}
	broken := errors.New("broken")
	err := turns(1, []turn{{func() (cost, error) { return cost{}, broken }, nil}})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestQueryLine(t *testing.T) {
	for _, q := range []query{
		{form: nothing},
		{form: phrase, words: []string{"new", "york"}, source: "The Times", since: "2007-01-01", until: "2007-02-01", byDate: true, offset: 5000, facets: true, count: true},
	} {
		got, err := parseLine(q.line())
		if err != nil || got.line() != q.line() {
			t.Errorf("%+v, %v", got, err)
		}
		q.words = append([]string{}, q.words...)
		got.words = append([]string{}, got.words...)
		if !reflect.DeepEqual(got, q) {
			t.Errorf("%+v, want %+v", got, q)
		}
	}
	if _, err := parseLine("all\tword"); err == nil {
		t.Error("two fields make a query")
	}
}

func TestSettings(t *testing.T) {
	dir := t.TempDir()
	writeArticles(t, dir, nil)
	s, err := parseSettings(dir, []string{"-data", dir, "-articles", "10, 200", "-with", "archive,sqlite3", "-only", "search,start", "-doc", ""})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"cold", "warm", "start"}; !slices.Equal(s.only, want) {
		t.Errorf("only %q, want %q", s.only, want)
	}
	if !slices.Equal(s.sizes, numbers{10, 200}) || s.bounded {
		t.Errorf("%+v", s)
	}
	if want := "go run ./bench speed -articles 10,200 -only search,start -with archive,sqlite3"; s.command != want {
		t.Errorf("%s, want %s", s.command, want)
	}
	for _, wrong := range [][]string{{"-only", "imports"}, {"-with", "grep"}} {
		if _, err := parseSettings(dir, append(wrong, "-data", dir)); err == nil || !strings.Contains(err.Error(), wrong[1]) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	var n numbers
	for _, wrong := range []string{"", "ten", "10,", "0", "-1"} {
		if err := n.Set(wrong); err == nil {
			t.Errorf("%q are numbers", wrong)
		}
	}
}

func TestVersionIn(t *testing.T) {
	for line, want := range map[string]string{
		"archive 0.1.0":                         "0.1.0",
		"3.40.1 2022-12-28 14:03:47 df5c253c0b": "3.40.1",
		"ripgrep 13.0.0":                        "13.0.0",
		"none":                                  "",
	} {
		if got := versionIn(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestGoals(t *testing.T) {
	r := &race{tournament: &tournament{settings: &settings{}}}
	r.manifest = manifest{Recipe: recipe{Articles: 100_000}, TextBytes: 1000}
	r.queries = queries(r.manifest)
	ours := &runner{entrant: entrant{peer: peer{name: "archive"}}, size: 1900, imports: []cost{{wall: time.Second, peak: 150e6}}}
	theirs := &runner{entrant: entrant{peer: peer{name: "sqlite3"}}, imports: []cost{{wall: 3 * time.Second}}}
	ours.cold = map[string][]cost{labelRare: {{wall: 4 * time.Millisecond, peak: 30e6}}, labelPhrase: {{wall: 4 * time.Millisecond, peak: 50e6}}}
	theirs.cold = map[string][]cost{labelRare: {{wall: 2 * time.Millisecond}}}
	r.runners = []*runner{ours, theirs}
	table := r.goalTable().String()
	for _, want := range []string{
		`import, documents a second, against sqlite3 +\| +≥ 2\.50 × \| +3\.00 × \| yes`,
		`memory of an import +\| +≤ 200 MB \| +150 MB \| yes`,
		`cold search, a rare word, against sqlite3 +\| +≤ 1\.50 × \| +2\.00 × \| +no`,
		`file / text +\| +≤ 1\.80 \| +1\.90 \| +no`,
		`memory of a search, the most of all +\| +≤ 40 MB \| +50 MB \(a phrase of two common words\) \| +no`,
	} {
		if !regexp.MustCompile(want).MatchString(table) {
			t.Errorf("the table has no %s:\n%s", want, table)
		}
	}
	if lines := strings.Count(table, "\n"); lines != 2+5 {
		t.Errorf("%d lines: what was not measured is told\n%s", lines, table)
	}
	if r.manifest.Recipe.Articles = 10_000; len(r.goalTable().rows) != 1 {
		t.Error("there are goals for 10,000 articles")
	}
}

// Each goal that is of one search names one that there is.
func TestGoalsNameQueries(t *testing.T) {
	labels := make(map[string]bool)
	for _, q := range queries(manifest{}) {
		if labels[q.label] {
			t.Errorf("%q stands twice", q.label)
		}
		labels[q.label] = true
	}
	for _, l := range []string{labelNothing, labelRare, labelPercent30, labelPercent95, labelAllOfThree, labelPhrase, labelOfSource, labelOfDays, labelFacets} {
		if !labels[l] {
			t.Errorf("there is no search %q", l)
		}
	}
	for _, g := range goals {
		if g.at100k < 0 || g.at1M < 0 || math.Max(g.at100k, g.at1M) == 0 || !strings.Contains(fmt.Sprintf(g.format, 1.), "1") {
			t.Errorf("%+v", g)
		}
	}
}

// The whole run over a few articles: both programs find the same.
func TestSpeedFindsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("the program sqlite3 is not here")
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeArticles(t, dir, realArticles(30))
	s, err := parseSettings(root, []string{"-data", dir, "-dir", dir, "-articles", "60", "-with", "archive,sqlite3", "-rounds", "2", "-runs", "1", "-tree", "20"})
	if err != nil {
		t.Fatal(err)
	}
	tour := &tournament{ctx: t.Context(), settings: s, root: root, log: io.Discard}
	if err := tour.run(); err != nil {
		t.Fatal(err)
	}
	r := tour.races[0]
	for _, q := range r.queries {
		ours, theirs := r.runner("archive"), r.runner("sqlite3")
		if a, b := ours.counts[q.label], theirs.counts[q.label]; a != b || a == "" != (q.form == nothing || q.facets) {
			t.Errorf("%s: archive finds %q, sqlite3 %q", described(q), a, b)
		}
	}
	report := tour.report()
	for _, want := range []string{
		`archive \d+\.\d+`, `sqlite3 3\.\d+`, `### 60 articles`, `\| archive \| +2 \| +\d+ \(`, `import again 20 unchanged`,
		`\| a rare word: \w+ +\| +\d+\.\d+ \| +\d+\.\d+ \(× \d+\.\d+\) \|`, `Adding 1,000 articles`,
	} {
		if !regexp.MustCompile(want).MatchString(report) {
			t.Errorf("the report has no %s:\n%s", want, report)
		}
	}
	if strings.Contains(report, dir) {
		t.Errorf("the report names a folder:\n%s", report)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "60", "*-more")); len(left) > 0 {
		t.Errorf("copies are left: %q", left)
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

// A contestant that is not here is told of, and the others run.
func TestAbsentContestant(t *testing.T) {
	before := peers
	defer func() { peers = before }()
	peers = []peer{
		{name: "ghost", find: installed("no-such-program", "ghost-tools")},
		{name: "sh", find: func(context.Context, toolbox) (string, error) { return "sh", nil }, open: openRipgrep},
	}
	tour := &tournament{ctx: t.Context(), settings: &settings{dir: t.TempDir()}, log: io.Discard}
	if err := tour.findPrograms(); err != nil {
		t.Fatal(err)
	}
	if len(tour.present) != 1 || tour.present[0].name != "sh" {
		t.Errorf("%+v", tour.present)
	}
	if want := "ghost: the program no-such-program is not here (the Debian package ghost-tools has it)"; !strings.Contains(tour.report(), want) {
		t.Errorf("%s", tour.report())
	}
}
