//go:build unix

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func trapsInFolders() []trapCase {
	return []trapCase{
		{"link to itself", links("loop.txt", "loop.txt"), "too many"},
		{"link to the folder around it", links("loop", ".."), "link to a folder"},
		{"two links to each other", links("a.txt", "b.txt", "b.txt", "a.txt"), "too many"},
		{"link to a folder outside", links("out", "../../outside"), "link to a folder"},
		{"link to nothing", links("gone.txt", "nowhere.txt"), "there is no such file"},
		{"link to /dev/zero", links("zero.txt", "/dev/zero"), "special file"},
		{"pipe", func(t *testing.T, dir string) { must(t, syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600)) }, "special file"},
		{"socket", aSocket, "special file"},
		{"folder that nobody may read", forbidden, "permission denied"},
		{"folders 3,000 deep", deepFolders, "^file name too long$"},
		{"names of control characters, escape codes, bytes that are no UTF-8, 255 bytes", oddNames, "article: 6"},
		{"endless list of patterns", aFile(".archiveignore", strings.Repeat("*a*b*c*d*e*f*\n", 200_000)), "too long"},
	}
}

func links(pairs ...string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		for i := 0; i < len(pairs); i += 2 {
			must(t, os.Symlink(pairs[i+1], filepath.Join(dir, pairs[i])))
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func aSocket(t *testing.T, dir string) {
	here, err := os.Getwd() // the names of sockets are short
	must(t, err)
	must(t, os.Chdir(dir))
	l, err := net.Listen("unix", "socket.txt")
	must(t, errors.Join(err, os.Chdir(here)))
	t.Cleanup(func() { l.Close() })
}

func forbidden(t *testing.T, dir string) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	writeFile(t, filepath.Join(dir, "forbidden", "a.txt"), "A headline\n\nThe text.")
	must(t, os.Chmod(filepath.Join(dir, "forbidden"), 0))
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "forbidden"), 0o700) })
}

// deepFolders makes folders whose paths are longer than the system takes.
func deepFolders(t *testing.T, dir string) {
	at, err := os.OpenRoot(dir)
	must(t, err)
	for range 3000 {
		must(t, at.Mkdir("d", 0o700))
		next, err := at.OpenRoot("d")
		must(t, errors.Join(err, at.Close()))
		at = next
	}
	must(t, errors.Join(at.WriteFile("a.txt", []byte("A headline\n\nThe text at the bottom."), 0o600), at.Close()))
}

func oddNames(t *testing.T, dir string) {
	made := 0
	for i, name := range []string{"new\nline.txt", "bell\a\x1b[2J\x1b]0;title\a.txt", "bad\xff\xfebytes.txt", strings.Repeat("n", 251) + ".txt", "\u202egnp.txt", "-rf.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), fmt.Appendf(nil, "Headline %d\n\nThe text of the file %d.", i, i), 0o600); err == nil {
			made++
		}
	}
	if made < 6 {
		t.Skip("this file system does not take such names")
	}
}

func trapsInContainers() []trapCase {
	return []trapCase{
		{"zip that holds itself", copied("quine.zip"), "files deep"},
		{"gzip that holds itself", copied("quine.gz"), "compressed more than"},
		{"gzip 100 times over", made("over.txt.gz", func() string { return packed("A headline\n\nThe text.", 100) }), "compressed more than"},
		{"zips 12 deep", made("deep.zip", func() string { return zipsInZips(12, 1, "A headline\n\nThe text.") }), "files deep"},
		{"zips of 16 zips each, 6 deep, with 1 MB at the bottom (16 TB)", made("wide.zip", func() string { return zipsInZips(6, 16, strings.Repeat("word ", 200_000)) }), "times its size"},
		{"zip of one text of 512 MB", made("bomb.zip", func() string { return zipOf(member{"a.txt", strings.Repeat("word ", 1<<29/5)}) }), "larger than"},
		{"zip of 20,000 names for the same 8 MB (160 GB)", made("overlap.zip", overlapping), "times its size"},
		{"gzip of 512 MB", made("bomb.txt.gz", func() string { return packed(strings.Repeat("word ", 1<<29/5), 1) }), "larger than"},
		{"zip whose names lead outside", made("names.zip", func() string { return zipOf(outsideNames()...) }), "article"},
		{"tar whose names and links lead outside", made("names.tar", outsideTar), "article"},
		{"zip of 200,000 empty files", made("many.zip", manyEmpty), "the file is empty"},
		{"WARC record of an exabyte", aFile("long.warc", "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Type: application/http\r\nContent-Length: 999999999999999999\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Words"), "record 1"},
		{"mail of 100,000 parts in each other", made("deep.eml", deepMail), ""},
	}
}

