package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// SourceAlias is a name of an outlet that stands for another.
type SourceAlias struct {
	Name     string
	Source   string // may stand for another in its turn
	Made     string // RFC 3339, UTC
	Articles int    // that came under the name
}

// SourceAliases lists the names that stand for others.
func (a *Archive) SourceAliases(ctx context.Context) (list []SourceAlias, err error) {
	rows, err := a.db.QueryContext(ctx, `
		SELECT name, source, made, (SELECT count(*) FROM aliased_articles x WHERE x.name = s.name)
		FROM source_aliases s ORDER BY name`)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s SourceAlias
		if err := rows.Scan(&s.Name, &s.Source, &s.Made, &s.Articles); err != nil {
			return nil, fault("read "+a.path, err)
		}
		list = append(list, s)
	}
	return list, fault("read "+a.path, rows.Err())
}

// maxAliases bounds how many names may stand for each other in a row.
const maxAliases = 100

// loadAliases reads the aliases anew: another process may have made some.
func (im *Import) loadAliases(ctx context.Context) error {
	im.aliases = make(map[string]string)
	rows, err := im.conn.QueryContext(ctx, `SELECT name, source FROM source_aliases`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, source string
		if err := rows.Scan(&name, &source); err != nil {
			return err
		}
		im.aliases[name] = source
	}
	return rows.Err()
}

// canonical gives the outlet that a name stands for, and the names on the way
// to it, this one first.
func (im *Import) canonical(name string) (source string, by []string) {
	source = name
	for range maxAliases {
		next, ok := im.aliases[source]
		if !ok {
			break
		}
		by = append(by, source)
		source = next
	}
	return source, by
}

