package cli

import (
	"context"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"
	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

// answer writes a result in the format asked for.
type answer struct {
	e       *env
	archive *store.Archive
	result  *search.Result
	format  outputFormat
	fields  string // the flag --fields
	context bool   // snippets are as long as asked for
}

// chosenFormat reads --format, --json and --csv.
func chosenFormat(in *urfave.Context) (outputFormat, error) {
	names := []string{}
	if f := in.String("format"); f != "" {
		names = append(names, f)
	}
	for _, short := range []string{"json", "csv"} {
		if in.Bool(short) {
			names = append(names, short)
		}
	}
	for _, name := range names {
		if name != names[0] {
			return outputFormat{}, usagef("two formats are asked for, %s and %s (give one)", names[0], name)
		}
	}
	if len(names) == 0 {
		return findFormat("table"), nil
	}
	return findFormat(names[0]), nil
}

// queryOf reads the flags that search and list share.
func queryOf(in *urfave.Context, text, order string) search.Query {
	q := search.Query{
		Text:    text,
		Sources: in.StringSlice("source"),
		Authors: in.StringSlice("author"),
		Langs:   in.StringSlice("lang"),
		Types:   in.StringSlice("type"),
		Tags:    in.StringSlice("tag"),
		Cites:   in.StringSlice("cites"),
		Since:   in.String("since"),
		Until:   in.String("until"),
		Sort:    order,
		Limit:   20,
		Offset:  in.Int("offset"),
		Now:     time.Now(),

		NoCorrect: in.Bool("no-correct"),
		Exact:     in.Bool("exact"),
	}
	if in.IsSet("limit") {
		q.Limit = in.Int("limit")
	}
	if sort := in.String("sort"); sort != "" {
		q.Sort = sort
	}
	return q
}

// write writes the articles and returns how many.
func (w *answer) write(ctx context.Context) (int, error) {
	if w.format.writer == nil && w.fields == "" {
		return w.table()
	}
	chosen := w.format.chooseFields(w.fields)
	out, err := w.writerFor(chosen)
	if err != nil {
		return 0, err
	}
	n, err := w.records(ctx, chosen, out.record)
	if err != nil {
		return n, err
	}
	return n, out.close()
}

// records goes through the values of each article and returns how many there
// were.
func (w *answer) records(ctx context.Context, chosen []field, record func(values []any) error) (n int, err error) {
	for hit, err := range w.result.Hits {
		if err != nil {
			return n, err
		}
		values, err := w.values(ctx, hit, chosen)
		if err != nil {
			return n, err
		}
		if err := record(values); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (w *answer) writerFor(chosen []field) (writer, error) {
	names := make([]string, len(chosen))
	for i, f := range chosen {
		names[i] = f.name
	}
	if w.format.writer == nil {
		return newFieldTable(w.e.out, names, w.e.term), nil
	}
	out := w.format.writer(w.e.out, names, w.e.term)
	if len(w.result.Facets) > 0 {
		return newFacetedJSON(w.e.out, w.result, out) // other formats have the facets alone
	}
	return out, nil
}

func (w *answer) values(ctx context.Context, hit search.Hit, chosen []field) ([]any, error) {
	r := &record{Hit: hit}
	values := make([]any, len(chosen))
	for i, f := range chosen {
		if f.asked {
			if err := r.complete(ctx, w.archive); err != nil {
				return nil, err
			}
		}
		values[i] = f.value(r)
	}
	return values, nil
}

// screenful is how many rows the table lays out at once; columns can only
// grow after that.
const screenful = 1000

// table writes the articles for people, in as many pieces as there are
// screenfuls.
func (w *answer) table() (int, error) {
	t := newHitTable(w.e, w.result.Words > 1)
	t.context = w.context
	for hit, err := range w.result.Hits {
		if err != nil {
			return t.count, err
		}
		if err := t.add(hit); err != nil {
			return t.count, err
		}
	}
	return t.count, t.close()
}

// hitTable is the table of articles that search and list show.
type hitTable struct {
	e       *env
	tiers   bool // a line parts those that match some words from the others
	pending []search.Hit
	grid    *grid
	columns []hitColumn // of the grid, without the title
	matched string      // of the row before
	count   int
	derived bool // a title shown was not given by the article
	context bool // snippets are shown whole
}

func newHitTable(e *env, tiers bool) *hitTable {
	return &hitTable{e: e, tiers: tiers}
}

func (t *hitTable) add(h search.Hit) error {
	t.count++
	t.pending = append(t.pending, h)
	if len(t.pending) < screenful {
		return nil
	}
	return t.flush()
}

func (t *hitTable) close() error {
	if err := t.flush(); err != nil {
		return err
	}
	if t.derived {
		t.e.notef("%s", t.e.errTerm.paint(dim("* no title in the article: its first words")))
	}
	return nil
}

func (t *hitTable) flush() error {
	if len(t.pending) == 0 {
		return nil
	}
	if t.grid == nil {
		t.grid = t.newGrid()
	}
	rows := make([][]cell, len(t.pending))
	for i := range t.pending {
		rows[i] = t.row(&t.pending[i])
	}
	t.grid.fit(rows)
	start := 0
	for i, h := range t.pending {
		if t.tiers && h.Matched == "some" && t.matched != "some" {
			if err := t.grid.print(rows[start:i]); err != nil {
				return err
			}
			if err := t.grid.header(); err != nil {
				return err
			}
			if err := t.grid.rule("only some of the words"); err != nil {
				return err
			}
			start = i
		}
		t.matched = h.Matched
	}
	t.pending = t.pending[:0]
	return t.grid.print(rows[start:])
}

// hitColumn is a column of the table of articles, but for the title.
type hitColumn struct {
	column
	text func(h *search.Hit) string // "" where the article has nothing
	wide bool                       // only in a wide table
	must bool                       // also where no article has anything
}

func hitColumns() []hitColumn {
	return []hitColumn{
		{column: column{head: "ID", right: true}, text: func(h *search.Hit) string { return asText(h.ID) }, must: true},
		{column: column{head: "DATE"}, text: func(h *search.Hit) string { return h.Published.Day() }},
		{column: column{head: "SOURCE", max: 20}, text: func(h *search.Hit) string { return safeLine(h.Source.Value) }},
		{column: column{head: "AUTHOR", max: 24}, text: func(h *search.Hit) string { return safeLine(h.Byline.Value) }, wide: true},
	}
}

func (t *hitTable) newGrid() *grid {
	g := &grid{w: t.e.out, term: t.e.term}
	for _, c := range hitColumns() {
		if t.shows(c) {
			g.columns, t.columns = append(g.columns, c.column), append(t.columns, c)
		}
	}
	g.columns = append(g.columns, column{head: "TITLE", flex: true})
	return g
}

// shows reports whether the table has a column. In a narrow one, those that
// are empty on the whole page leave their room to the title.
func (t *hitTable) shows(c hitColumn) bool {
	hasText := func(h search.Hit) bool { return c.text(&h) != "" }
	switch {
	case c.must:
		return true
	case c.wide:
		return t.e.term.isWide() && slices.ContainsFunc(t.pending, hasText)
	case t.e.term.isNarrow() && len(t.pending) < screenful:
		return slices.ContainsFunc(t.pending, hasText)
	}
	return true
}

// isWide reports whether the table has a column for the author.
func (t terminal) isWide() bool { return t.width == 0 || t.width >= 120 }

// isNarrow reports whether the table has no room for empty columns.
func (t terminal) isNarrow() bool { return t.width > 0 && t.width <= defaultWidth }

const none = "–" // what stands in a cell where the article has nothing

func (t *hitTable) row(h *search.Hit) []cell {
	var row []cell
	for _, c := range t.columns {
		row = append(row, oneLine(orNone(c.text(h))))
	}
	return append(row, t.title(h))
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

// title has the title, and below it the snippet where there is one.
func (t *hitTable) title(h *search.Hit) cell {
	title := orNone(t.e.term.heading(h))
	if h.Title.Derived && h.Title.Value != "" {
		t.derived = true
		title = dim("*") + " " + title
	}
	c := cell{{title, titleLines}}
	snippet, lines := t.e.term.snippet(h.Snippet), t.e.term.snippetLines()
	if t.context {
		snippet, lines = fold(t.e.term.spans(h.Snippet)), math.MaxInt
	}
	if snippet != "" {
		c = append(c, paragraph{snippet, lines})
	}
	return c
}

// heading is the title, with what matches marked for people at a terminal; a
// pipe gets it as it is.
func (t terminal) heading(h *search.Hit) string {
	if h.Heading == nil || !t.tty && !t.color {
		return safeLine(h.Title.Value)
	}
	return fold(t.spans(h.Heading))
}

const titleLines = 2

// snippetLines is how many lines of the title column a snippet may take.
func (t terminal) snippetLines() int {
	if t.width == 0 {
		return 1
	}
	return 2
}

// snippetCells is about what the lines of a snippet hold, however much the
// other columns take and the ends of lines leave empty.
func (t terminal) snippetCells() int {
	const most, idDateSource, author, lineEnd = 240, 40, 26, 4
	if t.width == 0 {
		return most
	}
	column := t.width - idDateSource
	if t.isWide() {
		column -= author
	}
	return min(max(t.snippetLines()*(column-lineEnd), 60), most)
}

// snippet joins the spans to one line. If it is too long, words before the
// first match go, so that the match is seen.
func (t terminal) snippet(spans []search.Span) string {
	first := max(slices.IndexFunc(spans, func(s search.Span) bool { return s.Mark }), 0)
	whole := fold(t.spans(spans))
	if cut, ok := strings.CutSuffix(whole, " …"); ok {
		whole = cut + "…" // which alone would be a line
	}
	over := width(whole) - t.snippetCells()
	lead := fold(t.spans(spans[:first]))
	keep := t.snippetCells() / 3
	if over <= 0 || width(lead) <= keep {
		return whole
	}
	drop := min(over+1, width(lead)-keep)
	dropped := len(displaywidth.TruncateString(lead, drop, ""))
	if blank := strings.IndexByte(lead[dropped:], ' '); blank >= 0 && blank < 20 {
		dropped += blank
	}
	return "…" + strings.TrimLeft(whole[dropped:], " ")
}

// fieldTable is the table with --fields: one plain column each.
type fieldTable struct {
	grid *grid
	rows [][]cell
}

func newFieldTable(out io.Writer, names []string, t terminal) writer {
	g := &grid{w: out, term: t}
	for _, name := range names {
		right := name == "id" || name == "words" || name == "score" || name == "left"
		flex := name == "title" || name == "snippet" || name == "text" || name == "path" || name == "url"
		g.columns = append(g.columns, column{head: strings.ToUpper(name), right: right, flex: flex})
	}
	return &fieldTable{grid: g}
}

func (f *fieldTable) record(values []any) error {
	row := make([]cell, len(values))
	for i, v := range values {
		row[i] = oneLine(orNone(cut(safeLine(asText(v)), pipeMax)))
	}
	f.rows = append(f.rows, row)
	if len(f.rows) < screenful {
		return nil
	}
	return f.close()
}

func (f *fieldTable) close() error {
	if len(f.rows) == 0 {
		return nil
	}
	f.grid.fit(f.rows)
	err := f.grid.print(f.rows)
	f.rows = nil
	return err
}
