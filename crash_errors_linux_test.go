package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// diskFault is a way in which system calls on files fail.
type diskFault struct {
	name  string
	calls string // as strace takes them
	error string
	// lasting says that all calls fail from one on, not that one alone. strace
	// counts the calls of each thread.
	lasting bool
	// only bounds the files that it concerns to those of the workshop and the
	// archive: read(2) is called for much else.
	only bool
}

var diskFaults = []diskFault{
	{name: "a write fails", calls: "pwrite64,ftruncate", error: "EIO"},
	{name: "a write of an export fails", calls: "write", error: "EIO"},
	{name: "a sync fails", calls: "fsync,fdatasync", error: "EIO"},
	{name: "writing fails from now on", calls: "pwrite64,ftruncate,fsync,fdatasync", error: "EIO", lasting: true},
	{name: "no room for a write", calls: "pwrite64,ftruncate", error: "ENOSPC"},
	{name: "no room from now on", calls: "pwrite64,ftruncate", error: "ENOSPC", lasting: true},
	{name: "a name cannot be given", calls: "linkat,renameat,mkdirat", error: "EIO"},
	{name: "a page cannot be read", calls: "pread64", error: "EIO"},
	{name: "a file cannot be read", calls: "read", error: "EIO", only: true},
}

// TestIOErrors has the disk report errors to every command that writes, by way
// of strace: at one call, or from one on. The command must say so, unless it has
// done its work in spite of it; the archive is sound, holds what it held, and
// the command can be run to its end.
//
// IO_ERRORS says how many errors of each kind every command gets, or "all" for
// one at each call.
func TestIOErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	needStrace(t)
	dice := crashDice(t)
	w, work := newWorkshop(t, 30), newFaultyWork(t)
	each, of := ioErrors(1), 6 // of the commands and kinds, one of six
	if os.Getenv("IO_ERRORS") != "" {
		of = 1
	}
	counts := make(map[string]*faultCount)
	for i, c := range crashCommands {
		for j, f := range diskFaults {
			if c.read || (i+j)%of != 0 {
				continue
			}
			calls := work.calls(t, w, c, f)
			for _, n := range someOf(dice, calls, each) {
				t.Run(fmt.Sprintf("%s: %s: call %d", c.name, f.name, n), func(t *testing.T) {
					work.fail(t, w, c, f, n, counts)
				})
			}
		}
	}
	for _, f := range diskFaults {
		t.Logf("%s (%s): %+v", f.name, f.error, counts[f.name])
	}
}

// ioErrors gives how many errors of a kind a command gets, "all" being more
// than there can be.
func ioErrors(usually int) int {
	if os.Getenv("IO_ERRORS") == "all" {
		return 1 << 20
	}
	if n, err := strconv.Atoi(os.Getenv("IO_ERRORS")); err == nil {
		return n
	}
	return usually
}

// A command that only reads answers as it always does, or says that it cannot,
// where a page of the archive cannot be read.
func TestReadErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	needStrace(t)
	dice := crashDice(t)
	w, work := newWorkshop(t, 30), newFaultyWork(t)
	fault := diskFault{calls: "pread64", error: "EIO"}
	failing, admitted := 0, 0
	for _, line := range []string{"search river", "search w1*", "list --limit 0", "show 3 --no-pager", "timeline river", "kwic talks", "sources", "stats", "export --format csv", "saved show kept"} {
		c := crashCommand{name: line, from: "made.db", args: strings.Fields(line)}
		calls := work.calls(t, w, c, fault)
		want, _ := work.trace(t, w, c, fault)
		for _, n := range someOf(dice, calls, ioErrors(2)) {
			out, code := work.trace(t, w, c, fault, work.inject(fault, n)...)
			if hit, astray, _ := work.hits(t, w); hit == 0 || astray > 0 {
				continue
			}
			failing++
			switch {
			case code == 0 && out != want:
				t.Errorf("%s, call %d: it answers otherwise: %s", line, n, out)
			case code != 0:
				admitted++
				admits(t, c, code, out)
			}
		}
	}
	t.Logf("%d failing, of which %d said so", failing, admitted)
}

// someOf draws some of a list.
func someOf(dice *rand.Rand, list []int, most int) []int {
	dice.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(most, len(list))]
}

// faultCount counts the runs in which an error was reported.
type faultCount struct{ Failing, Admitted, Done int }

// faultyWork is where commands are run whose disk reports errors.
type faultyWork struct{ dir, tmp, log string }

func newFaultyWork(t *testing.T) faultyWork {
	work := t.TempDir()
	f := faultyWork{filepath.Join(work, "disk"), filepath.Join(work, "tmp"), filepath.Join(work, "log")}
	must(t, os.Mkdir(f.tmp, 0o700))
	return f
}

