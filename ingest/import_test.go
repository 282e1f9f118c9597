package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.com/archive/store"
)

func newArchive(t testing.TB) *store.Archive {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	a, err := store.OpenOrCreate(t.Context(), filepath.Join(t.TempDir(), "a.db"), string(schema))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// folder makes a folder with files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "press")
	for name, body := range files {
		write(t, filepath.Join(dir, name), body)
	}
	return dir
}

func write(t testing.TB, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

func doImport(t testing.TB, a *store.Archive, o Options) *Report {
	t.Helper()
	if o.Samples == nil {
		o.Samples = os.DirFS("../seeds")
	}
	if o.Key == nil {
		o.Key = []byte("a key of the one who imports")
	}
	r, err := Run(t.Context(), a, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tally is a report without its lists.
func tally(r *Report) Report {
	c := *r
	c.Failures, c.Places, c.Skipped, c.LeftOut = nil, nil, nil, nil
	return c
}

func same(t testing.TB, what string, got *Report, want Report) {
	t.Helper()
	if diff := cmp.Diff(want, tally(got)); diff != "" {
		t.Errorf("%s: %s\n%v", what, diff, got.Failures)
	}
}

func stats(t testing.TB, a *store.Archive) store.Stats {
	t.Helper()
	s, err := a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSamplesThenEveryPlace(t *testing.T) {
	a := newArchive(t)
	same(t, "an empty archive", doImport(t, a, Options{}), Report{Added: 5, Files: 5, Samples: true})
	same(t, "again", doImport(t, a, Options{}), Report{Unchanged: 5})
	same(t, "the same articles as files", doImport(t, a, Options{Paths: []string{"../seeds"}}), Report{Same: 5, Files: 5})
	same(t, "both places", doImport(t, a, Options{}), Report{Unchanged: 10})
	// The samples name no outlet; the folder is one.
	if s := stats(t, a); s.Articles != 5 || s.Sources != 1 {
		t.Errorf("%+v", s)
	}
}

func TestFolderOverTime(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{
		"a.txt": "A headline\n\nThe first text of the folder.", "sub/b.md": "# Another\n\nThe second text.",
		"c.jsonl": "{\"id\":\"x\",\"title\":\"One\",\"text\":\"body one\"}\n{broken\n{\"title\":\"Two\",\"text\":\"body two\"}\n",
		"d.png":   "\x89PNG\r\n\x1a\n\x00\x00", ".hidden/e.txt": "hidden", "node_modules/f.txt": "library", "empty.txt": "",
	})
	o := Options{Paths: []string{dir}}
	first := doImport(t, a, o)
	same(t, "first", first, Report{Added: 4, Files: 3, Failed: 2})
	if diff := cmp.Diff(map[string]int{"image": 1, "hidden folder": 1, "node_modules folder": 1}, first.Skipped); diff != "" {
		t.Error(diff)
	}
	if f := first.Failures; len(f) != 2 || f[0].Member != "line 2" || !strings.HasSuffix(f[1].Path, "empty.txt") {
		t.Errorf("failures %+v", f)
	}
	// What failed is tried again, the rest costs a look.
	same(t, "again", doImport(t, a, o), Report{Same: 2, Files: 1, Unchanged: 2, Failed: 2})

	write(t, filepath.Join(dir, "c.jsonl"), "{\"id\":\"x\",\"title\":\"One\",\"text\":\"body one, corrected\"}\n{\"title\":\"Two\",\"text\":\"body two\"}\n")
	os.Remove(filepath.Join(dir, "empty.txt"))
	os.Remove(filepath.Join(dir, "a.txt"))
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "sub/b.md"), later, later); err != nil {
		t.Fatal(err)
	}
	same(t, "a changed, a touched and a vanished file", doImport(t, a, Options{}), Report{Same: 1, Changed: 1, Files: 1, Unchanged: 1})
	same(t, "at rest", doImport(t, a, Options{}), Report{Unchanged: 2})
	if s := stats(t, a); s.Articles != 4 || s.Superseded != 1 {
		t.Errorf("%d articles, %d earlier versions", s.Articles, s.Superseded)
	}
}

func TestSourceOfAFolder(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"Le Monde/2022/05/x.txt": "Un titre\n\nLe texte de cet article est ici.", "y.json": `{"title":"T","text":"B","url":"https://www.bbc.com/x"}`})
	doImport(t, a, Options{Paths: []string{dir}})
	names := func() (names []string) {
		sources, err := a.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sources {
			names = append(names, s.Name)
		}
		slices.Sort(names)
		return names
	}
	if diff := cmp.Diff([]string{"Le Monde", "bbc.com"}, names()); diff != "" {
		t.Error(diff)
	}
	// A forced source is part of what an article is: these are new versions.
	same(t, "forced", doImport(t, a, Options{Paths: []string{dir}, Source: "My press"}), Report{Changed: 2, Files: 2})
	same(t, "remembered", doImport(t, a, Options{}), Report{Unchanged: 2})
	if diff := cmp.Diff([]string{"My press"}, names()); diff != "" {
		t.Error(diff)
	}
}

