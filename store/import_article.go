package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
)

// statements are those that run once an article.
type statements struct {
	latestFile, readBefore, insertFile, endFile, touchFile *sql.Stmt
	lastArticle, insertArticle, articleByKey, insertBody, insertTag, insertCitation,
	insertOrigin, updateOrigin, membersBefore, revive, isGone, supersede *sql.Stmt
}

func (s *statements) prepare(ctx context.Context, conn *sql.Conn) error {
	return prepareAll(ctx, conn, map[**sql.Stmt]string{
		&s.latestFile: `
			SELECT id, size, modified, sha256, reader, state FROM files
			WHERE path = ? ORDER BY id DESC LIMIT 1`,
		&s.readBefore: `SELECT EXISTS (SELECT 1 FROM files WHERE path = ? AND id < ?)`,
		&s.insertFile: `
			INSERT INTO files (place, path, size, modified, reader, state, import) VALUES (?, ?, ?, ?, ?, 'reading', ?)`,
		&s.endFile:   `UPDATE files SET sha256 = ?, state = ?, reader = ? WHERE id = ?`,
		&s.touchFile: `UPDATE files SET modified = ? WHERE id = (SELECT max(id) FROM files WHERE path = ?)`,
		&s.insertArticle: `
			INSERT INTO articles (id, key, title, title_rule, source, source_rule, byline, byline_rule,
				published, published_text, published_rule, first_day, last_day,
				lang, lang_rule, type, url, words, bytes, added, import, captured)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (key) DO NOTHING`,
		&s.lastArticle:  `SELECT coalesce(max(id), 0) FROM articles`,
		&s.articleByKey: `SELECT id FROM articles WHERE key = ?`,
		&s.insertBody:   `INSERT INTO bodies (id, text) VALUES (?, ?)`,
		&s.insertTag:    `INSERT INTO article_tags (article, tag) VALUES (?, ?) ON CONFLICT DO NOTHING`,
		&s.insertCitation: `
			INSERT INTO citations (article, source, rule, phrase) VALUES (?, ?, ?, ?)
			ON CONFLICT DO NOTHING`,
		// DO UPDATE would make SQLite copy whole pages in case it must undo it.
		&s.insertOrigin: `INSERT INTO origins (file, member, article) VALUES (?, ?, ?) ON CONFLICT (file, member) DO NOTHING`,
		&s.updateOrigin: `UPDATE origins SET article = ? WHERE file = ? AND member = ?`,
		&s.membersBefore: `
			SELECT DISTINCT o.article
			FROM files f JOIN origins o ON o.file = f.id JOIN articles a ON a.id = o.article
			WHERE f.path = ?1 AND f.id < ?2 AND o.member = ?3 AND a.superseded_by IS NULL
			  AND f.id >= coalesce((SELECT max(id) FROM files WHERE path = ?1 AND id < ?2 AND state = 'read'), 0)`,
		&s.revive: `UPDATE articles SET superseded_by = NULL WHERE id = ? AND superseded_by IS NOT NULL`,
		&s.isGone: `
			SELECT superseded_by IS NULL
			  AND NOT EXISTS (
				SELECT 1 FROM origins WHERE article = ?2 AND file = (
					SELECT max(f.id) FROM files f JOIN origins o ON o.file = f.id
					WHERE f.path = ?3 AND f.id < ?4 AND o.article = articles.id))
			  AND NOT EXISTS (
				SELECT 1 FROM origins o JOIN files f ON f.id = o.file
				WHERE o.article = articles.id
				  AND f.id = (SELECT max(id) FROM files WHERE path = f.path))
			FROM articles WHERE id = ?1`,
		&s.supersede: `UPDATE articles SET superseded_by = ? WHERE id = ?`,
	})
}

func (s statements) close() error {
	return closeAll(s.latestFile, s.readBefore, s.insertFile, s.endFile, s.touchFile, s.lastArticle, s.insertArticle, s.articleByKey, s.insertBody, s.insertTag, s.insertCitation,
		s.insertOrigin, s.updateOrigin, s.membersBefore, s.revive, s.isGone, s.supersede)
}

// Add stores an article of the file that is open, at its place inside it. An
// article that the archive has already gets a further origin.
func (im *Import) Add(ctx context.Context, member string, p *Prepared) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := im.add(ctx, member, p); err != nil {
		return im.fault(err)
	}
	im.bytes += len(p.Text)
	if err := im.flushIfFull(ctx); err != nil {
		return im.fault(err)
	}
	return im.commitIfFull(ctx)
}

