package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
)

// CorrectedRule is how a field was found that somebody corrected.
const CorrectedRule = "corrected"

// CorrectableFields are the fields of an article that can be corrected, but
// for its tags.
var CorrectableFields = []string{"title", "source", "author", "date", "lang", "url"}

// tagsField stands for the tags in the table corrections.
const tagsField = "tags"

// Edit says what to correct of an article.
type Edit struct {
	// Fields holds the new values by the names of CorrectableFields; "" clears
	// a field. A date is in ISO 8601, a language a code.
	Fields     map[string]string
	Tag, Untag []string
}

// Correction is what somebody corrected of an article.
type Correction struct {
	Field string // of CorrectableFields, or "tags"
	Value string // "" where the field was cleared; of tags "+new -gone" in JSON, see schema.sql
	Was   string // what the file says, "" for nothing
	Made  string // RFC 3339, UTC
}

// correction is a row of the table corrections.
type correction struct {
	field, value string
	was          wasField
	made         string
}

// wasField is a field as a file has it.
type wasField struct {
	Value   string   `json:"value,omitempty"`
	Date    string   `json:"date,omitempty"` // that Value means
	Rule    string   `json:"rule,omitempty"`
	Derived bool     `json:"derived,omitempty"`
	Tags    []string `json:"tags,omitempty"`
}

// tagChange is the value of a correction of tags.
type tagChange struct {
	Add    []string `json:"add"`
	Remove []string `json:"remove"`
}

// Corrections lists what was corrected of an article.
func (a *Archive) Corrections(ctx context.Context, id int64) (list []Correction, err error) {
	err = a.read(ctx, func(q queryer) error {
		rows, err := correctionsOn(ctx, q, id)
		list = shownCorrections(rows)
		return fault("read "+a.path, err)
	})
	return list, err
}

func shownCorrections(rows []correction) (list []Correction) {
	for _, c := range rows {
		list = append(list, c.shown())
	}
	return list
}

func (c correction) shown() Correction {
	shown := Correction{Field: c.field, Value: c.value, Was: c.was.Value, Made: c.made}
	if c.field == "date" {
		shown.Was = c.was.Date
	}
	if c.field == tagsField {
		shown.Was = joinedJSON(c.was.Tags)
	}
	return shown
}

func joinedJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func correctionsOn(ctx context.Context, q queryer, article int64) (list []correction, err error) {
	rows, err := q.QueryContext(ctx, `SELECT field, value, was, made FROM corrections WHERE article = ? ORDER BY field`, article)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c correction
		var was string
		if err := rows.Scan(&c.field, &c.value, &was, &c.made); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(was), &c.was); err != nil {
			return nil, &Error{Text: "the archive's note of a correction is damaged (restore it from a copy)", Err: err}
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// fieldNamed gives the field of an article that has a rule, nil for others.
func (a *Article) fieldNamed(name string) *Field {
	switch name {
	case "title":
		return &a.Title
	case "source":
		return &a.Source
	case "author":
		return &a.Byline
	case "date":
		return &a.PublishedBy
	case "lang":
		return &a.Lang
	}
	return nil
}

// fieldAsRead notes a field of an article, so that restore brings it back.
func (a *Article) fieldAsRead(name string) wasField {
	switch name {
	case "url":
		return wasField{Value: a.URL}
	case tagsField:
		return wasField{Tags: a.Tags}
	}
	f := a.fieldNamed(name)
	was := wasField{Value: f.Value, Rule: f.Rule, Derived: f.Derived}
	if name == "date" {
		was.Date = a.Published.String()
	}
	return was
}

// restore takes a correction back.
func (a *Article) restore(c correction) error {
	switch c.field {
	case "url":
		a.URL = c.was.Value
		return nil
	case tagsField:
		a.Tags = c.was.Tags
		return nil
	case "date":
		a.Published = Date{c.was.Date}
	}
	f := a.fieldNamed(c.field)
	if f == nil {
		return unknownCorrection(c.field)
	}
	*f = Field{c.was.Value, c.was.Rule, c.was.Derived}
	return nil
}

func unknownCorrection(field string) error {
	return &Error{Text: "a later version of archive corrected the field " + field + " (use the later program)"}
}

// correct applies a correction to an article as it was read.
func (a *Article) correct(c correction) error {
	switch c.field {
	case "url":
		a.URL = c.value
		return nil
	case tagsField:
		var change tagChange
		err := json.Unmarshal([]byte(c.value), &change)
		a.Tags = change.apply(a.Tags)
		return err
	case "date":
		d, err := ParseDate(c.value)
		if c.value != "" && err != nil {
			return err
		}
		a.Published = d
	}
	f := a.fieldNamed(c.field)
	if f == nil {
		return unknownCorrection(c.field)
	}
	*f = Field{Value: c.value, Rule: CorrectedRule}
	return nil
}

// apply gives tags with a change.
func (t tagChange) apply(tags []string) []string {
	kept := slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return slices.Contains(t.Remove, tag) })
	for _, tag := range t.Add {
		if !slices.Contains(kept, tag) {
			kept = append(kept, tag)
		}
	}
	return kept
}

