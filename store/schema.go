package store

import (
	"context"
	"database/sql"
	"errors"
)

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

func readSchema(ctx context.Context, db queryer) (definitions []string, err error) {
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
