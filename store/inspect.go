package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Problem is damage that an inspection found.
type Problem struct {
	Text string
	// Lost says that what is damaged came from files and cannot be worked out
	// again from the rest of the archive.
	Lost bool
}

// Findings are what an inspection comes to.
type Findings struct {
	Articles int64 // earlier versions included
	Format   int   // version of the schema
	// Earlier says that the archive is of an earlier version, or on the way to
	// this one: what follows from its texts was not looked at, and is made anew
	// when it is next opened.
	Earlier  bool
	Problems []Problem
}

// Inspection says how to look for damage.
type Inspection struct {
	Schema string // schema.sql
	// Deep reads every text and works out again all that the archive holds of
	// it: its identity, its words in the index, the packed values, the
	// vocabulary. That takes about as long as the import did.
	Deep bool
	// Step, if not nil, is told what is looked at next.
	Step func(what string)
}

// maxProblems is how many problems of a kind are listed.
const maxProblems = 10

// inspections are the ways of looking for damage, in their order. Of an
// archive of an earlier version those of the index are left out.
var inspections = []struct {
	name string // what is looked at
	deep bool
	now  bool // of the current version only
	look func(*inspector, context.Context) error
}{
	{name: "the pages of the file", look: (*inspector).pages},
	{name: "what refers to what", look: (*inspector).references},
	{name: "the articles", look: (*inspector).rows},
	{name: "the index", now: true, look: (*inspector).indexed},
	{name: "the counts", now: true, look: (*inspector).counts},
	{name: "the sums of the rows", deep: true, now: true, look: (*inspector).sums},
	{name: "the originals", deep: true, now: true, look: (*inspector).originals},
	{name: "every text", deep: true, now: true, look: (*inspector).texts},
	{name: "the packed values", deep: true, now: true, look: (*inspector).columns},
}

// Inspect looks for damage in the archive at path, and changes nothing. All is
// seen in the state of one moment, whatever is imported meanwhile. It fails
// where there is nothing to look at: no file, no archive, one of a later
// version.
func Inspect(ctx context.Context, path string, how Inspection) (_ *Findings, err error) {
	x := &inspector{Inspection: how, path: path, found: &Findings{}}
	err = checkHeader(path)
	if errors.Is(err, errHeadless) {
		x.problem(Problem{Text: "the beginning of the file is gone, and with it what says that it is an archive"})
		return x.found, nil
	}
	if err != nil {
		return nil, err
	}
	if x.db, err = openToInspect(path); err != nil {
		return nil, fault("check "+path, err)
	}
	defer func() { err = errors.Join(err, x.close()) }()
	if x.conn, err = x.db.Conn(ctx); err == nil {
		err = x.begin(ctx)
	}
	if damaged(err) {
		x.problem(Problem{Text: "the file cannot be read as a database" + cutOff(path), Lost: true})
		return x.found, nil
	}
	if err != nil {
		return nil, fault("check "+path, err)
	}
	return x.found, x.all(ctx)
}

// cutOff tells of a file that is shorter than its header says.
func cutOff(path string) string {
	header, err := readHeader(path)
	info, failed := os.Stat(path)
	if err != nil || failed != nil {
		return ""
	}
	page := int64(binary.BigEndian.Uint16(header[pageSizeAt:]))
	if want := page * int64(binary.BigEndian.Uint32(header[pageCountAt:])); info.Size() < want {
		return fmt.Sprintf(": it was cut off, %d of %d bytes are there", info.Size(), want)
	}
	return ""
}

