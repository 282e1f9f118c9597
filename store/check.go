package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// CheckIndex compares the full-text index with the stored texts, analysing
// every text again, and reports the first difference. schema is schema.sql.
//
// FTS5 calls our function through a view for this, which SQLite allows only
// where the schema is trusted. So the check first makes sure that the schema
// is ours to the letter and brings no triggers or views of its own.
func (a *Archive) CheckIndex(ctx context.Context, schema string) (err error) {
	want, err := SchemaOf(ctx, schema)
	if err != nil {
		return err
	}
	got, err := readSchema(ctx, a.db)
	if err != nil {
		return fault("check "+a.path, err)
	}
	if !slices.Equal(got, want) {
		return &Error{Text: fmt.Sprintf("the tables of %s are not those of an archive (restore it from a copy)", a.path)}
	}
	db, err := connect(a.path, append(writing[:len(writing):len(writing)], "trusted_schema(1)")...)
	if err != nil {
		return fault("check "+a.path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, `INSERT INTO article_index (article_index, rank) VALUES ('integrity-check', 1)`); err != nil {
		return &Error{Text: "the index of " + a.path + " does not agree with its articles (restore it from a copy)", Err: err}
	}
	return nil
}

// SchemaOf gives the definitions that a schema makes, sorted.
func SchemaOf(ctx context.Context, schema string) (definitions []string, err error) {
	registerFunctions()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // each connection would have a database of its own
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	return readSchema(ctx, db)
}

func readSchema(ctx context.Context, db *sql.DB) (definitions []string, err error) {
	rows, err := db.QueryContext(ctx, `
		SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d string
		if err := rows.Scan(&d); err != nil {
			return nil, err
		}
		definitions = append(definitions, d)
	}
	return definitions, rows.Err()
}
