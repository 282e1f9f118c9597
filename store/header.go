package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

const (
	applicationID = 0x41524356 // "ARCV", as in schema.sql
	// SchemaVersion is the version of schema.sql.
	SchemaVersion = 5
	pageSize      = 32768 // bytes, as in schema.sql
)

// Places in the header of an SQLite file, https://www.sqlite.org/fileformat.html#the_database_header.
const (
	sqliteMagic       = "SQLite format 3\x00"
	pageSizeAt        = 16 // 2 bytes
	writeVersionAt    = 18 // 1 byte, and one to read: 2 with a write-ahead log
	legacy            = 1
	pageCountAt       = 28
	userVersionAt     = 60
	applicationIDAt   = 68
	sqliteHeaderBytes = 100
)

// ErrNoArchive is what Open fails with where there is no file; it wraps
// fs.ErrNotExist.
var ErrNoArchive = fmt.Errorf("no archive there: %w", fs.ErrNotExist)

// checkHeader looks at the first bytes of a file without opening it as a
// database, so that a file that is not ours stays as it is to the byte.
func checkHeader(path string) error {
	header, err := readHeader(path)
	if err != nil {
		return err
	}
	isDatabase := string(header[:len(sqliteMagic)]) == sqliteMagic
	isOurs := isDatabase && binary.BigEndian.Uint32(header[applicationIDAt:]) == applicationID
	switch {
	case !isOurs && wasArchive(path):
		return &Error{Text: fmt.Sprintf("%s is damaged: its beginning is gone (put a copy in its place with 'archive restore COPY', or save what can be read with 'archive check --repair')", path), Err: errHeadless}
	case !isDatabase:
		return &Error{Text: fmt.Sprintf("%s is not an archive (name another file with --db)", path), Err: errForeign}
	case !isOurs:
		return &Error{Text: fmt.Sprintf("%s is another program's database, not an archive (name another file with --db)", path), Err: errForeign}
	}
	// The header may be behind the write-ahead log, never before it.
	if err := checkVersion(path, int(binary.BigEndian.Uint32(header[userVersionAt:]))); err != nil {
		return err
	}
	return checkBeside(path)
}

// besides are the ends of the names of the files that SQLite keeps beside one.
var besides = []string{"-wal", "-shm", "-journal"}

// checkBeside looks at what lies beside an archive before SQLite does, which
// would wait for a pipe, and follow what a journal says.
func checkBeside(path string) error {
	real := FollowLinks(path)
	for _, end := range besides {
		info, err := os.Lstat(real + end)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fault("open "+path, err)
		}
		if !info.Mode().IsRegular() && !info.IsDir() {
			return &Error{Text: fmt.Sprintf("%s lies beside the archive and is a link, a pipe or a device (move it away)", path+end)}
		}
	}
	return checkJournal(real + "-journal")
}

// What ends a journal that names another file, the journal of several
// databases, https://www.sqlite.org/fileformat.html#the_rollback_journal.
// SQLite deletes what it names. No journal of an archive names one.
const (
	journalMagic   = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
	journalEndSize = 16
)

func checkJournal(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault("open "+path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < journalEndSize {
		return fault("open "+path, err)
	}
	var end [len(journalMagic)]byte
	if _, err := f.ReadAt(end[:], info.Size()-int64(len(end))); err != nil {
		return fault("read "+path, err)
	}
	if string(end[:]) == journalMagic {
		return &Error{Text: fmt.Sprintf("%s lies beside the archive and names another file, which would be deleted (move it away)", path)}
	}
	return nil
}

var (
	// errForeign is the cause where a file has nothing of an archive.
	errForeign = errors.New("it does not begin like an archive")
	// errHeadless is the cause where an archive has lost its header.
	errHeadless = errors.New("the header of the database is gone")
)

// wasArchive reports whether a file that has not the header of an archive
// holds the definition of our index, which stands on the first page.
func wasArchive(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	first, err := io.ReadAll(io.LimitReader(f, pageSize))
	return err == nil && bytes.Contains(first, []byte("CREATE VIRTUAL TABLE article_index USING fts5"))
}

func readHeader(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoArchive
	}
	if err != nil {
		return nil, fault("open "+path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{Text: fmt.Sprintf("%s is not a file (name an archive with --db)", path)}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault("open "+path, err)
	}
	defer f.Close()
	header := make([]byte, sqliteHeaderBytes)
	if _, err := io.ReadFull(f, header); err != nil {
		return nil, &Error{Text: fmt.Sprintf("%s is not an archive: it is too short (name another file with --db)", path), Err: errForeign}
	}
	return header, nil
}

func checkVersion(path string, version int) error {
	if version > SchemaVersion {
		return &Error{Text: fmt.Sprintf("%s was made by a later version of archive (format %d, this program knows up to %d; use the later program)", path, version, SchemaVersion)}
	}
	return nil
}
