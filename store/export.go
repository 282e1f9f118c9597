package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// ExportOptions says what an export holds.
type ExportOptions struct {
	// Articles are those to write; nil: all, with everything else that can be
	// brought back.
	Articles  []int64
	Earlier   bool   // also the versions that these articles replaced
	Originals bool   // also the bytes of their files, as far as they are kept
	Spoilt    func() // told of each of these that is not what it was, and of which a part may be missing
	Program   string // noted in the header
}

// Export hands out what the archive holds as it is at one moment, line by
// line, see ExportLine. Only the numbers of articles are held at once.
func (a *Archive) Export(ctx context.Context, o ExportOptions, each func(ExportLine) error) (err error) {
	v, err := a.View(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	x := &exporter{ctx: ctx, archive: a, q: prepared{v.conn}, o: o, each: each, sums: make(map[string]bool)}
	return fault("read "+a.path, x.run())
}

// exporter is an export under way.
type exporter struct {
	ctx     context.Context
	archive *Archive
	q       prepared
	o       ExportOptions
	each    func(ExportLine) error
	ids     []int64
	saved   []SavedSearch
	sums    map[string]bool // SHA-256 of the files whose originals are handed out, each once
}

func (x *exporter) run() (err error) {
	if x.ids, err = x.articles(); err != nil {
		return err
	}
	if err := x.header(); err != nil {
		return err
	}
	steps := []func() error{x.files, x.bodies}
	if x.o.Articles == nil {
		steps = []func() error{x.places, x.aliases, x.names, x.searches, x.files, x.bodies}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// articles gives the articles to write, in the order they came.
func (x *exporter) articles() ([]int64, error) {
	if x.o.Articles == nil {
		return x.idList(`SELECT id FROM articles WHERE superseded_by IS NULL OR ? ORDER BY id`, x.o.Earlier)
	}
	if !x.o.Earlier {
		ids := slices.Clone(x.o.Articles)
		slices.Sort(ids)
		return ids, nil
	}
	list, err := json.Marshal(x.o.Articles)
	if err != nil {
		return nil, err
	}
	return x.idList(`
		WITH RECURSIVE wanted (id) AS (
			SELECT value FROM json_each(?)
			UNION
			SELECT a.id FROM wanted w JOIN articles a ON a.superseded_by = w.id
		) SELECT id FROM wanted ORDER BY id`, string(list))
}

func (x *exporter) idList(query string, args ...any) (ids []int64, err error) {
	rows, err := x.q.QueryContext(x.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func (x *exporter) header() error {
	h := &ExportHeader{Version: ExportVersion, Program: x.o.Program, Made: now(), Articles: len(x.ids), Complete: x.o.Articles == nil}
	h.Kind = h.kind()
	for part := range slices.Chunk(x.ids, exportChunk) {
		list, err := json.Marshal(part)
		if err != nil {
			return err
		}
		var n int
		err = x.q.QueryRowContext(x.ctx, `
			SELECT count(*) FROM json_each(?) j JOIN articles a ON a.id = j.value WHERE a.superseded_by IS NOT NULL`, string(list)).Scan(&n)
		if err != nil {
			return err
		}
		h.Earlier += n
	}
	if x.o.Articles == nil && !x.o.Earlier {
		err := x.q.QueryRowContext(x.ctx, `SELECT NOT EXISTS (SELECT 1 FROM articles WHERE superseded_by IS NOT NULL)`).Scan(&h.Complete)
		if err != nil {
			return err
		}
	}
	return x.each(h)
}

// exportChunk is how many rows are read at once.
const exportChunk = 256

func (x *exporter) places() error {
	rows, err := x.q.QueryContext(x.ctx, `
		SELECT path, coalesce(source, ''), coalesce(source_from, ''), coalesce(fields, ''), added FROM places ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		p := &ExportPlace{}
		var fields string
		if err := rows.Scan(&p.Path, &p.Source, &p.SourceFrom, &fields, &p.Added); err != nil {
			return err
		}
		if fields != "" {
			if err := json.Unmarshal([]byte(fields), &p.Fields); err != nil {
				return &Error{Text: "the archive's note of how to read " + string(p.Path) + " is damaged (import it by name again)", Err: err}
			}
		}
		p.Kind = p.kind()
		if err := x.each(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (x *exporter) aliases() error {
	rows, err := x.q.QueryContext(x.ctx, `SELECT name, source, made FROM source_aliases ORDER BY made, name`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		s := &ExportAlias{}
		if err := rows.Scan(&s.Name, &s.Source, &s.Made); err != nil {
			return err
		}
		s.Kind = s.kind()
		if err := x.each(s); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (x *exporter) names() error {
	rows, err := x.q.QueryContext(x.ctx, `SELECT a, b, accepted, decided FROM name_pairs ORDER BY a, b`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		p := &ExportNames{}
		if err := rows.Scan(&p.A, &p.B, &p.One, &p.Decided); err != nil {
			return err
		}
		p.Kind = p.kind()
		if err := x.each(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (x *exporter) searches() (err error) {
	if x.saved, err = savedOn(x.ctx, x.q); err != nil {
		return err
	}
	for _, s := range x.saved {
		line := &ExportSearch{Name: s.Name, Query: s.Query, Flags: s.Flags, Added: s.Added, SeenAt: s.SeenAt}
		line.Kind = line.kind()
		if err := x.each(line); err != nil {
			return err
		}
	}
	return nil
}

// files hands out the files, of a part of the archive those that its articles
// come from.
func (x *exporter) files() error {
	if x.o.Articles == nil {
		return x.filesOf(`SELECT id FROM files WHERE id > ? ORDER BY id LIMIT 256`)
	}
	of := map[int64]bool{}
	for part := range slices.Chunk(x.ids, exportChunk) {
		list, err := json.Marshal(part)
		if err != nil {
			return err
		}
		ids, err := x.idList(`SELECT DISTINCT o.file FROM json_each(?) j JOIN origins o ON o.article = j.value`, string(list))
		if err != nil {
			return err
		}
		for _, id := range ids {
			of[id] = true
		}
	}
	var ids []int64
	for id := range of {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, exportChunk) {
		if err := x.fileLines(part); err != nil {
			return err
		}
	}
	return nil
}

// filesOf goes through all files, so many after each id.
func (x *exporter) filesOf(query string) error {
	for last := int64(0); ; {
		ids, err := x.idList(query, last)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := x.fileLines(ids); err != nil {
			return err
		}
		last = ids[len(ids)-1]
	}
}

func (x *exporter) fileLines(ids []int64) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	rows, err := x.q.QueryContext(x.ctx, `
		SELECT f.id, p.path, f.path, f.sha256, f.size, f.modified, f.reader, f.state, i.started,
		       EXISTS (SELECT 1 FROM originals o WHERE o.sha256 = f.sha256)
		FROM json_each(?) j JOIN files f ON f.id = j.value JOIN places p ON p.id = f.place JOIN imports i ON i.id = f.import
		ORDER BY f.id`, string(list))
	if err != nil {
		return err
	}
	var sums [][]byte
	defer rows.Close()
	for rows.Next() {
		f := &ExportFile{}
		var sum []byte
		if err := rows.Scan(&f.Number, &f.Place, &f.Path, &sum, &f.Size, &f.Modified, &f.Reader, &f.State, &f.Imported, &f.Kept); err != nil {
			return err
		}
		f.Kind, f.SHA256 = f.kind(), hex.EncodeToString(sum)
		if err := x.each(f); err != nil {
			return err
		}
		if f.Kept && !x.sums[string(sum)] {
			x.sums[string(sum)] = true
			sums = append(sums, sum)
		}
	}
	if err := rows.Err(); err != nil || !x.o.Originals {
		return err
	}
	for _, sum := range sums {
		if err := x.original(sum); err != nil {
			return err
		}
	}
	return nil
}

// original hands out the bytes that are kept of files with a SHA-256.
func (x *exporter) original(sum []byte) error {
	err := eachPart(x.ctx, x.q, sum, func(part int, data, plain []byte) error {
		line := &ExportOriginal{SHA256: hex.EncodeToString(sum), Part: part, Data: data, Plain: plain}
		line.Kind = line.kind()
		return x.each(line)
	})
	if errors.Is(err, errDamagedOriginal) {
		x.o.Spoilt()
		return nil
	}
	return err
}

func (x *exporter) bodies() error {
	for part := range slices.Chunk(x.ids, exportChunk) {
		rows, err := x.archive.rowsOn(x.ctx, x.q, part)
		if err != nil {
			return err
		}
		for _, row := range rows {
			line, err := x.article(row)
			if err != nil {
				return err
			}
			if err := x.each(line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *exporter) article(row Row) (*ExportArticle, error) {
	line := &ExportArticle{
		ID: row.ID, Title: exportField(row.Title, ""), Source: exportField(row.Source, ""), Author: exportField(row.Byline, ""),
		Lang: exportField(row.Lang, ""), Captured: row.Captured.String(), Type: row.Type, URL: row.URL, Words: row.Words, Added: row.Added,
	}
	line.Kind = line.kind()
	published := row.PublishedBy
	published.Value = row.Published.String()
	line.Published = exportField(published, row.PublishedBy.Value)
	for _, s := range x.saved {
		if s.Seen.Has(row.ID) {
			line.Seen = append(line.Seen, s.Name)
		}
	}
	var err error
	if line.Text, err = x.archive.textOn(x.ctx, x.q, row.ID); err != nil {
		return nil, err
	}
	if line.Tags, err = x.archive.tags(x.ctx, x.q, row.ID); err != nil {
		return nil, err
	}
	cites, err := x.archive.citations(x.ctx, x.q, row.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range cites {
		line.Cites = append(line.Cites, ExportCitation{Outlet: c.Outlet, Rule: c.Rule, Phrase: c.Phrase})
	}
	return line, errors.Join(x.keys(line), x.corrections(line), x.aliased(line), x.origins(line))
}

// exportField gives nil for a field that the article does not have.
func exportField(f Field, written string) *ExportField {
	if f.Value+written == "" {
		return nil
	}
	return &ExportField{Value: f.Value, Written: written, Rule: f.Rule, Derived: f.Derived}
}

func (x *exporter) keys(line *ExportArticle) error {
	err := x.q.QueryRowContext(x.ctx, `
		SELECT hex(a.key), coalesce(hex(s.key), '') FROM articles a LEFT JOIN articles s ON s.id = a.superseded_by
		WHERE a.id = ?`, line.ID).Scan(&line.Key, &line.SupersededBy)
	line.Key, line.SupersededBy = strings.ToLower(line.Key), strings.ToLower(line.SupersededBy)
	return err
}

func (x *exporter) corrections(line *ExportArticle) error {
	list, err := correctionsOn(x.ctx, x.q, line.ID)
	for _, c := range list {
		line.Corrected = append(line.Corrected, ExportCorrection{c.field, c.value, c.was, c.made})
	}
	return err
}

func (x *exporter) aliased(line *ExportArticle) error {
	rows, err := x.q.QueryContext(x.ctx, `
		SELECT s.name, NULL, '', 0 FROM source_aliases s CROSS JOIN aliased_articles x ON x.name = s.name AND x.article = ?1
		UNION ALL
		SELECT s.name, r.name, c.phrase, c.also
		FROM source_aliases s CROSS JOIN aliased_citations c ON c.name = s.name AND c.article = ?1 JOIN rules r ON r.id = c.rule
		ORDER BY 1`, line.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c ExportCitation
		var rule *string
		if err := rows.Scan(&c.Outlet, &rule, &c.Phrase, &c.Also); err != nil {
			return err
		}
		if rule == nil {
			line.Aliased = append(line.Aliased, c.Outlet)
			continue
		}
		c.Rule = *rule
		line.AliasedCites = append(line.AliasedCites, c)
	}
	return rows.Err()
}

func (x *exporter) origins(line *ExportArticle) error {
	rows, err := x.q.QueryContext(x.ctx, `
		SELECT f.id, f.path, o.member FROM origins o JOIN files f ON f.id = o.file WHERE o.article = ? ORDER BY f.id, o.member`, line.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var o ExportOrigin
		if err := rows.Scan(&o.File, &o.Path, &o.Member); err != nil {
			return err
		}
		line.Origins = append(line.Origins, o)
	}
	return rows.Err()
}
