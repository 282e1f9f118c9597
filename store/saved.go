package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SavedSearch is a search that is kept by name.
type SavedSearch struct {
	Name  string
	Query string // in the query language; "" where the flags say all
	// Flags are those that stood beside the query, with their values; a switch
	// has none.
	Flags  map[string][]string
	Added  string // RFC 3339, UTC
	SeenAt string // when somebody last looked for new ones, RFC 3339, UTC; "" for never
	// Seen are the articles that are not new: those that it found when it was
	// saved, and those that have been shown since.
	Seen IDSet
}

// MaxSavedName is the longest name of a saved search, in characters.
const MaxSavedName = 64

// IsSavedName reports whether a saved search may have this name. It can stand
// in a query as saved:NAME, and shells, which complete such names and expand
// what they are given, take it as it is.
func IsSavedName(name string) bool {
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M) && !strings.ContainsRune("-_.", r)
	})
	first, _ := utf8.DecodeRuneInString(name)
	return !odd && utf8.RuneCountInString(name) <= MaxSavedName && (unicode.IsLetter(first) || unicode.IsNumber(first))
}

// ErrNameTaken is what SaveSearch fails with for a name that is in use.
var ErrNameTaken = errors.New("a search is saved under this name")

// SameName reports whether two names of saved searches are the same: the case
// of letters does not matter.
func SameName(a, b string) bool { return strings.EqualFold(a, b) }

// SavedSearches lists the saved searches by name.
func (a *Archive) SavedSearches(ctx context.Context) ([]SavedSearch, error) {
	list, err := savedOn(ctx, a.db)
	return list, fault("read "+a.path, err)
}

func savedOn(ctx context.Context, q queryer) (list []SavedSearch, err error) {
	rows, err := q.QueryContext(ctx, `SELECT name, query, flags, added, seen, coalesce(seen_at, '') FROM saved_searches ORDER BY name COLLATE NOCASE, name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s SavedSearch
		var flags, seen []byte
		if err := rows.Scan(&s.Name, &s.Query, &flags, &s.Added, &seen, &s.SeenAt); err != nil {
			return nil, err
		}
		// Flags that cannot be read would widen the search without a word.
		if err := json.Unmarshal(flags, &s.Flags); err != nil {
			return nil, &Error{Text: "the flags of the saved search " + s.Name + " cannot be read (save it again)", Err: err}
		}
		s.Seen = unpackIDSet(seen)
		list = append(list, s)
	}
	return list, rows.Err()
}

// SaveSearch keeps a search. One of the same name is replaced, or else
// ErrNameTaken.
func (a *Archive) SaveSearch(ctx context.Context, s SavedSearch, replace bool) error {
	flags, err := json.Marshal(s.Flags)
	if err != nil {
		return err
	}
	return a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		taken, err := removeSaved(ctx, conn, s.Name)
		if err != nil {
			return err
		}
		if taken && !replace {
			return &Error{Text: ErrNameTaken.Error(), Err: ErrNameTaken}
		}
		_, err = conn.ExecContext(ctx, `INSERT INTO saved_searches (name, query, flags, added, seen) VALUES (?, ?, ?, ?, ?)`,
			s.Name, s.Query, string(flags), now(), s.Seen.pack())
		return err
	})
}

// RemoveSearch forgets a saved search; false if there is none of that name.
func (a *Archive) RemoveSearch(ctx context.Context, name string) (removed bool, err error) {
	err = a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		removed, err = removeSaved(ctx, conn, name)
		return err
	})
	return removed, err
}

func removeSaved(ctx context.Context, conn *sql.Conn, name string) (removed bool, err error) {
	list, err := savedOn(ctx, conn)
	if err != nil {
		return false, err
	}
	for _, s := range list {
		if !SameName(s.Name, name) {
			continue
		}
		if _, err := conn.ExecContext(ctx, `DELETE FROM saved_searches WHERE name = ?`, s.Name); err != nil {
			return false, err
		}
		removed = true
	}
	return removed, nil
}

// RenameSearch gives a saved search another name; what it has shown stays
// shown. ErrNotFound, ErrNameTaken.
func (a *Archive) RenameSearch(ctx context.Context, from, to string) error {
	return a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		list, err := savedOn(ctx, conn)
		if err != nil {
			return err
		}
		s, ok := FindSaved(list, from)
		if !ok {
			return ErrNotFound
		}
		if _, taken := FindSaved(list, to); taken && !SameName(from, to) {
			return &Error{Text: ErrNameTaken.Error(), Err: ErrNameTaken}
		}
		_, err = conn.ExecContext(ctx, `UPDATE saved_searches SET name = ? WHERE name = ?`, to, s.Name)
		return err
	})
}

// MarkSeen notes that articles of saved searches have been shown, by the name
// of the search. What another process has marked meanwhile stays marked.
func (a *Archive) MarkSeen(ctx context.Context, shown map[string][]int64) error {
	return a.beside(ctx, turnWait, func(ctx context.Context, conn *sql.Conn) error {
		list, err := savedOn(ctx, conn)
		if err != nil {
			return err
		}
		for _, s := range list {
			ids, looked := shown[s.Name]
			if !looked {
				continue
			}
			s.Seen.Add(ids)
			_, err := conn.ExecContext(ctx, `UPDATE saved_searches SET seen = ?, seen_at = ? WHERE name = ?`, s.Seen.pack(), now(), s.Name)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Earlier gives, for articles that replaced others when their files changed,
// the earlier versions; nothing for the rest.
func (a *Archive) Earlier(ctx context.Context, ids []int64) (versions map[int64][]int64, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := a.db.QueryContext(ctx, `
		WITH RECURSIVE earlier (id, version) AS (
			SELECT j.value, v.id FROM json_each(?) j JOIN articles v ON v.superseded_by = j.value
			UNION
			SELECT e.id, v.id FROM earlier e JOIN articles v ON v.superseded_by = e.version
		) SELECT id, version FROM earlier`, string(list))
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	versions = make(map[int64][]int64)
	for rows.Next() {
		var id, version int64
		if err := rows.Scan(&id, &version); err != nil {
			return nil, fault("read "+a.path, err)
		}
		versions[id] = append(versions[id], version)
	}
	return versions, fault("read "+a.path, rows.Err())
}

// FindSaved gives the saved search of a name.
func FindSaved(list []SavedSearch, name string) (s SavedSearch, ok bool) {
	i := slices.IndexFunc(list, func(s SavedSearch) bool { return SameName(s.Name, name) })
	if i < 0 {
		return s, false
	}
	return list[i], true
}
