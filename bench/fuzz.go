package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// fuzzing is a run of fuzz targets, one after the other.
type fuzzing struct {
	root     string
	each     string // time of each target, or runs: 60s, 1000x
	parallel int
	log      io.Writer
}

// fuzzTarget is a fuzz test with what fuzzing it gave.
type fuzzTarget struct {
	pkg, name string
	fuzzed
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
	flags.StringVar(&f.each, "time", "60s", "`time` of each target, or runs of it (1000x)")
	flags.IntVar(&f.parallel, "parallel", 2, "processes at once")
	doc := flags.String("doc", "", "`file` to put the table in, between <!-- fuzz --> and <!-- /fuzz -->; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	packages := flags.Args()
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	text, err := f.run(ctx, packages)
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
func (f *fuzzing) run(ctx context.Context, packages []string) (string, error) {
	targets, err := f.targets(ctx, packages)
	if err != nil {
		return "", err
	}
	if len(targets) == 0 {
		return "", fmt.Errorf("no fuzz target in %s", strings.Join(packages, " "))
	}
	var failed []string
	for i := range targets {
		t := &targets[i]
		if t.fuzzed, err = f.fuzz(ctx, t); err != nil {
			return "", err
		}
		if t.failed {
			failed = append(failed, t.name)
		}
		fmt.Fprintf(f.log, "%s %d/%d %s %s: %d executions, %d new inputs\n", time.Now().Format(time.TimeOnly), i+1, len(targets), t.pkg, t.name, t.executions, t.inputs)
	}
	if len(failed) > 0 {
		err = fmt.Errorf("an input breaks %s", strings.Join(failed, ", "))
	}
	return f.report(targets), err
}

// targets lists the fuzz tests of packages.
func (f *fuzzing) targets(ctx context.Context, packages []string) ([]fuzzTarget, error) {
	_, listed, err := program{path: "go", args: append([]string{"test", "-list", "^Fuzz"}, packages...), dir: f.root}.run(ctx)
	if err != nil {
		return nil, err
	}
	return parseTargets(string(listed)), nil
}

// parseTargets reads what go test -list prints: the names of a package, then
// a line that ends its part, "ok", its path and a time.
func parseTargets(listed string) []fuzzTarget {
	var all []fuzzTarget
	named := 0 // of them the package is known
	for line := range strings.Lines(listed) {
		words := strings.Fields(line)
		switch {
		case len(words) == 1 && strings.HasPrefix(words[0], "Fuzz"):
			all = append(all, fuzzTarget{name: words[0]})
		case len(words) > 1 && words[0] == "ok":
			for ; named < len(all); named++ {
				all[named].pkg = words[1]
			}
		}
	}
	return all
}

// fuzz runs a target, and shows what the fuzzer says where an input fails.
func (f *fuzzing) fuzz(ctx context.Context, t *fuzzTarget) (fuzzed, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", f.each,
		"-fuzzminimizetime", "1x", "-parallel", strconv.Itoa(f.parallel), t.pkg)
	cmd.Dir = f.root
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

func (f *fuzzing) report(targets []fuzzTarget) string {
	table := newTable("target", "package", "executions", "new inputs", "failed")
	var all fuzzed
	failures := 0
	for _, t := range targets {
		failed := 0
		if t.failed {
			failed = 1
		}
		_, pkg, _ := strings.Cut(t.pkg, "/") // without the module
		_, pkg, _ = strings.Cut(pkg, "/")
		table.add("`"+t.name+"`", pkg, thousands(t.executions), thousands(t.inputs), count(failed))
		all.executions += t.executions
		all.inputs += t.inputs
		failures += failed
	}
	table.add("all "+count(len(targets)), "", thousands(all.executions), thousands(all.inputs), count(failures))
	return fmt.Sprintf("`go run ./bench fuzz -time %s`, %s, %s:\n\n%s", f.each, time.Now().UTC().Format(time.DateOnly), system(), table)
}
