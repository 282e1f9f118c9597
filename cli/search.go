package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

func searchCommand() command {
	return command{
		name:    "search",
		args:    "QUERY...",
		summary: "find articles by what they say",
		about: `Finds the articles that match the query and shows the best first: those with
all the words, then those with some of them. Words are found in all their
forms: 'guarantee' finds 'guaranteed'. Put the query in single quotes if it
holds quotes, brackets or *. 'archive help query' explains the whole query
language.`,
		examples: []example{
			{"archive search Zaporizhzhia", "one word"},
			{`archive search '"security guarantee"'`, "a phrase"},
			{"archive search Putin -Trump --since 2025-09", "not a word, and by date"},
			{"archive search --author 'Gloria Nosa' summit", "by author"},
			{"archive search nuclear --facets source,year", "and who wrote about it, and when"},
			{"archive search 'nuclear NEAR/5 plant' --csv -n 0 > plant.csv", "all of it, into a spreadsheet"},
			{"archive search --queries names.txt", "how much there is on each line of a file"},
		},
		query: true,
		options: joinOptions(filterOptions(), wordOptions(),
			[]option{
				{name: "all", kind: isSwitch, help: "only articles with all the words"},
				{name: "any", kind: isSwitch, help: "articles with any of the words, ranked together"},
			},
			pageOptions(),
			queriesOptions(),
			[]option{
				{name: "count", kind: isSwitch, help: "only say how many have all the words"},
				facetsOption(),
				{name: "explain", kind: isSwitch, help: "say how the query was read, what each part of it has, and what took how long"},
				{name: "context", kind: isNumber, arg: "N", help: "with N words before and behind what matches, in place of what fits"},
				{name: "no-snippet", kind: isSwitch, help: "titles only"},
			},
			outputOptions()),
		words: queryFields,
		run:   runSearch,
	}
}

// queryFields are the fields of a query as they are typed: "source:".
func queryFields() []string {
	names := search.FieldNames()
	for i := range names {
		names[i] += ":"
	}
	return names
}

func runSearch(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	text := strings.Join(in.Args().Slice(), " ")
	q := queryOf(in, text, "")
	q.Match = matchOf(in)
	if err := checkSearch(in, text, q); err != nil {
		return exitError, err
	}
	if in.String("queries") != "" {
		return e.searchMany(ctx, in)
	}
	return e.find(ctx, in, q)
}

func checkSearch(in *urfave.Context, text string, q search.Query) error {
	many := in.String("queries") != ""
	switch {
	case !many && strings.TrimSpace(text) == "" && !hasFilter(q):
		return usagef("nothing to search for (try 'archive search WORDS', or 'archive list' for the newest)")
	case in.String("facets") != "" && in.String("format") == "ids":
		return usagef("--facets are counts, which --format ids has no place for (give another format)")
	case in.Bool("all") && in.Bool("any"):
		return usagef("--all and --any exclude each other (give one)")
	case !many && in.String("out") != "":
		return usagef("--out is for many queries (add --queries FILE)")
	case in.Bool("force") && in.String("out") == "":
		return usagef("--force is about the files of --out (add --out DIR)")
	case in.IsSet("context"):
		return checkContext(in)
	}
	return nil
}

// maxSnippetContext is so many words that pieces of long texts overlap by more.
const maxSnippetContext = 500

func checkContext(in *urfave.Context) error {
	if in.Int("context") > maxSnippetContext {
		return usagef("--context is at most %d words (archive show ID gives the whole article)", maxSnippetContext)
	}
	format, err := chosenFormat(in)
	if err != nil || wantsSnippet(in, format, in.String("fields")) {
		return err
	}
	return usagef("--context is about snippets, and none are asked for (leave out --no-snippet, --count and --format ids, or add snippet to --fields)")
}

// matchOf reads --all and --any.
func matchOf(in *urfave.Context) search.Match {
	switch {
	case in.Bool("all"):
		return search.AllOnly
	case in.Bool("any"):
		return search.Any
	}
	return search.AllThenSome
}

func hasFilter(q search.Query) bool {
	return len(q.Sources)+len(q.Authors)+len(q.Langs)+len(q.Types)+len(q.Tags)+len(q.Cites) > 0 || q.Since+q.Until != ""
}

// lateGC lets the memory grow to 16 MB before the garbage collector first
// runs, from 4 MB, so that it does not run at all within most searches. From
// then on it runs as usual.
func lateGC() {
	usual := debug.SetGCPercent(400)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// find runs a query and shows what it finds; list uses it too.
func (e *env) find(ctx context.Context, in *urfave.Context, q search.Query) (int, error) {
	format, err := chosenFormat(in)
	if err != nil {
		return exitError, err
	}
	lateGC()
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		return e.findIn(ctx, a, in, q, format)
	})
}

func (e *env) findIn(ctx context.Context, a *store.Archive, in *urfave.Context, q search.Query, format outputFormat) (int, error) {
	e.prepare(&q, in, format)
	log := e.searchLog(ctx, a, in)
	q.State = log.on
	result, err := search.Run(ctx, a, q)
	if err != nil {
		return exitError, err
	}
	code, err := e.present(ctx, a, in, q, result, format)
	log.note(ctx, q.Text, result)
	log.write(ctx)
	return code, err
}

