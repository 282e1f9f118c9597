package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Repaired tells what Repair did.
type Repaired struct {
	Kept     string // where the damaged file is now
	Articles int64
	Lost     []LostArticle
	// Found counts texts whose articles could not be read; they are articles
	// without title, source and date now.
	Found int64
	// Gaps are the tables of which a part could not be read.
	Gaps  []string
	Still Findings // of the sound copy: what cannot be worked out again
}

// LostArticle is one whose text could not be read.
type LostArticle struct {
	ID    int64
	Title string
	Path  string // a file that it came from, "" if that is not known
}

// Repair makes a sound copy of all that can be read of a damaged archive, puts
// it in its place, and keeps the damaged file beside it. Texts are copied to
// the letter; the index and all else that follows from them is made anew. step
// is told what is done next.
//
// An article whose text cannot be read is left out, and its file is read again
// by the next import.
func Repair(ctx context.Context, path, schema string, step func(string)) (r *Repaired, err error) {
	headed := checkHeader(path)
	if headed != nil && !errors.Is(headed, errHeadless) {
		return nil, headed
	}
	temp, err := tempBeside(path, "repair")
	if err != nil {
		return nil, fault("repair "+path, err)
	}
	defer func() { err = errors.Join(err, removeArchive(temp)) }()
	if err := execSchema(ctx, temp, schema); err != nil {
		return nil, fault("repair "+path, err)
	}
	source := path
	if headed != nil {
		source, err = copyWithHeader(path, temp)
		if err != nil {
			return nil, fault("repair "+path, err)
		}
		defer func() { err = errors.Join(err, removeArchive(source)) }()
	}
	s := &salvage{path: path, source: source, temp: temp, schema: schema, step: step, done: &Repaired{}}
	return s.done, fault("repair "+path, s.run(ctx))
}

// copyWithHeader copies a file that has lost its header, with that of another
// archive, and the write-ahead log that belongs to it.
func copyWithHeader(path, other string) (to string, err error) {
	header, err := readHeader(other)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	binary.BigEndian.PutUint32(header[pageCountAt:], uint32(info.Size()/pageSize))
	if to, err = tempBeside(path, "repair"); err != nil {
		return "", err
	}
	if hasLog(path) {
		err = copyInto(path+"-wal", to+"-wal")
	} else {
		header[writeVersionAt], header[writeVersionAt+1] = legacy, legacy
	}
	err = errors.Join(err, copyInto(path, to))
	if err == nil {
		err = writeHeader(to, header)
	}
	if err != nil {
		return "", errors.Join(err, removeArchive(to))
	}
	return to, nil
}

func copyInto(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func writeHeader(path string, header []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(header, 0)
	return errors.Join(err, f.Close())
}

// tempBeside makes an empty file beside another, of mode 0600.
func tempBeside(path, mark string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"."+mark+"-*")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// removeArchive removes a file with what stands beside it, if it is there.
func removeArchive(path string) error {
	return errors.Join(removeIfThere(path), removeIfThere(path+"-wal"), removeIfThere(path+"-shm"), removeIfThere(path+"-journal"))
}

// salvage copies an archive table by table.
type salvage struct {
	path, temp, schema string
	source             string // path, or a copy of it that has a header
	step               func(string)
	from, to           *sql.Conn
	done               *Repaired
	plain              []string // the tables of the damaged file, once asked
}

func (s *salvage) run(ctx context.Context) (err error) {
	// With writable_schema SQLite reads what is left of a file that was cut off.
	place, err := placedNow(s.path)
	if err != nil {
		return err
	}
	old, err := connect(s.source, "writable_schema(1)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if s.from, err = old.Conn(ctx); err != nil {
		return err
	}
	defer s.from.Close()
	// Nobody else shall write meanwhile.
	if err := beginWriting(ctx, s.from, s.path, turnWait); err != nil && !damaged(err) {
		return err
	}
	if err := place.check(); err != nil { // it waited for another repair
		return err
	}
	before := s.state(ctx)
	if err := s.copy(ctx); err != nil {
		return err
	}
	s.step("checking the copy")
	found, err := Inspect(ctx, s.temp, Inspection{Schema: s.schema, Deep: true})
	if err != nil {
		return err
	}
	s.done.Still, s.done.Articles = *found, found.Articles
	return s.replace(ctx, place, before)
}

// state gives a number that changes when somebody else writes; 0 where that
// cannot be told.
func (s *salvage) state(ctx context.Context) (n int64) {
	if err := s.from.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&n); err != nil {
		return 0
	}
	return n
}

