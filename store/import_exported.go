package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// exportRead is what is noted of an export while it is read.
type exportRead struct {
	// fresh is set where the archive held no article before. It becomes what
	// was exported. Any other only gains articles and saved searches: an export
	// does not tell it which folders to go through, what its files hold, or
	// which names are one.
	fresh    bool
	saved    []SavedSearch // with the articles that they have shown
	later    []supersession
	original *unfinished // that is coming, nil for none
}

// supersession is an article of an export that another replaced, which may
// follow in the file.
type supersession struct {
	article  int64
	by       Key
	inserted bool // in this run
}

// AddExported stores a line of an export: what it says is stored as it says,
// but for what the archive has already, which stays. p is the article of an
// *ExportArticle, else nil.
func (im *Import) AddExported(ctx context.Context, line ExportLine, p *Prepared) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := im.addExported(ctx, line, p); err != nil {
		return im.fault(err)
	}
	if p != nil {
		im.bytes += len(p.Text)
	}
	if err := im.flushIfFull(ctx); err != nil {
		return im.fault(err)
	}
	return im.commitIfFull(ctx)
}

func (im *Import) addExported(ctx context.Context, line ExportLine, p *Prepared) error {
	if _, ok := line.(*ExportHeader); ok {
		if err := im.endExport(ctx); err != nil {
			return err
		}
	}
	if im.export == nil {
		if err := im.startExport(ctx); err != nil {
			return err
		}
	}
	switch line := line.(type) {
	case *ExportFile:
		return im.exportedFile(ctx, line)
	case *ExportOriginal:
		return im.exportedPart(ctx, line)
	case *ExportSearch:
		return im.exportedSearch(line)
	case *ExportArticle:
		return im.exportedArticle(ctx, line, p)
	}
	if !im.export.fresh {
		return nil
	}
	switch line := line.(type) {
	case *ExportPlace:
		return im.exportedPlace(ctx, line)
	case *ExportAlias:
		return im.exportedAlias(ctx, line)
	case *ExportNames:
		return im.exportedNames(ctx, line)
	}
	return nil
}

func (im *Import) startExport(ctx context.Context) error {
	im.export = &exportRead{}
	for _, make := range []string{
		`CREATE TEMP TABLE IF NOT EXISTS exported_files (number INTEGER PRIMARY KEY, id INTEGER NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS temp.exported_files_by_id ON exported_files (id)`,
		`DELETE FROM temp.exported_files`,
	} {
		if _, err := im.conn.ExecContext(ctx, make); err != nil {
			return err
		}
	}
	return im.conn.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM articles)`).Scan(&im.export.fresh)
}

func (im *Import) exportedPlace(ctx context.Context, x *ExportPlace) error {
	if x.Path == "" {
		return nil
	}
	fields := ""
	if len(x.Fields) > 0 {
		fields = joinedJSON(x.Fields)
	}
	_, err := im.conn.ExecContext(ctx, `
		INSERT INTO places (path, source, fields, added, source_from) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		x.Path, null(x.Source), null(fields), cmp.Or(exportedTime(x.Added), im.now), null(x.SourceFrom))
	return err
}

// exportedTime gives a time as the archive writes it, "" for what is none.
func exportedTime(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 || IsFuture(t) {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// IsFuture reports a time that an export cannot have noted; the clocks of two
// machines may differ by a day.
func IsFuture(t time.Time) bool { return t.After(time.Now().AddDate(0, 0, 1)) }

// exportedFile stores a file, or finds the one that an import of the same
// export has stored, which was broken off.
func (im *Import) exportedFile(ctx context.Context, x *ExportFile) error {
	sum, err := hex.DecodeString(x.SHA256)
	if err != nil || x.Path == "" || !slices.Contains([]string{"reading", "read", "partly"}, x.State) {
		return nil
	}
	var hash any // of a file that was not read to its end there is none
	if len(sum) > 0 {
		hash = sum
	}
	var id int64
	err = im.conn.QueryRowContext(ctx, `
		SELECT id FROM files WHERE path = ? AND sha256 IS ? AND size = ? AND modified = ? AND reader = ? AND state = ? ORDER BY id DESC LIMIT 1`,
		x.Path, hash, x.Size, x.Modified, x.Reader, x.State).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		if !im.export.fresh {
			return nil
		}
		id, err = im.insertExportedFile(ctx, x, hash)
	}
	if err != nil || id == 0 {
		return err
	}
	_, err = im.conn.ExecContext(ctx, `INSERT OR REPLACE INTO temp.exported_files (number, id) VALUES (?, ?)`, x.Number, id)
	return err
}

func (im *Import) insertExportedFile(ctx context.Context, x *ExportFile, hash any) (id int64, err error) {
	var other bool
	err = im.conn.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM files f WHERE f.path = ? AND f.id NOT IN (SELECT e.id FROM temp.exported_files e WHERE e.id = f.id))`,
		x.Path).Scan(&other)
	if err != nil || other {
		return 0, err
	}
	place := im.file.place
	err = im.conn.QueryRowContext(ctx, `SELECT id FROM places WHERE path = ?`, x.Place).Scan(&place)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	res, err := im.conn.ExecContext(ctx, `
		INSERT INTO files (place, path, sha256, size, modified, reader, state, import) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		place, x.Path, hash, x.Size, x.Modified, x.Reader, x.State, im.id)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// maxExportedAliases bounds the names that an export brings: each is followed
