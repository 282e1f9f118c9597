package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
	"example.com/archive/text"
)

const savedArgs = "[add NAME QUERY... | new | show | rename | remove]"

func savedCommand() command {
	return command{
		name:    "saved",
		args:    savedArgs,
		summary: "keep searches, and see what is new in them",
		about: `Keeps a query by name together with flags such as --source and --since. In any
query, saved:NAME stands for the articles that match all its words.

'archive saved new' shows what each saved search, or those named, finds and has
not shown before: articles that came in since, that have changed, or that match
only now. What it shows is not new the next time, unless with --peek. What the
search found when it was saved is not new either.`,
		examples: []example{
			{`archive saved add grain 'wheat OR grain' --source BBC`, "keep a search"},
			{"archive search saved:grain Odesa", "and use it"},
			{"archive saved new", "what is new in all of them"},
			{"archive saved new grain --peek", "look at one, and leave it new"},
			{"archive saved", "which there are"},
			{"archive saved show grain", "how one is read, and what it finds"},
			{"archive saved rename grain wheat", "give one another name"},
			{"archive saved remove grain", "forget one"},
		},
		query: true,
		options: joinOptions(filterOptions(), wordOptions(),
			[]option{
				{name: "any", kind: isSwitch, help: "add: articles with any of the words, not all"},
				{name: "force", kind: isSwitch, help: "add: replace the search of the same name"},
				{name: "peek", kind: isSwitch, help: "new: what is shown stays new"},
				{name: "limit", short: "n", kind: isNumber, arg: "N", help: "new: at most so many of each (default 20; 0 for all); the others stay new"},
				{name: "context", kind: isNumber, arg: "N", help: "new: with N words before and behind what matches"},
				{name: "no-snippet", kind: isSwitch, help: "new: titles only"},
			},
			savedOutputOptions()),
		words:   func() []string { return []string{"list", "add", "new", "show", "rename", "remove"} },
		listing: "archive saved -f ids --quiet",
		run:     runSaved,
	}
}

// savedFields are those of the list, shownFields follow where one is shown;
// newFields stand before those of an article.
var (
	savedFields = []string{"name", "query", "flags", "added", "seen_at"}
	shownFields = []string{"read", "articles", "new"}
	newFields   = []string{"saved", "state"}
)

func savedOutputOptions() []option {
	options := outputOptions()
	at := slices.IndexFunc(options, func(o option) bool { return o.name == "fields" })
	options[at].values = slices.Concat(savedFields, shownFields, newFields, fieldNames())
	return options
}

func runSaved(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	format, err := chosenFormat(in)
	if err != nil {
		return exitError, err
	}
	what, words := "list", in.Args().Slice()
	if len(words) > 0 {
		what, words = words[0], words[1:]
	}
	if err := checkSavedFlags(in, what); err != nil {
		return exitError, err
	}
	switch what {
	case "list":
		if len(words) > 0 {
			return exitError, usagef("'archive saved list' takes no words (to use %s: archive search saved:NAME)", quoted(words[0]))
		}
		return e.withArchive(ctx, func(a *store.Archive) (int, error) { return e.savedList(ctx, a, format, in.String("fields")) })
	case "add":
		return e.savedAdd(ctx, in, words)
	case "show":
		return e.withArchive(ctx, func(a *store.Archive) (int, error) { return e.savedShow(ctx, a, in, format, words) })
	case "rename":
		return e.savedRename(ctx, words)
	case "remove", "rm":
		return e.savedRemove(ctx, words)
	case "new":
		lateGC()
		return e.withArchive(ctx, func(a *store.Archive) (int, error) { return e.savedNew(ctx, a, in, format, words) })
	}
	return exitError, usagef("'archive saved' cannot %s (archive saved %s)", quoted(what), savedArgs)
}

// checkSavedFlags refuses flags that others heed, not what is to be done.
func checkSavedFlags(in *urfave.Context, what string) error {
	of := map[string]string{"force": "add", "any": "add", "peek": "new", "limit": "new", "context": "new", "no-snippet": "new"}
	for _, o := range append(filterOptions(), wordOptions()...) {
		of[o.name] = "add"
	}
	for _, o := range savedCommand().options {
		if owner, ok := of[o.name]; ok && in.IsSet(o.name) && owner != what {
			return usagef("--%s belongs to 'archive saved %s', not to %s", o.name, owner, quoted(what))
		}
	}
	return nil
}

