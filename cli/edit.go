package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/ingest"
	"example.com/archive/store"
	"example.com/archive/text"
)

func editCommand() command {
	return command{
		name:    "edit",
		args:    "ID...",
		summary: "correct what is known of an article",
		about: `Corrects fields of articles by their IDs: of all that there are or, if
something fails, of none. An empty value clears a field. The text is never
touched. A correction stays when the same file is imported again, and goes over
to the new version when the file has changed. 'archive show ID' says what was
corrected; --undo takes all of it back, to what the file says now.`,
		examples: []example{
			{`archive edit 3 --title "The right headline" --date 2022-05-07`, ""},
			{`archive edit 3 --author ""`, "no author after all"},
			{"archive edit 3 4 5 --source Reuters --tag grain --untag misc", "several at once"},
			{"archive edit 3 --undo", "as the file has it"},
		},
		options: []option{
			{name: "title", kind: isText, arg: "TEXT", empty: true, help: "the title"},
			{name: "source", kind: isText, arg: "NAME", empty: true, help: "the outlet"},
			{name: "author", kind: isText, arg: "NAME", empty: true, help: "the byline"},
			{name: "date", kind: isText, arg: "DATE", empty: true, help: "of publication: 2022, 2022-05, 2022-05-07, 2022-05-07T15:04Z"},
			{name: "lang", kind: isText, arg: "CODE", empty: true, help: "the language: en, ru, uk, de, ..."},
			{name: "url", kind: isText, arg: "URL", empty: true, help: "the web address"},
			{name: "tag", kind: isList, arg: "TAG", help: "add a tag"},
			{name: "untag", kind: isList, arg: "TAG", help: "take a tag away"},
			{name: "undo", kind: isSwitch, help: "take all corrections back"},
		},
		run: runEdit,
	}
}

func runEdit(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	ids, err := articleIDs("edit", in.Args().Slice())
	if err != nil {
		return exitError, err
	}
	change, err := editOf(in)
	if err != nil {
		return exitError, err
	}
	a, err := e.openForUpkeep(ctx)
	if err != nil {
		return exitError, err
	}
	defer a.Close()
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	fields, err := correct(ctx, a, ids, change, in.Bool("undo"))
	if err != nil {
		return exitError, err
	}
	verb := "corrected article"
	if in.Bool("undo") {
		verb = "took back the corrections of article"
	}
	code := exitFound
	for _, id := range ids {
		of, ok := fields[id]
		if !ok || len(of) == 0 {
			e.sayUncorrected(id, ok)
			code = exitNothing
			continue
		}
		if _, err := fmt.Fprintf(e.out, "%s %d: %s\n", verb, id, strings.Join(of, ", ")); err != nil {
			return exitError, err
		}
	}
	return code, e.sayEarlier(ctx, a, ids)
}

// sayEarlier says of an article that was corrected that a later version has
// taken its place.
func (e *env) sayEarlier(ctx context.Context, a *store.Archive, ids []int64) error {
	const most = 100 // of which anybody reads this
	for _, id := range ids[:min(len(ids), most)] {
		art, err := a.Article(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if art.SupersededBy != 0 {
			e.notef("article %d is an earlier version; article %d, which has taken its place, stays as it is", id, art.SupersededBy)
		}
	}
	return nil
}

// correct corrects articles or takes their corrections back, all or none of
// them, and gives the fields of each that the archive has.
func correct(ctx context.Context, a *store.Archive, ids []int64, edit store.Edit, undo bool) (fields map[int64][]string, err error) {
	fields = make(map[int64][]string)
	if !undo {
		found, err := a.EditArticles(ctx, ids, edit)
		for _, id := range found {
			fields[id] = editedFields(edit)
		}
		return fields, err
	}
	undone, err := a.UndoEdits(ctx, ids)
	for id, list := range undone {
		fields[id] = nil
		for _, c := range list {
			fields[id] = append(fields[id], c.Field)
		}
	}
	return fields, err
}

// sayUncorrected says why nothing was done to an article.
func (e *env) sayUncorrected(id int64, known bool) {
	if !known {
		e.warnf("no article %d in this archive ('archive list' shows the newest)", id)
		return
	}
	e.notef("nothing of article %d was corrected", id)
}

// editOf reads the flags. With --undo nothing else is to be done.
func editOf(in *urfave.Context) (edit store.Edit, err error) {
	edit.Fields = make(map[string]string)
	for _, field := range store.CorrectableFields {
		if !in.IsSet(field) {
			continue
		}
		if edit.Fields[field], err = fieldValue(field, in.String(field)); err != nil {
			return edit, err
		}
	}
	edit.Tag, edit.Untag = cleanTags(in.StringSlice("tag")), cleanTags(in.StringSlice("untag"))
	nothing := len(edit.Fields)+len(edit.Tag)+len(edit.Untag) == 0
	switch {
	case in.Bool("undo") && !nothing:
		return edit, usagef("--undo takes everything back; it stands alone")
	case nothing && !in.Bool("undo"):
		return edit, usagef("correct what? (for example: archive edit %s --title \"The right title\")", in.Args().First())
	}
	for _, tag := range edit.Tag {
		if slices.Contains(edit.Untag, tag) {
			return edit, usagef("the tag %s cannot be added and taken away at once", quoted(tag))
		}
	}
	return edit, nil
}

func cleanTags(tags []string) (clean []string) {
	for _, tag := range tags {
		if tag = oneLineOf(tag); tag != "" && !slices.Contains(clean, tag) {
			clean = append(clean, tag)
		}
	}
	return clean
}

// oneLineOf makes what was typed fit for a field.
func oneLineOf(s string) string { return strings.Join(strings.Fields(text.Clean(s)), " ") }

// fieldValue checks the new value of a field.
func fieldValue(field, typed string) (string, error) {
	value := oneLineOf(typed)
	if value == "" {
		return "", nil
	}
	switch field {
	case "date":
		d, ok := ingest.ReadDate(value)
		if !ok {
			return "", usagef("%s is not a date (write 2022, 2022-05 or 2022-05-07)", quoted(value))
		}
		return d.String(), nil
	case "lang":
		code := text.LanguageCode(value)
		if code == "" {
			return "", usagef("%s is not a language (write its code: en, ru, uk, de, ...)", quoted(value))
		}
		return code, nil
	case "url":
		if u, err := url.Parse(value); err != nil || u.Scheme == "" || u.Host == "" {
			return "", usagef("%s is not a web address (write https://...)", quoted(value))
		}
	}
	return value, nil
}

func editedFields(edit store.Edit) (fields []string) {
	for _, field := range store.CorrectableFields {
		if value, ok := edit.Fields[field]; ok && value == "" {
			fields = append(fields, field+" (cleared)")
		} else if ok && field == "date" { // which may be read otherwise than it was meant
			fields = append(fields, "date "+value)
		} else if ok {
			fields = append(fields, field)
		}
	}
	if len(edit.Tag)+len(edit.Untag) > 0 {
		fields = append(fields, "tags")
	}
	return fields
}
