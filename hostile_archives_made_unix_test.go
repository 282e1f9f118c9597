//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// hostileArchive is an archive that was made to harm who opens it.
type hostileArchive struct {
	name string
	make func(t *testing.T, db string) // changes a sound archive at this place
	// outcome is what searching it comes to: refused, or works.
	outcome string
	short   bool // it is tried in the short form, too
}

const (
	refused = "refused"
	works   = "works"
	either  = "either" // some commands refuse it, others do not come upon it
)

func allHostileArchives() (all []hostileArchive) {
	for _, list := range [][]hostileArchive{hostileDefinitions(), hostileRows(), hostileIndexes(), hostilePages(), hostileFiles()} {
		all = append(all, list...)
	}
	return all
}

// byStatements makes an archive with SQL, as any program could.
func byStatements(statements ...string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		db, err := sql.Open("sqlite", path+"?_pragma=foreign_keys(0)&_pragma=writable_schema(1)&_pragma=recursive_triggers(1)")
		must(t, err)
		defer db.Close()
		db.SetMaxOpenConns(1)
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatalf("%.200s: %v", s, err)
			}
		}
		_, err = db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
		must(t, err)
	}
}

// redefined puts another definition in the place of a table's.
func redefined(table, definition string) func(*testing.T, string) {
	return byStatements(fmt.Sprintf(`UPDATE sqlite_schema SET sql = %s WHERE name = '%s'`, quotedSQL(definition), table))
}