func TestFieldMap(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"x.csv": "kop,inhoud\nEen titel,De tekst\n"})
	o := Options{Paths: []string{dir}, Fields: map[string]string{"title": "kop", "text": "inhoud"}}
	same(t, "mapped", doImport(t, a, o), Report{Added: 1, Files: 1})
	same(t, "remembered", doImport(t, a, Options{}), Report{Unchanged: 1})
}

// The moment that names standard input is no ending of a file.
func TestStandardInputHasNoEnding(t *testing.T) {
	f := file{place: store.Place{Path: stdinPath}, path: "stdin:2026-11-20T10:00:00.5973464Z"}
	if got := detect(f.formatName(), "", []byte("Headline\n\nText.")); got != textFormat {
		t.Errorf("format %v", got)
	}
	if got := detect(f.path, "", []byte("Headline\n\nText.")); got == textFormat {
		t.Error("the name alone would do")
	}
}

func TestStandardInputIsEachTimeAnother(t *testing.T) {
	a := newArchive(t)
	for i := range 2 {
		r := doImport(t, a, Options{Paths: []string{"-"}, Stdin: strings.NewReader(fmt.Sprintf("Headline %d\n\nA text that is the same otherwise.", i))})
		same(t, "stdin", r, Report{Added: 1, Files: 1})
	}
	if s := stats(t, a); s.Articles != 2 || s.Superseded != 0 {
		t.Errorf("%+v", s)
	}
}

// While standard input says nothing, what it said before is stored, and
// another import can write.
func TestSilenceHoldsNothingUp(t *testing.T) {
	a := newArchive(t)
	in, out := io.Pipe()
	done := make(chan *Report, 1)
	go func() {
		r, err := Run(t.Context(), a, Options{Paths: []string{"-"}, Stdin: in})
		if err != nil {
			t.Error(err)
		}
		in.Close()
		done <- r
	}()
	// More than the reader looks ahead, so that articles come out of it.
	line := fmt.Sprintf("{\"title\":\"T\",\"text\":\"%s\",\"n\":", strings.Repeat("word ", 2000))
	for i := range 20 {
		fmt.Fprintf(out, "%s%d,\"url\":\"http://x/%[2]d\",\"source\":\"s%[2]d\"}\n", line, i)
	}
	deadline := time.Now().Add(30 * time.Second)
	for stats(t, a).Articles == 0 {
		if time.Now().After(deadline) {
			t.Fatal("nothing is stored while standard input is silent")
		}
		time.Sleep(100 * time.Millisecond)
	}
	same(t, "another import", doImport(t, a, Options{Paths: []string{"../seeds"}}), Report{Added: 5, Files: 5})
	out.Close()
	if r := <-done; r.Added != 20 {
		t.Errorf("%+v", r)
	}
}

