package cli

import (
	"context"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

func sourcesCommand() command {
	return command{
		name:    "sources",
		args:    "[rename|merge|alias|undo NAME...]",
		summary: "the outlets, with counts and dates; correct their names",
		about: `Lists the outlets that the articles come from, those with most articles first:
how many articles, how many other articles name the outlet as their own
source, the first and last date of publication, and which names stand for it.

'rename' gives an outlet another name, 'merge' makes one outlet of two, 'alias'
makes a name stand for an outlet before or after it has come up. What the
archive holds under the first name is moved to the second, and so is what is
imported later. 'undo' takes it back.`,
		examples: []example{
			{"archive sources", ""},
			{"archive sources --csv > sources.csv", "into a spreadsheet"},
			{"archive sources rename bbc.co.uk BBC", "another name"},
			{"archive sources merge 'BBC News' BBC", "one outlet of two"},
			{"archive sources alias 'BBC World' BBC", "for later imports too"},
			{"archive sources undo 'BBC News'", "two again"},
		},
		options: []option{
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "table, json, jsonl, csv, tsv, md", values: sourceFormats()},
			{name: "json", kind: isSwitch, help: "the same as --format json"},
			{name: "csv", kind: isSwitch, help: "the same as --format csv"},
		},
		words: func() []string { return []string{"rename", "merge", "alias", "undo"} },
		run:   runSources,
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
	if words := in.Args().Slice(); len(words) > 0 {
		return e.editSources(ctx, in, words[0], words[1:])
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
		list, err := a.SourceAliases(ctx)
		if err != nil {
			return exitError, err
		}
		return foundCode(len(sources)), e.showSources(sources, aliasesOf(list), format)
	})
}

func (e *env) showSources(sources []store.SourceCount, aliases map[string][]string, format outputFormat) (err error) {
	if format.writer == nil {
		err = e.sourceTable(sources, aliases)
	} else {
		err = writeSources(format.writer(e.out, sourceFields, e.term), sources, aliases)
	}
	if len(sources) == 0 {
		e.notef("the archive holds no articles")
	}
	return err
}

// sourceFields are the columns of the machine formats.
var sourceFields = []string{"source", "articles", "cited", "first", "last", "aliases"}

func writeSources(w writer, sources []store.SourceCount, aliases map[string][]string) error {
	for _, s := range sources {
		values := []any{s.Name, int64(s.Articles), int64(s.Cited), s.First.String(), s.Last.String(), aliases[s.Name]}
		if err := w.record(values); err != nil {
			return err
		}
	}
	return w.close()
}

func (e *env) sourceTable(sources []store.SourceCount, aliases map[string][]string) error {
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
		if also := aliases[s.Name]; len(also) > 0 {
			name += dim(" (also: " + safeLine(strings.Join(also, ", ")) + ")")
		}
		rows = append(rows, []cell{oneLine(number(s.Articles)), oneLine(number(s.Cited)),
			oneLine(orNone(s.First.Day())), oneLine(orNone(s.Last.Day())), oneLine(name)})
	}
	g.fit(rows)
	return g.print(rows)
}