// flushIfFull writes the index of what was added when it is so much that
// memory would fill.
func (im *Import) flushIfFull(ctx context.Context) error {
	if im.index.Tokens() < maxTokens {
		return nil
	}
	return im.flush(ctx)
}

func (im *Import) add(ctx context.Context, member string, p *Prepared) error {
	im.words.add(p.told.take()) // of an article that is known too: the Indexer does not tell them twice
	id, added, err := im.insert(ctx, p)
	if err != nil {
		return err
	}
	before, err := im.before(ctx, member)
	if err != nil {
		return err
	}
	count := &counted{&im.batch.Added}
	if !added {
		count.as = &im.batch.Same
		corrected, err := im.amend(ctx, id, p, count)
		if err != nil {
			return err
		}
		if corrected {
			count.as = &im.batch.Changed
		}
		if err := im.revive(ctx, id); err != nil {
			return err
		}
	}
	*count.as++
	for _, b := range before {
		if b != id {
			im.file.replaced = append(im.file.replaced, replacement{member, b, id, count})
		}
	}
	im.file.met.add(id)
	return im.setOrigin(ctx, member, id)
}

// counted is an article that was read, and the count that it went into.
type counted struct{ as *int }

// countChanged counts an article as one that has changed, once.
func (im *Import) countChanged(c *counted) {
	*c.as--
	c.as = &im.batch.Changed
	*c.as++
}

// setOrigin notes where an article comes from.
func (im *Import) setOrigin(ctx context.Context, member string, article int64) error {
	res, err := im.stmts.insertOrigin.ExecContext(ctx, im.file.id, member, article)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); n > 0 || err != nil {
		return err
	}
	_, err = im.stmts.updateOrigin.ExecContext(ctx, article, im.file.id, member)
	return err
}

// before gives the current articles that a place in the file gave when it was
// last read whole, or in what was read of it in part since.
func (im *Import) before(ctx context.Context, member string) (articles []int64, err error) {
	if !im.file.again {
		return nil, nil
	}
	rows, err := im.stmts.membersBefore.QueryContext(ctx, im.file.path, im.file.id, member)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		articles = append(articles, id)
	}
	return articles, rows.Err()
}

