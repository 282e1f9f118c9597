package ingest

import (
	"archive/tar"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// record writes a record of a WARC.
func record(kind, uri, media, block string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: <%s>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		kind, uri, media, len(block), block)
}

func webAnswer(status, fields, body string) string {
	return "HTTP/1.1 " + status + "\r\n" + fields + "\r\n" + body
}

const plainAnswer = "Content-Type: text/plain; charset=utf-8\r\n"

func TestWARC(t *testing.T) {
	warc := record("warcinfo", "", "application/warc-fields", "software: x\r\n") +
		record("response", "http://a.example/one.txt", "application/http; msgtype=response", webAnswer("200 OK", plainAnswer, "Alpha text.")) +
		record("request", "http://a.example/one.txt", "application/http", "GET / HTTP/1.1\r\n\r\n") +
		record("response", "http://a.example/gone", "application/http", webAnswer("404 Not Found", plainAnswer, "Nothing here")) +
		record("response", "http://a.example/i.png", "application/http", webAnswer("200 OK", "Content-Type: image/png\r\n", "\x89PNG")) +
		record("response", "http://a.example/two", "application/http", webAnswer("200", plainAnswer+"Transfer-Encoding: chunked\r\n", "6\r\nBravo \r\n5;x=y\r\ntext.\r\n0\r\n\r\n")) +
		record("response", "http://a.example/three", "application/http", webAnswer("200 OK", plainAnswer+"Transfer-Encoding: chunked\r\n", "Charlie was not sent in chunks.")) +
		record("resource", "http://a.example/six", "text/plain", "Echo text.") +
		record("revisit", "http://a.example/six", "application/http", webAnswer("200 OK", plainAnswer, "Again")) +
		record("resource", "http://a.example/six", "text/plain", "Foxtrot text.") +
		record("metadata", "http://a.example/six", "application/warc-fields", "via: x") +
		record("resource", "metadata://gnu.org/wget.log", "text/plain", "Downloaded 1 file") +
		record("response", "HTTP://A.example/seven.php", "application/http", webAnswer("203 Changed", "content-type: TEXT/plain\r\n", "Golf text.")) +
		record("continuation", "http://a.example/eight", "text/plain", "rest")
	want := []string{
		"http://a.example/one.txt|text|Alpha", "http://a.example/gone-missing page", "http://a.example/i.png-image",
		"http://a.example/two|text|Bravo", "http://a.example/three|text|Charlie", "http://a.example/six|text|Echo",
		"http://a.example/six-repeated web answer", "http://a.example/six #2|text|Foxtrot",
		"metadata://gnu.org/wget.log-note of a crawler", "HTTP://A.example/seven.php|text|Golf",
		"http://a.example/eight-continuation of a record",
	}
	for name, b := range map[string]string{"a.warc": warc, "a.warc.gz": gzipped(warc)} {
		got, err := told(t, name, []byte(b))
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	articles, _, err := readBytes(t, "a.warc", warc, nil)
	if err != nil || len(articles) == 0 {
		t.Fatal(err)
	}
	if a := articles[0]; a.URL.Value != "http://a.example/one.txt" || a.Captured.Value != "2020-01-02T03:04:05Z" || a.Published.Value != "" {
		t.Errorf("%+v", a)
	}
}

// Every coding that servers name is undone, and what is not coded is left as
// it is, whatever the header says.
func TestWebAnswerCodings(t *testing.T) {
	const text = "Delta text, long enough to be told from what is packed: été."
	zstded := packed(t, text, func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z })
	deflated := packed(t, text, func(w io.Writer) io.WriteCloser { z, _ := flate.NewWriter(w, 9); return z })
	zlibbed := packed(t, text, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	chunked := func(s string) string { return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(s), s) }
	for fields, body := range map[string]string{
		"Content-Encoding: gzip":                                        gzipped(text),
		"Content-Encoding: gzip, identity":                              gzipped(text),
		"Content-Encoding: identity,  X-GZIP":                           gzipped(text),
		"Content-Encoding: deflate":                                     deflated,
		"Content-Encoding: Deflate":                                     zlibbed,
		"Content-Encoding: zstd":                                        zstded,
		"Content-Encoding: gzip, deflate":                               packed(t, gzipped(text), func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }),
		"Content-Encoding: br":                                          text,
		"Content-Encoding: utf-8":                                       text,
		"Content-Encoding: none":                                        text,
		"Content-Encoding: gzip ":                                       text,
		"Transfer-Encoding: gzip, chunked":                              chunked(gzipped(text)),
		"Transfer-Encoding: Chunked":                                    chunked(text),
		"Content-Encoding: gzip\r\nTransfer-Encoding: chunked":          chunked(gzipped(text)),
		"Content-Encoding: deflate\r\nTransfer-Encoding: gzip, chunked": chunked(gzipped(zlibbed)),
	} {
		got, err := told(t, "a.warc", []byte(record("response", "http://a.example/x", "application/http", webAnswer("200 OK", plainAnswer+fields+"\r\n", body))))
		if err != nil || len(got) != 1 || got[0] != "http://a.example/x|text|Delta" {
			t.Errorf("%q: %q, %v", fields, got, err)
		}
	}
	brotli := "\x0b\x02\x80Delta\x03" // RFC 7932: a block as it is
	got, err := told(t, "a.warc", []byte(record("response", "http://a.example/x", "application/http", webAnswer("200 OK", plainAnswer+"Content-Encoding: br\r\n", brotli))))
	if err != nil || len(got) != 1 || got[0] != `http://a.example/x!it is coded as "br", which archive does not undo` {
		t.Errorf("brotli: %q, %v", got, err)
	}
}

