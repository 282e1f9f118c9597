package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"time"
)

// beside makes a small change to an archive that is open for reading, on a
// connection of its own, in one transaction. It waits so long for others that
// write.
func (a *Archive) beside(ctx context.Context, wait time.Duration, change func(context.Context, *sql.Conn) error) error {
	return a.onOwn(ctx, func(conn *sql.Conn) error { return changeOn(ctx, conn, a.path, wait, change) })
}

// foldWAL brings what has been written into the file itself, and empties the
// write-ahead log. Where others read, that is left to them.
func (a *Archive) foldWAL(ctx context.Context) error {
	return a.onOwn(ctx, func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
		return err
	})
}

// SQLite begins the log anew only in a moment when nobody reads from it. Where
// searches overlap there is none, and the log would grow without end. So those
// that write wait for the searches of the moment once the log is long.
const (
	longLog  = 8 << 20 // bytes
	foldWait = 500 * time.Millisecond
)

// foldLongLog empties a long write-ahead log into the file. Where a search or a
// backup takes longer than foldWait it is left to the next: what stands in the
// log is as safe as in the file.
func foldLongLog(ctx context.Context, path string, conn *sql.Conn) {
	info, err := os.Stat(path + "-wal")
	if err != nil || info.Size() < longLog {
		return
	}
	if setBusyTimeout(ctx, conn, foldWait) == nil {
		_, _ = conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	_ = setBusyTimeout(context.WithoutCancel(ctx), conn, busyTimeout)
}

// onOwn works with a connection of its own that may write.
func (a *Archive) onOwn(ctx context.Context, work func(*sql.Conn) error) (err error) {
	// The change is durable when the machine is, not the moment it is made: a
	// sync costs more than the change.
	db, err := connect(a.path, "cache_size(-1024)", "synchronous(NORMAL)")
	if err != nil {
		return fault("write to "+a.path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fault("write to "+a.path, err)
	}
	defer conn.Close()
	return fault("write to "+a.path, work(conn))
}

// changeOn makes a change in one transaction.
func changeOn(ctx context.Context, conn *sql.Conn, path string, wait time.Duration, change func(context.Context, *sql.Conn) error) error {
	return inTransaction(ctx, conn, path, wait, func(ctx context.Context, conn *sql.Conn) error {
		return summedUp(ctx, conn, change)
	})
}

// summedUp makes a change and brings the sums up to date.
func summedUp(ctx context.Context, conn *sql.Conn, change func(context.Context, *sql.Conn) error) error {
	t, err := watchSums(conn)
	if err != nil {
		return err
	}
	if err := change(ctx, conn); err != nil {
		return err
	}
	return t.write(ctx, conn)
}
