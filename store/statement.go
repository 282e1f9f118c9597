package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"

	"example.com/archive/store/fts5"
)

// statement is a query for one value, prepared on one connection. It asks the
// driver itself: database/sql would copy each value once more, and the driver
// would start a goroutine for each call to wait for the end of the context.
type statement struct {
	conn *sql.Conn
	stmt driver.Stmt
}

func prepare(ctx context.Context, conn *sql.Conn, query string) (*statement, error) {
	s := &statement{conn: conn}
	err := conn.Raw(func(c any) (err error) {
		s.stmt, err = c.(driver.ConnPrepareContext).PrepareContext(ctx, query)
		return err
	})
	return s, err
}

func (s *statement) close() error {
	if s == nil || s.stmt == nil {
		return nil
	}
	return s.conn.Raw(func(any) error { return s.stmt.Close() })
}

// value gives the first column of the first row; nil if there is none.
func (s *statement) value(ctx context.Context, args ...driver.Value) (v driver.Value, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	err = s.conn.Raw(func(any) error {
		v, err = firstValue(s.stmt, named)
		return err
	})
	return v, err
}

func firstValue(stmt driver.Stmt, args []driver.NamedValue) (driver.Value, error) {
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(context.Background(), args)
	if err != nil {
		return nil, err
	}
	var row [1]driver.Value
	err = rows.Next(row[:])
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return row[0], errors.Join(err, rows.Close())
}

// block is value for a blob, which is the caller's; nil only if there is none.
func (s *statement) block(ctx context.Context, args ...driver.Value) ([]byte, error) {
	v, err := s.value(ctx, args...)
	b, ok := v.([]byte)
	if err == nil && v != nil && !ok {
		err = fts5.ErrDamaged
	}
	if ok && b == nil {
		b = []byte{}
	}
	return b, err
}

// number is value for an integer; 0 for none.
func (s *statement) number(ctx context.Context, args ...driver.Value) (int64, error) {
	v, err := s.value(ctx, args...)
	n, _ := v.(int64)
	return n, err
}
