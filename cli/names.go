package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

func namesCommand() command {
	return command{
		name:    "names",
		args:    "variants NAME | decided",
		summary: "the spellings of a name, and which of them belong together",
		about: `Lists the spellings of a name that the archive holds and that a search for it
finds as well: how many articles have each, and how it was joined: by its
sound (key), or because you accepted it. --accept and --reject say which
spellings are of one name and which are not; the archive keeps that, and
--forget takes it back. A name is one word. 'archive names decided' lists what
was decided, folded, with when.`,
		examples: []example{
			{"archive names variants Zelensky", ""},
			{"archive names variants Moscow --accept Moscow=Moskau", "one place"},
			{"archive names variants Kiev --reject Kiev=Kiwi", "two things"},
			{"archive names variants Kiev --forget Kiev=Kiwi", "undecided again"},
			{"archive names decided", "all that was decided"},
		},
		options: []option{
			{name: "accept", kind: isList, arg: "A=B", help: "these are spellings of one name"},
			{name: "reject", kind: isList, arg: "A=B", help: "these are not"},
			{name: "forget", kind: isList, arg: "A=B", help: "take back what was decided of these"},
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "table, json, jsonl, csv, tsv, md", values: sourceFormats()},
			{name: "json", kind: isSwitch, help: "the same as --format json"},
			{name: "csv", kind: isSwitch, help: "the same as --format csv"},
		},
		words: func() []string { return []string{"variants", "decided"} },
		run:   runNames,
	}
}

func runNames(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	format, err := chosenFormat(in)
	if err != nil {
		return exitError, err
	}
	words := in.Args().Slice()
	switch {
	case slices.Equal(words, []string{"decided"}):
		return e.namesDecided(ctx, in, format)
	case len(words) != 2 || words[0] != "variants":
		return exitError, usagef("give one name: 'archive names variants NAME' (or 'archive names decided')")
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		if err := decideNames(ctx, a, in); err != nil {
			return exitError, err
		}
		list, err := search.Variants(ctx, a, words[1])
		if err != nil {
			return exitError, err
		}
		return foundCode(len(list)), e.showVariants(words[1], list, format)
	})
}

// decideNames keeps what the flags say of pairs of spellings. All pairs are
// read before the first is kept.
func decideNames(ctx context.Context, a *store.Archive, in *urfave.Context) error {
	var decisions []func() error
	for _, d := range []struct {
		flag string
		keep func(one, other string) error
	}{
		{"accept", func(one, other string) error { return a.DecideNames(ctx, one, other, true) }},
		{"reject", func(one, other string) error { return a.DecideNames(ctx, one, other, false) }},
		{"forget", func(one, other string) error { return forgetNames(ctx, a, one, other) }},
	} {
		for _, pair := range in.StringSlice(d.flag) {
			one, other, err := namePair(d.flag, pair)
			if err != nil {
				return err
			}
			decisions = append(decisions, func() error { return d.keep(one, other) })
		}
	}
	for _, decide := range decisions {
		if err := decide(); err != nil {
			return err
		}
	}
	return nil
}

// namePair reads A=B.
func namePair(flag, pair string) (one, other string, err error) {
	left, right, _ := strings.Cut(pair, "=")
	one, ok := search.NameSurface(left)
	other, also := search.NameSurface(right)
	if !ok || !also || one == other {
		return "", "", usagef("--%s %s is not a pair of spellings (write --%s Kiev=Kiew, one word on each side)", flag, pair, flag)
	}
	return one, other, nil
}

func forgetNames(ctx context.Context, a *store.Archive, one, other string) error {
	known, err := a.ForgetNames(ctx, one, other)
	if err == nil && !known {
		return &search.Error{Text: fmt.Sprintf("nothing was decided of %s and %s", one, other)}
	}
	return err
}

// decidedFields are the columns of the machine formats.
var decidedFields = []string{"spelling", "other", "same", "decided"}

// namesDecided lists the pairs of spellings that somebody decided of.
func (e *env) namesDecided(ctx context.Context, in *urfave.Context, format outputFormat) (int, error) {
	for _, flag := range []string{"accept", "reject", "forget"} {
		if in.IsSet(flag) {
			return exitError, usagef("--%s belongs to 'archive names variants', not to 'decided'", flag)
		}
	}
	return e.withArchive(ctx, func(a *store.Archive) (code int, err error) {
		v, err := a.View(ctx)
		if err != nil {
			return exitError, err
		}
		defer func() { err = errors.Join(err, v.Close()) }()
		pairs, err := v.NamePairs(ctx)
		if err != nil {
			return exitError, err
		}
		if len(pairs) == 0 {
			e.notef("nothing was decided of spellings yet (archive names variants NAME --accept A=B)")
		}
		return foundCode(len(pairs)), e.showDecided(pairs, format)
	})
}

func (e *env) showDecided(pairs []store.NamePair, format outputFormat) error {
	if format.writer == nil {
		return e.decidedTable(pairs)
	}
	w := format.writer(e.out, decidedFields, e.term)
	for _, p := range pairs {
		if err := w.record([]any{p.A, p.B, p.Accepted, p.Decided}); err != nil {
			return err
		}
	}
	return w.close()
}

func (e *env) decidedTable(pairs []store.NamePair) error {
	if len(pairs) == 0 {
		return nil
	}
	g := &grid{w: e.out, term: e.term, columns: []column{
		{head: "DECIDED"},
		{head: "AS"},
		{head: "SPELLINGS", flex: true},
	}}
	var rows [][]cell
	for _, p := range pairs {
		as := "rejected"
		if p.Accepted {
			as = "accepted"
		}
		rows = append(rows, []cell{oneLine(safeLine(p.Decided)), oneLine(as), oneLine(safeLine(p.A + "=" + p.B))})
	}
	g.fit(rows)
	return g.print(rows)
}

// variantFields are the columns of the machine formats.
var variantFields = []string{"spelling", "articles", "joined"}

func (e *env) showVariants(name string, list []search.Variant, format outputFormat) error {
	if len(list) == 0 {
		e.notef("the archive holds no other spelling of %s", safeLine(name))
	}
	if format.writer == nil {
		return e.variantTable(list)
	}
	w := format.writer(e.out, variantFields, e.term)
	for _, v := range list {
		if err := w.record([]any{v.Spelling, int64(v.Articles), v.How}); err != nil {
			return err
		}
	}
	return w.close()
}

func (e *env) variantTable(list []search.Variant) error {
	if len(list) == 0 {
		return nil
	}
	g := &grid{w: e.out, term: e.term, columns: []column{
		{head: "ARTICLES", right: true},
		{head: "JOINED"},
		{head: "SPELLING", flex: true},
	}}
	var rows [][]cell
	for _, v := range list {
		rows = append(rows, []cell{oneLine(number(v.Articles)), oneLine(v.How), oneLine(safeLine(v.Spelling))})
	}
	g.fit(rows)
	return g.print(rows)
}
