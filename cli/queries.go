package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

// queriesOptions are the flags for many queries at once.
func queriesOptions() []option {
	return []option{
		{name: "queries", kind: isText, arg: "FILE", help: "search for each query of a file, one a line, or CSV with columns name and query; - is standard input"},
		{name: "out", kind: isText, arg: "DIR", help: "with --queries, write a file for each query into this folder"},
		{name: "force", kind: isSwitch, help: "with --out, replace files that are there"},
	}
}

// searchMany searches for each query of a file, in one open archive.
func (e *env) searchMany(ctx context.Context, in *urfave.Context) (int, error) {
	format, err := chosenFormat(in)
	if err == nil {
		err = checkQueries(in, format)
	}
	if err != nil {
		return exitError, err
	}
	file, err := e.queriesFile(in.String("queries"))
	if err != nil {
		return exitError, err
	}
	defer file.Close()
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		b := &batch{e: e, in: in, archive: a, format: format, now: time.Now(), log: e.searchLog(ctx, a, in)}
		defer b.log.write(ctx)
		return b.run(ctx, newQueryReader(file))
	})
}

func checkQueries(in *urfave.Context, format outputFormat) error {
	switch {
	case in.Args().Present():
		return usagef("the queries stand in the file, and words are given too (give one of them; flags such as --source narrow down all)")
	case format.name == "ids" && in.String("out") == "":
		return usagef("--format ids cannot say which query has found an article (give another format, or --out DIR for a file each)")
	}
	return nil
}

// queriesFile opens the file of queries; - is standard input.
func (e *env) queriesFile(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(e.stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("the queries in %s cannot be read: %w (give a file with one query a line)", tilde(name), reason(err))
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%s is a folder (give a file with one query a line)", tilde(name))
	}
	return f, nil
}

// batch answers many queries.
type batch struct {
	e       *env
	in      *urfave.Context
	archive *store.Archive
	format  outputFormat
	now     time.Time // of all queries, so that "today" is one day
	report  batchReport
	folder  *outFolder // of --out; else nil
	log     *searchLog

	queries, found, faults int
}

// batchReport writes what each query has found.
type batchReport interface {
	query(ctx context.Context, l *answered) error
	close() error
}

// answered is a query with what it found.
type answered struct {
	listedQuery
	asked  search.Query
	result *search.Result // nil where fault says why not
	file   string         // of --out, that its articles were written to
}

func (b *batch) run(ctx context.Context, queries *queryReader) (int, error) {
	first, err := queries.next()
	if errors.Is(err, io.EOF) {
		return exitError, usagef("there is no query in %s (one a line; lines that begin with # are skipped)", quoted(b.in.String("queries")))
	}
	if err == nil {
		err = b.begin(queries.name >= 0)
	}
	for q := first; err == nil; q, err = queries.next() {
		if err = b.one(ctx, q); err != nil {
			break
		}
	}
	b.clearProgress()
	if err != nil && !errors.Is(err, io.EOF) {
		return exitError, errors.Join(err, b.folder.close())
	}
	if err := errors.Join(b.report.close(), b.folder.close()); err != nil {
		return exitError, err
	}
	return b.summary(), nil
}

// begin chooses what is written.
func (b *batch) begin(named bool) (err error) {
	if dir := b.in.String("out"); dir != "" {
		if b.folder, err = openOutFolder(dir, b.in.Bool("force")); err != nil {
			return err
		}
	}
	fieldsAsked := b.in.String("fields") != "" || b.in.String("facets") != ""
	switch counts := b.in.Bool("count") || b.folder != nil; {
	case b.format.writer == nil && (counts || !fieldsAsked), b.format.name == "ids":
		b.report = newCountTable(b.e, named, b.folder != nil)
	case counts:
		b.report = newCountRecords(b.e, b.format, named, b.folder != nil)
	default:
		b.report = newArticleRecords(b, named)
	}
	return nil
}

// one answers a query. What is wrong with it alone is reported and does not
// end the others.
func (b *batch) one(ctx context.Context, q listedQuery) error {
	b.queries++
	b.progress()
	l := &answered{listedQuery: q}
	if err := b.search(ctx, l); err != nil {
		return err
	}
	if l.fault != "" {
		b.fault(l)
	} else if l.result.All+l.result.Some > 0 {
		b.found++
	}
	return b.report.query(ctx, l)
}