func TestNamedFileOfNoFormatFails(t *testing.T) {
	dir := folder(t, map[string]string{"x.png": "\x89PNG\r\n\x1a\n\x00\x00"})
	r := doImport(t, newArchive(t), Options{Paths: []string{filepath.Join(dir, "x.png")}})
	same(t, "png", r, Report{Failed: 1})
}

func TestMissingPath(t *testing.T) {
	_, err := Run(t.Context(), newArchive(t), Options{Paths: []string{"/no/such/place"}})
	if err == nil || !strings.Contains(err.Error(), "no such file or folder") {
		t.Errorf("error %v", err)
	}
}

func TestDryRunStoresNothing(t *testing.T) {
	a := newArchive(t)
	doImport(t, a, Options{Paths: []string{"../seeds/000_59b42b224817ad70.txt"}})
	before := stats(t, a)
	same(t, "dry", doImport(t, a, Options{Paths: []string{"../seeds"}, DryRun: true}), Report{Added: 4, Files: 4, Unchanged: 1})
	same(t, "dry, no archive", doImport(t, nil, Options{DryRun: true}), Report{Added: 5, Files: 5, Samples: true})
	if diff := cmp.Diff(before, stats(t, a), cmpopts.IgnoreFields(store.Stats{}, "FileBytes"), cmp.AllowUnexported(store.Date{})); diff != "" {
		t.Error(diff)
	}
}

// Ids follow the order of the files, whichever is read first.
func TestOrderDoesNotDependOnTiming(t *testing.T) {
	files := make(map[string]string)
	for i := range 40 {
		files[fmt.Sprintf("%02d.txt", i)] = fmt.Sprintf("Title %02d\n\n%s", i, strings.Repeat("Some words of text. ", 1+(i*37%11)*100))
	}
	dir := folder(t, files)
	for range 3 {
		a := newArchive(t)
		doImport(t, a, Options{Paths: []string{dir}})
		for id := range 40 {
			art, err := a.Article(t.Context(), int64(id+1))
			if want := fmt.Sprintf("Title %02d", id); err != nil || art.Title.Value != want {
				t.Fatalf("article %d is %q, want %q; %v", id+1, art.Title.Value, want, err)
			}
		}
	}
}

// breakingFS ends a context while one of its files is read.
type breakingFS struct {
	fs.FS
	file  string
	after int // bytes of it
	cease func()
}

func (b breakingFS) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	if err != nil || name != b.file {
		return f, err
	}
	return &breakingFile{f, &b}, nil
}

type breakingFile struct {
	fs.File
	fs *breakingFS
}

func (f *breakingFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if f.fs.after -= n; f.fs.after < 0 {
		f.fs.cease()
	}
	return n, err
}

// An import that is cancelled keeps whole articles, reports just what it
// stored, and goes on from there.
func TestCancelledImportGoesOn(t *testing.T) {
	const n = 600
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, "{\"title\":\"T%d\",\"text\":\"text of article %d %s\"}\n", i, i, strings.Repeat("and more ", 100))
	}
	dir := folder(t, map[string]string{"a.txt": "Headline\n\nText of the first.", "b.jsonl": lines.String(), "c.txt": "Headline\n\nText of the last."})
	a := newArchive(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := Run(ctx, a, Options{Samples: breakingFS{os.DirFS(dir), "b.jsonl", lines.Len() / 2, cancel}})
	if err != nil {
		t.Fatal(err)
	}
	// What the reader is ahead of the writer is bounded, so some was stored.
	if stored := stats(t, a).Articles; !r.Stopped || stored != r.Added || stored < 100 || stored > n/2+1 {
		t.Errorf("stored %d, reported %d, stopped %v", stored, r.Added, r.Stopped)
	}
	again := doImport(t, a, Options{Samples: os.DirFS(dir)})
	if stored := stats(t, a).Articles; again.Stopped || stored != n+2 || again.Added+r.Added != n+2 {
		t.Errorf("%d articles in the end; added %d, then %d", stored, r.Added, again.Added)
	}
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := store.Inspect(t.Context(), a.Path(), store.Inspection{Schema: string(schema), Deep: true}); err != nil || len(found.Problems) > 0 {
		t.Errorf("%v: %+v", err, found)
	}
	same(t, "at rest", doImport(t, a, Options{Samples: os.DirFS(dir)}), Report{Unchanged: 3})
}

