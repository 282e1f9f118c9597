package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

// This file shows saved searches with how they are read and what they find.

// keptSearch is a saved search with what it finds.
type keptSearch struct {
	store.SavedSearch
	*search.Result
	articles, fresh int
}

func (e *env) savedShow(ctx context.Context, a *store.Archive, in *urfave.Context, format outputFormat, names []string) (int, error) {
	if len(names) == 0 {
		return exitError, usagef("show which saved search? (archive saved show NAME; 'archive saved' lists them)")
	}
	if format.name == "ids" {
		return exitError, usagef("what is shown of a saved search has no ids (for its articles: archive search saved:NAME -f ids)")
	}
	chosen, err := chooseSaved(ctx, a, names)
	if err != nil {
		return exitError, err
	}
	list := make([]keptSearch, len(chosen))
	for i, s := range chosen {
		if list[i], err = lookAt(ctx, a, s); err != nil {
			return exitError, err
		}
	}
	if format.writer == nil && in.String("fields") == "" {
		return exitFound, e.keptPairs(list)
	}
	return exitFound, e.keptRecords(list, format, in.String("fields"))
}

func lookAt(ctx context.Context, a *store.Archive, s store.SavedSearch) (keptSearch, error) {
	result, ids, err := askSaved(ctx, a, s)
	k := keptSearch{SavedSearch: s, Result: result, articles: len(ids)}
	for _, id := range ids {
		if !s.Seen.Has(id) {
			k.fresh++
		}
	}
	return k, err
}

func (e *env) keptPairs(list []keptSearch) error {
	for i, k := range list {
		if i > 0 {
			fmt.Fprintln(e.out)
		}
		if err := e.pairs(k.lines()); err != nil {
			return err
		}
	}
	return nil
}

func (k keptSearch) lines() []pair {
	lines := []pair{{"name", safeLine(k.Name)}}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, pair{label, safeLine(text)})
		}
	}
	add("query", k.Query)
	add("flags", flagWords(k.Flags))
	add("read as", k.Reading)
	for _, note := range k.Notes {
		add("note", note)
	}
	add("saved", minute(k.Added))
	add("looked", orNone(minute(k.SeenAt)))
	add("finds", countOf(k.articles, "article")+", "+number(k.fresh)+" of them new")
	return lines
}

func (e *env) keptRecords(list []keptSearch, format outputFormat, fields string) error {
	w, err := e.records(format, slices.Concat(savedFields, shownFields), fields)
	if err != nil {
		return err
	}
	for _, k := range list {
		values := append(savedValues(k.SavedSearch), strings.TrimSpace(k.Reading), int64(k.articles), int64(k.fresh))
		if err := w.record(values); err != nil {
			return err
		}
	}
	return w.close()
}
