package ingest

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/archive/store"
)

// exportFile writes an export of an archive.
func exportFile(t testing.TB, a *store.Archive, o store.ExportOptions) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "all.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	if err := a.Export(t.Context(), o, func(line store.ExportLine) error { return enc.Encode(line) }); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// dumps are what two equal archives have in common: everything but ids, runs,
// and the export that one was made of.
var dumps = []string{
	`SELECT 'article', hex(a.key), a.title, tr.name, tr.derived, s.name, sr.name, sr.derived, y.name, yr.name, yr.derived,
	        a.published, a.published_text, pr.name, pr.derived, a.first_day, a.last_day, a.lang, lr.name, lr.derived,
	        a.type, a.url, a.words, a.bytes, a.added, hex(n.key), a.captured, b.text
	 FROM articles a JOIN bodies b ON b.id = a.id LEFT JOIN articles n ON n.id = a.superseded_by
	 LEFT JOIN rules tr ON tr.id = a.title_rule LEFT JOIN sources s ON s.id = a.source LEFT JOIN rules sr ON sr.id = a.source_rule
	 LEFT JOIN bylines y ON y.id = a.byline LEFT JOIN rules yr ON yr.id = a.byline_rule
	 LEFT JOIN rules pr ON pr.id = a.published_rule LEFT JOIN rules lr ON lr.id = a.lang_rule`,
	`SELECT 'tag', hex(a.key), t.name FROM article_tags x JOIN articles a ON a.id = x.article JOIN tags t ON t.id = x.tag`,
	`SELECT 'cite', hex(a.key), s.name, r.name, c.phrase FROM citations c JOIN articles a ON a.id = c.article JOIN sources s ON s.id = c.source JOIN rules r ON r.id = c.rule`,
	`SELECT 'correction', hex(a.key), c.field, c.value, c.was, c.made FROM corrections c JOIN articles a ON a.id = c.article`,
	`SELECT 'alias', name, source, made FROM source_aliases`,
	`SELECT 'aliased', x.name, hex(a.key) FROM aliased_articles x JOIN articles a ON a.id = x.article`,
	`SELECT 'aliased citation', x.name, hex(a.key), r.name, x.phrase, x.also FROM aliased_citations x JOIN articles a ON a.id = x.article JOIN rules r ON r.id = x.rule`,
	`SELECT 'pair', a, b, accepted, decided FROM name_pairs`,
	`SELECT 'place', path, source, fields, added, source_from FROM places WHERE path NOT LIKE '%all.jsonl'`,
	`SELECT 'file', p.path, f.path, hex(f.sha256), f.size, f.modified, f.reader, f.state,
	        (SELECT count(*) FROM files g WHERE g.path = f.path AND g.id < f.id)
	 FROM files f JOIN places p ON p.id = f.place WHERE f.path NOT LIKE '%all.jsonl'`,
	`SELECT 'origin', f.path, hex(f.sha256), o.member, hex(a.key) FROM origins o JOIN files f ON f.id = o.file JOIN articles a ON a.id = o.article`,
	`SELECT 'language', code, articles FROM languages WHERE articles > 0`,
}

// dump writes all rows of an archive in an order of their own.
func dump(t testing.TB, path string) (rows []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range dumps {
		found, err := db.Query(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		columns, _ := found.Columns()
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		for found.Next() {
			if err := found.Scan(to...); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, fmt.Sprintf("%q", values))
		}
		found.Close()
	}
	slices.Sort(rows)
	return rows
}

// sameArchive compares two archives row by row.
func sameArchive(t testing.TB, want, got *store.Archive) {
	t.Helper()
	w, g := dump(t, pathOf(t, want)), dump(t, pathOf(t, got))
	for _, row := range w {
		if !slices.Contains(g, row) {
			t.Errorf("missing: %.600s", row)
		}
	}
	for _, row := range g {
		if !slices.Contains(w, row) {
			t.Errorf("too much: %.600s", row)
		}
	}
}

func pathOf(t testing.TB, a *store.Archive) string {
	t.Helper()
	s, err := a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Path
}

