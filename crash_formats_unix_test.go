//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sampleFormats holds real files of every format.
const sampleFormats = "../shared/data/formats"

// An import of files of every kind that is killed again and again, KILLS times
// if that is set, comes to the same archive as one that is left alone.
func TestKilledImportOfEveryFormat(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	if _, err := os.Stat(sampleFormats); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the samples in %s are not here", sampleFormats)
	}
	dice := crashDice(t)
	work := t.TempDir()
	whole, killed := filepath.Join(work, "whole.db"), filepath.Join(work, "killed.db")
	importSamples(t, whole)
	all, before := countArticles(t, whole), 0
	kills := 3
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		kills = n
	}
	for k := range kills {
		// Somewhere in its share of the articles; what is stored comes in batches,
		// so that the next one may be past its own when it starts.
		target := all * (10*k + dice.IntN(10)) / (10 * (kills + 1))
		cmd := exec.Command("archive", "import", sampleFormats, "--db", killed)
		ended := killAt(t, cmd, func() bool { return countArticles(t, killed) >= target }, time.Duration(dice.Int64N(int64(500*time.Millisecond))))
		if !ended.Signaled() {
			t.Errorf("kill %d came too late, for %d of %d articles", k+1, target, all)
		}
		before = wholeArticles(t, killed, before)
		t.Logf("kill %d, meant for %d articles, left %d of %d", k+1, target, before, all)
	}
	importSamples(t, killed)
	if diff := cmp.Diff(sortedContents(t, whole), sortedContents(t, killed)); diff != "" {
		t.Errorf("after %d kills: %s", kills, diff)
	}
}

// killAt starts a command, kills it a while after the moment has come, and
// says how it ended.
func killAt(t *testing.T, cmd *exec.Cmd, hasCome func() bool, after time.Duration) syscall.WaitStatus {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for running := true; running && !hasCome(); {
		select {
		case err := <-ended:
			ended <- err
			running = false
		case <-time.After(10 * time.Millisecond):
		}
	}
	time.Sleep(after)
	cmd.Process.Kill() // an error means that it has ended, as Wait will tell
	<-ended
	return cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// importSamples imports to the end; some of the samples are damaged.
func importSamples(t *testing.T, db string) {
	t.Helper()
	out, err := exec.Command("archive", "import", sampleFormats, "--db", db).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 3) {
		t.Fatalf("%v: %s", err, out)
	}
}

func sortedContents(t *testing.T, db string) []string {
	t.Helper()
	lines := strings.Split(contents(t, db), "\n")
	slices.Sort(lines)
	return lines
}
