package main

import (
	"context"
	"database/sql"
	"errors"
	"os"

	_ "modernc.org/sqlite" // the same engine as that of archive
)

// plainTable is what people make who use FTS5 as its documentation shows it: a
// table of articles and an index over it, with the English stemmer.
type plainTable struct{ db *sql.DB }

// plainSchema is in the table's own words.
const plainSchema = `
CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT, source TEXT, published TEXT);
CREATE VIRTUAL TABLE plain USING fts5 (title, body, content='articles', content_rowid='id', tokenize='porter unicode61');
CREATE INDEX articles_published ON articles (published);
CREATE INDEX articles_source ON articles (source);`

// openPlainTable makes the table if an earlier run has not.
func openPlainTable(ctx context.Context, path, file string) (*plainTable, error) {
	_, statErr := os.Stat(path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	p := &plainTable{db}
	if statErr != nil {
		if err := p.fill(ctx, file); err != nil {
			return nil, errors.Join(err, db.Close(), os.Remove(path))
		}
	}
	return p, nil
}

func (p *plainTable) close() error { return p.db.Close() }

func (p *plainTable) fill(ctx context.Context, file string) error {
	if _, err := p.db.ExecContext(ctx, plainSchema); err != nil {
		return err
	}
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO articles (title, body, source, published) VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	err = eachArticle(file, func(a *article) error {
		_, err := insert.ExecContext(ctx, a.Title, a.Body, a.Source, a.day())
		return err
	})
	if err != nil {
		return err
	}
	for _, statement := range []string{"INSERT INTO plain (plain) VALUES ('rebuild')", "INSERT INTO plain (plain) VALUES ('optimize')"} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// page is the ranked page as the documentation of FTS5 commends it, with the
// rows that a page shows.
const page = `SELECT a.id, a.title, a.source, a.published FROM
	(SELECT rowid AS id, bm25(plain, 2.0, 1.0) AS score FROM plain WHERE plain MATCH ? ORDER BY score LIMIT 20) f
	JOIN articles a ON a.id = f.id ORDER BY f.score`

// rows runs a statement and reads all its rows.
func (p *plainTable) rows(statement string, args ...any) act {
	return func(ctx context.Context) (found int, err error) {
		rows, err := p.db.QueryContext(ctx, statement, args...)
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return 0, err
		}
		values := make([]sql.RawBytes, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return found, err
			}
			found++
		}
		return found, rows.Err()
	}
}

// matching is the page of what an expression of FTS5 matches.
func (p *plainTable) matching(expression string) act { return p.rows(page, expression) }
