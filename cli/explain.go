package cli

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"example.com/archive/ingest"
)

// explainFile shows what a file gives, field by field, and stores nothing.
func (e *env) explainFile(ctx context.Context, o ingest.Options, asJSON bool) (int, error) {
	if len(o.Paths) != 1 {
		return exitError, usagef("--explain takes one file (archive import FILE --explain)")
	}
	if info, err := os.Stat(o.Paths[0]); err == nil && info.IsDir() {
		return exitError, usagef("--explain takes one file, and %s is a folder", quoted(o.Paths[0]))
	}
	articles, failures, err := ingest.Explain(ctx, o.Paths[0], o)
	if err != nil {
		return exitError, err
	}
	if err := e.noteLeftOut(ctx, o.Paths[0]); err != nil {
		return exitError, err
	}
	if asJSON {
		err = writeJSON(e.out, explainedJSON(articles))
	} else {
		err = e.explainText(articles)
	}
	if err != nil {
		return exitError, err
	}
	if err := e.failures(failures, len(failures)); err != nil {
		return exitError, err
	}
	switch {
	case len(articles) == 0:
		e.notef("no article in %s", safeLine(o.Paths[0]))
		return exitError, nil
	case len(failures) > 0:
		return exitSomeFailed, nil
	}
	return exitFound, nil
}

// noteLeftOut says that an import of what lies around a file does not read it.
func (e *env) noteLeftOut(ctx context.Context, path string) error {
	if path == "-" {
		return nil
	}
	a, err := e.openForImport(ctx, &importRun{dryRun: true})
	if err != nil {
		return err
	}
	if a != nil {
		defer a.Close()
	}
	out, place, err := ingest.WhyLeftOut(ctx, a, path)
	if out != nil {
		e.notef("an import of %s goes past it: %s", safeLine(tilde(place)), safeLine(out.Reason))
	}
	return err
}

// explained is a field of an article on a line of its own.
type explained struct {
	Field   string `json:"field"`
	Value   string `json:"value"`
	Line    int    `json:"line,omitempty"`
	Rule    string `json:"rule,omitempty"`
	Derived bool   `json:"derived"`
}

// explainFields lists what was found, in the order people ask for it.
func explainFields(a *ingest.Article) []explained {
	var list []explained
	add := func(name string, f ingest.Field) {
		if f.Value != "" {
			list = append(list, explained{name, f.Value, f.Line, f.Rule, f.Derived})
		}
	}
	add("title", a.Title)
	add("source", a.Source)
	add("author", a.Byline)
	add("published", a.Published)
	add("captured", a.Captured)
	add("lang", a.Lang)
	add("url", a.URL)
	for _, t := range a.Tags {
		add("tag", t)
	}
	for _, c := range a.Cites {
		line := 0
		if a.Line > 0 && c.Line > 0 {
			line = a.Line + c.Line - 1
		}
		add("cites", ingest.Field{Value: c.Outlet, Line: line, Rule: citeRule(c), Derived: true})
	}
	add("charset", a.Charset)
	add("text", ingest.Field{Value: a.Text, Line: a.Line})
	return list
}

func citeRule(c ingest.Citation) string {
	if c.Phrase == "" {
		return c.Rule
	}
	return c.Rule + ": " + c.Phrase
}

func (e *env) explainText(articles []ingest.Article) error {
	for i := range articles {
		a := &articles[i]
		heading := fmt.Sprintf("article %s, read as %s", number(i+1), safeLine(a.Type))
		if a.Member != "" {
			heading += ", " + safeLine(a.Member)
		}
		if i > 0 {
			fmt.Fprintln(e.out)
		}
		if err := e.printWrapped(bold(heading)); err != nil {
			return err
		}
		if err := e.explainTable(explainFields(a)); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) explainTable(list []explained) error {
	g := &grid{w: e.out, term: e.term, columns: []column{
		{head: "FIELD"},
		{head: "VALUE", flex: true},
		{head: "LINE", right: true},
		{head: "DERIVED"},
		{head: "RULE", flex: true},
	}}
	var rows [][]cell
	for _, f := range list {
		line, derived := none, "no"
		if f.Line > 0 {
			line = strconv.Itoa(f.Line)
		}
		if f.Derived {
			derived = "yes"
		}
		rows = append(rows, []cell{oneLine(f.Field), oneLine(cut(safeLine(f.Value), 120)), oneLine(line),
			oneLine(derived), {{orNone(safeLine(f.Rule)), 2}}})
	}
	g.fit(rows)
	return g.print(rows)
}

type explainedArticle struct {
	Member string      `json:"member,omitempty"`
	Type   string      `json:"type"`
	Fields []explained `json:"fields"`
}

func explainedJSON(articles []ingest.Article) []explainedArticle {
	out := make([]explainedArticle, len(articles))
	for i := range articles {
		a := &articles[i]
		out[i] = explainedArticle{a.Member, a.Type, explainFields(a)}
	}
	return out
}
