package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"example.com/archive/store/fts5"
)

// amend brings what the archive knows of an article to what was read now. The
// place that the article first came from has the word: what it says now
// replaces what it said, so that a corrected date or byline arrives. Any other
// place that gives the same article only fills in what is missing. corrected
// is true where the article's own place has changed something.
func (im *Import) amend(ctx context.Context, member string, id int64, p *Prepared) (corrected bool, err error) {
	stored, err := im.archive.articleOn(ctx, im.stored, id)
	if err != nil {
		return false, err
	}
	own, err := im.isFirstOrigin(ctx, member, id)
	if err != nil {
		return false, err
	}
	merged := mergeArticle(stored, p.Article, own)
	if own && !sameMetadata(stored, merged) {
		if merged, err = im.filledByItsFile(ctx, member, stored, merged); err != nil {
			return false, err
		}
	}
	if err := im.keepCorrected(ctx, merged, own); err != nil {
		return false, err
	}
	if sameMetadata(stored, im.underCanonical(merged)) {
		return false, nil
	}
	if own {
		if err := im.forgetAliased(ctx, id); err != nil {
			return false, err
		}
	}
	if err := im.rewrite(ctx, stored, merged); err != nil {
		return false, err
	}
	return own, im.noteAliased(ctx, id, merged)
}

// underCanonical gives an article with the outlets that its names stand for.
func (im *Import) underCanonical(a *Article) *Article {
	under := *a
	under.Source.Value, _ = im.canonical(a.Source.Value)
	under.Cites = slices.Clone(a.Cites)
	for i := range under.Cites {
		under.Cites[i].Outlet, _ = im.canonical(under.Cites[i].Outlet)
	}
	return &under
}

// isFirstOrigin reports whether an article first came from this place of the
// open file: of the places in it that give the article, the one met first.
func (im *Import) isFirstOrigin(ctx context.Context, member string, article int64) (bool, error) {
	var path string
	var first sql.NullString
	err := im.stored.QueryRowContext(ctx, `
		SELECT f.path, (SELECT min(member) FROM origins WHERE article = ?1 AND file = ?2)
		FROM origins o JOIN files f ON f.id = o.file
		WHERE o.article = ?1 ORDER BY o.file LIMIT 1`, article, im.file.id).Scan(&path, &first)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return path == im.file.path && (!first.Valid || first.String == member), err
}

// filledByItsFile gives an article with what other places in the open file told
// of it when that was read before: they tell it again in this reading, so that
// what they fill in has not changed.
func (im *Import) filledByItsFile(ctx context.Context, member string, stored, merged *Article) (*Article, error) {
	var others bool
	err := im.stored.QueryRowContext(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM origins o JOIN files f ON f.id = o.file
			WHERE o.article = ? AND f.path = ? AND o.member <> ?)`, stored.ID, im.file.path, member).Scan(&others)
	if err != nil || !others {
		return merged, err
	}
	list, err := correctionsOn(ctx, im.stored, stored.ID)
	if err != nil {
		return nil, err
	}
	asRead := *stored
	for _, c := range list {
		if err := asRead.restore(c); err != nil {
			return nil, err
		}
	}
	return mergeArticle(merged, &asRead, false), nil
}

// mergeArticle gives the article as it should be from now on.
func mergeArticle(stored, read *Article, own bool) *Article {
	merged := *stored
	if own {
		merged.Title, merged.Source, merged.Byline, merged.Lang = read.Title, read.Source, read.Byline, read.Lang
		merged.Published, merged.PublishedBy, merged.URL = read.Published, read.PublishedBy, read.URL
		merged.Captured = read.Captured
		merged.Tags, merged.Cites = read.Tags, read.Cites
		return &merged
	}
	for _, f := range []struct {
		to   *Field
		from Field
	}{{&merged.Source, read.Source}, {&merged.Byline, read.Byline}} {
		if f.to.Value == "" {
			*f.to = f.from
		}
	}
	if merged.Published.IsZero() {
		merged.Published, merged.PublishedBy = read.Published, read.PublishedBy
	}
	if merged.Captured.IsZero() {
		merged.Captured = read.Captured
	}
	if merged.URL == "" {
		merged.URL = read.URL
	}
	merged.Tags = append(slices.Clone(stored.Tags), read.Tags...)
	merged.Cites = append(slices.Clone(stored.Cites), read.Cites...)
	return &merged
}

func sameMetadata(a, b *Article) bool {
	return sameField(a.Title, b.Title) && sameField(a.Source, b.Source) && sameField(a.Byline, b.Byline) &&
		sameField(a.Lang, b.Lang) && sameField(a.PublishedBy, b.PublishedBy) &&
		a.Published == b.Published && a.Captured == b.Captured && a.URL == b.URL &&
		slices.Equal(sortedTags(a), sortedTags(b)) && slices.Equal(citedNames(a), citedNames(b))
}

// sameField compares what is kept of a field: nothing of one without a value.
func sameField(a, b Field) bool {
	return a == b || a.Value == "" && b.Value == ""
}

func sortedTags(a *Article) []string {
	tags := slices.Clone(a.Tags)
	slices.Sort(tags)
	return slices.DeleteFunc(slices.Compact(tags), func(t string) bool { return t == "" })
}

func citedNames(a *Article) (names []string) {
	for _, c := range a.Cites {
		names = append(names, c.Outlet)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// rewrite stores an article's metadata anew, and its index where that depends
// on what has changed.
func (im *Import) rewrite(ctx context.Context, stored, merged *Article) error {
	indexer := im.indexer()
	before, after := indexer.Prepare(stored), indexer.Prepare(merged)
	row, err := im.row(ctx, after)
	if err != nil {
		return err
	}
	_, err = im.conn.ExecContext(ctx, `
		UPDATE articles SET title = ?, title_rule = ?, source = ?, source_rule = ?, byline = ?, byline_rule = ?,
			published = ?, published_text = ?, published_rule = ?, first_day = ?, last_day = ?,
			lang = ?, lang_rule = ?, url = ?, words = ?, captured = ?
		WHERE id = ?`,
		row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], row[11],
		row[12], row[13], row[15], row[16], row[20], stored.ID)
	if err != nil {
		return err
	}
	for _, clear := range []string{`DELETE FROM article_tags WHERE article = ?`, `DELETE FROM citations WHERE article = ?`} {
		if _, err := im.conn.ExecContext(ctx, clear, stored.ID); err != nil {
			return err
		}
	}
	if err := im.insertTags(ctx, stored.ID, merged.Tags); err != nil {
		return err
	}
	if err := im.insertCitations(ctx, stored.ID, merged.Cites); err != nil {
		return err
	}
	if !sameTokens(before.tokens, after.tokens) {
		im.index.Remove(stored.ID, before.tokens)
		im.index.Add(stored.ID, after.tokens)
		im.words.add(after.words)
	}
	if !slices.Equal(before.forms.numbers, after.forms.numbers) || before.forms.space != after.forms.space {
		im.forms.lookAt(stored.ID)
	}
	if err := im.countLanguage(ctx, stored.Lang.Value, -1); err != nil {
		return err
	}
	return im.insertColumns(ctx, stored.ID, after)
}

// sameTokens reports documents that are surely alike: numbers of two lexicons
// say nothing of each other.
func sameTokens(a, b *fts5.Document) bool {
	return a.Space == b.Space && slices.EqualFunc(a.Columns, b.Columns, slices.Equal)
}

// indexer is for the few articles that are prepared while writing.
func (im *Import) indexer() *Indexer {
	if im.amender == nil {
		im.amender = NewIndexer()
	}
	return im.amender
}