// through all of them at worst.
const maxExportedAliases = 10_000

// exportedAlias takes an alias over unless the archive says otherwise.
func (im *Import) exportedAlias(ctx context.Context, x *ExportAlias) error {
	_, known := im.aliases[x.Name]
	if known || x.Name == "" || x.Source == "" || len(im.aliases) >= maxExportedAliases || im.standsFor(x.Source, x.Name) {
		return nil
	}
	_, err := im.alias(ctx, x.Name, x.Source, cmp.Or(exportedTime(x.Made), im.now))
	im.aliases[x.Name] = x.Source
	return err
}

// standsFor reports whether one name is another or stands for it, however many
// stand between them.
func (im *Import) standsFor(name, other string) bool {
	for range len(im.aliases) + 1 {
		if name == other {
			return true
		}
		next, ok := im.aliases[name]
		if !ok {
			return false
		}
		name = next
	}
	return true
}

func (im *Import) exportedNames(ctx context.Context, x *ExportNames) error {
	if x.A == "" || x.A >= x.B {
		return nil
	}
	_, err := im.conn.ExecContext(ctx, `INSERT INTO name_pairs (a, b, accepted, decided) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		x.A, x.B, x.One, cmp.Or(exportedTime(x.Decided), im.now))
	return err
}

// maxExportedSearches bounds the saved searches that an export brings.
const maxExportedSearches = 10_000

// exportedSearch keeps a saved search in mind until it is known which articles
// it has shown.
func (im *Import) exportedSearch(x *ExportSearch) error {
	_, known := FindSaved(im.export.saved, x.Name)
	if known || !IsSavedName(x.Name) || len(im.export.saved) == maxExportedSearches {
		return nil
	}
	im.export.saved = append(im.export.saved, SavedSearch{
		Name: x.Name, Query: x.Query, Flags: x.Flags, Added: exportedTime(x.Added), SeenAt: exportedTime(x.SeenAt),
	})
	return nil
}

func (im *Import) exportedArticle(ctx context.Context, x *ExportArticle, p *Prepared) error {
	p.key = x.KeyOf(p.Article)
	x.sourceAsRead(p)
	im.words.add(p.told.take())
	id, added, err := im.insert(ctx, p)
	if err != nil {
		return err
	}
	if added {
		im.batch.Added++
		err = errors.Join(im.exportedAliases(ctx, id, x), im.exportedCorrections(ctx, id, x, p.Article))
	} else {
		im.batch.Same++
		err = im.fillIn(ctx, id, p)
	}
	if err != nil {
		return err
	}
	im.noteShown(id, x.Seen)
	im.noteSuperseded(id, x.SupersededBy, added)
	return im.exportedOrigins(ctx, id, x, p.key)
}

// sourceAsRead gives an article the name that it came under in place of the
// one that this stands for: whether it does here too, the archive knows.
func (x *ExportArticle) sourceAsRead(p *Prepared) {
	if p.key == p.Article.Key() || x.was("source") != nil {
		return
	}
	titles := []Field{p.Title}
	if was := x.was("title"); was != nil {
		titles = append(titles, Field{Value: was.Value, Derived: was.Derived})
	}
	stored := storedArticle{Article: *p.Article, key: p.key[:]}
	for _, name := range x.Aliased[:min(len(x.Aliased), maxAliasesTried)] {
		if stored.keyIsOf(titles, []Field{{Value: name}}) {
			p.Source.Value = name
			return
		}
	}
}

// exportMember is the place of an article in an export, whose line changes
// from one export to the next, with where it came from before.
func exportMember(k Key, x *ExportArticle) string {
	member := "key " + hex.EncodeToString(k[:])
	if len(x.Origins) > 0 {
		member += ", from " + x.Origins[0].Path
		if of := x.Origins[0].Member; of != "" {
			member += ", " + of
		}
	}
	return member
}

// noteShown notes the searches that have shown an article, each once.
func (im *Import) noteShown(article int64, searches []string) {
	if len(im.export.saved) == 0 || len(searches) == 0 {
		return
	}
	named := make(map[string]bool, len(searches))
	for _, name := range searches {
		named[name] = true
	}
	for i := range im.export.saved {
		if s := &im.export.saved[i]; named[s.Name] {
			s.Seen.append(article)
		}
	}
}

func (im *Import) noteSuperseded(article int64, by string, inserted bool) {
	var key Key
	if b, err := hex.DecodeString(by); err == nil && len(b) == len(key) {
		copy(key[:], b)
		im.export.later = append(im.export.later, supersession{article, key, inserted})
	}
}

// exportedOrigins notes where an article came from; where its file is none of
// this archive's, that it came out of the export.
func (im *Import) exportedOrigins(ctx context.Context, article int64, x *ExportArticle, key Key) error {
	for _, o := range x.Origins {
		_, err := im.conn.ExecContext(ctx, `
			INSERT INTO origins (file, member, article) SELECT id, ?, ? FROM temp.exported_files WHERE number = ? ON CONFLICT DO NOTHING`,
			o.Member, article, o.File)
		if err != nil {
			return err
		}
	}
	var known bool
	err := im.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM origins WHERE article = ?)`, article).Scan(&known)
	if err != nil || known {
		return err
	}
	return im.setOrigin(ctx, exportMember(key, x), article)
}

