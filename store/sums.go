package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// summed are the tables whose rows are added up in the table sums: all that
// cannot be worked out again from the others.
var summed = []string{
	"aliased_articles", "aliased_citations", "article_tags", "articles", "bodies", "bylines",
	"citations", "corrections", "failures", "files", "imports", "name_pairs", "originals", "origins",
	"places", "rules", "saved_searches", "search_log", "source_aliases", "sources", "tags",
}

// sumBlock is how many numbers of a first column share a sum.
const sumBlock = 1 << sumShift

const sumShift = 6

// block is a part of a table: the rows whose first column is a whole number
// from number * sumBlock on. Rows that begin with something else are in block 0.
type block struct {
	table  string
	number int64
}

func blockOf(table string, row []any) block {
	first, _ := row[0].(int64)
	return block{table, first >> sumShift}
}

// blockSum is the number of rows of a block, and their hashes added up, modulo
// 2^64, so that the order does not matter and a change needs no other row.
type blockSum struct {
	rows int64
	hash uint64
}

func (s *blockSum) add(d blockSum) {
	s.rows += d.rows
	s.hash += d.hash
}

// rowHasher hashes rows; its memory is used again.
type rowHasher struct{ bytes []byte }

// hash gives the first 8 bytes, little-endian, of the SHA-256 of all values of
// a row: of each a letter for its type, its length, and itself. A text ends at
// a NUL, which no text of ours holds: SQLite's hooks do not see further.
func (h *rowHasher) hash(row []any) uint64 {
	b := h.bytes[:0]
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.LittleEndian.AppendUint64(append(b, 'i'), uint64(v))
		case float64:
			b = binary.LittleEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
		case []byte:
			b = append(binary.LittleEndian.AppendUint64(append(b, 'b'), uint64(len(v))), v...)
		case string:
			v, _, _ = strings.Cut(v, "\x00")
			b = append(binary.LittleEndian.AppendUint64(append(b, 't'), uint64(len(v))), v...)
		}
	}
	sum := sha256.Sum256(b)
	if h.bytes = b; cap(b) > 1<<20 {
		h.bytes = nil
	}
	return binary.LittleEndian.Uint64(sum[:])
}

// sumChanges notes how a transaction changes the sums. SQLite tells it of each row
// that is put in, changed or removed on a connection, so that no statement can
// be forgotten.
type sumChanges struct {
	rowHasher
	changes map[block]blockSum
	row     []any
	failed  error
}

// watchSums begins to note how the sums change by what is written on a connection.
func watchSums(conn *sql.Conn) (*sumChanges, error) {
	t := &sumChanges{changes: make(map[block]blockSum)}
	err := conn.Raw(func(c any) error {
		c.(sqlite.HookRegisterer).RegisterPreUpdateHook(t.see)
		return nil
	})
	return t, err
}

// see is told of a row before it changes.
func (t *sumChanges) see(d sqlite.SQLitePreUpdateData) {
	if d.DatabaseName != "main" {
		return
	}
	if _, found := slices.BinarySearch(summed, d.TableName); !found {
		return
	}
	n := d.Count()
	t.row = slices.Grow(t.row[:0], n)[:n]
	if d.Op != sqlite3.SQLITE_INSERT {
		t.count(d.TableName, -1, d.Old(t.row...))
	}
	if d.Op != sqlite3.SQLITE_DELETE {
		t.count(d.TableName, 1, d.New(t.row...))
	}
}

// count puts the row that was read into the sum of its block, or takes it out.
func (t *sumChanges) count(table string, sign int64, err error) {
	if err != nil {
		t.failed = errors.Join(t.failed, err)
		return
	}
	b := blockOf(table, t.row)
	s := t.changes[b]
	s.add(blockSum{sign, uint64(sign) * t.hash(t.row)})
	t.changes[b] = s
	clear(t.row) // lets go of texts
}

// forget drops what a transaction that came to nothing has changed.
func (t *sumChanges) forget() {
	clear(t.changes)
	t.failed = nil
}

// write brings the sums up to date, as the last step of a transaction.
func (t *sumChanges) write(ctx context.Context, conn runner) error {
	defer t.forget()
	if t.failed != nil {
		return fmt.Errorf("sum up what changed: %w", t.failed)
	}
	return writeSums(ctx, conn, t.changes)
}