// checkName refuses names that could not stand in a query as saved:NAME.
func checkName(name string) error {
	switch {
	case store.IsSavedName(name):
		return nil
	case utf8.RuneCountInString(name) > store.MaxSavedName:
		return usagef("the name %s is too long (at most %d characters)", quoted(name), store.MaxSavedName)
	}
	return usagef("a search cannot be saved as %s (a name has letters, digits, - _ and ., and begins with a letter or digit)", quoted(name))
}

// keptFlags gives the flags that are kept with a search.
func keptFlags(in *urfave.Context) map[string][]string {
	flags := make(map[string][]string)
	for _, o := range filterOptions() {
		switch {
		case !in.IsSet(o.name):
		case o.kind == isList:
			flags[o.name] = in.StringSlice(o.name)
		default:
			flags[o.name] = []string{in.String(o.name)}
		}
	}
	for _, o := range append(wordOptions(), option{name: "any"}) {
		if in.Bool(o.name) {
			flags[o.name] = []string{}
		}
	}
	return flags
}

func (e *env) savedAdd(ctx context.Context, in *urfave.Context, words []string) (int, error) {
	if len(words) == 0 {
		return exitError, usagef("save which search? (archive saved add NAME QUERY...)")
	}
	s := store.SavedSearch{Name: text.Clean(words[0]), Query: text.Clean(strings.Join(words[1:], " ")), Flags: keptFlags(in)}
	if err := checkName(s.Name); err != nil {
		return exitError, err
	}
	if strings.TrimSpace(s.Query) == "" && !hasFilter(search.SavedQuery(s, time.Now())) {
		return exitError, usagef("what shall %s search for? (archive saved add %s QUERY...)", quoted(s.Name), s.Name)
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) { return exitFound, e.save(ctx, a, s, in.Bool("force")) })
}

// save keeps a search; what it finds now is not new later.
func (e *env) save(ctx context.Context, a *store.Archive, s store.SavedSearch, replace bool) error {
	list, err := a.SavedSearches(ctx)
	if err != nil {
		return err
	}
	if err := search.CheckSaved(list, s); err != nil {
		return err
	}
	result, ids, err := askSaved(ctx, a, s)
	if err != nil {
		return err
	}
	e.explain(result)
	s.Seen.Add(ids)
	err = a.SaveSearch(ctx, s, replace)
	if errors.Is(err, store.ErrNameTaken) {
		return fmt.Errorf("a search is saved as %s already (--force replaces it)", quoted(s.Name))
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "saved %s: it finds %s now; 'archive saved new' shows what comes in from here on\n", safeLine(s.Name), countOf(len(ids), "article"))
	return err
}

// askSaved gives all that a saved search finds.
func askSaved(ctx context.Context, a *store.Archive, s store.SavedSearch) (r *search.Result, ids []int64, err error) {
	q := search.SavedQuery(s, time.Now())
	q.IDs, q.NoHelp, q.Sort = true, true, "added"
	if r, err = search.Run(ctx, a, q); err != nil {
		return nil, nil, err
	}
	for hit, err := range r.Hits {
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, hit.ID)
	}
	return r, ids, nil
}

func (e *env) savedRemove(ctx context.Context, names []string) (int, error) {
	if len(names) == 0 {
		return exitError, usagef("remove which saved search? (archive saved remove NAME; 'archive saved' lists them)")
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		chosen, err := chooseSaved(ctx, a, names)
		if err != nil {
			return exitError, err
		}
		for _, s := range chosen {
			if _, err := a.RemoveSearch(ctx, s.Name); err != nil {
				return exitError, err
			}
			if _, err := fmt.Fprintf(e.out, "removed %s\n", safeLine(s.Name)); err != nil {
				return exitError, err
			}
		}
		return exitFound, e.warnAskers(ctx, a, chosen)
	})
}

// warnAskers names the saved searches that ask for others by names that are
// no more.
func (e *env) warnAskers(ctx context.Context, a *store.Archive, gone []store.SavedSearch) error {
	list, err := a.SavedSearches(ctx)
	if err != nil {
		return err
	}
	for _, s := range gone {
		if askers := search.Askers(list, s.Name); len(askers) > 0 {
			e.warnf("saved:%s is asked for by %s and finds nothing now", safeLine(s.Name), safeLine(strings.Join(askers, ", ")))
		}
	}
	return nil
}

