package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// One process writes to an archive at a time, for as long as its transaction
// lasts; the others wait for their turn. SQLite keeps no queue: whoever asks
// at the right moment is next. So a process that has just written leaves the
// archive alone for a moment, longer than the others take to ask again.
const (
	askAgain = 5 * time.Millisecond
	courtesy = 15 * time.Millisecond
)

// turnWait bounds how long a command waits for its turn: batches of an import
// take seconds, a new index of a large archive some minutes. sayWaiting is
// when the person is told.
var (
	turnWait   = 15 * time.Minute
	sayWaiting = time.Second
)

type waitingKey struct{}

// OnWaiting gives a context with which tell is called once a command has
// waited a second for other processes that write to the archive at path; each
// time that it waits.
func OnWaiting(ctx context.Context, tell func(path string)) context.Context {
	return context.WithValue(ctx, waitingKey{}, tell)
}

// takeTurn has begin, which makes conn write, run when nobody else writes. It
// waits at most so long, and no longer than until the context ends.
func takeTurn(ctx context.Context, conn *sql.Conn, path string, wait time.Duration, begin func() error) error {
	// SQLite itself would ask ten times a second, and pass by every moment
	// between two batches.
	if err := setBusyTimeout(ctx, conn, 0); err != nil {
		return err
	}
	err := askForTurn(ctx, path, wait, begin)
	if set := setBusyTimeout(context.WithoutCancel(ctx), conn, busyTimeout); err == nil {
		err = set
	}
	return err
}

func askForTurn(ctx context.Context, path string, wait time.Duration, begin func() error) error {
	asked := time.Now()
	for told := false; ; {
		err := begin()
		waited := time.Since(asked)
		if !isBusy(err) || waited >= wait {
			return err
		}
		if !told && waited >= sayWaiting {
			told = true
			if tell, ok := ctx.Value(waitingKey{}).(func(string)); ok {
				tell(path)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(askAgain):
		}
	}
}

// busyTimeout is how long a reader waits where somebody folds the log of the
// archive into it, or has just crashed.
const busyTimeout = 30 * time.Second

func setBusyTimeout(ctx context.Context, conn *sql.Conn, wait time.Duration) error {
	_, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait.Milliseconds()))
	return err
}

// beginWriting begins a transaction that writes.
func beginWriting(ctx context.Context, conn *sql.Conn, path string, wait time.Duration) error {
	return takeTurn(ctx, conn, path, wait, func() error {
		_, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`)
		return err
	})
}

// inTransaction works in one transaction. Who changes what the sums count
// must bring them up to date.
func inTransaction(ctx context.Context, conn *sql.Conn, path string, wait time.Duration, work func(context.Context, *sql.Conn) error) error {
	err := beginWriting(ctx, conn, path, wait)
	if err != nil {
		return err
	}
	if err = work(ctx, conn); err == nil {
		_, err = conn.ExecContext(ctx, `COMMIT`)
	}
	if err != nil {
		_, back := conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		return errors.Join(err, back)
	}
	foldLongLog(ctx, path, conn)
	return nil
}
