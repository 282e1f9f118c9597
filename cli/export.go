package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

func exportCommand() command {
	return command{
		name:    "export",
		args:    "[QUERY...]",
		summary: "write everything out again, or what matches a query",
		about: `Writes out what the archive holds, as it is at one moment. As jsonl nothing is
left out: texts, how each field was found, corrections, earlier versions, where
each article came from, names that stand for others, saved searches. To import
that file gives an equal archive. As markdown each article is a file, with what
is known of it on top; as csv it is a row for a spreadsheet. As originals the
files come back as they were, where 'archive import --keep-originals' kept them,
with index.csv, which says what they were.

With a query or filters it writes the articles that match all of it, and where
these came from. What is there already is never overwritten, and what bears the
name is whole.`,
		examples: []example{
			{"archive export --to all.jsonl", "everything; 'archive import all.jsonl' brings it back"},
			{"archive export | gzip > all.jsonl.gz", "the same, packed"},
			{"archive export --to notes --format markdown", "a folder of files to read and edit"},
			{"archive export nuclear --since 2024 --to nuclear.csv", "what matches, for a spreadsheet"},
		},
		query: true,
		options: joinOptions(filterOptions(), wordOptions(), []option{
			{name: "any", kind: isSwitch, help: "articles with any of the words"},
			{name: "to", kind: isText, arg: "FILE", help: "write there: a new file, for markdown and originals a new folder (default -, standard output)"},
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "jsonl, markdown, csv, originals (default: by the ending of FILE, else jsonl)", values: exportFormats},
			{name: "versions", kind: isText, arg: "WHICH", help: "all: earlier versions too, as jsonl does; current: none, as the others do", values: []string{"all", "current"}},
			{name: "by", kind: isText, arg: "WHAT", help: "folders of markdown: source (default) or date", values: []string{"source", "date"}},
		}),
		words: queryFields,
		run:   runExport,
	}
}

var exportFormats = []string{"jsonl", "markdown", "csv", "originals"}

// isFolder reports whether the format is a folder of files.
func (t *exportTask) isFolder() bool { return t.format == "markdown" || t.format == "originals" }

// exportTask is what the flags ask for.
type exportTask struct {
	query     *search.Query // nil: everything
	to        string        // "-" for standard output
	format    string
	earlier   bool
	byDate    bool
	articles  int  // written
	earlierN  int  // of them
	withFiles bool // the originals too
	// originals counts the files that were written, damaged those that are not
	// what they were and were left out.
	originals, damaged int
}

func runExport(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	task, err := exportTaskOf(in)
	if err != nil {
		return exitError, err
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		o := store.ExportOptions{Earlier: task.earlier, Originals: task.withFiles, Spoilt: func() { task.damaged++ }, Program: "archive " + e.assets.Version}
		if task.query != nil {
			if o.Articles, err = e.exported(ctx, a, *task.query); err != nil || len(o.Articles) == 0 {
				return exitOf(err), err
			}
		}
		if err := e.export(ctx, a, o, &task); err != nil {
			return exitError, err
		}
		if err := e.exportDone(task); err != nil {
			return exitError, err
		}
		if task.damaged > 0 {
			e.notef("%s damaged, and left out ('archive check --deep' says more)", countOf(task.damaged, "original"))
			return exitSomeFailed, nil
		}
		return exitFound, nil
	})
}

// exitOf is for a query that found nothing or failed.
func exitOf(err error) int {
	if err != nil {
		return exitError
	}
	return exitNothing
}

func exportTaskOf(in *urfave.Context) (task exportTask, err error) {
	task = exportTask{to: in.String("to"), format: in.String("format"), byDate: in.String("by") == "date"}
	if task.to == "" {
		task.to = "-"
	}
	if task.format == "" {
		if task.format = exportFormatOf(task.to); task.format == "" {
			return task, usagef("%s does not tell the format (name it .jsonl or .csv, or say which with --format)", quoted(filepath.Base(task.to)))
		}
	}
	switch {
	case task.isFolder() && task.to == "-":
		return task, usagef("%s is a folder of files (say which: --to FOLDER)", task.format)
	case task.format != "markdown" && in.String("by") != "":
		return task, usagef("--by is about the folders of markdown (add --format markdown)")
	}
	task.earlier = task.format == "jsonl" || task.format == "originals"
	task.withFiles = task.earlier
	if versions := in.String("versions"); versions != "" {
		task.earlier = versions == "all"
	}
	text := strings.Join(in.Args().Slice(), " ")
	q := queryOf(in, text, "added")
	if strings.TrimSpace(text) == "" && !hasFilter(q) {
		return task, nil
	}
	q.Limit, q.Match, q.IDs = 0, search.AllOnly, true
	if in.Bool("any") {
		q.Match = search.Any
	}
	task.query = &q
	task.withFiles = task.format == "originals" // a file may hold more than was asked for
	return task, nil
}

