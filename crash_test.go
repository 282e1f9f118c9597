package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

// buildBinary makes the program as users have it.
func buildBinary(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "archive")
	cmd := exec.Command("go", "build", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return bin
}

// press makes a folder of articles: many small files and a large one.
func press(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	body := strings.Repeat("Words about the plant at the river, and talks in several cities. ", 40)
	for i := range 300 {
		name := filepath.Join(dir, fmt.Sprintf("%03d.txt", i))
		if err := os.WriteFile(name, fmt.Appendf(nil, "Headline of file %d\n\n%s", i, body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var lines bytes.Buffer
	for i := range 2500 {
		line, err := json.Marshal(map[string]any{"id": i, "title": fmt.Sprint("Record ", i), "text": body, "tags": []string{"a", "b"}})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	if err := os.WriteFile(filepath.Join(dir, "150-large.jsonl"), lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An import that is killed again and again leaves whole articles, and comes
// to the same archive as one that is left alone.
func TestKilledImportsComeToTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	bin, dir, work := buildBinary(t), press(t), t.TempDir()
	whole := filepath.Join(work, "whole.db")
	start := time.Now()
	if out, err := exec.Command(bin, "import", dir, "--db", whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	took := time.Since(start)

	killed := filepath.Join(work, "killed.db")
	kills, before := 0, 0
	for range 5 {
		cmd := exec.Command(bin, "import", dir, "--db", killed)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(took))))
		if cmd.Process.Signal(syscall.SIGKILL) == nil {
			kills++
		}
		cmd.Wait()
		before = wholeArticles(t, killed, before)
	}
	if out, err := exec.Command(bin, "import", dir, "--db", killed).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(contents(t, bin, whole), contents(t, bin, killed)); diff != "" {
		t.Errorf("after %d kills: %s", kills, diff)
	}
	wholeArticles(t, killed, 2800)
}

// wholeArticles checks that every article is whole and indexed, and that none
// of those before has gone.
func wholeArticles(t *testing.T, db string, before int) (articles int) {
	t.Helper()
	a, err := store.Open(t.Context(), db)
	if err != nil {
		if before == 0 && strings.Contains(err.Error(), "no archive") {
			return 0 // killed before there was one
		}
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.CheckIndex(t.Context(), schema); err != nil {
		t.Errorf("after a kill: %v", err)
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

// contents lists what an archive holds, but for ids and times.
func contents(t *testing.T, bin, db string) string {
	t.Helper()
	out, err := exec.Command(bin, "list", "--db", db, "--limit", "0", "--sort", "title", "--format", "csv", "--fields", "key,title,source,words,tags,path").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
