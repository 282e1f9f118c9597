package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

func showCommand() command {
	return command{
		name:    "show",
		args:    "ID...",
		summary: "read articles",
		about: `Shows articles by their IDs, which 'search' and 'list' print: first what is
known of the article and how it was found, then its text. On a terminal the
pager opens ($ARCHIVE_PAGER, else $PAGER, else less).`,
		examples: []example{
			{"archive show 3", "the article with the ID 3"},
			{"archive show 3 --query Zaporizhzhia", "with the matches marked"},
			{"archive show 3 4 --format md > two.md", "as Markdown"},
		},
		options: []option{
			{name: "query", kind: isText, arg: "QUERY", help: "mark what this query matches"},
			{name: "format", short: "f", kind: isText, arg: "FORMAT", help: "text, md, json", values: []string{"text", "md", "json"}},
			{name: "json", kind: isSwitch, help: "the same as --format json"},
			{name: "no-pager", kind: isSwitch, help: "print, even on a terminal"},
		},
		run: runShow,
	}
}

// shown is an article with what show needs besides.
type shown struct {
	*store.Article
	origins     []store.Origin
	corrections []store.Correction
	key         string        // that it is kept under, whatever was corrected since
	marked      []search.Span // the text, marked; nil without --query
}

func runShow(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	ids, err := articleIDs("show", in.Args().Slice())
	if err != nil {
		return exitError, err
	}
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		articles, code, err := e.lookUpAll(ctx, a, ids, in.String("query"))
		if err != nil {
			return exitError, err
		}
		return code, e.show(in, articles)
	})
}

// lookUpAll gives the articles that there are; the code tells whether all are.
func (e *env) lookUpAll(ctx context.Context, a *store.Archive, ids []int64, query string) (articles []shown, code int, err error) {
	code = exitFound
	for _, id := range ids {
		s, err := lookUp(ctx, a, id, query)
		if errors.Is(err, store.ErrNotFound) {
			e.warnf("no article %d in this archive ('archive list' shows the newest)", id)
			code = exitNothing
			continue
		}
		if err != nil {
			return nil, exitError, err
		}
		articles = append(articles, s)
	}
	return articles, code, nil
}

func articleIDs(command string, words []string) ([]int64, error) {
	if len(words) == 0 {
		return nil, usagef("which article? (archive %s ID; 'archive search' and 'archive list' print the IDs)", command)
	}
	ids := make([]int64, len(words))
	for i, word := range words {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil || id < 1 {
			return nil, usagef("%s is not an ID, which is a number (to find words: 'archive search')", quoted(word))
		}
		ids[i] = id
	}
	return ids, nil
}

func lookUp(ctx context.Context, a *store.Archive, id int64, query string) (s shown, err error) {
	if s.Article, err = a.Article(ctx, id); err != nil {
		return s, err
	}
	if s.origins, err = a.Origins(ctx, id); err != nil {
		return s, err
	}
	if s.corrections, err = a.Corrections(ctx, id); err != nil {
		return s, err
	}
	rows, err := a.Rows(ctx, []int64{id})
	if err != nil {
		return s, err
	}
	for _, row := range rows {
		s.key = row.Key
	}
	if query != "" {
		s.marked, err = search.Highlight(ctx, a, query, s.Lang.Value, s.Text)
	}
	return s, err
}

func (e *env) show(in *urfave.Context, articles []shown) error {
	switch {
	case in.Bool("json") || in.String("format") == "json":
		return showJSON(e.out, articles)
	case len(articles) == 0:
		return nil
	case in.String("format") == "md":
		return showMarkdown(e.out, articles)
	case e.term.tty && !in.Bool("no-pager"):
		return e.page(func(w io.Writer) error { return showText(w, e.term, articles) })
	}
	return showText(e.out, e.term, articles)
}

func showText(w io.Writer, t terminal, articles []shown) error {
	for i, s := range articles {
		if i > 0 {
			fmt.Fprintf(w, "\n%s\n\n", strings.Repeat("─", t.reading()))
		}
		for _, line := range wrap(orNone(safeLine(s.Title.Value)), t.reading()) {
			fmt.Fprintln(w, t.paint(bold(line)))
		}
		fmt.Fprintln(w)
		e := &env{out: newBuffered(w), term: t}
		if err := e.pairs(s.metadata()); err != nil {
			return err
		}
		e.out.Flush()
		fmt.Fprintln(w)
		if err := showBody(w, t, s); err != nil {
			return err
		}
	}
	return nil
}

