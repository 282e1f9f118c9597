package ingest

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
)

// compoundOf makes a compound file of streams, each of 4096 bytes.
func compoundOf(streams map[string][]byte, names ...string) []byte {
	le := binary.LittleEndian
	const sector, stream = 512, 8 // bytes; sectors
	b := make([]byte, sector*(3+stream*len(names)))
	copy(b, compoundMark)
	le.PutUint16(b[0x1a:], 3)
	le.PutUint16(b[0x1e:], 9)
	le.PutUint16(b[0x20:], 6)
	le.PutUint32(b[0x30:], 1) // directory
	le.PutUint32(b[0x38:], 4096)
	le.PutUint32(b[0x3c:], 0xfffffffe) // no small streams
	le.PutUint32(b[0x44:], 0xfffffffe)
	for i := range 109 {
		le.PutUint32(b[0x4c+4*i:], 0xffffffff)
	}
	le.PutUint32(b[0x4c:], 0) // the table of sectors
	fat, directory := b[sector:], b[2*sector:]
	for i := range sector / 4 {
		le.PutUint32(fat[4*i:], 0xffffffff)
	}
	le.PutUint32(fat[4:], 0xfffffffe)
	entry := func(i int, name string, start, size, next, child uint32) {
		e := directory[128*i:]
		for j, u := range utf16.Encode([]rune(name)) {
			le.PutUint16(e[2*j:], u)
		}
		le.PutUint32(e[68:], 0xffffffff)
		le.PutUint32(e[72:], next)
		le.PutUint32(e[76:], child)
		le.PutUint32(e[116:], start)
		le.PutUint32(e[120:], size)
	}
	entry(0, "Root Entry", 0xfffffffe, 0, 0xffffffff, 1)
	for i, name := range names {
		start, next := 2+stream*i, uint32(i+2)
		if i == len(names)-1 {
			next = 0xffffffff
		}
		entry(i+1, name, uint32(start), 4096, next, 0xffffffff)
		copy(b[sector*(1+start):], streams[name])
		for j := range stream {
			le.PutUint32(fat[4*(start+j):], uint32(start+j+1))
		}
		le.PutUint32(fat[4*(start+stream-1):], 0xfffffffe)
	}
	return b
}

// docOf makes a document of Word 97 of two pieces: one a byte a character, the
// other UTF-16. main is the number of characters before the footnotes. The
// word "hidden" in the first piece is deleted text.
func docOf(first, second string, main int) []byte {
	le := binary.LittleEndian
	word, table := make([]byte, 4096), make([]byte, 4096)
	le.PutUint16(word, 0xa5ec)
	le.PutUint16(word[2:], 0xc1)
	le.PutUint16(word[0x0a:], 0x200)
	units := utf16.Encode([]rune(second))
	total := len(first) + len(units)
	le.PutUint32(word[0x4c:], uint32(main))
	le.PutUint32(word[0x50:], uint32(total-main))
	const at, wideAt, page = 0x400, 0x800, 3
	copy(word[at:], first)
	for i, u := range units {
		le.PutUint16(word[wideAt+2*i:], u)
	}
	le.PutUint32(word[0x1a2:], 100)
	le.PutUint32(word[0x1a6:], 5+12+16)
	clx := table[100:]
	clx[0] = 2
	le.PutUint32(clx[1:], 12+16)
	le.PutUint32(clx[9:], uint32(len(first)))
	le.PutUint32(clx[13:], uint32(total))
	le.PutUint32(clx[17+2:], at*2|1<<30)
	le.PutUint32(clx[25+2:], wideAt)

	le.PutUint32(word[0xfa:], 200)
	le.PutUint32(word[0xfe:], 12)
	le.PutUint32(table[208:], page)
	fkp := word[512*page:][:512]
	hidden := strings.Index(first, "hidden")
	le.PutUint32(fkp, uint32(at+hidden))
	le.PutUint32(fkp[4:], uint32(at+hidden+len("hidden")))
	fkp[8] = 100 // the properties, in steps of two bytes
	copy(fkp[200:], []byte{6, 0x35, 0x08, 1, 0x00, 0x08, 1})
	fkp[511] = 1
	return compoundOf(map[string][]byte{"WordDocument": word, "1Table": table}, "WordDocument", "1Table")
}

var soundDOC = func() []byte {
	first := "A heading\rIt\x92s kept hidden\x13 HYPERLINK x \x14link\x15\x02\r"
	second := "a\x07b\x07\x07c\x07d\x07\x07Київ\v😀\x1eend\r"
	return docOf(first, second+"\x02 The note\r", len(first)+len(utf16.Encode([]rune(second))))
}()

func TestDOC(t *testing.T) {
	a := one(t, "a.doc", string(soundDOC))
	want := "A heading\n\nIt’s kept link[1]\n\na | b\nc | d\n\nКиїв\n😀-end\n\n[1] The note"
	if a.Text != want || a.Type != "doc" {
		t.Errorf("%s: %q\nwant %q", a.Type, a.Text, want)
	}
}

func TestDOCProtectedOrDamaged(t *testing.T) {
	for want, content := range map[string]string{
		"damaged compound file":    string(compoundMark) + "and no more",
		"holds no Word document":   string(compoundOf(nil, "Workbook")),
		"it is protected":          string(compoundOf(nil, "EncryptedPackage")),
		"(DRM)":                    string(compoundOf(nil, "WordDocument", "\tDRMContent")),
		"older than Word 97":       string(compoundOf(nil, "WordDocument")),
		"protected with a":         flagged(0x300),
		"has no stream \"0Table\"": flagged(0),
	} {
		_, _, err := readBytes(t, "a.doc", content, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	endless := append([]byte{}, soundDOC...)
	binary.LittleEndian.PutUint32(endless[0x44:], 2) // whose last number is made to point to itself
	binary.LittleEndian.PutUint32(endless[512*4-4:], 2)
	if _, _, err := readBytes(t, "a.doc", string(endless), nil); err == nil || !strings.Contains(err.Error(), "has no end") {
		t.Error(err)
	}
	for cut := 0; cut < len(soundDOC); cut += 7 {
		told(t, "cut.doc", soundDOC[:cut]) // without a panic
	}
}

// flagged gives the sound document with other flags.
func flagged(flags uint16) string {
	b := append([]byte{}, soundDOC...)
	binary.LittleEndian.PutUint16(b[512*3+0x0a:], flags)
	return string(b)
}

// TestDOCFiles reads documents of Word itself, with properties.
func TestDOCFiles(t *testing.T) {
	for name, want := range map[string]string{
		"testComment.doc":           "|Michael McCandless|2011-09-17T12:34:00Z|Here is some text.",
		"testWORD_custom_props.doc": "My Title|EJ04325S|2010-10-05T09:03:00Z|Document content",
		"simple_lower_case.doc":     "|Ross Johnson|2023-06-18T21:59:00Z|This is a sample Word document",
	} {
		b, err := os.ReadFile(officeFolder + "/" + name)
		if err != nil {
			t.Skip("no sample documents here")
		}
		a := one(t, name, string(b))
		title := a.Title.Value
		if a.Title.Derived {
			title = ""
		}
		if got := fmt.Sprint(title, "|", a.Byline.Value, "|", a.Published.Value, "|", a.Text); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func FuzzDOC(f *testing.F) {
	fuzzFormat(f, "a.doc", string(soundDOC), string(compoundOf(nil, "WordDocument", "\x05SummaryInformation")))
}