func quotedSQL(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// endless is a query that gives rows for ever.
const endless = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)`

// hostileDefinitions are archives whose tables are not ours.
func hostileDefinitions() []hostileArchive {
	trigger := func(on string) string {
		return `CREATE TRIGGER x` + strings.ReplaceAll(on, " ", "") + ` AFTER ` + on + ` BEGIN DELETE FROM articles; SELECT analyse('a', 'b'), check_text(1, 2, 3, 4); ` +
			`INSERT INTO bodies (id, text) SELECT max(id) + 1, '` + secret + `' FROM bodies; END`
	}
	var many []string
	for n := range 20_000 {
		many = append(many, fmt.Sprintf(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 't%d', 't%d', 3, 'CREATE TABLE t%d (a, b, c, d, e, f, g, h)')`, n, n, n))
	}
	deep := "1"
	for range 900 {
		deep = "(" + deep + "+1)"
	}
	return []hostileArchive{
		{name: "triggers on every table that is written to", make: byStatements(trigger("INSERT ON articles"), trigger("UPDATE ON meta"), trigger("INSERT ON imports"), trigger("INSERT ON bodies"), trigger("UPDATE ON articles"), trigger("INSERT ON search_log")), outcome: refused, short: true},
		{name: "a view in the place of sources, without an end", make: byStatements(`DROP TABLE sources`, `CREATE VIEW sources (id, name) AS `+endless+` SELECT x, x FROM c`), outcome: refused, short: true},
		{name: "a view in the place of articles", make: byStatements(`ALTER TABLE articles RENAME TO a`, `CREATE VIEW articles AS SELECT a.* FROM a, a b, a c, a d, a e, a f, a g, a h, a i, a j`), outcome: refused},
		{name: "a view in the place of meta that calls our functions", make: byStatements(`DROP TABLE meta`, `CREATE VIEW meta (key, value) AS SELECT 'analysis', analyse('a', 'b')`), outcome: refused},
		{name: "another view of the words", make: byStatements(`DROP VIEW article_words`, `CREATE VIEW article_words AS `+endless+` SELECT x AS id, x AS title, x AS body FROM c`), outcome: refused},
		{name: "a column that is computed, of 120 MB", make: byStatements(`ALTER TABLE articles ADD COLUMN extra GENERATED ALWAYS AS (hex(zeroblob(60000000))) VIRTUAL`), outcome: refused, short: true},
		{name: "a title that is computed", make: redefined("articles", `CREATE TABLE articles (id INTEGER PRIMARY KEY, key, title GENERATED ALWAYS AS (hex(zeroblob(60000000))) VIRTUAL, source, type)`), outcome: refused},
		{name: "an index on an expression", make: byStatements(`CREATE INDEX x ON bodies (length(hex(text)), substr(text, 1, 3) COLLATE NOCASE)`), outcome: refused},
		{name: "an index on an expression with our function", make: byStatements(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', 'x', 'bodies', 3, 'CREATE INDEX x ON bodies (analyse(text, ''en''))')`), outcome: refused},
		{name: "an index in an order that nobody knows", make: byStatements(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', 'x', 'bodies', 3, 'CREATE INDEX x ON bodies (text COLLATE nobody)')`), outcome: refused},
		{name: "a check that never ends", make: redefined("tags", `CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (length(hex(hex(hex(zeroblob(10000000))))) > 3))`), outcome: refused},
		{name: "columns more, with defaults", make: byStatements(`ALTER TABLE articles ADD COLUMN more TEXT NOT NULL DEFAULT 'x'`, `ALTER TABLE places ADD COLUMN more DEFAULT (1)`), outcome: refused},
		{name: "columns of other names", make: byStatements(`ALTER TABLE articles RENAME COLUMN title TO headline`, `ALTER TABLE bodies RENAME COLUMN text TO body`), outcome: refused, short: true},
		{name: "columns in another order", make: redefined("articles", `CREATE TABLE articles (title, id INTEGER PRIMARY KEY, key, source, type)`), outcome: refused},
		{name: "columns of other types", make: redefined("articles", `CREATE TABLE articles (id TEXT PRIMARY KEY, key INTEGER, title BLOB, source TEXT, type BLOB)`), outcome: refused},
		{name: "a table without rowids", make: redefined("articles", `CREATE TABLE articles (id INTEGER PRIMARY KEY, key, title) WITHOUT ROWID`), outcome: refused},
		{name: "a table with rowids that has none", make: redefined("meta", `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)`), outcome: refused},
		{name: "a table of counters", make: byStatements(`CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)`, `INSERT INTO counted VALUES (9223372036854775807)`), outcome: refused},
		{name: "tags as a full-text index with settings of its own", make: byStatements(`DROP TABLE tags`, `CREATE VIRTUAL TABLE tags USING fts5 (id, name)`, `INSERT INTO tags VALUES (1, 'x')`, `INSERT INTO tags (tags, rank) VALUES ('rank', 'highlight(0, ''a'', ''b'')')`), outcome: refused, short: true},
		{name: "bylines as an R*Tree", make: byStatements(`DROP TABLE bylines`, `CREATE VIRTUAL TABLE bylines USING rtree (id, a, b, +name)`, `INSERT INTO bylines VALUES (1, 2, 3, 'x')`, `UPDATE bylines_node SET data = x'ffffffffffff'`), outcome: refused},
		{name: "a map as an R*Tree of polygons", make: byStatements(`CREATE VIRTUAL TABLE x USING geopoly (a)`), outcome: refused},
		{name: "types as the pages of the file", make: byStatements(`DROP TABLE types`, `CREATE VIRTUAL TABLE types USING dbstat`), outcome: refused},
		{name: "tables of modules that nobody has", make: byStatements(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'x', 'x', 0, 'CREATE VIRTUAL TABLE x USING fts3 (a, tokenize=icu)'), ('table', 'y', 'y', 0, 'CREATE VIRTUAL TABLE y USING csv (filename=/etc/passwd)')`), outcome: refused},
		{name: "an index of another tokenizer", make: redefined("article_index", `CREATE VIRTUAL TABLE article_index USING fts5 (body, title, content = 'article_words', content_rowid = 'id', tokenize = 'trigram')`), outcome: refused},
		{name: "an index with the content of another table", make: redefined("article_index", `CREATE VIRTUAL TABLE article_index USING fts5 (body, title, content = 'sqlite_schema', content_rowid = 'id', tokenize = 'ascii')`), outcome: refused},
		{name: "20,000 tables", make: byStatements(append([]string{`BEGIN`}, append(many, `COMMIT`)...)...), outcome: refused},
		{name: "a definition of 10 MB", make: byStatements(`CREATE VIEW x AS SELECT '` + strings.Repeat("x", 10<<20) + `'`), outcome: refused},
		{name: "a deep expression", make: byStatements(`CREATE VIEW x AS SELECT ` + deep), outcome: refused},
		{name: "definitions that are none", make: byStatements(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'x', 'x', 3, 'DROP TABLE articles'), (NULL, NULL, NULL, NULL, NULL), (x'ff', 1.5, x'', 'x', 7)`), outcome: refused},
		{name: "a definition that attaches a file", make: byStatements(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('view', 'x', 'x', 0, 'CREATE VIEW x AS SELECT load_extension(''/tmp/x.so''), readfile(''/etc/passwd''), writefile(''x'', 1)')`), outcome: refused},
		{name: "tables defined twice", make: byStatements(`INSERT INTO sqlite_schema SELECT * FROM sqlite_schema`), outcome: refused},
		{name: "no tables", make: byStatements(`DELETE FROM sqlite_schema`), outcome: refused},
		{name: "no table meta", make: byStatements(`DROP TABLE meta`), outcome: refused},
		{name: "two tables on the same page", make: byStatements(`UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'bodies') WHERE name = 'articles'`), outcome: either, short: true},
		{name: "a table on the page of an index", make: byStatements(`UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'origins') WHERE name = 'articles'`), outcome: either},
		{name: "a table on the first page", make: byStatements(`UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'articles'`), outcome: either},
		{name: "a table on a page that is not there", make: byStatements(`UPDATE sqlite_schema SET rootpage = 2147483647 WHERE name = 'bodies'`), outcome: either},
		{name: "a table on no page", make: byStatements(`UPDATE sqlite_schema SET rootpage = 0 WHERE name = 'articles'`), outcome: either},
		{name: "statistics that lie", make: byStatements(`ANALYZE`, `UPDATE sqlite_stat1 SET stat = '99999999999999999999 0 -1 sz=-5 unordered noskipscan'`, `INSERT INTO sqlite_stat1 SELECT 'articles', 'nobody', hex(zeroblob(100000))`), outcome: works},
		{name: "statistics that are a view", make: byStatements(`CREATE VIEW x AS SELECT 1 AS tbl, 2 AS idx, 3 AS stat`, `UPDATE sqlite_schema SET name = 'sqlite_stat1', sql = 'CREATE VIEW sqlite_stat1 AS `+endless+` SELECT x AS tbl, x AS idx, x AS stat FROM c' WHERE name = 'x'`), outcome: refused},
		{name: "version 0", make: byStatements(`PRAGMA user_version = 0`), outcome: refused},
		{name: "version 1", make: byStatements(`PRAGMA user_version = 1`), outcome: refused, short: true},
		{name: "version -1", make: byStatements(`PRAGMA user_version = -1`), outcome: refused},
		{name: "version 2147483647", make: byStatements(`PRAGMA user_version = 2147483647`), outcome: refused},
	}
}

// hostileRows are archives with our tables and rows that no import makes.
func hostileRows() []hostileArchive {
	return []hostileArchive{
		{name: "texts in the place of bytes", make: byStatements(`UPDATE columns SET data = CAST(data AS TEXT)`, `UPDATE vocabulary SET data = CAST(data AS TEXT), first = CAST(first AS TEXT)`, `UPDATE articles SET key = hex(key)`, `UPDATE saved_searches SET seen = 'x'`, `UPDATE files SET sha256 = 'x'`), outcome: either, short: true},
		{name: "numbers in the place of bytes", make: byStatements(`UPDATE columns SET data = 7`, `UPDATE vocabulary SET data = 1.5`, `UPDATE articles SET key = id`, `UPDATE saved_searches SET seen = 1`), outcome: either},
		{name: "bytes in the place of texts", make: byStatements(`UPDATE articles SET title = x'ff00fe', published = x'00', lang = x'ff', type = x'1b5b', url = x'80', added = x'ff'`, `UPDATE bodies SET text = CAST(text AS BLOB)`, `UPDATE sources SET name = CAST(name AS BLOB)`, `UPDATE rules SET name = x'1b' || id`, `UPDATE places SET path = x'2f'`), outcome: either, short: true},
		{name: "numbers in the place of texts", make: byStatements(`UPDATE articles SET title = 1.5, published = -7, lang = 3, type = 4, url = 5, added = 1e300`, `UPDATE sources SET name = id`, `UPDATE meta SET value = 1`), outcome: either},
		{name: "texts in the place of numbers", make: byStatements(`UPDATE articles SET words = 'many', bytes = 'x', source = 'x', byline = x'00', first_day = 'x', last_day = 1e300, superseded_by = NULL, title_rule = 'x'`, `UPDATE files SET size = 'x', modified = 'y'`, `UPDATE imports SET added = 'z'`), outcome: either},
		{name: "bytes that are no text in all encodings", make: byStatements(`UPDATE articles SET title = CAST(x'c3281bf0288cbc00e28028' AS TEXT), lang = CAST(x'ff' AS TEXT), published = CAST(x'80' AS TEXT)`, `UPDATE bodies SET text = CAST(x'4b796976c328' || zeroblob(100) || x'f0288cbc' AS TEXT)`, `UPDATE sources SET name = CAST(x'ff' AS TEXT) || id`, `UPDATE tags SET name = CAST(x'ff' AS TEXT) || id`), outcome: works, short: true},
		{name: "articles with ids at the ends of all numbers", make: byStatements(`UPDATE articles SET id = 9223372036854775807 WHERE id = 1`, `UPDATE bodies SET id = 9223372036854775807 WHERE id = 1`, `UPDATE articles SET id = -9223372036854775808 WHERE id = 2`, `UPDATE bodies SET id = -9223372036854775808 WHERE id = 2`, `UPDATE articles SET id = 0 WHERE id = 3`, `UPDATE bodies SET id = 0 WHERE id = 3`, `UPDATE articles SET id = 1152921504606846976 WHERE id = 4`), outcome: either, short: true},
		{name: "other ids at the ends of all numbers", make: byStatements(`UPDATE sources SET id = 9223372036854775807 - id`, `UPDATE articles SET source = 9223372036854775806, byline = -5, import = 9223372036854775807`, `UPDATE imports SET id = 9223372036854775807`, `UPDATE files SET id = 9223372036854775807 - id`, `UPDATE places SET id = 9223372036854775807`, `UPDATE languages SET id = 9223372036854775807`, `UPDATE types SET id = 4294967296 + id`), outcome: either},
		{name: "packed values shorter than they say", make: byStatements(`UPDATE columns SET data = substr(data, 1, 4095)`), outcome: either, short: true},
		{name: "packed values of 100 MB", make: byStatements(`UPDATE columns SET data = zeroblob(100000000) WHERE id >> 32 < 4`), outcome: either},
		{name: "packed values of blocks at the ends of all numbers", make: byStatements(`INSERT INTO columns (id, data) SELECT (7 << 32) + n.value, (SELECT data FROM columns WHERE id = 7 << 32) FROM json_each('[4294967295, 2147483648, 262144, 1000000, 524288]') n`, `INSERT OR IGNORE INTO columns (id, data) VALUES (9223372036854775807, x'00'), (-9223372036854775808, x'01'), (-1, x'02'), (0, x'03')`), outcome: either},
		{name: "packed days to the end of time", make: byStatements(`UPDATE columns SET data = CAST(replace(hex(zeroblob(8192)), '00', 'xy') AS BLOB) WHERE id >> 32 IN (4, 5, 6, 9)`), outcome: either, short: true},
		{name: "packed outlets without number", make: byStatements(`INSERT OR REPLACE INTO columns (id, data) VALUES (10 << 32, CAST(replace(hex(zeroblob(8192)), '00', 'xy') AS BLOB))`, `INSERT OR REPLACE INTO columns (id, data) VALUES (11 << 32, zeroblob(20000000))`), outcome: either},
		{name: "no packed values", make: byStatements(`DELETE FROM columns`), outcome: works},
		{name: "words with lying lengths", make: byStatements(`UPDATE vocabulary SET data = x'ffffffffffffffffff7f' || randomblob(1000)`), outcome: either, short: true},
		{name: "words that begin elsewhere", make: byStatements(`UPDATE vocabulary SET first = x'' || zeroblob(id)`), outcome: either},
		{name: "words in runs at the end of all numbers", make: byStatements(`UPDATE vocabulary SET run = 9223372036854775807 - id`, `INSERT INTO vocabulary (list, run, first, data) VALUES (1, -5, x'', x''), (1, 9223372036854775807, x'', x'00'), (3, 1, x'00', x'0000')`), outcome: either},
		{name: "words in 50,000 runs", make: byStatements(`WITH RECURSIVE c(x) AS (SELECT 100 UNION ALL SELECT x + 1 FROM c WHERE x < 50100) INSERT INTO vocabulary (list, run, first, data) SELECT 1 + x % 3, x, x'', (SELECT data FROM vocabulary WHERE list = 1 + x % 3 ORDER BY length(data) LIMIT 1) FROM c`), outcome: either},
		{name: "a saved search that has seen all numbers", make: byStatements(`UPDATE saved_searches SET seen = x'01ffffffffffffffff0f02ffffffffffffffff0f02ffffffffffffffff0f'`), outcome: works, short: true},
		{name: "a saved search that has seen a million runs", make: byStatements(`UPDATE saved_searches SET seen = CAST(replace(hex(zeroblob(500000)), '0', char(2)) AS BLOB)`), outcome: works},
		{name: "saved searches of no language", make: byStatements(`INSERT INTO saved_searches (name, query, flags, added, seen) VALUES ('a', '` + strings.Repeat("(", 100_000) + `', '{}', '', x''), ('b', 'x', 'null', '', ''), ('c', 'x', '{"db": ["/etc/passwd"], "out": ["x"], "lang": []}', '', ''), ('-rf', '--help', '[1', '', '')`), outcome: works},
		{name: "300 saved searches", make: byStatements(endless[:0] + `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300) INSERT INTO saved_searches (name, query, flags, added, seen) SELECT 's' || x, 'kyiv', '{}', '', x'' FROM c`), outcome: works},
		{name: "counts that lie", make: byStatements(`UPDATE languages SET articles = 9223372036854775807`, `INSERT INTO languages (code, articles) VALUES ('xx', -5), ('', 9223372036854775807)`, `UPDATE imports SET added = -1, failed = 9223372036854775807, files = -9223372036854775808`, `UPDATE articles SET words = 9223372036854775807, bytes = 9223372036854775807`), outcome: either, short: true},
		{name: "100,000 languages", make: byStatements(`WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) INSERT INTO languages (code, articles) SELECT 'l' || x, x FROM c`), outcome: works},
		{name: "outlets that stand for each other in a circle", make: byStatements(`INSERT INTO source_aliases VALUES ('a', 'b', ''), ('b', 'c', ''), ('c', 'a', ''), ('Kyiv Independent', 'a', '')`, `INSERT OR IGNORE INTO sources (name) VALUES ('a'), ('b')`), outcome: works, short: true},
		{name: "outlets that stand for others in a long row", make: byStatements(`WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) INSERT INTO source_aliases SELECT 'n' || x, 'n' || (x + 1), '' FROM c`), outcome: works},
		{name: "versions that replace each other in a circle", make: byStatements(`UPDATE articles SET superseded_by = 1 + id % 5`), outcome: works, short: true},
		{name: "what refers to nothing", make: byStatements(`UPDATE articles SET source = 999, byline = 999, title_rule = 999, import = 999, superseded_by = NULL`, `UPDATE origins SET article = 999`, `UPDATE files SET place = 999`, `INSERT OR REPLACE INTO citations (article, source, rule, phrase) VALUES (1, 999, 999, 'x'), (999, 1, 1, 'y')`), outcome: works},
		{name: "dates that are none", make: byStatements(`UPDATE articles SET published = '99999999999999-99-99T99:99:99.999999999999+99:99', first_day = 9223372036854775807, last_day = -9223372036854775808, captured = '-', added = 'never'`, `UPDATE imports SET started = 'x', finished = '9'`), outcome: works, short: true},
		{name: "an index of a later program", make: byStatements(`UPDATE meta SET value = '999999999'`), outcome: refused},
		{name: "an index of nobody knows what", make: byStatements(`UPDATE meta SET value = 'x''; DROP TABLE articles' `), outcome: works},
		{name: "a log that is on", make: byStatements(`INSERT OR REPLACE INTO meta VALUES ('log', 'on')`, `INSERT INTO search_log (asked, command, query, flags, reading, notes, articles, sources, last, matched, partly) VALUES ('x', '../../x', x'1b5d', '[', 'x', x'00', -1, 9223372036854775807, 0, 0, 0)`), outcome: works},
		{name: "notes that are no JSON", make: byStatements(`UPDATE imports SET places = '[1, {', skipped = '{"x": "y"}'`, `UPDATE places SET fields = '{"text": 5'`, `INSERT OR REPLACE INTO corrections VALUES (1, 'title', 'x', '{', ''), (2, 'tags', '[]', 'null', ''), (3, 'nothing', 'y', '{}', '')`), outcome: works, short: true},
		{name: "JSON without an end", make: byStatements(`UPDATE imports SET skipped = '` + strings.Repeat(`{"a":`, 50_000) + `', places = '` + strings.Repeat("[", 100_000) + `'`), outcome: works},
		{name: "files of any size and time", make: byStatements(`UPDATE files SET size = -9223372036854775808, modified = 9223372036854775807, reader = x'00', sha256 = zeroblob(10000000)`), outcome: works},
		{name: "a title of 100 MB", make: byStatements(`UPDATE articles SET title = CAST(replace(hex(zeroblob(25000000)), '00', 'Kyiv') AS TEXT) WHERE id = 1`), outcome: either},
		{name: "a text of 110 MB", make: byStatements(`UPDATE bodies SET text = CAST(replace(hex(zeroblob(22000000)), '00', 'Kyiv ') AS TEXT) WHERE id = 1`), outcome: either},
		{name: "200,000 articles without words", make: byStatements(`WITH RECURSIVE c(x) AS (SELECT 100 UNION ALL SELECT x + 1 FROM c WHERE x < 200100) INSERT INTO articles (id, key, type, words, bytes, added, import) SELECT x, CAST(x AS BLOB), 'text', 0, 0, '', 1 FROM c`), outcome: works},
		{name: "an article with 200,000 tags and outlets", make: byStatements(`WITH RECURSIVE c(x) AS (SELECT 100 UNION ALL SELECT x + 1 FROM c WHERE x < 200100) INSERT INTO tags (id, name) SELECT x, 't' || x FROM c`, `INSERT INTO sources SELECT id, name FROM tags WHERE id >= 100`, `INSERT INTO article_tags SELECT 1, id FROM tags WHERE id >= 100`, `INSERT INTO citations SELECT 1, id, 1, 'x' FROM tags WHERE id >= 100`), outcome: works},
		{name: "names that are no pair", make: byStatements(`INSERT INTO name_pairs VALUES ('', '', 7, ''), ('z', 'a', 1, 'x'), (x'ff', x'00', 'y', 1)`), outcome: either},
		{name: "places all over the machine", make: byStatements(`INSERT INTO places (path, added) VALUES ('/etc/passwd', ''), ('/proc/self/environ', ''), ('../..', ''), ('/dev/zero', '')`, `INSERT INTO failures SELECT id, '/etc/passwd', '', 'x' FROM imports`), outcome: works, short: true},
	}
}

// hostileIndexes are archives whose full-text index FTS5 would not write.
func hostileIndexes() []hostileArchive {
	return []hostileArchive{
		{name: "an index of bytes by chance", make: byStatements(`UPDATE article_index_data SET block = randomblob(length(block))`), outcome: either, short: true},
		{name: "an index with pages by chance", make: byStatements(`UPDATE article_index_data SET block = randomblob(length(block)) WHERE id > 10`), outcome: either, short: true},
		{name: "an index of no pages", make: byStatements(`DELETE FROM article_index_data WHERE id > 10`), outcome: either},
		{name: "an index of nothing", make: byStatements(`DELETE FROM article_index_data`, `DELETE FROM article_index_idx`, `DELETE FROM article_index_docsize`, `DELETE FROM article_index_config`), outcome: either},
		{name: "an index of segments without number", make: byStatements(`UPDATE article_index_data SET block = x'00000000ffffffff0fffffffff0fffffffff0f' WHERE id = 10`), outcome: either, short: true},
		{name: "an index with a page of 100 MB", make: byStatements(`UPDATE article_index_data SET block = zeroblob(100000000) WHERE id = (SELECT max(id) FROM article_index_data)`), outcome: either},
		{name: "an index with empty pages", make: byStatements(`UPDATE article_index_data SET block = x''`), outcome: either},
		{name: "an index of texts", make: byStatements(`UPDATE article_index_data SET block = 'text'`, `UPDATE article_index_docsize SET sz = 'text'`), outcome: either},
		{name: "an index whose averages lie", make: byStatements(`UPDATE article_index_data SET block = x'8fffffffffffffffff8fffffffffffffffff00' WHERE id = 1`), outcome: either},
		{name: "an index whose first words are elsewhere", make: byStatements(`UPDATE article_index_idx SET pgno = 9223372036854775807 - pgno`), outcome: either},
		{name: "an index that leads in a circle", make: byStatements(`UPDATE article_index_idx SET pgno = 2`, `UPDATE article_index_data SET block = (SELECT block FROM article_index_data WHERE id > 10 ORDER BY id LIMIT 1) WHERE id > 10`), outcome: either},
		{name: "lengths of articles that lie", make: byStatements(`UPDATE article_index_docsize SET sz = x'ffffffffffffffffffffffffffffffff'`, `INSERT OR IGNORE INTO article_index_docsize VALUES (9223372036854775807, x'81'), (-1, zeroblob(1000000))`), outcome: either},
		{name: "settings of the index by chance", make: byStatements(`UPDATE article_index_config SET v = -1`, `INSERT OR REPLACE INTO article_index_config VALUES ('rank', 'nobody(1, 2'), ('pgsz', 'x'), ('automerge', 99999999999), ('crisismerge', -5), ('hashsize', 9223372036854775807), ('usermerge', x'00')`), outcome: either, short: true},
		{name: "an index of a later FTS5", make: byStatements(`UPDATE article_index_config SET v = 999 WHERE k = 'version'`), outcome: either},
		{name: "an index that ranks by our functions", make: byStatements(`INSERT OR REPLACE INTO article_index_config VALUES ('rank', 'analyse(''a'', ''b'')')`), outcome: works},
	}
}

const pageBytes = 32768

// byBytes makes an archive by hand.
func byBytes(change func(t *testing.T, file []byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		b, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, change(t, b), 0o600))
	}
}

// rootOf gives the first page of a table, from 1 on.
func rootOf(t *testing.T, file []byte, table string) (page int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.db")
	must(t, os.WriteFile(path, file, 0o600))
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	must(t, db.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = ?`, table).Scan(&page))
	return page
}

