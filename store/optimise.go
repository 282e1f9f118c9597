package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"os"
)

// Optimised tells what Optimise did.
type Optimised struct {
	Before, After                 int64 // bytes of the file
	SegmentsBefore, SegmentsAfter int   // of the index; 0 where only FTS5 reads it
}

// Optimise makes one segment of the full-text index, with leaves as large as
// a page of the file, and one run of each list of the vocabulary, drops what is
// left of originals that were not kept whole, and gives back to the disk what is
// free in the file. It needs room for a second copy while it runs. A kill at any
// time leaves the archive as it was, or with some of the steps done.
func (a *Archive) Optimise(ctx context.Context) (o Optimised, err error) {
	if o.Before, o.SegmentsBefore, err = a.shape(ctx); err != nil {
		return o, err
	}
	if err := a.dropUnfinished(ctx); err != nil {
		return o, fault("optimise "+a.path, err)
	}
	if err := a.optimiseIndex(ctx); err != nil {
		return o, fault("optimise "+a.path, err)
	}
	if err := renew(ctx, a.db, a.path); err != nil { // what was damaged
		return o, fault("optimise "+a.path, err)
	}
	if err := a.shrink(ctx); err != nil {
		return o, fault("optimise "+a.path, err)
	}
	o.After, o.SegmentsAfter, err = a.shape(ctx)
	return o, err
}

// shape gives the size of the file and the number of segments.
func (a *Archive) shape(ctx context.Context) (bytes int64, segments int, err error) {
	info, err := os.Stat(a.path)
	if err != nil {
		return 0, 0, fault("read "+a.path, err)
	}
	v, err := a.View(ctx)
	if err != nil {
		return 0, 0, err
	}
	if v.index != nil {
		segments = v.index.Segments()
	}
	return info.Size(), segments, v.Close()
}

func (a *Archive) optimiseIndex(ctx context.Context) (err error) {
	conn, err := a.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, discard(conn)) }()
	if err := beginWriting(ctx, conn, a.path, turnWait); err != nil {
		return err
	}
	w, err := newIndexWriter(ctx, conn)
	if err != nil {
		return err
	}
	if err := errors.Join(w.Optimise(), w.Close()); err != nil {
		return err
	}
	if err := newVocabularyWriter(conn).optimise(ctx); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `COMMIT`)
	return err
}

// discard closes a connection instead of giving it back: what was written to
// the index on it, FTS5 would not see there.
func discard(conn *sql.Conn) error {
	err := conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) {
		return nil
	}
	return err
}

// wasteful is the share of free pages from which on a file is written anew.
const wasteful = .02

// shrink gives free pages back to the disk.
func (a *Archive) shrink(ctx context.Context) error {
	var pages, free int64
	err := a.db.QueryRowContext(ctx, `SELECT page_count, freelist_count FROM pragma_page_count, pragma_freelist_count`).Scan(&pages, &free)
	if err != nil {
		return err
	}
	if float64(free) > wasteful*float64(pages) {
		if err := a.vacuum(ctx); err != nil {
			return err
		}
	}
	_, err = a.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// vacuum writes the file anew by way of a temporary one, which must not be
// kept in memory like the small ones of other statements.
func (a *Archive) vacuum(ctx context.Context) (err error) {
	conn, err := a.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, discard(conn)) }()
	if _, err := conn.ExecContext(ctx, `PRAGMA temp_store = FILE`); err != nil {
		return err
	}
	return takeTurn(ctx, conn, a.path, turnWait, func() error {
		_, err := conn.ExecContext(ctx, `VACUUM`)
		return err
	})
}
