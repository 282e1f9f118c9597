package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"time"
)

// Place is something imported by name.
type Place struct {
	Path   string // absolute; "-" for standard input; see the table places
	Source string // forced on all its articles, "" if none
	// SourceFrom is the rule that gives its articles a source, "" for the usual
	// one; see the table places.
	SourceFrom string
	Fields     map[string]string
	Split      string   // what makes several articles of a file ("chapters"), "" if nothing
	Hidden     bool     // hidden files and the like are read too
	Originals  string   // KeepOriginals, or DropOriginals; "" is the same where nothing around it says more
	Seals      []string // tell who noted it, see SealWith
}

// File is a file about to be read.
type File struct {
	Place    int64
	Path     string
	Size     int64
	Modified time.Time // zero if unknown
	Reader   string    // "text/1"
}

// Counts are what an import did so far, committed only.
type Counts struct {
	Added   int // articles that are new
	Same    int // articles that were there already
	Changed int // articles that are new versions of others
	Failed  int // files and parts of files that could not be read
}

func (c *Counts) add(d Counts) {
	c.Added += d.Added
	c.Same += d.Same
	c.Changed += d.Changed
	c.Failed += d.Failed
}

// batchBytes and batchTime are when a batch is committed: after so much text
// or so long, whichever is first. They bound what a kill can cost and how
// long another process waits to write.
const (
	batchBytes = 64 << 20
	batchTime  = 2 * time.Second
)

// Import is a run that brings articles in. It belongs to one goroutine.
// Articles, origins and index of a batch are committed together. Once it is
// started its methods finish what they do even if their context has ended,
// so that no article is stored in part; the caller looks at the context
// between them. After an error of the database nothing more is written: what
// was committed before stays.
type Import struct {
	archive *Archive
	conn    *sql.Conn
	open    bool // a batch is under way
	stmts   statements
	stored  prepared // asks for what is stored already
	index   indexWriter
	columns *columnWriter
	words   *vocabularyWriter
	forms   *formsWriter
	sums    *sumChanges
	langs   map[string]int // articles of the batch by language
	names   map[string]*nameTable
	rules   map[ruleKey]int64
	aliases map[string]string // names of outlets that stand for others
	id      int64
	started time.Time // of the batch
	ended   time.Time // of the batch before
	now     string    // the same in words
	last    int64     // the highest id of an article
	bytes   int       // of the batch
	batch   Counts
	done    Counts
	file    *openFile
	amender *Indexer    // made when first needed
	export  *exportRead // the export being read, nil for other files
	failed  error       // that ended the import
}

type ruleKey struct {
	name    string
	derived bool
}

// openFile is the file being read.
type openFile struct {
	id       int64 // of this version of it
	path     string
	place    int64
	again    bool // there are versions before this one
	replaced []replacement
	failed   bool
	met      metArticles // in this reading
	waiting  map[int64]*waitingArticle
}

// replacement notes that a member of the file gave another article before.
type replacement struct {
	member      string
	before, now int64
	*counted    // now
}

// StartImport begins a run. End it with Close.
func (a *Archive) StartImport(ctx context.Context) (*Import, error) {
	im, err := a.startWriting(ctx)
	if err != nil {
		return nil, err
	}
	res, err := im.alone(ctx, `INSERT INTO imports (started) VALUES (?)`, now())
	if err == nil {
		im.id, err = res.LastInsertId()
	}
	if err != nil {
		return nil, errors.Join(fault("write to "+a.path, err), im.release())
	}
	return im, nil
}

// startWriting makes what an import writes with, which is no run of its own
// yet. End it with release.
func (a *Archive) startWriting(ctx context.Context) (*Import, error) {
	conn, err := a.db.Conn(ctx)
	if err != nil {
		return nil, fault("write to "+a.path, err)
	}
	im := &Import{archive: a, conn: conn,
		names: make(map[string]*nameTable), rules: make(map[ruleKey]int64), langs: make(map[string]int)}
	im.stored = prepared{newConnection(conn)}
	im.columns, im.words, im.forms = newColumnWriter(conn), newVocabularyWriter(conn), newFormsWriter(conn)
	err = im.stmts.prepare(ctx, conn)
	if err == nil {
		im.sums, err = watchSums(conn)
	}
	if err == nil {
		im.index, err = newIndexWriter(ctx, conn)
	}
	if err != nil {
		return nil, errors.Join(fault("write to "+a.path, err), im.release())
	}
	return im, nil
}

