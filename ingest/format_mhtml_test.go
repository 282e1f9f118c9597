package ingest

import (
	"strings"
	"testing"
)

// aSavedMail is a page in the form that Chromium saves.
const aSavedMail = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.example.org/2022/harbour\r\nSubject: Harbour\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----B\"\r\n\r\n\r\n" +
	"------B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n\x89PNG\x00\x00\r\n" +
	"------B\r\nContent-Type: text/html; charset=\"koi8-r\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"<title>=E7=C1=D7=C1=CE=D8</title><p>A harbour that opened again, five days after the stor=\r\nm of the spring.</p>\r\n" +
	"------B\r\nContent-Type: text/html\r\n\r\n<p>A frame of advertisements.</p>\r\n------B--\r\n"

func TestMHTML(t *testing.T) {
	a := one(t, "page.mhtml", aSavedMail)
	if a.Title.Value != "Гавань" || a.URL.Value != "https://www.example.org/2022/harbour" || a.Source.Value != "example.org" {
		t.Errorf("title %+v, address %+v, source %+v", a.Title, a.URL, a.Source)
	}
	if a.Text != "A harbour that opened again, five days after the storm of the spring." {
		t.Errorf("text %q", a.Text)
	}
	if f := detect("page", "", []byte(aSavedMail)); f != mhtmlFormat {
		t.Errorf("without an ending it is of %v", f)
	}
}

func TestMHTMLOfFirefox(t *testing.T) {
	a := one(t, "a.mhtml", readTestFile(t, dataFolder+"/formats/mail/testMHTMLFirefox.mhtml"))
	if a.Title.Value != "Aperture Framework" || a.URL.Value != "http://aperture.sourceforge.net/" || len(a.Text) < 100 {
		t.Errorf("title %+v, address %+v, text %.100q", a.Title, a.URL, a.Text)
	}
}

func TestMHTMLFaults(t *testing.T) {
	nested := ""
	for range 50 {
		nested += "Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
	}
	for name, content := range map[string]string{
		"no page": "Content-Type: image/png\r\n\r\nx", "nested": nested, "no parts": "Content-Type: multipart/related; boundary=x\r\n\r\n",
		"no header": "x", "many parts": "Content-Type: multipart/related; boundary=x\r\n\r\n" + strings.Repeat("--x\r\nContent-Type: image/png\r\n\r\n\r\n", maxMHTMLParts+1) + "--x--\r\n",
	} {
		if articles, failures, err := readBytes(t, "a.mht", content, nil); len(articles) > 0 || err == nil {
			t.Errorf("%s: %d articles, failures %v, error %v; want a failure", name, len(articles), failures, err)
		}
	}
}

func FuzzMHTML(f *testing.F) { fuzzFormat(f, "a.mht", aSavedMail, "Content-Type: text/html\n\n<p>a") }