// openToInspect connects without looking at the version, as a file that nobody
// changes where nothing can be written.
func openToInspect(path string) (*sql.DB, error) {
	db, err := connect(path, reading...)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := db.Ping(); err == nil || !(cannotWrite(err) || noRoomBeside(err)) || hasLog(path) {
		return db, nil
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return connectSealed(path)
}

// inspector looks at one archive.
type inspector struct {
	Inspection
	path  string
	db    *sql.DB
	conn  *sql.Conn // in a transaction
	found *Findings
	// inDisorder says that pages belong to several, so that there may be no end
	// of what they hold.
	inDisorder bool
}

// isShared matches what SQLite says of a page that several refer to.
var isShared = regexp.MustCompile(`2nd reference to page`)

// errDisorder is the error of rows that do not come in their order.
var errDisorder = errors.New("the file is damaged: its rows are in disorder (restore it from a copy)")

func (x *inspector) close() error {
	if x.conn == nil {
		return x.db.Close()
	}
	return errors.Join(x.conn.Close(), x.db.Close())
}

// begin holds on to the archive as it is now.
func (x *inspector) begin(ctx context.Context) error {
	if _, err := x.conn.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	if err := x.conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&x.found.Format); err != nil {
		return err
	}
	return checkVersion(x.path, x.found.Format)
}

// all looks first at the definitions: where they are not ours, to look further
// would run what a stranger has brought.
func (x *inspector) all(ctx context.Context) error {
	if x.Step != nil {
		x.Step("the tables")
	}
	switch err := x.schema(ctx); {
	case damaged(err):
		x.problem(Problem{Text: "its tables cannot be read", Lost: true})
		return nil
	case err != nil:
		return fault("check "+x.path, err)
	case len(x.found.Problems) > 0:
		return nil
	}
	if err := x.age(ctx); err != nil {
		return err
	}
	for _, i := range inspections {
		if i.deep && !x.Deep || i.now && x.found.Earlier {
			continue
		}
		if x.Step != nil {
			x.Step(i.name)
		}
		err := i.look(x, ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errDisorder) || x.inDisorder {
			x.problem(Problem{Text: "its pages are in such disorder that nothing else was looked at", Lost: true})
			return nil
		}
		if damaged(err) {
			x.problem(Problem{Text: fmt.Sprintf("looking at %s came upon %s that cannot be read past", i.name, damageOf(err))})
			continue
		}
		if err != nil {
			return fault("check "+x.path, err)
		}
	}
	return nil
}

// age tells whether the archive is of an earlier version. Damage that it meets
// shows in what comes behind.
func (x *inspector) age(ctx context.Context) error {
	if x.found.Earlier = x.found.Format < SchemaVersion; x.found.Earlier {
		return nil
	}
	current, err := madeNow(ctx, x.path, x.conn)
	if damaged(err) {
		return nil
	}
	x.found.Earlier = !current
	return fault("check "+x.path, err)
}

func (x *inspector) problem(p ...Problem) {
	x.found.Problems = append(x.found.Problems, p...)
}

// lost tells of a number of things that cannot be worked out again; of none
// it tells nothing.
func (x *inspector) lost(n int64, format string, args ...any) {
	if n > 0 {
		x.problem(Problem{Text: fmt.Sprintf(format, args...), Lost: true})
	}
}

// derived tells of a number of things that can be worked out again.
func (x *inspector) derived(n int64, format string, args ...any) {
	if n > 0 {
		x.problem(Problem{Text: fmt.Sprintf(format, args...)})
	}
}

// some counts things in words: "1 article", "3 articles".
func some(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprint(n, " ", thing, "s")
}

// damaged reports the errors that a damaged file leads to.
func damaged(err error) bool {
	if isMisfit(err) {
		return true
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_INTERRUPT:
		return true
	}
	return false
}

// damageOf tells damage that the disk itself reports.
func damageOf(err error) string {
	var failure *sqlite.Error
	if errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_IOERR {
		return "an error of the disk"
	}
	return "damage"
}

// pages has SQLite look at the file itself: that every page is used once, that
// keys are in order, and in a deep check that rows and indexes agree.
func (x *inspector) pages(ctx context.Context) error {
	pragma := `PRAGMA quick_check(%d)`
	if x.Deep {
		pragma = `PRAGMA integrity_check(%d)`
	}
	said, err := x.list(ctx, fmt.Sprintf(pragma, maxProblems))
	for _, line := range said {
		x.inDisorder = x.inDisorder || isShared.MatchString(line)
		if line != "ok" {
			x.problem(Problem{Text: "the file is damaged: " + strings.Join(strings.Fields(line), " ")})
		}
	}
	return err
}

