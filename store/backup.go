package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// Progress is told how many pages of how many are done.
type Progress func(done, total int)

// Backup writes a copy of the archive at path to a new file, as the archive is
// at one moment, whatever is imported meanwhile. The copy has its name once it
// is complete, on the disk, and was found sound. It gives the number of
// articles, earlier versions included.
func Backup(ctx context.Context, path, to, schema string, progress Progress) (articles int64, err error) {
	if err := checkHeader(path); err != nil {
		return 0, err
	}
	if _, err := os.Lstat(to); err == nil {
		return 0, &Error{Text: fmt.Sprintf("there is a file %s already (name another one)", to)}
	}
	temp, err := tempBeside(to, "new")
	if err != nil {
		return 0, fault("write "+to, err)
	}
	defer func() { err = errors.Join(err, removeArchive(temp)) }()
	if articles, err = copyArchive(ctx, path, temp, schema, progress); err != nil {
		return 0, err
	}
	return articles, fault("write "+to, publish(temp, to))
}

// publish gives a finished file its name, if nobody else has it yet.
func publish(temp, to string) error {
	err := os.Link(temp, to)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without links
		if _, there := os.Lstat(to); there == nil {
			return fs.ErrExist
		}
		err = os.Rename(temp, to)
	}
	if err != nil {
		return err
	}
	if err := SyncFolder(filepath.Dir(to)); err != nil { // the name may go
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// copyArchive copies an archive page by page into an empty file and makes sure
// that the copy is sound and on the disk.
func copyArchive(ctx context.Context, path, to, schema string, progress Progress) (articles int64, err error) {
	db, err := openToInspect(path)
	if err != nil {
		return 0, fault("read "+path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, fault("read "+path, err)
	}
	defer conn.Close()
	// Within a transaction all steps copy the same state.
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return 0, fault("read "+path, err)
	}
	if _, err := upToDate(ctx, path, conn); err != nil {
		return 0, err
	}
	if err := conn.QueryRowContext(ctx, `SELECT count(id) FROM articles`).Scan(&articles); err != nil {
		return 0, fault("read "+path, err)
	}
	if err := copyPages(ctx, conn, to, progress); err != nil {
		return 0, fault("copy "+path, err)
	}
	if err := settleCopy(ctx, to); err != nil {
		return 0, fault("write "+to, err)
	}
	found, err := Inspect(ctx, to, Inspection{Schema: schema})
	if err != nil {
		return 0, err
	}
	if len(found.Problems) > 0 || found.Articles != articles {
		return 0, &Error{Text: fmt.Sprintf("the copy of %s is not sound, so the archive or the disk is damaged ('archive check --deep' tells more)", path)}
	}
	return articles, nil
}

// pagesAStep is how many pages are copied before anybody asks whether to stop.
const pagesAStep = 256

func copyPages(ctx context.Context, conn *sql.Conn, to string, progress Progress) error {
	abs, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	return conn.Raw(func(c any) error {
		b, err := c.(interface {
			NewBackup(string) (*sqlite.Backup, error)
		}).NewBackup(fileURL(abs))
		if err != nil {
			return err
		}
		for more := true; more; {
			more, err = b.Step(pagesAStep)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return errors.Join(err, b.Finish())
			}
			if progress != nil {
				progress(b.PageCount()-b.Remaining(), b.PageCount())
			}
		}
		return b.Finish()
	})
}

// settleCopy makes a copy a file on its own, which is read where nothing can
// be written beside it, and makes sure that it is on the disk.
func settleCopy(ctx context.Context, path string) error {
	db, err := connect(path, "synchronous(FULL)")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`)
	return errors.Join(err, db.Close(), SyncFile(path))
}

// Restore puts a copy of an archive in the place of the archive at path, also
// of a damaged one. What was there is kept beside it, under the name that it
// gives; "" if there was nothing.
func Restore(ctx context.Context, backup, path, schema string, progress Progress) (kept string, articles int64, err error) {
	if err := checkHeader(backup); err != nil {
		return "", 0, err
	}
	switch err := checkHeader(path); {
	case errors.Is(err, ErrNoArchive), errors.Is(err, errHeadless):
	case errors.Is(err, errForeign):
		return "", 0, &Error{Text: fmt.Sprintf("there is a file %s that is not an archive (move it elsewhere first, or name another place with --db)", path), Err: err}
	case err != nil:
		return "", 0, err
	case sameFile(backup, path):
		return "", 0, &Error{Text: fmt.Sprintf("%s is the archive itself (name a copy)", backup)}
	}
	temp, err := tempBeside(path, "restore")
	if err != nil {
		return "", 0, fault("write "+path, err)
	}
	defer func() { err = errors.Join(err, removeArchive(temp)) }()
	if articles, err = copyArchive(ctx, backup, temp, schema, progress); err != nil {
		return "", 0, err
	}
	kept, err = replaceArchive(ctx, temp, path, "replaced")
	return kept, articles, fault("write "+path, err)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// replaceArchive puts a finished file in the place of an archive that nobody
// has open.
func replaceArchive(ctx context.Context, with, path, mark string) (kept string, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return takePlace(with, path, mark)
	}
	before, err := placedNow(path)
	if err != nil {
		return "", err
	}
	db, err := connect(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := lockOut(ctx, conn, before); err != nil {
		return "", err
	}
	return takePlace(with, path, mark)
}