func (b *batch) search(ctx context.Context, l *answered) (err error) {
	if l.fault != "" {
		return nil
	}
	l.asked = queryOf(b.in, l.text, "")
	l.asked.Now, l.asked.State, l.asked.NoHelp = b.now, b.log.on, true
	l.asked.Match = matchOf(b.in)
	b.e.prepare(&l.asked, b.in, b.format)
	if _, counts := b.report.(*articleRecords); !counts && b.folder == nil {
		l.asked.Limit, l.asked.IDs, l.asked.Snippet, l.asked.Context = 1, true, 0, nil // the counts are wanted alone
	}
	l.result, err = search.Run(ctx, b.archive, l.asked)
	var wrong *search.Error
	if errors.As(err, &wrong) {
		l.fault = wrong.Text
		return nil
	}
	if err == nil {
		b.log.note(ctx, l.text, l.result)
		b.explain(l)
		err = b.write(ctx, l)
	}
	return err
}

// maxFaultLines bounds how many queries are complained of one by one.
const maxFaultLines = 20

func (b *batch) fault(l *answered) {
	b.faults++
	if b.faults <= maxFaultLines {
		b.clearProgress()
		b.e.warnf("line %d: %s", l.line, safeLine(l.fault))
	}
}

// explain tells how a query was read, under its line.
func (b *batch) explain(l *answered) {
	if l.result.Explain == nil {
		return
	}
	b.clearProgress()
	b.e.out.Flush()
	if !b.format.isJSON() {
		fmt.Fprintf(b.e.err, "line %d: %s\n", l.line, safeLine(l.text))
	}
	b.e.explanation(l.result, b.format)
}

// write writes the file of a query, where there is to be one.
func (b *batch) write(ctx context.Context, l *answered) error {
	if b.folder == nil {
		return nil
	}
	name := l.name
	if name == "" {
		name = l.text
	}
	f, err := b.folder.create(name, l.line, b.format)
	if err != nil {
		l.fault = err.Error()
		return nil
	}
	l.file = f.name
	err = b.e.writeTo(f, func(e *env) error {
		_, err := e.present(ctx, b.archive, b.in, l.asked, l.result, b.format)
		return err
	})
	return errors.Join(err, f.Close())
}

func (b *batch) summary() int {
	if more := b.faults - maxFaultLines; more > 0 {
		b.e.warnf("and %s more (--count lists all)", number(more))
	}
	line := fmt.Sprintf("%s: %s found something, %s nothing", queriesOf(b.queries), number(b.found), number(b.queries-b.found-b.faults))
	if b.faults > 0 {
		line += ", " + number(b.faults) + " could not be searched"
	}
	b.e.notef("%s", b.e.errTerm.paint(dim(line)))
	if b.faults > 0 {
		return exitError
	}
	return foundCode(b.found)
}

func queriesOf(n int) string {
	if n == 1 {
		return "1 query"
	}
	return number(n) + " queries"
}

// progressStep is how many queries pass between two signs of life.
const progressStep = 64

func (b *batch) progress() {
	if b.e.errTerm.tty && !b.e.quiet && b.queries%progressStep == 0 {
		fmt.Fprintf(b.e.err, "\r%s\x1b[K", queriesOf(b.queries))
	}
}

func (b *batch) clearProgress() {
	if b.e.errTerm.tty && !b.e.quiet && b.queries >= progressStep {
		fmt.Fprint(b.e.err, "\r\x1b[K")
	}
}

// countFields are the fields of a query with its counts; --out adds "file".
var countFields = []string{"line", "name", "query", "all", "some", "read", "notes", "error"}

// countRecords writes the counts of each query.
type countRecords struct {
	writer
	names []string
}

func newCountRecords(e *env, format outputFormat, named, files bool) *countRecords {
	names := slices.Clone(countFields)
	if !named {
		names = slices.DeleteFunc(names, func(n string) bool { return n == "name" })
	}
	if files {
		names = append(names, "file")
	}
	return &countRecords{format.writer(e.out, names, e.term), names}
}

func (r *countRecords) query(_ context.Context, l *answered) error {
	all := map[string]any{"line": int64(l.line), "name": l.name, "query": l.text, "error": l.fault, "file": l.file}
	if l.result != nil {
		all["all"], all["some"] = int64(l.result.All), int64(l.result.Some)
		all["read"], all["notes"] = l.result.Reading, l.result.Notes
	}
	values := make([]any, len(r.names))
	for i, name := range r.names {
		values[i] = all[name]
	}
	return r.record(values)
}