// list gives the first column of a query.
func (x *inspector) list(ctx context.Context, query string) (values []string, err error) {
	rows, err := x.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return values, err
		}
		values = append(values, v)
	}
	return values, rows.Err()
}

// schema looks for definitions that are not ours and for ours that are missing
// or others than we make.
func (x *inspector) schema(ctx context.Context) error {
	got, err := readSchema(ctx, x.conn)
	if err != nil || sumOfSchema(got) == schemaSums[x.found.Format] {
		return err
	}
	if x.found.Format < SchemaVersion {
		x.problem(Problem{Text: fmt.Sprintf("its tables are not those of an archive of format %d", x.found.Format)})
		return nil
	}
	want, err := SchemaOf(ctx, x.Schema)
	if err != nil {
		return err
	}
	for _, d := range got {
		if !slices.ContainsFunc(want, func(w string) bool { return nameOf(w) == nameOf(d) }) {
			x.problem(Problem{Text: "it holds something that no archive has: " + nameOf(d)})
		} else if !slices.Contains(want, d) {
			x.problem(Problem{Text: "it is not made as archive makes it: " + nameOf(d)})
		}
	}
	for _, d := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return nameOf(g) == nameOf(d) }) {
			x.problem(Problem{Text: "it is missing: " + nameOf(d)})
		}
	}
	if len(x.found.Problems) == 0 {
		x.problem(Problem{Text: "its tables are defined more than once"})
	}
	return nil
}

// maxDefinitionName is how many bytes of a definition's name are shown.
const maxDefinitionName = 200

// nameOf gives what a definition defines: "table sources".
func nameOf(definition string) string {
	name, _, _ := strings.Cut(definition, ": ")
	return name[:min(len(name), maxDefinitionName)]
}

func (x *inspector) references(ctx context.Context) error {
	rows, err := x.conn.QueryContext(ctx, `SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var table, parent string
		var n int64
		if err := rows.Scan(&table, &parent, &n); err != nil {
			return err
		}
		x.lost(n, "%s of %s without what it refers to in %s", some(n, "row"), table, parent)
	}
	return rows.Err()
}

// number gives what a query counts.
func (x *inspector) number(ctx context.Context, query string) (n int64, err error) {
	err = x.conn.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

func (x *inspector) rows(ctx context.Context) (err error) {
	// count(*) would count no steps, see countSteps.
	if x.found.Articles, err = x.number(ctx, `SELECT count(id) FROM articles`); err != nil {
		return err
	}
	bare, err := x.number(ctx, `SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM bodies b WHERE b.id = a.id)`)
	if err != nil {
		return err
	}
	x.lost(bare, "%s without a text", some(bare, "article"))
	nameless, err := x.number(ctx, `SELECT count(*) FROM bodies b WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = b.id)`)
	x.lost(nameless, "%s of no article", some(nameless, "text"))
	return err
}

func (x *inspector) indexed(ctx context.Context) error {
	missing, err := x.number(ctx, `SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM article_index_docsize i WHERE i.id = a.id)`)
	if err != nil {
		return err
	}
	x.derived(missing, "%s not in the index", some(missing, "article"))
	gone, err := x.number(ctx, `SELECT count(*) FROM article_index_docsize i WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = i.id)`)
	x.derived(gone, "the index holds %s that the archive has not", some(gone, "article"))
	return err
}

func (x *inspector) counts(ctx context.Context) error {
	languages, err := x.number(ctx, `
		SELECT count(*) FROM (SELECT coalesce(lang, '') AS code, count(*) AS n FROM articles GROUP BY 1) c
		FULL JOIN languages l ON l.code = c.code WHERE coalesce(c.n, 0) <> coalesce(l.articles, -1)`)
	if err != nil {
		return err
	}
	x.derived(languages, "%s counted wrong", some(languages, "language"))
	types, err := x.number(ctx, `SELECT count(*) FROM (SELECT DISTINCT type FROM articles) WHERE type NOT IN (SELECT name FROM types)`)
	x.derived(types, "%s of articles not listed", some(types, "type"))
	return err
}
