package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

func logCommand() command {
	return command{
		name:    "log",
		args:    "[on | off | show [ID...] | clear]",
		summary: "note searches, so that they can be cited; off unless switched on",
		about: `Searches are noted nowhere unless you ask for it. After 'archive log on', each
search in this archive is noted in it: when, what was typed, how it was read,
how many articles of how many sources the archive held, and how many were
found. So you can say later: searched for X in N articles of K sources, none
found. Noted are search, kwic, timeline and saved new, the last ` + number(store.MaxLogged) + ` of them.
Whoever has the file of the archive can read the log: 'archive log clear'
removes it.`,
		examples: []example{
			{"archive log on", "note searches from now on"},
			{"archive log", "is it on, and how much does it hold?"},
			{"archive log show", "the last searches, ready to cite"},
			{"archive log show 12", "one in full"},
			{"archive log show -n 0 --csv > log.csv", "all, into a spreadsheet"},
			{"archive log off", "note no more"},
			{"archive log clear", "and forget what was noted"},
		},
		options: joinOptions(
			[]option{{name: "limit", short: "n", kind: isNumber, arg: "N", help: "show: at most so many, the last first (default 20; 0 for all)"}},
			logOutputOptions()),
		words: func() []string { return []string{"on", "off", "show", "clear"} },
		run:   runLog,
	}
}

// statusFields are those of the log, logFields those of a search in it;
// docs/output.md describes them.
var (
	statusFields   = []string{"on", "searches", "most", "first", "last"}
	logFields      = []string{"id", "asked", "command", "query", "flags", "read", "notes", "all", "some", "articles", "sources", "last_id", "imported", "citation"}
	briefLogFields = "id,asked,query,flags,all,some,articles,sources"
)

func logOutputOptions() []option {
	options := outputOptions()
	at := slices.IndexFunc(options, func(o option) bool { return o.name == "fields" })
	options[at].values = slices.Concat(statusFields, logFields)
	return options
}

func runLog(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	format, err := chosenFormat(in)
	if err != nil {
		return exitError, err
	}
	what, words := "", in.Args().Slice()
	if len(words) > 0 {
		what, words = words[0], words[1:]
	}
	if err := checkLog(in, what, words); err != nil {
		return exitError, err
	}
	act := map[string]func(*store.Archive) (int, error){
		"":      func(a *store.Archive) (int, error) { return e.logStatus(ctx, a, in, format) },
		"on":    func(a *store.Archive) (int, error) { return e.logOn(ctx, a) },
		"off":   func(a *store.Archive) (int, error) { return e.logOff(ctx, a) },
		"show":  func(a *store.Archive) (int, error) { return e.logShow(ctx, a, in, format, words) },
		"clear": func(a *store.Archive) (int, error) { return e.logClear(ctx, a) },
	}[what]
	if act == nil {
		return exitError, usagef("'archive log' cannot %s (archive log [on | off | show | clear])", quoted(what))
	}
	return e.withArchive(ctx, act)
}

func checkLog(in *urfave.Context, what string, words []string) error {
	switch {
	case len(words) > 0 && what != "show":
		return usagef("'archive log %s' takes no further words, and %s is one", safeLine(what), quoted(words[0]))
	case in.IsSet("limit") && what != "show":
		return usagef("--limit belongs to 'archive log show'")
	case in.IsSet("limit") && len(words) > 0:
		return usagef("--limit and the numbers of searches exclude each other (give one)")
	case what == "" && in.String("format") == "ids":
		return usagef("whether the log is on has no ids (archive log show -f ids)")
	}
	for _, flag := range []string{"format", "json", "csv", "fields"} {
		if in.IsSet(flag) && what != "show" && what != "" {
			return usagef("'archive log %s' has no --%s (archive log show --%s)", safeLine(what), flag, flag)
		}
	}
	return nil
}

func (e *env) logStatus(ctx context.Context, a *store.Archive, in *urfave.Context, format outputFormat) (int, error) {
	s, err := a.LogStatus(ctx)
	if err != nil {
		return exitError, err
	}
	if format.writer == nil && in.String("fields") == "" {
		_, err := fmt.Fprintln(e.out, statusLine(s))
		return exitFound, err
	}
	w, err := e.records(format, statusFields, in.String("fields"))
	if err != nil {
		return exitError, err
	}
	if err := w.record([]any{s.On, int64(s.Searches), int64(store.MaxLogged), s.First, s.Last}); err != nil {
		return exitError, err
	}
	return exitFound, w.close()
}

