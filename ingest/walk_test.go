package ingest

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/archive/store"
)

// A link named by the user is followed; its files have their names below it.
func TestLinkToAFolderIsWalked(t *testing.T) {
	dir := folder(t, map[string]string{"x.txt": "Headline\n\nThe text of x.", "sub/y.txt": "Another\n\nThe text of y."})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip("no links here")
	}
	var paths []string
	walk(t.Context(), []store.Place{{Path: link}}, Options{}, func(f file) bool {
		paths = append(paths, strings.TrimPrefix(f.path, link))
		return true
	})
	if !slices.Equal(paths, []string{"/sub/y.txt", "/x.txt"}) {
		t.Errorf("files %q", paths)
	}
	a := newArchive(t)
	same(t, "link", doImport(t, a, Options{Paths: []string{link}}), Report{Added: 2, Files: 2})
	wantPlaces(t, a, link, map[string]string{"": ""})
	same(t, "link again", doImport(t, a, Options{}), Report{Unchanged: 2})
}

func TestLinkToAFileIsRead(t *testing.T) {
	dir := folder(t, map[string]string{"x.txt": "Headline\n\nThe text of x."})
	link := filepath.Join(t.TempDir(), "link.txt")
	if err := os.Symlink(filepath.Join(dir, "x.txt"), link); err != nil {
		t.Skip("no links here")
	}
	same(t, "link", doImport(t, newArchive(t), Options{Paths: []string{link}}), Report{Added: 1, Files: 1})
}

// silent gives some words and then nothing until it is released; falling
// silent calls then.
type silent struct {
	words    io.Reader
	then     func()
	released chan struct{}
}

func (s silent) Read(p []byte) (int, error) {
	if n, err := s.words.Read(p); err == nil {
		return n, nil
	}
	s.then()
	<-s.released
	return 0, io.EOF
}

// An import ends when it is cancelled though standard input is silent; what
// came before is stored.
func TestSilentStandardInputCanBeLeft(t *testing.T) {
	a := newArchive(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in := silent{strings.NewReader("some words that come"), cancel, make(chan struct{})}
	defer close(in.released) // only after the import has ended
	dir := folder(t, map[string]string{"x.txt": "Headline\n\nThe text of x."})
	r, err := Run(ctx, a, Options{Paths: []string{dir, "-"}, Stdin: in})
	if err != nil || !r.Stopped || stats(t, a).Articles != r.Added {
		t.Errorf("%+v, error %v", r, err)
	}
}

func TestWaitingReaderGivesEverything(t *testing.T) {
	want := strings.Repeat("0123456789", 20000)
	got, err := io.ReadAll(newWaitingReader(t.Context(), iotest.DataErrReader(strings.NewReader(want))))
	if err != nil || string(got) != want {
		t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
	}
}

// unending gives empty lines and never comes to an end.
type unending struct{}

func (unending) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}

func (unending) Close() error { return nil }

func TestFileThatGrowsIsLeft(t *testing.T) {
	r := newRun(t.Context(), nil, Options{}, nil, nil)
	defer r.stop()
	j := &job{file: file{path: "log.jsonl", size: 10, open: func() (io.ReadCloser, error) { return unending{}, nil }}, items: make(chan *item, 10)}
	w := newWatch(t.Context())
	defer w.cancel()
	if _, err := r.readFile(j, w); !errors.Is(err, errGrows) {
		t.Errorf("error %v", err)
	}
}

// Files that vanish between being found and being read are reported.
func TestFilesThatVanish(t *testing.T) {
	dir := folder(t, map[string]string{"a.txt": "Headline\n\nThe text of a.", "b.txt": "Headline\n\nThe text of b.", "sub/c.txt": "Headline\n\nThe text of c."})
	var left []string
	walk(t.Context(), []store.Place{{Path: dir}}, Options{}, func(f file) bool {
		if len(left) == 0 {
			if err := os.RemoveAll(filepath.Join(dir, "sub")); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(filepath.Join(dir, "b.txt")); err != nil {
				t.Fatal(err)
			}
		}
		name := strings.TrimPrefix(f.path, dir+"/")
		if f.broken != nil {
			name += ": " + fileReason(f.broken)
		} else if _, err := f.open(); err != nil {
			name += ": cannot be opened"
		}
		left = append(left, name)
		return true
	})
	want := []string{"a.txt", "b.txt: there is no such file or folder", "sub: there is no such file or folder"}
	if !slices.Equal(left, want) {
		t.Errorf("%q, want %q", left, want)
	}
}