// noteAliased notes that an article came under names that stand for others,
// and which of these it cites.
func (im *Import) noteAliased(ctx context.Context, article int64, a *Article) error {
	if len(im.aliases) == 0 {
		return nil
	}
	_, by := im.canonical(a.Source.Value)
	for _, name := range by {
		if _, err := im.conn.ExecContext(ctx, `INSERT INTO aliased_articles (name, article) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, article); err != nil {
			return err
		}
	}
	for _, c := range a.Cites {
		if err := im.noteCited(ctx, article, a.Cites, c); err != nil {
			return err
		}
	}
	return nil
}

func (im *Import) noteCited(ctx context.Context, article int64, all []Citation, c Citation) error {
	source, by := im.canonical(c.Outlet)
	if len(by) == 0 {
		return nil
	}
	also := false
	for _, other := range all {
		also = also || other.Outlet == source
	}
	rule, err := im.ruleID(ctx, Field{Value: c.Outlet, Rule: c.Rule, Derived: true})
	if err != nil {
		return err
	}
	for _, name := range by {
		_, err := im.conn.ExecContext(ctx, `
			INSERT INTO aliased_citations (name, article, rule, phrase, also) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			name, article, rule, c.Phrase, also)
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetAliased drops what was noted of an article whose source and citations
// are about to be read anew.
func (im *Import) forgetAliased(ctx context.Context, article int64) error {
	for _, table := range []string{"aliased_articles", "aliased_citations"} {
		if _, err := im.conn.ExecContext(ctx, `DELETE FROM `+table+` WHERE article = ?`, article); err != nil {
			return err
		}
	}
	return nil
}

// AliasSource makes a name stand for an outlet, in what the archive holds and
// in what is imported from now on. moved are the articles that have another
// source now.
func (a *Archive) AliasSource(ctx context.Context, name, source string) (moved int, err error) {
	err = a.edit(ctx, func(ctx context.Context, im *Import) error {
		known, by := im.canonical(name)
		if len(by) > 0 {
			return &Error{Text: fmt.Sprintf("%s stands for %s already ('archive sources undo' takes that back)", name, known)}
		}
		target, _ := im.canonical(source)
		if target == name {
			return &Error{Text: fmt.Sprintf("%s stands for %s, so it cannot be the other way round ('archive sources undo' takes that back)", source, name)}
		}
		moved, err = im.alias(ctx, name, target, im.now)
		return err
	})
	return moved, err
}

// alias notes that a name stands for an outlet, and moves what came under it.
func (im *Import) alias(ctx context.Context, name, source, made string) (moved int, err error) {
	if _, err := im.conn.ExecContext(ctx, `INSERT INTO source_aliases (name, source, made) VALUES (?, ?, ?)`, name, source, made); err != nil {
		return 0, err
	}
	from, err := im.sourceID(ctx, name)
	if err != nil {
		return 0, err
	}
	target, _ := im.canonical(source)
	to, err := im.sourceID(ctx, target)
	if err != nil {
		return 0, err
	}
	m := mover{im: im, name: name, from: from, to: to}
	return m.move(ctx)
}

// UnaliasSource takes an alias back: what came under the name has it again.
func (a *Archive) UnaliasSource(ctx context.Context, name string) (moved int, err error) {
	err = a.edit(ctx, func(ctx context.Context, im *Import) error {
		source, ok := im.aliases[name]
		if !ok {
			return &Error{Text: fmt.Sprintf("%s stands for no other source ('archive sources' lists those that do)", name)}
		}
		if next, ok := im.aliases[source]; ok {
			return &Error{Text: fmt.Sprintf("%s stands for %s, which stands for %s (take that back first: 'archive sources undo')", name, source, next)}
		}
		from, err := im.sourceID(ctx, name)
		if err != nil {
			return err
		}
		to, err := im.sourceID(ctx, source)
		if err != nil {
			return err
		}
		m := mover{im: im, name: name, from: from, to: to}
		moved, err = m.back(ctx)
		return err
	})
	return moved, err
}

// sourceID gives the id of an outlet by its name alone, whatever that stands
// for.
func (im *Import) sourceID(ctx context.Context, name string) (int64, error) {
	t, err := im.nameTable(ctx, "sources")
	if err != nil {
		return 0, err
	}
	return t.id(ctx, name)
}

// mover moves articles between a name and the outlet that it stands for.
type mover struct {
	im       *Import
	name     string
	from, to int64
}

func (m mover) move(ctx context.Context) (moved int, err error) {
	articles, err := m.im.idsOf(ctx, `SELECT id FROM articles WHERE source = ?`, m.from)
	if err != nil {
		return 0, err
	}
	citing, err := m.im.idsOf(ctx, `SELECT article FROM citations WHERE source = ?`, m.from)
	if err != nil {
		return 0, err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO aliased_articles (name, article) SELECT ?, id FROM articles WHERE source = ?`, []any{m.name, m.from}},
		{`INSERT INTO aliased_citations (name, article, rule, phrase, also)
		  SELECT ?1, c.article, c.rule, c.phrase, EXISTS (SELECT 1 FROM citations o WHERE o.article = c.article AND o.source = ?3)
		  FROM citations c WHERE c.source = ?2`, []any{m.name, m.from, m.to}},
		{`UPDATE OR IGNORE citations SET source = ? WHERE source = ?`, []any{m.to, m.from}},
		{`DELETE FROM citations WHERE source = ?`, []any{m.from}},
	} {
		if _, err := m.im.conn.ExecContext(ctx, step.sql, step.args...); err != nil {
			return 0, err
		}
	}
	return len(articles), errors.Join(m.im.setSource(ctx, articles, m.to), m.im.packOutlets(ctx, citing))
}

func (m mover) back(ctx context.Context) (moved int, err error) {
	articles, err := m.im.idsOf(ctx, `
		SELECT x.article FROM aliased_articles x JOIN articles a ON a.id = x.article WHERE x.name = ? AND a.source = ?`, m.name, m.to)
	if err != nil {
		return 0, err
	}
	citing, err := m.im.idsOf(ctx, `SELECT article FROM aliased_citations WHERE name = ?`, m.name)
	if err != nil {
		return 0, err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO citations (article, source, rule, phrase)
		  SELECT article, ?, rule, phrase FROM aliased_citations WHERE name = ? ON CONFLICT DO NOTHING`, []any{m.from, m.name}},
		// An outlet that the article names itself, or by a further alias, stays.
		{`DELETE FROM citations WHERE source = ?1 AND article IN (SELECT article FROM aliased_citations WHERE name = ?2 AND NOT also)
		    AND article NOT IN (SELECT x.article FROM aliased_citations x JOIN source_aliases s ON s.name = x.name
		                        WHERE s.name <> ?2 AND s.source = (SELECT source FROM source_aliases WHERE name = ?2))`, []any{m.to, m.name}},
		{`DELETE FROM aliased_articles WHERE name = ?`, []any{m.name}},
		{`DELETE FROM aliased_citations WHERE name = ?`, []any{m.name}},
		{`DELETE FROM source_aliases WHERE name = ?`, []any{m.name}},
	} {
		if _, err := m.im.conn.ExecContext(ctx, step.sql, step.args...); err != nil {
			return 0, err
		}
	}
	return len(articles), errors.Join(m.im.setSource(ctx, articles, m.from), m.im.packOutlets(ctx, citing))
}

// setSource gives articles a source, in their rows and packed.
func (im *Import) setSource(ctx context.Context, articles []int64, source int64) error {
	for _, id := range articles {
		if _, err := im.conn.ExecContext(ctx, `UPDATE articles SET source = ? WHERE id = ?`, source, id); err != nil {
			return err
		}
		if err := im.columns.set(ctx, columnSource, id, uint32(source)); err != nil {
			return err
		}
	}
	return nil
}

// packOutlets packs anew which outlets articles cite.
func (im *Import) packOutlets(ctx context.Context, articles []int64) error {
	for _, id := range articles {
		cited, err := im.idsOf(ctx, `SELECT source FROM citations WHERE article = ? ORDER BY source`, id)
		if err != nil {
			return err
		}
		outlets := make([]uint32, len(cited))
		for i, source := range cited {
			outlets[i] = uint32(source)
		}
		if err := im.columns.setOutlets(ctx, id, outlets); err != nil {
			return err
		}
	}
	return nil
}

func (im *Import) idsOf(ctx context.Context, query string, args ...any) (ids []int64, err error) {
	rows, err := im.stored.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id sql.NullInt64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id.Int64)
	}
	return ids, rows.Err()
}
