package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"example.com/archive/store/fts5"
)

// amend brings what the archive knows of an article to what was read now. The
// place that the article first came from has the word: what it says now
// replaces what it said, so that a corrected date or byline arrives. Any other
// place that gives the same article only fills in what is missing. corrected
// is true where the article's own place has changed something.
func (im *Import) amend(ctx context.Context, id int64, p *Prepared, count *counted) (corrected bool, err error) {
	if waiting, ok := im.file.waiting[id]; ok {
		waiting.fill(p.Article)
		return false, nil
	}
	own, err := im.isFirstOrigin(ctx, id)
	if err != nil {
		return false, err
	}
	stored, err := im.archive.articleOn(ctx, im.stored, id)
	if err != nil {
		return false, err
	}
	merged := mergeArticle(stored, p.Article, own)
	if own && !sameMetadata(stored, merged) && len(im.file.waiting) < maxWaiting {
		several, err := im.hadSeveralPlaces(ctx, id)
		if err != nil {
			return false, err
		}
		if several {
			merged.Text = "" // which does not change
			im.file.waiting[id] = newWaiting(merged, count)
			return false, nil
		}
	}
	return im.store(ctx, stored, merged, own)
}

// fillIn fills in what the archive lacks of an article.
func (im *Import) fillIn(ctx context.Context, id int64, p *Prepared) error {
	stored, err := im.archive.articleOn(ctx, im.stored, id)
	if err == nil {
		_, err = im.store(ctx, stored, mergeArticle(stored, p.Article, false), false)
	}
	return err
}

// waitingArticle is an article as the places in a file tell of it that were
// read so far. More may follow that fill in what is missing, as they have
// before, so that it is stored at the end of the file, if that can be read.
type waitingArticle struct {
	*Article
	*counted
	told map[string]bool // its tags, and its outlets behind a NUL
}

func newWaiting(a *Article, count *counted) *waitingArticle {
	w := &waitingArticle{Article: a, counted: count, told: make(map[string]bool)}
	tags, cites := a.Tags, a.Cites
	a.Tags, a.Cites = nil, nil
	w.tell(tags, cites)
	return w
}

// fill fills in what another place tells. There may be very many.
func (w *waitingArticle) fill(read *Article) {
	fillGaps(w.Article, read)
	w.tell(read.Tags, read.Cites)
}

func (w *waitingArticle) tell(tags []string, cites []Citation) {
	for _, tag := range tags {
		if !w.told[tag] {
			w.told[tag] = true
			w.Tags = append(w.Tags, tag)
		}
	}
	for _, c := range cites {
		if outlet := "\x00" + c.Outlet; !w.told[outlet] {
			w.told[outlet] = true
			w.Cites = append(w.Cites, c)
		}
	}
}

// maxWaiting bounds how many articles wait. Others are stored at once: what the
// later places fill in is then missing until they are read.
const maxWaiting = 10_000

// hadSeveralPlaces reports whether the file gave an article at several places
// when it was last read, or so far.
func (im *Import) hadSeveralPlaces(ctx context.Context, article int64) (yes bool, err error) {
	err = im.stored.QueryRowContext(ctx, `
		SELECT count(DISTINCT o.member) > 1 FROM origins o JOIN files f ON f.id = o.file
		WHERE o.article = ?1 AND f.path = ?2
		  AND f.id >= coalesce((SELECT max(id) FROM files WHERE path = ?2 AND id < ?3 AND state = 'read'), 0)`,
		article, im.file.path, im.file.id).Scan(&yes)
	return yes, err
}

// storeWaiting stores the articles that waited for the end of the file.
func (im *Import) storeWaiting(ctx context.Context, waiting map[int64]*waitingArticle) error {
	for _, id := range slices.Sorted(maps.Keys(waiting)) {
		w := waiting[id]
		stored, err := im.archive.articleOn(ctx, im.stored, id)
		if err != nil {
			return err
		}
		w.Text, w.SupersededBy = stored.Text, stored.SupersededBy
		corrected, err := im.store(ctx, stored, w.Article, true)
		if err != nil {
			return err
		}
		if corrected {
			im.countChanged(w.counted)
		}
		if err := im.flushIfFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

// store brings an article to what its places tell, but for what somebody has
// corrected. own is true where its own place has told it.
func (im *Import) store(ctx context.Context, stored, merged *Article, own bool) (corrected bool, err error) {
	if err := im.keepCorrected(ctx, merged, own); err != nil {
		return false, err
	}
	if sameMetadata(stored, im.underCanonical(merged)) {
		return false, nil
	}
	if own {
		if err := im.forgetAliased(ctx, stored.ID); err != nil {
			return false, err
		}
	}
	if err := im.rewrite(ctx, stored, merged); err != nil {
		return false, err
	}
	return own, im.noteAliased(ctx, stored.ID, merged)
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

// isFirstOrigin reports whether an article first came from the open file, and is
// met in it for the first time in this reading.
func (im *Import) isFirstOrigin(ctx context.Context, article int64) (bool, error) {
	if im.file.met.has(article) {
		return false, nil
	}
	var path string
	err := im.stored.QueryRowContext(ctx, `
		SELECT f.path FROM origins o JOIN files f ON f.id = o.file
		WHERE o.article = ? ORDER BY o.file LIMIT 1`, article).Scan(&path)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return path == im.file.path, err
}

// metArticles is a set of ids, 64 of them a word.
type metArticles map[int64]uint64

func (m metArticles) has(id int64) bool { return m[id>>6]&(1<<(id&63)) != 0 }
func (m metArticles) add(id int64)      { m[id>>6] |= 1 << (id & 63) }

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
	fillGaps(&merged, read)
	merged.Tags = append(slices.Clone(stored.Tags), read.Tags...)
	merged.Cites = append(slices.Clone(stored.Cites), read.Cites...)
	return &merged
}

// fillGaps fills in the fields that an article lacks, but for tags and citations.
func fillGaps(to, from *Article) {
	if to.Source.Value == "" {
		to.Source = from.Source
	}
	if to.Byline.Value == "" {
		to.Byline = from.Byline
	}
	if to.Published.IsZero() {
		to.Published, to.PublishedBy = from.Published, from.PublishedBy
	}
	if to.Captured.IsZero() {
		to.Captured = from.Captured
	}
	if to.URL == "" {
		to.URL = from.URL
	}
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
		im.words.add(after.told.take())
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