// pageOf gives a page of a file, from 1 on.
func pageOf(file []byte, page int) []byte { return file[(page-1)*pageBytes : page*pageBytes] }

// withPages appends pages, and notes in the header how many there are.
func withPages(file []byte, pages ...[]byte) []byte {
	for _, p := range pages {
		file = append(file, p...)
	}
	binary.BigEndian.PutUint32(file[28:], uint32(len(file)/pageBytes))
	copy(file[92:96], file[24:28])
	return file
}

// interiorPage is a page of a b-tree whose children are all the same page.
// Each cell brings a child and a key.
func interiorPage(kind byte, start, child, cells int, key []byte) []byte {
	p := make([]byte, pageBytes)
	h := p[start:]
	cells = min(cells, (len(h)-12)/(4+len(key)+2))
	h[0] = kind
	binary.BigEndian.PutUint16(h[3:], uint16(cells))
	binary.BigEndian.PutUint32(h[8:], uint32(child))
	at := pageBytes
	for i := range cells {
		at -= 4 + len(key)
		binary.BigEndian.PutUint32(p[at:], uint32(child))
		copy(p[at+4:], key)
		binary.BigEndian.PutUint16(h[12+2*i:], uint16(at))
	}
	binary.BigEndian.PutUint16(h[5:], uint16(at))
	return p
}

