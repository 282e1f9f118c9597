package ingest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

// recorded gives the places of an archive with their options, by their path
// below dir.
func recorded(t testing.TB, a *store.Archive, dir string) map[string]string {
	t.Helper()
	places, err := a.Places(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, p := range places {
		got[strings.TrimPrefix(p.Path, dir)] = strings.TrimPrefix(readerName(&format{splits: true}, reading{p.Source, p.SourceFrom, p.Fields, p.Split, p.Originals}), "/0")
	}
	return got
}

func wantPlaces(t testing.TB, a *store.Archive, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, recorded(t, a, dir)); diff != "" {
		t.Errorf("places: %s", diff)
	}
}

func TestOptionsOfANestedPlaceStayItsOwn(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"a.csv": "title,text\nT,The text of a\n", "b.txt": "Headline\n\nThe text of the other."})
	doImport(t, a, Options{Paths: []string{dir + "/a.csv"}, Source: "BBC"})
	same(t, "the folder around it", doImport(t, a, Options{Paths: []string{dir}}), Report{Added: 1, Files: 1, Unchanged: 1})
	wantPlaces(t, a, dir, map[string]string{"/a.csv": " source=BBC", "": ""})
	same(t, "up to date", doImport(t, a, Options{}), Report{Unchanged: 2})
	if s := stats(t, a); s.Articles != 2 || s.Superseded != 0 {
		t.Errorf("%+v", s)
	}
}

func TestRecordedOptionsAreKept(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"a.csv": "kop,inhoud\nT,The text of a\n"})
	fields := map[string]string{"title": "kop", "text": "inhoud"}
	doImport(t, a, Options{Paths: []string{dir}, Source: "BBC", Fields: fields})
	same(t, "by name, without options", doImport(t, a, Options{Paths: []string{dir}}), Report{Unchanged: 1})
	wantPlaces(t, a, dir, map[string]string{"": " source=BBC text=inhoud title=kop"})
	same(t, "one option anew", doImport(t, a, Options{Paths: []string{dir}, Source: "Sky News"}), Report{Changed: 1, Files: 1})
	wantPlaces(t, a, dir, map[string]string{"": " source=Sky News text=inhoud title=kop"})
}

func TestLastOptionsWin(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"a.csv": "title,text\nT,The text of a\n"})
	doImport(t, a, Options{Paths: []string{dir + "/a.csv"}, Source: "BBC"})
	same(t, "all of the folder", doImport(t, a, Options{Paths: []string{dir}, Source: "Sky News"}), Report{Changed: 1, Files: 1})
	wantPlaces(t, a, dir, map[string]string{"": " source=Sky News", "/a.csv": " source=Sky News"})
	same(t, "up to date", doImport(t, a, Options{}), Report{Unchanged: 1})
}

func TestOptionsOfStandardInputAreNotKept(t *testing.T) {
	a := newArchive(t)
	doImport(t, a, Options{Paths: []string{"-"}, Stdin: strings.NewReader("Headline\n\nA text of its own."), Source: "BBC"})
	same(t, "without a source", doImport(t, a, Options{Paths: []string{"-"}, Stdin: strings.NewReader("Headline\n\nAnother text.")}), Report{Added: 1, Files: 1})
	art, err := a.Article(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if art.Source.Value != "" {
		t.Errorf("source %+v", art.Source)
	}
}

func TestNothingToUpdateAfterStandardInput(t *testing.T) {
	a := newArchive(t)
	doImport(t, a, Options{Paths: []string{"-"}, Stdin: strings.NewReader("Headline\n\nA text of its own.")})
	same(t, "without a path", doImport(t, a, Options{}), Report{})
	if s := stats(t, a); s.Articles != 1 {
		t.Errorf("%d articles, want the 1 from standard input", s.Articles)
	}
}

func TestSplitIsKept(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"a.epub": book(t, "OPS/text/two.xhtml", chapterTwo), "b.txt": "Headline\n\nThe text of the other."})
	same(t, "whole", doImport(t, a, Options{Paths: []string{dir}}), Report{Added: 2, Files: 2})
	same(t, "split", doImport(t, a, Options{Paths: []string{dir}, Split: splitChapters}), Report{Added: 2, Files: 1, Unchanged: 1})
	wantPlaces(t, a, dir, map[string]string{"": " split=chapters"})
	same(t, "up to date", doImport(t, a, Options{}), Report{Unchanged: 2})
	same(t, "whole again", doImport(t, a, Options{Paths: []string{dir}, Split: "none"}), Report{Same: 1, Files: 1, Unchanged: 1})
	wantPlaces(t, a, dir, map[string]string{"": ""})
}

