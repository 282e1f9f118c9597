package store

import (
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
	SchemaVersion = 4
)

// Places in the header of an SQLite file, https://www.sqlite.org/fileformat.html#the_database_header.
const (
	sqliteMagic       = "SQLite format 3\x00"
	pageSizeAt        = 16 // 2 bytes
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
	if string(header[:len(sqliteMagic)]) != sqliteMagic {
		return &Error{Text: fmt.Sprintf("%s is not an archive (name another file with --db)", path)}
	}
	if id := binary.BigEndian.Uint32(header[applicationIDAt:]); id != applicationID {
		return &Error{Text: fmt.Sprintf("%s is another program's database, not an archive (name another file with --db)", path)}
	}
	// The header may be behind the write-ahead log, never before it.
	return checkVersion(path, int(binary.BigEndian.Uint32(header[userVersionAt:])))
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
		return nil, &Error{Text: fmt.Sprintf("%s is not an archive: it is too short (name another file with --db)", path)}
	}
	return header, nil
}

func checkVersion(path string, version int) error {
	if version > SchemaVersion {
		return &Error{Text: fmt.Sprintf("%s was made by a later version of archive (format %d, this program knows up to %d; use the later program)", path, version, SchemaVersion)}
	}
	return nil
}
