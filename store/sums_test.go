package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every table is summed up, or is worked out from those that are.
func TestEveryTableIsSummedUp(t *testing.T) {
	a := newArchive(t)
	for _, table := range tablesOf(t, a.db) {
		if table != "meta" && slices.Contains(workedOut, table) == slices.Contains(summed, table) {
			t.Errorf("the table %s has to be in one of the lists workedOut and summed", table)
		}
	}
	if !slices.IsSorted(summed) {
		t.Error("the tables are not in order, so that not all would be found")
	}
}

func tablesOf(t *testing.T, db *sql.DB) []string {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tables, err := namesOn(t.Context(), conn, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'article_index%'`)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// The sums follow whatever a statement may do to a row.
func TestSumsFollowEveryChange(t *testing.T) {
	a := newArchive(t)
	for _, statement := range []string{
		`INSERT INTO sources (id, name) VALUES (1, 'A'), (2, 'B'), (3, 'Ж'), (-5, ''), (900, 'far')`,
		`UPDATE sources SET name = name || '!' WHERE id > 1`,
		`UPDATE sources SET id = 77 WHERE id = 2`,
		`INSERT OR IGNORE INTO sources (id, name) VALUES (3, 'not put in'), (4, 'put in')`,
		`INSERT OR REPLACE INTO sources (id, name) VALUES (3, 'in its place')`,
		`INSERT OR REPLACE INTO sources (id, name) VALUES (5, 'in its place')`, // another row goes
		`INSERT INTO sources (name) VALUES ('A') ON CONFLICT (name) DO UPDATE SET name = 'A2'`,
		`INSERT INTO rules (id, name, derived) VALUES (1, 'r', 0)`,
		`INSERT INTO imports (id, started) VALUES (1, 'now')`,
		`INSERT INTO articles (id, key, type, words, bytes, added, import) VALUES (1, x'01', 'text', 1, 2, '', 1), (2, x'', 'text', 1, 2, '', 1)`,
		`INSERT INTO citations (article, source, rule, phrase) VALUES (1, 1, 1, 'x'), (1, 3, 1, 'y'), (2, 5, 1, 'z')`,
		`UPDATE OR IGNORE citations SET source = 3 WHERE source = 1`,
		`UPDATE citations SET source = 900 WHERE source = 5`,
		`UPDATE articles SET title = 'T', published = NULL, captured = 'c', words = words + 1`,
		`DELETE FROM citations WHERE phrase = 'y'`,
		`INSERT INTO saved_searches (name, query, flags, added, seen) VALUES ('n', 'q', '{}', '', x'')`,
		`UPDATE saved_searches SET seen = x'0102'`,
		`INSERT INTO name_pairs VALUES ('a', 'b', 1, ''), ('c', 'd', 0, '')`,
		`REPLACE INTO name_pairs VALUES ('a', 'b', 0, 'later')`,
		`DELETE FROM name_pairs`,
		`DELETE FROM citations`,
	} {
		err := a.beside(t.Context(), time.Second, func(ctx context.Context, conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, statement)
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		for _, table := range summed {
			if changed, err := changedBlocks(t.Context(), a.db, table); len(changed) > 0 || err != nil {
				t.Fatalf("%s: %v, %v", statement, changed, err)
			}
		}
	}
}

// What a transaction did that was given up is in no sum.
func TestSumsForgetWhatWasGivenUp(t *testing.T) {
	a := newArchive(t)
	im, err := a.startWriting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		if err := im.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := im.conn.ExecContext(t.Context(), `INSERT INTO tags (name) VALUES (?)`, n); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			err = im.rollback(t.Context())
		} else {
			err = im.Commit(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := im.release(); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
}

// Any value of any column that changes by itself is found.
func TestSumsFindEveryValue(t *testing.T) {
	a := newArchive(t)
	fillEveryTable(t, a)
	for _, table := range summed {
		columns, values := firstRow(t, a, table)
		for i, column := range columns {
			if found := changedIn(t, a, table, column, columns, values); len(found) != 1 {
				t.Errorf("%s.%s changed from %v unseen", table, columns[i], values[i])
			}
		}
	}
}

// fillEveryTable puts a row in each table that is summed up.
func fillEveryTable(t *testing.T, a *Archive) {
	t.Helper()
	for _, table := range summed {
		err := a.beside(t.Context(), time.Second, func(ctx context.Context, conn *sql.Conn) error {
			if _, err := conn.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
				return err
			}
			columns, err := namesOn(ctx, conn, `SELECT name FROM pragma_table_info(?)`, table)
			if err != nil {
				return err
			}
			values := make([]string, len(columns))
			for i, column := range columns {
				if values[i] = "1"; column == "state" {
					values[i] = "'read'"
				}
			}
			_, err = conn.ExecContext(ctx, `INSERT INTO `+table+` VALUES (`+strings.Join(values, ", ")+`)`)
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

// firstRow gives the names and values of a row.
func firstRow(t *testing.T, a *Archive, table string) (columns []string, values []any) {
	t.Helper()
	rows, err := a.db.QueryContext(t.Context(), `SELECT * FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		t.Fatal(err)
	}
	values = make([]any, len(columns))
	to := make([]any, len(columns))
	for i := range values {
		to[i] = &values[i]
	}
	if !rows.Next() {
		t.Fatalf("%s is empty: %v", table, rows.Err())
	}
	if err := rows.Scan(to...); err != nil {
		t.Fatal(err)
	}
	return columns, values
}

// changedIn changes a value behind the back of the sums, gives where they tell
// a change, and takes it back.
func changedIn(t *testing.T, a *Archive, table, column string, columns []string, values []any) []block {
	t.Helper()
	tx, err := a.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `PRAGMA defer_foreign_keys = 1`); err != nil {
		t.Fatal(err)
	}
	set := column + " = 2"
	if column == "state" {
		set = "state = 'partly'"
	}
	where := strings.Join(columns, " IS ? AND ") + " IS ?"
	if _, err := tx.ExecContext(t.Context(), `UPDATE `+table+` SET `+set+` WHERE `+where, values...); err != nil {
		t.Fatal(err)
	}
	changed, err := changedBlocks(t.Context(), tx, table)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}