func (e *env) savedRename(ctx context.Context, names []string) (int, error) {
	if len(names) != 2 {
		return exitError, usagef("rename which saved search? (archive saved rename NAME NEW)")
	}
	to := text.Clean(names[1])
	if err := checkName(to); err != nil {
		return exitError, err
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		chosen, err := chooseSaved(ctx, a, names[:1])
		if err != nil {
			return exitError, err
		}
		err = a.RenameSearch(ctx, chosen[0].Name, to)
		if errors.Is(err, store.ErrNameTaken) {
			return exitError, fmt.Errorf("a search is saved as %s already (archive saved remove %s)", quoted(to), safeLine(to))
		}
		if err != nil {
			return exitError, err
		}
		if _, err := fmt.Fprintf(e.out, "%s is %s now\n", safeLine(chosen[0].Name), safeLine(to)); err != nil {
			return exitError, err
		}
		if store.SameName(chosen[0].Name, to) {
			return exitFound, nil
		}
		return exitFound, e.warnAskers(ctx, a, chosen)
	})
}

// chooseSaved gives the saved searches of these names; all where none is given.
func chooseSaved(ctx context.Context, a *store.Archive, names []string) ([]store.SavedSearch, error) {
	list, err := a.SavedSearches(ctx)
	if err != nil || len(names) == 0 {
		return list, err
	}
	var chosen []store.SavedSearch
	for _, name := range names {
		s, ok := store.FindSaved(list, text.Clean(name))
		if !ok {
			return nil, unknownSaved(list, name)
		}
		if !slices.ContainsFunc(chosen, func(c store.SavedSearch) bool { return c.Name == s.Name }) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

func unknownSaved(list []store.SavedSearch, name string) error {
	known := make([]string, len(list))
	for i, s := range list {
		known[i] = s.Name
	}
	if near := nearest(name, known); near != "" {
		return usagef("no search is saved as %s (did you mean %s? 'archive saved' lists them)", quoted(name), quoted(near))
	}
	return usagef("no search is saved as %s ('archive saved' lists them)", quoted(name))
}

func (e *env) savedList(ctx context.Context, a *store.Archive, format outputFormat, list string) (int, error) {
	searches, err := a.SavedSearches(ctx)
	if err != nil {
		return exitError, err
	}
	switch {
	case format.name == "ids":
		err = e.savedNames(searches)
	case format.writer == nil && list == "":
		err = e.savedTable(searches)
	default:
		err = e.savedRecords(searches, format, list)
	}
	if len(searches) == 0 && err == nil {
		e.notef("no search is saved (archive saved add NAME QUERY...)")
	}
	return foundCode(len(searches)), err
}

// savedNames writes what other commands take, a name a line, and no name that
// a shell would expand.
func (e *env) savedNames(searches []store.SavedSearch) error {
	for _, s := range searches {
		if !store.IsSavedName(s.Name) {
			continue
		}
		if _, err := fmt.Fprintln(e.out, safeLine(s.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) savedTable(searches []store.SavedSearch) error {
	g := &grid{w: e.out, term: e.term, columns: []column{{head: "NAME"}, {head: "LAST LOOKED"}, {head: "QUERY", flex: true}}}
	var rows [][]cell
	for _, s := range searches {
		query := strings.TrimSpace(s.Query + " " + flagWords(s.Flags))
		rows = append(rows, []cell{oneLine(safeLine(s.Name)), oneLine(orNone(minute(s.SeenAt))), {{safeLine(query), titleLines}}})
	}
	g.fit(rows)
	return g.print(rows)
}

// minute shows a time that the program noted, to the minute.
func minute(noted string) string {
	t, err := time.Parse(time.RFC3339, noted)
	if err != nil {
		return safeLine(noted)
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// flagWords writes flags as they are typed.
func flagWords(flags map[string][]string) string {
	names := make([]string, 0, len(flags))
	for name := range flags {
		names = append(names, name)
	}
	slices.Sort(names)
	var words []string
	for _, name := range names {
		flag := quotedWord("--" + name) // an export may bring odd ones
		if len(flags[name]) == 0 {
			words = append(words, flag)
		}
		for _, value := range flags[name] {
			words = append(words, flag+" "+quotedWord(value))
		}
	}
	return strings.Join(words, " ")
}

// quotedWord puts a value into single quotes where a shell would not take it
// for one word.
func quotedWord(value string) string {
	if value != "" && !strings.ContainsFunc(value, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M) && !strings.ContainsRune("-_.:/,@", r)
	}) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

func (e *env) savedRecords(searches []store.SavedSearch, format outputFormat, list string) error {
	w, err := e.records(format, savedFields, list)
	if err != nil {
		return err
	}
	for _, s := range searches {
		if err := w.record(savedValues(s)); err != nil {
			return err
		}
	}
	return w.close()
}

func savedValues(s store.SavedSearch) []any {
	return []any{s.Name, s.Query, flagWords(s.Flags), s.Added, s.SeenAt}
}
