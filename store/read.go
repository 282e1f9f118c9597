package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"time"
)

// articleColumns are read by scanArticle. Used with articleJoins.
const articleColumns = `
	a.id, a.key,
	coalesce(a.title, ''), coalesce(tr.name, ''), coalesce(tr.derived, 0),
	coalesce(s.name, ''), coalesce(sr.name, ''), coalesce(sr.derived, 0),
	coalesce(y.name, ''), coalesce(yr.name, ''), coalesce(yr.derived, 0),
	coalesce(a.lang, ''), coalesce(lr.name, ''), coalesce(lr.derived, 0),
	coalesce(a.published, ''), coalesce(a.published_text, ''), coalesce(pr.name, ''), coalesce(pr.derived, 0),
	coalesce(a.captured, ''), a.type, coalesce(a.url, ''), a.words, a.added, coalesce(a.superseded_by, 0),
	coalesce((SELECT f.path FROM origins o JOIN files f ON f.id = o.file WHERE o.article = a.id ORDER BY o.file LIMIT 1), '')`

const articleJoins = `
	LEFT JOIN rules tr ON tr.id = a.title_rule
	LEFT JOIN sources s ON s.id = a.source
	LEFT JOIN rules sr ON sr.id = a.source_rule
	LEFT JOIN bylines y ON y.id = a.byline
	LEFT JOIN rules yr ON yr.id = a.byline_rule
	LEFT JOIN rules lr ON lr.id = a.lang_rule
	LEFT JOIN rules pr ON pr.id = a.published_rule`

// Row is an article as lists show it: without text, tags and citations.
type Row struct {
	Article
	Key  string // the 16 digits that Key.String gives
	Path string // of its first origin
}

// scanner is a row of a result.
type scanner interface{ Scan(...any) error }

func scanArticle(row scanner) (r Row, err error) {
	var key []byte
	var published, captured string
	err = row.Scan(&r.ID, &key,
		&r.Title.Value, &r.Title.Rule, &r.Title.Derived,
		&r.Source.Value, &r.Source.Rule, &r.Source.Derived,
		&r.Byline.Value, &r.Byline.Rule, &r.Byline.Derived,
		&r.Lang.Value, &r.Lang.Rule, &r.Lang.Derived,
		&published, &r.PublishedBy.Value, &r.PublishedBy.Rule, &r.PublishedBy.Derived,
		&captured, &r.Type, &r.URL, &r.Words, &r.Added, &r.SupersededBy, &r.Path)
	if err != nil {
		return r, err
	}
	r.Key = hex.EncodeToString(key[:min(len(key), 8)])
	r.Published, r.Captured = Date{published}, Date{captured}
	return r, nil
}

// queryer is a pool of connections or one of them.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Rows gives the articles with these ids, in their order. An id that the
// archive has not is left out.
func (a *Archive) Rows(ctx context.Context, ids []int64) (rows []Row, err error) {
	err = a.read(ctx, func(q queryer) error {
		rows, err = a.rowsOn(ctx, q, ids)
		return err
	})
	return rows, err
}

func (a *Archive) rowsOn(ctx context.Context, q queryer, ids []int64) ([]Row, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, `
		SELECT `+articleColumns+`
		FROM json_each(?) wanted JOIN articles a ON a.id = wanted.value`+articleJoins+`
		ORDER BY wanted.key`, string(list))
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	found := make([]Row, 0, len(ids))
	for rows.Next() {
		r, err := scanArticle(rows)
		if err != nil {
			return nil, fault("read "+a.path, err)
		}
		found = append(found, r)
	}
	return found, fault("read "+a.path, rows.Err())
}

// Text gives the text of an article; ErrNotFound.
func (a *Archive) Text(ctx context.Context, id int64) (text string, err error) {
	err = a.read(ctx, func(q queryer) error {
		text, err = a.textOn(ctx, q, id)
		return err
	})
	return text, err
}

func (a *Archive) textOn(ctx context.Context, q queryer, id int64) (string, error) {
	var s string
	err := q.QueryRowContext(ctx, `SELECT text FROM bodies WHERE id = ?`, id).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	return s, fault("read "+a.path, err)
}