// exportedAliases notes the names that an article came under. Its source and
// what it cites are those that they stand for already.
func (im *Import) exportedAliases(ctx context.Context, article int64, x *ExportArticle) error {
	for _, name := range x.Aliased {
		if _, known := im.aliases[name]; !known {
			continue
		}
		if _, err := im.conn.ExecContext(ctx, `INSERT INTO aliased_articles (name, article) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, article); err != nil {
			return err
		}
	}
	for _, c := range x.AliasedCites {
		if _, known := im.aliases[c.Outlet]; !known {
			continue
		}
		rule, err := im.ruleID(ctx, Field{Value: c.Outlet, Rule: cmp.Or(c.Rule, exportedRule), Derived: true})
		if err != nil {
			return err
		}
		_, err = im.conn.ExecContext(ctx, `
			INSERT INTO aliased_citations (name, article, rule, phrase, also) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			c.Outlet, article, rule, c.Phrase, c.Also)
		if err != nil {
			return err
		}
	}
	return nil
}

// exportedRule stands for a rule that an export does not name.
const exportedRule = "export"

// exportedCorrections stores what was corrected of an article, whose fields
// are as they were corrected to.
func (im *Import) exportedCorrections(ctx context.Context, article int64, x *ExportArticle, a *Article) error {
	for _, x := range x.Corrected {
		c := correction{field: x.Field, value: x.Value, was: x.Was, made: exportedTime(x.Made)}
		if !c.sound(*a) {
			continue
		}
		if err := im.storeCorrection(ctx, article, c); err != nil {
			return err
		}
	}
	return nil
}

// sound reports whether a correction can be made and taken back.
func (c correction) sound(a Article) bool {
	if c.was.Date != "" {
		if _, err := ParseDate(c.was.Date); err != nil {
			return false
		}
	}
	made, undone := a, a
	return made.correct(c) == nil && undone.restore(c) == nil
}

// endExport stores what could be known only at the end of an export, if one
// was read.
func (im *Import) endExport(ctx context.Context) error {
	x := im.export
	if x == nil {
		return nil
	}
	if err := im.dropExported(ctx); err != nil {
		return err
	}
	im.export = nil
	for _, s := range x.later {
		if err := im.supersedeExported(ctx, s); err != nil {
			return err
		}
	}
	return im.saveExported(ctx, x.saved)
}

// maxVersions bounds how many versions of an article are followed. An export
// of ours has the earlier before the later, so that one step is enough.
const maxVersions = 1000

// supersedeExported marks an earlier version. One that the archive had before
// stays current while a file of the archive gives it.
func (im *Import) supersedeExported(ctx context.Context, s supersession) error {
	res, err := im.conn.ExecContext(ctx, `
		UPDATE articles SET superseded_by = (SELECT id FROM articles WHERE key = ?1)
		WHERE id = ?2 AND superseded_by IS NULL AND key <> ?1 AND EXISTS (SELECT 1 FROM articles WHERE key = ?1)
		  AND (?3 OR NOT EXISTS (
			SELECT 1 FROM origins o JOIN files f ON f.id = o.file
			WHERE o.article = articles.id AND f.id = (SELECT max(id) FROM files WHERE path = f.path)))
		  AND NOT EXISTS (
			WITH RECURSIVE chain (id) AS (
				SELECT superseded_by FROM articles WHERE key = ?1
				UNION SELECT a.superseded_by FROM chain c JOIN articles a ON a.id = c.id LIMIT ?4
			) SELECT 1 FROM chain WHERE id = ?2 UNION ALL SELECT 1 WHERE (SELECT count(*) FROM chain) = ?4)`,
		s.by[:], s.article, s.inserted, maxVersions)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return im.columns.set(ctx, columnState, s.article, stateSuperseded)
}

func (im *Import) saveExported(ctx context.Context, searches []SavedSearch) error {
	if len(searches) == 0 {
		return nil
	}
	has, err := savedOn(ctx, im.conn)
	if err != nil {
		return err
	}
	for _, s := range searches {
		if _, taken := FindSaved(has, s.Name); taken {
			continue
		}
		flags, err := json.Marshal(s.Flags)
		if err != nil {
			return err
		}
		s.Seen.Add(nil) // brings it in order
		_, err = im.conn.ExecContext(ctx, `INSERT INTO saved_searches (name, query, flags, added, seen, seen_at) VALUES (?, ?, ?, ?, ?, ?)`,
			s.Name, s.Query, string(flags), cmp.Or(s.Added, im.now), s.Seen.pack(), null(s.SeenAt))
		if err != nil {
			return err
		}
	}
	return nil
}
