package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// sqliteSearcher is the command line of SQLite on a file with an FTS5 table.
type sqliteSearcher struct {
	path, dir string
	order     string // by relevance, in SQL
}

// sqliteProgram also makes the file.
type sqliteProgram struct {
	sqliteSearcher
	corpus    corpusFiles
	tokenizer string
}

// byRank is the order that the documentation of FTS5 commends, byBM25 the one
// that is faster with a LIMIT.
const (
	byRank = "rank"
	byBM25 = "bm25(article_index)"
)

func openSQLite(tokenizer string) func(path string, c corpusFiles, dir string) contestant {
	return func(path string, c corpusFiles, dir string) contestant {
		return &sqliteProgram{sqliteSearcher{path, dir, byRank}, c, tokenizer}
	}
}

// openSQLiteBM25 searches what sqlite3 has made.
func openSQLiteBM25(path string, c corpusFiles, _ string) contestant {
	return &sqliteSearcher{path, indexFolder(c, "sqlite3"), byBM25}
}

func (s *sqliteSearcher) file() string        { return filepath.Join(s.dir, "sqlite3.db") }
func (s *sqliteSearcher) version() program    { return program{path: s.path, args: []string{"--version"}} }
func (s *sqliteProgram) clear() error         { return removeDatabase(s.file()) }
func (s *sqliteProgram) size() (int64, error) { return databaseSize(s.file()) }

// with leaves the person's own settings out.
func (s *sqliteSearcher) with(sql ...string) program {
	return program{path: s.path, args: append([]string{"-batch", "-init", os.DevNull, s.file()}, sql...), dir: s.dir}
}

func (s *sqliteProgram) script(lines ...string) program {
	p := s.with()
	p.stdin = strings.Join(lines, "\n") + "\n"
	return p
}

// load fills a table of articles and an index over it in one transaction.
func (s *sqliteProgram) load() (program, error) {
	return s.script(
		`.bail on`,
		`BEGIN;`,
		`CREATE TABLE articles (id INTEGER PRIMARY KEY, source TEXT, published TEXT, author TEXT, url TEXT, title TEXT, body TEXT);`,
		`CREATE VIRTUAL TABLE article_index USING fts5 (title, body, content = 'articles', content_rowid = 'id', tokenize = '`+s.tokenizer+`');`,
		`.import --csv `+shellQuoted(s.corpus.csv())+` articles`,
		`INSERT INTO article_index (article_index) VALUES ('rebuild');`,
		`COMMIT;`,
	), nil
}

func (s *sqliteProgram) add(c corpusFiles) program {
	return s.script(
		`.bail on`,
		`BEGIN;`,
		`CREATE TEMP TABLE before AS SELECT max(id) AS id FROM articles;`,
		`.import --csv `+shellQuoted(c.csv())+` articles`,
		`INSERT INTO article_index (rowid, title, body) SELECT id, title, body FROM articles WHERE id > (SELECT id FROM before);`,
		`COMMIT;`,
	)
}

// shellQuoted writes an argument for the commands of the sqlite3 program.
func shellQuoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func (s *sqliteSearcher) cold(q query) (program, bool) { return s.with(s.selection(q)), true }

func (s *sqliteSearcher) warm() program { return s.with() }

func (s *sqliteSearcher) ask(q query) (string, bool) { return s.selection(q) + "\n.print =\n", true }

// askCount asks for the number alone, with "=" before it. The order does not
// change it.
func (s *sqliteSearcher) askCount(q query) string {
	if s.order != byRank {
		return ""
	}
	return "SELECT '=' || count(*)" + condition(q) + ";\n"
}

// selection writes a query in SQL.
func (s *sqliteSearcher) selection(q query) string {
	switch {
	case q.form == nothing:
		return "SELECT 1;"
	case q.facets:
		return "SELECT a.source, count(*)" + condition(q) + " GROUP BY a.source ORDER BY 2 DESC;"
	}
	order := s.order
	if q.byDate {
		order = "a.published DESC"
	}
	return fmt.Sprintf("SELECT f.rowid%s ORDER BY %s LIMIT %d OFFSET %d;", condition(q), order, shown, q.offset)
}

// condition writes what follows the columns. The table of articles is joined
// only where it is needed.
func condition(q query) string {
	from := " FROM article_index f"
	where := " WHERE article_index MATCH " + sqlQuoted(match(q))
	if q.source != "" || q.since != "" || q.byDate || q.facets {
		from += " JOIN articles a ON a.id = f.rowid"
	}
	if q.source != "" {
		where += " AND a.source = " + sqlQuoted(q.source)
	}
	if q.since != "" {
		where += " AND a.published BETWEEN " + sqlQuoted(q.since) + " AND " + sqlQuoted(q.until)
	}
	return from + where
}

// match writes words in the language of FTS5.
func match(q query) string {
	switch q.form {
	case anyOf:
		return strings.Join(q.words, " OR ")
	case phrase:
		return `"` + strings.Join(q.words, " ") + `"`
	case near:
		return fmt.Sprintf("NEAR(%s, %d)", strings.Join(q.words, " "), nearness)
	case prefix:
		return q.words[0] + " *"
	}
	return strings.Join(q.words, " ")
}

func sqlQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
