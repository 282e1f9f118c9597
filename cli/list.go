package cli

import (
	"context"

	urfave "github.com/urfave/cli/v2"
)

func listCommand() command {
	return command{
		name:    "list",
		summary: "the newest articles of the archive",
		about: `Lists articles, those that came into the archive last first. The filters are
those of 'archive search'.`,
		examples: []example{
			{"archive list", "the last twenty"},
			{"archive list --source BBC --sort -date", "one outlet, newest published first"},
			{"archive list --limit 0 --format jsonl > all.jsonl", "everything, for a program"},
		},
		options: joinOptions(filterOptions(), pageOptions(),
			[]option{{name: "count", kind: isSwitch, help: "only say how many"}}, outputOptions()),
		run: runList,
	}
}

func runList(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Present() {
		return exitError, usagef("'archive list' takes no words, only flags (to find %s: 'archive search')", quoted(in.Args().First()))
	}
	return e.find(ctx, in, queryOf(in, "*", "added"))
}
