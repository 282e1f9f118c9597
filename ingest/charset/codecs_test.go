package charset

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// What iconv makes of these texts.
func TestOwnCodecs(t *testing.T) {
	for _, c := range []struct{ name, bytes, text string }{
		{"johab", "\xf7\xd3\xf1\xae\xb5\xc1 \xd0e\x8bi \x88A", "漢字와 한글 ㄱ"},
		{"euc-tw", "\xc4\xe3\xc5\xc6\xea\xbd\xe6\xfb \x8e\xa2\xc0\xa8 test", "中文網路 衕 test"},
		{"iso-2022-kr", "\x1b$)C\x0eySm.?M\x0f \x0eGQ1[\x0f \x0e$!\x0f", "漢字와 한글 ㄱ"},
		{"iso-2022-cn", "\x1b$)A\x0eVPND\x1b$)Gj=f{\x0f \x1b$*H\x1bN@(\x0f test\x0f", "中文網路 衕 test"},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B x \x1b(I12\x1b(B \x1b$(D0!\x1b(B", "日本 x ｱｲ 丂"},
		{"utf-7", "Gr+APYA3w-e +- +byJbVw--A", "Größe + 漢字-A"},
	} {
		if got, found := Decode([]byte(c.bytes), c.name); got != c.text || found.Name != c.name {
			t.Errorf("%s: %q as %s, want %q", c.name, got, found.Name, c.text)
		}
	}
}

// Nothing that a file might hold is lost or read beyond its end.
func TestOwnCodecsDamaged(t *testing.T) {
	for _, c := range []struct{ name, bytes, text string }{
		{"johab", "\xd0e\x8b", "한\ufffd"},
		{"johab", "\x80a", "\ufffda"},
		{"euc-tw", "\xc4\xe3\x8e\xa2\xc0", "中\ufffd﹣"},
		{"iso-2022-kr", "\x1b$)C\x0eG\x0fa\n\x0eG", "\ufffda\n\ufffd"},
		{"utf-7", "a +A- +", "a +A +"},
	} {
		decode := map[string]func([]byte) string{"johab": decodeJohab, "euc-tw": decodeEUCTW, "iso-2022-kr": decodeEscaped, "utf-7": decodeUTF7}[c.name]
		if got := decode([]byte(c.bytes)); got != c.text {
			t.Errorf("%s: %q, want %q", c.name, got, c.text)
		}
	}
}

func TestEscapesOfOthers(t *testing.T) {
	for _, s := range []string{"\x1b[31mred\x1b[0m", "a ~{ b ~} c", "x := ~{1,2}", "+ACI- stays", "\x1b$ 5"} {
		if got, found := Decode([]byte(s)); got != s || found.Name != "utf-8" {
			t.Errorf("%q read as %s: %q", s, found.Name, got)
		}
	}
}

func TestHZ(t *testing.T) {
	b, _ := simplifiedchinese.HZGB2312.NewEncoder().String(chinese + "\n")
	if got, found := Decode([]byte(b)); got != chinese+"\n" || found.How != ByEscapes {
		t.Errorf("%+v %q", found, got)
	}
}

func TestWide(t *testing.T) {
	for _, text := range []string{"Plain text in English.\r\n", russian, german, hangugeo + " OK\n", chinese + "\n", "日付, 値\n一月, 二\n", "emoji 😀 too"} {
		for name, e := range map[string]encoding.Encoding{
			"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
			"utf-16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
			"utf-32le": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM),
			"utf-32be": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
		} {
			for mark, how := range map[string]How{"": ByPattern, "\ufeff": ByMark} {
				b, err := e.NewEncoder().String(mark + text)
				if err != nil {
					t.Fatal(err)
				}
				if got, found := Decode([]byte(b)); got != text || found.Name != name || found.How != how {
					t.Errorf("%s, mark %q: %+v, %.40q, want %.40q", name, mark, found, got, text)
				}
			}
		}
	}
}

// Programs, pictures and sound have zero bytes too.
func TestNotWide(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []uint32{3, 40, 300, 70000, 1 << 31} {
		for range 100 {
			var b []byte
			for range 2000 {
				x := random.Uint32N(n)
				b = append(b, byte(x), byte(x>>8))
			}
			if w := WideOf(append(b, 0, 0)); w != nil {
				t.Fatalf("numbers below %d are %s", n, w.name)
			}
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	// Only the beginning of a file is looked at.
	if w := WideOf(b); w != nil {
		t.Errorf("%s: %s", filepath.Base(self), w.name)
	}
}

func TestVisualHebrew(t *testing.T) {
	// A line as it stands from left to right on paper.
	visual := ".1948 תנשב הדסונ )ONU( תוחאה תנידמ ,לארשי תכרב םע םלועל םולש\n"
	logical := "שלום לעולם עם ברכת ישראל, מדינת האחות (UNO) נוסדה בשנת 1948.\n"
	visual = strings.Replace(visual, ")ONU(", "(UNO)", 1)
	b, err := charmap.ISO8859_8.NewEncoder().String(visual)
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"", "iso-8859-8"} {
		if got, found := Decode([]byte(b), label); got != logical || found.Name != "iso-8859-8" {
			t.Errorf("declared %q: %s: %s", label, found.Name, got)
		}
	}
	b, _ = charmap.ISO8859_8.NewEncoder().String(logical)
	for _, label := range []string{"", "iso-8859-8", "iso-8859-8-i", "windows-1255"} {
		if got, found := Decode([]byte(b), label); got != logical {
			t.Errorf("declared %q: %s: %s", label, found.Name, got)
		}
	}
}

func TestVietnamese(t *testing.T) {
	const text = "Hôm qua chính phủ đã công bố những quy định mới cho người dân."
	var marked strings.Builder
	for _, r := range text {
		marked.WriteString(map[rune]string{'í': "í", 'ủ': "u\u0309", 'ã': "a\u0303", 'ố': "ô\u0301", 'ữ': "ư\u0303", 'ị': "i\u0323", 'ớ': "ơ\u0301", 'ờ': "ơ\u0300"}[r])
		if _, ok := map[rune]bool{'í': true, 'ủ': true, 'ã': true, 'ố': true, 'ữ': true, 'ị': true, 'ớ': true, 'ờ': true}[r]; !ok {
			marked.WriteRune(r)
		}
	}
	b, err := charmap.Windows1258.NewEncoder().String(marked.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []string{"", "windows-1258"} {
		if got, found := Decode([]byte(b), label); got != text {
			t.Errorf("declared %q: %s: %q", label, found.Name, got)
		}
	}
}

// What comes through a Reader is what Decode gives, wherever it is cut.
func TestReader(t *testing.T) {
	line := strings.Repeat("Новая строка текста без конца. ", 9000)
	for _, text := range []string{strings.Repeat(russian+"\n", 2000), line, line + "\n" + line} {
		b, _ := charmap.KOI8R.NewEncoder().String(text)
		var out strings.Builder
		r := Of([]byte(b)).Reader(strings.NewReader(b))
		p := make([]byte, 1000)
		for {
			n, err := r.Read(p)
			out.Write(p[:n])
			if err != nil {
				break
			}
		}
		if out.String() != text {
			t.Errorf("%.60q...", out.String())
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("M\xfcnchen"), "koi8-r")
	f.Add([]byte("\x1b$)C\x0eySm"), "utf-7")
	f.Add([]byte("~{VPND~}"), "iso-8859-8")
	f.Add([]byte("T\x00e\x00x\x00t\x00 \x00o\x00f\x00 \x00i\x00t\x00"), "johab")
	f.Add([]byte("Größe\nM\xfcnchen\xe9 é\x8e\xa2\xc0\xa8"), "euc-tw")
	f.Fuzz(func(t *testing.T, b []byte, declared string) {
		c := Of(b, declared, Declared(b))
		if text := c.Text(b); c.Name == "" || c.How == "" || !utf8.ValidString(text) {
			t.Errorf("%q as %+v", text, c.Found)
		}
		for _, decode := range []func([]byte) string{decodeJohab, decodeEUCTW, decodeEscaped, decodeUTF7} {
			if s := decode(b); !utf8.ValidString(s) {
				t.Errorf("%q is no UTF-8", s)
			}
		}
	})
}
