//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

// newsFile holds real articles in many languages.
const newsFile = "../shared/data/news/multilingual.jsonl.gz"

// load runs commands beside each other and counts them.
type load struct {
	t    *testing.T
	db   string
	runs atomic.Int64
	wait sync.WaitGroup
	over chan struct{} // closed when it is time to end
}

func newLoad(t *testing.T, db string) *load { return &load{t: t, db: db, over: make(chan struct{})} }

// again does something over and over, at least once, until the load is over.
func (l *load) again(do func(turn int)) {
	l.wait.Go(func() {
		for turn := 0; ; turn++ {
			do(turn)
			select {
			case <-l.over:
				return
			default:
			}
		}
	})
}

func (l *load) end() {
	close(l.over)
	l.wait.Wait()
}

// asks runs a command that reads: it finds something or not, and complains of
// nothing.
func (l *load) asks(args ...string) (out []byte) {
	l.t.Helper()
	l.runs.Add(1)
	var complaints bytes.Buffer
	cmd := exec.Command("archive", append(args, "--db", l.db)...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code > 1 || code < 0 || args[0] != "search" && code > 0 {
		l.t.Errorf("%v: %v: %s", args, err, complaints.String())
	}
	return out
}

// finds searches over and over: what is found once is found each time after. The
// words are taken as they are typed: which other spellings are of one name depends
// on what the archive holds.
func (l *load) finds(query string) {
	found := map[string]bool{}
	l.again(func(int) {
		now := map[string]bool{}
		for id := range strings.Lines(string(l.asks("search", query, "--all", "--exact", "--no-correct", "--limit", "0", "--format", "ids"))) {
			now[id] = true
		}
		for id := range found {
			if !now[id] {
				l.t.Errorf("%s found %d articles, and now %d without %s", query, len(found), len(now), id)
			}
		}
		maps.Copy(found, now)
	})
}

// Eight searches, and all else that only reads, beside an import: nothing
// fails, nothing is lost from one search to the next.
//
// BESIDE says how many imports of real articles, one after the other, are
// searched beside.
func TestSearchesBesideAnImport(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	imports, from := 1, filepath.Join(t.TempDir(), "records.jsonl")
	if n, err := strconv.Atoi(os.Getenv("BESIDE")); err == nil {
		imports, from = n, newsFile
	}
	if from != newsFile {
		writeRecords(t, from, 100)
	}
	var searches, others int64
	for range imports {
		s, o := searchBesideAnImport(t, from)
		searches, others = searches+s, others+o
	}
	t.Logf("%d imports; beside them %d searches and %d other commands", imports, searches, others)
}

func searchBesideAnImport(t *testing.T, from string) (searches, others int64) {
	work := t.TempDir()
	db := filepath.Join(work, "read.db")
	runArchive(t, "import", "seeds", "--db", db)
	readers, rest := newLoad(t, db), newLoad(t, db)
	for _, query := range []string{"Putin", "river", "police OR plant", "cities -peace", "rec*", `"several cities"`, "lang:en", "title:record OR text:year"} {
		readers.finds(query)
	}
	copies := 0
	rest.again(func(turn int) {
		rest.asks("show", "1", "--no-pager")
		rest.asks("list", "--limit", "5")
		rest.asks("stats")
		rest.asks("sources")
		rest.asks("check")
		rest.asks("export", "--to", filepath.Join(work, fmt.Sprint("export", turn, ".jsonl")))
		rest.asks("backup", filepath.Join(work, fmt.Sprint("copy", turn, ".db")))
		copies = turn + 1
	})
	runArchive(t, "import", from, "--db", db)
	readers.end()
	rest.end()
	all := wholeArticles(t, db, 6)
	for n := range copies {
		wholeArticles(t, filepath.Join(work, fmt.Sprint("copy", n, ".db")), 5)
	}
	t.Logf("%d articles; %d searches, %d other commands", all, readers.runs.Load(), rest.runs.Load())
	return readers.runs.Load(), rest.runs.Load()
}

// Three imports at once come to the same archive as one after the other: every
// article is there once, with the file that it came from.
func TestImportsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const small, large = 100, 300
	dir, more, work := t.TempDir(), t.TempDir(), t.TempDir()
	for i := range small {
		write(t, filepath.Join(dir, fmt.Sprintf("%03d.txt", i)), fmt.Sprintf("Headline %d\n\n%s", i, pressBody))
	}
	writeRecords(t, filepath.Join(dir, "050-large.jsonl"), large)
	copyInto(t, more, os.DirFS("seeds"))
	const articles, files = small + large + 5, small + 1 + 5
	alone, db := filepath.Join(work, "alone.db"), filepath.Join(work, "together.db")
	runArchive(t, "import", dir, more, "--db", alone)
	var all sync.WaitGroup
	for _, from := range []string{dir, dir, more} {
		all.Go(func() { runArchive(t, "import", from, "--db", db) })
	}
	all.Wait()
	wholeArticles(t, db, articles)
	if diff := cmp.Diff(contents(t, alone), contents(t, db)); diff != "" {
		t.Error(diff)
	}
	for _, path := range []string{alone, db} {
		ask(t, path, `SELECT count(*) FROM origins`, articles)
		ask(t, path, `SELECT count(*) FROM files WHERE state = 'read'`, files)
		ask(t, path, `SELECT count(DISTINCT path) FROM files`, files)
		ask(t, path, `SELECT sum(added) FROM imports WHERE finished IS NOT NULL`, articles)
	}
}

