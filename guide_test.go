package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// guideQueries lists the examples of docs/query.md that are queries, not
// command lines or flags.
func guideQueries(t *testing.T) (queries []string) {
	for _, example := range guideExamples(t) {
		if !strings.HasPrefix(example, "archive ") && !strings.HasPrefix(example, "--") {
			queries = append(queries, example)
		}
	}
	return queries
}

// guideExamples lists what is indented in docs/query.md, up to the
// explanation behind two blanks.
func guideExamples(t *testing.T) (examples []string) {
	for line := range strings.Lines(queryHelp) {
		rest, ok := strings.CutPrefix(line, "    ")
		if !ok || strings.HasPrefix(rest, " ") {
			continue
		}
		example, _, _ := strings.Cut(strings.TrimSpace(rest), "  ")
		examples = append(examples, example)
	}
	if len(examples) < 40 {
		t.Fatalf("docs/query.md has %d examples", len(examples))
	}
	return examples
}

// Each example of docs/query.md finds, in the articles of testdata/guide,
// what testdata/guide/expected.txt says. UPDATE_GUIDE=1 writes the file anew;
// read what has changed in it.
func TestGuide(t *testing.T) {
	path, err := filepath.Abs("testdata/guide/expected.txt")
	if err != nil {
		t.Fatal(err)
	}
	g := newGuide(t) // which changes the folder
	var got strings.Builder
	for _, example := range guideExamples(t) {
		if strings.HasPrefix(example, "--") {
			continue
		}
		fmt.Fprintf(&got, "%s\n", example)
		for _, line := range g.answer(example) {
			fmt.Fprintf(&got, "    %s\n", line)
		}
	}
	if os.Getenv("UPDATE_GUIDE") != "" {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

// guide is an archive of the samples and of articles made for the examples.
type guide struct{ *typist }

func newGuide(t *testing.T) guide {
	made, err := filepath.Abs(filepath.Join("testdata", "guide", "articles"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	g := guide{newProgram(t)}
	copyInto(t, "articles", os.DirFS(made))
	copyInto(t, "articles", g.assets.Seeds)
	write(t, "articles/today.md", "---\ntitle: Ferry cancelled\ndate: "+time.Now().Format(time.DateOnly)+"\nlang: en\n---\nThe ferry stays in port.\n")
	g.must("import", "articles")
	old, err := os.ReadFile("articles/interviews/mayor.md")
	if err != nil {
		t.Fatal(err)
	}
	write(t, "articles/interviews/mayor.md", strings.Replace(string(old), "in the night", "at night", 1))
	g.must("import", "articles")
	write(t, "list.txt", "# what to look for\nnuclear plant\n\nUshakov\n")
	return g
}

func copyInto(t *testing.T, folder string, files fs.FS) {
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (g guide) must(args ...string) {
	if r := g.run("", args...); r.code != 0 {
		g.Fatalf("%q: exit code %d: %s", args, r.code, r.stderr)
	}
}

// answer gives what an example shows: of a query its articles, by the names
// of their files, and how it was read; of a command line what it prints.
func (g guide) answer(example string) []string {
	if words, ok := strings.CutPrefix(example, "archive "); ok {
		return g.printed(words)
	}
	return append(g.found(example), g.read(example)...)
}

func (g guide) found(query string) (lines []string) {
	r := g.run("", "search", "--limit", "0", "-f", "tsv", "--fields", "matched,path", "--", query)
	found := map[string][]string{}
	for i, line := range strings.Split(strings.TrimSpace(r.stdout), "\n") {
		matched, path, ok := strings.Cut(line, "\t")
		if !ok {
			g.Errorf("%s: %q, %s", query, line, r.stderr)
		}
		if i > 0 {
			name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			found[matched] = append(found[matched], name)
		}
	}
	for _, matched := range []string{"all", "some"} {
		if slices.Sort(found[matched]); len(found[matched]) > 0 {
			lines = append(lines, matched+": "+strings.Join(found[matched], " "))
		}
	}
	return lines
}

func (g guide) read(query string) (lines []string) {
	var answer struct {
		Read, Error string
		Notes       []string
	}
	r := g.run(query, "search", "--queries", "-", "--count", "-f", "jsonl")
	if err := json.Unmarshal([]byte(r.stdout), &answer); err != nil || answer.Error != "" {
		g.Errorf("%s: %v, %s", query, err, r.stdout)
	}
	lines = append(lines, "read: "+answer.Read)
	for _, note := range answer.Notes {
		lines = append(lines, "note: "+note)
	}
	return lines
}

// printed runs a command line and gives its output, but for how long it took.
// Of a page of articles it gives the titles, in no order: how they rank and
// what their snippets are is tested elsewhere.
func (g guide) printed(line string) (lines []string) {
	words := shellWords(line)
	page := words[0] == "search" && !slices.Contains(words, "--queries")
	if page {
		words = append(words, "--fields", "matched,title")
	}
	r := g.run("", words...)
	if page {
		titles := strings.Split(r.stdout, "\n")
		slices.Sort(titles)
		r.stdout = strings.TrimLeft(strings.Join(titles, "\n")+"\n", "\n")
	}
	if r.code != 0 {
		g.Errorf("%s: exit code %d", line, r.code)
	}
	for line := range strings.Lines(r.stdout + r.stderr) {
		if !strings.HasPrefix(line, "time to ") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return lines
}

// shellWords splits a line as a shell does that knows blanks and single
// quotes only.
func shellWords(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}
