package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
)

// insertColumns sets an article's packed values. row is that of insertArticle.
func (im *Import) insertColumns(ctx context.Context, id int64, p *Prepared, row []any) error {
	lang, err := im.nameID(ctx, "languages", p.Lang.Value)
	if err != nil {
		return err
	}
	if err := im.countLanguage(ctx, p.Lang.Value, 1); err != nil {
		return err
	}
	var values [columnEnd]uint32
	values[columnLength] = uint32(p.length())
	values[columnSource], values[columnByline], values[columnLang] = packID(row[3]), packID(row[5]), packID(lang)
	values[columnState] = stateCurrent
	if !p.Published.IsZero() {
		values[columnFirstDay], values[columnLastDay] = packDay(p.Published.First()), packDay(p.Published.Last())
	}
	for c := columnLength; c < columnEnd; c++ {
		if err := im.columns.set(ctx, c, id, values[c]); err != nil {
			return err
		}
	}
	return nil
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

// columnWriter changes packed values within a transaction. Blocks are read
// when first touched and written together at the end.
type columnWriter struct {
	conn   *sql.Conn
	blocks map[int64][]byte
	last   [columnEnd]touched
}

// touched is the block of a column that was changed last: articles come
// mostly one after the other.
type touched struct {
	id   int64
	data []byte
}

func newColumnWriter(conn *sql.Conn) *columnWriter {
	return &columnWriter{conn: conn, blocks: make(map[int64][]byte)}
}

func (w *columnWriter) set(ctx context.Context, c column, article int64, value uint32) error {
	last := &w.last[c]
	if id := blockID(c, article); last.id != id {
		block, err := w.block(ctx, id)
		if err != nil {
			return err
		}
		*last = touched{id, block}
	}
	binary.LittleEndian.PutUint32(last.data[article%blockRows*4:], value)
	return nil
}

func (w *columnWriter) block(ctx context.Context, id int64) ([]byte, error) {
	if block, ok := w.blocks[id]; ok {
		return block, nil
	}
	var stored []byte
	err := w.conn.QueryRowContext(ctx, `SELECT data FROM columns WHERE id = ?`, id).Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	block := make([]byte, blockBytes)
	copy(block, stored)
	w.blocks[id] = block
	return block, nil
}

// write stores the changed blocks. They are let go of, for another process
// may change them before the next batch.
func (w *columnWriter) write(ctx context.Context) error {
	for id, block := range w.blocks {
		_, err := w.conn.ExecContext(ctx, `
			INSERT INTO columns (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data`, id, block)
		if err != nil {
			return err
		}
	}
	clear(w.blocks)
	w.last = [columnEnd]touched{}
	return nil
}
