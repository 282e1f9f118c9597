//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// trapTime is what an import may take until it is taken for hung.
	trapTime = 5 * time.Minute
	// trapMemory bounds the resident memory of an import, in bytes.
	trapMemory = 500_000_000
	// secret stands in files outside, which no trap may bring in.
	secret = "zebrasecret"
)

// trapCase is a file or folder that was made to harm who reads it.
type trapCase struct {
	name string
	make func(t *testing.T, dir string)
	want string // regular expression for the outcome
}

// trapReport is what an import says of itself.
type trapReport struct {
	Added, Same, Failed int
	Skipped             map[string]int
	LeftOut             []struct{ Path, Reason string } `json:"left_out"`
	Failures            []struct{ Path, Member, Reason string }
}

// Each trap is imported with a file before and one behind it: in bounded time
// and memory, with a word about the trap, and nothing written outside. With
// -v the log is the table in docs/formats.md.
func TestTraps(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	t.Logf("| trap | outcome | seconds | peak memory, MB |")
	t.Logf("|---|---|--:|--:|")
	for _, trap := range allTraps() {
		t.Run(trap.name, func(t *testing.T) { springTrap(t, trap) })
	}
}

// allTraps makes the big ones last.
func allTraps() []trapCase {
	var all []trapCase
	for _, list := range [][]trapCase{trapsInFolders(), trapsInContainers(), trapsInMarkup(), trapsInDocuments(), trapsOfSize()} {
		all = append(all, list...)
	}
	return all
}

func springTrap(t *testing.T, trap trapCase) {
	work := t.TempDir()
	dir := filepath.Join(work, "outer", "press")
	for name, text := range map[string]string{
		"outer/press/0.txt": "The first headline\n\nThe text before the trap.", "outer/press/zz.txt": "The last headline\n\nThe text behind the trap.",
		"outside/" + secret + ".txt": "A headline outside\n\nThe word is " + secret + ".", "tmp/": "",
	} {
		writeFile(t, filepath.Join(work, name), text)
	}
	trap.make(t, dir)
	before := listing(t, work)
	report, usage := importTrap(t, work, dir)
	if after := listing(t, work); after != before {
		t.Errorf("before %s\nafter  %s", before, after)
	}
	if report.Added+report.Same < 2 {
		t.Errorf("%+v", report)
	}
	outcome := trapOutcome(report)
	if !regexp.MustCompile(trap.want).MatchString(outcome) {
		t.Errorf("%s, want %q", outcome, trap.want)
	}
	if usage.memory > trapMemory {
		t.Errorf("%d MB of memory", usage.memory/1e6)
	}
	t.Logf("| %s | %s | %.1f | %d |", trap.name, strings.ReplaceAll(outcome, "|", `\|`), usage.took.Seconds(), usage.memory/1e6)
}

type trapUsage struct {
	took   time.Duration
	memory int64 // bytes, at the most
}

// importTrap runs an import in a process of its own, and looks for the secret
// in what it brought.
func importTrap(t *testing.T, work, dir string) (report trapReport, u trapUsage) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), trapTime)
	defer cancel()
	db := filepath.Join(t.TempDir(), "trap.db")
	cmd := exec.CommandContext(ctx, "archive", "import", dir, "--db", db, "--json")
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(work, "tmp"))
	forgetPeak()
	start := time.Now()
	err := cmd.Run()
	u.took = time.Since(start)
	code := cmd.ProcessState.ExitCode()
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("exit code %d after %v: %v: %.2000s", code, u.took, err, errOut.String())
	}
	if want := map[bool]int{true: 3, false: 0}[report.Failed > 0]; code != want {
		t.Errorf("exit code %d (%v), want %d: %+v", code, err, want, report)
	}
	if strings.Contains(errOut.String(), "goroutine ") || strings.ContainsAny(errOut.String(), "\x1b\x07\x00") {
		t.Errorf("it writes %.2000q", errOut.String())
	}
	search := exec.Command("archive", "search", "="+secret, "--db", db, "--count")
	if found, _ := search.CombinedOutput(); search.ProcessState.ExitCode() != 1 {
		t.Errorf("what lies outside was read: %s", found)
	}
	u.memory = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" { // which counts bytes
		u.memory *= 1024
	}
	return report, u
}

// forgetPeak keeps the peak of this process, which made the trap, out of that
// of the next child: Linux passes it on.
func forgetPeak() {
	debug.FreeOSMemory()
	os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // other systems have no such file
}

// trapOutcome says in a line what came of a trap.
func trapOutcome(r trapReport) string {
	var parts []string
	if n := r.Added + r.Same - 2; n > 0 {
		parts = append(parts, fmt.Sprintf("article: %d", n))
	}
	for i, f := range r.Failures {
		if i == 2 {
			parts = append(parts, fmt.Sprintf("%d failures in all", r.Failed))
			break
		}
		parts = append(parts, f.Reason)
	}
	for kind, n := range r.Skipped {
		parts = append(parts, fmt.Sprintf("skipped: %d %s", n, kind))
	}
	return strings.Join(parts, "; ")
}

// listing names all that lies below a folder, with its size.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		var info fs.FileInfo
		if err == nil {
			info, err = d.Info()
		}
		if errors.Is(err, syscall.ENAMETOOLONG) {
			return fs.SkipDir
		}
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%q %d", path, info.Size()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// writeFile makes a file with the folders above it; a name that ends in a
// slash is a folder.
func writeFile(t *testing.T, path, body string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil && strings.HasSuffix(path, "/") {
		err = os.MkdirAll(path, 0o700)
	} else if err == nil {
		err = os.WriteFile(path, []byte(body), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// aFile is a trap that is one file.
func aFile(name, body string) func(*testing.T, string) {
	return func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, name), body) }
}

// made is aFile for a body, in parts, that is made when it is wanted.
func made(name string, parts ...func() string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		var body strings.Builder
		for _, part := range parts {
			body.WriteString(part())
		}
		writeFile(t, filepath.Join(dir, name), body.String())
	}
}
