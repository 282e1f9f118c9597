package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// fuzzing is a run of fuzz targets, one after the other.
type fuzzing struct {
	root     string
	module   string // its path
	cache    string // folder of the inputs that Go keeps
	each     string // time of each target, or executions: 60s, 1000x
	parallel int
	log      io.Writer
}

// fuzzed is what Go's fuzzer tells of a target.
type fuzzed struct {
	executions int
	inputs     int // which reach code that no earlier one reached
	failed     bool
}

// fuzz runs every fuzz target of packages, all of them if none is named. What
// fails is kept by Go below testdata/fuzz of its package.
func fuzz(ctx context.Context, root string, args []string, out io.Writer) error {
	f := &fuzzing{root: root, log: os.Stderr}
	flags := flag.NewFlagSet("fuzz", flag.ExitOnError)
	flags.StringVar(&f.each, "time", "60s", "`time` of each target, or executions of it (1000x)")
	flags.IntVar(&f.parallel, "parallel", 2, "processes at once")
	doc := flags.String("doc", "", "`file` to put the table in, between <!-- fuzz --> and <!-- /fuzz -->; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	text, err := f.run(ctx, patterns)
	if text == "" {
		return err
	}
	if _, err := io.WriteString(out, text); err != nil {
		return err
	}
	if *doc != "" {
		err = errors.Join(err, replaceSection(*doc, "fuzz", text))
	}
	return err
}

// run gives the report also where targets failed.
func (f *fuzzing) run(ctx context.Context, patterns []string) (string, error) {
	if err := f.ask(ctx); err != nil {
		return "", err
	}
	packages, err := f.packages(ctx, patterns)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "bench-fuzz-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	for _, p := range packages {
		if err := f.fuzzPackage(ctx, p, dir); err != nil {
			return "", fmt.Errorf("%s: %w", p.path, err)
		}
	}
	return f.report(packages), failures(packages)
}

// ask asks Go for the name of the module and for its cache, where it keeps the
// inputs that reach new code from one run to the next.
func (f *fuzzing) ask(ctx context.Context) error {
	_, module, err := program{path: "go", args: []string{"list", "-m"}, dir: f.root}.run(ctx)
	if err != nil {
		return err
	}
	_, cache, err := program{path: "go", args: []string{"env", "GOCACHE"}, dir: f.root}.run(ctx)
	f.module = strings.TrimSpace(string(module))
	f.cache = filepath.Join(strings.TrimSpace(string(cache)), "fuzz")
	return err
}

func (f *fuzzing) fuzzPackage(ctx context.Context, p *fuzzedPackage, dir string) error {
	built := filepath.Join(dir, "fuzz.exe") // a name that every system runs
	if err := f.build(ctx, p, built); err != nil {
		return err
	}
	for i := range p.targets {
		t := &p.targets[i]
		var err error
		if t.fuzzed, err = f.fuzz(ctx, built, p, t.name); err != nil {
			return err
		}
		fmt.Fprintf(f.log, "%s %s %s: %d executions, %d new inputs\n", time.Now().Format(time.TimeOnly), p.path, t.name, t.executions, t.inputs)
	}
	return nil
}

func failures(packages []*fuzzedPackage) error {
	var failed []string
	for _, p := range packages {
		for _, t := range p.targets {
			if t.failed {
				failed = append(failed, p.path+" "+t.name)
			}
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("an input breaks %s (it is kept below testdata/fuzz of the package)", strings.Join(failed, ", "))
}

// target is a fuzz test with what fuzzing it gave.
type target struct {
	name string
	fuzzed
}

// fuzzedPackage is a package that has fuzz tests.
type fuzzedPackage struct {
	path, dir string
	targets   []target
}

// packages finds the packages that have fuzz tests.
func (f *fuzzing) packages(ctx context.Context, patterns []string) ([]*fuzzedPackage, error) {
	const format = "{{.ImportPath}}\t{{.Dir}}\t{{range .TestGoFiles}}{{.}}\t{{end}}{{range .XTestGoFiles}}{{.}}\t{{end}}"
	_, listed, err := program{path: "go", args: append([]string{"list", "-f", format}, patterns...), dir: f.root}.run(ctx)
	if err != nil {
		return nil, err
	}
	var all []*fuzzedPackage
	for line := range strings.Lines(string(listed)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		p := &fuzzedPackage{path: cells[0], dir: cells[1]}
		for _, name := range cells[2:] {
			if err := p.read(name); err != nil {
				return nil, err
			}
		}
		if len(p.targets) > 0 {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no fuzz test in %s", strings.Join(patterns, " "))
	}
	return all, nil
}

// read adds the fuzz tests of a file.
func (p *fuzzedPackage) read(name string) error {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.dir, name), nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
			p.targets = append(p.targets, target{name: f.Name.Name})
		}
	}
	return nil
}

