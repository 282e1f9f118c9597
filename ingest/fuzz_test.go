package ingest

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// fuzzFormat reads arbitrary bytes as one format: whatever comes out must be
// fit to store.
func fuzzFormat(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		articles, _, err := readBytes(t, name, content, nil)
		if err != nil && strings.Contains(err.Error(), "broke down") {
			t.Fatal(err)
		}
		for _, a := range articles {
			checkSound(t, a)
		}
	})
}

func checkSound(t *testing.T, a *Article) {
	t.Helper()
	if a.Title.Value == "" && a.Text != "" && strings.ContainsFunc(a.Text, func(r rune) bool { return r >= 'a' && r <= 'z' }) {
		t.Errorf("no title for %.60q", a.Text)
	}
	for _, s := range []string{a.Title.Value, a.Source.Value, a.Byline.Value, a.Published.Value, a.Lang.Value, a.URL.Value, a.Member} {
		if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\x00\x1b") {
			t.Errorf("field %q", s)
		}
	}
	if !utf8.ValidString(a.Text) || strings.ContainsAny(a.Text, "\x00\r") || a.Text != strings.TrimRightFunc(a.Text, unicode.IsSpace) {
		t.Errorf("text %q", a.Text)
	}
	// Blank space in front is the indent of a list, which its lines share.
	indent := a.Text[:len(a.Text)-len(strings.TrimLeftFunc(a.Text, unicode.IsSpace))]
	if indent != "" && !strings.Contains(a.Text, "\n"+indent) {
		t.Errorf("indent of %q", a.Text)
	}
	for _, c := range a.Cites {
		if c.Outlet == "" || c.Phrase == "" || c.Line < 1 || c.Line > 1+strings.Count(a.Text, "\n") {
			t.Errorf("citation %+v", c)
		}
	}
}

func FuzzText(f *testing.F) {
	fuzzFormat(f, "a.txt",
		"-- Title\n-- By A B\n-- Mon Nov 27, 2006 2:32pm EST\n-- http://x.org/\n\n\nKYIV (Reuters) - He told the Kyiv Post.\n",
		"Title: a\nDate: 2022\n\nText", "A title\nBy Ann Bell\n7. Mai 2022\n\nText.\n\nSources include:\n\nTass.com\n\nBBC\n", "caf\xe9", "\xff\xfea\x00",
		"повідомляє «Українська правда» з посиланням на Reuters, — сказав він.", "laut der Süddeutschen Zeitung und AP, told the \"", "told ", "Sources:\n")
}

func FuzzJSON(f *testing.F) {
	fuzzFormat(f, "a.json", `[{"title":"a","text":"b"},{"x":1}]`, `{"response":{"docs":[{"_id":1,"title":["a"]}]}}`, `{"title":{"rendered":"a"}} {"body":"b"}`, `{"hits":{"hits":[{"_source":{"title":"a"}}]}}`, "{")
}

func FuzzJSONL(f *testing.F) {
	fuzzFormat(f, "a.jsonl", "{\"title\":\"a\"}\n{\"text\":\"b\",\"id\":\"1\\n2\"}\n", "{\n\n[1]")
}

func FuzzCSV(f *testing.F) {
	fuzzFormat(f, "a.csv", "title,text\na,\"b\nc\"\n", "id;title\n1;\"a\n", "title|text|id\na|b|\x1b\n")
}

func FuzzTSV(f *testing.F) {
	fuzzFormat(f, "a.tsv", "title\ttext\na\t\"b\nc\"\n", "id\ttitle\n1\t\"a\n")
}

func FuzzMarkdown(f *testing.F) {
	fuzzFormat(f, "a.md", "---\ntitle: a\ntags: [x]\n---\n# b\ntext", "+++\ntitle = 'a'\ndate = 2022-05-07\n+++\ntext", "a\n==\nb", "---\na: &a [*a]\n---\n")
}

func FuzzDetect(f *testing.F) {
	f.Add("-", "{\"title\":1}\n{}")
	f.Add("x.csv.gz", "\x1f\x8b\x08\x00")
	f.Add("feeds.opml", "<?xml version=\"1.0\"?><opml version=\"2.0\"><body><outline text=\"a\" xmlUrl=\"https://a.example/feed\"/></body></opml>")
	f.Add("people.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane Marlow\r\nNOTE:a\\nb\r\nEND:VCARD\r\n")
	f.Add("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n")
	f.Fuzz(func(t *testing.T, name, content string) {
		if _, _, err := readBytes(t, name, content, nil); err != nil && strings.Contains(err.Error(), "broke down") {
			t.Fatal(err)
		}
	})
}