func showBody(w io.Writer, t terminal, s shown) error {
	text := safeText(s.Text)
	if s.marked != nil {
		text = t.spans(s.marked)
	}
	for _, line := range wrapText(text, t.reading()) {
		if _, err := fmt.Fprintln(w, t.paint(line)); err != nil {
			return err
		}
	}
	return nil
}

// metadata says what is known of the article; what was worked out is said to
// be derived, with how.
func (s shown) metadata() []pair {
	var lines []pair
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, pair{label, text})
		}
	}
	add("id", strconv.FormatInt(s.ID, 10))
	if s.Title.Derived {
		add("title", "none in the article; derived: "+safeLine(s.Title.Rule))
	}
	add("source", derivedNote(s.Source))
	add("author", derivedNote(s.Byline))
	add("published", s.publishedNote())
	add("captured", s.Captured.String())
	add("language", derivedNote(s.Lang))
	add("type", safeLine(s.Type))
	add("url", safeLine(s.URL))
	add("tags", safeLine(strings.Join(s.Tags, ", ")))
	add("cites", citations(s.Cites))
	add("words", number(s.Words))
	for _, c := range s.corrections {
		add("corrected", correctionNote(c))
	}
	if s.SupersededBy != 0 {
		add("version", fmt.Sprintf("an earlier one; its file now gives article %d", s.SupersededBy))
	}
	add("added", safeLine(s.Added))
	for _, o := range s.origins {
		add("from", originNote(o))
	}
	return lines
}

// correctionNote says what was corrected, and what the file says.
func correctionNote(c store.Correction) string {
	was := "nothing"
	if c.Was != "" {
		was = "“" + safeLine(c.Was) + "”"
	}
	if c.Field == "tags" {
		var tags []string
		if json.Unmarshal([]byte(c.Was), &tags) == nil && len(tags) > 0 {
			was = safeLine(strings.Join(tags, ", "))
		} else {
			was = "nothing"
		}
	}
	note := c.Field
	if c.Value == "" {
		note += " (cleared)"
	}
	return note + "; the file says " + was
}

func derivedNote(f store.Field) string {
	if f.Value == "" || !f.Derived {
		return safeLine(f.Value)
	}
	if f.Rule == "" {
		return safeLine(f.Value) + " (derived)"
	}
	return safeLine(f.Value) + " (derived: " + safeLine(f.Rule) + ")"
}

func (s shown) publishedNote() string {
	if s.Published.IsZero() {
		return ""
	}
	by := s.PublishedBy
	by.Value = s.Published.String()
	if by.Derived || by.Rule == "" {
		return derivedNote(by)
	}
	return by.Value + " (" + safeLine(by.Rule) + ")"
}

// citations names each outlet once, with the words that name it first.
func citations(cites []store.Citation) string {
	seen := map[string]bool{}
	var parts []string
	for _, c := range cites {
		if seen[c.Outlet] {
			continue
		}
		seen[c.Outlet] = true
		part := safeLine(c.Outlet)
		switch {
		case c.Phrase != "" && c.Phrase != c.Outlet:
			part += " (“" + safeLine(c.Phrase) + "”)"
		case c.Rule != "":
			part += " (" + safeLine(c.Rule) + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func originNote(o store.Origin) string {
	note := originName(o.Path)
	if o.Member != "" {
		note += ", " + safeLine(o.Member)
	}
	if !o.Current {
		note += " (changed since)"
	}
	return note
}

// originName shows where an article came from: a path, or what the archive
// notes of standard input (stdin:TIME) and the samples (samples:NAME).
func originName(path string) string {
	if name, ok := strings.CutPrefix(path, "samples:"); ok {
		return "sample article " + safeLine(name)
	}
	if moment, ok := strings.CutPrefix(path, "stdin:"); ok {
		if at, err := time.Parse(time.RFC3339Nano, moment); err == nil {
			return "standard input, " + at.UTC().Format("2006-01-02 15:04 MST")
		}
	}
	return safeLine(tilde(path))
}

// showMarkdown writes each article as a document: title, metadata as a list,
// text.
func showMarkdown(w io.Writer, articles []shown) error {
	for i, s := range articles {
		if i > 0 {
			fmt.Fprint(w, "\n---\n\n")
		}
		fmt.Fprintf(w, "# %s\n\n", mdText(orNone(s.Title.Value)))
		for _, p := range s.metadata() {
			fmt.Fprintf(w, "- **%s**: %s\n", p.label, mdText(p.text))
		}
		if _, err := fmt.Fprintf(w, "\n%s\n", strings.Trim(mdBody(s.Text), "\n")); err != nil {
			return err
		}
	}
	return nil
}