func TestExplain(t *testing.T) {
	articles, failures, err := Explain(t.Context(), "../seeds/003_11ea7d7278b949e7.txt", Options{})
	if err != nil || len(failures) != 0 || len(articles) != 1 {
		t.Fatalf("%d articles, %v, %v", len(articles), failures, err)
	}
	a := articles[0]
	if a.Byline.Value != "Gloria Nosa" || a.Byline.Line != 1 || a.Byline.Derived || !a.Title.Derived || !a.Source.Derived || a.Source.Value != "seeds" {
		t.Errorf("%+v", a)
	}
	if _, _, err := Explain(t.Context(), "../seeds", Options{}); err == nil {
		t.Error("a folder was explained")
	}
}

// A citation is shown on its line of the file only where the text has lines
// there.
func TestExplainLinesOfCitations(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.jsonl": `{"title":"A","text":"One.\nTwo.\nHe told Reuters so."}`, "a.json": `{"title":"A","text":"One.\nTwo.\nHe told Reuters so."}`,
		"a.csv": "title,text\nA,\"\n \nOne.\nHe told Reuters so.\"\n", "a.txt": "A headline\n\nOne text.\nHe told Reuters so.\n",
	})
	for name, want := range map[string]int{"a.jsonl": 0, "a.json": 0, "a.csv": 5, "a.txt": 4} {
		articles, failures, err := Explain(t.Context(), filepath.Join(dir, name), Options{})
		if err != nil || len(failures) > 0 || len(articles) != 1 || len(articles[0].Cites) != 1 {
			t.Errorf("%s: %+v, %v, %v", name, articles, failures, err)
			continue
		}
		line := articles[0].Cites[0].Line
		if line > 0 {
			line += articles[0].Line - 1
		}
		if line != want {
			t.Errorf("%s: the citation is on line %d, want %d", name, line, want)
		}
	}
}

// A folder of real files gives each article that differs in its title or its
// text once. The two are told apart here without the reader: the title is
// what follows the dashes of the first line, the text what follows the header.
func TestRealFolderOfFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	files, err := tarFiles(filepath.Join(dataFolder, "news", "reuters-financial-2006-files.tar.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no reuters-financial-2006-files.tar.gz: real articles are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	distinct := make(map[string]bool)
	for _, content := range files {
		lines := strings.Split(content, "\n")
		title := strings.TrimPrefix(lines[0], "-- ")
		text := lines[min(4, len(lines)):] // title, byline, date and address
		distinct[strings.Join(strings.Fields(title), " ")+"\x00"+strings.Join(strings.Fields(strings.Join(text, " ")), " ")] = true
	}
	a := newArchive(t)
	r := doImport(t, a, Options{Paths: []string{folder(t, files)}})
	same(t, "files", r, Report{Added: len(distinct), Same: len(files) - len(distinct), Files: len(files)})
	if len(files) != 2073 || stats(t, a).Articles != len(distinct) {
		t.Errorf("%d files, %d distinct, %d articles", len(files), len(distinct), stats(t, a).Articles)
	}
}

// The real corpora come in whole, as counted without us.
func TestRealCorpora(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const news = "../../shared/data/news/"
	if _, err := os.Stat(news); err != nil {
		t.Skip("no sample news beside the project")
	}
	a := newArchive(t)
	// 21,577 records, of which 279 repeat the title and text of another.
	same(t, "reuters21578", doImport(t, a, Options{Paths: []string{news + "reuters21578.jsonl.gz"}}), Report{Added: 21298, Same: 279, Files: 1})
	same(t, "multilingual", doImport(t, a, Options{Paths: []string{news + "multilingual.jsonl.gz"}}), Report{Added: 2300, Files: 1})
}