// with adds a later change.
func (t tagChange) with(later tagChange) tagChange {
	without := func(tags, gone []string) []string {
		return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return slices.Contains(gone, tag) })
	}
	sum := tagChange{
		Add:    append(without(t.Add, slices.Concat(later.Remove, later.Add)), later.Add...),
		Remove: append(without(t.Remove, slices.Concat(later.Add, later.Remove)), later.Remove...),
	}
	return sum
}

// EditArticles corrects fields of articles, and gives those of ids that the
// archive has. On an error nothing is corrected. The texts stay as they are, and
// so do the keys, by which files are known when they come again.
func (a *Archive) EditArticles(ctx context.Context, ids []int64, e Edit) (found []int64, err error) {
	err = a.editEach(ctx, ids, func(ctx context.Context, im *Import, stored *Article, before []correction) error {
		found = append(found, stored.ID)
		corrected := *stored
		for _, c := range e.corrections() {
			c, err := c.after(before, stored)
			if err != nil {
				return err
			}
			if err := im.storeCorrection(ctx, stored.ID, c); err != nil {
				return err
			}
			if c.field == tagsField { // of the tags that the file has
				corrected.Tags = c.was.Tags
			}
			if err := corrected.correct(c); err != nil {
				return err
			}
		}
		return im.rewriteCorrected(ctx, stored, &corrected)
	})
	return found, err
}

// corrections lists what an edit asks for.
func (e Edit) corrections() (list []correction) {
	for _, field := range CorrectableFields {
		if value, ok := e.Fields[field]; ok {
			list = append(list, correction{field: field, value: value})
		}
	}
	if len(e.Tag)+len(e.Untag) > 0 {
		list = append(list, correction{field: tagsField, value: joinedJSON(tagChange{e.Tag, e.Untag})})
	}
	return list
}

// after gives a correction of a field that may have been corrected before:
// what the file says stays noted.
func (c correction) after(before []correction, stored *Article) (correction, error) {
	i := slices.IndexFunc(before, func(b correction) bool { return b.field == c.field })
	if i < 0 {
		c.was = stored.fieldAsRead(c.field)
		return c, nil
	}
	c.was = before[i].was
	if c.field != tagsField {
		return c, nil
	}
	var old, later tagChange
	err := errors.Join(json.Unmarshal([]byte(before[i].value), &old), json.Unmarshal([]byte(c.value), &later))
	c.value = joinedJSON(old.with(later))
	return c, err
}

func (im *Import) storeCorrection(ctx context.Context, article int64, c correction) error {
	if c.made == "" {
		c.made = im.now
	}
	_, err := im.conn.ExecContext(ctx, `
		INSERT INTO corrections (article, field, value, was, made) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (article, field) DO UPDATE SET value = excluded.value, was = excluded.was, made = excluded.made`,
		article, c.field, c.value, joinedJSON(c.was), c.made)
	return err
}

