package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// dataFolder holds real articles in quantity; it stands beside the project.
const dataFolder = "../../shared/data"

// readBytes reads one file's content and gives its articles and failures.
func readBytes(t testing.TB, name, content string, fields map[string]string) ([]*Article, []Failure, error) {
	t.Helper()
	return readFrom(t, name, strings.NewReader(content), fields)
}

func readFrom(t testing.TB, name string, r io.Reader, fields map[string]string) ([]*Article, []Failure, error) {
	t.Helper()
	var articles []*Article
	var failures []Failure
	_, err := readFile(context.Background(), opened{name: name, r: r, fields: fields}, sink{
		article: func(a *Article) error { complete(a); articles = append(articles, a); return nil },
		failed:  func(m string, e error) { failures = append(failures, Failure{name, m, e.Error()}) },
		skipped: func(string, string) {},
	})
	return articles, failures, err
}

// one reads a file that has to hold one article and no fault.
func one(t testing.TB, name, content string) *Article {
	t.Helper()
	articles, failures, err := readBytes(t, name, content, nil)
	if err != nil || len(failures) > 0 || len(articles) != 1 {
		t.Fatalf("%s: %d articles, failures %v, error %v; want one article", name, len(articles), failures, err)
	}
	return articles[0]
}

func readTestFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && strings.HasPrefix(path, dataFolder) {
		t.Skipf("no %s: real articles are not here", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func gzipped(parts ...string) string {
	var b bytes.Buffer
	for _, p := range parts {
		z := gzip.NewWriter(&b)
		io.WriteString(z, p)
		z.Close()
	}
	return b.String()
}

func TestSeeds(t *testing.T) {
	type want struct {
		title, rule, byline string
		derived             bool
		starts              string
		cites               string
	}
	for file, w := range map[string]want{
		"000_59b42b224817ad70.txt": {title: "A high-ranking aide to Russian President Vladimir Putin has extended an invitation to Ukrainian…",
			rule: "first sentence", derived: true, starts: "A high-ranking aide"},
		"001_c679306a7ab55804.txt": {title: "Putin Proposes Moscow Summit with Zelensky, Pledges Security for Rare Dialogue",
			rule: "title line", starts: "In a significant diplomatic development"},
		"002_ebb1e9fcde066061.txt": {title: "Russia Extends Invitation to Zelenskyy for Moscow Peace Talks Amid Ongoing Conflict",
			rule: "title line", starts: "In a significant diplomatic move", cites: "Reuters, Axios"},
		"003_11ea7d7278b949e7.txt": {title: "Russian President Vladimir Putin has proposed hosting Ukrainian President Volodymyr Zelensky in…",
			rule: "first sentence", derived: true, byline: "Gloria Nosa", starts: "Russian President Vladimir Putin has proposed"},
		"004_57bc3afff31f2df5.txt": {title: "Putin extends invitation to Zelensky for Moscow talks as Ukraine rejects offer, pushing for neutral venue",
			rule: "title line", starts: "  • Russian President", cites: "The Kyiv Independent, TheCradle.co, TASS, Brighteon.ai, Brighteon.com"},
	} {
		a := one(t, file, readTestFile(t, filepath.Join("../seeds", file)))
		if a.Title.Value != w.title || a.Title.Rule != w.rule || a.Title.Derived != w.derived {
			t.Errorf("%s: title %+v, want %q by %q", file, a.Title, w.title, w.rule)
		}
		if a.Byline.Value != w.byline {
			t.Errorf("%s: byline %q, want %q", file, a.Byline.Value, w.byline)
		}
		if !strings.HasPrefix(a.Text, w.starts) {
			t.Errorf("%s: text starts %.60q, want %q", file, a.Text, w.starts)
		}
		if got := citesOf(a); got != w.cites {
			t.Errorf("%s: cites %q, want %q", file, got, w.cites)
		}
		if a.Lang.Value != "en" || !a.Lang.Derived || a.Type != "text" {
			t.Errorf("%s: language %+v, type %q", file, a.Lang, a.Type)
		}
	}
}

func citesOf(a *Article) string {
	var names []string
	for _, c := range a.Cites {
		names = append(names, c.Outlet)
	}
	return strings.Join(names, ", ")
}

func TestRealCollections(t *testing.T) {
	for name, want := range map[string]int{
		"reuters21578.jsonl.gz": 21577,
		"multilingual.jsonl.gz": 2300,
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("short")
			}
			f, err := os.Open(filepath.Join(dataFolder, "news", name))
			if err != nil {
				t.Skipf("no %s: real articles are not here", name)
			}
			defer f.Close()
			n := 0
			format, err := readFile(t.Context(), opened{name: name, r: f}, sink{
				article: func(a *Article) error {
					complete(a)
					if n++; a.Title.Value == "" || a.Text == "" || a.Lang.Value == "" || !strings.HasPrefix(a.Member, "id ") {
						return fmt.Errorf("%s lacks something: %+v", a.Member, a)
					}
					return nil
				},
				failed: func(m string, e error) { t.Errorf("%s: %v", m, e) },
			})
			if err != nil || n != want || format != jsonlFormat {
				t.Errorf("%d articles, format %v, error %v; want %d", n, format.name, err, want)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	for _, c := range []struct{ name, content, want string }{
		{"a.jsonl", "{}", "jsonl"}, {"a.NDJSON", "{}", "jsonl"}, {"a.json", "{}", "json"}, {"x/a.csv.gz", "title,text\n", "csv"},
		{"a.tsv", "title\ttext\n", "tsv"}, {"a.md", "Hello", "markdown"}, {"a.txt", "{\"a\":1}", "text"},
		{"-", `{"title":"a"}` + "\n" + `{"title":"b"}`, "jsonl"}, {"-", `{"title":"a"}`, "json"}, {"-", ` [ {"title":"a"}]`, "json"},
		{"-", "[Editor's note] Hello", "text"}, {"-", "---\ntitle: x\n---\n", "markdown"}, {"-", "+++\ntitle = 'x'\n+++\n", "markdown"},
		{"-", "title;date;text\na;b;c\n", "csv"}, {"-", "Title, text and tears\nare what we have\n", "text"}, {"-", "BMW sells more cars", "text"},
		{"us-amazon.com-idUSN12", "-- Amazon", "text"}, {"Mr. Smith goes", "x", "text"}, {"u16.txt", "\xff\xfea\x00b\x00", "text"},
		{"pic.png", png, ""}, {"fake.txt", png, ""}, {"-", "%PDF-1.4 abc", "pdf"}, {"-", "<!DOCTYPE html><p>x", "html"}, {"page.html", "<p>", "html"},
		{"-", `{\rtf1 x}`, "rtf"}, {"a.txt", "caf\xe9", "text"}, {"wire", "Text\x03 with a mark of the wire that closes every story of its time", "text"},
	} {
		got := ""
		if f := detect(c.name, "", []byte(c.content)); f != nil {
			got = f.name
		}
		if got != c.want {
			t.Errorf("detect(%q, %.20q) = %q, want %q", c.name, c.content, got, c.want)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	_, _, err := readBytes(t, "a.png", "\x89PNG\r\n\x1a\n\x00", nil)
	var unknown *unknownFormat
	if !errors.As(err, &unknown) || unknown.kind != "image" {
		t.Errorf("error %v, want an unknown format of kind image", err)
	}
	if _, _, err = readBytes(t, "a.txt", "", nil); err == nil {
		t.Error("an empty file gave no error")
	}
	if _, _, err = readBytes(t, "a.txt", " \n\t\n", nil); err == nil {
		t.Error("a blank file gave no error")
	}
}

// A file of a known format with nothing in it is no file of an unknown one.
func TestNoArticles(t *testing.T) {
	for name, in := range map[string]string{
		"a.csv": "title,text\n", "b.csv": "title,text\n,\n", "a.tsv": "title\ttext\n", "a.json": "[1,2]", "b.json": "[]", "c.json": `{"articles":[]}`, "a.jsonl": "\n\n",
	} {
		articles, failures, err := readBytes(t, name, in, nil)
		if len(articles) > 0 || err == nil && len(failures) == 0 {
			t.Errorf("%s %q: %d articles, no failure", name, in, len(articles))
		}
		if name != "c.json" && err != errNoArticles {
			t.Errorf("%s %q: error %v, want %v", name, in, err, errNoArticles)
		}
	}
	dir := folder(t, map[string]string{"a.csv": "title,text\n", "a.json": "[1,2]"})
	r := doImport(t, newArchive(t), Options{Paths: []string{dir}})
	if len(r.Skipped) > 0 || len(r.Failures) != 2 || r.Failures[0].Reason != "no articles in it" || r.Failures[1].Reason != "no articles in it" {
		t.Errorf("skipped %v, failures %+v", r.Skipped, r.Failures)
	}
}

func TestGzip(t *testing.T) {
	lines := gzipped(`{"title":"one"}`+"\n", `{"title":"two"}`+"\n")
	for _, name := range []string{"a.jsonl.gz", "a.jsonl"} {
		articles, _, err := readBytes(t, name, lines, nil)
		if err != nil || len(articles) != 2 {
			t.Errorf("%s of two members: %d articles, %v", name, len(articles), err)
		}
	}
	if _, _, err := readBytes(t, "a.jsonl.gz", lines[:len(lines)-12], nil); err == nil || !strings.Contains(err.Error(), "damaged gzip") {
		t.Errorf("a cut gzip file: error %v", err)
	}
}

func TestGzipBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	line := []byte(strings.Repeat("\n", 1<<20))
	for range 100 {
		z.Write(line)
	}
	z.Close()
	_, _, err := readFrom(t, "a.jsonl", &b, nil)
	if err == nil || !strings.Contains(err.Error(), "times its size") {
		t.Errorf("a file that expands 1000 times: error %v", err)
	}
}

func TestTooLargeText(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	r := io.LimitReader(endless("word "), maxText+100)
	_, _, err := readFrom(t, "a.txt", r, nil)
	if err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("error %v", err)
	}
}

func TestTooLongRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	line := func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"title":"`), io.LimitReader(endless("x"), maxRecord+1<<20), strings.NewReader("\"}\n{\"title\":\"after\"}\n"))
	}
	articles, failures, err := readFrom(t, "a.jsonl", line(), nil)
	if err != nil || len(articles) != 1 || len(failures) != 1 || failures[0].Member != "line 1" {
		t.Errorf("jsonl: %d articles, %v, %v", len(articles), failures, err)
	}
	if _, _, err = readFrom(t, "a.json", line(), nil); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("json: error %v", err)
	}
	quote := io.MultiReader(strings.NewReader("title,text\na,\""), io.LimitReader(endless("x\n"), maxRecord+1<<20))
	if _, _, err = readFrom(t, "a.csv", quote, nil); err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("csv: error %v", err)
	}
}

