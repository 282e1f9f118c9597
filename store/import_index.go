package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"example.com/archive/store/fts5"
	"example.com/archive/text"
)

// Prepared is an article ready to be stored: its identity and its tokens are
// worked out, which is the costly part and may be done on any core.
type Prepared struct {
	*Article
	key    Key
	tokens *fts5.Document
	told   *toldWords
	forms  articleForms
}

// toldWords are the words that an Indexer has met for the first time and that
// are not stored yet. Who stores any article of an Indexer stores them all:
// another article that holds them, and tells nothing, may be stored before the
// one that they were met in, which may even never be.
type toldWords struct {
	mu    sync.Mutex
	words []text.Written
}

func (t *toldWords) add(words []text.Written) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.words = append(t.words, words...)
}

func (t *toldWords) take() (words []text.Written) {
	t.mu.Lock()
	defer t.mu.Unlock()
	words, t.words = t.words, nil
	return words
}

// length is the number of tokens of title and text.
func (p *Prepared) length() int { return len(p.tokens.Columns[0]) + len(p.tokens.Columns[1]) }

// Indexer prepares articles. It remembers the words it has met, so one is
// kept for many articles; it is not safe for concurrent use.
type Indexer struct {
	lexicon *text.Lexicon
	told    *toldWords
	space   *byte    // stands for the lexicon's numbers, without keeping it
	numbers []uint32 // room for those of an article
	forms   formFinder
}

// maxLexicon bounds the memory for words, in bytes.
const maxLexicon = 16 << 20

// NewIndexer makes an Indexer.
func NewIndexer() *Indexer {
	return &Indexer{lexicon: text.NewLexicon(), told: new(toldWords), space: new(byte)}
}

// Prepare works out an article's identity, its tokens and its number of words.
func (x *Indexer) Prepare(a *Article) *Prepared {
	p := &Prepared{Article: a, key: a.Key(), told: x.told}
	p.tokens, p.forms = x.document(a)
	x.told.add(x.lexicon.Written())
	a.Words = len(p.tokens.Columns[bodyColumn])
	return p
}

// document gives the tokens that the view article_words gives, and their forms.
func (x *Indexer) document(a *Article) (*fts5.Document, articleForms) {
	if x.lexicon.Size() > maxLexicon {
		x.lexicon, x.space, x.forms = text.NewLexicon(), new(byte), formFinder{}
	}
	x.numbers = x.lexicon.Append(x.numbers[:0], a.Text, a.Lang.Value, false)
	body := len(x.numbers)
	x.numbers = x.lexicon.Append(x.numbers, a.Title.Value, a.Lang.Value, true)
	numbers := append([]uint32(nil), x.numbers...)
	stems, keys := x.lexicon.Terms(), x.lexicon.FormKeys()
	forms := x.forms.of(numbers, x.lexicon.Forms(), len(stems), len(keys))
	return &fts5.Document{
		Space: x.space, Terms: stems,
		Columns: [][]uint32{bodyColumn: numbers[:body:body], titleColumn: numbers[body:]},
	}, articleForms{x.space, stems, keys, forms}
}

// indexWriter takes what a batch changes in the full-text index.
type indexWriter interface {
	Add(row int64, d *fts5.Document)
	Remove(row int64, d *fts5.Document)
	// Tokens gives the number of tokens that wait for Flush.
	Tokens() int
	Flush() error
	// Optimise makes one segment of all.
	Optimise() error
	Discard()
	Close() error
}

// maxTokens is how many tokens may wait before they are written, a segment
// each time: some 16 MB of text, and twice as much memory.
const maxTokens = 5 << 19

// newIndexWriter gives the writer of pages, or, where the index is of a kind
// that only FTS5 writes, the one of SQL.
func newIndexWriter(ctx context.Context, conn session) (indexWriter, error) {
	t, err := newShadowTables(ctx, conn)
	if err != nil {
		return nil, err
	}
	var size int
	err = conn.QueryRowContext(ctx, `SELECT coalesce(CAST(v AS INTEGER), 0) FROM article_index_config WHERE k = 'pgsz'`).Scan(&size)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, errors.Join(err, t.close())
	}
	w := pagesWriter{fts5.NewWriter(t, indexColumns, size), t}
	if err = w.Check(); err == nil {
		return w, nil
	}
	if !errors.Is(err, fts5.ErrUnknown) {
		return nil, errors.Join(err, t.close())
	}
	return newSQLWriter(ctx, conn), t.close()
}

// pagesWriter writes pages of the index.
type pagesWriter struct {
	*fts5.Writer
	tables *shadowTables
}

func (w pagesWriter) Close() error { return w.tables.close() }

// shadowTables are the tables behind the index, within a transaction. After an
// error they take and give nothing more: SQLite may have ended the transaction
// by then, and what followed would be committed by itself.
type shadowTables struct {
	ctx context.Context
	err error
	page, leaf, putPage, removePages, putLeaf, removeLeaves,
	putSizes, removeSizes *sql.Stmt
}

// newShadowReader gives the tables for reading only.
func newShadowReader(ctx context.Context, conn session) (*shadowTables, error) {
	t := &shadowTables{ctx: context.WithoutCancel(ctx)}
	return t, prepareAll(t.ctx, conn, map[**sql.Stmt]string{
		&t.page: `SELECT block FROM article_index_data WHERE id = ?`,
		&t.leaf: `SELECT pgno FROM article_index_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1`,
	})
}