// revive makes an earlier version current again: a file gives it anew.
func (im *Import) revive(ctx context.Context, id int64) error {
	res, err := im.stmts.revive.ExecContext(ctx, id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return im.columns.set(ctx, columnState, id, stateCurrent)
}

// insert stores an article unless it is there. The UNIQUE key is the guard
// against duplicates: it also holds between two imports at once.
func (im *Import) insert(ctx context.Context, p *Prepared) (id int64, added bool, err error) {
	row, err := im.row(ctx, p)
	if err != nil {
		return 0, false, err
	}
	id = im.last + 1
	res, err := im.stmts.insertArticle.ExecContext(ctx, append([]any{id}, row...)...)
	if err != nil {
		return 0, false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		err = errors.Join(err, im.stmts.articleByKey.QueryRowContext(ctx, p.key[:]).Scan(&id))
		return id, false, err
	}
	im.last = id
	if _, err := im.stmts.insertBody.ExecContext(ctx, id, p.Text); err != nil {
		return 0, false, err
	}
	im.index.Add(id, p.tokens)
	im.forms.add(id, p.forms)
	if err := im.insertColumns(ctx, id, p); err != nil {
		return 0, false, err
	}
	if err := im.insertTags(ctx, id, p.Tags); err != nil {
		return 0, false, err
	}
	if err := im.insertCitations(ctx, id, p.Cites); err != nil {
		return 0, false, err
	}
	return id, true, im.noteAliased(ctx, id, p.Article)
}

// row gives the values of an article's row, in the order of insertArticle.
func (im *Import) row(ctx context.Context, p *Prepared) ([]any, error) {
	source, err := im.nameID(ctx, "sources", p.Source.Value)
	if err != nil {
		return nil, err
	}
	byline, err := im.nameID(ctx, "bylines", p.Byline.Value)
	if err != nil {
		return nil, err
	}
	var first, last any
	if !p.Published.IsZero() {
		first, last = p.Published.First(), p.Published.Last()
	}
	rules := make([]any, 0, 5)
	for _, f := range []Field{p.Title, p.Source, p.Byline, p.PublishedBy, p.Lang} {
		id, err := im.ruleID(ctx, f)
		if err != nil {
			return nil, err
		}
		rules = append(rules, id)
	}
	return []any{p.key[:], null(p.Title.Value), rules[0], source, rules[1], byline, rules[2],
		null(p.Published.String()), null(p.PublishedBy.Value), rules[3], first, last,
		null(p.Lang.Value), rules[4], p.Type, null(p.URL), p.Words, len(p.Text), im.added(p), im.id, null(p.Captured.String())}, nil
}

// added is when an article came in: now, or, where it comes out of an export,
// when it came into the archive that was exported.
func (im *Import) added(p *Prepared) string { return cmp.Or(p.Added, im.now) }

// maxNames bounds the names remembered of each table.
const maxNames = 1 << 15

// nameTable is a table of names, of which those met before are remembered.
type nameTable struct {
	find, insert *sql.Stmt
	ids          map[string]int64
}

// nameTables holds the name column of each such table. A language or a type
// is counted when the batch is written.
var nameTables = map[string]struct{ find, insert string }{
	"sources":   {`SELECT id FROM sources WHERE name = ?`, `INSERT INTO sources (name) VALUES (?)`},
	"bylines":   {`SELECT id FROM bylines WHERE name = ?`, `INSERT INTO bylines (name) VALUES (?)`},
	"tags":      {`SELECT id FROM tags WHERE name = ?`, `INSERT INTO tags (name) VALUES (?)`},
	"languages": {`SELECT id FROM languages WHERE code = ?`, `INSERT INTO languages (code, articles) VALUES (?, 0)`},
	"types":     {`SELECT id FROM types WHERE name = ?`, `INSERT INTO types (name) VALUES (?)`},
}

// nameTable gives a table of names, its statements prepared.
func (im *Import) nameTable(ctx context.Context, table string) (*nameTable, error) {
	if t, ok := im.names[table]; ok {
		return t, nil
	}
	t := &nameTable{ids: make(map[string]int64)}
	queries := nameTables[table]
	err := prepareAll(ctx, im.conn, map[**sql.Stmt]string{&t.find: queries.find, &t.insert: queries.insert})
	if err == nil {
		im.names[table] = t
	}
	return t, err
}

// nameID gives the id of a name in its table, of an outlet that of the one it
// stands for; nil for "".
func (im *Import) nameID(ctx context.Context, table, name string) (any, error) {
	if name == "" && table != "languages" {
		return nil, nil
	}
	if table == "sources" {
		name, _ = im.canonical(name)
	}
	t, err := im.nameTable(ctx, table)
	if err != nil {
		return nil, err
	}
	if id, ok := t.ids[name]; ok {
		return id, nil
	}
	id, err := t.id(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(t.ids) >= maxNames {
		clear(t.ids)
	}
	t.ids[name] = id
	return id, nil
}

// id finds a name or inserts it.
func (t *nameTable) id(ctx context.Context, name string) (id int64, err error) {
	err = t.find.QueryRowContext(ctx, name).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	res, err := t.insert.ExecContext(ctx, name)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// ruleID gives the id of the rule that found a field, nil if it has none.
func (im *Import) ruleID(ctx context.Context, f Field) (any, error) {
	if f.Rule == "" || f.Value == "" {
		return nil, nil
	}
	key := ruleKey{f.Rule, f.Derived}
	if id, ok := im.rules[key]; ok {
		return id, nil
	}
	var id int64
	err := im.conn.QueryRowContext(ctx, `
		INSERT INTO rules (name, derived) VALUES (?, ?)
		ON CONFLICT (name, derived) DO UPDATE SET name = name RETURNING id`, f.Rule, f.Derived).Scan(&id)
	if err != nil {
		return nil, err
	}
	if len(im.rules) >= maxNames {
		clear(im.rules)
	}
	im.rules[key] = id
	return id, nil
}

func (im *Import) insertTags(ctx context.Context, article int64, tags []string) error {
	for _, t := range tags {
		id, err := im.nameID(ctx, "tags", t)
		if err != nil {
			return err
		}
		if id == nil {
			continue
		}
		if _, err := im.stmts.insertTag.ExecContext(ctx, article, id); err != nil {
			return err
		}
	}
	return nil
}

func (im *Import) insertCitations(ctx context.Context, article int64, cites []Citation) error {
	for _, c := range cites {
		source, err := im.nameID(ctx, "sources", c.Outlet)
		if err != nil {
			return err
		}
		if source == nil {
			continue
		}
		rule, err := im.ruleID(ctx, Field{Value: c.Outlet, Rule: c.Rule, Derived: true})
		if err != nil {
			return err
		}
		if _, err := im.stmts.insertCitation.ExecContext(ctx, article, source, rule, c.Phrase); err != nil {
			return err
		}
	}
	return nil
}