// endless repeats a word for ever.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

func TestContextEndsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := readFile(ctx, opened{name: "a.jsonl", r: endless(`{"title":"x"}` + "\n")}, sink{
		article: func(*Article) error {
			if n++; n == 3 {
				cancel()
			}
			return nil
		},
		failed: func(string, error) {},
	})
	if !errors.Is(err, context.Canceled) || n != 3 {
		t.Errorf("%d articles, error %v; want 3 and the end of the context", n, err)
	}
}

func TestPanicIsAnError(t *testing.T) {
	_, err := readFile(t.Context(), opened{name: "a.txt", r: strings.NewReader("Text")}, sink{article: func(*Article) error { panic("x") }})
	if err == nil || !strings.Contains(err.Error(), "broke down") {
		t.Errorf("error %v", err)
	}
}

// Errors name columns and fields, and quote no texts that stand in their place.
func TestErrorsQuoteNoTexts(t *testing.T) {
	long := strings.Repeat("The whole text of an article. ", 100)
	for name, content := range map[string]string{
		"a.csv":   "1,Gazette,\"" + long + "\"\n2,Gazette,\"" + long + "\"\n",
		"a.tsv":   "1\tGazette\t" + long + "\n2\tGazette\t" + long + "\n",
		"a.json":  `[{"` + long + `":"x","n":1}]`,
		"a.jsonl": `{"` + long + `":"x","n":1}` + "\n",
	} {
		_, failures, err := readBytes(t, name, content, nil)
		for _, f := range failures {
			err = errors.Join(err, errors.New(f.Reason))
		}
		if err == nil || len(err.Error()) > 400 || !strings.Contains(err.Error(), "The whole text of") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A damaged line of records without a name costs that line alone.
func TestDamagedRecordsByPipe(t *testing.T) {
	record := func(n int) string { return fmt.Sprintf(`{"title":"Title %d","text":"The text of it."}`+"\n", n) }
	for name, c := range map[string]struct {
		content        string
		articles, fail int
	}{
		"the second": {record(1) + "oops\n" + record(2) + record(3), 3, 1},
		"the first":  {`{"title":"half` + "\n" + record(2) + record(3), 2, 1},
		"none":       {record(1) + record(2), 2, 0},
		"JSON":       {"{\"articles\": [\n" + strings.TrimSuffix(record(1), "\n") + "\n]}\n", 1, 0},
	} {
		articles, failures, err := readBytes(t, "", c.content, nil)
		if len(articles) != c.articles || len(failures) != c.fail || err != nil {
			t.Errorf("%s: %d articles, %d failures, %v", name, len(articles), len(failures), err)
		}
	}
}

// The list beside exported originals is none of them.
func TestListOfOriginalsIsNoArticle(t *testing.T) {
	_, _, err := readBytes(t, "index.csv", "name,path,sha256,bytes,modified\na.txt,/x/a.txt,00,3,\n", nil)
	var unknown *unknownFormat
	if !errors.As(err, &unknown) {
		t.Errorf("the error is %v", err)
	}
}
