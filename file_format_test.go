package main

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"
)

func fileFormat(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("docs/file-format.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// codeIn gives the blocks of code in a language, in order.
func codeIn(document, language string) (blocks []string) {
	for _, block := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(document, -1) {
		blocks = append(blocks, block[1])
	}
	return blocks
}

// fullArchive makes an archive of the sample articles and one more, in which
// every table holds something.
func fullArchive(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	press, db := filepath.Join(dir, "press"), filepath.Join(dir, "archive.db")
	copyInto(t, press, os.DirFS("seeds"))
	const mayor = "---\ntitle: The mayor on the port\nauthor: Olena Hrytsenko\nsource: Kyiv Indy\ndate: 2022-05-07\ntags: [port]\n---\n" +
		"The port was hit in the night, the mayor told Axios Media.\n"
	write(t, filepath.Join(press, "mayor.md"), mayor)
	write(t, filepath.Join(press, "broken.json"), "{")
	program := func(args ...string) {
		if out, err := exec.Command("archive", append(args, "--db", db)...).CombinedOutput(); err != nil && !strings.Contains(string(out), "broken.json") {
			t.Fatalf("%q: %v: %s", args, err, out)
		}
	}
	program("import", press, "--keep-originals")
	write(t, filepath.Join(press, "mayor.md"), strings.Replace(mayor, "in the night", "at night", 1))
	program("import", press)
	for _, line := range []string{
		"edit 1 --title Invitation --tag summit", "edit 2 --author Hill", "log on", "saved add grain port", "search port",
		"names variants Putin --accept Putin=Poutine",
	} {
		program(strings.Fields(line)...)
	}
	program("sources", "alias", "Kyiv Indy", "The Kyiv Independent")
	program("sources", "alias", "Axios", "Axios Media")
	return db
}

// Every query that docs/file-format.md shows gives rows, through SQLite alone.
func TestFileFormatQueries(t *testing.T) {
	archive := fullArchive(t)
	blocks := codeIn(fileFormat(t), "sql")
	if len(blocks) < 12 {
		t.Fatalf("docs/file-format.md shows %d blocks of SQL", len(blocks))
	}
	db, err := sql.Open("sqlite", "file:"+archive)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // for what is made for a connection
	for _, block := range blocks {
		if strings.Contains(block, "ATTACH") {
			continue // connections of this program make no file; sqlite3 does, see below
		}
		for query := range strings.SplitSeq(strings.TrimSpace(block), ";") {
			runQuery(t, db, strings.TrimSpace(query))
		}
	}
}

func runQuery(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if !strings.HasPrefix(query, "SELECT") && !strings.HasPrefix(query, "WITH") {
		if _, err := db.Exec(query); err != nil {
			t.Errorf("%v: %s", err, query)
		}
		return
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Errorf("%v: %s", err, query)
		return
	}
	defer rows.Close()
	found := rows.Next()
	if err := rows.Err(); err != nil || !found {
		t.Errorf("no rows (%v): %s", err, query)
	}
}

// The program sqlite3, which knows nothing of ours, runs all that the
// document shows, and changes nothing.
func TestFileFormatWithSqlite3(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("sqlite3 is not installed (Debian package sqlite3)")
	}
	archive, document := fullArchive(t), fileFormat(t)
	before, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(archive))
	lines := codeIn(document, "sh")
	for i, line := range lines {
		if _, err := exec.LookPath("zstd"); err != nil && strings.Contains(line, "zstd") {
			t.Logf("zstd is not installed, so this is not run: %s", line)
			continue
		}
		shown := ran(t, exec.Command("sh", "-c", line))
		if i == 0 && strings.TrimSpace(shown) != "7" {
			t.Errorf("%s gives %q, want 7", line, shown)
		}
	}
	for _, name := range []string{"articles.json", "3.txt"} {
		if info, err := os.Stat(name); err != nil || info.Size() < 2000 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, block := range codeIn(document, "sql") {
		ran(t, exec.Command("sqlite3", "-bail", "archive.db", block))
	}
	if after, err := os.ReadFile("archive.db"); err != nil || string(before) != string(after) {
		t.Errorf("reading has changed the file (%v)", err)
	}
}

func ran(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%q: %v: %s", cmd.Args, err, out)
	}
	return string(out)
}

// What the document says of the packed lengths is what the index has.
func TestFileFormatPackedColumn(t *testing.T) {
	var query string
	for _, block := range codeIn(fileFormat(t), "sql") {
		if strings.HasPrefix(block, "WITH packed") {
			query = strings.TrimRight(block, ";\n")
		}
	}
	db, err := sql.Open("sqlite", "file:"+fullArchive(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var ids, wrong int
	// FTS5 counts the words of title and text too: two varints.
	err = db.QueryRow(`SELECT count(*), coalesce(sum(p.words NOT BETWEEN a.words AND a.words + 40), 0) FROM (`+query+`) p JOIN articles a ON a.id = p.id`).Scan(&ids, &wrong)
	if err != nil || ids != 7 || wrong != 0 {
		t.Errorf("%d articles, %d of them with another number of words (%v)", ids, wrong, err)
	}
}

// The document lists every table with all its columns in their order.
func TestFileFormatTables(t *testing.T) {
	var want, got []string
	db, err := sql.Open("sqlite", "file:"+fullArchive(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT '| ` + "`' || m.name || '`" + ` | ' || group_concat(c.name, ', ')
		FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'article_index%' AND m.name NOT LIKE 'sqlite_%'
		GROUP BY m.name ORDER BY m.rowid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		want = append(want, line)
	}
	_, tables, _ := strings.Cut(fileFormat(t), "## All tables")
	tables, _, _ = strings.Cut(tables, "\n## ")
	for _, row := range regexp.MustCompile("(?m)^(\\| `\\w+`) \\| .* \\| (.*) \\|$").FindAllStringSubmatch(tables, -1) {
		got = append(got, row[1]+" | "+row[2])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