// runner is a connection or a transaction.
type runner interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// writeSums adds changes to what stands in the table. It adds here because SQL
// makes a sum that passes 2^63 an inexact number.
func writeSums(ctx context.Context, conn runner, changes map[block]blockSum) error {
	for _, b := range slices.SortedFunc(maps.Keys(changes), compareBlocks) {
		if changes[b] == (blockSum{}) {
			continue
		}
		now, err := sumIn(ctx, conn, b)
		if err != nil {
			return err
		}
		now.add(changes[b])
		if err := putSum(ctx, conn, b, now); err != nil {
			return err
		}
	}
	return nil
}

func compareBlocks(a, b block) int {
	if c := strings.Compare(a.table, b.table); c != 0 {
		return c
	}
	return cmp.Compare(a.number, b.number)
}

// sumIn gives a sum as it stands in the table.
func sumIn(ctx context.Context, conn runner, b block) (s blockSum, err error) {
	var hash int64
	err = conn.QueryRowContext(ctx, `SELECT entries, sum FROM sums WHERE part = ? AND block = ?`, b.table, b.number).Scan(&s.rows, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	s.hash = uint64(hash)
	return s, err
}

func putSum(ctx context.Context, conn runner, b block, s blockSum) (err error) {
	if s == (blockSum{}) {
		_, err = conn.ExecContext(ctx, `DELETE FROM sums WHERE part = ? AND block = ?`, b.table, b.number)
		return err
	}
	_, err = conn.ExecContext(ctx, `INSERT INTO sums (part, block, entries, sum) VALUES (?, ?, ?, ?)
		ON CONFLICT (part, block) DO UPDATE SET entries = excluded.entries, sum = excluded.sum`,
		b.table, b.number, s.rows, int64(s.hash))
	return err
}

// sumUp fills the table of sums from all rows, and tells with the id of an
// article how far it has come.
func sumUp(ctx context.Context, tx interface {
	runner
	queryer
}, tell func(id int64)) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM sums`); err != nil {
		return err
	}
	for _, table := range summed {
		var read func(row []any)
		if table == "bodies" { // which takes nearly all of the time
			read = func(row []any) {
				if id, ok := row[0].(int64); ok && id%256 == 0 {
					tell(id)
				}
			}
		}
		sums, err := sumsOf(ctx, tx, table, read)
		if err == nil {
			err = writeSums(ctx, tx, sums)
		}
		if err != nil {
			return err
		}
	}
	tell(math.MaxInt64)
	return nil
}

// sumsOf adds up the rows of a table as they are; read, if not nil, is shown
// each.
func sumsOf(ctx context.Context, db queryer, table string, read func(row []any)) (map[block]blockSum, error) {
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	row, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		to[i] = &row[i]
	}
	var h rowHasher
	sums := make(map[block]blockSum)
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		b := blockOf(table, row)
		s := sums[b]
		s.add(blockSum{1, h.hash(row)})
		sums[b] = s
		if read != nil {
			read(row)
		}
	}
	return sums, rows.Err()
}

// sumsKept gives the sums of a table that the archive keeps.
func sumsKept(ctx context.Context, db queryer, table string) (map[block]blockSum, error) {
	rows, err := db.QueryContext(ctx, `SELECT block, entries, sum FROM sums WHERE part = ?`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sums := make(map[block]blockSum)
	for rows.Next() {
		b, hash := block{table: table}, int64(0)
		var s blockSum
		if err := rows.Scan(&b.number, &s.rows, &hash); err != nil {
			return nil, err
		}
		s.hash = uint64(hash)
		sums[b] = s
	}
	return sums, rows.Err()
}

// changedBlocks gives the blocks of a table whose rows are not those that were
// written, in order.
func changedBlocks(ctx context.Context, db queryer, table string) (changed []block, err error) {
	kept, err := sumsKept(ctx, db, table)
	if err != nil {
		return nil, err
	}
	now, err := sumsOf(ctx, db, table, nil)
	if err != nil {
		return nil, err
	}
	for b := range kept {
		if _, there := now[b]; !there {
			changed = append(changed, b)
		}
	}
	for b, s := range now {
		if kept[b] != s {
			changed = append(changed, b)
		}
	}
	slices.SortFunc(changed, compareBlocks)
	return changed, nil
}

// unnumbered are the summed tables that begin with a text.
var unnumbered = []string{"aliased_articles", "aliased_citations", "name_pairs", "source_aliases"}

// String says where the rows stand: "articles 64 to 127".
func (b block) String() string {
	if slices.Contains(unnumbered, b.table) {
		return b.table
	}
	return fmt.Sprintf("%s %d to %d", b.table, b.number<<sumShift, b.number<<sumShift+sumBlock-1)
}
