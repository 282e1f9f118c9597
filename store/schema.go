package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// schemaSums are the sums of the definitions that an archive of a version
// holds, see sumOfSchema. A test compares them with schema.sql and with the
// saved archives.
var schemaSums = map[int]string{
	1: "f38775b93dce8e774b87cd4f80671718",
	2: "337a7ce6084b67271a883286fc81fcf6",
	3: "ca4f4c01c15b068d27343ea43d9250d3",
	4: "a7a3463c249c8a7805294e86078b2691",
	5: "58d5dc87e25f1ce5df227689652bef98",
}

// checkSchema refuses an archive whose definitions are not those of its
// version: tables that are something else, columns that are computed,
// triggers, and whatever else a file can bring that then runs here.
func checkSchema(ctx context.Context, path string, db queryer, version int) error {
	definitions, err := readSchema(ctx, db)
	if err != nil {
		return fault("open "+path, err)
	}
	if sumOfSchema(definitions) != schemaSums[version] {
		return &Error{Text: fmt.Sprintf("%s is not made as archive makes it, and was not opened ('archive check' says what differs, 'archive check --repair' makes a copy that is)", path)}
	}
	return nil
}

func sumOfSchema(definitions []string) string {
	sum := sha256.Sum256([]byte(strings.Join(definitions, "\x00")))
	return hex.EncodeToString(sum[:16])
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

// maxDefinitions is more than any archive has.
const maxDefinitions = 200

// readSchema gives the definitions of a database, sorted: "table sources
// sources: CREATE TABLE sources (...". What SQLite's own ANALYZE makes is left
// out where it is just that.
func readSchema(ctx context.Context, db queryer) (definitions []string, err error) {
	rows, err := db.QueryContext(ctx, `
		SELECT type || ' ' || name || iif(name = tbl_name, '', ' of ' || tbl_name) || ': ' || coalesce(sql, '') FROM sqlite_schema
		WHERE coalesce(sql, '') NOT IN ('CREATE TABLE sqlite_stat1(tbl,idx,stat)', 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)')
		ORDER BY 1 LIMIT ?`, maxDefinitions)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d sql.NullString
		if err := rows.Scan(&d); err != nil {
			return nil, err
		}
		definitions = append(definitions, d.String)
	}
	return definitions, rows.Err()
}
