package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/ingest"
	"example.com/archive/store"
)

func importCommand() command {
	return command{
		name:    "import",
		args:    "[PATH...]",
		summary: "bring articles in from files and folders",
		about: `Reads files, whole folders or standard input ('-'): text, saved web pages, PDF,
Word and OpenDocument files, RTF, e-books, mail, feeds, web archives, downloads
of press databases, exports, Markdown, JSON and CSV, each also compressed or in
a zip or tar. Importing again is safe: what is there already stays as it is, and
a changed file gives a new version. Without a PATH, every place that you
imported before on this machine is brought up to date; an archive that has none
gets the five sample articles built into this program.`,
		examples: []example{
			{"archive import", "try it with the sample articles"},
			{"archive import ~/articles", "a folder with all that is in it"},
			{"archive import bbc.csv --source BBC", "and say which outlet it is from"},
			{"archive import dump.jsonl --map title=headline,text=body", "name the fields"},
			{"archive import book.epub --split chapters", "an article for each chapter"},
			{"archive import --report", "what the last imports did, and what failed"},
			{"archive import letter.txt --explain", "see what would be read, and why"},
			{"archive import ~/articles --dry-run", "see what would come, and what is left out"},
		},
		options: []option{
			{name: "source", kind: isText, arg: "NAME", help: "the outlet that all of it is from"},
			{name: "source-from", kind: isText, arg: "RULE", help: "where the outlet is taken from: host, folder, feed, field:NAME"},
			{name: "map", kind: isList, arg: "A=B,...", help: "the file calls our field A its B; fields: " + strings.Join(mapFields, ", ")},
			{name: "split", kind: isText, arg: "HOW", help: "books: one article a chapter, or one a book again", values: []string{"chapters", "none"}},
			{name: "hidden", kind: isSwitch, help: "also what is left out by itself: hidden files and folders, node_modules, ..."},
			{name: "no-hidden", kind: isSwitch, help: "leave that out again"},
			{name: "keep-originals", kind: isSwitch, help: "keep the bytes of each file too, compressed (archive export --format originals)"},
			{name: "no-keep-originals", kind: isSwitch, help: "keep no further ones; those that are kept stay"},
			{name: "dry-run", kind: isSwitch, help: "read and report, store nothing"},
			{name: "explain", kind: isSwitch, help: "show what one file gives, field by field; store nothing"},
			{name: "report", kind: isSwitch, help: "show the last imports and what each could not read; import nothing"},
			{name: "retry", kind: isSwitch, help: "only the files that could not be read the last time"},
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "text, json; with --report also jsonl, csv, tsv, md", values: []string{"text", "json", "jsonl", "csv", "tsv", "md"}},
			{name: "json", kind: isSwitch, help: "the same as --format json"},
		},
		run: runImport,
	}
}

// mapFields are the fields of an article that --map takes.
var mapFields = []string{"title", "text", "source", "author", "date", "url", "lang", "tags", "id"}

func runImport(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Bool("report") {
		return e.importReport(ctx, in)
	}
	if f := in.String("format"); f != "" && f != "text" && f != "json" {
		return exitError, usagef("an import is reported as text or json, not as %s (--report can be)", f)
	}
	fields, err := mapping(in.StringSlice("map"))
	if err != nil {
		return exitError, err
	}
	from, err := sourceRule(in, fields)
	if err != nil {
		return exitError, err
	}
	o := ingest.Options{
		Paths:      in.Args().Slice(),
		Key:        placesKey(in.Args().Present() && !in.Bool("dry-run") && !in.Bool("explain")),
		Samples:    e.assets.Seeds,
		Stdin:      e.stdin,
		Source:     in.String("source"),
		SourceFrom: from,
		Fields:     fields,
		Split:      in.String("split"),
		Hidden:     in.Bool("hidden"),
		NoHidden:   in.Bool("no-hidden"),
		Originals:  originalsOf(in),
		DryRun:     in.Bool("dry-run"),
		Retry:      in.Bool("retry"),
	}
	if o.Retry && len(o.Paths) > 0 {
		return exitError, usagef("--retry takes the files that failed, wherever they are (leave out %s)", quoted(o.Paths[0]))
	}
	if o.Hidden && o.NoHidden {
		return exitError, usagef("--hidden and --no-hidden mean the opposite: give one of them")
	}
	if in.Bool("keep-originals") && in.Bool("no-keep-originals") {
		return exitError, usagef("--keep-originals and --no-keep-originals mean the opposite: give one of them")
	}
	if o.Originals == store.KeepOriginals && slices.Contains(o.Paths, "-") {
		return exitError, usagef("what comes through standard input cannot be kept as a file (save it, and import that)")
	}
	if err := checkPaths(o.Paths); err != nil {
		return exitError, err
	}
	asJSON := in.Bool("json") || in.String("format") == "json"
	if in.Bool("explain") {
		return e.explainFile(ctx, o, asJSON)
	}
	return e.importAll(ctx, o, asJSON)
}

