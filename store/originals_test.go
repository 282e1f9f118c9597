package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// bytesOf makes so many bytes that compress little.
func bytesOf(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n)}).Read(b)
	return b
}

// keepFile imports a file of one article with its bytes.
func keepFile(t *testing.T, a *Archive, path string, sum []byte, r io.Reader) error {
	t.Helper()
	im := startReading(t, a, File{Path: path, Reader: "text/1"})
	if err := im.Add(t.Context(), "", NewIndexer().Prepare(article("", "The text of "+path))); err != nil {
		t.Fatal(err)
	}
	kept := im.KeepOriginal(t.Context(), sum, r)
	if err := errors.Join(im.EndFile(t.Context(), sum, "text/1", true), im.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	return kept
}

// exportLines gives the lines of an export.
func exportLines(t *testing.T, a *Archive) (lines []ExportLine) {
	t.Helper()
	err := a.Export(t.Context(), ExportOptions{Earlier: true, Originals: true, Spoilt: func() {}}, func(l ExportLine) error {
		lines = append(lines, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// originalsIn puts together the originals of an export, by their SHA-256.
func originalsIn(lines []ExportLine) map[string][]byte {
	got := make(map[string][]byte)
	for _, l := range lines {
		if o, ok := l.(*ExportOriginal); ok {
			got[o.SHA256] = append(got[o.SHA256], o.Plain...)
		}
	}
	return got
}

func TestOriginalsOfEverySize(t *testing.T) {
	a := newArchive(t)
	sizes := []int{0, 1, originalPart - 1, originalPart, originalPart + 1, 3 * originalPart}
	for i, n := range sizes {
		b := bytesOf(n)
		sum := sha256.Sum256(b)
		for range 2 { // the second file is the same, and kept once
			if err := keepFile(t, a, "/x/"+strings.Repeat("y", i+1), sum[:], bytes.NewReader(b)); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := originalsIn(exportLines(t, a))
	for _, n := range sizes {
		b := bytesOf(n)
		sum := sha256.Sum256(b)
		if kept, ok := got[hex.EncodeToString(sum[:])]; !ok || !bytes.Equal(kept, b) {
			t.Errorf("of a file of %d bytes %d came back", n, len(kept))
		}
	}
	sound(t, a)
}

// A file that cannot be read again, or is another by then, is not kept.
func TestOriginalThatChanged(t *testing.T) {
	a := newArchive(t)
	sum := sha256.Sum256([]byte("as it was"))
	for name, r := range map[string]io.Reader{
		"/x/changed": strings.NewReader("as it is now"),
		"/x/broken":  io.MultiReader(bytes.NewReader(bytesOf(2*originalPart)), iotest.ErrReader(errors.New("unplugged"))),
	} {
		if err := keepFile(t, a, name, sum[:], r); !errors.Is(err, ErrNotKept) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := originalsIn(exportLines(t, a)); len(got) > 0 {
		t.Errorf("%d originals are kept", len(got))
	}
	sound(t, a)
}

// A file of which an import that was killed kept a part is kept whole by the
// next one.
func TestOriginalGoesOn(t *testing.T) {
	a := newArchive(t)
	b := bytesOf(2*originalPart + 5)
	sum := sha256.Sum256(b)
	if err := keepFile(t, a, "/x/1", sum[:], bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.Exec(`DELETE FROM originals WHERE part > 0`); err != nil {
		t.Fatal(err)
	}
	if err := keepFile(t, a, "/x/1", sum[:], bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	if got := originalsIn(exportLines(t, a)); !bytes.Equal(got[hex.EncodeToString(sum[:])], b) {
		t.Error("it is not whole")
	}
}

func TestInspectFindsSpoiltOriginals(t *testing.T) {
	a := newArchive(t)
	b := []byte("as it was")
	sum := sha256.Sum256(b)
	if err := keepFile(t, a, "/x/1", sum[:], bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []string{`DELETE FROM originals`, `UPDATE originals SET data = x'00'`, `UPDATE originals SET sha256 = x'00'`, `UPDATE originals SET part = 1`} {
		tx, err := a.db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(spoil); err != nil {
			t.Fatal(err)
		}
		changed, err := changedBlocks(t.Context(), tx, "originals")
		if len(changed) == 0 || err != nil {
			t.Errorf("%s is not seen: %v", spoil, err)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.db.Exec(`UPDATE originals SET data = x'00'`); err != nil {
		t.Fatal(err)
	}
	found, err := Inspect(t.Context(), a.path, Inspection{Schema: schemaSQL(t), Deep: true})
	if err != nil || !strings.Contains(problemsOf(found), "1 original not as it was imported") {
		t.Errorf("%v: %s", err, problemsOf(found))
	}
	if got := originalsIn(exportLines(t, a)); len(got) > 0 {
		t.Error("a spoilt original was exported")
	}
}

func problemsOf(f *Findings) string {
	var all []string
	for _, p := range f.Problems {
		all = append(all, p.Text)
	}
	return strings.Join(all, "\n")
}

// Of the originals that an export brings those are kept whose bytes are what
// their sum says, of files that the archive knows.
func TestOriginalsOfAStranger(t *testing.T) {
	from := newArchive(t)
	b := bytesOf(2 * originalPart)
	sum := sha256.Sum256(b)
	if err := keepFile(t, from, "/x/1", sum[:], bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*ExportOriginal)
		kept  int
	}{
		"as it was":     {func(*ExportOriginal) {}, 1},
		"other bytes":   {func(o *ExportOriginal) { o.Data = packPart([]byte("x")) }, 0},
		"no zstd":       {func(o *ExportOriginal) { o.Data = []byte("x") }, 0},
		"too large":     {func(o *ExportOriginal) { o.Data = packPart(make([]byte, 200*originalPart)) }, 0},
		"another file":  {func(o *ExportOriginal) { o.SHA256 = strings.Repeat("ab", 32) }, 0},
		"no sum":        {func(o *ExportOriginal) { o.SHA256 = "ab" }, 0},
		"parts missing": {func(o *ExportOriginal) { o.Part++ }, 0},
		"below zero":    {func(o *ExportOriginal) { o.Part = -o.Part }, 0},
	} {
		to := newArchive(t)
		im := startReading(t, to, File{Path: "/y/export.jsonl", Reader: "export/1"})
		for _, l := range exportLines(t, from) {
			var p *Prepared
			if x, ok := l.(*ExportArticle); ok {
				p = NewIndexer().Prepare(article("", x.Text))
			}
			if o, ok := l.(*ExportOriginal); ok {
				c.spoil(o)
			}
			if err := im.AddExported(t.Context(), l, p); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(im.EndFile(t.Context(), sum[:], "export/1", true), im.Close(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got := originalsIn(exportLines(t, to)); len(got) != c.kept {
			t.Errorf("%s: %d originals are kept, want %d", name, len(got), c.kept)
		}
		sound(t, to)
	}
}

// Parts that another state of the file has left, or somebody, do not become
// part of an original.
func TestOriginalReplacesForeignParts(t *testing.T) {
	a := newArchive(t)
	b := bytesOf(2*originalPart + 5)
	sum := sha256.Sum256(b)
	foreign := packPart(bytesOf(originalPart))
	for part := range 4 {
		if _, err := a.db.Exec(`INSERT INTO originals (sha256, part, data) VALUES (?, ?, ?)`, sum[:], part, foreign); err != nil {
			t.Fatal(err)
		}
	}
	if err := keepFile(t, a, "/x/1", sum[:], bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	if got := originalsIn(exportLines(t, a)); !bytes.Equal(got[hex.EncodeToString(sum[:])], b) {
		t.Error("it is not what the file is")
	}
}

// A repair drops originals that are not what they were, and has their files
// read again.
func TestRepairDropsSpoiltOriginals(t *testing.T) {
	a := newArchive(t)
	for _, name := range []string{"one", "two"} {
		sum := sha256.Sum256([]byte(name))
		if err := keepFile(t, a, "/x/"+name, sum[:], strings.NewReader(name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.db.Exec(`UPDATE originals SET data = x'00' WHERE id = 1`); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	repair(t, a.path)
	again, err := Open(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	sound(t, again)
	if got := originalsIn(exportLines(t, again)); len(got) != 1 {
		t.Errorf("%d originals, want 1", len(got))
	}
	var state string
	if err := again.db.QueryRow(`SELECT state FROM files WHERE path = '/x/one'`).Scan(&state); err != nil || state != "reading" {
		t.Errorf("%q, %v", state, err)
	}
}

// hookedReader does something before each read.
type hookedReader struct {
	r      io.Reader
	before func(read int)
	reads  int
}

func (h *hookedReader) Read(b []byte) (int, error) {
	h.before(h.reads)
	h.reads++
	return h.r.Read(b)
}

// Two imports keep the same file at once, of which the one is stopped in the
// middle, when parts are committed: it is kept whole, whoever ends, and nobody
// takes what is there of it for the file before.
func TestTwoImportsKeepOneFile(t *testing.T) {
	b := bytesOf(3*originalPart + 7)
	sum := sha256.Sum256(b)
	for name, c := range map[string]struct {
		first, second error // that read the file
		others, kept  int   // parts in between, and originals in the end
	}{
		"both end":        {nil, nil, 1, 1},
		"the first fails": {errors.New("unplugged"), nil, 1, 1},
		"the other fails": {nil, errors.New("unplugged"), 0, 1},
		"both fail":       {errors.New("unplugged"), errors.New("unplugged"), 0, 0},
	} {
		a := newArchive(t)
		other, err := OpenOrCreate(t.Context(), a.path, schemaSQL(t))
		if err != nil {
			t.Fatal(err)
		}
		reader := func(failure error) io.Reader {
			if failure == nil {
				return bytes.NewReader(b)
			}
			return io.MultiReader(bytes.NewReader(b[:3*originalPart]), iotest.ErrReader(failure))
		}
		im := startFile(t, a, "/x/1")
		kept := im.KeepOriginal(t.Context(), sum[:], &hookedReader{r: reader(c.first), before: func(read int) {
			if read != 2 {
				return
			}
			if err := im.Commit(t.Context()); err != nil {
				t.Error(err)
			}
			if err := keepFile(t, other, "/y/1", sum[:], reader(c.second)); errors.Is(err, ErrNotKept) != (c.second != nil) {
				t.Errorf("%s: the other: %v", name, err)
			}
			if s, err := other.Stats(t.Context()); s.Originals != c.others || err != nil {
				t.Errorf("%s: %d originals in between, %v", name, s.Originals, err)
			}
			sound(t, other)
		}})
		if errors.Is(kept, ErrNotKept) != (c.first != nil) {
			t.Errorf("%s: the first: %v", name, kept)
		}
		if err := errors.Join(im.EndFile(t.Context(), sum[:], "text/1", true), im.Close(t.Context()), other.Close()); err != nil {
			t.Fatal(err)
		}
		if got := originalsIn(exportLines(t, a)); len(got) != c.kept || c.kept > 0 && !bytes.Equal(got[hex.EncodeToString(sum[:])], b) {
			t.Errorf("%s: %d originals, want %d", name, len(got), c.kept)
		}
		if n := partsIn(t, a); n != 4*c.kept {
			t.Errorf("%s: %d parts are left, want %d", name, n, 4*c.kept)
		}
		sound(t, a)
	}
}

// What a killed import leaves of an original is no damage, counts for nothing,
// and goes with the next import of the file, or when the archive is optimised.
func TestUnfinishedOriginal(t *testing.T) {
	b := bytesOf(3*originalPart + 7)
	sum := sha256.Sum256(b)
	for name, next := range map[string]func(*Archive) int{
		"optimise": func(a *Archive) int {
			if _, err := a.Optimise(t.Context()); err != nil {
				t.Error(err)
			}
			return 0
		},
		"import": func(a *Archive) int {
			if err := keepFile(t, a, "/x/1", sum[:], bytes.NewReader(b)); err != nil {
				t.Error(err)
			}
			return 4
		},
	} {
		a := newArchive(t)
		im := startFile(t, a, "/x/1")
		err := im.KeepOriginal(t.Context(), sum[:], &hookedReader{r: bytes.NewReader(b), before: func(read int) {
			if read == 2 {
				if err := errors.Join(im.Commit(t.Context()), im.Abort()); err != nil {
					t.Error(err)
				}
			}
		}})
		if err == nil || partsIn(t, a) != 2 {
			t.Errorf("%d parts, %v", partsIn(t, a), err)
		}
		sound(t, a)
		if s, err := a.Stats(t.Context()); s.Originals != 0 || err != nil {
			t.Errorf("%d originals, %v", s.Originals, err)
		}
		if want := next(a); partsIn(t, a) != want {
			t.Errorf("%s: %d parts are left, want %d", name, partsIn(t, a), want)
		}
		sound(t, a)
	}
}

// Somebody who stops an import does not wait for others that write.
func TestStoppedKeepingDoesNotWait(t *testing.T) {
	a := newArchive(t)
	b := bytesOf(2*originalPart + 7)
	sum := sha256.Sum256(b)
	im := startFile(t, a, "/x/1")
	ctx, stop := context.WithCancel(t.Context())
	var letGo func()
	err := im.KeepOriginal(ctx, sum[:], &hookedReader{r: bytes.NewReader(b), before: func(read int) {
		if read == 1 {
			if err := im.Commit(t.Context()); err != nil {
				t.Error(err)
			}
			letGo = another(t, a.path)
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	letGo()
	if err := im.Abort(); err != nil {
		t.Error(err)
	}
}

// startFile begins a file, and commits that.
func startFile(t *testing.T, a *Archive, path string) *Import {
	t.Helper()
	im := startReading(t, a, File{Path: path, Reader: "text/1"})
	if err := im.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return im
}

func partsIn(t *testing.T, a *Archive) (n int) {
	t.Helper()
	if err := a.db.QueryRow(`SELECT count(*) FROM originals`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// An export may hold parts several times, or of several originals in disorder.
func TestExportThatRepeatsParts(t *testing.T) {
	from, to := newArchive(t), newArchive(t)
	b, other := bytesOf(2*originalPart+5), bytesOf(originalPart+5)
	for i, file := range [][]byte{b, other} {
		sum := sha256.Sum256(file)
		if err := keepFile(t, from, "/x/"+string(rune('a'+i)), sum[:], bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
	}
	im := startFile(t, to, "/y/export.jsonl")
	var parts []*ExportOriginal
	for _, l := range exportLines(t, from) {
		var p *Prepared
		switch l := l.(type) {
		case *ExportOriginal:
			parts = append(parts, l)
			continue
		case *ExportArticle:
			p = NewIndexer().Prepare(article("", l.Text))
		}
		if err := im.AddExported(t.Context(), l, p); err != nil {
			t.Fatal(err)
		}
	}
	if len(parts) != 5 { // 0 to 2 of the one, 3 and 4 of the other
		t.Fatalf("%d parts", len(parts))
	}
	for _, i := range []int{0, 1, 3, 0, 1, 0, 1, 2, 3, 4, 4} {
		if err := im.AddExported(t.Context(), parts[i], nil); err != nil {
			t.Errorf("part %d: %v", i, err)
		}
	}
	if err := errors.Join(im.EndFile(t.Context(), nil, "export/1", true), im.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	if n := partsIn(t, to); n != 5 {
		t.Errorf("%d parts, want 5", n)
	}
	sound(t, to)
}
