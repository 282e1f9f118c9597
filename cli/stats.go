package cli

import (
	"context"
	"fmt"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

func statsCommand() command {
	return command{
		name:    "stats",
		summary: "what the archive holds",
		about:   "A short report: articles, words, outlets, dates, languages, imports.",
		examples: []example{
			{"archive stats", ""},
			{"archive stats --json", "for a program"},
		},
		options: []option{
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "text, json", values: []string{"text", "json"}},
			{name: "json", kind: isSwitch, help: "the same as --format json"},
		},
		run: runStats,
	}
}

func runStats(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Present() {
		return exitError, usagef("'archive stats' takes no words, only flags")
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		s, err := a.Stats(ctx)
		if err != nil {
			return exitError, err
		}
		if in.Bool("json") || in.String("format") == "json" {
			return exitFound, writeJSON(e.out, statsJSON(s))
		}
		return exitFound, e.pairs(statsLines(s))
	})
}

// pair is a line of a report: a label and what it says.
type pair struct{ label, text string }

// isPlace reports whether the text is for copying, and so never wrapped; what
// has no label names files.
func (p pair) isPlace() bool {
	return p.label == "" || p.label == "from" || p.label == "url" || p.label == "archive"
}

// pairs prints a report with its labels aligned and its texts wrapped.
func (e *env) pairs(lines []pair) error {
	labels := 0
	for _, l := range lines {
		labels = max(labels, width(l.label))
	}
	for _, l := range lines {
		texts := []string{l.text}
		if !l.isPlace() {
			texts = wrap(l.text, max(e.term.reading()-labels-len(gap), 20))
		}
		for i, text := range texts {
			label := l.label
			if i > 0 {
				label = ""
			}
			line := strings.TrimRight(dim(pad(label, labels, false))+gap+text, " ")
			if _, err := fmt.Fprintln(e.out, e.term.paint(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

func statsLines(s store.Stats) []pair {
	lines := []pair{
		{"archive", fmt.Sprintf("%s (%s, of which %s text)", safeLine(tilde(s.Path)), size(s.FileBytes), size(s.TextBytes))},
		{"articles", number(s.Articles)},
	}
	add := func(label, text string, when bool) {
		if when {
			lines = append(lines, pair{label, text})
		}
	}
	add("earlier", countOf(s.Superseded, "earlier version")+", kept (search them with is:old)", s.Superseded > 0)
	add("words", number(s.Words), true)
	add("sources", number(s.Sources), true)
	add("dates", dateRange(s), true)
	add("untitled", number(s.Untitled)+" (shown by their first words)", s.Untitled > 0)
	add("languages", counts(s.Langs), len(s.Langs) > 0)
	add("types", counts(s.Types), len(s.Types) > 0)
	add("imports", imports(s), true)
	add("originals", countOf(s.Originals, "file")+", kept (export them with --format originals)", s.Originals > 0)
	return lines
}

func dateRange(s store.Stats) string {
	undated := number(s.Undated) + " undated"
	switch {
	case s.First.IsZero():
		return "none known"
	case s.Undated == 0:
		return s.First.Day() + " to " + s.Last.Day()
	}
	return s.First.Day() + " to " + s.Last.Day() + ", " + undated
}

func counts(list []store.Count) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = orNone(safeLine(c.Value)) + " " + number(c.Articles)
	}
	return strings.Join(parts, ", ")
}

func imports(s store.Stats) string {
	if s.LastImport == "" {
		return number(s.Imports)
	}
	return fmt.Sprintf("%s, the last at %s", number(s.Imports), safeLine(s.LastImport))
}

type countJSON struct {
	Value    string `json:"value"`
	Articles int    `json:"articles"`
}

// statsReport is the JSON of a report; docs/output.md describes it.
type statsReport struct {
	Path       string      `json:"path"`
	FileBytes  int64       `json:"file_bytes"`
	TextBytes  int64       `json:"text_bytes"`
	Articles   int         `json:"articles"`
	Superseded int         `json:"superseded"`
	Sources    int         `json:"sources"`
	Words      int64       `json:"words"`
	Undated    int         `json:"undated"`
	Untitled   int         `json:"untitled"`
	First      string      `json:"first,omitempty"`
	Last       string      `json:"last,omitempty"`
	Langs      []countJSON `json:"langs"`
	Types      []countJSON `json:"types"`
	Imports    int         `json:"imports"`
	LastImport string      `json:"last_import,omitempty"`
	Originals  int         `json:"originals"`
}

func statsJSON(s store.Stats) statsReport {
	return statsReport{
		Path: s.Path, FileBytes: s.FileBytes, TextBytes: s.TextBytes,
		Articles: s.Articles, Superseded: s.Superseded, Sources: s.Sources, Words: s.Words,
		Undated: s.Undated, Untitled: s.Untitled, First: s.First.String(), Last: s.Last.String(),
		Langs: countsJSON(s.Langs), Types: countsJSON(s.Types),
		Imports: s.Imports, LastImport: s.LastImport, Originals: s.Originals,
	}
}

func countsJSON(list []store.Count) []countJSON {
	out := make([]countJSON, len(list))
	for i, c := range list {
		out[i] = countJSON(c)
	}
	return out
}
