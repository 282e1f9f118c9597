package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// contestant is a program that searches the articles of one corpus.
type contestant interface {
	version() program // says it in its first line
	cold(q query) (program, bool)
}

// indexer is a contestant that makes an index first.
type indexer interface {
	clear() error // removes the index
	load() (program, error)
	size() (int64, error) // bytes of the index
}

// adder is a contestant that takes up further articles.
type adder interface {
	add(articles corpusFiles) program
}

// warmer is a contestant that searches an open index again and again. warm
// starts it; each of its answers, to what ask and askCount write, ends in a
// line that begins with "=", for askCount followed by the number of articles
// found. What it cannot count it has no question for.
type warmer interface {
	warm() program
	ask(q query) (string, bool)
	askCount(q query) string
}

// peer is a kind of contestant.
type peer struct {
	name string
	most int                                                  // articles, if nobody asks for more: it is too slow beyond
	slow bool                                                 // imports once, however many rounds there are
	tree bool                                                 // reads the articles as files
	find func(ctx context.Context, t toolbox) (string, error) // its program
	open func(path string, c corpusFiles, dir string) contestant
}

const unbounded = 1 << 40

// peers are all contestants, ours first.
var peers = []peer{
	{name: "archive", most: unbounded, find: buildArchive, open: openArchive},
	{name: "sqlite3", most: unbounded, find: installed("sqlite3", "sqlite3"), open: openSQLite("porter unicode61")},
	{name: "sqlite3-bm25", most: unbounded, find: installed("sqlite3", "sqlite3"), open: openSQLiteBM25},
	{name: "sqlite3-unicode61", most: 100_000, find: installed("sqlite3", "sqlite3"), open: openSQLite("unicode61")},
	{name: "bleve", most: 100_000, slow: true, find: buildBleve, open: openBleve},
	{name: "xapian", most: 100_000, slow: true, find: buildXapian, open: openXapian},
	{name: "recoll", most: 10_000, slow: true, tree: true, find: installed("recollindex", "recollcmd"), open: openRecoll},
	{name: "ripgrep", most: 100_000, tree: true, find: installed("rg", "ripgrep"), open: openRipgrep},
}

// toolbox is where programs are built.
type toolbox struct{ root, dir string }

func (t toolbox) path(name string) string {
	return filepath.Join(t.dir, name+".exe") // a name that every system runs
}

// installed finds a program of a Debian package.
func installed(name, debian string) func(context.Context, toolbox) (string, error) {
	return func(context.Context, toolbox) (string, error) {
		path, err := exec.LookPath(name)
		if err != nil {
			return "", &absentError{fmt.Sprintf("the program %s is not here (the Debian package %s has it)", name, debian)}
		}
		return path, nil
	}
}

func buildArchive(ctx context.Context, t toolbox) (string, error) {
	return t.build(ctx, "archive", t.root)
}

// build builds the Go program in a folder.
func (t toolbox) build(ctx context.Context, name, folder string) (string, error) {
	p := program{path: "go", args: []string{"build", "-tags", "urfave_cli_no_docs", "-trimpath", "-o", t.path(name), "."}, dir: folder, env: []string{"CGO_ENABLED=0", "GOWORK=off"}}
	_, _, err := p.run(ctx)
	return t.path(name), err
}

// archiveProgram is ours.
type archiveProgram struct {
	path, dir string
	corpus    corpusFiles
}

func openArchive(path string, c corpusFiles, dir string) contestant {
	return &archiveProgram{path, dir, c}
}

func (a *archiveProgram) file() string         { return filepath.Join(a.dir, "archive.db") }
func (a *archiveProgram) version() program     { return a.with("version") }
func (a *archiveProgram) clear() error         { return removeDatabase(a.file()) }
func (a *archiveProgram) size() (int64, error) { return databaseSize(a.file()) }

func (a *archiveProgram) with(args ...string) program {
	return program{path: a.path, args: args, dir: a.dir}
}

func (a *archiveProgram) load() (program, error) { return a.add(a.corpus), nil }

func (a *archiveProgram) add(c corpusFiles) program { return a.importing(c.jsonl()) }

func (a *archiveProgram) importing(path string) program {
	return a.with("import", "--db", a.file(), "--quiet", path)
}

func (a *archiveProgram) cold(q query) (program, bool) {
	if q.form == nothing {
		return a.version(), true
	}
	p := a.with(append([]string{"search", "--db", a.file(), "--limit", fmt.Sprint(shown)}, archiveArgs(q)...)...)
	p.empty = 1
	return p, true
}

func archiveArgs(q query) []string {
	args := []string{"--format", "ids"}
	if q.facets {
		args = []string{"--format", "csv", "--facets", "source"}
	}
	switch q.form {
	case allOf:
		args = append(args, "--all")
	case anyOf:
		args = append(args, "--any")
	}
	if q.source != "" {
		args = append(args, "--source", q.source)
	}
	if q.since != "" {
		args = append(args, "--since", q.since, "--until", q.until)
	}
	if q.byDate {
		args = append(args, "--sort", "-date")
	}
	if q.offset > 0 {
		args = append(args, "--offset", fmt.Sprint(q.offset))
	}
	return append(args, archiveText(q))
}

// archiveText writes a query in the language of archive. Its words are of
// letters alone, see plain.
func archiveText(q query) string {
	text := strings.Join(q.words, " ")
	switch q.form {
	case phrase:
		return `"` + text + `"`
	case near:
		return strings.Join(q.words, fmt.Sprintf(" NEAR/%d ", nearness))
	case prefix:
		return text + "*"
	}
	return text
}

// warm runs answer in a process of its own.
func (a *archiveProgram) warm() program {
	return program{path: ownPath(), args: []string{answerName, a.file()}}
}

func (a *archiveProgram) ask(q query) (string, bool) { return q.line() + "\n", true }

func (a *archiveProgram) askCount(q query) string { return counting(q) }

func ownPath() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// removeDatabase removes an SQLite file with what stands beside it.
func removeDatabase(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// databaseSize counts what has not been moved into the file yet, too.
func databaseSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if wal, err := os.Stat(path + "-wal"); err == nil {
		size += wal.Size()
	}
	return size, nil
}

// folderSize adds up the files in a folder.
func folderSize(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