// Of a body that breaks off, what there is stays, and the damage is told.
func TestDamagedBodyIsReported(t *testing.T) {
	whole := gzipped(strings.Repeat("Delta text that goes on. ", 2000) + strings.Repeat("Other words at the end, 1 2 3. ", 20))
	body := whole[:len(whole)-12]
	got, err := told(t, "a.warc", []byte(record("response", "http://a.example/x", "application/http", webAnswer("200 OK", plainAnswer+"Content-Encoding: gzip\r\n", body))))
	if err != nil || len(got) != 2 || !strings.HasPrefix(got[0], "http://a.example/x!damaged gzip") || got[1] != "http://a.example/x|text|Delta" {
		t.Errorf("%q, %v", got, err)
	}
}

func packed(t *testing.T, s string, packer func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var b bytes.Buffer
	w := packer(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return b.String()
}

// Feeds are saved as XML, documents as bytes of no type.
func TestWARCOfOtherTypes(t *testing.T) {
	feed := `<rss version="2.0"><channel><title>T</title><item><guid>g</guid><title>News</title><description>Alpha text</description></item></channel></rss>`
	for _, c := range []struct{ uri, media, body, want string }{
		{"http://a.example/feed", "text/xml", feed, "http://a.example/feed > id g|rss|Alpha"},
		{"http://a.example/feed.xml", "application/xml; charset=utf-8", feed, "http://a.example/feed.xml > id g|rss|Alpha"},
		{"http://a.example/map.xml", "text/xml", `<?xml version="1.0"?><urlset><url/></urlset>`, "http://a.example/map.xml-XML file"},
		{"http://a.example/b.rtf", "application/octet-stream", `{\rtf1 Alpha text}`, "http://a.example/b.rtf|rtf|Alpha"},
		{"http://a.example/b.exe", "application/octet-stream", "MZ\x00", "http://a.example/b.exe-program"},
		{"http://a.example/x", "a b\x1b", "text", "http://a.example/x-file of an unknown kind"},
		{"http://a.example/x", "", "Alpha text.", "http://a.example/x|text|Alpha"},
		{"http://a.example/x", "", webAnswer("200 OK", plainAnswer, "Alpha text."), "http://a.example/x|text|Alpha"},
		{"", "text/plain", "Alpha text.", "record 1|text|Alpha"},
		{"http://a.example/\x1b[1m\xe9", "text/plain", "Alpha text.", "http://a.example/[1mé|text|Alpha"},
	} {
		got, err := told(t, "a.warc", []byte(record("resource", c.uri, c.media, c.body)))
		if err != nil || len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %q, %v, want %q", c.media, got, err, c.want)
		}
	}
}

