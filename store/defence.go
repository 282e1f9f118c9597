package store

import (
	"os"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// This file sets up SQLite to open files from strangers. What is set here holds
// before SQLite reads the first byte of a file, its schema included, which no
// PRAGMA does.

// limits bound what SQLite takes from a file, https://www.sqlite.org/limits.html.
var limits = map[int32]int32{
	// A text has 64 MiB at most, and no other value is as large. Pages that
	// refer to each other in a circle make a value of a gigabyte in a small file.
	sqlite3.SQLITE_LIMIT_LENGTH:        128 << 20,
	sqlite3.SQLITE_LIMIT_COLUMN:        100, // our widest table has 23, our widest query 29
	sqlite3.SQLITE_LIMIT_ATTACHED:      1,   // for VACUUM
	sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}

// switches turn off what an archive never needs.
var switches = []int32{
	sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, // no trigger ever runs
	sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA, // no definition calls our functions, or others with effects
	sqlite3.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
	sqlite3.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
	sqlite3.SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE,
	sqlite3.SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE,
	sqlite3.SQLITE_DBCONFIG_DQS_DDL,
	sqlite3.SQLITE_DBCONFIG_DQS_DML,
}

// registerDefence has SQLite call defend for each connection, whoever opens it.
func registerDefence() {
	tls := libc.NewTLS()
	defer tls.Close()
	if sqlite3.Xsqlite3_auto_extension(tls, pointerTo(defend)) != sqlite3.SQLITE_OK {
		panic("SQLite takes no extension")
	}
}

// pointerTo gives a function declared as such, no closure, as the translated
// SQLite calls it.
func pointerTo[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }

// defend sets up a connection: an entry point of an extension,
// https://www.sqlite.org/c3ref/auto_extension.html.
func defend(tls *libc.TLS, db, _, _ uintptr) int32 {
	for limit, value := range limits {
		sqlite3.Xsqlite3_limit(tls, db, limit, value)
	}
	const slot = 8 // bytes of an argument
	args := libc.Xmalloc(tls, 2*slot)
	if args == 0 {
		return sqlite3.SQLITE_NOMEM
	}
	defer libc.Xfree(tls, args)
	for _, s := range switches {
		sqlite3.Xsqlite3_db_config(tls, db, s, libc.VaList(args, int32(0), uintptr(0)))
	}
	return watch(tls, db)
}

// Pages that several others refer to make a table that takes years to go
// through out of a small file. So a statement has so many steps: some, and
// some for each byte of the file, many times what a sound archive is asked.
const (
	stepsAtLeast = 10_000_000
	stepsPerByte = 5
	stepsAtOnce  = 1000 // after so many they are counted
	stepsOfRow   = 25   // what a row that is given counts as
)

// budget is what the statement that a connection runs has taken.
type budget struct {
	file  string // "" for none
	spent int64  // steps
	look  int64  // when so many are spent, the size of the file is asked for
	// next is the progress handler of the driver, which asks whether the
	// context has ended, with its argument; 0 for none.
	next, arg uintptr
}

// budgets are those of the open connections, by their handles.
var budgets sync.Map // uintptr -> *budget

// watch has the steps of each statement on a connection counted.
func watch(tls *libc.TLS, db uintptr) int32 {
	budgets.Store(db, &budget{file: libc.GoString(sqlite3.Xsqlite3_db_filename(tls, db, 0))})
	return sqlite3.Xsqlite3_trace_v2(tls, db, sqlite3.SQLITE_TRACE_STMT|sqlite3.SQLITE_TRACE_ROW|sqlite3.SQLITE_TRACE_CLOSE, pointerTo(traced), db)
}

// traced is called when a statement begins, when it gives a row, and when a
// connection is closed, https://www.sqlite.org/c3ref/trace_v2.html. What a
// statement runs within itself, such as those of FTS5, begins with a comment.
func traced(tls *libc.TLS, event uint32, db, _, text uintptr) int32 {
	if event == sqlite3.SQLITE_TRACE_CLOSE {
		budgets.Delete(db)
		return 0
	}
	b, ok := budgets.Load(db)
	switch {
	case !ok:
	case event == sqlite3.SQLITE_TRACE_ROW:
		if b.(*budget).isSpent(stepsOfRow) {
			sqlite3.Xsqlite3_interrupt(tls, db)
		}
	case libc.GoBytes(text, 1)[0] != '-':
		b.(*budget).begin(tls, db)
	}
	return 0
}

// begin counts from 0, before the handler of the driver: it sets its own for
// each statement, and SQLite has one.
func (b *budget) begin(tls *libc.TLS, db uintptr) {
	b.spent, b.look = 0, stepsAtLeast
	c := *(**sqlite3.Tsqlite3)(unsafe.Pointer(&db))
	if c.FxProgress == pointerTo(countSteps) {
		return
	}
	b.next, b.arg = c.FxProgress, c.FpProgressArg
	sqlite3.Xsqlite3_progress_handler(tls, db, stepsAtOnce, pointerTo(countSteps), db)
}

// countSteps is called every stepsAtOnce steps; other than 0 ends the
// statement, https://www.sqlite.org/c3ref/progress_handler.html.
func countSteps(tls *libc.TLS, db uintptr) int32 {
	found, ok := budgets.Load(db)
	if !ok {
		return 0
	}
	b := found.(*budget)
	if b.isSpent(stepsAtOnce) {
		return 1
	}
	if b.next == 0 {
		return 0
	}
	return (*(*func(*libc.TLS, uintptr) int32)(unsafe.Pointer(&struct{ uintptr }{b.next})))(tls, b.arg)
}

// isSpent takes steps, and reports whether there were fewer left.
func (b *budget) isSpent(steps int64) bool {
	b.spent += steps
	if b.file == "" || b.spent < b.look {
		return false
	}
	bytes := int64(0)
	for _, name := range []string{b.file, b.file + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			bytes += info.Size()
		}
	}
	b.look = stepsAtLeast + stepsPerByte*bytes
	return b.spent > b.look
}
