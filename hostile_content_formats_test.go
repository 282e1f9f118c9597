package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v3"

	"example.com/archive/store"
)

// answered is what a command line came to.
type answered struct {
	*pass
	line           line
	payload        payload
	format         string
	where          string
	code           int
	stdout, stderr string
	faults         int
}

// errorf reports the first faults of a run: one is seldom alone.
func (a *answered) errorf(format string, args ...any) {
	a.Helper()
	if a.faults++; a.faults > 2 {
		return
	}
	a.Errorf("%s: "+format, append([]any{a.where}, args...)...)
}

func (a *answered) judge() {
	a.Helper()
	if a.code < 0 || a.code > 3 {
		a.errorf("exit code %d: %s", a.code, shortened(a.stderr))
	}
	if strings.Contains(a.stderr, "a fault inside the program") {
		a.errorf("%s", shortened(a.stderr))
	}
	a.harmless("standard error", a.stderr)
	switch format := a.writtenAs(); format {
	case "json", "jsonl":
		a.judgeJSON(format)
	case "csv":
		a.judgeCSV()
	case "tsv":
		a.judgeTSV()
	case "md":
		a.harmless("standard output", a.stdout)
		a.judgeMarkdown()
	default:
		a.harmless("standard output", a.stdout)
		a.narrow()
	}
	a.judgeFiles()
}

// writtenAs is the format of the standard output, "" for text. A line that was
// refused or went to a file wrote none.
func (a *answered) writtenAs() string {
	switch {
	case a.stdout == "" || slices.Contains(a.line.words, "--to"):
		return ""
	case a.format != "":
		return a.format
	case slices.Contains(a.line.words, "--json"):
		return "json"
	case slices.Contains(a.line.words, "--csv") && !slices.Contains(a.line.words, "--count"):
		return "csv"
	case a.line.words[0] == "export":
		return "jsonl"
	}
	return ""
}

var (
	// ourStyles are the sequences that the program writes itself.
	ourStyles = regexp.MustCompile(`\x1b\[(?:0|1|2|22)m`)
	// ourProgress is drawn over and over, and removed.
	ourProgress = regexp.MustCompile(`\r[^\r\x1b]*\x1b\[K`)
)

// harmless fails where an output for people has what a terminal would obey,
// what cannot be seen, or what changes the direction of writing.
func (a *answered) harmless(what, out string) {
	a.Helper()
	if a.tty {
		out = ourProgress.ReplaceAllString(ourStyles.ReplaceAllString(out, ""), "")
	}
	if !utf8.ValidString(out) {
		a.errorf("%s is not UTF-8", what)
	}
	marks, isJSON := 0, strings.HasPrefix(out, "{")
	for i, r := range out {
		if isHarmful(r) && !(r == '\u200e' && a.line.words[0] == "kwic") {
			a.errorf("%s has %U: %q", what, r, shortened(out[max(0, i-100):min(len(out), i+60)]))
			return
		}
		if unicode.In(r, unicode.Mn, unicode.Me) || r == '\u200d' {
			marks++
		} else {
			marks = 0
		}
		if marks > 4 && !isJSON {
			a.errorf("%s has %d marks on one another: %q", what, marks, shortened(out[max(0, i-100):min(len(out), i+60)]))
			return
		}
	}
}

func isHarmful(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u200c' || r == '\u200d' || unicode.Is(unicode.Prepended_Concatenation_Mark, r): // words need them
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) || r >= 0xe0000 && r <= 0xe0fff
}

// place begins a line that is for copying, and never wrapped.
var place = regexp.MustCompile(`^(from|url|archive) |^\s{6}`)

// narrow fails where a line of what is laid out is wider than the terminal.
func (a *answered) narrow() {
	a.Helper()
	laidOut := a.format == "table" || a.format == "text" || len(a.line.words) > 1 && a.line.words[1] == "show" || a.line.words[0] == "show"
	if !a.tty || !laidOut || slices.Equal(a.line.words, []string{"log"}) { // one sentence

		return
	}
	for line := range strings.Lines(ourProgress.ReplaceAllString(ourStyles.ReplaceAllString(a.stdout, ""), "")) {
		if w := displaywidth.String(strings.TrimRight(line, "\n")); w > 80 && !place.MatchString(line) {
			a.errorf("a line of %d columns: %q", w, shortened(line))
			return
		}
	}
}