func newShadowTables(ctx context.Context, conn session) (*shadowTables, error) {
	t, err := newShadowReader(ctx, conn)
	if err != nil {
		return nil, err
	}
	err = prepareAll(t.ctx, conn, map[**sql.Stmt]string{
		&t.putPage:      `REPLACE INTO article_index_data (id, block) VALUES (?, ?)`,
		&t.removePages:  `DELETE FROM article_index_data WHERE id BETWEEN ? AND ?`,
		&t.putLeaf:      `INSERT INTO article_index_idx (segid, term, pgno) VALUES (?, ?, ?)`,
		&t.removeLeaves: `DELETE FROM article_index_idx WHERE segid = ?`,
		&t.putSizes:     `REPLACE INTO article_index_docsize (id, sz) VALUES (?, ?)`,
		&t.removeSizes:  `DELETE FROM article_index_docsize WHERE id = ?`,
	})
	if err != nil {
		return nil, errors.Join(err, closeAll(t.page, t.leaf))
	}
	return t, nil
}

// prepareAll prepares statements, all or none.
func prepareAll(ctx context.Context, conn session, queries map[**sql.Stmt]string) (err error) {
	var done []*sql.Stmt
	for stmt, query := range queries {
		if *stmt, err = conn.PrepareContext(ctx, query); err != nil {
			return errors.Join(err, closeAll(done...))
		}
		done = append(done, *stmt)
	}
	return nil
}

func closeAll(stmts ...*sql.Stmt) (err error) {
	for _, s := range stmts {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

func (t *shadowTables) close() error {
	return closeAll(t.page, t.leaf, t.putPage, t.removePages, t.putLeaf, t.removeLeaves, t.putSizes, t.removeSizes)
}

func (t *shadowTables) Page(id int64) (block []byte, err error) {
	err = t.query(&block, t.page, id)
	return block, err
}

func (t *shadowTables) Leaf(segment int64, term []byte) (pgno int64, err error) {
	err = t.query(&pgno, t.leaf, segment, term)
	return pgno, err
}

func (t *shadowTables) PutPage(id int64, block []byte) error { return t.exec(t.putPage, id, block) }

func (t *shadowTables) RemovePages(first, last int64) error {
	return t.exec(t.removePages, first, last)
}

func (t *shadowTables) PutLeaf(segment int64, term []byte, pgno int64) error {
	if term == nil {
		term = []byte{} // not NULL
	}
	return t.exec(t.putLeaf, segment, term, pgno)
}

func (t *shadowTables) RemoveLeaves(segment int64) error { return t.exec(t.removeLeaves, segment) }

func (t *shadowTables) PutSizes(row int64, sizes []byte) error { return t.exec(t.putSizes, row, sizes) }

func (t *shadowTables) RemoveSizes(row int64) error { return t.exec(t.removeSizes, row) }

func (t *shadowTables) exec(stmt *sql.Stmt, args ...any) error {
	if t.err == nil {
		_, t.err = stmt.ExecContext(t.ctx, args...)
	}
	return t.err
}

// query gives the one value that a row has, or none.
func (t *shadowTables) query(to any, stmt *sql.Stmt, args ...any) error {
	if t.err != nil {
		return t.err
	}
	err := stmt.QueryRowContext(t.ctx, args...).Scan(to)
	if !errors.Is(err, sql.ErrNoRows) {
		t.err = err
	}
	return t.err
}

// sqlWriter lets FTS5 write the index. What it is given waits for Flush, for
// any statement in between that opens a savepoint (RETURNING does) makes FTS5
// write out what it holds in memory, as a segment of its own.
type sqlWriter struct {
	ctx     context.Context
	conn    session
	waiting []indexRow
	tokens  int
}

// indexRow is what the index is given for an article, or what is taken out.
type indexRow struct {
	row         int64
	title, body string
	out         bool
}

func newSQLWriter(ctx context.Context, conn session) *sqlWriter {
	return &sqlWriter{ctx: context.WithoutCancel(ctx), conn: conn}
}

func (w *sqlWriter) Add(row int64, d *fts5.Document)    { w.wait(row, d, false) }
func (w *sqlWriter) Remove(row int64, d *fts5.Document) { w.wait(row, d, true) }

func (w *sqlWriter) wait(row int64, d *fts5.Document, out bool) {
	w.waiting = append(w.waiting, indexRow{row, spelt(d, titleColumn), spelt(d, bodyColumn), out})
	w.tokens += len(d.Columns[0]) + len(d.Columns[1])
}

// spelt writes the tokens of a column as the tokenizer of the index parts them.
func spelt(d *fts5.Document, column int) string {
	var b strings.Builder
	for i, n := range d.Columns[column] {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.Terms[n])
	}
	return b.String()
}

func (w *sqlWriter) Tokens() int { return w.tokens }

func (w *sqlWriter) Discard() {
	clear(w.waiting)
	w.waiting, w.tokens = w.waiting[:0], 0
}

func (w *sqlWriter) Close() error { return nil }

func (w *sqlWriter) Flush() error {
	defer w.Discard()
	for _, r := range w.waiting {
		query := `INSERT INTO article_index (rowid, title, body) VALUES (?, ?, ?)`
		if r.out {
			query = `INSERT INTO article_index (article_index, rowid, title, body) VALUES ('delete', ?, ?, ?)`
		}
		if _, err := w.conn.ExecContext(w.ctx, query, r.row, r.title, r.body); err != nil {
			return err
		}
	}
	return nil
}

func (w *sqlWriter) Optimise() error {
	_, err := w.conn.ExecContext(w.ctx, `INSERT INTO article_index (article_index) VALUES ('optimize')`)
	return err
}