// trace runs a command under strace, which writes its calls to the log.
func (f faultyWork) trace(t *testing.T, w *workshop, c crashCommand, fault diskFault, more ...string) (out string, code int) {
	t.Helper()
	w.prepare(t, c, f.dir)
	args := []string{"-f", "-y", "-o", f.log, "-e", "trace=" + fault.calls + ",linkat,renameat,renameat2,rename"}
	if fault.only {
		args = append(args, "-P", filepath.Join(f.dir, "a.db"))
		for _, name := range []string{"more.jsonl", "made.jsonl", "copy.db"} {
			args = append(args, "-P", filepath.Join(w.dir, name))
		}
	}
	args = append(append(append(args, more...), "archive"), c.line(w, f.dir)...)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "strace", args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+f.tmp)
	b, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Errorf("it hangs: %s", b)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || bytes.Contains(b, []byte("ptrace")) {
		t.Skipf("strace may not trace here: %v: %s", err, b)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

// calls gives the numbers, in their thread, of the calls that concern the disk.
func (f faultyWork) calls(t *testing.T, w *workshop, c crashCommand, fault diskFault) []int {
	t.Helper()
	out, code := f.trace(t, w, c, fault)
	if code != 0 {
		t.Fatalf("%s: %s", c.name, out)
	}
	found, counted := make(map[int]bool), make(map[string]int)
	eachCall(t, f.log, func(thread, call string) {
		if name, _, ok := strings.Cut(call, "("); !ok || !slices.Contains(strings.Split(fault.calls, ","), name) {
			return
		}
		counted[thread]++
		if f.onDisk(w, call) {
			found[counted[thread]] = true
		}
	})
	return slices.Sorted(maps.Keys(found))
}

// naming matches calls that give a file its name. The folder is synced next.
var naming = regexp.MustCompile(`^(linkat|renameat2?|rename)\(.* = 0$`)

// onDisk reports whether a call is about files of the command. What the
// runtime of Go reads and writes for itself is not, nor is the output.
func (f faultyWork) onDisk(w *workshop, call string) bool {
	for _, dir := range []string{f.dir, f.tmp, w.dir} {
		if strings.Contains(call, dir) {
			return true
		}
	}
	return false
}

// inject gives the words that have strace fail the nth call.
func (f faultyWork) inject(fault diskFault, n int) []string {
	when := fmt.Sprint(n)
	if fault.lasting {
		when += "+"
	}
	return []string{"-e", "inject=" + fault.calls + ":error=" + fault.error + ":when=" + when}
}

// hits counts the calls that failed on the disk, and elsewhere. nameless says
// that a name which was given may not be on the disk.
func (f faultyWork) hits(t *testing.T, w *workshop) (hit, astray int, nameless bool) {
	t.Helper()
	before := ""
	eachCall(t, f.log, func(_, call string) {
		switch {
		case !strings.HasSuffix(call, "(INJECTED)"):
		case f.onDisk(w, call):
			hit++
			nameless = nameless || strings.Contains(call, "sync(") && naming.MatchString(before)
		default:
			astray++
		}
		before = call
	})
	return hit, astray, nameless
}

// fail runs a command whose nth call fails, and looks at what it says and
// leaves.
func (f faultyWork) fail(t *testing.T, w *workshop, c crashCommand, fault diskFault, n int, counts map[string]*faultCount) {
	t.Helper()
	out, code := f.trace(t, w, c, fault, f.inject(fault, n)...)
	hit, astray, nameless := f.hits(t, w)
	if hit == 0 || astray > 0 {
		return // the calls came in other threads than before
	}
	if counts[fault.name] == nil {
		counts[fault.name] = &faultCount{}
	}
	count := counts[fault.name]
	count.Failing++
	done := w.left(t, c, f.dir)
	if code == 0 {
		count.Done++
		if !done && !(c.warns && strings.Contains(out, "archive: ")) {
			t.Errorf("it says that it has done its work: %s", out)
		}
		if nameless {
			t.Errorf("the name that it gave may not be on the disk, and it says: %s", out)
		}
	} else {
		count.Admitted++
		admits(t, c, code, out)
	}
	f.tidy(t, c)
	w.again(t, c, f.dir, done)
}

// admits looks at how a command says that it has failed.
func admits(t *testing.T, c crashCommand, code int, out string) {
	t.Helper()
	codes := []int{2}
	switch c.args[0] {
	case "import":
		codes = append(codes, 3)
	case "check":
		codes = append(codes, 1)
	}
	if !slices.Contains(codes, code) {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code == 2 && !strings.Contains(out, "archive: ") {
		t.Errorf("no error is reported: %s", out)
	}
	for _, bad := range []string{"goroutine ", "panic", "fault inside the program", "unexpected failure"} {
		if strings.Contains(out, bad) {
			t.Errorf("%q in the output: %s", bad, out)
		}
	}
}

// tidy checks that only what belongs there is left, and nothing temporary.
func (f faultyWork) tidy(t *testing.T, c crashCommand) {
	t.Helper()
	list, err := os.ReadDir(f.dir)
	must(t, err)
	for _, file := range list {
		if name := file.Name(); !belongs.MatchString(name) && name != c.makes {
			t.Errorf("%s is left", name)
		}
	}
	if list, err := os.ReadDir(f.tmp); err != nil || len(list) > 0 {
		t.Errorf("left among the temporary files: %v, %v", list, err)
	}
}

var belongs = regexp.MustCompile(`^a\.db(\.(damaged|replaced)-[0-9-]+)?(-wal|-shm)?$`)
