package cli

import (
	"context"
	"fmt"
	"strconv"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

// collocateFields are the fields of a word near the matches; docs/output.md
// describes them.
var collocateFields = []string{"word", "together", "before", "behind", "frequency", "expected", "log_likelihood"}

func (e *env) collocates(ctx context.Context, a *store.Archive, in *urfave.Context, q search.Query, format outputFormat, log *searchLog) (int, error) {
	span := defaultSpan
	if in.IsSet("span") {
		span = in.Int("span")
	}
	result, err := search.Collocations(ctx, a, search.CollocateQuery{Query: q, Span: span, StopWords: in.Bool("stop-words")})
	if err != nil {
		return exitError, err
	}
	log.note(ctx, q.Text, &result.Result)
	e.explain(&result.Result)
	if format.writer == nil && in.String("fields") == "" {
		err = e.collocateTable(result)
	} else {
		err = e.collocateRecords(result, format, in.String("fields"))
	}
	if err != nil {
		return exitError, err
	}
	e.collocateSummary(q, result, span)
	return foundCode(result.Total), nil
}

func (e *env) collocateRecords(c *search.Collocates, format outputFormat, list string) error {
	w, err := e.records(format, collocateFields, list)
	if err != nil {
		return err
	}
	for _, l := range c.Words {
		values := []any{l.Word, int64(l.Together), int64(l.Left), int64(l.Right), int64(l.Frequency), l.Expected, l.LogLikelihood}
		if err := w.record(values); err != nil {
			return err
		}
	}
	return w.close()
}

func (e *env) collocateTable(c *search.Collocates) error {
	g := &grid{w: e.out, term: e.term, columns: []column{
		{head: "WORD", flex: true}, {head: "NEAR", right: true}, {head: "BEFORE", right: true}, {head: "BEHIND", right: true}, {head: "IN ALL", right: true}, {head: "LOG-L", right: true},
	}}
	rows := make([][]cell, len(c.Words))
	for i, l := range c.Words {
		rows[i] = []cell{
			oneLine(safeLine(l.Word)), oneLine(number(l.Together)), oneLine(number(l.Left)), oneLine(number(l.Right)),
			oneLine(number(l.Frequency)), oneLine(strconv.FormatFloat(l.LogLikelihood, 'f', 1, 64)),
		}
	}
	if len(rows) == 0 {
		return nil
	}
	g.fit(rows)
	return g.print(rows)
}

func (e *env) collocateSummary(q search.Query, c *search.Collocates, span int) {
	if c.Matches == 0 {
		e.nothing(&c.Result)
		e.kwicOthers(q, &c.Result)
		return
	}
	lines := []string{fmt.Sprintf("%s; %s within %s of them, of %s in these articles",
		counted(c.Matches, c.Articles), countOf(c.Near, "word"), countOf(span, "word"), number(c.Tokens))}
	switch shown := len(c.Words); {
	case c.Total == 0:
		lines = append(lines, "no word is more often near them than elsewhere")
	case shown == 0:
		lines = append(lines, "none after the first "+number(q.Offset))
	case q.Offset+shown < c.Total:
		lines = append(lines, fmt.Sprintf("%s of %s shown; --limit 0 for all, --offset %d for the next",
			pageOf(q.Offset, shown), countOf(c.Total, "word"), q.Offset+shown))
	case q.Offset > 0:
		lines = append(lines, fmt.Sprintf("%s of %s shown", pageOf(q.Offset, shown), countOf(c.Total, "word")))
	}
	for _, line := range lines {
		e.notef("%s", e.errTerm.paint(dim(line)))
	}
	e.kwicOthers(q, &c.Result)
}