// build makes the test program of a package. Coverage is counted in our own
// packages alone: go test -fuzz counts it in all that they use too, and goes
// through these counters, megabytes of them, at every execution.
func (f *fuzzing) build(ctx context.Context, p *fuzzedPackage, to string) error {
	_, _, err := program{path: "go", args: []string{"test", "-c", "-gcflags=" + f.module + "/...=-d=libfuzzer", "-o", to, p.path}, dir: f.root}.run(ctx)
	return err
}

// fuzz runs a target, and shows what the fuzzer says where an input fails.
func (f *fuzzing) fuzz(ctx context.Context, built string, p *fuzzedPackage, name string) (fuzzed, error) {
	cmd := exec.CommandContext(ctx, built, "-test.run", "^$", "-test.fuzz", "^"+name+"$", "-test.fuzztime", f.each,
		"-test.fuzzminimizetime", "1x", "-test.parallel", strconv.Itoa(f.parallel), "-test.fuzzcachedir", filepath.Join(f.cache, p.path))
	cmd.Dir = p.dir
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if ctx.Err() != nil {
		return fuzzed{}, ctx.Err()
	}
	if err != nil && exitCode(err) < 0 {
		return fuzzed{}, err
	}
	done := parseFuzzed(said.String())
	done.failed = err != nil && !deadlineAlone(said.String())
	if done.failed {
		_, err = f.log.Write(said.Bytes())
		return done, err
	}
	return done, nil
}

// deadlineAlone reports a failure that is the fuzzer's own: now and then it
// takes the end of its time for one (go.dev/issue/75804, gone with Go 1.27).
func deadlineAlone(said string) bool {
	return strings.Contains(said, "context deadline exceeded") && !strings.Contains(said, "Failing input written")
}

var (
	fuzzLine     = regexp.MustCompile(`execs: (\d+) .*new interesting: (\d+)`)
	baselineLine = regexp.MustCompile(`gathering baseline coverage: (\d+)/`)
)

// parseFuzzed reads the last of the lines in which the fuzzer tells how far
// it is. Where its time was up before it had run all that it knows from
// before, there is but the number of these.
func parseFuzzed(said string) (done fuzzed) {
	if lines := fuzzLine.FindAllStringSubmatch(said, -1); len(lines) > 0 {
		last := lines[len(lines)-1]
		done.executions, _ = strconv.Atoi(last[1])
		done.inputs, _ = strconv.Atoi(last[2])
	} else if lines := baselineLine.FindAllStringSubmatch(said, -1); len(lines) > 0 {
		done.executions, _ = strconv.Atoi(lines[len(lines)-1][1])
	}
	return done
}

func (f *fuzzing) report(packages []*fuzzedPackage) string {
	table := newTable("target", "package", "executions", "new inputs", "failed")
	var targets, executions, inputs, failed int
	for _, p := range packages {
		for _, t := range p.targets {
			broke := 0
			if t.failed {
				broke = 1
			}
			table.add("`"+t.name+"`", "`"+strings.TrimPrefix(p.path, f.module+"/")+"`", thousands(t.executions), thousands(t.inputs), count(broke))
			targets, executions, inputs, failed = targets+1, executions+t.executions, inputs+t.inputs, failed+broke
		}
	}
	table.add("all "+count(targets), "", thousands(executions), thousands(inputs), count(failed))
	return fmt.Sprintf("`go run ./bench fuzz -time %s`, %s, %s:\n\n%s", f.each, time.Now().UTC().Format(time.DateOnly), system(), table)
}