// Places that somebody else noted are read by name only: an archive, or an
// export, from elsewhere could name any file.
func TestPlacesOfOthers(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"mine/a.txt", "theirs/b.txt", "theirs/.c/d.txt"} {
		write(t, filepath.Join(dir, name), "A headline of "+name+"\n\nSome text of "+name+".")
	}
	a := newArchive(t)
	theirs := filepath.Join(dir, "theirs")
	for _, key := range [][]byte{[]byte("another key"), {}} {
		place, path := filepath.Join(theirs, ".c"), filepath.Join(theirs, ".c", "d.txt")
		doImport(t, a, Options{Paths: []string{theirs, place}, Hidden: true, Key: key})
		if _, err := Run(t.Context(), a, Options{Key: []byte("mine")}); err == nil || !strings.Contains(err.Error(), theirs) {
			t.Errorf("places of others alone: %v", err)
		}
		if _, err := Run(t.Context(), a, Options{Retry: true, Key: []byte("mine")}); err == nil {
			t.Error("places of others are tried again")
		}
		write(t, path, "Another headline\n\nA further text of "+string(key)+".")
	}
	own := func(o Options) *Report { o.Key = []byte("mine"); return doImport(t, a, o) }
	same(t, "mine", own(Options{Paths: []string{filepath.Join(dir, "mine")}}), Report{Added: 1, Files: 1})
	r := own(Options{})
	same(t, "both", r, Report{Unchanged: 1})
	if len(r.LeftOut) != 2 || r.LeftOut[0].Path != theirs {
		t.Errorf("%+v", r.LeftOut)
	}
	// By name it is read, but for what is hidden, and is mine from then on.
	r = own(Options{Paths: []string{theirs}, Source: "A press"})
	if len(r.Withheld) != 1 || !strings.Contains(r.Withheld[0], "was imported with --hidden") {
		t.Errorf("%q", r.Withheld)
	}
	r.Withheld = nil
	same(t, "by name", r, Report{Changed: 1, Files: 1})
	r = own(Options{})
	same(t, "both", r, Report{Unchanged: 2})
	if len(r.LeftOut) < 1 || r.LeftOut[0].Path != filepath.Join(theirs, ".c") {
		t.Errorf("%+v", r.LeftOut)
	}
}

// A seal is for the path and for how it is read, and for one key.
func TestPlaceSeals(t *testing.T) {
	p := store.Place{Path: "/a", Fields: map[string]string{"title": "kop"}}
	p.Seals = []string{p.SealWith([]byte("two")), p.SealWith([]byte("one"))}
	if !p.IsSealedWith([]byte("one")) || !p.IsSealedWith([]byte("two")) || p.IsSealedWith([]byte("three")) || p.IsSealedWith(nil) {
		t.Error("the key does not matter")
	}
	for name, change := range map[string]func(*store.Place){
		"path": func(p *store.Place) { p.Path = "/b" }, "source": func(p *store.Place) { p.Source = "x" }, "rule": func(p *store.Place) { p.SourceFrom = "host" },
		"fields": func(p *store.Place) { p.Fields = nil }, "split": func(p *store.Place) { p.Split = "chapters" }, "hidden": func(p *store.Place) { p.Hidden = true },
		"seal": func(p *store.Place) { p.Seals = nil },
	} {
		q := p
		if change(&q); q.IsSealedWith([]byte("one")) {
			t.Errorf("another %s keeps the seal", name)
		}
	}
}

// What is noted of a place by an earlier program, or somebody else, says how
// its files are read once it is named: nothing is read anew, nothing changes.
func TestNamedPlaceIsReadAsNoted(t *testing.T) {
	a := newArchive(t)
	dir := folder(t, map[string]string{"a.csv": "kop,tekst\nT,The text of a which is long enough\n", "deep/b.txt": "Headline\n\nThe text of the other."})
	mine := []byte("mine")
	doImport(t, a, Options{Paths: []string{dir}, Fields: map[string]string{"title": "kop", "text": "tekst"}, Source: "De Courant"})
	doImport(t, a, Options{Paths: []string{dir + "/deep/b.txt"}, Source: "Mine"})
	same(t, "named", doImport(t, a, Options{Key: mine, Paths: []string{dir}}), Report{Unchanged: 2})
	same(t, "by itself", doImport(t, a, Options{Key: mine}), Report{Unchanged: 2})
}