// UndoEdits takes all corrections of articles back, and gives them by the ids of
// those that the archive has. On an error nothing is taken back.
func (a *Archive) UndoEdits(ctx context.Context, ids []int64) (undone map[int64][]Correction, err error) {
	undone = make(map[int64][]Correction)
	err = a.editEach(ctx, ids, func(ctx context.Context, im *Import, stored *Article, before []correction) error {
		id, restored := stored.ID, *stored
		undone[id] = append(undone[id], shownCorrections(before)...)
		for _, c := range before {
			if err := restored.restore(c); err != nil {
				return err
			}
		}
		if _, err := im.conn.ExecContext(ctx, `DELETE FROM corrections WHERE article = ?`, id); err != nil {
			return err
		}
		return im.rewriteCorrected(ctx, stored, &restored)
	})
	return undone, err
}

// editEach changes those of some articles that the archive has, all in one
// transaction. change is handed an article as it is stored, and its corrections.
func (a *Archive) editEach(ctx context.Context, ids []int64, change func(context.Context, *Import, *Article, []correction) error) error {
	return a.edit(ctx, func(uncancelled context.Context, im *Import) error {
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := im.editOne(uncancelled, id, change); err != nil {
				return err
			}
		}
		return nil
	})
}

func (im *Import) editOne(ctx context.Context, id int64, change func(context.Context, *Import, *Article, []correction) error) error {
	stored, err := im.archive.articleOn(ctx, im.stored, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := correctionsOn(ctx, im.stored, id)
	if err != nil {
		return err
	}
	if err := change(ctx, im, stored, before); err != nil {
		return err
	}
	return im.flushIfFull(ctx)
}

// edit changes what is stored, in one transaction.
func (a *Archive) edit(ctx context.Context, change func(context.Context, *Import) error) error {
	im, err := a.startWriting(ctx)
	if err != nil {
		return err
	}
	if err := im.begin(ctx); err != nil {
		return errors.Join(err, im.Abort())
	}
	ctx = context.WithoutCancel(ctx)
	if err := change(ctx, im); err != nil {
		return errors.Join(fault("write to "+a.path, err), im.Abort())
	}
	return errors.Join(im.Commit(ctx), im.release())
}

// rewriteCorrected stores an article anew where a correction changes it.
func (im *Import) rewriteCorrected(ctx context.Context, stored, corrected *Article) error {
	if sameMetadata(stored, im.underCanonical(corrected)) {
		return nil
	}
	return im.rewrite(ctx, stored, corrected)
}

// keepCorrected makes the corrections of an article to what a file says of it
// now. own is true where its own file says it: that is noted, so that it comes
// back when the corrections are undone.
func (im *Import) keepCorrected(ctx context.Context, article *Article, own bool) error {
	list, err := correctionsOn(ctx, im.stored, article.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if was := article.fieldAsRead(c.field); own && joinedJSON(was) != joinedJSON(c.was) {
			c.was = was
			if err := im.storeCorrection(ctx, article.ID, c); err != nil {
				return err
			}
		}
		if err := article.correct(c); err != nil {
			return err
		}
	}
	return nil
}

// inheritCorrections hands the corrections of an article to its new version.
func (im *Import) inheritCorrections(ctx context.Context, before, now int64) error {
	var any bool
	err := im.stored.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM corrections WHERE article = ?)`, before).Scan(&any)
	if err != nil || !any {
		return err
	}
	list, err := correctionsOn(ctx, im.stored, before)
	if err != nil {
		return err
	}
	has, err := correctionsOn(ctx, im.stored, now)
	if err != nil {
		return err
	}
	stored, err := im.archive.articleOn(ctx, im.stored, now)
	if err != nil {
		return err
	}
	corrected := *stored
	for _, c := range list {
		if slices.ContainsFunc(has, func(h correction) bool { return h.field == c.field }) {
			continue
		}
		c.was = stored.fieldAsRead(c.field)
		if err := errors.Join(im.storeCorrection(ctx, now, c), corrected.correct(c)); err != nil {
			return err
		}
	}
	if err := im.flush(ctx); err != nil { // the new version may wait for the index
		return err
	}
	return im.rewriteCorrected(ctx, stored, &corrected)
}
