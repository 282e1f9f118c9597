package ingest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Archives of before POSIX have no mark; the checksum of the header tells them.
func TestTarOfVersion7(t *testing.T) {
	b := []byte(tarred(t, "a", "Alpha text."))
	clear(b[257:512])
	sum := 8 * int(' ')
	for i, c := range b[:512] {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	copy(b[148:156], fmt.Sprintf("%6o\x00 ", sum))
	if got, err := told(t, "old", b[:1024]); err != nil || len(got) != 1 || got[0] != "a|text|Alpha" {
		t.Errorf("%q, %v", got, err)
	}
	b[0] ^= 1
	if isTar(b) {
		t.Error("a wrong checksum is taken for an archive")
	}
}

// What stands whole in an archive that breaks off is read, however short it is.
func TestTarCutShort(t *testing.T) {
	packed := gzipped(tarred(t, "a.txt", "Alpha text.", "b.txt", strings.Repeat("Bravo text. ", 10), "c.txt", "Charlie text."))
	got, err := told(t, "a.tgz", []byte(packed[:len(packed)-12]))
	if len(got) < 2 || got[0] != "a.txt|text|Alpha" || got[1] != "b.txt|text|Bravo" || err == nil || !strings.Contains(err.Error(), "damaged gzip") {
		t.Errorf("%q, %v", got, err)
	}
}

// Tapes and disks fill up with zeros.
func TestGzipFilledUp(t *testing.T) {
	z := gzipped("Alpha text.\n") + gzipped("Bravo text.\n")
	for name, b := range map[string]string{"alone": z, "with zeros": z + strings.Repeat("\x00", 100_000), "between": gzipped("Alpha text.\n") + "\x00\x00" + gzipped("Bravo text.\n")} {
		articles, _, err := readBytes(t, "a.txt.gz", b, nil)
		if err != nil || len(articles) != 1 || !strings.Contains(articles[0].Text, "Bravo") {
			t.Errorf("%s: %v, %v", name, articles, err)
		}
	}
	if _, _, err := readBytes(t, "a.txt.gz", z+"rubbish behind it", nil); err == nil || !strings.Contains(err.Error(), "no gzip") {
		t.Error(err)
	}
}

// A text may begin as compressed files do, or show how a PDF does.
func TestTextsThatLookPacked(t *testing.T) {
	for _, text := range []string{
		"BZh is how a file of bzip2 begins.", "BZh91 text", "Alpha.\n\nA file begins thus:\n%PDF-1.4\nand goes on.",
	} {
		if got, err := told(t, "notes.txt", []byte(text)); err != nil || len(got) != 1 || !strings.Contains(got[0], "|text|") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, head := range []string{"%PDF-1.4\n", "\n \n%PDF-1.4\n", "\x00\x01\x02junk\n%PDF-1.7\n", "HTTP/1.1 200 OK\n\n%PDF-1.4\n" + strings.Repeat("\x00", 99)} {
		if !isPDF("a", []byte(head)) {
			t.Errorf("no PDF: %q", head)
		}
	}
}

func TestBzip2(t *testing.T) {
	b, err := hex.DecodeString("425a68393141592653599ebd48ef000001d580001040012000224444402000220069908069a689b3424828af1772453850909ebd48ef")
	if err != nil {
		t.Fatal(err)
	}
	const empty = "BZh9\x17rE8P\x90\x00\x00\x00\x00"
	for _, file := range []string{string(b), empty + string(b)} {
		if got, err := told(t, "a.txt.bz2", []byte(file)); err != nil || len(got) != 1 || got[0] != "a.txt.bz2|text|Alpha" && got[0] != "|text|Alpha" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// A bomb is told as what it is, not as a text of an unknown kind.
func TestGzipBombOfZeros(t *testing.T) {
	bomb := gzipped(strings.Repeat("\x00", 80<<20))
	if _, err := told(t, "a.txt.gz", []byte(bomb)); err == nil || !strings.Contains(err.Error(), "expands to more than") {
		t.Error(err)
	}
	// One in a container ends that too: everything counts together.
	got, err := told(t, "a.zip", zipped(t, "b.txt.gz", bomb, "c.txt", "Charlie text."))
	if len(got) > 0 || err == nil || !strings.Contains(err.Error(), "expands to more than") {
		t.Errorf("%q, %v", got, err)
	}
}

// A web archive in zstd brings the dictionary that its frames need.
func TestZstdWithDictionary(t *testing.T) {
	var samples [][]byte
	for i := range 200 {
		samples = append(samples, []byte(record("resource", fmt.Sprintf("http://a.example/%d", i), "text/plain", fmt.Sprintf("Alpha text of page %d, which is like the others.", i))))
	}
	dictionary, err := zstd.BuildDict(zstd.BuildDictOptions{ID: 7, Contents: samples, History: bytes.Join(samples[:100], nil), Offsets: [3]int{1, 4, 8}})
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderDict(dictionary))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var frames []byte
	for _, s := range samples[:3] {
		frames = encoder.EncodeAll(s, frames)
	}
	for name, dictionary := range map[string][]byte{"bare": dictionary, "packed": plain.EncodeAll(dictionary, nil)} {
		file := binary.LittleEndian.AppendUint32([]byte(dictionaryFrame), uint32(len(dictionary)))
		file = append(append(file, dictionary...), frames...)
		got, err := told(t, "a.warc.zst", file)
		if err != nil || strings.Join(got, " ") != "http://a.example/0|text|Alpha http://a.example/1|text|Alpha http://a.example/2|text|Alpha" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := told(t, "a.warc.zst", []byte(dictionaryFrame+"\xff\xff\xff\xff")); err == nil || !strings.Contains(err.Error(), "dictionary is larger") {
		t.Error(err)
	}
}
