//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/archive/store"
)

// TestKilledCommands kills every command that writes, at a moment by chance.
// Afterwards the archive is sound and holds what it held, and the command can
// be run to its end.
//
// KILLS says how many kills each command gets.
func TestKilledCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	kills := 4
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		kills = n
	}
	dice := crashDice(t)
	work := t.TempDir()
	made, more := filepath.Join(work, "made.db"), filepath.Join(work, "more.jsonl")
	var lines strings.Builder
	for i := range 300 {
		fmt.Fprintf(&lines, `{"title": "Article %d", "text": "%s", "source": "Outlet %d"}`+"\n", i, strings.Repeat(pressBody, 20), i%5)
	}
	if err := os.WriteFile(more, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(work, "first.jsonl")
	if err := os.WriteFile(first, []byte(strings.ReplaceAll(lines.String(), "Article", "Earlier")), 0o600); err != nil {
		t.Fatal(err)
	}
	runArchive(t, "import", first, "--db", made)
	for _, args := range [][]string{
		{"import", more},
		{"edit", "1", "2", "3", "--title", "Another", "--date", "2022"},
		{"sources", "rename", "Outlet 1", "The Outlet"},
		{"optimize"},
		{"backup", filepath.Join(work, "copy.db")},
		{"restore", made},
	} {
		hits := 0
		for n := range kills {
			db := filepath.Join(work, fmt.Sprint("killed", n, ".db"))
			copyArchiveFile(t, made, db)
			args := append(args[:len(args):len(args)], "--db", db)
			took := timed(t, db, made, args)
			ended := killAfter(t, exec.Command("archive", args...), time.Duration(dice.Int64N(int64(took))))
			if ended.Signaled() {
				hits++
			}
			found, err := store.Inspect(t.Context(), db, store.Inspection{Schema: schema, Deep: true})
			if err != nil || len(found.Problems) > 0 || found.Articles < 300 {
				t.Errorf("%v: %+v, %v", args, found, err)
			}
			if copied := filepath.Join(work, "copy.db"); args[0] == "backup" {
				if found, err := store.Inspect(t.Context(), copied, store.Inspection{Schema: schema, Deep: true}); err == nil && (len(found.Problems) > 0 || found.Articles != 300) {
					t.Errorf("the copy: %+v", found)
				}
				os.Remove(copied)
			}
			if args[0] != "sources" || countSources(t, db, "The Outlet") == 0 { // it may have been done
				runArchive(t, args...)
			}
			clearAway(t, work, "killed", "copy")
		}
		t.Logf("%s: %d kills, %d while it worked", args[0], kills, hits)
	}
}

// timed runs a command to its end, to know how long it takes, and puts the
// archive back.
func timed(t *testing.T, db, made string, args []string) time.Duration {
	t.Helper()
	start := time.Now()
	runArchive(t, args...)
	took := time.Since(start)
	clearAway(t, filepath.Dir(db), "killed", "copy")
	copyArchiveFile(t, made, db)
	return took
}

func runArchive(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("archive", args...).CombinedOutput(); err != nil {
		t.Errorf("%v: %v: %s", args, err, out)
	}
}

func copyArchiveFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func countSources(t *testing.T, db, name string) (n int) {
	t.Helper()
	a, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	list, err := a.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Name == name {
			n++
		}
	}
	return n
}

// clearAway removes the files of a folder whose names begin so.
func clearAway(t *testing.T, dir string, begins ...string) {
	t.Helper()
	for _, b := range begins {
		names, err := filepath.Glob(filepath.Join(dir, b+"*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}