// bushy makes of a table a tree in which each page has the same page below it
// many times: reading it to its end takes years.
func bushy(table string, levels, cells int) func(*testing.T, string) {
	return byBytes(func(t *testing.T, file []byte) []byte {
		root := 1
		if table != "sqlite_schema" {
			root = rootOf(t, file, table)
		}
		start := 0
		leaf := bytes.Clone(pageOf(file, root))
		if root == 1 {
			start = 100
			copy(leaf, make([]byte, 100))
			copy(leaf, leaf[100:108]) // its cells stay where they are
			n := int(binary.BigEndian.Uint16(leaf[3:]))
			copy(leaf[8:8+2*n], bytes.Clone(leaf[108:108+2*n]))
		}
		kind, key := byte(5), []byte{0x81, 0x00}
		if leaf[0] == 10 { // of an index: keys are whole cells
			at := int(binary.BigEndian.Uint16(leaf[8:]))
			kind, key = 2, leaf[at:at+1+int(leaf[at])]
		} else if leaf[0] != 13 {
			t.Fatalf("%s begins with a page of kind %d", table, leaf[0])
		}
		child := len(file)/pageBytes + 1
		pages := [][]byte{leaf}
		for range levels {
			pages = append(pages, interiorPage(kind, 0, child, cells, key))
			child++
		}
		top := interiorPage(kind, start, child-1, cells, key)
		copy(top[:start], file[:start])
		copy(pageOf(file, root), top)
		return withPages(file, pages...)
	})
}