// ask asks the file for a number, as any program that knows SQLite may.
func ask(t *testing.T, db, query string, want int) {
	t.Helper()
	file, err := sql.Open("sqlite", db)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got int
	if err := file.QueryRow(query).Scan(&got); err != nil || got != want {
		t.Errorf("%s: %s gives %d, want %d; %v", filepath.Base(db), query, got, want, err)
	}
}

// rounds is how often the commands that write run beside each other: ROUNDS,
// else once.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("ROUNDS")); err == nil {
		return n
	}
	return 1
}

// Commands that write wait for each other, and all do their work.
func TestWritersAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	work := t.TempDir()
	db, more := filepath.Join(work, "busy.db"), filepath.Join(work, "more")
	runArchive(t, "import", "seeds", "--db", db, "--source", "Outlet")
	must(t, os.Mkdir(more, 0o700))
	var done atomic.Int64
	for round := range rounds() {
		writeRecords(t, filepath.Join(more, "news.jsonl"), 10*(round+1))
		var all sync.WaitGroup
		for _, line := range []string{
			"import " + more, "import " + more, "edit 1 --title Another", "edit 2 --title Other", "sources alias Outlet Shop",
			"optimize", "optimize", "log on", "log off", "sources", "check --deep", "search Putin",
		} {
			all.Go(func() {
				for range 3 {
					out, err := exec.Command("archive", append(strings.Fields(line), "--db", db)...).CombinedOutput()
					if err != nil && !strings.Contains(string(out), "already") {
						t.Errorf("%s: %v: %s", line, err, out)
					}
					done.Add(1)
				}
			})
		}
		all.Wait()
		wholeArticles(t, db, 5+10*(round+1))
	}
	t.Logf("%d commands", done.Load())
}