func statusLine(s store.LogStatus) string {
	held := "it holds no search"
	if s.Searches > 0 {
		held = "it holds " + searchesOf(s.Searches) + " since " + minute(s.First) + " (archive log show)"
	}
	if s.On {
		return "the log is on; " + held
	}
	return "the log is off (archive log on); " + held
}

func searchesOf(n int) string {
	if n == 1 {
		return "1 search"
	}
	return number(n) + " searches"
}

func (e *env) logOn(ctx context.Context, a *store.Archive) (int, error) {
	if err := a.SetLog(ctx, true); err != nil {
		return exitError, err
	}
	_, err := fmt.Fprintf(e.out, "the log is on: searches are noted in %s from now on, the last %s of them\n", safeLine(tilde(a.Path())), number(store.MaxLogged))
	return exitFound, err
}

func (e *env) logOff(ctx context.Context, a *store.Archive) (int, error) {
	if err := a.SetLog(ctx, false); err != nil {
		return exitError, err
	}
	s, err := a.LogStatus(ctx)
	if err != nil {
		return exitError, err
	}
	line := "the log is off: searches are not noted any more"
	if s.Searches > 0 {
		line += "; it still holds " + searchesOf(s.Searches) + " (archive log clear)"
	}
	_, err = fmt.Fprintln(e.out, line)
	return exitFound, err
}

func (e *env) logClear(ctx context.Context, a *store.Archive) (int, error) {
	cleared, err := a.ClearLog(ctx)
	if err != nil {
		return exitError, err
	}
	_, err = fmt.Fprintf(e.out, "removed %s from the log\n", searchesOf(cleared))
	return exitFound, err
}

func (e *env) logShow(ctx context.Context, a *store.Archive, in *urfave.Context, format outputFormat, ids []string) (int, error) {
	list, total, err := chooseLogged(ctx, a, in, ids)
	if err != nil {
		return exitError, err
	}
	switch fields := in.String("fields"); {
	case format.writer != nil || fields != "":
		err = e.logRecords(list, format, fields)
	case len(ids) > 0:
		err = e.logPairs(list)
	default:
		err = e.logTable(list)
	}
	switch {
	case err != nil:
		return exitError, err
	case total == 0:
		e.notef("the log holds no search (archive log on)")
	case len(list) < total:
		e.notef("%s", e.errTerm.paint(dim(fmt.Sprintf("the last %s of %s shown; --limit 0 for all", number(len(list)), number(total)))))
	}
	return foundCode(len(list)), nil
}

// chooseLogged gives the searches that were asked for, by their numbers or the
// last ones, and how many there are to choose from.
func chooseLogged(ctx context.Context, a *store.Archive, in *urfave.Context, ids []string) (list []store.LoggedSearch, total int, err error) {
	if len(ids) == 0 {
		limit := 20
		if in.IsSet("limit") {
			limit = in.Int("limit")
		}
		return a.Log(ctx, limit)
	}
	numbers, err := logIDs(ids)
	if err != nil {
		return nil, 0, err
	}
	for _, id := range numbers {
		s, err := a.LogEntry(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, 0, fmt.Errorf("no search %d in the log ('archive log show' lists them)", id)
		}
		if err != nil {
			return nil, 0, err
		}
		list = append(list, s)
	}
	return list, len(list), nil
}

func logIDs(words []string) ([]int64, error) {
	if ids, err := articleIDs("log show", words); err == nil {
		return ids, nil
	}
	return nil, usagef("%s is not all numbers of searches ('archive log show' lists them)", quoted(strings.Join(words, " ")))
}

func (e *env) logRecords(list []store.LoggedSearch, format outputFormat, fields string) error {
	switch {
	case format.name == "ids":
		fields = "id"
	case format.brief && fields == "":
		fields = briefLogFields
	}
	w, err := e.records(format, logFields, fields)
	if err != nil {
		return err
	}
	for _, s := range list {
		if err := w.record(logValues(s)); err != nil {
			return err
		}
	}
	return w.close()
}