// checkDeep fails for an archive that is not sound.
func checkDeep(t testing.TB, a *store.Archive) {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	found, err := store.Inspect(t.Context(), pathOf(t, a), store.Inspection{Schema: string(schema), Deep: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found.Problems {
		t.Errorf("%s", p.Text)
	}
}

const exportedRecords = `{"id":"r1","title":"On grain","text":"Reuters reported that the grain deal holds. It was signed in May.","publisher":"Kyiv Post","author":"A. Smith","date":"May 2022","url":"https://example.org/a?b=1","tags":["grain","sea"],"lang":"en"}
{"id":"r2","title":"Про зерно","text":"Зернова угода діє. Її підписали навесні, і вона досі чинна для всіх сторін.","publisher":"KyivPost","date":"2022-05-07T09:30:00+02:00"}
{"id":"r3","title":"=HYPERLINK(1) \u202Eevil","text":"According to TASS, \u200B<script>alert(1)</script> & more \u0007 came.","source":"TASS","date":"someday"}
`

// richArchive holds one of everything.
func richArchive(t testing.TB) (a *store.Archive, dir string) {
	t.Helper()
	a = newArchive(t)
	dir = folder(t, map[string]string{
		"BBC/one.txt":     "A title line\n\nBy Gloria Nosa\n\nThe first text says something, as the Guardian reported. It goes on.",
		"BBC/same.txt":    "A title line\n\nBy Gloria Nosa\n\nThe first text says something, as the Guardian reported. It goes on.",
		"BBC/changes.md":  "---\ntitle: Before\ndate: 2021\ntags: [old, both]\n---\n\nText that will change.\n",
		"BBC/changes2.md": "---\ntitle: Before two\n---\n\nText that will change twice.\n",
		"records.jsonl":   exportedRecords,
		"broken.json":     `{"title": "half`,
		"untitled.txt":    "just one line of prose that is no title because it is so very long that nobody would print it above anything at all, is it not so indeed?",
	})
	doImport(t, a, Options{Paths: []string{dir}})
	ctx := t.Context()
	edit := func(id int64, e store.Edit) error {
		_, err := a.EditArticles(ctx, []int64{id}, e)
		return err
	}
	edits := []error{
		edit(1, store.Edit{Fields: map[string]string{"title": "A better title", "date": "2022-05"}, Tag: []string{"read"}}),
		edit(2, store.Edit{Fields: map[string]string{"author": "", "source": "The BBC"}, Untag: []string{"both"}}),
		a.DecideNames(ctx, "zelensky", "zelenskyy", true), a.DecideNames(ctx, "smith", "smyth", false),
	}
	_, err := a.AliasSource(ctx, "KyivPost", "Kyiv Post")
	_, err2 := a.AliasSource(ctx, "Kyiv Post", "The Kyiv Post")
	_, err3 := a.AliasSource(ctx, "The Guardian", "Guardian")
	for _, err := range append(edits, err, err2, err3) {
		if err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "BBC/changes.md"), "---\ntitle: After\ndate: 2022\n---\n\nText that has changed.\n")
	write(t, filepath.Join(dir, "BBC/changes2.md"), "---\ntitle: After two\n---\n\nText that has changed once.\n")
	doImport(t, a, Options{})
	write(t, filepath.Join(dir, "BBC/changes2.md"), "---\ntitle: After three\n---\n\nText that has changed twice.\n")
	doImport(t, a, Options{})
	search := store.SavedSearch{Name: "grain", Query: "grain OR зерно", Flags: map[string][]string{"since": {"2021"}}}
	search.Seen.Add([]int64{1, 3, 4})
	if err := a.SaveSearch(ctx, search, false); err != nil {
		t.Fatal(err)
	}
	if err := a.MarkSeen(ctx, map[string][]int64{"grain": {5}}); err != nil {
		t.Fatal(err)
	}
	return a, dir
}

func TestExportImportsAsAnEqualArchive(t *testing.T) {
	a, _ := richArchive(t)
	b := newArchive(t)
	file := exportFile(t, a, store.ExportOptions{Earlier: true})
	report := doImport(t, b, Options{Paths: []string{file}})
	if report.Failed != 0 || report.Added < 9 {
		t.Fatalf("%+v", report)
	}
	sameArchive(t, a, b)
	checkDeep(t, b)
	sameSearches(t, a, b)
	// Once more changes nothing.
	again := doImport(t, b, Options{Paths: []string{exportFile(t, a, store.ExportOptions{Earlier: true})}})
	if again.Added+again.Changed+again.Failed != 0 || again.Same != report.Added {
		t.Errorf("again: %+v", again)
	}
	sameArchive(t, a, b)
}

// sameSearches compares the saved searches and the articles that they have
// shown, which have other ids.
func sameSearches(t testing.TB, want, got *store.Archive) {
	t.Helper()
	var said [2]string
	for i, a := range []*store.Archive{want, got} {
		err := a.Export(t.Context(), store.ExportOptions{Earlier: true}, func(line store.ExportLine) error {
			switch line := line.(type) {
			case *store.ExportSearch:
				said[i] += fmt.Sprintln(*line)
			case *store.ExportArticle:
				said[i] += fmt.Sprintln(line.Key, line.Seen)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if said[0] != said[1] || !strings.Contains(said[0], "[grain]") {
		t.Errorf("searches:\n%s\nafter import:\n%s", said[0], said[1])
	}
}

// What was exported knows its files: nothing of them is read again, and a
// changed one gives a new version.
func TestFilesOfAnExportAreKnown(t *testing.T) {
	a, dir := richArchive(t)
	b := newArchive(t)
	doImport(t, b, Options{Paths: []string{exportFile(t, a, store.ExportOptions{Earlier: true})}})
	write(t, filepath.Join(dir, "BBC/one.txt"), "A title line\n\nBy Gloria Nosa\n\nThe first text says another thing.")
	report := doImport(t, b, Options{Paths: []string{dir}})
	if report.Unchanged != 5 || report.Added != 1 || report.Failed != 1 {
		t.Errorf("%+v", report)
	}
}

func TestExportOfAPart(t *testing.T) {
	a, _ := richArchive(t)
	b := newArchive(t)
	doImport(t, b, Options{Paths: []string{exportFile(t, a, store.ExportOptions{Articles: []int64{1, 5}})}})
	if s := stats(t, b); s.Articles != 2 {
		t.Errorf("%+v", s)
	}
	checkDeep(t, b)
	if list, err := b.SavedSearches(t.Context()); err != nil || len(list) > 0 {
		t.Error(list, err)
	}
}

// An export changes nothing of an archive that holds the same articles.
func TestExportIntoAnArchiveThatHasItsArticles(t *testing.T) {
	a, dir := richArchive(t)
	b := newArchive(t)
	doImport(t, b, Options{Paths: []string{dir}})
	before := dump(t, pathOf(t, b))
	report := doImport(t, b, Options{Paths: []string{exportFile(t, a, store.ExportOptions{Earlier: true})}})
	if report.Failed > 0 || report.Changed > 0 || report.Added != 3 {
		t.Errorf("%+v", report)
	}
	checkDeep(t, b)
	after := dump(t, pathOf(t, b))
	for _, row := range before {
		if strings.Contains(row, `["correction`) && !slices.Contains(after, row) {
			t.Errorf("gone: %s", row)
		}
	}
}

func TestExportThatIsCutOffOrDamaged(t *testing.T) {
	a, _ := richArchive(t)
	whole, err := os.ReadFile(exportFile(t, a, store.ExportOptions{Earlier: true}))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for name, content := range map[string]string{
		"cut off":      strings.Join(lines[:len(lines)-3], ""),
		"half a line":  string(whole[:len(whole)-100]),
		"unknown kind": string(whole) + `{"kind":"later"}` + "\n",
		"other types":  string(whole) + `{"kind":"article","key":7,"title":"flat"}` + "\n",
		"version 2":    strings.Replace(string(whole), `"version":1`, `"version":2`, 1),
	} {
		articles, failures, err := readBytes(t, "x.jsonl", content, nil)
		if len(articles) == 0 || len(failures) == 0 || err != nil {
			t.Errorf("%s: %d articles, failures %v, error %v", name, len(articles), failures, err)
		}
	}
}

// Nobody keeps an article out by claiming its key for another.
func TestExportCannotClaimAKey(t *testing.T) {
	a, b := newArchive(t), newArchive(t)
	dir := folder(t, map[string]string{"true.txt": "A true title\n\nThe true text stands here."})
	doImport(t, a, Options{Paths: []string{dir}})
	file := exportFile(t, a, store.ExportOptions{})
	forged, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, strings.Replace(string(forged), "The true text stands here.", "Forged.", 1))
	doImport(t, b, Options{}) // an archive that holds something
	doImport(t, b, Options{Paths: []string{file}})
	if report := doImport(t, b, Options{Paths: []string{dir}}); report.Added != 1 {
		t.Errorf("%+v", report)
	}
	checkDeep(t, b)
}

// Whatever a line says, the archive stays sound.
func TestHostileExport(t *testing.T) {
	const key = "00112233445566778899aabbccddeeff"
	for name, lines := range map[string]string{
		"empty rule":    `{"kind":"article","key":"` + key + `","text":"x","cites":[{"outlet":"A","rule":"\u0000"}]}`,
		"itself":        `{"kind":"article","key":"` + key + `","text":"x","superseded_by":"` + key + `"}`,
		"controls":      `{"kind":"article","key":"","title":{"value":"a\u001b]52;c\u0007b\u0000","rule":"\u001b"},"text":"x\u0000\u001b[31m","type":"\u001b","tags":["\u0000"],"added":"9999999-01-01"}`,
		"dates":         `{"kind":"article","key":"","published":{"value":"2022-13-45","written":"never"},"captured":"then","text":"x","added":"tomorrow"}`,
		"corrections":   `{"kind":"article","key":"","text":"x","corrected":[{"field":"date","value":"soon","was":{"date":"99"}},{"field":"tags","value":"no"},{"field":"words","value":"1"},{"field":"date","value":"","was":{"date":"zz"}}]}`,
		"unknown file":  `{"kind":"article","key":"","text":"x","origins":[{"file":99,"path":"/etc/passwd"}]}`,
		"alias circle":  `{"kind":"source_alias","name":"a","source":"b"}` + "\n" + `{"kind":"source_alias","name":"b","source":"a"}` + "\n" + `{"kind":"source_alias","name":"c","source":"c"}` + "\n" + `{"kind":"article","key":"","text":"x","source":{"value":"a"},"aliased":["a","zz"]}`,
		"file":          `{"kind":"file","file":1,"place":"/nowhere","path":"/a","sha256":"zz","state":"read"}` + "\n" + `{"kind":"file","file":2,"path":"/a","state":"gone"}` + "\n" + `{"kind":"article","key":"","text":"x","origins":[{"file":2}]}`,
		"no text":       `{"kind":"article","key":""}`,
		"search":        `{"kind":"saved_search","name":"","query":"("}` + "\n" + `{"kind":"saved_search","name":"x","query":"(","flags":{"nonsense":[]}}` + "\n" + `{"kind":"article","key":"","text":"x","seen":["x","y"]}`,
		"circle of two": circleOfVersions(),
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t)
			file := filepath.Join(t.TempDir(), "all.jsonl")
			write(t, file, `{"kind":"archive","version":1,"made":"x","articles":0}`+"\n"+lines+"\n")
			doImport(t, a, Options{Paths: []string{file}})
			checkDeep(t, a)
			for _, row := range dump(t, pathOf(t, a)) {
				if strings.Contains(row, `["article"`) && strings.ContainsAny(row, "\x00\x1b\x07") {
					t.Errorf("%s", row)
				}
			}
		})
	}
}

// What a stranger says of the articles that an archive holds, of its sources
// and of its files changes nothing of them.
func TestExportOfAStrangerOnlyAdds(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"BBC/mine.md": "---\ntitle: Mine\nsource: BBC\nauthor: Me\ndate: 2022-05-07\nlang: en\nurl: https://example.org/1\ntags: [own]\n---\nThe text that I keep stands here."})
	doImport(t, a, Options{Paths: []string{dir}})
	before := dump(t, pathOf(t, a))
	mine := filepath.Join(dir, "BBC", "mine.md")
	forged := &store.Article{Title: store.Field{Value: "Forged"}, Text: "forged"}
	by := forged.Key()
	file := filepath.Join(t.TempDir(), "all.jsonl")
	write(t, file, strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(`{"kind":"archive","version":1,"made":"x","articles":2}
{"kind":"place","path":"/etc","source":"BBC","added":"2000-01-01T00:00:00Z"}
{"kind":"source_alias","name":"BBC","source":"Forged Times","made":"2000-01-01T00:00:00Z"}
{"kind":"name_pair","a":"kiev","b":"moscow","one_name":true,"decided":"2000-01-01T00:00:00Z"}
{"kind":"file","file":1,"place":"DIR","path":"MINE","sha256":"00","size":1,"modified":1,"reader":"text 1","state":"read"}
{"kind":"article","key":"","title":{"value":"Mine"},"source":{"value":"BBC"},"author":{"value":"Forger"},"published":{"value":"1999"},"lang":{"value":"ru"},"url":"https://evil.example","tags":["forged"],"text":"The text that I keep stands here.","corrected":[{"field":"title","value":"Forged","was":{"value":"Mine"}}],"superseded_by":"KEY","aliased":["BBC"],"origins":[{"file":1,"path":"MINE"}],"added":"1999-01-01T00:00:00Z"}
{"kind":"article","key":"","title":{"value":"Forged"},"text":"forged","origins":[{"file":1,"path":"MINE"}],"added":"9999-01-01T00:00:00Z"}
`, "KEY", fmt.Sprintf("%x", by[:])), "MINE", mine), "DIR", dir))
	doImport(t, a, Options{Paths: []string{file}})
	after := dump(t, pathOf(t, a))
	for _, row := range before {
		if !slices.Contains(after, row) && !strings.HasPrefix(row, `["language"`) { // which counts articles
			t.Errorf("%s is not there any more", row)
		}
	}
	for _, row := range after {
		if slices.Contains(before, row) || strings.Contains(row, "forged") || strings.Contains(row, "all.jsonl") || strings.HasPrefix(row, `["language"`) {
			continue
		}
		t.Errorf("more than the article of the stranger: %s", row)
	}
	for _, row := range after {
		if strings.Contains(row, "9999") {
			t.Errorf("it came in the future: %s", row)
		}
	}
	checkDeep(t, a)
}

