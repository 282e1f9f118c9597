package ingest

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// A cell or a line by itself is too short to tell its encoding by.
func TestRowsInOldEncodings(t *testing.T) {
	const names = "Ия;Юг\nЕва;Яма\nГай;Вяз\nРим;Тир\n"
	table := "title;text\n" + strings.Repeat(names, 5) + strings.Repeat("Я;"+strings.Repeat("Новость дня. ", 900)+"\n", 8) + names
	encoded, err := charmap.CodePage866.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	articles, failures, err := readBytes(t, "a.csv", encoded, nil)
	if err != nil || len(failures) > 0 || len(articles) != 32 {
		t.Fatalf("%d articles, %v, %v; want 32", len(articles), failures, err)
	}
	for i, want := range map[int]string{0: "Ия", 1: "Ева", 28: "Ия", 31: "Рим"} {
		if got := articles[i].Title.Value; got != want {
			t.Errorf("title %d is %q, want %q", i+1, got, want)
		}
	}
	if f := articles[0].Charset; f.Value != "ibm866" || !f.Derived || f.Rule == "" {
		t.Errorf("charset %+v", f)
	}
}

func TestPartsInOldEncodings(t *testing.T) {
	const title, text = "見出しです", "政府は新しい規則が一月一日から施行されると発表しました。"
	for name, file := range map[string]string{
		"a.json":  `[{"title":"` + title + `","text":"` + text + `"}]`,
		"a.jsonl": `{"title":"` + title + `","text":"` + text + `"}` + "\n",
		"a.tsv":   "title\ttext\n" + title + "\t" + text + "\n",
		"a.html":  `<html><head><meta charset="euc-jp"><title>` + title + `</title></head><body><p>` + text + `</p></body></html>`,
	} {
		encoded, err := japanese.EUCJP.NewEncoder().String(file)
		if err != nil {
			t.Fatal(err)
		}
		a := one(t, name, encoded)
		if a.Title.Value != title || a.Text != text || a.Charset.Value != "euc-jp" {
			t.Errorf("%s: title %q, text %q, charset %+v", name, a.Title.Value, a.Text, a.Charset)
		}
	}
}

func TestCharsetIsExplained(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"a.txt", "Plain text.\n", "{utf-8 0 valid in it false}"},
		{"a.txt", "\xff\xfeT\x00e\x00x\x00t\x00", "{utf-16le 0 byte order mark false}"},
		{"a.txt", "T\x00e\x00x\x00t\x00 \x00o\x00f\x00 \x00i\x00t\x00", "{utf-16le 0 pattern of zero bytes false}"},
		{"a.html", "<meta charset=windows-1251><title>\xcf\xf0\xe8\xe2\xe5\xf2</title><p>\xcf\xf0\xe8\xe2\xe5\xf2", "{windows-1251 0 declared false}"},
		{"a.txt", "Größe, Äußerung\nM\xfcnchen, D\xfcsseldorf\n", "{utf-8 and windows-1252 0 lines in both; the second detected by its letters false}"},
	} {
		if got := fmt.Sprint(one(t, c.name, c.content).Charset); got != c.want {
			t.Errorf("%q: %s, want %s", c.content, got, c.want)
		}
	}
}
