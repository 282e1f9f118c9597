package cli

import (
	"context"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

func sourcesCommand() command {
	return command{
		name:    "sources",
		summary: "the outlets, with counts and dates",
		about: `Lists the outlets that the articles come from, those with most articles first:
how many articles, how many other articles name the outlet as their own
source, and the first and last date of publication.`,
		examples: []example{
			{"archive sources", ""},
			{"archive sources --csv > sources.csv", "into a spreadsheet"},
		},
		options: []option{
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "table, json, jsonl, csv, tsv, md", values: sourceFormats()},
			{name: "json", kind: isSwitch, help: "the same as --format json"},
			{name: "csv", kind: isSwitch, help: "the same as --format csv"},
		},
		run: runSources,
	}
}

// sourceFormats are all but ids: an outlet has none.
func sourceFormats() []string {
	var names []string
	for _, name := range formatNames() {
		if name != "ids" {
			names = append(names, name)
		}
	}
	return names
}

func runSources(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Present() {
		return exitError, usagef("'archive sources' takes no words, only flags")
	}
	format, err := chosenFormat(in)
	if err != nil {
		return exitError, err
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		sources, err := a.Sources(ctx)
		if err != nil {
			return exitError, err
		}
		return foundCode(len(sources)), e.showSources(sources, format)
	})
}

func (e *env) showSources(sources []store.SourceCount, format outputFormat) (err error) {
	if format.writer == nil {
		err = e.sourceTable(sources)
	} else {
		err = writeSources(format.writer(e.out, sourceFields, e.term), sources)
	}
	if len(sources) == 0 {
		e.notef("the archive holds no articles")
	}
	return err
}

// sourceFields are the columns of the machine formats.
var sourceFields = []string{"source", "articles", "cited", "first", "last"}

func writeSources(w writer, sources []store.SourceCount) error {
	for _, s := range sources {
		values := []any{s.Name, int64(s.Articles), int64(s.Cited), s.First.String(), s.Last.String()}
		if err := w.record(values); err != nil {
			return err
		}
	}
	return w.close()
}

func (e *env) sourceTable(sources []store.SourceCount) error {
	g := &grid{w: e.out, term: e.term, columns: []column{
		{head: "ARTICLES", right: true},
		{head: "CITED", right: true},
		{head: "FIRST"},
		{head: "LAST"},
		{head: "SOURCE", flex: true},
	}}
	var rows [][]cell
	for _, s := range sources {
		name := safeLine(s.Name)
		if name == "" {
			name = dim("(no source known)")
		}
		rows = append(rows, []cell{oneLine(number(s.Articles)), oneLine(number(s.Cited)),
			oneLine(orNone(s.First.Day())), oneLine(orNone(s.Last.Day())), oneLine(name)})
	}
	g.fit(rows)
	return g.print(rows)
}
