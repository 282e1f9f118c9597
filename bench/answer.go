package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"example.com/archive/search"
	"example.com/archive/store"
)

// answerName is the command that searches an open archive, a query a line: a
// process of its own, like those of the other contestants.
const answerName = "answer"

func answerAll(ctx context.Context, _ string, args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("answer wants the file of an archive")
	}
	a, err := store.Open(ctx, args[0])
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err = answerLine(ctx, a, lines.Text(), w); err != nil {
			break
		}
		if err = w.Flush(); err != nil {
			break
		}
	}
	return errors.Join(err, lines.Err(), a.Close())
}

func answerLine(ctx context.Context, a *store.Archive, line string, w io.Writer) error {
	q, err := parseLine(line)
	if err != nil {
		return err
	}
	found := 0
	if q.form != nothing {
		if found, err = answerQuery(ctx, a, q, w); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(w, "=", found)
	return err
}

func answerQuery(ctx context.Context, a *store.Archive, q query, w io.Writer) (found int, err error) {
	result, err := search.Run(ctx, a, archiveQuery(q))
	if err != nil {
		return 0, err
	}
	for hit, err := range result.Hits {
		if err == nil {
			_, err = fmt.Fprintln(w, hit.ID)
		}
		if err != nil {
			return 0, err
		}
	}
	for _, f := range result.Facets {
		for _, v := range f.Values {
			if _, err := fmt.Fprintln(w, v.Value, v.Articles); err != nil {
				return 0, err
			}
		}
	}
	if q.form == anyOf {
		return result.All + result.Some, nil
	}
	return result.All, nil
}

func archiveQuery(q query) search.Query {
	query := search.Query{Text: archiveText(q), Since: q.since, Until: q.until, Limit: shown, Offset: q.offset, IDs: true, Now: time.Now()}
	switch q.form {
	case allOf:
		query.Match = search.AllOnly
	case anyOf:
		query.Match = search.Any
	}
	if q.source != "" {
		query.Sources = []string{q.source}
	}
	if q.facets {
		query.Facets = []string{"source"}
	}
	if q.byDate {
		query.Sort = "-date"
	}
	return query
}
