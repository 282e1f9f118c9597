// Package store keeps the articles in one SQLite file and finds them again.
// All SQL of the program stands here.
//
// [Open] and [OpenOrCreate] give an [Archive]. Articles go in through an
// [Import], which writes whole batches: an article is in the archive with its
// text, its origin and its index, or not at all. They come out by id, in
// lists, or as the answer to a condition, see [Node] and [Archive.Find].
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Archive is an open archive. It may be used from several goroutines.
type Archive struct {
	db   *sql.DB
	path string

	mu     sync.Mutex
	idle   []*connection // which wait to be used again
	closed bool
}

// Open opens an existing archive for reading. It makes nothing and refuses,
// untouched, what is not an archive or is one of a later version. An archive
// of an earlier version is brought up to date first.
func Open(ctx context.Context, path string) (*Archive, error) {
	if err := checkHeader(path); err != nil {
		return nil, err
	}
	a, err := open(ctx, path, reading...)
	if err != nil && (cannotWrite(err) || noRoomBeside(err)) && !hasLog(path) {
		return openSealed(ctx, path, err)
	}
	return a, err
}

// cannotWrite reports a file or folder that may not be written. SQLite wants
// to write a file beside an archive even to read it.
func cannotWrite(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	code := failure.Code() & 0xff
	return code == sqlite3.SQLITE_READONLY || code == sqlite3.SQLITE_CANTOPEN
}

// noRoomBeside reports that the disk has no room, or an error, where SQLite
// makes the file beside an archive that it wants even to read it.
func noRoomBeside(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && failure.Code() == sqlite3.SQLITE_IOERR_SHMSIZE
}

// hasLog reports whether a write-ahead log with content lies beside the
// archive: what is not in the file itself yet.
func hasLog(path string) bool {
	info, err := os.Stat(FollowLinks(path) + "-wal")
	return err == nil && info.Size() > 0
}

// openSealed opens an archive where nothing can be written, on a disc, a full
// disk or in a folder of somebody else, as a file that nobody changes. why is
// the error that said so.
func openSealed(ctx context.Context, path string, why error) (*Archive, error) {
	db, err := connectSealed(path)
	if err != nil {
		return nil, fault("open "+path, err)
	}
	current, err := upToDateIn(ctx, path, db)
	if err == nil && !current && noRoomBeside(why) {
		err = why
	}
	if err == nil && !current {
		err = &Error{Text: path + " is of an earlier version and cannot be brought up to date where it lies (copy it to a folder that can be written)"}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Archive{db: db, path: path}, nil
}

// OpenOrCreate opens the archive at path for writing, or makes an empty one
// there with the given schema. The folder must exist.
func OpenOrCreate(ctx context.Context, path, schema string) (*Archive, error) {
	err := checkHeader(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = create(ctx, path, schema)
	}
	if err != nil {
		return nil, err
	}
	if err := look(ctx, path); err != nil {
		return nil, err
	}
	return open(ctx, path, writing...)
}

// look refuses what is not an archive without writing to it.
func look(ctx context.Context, path string) error {
	db, err := connect(path, reading...)
	if err != nil {
		return fault("open "+path, err)
	}
	_, err = upToDateIn(ctx, path, db)
	return errors.Join(err, db.Close())
}

// open connects, again where another file was put in the place of the archive
// meanwhile, or somebody has it for himself: SQLite does not wait for the
// write-ahead log to be switched on.
func open(ctx context.Context, path string, pragmas ...string) (a *Archive, err error) {
	asked := askForTurn(ctx, path, turnWait, func() error {
		for range 3 {
			if a, err = openOnce(ctx, path, pragmas...); !errors.Is(err, errMoved) {
				break
			}
		}
		return err
	})
	return a, fault("open "+path, asked)
}

// openOnce connects, and lifts an archive of an earlier version on the way.
func openOnce(ctx context.Context, path string, pragmas ...string) (*Archive, error) {
	before, err := placedNow(path)
	if err != nil {
		return nil, fault("open "+path, err)
	}
	db, err := connect(path, pragmas...)
	if err != nil {
		return nil, fault("open "+path, err)
	}
	current, err := upToDateIn(ctx, path, db)
	if moved := before.check(); moved != nil {
		err = moved
	}
	if err == nil && !current {
		err = bringUpToDate(ctx, path, migrations)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Archive{db: db, path: path}, nil
}

// Close closes the archive. The file is then whole on its own, unless
// another process has it open.
func (a *Archive) Close() error {
	return fault("close "+a.path, errors.Join(a.closeIdle(), a.db.Close()))
}

// Path gives the file that the archive is kept in.
func (a *Archive) Path() string { return a.path }

// Files gives the file and what SQLite keeps beside it while it is open.
func (a *Archive) Files() []string { return []string{a.path, a.path + "-wal", a.path + "-shm"} }

// connect makes a pool of connections that all behave the same: PRAGMAs stand
// in the data source name because one sent later reaches one connection only.
// What defends each against a stranger's file is in defence.go.
func connect(path string, pragmas ...string) (*sql.DB, error) {
	return connectWith(url.Values{}, path, pragmas)
}

// connectSealed is connect for a file that nobody changes.
func connectSealed(path string) (*sql.DB, error) {
	return connectWith(url.Values{"immutable": {"1"}}, path, reading)
}

func connectWith(query url.Values, path string, pragmas []string) (*sql.DB, error) {
	registerFunctions()
	for _, p := range append([]string{fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "temp_store(MEMORY)", "cell_size_check(1)"}, pragmas...) {
		query.Add("_pragma", p)
	}
	// Who writes must write to the tables below the full-text index.
	if slices.Contains(pragmas, queryOnly) {
		query.Set("_defensive", "1")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	return sql.Open("sqlite", fileURL(abs)+"?"+query.Encode())
}

const queryOnly = "query_only(1)"

// reading and writing are how connections behave. Commits are synced in full,
// so that what was reported as stored survives a power cut. A cache (its size
// is in KiB) costs reading more than it gains: memory that is new to the
// process is slow, and few pages are read twice.
var (
	reading = []string{queryOnly, "cache_size(-1024)"}
	writing = []string{"cache_size(-4096)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}
)

// fileURL writes a path as SQLite's URI file names want it.
func fileURL(abs string) string {
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/x
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// create makes an empty archive beside its place and links it there whole,
// so that no half-made file is ever seen and no other file is overwritten.
func create(ctx context.Context, path, schema string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*") // of mode 0600
	if err != nil {
		return fault("make the archive "+path, err)
	}
	temp := f.Name()
	defer func() { err = errors.Join(err, removeIfThere(temp)) }()
	if err := f.Close(); err != nil {
		return fault("make the archive "+path, err)
	}
	if err := execSchema(ctx, temp, schema); err != nil {
		return fault("make the archive "+path, err)
	}
	err = os.Link(temp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(temp, path) // a file system without links
	}
	if errors.Is(err, fs.ErrExist) {
		return checkHeader(path) // another process was faster
	}
	return fault("make the archive "+path, errors.Join(err, SyncFolder(filepath.Dir(path))))
}

// execSchema makes the tables in an empty file that nobody else knows: it is
// on the disk in the end, and need not be before.
func execSchema(ctx context.Context, path, schema string) error {
	registerFunctions()
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", fileURL(abs)+"?_pragma=synchronous(OFF)&_pragma=journal_mode(MEMORY)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, schema)
	if err == nil {
		err = noteMade(ctx, db)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, `PRAGMA journal_mode = WAL`)
	}
	return errors.Join(err, db.Close(), SyncFile(path))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
