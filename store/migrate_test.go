package store

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// saved unpacks an archive that an earlier build made and testdata keeps for
// ever. Each holds the five sample articles.
func saved(t *testing.T, version int) (path string) {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("testdata/version-%d.db.gz", version))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "saved.db")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, z); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Archives of every version are opened by this build, become what schema.sql
// makes, and lose nothing.
func TestSavedArchives(t *testing.T) {
	for version := 1; version <= SchemaVersion; version++ {
		a, err := Open(t.Context(), saved(t, version))
		if err != nil {
			t.Fatalf("version %d: %v", version, err)
		}
		defer a.Close()
		if n, err := viewOf(t, a).Count(t.Context(), word("zaporizhzhia")); n != 3 || err != nil {
			t.Errorf("version %d: %d articles name Zaporizhzhia, want 3; %v", version, n, err)
		}
		art, err := a.Article(t.Context(), 4)
		if err != nil || art.Byline.Value != "Gloria Nosa" {
			t.Errorf("version %d: article 4: %+v, %v", version, art, err)
		}
		sound(t, a)
	}
}

// Each part of bringing an archive up to date tells how far it is, to its end.
func TestLiftingTells(t *testing.T) {
	path := saved(t, 1)
	var told []string
	ctx := OnLifting(t.Context(), func(at, doing string, done, total int64) {
		if done < 0 || done > total || at != path {
			t.Errorf("%s of %s: %d of %d", doing, at, done, total)
		}
		if done == total {
			told = append(told, doing)
		}
	})
	for range 2 { // the second time there is nothing to do
		a, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"adding up the rows", "indexing the articles"}, told); diff != "" {
		t.Error(diff)
	}
}

// An archive that was brought up to date knows its articles when they come
// again, and its index is set up as that of a new one.
func TestMigratedArchiveIsLikeANewOne(t *testing.T) {
	a, err := OpenOrCreate(t.Context(), saved(t, 1), "")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	art, err := a.Article(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	if known, err := a.HasKey(t.Context(), art.Key()); !known || err != nil {
		t.Errorf("article 4 is not known by its key, %v", err)
	}
	if c := put(t, a, "/x/again.txt", art); c != (Counts{Same: 1}) {
		t.Errorf("an article that is there: %+v", c)
	}
	if diff := cmp.Diff(indexSettings(t, newArchive(t)), indexSettings(t, a)); diff != "" {
		t.Error(diff)
	}
}

func indexSettings(t *testing.T, a *Archive) (settings []string) {
	t.Helper()
	rows, err := a.db.Query(`SELECT k || '=' || v FROM article_index_config ORDER BY k`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		settings = append(settings, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return settings
}

// A step that a later version might bring lifts the oldest saved archive.
func TestMigration(t *testing.T) {
	path := saved(t, 1)
	steps := append(slices.Clone(migrations), migration{
		to:    SchemaVersion + 1,
		steps: `ALTER TABLE bylines ADD COLUMN agency TEXT; CREATE TABLE notes (article INTEGER NOT NULL REFERENCES articles, text TEXT NOT NULL);`,
	})
	for range 2 { // the second time there is nothing left to do
		if err := bringUpToDate(t.Context(), path, steps); err != nil {
			t.Fatal(err)
		}
	}
	db, err := connect(path, writing...)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var version, articles int
	if err := db.QueryRow(`SELECT user_version, (SELECT count(*) FROM articles WHERE (SELECT count(agency) FROM bylines) = 0) FROM pragma_user_version`).
		Scan(&version, &articles); err != nil {
		t.Fatal(err)
	}
	if version != SchemaVersion+1 || articles != 5 {
		t.Errorf("version %d with %d articles", version, articles)
	}
	if _, err := Open(t.Context(), path); err == nil {
		t.Error("an archive of a later version was opened")
	}
}

// A step that fails leaves the archive as it was.
func TestFailedMigrationChangesNothing(t *testing.T) {
	path := saved(t, 1)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = bringUpToDate(t.Context(), path, []migration{{to: SchemaVersion + 1, steps: `DROP TABLE tags; CREATE TABLE articles (x);`}})
	if err == nil {
		t.Fatal("no error")
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, after) {
		t.Error("the file has changed")
	}
}

// An index that another analysis made is made anew.
func TestIndexIsRenewed(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("A title", "some guarantees"), article("", "more text"))
	for _, step := range []string{
		`UPDATE meta SET value = 'old' WHERE key = 'analysis'`,
		`INSERT INTO article_index (article_index) VALUES ('delete-all')`,
		`INSERT INTO article_index (rowid, title, body) VALUES (1, 'a title', 'some guarantees')`,
	} {
		if _, err := a.db.Exec(step); err != nil {
			t.Fatal(err)
		}
	}
	a.Close()
	b, err := Open(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if diff := cmp.Diff([]int64{1}, ids(t, b, word("guarante"))); diff != "" {
		t.Error(diff)
	}
	sound(t, b)
}