// A repair and a restore want the file for themselves: they say so where others
// have it, and where they get it, nothing that was reported as imported is
// lost: it is in the archive, or in what was put aside.
func TestReplacedBesideOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	work := t.TempDir()
	db, copied := filepath.Join(work, "busy.db"), filepath.Join(work, "copy.db")
	runArchive(t, "import", "seeds", "--db", db)
	runArchive(t, "backup", copied, "--db", db)
	var replaced, refused atomic.Int64
	var imported sync.Map
	for round := range rounds() {
		spoilLanguages(t, db)
		others := newLoad(t, db)
		others.again(func(turn int) {
			name := fmt.Sprintf("token%dx%d", round, turn)
			cmd := exec.Command("archive", "import", "-", "--db", db)
			cmd.Stdin = strings.NewReader("A headline\n\nThe text says " + name + " and little else.\n")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("import: %v: %s", err, out)
			}
			imported.Store(name, true)
			others.asks("search", "Putin")
			time.Sleep(200 * time.Millisecond) // for the others to have the file
		})
		var exclusive sync.WaitGroup
		for _, line := range []string{"check --repair", "check --repair", "restore " + copied, "restore " + copied} {
			exclusive.Go(func() {
				for range 10 {
					if replaces(t, line, db) {
						replaced.Add(1)
						continue
					}
					refused.Add(1)
				}
			})
		}
		exclusive.Wait()
		others.end()
	}
	places, err := filepath.Glob(db + ".*")
	must(t, err)
	places = slices.DeleteFunc(places, func(name string) bool { return strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-shm") })
	for _, name := range append(places, db) {
		found, err := store.Inspect(t.Context(), name, store.Inspection{Schema: schema})
		if err != nil || found.Articles < 5 || len(found.Problems) > 1 {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
		imported.Range(func(token, _ any) bool {
			if out, err := exec.Command("archive", "search", token.(string), "--no-correct", "--format", "ids", "--db", name).Output(); err == nil && len(out) > 0 {
				imported.Delete(token)
			}
			return true
		})
	}
	imported.Range(func(token, _ any) bool {
		t.Errorf("%s was imported and is gone", token)
		return true
	})
	t.Logf("%d times done, %d times refused, %d files put aside", replaced.Load(), refused.Load(), len(places))
}

// replaces runs a command that wants the file for itself; false if it could
// not have it.
func replaces(t *testing.T, line, db string) bool {
	out, err := exec.Command("archive", append(strings.Fields(line), "--db", db)...).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "another process has") {
		t.Errorf("%s: %v: %s", line, err, out)
	}
	return err == nil
}

// spoilLanguages damages what can be worked out again, so that there is
// something to repair.
func spoilLanguages(t *testing.T, db string) {
	t.Helper()
	file, err := sql.Open("sqlite", db+"?_pragma=busy_timeout(30000)")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Exec(`UPDATE languages SET articles = articles + 1`); err != nil {
		t.Error(err)
	}
}

// Programs that read while an archive of an earlier version is lifted: one that
// has begun before goes on with what was there, those that come meanwhile and
// afterwards find the same articles.
func TestReadersThroughAMigration(t *testing.T) {
	for version := 1; version < store.SchemaVersion; version++ {
		db := filepath.Join(t.TempDir(), "old.db")
		unpackArchive(t, version, db)
		before := readerBefore(t, db)
		load := newLoad(t, db)
		for range 4 {
			load.wait.Go(func() {
				out := load.asks("search", "zaporizhzhia", "--format", "ids")
				if n := bytes.Count(out, []byte("\n")); n != 3 {
					t.Errorf("version %d: %d articles while it is lifted, want 3: %s", version, n, out)
				}
			})
		}
		load.wait.Go(func() { runArchive(t, "import", "seeds", "--db", db) })
		load.wait.Wait()
		if v, titles := before.sees(t); v != version || titles != before.titles {
			t.Errorf("who began before sees version %d and %q", v, titles)
		}
		must(t, before.tx.Rollback())
		must(t, before.db.Close())
		wholeArticles(t, db, 5)
	}
}

// reader is a program that reads an archive in one transaction.
type reader struct {
	db     *sql.DB
	tx     *sql.Tx
	titles string
}

func readerBefore(t *testing.T, path string) (r reader) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	must(t, err)
	r = reader{db: db, tx: tx}
	_, r.titles = r.sees(t)
	return r
}

func (r reader) sees(t *testing.T) (version int, titles string) {
	t.Helper()
	must(t, r.tx.QueryRow(`PRAGMA user_version`).Scan(&version))
	must(t, r.tx.QueryRow(`SELECT group_concat(coalesce(title, '-') || length(text), '|') FROM articles JOIN bodies USING (id) ORDER BY id`).Scan(&titles))
	return version, titles
}
