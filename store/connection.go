package store

import (
	"context"
	"database/sql"
	"errors"
)

// connection is a connection to the archive with statements that stay prepared
// from one search to the next: to prepare one takes longer than most answers.
type connection struct {
	*sql.Conn
	values map[string]*statement // queries for one value, by their text
	lists  map[string]*sql.Stmt  // other queries
}

// maxIdle bounds the connections that wait to be used again.
const maxIdle = 2

// connection takes a connection that waits, or makes one.
func (a *Archive) connection(ctx context.Context) (*connection, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if last := len(a.idle) - 1; last >= 0 {
		c := a.idle[last]
		a.idle = a.idle[:last]
		return c, nil
	}
	conn, err := a.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return newConnection(conn), nil
}

func newConnection(conn *sql.Conn) *connection {
	return &connection{conn, make(map[string]*statement), make(map[string]*sql.Stmt)}
}

// release takes back a connection that is in no transaction.
func (a *Archive) release(c *connection) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || len(a.idle) == maxIdle {
		return c.close()
	}
	a.idle = append(a.idle, c)
	return nil
}

// closeIdle closes the connections that wait, and any that is released later.
func (a *Archive) closeIdle() (err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.idle {
		err = errors.Join(err, c.close())
	}
	a.idle, a.closed = nil, true
	return err
}

func (c *connection) close() error { return errors.Join(c.closeStatements(), c.Conn.Close()) }

func (c *connection) closeStatements() (err error) {
	for _, s := range c.values {
		err = errors.Join(err, s.close())
	}
	for _, s := range c.lists {
		err = errors.Join(err, s.Close())
	}
	return err
}

// statement gives the statement of a query for one value.
func (c *connection) statement(ctx context.Context, query string) (*statement, error) {
	if s := c.values[query]; s != nil {
		return s, nil
	}
	s, err := prepare(ctx, c.Conn, query)
	if err == nil {
		c.values[query] = s
	}
	return s, err
}

// do runs a statement that gives nothing.
func (c *connection) do(ctx context.Context, statement string) error {
	s, err := c.statement(ctx, statement)
	if err == nil {
		_, err = s.value(ctx)
	}
	return err
}

// list gives the statement of a query for rows.
func (c *connection) list(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.lists[query]; s != nil {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err == nil {
		c.lists[query] = s
	}
	return s, err
}

// prepared asks queries whose texts are always the same.
type prepared struct{ *connection }

func (p prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.list(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.list(ctx, query)
	if err != nil {
		return p.Conn.QueryRowContext(ctx, query, args...) // which tells the error
	}
	return s.QueryRowContext(ctx, args...)
}

// read asks queries whose texts are always the same.
func (a *Archive) read(ctx context.Context, ask func(queryer) error) error {
	c, err := a.connection(ctx)
	if err != nil {
		return fault("read "+a.path, err)
	}
	err = ask(prepared{c})
	if released := a.release(c); err == nil {
		err = fault("read "+a.path, released)
	}
	return err
}