// judgeJSON reads the output back.
func (a *answered) judgeJSON(format string) {
	a.Helper()
	for i, r := range a.stdout {
		if isHarmful(r) || r == '\t' || r >= 0xfff9 && r <= 0xfffb {
			a.errorf("%U is not escaped: %q", r, shortened(a.stdout[max(0, i-100):min(len(a.stdout), i+60)]))
			return
		}
	}
	var rows []map[string]any
	if format == "jsonl" {
		for line := range strings.Lines(a.stdout) {
			rows = append(rows, a.object(line))
		}
	} else {
		var whole any
		if err := json.Unmarshal([]byte(a.stdout), &whole); err != nil {
			a.errorf("%v: %s", err, shortened(a.stdout))
		}
		list, _ := whole.([]any)
		for _, o := range list {
			row, _ := o.(map[string]any)
			rows = append(rows, row)
		}
		if a.rows != nil && list != nil && len(list) != len(a.rows) {
			a.errorf("%d objects, as jsonl %d", len(list), len(a.rows))
		}
	}
	if format == "jsonl" && a.line.formats {
		a.rows = rows
	}
	if a.line.whole {
		a.sameAsStored(rows)
	}
}

func (a *answered) object(line string) (row map[string]any) {
	if err := json.Unmarshal([]byte(line), &row); err != nil {
		a.errorf("%v: %s", err, shortened(line))
	}
	return row
}

// sameAsStored compares every article with the archive.
func (a *answered) sameAsStored(rows []map[string]any) {
	a.Helper()
	byKey, seen := map[string]int64{}, 0
	for _, row := range a.stored() {
		byKey[row.Key] = row.ID
	}

	for _, row := range rows {
		key, _ := row["key"].(string)
		if key == "" {
			continue
		}
		kept := a.texts[byKey[key[:16]]]
		if kept == nil {
			a.errorf("an article %s that is not in the archive", key)
			continue
		}
		seen++
		var cites []string
		for _, c := range kept.Cites {
			cites = append(cites, c.Outlet)
		}
		for field, want := range map[string]any{
			"title": kept.Title.Value, "source": kept.Source.Value, "author": kept.Byline.Value, "lang": kept.Lang.Value, "published": kept.Published.String(),
			"type": kept.Type, "url": kept.URL, "tags": strings.Join(kept.Tags, "\x00"), "cites": strings.Join(cites, "\x00"), "text": kept.Text,
		} {
			if got := plainValue(row[field]); got != want {
				a.errorf("article %s: %s is %s, and stored %s", key, field, shortened(fmt.Sprintf("%q", got)), shortened(fmt.Sprintf("%q", want)))
			}
		}
	}
	if least := len(a.held) - a.superseded(); seen < least {
		a.errorf("%d of %d articles", seen, least)
	}
}

func (a *answered) superseded() (n int) {
	for _, row := range a.held {
		if row.SupersededBy != 0 {
			n++
		}
	}
	return n
}

// plainValue is a field of JSON as one text; a list is joined by NULs.
func plainValue(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if outlet, ok := v["outlet"]; ok {
			return plainValue(outlet)
		}
		return plainValue(v["value"])
	case []any:
		var parts []string
		for _, part := range v {
			parts = append(parts, plainValue(part))
		}
		return strings.Join(parts, "\x00")
	}
	return ""
}

// judgeCSV reads the table back, and looks for what a spreadsheet would run.
func (a *answered) judgeCSV() {
	a.Helper()
	if a.tty {
		a.harmless("standard output", a.stdout)
	}
	rows, err := csv.NewReader(strings.NewReader(a.stdout)).ReadAll() // which holds them to the same number of cells
	if err != nil {
		a.errorf("%v: %q", err, shortened(a.stdout))
		return
	}
	for _, row := range rows {
		for _, cell := range row {
			if isFormula(cell) {
				a.errorf("a formula: %q", shortened(cell))
			}
		}
	}
	a.sameRows(rows)
}

