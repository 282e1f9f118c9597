package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/ingest"
	"example.com/archive/search"
	"example.com/archive/store"
)

func t0() context.Context { return context.Background() }

func testEnv(out, errOut io.Writer, t terminal) *env {
	return &env{out: bufio.NewWriter(out), err: errOut, term: t}
}

func hitsOf(hits ...search.Hit) iter.Seq2[search.Hit, error] {
	return func(yield func(search.Hit, error) bool) {
		for _, h := range hits {
			if !yield(h, nil) {
				return
			}
		}
	}
}

func given(s string) store.Field { return store.Field{Value: s, Rule: "title line"} }

func testHits() []search.Hit {
	day, _ := store.ParseDate("2022-05-07T15:04:05Z")
	month, _ := store.ParseDate("2022-05")
	long := "Putin extends an invitation to Zelensky for talks in Moscow as Ukraine rejects the offer and pushes for a neutral venue"
	return []search.Hit{
		{Article: store.Article{ID: 3, Title: given("Short title"), Source: given("BBC"), Byline: given("Gloria Nosa"),
			Published: day, PublishedBy: store.Field{Rule: "front matter date"}, Lang: given("en"), Type: "text", Words: 5, Added: "2026-01-02T03:04:05Z"},
			Key: "0123456789abcdef", Path: "/a/b.txt", Score: 2.5, Matched: "all",
			Snippet: []search.Span{{Text: "the "}, {Text: "Zaporizhzhia", Mark: true}, {Text: " nuclear\nplant"}}},
		{Article: store.Article{ID: 12, Title: given(long), Source: given("A very long outlet name, Inc."), Published: month, Words: 1},
			Matched: "some", Score: 1},
		{Article: store.Article{ID: 1234, Title: store.Field{Value: "部署新的防空系统以保护关键基础设施免受攻击 部署新的防空系统以保护关键基础设施免受攻击", Derived: true}},
			Matched: "some", Score: 0.5, Snippet: []search.Span{{Text: strings.Repeat("слово ", 60)}, {Text: "слово", Mark: true}}},
	}
}

func renderHits(t *testing.T, format, fields string, term terminal, hits ...search.Hit) string {
	t.Helper()
	var out bytes.Buffer
	e := testEnv(&out, io.Discard, term)
	result := &search.Result{All: 1, Some: len(hits) - 1, Words: 2, Hits: hitsOf(hits...)}
	a := &answer{e: e, result: result, format: findFormat(format), fields: fields}
	n, err := a.write(t0())
	if err != nil {
		t.Fatal(err)
	}
	if n != len(hits) {
		t.Errorf("%s wrote %d of %d", format, n, len(hits))
	}
	e.out.Flush()
	return out.String()
}

// Each format and width against its golden file; UPDATE_GOLDEN=1 writes them.
func TestGolden(t *testing.T) {
	for _, f := range formatNames() {
		golden(t, f, renderHits(t, f, "", terminal{width: 80}, testHits()...))
	}
	golden(t, "table-30", renderHits(t, "table", "", terminal{width: 30}, testHits()...))
	golden(t, "table-200", renderHits(t, "table", "", terminal{width: 200}, testHits()...))
	golden(t, "table-pipe", renderHits(t, "table", "", terminal{}, testHits()...))
	golden(t, "table-color", renderHits(t, "table", "", terminal{width: 80, color: true}, testHits()...))
	golden(t, "table-fields", renderHits(t, "table", "id,words,title", terminal{width: 60}, testHits()...))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name + ".golden"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs from its golden file:\n%s", name, diff)
	}
}