// replace puts the copy in the place of the archive, if that is still as it
// was copied.
func (s *salvage) replace(ctx context.Context, archive placed, before int64) (err error) {
	if _, err := s.from.ExecContext(ctx, `ROLLBACK`); err != nil && !damaged(err) {
		return err
	}
	if err := lockOut(ctx, s.from, archive); err != nil {
		return err
	}
	if s.state(ctx) != before {
		return &Error{Text: fmt.Sprintf("another process has written to %s meanwhile (run the same command again)", s.path)}
	}
	s.done.Kept, err = takePlace(s.temp, s.path, "damaged")
	return err
}

// copy makes the sound copy.
func (s *salvage) copy(ctx context.Context) error {
	made, err := connect(s.temp, "synchronous(OFF)", "journal_mode(OFF)", "foreign_keys(0)")
	if err != nil {
		return err
	}
	if s.to, err = made.Conn(ctx); err != nil {
		return errors.Join(err, made.Close())
	}
	err = errors.Join(s.copyAll(ctx), s.to.Close())
	if err == nil {
		s.step("making the index anew")
		err = renew(ctx, made, s.temp)
	}
	return errors.Join(err, made.Close())
}

// workedOut are the tables that follow from the others.
var workedOut = []string{"columns", "languages", "sums", "types", "vocabulary"}

func (s *salvage) copyAll(ctx context.Context) error {
	tables, err := namesOn(ctx, s.to, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'article_index%' AND name NOT LIKE 'sqlite_%'`)
	if err != nil {
		return err
	}
	if _, err := s.to.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	sums, err := watchSums(s.to)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if slices.Contains(workedOut, table) {
			continue
		}
		s.step("copying " + table)
		if err := s.copyTable(ctx, table); err != nil {
			return err
		}
	}
	if err := s.findLost(ctx); err != nil {
		return err
	}
	if err := s.adopt(ctx); err != nil {
		return err
	}
	// What files say is brought again by the next import.
	if len(s.done.Gaps) > 0 || len(s.done.Lost) > 0 {
		if _, err := s.to.ExecContext(ctx, `UPDATE files SET state = 'reading'`); err != nil {
			return err
		}
	}
	for _, statement := range mending {
		if _, err := s.to.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := s.measure(ctx); err != nil {
		return err
	}
	if err := dropSpoilt(ctx, s.to); err != nil {
		return err
	}
	if err := sums.write(ctx, s.to); err != nil {
		return err
	}
	_, err = s.to.ExecContext(ctx, `COMMIT`)
	return err
}

func namesOn(ctx context.Context, conn *sql.Conn, query string, args ...any) (names []string, err error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// tableCopy copies the rows of a table.
type tableCopy struct {
	*salvage
	name   string
	sel    string // SELECT without conditions; where there are rowids they come first
	insert *sql.Stmt
	width  int
}

// copyTable copies the columns that both have. Where a page cannot be read it
// goes on from the other end, and what is between is looked for row by row.
func (s *salvage) copyTable(ctx context.Context, table string) error {
	had, err := s.columnsOf(ctx, table)
	if err != nil && !damaged(err) {
		return err
	}
	has, err := namesOn(ctx, s.to, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return err
	}
	var quoted []string
	for _, name := range has {
		if slices.Contains(had, name) {
			quoted = append(quoted, `"`+name+`"`)
		}
	}
	if len(quoted) == 0 && table == "bodies" {
		return &Error{Text: fmt.Sprintf("nothing can be read of %s (put a copy in its place with 'archive restore COPY')", s.path)}
	}
	if len(quoted) == 0 {
		return nil // an earlier version has no such table
	}
	c := tableCopy{salvage: s, name: table, width: len(quoted)}
	rowids := slices.Contains(has, "id")
	list := strings.Join(quoted, ", ")
	c.sel = "SELECT " + list + " FROM " + table
	c.insert, err = s.to.PrepareContext(ctx, "INSERT OR IGNORE INTO "+table+" ("+list+") VALUES (?"+strings.Repeat(", ?", len(quoted)-1)+")")
	if err != nil {
		return err
	}
	defer c.insert.Close()
	if rowids && quoted[0] == `"id"` {
		return c.byID(ctx)
	}
	_, err = c.rows(ctx, "")
	return c.past(err)
}

// columnsOf gives the columns that a table had. A view or a virtual table of that
// name is not asked, nor are columns that are computed, which the list leaves out.
func (s *salvage) columnsOf(ctx context.Context, table string) (columns []string, err error) {
	if s.plain == nil { // asked once: SQLite takes long where there are many
		s.plain, err = namesOn(ctx, s.from, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
	}
	if err != nil || !slices.Contains(s.plain, table) {
		return nil, err
	}
	return namesOn(ctx, s.from, `SELECT name FROM pragma_table_info(?)`, table)
}

// past goes past damage, and notes it.
func (c *tableCopy) past(err error) error {
	if !damaged(err) {
		return err
	}
	c.gap()
	return nil
}

func (c *tableCopy) gap() {
	if !slices.Contains(c.done.Gaps, c.name) {
		c.done.Gaps = append(c.done.Gaps, c.name)
	}
}

// isCutOff reports a text of which a part is missing: where a file ends within
// a page SQLite reads zeros, and no text of ours holds one.
func (c *tableCopy) isCutOff(row []any) bool {
	text, _ := row[len(row)-1].(string)
	return c.name == "bodies" && strings.ContainsRune(text, 0)
}

// rows copies the rows of a part of the table, and gives the id of the last.
func (c *tableCopy) rows(ctx context.Context, part string, args ...any) (last int64, err error) {
	rows, err := c.from.QueryContext(ctx, c.sel+part, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values, to := make([]any, c.width), make([]any, c.width)
	for i := range values {
		to[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return last, err
		}
		last, _ = values[0].(int64)
		if c.isCutOff(values) {
			c.gap()
			continue
		}
		_, err := c.insert.ExecContext(ctx, values...)
		if failsToWrite(err) { // which is no damage of what is read
			return last, &Error{Text: fmt.Sprintf("could not write %s: %s", c.temp, reason(err))}
		}
		if err := c.past(err); err != nil { // it is past a value that cannot be
			return last, err
		}
	}
	return last, rows.Err()
}

// failsToWrite reports an error of the disk under the copy.
func failsToWrite(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	code := failure.Code() & 0xff
	return code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_CORRUPT
}

// Rows are looked for one by one between two damaged places: at most so many,
// and no more once so many in a row cannot be read.
const (
	maxProbes   = 1 << 20
	maxFailures = 10_000
)

// byID copies a table that has ids, around what cannot be read.
func (c *tableCopy) byID(ctx context.Context) error {
	low, err := c.rows(ctx, " ORDER BY id")
	if !damaged(err) {
		return err
	}
	if err := c.past(err); err != nil {
		return err
	}
	high, err := c.rows(ctx, " WHERE id > ? ORDER BY id DESC", low)
	if !damaged(err) {
		return err
	}
	if high == 0 {
		high = low + maxProbes
	}
	failures := 0
	for id := low + 1; id < min(high, low+maxProbes) && failures < maxFailures; id++ {
		_, err := c.rows(ctx, " WHERE id = ?", id)
		if failures++; err == nil {
			failures = 0
		}
		if err := c.past(err); err != nil {
			return err
		}
	}
	return nil
}

// findLost notes the articles whose texts could not be read.
func (s *salvage) findLost(ctx context.Context) error {
	rows, err := s.to.QueryContext(ctx, `
		SELECT a.id, coalesce(a.title, ''), coalesce((SELECT f.path FROM origins o JOIN files f ON f.id = o.file WHERE o.article = a.id LIMIT 1), '')
		FROM articles a WHERE NOT EXISTS (SELECT 1 FROM bodies b WHERE b.id = a.id) ORDER BY a.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l LostArticle
		if err := rows.Scan(&l.ID, &l.Title, &l.Path); err != nil {
			return err
		}
		s.done.Lost = append(s.done.Lost, l)
	}
	return rows.Err()
}

