package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// insertColumns sets an article's packed values.
func (im *Import) insertColumns(ctx context.Context, id int64, p *Prepared) error {
	if err := im.countLanguage(ctx, p.Lang.Value, 1); err != nil {
		return err
	}
	outlets, err := im.outletIDs(ctx, p.Cites)
	if err != nil {
		return err
	}
	packed := packedArticle{
		length: uint32(p.length()), published: p.Published, added: im.added(p), state: stateCurrent, outlets: outlets,
	}
	if p.SupersededBy != 0 {
		packed.state = stateSuperseded
	}
	for _, n := range []struct {
		to          *uint32
		table, name string
	}{
		{&packed.source, "sources", p.Source.Value}, {&packed.byline, "bylines", p.Byline.Value},
		{&packed.lang, "languages", p.Lang.Value}, {&packed.form, "types", p.Type},
	} {
		id, err := im.nameID(ctx, n.table, n.name)
		if err != nil {
			return err
		}
		*n.to = packID(id)
	}
	return im.columns.setArticle(ctx, id, packed)
}

// outletIDs gives the ids of the outlets that an article cites, each once.
func (im *Import) outletIDs(ctx context.Context, cites []Citation) (ids []uint32, err error) {
	for _, c := range cites {
		id, err := im.nameID(ctx, "sources", c.Outlet)
		if err != nil {
			return nil, err
		}
		if id != nil {
			ids = append(ids, packID(id))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// countLanguage notes articles more or fewer in a language.
func (im *Import) countLanguage(ctx context.Context, code string, n int) error {
	_, err := im.nameID(ctx, "languages", code)
	im.langs[code] += n
	return err
}

// countLanguages adds the batch to the table of languages.
func (im *Import) countLanguages(ctx context.Context) error {
	for code, n := range im.langs {
		_, err := im.conn.ExecContext(ctx, `UPDATE languages SET articles = articles + ? WHERE code = ?`, n, code)
		if err != nil {
			return err
		}
	}
	clear(im.langs)
	return nil
}

// packedArticle is what is packed of an article.
type packedArticle struct {
	length, source, byline, lang, form, state uint32
	published                                 Date
	added                                     string // RFC 3339, UTC
	outlets                                   []uint32
}

// session is a connection or a transaction on it.
type session interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// columnWriter changes packed values within a transaction. Blocks are read
// when first touched and written together at the end.
type columnWriter struct {
	conn    session
	blocks  map[int64]*numbers
	last    [columnEnd]touched
	outlets map[int64]*outletBlock // by the article's number / blockRows
}

// touched is the block of a column that was changed last: articles come
// mostly one after the other.
type touched struct {
	id    int64
	block *numbers
}

func newColumnWriter(conn session) *columnWriter {
	return &columnWriter{conn: conn, blocks: make(map[int64]*numbers), outlets: make(map[int64]*outletBlock)}
}

// setArticle sets all of an article's values. When it was added does not
// change any more once it is set.
func (w *columnWriter) setArticle(ctx context.Context, id int64, p packedArticle) error {
	day, clock := p.published.packed()
	values := [columnEnd]uint32{
		columnLength: p.length, columnSource: p.source, columnByline: p.byline, columnDay: day, columnTime: clock,
		columnLang: p.lang, columnState: p.state, columnType: p.form,
	}
	for c := columnLength; c <= columnType; c++ {
		if err := w.set(ctx, c, id, values[c]); err != nil {
			return err
		}
	}
	if err := w.setAdded(ctx, id, p.added); err != nil {
		return err
	}
	return w.setOutlets(ctx, id, p.outlets)
}

func (w *columnWriter) set(ctx context.Context, c column, article int64, value uint32) error {
	block, err := w.block(ctx, c, article)
	if err != nil {
		return err
	}
	if need := widthOf(value); need > block.width {
		*block = block.widened(need)
	}
	block.put(int(article%blockRows), value)
	return nil
}

// widened gives the numbers of a block with more room for each.
func (n numbers) widened(width int) numbers {
	wide := numbers{make([]byte, width*blockRows), width}
	for i := range blockRows {
		wide.put(i, n.at(i))
	}
	return wide
}

func (w *columnWriter) setAdded(ctx context.Context, article int64, added string) error {
	block, err := w.block(ctx, columnAdded, article)
	if err != nil || block.at(int(article%blockRows)) != 0 {
		return err
	}
	return w.set(ctx, columnAdded, article, packTime(added))
}

// packTime gives seconds since 1970.
func packTime(rfc3339 string) uint32 {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return 0
	}
	return uint32(min(max(t.Unix(), 0), 1<<32-1))
}

// block gives the block that holds an article's value, to be changed.
func (w *columnWriter) block(ctx context.Context, c column, article int64) (*numbers, error) {
	last := &w.last[c]
	id := blockID(c, article)
	if last.id == id {
		return last.block, nil
	}
	block, ok := w.blocks[id]
	if !ok {
		data, err := w.read(ctx, id)
		if err != nil {
			return nil, err
		}
		n := readNumbers(data, blockRows)
		block = &n
		w.blocks[id] = block
	}
	*last = touched{id, block}
	return block, nil
}

func (w *columnWriter) read(ctx context.Context, id int64) (data []byte, err error) {
	err = w.conn.QueryRowContext(ctx, `SELECT data FROM columns WHERE id = ?`, id).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return data, err
}

// outletBlock is the outlets that the articles of a block cite. It knows
// where the list of one article begins, so that the next ones, which mostly
// follow, are found from there.
type outletBlock struct {
	list   []uint32
	at     int // an article of the block
	before int // outlets of the articles before it
}

func (w *columnWriter) setOutlets(ctx context.Context, article int64, outlets []uint32) error {
	cited, err := w.block(ctx, columnCited, article)
	if err != nil {
		return err
	}
	i := int(article % blockRows)
	before := int(cited.at(i))
	if before == 0 && len(outlets) == 0 {
		return nil
	}
	b, err := w.outletBlock(ctx, article, cited)
	if err != nil {
		return err
	}
	start := b.seek(i, *cited)
	b.list = slices.Replace(b.list, start, start+before, outlets...)
	return w.set(ctx, columnCited, article, uint32(len(outlets)))
}

func (w *columnWriter) outletBlock(ctx context.Context, article int64, cited *numbers) (*outletBlock, error) {
	if b, ok := w.outlets[article/blockRows]; ok {
		return b, nil
	}
	data, err := w.read(ctx, blockID(columnOutlets, article))
	if err != nil {
		return nil, err
	}
	b := &outletBlock{}
	total := b.seek(blockRows, *cited)
	if total > len(data) {
		return nil, &Error{Text: "the packed values of the archive are damaged (restore it from a copy)"}
	}
	stored := readNumbers(data, total)
	for i := range total {
		b.list = append(b.list, stored.at(i))
	}
	w.outlets[article/blockRows] = b
	return b, nil
}

// seek gives where the list of an article of the block begins.
func (b *outletBlock) seek(i int, cited numbers) int {
	if i < b.at {
		b.at, b.before = 0, 0
	}
	for ; b.at < i; b.at++ {
		b.before += int(cited.at(b.at))
	}
	return b.before
}

// write stores the changed blocks. They are let go of, for another process
// may change them before the next batch.
func (w *columnWriter) write(ctx context.Context) error {
	for id, block := range w.blocks {
		if err := w.store(ctx, id, *block); err != nil {
			return err
		}
	}
	for n, block := range w.outlets {
		if err := w.store(ctx, blockID(columnOutlets, n*blockRows), packNumbers(block.list)); err != nil {
			return err
		}
	}
	clear(w.blocks)
	clear(w.outlets)
	w.last = [columnEnd]touched{}
	return nil
}

func (w *columnWriter) store(ctx context.Context, id int64, n numbers) error {
	if n.width == 0 {
		_, err := w.conn.ExecContext(ctx, `DELETE FROM columns WHERE id = ?`, id)
		return err
	}
	_, err := w.conn.ExecContext(ctx, `
		INSERT INTO columns (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data`, id, n.data)
	return err
}