// alone runs one statement that changes something, outside of a batch.
func (im *Import) alone(ctx context.Context, statement string, args ...any) (res sql.Result, err error) {
	err = inTransaction(ctx, im.conn, im.archive.path, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		if res, err = conn.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
		return im.sums.write(ctx, conn)
	})
	if err != nil {
		im.sums.forget()
	}
	return res, err
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// Counts gives what is committed.
func (im *Import) Counts() Counts { return im.done }

// begin opens a batch if none is open. It waits for its turn, unless the
// context ends, which leaves the import as it was. The transaction is begun
// and ended by hand: statements that were prepared on the connection take part
// in it as they are, where a *sql.Tx would prepare each anew each time.
func (im *Import) begin(ctx context.Context) error {
	if im.open || im.failed != nil {
		return im.failed
	}
	time.Sleep(time.Until(im.ended.Add(courtesy)))
	err := beginWriting(ctx, im.conn, im.archive.path, turnWait)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return im.fault(err)
	}
	ctx = context.WithoutCancel(ctx)
	im.open, im.started, im.now = true, time.Now(), now()
	if err := im.checkVersion(ctx); err != nil {
		return im.fault(err)
	}
	if err := im.loadAliases(ctx); err != nil {
		return im.fault(err)
	}
	return im.fault(im.stmts.lastArticle.QueryRowContext(ctx).Scan(&im.last))
}

// checkVersion refuses an archive that a later program has lifted since the
// last batch: it holds what this one does not fill.
func (im *Import) checkVersion(ctx context.Context) error {
	current, err := upToDate(ctx, im.archive.path, im.conn)
	if err == nil && !current {
		err = errors.New("its format has changed meanwhile (import again)")
	}
	return err
}

// fault ends the import where there is an error: SQLite may have ended the
// transaction by then, as it does when the disk is full, and a statement that
// follows would be a transaction of its own.
func (im *Import) fault(err error) error {
	if err != nil && im.failed == nil {
		im.failed = fault("write to "+im.archive.path, err)
	}
	return im.failed
}

// commitIfFull ends the batch when it is large or old enough.
func (im *Import) commitIfFull(ctx context.Context) error {
	if im.bytes < batchBytes && time.Since(im.started) < batchTime {
		return nil
	}
	return im.Commit(ctx)
}

// Commit makes durable what was added so far.
func (im *Import) Commit(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if !im.open || im.failed != nil {
		return im.failed
	}
	total := im.done
	total.add(im.batch)
	if err := im.finish(ctx, total); err != nil {
		return im.fault(errors.Join(err, im.rollback(ctx)))
	}
	foldLongLog(ctx, im.archive.path, im.conn)
	im.open, im.ended = false, time.Now()
	im.done, im.batch, im.bytes = total, Counts{}, 0
	return nil
}

// finish ends the transaction of a batch.
func (im *Import) finish(ctx context.Context, total Counts) error {
	if err := im.columns.write(ctx); err != nil {
		return err
	}
	if err := im.countLanguages(ctx); err != nil {
		return err
	}
	if err := im.words.write(ctx); err != nil {
		return err
	}
	if err := im.flush(ctx); err != nil {
		return err
	}
	_, err := im.conn.ExecContext(ctx, `UPDATE imports SET added = ?, same = ?, changed = ?, failed = ? WHERE id = ?`,
		total.Added, total.Same, total.Changed, total.Failed, im.id)
	if err != nil {
		return err
	}
	if err := im.sums.write(ctx, im.conn); err != nil {
		return err
	}
	_, err = im.conn.ExecContext(ctx, `COMMIT`)
	return err
}

// flush writes the index and the forms of what waits.
func (im *Import) flush(ctx context.Context) error {
	if err := im.forms.write(ctx); err != nil {
		return err
	}
	return im.index.Flush()
}

// rollback gives the batch up. SQLite may have done so already.
func (im *Import) rollback(ctx context.Context) error {
	if !im.open {
		return nil
	}
	im.open = false
	im.index.Discard()
	im.words.discard()
	im.forms.discard()
	im.sums.forget()
	_, err := im.conn.ExecContext(ctx, `ROLLBACK`)
	if err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	return err
}

