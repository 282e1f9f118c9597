package cli

import (
	"context"
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

func kwicCommand() command {
	return command{
		name:    "kwic",
		args:    "QUERY...",
		summary: "every match in its context, one below the other",
		about: `A concordance: each place where an article says what the query asks for, a
line each, the matches in one column. Looked through are the articles with all
the words, the best first. A match of 'a NEAR/5 b' goes from one word to the
other. --collocates lists the words that stand near the matches more often
than elsewhere in the same articles.`,
		examples: []example{
			{"archive kwic sanctions", "each place"},
			{"archive kwic sanctions --by right", "sorted by what follows"},
			{`archive kwic '"security guarantee"' --by date --source BBC`, "a phrase in one outlet, oldest first"},
			{"archive kwic sanctions --collocates --span 3", "which words stand within three words"},
			{"archive kwic 'guarant*' --csv -n 0 > guarantees.csv", "all of it, into a spreadsheet"},
		},
		query: true,
		options: joinOptions(
			[]option{
				{name: "by", kind: isText, arg: "ORDER", help: strings.Join(search.ConcordanceOrders, ", ") + " (left and right: by the words there)", values: search.ConcordanceOrders},
				{name: "width", kind: isNumber, arg: "CELLS", help: "context on each side (default what fits; 60 where nothing limits it)"},
				{name: "collocates", kind: isSwitch, help: "the words near the matches"},
				{name: "span", kind: isNumber, arg: "N", help: "with --collocates, so many words on each side (default 5)"},
				{name: "stop-words", kind: isSwitch, help: "with --collocates, list words such as 'the' too"},
			},
			filterOptions(), wordOptions(),
			[]option{
				{name: "all", kind: isSwitch, help: "only articles with all the words (the default)"},
				{name: "any", kind: isSwitch, help: "articles with any of the words"},
				{name: "limit", short: "n", kind: isNumber, arg: "N", help: "at most so many lines (default 20; 0 for all)"},
				{name: "offset", kind: isNumber, arg: "N", help: "leave out the first so many"},
				{name: "count", kind: isSwitch, help: "only say how many matches there are"},
				{name: "explain", kind: isSwitch, help: "say how the query was read"},
				{name: "format", short: "f", kind: isText, arg: "FORMAT", help: strings.Join(formatNames(), ", "), values: formatNames()},
				{name: "json", kind: isSwitch, help: "the same as --format json"},
				{name: "csv", kind: isSwitch, help: "the same as --format csv"},
				{name: "fields", kind: isText, arg: "A,B,...", help: "only these fields, in this order", values: append(kwicFieldNames(), collocateFields...), listed: true},
			}),
		words: queryFields,
		run:   runKwic,
	}
}

const (
	defaultSpan    = 5  // words
	defaultContext = 60 // cells
	maxContext     = 1000
	maxSpan        = 100
)

func runKwic(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	text := strings.Join(in.Args().Slice(), " ")
	q := queryOf(in, text, "")
	format, err := chosenFormat(in)
	if err == nil {
		err = checkKwic(in, text, q, format)
	}
	if err != nil {
		return exitError, err
	}
	q.Explain = in.Bool("explain")
	if in.Bool("any") {
		q.Match = search.Any
	}
	lateGC()
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		log := e.searchLog(ctx, a, in)
		defer log.write(ctx)
		q.State = log.on
		if in.Bool("collocates") {
			return e.collocates(ctx, a, in, q, format, log)
		}
		return e.kwic(ctx, a, in, q, format, log)
	})
}

func checkKwic(in *urfave.Context, text string, q search.Query, format outputFormat) error {
	collocates := in.Bool("collocates")
	switch {
	case strings.TrimSpace(text) == "" && !hasFilter(q):
		return usagef("a concordance of what? (archive kwic WORDS)")
	case in.Bool("all") && in.Bool("any"):
		return usagef("--all and --any exclude each other (give one)")
	case in.Int("width") > maxContext:
		return usagef("--width is at most %d cells (archive show ID gives the whole article)", maxContext)
	case collocates:
		return checkCollocates(in, format)
	case in.IsSet("span") || in.Bool("stop-words"):
		return usagef("--span and --stop-words are about the words near the matches (add --collocates)")
	}
	return nil
}