// originalsOf says whether the bytes of files are kept, "" for: as before.
func originalsOf(in *urfave.Context) string {
	switch {
	case in.Bool("keep-originals"):
		return store.KeepOriginals
	case in.Bool("no-keep-originals"):
		return store.DropOriginals
	}
	return ""
}

// sourceRule reads --source-from. field:NAME is a mapping like any other.
func sourceRule(in *urfave.Context, fields map[string]string) (rule string, err error) {
	rule = in.String("source-from")
	name, isField := strings.CutPrefix(rule, "field:")
	switch {
	case rule == "":
		return "", nil
	case in.String("source") != "":
		return "", usagef("--source says what the outlet is, --source-from where to look for it: give one of them")
	case isField && name != "":
		fields["source"] = name
		return rule, nil
	case rule == ingest.SourceFromHost, rule == ingest.SourceFromFolder, rule == ingest.SourceFromFeed:
		return rule, nil
	}
	return "", usagef("--source-from cannot be %s (host, folder, feed or field:NAME)", quoted(rule))
}

// mapping reads the values of --map: title=headline,text=body.
func mapping(values []string) (map[string]string, error) {
	fields := map[string]string{}
	for _, value := range values {
		for _, part := range strings.Split(value, ",") {
			ours, theirs, ok := strings.Cut(part, "=")
			ours, theirs = strings.TrimSpace(ours), strings.TrimSpace(theirs)
			if !ok || ours == "" || theirs == "" {
				return nil, usagef("--map wants FIELD=NAME, not %s (for example --map title=headline)", quoted(part))
			}
			if !slices.Contains(mapFields, ours) {
				return nil, usagef("an article has no field %s (--map takes %s)", quoted(ours), strings.Join(mapFields, ", "))
			}
			fields[ours] = theirs
		}
	}
	return fields, nil
}

// checkPaths refuses places that do not exist before anything is made.
func checkPaths(paths []string) error {
	for _, path := range paths {
		if path == "" {
			return usagef("a PATH is empty (name a file or folder, or - for standard input)")
		}
		if path == "-" {
			continue
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no file or folder %s (nothing was imported)", quoted(path))
		}
	}
	return nil
}

// importRun is an import that has ended, for the summary.
type importRun struct {
	*ingest.Report
	path    string // the archive
	created bool
	dryRun  bool
	retry   bool
	took    time.Duration
}

// importGC makes the garbage collector run more often during an import than
// it would by itself: a third less memory for a few per cent more time.
const importGC = 50

func (e *env) importAll(ctx context.Context, o ingest.Options, asJSON bool) (int, error) {
	run := importRun{dryRun: o.DryRun, retry: o.Retry}
	a, err := e.openForImport(ctx, &run)
	if err != nil {
		return exitError, err
	}
	if a != nil {
		defer a.Close()
	}
	debug.SetGCPercent(importGC)
	progress := e.newProgress()
	o.Progress = progress.show
	started := time.Now()
	run.Report, err = ingest.Run(ctx, a, o)
	progress.clear()
	run.took = time.Since(started)
	if err != nil {
		if run.Report != nil && ctx.Err() != nil {
			run.Stopped, err = true, nil
		} else {
			return exitError, err
		}
	}
	if asJSON {
		err = writeJSON(e.out, run.json())
	} else {
		err = e.importText(run)
	}
	return run.exitCode(), err
}