func logValues(s store.LoggedSearch) []any {
	var notes []string
	if s.Notes != "" {
		notes = strings.Split(s.Notes, "\n")
	}
	return []any{s.ID, s.Asked, s.Command, s.Query, flagWords(s.Flags), s.Reading, notes,
		int64(s.Matched), int64(s.Partly), int64(s.Articles), int64(s.Sources), s.Last, s.Imported, citation(s)}
}

// citationLines bounds a citation in the table; 'log show ID' has all of it.
const citationLines = 8

func (e *env) logTable(list []store.LoggedSearch) error {
	g := &grid{w: e.out, term: e.term, columns: []column{{head: "ID", right: true}, {head: "ALL", right: true}, {head: "SOME", right: true}, {head: "SEARCH", flex: true}}}
	for part := range slices.Chunk(list, screenful) {
		rows := make([][]cell, len(part))
		for i, s := range part {
			rows[i] = []cell{oneLine(fmt.Sprint(s.ID)), oneLine(number(s.Matched)), oneLine(number(s.Partly)),
				{{bold(safeLine(typedSearch(s))), titleLines}, {dim(safeLine(citation(s))), citationLines}}}
		}
		g.fit(rows)
		if err := g.print(rows); err != nil {
			return err
		}
	}
	return nil
}

// typedSearch is the command line of a search, but for quotes.
func typedSearch(s store.LoggedSearch) string {
	return fold(s.Command + " " + s.Query + " " + flagWords(s.Flags))
}

func (e *env) logPairs(list []store.LoggedSearch) error {
	for i, s := range list {
		if i > 0 {
			fmt.Fprintln(e.out)
		}
		if err := e.pairs(logLines(s)); err != nil {
			return err
		}
	}
	return nil
}

func logLines(s store.LoggedSearch) []pair {
	var lines []pair
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, pair{label, safeLine(text)})
		}
	}
	add("asked", minute(s.Asked))
	add("command", s.Command)
	add("query", s.Query)
	add("flags", flagWords(s.Flags))
	add("read as", s.Reading)
	for note := range strings.SplitSeq(s.Notes, "\n") {
		add("note", note)
	}
	add("found", foundIn(s))
	add("archive", held(s.State))
	add("cite", citation(s))
	return lines
}

// citation says in a sentence what was searched for, in what, and with what
// result.
func citation(s store.LoggedSearch) string {
	var b strings.Builder
	b.WriteString("searched on " + onDay(s.Asked))
	if s.Query != "" {
		b.WriteString(" for “" + fold(s.Query) + "”")
	}
	if s.Reading != "" && s.Reading != s.Query {
		b.WriteString(", read as " + s.Reading)
	}
	if len(s.Flags) > 0 {
		b.WriteString(", with " + flagWords(s.Flags))
	}
	if s.Notes != "" {
		b.WriteString(" (" + strings.ReplaceAll(s.Notes, "\n", "; ") + ")")
	}
	return b.String() + ", in " + held(s.State) + ": " + foundIn(s)
}

// onDay shows when a search was made.
func onDay(asked string) string {
	t, err := time.Parse(time.RFC3339, asked)
	if err != nil {
		return asked
	}
	return t.UTC().Format("2006-01-02 at 15:04 UTC")
}

// held says what the archive held.
func held(s store.State) string {
	line := countOf(s.Articles, "article") + " of " + countOf(s.Sources, "source")
	if s.Sources == 0 {
		line = countOf(s.Articles, "article") + " of no named source"
	}
	if s.Imported == "" {
		return line
	}
	return line + " (last import " + minute(s.Imported) + ")"
}

// foundIn says what a search found.
func foundIn(s store.LoggedSearch) string {
	noun := "article"
	if s.Command == "saved new" {
		noun = "new article"
	}
	switch {
	case s.Matched+s.Partly == 0:
		return "none"
	case s.Partly == 0:
		return countOf(s.Matched, noun)
	case s.Matched == 0:
		return "none with all words, " + countOf(s.Partly, noun) + " with some"
	}
	return countOf(s.Matched, noun) + " with all words, " + number(s.Partly) + " more with some"
}
