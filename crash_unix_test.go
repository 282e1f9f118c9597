//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

const pressBody = "Words about the plant at the river, and talks in several cities. "

// padding makes texts long and quick to index: what is committed together is
// measured in bytes, and a kill shall find some of a file committed.
var padding = strings.Repeat("- ", 20_000)

// press makes a folder of articles: many small files and a large one.
func press(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 300 {
		name := filepath.Join(dir, fmt.Sprintf("%03d.txt", i))
		text := fmt.Appendf(nil, "Headline of file %d\n\n%s", i, strings.Repeat(pressBody, 40))
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writeRecords(t, filepath.Join(dir, "150-large.jsonl"), 2500)
	return dir
}

// writeRecords writes a file of so many articles.
func writeRecords(t *testing.T, name string, articles int) {
	t.Helper()
	var lines bytes.Buffer
	for i := range articles {
		line, err := json.Marshal(map[string]any{
			"id": i, "title": fmt.Sprint("Record ", i), "text": pressBody + padding + strings.Repeat(pressBody, 20), "tags": []string{"a", "b"},
		})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	if err := os.WriteFile(name, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// needStrace skips a test that looks at system calls where that cannot be done.
func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed (Debian package strace)")
	}
}

// crashDice gives the moments of the kills; CRASH_SEED repeats those of a
// test that failed.
func crashDice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if again := os.Getenv("CRASH_SEED"); again != "" {
		var err error
		if seed, err = strconv.ParseUint(again, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("CRASH_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, seed))
}

// An import that is killed again and again leaves whole articles, and comes
// to the same archive as one that is left alone.
func TestKilledImportsComeToTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	dice := crashDice(t)
	dir, work := press(t), t.TempDir()
	whole := filepath.Join(work, "whole.db")
	start := time.Now()
	if out, err := exec.Command("archive", "import", dir, "--db", whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(start)

	killed := filepath.Join(work, "killed.db")
	hits, before := 0, 0
	for tries := 0; hits < 2; tries++ {
		if tries == 20 {
			t.Fatalf("%d kills of 20 hit an import at work", hits)
		}
		ended := killAfter(t, exec.Command("archive", "import", dir, "--db", killed), time.Duration(dice.Int64N(int64(took))))
		now := wholeArticles(t, killed, before)
		if !ended.Signaled() || now == 2800 { // the machine has become faster: begin anew, and kill earlier
			took /= 2
			for _, name := range []string{killed, killed + "-wal", killed + "-shm"} {
				if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
			}
			before = 0
			continue
		}
		hits, before = hits+1, now
		t.Logf("killed with %d articles", now)
	}
	if out, err := exec.Command("archive", "import", dir, "--db", killed).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(contents(t, whole), contents(t, killed)); diff != "" {
		t.Errorf("after %d kills: %s", hits, diff)
	}
	wholeArticles(t, killed, 2800)
}

// killAfter starts a command, kills it after a while, and says how it ended.
func killAfter(t *testing.T, cmd *exec.Cmd, while time.Duration) syscall.WaitStatus {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(while)
	cmd.Process.Kill() // an error means that it has ended, as Wait will tell
	cmd.Wait()
	return cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// Ctrl-C ends an import in order: it says how to go on, what was stored
// stays, and the same command brings the rest.
func TestInterruptedImportGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const articles = 4_000
	work := t.TempDir()
	file, db := filepath.Join(work, "large.jsonl"), filepath.Join(work, "interrupted.db")
	writeRecords(t, file, articles)

	cmd := exec.Command("archive", "import", file, "--db", db)
	out, code := interrupt(t, cmd, func() bool { return countArticles(t, db) > 0 })
	kept := wholeArticles(t, db, 1)
	if code != 130 || kept >= articles {
		t.Fatalf("exit code %d with %d articles, output %q; want 130 before the end", code, kept, out)
	}
	if want := "the same command goes on from there"; !strings.Contains(out, want) {
		t.Errorf("output %q does not say %q", out, want)
	}
	if !strings.Contains(out, grouped(kept)+" added") {
		t.Errorf("%d articles are stored, the output is %q", kept, out)
	}

	again, err := exec.Command("archive", "import", file, "--db", db).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, again)
	}
	if now := wholeArticles(t, db, kept); now != articles {
		t.Errorf("%d articles after the second import, want %d: %s", now, articles, again)
	}
	if want := grouped(articles-kept) + " added"; !strings.Contains(string(again), want) {
		t.Errorf("the second import says %q, want %q", again, want)
	}
}

// grouped writes a number below a million as the program does.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// Ctrl-C ends an import whose standard input has fallen silent.
func TestInterruptedWhileInputIsSilent(t *testing.T) {
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	cmd := exec.Command("archive", "import", "-", "--db", filepath.Join(t.TempDir(), "silent.db"))
	cmd.Stdin = in
	out, code := interrupt(t, cmd, func() bool {
		in.Close() // so that writing fails if the program is gone
		// More than a pipe holds: once it is written, the program reads.
		if _, err := feed.WriteString(strings.Repeat(pressBody, 10_000)); err != nil {
			t.Error(err)
		}
		time.Sleep(300 * time.Millisecond) // for the rest, so that it waits
		return true
	})
	if code != 130 {
		t.Errorf("exit code %d, output %q; want 130", code, out)
	}
}

// interrupt starts a command, sends it Ctrl-C when the time has come, and
// gives its output and exit code. A command that never comes to an end is
// killed, which makes the code -1.
func interrupt(t *testing.T, cmd *exec.Cmd, hasCome func() bool) (out string, code int) {
	t.Helper()
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hang := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer hang.Stop()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for !hasCome() {
		select {
		case <-ended:
			t.Fatalf("ended too early: %s", output.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	cmd.Process.Signal(syscall.SIGINT) // an error means that it has ended, as the code will tell
	<-ended
	return output.String(), cmd.ProcessState.ExitCode()
}

// wholeArticles checks that every article is whole and indexed, and that none
// of those before has gone.
func wholeArticles(t *testing.T, db string, before int) (articles int) {
	t.Helper()
	a, err := store.Open(t.Context(), db)
	if err != nil {
		if before == 0 && errors.Is(err, fs.ErrNotExist) {
			return 0 // killed before there was one
		}
		t.Fatal(err)
	}
	defer a.Close()
	if found, err := store.Inspect(t.Context(), db, store.Inspection{Schema: schema, Deep: true}); err != nil || len(found.Problems) > 0 {
		t.Errorf("%v: %+v", err, found)
	}
	s, err := a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Articles < before {
		t.Errorf("%d articles, %d were there before", s.Articles, before)
	}
	return s.Articles
}

// countArticles may be asked during an import.
func countArticles(t *testing.T, db string) int {
	t.Helper()
	a, err := store.Open(t.Context(), db)
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s, err := a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Articles
}

// contents lists what an archive holds, but for ids and times.
func contents(t *testing.T, db string) string {
	t.Helper()
	out, err := exec.Command("archive", "list", "--db", db, "--limit", "0", "--sort", "title", "--format", "csv", "--fields", "key,title,source,words,tags,path").Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: there is none
		t.Fatal(err)
	}
	return string(out)
}
