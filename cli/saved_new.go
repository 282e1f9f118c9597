package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

// This file shows what is new in saved searches.

// news is what a saved search has to show.
type news struct {
	saved store.SavedSearch
	*search.New
}

func (e *env) savedNew(ctx context.Context, a *store.Archive, in *urfave.Context, format outputFormat, names []string) (int, error) {
	searches, err := chooseSaved(ctx, a, names)
	if err != nil {
		return exitError, err
	}
	if len(searches) == 0 {
		e.notef("no search is saved (archive saved add NAME QUERY...)")
	}
	if in.IsSet("context") {
		if err := checkContext(in); err != nil {
			return exitError, err
		}
	}
	w, err := e.newsWriter(a, format, in.String("fields"))
	if err != nil {
		return exitError, err
	}
	w.context = in.IsSet("context")
	log := e.searchLog(ctx, a, in)
	log.command = "saved new"
	defer log.write(ctx)
	q := search.Query{Now: time.Now(), Limit: 20, State: log.on}
	e.prepare(&q, in, format)
	if in.IsSet("limit") {
		q.Limit = in.Int("limit")
	}
	shown := make(map[string][]int64)
	for _, s := range searches {
		n, err := search.Unseen(ctx, a, s, q)
		if err != nil {
			return exitError, err
		}
		log.note(ctx, "saved:"+s.Name, &n.Result)
		if err := w.show(ctx, news{s, n}); err != nil {
			return exitError, err
		}
		shown[s.Name] = n.IDs
	}
	if err := w.close(); err != nil {
		return exitError, err
	}
	return foundCode(w.all), e.markSeen(ctx, a, shown, in.Bool("peek"))
}

// markSeen notes what has reached the reader; what has not stays new.
func (e *env) markSeen(ctx context.Context, a *store.Archive, shown map[string][]int64, peek bool) error {
	if err := e.out.Flush(); err != nil || peek || len(shown) == 0 {
		return err
	}
	if err := a.MarkSeen(ctx, shown); err != nil {
		e.warnf("what was shown stays new: %s", safeText(err.Error()))
	}
	return ctx.Err()
}

// newsWriter writes what is new in one search after the other.
type newsWriter struct {
	e       *env
	archive *store.Archive
	context bool     // snippets are as long as asked for
	out     writer   // nil: tables
	names   []string // of the fields that out writes
	all     int      // new articles, shown or not
	nothing []string // searches that have nothing new
}

func (e *env) newsWriter(a *store.Archive, format outputFormat, list string) (*newsWriter, error) {
	w := &newsWriter{e: e, archive: a}
	if format.writer == nil && list == "" {
		return w, nil
	}
	switch {
	case format.name == "ids":
		list = "id"
	case list == "" && format.brief:
		list = "saved," + briefFields
	case list == "":
		w.names = slices.Clone(newFields)
		for _, f := range chooseFields("") {
			w.names = append(w.names, f.name)
		}
	}
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); slices.Contains(newFields, name) || slices.Contains(fieldNames(), name) {
			w.names = append(w.names, name)
		} else if name != "" {
			return nil, usagef("an article has no field %s ('archive saved new' writes %s, %s)", quoted(name), strings.Join(newFields, ", "), strings.Join(fieldNames(), ", "))
		}
	}
	if format.writer == nil {
		w.out = newFieldTable(e.out, w.names, e.term)
	} else {
		w.out = format.writer(e.out, w.names, e.term)
	}
	return w, nil
}

func (w *newsWriter) show(ctx context.Context, n news) error {
	w.all += n.All
	for _, note := range n.Notes {
		w.e.notef("%s: %s", safeLine(n.saved.Name), safeLine(note))
	}
	if n.All == 0 {
		w.nothing = append(w.nothing, n.saved.Name)
		return nil
	}
	if w.out == nil {
		return w.table(n)
	}
	return w.records(ctx, n)
}

func (w *newsWriter) table(n news) error {
	if w.all > n.All {
		fmt.Fprintln(w.e.out)
	}
	heading := bold(safeLine(n.saved.Name)) + ": " + countOf(n.All, "new article")
	if changed := n.changed(); changed > 0 {
		heading += ", " + number(changed) + " of them changed"
	}
	since := n.saved.SeenAt
	if since == "" {
		since = n.saved.Added
	}
	heading += dim(" since " + minute(since))
	if err := w.e.printWrapped(heading); err != nil {
		return err
	}
	t := newHitTable(w.e, false)
	t.context = w.context
	for hit, err := range n.Hits {
		if err != nil {
			return err
		}
		if err := t.add(hit); err != nil {
			return err
		}
	}
	if err := t.close(); err != nil {
		return err
	}
	if len(n.IDs) < n.All {
		w.e.notef("%s", w.e.errTerm.paint(dim(fmt.Sprintf("%s of %s shown; the others stay new (--limit 0 shows all)", number(len(n.IDs)), number(n.All)))))
	}
	return nil
}

// changed counts the new versions of known articles on the page.
func (n news) changed() (count int) {
	for _, id := range n.IDs {
		if n.Changed[id] {
			count++
		}
	}
	return count
}

func (w *newsWriter) records(ctx context.Context, n news) error {
	of := &answer{e: w.e, archive: w.archive, context: w.context}
	chosen := w.fields(n)
	for hit, err := range n.Hits {
		if err != nil {
			return err
		}
		values, err := of.values(ctx, hit, chosen)
		if err != nil {
			return err
		}
		if err := w.out.record(values); err != nil {
			return err
		}
	}
	return nil
}

// fields are those of the articles of a search.
func (w *newsWriter) fields(n news) []field {
	known := append(fields(),
		field{name: "saved", value: func(*record) any { return n.saved.Name }},
		field{name: "state", value: func(r *record) any { return n.state(r.ID) }})
	chosen := make([]field, len(w.names))
	for i, name := range w.names {
		chosen[i] = known[slices.IndexFunc(known, func(f field) bool { return f.name == name })]
	}
	return chosen
}

// state says how an article is new.
func (n news) state(id int64) string {
	if n.Changed[id] {
		return "changed"
	}
	return "new"
}

func (w *newsWriter) close() error {
	if len(w.nothing) > 0 {
		names := strings.Join(w.nothing, ", ")
		w.e.notef("%s", w.e.errTerm.paint(dim("nothing new: "+safeLine(names))))
	}
	if w.out == nil {
		return nil
	}
	return w.out.close()
}
