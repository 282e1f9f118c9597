package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

// walked gives what a walk reads, and what it leaves out with the reason, by
// the paths below a folder.
func walked(t *testing.T, dir string, p store.Place) (read []string, out map[string]string) {
	t.Helper()
	out = make(map[string]string)
	walk(t.Context(), []store.Place{p}, Options{}, func(f file) bool {
		name := strings.TrimPrefix(f.path, dir+"/")
		if f.leftOut != nil {
			out[name] = strings.ReplaceAll(f.leftOut.Reason, dir+"/", "")
		} else {
			read = append(read, name)
		}
		return true
	})
	return read, out
}

func TestLeftOutByItself(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.txt": "", ".git/config": "", ".bashrc": "", "x/node_modules/left/README.md": "", "x/__pycache__/b.txt": "", "$RECYCLE.BIN/c.txt": "",
		"~$letter.docx": "", "Thumbs.db": "", "desktop.ini/x.txt": "", "node_modules.txt": "",
		"page.html": "", "page_files/frame.html": "", "Seite.htm": "", "Seite-Dateien/frame.html": "", "my_files/d.txt": "",
		"Mail/cur/1": "", "Mail/new/2": "", "Mail/.Sent/cur/3": "", "Mail/.Sent/new/4": "",
	})
	read, out := walked(t, dir, store.Place{Path: dir})
	want := map[string]string{
		".git": "hidden folder", ".bashrc": "hidden file", "x/node_modules": "node_modules folder", "x/__pycache__": "__pycache__ folder",
		"$RECYCLE.BIN": "trash folder", "~$letter.docx": "lock file", "Thumbs.db": "system file",
		"page_files":    "it holds what belongs to the saved page page.html",
		"Seite-Dateien": "it holds what belongs to the saved page Seite.htm",
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	wantRead := []string{"Mail/.Sent/cur/3", "Mail/.Sent/new/4", "Mail/cur/1", "Mail/new/2", "Seite.htm", "a.txt", "desktop.ini/x.txt", "my_files/d.txt", "node_modules.txt", "page.html"}
	if diff := cmp.Diff(wantRead, read); diff != "" {
		t.Error(diff)
	}
	if read, out := walked(t, dir, store.Place{Path: dir, Hidden: true}); len(read) != 19 || len(out) > 0 {
		t.Errorf("with all: %q, left out %v", read, out)
	}
}

func TestArchiveIgnore(t *testing.T) {
	dir := folder(t, map[string]string{
		".archiveignore": "# drafts\n*.tmp.txt\n/drafts/\n!.notes\n",
		"a.txt":          "", "a.tmp.txt": "", "drafts/b.txt": "", "sub/drafts/c.txt": "", "sub/c.tmp.txt": "", ".notes/d.txt": "", ".other/e.txt": "",
		"sub/.archiveignore": "!*.tmp.txt\n/c.txt", "sub/c.txt": "", "sub/deep/c.txt": "", "z/c.txt": "", "z/c.tmp.txt": "",
	})
	read, out := walked(t, dir, store.Place{Path: dir})
	want := map[string]string{
		"a.tmp.txt": "line 2 of .archiveignore: *.tmp.txt", "drafts": "line 3 of .archiveignore: /drafts/", ".other": "hidden folder",
		"sub/c.txt": "line 2 of sub/.archiveignore: /c.txt", "z/c.tmp.txt": "line 2 of .archiveignore: *.tmp.txt",
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{".notes/d.txt", "a.txt", "sub/c.tmp.txt", "sub/deep/c.txt", "sub/drafts/c.txt", "z/c.txt"}, read); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{"drafts/b.txt": "drafts", ".other/e.txt": ".other", "sub/c.txt": "sub/c.txt", "sub/drafts/c.txt": "", "a.txt": ""} {
		got := ""
		if out := whyLeftOut(store.Place{Path: dir}, filepath.Join(dir, name)); out != nil {
			got = strings.TrimPrefix(out.Path, dir+"/")
		}
		if got != want {
			t.Errorf("%s is left out because of %q, want %q", name, got, want)
		}
	}
}

// What somebody names is read, hidden or not, also when everything is brought
// up to date.
func TestNamedIsRead(t *testing.T) {
	dir := folder(t, map[string]string{
		".archiveignore": "b.txt\n", "b.txt": "Headline\n\nThe text of b.", "c.txt": "Headline\n\nThe text of c.",
		".hidden/a.txt": "Headline\n\nThe text of a.", ".hidden/.b/c.txt": "Headline\n\nNot this.",
	})
	a := newArchive(t)
	same(t, "around", doImport(t, a, Options{Paths: []string{dir}}), Report{Added: 1, Files: 1})
	same(t, "by name", doImport(t, a, Options{Paths: []string{dir + "/b.txt", dir + "/.hidden"}}), Report{Added: 2, Files: 2})
	write(t, dir+"/.hidden/new.txt", "Headline\n\nA new text.")
	write(t, dir+"/c.txt", "Headline\n\nThe text of c, changed.")
	same(t, "all", doImport(t, a, Options{}), Report{Added: 1, Changed: 1, Files: 2, Unchanged: 2})
}

func TestHiddenIsRemembered(t *testing.T) {
	dir := folder(t, map[string]string{".a/a.txt": "Headline\n\nThe text of a.", "b.txt": "Headline\n\nThe text of b."})
	a := newArchive(t)
	same(t, "with hidden files", doImport(t, a, Options{Paths: []string{dir}, Hidden: true}), Report{Added: 2, Files: 2})
	write(t, dir+"/.a/new.txt", "Headline\n\nA new text.")
	same(t, "up to date", doImport(t, a, Options{}), Report{Added: 1, Files: 1, Unchanged: 2})
	same(t, "no more", doImport(t, a, Options{Paths: []string{dir}, NoHidden: true}), Report{Unchanged: 1})
	same(t, "still", doImport(t, a, Options{}), Report{Unchanged: 1})
}

// A list that cannot be read is reported, and nothing is left out by it.
func TestBrokenIgnoreFile(t *testing.T) {
	dir := folder(t, map[string]string{".archiveignore/x": "", "a.txt": "Headline\n\nThe text of a."})
	r := doImport(t, newArchive(t), Options{Paths: []string{dir}})
	same(t, "broken", r, Report{Added: 1, Files: 1, Failed: 1})
	if r.Failures[0].Path != filepath.Join(dir, ignoreFile) {
		t.Errorf("%+v", r.Failures)
	}
}

// What failed and is left out since then is not tried again.
func TestRetryLeavesOut(t *testing.T) {
	dir := folder(t, map[string]string{"empty.txt": "", "a.txt": "Headline\n\nThe text of a."})
	a := newArchive(t)
	doImport(t, a, Options{Paths: []string{dir}})
	if err := os.WriteFile(filepath.Join(dir, ignoreFile), []byte("empty.*"), 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, "again", doImport(t, a, Options{Retry: true}), Report{})
}

func TestIdleMembers(t *testing.T) {
	for name, want := range map[string]string{
		"a/b.txt": "", "__MACOSX/._a.txt": "file in a __MACOSX folder", ".DS_Store": "hidden file", "a/.git/b": "file in a hidden folder",
		`a\.git\b`: "file in a hidden folder", "../a.txt": "", "./a.txt": "", "Thumbs.db": "system file",
	} {
		if got := idleMember(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