// A line of a header may be longer than the buffer it is read with.
func TestWARCLongHeader(t *testing.T) {
	long := strings.Repeat("c", 3*bufferSize)
	warc := strings.Replace(record("resource", "http://a.example/1?"+long, "text/plain", "Alpha text."), "WARC-Date", "X: "+long+"\r\nWARC-Date", 1) +
		record("response", "http://a.example/2", "application/http", webAnswer("200 OK", plainAnswer+"Set-Cookie: "+long+"\r\n", "Bravo text."))
	got, err := told(t, "a.warc", []byte(warc))
	if err != nil || len(got) != 2 || !strings.HasSuffix(got[0], "|text|Alpha") || got[1] != "http://a.example/2|text|Bravo" {
		t.Errorf("%.200q, %v", got, err)
	}
	if member, _, _ := strings.Cut(got[0], "|"); len(member) > maxMemberName+30 {
		t.Errorf("a member's name of %d bytes", len(member))
	}
}

func TestWARCDamaged(t *testing.T) {
	good := record("resource", "http://a.example/1", "text/plain", "Alpha text.")
	for _, bad := range []string{
		strings.Replace(good, "Content-Length: 11", "Content-Length: 4000", 1), strings.Replace(good, "Content-Length: 11", "Content-Length: -1", 1),
		strings.Replace(good, "Content-Length: 11", "Content-Length: x", 1), "no record", good[:40], "WARC/1.0\r\n" + strings.Repeat("X: y\r\n", maxHeader),
		"WARC/1.0\r\nX: " + strings.Repeat("y", maxHeader+1),
	} {
		got, err := told(t, "a.warc", []byte(good+bad))
		if len(got) == 0 || got[0] != "http://a.example/1|text|Alpha" || err == nil || !strings.HasPrefix(err.Error(), "record 2: ") {
			t.Errorf("%.60q: %q, %v", bad, got, err)
		}
	}
	for cut := range len(good) {
		told(t, "a.warc", []byte(good[:cut])) // without a panic
	}
}

// Of the page in which a file breaks off what there is stays, and the damage is
// told once.
func TestWARCCut(t *testing.T) {
	page := record("response", "http://a.example/1", "application/http", webAnswer("200 OK", plainAnswer, "Alpha "+strings.Repeat("beta gamma ", 1000)))
	for name, b := range map[string]string{"a.warc": page[:5000], "a.warc.gz": gzipped(page)[:len(gzipped(page))-20]} {
		got, err := told(t, name, []byte(b))
		if len(got) != 1 || got[0] != "http://a.example/1|text|Alpha" || err == nil || !strings.HasPrefix(err.Error(), "record 1: the file ends ") {
			t.Errorf("%s: %.200q, %v", name, got, err)
		}
	}
}

