package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

const (
	exitSound   = 0
	exitDamaged = 1
)

func checkCommand() command {
	return command{
		name:    "check",
		summary: "say whether the archive is sound or damaged; repair it",
		about: `Looks for damage in the file of the archive, and changes nothing. A quick check
looks at its structure: the pages of the file, the tables, what refers to what,
the counts. --deep also reads every text and works out again what the archive
holds of it: its identity, its words in the index, the packed values, the list
of words. That takes about as long as the import did.

--repair makes a sound copy of all that can be read, with a new index, puts it
in the place of the archive, and keeps the damaged file beside it. Texts are
copied to the letter. What could not be read is named.

The exit code is 0 for sound and 1 for damaged; after a repair, 0 if nothing
was lost.`,
		examples: []example{
			{"archive check", "the structure"},
			{"archive check --deep", "every text, word by word"},
			{"archive check --deep --db backup.db", "a copy"},
			{"archive check --repair", ""},
		},
		options: []option{
			{name: "deep", kind: isSwitch, help: "also compare every text with the index"},
			{name: "repair", kind: isSwitch, help: "make a sound copy of what can be read, and use that"},
		},
		run: runCheck,
	}
}

func runCheck(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Present() {
		return exitError, usagef("'archive check' takes no words, only flags (name the archive with --db)")
	}
	path, isDefault, err := e.dbPath()
	if err != nil {
		return exitError, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return exitError, missing(path, isDefault)
	}
	if in.Bool("repair") {
		return e.repair(ctx, path)
	}
	found, err := e.inspect(ctx, path, in.Bool("deep"))
	if err != nil {
		return exitError, err
	}
	if err := e.sayFound(path, found, in.Bool("deep")); err != nil {
		return exitError, err
	}
	if len(found.Problems) == 0 {
		return exitSound, nil
	}
	return exitDamaged, nil
}

// repair makes a sound copy where there is damage.
func (e *env) repair(ctx context.Context, path string) (int, error) {
	found, err := e.inspect(ctx, path, true)
	if err != nil {
		return exitError, err
	}
	if len(found.Problems) == 0 {
		return exitSound, e.sayFound(path, found, true)
	}
	e.warnNetworkDisk(path)
	s := e.newStatus()
	r, err := store.Repair(ctx, path, e.assets.Schema, s.show)
	s.clear()
	if err != nil {
		return exitError, err
	}
	if err := e.sayRepaired(path, found, r); err != nil {
		return exitError, err
	}
	if len(r.Lost) > 0 || len(r.Gaps) > 0 || len(r.Still.Problems) > 0 || anyLost(found) {
		return exitDamaged, nil
	}
	return exitSound, nil
}

// anyLost reports damage to what cannot be worked out again.
func anyLost(found *store.Findings) bool {
	return slices.ContainsFunc(found.Problems, func(p store.Problem) bool { return p.Lost })
}

// maxNamed is how many lost articles are named.
const maxNamed = 100

func (e *env) sayRepaired(path string, found *store.Findings, r *store.Repaired) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s was damaged:\n", safeLine(tilde(path)))
	for _, p := range found.Problems {
		fmt.Fprintf(&b, "  %s\n", safeLine(p.Text))
	}
	fmt.Fprintf(&b, "repaired: %s; the damaged file is kept as %s\n", countOf(int(r.Articles), "article"), safeLine(tilde(r.Kept)))
	if r.Found > 0 {
		fmt.Fprintf(&b, "%s came back without title, source and date\n", countOf(int(r.Found), "text"))
	}
	if n := len(r.Lost); n > 0 {
		fmt.Fprintf(&b, "the text of %s could not be read; 'archive import' reads their files again:\n", countOf(n, "article"))
		for _, l := range r.Lost[:min(n, maxNamed)] {
			fmt.Fprintf(&b, "  %s\n", safeLine(l.String()))
		}
		if n > maxNamed {
			fmt.Fprintf(&b, "  and %d more\n", n-maxNamed)
		}
	}
	if len(r.Gaps) > 0 {
		fmt.Fprintf(&b, "not all could be read of: %s\n", strings.Join(r.Gaps, ", "))
	}
	if anyLost(found) {
		b.WriteString("what is not as archive wrote it was copied as it is; only a backup knows how it was\n")
	}
	for _, p := range r.Still.Problems {
		fmt.Fprintf(&b, "still so: %s\n", safeLine(p.Text))
	}
	_, err := fmt.Fprint(e.out, b.String())
	return err
}

// inspect looks for damage and shows on a terminal what it looks at.
func (e *env) inspect(ctx context.Context, path string, deep bool) (*store.Findings, error) {
	s := e.newStatus()
	defer s.clear()
	return store.Inspect(ctx, path, store.Inspection{
		Schema: e.assets.Schema, Deep: deep,
		Step: func(what string) { s.show("checking " + what) },
	})
}

// sayFound reports what an inspection came to.
func (e *env) sayFound(path string, found *store.Findings, deep bool) error {
	var b strings.Builder
	name := safeLine(tilde(path))
	switch {
	case len(found.Problems) > 0:
		fmt.Fprintf(&b, "%s is damaged:\n", name)
	case found.Earlier:
		fmt.Fprintf(&b, "%s is sound: %s; it is of an earlier version, and its index is made anew when it is next opened\n", name, countOf(int(found.Articles), "article"))
	case deep:
		fmt.Fprintf(&b, "%s is sound: %s, every text compared with the index\n", name, countOf(int(found.Articles), "article"))
	default:
		fmt.Fprintf(&b, "%s is sound in its structure: %s (--deep compares every text with the index)\n", name, countOf(int(found.Articles), "article"))
	}
	for _, p := range found.Problems {
		fmt.Fprintf(&b, "  %s\n", safeLine(p.Text))
	}
	if len(found.Problems) > 0 {
		b.WriteString("restore it from a copy ('archive restore COPY'), or let 'archive check --repair' save what can be read\n")
	}
	_, err := fmt.Fprint(e.out, b.String())
	return err
}