// No line is wider than the terminal or ends with blanks, at any width.
func TestTableFits(t *testing.T) {
	for w := 16; w <= 220; w++ {
		for _, color := range []bool{false, true} {
			out := renderHits(t, "table", "", terminal{width: w, color: color}, testHits()...)
			for line := range strings.Lines(out) {
				line = strings.TrimSuffix(stripColor(line), "\n")
				if width(line) > w {
					t.Fatalf("at %d columns a line takes %d: %q", w, width(line), line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Fatalf("at %d columns a line ends with blanks: %q", w, line)
				}
			}
		}
	}
}

func stripColor(s string) string {
	return strings.NewReplacer("\x1b[1m", "", "\x1b[2m", "", "\x1b[22m", "", "\x1b[0m", "").Replace(s)
}

// The header stands first also where no article has all the words.
func TestHeaderBeforeTiers(t *testing.T) {
	lines := strings.Split(renderHits(t, "table", "", terminal{width: 80}, testHits()[1:]...), "\n")
	if !strings.HasPrefix(lines[0], "  ID  DATE") || !strings.HasPrefix(lines[1], "── only some") {
		t.Errorf("the table begins\n%s\n%s", lines[0], lines[1])
	}
}

// A narrow table leaves out the columns that are empty on the whole page, a
// wide one and a pipe never do.
func TestEmptyColumns(t *testing.T) {
	bare := testHits()[2]
	dated, known := bare, bare
	dated.Published = testHits()[0].Published
	known.Source = given("BBC")
	for _, tt := range []struct {
		width int
		hits  []search.Hit
		want  string
	}{
		{80, []search.Hit{bare, bare}, "ID TITLE"},
		{80, []search.Hit{bare, dated}, "ID DATE TITLE"},
		{30, []search.Hit{known, bare}, "ID SOURCE TITLE"},
		{80, []search.Hit{known, dated}, "ID DATE SOURCE TITLE"},
		{81, []search.Hit{bare}, "ID DATE SOURCE TITLE"},
		{0, []search.Hit{bare}, "ID DATE SOURCE TITLE"},
		{80, append(slices.Repeat([]search.Hit{bare}, screenful), dated), "ID DATE SOURCE TITLE"},
	} {
		head, _, _ := strings.Cut(renderHits(t, "table", "", terminal{width: tt.width}, tt.hits...), "\n")
		if diff := cmp.Diff(tt.want, strings.Join(strings.Fields(head), " ")); diff != "" {
			t.Errorf("%d articles at %d columns: %s", len(tt.hits), tt.width, diff)
		}
	}
}

// Nothing of a title is lost on a pipe.
func TestPipeIsUncut(t *testing.T) {
	hits := testHits()
	out := renderHits(t, "table", "", terminal{}, hits...)
	for _, h := range hits {
		if !strings.Contains(out, h.Title.Value) {
			t.Errorf("%q is cut:\n%s", h.Title.Value, out)
		}
	}
}

func TestLongTable(t *testing.T) {
	hits := make([]search.Hit, 2*screenful+7)
	for i := range hits {
		hits[i] = search.Hit{Article: store.Article{ID: int64(i + 1), Title: given(fmt.Sprint("title ", i+1))}, Matched: "all"}
	}
	lines := strings.Split(strings.TrimSpace(renderHits(t, "table", "", terminal{width: 80}, hits...)), "\n")
	if len(lines) != len(hits)+1 {
		t.Fatalf("%d lines for %d articles and a header", len(lines), len(hits))
	}
	if got := lines[len(hits)]; !strings.HasSuffix(got, "title 2007") {
		t.Errorf("the last line is %q", got)
	}
}

func TestEmpty(t *testing.T) {
	want := map[string]string{"table": "", "json": "[]\n", "jsonl": "", "ids": "",
		"csv": "id,title\n", "tsv": "id\ttitle\n", "md": "| id | title |\n| --- | --- |\n"}
	for _, f := range formatNames() {
		var out bytes.Buffer
		e := testEnv(&out, io.Discard, terminal{width: 80})
		a := &answer{e: e, result: &search.Result{Hits: hitsOf()}, format: findFormat(f), fields: "id,title"}
		if _, err := a.write(t0()); err != nil {
			t.Fatal(err)
		}
		e.out.Flush()
		if diff := cmp.Diff(want[f], out.String()); diff != "" {
			t.Errorf("%s: %s", f, diff)
		}
	}
}

func TestJSONIsRead(t *testing.T) {
	hits := testHits()
	hits[0].Title.Value = "a \"quote\" \x1b[31m \u202e \U000e0041 <b> & \\"
	out := renderHits(t, "json", "", terminal{}, hits...)
	checkHarmless(t, "json", out)
	var got []map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(hits) || got[0]["title"] != hits[0].Title.Value {
		t.Errorf("read back %v", got)
	}
	if _, ok := got[1]["author"]; ok {
		t.Error("an absent author is written")
	}
	for i, line := range strings.Split(strings.TrimSpace(renderHits(t, "jsonl", "", terminal{}, hits...)), "\n") {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil || one["id"] != float64(hits[i].ID) {
			t.Errorf("line %d: %v %v", i, err, one)
		}
	}
}

func TestCSVDefusesFormulas(t *testing.T) {
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n"} {
		h := testHits()[0]
		h.Title.Value = start + `HYPERLINK("http://example.org","x"),y`
		rows, err := csv.NewReader(strings.NewReader(renderHits(t, "csv", "title,score", terminal{}, h))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := rows[1][0]; !strings.HasPrefix(got, "'") || strings.TrimLeft(got, "'")[1:] != h.Title.Value[1:] {
			t.Errorf("%q is written as %q", h.Title.Value, got)
		}
	}
	h := testHits()[0]
	h.Score = -2.5
	if got := renderHits(t, "csv", "score", terminal{}, h); got != "score\n-2.5\n" {
		t.Errorf("a negative number is written as %q", got)
	}
}

func TestTSVKeepsRows(t *testing.T) {
	h := testHits()[0]
	h.Title.Value = "a\tb\nc\\d\r"
	want := "id\ttitle\n3\ta\\tb\\nc\\\\d\\r\n"
	if diff := cmp.Diff(want, renderHits(t, "tsv", "id,title", terminal{}, h)); diff != "" {
		t.Error(diff)
	}
}

func TestMarkdownEscapes(t *testing.T) {
	h := testHits()[0]
	h.Title.Value = "a | b <script> [x](y) `z` *s*"
	want := "| title |\n| --- |\n| a \\| b &lt;script&gt; \\[x\\](y) \\`z\\` \\*s\\* |\n"
	if diff := cmp.Diff(want, renderHits(t, "md", "title", terminal{}, h)); diff != "" {
		t.Error(diff)
	}
}

func TestCountLine(t *testing.T) {
	tests := []struct {
		words, all, some int
		want             string
	}{
		{1, 4, 0, "4 articles"},
		{1, 1, 0, "1 article"},
		{0, 21577, 0, "21,577 articles"},
		{2, 12, 230, "12 articles match all words, 230 some"},
		{2, 1, 3, "1 article matches all words, 3 some"},
		{3, 5, 0, "5 articles match all words"},
		{2, 0, 7, "no article matches all words, 7 some"},
	}
	for _, tt := range tests {
		got := countLine(&search.Result{Words: tt.words, All: tt.all, Some: tt.some})
		if got != tt.want {
			t.Errorf("%d words, %d all, %d some: %q, want %q", tt.words, tt.all, tt.some, got, tt.want)
		}
	}
}

func TestPagingHint(t *testing.T) {
	tests := []struct {
		offset, shown, total int
		want                 string
	}{
		{0, 20, 230, "230 articles\n20 of 230 shown; --limit 0 for all, --offset 20 for the next\n"},
		{20, 20, 230, "230 articles\n21 to 40 of 230 shown; --limit 0 for all, --offset 40 for the next\n"},
		{220, 10, 230, "230 articles\n221 to 230 of 230 shown\n"},
		{0, 4, 4, "4 articles\n"},
		{500, 0, 230, "230 articles\nnone after the first 500\n"},
	}
	for _, tt := range tests {
		var errOut bytes.Buffer
		testEnv(io.Discard, &errOut, terminal{}).summary(search.Query{Offset: tt.offset}, &search.Result{All: tt.total, Words: 1}, tt.shown)
		if diff := cmp.Diff(tt.want, errOut.String()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestOriginName(t *testing.T) {
	t.Setenv("HOME", "/home/reader")
	t.Setenv("USERPROFILE", "/home/reader")
	for path, want := range map[string]string{
		"stdin:2026-11-20T10:00:05.123456789Z": "standard input, 2026-11-20 10:00 UTC",
		"stdin:soon":                           "stdin:soon",
		"samples:001.txt":                      "sample article 001.txt",
		"samples:\x1b[31m":                     "sample article \ufffd[31m",
		"/press/a.txt":                         "/press/a.txt",
	} {
		if got := originName(path); got != want {
			t.Errorf("%q is shown as %q, want %q", path, got, want)
		}
	}
}

func TestImportSentence(t *testing.T) {
	tests := []struct {
		report ingest.Report
		want   string
		code   int
	}{
		{ingest.Report{Added: 21577, Files: 1}, "imported 21,577 articles from 1 file in 3.1 s: 21,577 added", 0},
		{ingest.Report{Added: 1, Files: 1}, "imported 1 article from 1 file in 3.1 s: 1 added", 0},
		{ingest.Report{Added: 2, Changed: 1, Same: 4, Files: 5, Unchanged: 3}, "imported 7 articles from 5 files in 3.1 s: 2 added, 1 changed (the earlier versions are kept), 4 already there; 3 files unchanged", 0},
		{ingest.Report{Same: 5, Files: 5}, "nothing new: 5 articles were already there", 0},
		{ingest.Report{Same: 1, Files: 1}, "nothing new: 1 article was already there", 0},
		{ingest.Report{Unchanged: 5}, "nothing new: 5 files unchanged since the last import", 0},
		{ingest.Report{Added: 1, Files: 1, Failed: 1}, "imported 1 article from 1 file in 3.1 s: 1 added", 3},
		{ingest.Report{Failed: 2}, "nothing imported: 2 failures", 2},
		{ingest.Report{Files: 1, Failed: 1}, "nothing imported: 1 failure", 2},
		{ingest.Report{Files: 1}, "nothing imported: no article in 1 file", 2},
		{ingest.Report{Places: []string{"/x"}, Skipped: map[string]int{"pdf": 2}}, "nothing to import: no file of a known format", 2},
		{ingest.Report{Places: []string{"/x"}}, "nothing to import: no file there", 2},
		{ingest.Report{}, "nothing new: all that was imported before came through standard input, which cannot be read again", 0},
		{ingest.Report{Stopped: true}, "nothing imported", 130},
		{ingest.Report{Added: 1, Files: 1, Stopped: true}, "imported 1 article from 1 file in 3.1 s: 1 added", 130},
	}
	for _, tt := range tests {
		r := importRun{Report: &tt.report, took: 3100 * time.Millisecond}
		if diff := cmp.Diff(tt.want, r.sentence()); diff != "" {
			t.Error(diff)
		}
		if got := r.exitCode(); got != tt.code {
			t.Errorf("%q: exit code %d, want %d", tt.want, got, tt.code)
		}
	}
}

func TestFailuresAreNamed(t *testing.T) {
	list := []ingest.Failure{{Path: "f", Member: "line 3", Reason: "it is cut short"}, {Path: "g", Reason: "the file is empty"}}
	want := "archive: could not read f, line 3: it is cut short\narchive: could not read g: the file is empty\n"
	if got := failuresText(list, 2); got != want {
		t.Errorf("got %s", got)
	}
}

// Many failures are counted by their reasons, whatever the place.
func TestFailuresByReason(t *testing.T) {
	var list []ingest.Failure
	for i := range 1000 {
		reasons := []string{fmt.Sprintf("damaged feed: line %d: no end", i), "the file is empty", fmt.Sprintf("record %d: cut short (at byte %d)", i, i), "the file is empty"}
		list = append(list, ingest.Failure{Path: fmt.Sprintf("f%d", i), Reason: reasons[i%4]})
	}
	for i := range 20 {
		list[4*i].Reason = "reason " + string(rune('a'+i))
	}
	got := strings.Split(failuresText(list, 1200), "\n")
	if len(got) != 14 || got[0] != "archive: could not read 1,200 files or parts of files" || got[1] != "   500  the file is empty: f1, ..." ||
		got[2] != "   250  cut short: f2, ..." || got[3] != "   230  damaged feed: f80, ..." || got[4] != "     1  reason a: f0" || got[11] != "   213  others" {
		t.Errorf("%q", got)
	}
}

func failuresText(list []ingest.Failure, total int) string {
	var errOut bytes.Buffer
	testEnv(io.Discard, &errOut, terminal{}).failures(list, total)
	return errOut.String()
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 21577: "21,577", 1234567: "1,234,567", -4200: "-4,200"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{1: "1 byte", 999: "999 bytes", 1000: "1.0 kB", 999_999: "1.0 MB", 3_080_000_000: "3.1 GB", 154_000_000: "154 MB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{1234 * time.Millisecond: "1.2 s", 48 * time.Second: "48 s", 125 * time.Second: "2 min 5 s", 72 * time.Minute: "1 h 12 min"} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestWrapText(t *testing.T) {
	text := "One paragraph of several words.\n\n  • A bullet that goes on and on\n- short\n10. Tenth point goes on here\nübermäßiglangeswortohnelücke x\n部署新的防空系统以保护关键"
	want := []string{
		"One paragraph of", "several words.", "",
		"  • A bullet that", "    goes on and on", "- short",
		"10. Tenth point", "    goes on here",
		"übermäßiglangeswor", "tohnelücke x",
		"部署新的防空系统以", "保护关键",
	}
	if diff := cmp.Diff(want, wrapText(text, 18)); diff != "" {
		t.Error(diff)
	}
}

// Paragraphs that follow each other line by line are set apart; lines broken
// by hand and list items are not.
func TestWrapTextSetsParagraphsApart(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 30))
	tests := []struct {
		text string
		want int // empty lines
	}{
		{long + "\n" + long, 1},
		{long + "\nHeading\n" + long, 2},
		{long + "\n\n" + long, 1},
		{"a line broken by hand\nand its second half", 0},
		{"List:\n- " + long + "\n- " + long + "\n" + long, 1},
	}
	for _, tt := range tests {
		empty := 0
		for _, line := range wrapText(tt.text, 80) {
			if line == "" {
				empty++
			}
		}
		if empty != tt.want {
			t.Errorf("%d empty lines in %q, want %d", empty, tt.text, tt.want)
		}
	}
}

// A mark that is wrapped is closed at the line's end and opened in the next.
func TestWrappedMarks(t *testing.T) {
	term := terminal{width: 12, color: true}
	spans := []search.Span{{Text: "we want "}, {Text: "security guarantees", Mark: true}, {Text: " now"}}
	var got []string
	for _, line := range wrapText(term.spans(spans), 12) {
		got = append(got, term.paint(line))
	}
	want := []string{"we want", "\x1b[1msecurity\x1b[0m", "\x1b[1mguarantees\x1b[22m", "now"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestColor(t *testing.T) {
	tests := []struct {
		tty  bool
		flag string
		env  map[string]string
		want bool
	}{
		{true, "", nil, true},
		{false, "", nil, false},
		{true, "auto", nil, true},
		{true, "never", nil, false},
		{false, "always", map[string]string{"NO_COLOR": "1"}, true},
		{true, "", map[string]string{"NO_COLOR": "1"}, false},
		{true, "", map[string]string{"NO_COLOR": ""}, true},
		{true, "", map[string]string{"TERM": "dumb"}, false},
		{false, "", map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{false, "", map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{false, "", map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, false},
	}
	for _, tt := range tests {
		got := wantsColor(tt.tty, tt.flag, func(name string) string { return tt.env[name] })
		if got != tt.want {
			t.Errorf("%+v gives %v", tt, got)
		}
	}
}

func TestDefaultPath(t *testing.T) {
	tests := []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", map[string]string{"HOME": "/h"}, "/h/.local/share/archive/archive.db"},
		{"linux", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/archive/archive.db"},
		{"linux", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "relative"}, "/h/.local/share/archive/archive.db"},
		{"darwin", map[string]string{"HOME": "/h"}, "/h/Library/Application Support/archive/archive.db"},
	}
	for _, tt := range tests {
		got, err := defaultPath(tt.goos, func(name string) string { return tt.env[name] })
		if err != nil || got != tt.want {
			t.Errorf("%s %v: %q, %v; want %q", tt.goos, tt.env, got, err, tt.want)
		}
	}
	if path, err := defaultPath("linux", func(string) string { return "" }); err == nil {
		t.Errorf("without a home: %q", path)
	}
}

func TestHelpFits(t *testing.T) {
	for _, c := range commands() {
		var b bytes.Buffer
		if err := c.help(&b); err != nil {
			t.Fatal(err)
		}
		checkWidth(t, "help "+c.name, b.String())
		for _, o := range c.allOptions() {
			if !strings.Contains(b.String(), "--"+o.name) {
				t.Errorf("help %s does not name --%s", c.name, o.name)
			}
		}
	}
	var b bytes.Buffer
	if err := helpAll(&b); err != nil {
		t.Fatal(err)
	}
	checkWidth(t, "help", b.String())
	for _, name := range []string{"query.md", "exit-codes.md"} {
		doc, err := os.ReadFile("../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		checkWidth(t, name, string(doc))
	}
}

func checkWidth(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if w := width(strings.TrimRight(line, "\n")); w > helpWidth {
			t.Errorf("%s: a line takes %d columns: %s", name, w, line)
		}
	}
}

func TestMapping(t *testing.T) {
	got, err := mapping([]string{"title=headline, text=body", "date=when"})
	if diff := cmp.Diff(map[string]string{"title": "headline", "text": "body", "date": "when"}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, bad := range []string{"title", "=x", "title=", "colour=red", ""} {
		if got, err := mapping([]string{bad}); err == nil {
			t.Errorf("mapping(%q) = %v", bad, got)
		}
	}
}

func TestProgressLine(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := ingest.Progress{Started: start, Files: 10, FilesTotal: 2073, Bytes: 1_000_000, BytesTotal: 3_000_000, Articles: 1200, Current: "/a/b/report.txt"}
	want := "10 of 2,073 files, 1.0 of 3.0 MB, 120 articles/s, 20 s left, report.txt"
	if diff := cmp.Diff(want, progressLine(p, start.Add(10*time.Second), 0)); diff != "" {
		t.Error(diff)
	}
	for w := 1; w < 120; w++ {
		if line := progressLine(p, start.Add(10*time.Second), w); width(line) > w {
			t.Errorf("%d cells for %d: %q", width(line), w, line)
		}
	}
}

func TestPagerCommand(t *testing.T) {
	less := func(string) (string, error) { return "/usr/bin/less", nil }
	nothing := func(string) (string, error) { return "", os.ErrNotExist }
	tests := []struct {
		env  map[string]string
		find func(string) (string, error)
		want []string
	}{
		{map[string]string{"ARCHIVE_PAGER": "most -s", "PAGER": "more"}, less, []string{"most", "-s"}},
		{map[string]string{"PAGER": "more"}, less, []string{"more"}},
		{nil, less, []string{"/usr/bin/less", "-FRX"}},
		{nil, nothing, nil},
	}
	for _, tt := range tests {
		got := pagerCommand(func(name string) string { return tt.env[name] }, tt.find)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestKindsOfSkippedFiles(t *testing.T) {
	for _, tt := range []struct{ kind, one, many string }{
		{"image", "image", "images"}, {"hidden folder", "hidden folder", "hidden folders"}, {"archive (rar)", "archive (rar)", "archives (rar)"},
		{"file by .archiveignore", "file by .archiveignore", "files by .archiveignore"}, {"link to a folder", "link to a folder", "links to a folder"},
		{"list with links without text", "list with links without text", "lists with links without text"}, {"library", "library", "libraries"},
	} {
		if one, many := kindOf(tt.kind, 1), kindOf(tt.kind, 2); one != tt.one || many != tt.many {
			t.Errorf("%q: %q and %q, want %q and %q", tt.kind, one, many, tt.one, tt.many)
		}
	}
}

// Characters of several code points move no column.
func TestColumnsOfJoinedCharacters(t *testing.T) {
	var out bytes.Buffer
	g := &grid{w: &out, term: terminal{width: 30}, columns: []column{{head: "A"}, {head: "B", flex: true}}}
	var rows [][]cell
	for _, s := range []string{"plain", "👩\u200d👩\u200d👧\u200d👦", "🇺🇦", "👍🏽", "❤\ufe0f", "1\ufe0f\u20e3", "\U000f0000\U0010fffd", "각"} {
		rows = append(rows, []cell{oneLine(s), oneLine("here")})
	}
	g.fit(rows)
	if err := g.print(rows); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if before, _, ok := strings.Cut(line, "here"); ok && width(before) != len("plain  ") {
			t.Errorf("%q: the second column begins in column %d", line, width(before))
		}
	}
	if !strings.Contains(out.String(), "👩\u200d👩\u200d👧\u200d👦") || !strings.Contains(out.String(), "\U000f0000\U0010fffd") {
		t.Errorf("%q", out.String())
	}
}
