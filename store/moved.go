package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// errMoved is the cause where another file has taken the name of an archive
// since it was opened, as a repair and a restore do. Whoever waited for them
// has the file open that was put aside, and beside the name would find a log
// that is not that file's.
var errMoved = errors.New("the name leads to another file now")

// placed is a path with the file that it led to before a connection was made.
type placed struct {
	path string
	file fs.FileInfo
}

func placedNow(path string) (placed, error) {
	info, err := os.Stat(path)
	return placed{path, info}, err
}

// check makes sure that the path still leads to that file. Where it does after
// a connection has read, the connection is to that file; and it will be as
// long as the connection holds a lock.
func (p placed) check() error {
	now, err := os.Stat(p.path)
	if err == nil && os.SameFile(p.file, now) {
		return nil
	}
	return &Error{Text: fmt.Sprintf("another process has put another file in the place of %s (run the same command again)", p.path), Err: errMoved}
}