func copied(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		b, err := os.ReadFile(filepath.Join("testdata", "traps", name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
}

type member struct{ name, body string }

func zipOf(members ...member) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err == nil {
			_, err = io.WriteString(w, m.body)
		}
		if err != nil {
			panic(err)
		}
	}
	z.Close()
	return b.String()
}

func packed(body string, times int) string {
	for range times {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, body)
		z.Close()
		body = b.String()
	}
	return body
}

// zipsInZips makes zips in zips, each so often in the one around it.
func zipsInZips(levels, copies int, body string) string {
	name := "a.txt"
	for level := range levels {
		var members []member
		for i := range copies {
			members = append(members, member{fmt.Sprintf("%d-%s", i, name), body})
		}
		body, name = zipOf(members...), fmt.Sprintf("level%d.zip", level)
	}
	return body
}

// overlapping makes a zip whose directory gives many names to one file (David
// Fifield, "A better zip bomb", 2019, in its simplest form).
func overlapping() string {
	const names = 20_000
	one := []byte(zipOf(member{"00000.txt", strings.Repeat("word ", 8<<20/5)}))
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	start := bytes.LastIndex(one, []byte("PK\x01\x02"))
	entry := one[start:end]
	var b bytes.Buffer
	b.Write(one[:start])
	for i := range names {
		copy(entry[46:], fmt.Sprintf("%05d", i))
		b.Write(entry)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], names)
	binary.LittleEndian.PutUint16(tail[10:], names)
	binary.LittleEndian.PutUint32(tail[12:], uint32(names*len(entry)))
	b.Write(tail)
	return b.String()
}

func outsideNames() (members []member) {
	for i, name := range []string{"../../../escaped.txt", "/tmp/escaped-archive.txt", `..\..\escaped.txt`, `C:\escaped.txt`, "a\x00b.txt", "new\nline\x1b[2J.txt", "bad\xff.txt", "../../outside/" + secret + ".txt", strings.Repeat("n/", 5000) + "a.txt"} {
		members = append(members, member{name, fmt.Sprintf("Headline %d\n\nThe text of member %d.", i, i)})
	}
	return members
}

func outsideTar() string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range outsideNames() {
		name := strings.ReplaceAll(m.name, "\x00", "")
		w.WriteHeader(&tar.Header{Name: name, Size: int64(len(m.body)), Mode: 0o600})
		io.WriteString(w, m.body)
	}
	for _, kind := range []byte{tar.TypeSymlink, tar.TypeLink} {
		w.WriteHeader(&tar.Header{Typeflag: kind, Name: "link.txt", Linkname: "../../outside/" + secret + ".txt"})
	}
	w.WriteHeader(&tar.Header{Typeflag: tar.TypeChar, Name: "zero.txt", Devmajor: 1, Devminor: 5})
	w.Close()
	return b.String()
}

func manyEmpty() string {
	members := make([]member, 200_000)
	for i := range members {
		members[i].name = fmt.Sprintf("%d.txt", i)
	}
	return zipOf(members...)
}

