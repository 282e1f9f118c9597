package cli

import (
	"context"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

// This file notes searches while the log is on.

// searchLog gathers the searches of a command and writes them behind its
// output. A log that cannot be read or written costs a warning, never the
// answer.
type searchLog struct {
	e       *env
	archive *store.Archive
	on      bool
	command string
	flags   map[string][]string
	list    []store.LoggedSearch
}

// searchLog gives the log for a command; one that is off notes nothing.
func (e *env) searchLog(ctx context.Context, a *store.Archive, in *urfave.Context) *searchLog {
	l := &searchLog{e: e, archive: a, command: in.Command.Name}
	on, err := a.LogIsOn(ctx)
	if err != nil {
		l.warn(ctx, err)
	}
	if l.on = on && l.command != "list"; l.on { // list asks nothing
		l.flags = askedFlags(in)
	}
	return l
}

// askedFlags are those that say what is searched for.
func askedFlags(in *urfave.Context) map[string][]string {
	flags := keptFlags(in)
	if in.Bool("all") {
		flags["all"] = []string{}
	}
	return flags
}

// logBatch is how many searches wait for the log at most.
const logBatch = 256

// note takes a search that has been answered.
func (l *searchLog) note(ctx context.Context, query string, r *search.Result) {
	if !l.on {
		return
	}
	l.list = append(l.list, store.LoggedSearch{
		Asked: time.Now().UTC().Format(time.RFC3339), Command: l.command, Query: query, Flags: l.flags,
		Reading: r.Reading, Notes: strings.Join(r.Notes, "\n"), State: r.State, Matched: r.All, Partly: r.Some,
	})
	if len(l.list) == logBatch {
		l.write(ctx)
	}
}

// write writes what was noted. The answer goes out first.
func (l *searchLog) write(ctx context.Context) {
	if len(l.list) == 0 || ctx.Err() != nil {
		return
	}
	l.e.out.Flush() // that it failed is reported in the end
	if err := l.archive.LogSearch(ctx, l.list...); err != nil {
		l.warn(ctx, err)
		l.on = false
	}
	l.list = nil
}

func (l *searchLog) warn(ctx context.Context, err error) {
	if ctx.Err() == nil {
		l.e.warnf("not noted in the log of searches: %s", safeText(err.Error()))
	}
}
