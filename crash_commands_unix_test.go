//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

// crashCommand is a command that writes. The crash tests stop each in their
// own way, and look at what is left in its folder.
type crashCommand struct {
	name string
	from string   // the archive of the workshop that it works on as a.db, "" for none
	args []string // DIR is its folder, SHOP that of the workshop
	// makes is the file or folder that it writes: what bears the name is whole.
	makes string
	// partly says that a part of its work may be in the archive.
	partly bool
	// once says that it refuses, or does more, where its work was done.
	once bool
	// warns says that a failure to write is a warning: the answer is out.
	warns bool
	// soft says that the power may take its work for some seconds.
	soft bool
	// read has others read the archive meanwhile.
	read bool
}

// crashCommands are all commands that write, and all ways to migrate.
var crashCommands = []crashCommand{
	{name: "import", from: "made.db", args: []string{"import", "SHOP/more.jsonl"}, partly: true},
	{name: "import, new archive", args: []string{"import", "SHOP/more.jsonl"}, partly: true},
	{name: "import, while others read", from: "made.db", args: []string{"import", "SHOP/more.jsonl"}, partly: true, read: true},
	{name: "import, of an export", args: []string{"import", "SHOP/made.jsonl"}, partly: true},
	{name: "edit", from: "made.db", args: []string{"edit", "1", "2", "3", "--title", "Another", "--date", "2022"}, partly: true},
	{name: "sources rename", from: "made.db", args: []string{"sources", "rename", "Outlet 1", "The Outlet"}, once: true},
	{name: "optimize", from: "made.db", args: []string{"optimize"}},
	{name: "backup", from: "made.db", args: []string{"backup", "DIR/copy.db"}, makes: "copy.db", once: true},
	{name: "restore", from: "old-3.db", args: []string{"restore", "SHOP/copy.db"}},
	{name: "check --repair", from: "damaged.db", args: []string{"check", "--repair"}},
	{name: "migration, from 1", from: "old-1.db", args: []string{"list", "--limit", "1"}},
	{name: "migration, from 2", from: "old-2.db", args: []string{"list", "--limit", "1"}},
	{name: "migration, from 3", from: "old-3.db", args: []string{"import", "SHOP/more.jsonl"}, partly: true},
	{name: "migration, from 4", from: "old-4.db", args: []string{"list", "--limit", "1"}},
	{name: "migration, index", from: "stale.db", args: []string{"list", "--limit", "1"}},
	{name: "export, jsonl", from: "made.db", args: []string{"export", "--to", "DIR/out.jsonl"}, makes: "out.jsonl", once: true},
	{name: "export, csv", from: "made.db", args: []string{"export", "--to", "DIR/out.csv"}, makes: "out.csv", once: true},
	{name: "export, markdown", from: "made.db", args: []string{"export", "--to", "DIR/notes", "--format", "markdown"}, makes: "notes", once: true},
	{name: "saved add", from: "made.db", args: []string{"saved", "add", "cities", "cities"}, once: true, soft: true},
	{name: "saved new", from: "made.db", args: []string{"saved", "new"}, once: true, warns: true, soft: true},
	{name: "log", from: "logged.db", args: []string{"search", "cities", "--limit", "1"}, once: true, warns: true, soft: true},
	{name: "log clear", from: "logged.db", args: []string{"log", "clear"}, soft: true},
	{name: "names", from: "made.db", args: []string{"names", "variants", "plant", "--accept", "plant=works"}, soft: true},
}

// line gives the words of the command in a folder.
func (c crashCommand) line(w *workshop, dir string) []string {
	args := append(slices.Clone(c.args), "--db", filepath.Join(dir, "a.db"))
	for i := range args {
		args[i] = strings.ReplaceAll(strings.ReplaceAll(args[i], "DIR", dir), "SHOP", w.dir)
	}
	return args
}

// workshop is a folder of archives, and of files to import and restore. The
// commands only read them.
type workshop struct {
	dir      string
	articles int // of the archives, but for the old ones
	cleanly  map[string]*outcome
}

// newWorkshop makes archives of so many articles, of which one came after a
// search was saved.
func newWorkshop(t *testing.T, articles int) *workshop {
	t.Helper()
	w := &workshop{dir: t.TempDir(), articles: articles, cleanly: make(map[string]*outcome)}
	made := filepath.Join(w.dir, "made.db")
	w.records(t, "first.jsonl", "Earlier", articles-1)
	w.records(t, "later.jsonl", "Later", 1)
	w.records(t, "more.jsonl", "Article", articles)
	runArchive(t, "import", filepath.Join(w.dir, "first.jsonl"), "--db", made)
	runArchive(t, "saved", "add", "kept", "talks", "--db", made)
	runArchive(t, "import", filepath.Join(w.dir, "later.jsonl"), "--db", made)
	logged := filepath.Join(w.dir, "logged.db")
	copyArchiveFile(t, made, logged)
	runArchive(t, "log", "on", "--db", logged)
	runArchive(t, "search", "river", "--db", logged)
	runArchive(t, "backup", filepath.Join(w.dir, "copy.db"), "--db", made)
	runArchive(t, "export", "--to", filepath.Join(w.dir, "made.jsonl"), "--db", made)
	w.change(t, "damaged.db", `DELETE FROM vocabulary`, `UPDATE languages SET articles = articles + 1`)
	w.change(t, "stale.db", `DELETE FROM meta WHERE key = 'analysis'`)
	for version := range store.SchemaVersion - 1 {
		unpackArchive(t, version+1, filepath.Join(w.dir, fmt.Sprintf("old-%d.db", version+1)))
	}
	return w
}

