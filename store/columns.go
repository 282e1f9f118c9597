package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
)

// column is one of the packed values of articles, see the table columns in
// schema.sql.
type column int64

const (
	columnLength column = iota + 1
	columnSource
	columnByline
	columnFirstDay
	columnLastDay
	columnLang
	columnState

	columnEnd // one past the last
)

const (
	stateCurrent    = 1
	stateSuperseded = 2
)

// A block is a row of the table columns.
const (
	blockRows  = 4096
	blockBytes = 4 * blockRows
)

func blockID(c column, article int64) int64 { return int64(c)<<32 | article/blockRows }

// packDay makes a day number unsigned; 0 stays free for no date.
func packDay(day int) uint32 { return uint32(int64(day) + 1<<31) }

// packID packs an id as nameID gives it.
func packID(id any) uint32 {
	n, _ := id.(int64)
	return uint32(n)
}

// columnReader reads packed values, mostly in the order of the articles.
type columnReader struct {
	stmt  *sql.Stmt // data of a block by its id
	col   column
	id    int64
	block []byte
	err   error
}

func (r *columnReader) value(ctx context.Context, article int64) uint32 {
	id := blockID(r.col, article)
	if id != r.id {
		r.id, r.block = id, nil
		if err := r.stmt.QueryRowContext(ctx, id).Scan(&r.block); err != nil && !errors.Is(err, sql.ErrNoRows) {
			r.err = err
		}
	}
	at := int(article % blockRows * 4)
	if at+4 > len(r.block) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.block[at:])
}
