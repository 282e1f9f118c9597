package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// zipped packs files, given as name, content, name, content.
func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// told reads bytes and tells what came, a line each.
func told(t testing.TB, name string, b []byte) (lines []string, err error) {
	t.Helper()
	_, err = readFile(context.Background(), opened{name: name, r: bytes.NewReader(b), at: bytes.NewReader(b), size: int64(len(b))}, sink{
		article: func(a *Article) error {
			lines = append(lines, fmt.Sprintf("%s|%s|%s", a.Member, a.Type, begin(a.Text)))
			return nil
		},
		failed:  func(member string, reason error) { lines = append(lines, member+"!"+reason.Error()) },
		skipped: func(member, kind string) { lines = append(lines, member+"-"+kind) },
	})
	return lines, err
}

func TestZip(t *testing.T) {
	inner := zipped(t, "deep/d.txt", "Delta text.", "e.jsonl", `{"title":"Epsilon","text":"Echo one"}`+"\n"+`{"title":`+"\n")
	b := zipped(t, "a.txt", "Alpha text.", "b/", "", "b/.hidden/x.txt", "Hidden", "node_modules/y.txt", "Library",
		"b/c.txt.gz", gzipped("Charlie text."), "b/inner.zip", string(inner), "p.png", "\x89PNG\r\n\x1a\n", "../../etc/f.txt", "Foxtrot text.")
	got, err := told(t, "all.zip", b)
	want := []string{
		"a.txt|text|Alpha", "b/.hidden/x.txt-file in a hidden folder", "node_modules/y.txt-file in a node_modules folder", "b/c.txt.gz|text|Charlie", "b/inner.zip > deep/d.txt|text|Delta",
		"b/inner.zip > e.jsonl > line 1|jsonl|Echo", "b/inner.zip > e.jsonl > line 2!",
		"p.png-image", "../../etc/f.txt|text|Foxtrot",
	}
	if err != nil || len(got) != len(want) {
		t.Fatalf("%q, %v", got, err)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], strings.SplitAfter(want[i], "!")[0]) {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}

func TestZipBomb(t *testing.T) {
	zeros := strings.Repeat("a ", 40<<20)
	var files []string
	for i := range 20 {
		files = append(files, fmt.Sprint(i, ".txt"), zeros[:10<<20])
	}
	got, err := told(t, "bomb.zip", zipped(t, files...))
	if last := fmt.Sprint(got[len(got)-1:], err); !strings.Contains(last, "expands to more than") {
		t.Errorf("%.300s", last)
	}
}

func TestZipNestedWithoutEnd(t *testing.T) {
	b := zipped(t, "a.txt", "Alpha text.")
	for range maxDepth + 3 {
		b = zipped(t, "z.zip", string(b))
	}
	got, err := told(t, "z.zip", b)
	if err != nil || len(got) != 1 || !strings.Contains(got[0], "files deep") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestZipDamaged(t *testing.T) {
	b := zipped(t, "a.txt", strings.Repeat("Alpha beta gamma ", 100), "b.txt", "Bravo text.")
	for cut := range len(b) {
		told(t, "cut.zip", b[:cut]) // without a panic
	}
	b[60] ^= 0xff
	got, err := told(t, "flipped.zip", b)
	if err != nil || len(got) != 2 || !strings.HasPrefix(got[0], "a.txt!damaged zip") || got[1] != "b.txt|text|Bravo" {
		t.Errorf("%q, %v", got, err)
	}
}

// begin gives the first word of a text.
func begin(s string) string {
	if words := strings.Fields(s); len(words) > 0 {
		return words[0]
	}
	return ""
}

// What a zip archive holds besides files, or in a way that is not undone, is
// told; newer ways to compress are undone.
func TestZipOfOtherMembers(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zstdMethod, zstd.ZipCompressor())
	link := &zip.FileHeader{Name: "link.txt"}
	link.SetMode(fs.ModeSymlink | 0o777)
	for _, h := range []*zip.FileHeader{{Name: "z.txt", Method: zstdMethod}, link, {Name: "Straße é.txt"}} {
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "Zulu text.")
	}
	for _, h := range []*zip.FileHeader{{Name: "locked.txt", Flags: lockedFlag}, {Name: "old.txt", Method: 9}} {
		w, err := z.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "?")
	}
	z.Close()
	got, err := told(t, "a.zip", b.Bytes())
	want := []string{"z.txt|text|Zulu", "link.txt-link", "Straße é.txt|text|Zulu", "locked.txt!" + errLocked.Error(), "old.txt!it is packed by method 9, which archive does not undo (unpack it first)"}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, %v", got, err)
	}
}

// Of an archive that breaks off what stands whole in it is read, whether the
// sizes stand before each file or behind it.
func TestZipCutOff(t *testing.T) {
	later := zipped(t, "d/", "", "a.txt", "Alpha text.", ".hidden/x.txt", "Hidden", "b.txt.gz", gzipped("Bravo text."), "c.txt", strings.Repeat("Charlie text. ", 99))
	var before bytes.Buffer
	z := zip.NewWriter(&before)
	r, err := zip.NewReader(bytes.NewReader(later), int64(len(later)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		f.Flags &^= sizeLaterFlag
		raw, err := f.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		h := f.FileHeader
		w, err := z.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(w, raw)
	}
	z.Close()
	for name, b := range map[string][]byte{"behind": later, "before": before.Bytes()} {
		listed := bytes.Index(b, []byte("PK\x01\x02"))
		cut := bytes.LastIndex(b[:listed], []byte(localHeader)) + 50
		got, err := told(t, "a.zip", b[:cut])
		all := strings.Join(got, " ")
		if err != errCutZip || !strings.HasPrefix(all, "a.txt|text|Alpha .hidden/x.txt-file in a hidden folder b.txt.gz|text|Bravo c.txt!damaged zip") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if got, err := told(t, "a.zip", b[:listed+20]); err != errCutZip || len(got) != 4 || got[3] != "c.txt|text|Charlie" {
			t.Errorf("%s, list cut: %q, %v", name, got, err)
		}
	}
}
