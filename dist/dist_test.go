package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// What is built from a copy of the source in another folder is the same, to
// the byte.
func TestReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program four times")
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	copied := filepath.Join(t.TempDir(), "another", "folder")
	copySource(t, copied)
	first, second := t.TempDir(), t.TempDir()
	for source, out := range map[string]string{"..": first, copied: second} {
		if err := run(t.Context(), source, out, []string{platform}); err != nil {
			t.Fatal(err)
		}
	}
	files := filesOf(t, first)
	if len(files) != 2 {
		t.Fatalf("made %q, want an archive file and the checksums", files)
	}
	for _, name := range files {
		if !bytes.Equal(read(t, filepath.Join(first, name)), read(t, filepath.Join(second, name))) {
			t.Errorf("%s differs", name)
		}
		if name != "SHA256SUMS" {
			checkContents(t, filepath.Join(first, name))
		}
	}
}

// copySource copies what the program is built from.
func copySource(t *testing.T, to string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bench"):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		rel, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		copied := filepath.Join(to, rel)
		return errors.Join(os.MkdirAll(filepath.Dir(copied), 0o755), os.WriteFile(copied, read(t, path), 0o644))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func filesOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkContents looks whether all is there that should be handed out.
func checkContents(t *testing.T, name string) {
	t.Helper()
	if !strings.HasSuffix(name, ".tar.gz") {
		return
	}
	var names []string
	for _, e := range unpackTarGz(t, read(t, name)) {
		names = append(names, strings.SplitN(e.name, "/", 2)[1])
	}
	for _, want := range []string{
		"archive", "man/man1/archive.1", "man/man7/archive-query.7", "completions/archive.bash", "completions/_archive",
		"completions/archive.fish", "completions/archive.ps1", "README.md", "LICENSE", "CHANGELOG.md",
		"licences/go/LICENSE", "licences/modernc.org/sqlite/LICENSE",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("%s has no %s", name, want)
		}
	}
	for _, name := range names {
		if strings.Contains(name, "staticcheck") || strings.Contains(name, "honnef.co") {
			t.Errorf("%s is not part of the program", name)
		}
	}
}

var sample = []entry{{name: "bin/archive", body: []byte("program"), program: true}, {name: "README.md", body: []byte("read\n")}}

func TestTarGz(t *testing.T) {
	var out bytes.Buffer
	if err := writeTarGz(&out, "archive-1", sample); err != nil {
		t.Fatal(err)
	}
	checkSample(t, unpackTarGz(t, out.Bytes()))
}

func unpackTarGz(t *testing.T, b []byte) (all []entry) {
	t.Helper()
	squeezed, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if !squeezed.ModTime.IsZero() {
		t.Errorf("gzip bears the time %v", squeezed.ModTime)
	}
	in := tar.NewReader(squeezed)
	for {
		header, err := in.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if !header.ModTime.Equal(packed) || header.Uname != "" || header.Uid != 0 {
			t.Errorf("%s bears %v, %q, %d", header.Name, header.ModTime, header.Uname, header.Uid)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{header.Name, body, header.Mode&0o100 != 0})
	}
}

func TestZip(t *testing.T) {
	var out bytes.Buffer
	if err := writeZip(&out, "archive-1", sample); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var all []entry
	for _, f := range in.File {
		body, err := fs.ReadFile(in, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if !f.Modified.Equal(packed) {
			t.Errorf("%s bears %v", f.Name, f.Modified)
		}
		all = append(all, entry{f.Name, body, f.Mode()&0o100 != 0})
	}
	checkSample(t, all)
}

func checkSample(t *testing.T, got []entry) {
	t.Helper()
	if len(got) != len(sample) {
		t.Fatalf("%d files", len(got))
	}
	for i, want := range sample {
		if got[i].name != "archive-1/"+want.name || !bytes.Equal(got[i].body, want.body) || got[i].program != want.program {
			t.Errorf("%+v, want %+v", got[i], want)
		}
	}
}

func TestChecksums(t *testing.T) {
	sums := newChecksums()
	for _, name := range []string{"b", "a"} {
		if _, err := io.WriteString(sums.of(name, io.Discard), "abc"); err != nil {
			t.Fatal(err)
		}
	}
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, B.1
	if got, want := string(sums.text()), abc+"  a\n"+abc+"  b\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWrongPlatform(t *testing.T) {
	if err := run(t.Context(), "..", t.TempDir(), []string{"linux"}); err == nil || !strings.Contains(err.Error(), "no platform") {
		t.Error(err)
	}
}