// Article gives an article with its text, tags and citations; ErrNotFound.
func (a *Archive) Article(ctx context.Context, id int64) (article *Article, err error) {
	err = a.read(ctx, func(q queryer) error {
		article, err = a.articleOn(ctx, q, id)
		return err
	})
	return article, err
}

func (a *Archive) articleOn(ctx context.Context, q queryer, id int64) (*Article, error) {
	rows, err := a.rowsOn(ctx, q, []int64{id})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	article := rows[0].Article
	if article.Text, err = a.textOn(ctx, q, id); err != nil {
		return nil, err
	}
	if article.Tags, err = a.tags(ctx, q, id); err != nil {
		return nil, err
	}
	article.Cites, err = a.citations(ctx, q, id)
	return &article, err
}

func (a *Archive) tags(ctx context.Context, q queryer, id int64) (tags []string, err error) {
	rows, err := q.QueryContext(ctx, `
		SELECT t.name FROM article_tags x JOIN tags t ON t.id = x.tag WHERE x.article = ? ORDER BY t.name`, id)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fault("read "+a.path, err)
		}
		tags = append(tags, name)
	}
	return tags, fault("read "+a.path, rows.Err())
}

func (a *Archive) citations(ctx context.Context, q queryer, id int64) (cites []Citation, err error) {
	rows, err := q.QueryContext(ctx, `
		SELECT s.name, r.name, c.phrase
		FROM citations c JOIN sources s ON s.id = c.source JOIN rules r ON r.id = c.rule
		WHERE c.article = ? ORDER BY s.name`, id)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var c Citation
		if err := rows.Scan(&c.Outlet, &c.Rule, &c.Phrase); err != nil {
			return nil, fault("read "+a.path, err)
		}
		cites = append(cites, c)
	}
	return cites, fault("read "+a.path, rows.Err())
}

// Origin is a place an article came from.
type Origin struct {
	Path     string // as imported, absolute; "-" for standard input
	Member   string // inside the file, "" for the whole of it
	SHA256   string // of the file's bytes, hexadecimal
	Size     int64  // bytes
	Modified string // RFC 3339, UTC; "" if unknown
	Reader   string // the format that read it, and its version: "text/1"
	Imported string // RFC 3339, UTC
	Current  bool   // false where the file has changed since
}

// Origins lists where an article came from, the first first.
func (a *Archive) Origins(ctx context.Context, id int64) (origins []Origin, err error) {
	rows, err := a.db.QueryContext(ctx, `
		SELECT f.path, o.member, coalesce(lower(hex(f.sha256)), ''), f.size, f.modified, f.reader, i.started,
		       f.id = (SELECT max(g.id) FROM files g WHERE g.path = f.path)
		FROM origins o JOIN files f ON f.id = o.file JOIN imports i ON i.id = f.import
		WHERE o.article = ? ORDER BY f.id, o.member`, id)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var o Origin
		var modified int64
		if err := rows.Scan(&o.Path, &o.Member, &o.SHA256, &o.Size, &modified, &o.Reader, &o.Imported, &o.Current); err != nil {
			return nil, fault("read "+a.path, err)
		}
		if modified != 0 {
			o.Modified = time.Unix(0, modified).UTC().Format(time.RFC3339)
		}
		origins = append(origins, o)
	}
	return origins, fault("read "+a.path, rows.Err())
}

// Count is a value and how many articles have it.
type Count struct {
	Value    string // "" for the articles that have none
	Articles int
}

// Stats says what the archive holds.
type Stats struct {
	Path       string
	FileBytes  int64
	TextBytes  int64
	Articles   int // current ones
	Superseded int // earlier versions, kept
	Sources    int // outlets with articles
	Words      int64
	Undated    int
	Untitled   int // whose title was derived
	First      Date
	Last       Date
	Langs      []Count
	Types      []Count
	Imports    int
	LastImport string // RFC 3339, UTC
	Originals  int    // whose bytes are kept, each content once
}

