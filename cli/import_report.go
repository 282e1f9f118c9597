package cli

import (
	"context"
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/ingest"
	"example.com/archive/store"
)

// reportedRuns is how many runs the report shows.
const reportedRuns = 5

// reportFields are the columns of the machine formats: a row for each failure,
// and one for a run that has none.
var reportFields = []string{"import", "started", "finished", "stopped", "places", "files", "unchanged",
	"added", "same", "changed", "failed", "path", "member", "reason"}

// importReport shows the last runs.
func (e *env) importReport(ctx context.Context, in *urfave.Context) (int, error) {
	for _, flag := range []string{"source", "source-from", "map", "split", "hidden", "no-hidden", "dry-run", "explain", "retry"} {
		if in.IsSet(flag) {
			return exitError, usagef("--report imports nothing, so --%s means nothing with it", flag)
		}
	}
	if in.Args().Present() {
		return exitError, usagef("--report shows the last imports, whatever they read (leave out %s)", quoted(in.Args().First()))
	}
	format, err := reportFormat(in)
	if err != nil {
		return exitError, err
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		runs, err := a.Runs(ctx, reportedRuns)
		if err != nil {
			return exitError, err
		}
		if len(runs) == 0 {
			e.notef("nothing was imported into this archive yet")
		}
		if format.writer == nil {
			return foundCode(len(runs)), e.reportText(runs)
		}
		return foundCode(len(runs)), writeRuns(format.writer(e.out, reportFields, e.term), runs)
	})
}

// reportFormat takes text for the table of other commands.
func reportFormat(in *urfave.Context) (outputFormat, error) {
	if f := in.String("format"); f == "text" || f == "" && !in.Bool("json") {
		return outputFormat{}, nil
	}
	return chosenFormat(in)
}

func writeRuns(w writer, runs []store.Run) error {
	for _, r := range runs {
		failures := r.Failures
		if len(failures) == 0 {
			failures = []store.FailedFile{{}}
		}
		for _, f := range failures {
			err := w.record([]any{r.ID, r.Started, r.Finished, r.Stopped, r.Places, int64(r.Files), int64(r.Unchanged),
				int64(r.Added), int64(r.Same), int64(r.Changed), int64(r.Failed), f.Path, f.Member, f.Reason})
			if err != nil {
				return err
			}
		}
	}
	return w.close()
}

func (e *env) reportText(runs []store.Run) error {
	for i, r := range runs {
		if i > 0 {
			fmt.Fprintln(e.out)
		}
		if err := e.pairs(runLines(r, e.term.width-len("articles")-len(gap))); err != nil {
			return err
		}
	}
	return nil
}

// runLines tell of a run; reasons of failures are cut to so many cells.
func runLines(r store.Run, cells int) []pair {
	ended := "; ended " + safeLine(r.Finished)
	switch {
	case r.Finished == "":
		ended = "; not ended (still at work, or killed: the same import goes on from there)"
	case r.Stopped:
		ended = "; stopped early " + safeLine(r.Finished) + " (the same import goes on from there)"
	}
	lines := []pair{{"import", number(r.ID) + ", begun " + safeLine(r.Started) + ended}}
	for _, place := range r.Places {
		lines = append(lines, pair{"from", originName(place)})
	}
	lines = append(lines,
		pair{"files", fmt.Sprintf("%s read, %s unchanged, %s skipped", number(r.Files), number(r.Unchanged), skippedNote(r.Skipped))},
		pair{"articles", fmt.Sprintf("%s added, %s changed, %s already there", number(r.Added), number(r.Changed), number(r.Same))},
		pair{"failed", number(r.Failed)})
	if len(r.Failures) <= namedFailures {
		for _, f := range r.Failures {
			lines = append(lines, pair{"", failureText(ingest.Failure(f))})
		}
		return lines
	}
	list := make([]ingest.Failure, len(r.Failures))
	for i, f := range r.Failures {
		list[i] = ingest.Failure(f)
	}
	for _, line := range reasonLines(list, len(list)) {
		lines = append(lines, pair{"", cutTo(line, cells)})
	}
	lines = append(lines, pair{"", "--report --format csv names each with its reason"})
	return lines
}

func skippedNote(skipped map[string]int) string {
	total := 0
	for _, n := range skipped {
		total += n
	}
	if total == 0 {
		return "none"
	}
	_, kinds, _ := strings.Cut(importRun{Report: &ingest.Report{Skipped: skipped}}.skippedLines()[0], ": ")
	return number(total) + " (" + kinds + ")"
}
