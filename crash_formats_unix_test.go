//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sampleFormats holds real files of every format.
const sampleFormats = "../shared/data/formats"

// An import of files of every kind that is killed ten times comes to the same
// archive as one that is left alone.
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
	start := time.Now()
	importSamples(t, whole)
	took := time.Since(start)
	hits, before := 0, 0
	for range 10 {
		// Each goes on where the one before stopped: all together shall not reach the end.
		ended := killAfter(t, exec.Command("archive", "import", sampleFormats, "--db", killed), time.Duration(dice.Int64N(int64(took)/8)))
		before = wholeArticles(t, killed, before)
		if ended.Signaled() {
			hits++
		}
	}
	t.Logf("%d of 10 kills hit an import at work", hits)
	importSamples(t, killed)
	if diff := cmp.Diff(sortedContents(t, whole), sortedContents(t, killed)); diff != "" {
		t.Errorf("after %d kills: %s", hits, diff)
	}
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