// countTable shows the counts of each query to people.
type countTable struct {
	e            *env
	grid         *grid
	named, files bool
	rows         [][]cell
}

func newCountTable(e *env, named, files bool) *countTable {
	t := &countTable{e: e, named: named, files: files, grid: &grid{w: e.out, term: e.term}}
	t.grid.columns = []column{{head: "ALL", right: true}, {head: "SOME", right: true}}
	if named {
		t.grid.columns = append(t.grid.columns, column{head: "NAME", max: 30})
	}
	t.grid.columns = append(t.grid.columns, column{head: "QUERY", flex: true})
	if files {
		t.grid.columns = append(t.grid.columns, column{head: "FILE", max: 40})
	}
	return t
}

func (t *countTable) query(_ context.Context, l *answered) error {
	row := []cell{oneLine(none), oneLine(none)}
	query := cell{{safeLine(l.text), 2}}
	if l.result != nil {
		row = []cell{oneLine(number(l.result.All)), oneLine(number(l.result.Some))}
		for _, note := range l.result.Notes {
			query = append(query, paragraph{dim(safeLine(note)), 3})
		}
	}
	if l.fault != "" {
		query = append(query, paragraph{fmt.Sprintf("line %d: %s", l.line, safeLine(l.fault)), 3})
	}
	if t.named {
		row = append(row, oneLine(orNone(safeLine(l.name))))
	}
	row = append(row, query)
	if t.files {
		row = append(row, oneLine(orNone(safeLine(l.file))))
	}
	t.rows = append(t.rows, row)
	if len(t.rows) < screenful {
		return nil
	}
	return t.close()
}

func (t *countTable) close() error {
	if len(t.rows) == 0 {
		return nil
	}
	t.grid.fit(t.rows)
	err := t.grid.print(t.rows)
	t.rows = nil
	return err
}

// articleRecords writes the articles, or the facets, of all queries one after
// the other, each with its query.
type articleRecords struct {
	writer
	b      *batch
	chosen []field
	named  bool
	notes  bool
	facets bool
}

func newArticleRecords(b *batch, named bool) *articleRecords {
	list := b.in.String("fields")
	r := &articleRecords{b: b, chosen: b.format.chooseFields(list), named: named, notes: list == "", facets: b.in.String("facets") != ""}
	names := []string{"query"}
	if named {
		names = []string{"name", "query"}
	}
	if r.facets {
		names = append(names, facetFields...)
	} else {
		for _, f := range r.chosen {
			names = append(names, f.name)
		}
	}
	if r.notes {
		names = append(names, "notes")
	}
	if b.format.writer == nil {
		r.writer = newFieldTable(b.e.out, names, b.e.term)
	} else {
		r.writer = b.format.writer(b.e.out, names, b.e.term)
	}
	return r
}

func (r *articleRecords) query(ctx context.Context, l *answered) error {
	if l.result == nil {
		return nil
	}
	write := func(values []any) error { return r.record(r.withQuery(l, values)) }
	if r.facets {
		return writeFacets(unclosed{write}, l.result.Facets)
	}
	_, err := (&answer{e: r.b.e, archive: r.b.archive, result: l.result}).records(ctx, r.chosen, write)
	return err
}

func (r *articleRecords) withQuery(l *answered, values []any) []any {
	all := make([]any, 0, len(values)+3)
	if r.named {
		all = append(all, l.name)
	}
	all = append(append(all, l.text), values...)
	if r.notes {
		all = append(all, l.result.Notes)
	}
	return all
}

// unclosed is a writer that others write to afterwards.
type unclosed struct{ write func(values []any) error }

func (u unclosed) record(values []any) error { return u.write(values) }

func (u unclosed) close() error { return nil }

// writeTo runs what prints to standard output with a file in its place. Notes
// are kept for the summary and not printed.
func (e *env) writeTo(f io.Writer, print func(*env) error) error {
	there := *e
	there.out.Flush()
	there.out = bufio.NewWriter(f)
	there.err, there.quiet = io.Discard, true
	there.term, there.errTerm = terminal{}, terminal{}
	err := print(&there)
	return errors.Join(err, there.out.Flush())
}