// records writes a file of so many articles. All differ: only then is the
// index of more than one page.
func (w *workshop) records(t *testing.T, name, title string, articles int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(uint64(len(title)), 0))
	var lines bytes.Buffer
	for i := range articles {
		var words strings.Builder
		for range 100 {
			fmt.Fprintf(&words, "w%x ", dice.Uint32N(50_000))
		}
		fmt.Fprintf(&lines, `{"title": "%s %d", "text": "%s%s", "source": "Outlet %d"}`+"\n", title, i, strings.Repeat(pressBody, 10), &words, i%5)
	}
	write(t, filepath.Join(w.dir, name), lines.String())
}

// change makes an archive that somebody has changed from outside.
func (w *workshop) change(t *testing.T, name string, statements ...string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	copyArchiveFile(t, filepath.Join(w.dir, "made.db"), path)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	for _, s := range append(statements, `PRAGMA wal_checkpoint(TRUNCATE)`) {
		_, err := db.Exec(s)
		must(t, err)
	}
	must(t, db.Close())
}

// unpackArchive puts an archive that an earlier build has made at a path.
func unpackArchive(t *testing.T, version int, path string) {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("store/testdata/version-%d.db.gz", version))
	must(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	must(t, err)
	b, err := io.ReadAll(z)
	must(t, err)
	must(t, os.WriteFile(path, b, 0o600))
}

// prepare makes the folder of a command, empty but for its archive.
func (w *workshop) prepare(t *testing.T, c crashCommand, dir string) {
	t.Helper()
	must(t, os.RemoveAll(dir))
	must(t, os.Mkdir(dir, 0o700))
	if c.from != "" {
		copyArchiveFile(t, filepath.Join(w.dir, c.from), filepath.Join(dir, "a.db"))
	}
}

// outcome is what a command comes to that nobody stops.
type outcome struct {
	took          time.Duration
	before, after string            // the state of the archive
	problems      []store.Problem   // of the archive before
	articles      int64             // before
	made          map[string]string // what it makes
}

// clean runs a command to its end, to know what it does and how long it takes.
func (w *workshop) clean(t *testing.T, c crashCommand) *outcome {
	t.Helper()
	if o := w.cleanly[c.name]; o != nil {
		return o
	}
	dir := filepath.Join(t.TempDir(), "clean")
	db := filepath.Join(dir, "a.db")
	o := &outcome{}
	w.prepare(t, c, dir)
	if c.from != "" {
		found, err := store.Inspect(t.Context(), db, store.Inspection{Schema: schema, Deep: true})
		must(t, err)
		o.problems, o.articles = found.Problems, found.Articles
		o.before = state(t, db)
		w.prepare(t, c, dir)
	}
	start := time.Now()
	runArchive(t, c.line(w, dir)...)
	o.took = time.Since(start)
	o.after = state(t, db)
	if c.makes != "" {
		o.made = written(t, filepath.Join(dir, c.makes))
	}
	w.cleanly[c.name] = o
	return o
}

// state tells all that commands change in an archive, but for the times.
func state(t *testing.T, db string) string {
	t.Helper()
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	a, err := store.Open(t.Context(), db)
	must(t, err)
	defer a.Close()
	var lines []string
	must(t, a.Export(t.Context(), store.ExportOptions{Earlier: true}, func(line store.ExportLine) error {
		article, ok := line.(*store.ExportArticle)
		if !ok {
			return nil
		}
		timeless := *article
		timeless.Added, timeless.Origins, timeless.Corrected = "", nil, nil
		b, err := json.Marshal(timeless)
		lines = append(lines, string(b))
		return err
	}))
	slices.Sort(lines)
	b := strings.Builder{}
	fmt.Fprintln(&b, strings.Join(lines, "\n"))
	saved, err := a.SavedSearches(t.Context())
	must(t, err)
	for _, s := range saved {
		fmt.Fprintln(&b, s.Name, s.Query, s.Seen)
	}
	log, _, err := a.Log(t.Context(), 0)
	must(t, err)
	for _, s := range log {
		fmt.Fprintln(&b, s.Command, s.Query)
	}
	v, err := a.View(t.Context())
	must(t, err)
	pairs, err := v.NamePairs(t.Context())
	must(t, errors.Join(err, v.Close()))
	for _, p := range pairs {
		fmt.Fprintln(&b, p.A, p.B, p.Accepted)
	}
	return b.String()
}