// Damage that is found when it is unpacked is told; what came before stays.
func TestWARCFlipped(t *testing.T) {
	first, second := gzipped(record("resource", "http://a.example/1", "text/plain", "Alpha text.")), []byte(gzipped(record("resource", "http://a.example/2", "text/plain", "Bravo text.")))
	second[len(second)-6] ^= 0xff // of its checksum
	got, err := told(t, "a.warc.gz", []byte(first+string(second)))
	if len(got) == 0 || got[0] != "http://a.example/1|text|Alpha" || err == nil || !strings.Contains(err.Error(), "damaged gzip") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestARC(t *testing.T) {
	answer := webAnswer("200 OK", plainAnswer, "Alpha text.")
	first := "1 0 IA\nURL IP-address Archive-date Content-type Archive-length\n"
	arc := fmt.Sprintf("filedesc://x.arc 0.0.0.0 20140216050221 text/plain %d\n%s\nhttp://a.example/a b 1.2.3.4 20140216050222 text/plain %d\n%s\n", len(first), first, len(answer), answer)
	articles, failures, err := readBytes(t, "x.arc", arc, nil)
	if err != nil || len(failures) > 0 || len(articles) != 1 {
		t.Fatalf("%v, %v, %v", articles, failures, err)
	}
	if a := articles[0]; a.URL.Value != "http://a.example/a b" || a.Captured.Value != "2014-02-16T05:02:22Z" || !strings.HasPrefix(a.Text, "Alpha") {
		t.Errorf("%+v", a)
	}
	if _, _, err := readBytes(t, "x.arc", arc+"0 Bad Capture\n", nil); err == nil {
		t.Error("no error for a damaged record")
	}
}

// Blocks without the header of an answer, addresses in capitals and what is no
// page are all read or told.
func TestARCOfOtherRecords(t *testing.T) {
	arc := "filedesc://x.arc 0.0.0.0 20140216050221 text/plain 3\nabc\n"
	for _, r := range []struct{ uri, rest, block string }{
		{"dns:a.example", "text/dns", "20140216050222\na.example. A 1.2.3.4\n"},
		{"http://a.example/1", "text/plain", "Alpha text."},
		{"HTTP://A.EXAMPLE/2", "text/plain", webAnswer("200 OK", plainAnswer, "Bravo text.")},
		{"https://a.example/3", "text/plain 200 ABC - 512 x.arc", "Charlie text."},
		{"http://a.example/4", "no-type", "<html><body><p>Delta text of a page.</p></body></html>"},
		{"http://a.example/5", "image/gif", "GIF89a"},
	} {
		arc += fmt.Sprintf("%s 1.2.3.4 20140216050222 %s %d\n%s\n", r.uri, r.rest, len(r.block), r.block)
	}
	got, err := told(t, "x.arc", []byte(arc))
	want := "dns:a.example-note of a crawler http://a.example/1|text|Alpha HTTP://A.EXAMPLE/2|text|Bravo https://a.example/3|text|Charlie http://a.example/4|html|Delta http://a.example/5-image"
	if err != nil || strings.Join(got, " ") != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWACZ(t *testing.T) {
	warc := record("resource", "http://a.example/1", "text/plain", "Alpha text.")
	b := zipped(t, "datapackage.json", `{"title":"x"}`, "archive/data.warc.gz", gzipped(warc), "pages/pages.jsonl", `{"title":"T","text":"no article"}`)
	got, err := told(t, "a.wacz", b)
	if err != nil || len(got) != 1 || got[0] != "archive/data.warc.gz > http://a.example/1|text|Alpha" {
		t.Errorf("%q, %v", got, err)
	}
}

// Every sample archive is read up to its damage, without a panic.
func TestWARCSamples(t *testing.T) {
	files, _ := filepath.Glob(dataFolder + "/formats/warc/*")
	if len(files) == 0 {
		t.Skip("no " + dataFolder + "/formats/warc: the samples are not here")
	}
	articles := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := readBytes(t, f, string(b), nil)
		articles += len(got)
	}
	if articles < 33 {
		t.Errorf("%d articles, want 33", articles)
	}
}

func tarred(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o600, Typeflag: tar.TypeReg})
		io.WriteString(w, files[i+1])
	}
	w.WriteHeader(&tar.Header{Name: "link.txt", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTarAndCompression(t *testing.T) {
	plain := tarred(t, "a.txt", "Alpha text.", "../b.txt", "Bravo text.", ".git/c.txt", "Hidden")
	var zst, x bytes.Buffer
	z, _ := zstd.NewWriter(&zst)
	io.WriteString(z, plain)
	z.Close()
	w, err := xz.NewWriter(&x)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, plain)
	w.Close()
	for name, b := range map[string]string{"a.tar": plain, "a.tgz": gzipped(plain), "a.tar.zst": zst.String(), "a.tar.xz": x.String(), "a": gzipped(gzipped(plain))} {
		got, err := told(t, name, []byte(b))
		if err != nil || strings.Join(got, " ") != "a.txt|text|Alpha ../b.txt|text|Bravo .git/c.txt-file in a hidden folder link.txt-link" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := told(t, "a.tar", []byte(plain[:1500])); err == nil || len(got) == 0 || got[0] != "a.txt|text|Alpha" {
		t.Errorf("a tar that breaks off: %q, %v", got, err)
	}
}

// What would need gigabytes to be unpacked is refused before it does.
func TestXZOfALargeDictionary(t *testing.T) {
	var b bytes.Buffer
	w, err := xz.WriterConfig{DictCap: 256 << 20}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "Alpha")
	w.Close()
	if _, err := told(t, "a.txt.xz", b.Bytes()); err == nil || !strings.Contains(err.Error(), "looks back") {
		t.Error(err)
	}
}

// fuzzContainer is fuzzFormat for files in files: each article has a place of
// its own, too.
func fuzzContainer(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		articles, _, err := readBytes(t, name, string(b), nil)
		if err != nil && strings.Contains(err.Error(), "broke down") {
			t.Fatal(err)
		}
		places := make(map[string]bool)
		for _, a := range articles {
			checkSound(t, a)
			if places[a.Member] && !strings.Contains(a.Member, " > ") { // a name may hold that
				t.Errorf("two articles at %q", a.Member)
			}
			places[a.Member] = true
		}
	})
}

