package cli

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func readQueries(s string) (all []listedQuery, err error) {
	r := newQueryReader(strings.NewReader(s))
	for {
		q, err := r.next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, q)
	}
}

func TestQueryReader(t *testing.T) {
	long := strings.Repeat("x", maxQueryLine+10)
	for name, c := range map[string]struct {
		in   string
		want []listedQuery
	}{
		"a mark of UTF-8":          {"\ufeffKyiv\r\nOdesa", []listedQuery{{1, "", "Kyiv", ""}, {2, "", "Odesa", ""}}},
		"UTF-16":                   {"\xff\xfeK\x00y\x00\n\x00\x1a\x04", []listedQuery{{1, "", "Ky", ""}, {2, "", "К", ""}}},
		"a table in UTF-16":        {"\xfe\xff\x00n\x00a\x00m\x00e\x00\t\x00q\x00u\x00e\x00r\x00y\x00\r\x00\n\x00A\x00\t\x00b", []listedQuery{{2, "A", "b", ""}}},
		"a comment at the start":   {"#a\n #a\na #b\n", []listedQuery{{2, "", "#a", ""}, {3, "", "a #b", ""}}},
		"one column is no table":   {"query\nKyiv\n", []listedQuery{{1, "", "query", ""}, {2, "", "Kyiv", ""}}},
		"a comma is no table":      {"Kyiv, Odesa\nname,title\n", []listedQuery{{1, "", "Kyiv, Odesa", ""}, {2, "", "name,title", ""}}},
		"a header below a comment": {"# mine\n\n\"Query\",Note\n#a,b\n", []listedQuery{{4, "", "#a", ""}}},
		"a cell of two lines":      {"name;query\na;\"b\nc\"\nd;e\n", []listedQuery{{2, "a", "b c", ""}, {4, "d", "e", ""}}},
		"an open cell": {"name,query\na,\"b\nc,d\n", []listedQuery{
			{2, "", "a,\"b", "a quotation mark stands alone in a cell (write the cell as \"...\", each mark in it twice)"}, {3, "c", "d", ""}}},
		"marks in a plain cell": {"name,query\na,Kyiv \"b c\"\n", []listedQuery{{2, "a", "Kyiv \"b c\"", ""}}},
		"too few cells":         {"name,query\na\n", []listedQuery{{2, "", "a", "there is no cell for the query"}}},
		"not UTF-8":             {"a\n\xe9t\xe9\nb", []listedQuery{{1, "", "a", ""}, {2, "", "", "the line is not UTF-8 (save the file as UTF-8)"}, {3, "", "b", ""}}},
		"NUL":                   {"a\x00b\n", []listedQuery{{1, "", "", "the line is not text (save the file as UTF-8)"}}},
		"too long":              {long + "\nb\n", []listedQuery{{1, "", "", "the line is too long (at most 65,533 bytes)"}, {2, "", "b", ""}}},
	} {
		got, err := readQueries(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(listedQuery{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func FuzzQueryReader(f *testing.F) {
	f.Add("name,query\na,\"b\nc\"\n\"\"\"\n\xff")
	f.Add("\xff\xfea\x00\n")
	f.Add("query\tx\n\"\"\"a\"\"\"\t\n#")
	f.Fuzz(func(t *testing.T, s string) {
		queries, err := readQueries(s)
		if err != nil {
			t.Fatal(err)
		}
		line := 0
		for _, q := range queries {
			if q.line <= line || q.line > len(s)+1 {
				t.Fatalf("line %d after %d", q.line, line)
			}
			if line = q.line; q.fault == "" && (strings.TrimSpace(q.text) == "" || !utf8.ValidString(q.text)) {
				t.Fatalf("line %d: %q", q.line, q.text)
			}
		}
	})
}

func TestFileStem(t *testing.T) {
	for text, want := range map[string]string{
		"Kyiv": "Kyiv", "../../etc/passwd": "etc-passwd", "..": "", "a/b\\c:d": "a-b-c-d", "-rf": "rf", "~": "",
		"Зеленський -Путін": "Зеленський-Путін", "NUL": "NUL_", "com1.txt": "com1-txt", "a\x00\x1b[31mb": "a-31mb",
		"e\u0301": "é", "\u202eabc": "abc", "\xff\xfe": "", "a b": "a-b",
	} {
		if got := fileStem(text); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func FuzzFileStem(f *testing.F) {
	f.Add("../a")
	f.Add("con")
	f.Fuzz(func(t *testing.T, s string) {
		stem := fileStem(s)
		if len(stem) > maxStem || !utf8.ValidString(stem) || strings.ContainsAny(stem, "/\\:.*?\"<>|\x00 ") {
			t.Errorf("%q: %q", s, stem)
		}
	})
}