func checkCollocates(in *urfave.Context, format outputFormat) error {
	switch {
	case in.IsSet("by") || in.IsSet("width") || in.Bool("count"):
		return usagef("--collocates gives words, for which there is no --by, --width or --count (leave them out)")
	case format.name == "ids":
		return usagef("--collocates gives words, which have no ids (give another format)")
	case in.IsSet("span") && (in.Int("span") == 0 || in.Int("span") > maxSpan):
		return usagef("--span is from 1 to %d words", maxSpan)
	}
	return nil
}

func (e *env) kwic(ctx context.Context, a *store.Archive, in *urfave.Context, q search.Query, format outputFormat, log *searchLog) (int, error) {
	if in.Bool("count") {
		q.Limit, q.Offset = 0, 0
	}
	out, err := e.kwicWriter(in, format)
	if err != nil {
		return exitError, err
	}
	by := in.String("by")
	if in.Bool("count") {
		by = ""
	}
	result, err := search.Concord(ctx, a, search.ConcordanceQuery{Query: q, By: by, Context: out.context()})
	if err != nil {
		return exitError, err
	}
	log.note(ctx, q.Text, &result.Result)
	e.explain(&result.Result)
	shown := 0
	for line, err := range result.Lines {
		if err == nil {
			err = out.line(line)
		}
		if err != nil {
			return exitError, err
		}
		shown++
	}
	if err := out.close(); err != nil {
		return exitError, err
	}
	if in.Bool("count") {
		return foundCode(shown), e.kwicCount(shown)
	}
	e.kwicSummary(q, result, shown)
	return foundCode(result.Matches), nil
}

func (e *env) kwicCount(n int) error {
	_, err := fmt.Fprintln(e.out, n)
	return err
}

// kwicSummary says what was found and how much of it is shown.
func (e *env) kwicSummary(q search.Query, c *search.Concordance, shown int) {
	if c.Matches == 0 {
		e.nothing(&c.Result)
		e.kwicOthers(q, &c.Result)
		return
	}
	lines := []string{counted(c.Matches, c.Articles)}
	atLeast := ""
	if !c.Whole {
		atLeast = "at least "
		lines[0] = atLeast + fmt.Sprintf("%s, of %s that match (--count counts all)", counted(c.Matches, c.Articles), number(c.Found))
	}
	switch {
	case shown == 0:
		lines = append(lines, "none after the first "+number(q.Offset))
	case !c.Whole, q.Offset+shown < c.Matches-c.Dropped:
		lines = append(lines, fmt.Sprintf("%s of %s%s shown; --limit 0 for all, --offset %d for the next", pageOf(q.Offset, shown), atLeast, number(c.Matches), q.Offset+shown))
	case q.Offset > 0:
		lines = append(lines, fmt.Sprintf("%s of %s shown", pageOf(q.Offset, shown), number(c.Matches)))
	}
	if c.Dropped > 0 {
		lines = append(lines, fmt.Sprintf("only the first %s lines of this order are kept, %s are left out (without --by left or right, or with a narrower query, there is no such limit)",
			number(c.Matches-c.Dropped), number(c.Dropped)))
	}
	for _, line := range lines {
		e.notef("%s", e.errTerm.paint(dim(line)))
	}
	e.kwicOthers(q, &c.Result)
}

// kwicOthers tells of articles that were not looked through.
func (e *env) kwicOthers(q search.Query, r *search.Result) {
	if r.Some > 0 && q.Match != search.Any {
		e.notef("%s", e.errTerm.paint(dim(countOf(r.Some, "article")+" more with some of the words (--any looks through them too)")))
	}
}