func deepMail() string {
	var b strings.Builder
	b.WriteString("From: a@b.example\r\nSubject: Deep\r\nMIME-Version: 1.0\r\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("Content-Type: text/plain\r\n\r\nThe text.\r\n")
	return b.String()
}

func trapsInMarkup() []trapCase {
	deep := func(open string, n int) func() string { return func() string { return strings.Repeat(open, n) } }
	return []trapCase{
		{"billion laughs in a feed", aFile("laughs.rss", laughs("rss", `<rss version="2.0"><channel><title>T</title><item><title>Headline</title><description>&l9;</description></item></channel></rss>`)), "article|damaged|entity|text"},
		{"billion laughs in OPML", aFile("laughs.opml", laughs("opml", `<opml version="2.0"><body><outline text="&l9;"/></body></opml>`)), "list of feeds"},
		{"billion laughs in SVG", aFile("laughs.svg", laughs("svg", `<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>`)), "image"},
		{"billion laughs in a property list", aFile("laughs.plist", laughs("plist", `<plist version="1.0"><string>&l9;</string></plist>`)), "data file"},
		{"billion laughs in a page", aFile("laughs.xhtml", laughs("html", `<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Words &l9; here.</p></body></html>`)), ""},
		{"billion laughs in DOCX", made("laughs.docx", func() string { return docx(laughs("w:document", wordBody("&l9;"))) }), ""},
		{"billion laughs in ODT", made("laughs.odt", func() string { return odt(laughs("office:document-content", odtBody("&l9;"))) }), ""},
		{"billion laughs in EPUB", made("laughs.epub", func() string {
			return epub(laughs("html", `<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Words &l9;</p></body></html>`))
		}), ""},
		{"billion laughs in YAML", aFile("laughs.md", yamlLaughs()), ""},
		{"external entity in a feed", aFile("entity.rss", external("rss", `<rss version="2.0"><channel><title>T</title><item><title>Headline</title><description>Words &x; here</description></item></channel></rss>`)), ""},
		{"external entity in DOCX", made("entity.docx", func() string { return docx(external("w:document", wordBody("Words &x; here"))) }), ""},
		{"external entity in ODT", made("entity.odt", func() string { return odt(external("office:document-content", odtBody("Words &x; here"))) }), ""},
		{"external entity in a page", aFile("entity.html", external("html", `<html><body><p>Words &x; here.</p></body></html>`)), "article"},
		{"feed 2 million elements deep", made("deep.rss", deep(`<rss version="2.0">`, 1), deep("<a>", 2_000_000)), "deep"},
		{"Atom 2 million elements deep", made("deep.atom", deep(`<feed xmlns="http://www.w3.org/2005/Atom">`, 1), deep("<a>", 2_000_000)), "deep"},
		{"page 2 million elements deep", made("deep.html", deep("<html><body>", 1), deep("<div>", 2_000_000), deep("<p>Words of the text.", 1)), ""},
		{"page of 2 million unclosed tables and formatting elements", made("wide.html", deep("<html><body>", 1), deep("<table><b><i><a>", 500_000), deep("<p>Words of the text.", 1)), ""},
		{"JSON 2 million lists deep", made("deep.json", deep("[", 2_000_000)), "max depth"},
		{"JSON 2 million objects deep", made("deep.jsonl", deep(`{"a":`, 2_000_000)), "max depth"},
		{"RTF 2 million groups deep", made("deep.rtf", deep(`{\rtf1 `, 1), deep("{", 2_000_000)), ""},
		{"Markdown 2 million quotations deep", made("deep.md", deep("# Headline\n\n", 1), deep(">", 2_000_000), deep(" text", 1)), ""},
		{"DOCX 2 million elements deep", made("deep.docx", func() string { return docx(`<w:document xmlns:w="x"><w:body>` + strings.Repeat("<w:p>", 2_000_000)) }), "deep"},
		{"CSV with a million columns and an open quotation", made("wide.csv", deep("title,text\n", 1), deep("a,", 1_000_000), deep(`"`, 1), deep("x", 10_000_000)), ""},
	}
}

// laughs declares entities that expand to 10^10 words.
func laughs(root, body string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?>\n<!DOCTYPE %s [\n<!ENTITY l0 \"laugh \">\n", root)
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "<!ENTITY l%d \"%s\">\n", i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	return b.String() + "]>\n" + body
}

func yamlLaughs() string {
	var b strings.Builder
	b.WriteString("---\ntitle: &l0 [laugh, laugh]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "l%d: &l%d [*l%d, *l%d, *l%d, *l%d]\n", i, i, i-1, i-1, i-1, i-1)
	}
	return b.String() + "tags: *l29\n---\nThe text of the file.\n"
}

// external declares entities that stand for files outside.
func external(root, body string) string {
	return fmt.Sprintf("<?xml version=\"1.0\"?>\n<!DOCTYPE %s [<!ENTITY %% p SYSTEM \"../../outside/%s.txt\"> %%p; <!ENTITY x SYSTEM \"../../outside/%s.txt\">]>\n%s", root, secret, secret, body)
}

func trapsInDocuments() []trapCase {
	return []trapCase{
		{"PDF whose pages are their own parents", aFile("cycle.pdf", pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")), ""},
		{"PDF that says it has two billion pages", aFile("count.pdf", pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", "<< /Type /Page /Parent 2 0 R >>")), ""},
		{"PDF with a form that draws itself", aFile("form.pdf", pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>",
			stream("", "/F Do /F Do"), stream("/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /F 5 0 R >> >>", "/F Do /F Do"))), ""},
		{"PDF with forms that draw others twice, 40 deep", made("forms.pdf", manyForms), ""},
		{"PDF whose table of objects refers to itself", aFile("xref.pdf", "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 1 0 R >> endobj\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 2 /Root 1 0 R /Prev 58 >>\nstartxref\n58\n%%EOF"), ""},
		{"PDF of 300,000 objects in each other", made("deep.pdf", func() string { return "%PDF-1.4\n1 0 obj " + strings.Repeat("[", 300_000) }), ""},
		{"EPUB whose parts are 100,000 times the same", made("spine.epub", longSpine), ""},
		{"damaged compound file", aFile("bad.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\xfe\xff\xff\xff", 5000)), ""},
	}
}

func pdf(objects ...string) string {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.String()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
}

func manyForms() string {
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>", stream("", "/F Do /F Do")}
	for i := 5; i < 45; i++ {
		objects = append(objects, stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /F %d 0 R >> >>", i+1), "/F Do /F Do"))
	}
	return pdf(append(objects, stream("/Type /XObject /Subtype /Form /BBox [0 0 99 99]", "BT (words) Tj ET"))...)
}

func docx(document string) string {
	return zipOf(member{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		member{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		member{"word/document.xml", document})
}

func wordBody(text string) string {
	return `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:body></w:document>`
}

func odt(content string) string {
	return zipOf(member{"mimetype", "application/vnd.oasis.opendocument.text"}, member{"content.xml", content})
}

func odtBody(text string) string {
	return `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>` + text + `</text:p></office:text></office:body></office:document-content>`
}

func epub(page string) string { return epubOf(page, `<itemref idref="p"/>`) }

func longSpine() string {
	return epubOf(`<html xmlns="http://www.w3.org/1999/xhtml"><body><p>`+strings.Repeat("Words ", 10_000)+`</p></body></html>`, strings.Repeat(`<itemref idref="p"/>`, 100_000))
}

func epubOf(page, spine string) string {
	return zipOf(member{"mimetype", "application/epub+zip"},
		member{"META-INF/container.xml", `<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`},
		member{"b.opf", `<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Book</dc:title></metadata><manifest><item id="p" href="p.xhtml" media-type="application/xhtml+xml"/></manifest><spine>` + spine + `</spine></package>`},
		member{"p.xhtml", page})
}

func trapsOfSize() []trapCase {
	const huge = 5 << 30
	return []trapCase{
		{"5 GB of nothing as .txt", sparse("huge.txt", "", huge), "binary file"},
		{"5 GB of nothing as .zip", sparse("huge.zip", "", huge), "binary file"},
		{"5 GB of nothing as .db", sparse("huge.db", "", huge), "database"},
		{"5 GB of nothing behind a headline", sparse("huge.txt", "A headline\n\n"+strings.Repeat("The text. ", 1000), huge), "larger than"},
		{"5 GB of nothing in a zip", sparse("huge.zip", "PK\x03\x04\x14\x00", huge), "zip"},
		{"5 GB of nothing in a page", sparse("huge.html", "<!doctype html><html><p>"+strings.Repeat("The text. ", 1000), huge), "larger than"},
		{"5 GB of nothing in JSON lines", sparse("huge.jsonl", strings.Repeat(`{"title":"A","text":"B"}`+"\n", 300)+"{", huge), "larger than"},
		{"5 GB of nothing in a mailbox", sparse("huge.mbox", "From a@b.example Mon Jan  1 00:00:00 2001\nSubject: S\n\n"+strings.Repeat("The text. ", 1000), huge), "larger than"},
		{"5 GB of nothing in a PDF", sparse("huge.pdf", "%PDF-1.4\n", huge), "larger than|GiB"},
		{"5 GB of nothing in a tar", made5GTar, "larger than|tar"},
		{"5 GB of nothing in CSV", sparse("huge.csv", "title,text\n"+strings.Repeat("A,B\n", 2000)+"C,", huge), "larger than"},
		{"5 GB of nothing in RTF", sparse("huge.rtf", `{\rtf1 Words `, huge), "larger than"},
	}
}

// sparse makes a file that has a size but takes no room on the disk.
func sparse(name, head string, size int64) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		path := filepath.Join(dir, name)
		writeFile(t, path, head)
		must(t, os.Truncate(path, size))
		t.Cleanup(func() { os.Remove(path) })
	}
}

func made5GTar(t *testing.T, dir string) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "huge.txt", Size: 5<<30 - 1<<20, Mode: 0o600})
	io.WriteString(w, "A headline\n\n"+strings.Repeat("The text. ", 1000))
	w.Flush() // an error: the member is not complete
	sparse("huge.tar", b.String(), 5<<30)(t, dir)
}
