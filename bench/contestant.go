package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// contestant is a program that imports the same articles into one file and
// searches it.
type contestant interface {
	name() string
	version() program
	clear() error // removes its file
	load(articles string) (program, error)
	size() (int64, error) // bytes of its file
	idle() program        // starts and exits, with as little between as it can
	search(words string, phrase bool) program
	hits(words string, phrase bool) program // prints all that search finds, one a line
}

// shown is how many articles a search prints.
const shown = 20

// archiveProgram is ours.
type archiveProgram struct{ path, dir string }

func (a *archiveProgram) file() string     { return filepath.Join(a.dir, "archive.db") }
func (a *archiveProgram) name() string     { return "archive" }
func (a *archiveProgram) version() program { return a.with("version") }
func (a *archiveProgram) idle() program    { return a.with("version") }
func (a *archiveProgram) clear() error     { return removeDatabase(a.file()) }

func (a *archiveProgram) size() (int64, error) { return databaseSize(a.file()) }

func (a *archiveProgram) with(args ...string) program {
	return program{path: a.path, args: args, dir: a.dir}
}

func (a *archiveProgram) load(articles string) (program, error) {
	return a.with("import", "--db", a.file(), "--quiet", articles), nil
}

func (a *archiveProgram) search(words string, phrase bool) program {
	return a.with("search", "--db", a.file(), "--format", "ids", "--limit", fmt.Sprint(shown), quoted(words, phrase))
}

// hits asks for the articles with all the words, as sqlite3 does.
func (a *archiveProgram) hits(words string, phrase bool) program {
	return a.with("search", "--db", a.file(), "--format", "ids", "--limit", "0", "--all", quoted(words, phrase))
}

// sqliteProgram is the command line of SQLite with a plain FTS5 table.
type sqliteProgram struct{ path, dir string }

func (s *sqliteProgram) file() string     { return filepath.Join(s.dir, "sqlite3.db") }
func (s *sqliteProgram) name() string     { return "sqlite3" }
func (s *sqliteProgram) version() program { return program{path: s.path, args: []string{"--version"}} }
func (s *sqliteProgram) clear() error     { return removeDatabase(s.file()) }

func (s *sqliteProgram) size() (int64, error) { return databaseSize(s.file()) }

// loadScript fills a table of articles and an index over it in one
// transaction. The file is that of prepare.
const loadScript = `.bail on
BEGIN;
CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE article_index USING fts5 (
  title, body, content = 'articles', content_rowid = 'id', tokenize = 'porter unicode61'
);
.import --csv ` + csvName + ` articles
INSERT INTO article_index (article_index) VALUES ('rebuild');
COMMIT;
`

func (s *sqliteProgram) load(string) (program, error) {
	p := s.with()
	p.stdin = strings.NewReader(loadScript)
	return p, nil
}

// with leaves the person's own settings out.
func (s *sqliteProgram) with(sql ...string) program {
	return program{path: s.path, args: append([]string{"-batch", "-init", os.DevNull, s.file()}, sql...), dir: s.dir}
}

func (s *sqliteProgram) idle() program { return s.with("SELECT 1") }

func (s *sqliteProgram) search(words string, phrase bool) program {
	return s.with(fmt.Sprintf("SELECT rowid FROM article_index WHERE article_index MATCH '%s' ORDER BY rank LIMIT %d", quoted(words, phrase), shown))
}

func (s *sqliteProgram) hits(words string, phrase bool) program {
	return s.with(fmt.Sprintf("SELECT rowid FROM article_index WHERE article_index MATCH '%s'", quoted(words, phrase)))
}

// quoted writes a phrase as both query languages do. The words are of
// letters alone, see plain.
func quoted(words string, phrase bool) string {
	if phrase {
		return `"` + words + `"`
	}
	return words
}

// removeDatabase removes an SQLite file with what stands beside it.
func removeDatabase(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !os.IsNotExist(err) {
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