// Stats says what the archive holds.
func (a *Archive) Stats(ctx context.Context) (Stats, error) {
	s := Stats{Path: a.path}
	err := a.db.QueryRowContext(ctx, `
		SELECT coalesce(sum(superseded_by IS NULL), 0), coalesce(sum(superseded_by IS NOT NULL), 0),
		       coalesce(sum(words) FILTER (WHERE superseded_by IS NULL), 0),
		       coalesce(sum(bytes) FILTER (WHERE superseded_by IS NULL), 0),
		       count(DISTINCT source) FILTER (WHERE superseded_by IS NULL),
		       coalesce(sum(published IS NULL AND superseded_by IS NULL), 0),
		       coalesce(sum(superseded_by IS NULL AND title_rule IN (SELECT id FROM rules WHERE derived)), 0),
		       coalesce(min(published) FILTER (WHERE superseded_by IS NULL), ''),
		       coalesce(max(published) FILTER (WHERE superseded_by IS NULL), '')
		FROM articles`).
		Scan(&s.Articles, &s.Superseded, &s.Words, &s.TextBytes, &s.Sources, &s.Undated, &s.Untitled, &s.First.iso, &s.Last.iso)
	if err == nil {
		err = a.db.QueryRowContext(ctx, `
			SELECT count(*), coalesce(max(started), ''), (SELECT count(*) FROM originals WHERE part = 0 AND `+isFinished+`) FROM imports`).
			Scan(&s.Imports, &s.LastImport, &s.Originals)
	}
	if err != nil {
		return s, fault("read "+a.path, err)
	}
	if info, err := os.Stat(a.path); err == nil {
		s.FileBytes = info.Size()
	}
	s.Langs, s.Types, err = a.kinds(ctx)
	return s, err
}

// kinds counts the current articles by language and by type.
func (a *Archive) kinds(ctx context.Context) (langs, types []Count, err error) {
	v, err := a.View(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	counts, err := v.Facets(ctx, current, []Facet{FacetLang, FacetType}, 0)
	if err != nil {
		return nil, nil, err
	}
	return counts[0].all(), counts[1].all(), nil
}

// Languages gives the languages of the articles, earlier versions included,
// the commonest first; "" is for those whose language is not known.
func (v *View) Languages(ctx context.Context) (counts []Count, err error) {
	counts, err = countsOn(ctx, prepared{v.conn}, `SELECT code, articles FROM languages WHERE articles > 0 ORDER BY 2 DESC, 1`)
	return counts, fault("read "+v.path, err)
}

func countsOn(ctx context.Context, q queryer, query string) (counts []Count, err error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Count
		if err := rows.Scan(&c.Value, &c.Articles); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, rows.Err()
}

// Name is an outlet, a byline or a tag with its id.
type Name struct {
	ID   int64
	Name string
}

// SourceNames, BylineNames and TagNames list all of their kind. A name that
// stands for an outlet has that one's id.
func (a *Archive) SourceNames(ctx context.Context) ([]Name, error) {
	return a.nameList(ctx, `
		WITH RECURSIVE stands (name, source, n) AS (
			SELECT name, name, 0 FROM sources
			UNION SELECT name, name, 0 FROM source_aliases
			UNION SELECT s.name, x.source, s.n + 1 FROM stands s JOIN source_aliases x ON x.name = s.source WHERE s.n < 100
		)
		SELECT o.id, s.name FROM stands s JOIN sources o ON o.name = s.source
		WHERE NOT EXISTS (SELECT 1 FROM source_aliases x WHERE x.name = s.source)`)
}

// BylineNames is described at SourceNames.
func (a *Archive) BylineNames(ctx context.Context) ([]Name, error) {
	return a.nameList(ctx, `SELECT id, name FROM bylines`)
}

// TagNames is described at SourceNames.
func (a *Archive) TagNames(ctx context.Context) ([]Name, error) {
	return a.nameList(ctx, `SELECT id, name FROM tags`)
}

func (a *Archive) nameList(ctx context.Context, query string) (names []Name, err error) {
	rows, err := a.db.QueryContext(ctx, query)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var n Name
		if err := rows.Scan(&n.ID, &n.Name); err != nil {
			return nil, fault("read "+a.path, err)
		}
		names = append(names, n)
	}
	return names, fault("read "+a.path, rows.Err())
}