// Whatever the order of its lines, an export makes no circle, and none of it
// takes a time that grows with its square.
func TestExportOfLongChains(t *testing.T) {
	const names, versions = 1_000, 1_200
	var b strings.Builder
	b.WriteString(`{"kind":"archive","version":1,"made":"x","articles":0}` + "\n")
	for i := range names { // a circle of all, if the last is taken
		fmt.Fprintf(&b, `{"kind":"source_alias","name":"n%d","source":"n%d","made":"2020-01-01T00:00:00Z"}`+"\n", i, (i+1)%500)
	}
	key := func(i int) string {
		k := (&store.Article{Text: fmt.Sprintf("version %d", i%versions)}).Key()
		return fmt.Sprintf("%x", k[:])
	}
	for i := versions - 1; i >= 0; i-- {
		fmt.Fprintf(&b, `{"kind":"article","key":"","text":"version %d","superseded_by":"%s"}`+"\n", i, key(i+1))
	}
	a := newArchive(t)
	file := filepath.Join(t.TempDir(), "all.jsonl")
	write(t, file, b.String())
	doImport(t, a, Options{Paths: []string{file}})
	checkDeep(t, a)
	var circles, current int
	if err := queryRow(t, a, `
		SELECT (SELECT count(*) FROM source_aliases WHERE name = 'n499'), (SELECT count(*) FROM articles WHERE superseded_by IS NULL)`, &circles, &current); err != nil {
		t.Fatal(err)
	}
	if circles != 0 || current == 0 {
		t.Errorf("%d circles of names, %d articles that nothing replaced", circles, current)
	}
}