// Close commits what is left and ends the run. An import that was cancelled
// calls it with a context that is not, but for a bound on how long it may wait
// for its turn.
func (im *Import) Close(ctx context.Context) error {
	err := im.Commit(ctx)
	if err == nil {
		_, err = im.alone(ctx, `UPDATE imports SET finished = ? WHERE id = ?`, now(), im.id)
		err = im.fault(err)
		foldLongLog(ctx, im.archive.path, im.conn)
	}
	return errors.Join(err, im.release())
}

func (im *Import) release() error {
	err := errors.Join(im.stmts.close(), im.stored.closeStatements())
	for _, t := range im.names {
		err = errors.Join(err, closeAll(t.find, t.insert))
	}
	if im.index != nil {
		err = errors.Join(err, im.index.Close())
	}
	return errors.Join(err, discard(im.conn))
}

// Abort ends the run without committing the batch under way.
func (im *Import) Abort() error {
	return errors.Join(im.rollback(context.Background()), im.release())
}

// Place notes a place for later imports without a path, and gives its id.
func (im *Import) Place(ctx context.Context, p Place) (id int64, err error) {
	if err := im.begin(ctx); err != nil {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx)
	fields, err := p.options()
	if err != nil {
		return 0, err
	}
	err = im.conn.QueryRowContext(ctx, `
		INSERT INTO places (path, source, fields, added, source_from) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET source = excluded.source, fields = excluded.fields, source_from = excluded.source_from
		RETURNING id`, p.Path, null(p.Source), null(fields), now(), null(p.SourceFrom)).Scan(&id)
	if err == nil {
		err = im.seal(ctx, p)
	}
	if err != nil {
		return 0, im.fault(err)
	}
	return id, im.Commit(ctx) // what follows may be long in coming
}

// Whether the bytes of files are kept.
const (
	KeepOriginals = "keep"
	DropOriginals = "drop"
)

// These stand for Split, Hidden and Originals among the fields of a place; no
// field is called so.
const (
	splitKey     = "--split"
	hiddenKey    = "--hidden"
	originalsKey = "--originals"
)

// options gives what the table places keeps of Fields, Split, Hidden and
// Originals, "" for nothing.
func (p Place) options() (string, error) {
	all := maps.Clone(p.Fields)
	if all == nil {
		all = map[string]string{}
	}
	if p.Split != "" {
		all[splitKey] = p.Split
	}
	if p.Hidden {
		all[hiddenKey] = "yes"
	}
	if p.Originals != "" {
		all[originalsKey] = p.Originals
	}
	if len(all) == 0 {
		return "", nil
	}
	b, err := json.Marshal(all)
	return string(b), err
}

func (p *Place) setOptions(s string) error {
	if s == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(s), &p.Fields); err != nil {
		return err
	}
	p.Split, p.Hidden, p.Originals = p.Fields[splitKey], p.Fields[hiddenKey] != "", p.Fields[originalsKey]
	delete(p.Fields, splitKey)
	delete(p.Fields, hiddenKey)
	delete(p.Fields, originalsKey)
	return nil
}

// Places lists what was imported before, in the order it came.
func (a *Archive) Places(ctx context.Context) (places []Place, err error) {
	sealed, err := seals(ctx, a.db)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	rows, err := a.db.QueryContext(ctx, `
		SELECT path, coalesce(source, ''), coalesce(fields, ''), coalesce(source_from, '') FROM places ORDER BY id`)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var p Place
		var fields string
		if err := rows.Scan(&p.Path, &p.Source, &fields, &p.SourceFrom); err != nil {
			return nil, fault("read "+a.path, err)
		}
		if err := p.setOptions(fields); err != nil {
			return nil, &Error{Text: "the archive's note of how to read " + p.Path + " is damaged (import it by name again)", Err: err}
		}
		p.Seals = sealed[p.Path]
		places = append(places, p)
	}
	return places, fault("read "+a.path, rows.Err())
}

// null stores "" as NULL.
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Fail notes a file, or a part of one, that could not be read, and why. The
// file that is open counts as read in part and is read again next time.
func (im *Import) Fail(ctx context.Context, path, member, why string) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	_, err := im.conn.ExecContext(ctx, `INSERT INTO failures (import, path, member, reason) VALUES (?, ?, ?, ?)`,
		im.id, path, member, why)
	if err != nil {
		return im.fault(err)
	}
	im.batch.Failed++
	if im.file != nil {
		im.file.failed = true
	}
	return im.commitIfFull(ctx)
}
