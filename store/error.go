package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Error is a failure in words for people. Err, which may be nil, is its
// cause, for those who ask for it.
type Error struct {
	Text string
	Err  error
}

func (e *Error) Error() string { return e.Text }

func (e *Error) Unwrap() error { return e.Err }

// ErrNotFound is what Article fails with for an id that the archive has not.
var ErrNotFound = errors.New("no such article")

// fault says in words what failed while doing something ("read x.db"). It is
// nil for nil and leaves alone what is in words already or is a cancellation.
func fault(doing string, err error) error {
	var worded *Error
	switch {
	case err == nil, errors.As(err, &worded), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, ErrNotFound), errors.Is(err, sql.ErrNoRows):
		return err
	}
	return &Error{Text: "could not " + doing + ": " + reason(err), Err: err}
}

// reason tells why, without the words of the database.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "permission denied (check the rights of the file and its folder)"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such folder (make it first)"
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full (free some space and run the same command again)"
	case errors.Is(err, syscall.EIO):
		return "the disk reports an error (check the disk)"
	case noRoomBeside(err):
		return "there is no room beside it: the disk is full, or reports an error (free some space and run the same command again)"
	}
	if isMisfit(err) {
		return "the file is damaged: it holds a value of another kind than belongs there (restore it from a copy)"
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return err.Error()
	}
	const primary = 0xff // the rest of a result code is detail
	switch failure.Code() & primary {
	case sqlite3.SQLITE_FULL:
		return "the disk is full (free some space and run the same command again)"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another process is writing to it (try again when that has ended)"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return "it may not be written (check the rights of the file and its folder)"
	case sqlite3.SQLITE_CANTOPEN:
		return "it cannot be opened (check the rights of the file and its folder, and whether the disk may be written)"
	case sqlite3.SQLITE_TOOBIG:
		return "the file is damaged: it holds a value of a size that none has (restore it from a copy)"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return "the file is damaged (restore it from a copy)"
	case sqlite3.SQLITE_INTERRUPT:
		return "the file is damaged: to read it takes longer than its size allows (restore it from a copy)" // see countSteps
	case sqlite3.SQLITE_IOERR:
		return "the disk reports an error (check the disk)"
	}
	return "an unexpected failure of the database (--verbose tells more)"
}

// isMisfit reports a value of a kind that does not belong where it stands: a
// text in the place of a number. Package database/sql has no type for it.
func isMisfit(err error) bool {
	return err != nil && strings.Contains(err.Error(), "sql: Scan error on column")
}

// isBusy reports that another process has what is wanted.
func isBusy(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	code := failure.Code() & 0xff
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}
