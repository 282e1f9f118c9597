package cli

import (
	"context"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
)

// command is one word after "archive".
type command struct {
	name     string
	args     string // what follows, as help shows it: "QUERY..."
	summary  string // one line
	about    string // paragraphs, at most 78 columns wide
	examples []example
	// query is true where the words are a query, so that -word excludes.
	query   bool
	options []option
	// words are the fixed words that completion offers; one that ends with a
	// colon wants more.
	words func() []string
	// listing is a command line that prints further words for completion, those
	// of the archive, one a line; "" for none.
	listing string
	run     func(context.Context, *env, *urfave.Context) (int, error)
}

type example struct{ line, says string }

type kind int

const (
	isSwitch kind = iota
	isText
	isList   // a text that may be given several times
	isNumber // 0 or more
)

// option is one flag.
type option struct {
	name   string
	short  string // one letter, or ""
	kind   kind
	arg    string // what the value is called: "FILE"
	help   string
	values []string // the only values there are; none: any
	// listed is true where the values may be listed, joined by commas.
	listed bool
	// empty is true where the value may be empty, which clears something.
	empty bool
}

// commands lists all commands in the order that help shows them.
func commands() []command {
	return []command{
		importCommand(),
		searchCommand(),
		kwicCommand(),
		timelineCommand(),
		savedCommand(),
		logCommand(),
		showCommand(),
		editCommand(),
		listCommand(),
		sourcesCommand(),
		namesCommand(),
		statsCommand(),
		checkCommand(),
		backupCommand(),
		restoreCommand(),
		exportCommand(),
		optimizeCommand(),
		completionCommand(),
		helpCommand(),
		versionCommand(),
	}
}

func findCommand(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// globalOptions are taken by every command.
func globalOptions() []option {
	return []option{
		{name: "db", kind: isText, arg: "FILE", help: "the archive (else $ARCHIVE_DB, else your data folder)"},
		{name: "color", kind: isText, arg: "WHEN", help: "colour: auto, always or never", values: []string{"auto", "always", "never"}},
		{name: "quiet", kind: isSwitch, help: "no notes, only the data and errors"},
		{name: "verbose", kind: isSwitch, help: "say more: progress on a pipe, the causes of errors"},
		{name: "help", short: "h", kind: isSwitch, help: "explain the command"},
	}
}

func (c command) allOptions() []option {
	return append(c.options[:len(c.options):len(c.options)], globalOptions()...)
}

// flags gives the options as the library wants them.
func (c command) flags() []urfave.Flag {
	var flags []urfave.Flag
	for _, o := range c.allOptions() {
		switch o.kind {
		case isSwitch:
			flags = append(flags, &urfave.BoolFlag{Name: o.name})
		case isText:
			flags = append(flags, &urfave.StringFlag{Name: o.name})
		case isList:
			flags = append(flags, &urfave.StringSliceFlag{Name: o.name})
		case isNumber:
			flags = append(flags, &urfave.IntFlag{Name: o.name})
		}
	}
	return flags
}

// filterOptions narrow down which articles are meant.
func filterOptions() []option {
	return []option{
		{name: "source", kind: isList, arg: "NAME", help: "only from this outlet"},
		{name: "author", kind: isList, arg: "NAME", help: "only by this author"},
		{name: "lang", kind: isList, arg: "CODE", help: "only in this language: en, ru, uk, de, ..."},
		{name: "type", kind: isList, arg: "TYPE", help: "only from this kind of file: text, markdown, ..."},
		{name: "tag", kind: isList, arg: "TAG", help: "only with this tag"},
		{name: "cites", kind: isList, arg: "OUTLET", help: "only those that name this outlet as their source"},
		{name: "since", kind: isText, arg: "DATE", help: "published then or later: 2022, 2022-05, 7d, ..."},
		{name: "until", kind: isText, arg: "DATE", help: "published then or earlier"},
	}
}

// wordOptions say how the words of a query are taken.
func wordOptions() []option {
	return []option{
		{name: "exact", kind: isSwitch, help: "take every word as it is typed: no other forms, no other spellings of names"},
		{name: "no-correct", kind: isSwitch, help: "search words that the archive does not hold as they are typed"},
	}
}

// pageOptions choose and order a part of what was found.
func pageOptions() []option {
	return []option{
		{name: "limit", short: "n", kind: isNumber, arg: "N", help: "at most so many (default 20; 0 for all)"},
		{name: "offset", kind: isNumber, arg: "N", help: "leave out the first so many"},
		{name: "sort", kind: isText, arg: "ORDER", help: strings.Join(search.Sorts, ", "), values: search.Sorts},
	}
}

// outputOptions say how articles are written.
func outputOptions() []option {
	return []option{
		{name: "format", short: "f", kind: isText, arg: "FORMAT", help: strings.Join(formatNames(), ", "), values: formatNames()},
		{name: "json", kind: isSwitch, help: "the same as --format json"},
		{name: "csv", kind: isSwitch, help: "the same as --format csv"},
		{name: "fields", kind: isText, arg: "A,B,...", help: "only these fields, in this order", values: fieldNames(), listed: true},
	}
}

func joinOptions(groups ...[]option) []option {
	var all []option
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}