// endlessValue puts a text of so many bytes in the first row of bodies, whose
// pages lead in a circle.
func endlessValue(size uint64) func(*testing.T, string) {
	return byBytes(func(t *testing.T, file []byte) []byte {
		root := rootOf(t, file, "bodies")
		serial := sqliteVarint(size*2 + 13)
		header := append([]byte{byte(2 + len(serial)), 0}, serial...)
		payload := uint64(len(header)) + size
		const usable = pageBytes
		const least = (usable-12)*32/255 - 23
		local := least + int((payload-least)%(usable-4))
		if local > usable-35 {
			local = least
		}
		p := make([]byte, pageBytes)
		cell := append(sqliteVarint(payload), 1) // of the row 1
		body := append(header, bytes.Repeat([]byte("Kyiv "), local/5+1)...)
		cell = append(cell, body[:local]...)
		overflow := len(file)/pageBytes + 1
		cell = binary.BigEndian.AppendUint32(cell, uint32(overflow))
		at := pageBytes - len(cell)
		copy(p[at:], cell)
		p[0] = 13
		binary.BigEndian.PutUint16(p[3:], 1)
		binary.BigEndian.PutUint16(p[5:], uint16(at))
		binary.BigEndian.PutUint16(p[8:], uint16(at))
		copy(pageOf(file, root), p)
		circle := bytes.Repeat([]byte("Kyiv"), pageBytes/4)
		binary.BigEndian.PutUint32(circle, uint32(overflow))
		return withPages(file, circle)
	})
}

