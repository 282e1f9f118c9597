package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// takePlace puts a finished file in the place of the archive at path, which
// must be locked, see lockOut, or not be there. What was there is kept beside
// it under the name that it gives, "" if there was nothing. At every moment
// one of the two is there, whole. mark tells in the name why the other was put
// aside.
func takePlace(with, path, mark string) (kept string, err error) {
	if err := SyncFile(with); err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		if kept, err = putAside(path, mark); err != nil {
			return "", err
		}
	}
	return kept, errors.Join(os.Rename(with, path), SyncFolder(filepath.Dir(path)))
}

// putAside gives a file a second name, and a log beside it that could not be
// folded in its first: it must not be taken for one of the file to come.
func putAside(path, mark string) (kept string, err error) {
	kept, err = freeName(path + "." + mark + "-" + time.Now().UTC().Format("20060102-150405"))
	if err != nil {
		return "", err
	}
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+end, kept+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Link(path, kept); err != nil { // a file system without links
		return kept, os.Rename(path, kept)
	}
	return kept, nil
}

// freeName gives a name that no file has.
func freeName(name string) (string, error) {
	for n := 1; n < 1000; n++ {
		try := name
		if n > 1 {
			try = fmt.Sprint(name, "-", n)
		}
		if _, err := os.Lstat(try); errors.Is(err, fs.ErrNotExist) {
			return try, nil
		}
	}
	return "", fmt.Errorf("there are a thousand files called %s (move them elsewhere)", name)
}

// lockOut folds the log of an archive into it, makes sure that nobody else has
// it open, and keeps others out until the connection is closed. A file too
// damaged for that is nobody's.
func lockOut(ctx context.Context, conn *sql.Conn, archive placed) error {
	if err := lock(ctx, conn, archive.path); err != nil {
		return err
	}
	return archive.check()
}

func lock(ctx context.Context, conn *sql.Conn, path string) error {
	var mode string
	err := conn.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode)
	if err == nil && mode != "delete" {
		return errInUse(path)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	if err == nil { // a writer may have switched its log on in between
		err = conn.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode)
	}
	if err == nil && mode != "delete" {
		return errInUse(path)
	}
	switch {
	case damaged(err):
		return nil
	case isBusy(err):
		return errInUse(path)
	}
	return err
}

func errInUse(path string) error {
	return &Error{Text: fmt.Sprintf("another process has %s open (end it, and run the same command again)", path)}
}

// SyncFile makes sure that a file is on the disk.
func SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SyncFolder makes sure that the names in a folder are on the disk. Not every
// system can; one that can tells of a disk that fails.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	err = d.Sync()
	if !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.ENOSPC) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