// queryRow asks the file of an archive.
func queryRow(t testing.TB, a *store.Archive, query string, to ...any) error {
	t.Helper()
	db, err := sql.Open("sqlite", pathOf(t, a))
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRow(query).Scan(to...)
}

// circleOfVersions are two articles of which each is said to replace the other.
func circleOfVersions() string {
	one, two := (&store.Article{Text: "one"}).Key(), (&store.Article{Text: "two"}).Key()
	return fmt.Sprintf(`{"kind":"article","key":"%x","text":"one","superseded_by":"%x"}`+"\n"+`{"kind":"article","key":"%x","text":"two","superseded_by":"%x"}`,
		one[:], two[:], two[:], one[:])
}

func FuzzExport(f *testing.F) {
	f.Add(`{"kind":"archive","version":1,"made":"","articles":1}` + "\n" + `{"kind":"article","key":"00","title":{"value":"T"},"text":"x"}`)
	f.Add(`{"kind":"article","key":"","corrected":[{"field":"date"}],"origins":[{"file":1}]}`)
	f.Fuzz(func(t *testing.T, content string) {
		var articles int
		_, err := readFile(t.Context(), opened{name: "x.jsonl", r: strings.NewReader(content)}, sink{
			article: func(a *Article) error {
				articles++
				if kept := stored(a, origin{}, reading{}); kept != nil {
					store.NewIndexer().Prepare(kept)
				}
				return nil
			},
			failed:  func(string, error) {},
			skipped: func(string, string) {},
		})
		if err != nil && strings.Contains(err.Error(), "broke down") {
			t.Error(err)
		}
	})
}