// sqliteVarint is https://www.sqlite.org/fileformat.html#varint, up to 8 bytes.
func sqliteVarint(n uint64) (b []byte) {
	for more := false; n > 0 || !more; more = true {
		last := byte(n & 0x7f)
		if more {
			last |= 0x80
		}
		b = append([]byte{last}, b...)
		n >>= 7
	}
	return b
}

// header changes bytes at the start of the file.
func header(at int, to ...byte) func(*testing.T, string) {
	return byBytes(func(_ *testing.T, file []byte) []byte {
		copy(file[at:], to)
		return file
	})
}

// hostilePages are archives whose pages are not as SQLite makes them.
func hostilePages() (all []hostileArchive) {
	for _, table := range []string{"articles", "bodies", "meta", "sources", "vocabulary", "article_index_idx", "article_index_docsize", "article_index_config", "files_by_path", "places", "imports", "languages", "saved_searches"} {
		all = append(all, hostileArchive{name: "a tree of " + table + " that takes years", make: bushy(table, 4, 1000), outcome: either, short: table == "articles"})
	}
	return append(all, []hostileArchive{
		{name: "a tree of definitions that takes years", make: bushy("sqlite_schema", 4, 1000), outcome: refused, short: true},
		{name: "a tree that leads in a circle", make: byBytes(func(t *testing.T, file []byte) []byte {
			root := rootOf(t, file, "articles")
			copy(pageOf(file, root), interiorPage(5, 0, root, 1000, []byte{0x81, 0}))
			return file
		}), outcome: either},
		{name: "a text of 120 MB in a circle of pages", make: endlessValue(120 << 20), outcome: either},
		{name: "a text of 1 GB in a circle of pages", make: endlessValue(1_000_000_000), outcome: either},
		{name: "a text of 2 GB in a circle of pages", make: endlessValue(2_147_483_000), outcome: either},
		{name: "a text of 1 TB in a circle of pages", make: endlessValue(1 << 40), outcome: either},
		{name: "pages of 512 bytes", make: header(16, 2, 0), outcome: refused},
		{name: "pages of 65,536 bytes", make: header(16, 0, 1), outcome: refused},
		{name: "pages of no size", make: header(16, 0, 0), outcome: refused},
		{name: "pages of an odd size", make: header(16, 0x7f, 0xff), outcome: refused},
		{name: "255 bytes of each page set aside", make: header(20, 255), outcome: either},
		{name: "other shares of a page", make: header(21, 1, 1, 1), outcome: refused},
		{name: "more pages than there are", make: header(28, 0x7f, 0xff, 0xff, 0xff), outcome: either},
		{name: "fewer pages than there are", make: header(28, 0, 0, 0, 2), outcome: either},
		{name: "texts in UTF-16, as the header has it", make: header(56, 0, 0, 0, 2), outcome: either, short: true},
		{name: "texts in an encoding that is none", make: header(56, 0, 0, 0, 9), outcome: either},
		{name: "a format of definitions that is none", make: header(44, 0, 0, 0, 99), outcome: refused},
		{name: "a journal of no kind", make: header(18, 3, 3), outcome: either},
		{name: "a journal of another kind", make: header(18, 1, 1), outcome: works},
		{name: "a journal of an old and a new kind", make: header(18, 1, 2), outcome: either},
		{name: "pages that move by themselves", make: header(52, 0, 0, 0, 9), outcome: either, short: true},
		{name: "pages that move step by step", make: header(52, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 1), outcome: either},
		{name: "free pages in a circle", make: byBytes(func(_ *testing.T, file []byte) []byte {
			trunk := make([]byte, pageBytes)
			n := uint32(len(file)/pageBytes + 1)
			binary.BigEndian.PutUint32(trunk, n)
			binary.BigEndian.PutUint32(trunk[4:], 2)
			binary.BigEndian.PutUint32(trunk[8:], n)
			binary.BigEndian.PutUint32(trunk[12:], 1)
			binary.BigEndian.PutUint32(file[32:], n)
			binary.BigEndian.PutUint32(file[36:], 1_000_000)
			return withPages(file, trunk)
		}), outcome: works, short: true},
		{name: "all pages free", make: byBytes(func(_ *testing.T, file []byte) []byte {
			trunk := make([]byte, pageBytes)
			pages := len(file) / pageBytes
			binary.BigEndian.PutUint32(trunk[4:], uint32(pages))
			for i := range pages {
				binary.BigEndian.PutUint32(trunk[8+4*i:], uint32(i+1))
			}
			binary.BigEndian.PutUint32(file[32:], uint32(pages+1))
			binary.BigEndian.PutUint32(file[36:], uint32(pages+1))
			return withPages(file, trunk)
		}), outcome: works},
		{name: "rows of no length", make: byBytes(func(t *testing.T, file []byte) []byte {
			p := pageOf(file, rootOf(t, file, "articles"))
			for i := 8; i < 18; i += 2 {
				binary.BigEndian.PutUint16(p[i:], 8)
			}
			return file
		}), outcome: either},
		{name: "more rows than a page holds", make: byBytes(func(t *testing.T, file []byte) []byte {
			binary.BigEndian.PutUint16(pageOf(file, rootOf(t, file, "articles"))[3:], 0xffff)
			return file
		}), outcome: either},
	}...)
}