// isFormula reports what a spreadsheet would not take for a text.
func isFormula(cell string) bool {
	if cell == "" || number.MatchString(cell) {
		return false
	}
	blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) }
	return strings.ContainsAny(cell[:1], "\t\r\n") || strings.ContainsAny(firstRune(strings.TrimLeftFunc(cell, blank)), "=+-@＝＋－＠")
}

var number = regexp.MustCompile(`^-?[0-9.]+(e[-+]?[0-9]+)?$`)

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// judgeTSV holds every line to the same number of cells.
func (a *answered) judgeTSV() {
	a.Helper()
	if a.tty {
		a.harmless("standard output", a.stdout)
	}
	back := strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")
	var rows [][]string
	for line := range strings.Lines(a.stdout) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i, cell := range cells {
			if isFormula(cell) {
				a.errorf("a formula: %q", shortened(cell))
			}
			cells[i] = back.Replace(cell)
		}
		rows = append(rows, cells)
		if len(cells) != len(rows[0]) {
			a.errorf("%d cells, and %d in the first line: %q", len(cells), len(rows[0]), shortened(line))
		}
	}
	a.sameRows(rows)
}

// sameRows compares the texts of a table with those of the same line as jsonl.
func (a *answered) sameRows(rows [][]string) {
	a.Helper()
	if a.rows == nil || a.line.words[0] == "export" || a.tty || slices.Contains(a.line.words, "new") {
		return
	}
	if len(rows)-1 != len(a.rows) {
		a.errorf("%d rows, as jsonl %d", len(rows)-1, len(a.rows))
		return
	}
	for i, row := range rows[1:] {
		for j, name := range rows[0] {
			v := a.rows[i][name]
			if list, ok := v.([]any); ok {
				v = strings.Join(texts(list), "; ")
			}
			want, ok := v.(string)
			got := strings.ReplaceAll(row[j], "\r\n", "\n") // as the reader of CSV does
			want = strings.ReplaceAll(want, "\r\n", "\n")
			if ok && name != "file" && got != want && strings.TrimPrefix(got, "'") != want {
				a.errorf("%s of row %d is %s, as jsonl %s", name, i, shortened(fmt.Sprintf("%q", row[j])), shortened(fmt.Sprintf("%q", want)))
			}
		}
	}
}

func texts(list []any) (all []string) {
	for _, v := range list {
		all = append(all, v.(string))
	}
	return all
}

var commonMark = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))

// judgeMarkdown reads the output as CommonMark with tables.
func (a *answered) judgeMarkdown() {
	a.Helper()
	source := []byte(a.stdout)
	document := commonMark.Parser().Parse(text.NewReader(source))
	rows, columns := 0, 0
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // which our function never makes fail
		if !entering {
			return ast.WalkContinue, nil
		}
		if bad := a.harmfulNode(n, source); bad != "" {
			a.errorf("%s", shortened(bad))
			return ast.WalkStop, nil
		}
		switch n := n.(type) {
		case *extended.TableHeader:
			columns = n.ChildCount()
		case *extended.TableRow:
			rows++
			if n.ChildCount() != columns {
				a.errorf("%d cells of %d", n.ChildCount(), columns)
			}
		}
		return ast.WalkContinue, nil
	})
	if a.line.words[0] == "show" {
		return
	}
	for n := document.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != extended.KindTable && n.HasChildren() { // what the table was made of stays, empty
			a.errorf("%s in the place of a table: %s", n.Kind(), shortened(string(n.Lines().Value(source))))
		}
	}
	if a.rows != nil && rows != len(a.rows) && a.line.words[0] != "saved" {
		a.errorf("%d rows, as jsonl %d", rows, len(a.rows))
	}
	if lines := strings.Count(a.stdout, "\n"); lines != rows+2 {
		a.errorf("%d lines for %d rows", lines, rows)
	}
	for i, line := range strings.Split(strings.TrimSuffix(a.stdout, "\n"), "\n") {
		if n := len(cellEnds.FindAllString(line, -1)) - 1; n != columns {
			a.errorf("line %d has %d cells of %d: %s", i, n, columns, shortened(line))
		}
	}
}