// prepare asks for what the flags and the format want to show.
func (e *env) prepare(q *search.Query, in *urfave.Context, format outputFormat) {
	if wantsSnippet(in, format, in.String("fields")) {
		q.Snippet = terminal{}.snippetCells()
		if format.writer == nil {
			q.Snippet = e.term.snippetCells()
		}
		if words := in.Int("context"); in.IsSet("context") {
			q.Context = &words
		}
	}
	q.Titles = format.writer == nil && in.String("fields") == "" && !in.Bool("count")
	q.Explain, q.IDs = in.Bool("explain"), format.name == "ids"
	q.NoHelp = q.NoHelp || e.quiet
	wantFacets(q, in, format)
}

// present shows what a query has found, and gives the exit code.
func (e *env) present(ctx context.Context, a *store.Archive, in *urfave.Context, q search.Query, result *search.Result, format outputFormat) (int, error) {
	e.notes(result)
	total := result.All + result.Some
	if in.Bool("count") {
		e.explanation(result, format)
		return e.count(q, result, format)
	}
	if len(q.Facets) > 0 && format.listsFacets() {
		e.explanation(result, format)
		return foundCode(total), e.facetsAlone(result, format)
	}
	shown, err := (&answer{e: e, archive: a, result: result, format: format, fields: in.String("fields"), context: q.Context != nil}).write(ctx)
	if err != nil {
		return exitError, err
	}
	if format.writer == nil {
		if err := e.facetTables(result.Facets); err != nil {
			return exitError, err
		}
	}
	e.explanation(result, format) // the time that rows and snippets took is known now
	e.summary(q, result, shown)
	return foundCode(total), nil
}

// count prints how many articles match what was asked for: all the words,
// unless any of them was asked for; and their facets.
func (e *env) count(q search.Query, r *search.Result, format outputFormat) (int, error) {
	n := r.All
	if r.All+r.Some == 0 {
		e.nothing(r)
	}
	if q.Match == search.Any {
		n += r.Some
	} else if r.Some > 0 {
		e.notef("%s more with some of the words (--any counts them too)", countOf(r.Some, "article"))
	}
	if len(q.Facets) > 0 && format.writer != nil {
		return foundCode(n), e.countedFacets(n, r.Facets, format)
	}
	fmt.Fprintln(e.out, n)
	return foundCode(n), e.facetTables(r.Facets)
}

func foundCode(n int) int {
	if n == 0 {
		return exitNothing
	}
	return exitFound
}

// wantsSnippet reports whether a snippet will be shown; making one costs time.
func wantsSnippet(in *urfave.Context, f outputFormat, list string) bool {
	if in.Bool("no-snippet") || in.Bool("count") || in.Command.Name == "list" {
		return false
	}
	if list != "" {
		return strings.Contains(list, "snippet")
	}
	return f.name != "ids" && !f.brief
}

// explain prints what the person should know before the answer, where the
// answer is there already.
func (e *env) explain(r *search.Result) {
	e.explanation(r, outputFormat{})
	e.notes(r)
}

func (e *env) notes(r *search.Result) {
	for _, note := range r.Notes {
		e.notef("%s", safeLine(note))
	}
}

// explanation prints how the query was read, where that is asked for, to
// standard error: data goes to standard output. For a format of JSON it is an
// object on one line.
func (e *env) explanation(r *search.Result, format outputFormat) {
	if r.Explain == nil {
		return
	}
	e.out.Flush()
	if format.isJSON() {
		if object, err := jsonValue(r.Explain); err == nil { // which it always is
			fmt.Fprintf(e.err, "%s\n", object)
		}
		return
	}
	for _, line := range r.Explain.Lines() {
		fmt.Fprintln(e.err, safeText(line))
	}
}

// summary prints what the person should know after the articles.
func (e *env) summary(q search.Query, r *search.Result, shown int) {
	total := r.All + r.Some
	if total == 0 {
		e.nothing(r)
		return
	}
	lines := []string{countLine(r)}
	switch {
	case shown == 0:
		lines = append(lines, "none after the first "+number(q.Offset))
	case q.Offset+shown < total:
		lines = append(lines, fmt.Sprintf("%s of %s shown; --limit 0 for all, --offset %d for the next",
			pageOf(q.Offset, shown), number(total), q.Offset+shown))
	case q.Offset > 0:
		lines = append(lines, fmt.Sprintf("%s of %s shown", pageOf(q.Offset, shown), number(total)))
	}
	for _, line := range lines {
		e.notef("%s", e.errTerm.paint(dim(line)))
	}
}

func pageOf(offset, shown int) string {
	if offset == 0 {
		return number(shown)
	}
	if shown == 1 {
		return "number " + number(offset+1)
	}
	return number(offset+1) + " to " + number(offset+shown)
}

func countLine(r *search.Result) string {
	if r.Words <= 1 {
		return countOf(r.All+r.Some, "article")
	}
	verb := "match"
	if r.All == 1 {
		verb = "matches"
	}
	line := countOf(r.All, "article") + " " + verb + " all words"
	if r.All == 0 {
		line = "no article matches all words"
	}
	if r.Some > 0 {
		line += ", " + number(r.Some) + " some"
	}
	return line
}
