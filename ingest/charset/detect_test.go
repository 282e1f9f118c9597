package charset

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// A few letters in English text are Western.
func TestEnglish(t *testing.T) {
	for _, s := range []string{
		"caf\xe9", "na\xefve", "\x93Quoted\x94 and so on", "it\x92s", "\xa9 2005 Reuters", "\xa35 million", "5 \x80", "Fran\xe7ois", "Bj\xf6rk",
		"Malm\xf6 FF", "S\xe3o Paulo", "Zo\xeb", "\xc5ngstr\xf6m", "25\xb0C", "pi\xf1ata", "war \x96 and peace", "El Ni\xf1o", "na\xefve \x91caf\xe9\x92",
		"\xabOui\xbb", "1\xbd cups", "M\xfcnchen", "El\xa0Pa\xeds", "r\xe9sum\xe9s", "Gabriel Garc\xeda M\xe1rquez", "non\xa0breaking", "\x95 item\n\x95 other",
		"Citro\xebn", "Jos\xe9", "\xdcber", "T\xeate-\xe0-t\xeate", "\xc9tat", "Nestl\xe9\xae", "Ki\x9aa and Ho\x9aek",
	} {
		want, _ := charmap.Windows1252.NewDecoder().String(s)
		if got, found := Decode([]byte(s)); got != want {
			t.Errorf("%q read as %s, want %s", got, found.Name, want)
		}
	}
}

// A title is all there is of some texts.
func TestTitles(t *testing.T) {
	for _, c := range []struct {
		e    *charmap.Charmap
		text string
	}{
		{charmap.Windows1251, "Выборы в Думу: итоги"},
		{charmap.Windows1251, "Прэзідэнт падпісаў указ"},
		{charmap.KOI8R, "Выборы в Думу: итоги"},
		{charmap.CodePage866, "Новая книга Пелевина"},
		{charmap.Windows1253, "Νέα μέτρα για την οικονομία"},
		{charmap.Windows1255, "הבחירות לכנסת יתקיימו בסתיו"},
		{charmap.Windows1256, "رئيس الوزراء يزور القاهرة"},
		{charmap.Windows1250, "Vláda schválila rozpočet na příští rok"},
		{charmap.Windows1250, "Żółw i zając: kto pierwszy?"},
		{charmap.Windows1254, "Başbakan yeni yasayı açıkladı"},
		{charmap.Windows874, "นายกรัฐมนตรีแถลงข่าว"},
		{charmap.Windows1257, "Vyriausybė priėmė naują biudžetą"},
	} {
		b, err := c.e.NewEncoder().String(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got, found := Decode([]byte(b)); got != c.text {
			t.Errorf("%q read as %s, want %q", got, found.Name, c.text)
		}
	}
}

// Frames of old programs are no words.
func TestFrames(t *testing.T) {
	text := "╔════════════════╗\n║ Список файлов  ║\n╚════════════════╝\n"
	b, _ := charmap.CodePage866.NewEncoder().String(text)
	if got, found := Decode([]byte(b)); got != text {
		t.Errorf("%q read as %s", got, found.Name)
	}
}

func TestDeclaredWithoutKnowledge(t *testing.T) {
	b, _ := charmap.KOI8R.NewEncoder().String(russian)
	if got, found := Decode([]byte(b), "iso-8859-1"); got != russian || found.How != ByDetection {
		t.Errorf("%.60q, %+v", got, found)
	}
	french := "L'été dernier, les élèves français ont passé leurs congés à la mer."
	b, _ = charmap.Windows1252.NewEncoder().String(french)
	if got, found := Decode([]byte(b), "ISO-8859-1"); got != french || found.How != ByDeclared {
		t.Errorf("%.60q, %+v", got, found)
	}
}

// What is declared is not believed where the bytes are not valid in it.
func TestDeclaredWrong(t *testing.T) {
	b, _ := charmap.Windows1251.NewEncoder().String(russian)
	for _, label := range []string{"utf-8", "us-ascii", "euc-kr", "shift_jis", "utf-16", "no-such", "x-user-defined", ""} {
		if got, found := Decode([]byte(b), label); got != russian || found.Name != "windows-1251" {
			t.Errorf("declared %q: %+v, %.40q", label, found, got)
		}
	}
}

func TestMixedWithDeclared(t *testing.T) {
	old, _ := charmap.Windows1251.NewEncoder().String("Первая строка письма.\n")
	b := strings.Repeat(old, 3) + "Вторая строка письма.\n" + old
	want := strings.Repeat("Первая строка письма.\n", 3) + "Вторая строка письма.\nПервая строка письма.\n"
	for _, label := range []string{"", "windows-1251", "utf-8"} {
		if got, found := Decode([]byte(b), label); got != want || found.Besides != "windows-1251" || found.Name != "utf-8" {
			t.Errorf("declared %q: %+v, %q", label, found, got)
		}
	}
}

// UTF-8 that was cut or has lost a byte stays UTF-8.
func TestDamagedUTF8(t *testing.T) {
	for _, b := range []string{"Größe und Maß\xc3", "Первая \xd1строка", "cut: 政府は\xe6\x96"} {
		got, found := Decode([]byte(b))
		if want := strings.ToValidUTF8(b, "\ufffd"); got != want || found.Name != "utf-8" {
			t.Errorf("%+v, %q, want %q", found, got, want)
		}
	}
}