// exportFormatOf tells the format by the ending of a file; "" where that is of a
// format in which an export does not write a file.
func exportFormatOf(to string) string {
	switch strings.ToLower(filepath.Ext(to)) {
	case ".csv":
		return "csv"
	case ".md", ".markdown", ".txt", ".tsv", ".json", ".html", ".htm", ".xml", ".pdf", ".docx", ".odt", ".xlsx", ".ods",
		".epub", ".ris", ".bib", ".db", ".sqlite", ".sql", ".gz", ".xz", ".zst", ".bz2", ".zip", ".tar", ".tgz":
		return ""
	}
	return "jsonl"
}

// exported gives the articles that match a query, and says why there are none.
func (e *env) exported(ctx context.Context, a *store.Archive, q search.Query) (ids []int64, err error) {
	q.NoHelp = e.quiet
	result, err := search.Run(ctx, a, q)
	if err != nil {
		return nil, err
	}
	e.notes(result)
	for hit, err := range result.Hits {
		if err != nil {
			return nil, err
		}
		ids = append(ids, hit.ID)
	}
	if len(ids) == 0 {
		e.nothing(result)
	}
	return ids, nil
}

// exportWriter writes the lines of an export in a format. It leaves out what
// the format has no place for.
type exportWriter interface {
	line(store.ExportLine) error
	close() error
}

func (e *env) export(ctx context.Context, a *store.Archive, o store.ExportOptions, task *exportTask) error {
	if task.to == "-" {
		return e.exportLines(ctx, a, o, task, task.writer(e.out, e.term))
	}
	target, err := newExportTarget(task.to, task.isFolder())
	if err != nil {
		return err
	}
	w := exportWriter(nil)
	switch task.format {
	case "markdown":
		w, err = newMarkdownFolder(target.temp, task.byDate)
	case "originals":
		w, err = newOriginalsFolder(target.temp, task)
	default:
		w = task.writer(target.out, terminal{})
	}
	if err == nil {
		err = e.exportLines(ctx, a, o, task, w)
	}
	if err != nil {
		return errors.Join(target.worded(err), target.giveUp())
	}
	return target.publish()
}

func (e *env) exportLines(ctx context.Context, a *store.Archive, o store.ExportOptions, task *exportTask, w exportWriter) error {
	s := e.newStatus()
	show := s.pages("exporting")
	total := 0
	err := a.Export(ctx, o, func(line store.ExportLine) error {
		switch line := line.(type) {
		case *store.ExportHeader:
			total, task.earlierN = line.Articles, line.Earlier
		case *store.ExportArticle:
			task.articles++
			show(task.articles, total)
		}
		return w.line(line)
	})
	s.clear()
	return errors.Join(err, w.close())
}

func (e *env) exportDone(task exportTask) error {
	if task.format == "originals" {
		return e.originalsDone(task)
	}
	text := "exported " + countOf(task.articles, "article")
	if task.earlierN > 0 {
		text += fmt.Sprintf(", %s of them earlier versions", number(task.earlierN))
	}
	if task.to == "-" {
		e.notef("%s", text)
		return nil
	}
	_, err := fmt.Fprintf(e.out, "%s to %s\n", text, safeLine(tilde(task.to)))
	return err
}

func (e *env) originalsDone(task exportTask) error {
	text := fmt.Sprintf("exported %s to %s\n", countOf(task.originals, "original"), safeLine(tilde(task.to)))
	if task.originals+task.damaged == 0 {
		text += "the archive keeps no files of these articles ('archive import --keep-originals PATH' does)\n"
	}
	_, err := fmt.Fprint(e.out, text)
	return err
}
