package store

import (
	"context"
	"encoding/json"
	"errors"
)

// RunNote is what an import notes of itself besides its counts.
type RunNote struct {
	Places    []string
	Files     int            // read
	Unchanged int            // files not read again
	Skipped   map[string]int // files of no known format, by kind
	Stopped   bool           // somebody ended it early
}

// Run is an import as the archive remembers it.
type Run struct {
	ID       int64
	Started  string // RFC 3339, UTC
	Finished string // the same; "" for one that is still at work or was killed
	Counts
	RunNote
	Failures []FailedFile
}

// FailedFile is a file, or a part of one, that could not be read.
type FailedFile struct{ Path, Member, Reason string }

// Note keeps what an import says of itself.
func (im *Import) Note(ctx context.Context, n RunNote) error {
	places, err := json.Marshal(append([]string{}, n.Places...))
	if err != nil {
		return err
	}
	skipped, err := json.Marshal(n.Skipped)
	if err != nil {
		return err
	}
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	_, err = im.conn.ExecContext(ctx, `UPDATE imports SET places = ?, files = ?, unchanged = ?, skipped = ?, stopped = ? WHERE id = ?`,
		string(places), n.Files, n.Unchanged, string(skipped), n.Stopped, im.id)
	return im.fault(err)
}

// Runs gives the last n imports, the last one first, each with its failures.
func (a *Archive) Runs(ctx context.Context, n int) (runs []Run, err error) {
	rows, err := a.db.QueryContext(ctx, `
		SELECT id, started, coalesce(finished, ''), added, same, changed, failed,
		       coalesce(places, '[]'), files, unchanged, coalesce(skipped, '{}'), stopped
		FROM imports ORDER BY id DESC LIMIT ?`, n)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Run
		var places, skipped string
		err := rows.Scan(&r.ID, &r.Started, &r.Finished, &r.Added, &r.Same, &r.Changed, &r.Failed,
			&places, &r.Files, &r.Unchanged, &skipped, &r.Stopped)
		if err == nil {
			err = errors.Join(json.Unmarshal([]byte(places), &r.Places), json.Unmarshal([]byte(skipped), &r.Skipped))
		}
		if err != nil {
			return nil, fault("read "+a.path, err)
		}
		runs = append(runs, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fault("read "+a.path, err)
	}
	for i := range runs {
		if runs[i].Failures, err = a.failures(ctx, runs[i].ID); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

func (a *Archive) failures(ctx context.Context, run int64) (list []FailedFile, err error) {
	rows, err := a.db.QueryContext(ctx, `SELECT path, member, reason FROM failures WHERE import = ? ORDER BY rowid`, run)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var f FailedFile
		if err := rows.Scan(&f.Path, &f.Member, &f.Reason); err != nil {
			return nil, fault("read "+a.path, err)
		}
		list = append(list, f)
	}
	return list, fault("read "+a.path, rows.Err())
}

// FailedPaths gives the files that could not be read, or not as a whole, when
// they were last tried, sorted.
func (a *Archive) FailedPaths(ctx context.Context) (paths []string, err error) {
	rows, err := a.db.QueryContext(ctx, `
		SELECT f.path FROM (SELECT path, max(import) AS import FROM failures GROUP BY path) f
		LEFT JOIN files g ON g.id = (SELECT max(id) FROM files WHERE path = f.path)
		WHERE g.id IS NULL OR g.state <> 'read' OR f.import > g.import ORDER BY f.path`)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			return nil, fault("read "+a.path, err)
		}
		paths = append(paths, path)
	}
	return paths, fault("read "+a.path, rows.Err())
}