// adopt makes articles of texts that have none.
func (s *salvage) adopt(ctx context.Context) error {
	ids, err := namesOn(ctx, s.to, `SELECT id FROM bodies b WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = b.id)`)
	if err != nil || len(ids) == 0 {
		return err
	}
	now := time.Now().UTC().Format(time.RFC3339)
	var run int64
	if err := s.to.QueryRowContext(ctx, `INSERT INTO imports (started, finished) VALUES (?, ?) RETURNING id`, now, now).Scan(&run); err != nil {
		return err
	}
	for _, id := range ids {
		var a Article
		if err := s.to.QueryRowContext(ctx, `SELECT text FROM bodies WHERE id = ?`, id).Scan(&a.Text); err != nil {
			return err
		}
		key := a.Key()
		res, err := s.to.ExecContext(ctx, `
			INSERT OR IGNORE INTO articles (id, key, type, words, bytes, added, import) VALUES (?, ?, 'text', 0, 0, ?, ?)`, id, key[:], now, run)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		s.done.Found += n
	}
	return nil
}

// mending makes what was copied agree with itself.
var mending = []string{
	`UPDATE articles SET key = substr(key, 1, 16)`, // of version 1
	// A file whose articles were lost is read again.
	`UPDATE files SET state = 'reading' WHERE id IN (
		SELECT file FROM origins WHERE article NOT IN (SELECT id FROM bodies))`,
	`DELETE FROM articles WHERE id NOT IN (SELECT id FROM bodies)`,
	`DELETE FROM bodies WHERE id NOT IN (SELECT id FROM articles)`,
	`UPDATE articles SET superseded_by = NULL WHERE superseded_by NOT IN (SELECT id FROM articles)`,
	`UPDATE articles SET source = NULL WHERE source NOT IN (SELECT id FROM sources)`,
	`UPDATE articles SET byline = NULL WHERE byline NOT IN (SELECT id FROM bylines)`,
	`UPDATE articles SET title_rule = NULL WHERE title_rule NOT IN (SELECT id FROM rules)`,
	`UPDATE articles SET source_rule = NULL WHERE source_rule NOT IN (SELECT id FROM rules)`,
	`UPDATE articles SET byline_rule = NULL WHERE byline_rule NOT IN (SELECT id FROM rules)`,
	`UPDATE articles SET published_rule = NULL WHERE published_rule NOT IN (SELECT id FROM rules)`,
	`UPDATE articles SET lang_rule = NULL WHERE lang_rule NOT IN (SELECT id FROM rules)`,
	`INSERT INTO imports (id, started) SELECT DISTINCT import, min(added) FROM articles WHERE import NOT IN (SELECT id FROM imports) GROUP BY import`,
	`INSERT OR IGNORE INTO imports (id, started) SELECT DISTINCT import, '' FROM files WHERE import NOT IN (SELECT id FROM imports)`,
	`INSERT OR IGNORE INTO imports (id, started) SELECT DISTINCT import, '' FROM failures WHERE import NOT IN (SELECT id FROM imports)`,
	`INSERT OR IGNORE INTO places (id, path, added) SELECT place, min(path), '' FROM files WHERE place NOT IN (SELECT id FROM places) GROUP BY place`,
	`DELETE FROM files WHERE place NOT IN (SELECT id FROM places)`,
	`DELETE FROM origins WHERE file NOT IN (SELECT id FROM files) OR article NOT IN (SELECT id FROM articles)`,
	`DELETE FROM article_tags WHERE article NOT IN (SELECT id FROM articles) OR tag NOT IN (SELECT id FROM tags)`,
	`DELETE FROM citations WHERE article NOT IN (SELECT id FROM articles) OR source NOT IN (SELECT id FROM sources) OR rule NOT IN (SELECT id FROM rules)`,
	`DELETE FROM corrections WHERE article NOT IN (SELECT id FROM articles)`,
	`DELETE FROM aliased_articles WHERE article NOT IN (SELECT id FROM articles)`,
	`DELETE FROM aliased_citations WHERE article NOT IN (SELECT id FROM articles) OR rule NOT IN (SELECT id FROM rules)`,
	`INSERT INTO types (name) SELECT type FROM articles GROUP BY type ORDER BY min(id)`,
	`INSERT INTO languages (code, articles) SELECT coalesce(lang, ''), count(*) FROM articles GROUP BY 1 ORDER BY min(id)`,
	`DELETE FROM meta WHERE key IN ('analysis', 'vocabulary')`, // renew makes both
}

