package cli

import (
	"context"
	"fmt"

	urfave "github.com/urfave/cli/v2"
)

func optimizeCommand() command {
	return command{
		name:    "optimize",
		summary: "bring an archive to its best form",
		about: "Rewrites the full-text index as one part and gives free room in the file\n" +
			"back to the disk. Searches are a little faster afterwards, most so in an\n" +
			"archive that has grown by hundreds of small imports or was made by an early\n" +
			"version. No article is touched. While it runs it needs room for a second\n" +
			"copy of the archive; when it is stopped, nothing is lost.",
		examples: []example{{"archive optimize", ""}},
		run:      runOptimize,
	}
}

func runOptimize(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Present() {
		return exitError, usagef("'archive optimize' takes no words, only flags")
	}
	a, err := e.openForUpkeep(ctx)
	if err != nil {
		return exitError, err
	}
	defer a.Close()
	o, err := a.Optimise(ctx)
	if err != nil {
		return exitError, err
	}
	text := fmt.Sprintf("optimized %s: %s", safeLine(tilde(a.Path())), size(o.After))
	if o.After != o.Before {
		text += ", was " + size(o.Before)
	}
	if o.SegmentsBefore != o.SegmentsAfter {
		text += fmt.Sprintf("; the index is one part, was %d", o.SegmentsBefore)
	}
	_, err = fmt.Fprintln(e.out, text)
	return exitFound, err
}