func counted(matches, articles int) string {
	line := number(matches) + " matches"
	if matches == 1 {
		line = "1 match"
	}
	return line + " in " + countOf(articles, "article")
}

// kwicField is one field of a line.
type kwicField struct {
	name  string
	value func(l *search.Line) any
	brief bool // in Markdown without --fields too
}

// kwicFields lists the fields of a line; docs/output.md describes them.
func kwicFields() []kwicField {
	return []kwicField{
		{name: "id", value: func(l *search.Line) any { return l.Row.ID }, brief: true},
		{name: "key", value: func(l *search.Line) any { return l.Row.Key }},
		{name: "published", value: func(l *search.Line) any { return l.Row.Published.String() }, brief: true},
		{name: "source", value: func(l *search.Line) any { return l.Row.Source.Value }, brief: true},
		{name: "author", value: func(l *search.Line) any { return l.Row.Byline.Value }},
		{name: "title", value: func(l *search.Line) any { return l.Row.Title.Value }},
		{name: "lang", value: func(l *search.Line) any { return l.Row.Lang.Value }},
		{name: "url", value: func(l *search.Line) any { return l.Row.URL }},
		{name: "part", value: func(l *search.Line) any { return partOf(l) }},
		{name: "left", value: func(l *search.Line) any { return l.Left }, brief: true},
		{name: "match", value: func(l *search.Line) any { return l.Match }, brief: true},
		{name: "right", value: func(l *search.Line) any { return l.Right }, brief: true},
	}
}

func kwicFieldNames() (names []string) {
	for _, f := range kwicFields() {
		names = append(names, f.name)
	}
	return names
}

func briefKwicFields() string {
	var names []string
	for _, f := range kwicFields() {
		if f.brief {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ",")
}

func partOf(l *search.Line) string {
	if l.InTitle {
		return "title"
	}
	return "text"
}

// lineWriter writes the lines of a concordance.
type lineWriter interface {
	context() int // characters wanted on each side
	line(search.Line) error
	close() error
}

func (e *env) kwicWriter(in *urfave.Context, format outputFormat) (lineWriter, error) {
	list := in.String("fields")
	side := -1
	if in.IsSet("width") {
		side = in.Int("width")
	}
	switch {
	case in.Bool("count"):
		return noLines{}, nil
	case format.writer == nil && list == "":
		return &kwicTable{w: e.out, term: e.term, side: side}, nil
	case format.name == "ids":
		list = "id"
	case format.brief && list == "":
		list = briefKwicFields()
	}
	out, err := e.records(format, kwicFieldNames(), list)
	if err != nil {
		return nil, err
	}
	if side < 0 {
		side = defaultContext
		if format.writer == nil && e.term.width > 0 {
			side = max(e.term.width/3, 0)
		}
	}
	return &lineRecords{writer: out, side: side, once: format.name == "ids", seen: make(map[int64]bool)}, nil
}

// noLines counts only.
type noLines struct{}

func (noLines) context() int           { return 0 }
func (noLines) line(search.Line) error { return nil }
func (noLines) close() error           { return nil }

// lineRecords writes lines in the formats for machines.
type lineRecords struct {
	writer writer
	side   int  // cells
	once   bool // each article once
	seen   map[int64]bool
}

func (r *lineRecords) context() int { return charsOf(r.side) }

func (r *lineRecords) line(l search.Line) error {
	if r.once {
		if r.seen[l.Row.ID] {
			return nil
		}
		r.seen[l.Row.ID] = true
	}
	l.Left = lastCells(strings.TrimSpace(l.Left), r.side)
	l.Right = firstCells(strings.TrimSpace(l.Right), r.side)
	fields := kwicFields()
	values := make([]any, len(fields))
	for i, f := range fields {
		values[i] = f.value(&l)
	}
	return r.writer.record(values)
}

func (r *lineRecords) close() error { return r.writer.close() }
