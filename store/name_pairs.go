package store

import (
	"context"
	"database/sql"
	"errors"
)

// NamePair is what somebody has decided of two folded spellings.
type NamePair struct {
	A, B     string // A < B
	Accepted bool   // one name; else two
	Decided  string // when, RFC 3339, UTC
}

// newNamePair puts two spellings in order.
func newNamePair(a, b string) NamePair {
	if a > b {
		a, b = b, a
	}
	return NamePair{A: a, B: b}
}

// NamePairs lists what was decided of spellings.
func (v *View) NamePairs(ctx context.Context) (pairs []NamePair, err error) {
	rows, err := prepared{v.conn}.QueryContext(ctx, `SELECT a, b, accepted, decided FROM name_pairs ORDER BY a, b`)
	if err != nil {
		return nil, fault("read "+v.path, err)
	}
	defer func() { err = fault("read "+v.path, errors.Join(err, rows.Close())) }()
	for rows.Next() {
		var p NamePair
		if err := rows.Scan(&p.A, &p.B, &p.Accepted, &p.Decided); err != nil {
			return nil, err
		}
		pairs = append(pairs, p)
	}
	return pairs, rows.Err()
}

// DecideNames keeps whether two folded spellings are of one name, in place of
// what was decided of them before.
func (a *Archive) DecideNames(ctx context.Context, one, other string, accepted bool) error {
	p := newNamePair(one, other)
	return a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, `INSERT INTO name_pairs (a, b, accepted, decided) VALUES (?, ?, ?, ?)
			ON CONFLICT (a, b) DO UPDATE SET accepted = excluded.accepted, decided = excluded.decided`, p.A, p.B, accepted, now())
		return err
	})
}

// ForgetNames takes back what was decided of two folded spellings.
func (a *Archive) ForgetNames(ctx context.Context, one, other string) (known bool, err error) {
	p := newNamePair(one, other)
	err = a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		result, err := conn.ExecContext(ctx, `DELETE FROM name_pairs WHERE a = ? AND b = ?`, p.A, p.B)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		known = n > 0
		return err
	})
	return known, err
}