// An import of an export that was killed goes on when it is run again.
func TestExportAfterAKill(t *testing.T) {
	a, _ := richArchive(t)
	file := exportFile(t, a, store.ExportOptions{Earlier: true})
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(whole)), "\n")
	for _, n := range []int{2, 8, len(lines) - 4, len(lines) - 1} {
		b := newArchive(t)
		killedAfter(t, b, file, lines[:n])
		if report := doImport(t, b, Options{Paths: []string{file}}); report.Failed > 0 {
			t.Errorf("%+v", report)
		}
		sameArchive(t, a, b)
		sameSearches(t, a, b)
		checkDeep(t, b)
	}
}

// Paths are bytes, on some systems.
func TestExportOfAPathThatIsNoText(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p\xff", "BBC")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Skip("this file system takes no such names")
	}
	write(t, filepath.Join(dir, "n\xfe.txt"), "A title\n\nA text stands here.")
	a, b := newArchive(t), newArchive(t)
	doImport(t, a, Options{Paths: []string{dir}})
	doImport(t, b, Options{Paths: []string{exportFile(t, a, store.ExportOptions{Earlier: true})}})
	sameArchive(t, a, b)
	if report := doImport(t, b, Options{Paths: []string{dir}}); report.Unchanged != 1 {
		t.Errorf("%+v", report)
	}
}

// killedAfter stores the first lines of a file and ends there.
func killedAfter(t testing.TB, a *store.Archive, file string, lines []string) {
	t.Helper()
	ctx := t.Context()
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(ctx, store.Place{Path: file})
	if err == nil {
		err = im.StartFile(ctx, store.File{Place: place, Path: file, Size: 1, Reader: "export/1"})
	}
	for _, l := range lines {
		if err != nil {
			t.Fatal(err)
		}
		line, _ := store.ParseExportLine([]byte(l))
		var p *store.Prepared
		if x, ok := line.(*store.ExportArticle); ok {
			p = store.NewIndexer().Prepare(stored(exportedArticle(x, ""), origin{}, reading{}))
		}
		err = im.AddExported(ctx, line, p)
	}
	if err := im.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := im.Abort(); err != nil {
		t.Fatal(err)
	}
}