// measure works out the lengths and days of the articles.
func (s *salvage) measure(ctx context.Context) error {
	update, err := s.to.PrepareContext(ctx, `UPDATE articles SET words = ?, bytes = ?, first_day = ?, last_day = ? WHERE id = ?`)
	if err != nil {
		return err
	}
	defer update.Close()
	x := inspector{conn: s.to}
	indexer := NewIndexer()
	for after := int64(0); ; {
		batch, err := x.articlesAfter(ctx, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, a := range batch {
			d, _ := indexer.document(&a.Article)
			indexer.lexicon.Written()
			var first, last any
			if !a.Published.IsZero() {
				first, last = a.Published.First(), a.Published.Last()
			}
			if _, err := update.ExecContext(ctx, len(d.Columns[bodyColumn]), len(a.Text), first, last, a.ID); err != nil {
				return err
			}
		}
		if after, err = next(after, batch[len(batch)-1].ID); err != nil {
			return err
		}
	}
}

// String names a lost article.
func (l LostArticle) String() string {
	switch {
	case l.Path != "" && l.Title != "":
		return fmt.Sprintf("%d, %s (%s)", l.ID, l.Title, l.Path)
	case l.Path != "":
		return fmt.Sprintf("%d (%s)", l.ID, l.Path)
	}
	return fmt.Sprintf("%d, %s", l.ID, l.Title)
}
