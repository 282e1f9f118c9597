package charset

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func encoded(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const talks = "Президент сообщил журналистам о встрече в столице. "

// What comes behind much ASCII, or without any line, is decoded as well.
func TestLater(t *testing.T) {
	for name, text := range map[string]string{
		"behind ASCII":  strings.Repeat("Plain words only. ", 10_000) + strings.Repeat(talks, 5000),
		"without lines": strings.Repeat(talks, 5000),
		"ASCII alone":   strings.Repeat("Plain words only. ", 10_000),
	} {
		got := readAll(t, Later(bytes.NewReader(encoded(t, charmap.Windows1251, text))))
		if got != text {
			t.Errorf("%s: %d characters that cannot be", name, strings.Count(got, "\ufffd"))
		}
		if got := readAll(t, Later(strings.NewReader(text))); got != text {
			t.Errorf("%s, in UTF-8: %d bytes, want %d", name, len(got), len(text))
		}
	}
}

// Text without a blank is not cut inside a character.
func TestReaderCutsBetweenCharacters(t *testing.T) {
	for _, before := range []string{"", "x", "xyz"} {
		text := before + strings.Repeat("北京的记者今天在新闻发布会上说，和平谈判将继续进行。", 4000)
		b := encoded(t, simplifiedchinese.GBK, text)
		if got := readAll(t, Of(b[:60_000]).Reader(bytes.NewReader(b))); got != text {
			t.Errorf("%q: %d characters wrong", before, strings.Count(got, "\ufffd"))
		}
	}
}

// UTF-8 stays UTF-8 though it holds an escape of ISO 2022.
func TestEscapesInUTF8(t *testing.T) {
	for _, escape := range []string{"\x1b$B", "\x1b(I", "\x1b$A"} {
		if got := Text([]byte("Größe und " + escape + " Maß")); !strings.Contains(got, "Größe") || !strings.Contains(got, "Maß") {
			t.Errorf("%q: %q", escape, got)
		}
	}
}
