package ingest

import (
	"archive/tar"
	"bytes"
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
		record("response", "http://a.example/four", "application/http", webAnswer("200 OK", plainAnswer+"Content-Encoding: gzip\r\n", gzipped("Delta text."))) +
		record("response", "http://a.example/five", "application/http", webAnswer("200 OK", plainAnswer+"Content-Encoding: br\r\n", "?")) +
		record("resource", "http://a.example/six", "text/plain", "Echo text.") +
		record("revisit", "http://a.example/six", "application/http", webAnswer("200 OK", plainAnswer, "Again"))
	want := []string{
		"record 2|text|Alpha", "record 4-missing page", "record 5-image", "record 6|text|Bravo", "record 7|text|Charlie",
		"record 8|text|Delta", `record 9!it is coded as "br", which archive does not undo`, "record 10|text|Echo",
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

func TestWARCDamaged(t *testing.T) {
	good := record("resource", "http://a.example/1", "text/plain", "Alpha text.")
	for _, bad := range []string{
		strings.Replace(good, "Content-Length: 11", "Content-Length: 4000", 1), strings.Replace(good, "Content-Length: 11", "Content-Length: -1", 1),
		strings.Replace(good, "Content-Length: 11", "Content-Length: x", 1), "no record", good[:40], "WARC/1.0\r\n" + strings.Repeat("X: y\r\n", maxHeader),
	} {
		got, err := told(t, "a.warc", []byte(good+bad))
		if len(got) == 0 || got[0] != "record 1|text|Alpha" || err == nil || !strings.HasPrefix(err.Error(), "record 2: ") {
			t.Errorf("%.60q: %q, %v", bad, got, err)
		}
	}
	for cut := range len(good) {
		told(t, "a.warc", []byte(good[:cut])) // without a panic
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

func TestWACZ(t *testing.T) {
	warc := record("resource", "http://a.example/1", "text/plain", "Alpha text.")
	b := zipped(t, "datapackage.json", `{"title":"x"}`, "archive/data.warc.gz", gzipped(warc), "pages/pages.jsonl", `{"title":"T","text":"no article"}`)
	got, err := told(t, "a.wacz", b)
	if err != nil || len(got) != 1 || got[0] != "archive/data.warc.gz > record 1|text|Alpha" {
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
	if articles < 38 {
		t.Errorf("%d articles, want 38", articles)
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
		if err != nil || strings.Join(got, " ") != "a.txt|text|Alpha ../b.txt|text|Bravo .git/c.txt-file in a hidden folder" {
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

func FuzzWARC(f *testing.F) {
	f.Add([]byte(record("response", "http://a.example/one.txt", "application/http", webAnswer("200 OK", plainAnswer+"Transfer-Encoding: chunked\r\n", "6\r\nBravo \r\n0\r\n"))))
	f.Add([]byte("filedesc://x.arc 0.0.0.0 20140216050221 text/plain 3\nabc\nhttp://a/ 1.2.3.4 20140216050222 text/plain 20\nHTTP/1.0 200\r\n\r\nAlpha\n"))
	f.Fuzz(func(t *testing.T, b []byte) { told(t, "a.warc", b) })
}
