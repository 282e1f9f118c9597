package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

const sourcesArgs = "[rename OLD NEW | merge A B | alias NAME SOURCE | undo NAME]"

// sourceWords are what 'archive sources' can do, with how many names it takes.
var sourceWords = map[string]int{"rename": 2, "merge": 2, "alias": 2, "undo": 1}

// editSources corrects the names of outlets. All three ways come to the same:
// one name stands for another from now on. They differ in which slips of the
// pen they catch.
func (e *env) editSources(ctx context.Context, in *urfave.Context, what string, names []string) (int, error) {
	n, ok := sourceWords[what]
	switch {
	case !ok:
		return exitError, usagef("'archive sources' cannot %s (archive sources %s)", quoted(what), sourcesArgs)
	case len(names) != n:
		return exitError, usagef("'archive sources %s' takes %s (archive sources %s; put names of several words in quotation marks)", what, countOf(n, "name"), sourcesArgs)
	}
	for _, flag := range []string{"format", "json", "csv"} {
		if in.IsSet(flag) {
			return exitError, usagef("--%s belongs to the list, 'archive sources'", flag)
		}
	}
	for i := range names {
		if names[i] = oneLineOf(names[i]); names[i] == "" {
			return exitError, usagef("a source has a name (archive sources %s)", sourcesArgs)
		}
	}
	a, err := e.openForUpkeep(ctx)
	if err != nil {
		return exitError, err
	}
	defer a.Close()
	if what == "undo" {
		return e.undoAlias(ctx, a, names[0])
	}
	return e.aliasSource(ctx, a, what, names[0], names[1])
}

func (e *env) aliasSource(ctx context.Context, a *store.Archive, what, name, source string) (int, error) {
	list, err := a.Sources(ctx)
	if err != nil {
		return exitError, err
	}
	var held []string
	for _, s := range list {
		held = append(held, s.Name)
	}
	switch {
	case name == source:
		return exitError, usagef("both names are %s", quoted(name))
	case what != "alias" && !slices.Contains(held, name):
		return exitError, unknownSource(name, held)
	case what == "merge" && !slices.Contains(held, source):
		return exitError, unknownSource(source, held)
	case what == "rename" && slices.Contains(held, source):
		return exitError, usagef("there is a source %s already (to make one of both: archive sources merge %s %s)", quoted(source), shellQuoted(name), shellQuoted(source))
	}
	moved, err := a.AliasSource(ctx, name, source)
	if err != nil {
		return exitError, err
	}
	_, err = fmt.Fprintf(e.out, "%s stands for %s now: %s moved, and later imports follow (archive sources undo %s takes it back)\n",
		safeLine(name), safeLine(source), countOf(moved, "article"), shellQuoted(name))
	return exitFound, err
}

func shellQuoted(name string) string {
	return "'" + strings.ReplaceAll(safeLine(name), "'", `'\''`) + "'"
}

func unknownSource(name string, held []string) error {
	hint := "'archive sources' lists them"
	if near := nearest(name, held); near != "" {
		hint = "did you mean " + quoted(near) + "?"
	}
	return usagef("there is no source %s (%s)", quoted(name), hint)
}

func (e *env) undoAlias(ctx context.Context, a *store.Archive, name string) (int, error) {
	moved, err := a.UnaliasSource(ctx, name)
	if err != nil {
		return exitError, err
	}
	_, err = fmt.Fprintf(e.out, "%s stands for itself again: %s moved back\n", safeLine(name), countOf(moved, "article"))
	return exitFound, err
}

// aliasesOf gives the names that stand for each source, by way of others too.
func aliasesOf(list []store.SourceAlias) map[string][]string {
	next := make(map[string]string)
	for _, s := range list {
		next[s.Name] = s.Source
	}
	of := make(map[string][]string)
	for _, s := range list {
		source := s.Source
		for range len(list) {
			if further, ok := next[source]; ok {
				source = further
			}
		}
		of[source] = append(of[source], s.Name)
	}
	return of
}