// cellEnds are bars that no backslash stands before. Ours stand behind a blank.
var cellEnds = regexp.MustCompile(`(?:^| )\|`)

// harmfulNode says what of a document would do more than be read.
func (a *answered) harmfulNode(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.RawHTML, *ast.HTMLBlock:
		return "HTML: " + string(source)
	case *ast.Image:
		return "an image: " + string(n.Destination)
	case *ast.Link:
		if isHarmfulAddress(n.Destination) || a.line.words[0] != "show" {
			return "a link: " + string(n.Destination)
		}
	case *ast.AutoLink:
		if isHarmfulAddress(n.URL(source)) {
			return "a link: " + string(n.URL(source))
		}
	}
	return ""
}

func isHarmfulAddress(address []byte) bool {
	scheme, _, found := strings.Cut(strings.ToLower(strings.TrimSpace(string(address))), ":")
	return found && slices.Contains([]string{"javascript", "vbscript", "data"}, scheme)
}

// judgeFiles looks at what a line has written.
func (a *answered) judgeFiles() {
	a.Helper()
	at := slices.IndexFunc(a.line.words, func(word string) bool { return word == "--to" || word == "--out" })
	if at < 0 {
		return
	}
	to := a.filled(a.line.words, a.payload, a.format)[at+1]
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || path == to:
			return nil // was refused
		case !isHarmlessName(d.Name()):
			a.errorf("a file named %q", d.Name())
		}
		if strings.HasSuffix(path, ".md") && a.line.words[0] == "export" && a.format != "originals" {
			a.judgeFrontMatter(path)
		}
		return nil
	})
	if err != nil {
		a.errorf("%v", err)
	}
}

var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)`)

// isHarmlessName reports whether a name is one on every system.
func isHarmlessName(name string) bool {
	odd := func(r rune) bool {
		return isHarmful(r) || r == '\t' || r == '\n' || r == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|$;&'`+"`", r)
	}
	return len(name) <= 255 && utf8.ValidString(name) && !strings.ContainsFunc(name, odd) && !device.MatchString(name) &&
		!strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "-") && !strings.HasSuffix(name, ".") && !strings.HasSuffix(name, " ")
}

// judgeFrontMatter reads a file of an export as any program would, and compares
// it with the archive.
func (a *answered) judgeFrontMatter(path string) {
	a.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		a.errorf("%v", err)
		return
	}
	front, body, found := strings.Cut(strings.TrimPrefix(string(file), "---\n"), "\n---\n\n")
	var known map[string]any
	if err := yaml.Unmarshal([]byte(front), &known); err != nil || !found {
		a.errorf("%s: %v: %q", path, err, shortened(front))
		return
	}
	for i, r := range front {
		if isHarmful(r) {
			a.errorf("%s: %U is not escaped: %q", path, r, shortened(front[max(0, i-50):]))
			return
		}
	}
	key, _ := known["key"].(string)
	i := slices.IndexFunc(a.stored(), func(row store.Row) bool { return row.Key == key })
	if i < 0 {
		a.errorf("%s: no article %q", path, key)
		return
	}
	kept := a.texts[a.held[i].ID]
	for field, want := range map[string]string{"title": kept.Title.Value, "source": kept.Source.Value, "author": kept.Byline.Value,
		"url": kept.URL, "lang": kept.Lang.Value, "tags": strings.Join(kept.Tags, "\x00")} {
		if got := plainValue(known[field]); got != want {
			a.errorf("%s: %s is %s, and stored %s", path, field, shortened(fmt.Sprintf("%q", got)), shortened(fmt.Sprintf("%q", want)))
		}
	}
	if body != kept.Text+"\n" {
		a.errorf("%s: another text", path)
	}
}
