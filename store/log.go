package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// State is what an archive holds at one moment, earlier versions of articles
// left out.
type State struct {
	Articles int
	Sources  int    // outlets that published them
	Last     int64  // the highest id of an article
	Imported string // when the last import began, RFC 3339, UTC; "" if there was none
}

// State counts what the view sees.
func (v *View) State(ctx context.Context) (s State, err error) {
	e := evaluator{ctx, v}
	blocks, err := e.blocks(columnState)
	if err != nil {
		return s, fault("read "+v.path, err)
	}
	states, sources := v.column(columnState), v.column(columnSource)
	var published tally
	for _, first := range blocks {
		states.load(ctx, first)
		sources.load(ctx, first)
		for i := range int(blockRows) {
			if states.block.at(i) == stateCurrent {
				s.Articles++
				published.addOne(sources.block.at(i))
			}
		}
	}
	s.Sources = len(published.all())
	err = v.conn.QueryRowContext(ctx, `
		SELECT (SELECT coalesce(max(id), 0) FROM articles), (SELECT coalesce(max(started), '') FROM imports)`).Scan(&s.Last, &s.Imported)
	return s, fault("read "+v.path, errors.Join(err, v.columnError()))
}

// LoggedSearch is a search that was noted.
type LoggedSearch struct {
	ID      int64
	Asked   string // when, RFC 3339, UTC
	Command string // "search", "kwic", ...
	Query   string // as typed
	// Flags are those that stood beside the query, with their values; a switch
	// has none.
	Flags   map[string][]string
	Reading string // as it was read, with all parentheses
	Notes   string // what was said of it, such as corrections, one a line
	State
	Matched int // articles that matched all the words
	Partly  int // further ones that matched some
}

// What the log keeps at most: the last MaxLogged searches, and of each query,
// reading, notes and flags so many bytes. What is longer ends in "…".
const (
	MaxLogged  = 10_000
	maxLogText = 4096
)

// LogIsOn reports whether searches are noted.
func (a *Archive) LogIsOn(ctx context.Context) (on bool, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'log' AND value = 'on')`).Scan(&on)
	return on, fault("read "+a.path, err)
}

// LogStatus says what the log holds.
type LogStatus struct {
	On          bool
	Searches    int
	First, Last string // when they were made, RFC 3339, UTC; "" if there is none
}

// LogStatus says whether searches are noted, and what is noted.
func (a *Archive) LogStatus(ctx context.Context) (s LogStatus, err error) {
	if s.On, err = a.LogIsOn(ctx); err != nil {
		return s, err
	}
	err = a.db.QueryRowContext(ctx, `SELECT count(id), coalesce(min(asked), ''), coalesce(max(asked), '') FROM search_log`).Scan(&s.Searches, &s.First, &s.Last)
	return s, fault("read "+a.path, err)
}

// SetLog switches the noting of searches on or off. What is noted stays.
func (a *Archive) SetLog(ctx context.Context, on bool) error {
	return a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) (err error) {
		if on {
			_, err = conn.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('log', 'on') ON CONFLICT (key) DO UPDATE SET value = 'on'`)
		} else {
			_, err = conn.ExecContext(ctx, `DELETE FROM meta WHERE key = 'log'`)
		}
		return err
	})
}

// logWait is how long a search waits to be noted while an import writes: its
// answer is out by then.
const logWait = time.Second

// LogSearch notes searches, unless the log has been switched off meanwhile.
// The time is that of the call where none is given. Of more than MaxLogged the
// oldest are forgotten.
func (a *Archive) LogSearch(ctx context.Context, searches ...LoggedSearch) error {
	return a.beside(ctx, logWait, func(ctx context.Context, conn *sql.Conn) error {
		for _, s := range searches {
			if err := logOn(ctx, conn, s); err != nil {
				return err
			}
		}
		_, err := conn.ExecContext(ctx, `DELETE FROM search_log WHERE id <= (SELECT max(id) FROM search_log) - ?`, MaxLogged)
		return err
	})
}

func logOn(ctx context.Context, conn *sql.Conn, s LoggedSearch) error {
	flags, err := json.Marshal(shortFlags(s.Flags))
	if err != nil {
		return err
	}
	if s.Asked == "" {
		s.Asked = now()
	}
	_, err = conn.ExecContext(ctx, `
		INSERT INTO search_log (asked, command, query, flags, reading, notes, articles, sources, last, imported, matched, partly)
		SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ? WHERE EXISTS (SELECT 1 FROM meta WHERE key = 'log' AND value = 'on')`,
		s.Asked, s.Command, shortText(s.Query, maxLogText), string(flags), shortText(s.Reading, maxLogText), shortText(s.Notes, maxLogText),
		s.Articles, s.Sources, s.Last, s.Imported, s.Matched, s.Partly)
	return err
}

// shortText gives a text in at most so many bytes and an ellipsis.
func shortText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}

// shortFlags gives flags with values of at most maxLogText bytes in all.
func shortFlags(flags map[string][]string) map[string][]string {
	short, room := make(map[string][]string, len(flags)), maxLogText
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		short[name] = []string{}
		for _, value := range flags[name] {
			if room <= 0 {
				short[name] = append(short[name], "…")
				break
			}
			value = shortText(value, room)
			room -= len(value) + 1 // an empty one takes room too
			short[name] = append(short[name], value)
		}
	}
	return short
}

// Log lists the searches that were noted, the last first, at most so many; 0
// means all. total is how many there are.
func (a *Archive) Log(ctx context.Context, limit int) (list []LoggedSearch, total int, err error) {
	if err := a.db.QueryRowContext(ctx, `SELECT count(id) FROM search_log`).Scan(&total); err != nil {
		return nil, 0, fault("read "+a.path, err)
	}
	if limit <= 0 {
		limit = -1
	}
	list, err = a.logged(ctx, `ORDER BY id DESC LIMIT ?`, limit)
	return list, total, err
}

// LogEntry gives one of the searches that were noted; ErrNotFound.
func (a *Archive) LogEntry(ctx context.Context, id int64) (s LoggedSearch, err error) {
	list, err := a.logged(ctx, `WHERE id = ?`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return s, err
	}
	return list[0], nil
}

func (a *Archive) logged(ctx context.Context, which string, arg any) (list []LoggedSearch, err error) {
	rows, err := a.db.QueryContext(ctx, `
		SELECT id, asked, command, query, flags, reading, notes, articles, sources, last, coalesce(imported, ''), matched, partly
		FROM search_log `+which, arg)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s LoggedSearch
		var flags []byte
		err := rows.Scan(&s.ID, &s.Asked, &s.Command, &s.Query, &flags, &s.Reading, &s.Notes,
			&s.Articles, &s.Sources, &s.Last, &s.Imported, &s.Matched, &s.Partly)
		if err == nil {
			err = json.Unmarshal(flags, &s.Flags)
		}
		if err != nil {
			return nil, fault("read "+a.path, err)
		}
		list = append(list, s)
	}
	return list, fault("read "+a.path, rows.Err())
}

// ClearLog forgets the searches that were noted, overwriting them in the file,
// and gives their number.
func (a *Archive) ClearLog(ctx context.Context) (cleared int, err error) {
	err = a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, `PRAGMA secure_delete = ON`); err != nil {
			return err
		}
		res, err := conn.ExecContext(ctx, `DELETE FROM search_log`)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		cleared = int(n)
		return err
	})
	if err == nil {
		err = a.foldWAL(ctx)
	}
	return cleared, err
}