// written gives the files that an export has made, or the articles of a copy.
func written(t *testing.T, path string) map[string]string {
	t.Helper()
	if filepath.Ext(path) == ".db" {
		found, err := store.Inspect(t.Context(), path, store.Inspection{Schema: schema, Deep: true})
		return map[string]string{"": fmt.Sprintf("%+v, %v", found, err)}
	}
	files := make(map[string]string)
	must(t, filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		text := string(b)
		if strings.HasSuffix(name, ".jsonl") { // its first line says when it was written
			_, text, _ = strings.Cut(text, "\n")
		}
		files[strings.TrimPrefix(name, path)] = text
		return err
	}))
	return files
}

// sound looks at the files that a command has left that was stopped: the
// archive is sound and lacks no article, and what bears a name is whole. It
// reports whether the work is done, but for changes in the archive.
func (w *workshop) sound(t *testing.T, c crashCommand, dir string) (done bool) {
	t.Helper()
	o, db := w.clean(t, c), filepath.Join(dir, "a.db")
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) && c.from == "" {
		return false // stopped before there was one
	}
	found, err := store.Inspect(t.Context(), db, store.Inspection{Schema: schema, Deep: true})
	if err != nil || found.Articles < o.articles || len(found.Problems) > 0 && !cmp.Equal(found.Problems, o.problems) {
		t.Errorf("%+v, %v", found, err)
		return false
	}
	if c.makes == "" {
		return len(found.Problems) == 0 && !found.Earlier
	}
	path := filepath.Join(dir, c.makes)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if diff := cmp.Diff(o.made, written(t, path)); diff != "" {
		t.Errorf("%s is not whole: %.2000s", c.makes, diff)
	}
	return true
}

// migrates says that to look into the archive would do what the command does.
func (w *workshop) migrates(c crashCommand) bool {
	return strings.HasPrefix(c.name, "migration") && !c.partly || c.name == "check --repair"
}

// left is sound, and looks into the archive: it is as it was, or as it shall
// be. It reports whether the work is done.
func (w *workshop) left(t *testing.T, c crashCommand, dir string) (done bool) {
	t.Helper()
	done = w.sound(t, c, dir)
	if t.Failed() || w.migrates(c) {
		return done
	}
	o, now := w.clean(t, c), state(t, filepath.Join(dir, "a.db"))
	if now != o.after && now != o.before && !c.partly {
		t.Errorf("neither as before nor as it shall be: %s", cmp.Diff(o.after, now))
	}
	return done && now == o.after
}

// again runs a command that was stopped once more, now to its end.
func (w *workshop) again(t *testing.T, c crashCommand, dir string, done bool) {
	t.Helper()
	if done && c.once {
		return
	}
	runArchive(t, c.line(w, dir)...)
	if !w.left(t, c, dir) {
		t.Error("run again, it has not done its work")
	}
	if !w.migrates(c) {
		return // left has looked into the archive
	}
	if diff := cmp.Diff(w.clean(t, c).after, state(t, filepath.Join(dir, "a.db"))); diff != "" {
		t.Errorf("run again, it comes to something else: %.2000s", diff)
	}
}

// TestKilledCommands kills every command that writes, at a moment by chance.
// Afterwards the archive is sound and holds what it held, and the command can
// be run to its end.
//
// KILLS says how many kills each command gets.
func TestKilledCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	kills, articles := 1, 60
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		kills, articles = n, 150
	}
	dice := crashDice(t)
	w, work := newWorkshop(t, articles), t.TempDir()
	total, working := 0, 0
	for _, c := range crashCommands {
		t.Run(c.name, func(t *testing.T) {
			hits := 0
			for range kills {
				if w.kill(t, c, filepath.Join(work, "killed"), dice) {
					hits++
				}
				if t.Failed() {
					return
				}
			}
			total, working = total+kills, working+hits
			t.Logf("%d kills, %d while it worked", kills, hits)
		})
	}
	t.Logf("%d kills of %d commands, %d while they worked", total, len(crashCommands), working)
}

// kill kills a command at a moment by chance, looks at what is left, and runs
// it again. It reports whether the command was still at work.
func (w *workshop) kill(t *testing.T, c crashCommand, dir string, dice *rand.Rand) (worked bool) {
	t.Helper()
	w.prepare(t, c, dir)
	after := time.Duration(dice.Int64N(int64(w.clean(t, c).took)))
	stop := func() {}
	if c.read {
		stop = readMeanwhile(t, filepath.Join(dir, "a.db"), w.articles)
	}
	ended := killAfter(t, exec.Command("archive", c.line(w, dir)...), after)
	stop()
	w.again(t, c, dir, w.left(t, c, dir))
	if t.Failed() {
		t.Logf("killed after %v", after)
	}
	return ended.Signaled()
}

// readMeanwhile has other processes list the archive until it is stopped:
// no article is ever missing.
func readMeanwhile(t *testing.T, db string, articles int) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			out, err := exec.Command("archive", "list", "--limit", "0", "--format", "ids", "--db", db).CombinedOutput()
			if n := bytes.Count(out, []byte("\n")); err != nil || n < articles {
				t.Errorf("a list meanwhile: %v, %d articles: %.500s", err, n, out)
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
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