func FuzzWARC(f *testing.F) {
	page := record("response", "http://a.example/one.txt", "application/http", webAnswer("200 OK", plainAnswer+"Transfer-Encoding: gzip, chunked\r\n", "6\r\nBravo \r\n0\r\n"))
	fuzzContainer(f, "a.warc", page+page, record("resource", "http://a.example/2", "text/xml", "<rss><item><title>a</title></item></rss>"), record("revisit", "", "", ""))
}

func FuzzARC(f *testing.F) {
	fuzzContainer(f, "x.arc", "filedesc://x.arc 0.0.0.0 20140216050221 text/plain 3\nabc\nhttp://a/ 1.2.3.4 20140216050222 text/plain 20\nHTTP/1.0 200\r\n\r\nAlpha\ndns:a 1.2.3.4 20140216050222 text/dns 200 - - 1 x 3\nabc\n")
}

// FuzzWebAnswer packs and unpacks bodies as headers say.
func FuzzWebAnswer(f *testing.F) {
	for _, codings := range []string{"gzip", "deflate", "zstd, gzip", "br", "identity"} {
		f.Add(codings, "chunked", "text/plain", "5\r\nAlpha\r\n0\r\n")
		f.Add(codings, "", "text/html", gzipped("<p>Alpha"))
	}
	f.Fuzz(func(t *testing.T, content, transfer, media, body string) {
		header := fmt.Sprintf("Content-Type: %s\r\nContent-Encoding: %s\r\nTransfer-Encoding: %s\r\n", media, content, transfer)
		if _, err := told(t, "a.warc", []byte(record("response", "http://a.example/", "application/http", webAnswer("200 OK", header, body)))); err != nil && strings.Contains(err.Error(), "broke down") {
			t.Fatal(err)
		}
	})
}

func FuzzTar(f *testing.F) {
	fuzzContainer(f, "a.tar", tarred(f, "a.txt", "Alpha text.", "a.txt", "Bravo text.")[:2048], tarred(f, strings.Repeat("long/", 60)+"a.jsonl", `{"title":"A"}`))
}

func FuzzZip(f *testing.F) {
	whole := zipped(f, "a.txt", "Alpha text.", "b.txt", "Bravo text.")
	fuzzContainer(f, "a.zip", string(whole[:len(whole)-60]), string(whole[:60]), string(zipped(f, "a.txt", "Alpha text.", "a.txt", "Bravo", "b.zip", string(zipped(f, "c.txt", "Charlie")))))
}

func FuzzCompressed(f *testing.F) {
	var zst, x bytes.Buffer
	z, _ := zstd.NewWriter(&zst)
	io.WriteString(z, "Alpha text.")
	z.Close()
	w, _ := xz.NewWriter(&x)
	io.WriteString(w, "Alpha text.")
	w.Close()
	fuzzContainer(f, "a", gzipped("Alpha text.")+gzipped("Bravo text.")+"\x00\x00", zst.String(), x.String(), dictionaryFrame+"\x04\x00\x00\x00abcd"+zst.String(), "BZh91AY&SY\x9e\xbdH\xef\x00\x00\x01\xd5")
}
