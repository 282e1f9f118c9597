package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damage closes an archive and spoils its file.
func damage(t *testing.T, a *Archive, spoil func(file []byte) []byte) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(a.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.path, spoil(file), 0o600); err != nil {
		t.Fatal(err)
	}
}

func repair(t *testing.T, path string) *Repaired {
	t.Helper()
	r, err := Repair(t.Context(), path, schemaSQL(t), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.Kept); err != nil {
		t.Error(err)
	}
	return r
}

// longArticles are so long that their texts lie on pages of their own.
func longArticles(n int) (articles []*Article) {
	for i := range n {
		a := article(fmt.Sprintf("Title %d", i+1), strings.Repeat(fmt.Sprintf("marker%d words ", i+1), 8000))
		a.Tags = []string{"a"}
		articles = append(articles, a)
	}
	return articles
}

// What is worked out of the texts is made anew; nothing else is touched.
func TestRepairMakesAnewWhatFollows(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(5)...)
	for _, statement := range []string{`DELETE FROM article_index_data WHERE id > 10`, `DELETE FROM columns`, `DELETE FROM vocabulary`, `UPDATE languages SET articles = 0`, `DROP INDEX origins_by_article`, `CREATE TRIGGER x AFTER INSERT ON tags BEGIN DELETE FROM articles; END`} {
		if _, err := a.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	r := repair(t, a.path)
	if r.Articles != 5 || len(r.Lost) > 0 || len(r.Still.Problems) > 0 || len(r.Gaps) > 0 {
		t.Errorf("%+v", r)
	}
	again, err := Open(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	sound(t, again)
	if n := len(articlesWith(t, again, "marker3")); n != 1 {
		t.Errorf("%d articles with marker3, want 1", n)
	}
}

// A page of a text that cannot be read costs this article; it is named, and
// its file is read again.
func TestRepairAroundALostPage(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(5)...)
	damage(t, a, func(file []byte) []byte {
		const page = 32768
		at := strings.LastIndex(string(file), "marker3 words marker3 words")
		from := at / page * page
		for i := from; i < from+page; i++ {
			file[i] = 0xff
		}
		return file
	})
	found, err := Inspect(t.Context(), a.path, Inspection{Schema: schemaSQL(t), Deep: true})
	if err != nil || len(found.Problems) == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	r := repair(t, a.path)
	if r.Articles < 3 || r.Articles+int64(len(r.Lost)) != 5 || r.Lost[0].Path != "/x/1" {
		t.Errorf("%+v", r)
	}
	again, err := OpenOrCreate(t.Context(), a.path, schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	sound(t, again)
	put(t, again, "/x/1", longArticles(5)...)
	sound(t, again)
	for i := range 5 {
		if n := len(articlesWith(t, again, fmt.Sprint("marker", i+1))); n != 1 {
			t.Errorf("%d articles with marker%d after the file was read again, want 1", n, i+1)
		}
	}
}

// A text whose article cannot be read is an article of its own.
func TestRepairAdoptsTexts(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(3)...)
	a.db.SetMaxOpenConns(1)
	if _, err := a.db.ExecContext(t.Context(), `PRAGMA foreign_keys = 0; DELETE FROM articles WHERE id = 2`); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if r := repair(t, a.path); r.Articles != 3 || r.Found != 1 || len(r.Still.Problems) > 0 {
		t.Errorf("%+v", r)
	}
}

// A file that is cut off gives what stands before the cut.
func TestRepairOfACutFile(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(20)...)
	before, err := os.ReadFile(a.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	const page = 32768
	for _, size := range []int{len(before) / 2 / page * page, len(before)/2/page*page + page/2, len(before)/2/page*page + 100} {
		if err := errors.Join(removeArchive(a.path), os.WriteFile(a.path, before[:size], 0o600)); err != nil {
			t.Fatal(err)
		}
		r := repair(t, a.path)
		if r.Articles == 0 || r.Articles == 20 {
			t.Errorf("cut to %d bytes: %d articles of 20", size, r.Articles)
		}
		again, err := Open(t.Context(), a.path)
		if err != nil {
			t.Fatal(err)
		}
		sound(t, again)
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}

// An archive that is in use is left alone.
func TestRepairWaitsForOthers(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", longArticles(1)...)
	viewOf(t, a)
	if _, err := Repair(t.Context(), a.path, schemaSQL(t), func(string) {}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("error %v", err)
	}
	sound(t, a)
}

// What stands in the write-ahead log alone is saved too where the header of
// the file is lost.
func TestRepairOfALostHeaderReadsTheLog(t *testing.T) {
	a := newArchive(t)
	viewOf(t, a) // who reads keeps the log from being emptied
	put(t, a, "/x/1", longArticles(5)...)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	for _, ending := range []string{"", "-wal"} { // as they are while the archive is open
		b, err := os.ReadFile(a.path + ending)
		if err != nil {
			t.Fatal(err)
		}
		if ending == "" {
			clear(b[:100])
		}
		if err := os.WriteFile(path+ending, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		t.Fatalf("nothing stands in the log (%v)", err)
	}
	if r := repair(t, path); r.Articles != 5 {
		t.Errorf("%d articles, want 5", r.Articles)
	}
}