// openForImport opens or makes the archive. A dry run makes none; without
// one it gives nil.
func (e *env) openForImport(ctx context.Context, run *importRun) (a *store.Archive, err error) {
	if !run.dryRun {
		a, run.path, run.created, err = e.openOrCreate(ctx)
		return a, err
	}
	if run.path, _, err = e.dbPath(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(run.path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return store.Open(ctx, run.path)
}

func (r importRun) read() int { return r.Added + r.Same + r.Changed + r.Unchanged }

func (r importRun) exitCode() int {
	switch {
	case r.Stopped:
		return exitInterrupted
	case r.Failed > 0 && r.read() > 0:
		return exitSomeFailed
	case r.retry && r.Failed == 0 && r.Files == 0:
		return exitFound
	case r.read() == 0 && (len(r.Places) > 0 || r.Failed > 0 || r.Files > 0):
		return exitError
	}
	return exitFound
}

func (e *env) importText(r importRun) error {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, w := range r.Withheld {
		add("%s", safeLine(w))
	}
	if r.Samples {
		add("no PATH given and nothing imported before: these are the five sample articles")
	}
	if r.created {
		add("made the archive %s", safeLine(tilde(r.path)))
	}
	add("%s", r.sentence())
	if r.Stopped {
		add("stopped early; what is counted is stored (the same command goes on from there)")
	}
	for _, line := range r.skippedLines() {
		lines = append(lines, e.wrapped(line)...)
	}
	if r.dryRun || e.verbose {
		lines = append(lines, r.leftOutLines()...)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(e.out, line); err != nil {
			return err
		}
	}
	if err := e.failures(r.Failures, r.Failed); err != nil {
		return err
	}
	if r.Samples && !r.dryRun && !r.Stopped {
		_, err := fmt.Fprintln(e.out, `now try: archive search "Zaporizhzhia"`)
		return err
	}
	return nil
}

// wrapped breaks a line where a terminal would, between words.
func (e *env) wrapped(line string) []string {
	if e.term.width == 0 {
		return []string{line}
	}
	return wrap(line, e.term.width)
}

// sentence sums the import up.
func (r importRun) sentence() string {
	took := duration(r.took)
	if r.read() == 0 {
		return r.nothingRead()
	}
	if r.Added+r.Changed == 0 {
		return r.nothingNew()
	}
	verb := "imported"
	if r.dryRun {
		verb = "would import"
	}
	parts := []string{}
	part := func(n int, says string) {
		if n > 0 {
			parts = append(parts, number(n)+" "+says)
		}
	}
	part(r.Added, "added")
	part(r.Changed, "changed (the earlier versions are kept)")
	part(r.Same, "already there")
	files := ""
	if r.Files > 0 {
		files = " from " + countOf(r.Files, "file")
	}
	line := fmt.Sprintf("%s %s%s in %s: %s", verb, countOf(r.Added+r.Changed+r.Same, "article"), files, took, strings.Join(parts, ", "))
	if r.Unchanged > 0 {
		line += "; " + countOf(r.Unchanged, "file") + " unchanged"
	}
	return line
}

// nothingRead says why an import came to no article at all.
func (r importRun) nothingRead() string {
	switch {
	case r.retry && r.Failed == 0 && r.Files == 0:
		return "nothing to try again: no file failed the last time"
	case r.Failed > 0:
		return "nothing imported: " + countOf(r.Failed, "failure")
	case r.Stopped:
		return "nothing imported"
	case r.Files > 0:
		return "nothing imported: no article in " + countOf(r.Files, "file")
	case len(r.Skipped) > 0:
		return "nothing to import: no file of a known format"
	case len(r.Places) == 0 && r.Files == 0:
		return "nothing new: all that was imported before came through standard input, which cannot be read again"
	}
	return "nothing to import: no file there"
}

func (r importRun) nothingNew() string {
	var parts []string
	if r.Same > 0 {
		verb := "were"
		if r.Same == 1 {
			verb = "was"
		}
		parts = append(parts, countOf(r.Same, "article")+" "+verb+" already there")
	}
	if r.Unchanged > 0 {
		parts = append(parts, countOf(r.Unchanged, "file")+" unchanged since the last import")
	}
	return "nothing new: " + strings.Join(parts, ", ")
}

func (r importRun) skippedLines() []string {
	if len(r.Skipped) == 0 {
		return nil
	}
	kinds := make([]string, 0, len(r.Skipped))
	total := 0
	for kind, n := range r.Skipped {
		kinds = append(kinds, kind)
		total += n
	}
	sort.Slice(kinds, func(i, j int) bool {
		a, b := r.Skipped[kinds[i]], r.Skipped[kinds[j]]
		return a > b || a == b && kinds[i] < kinds[j]
	})
	parts := make([]string, len(kinds))
	for i, kind := range kinds {
		parts[i] = number(r.Skipped[kind]) + " " + kindOf(kind, r.Skipped[kind])
	}
	return []string{"skipped " + number(total) + ": " + strings.Join(parts, ", ")}
}

// kindOf writes a kind of what was skipped for so many: "redirects", "lists
// with links without text".
func kindOf(kind string, n int) string {
	if n == 1 {
		return safeLine(kind)
	}
	end := len(kind)
	for _, after := range []string{" (", " of ", " by ", " in ", " to ", " with ", " without "} {
		if i := strings.Index(kind, after); i > 0 {
			end = min(end, i)
		}
	}
	noun, ending := kind[:end], "s"
	switch {
	case strings.HasSuffix(noun, "s"):
		ending = "es"
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ey"):
		noun, ending = noun[:len(noun)-1], "ies"
	}
	return safeLine(noun + ending + kind[end:])
}

// namedLeftOut is how many of what was left out the summary names.
const namedLeftOut = 20

// leftOutLines name what the walk went past, and say why.
func (r importRun) leftOutLines() (lines []string) {
	for _, out := range r.LeftOut[:min(len(r.LeftOut), namedLeftOut)] {
		lines = append(lines, "left out "+nearName(out.Path)+": "+safeLine(out.Reason))
	}
	if more := len(r.LeftOut) - namedLeftOut; more > 0 {
		lines = append(lines, "and "+number(more)+" more that are left out (--json names up to 1,000)")
	}
	return lines
}

// importJSON is the report for programs; docs/output.md describes it.
type importJSON struct {
	Archive   string         `json:"archive"`
	Created   bool           `json:"created"`
	DryRun    bool           `json:"dry_run"`
	Samples   bool           `json:"samples"`
	Places    []string       `json:"places"`
	Withheld  []string       `json:"withheld,omitempty"`
	Files     int            `json:"files"`
	Unchanged int            `json:"unchanged"`
	Added     int            `json:"added"`
	Same      int            `json:"same"`
	Changed   int            `json:"changed"`
	Skipped   map[string]int `json:"skipped"`
	LeftOut   []leftOutJSON  `json:"left_out"`
	Failed    int            `json:"failed"`
	Failures  []failureJSON  `json:"failures"`
	Stopped   bool           `json:"stopped"`
	Seconds   float64        `json:"seconds"`
}

type leftOutJSON struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

type failureJSON struct {
	Path   string `json:"path"`
	Member string `json:"member,omitempty"`
	Reason string `json:"reason"`
}

func (r importRun) json() importJSON {
	j := importJSON{
		Archive: r.path, Created: r.created, DryRun: r.dryRun, Samples: r.Samples,
		Places: append([]string{}, r.Places...), Withheld: r.Withheld,
		Files: r.Files, Unchanged: r.Unchanged, Added: r.Added, Same: r.Same, Changed: r.Changed,
		Skipped: map[string]int{}, LeftOut: []leftOutJSON{}, Failed: r.Failed, Failures: []failureJSON{},
		Stopped: r.Stopped, Seconds: float64(r.took.Milliseconds()) / 1000,
	}
	for kind, n := range r.Skipped {
		j.Skipped[kind] = n
	}
	for _, out := range r.LeftOut {
		j.LeftOut = append(j.LeftOut, leftOutJSON{out.Path, out.Reason})
	}
	for _, f := range r.Failures {
		j.Failures = append(j.Failures, failureJSON(f))
	}
	return j
}