// superJournal is what ends a journal that names another file.
func superJournal(name string) []byte {
	sum := uint32(0)
	for _, b := range []byte(name) {
		sum += uint32(int8(b))
	}
	end := append([]byte{}, name...)
	end = binary.BigEndian.AppendUint32(end, uint32(len(name)))
	end = binary.BigEndian.AppendUint32(end, sum)
	return append(end, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"...)
}

// hotJournal is a journal that waits to be rolled back, of no pages.
func hotJournal(end []byte) []byte {
	b := make([]byte, 512)
	copy(b, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
	binary.BigEndian.PutUint32(b[16:], 46)
	binary.BigEndian.PutUint32(b[20:], 512)
	binary.BigEndian.PutUint32(b[24:], pageBytes)
	return append(b, end...)
}

// outside is a file beside the folder of an archive, which nothing may touch.
func outside(db string) string { return filepath.Join(filepath.Dir(filepath.Dir(db)), "outside.txt") }

// beside puts a file beside the archive.
func beside(end string, body func(db string) []byte) func(*testing.T, string) {
	return func(t *testing.T, db string) {
		t.Helper()
		must(t, os.WriteFile(db+end, body(db), 0o600))
	}
}

// otherLog is the write-ahead log of another archive.
func otherLog(t *testing.T, db string) {
	t.Helper()
	other := filepath.Join(t.TempDir(), "other.db")
	copyArchiveFile(t, db, other)
	c, err := sql.Open("sqlite", other)
	must(t, err)
	defer c.Close()
	for _, s := range []string{`PRAGMA wal_autocheckpoint = 0`, `DELETE FROM bodies`, `CREATE TABLE more AS SELECT * FROM articles`, `DELETE FROM articles`} {
		_, err := c.Exec(s)
		must(t, err)
	}
	copyArchiveFile(t, other+"-wal", db+"-wal")
}

// instead puts something in the place of the archive.
func instead(put func(db string) error) func(*testing.T, string) {
	return func(t *testing.T, db string) {
		t.Helper()
		must(t, os.Remove(db))
		must(t, put(db))
	}
}

func bytesInstead(b []byte) func(*testing.T, string) {
	return instead(func(db string) error { return os.WriteFile(db, b, 0o600) })
}

// hostileFiles are harmful by what lies at the place of the archive, or beside
// it.
func hostileFiles() []hostileArchive {
	zeros := make([]byte, 3*pageBytes)
	return []hostileArchive{
		{name: "an empty file", make: bytesInstead(nil), outcome: refused, short: true},
		{name: "a file of one byte", make: bytesInstead([]byte("S")), outcome: refused},
		{name: "zeros", make: bytesInstead(zeros), outcome: refused},
		{name: "a header alone", make: byBytes(func(_ *testing.T, file []byte) []byte { return file[:100] }), outcome: refused, short: true},
		{name: "a header and zeros", make: byBytes(func(_ *testing.T, file []byte) []byte { return append(file[:100:100], zeros...) }), outcome: refused},
		{name: "a header and a terabyte of nothing", make: func(t *testing.T, db string) {
			header := byBytes(func(_ *testing.T, file []byte) []byte { return file[:100] })
			header(t, db)
			must(t, os.Truncate(db, 1<<40))
		}, outcome: refused},
		{name: "a folder", make: instead(func(db string) error { return os.Mkdir(db, 0o700) }), outcome: refused},
		{name: "a pipe", make: instead(func(db string) error { return syscall.Mkfifo(db, 0o600) }), outcome: refused, short: true},
		{name: "a device", make: instead(func(db string) error { return os.Symlink("/dev/zero", db) }), outcome: refused},
		{name: "a link to itself", make: instead(func(db string) error { return os.Symlink(db, db) }), outcome: refused},
		{name: "a journal that names another file", make: beside("-journal", func(db string) []byte { return hotJournal(superJournal(outside(db))) }), outcome: refused, short: true},
		{name: "a journal that names another file, by way of a link", make: func(t *testing.T, db string) {
			elsewhere := filepath.Join(filepath.Dir(db), "elsewhere.db")
			must(t, os.Rename(db, elsewhere))
			must(t, os.Symlink(elsewhere, db))
			must(t, os.WriteFile(elsewhere+"-journal", hotJournal(superJournal(outside(db))), 0o600))
		}, outcome: refused, short: true},
		{name: "a journal of nothing", make: beside("-journal", func(string) []byte { return hotJournal(nil) }), outcome: either},
		{name: "a journal of bytes by chance", make: beside("-journal", func(string) []byte { return bytes.Repeat([]byte("\xa5\x5a\xff"), 50_000) }), outcome: works},
		{name: "a journal that is a pipe", make: func(t *testing.T, db string) { must(t, syscall.Mkfifo(db+"-journal", 0o600)) }, outcome: refused, short: true},
		{name: "a log that is a pipe", make: func(t *testing.T, db string) { must(t, syscall.Mkfifo(db+"-wal", 0o600)) }, outcome: refused},
		{name: "a log that is a link", make: func(t *testing.T, db string) { must(t, os.Symlink(outside(db), db+"-wal")) }, outcome: refused, short: true},
		{name: "an index of the log that is a link", make: func(t *testing.T, db string) { must(t, os.Symlink(outside(db), db+"-shm")) }, outcome: refused},
		{name: "a journal that is a link", make: func(t *testing.T, db string) { must(t, os.Symlink(outside(db), db+"-journal")) }, outcome: refused},
		{name: "a log that is a folder", make: func(t *testing.T, db string) { must(t, os.Mkdir(db+"-wal", 0o700)) }, outcome: either},
		{name: "the log of another archive", make: otherLog, outcome: refused, short: true},
		{name: "a log of bytes by chance", make: beside("-wal", func(string) []byte { return bytes.Repeat([]byte("\x37\x7f\x06\x82\x00"), 50_000) }), outcome: works},
		{name: "an index of the log of bytes by chance", make: beside("-shm", func(string) []byte { return bytes.Repeat([]byte("\x18\xe2\x2d\x00\xff"), 13_107) }), outcome: works},
	}
}
