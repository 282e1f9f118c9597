package ingest

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDashHeader(t *testing.T) {
	const body = "\n\n \n\n FRANKFURT  (Reuters) - U.S. shares looked set to open lower. \n"
	a := one(t, "us-x-idUSL1", "-- Wall Street set to open lower\n-- By  Nichola Groom\n-- Tue Dec 19, 2006 7:08am EST\n-- http://www.reuters.com/article/2006/12/19/x"+body)
	check(t, a, "Wall Street set to open lower", "reuters.com", "Nichola Groom", "Tue Dec 19, 2006 7:08am EST", "FRANKFURT  (Reuters) - U.S. shares looked set to open lower.")
	if a.Title.Line != 1 || a.Byline.Line != 2 || a.URL.Line != 4 || a.Line != 8 || !a.Source.Derived {
		t.Errorf("lines: %+v", a)
	}
	if len(a.Cites) != 0 {
		t.Errorf("its own source is cited: %+v", a.Cites)
	}
	a = one(t, "x", "-- Title only\n-- \n-- Tue Dec 19, 2006 7:08am EST\n-- http://www.reuters.com/x\n\n")
	check(t, a, "Title only", "reuters.com", "", "Tue Dec 19, 2006 7:08am EST", "")
	a = one(t, "x.txt", "-- I never said that, he said, and he meant it.\nThe rest of the story follows here, in one long paragraph of prose.\n")
	if !a.Title.Derived || !strings.HasPrefix(a.Text, "-- I never") {
		t.Errorf("a dash of prose became a header: %+v", a)
	}
}

func check(t *testing.T, a *Article, title, source, byline, published, text string) {
	t.Helper()
	if a.Title.Value != title || a.Source.Value != source || a.Byline.Value != byline || a.Published.Value != published || a.Text != text {
		t.Errorf("got title %q, source %q, byline %q, date %q, text %q\nwant %q, %q, %q, %q, %q",
			a.Title.Value, a.Source.Value, a.Byline.Value, a.Published.Value, a.Text, title, source, byline, published, text)
	}
}

func TestKeyHeader(t *testing.T) {
	a := one(t, "a.txt", "Headline: Peace at last\nBYLINE: By A. N. Other\nPublished: 7 May 2022\nPublication: The Daily Planet\nEdition: 3\nLanguage: English\nKeywords: war; peace\n\nThe war is over.\n")
	check(t, a, "Peace at last", "The Daily Planet", "A. N. Other", "7 May 2022", "Edition: 3\n\nThe war is over.")
	if a.Lang.Value != "en" || a.Lang.Derived || len(a.Tags) != 2 || a.Tags[1].Value != "peace" {
		t.Errorf("language %+v, tags %+v", a.Lang, a.Tags)
	}
	a = one(t, "a.txt", "Заголовок: Мир\nДата: 7 мая 2022\nТекст новости о мире и войне.\n")
	check(t, a, "Мир", "", "", "7 мая 2022", "Текст новости о мире и войне.")
	a = one(t, "a.txt", "Source: we cannot say.\nThat is how this story begins, and it goes on for a while like that.\n")
	if a.Source.Value != "" || !strings.HasPrefix(a.Text, "Source: we") {
		t.Errorf("prose became a header: %+v", a)
	}
}

func TestTextHead(t *testing.T) {
	long := "The government said on Monday that it would do what it had always said that it would do, and nobody believed a word of it. "
	for _, c := range []struct{ name, in, title, byline, date, text string }{
		{"title", "A short title\n\n" + long, "A short title", "", "", strings.TrimSpace(long)},
		{"title, no blank line", "A short title\n" + long, "A short title", "", "", strings.TrimSpace(long)},
		{"all of it", "A title?\nBy Ann Bell and CARL DEE\nMay 7, 2022\n\n" + long, "A title?", "Ann Bell and CARL DEE", "May 7, 2022", strings.TrimSpace(long)},
		{"deck", "A title\nA deck that says a little more\nBy Ann Bell\n" + long, "A title", "Ann Bell", "", "A deck that says a little more\n\n" + strings.TrimSpace(long)},
		{"German", "Ein Titel\nVon Anna Bell\n7. Mai 2022\n" + long, "Ein Titel", "Anna Bell", "7. Mai 2022", strings.TrimSpace(long)},
		{"Ukrainian", "Заголовок статті\nАвтор: Олена Бойко\n" + long, "Заголовок статті", "Олена Бойко", "", strings.TrimSpace(long)},
		{"only a title", "Nothing but a title\n", "Nothing but a title", "", "", ""},
		{"a first name that is a month", "A title\n\nBy Jan Paschal\n\n" + long, "A title", "Jan Paschal", "", strings.TrimSpace(long)},
	} {
		a := one(t, "a.txt", c.in)
		if a.Title.Value != c.title || a.Title.Derived || a.Byline.Value != c.byline || a.Published.Value != c.date || a.Text != c.text {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
}

func TestTextWithoutTitle(t *testing.T) {
	for name, in := range map[string]string{
		"hard-wrapped":  "TOKYO, June 29 - Prime Minister Yasuhiro Nakasone's\ndiminishing hopes of overhauling the tax system have been dealt\na serious blow by reports.\n",
		"wrapped lines": "Prime Minister Yasuhiro Nakasone told reporters in Tokyo\nJapan would never again allow such a thing to happen.\n",
		"sentence":      "It is over.\n\nNobody knows why.\n",
		"bullets":       "- one thing\n- another thing\n",
		"remark":        "(Adds details)\n\nNEW YORK (Reuters) - It is over.\n",
		"weekday":       "By Monday the war was over and everybody went home to sleep for a week or so.\n",
	} {
		a := one(t, "a.txt", in)
		if !a.Title.Derived || a.Byline.Value != "" || a.Text != strings.TrimSpace(in) {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestEncodings(t *testing.T) {
	for name, in := range map[string]string{
		"UTF-8 with its mark": "\xef\xbb\xbfCafé au lait\n",
		"windows-1252":        "Caf\xe9 au lait\r\n",
		"UTF-16LE":            "\xff\xfeC\x00a\x00f\x00\xe9\x00 \x00a\x00u\x00 \x00l\x00a\x00i\x00t\x00",
		"UTF-16BE":            "\xfe\xff\x00C\x00a\x00f\x00\xe9\x00 \x00a\x00u\x00 \x00l\x00a\x00i\x00t",
	} {
		if a := one(t, "a.txt", in); a.Title.Value != "Café au lait" {
			t.Errorf("%s: title %q", name, a.Title.Value)
		}
	}
	if a := one(t, "a.csv", "title;text\nCaf\xe9;au lait\n"); a.Title.Value != "Café" {
		t.Errorf("CSV in windows-1252: title %q", a.Title.Value)
	}
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ name, in, title, byline, date, text, rule string }{
		{"yaml", "---\ntitle: \"Ruby: *new*\"\nauthor: Shugo Maeda\ndate: 2022-05-07\nlang: de\ntags: [a, b]\n---\n\nText here.\n", "Ruby: *new*", "Shugo Maeda", "2022-05-07", "Text here.", "front matter title"},
		{"toml", "+++\ntitle = 'A title'\ndate = 2022-05-07\n+++\nText here.\n", "A title", "", "2022-05-07", "Text here.", "front matter title"},
		{"heading", "# A **bold** title #\n\nBy Ann Bell\n\nText here.\n\n## More\n", "A bold title", "Ann Bell", "", "Text here.\n\n## More", "first heading"},
		{"setext", "A title\n=======\n\nText here.\n", "A title", "", "", "Text here.", "first heading"},
		{"badge first", "![x](y)\n\n# A title\n\nText here.\n", "A title", "", "", "![x](y)\n\nText here.", "first heading"},
		{"heading as in the front matter", "---\ntitle: A title\n---\n# A title\n\nText here.\n", "A title", "", "", "Text here.", "front matter title"},
		{"a comment in code", "---\ntitle: A title\n---\n```\n# no title\n```\n", "A title", "", "", "```\n# no title\n```", "front matter title"},
		{"Windows lines", "---\r\ntitle: A title\r\n---\r\nText here.\r\n", "A title", "", "", "Text here.", "front matter title"},
	} {
		a := one(t, "a.md", c.in)
		if a.Title.Value != c.title || a.Title.Rule != c.rule || a.Byline.Value != c.byline || a.Published.Value != c.date || a.Text != c.text {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
}

func TestMarkdownLines(t *testing.T) {
	a := one(t, "a.md", "---\nlayout: post\ntitle: T\n---\n\nText.\n")
	if a.Title.Line != 3 || a.Line != 6 {
		t.Errorf("title on line %d, text on %d; want 3 and 6", a.Title.Line, a.Line)
	}
}

func TestBadFrontMatter(t *testing.T) {
	bomb := "---\na: &a [x,x,x,x,x,x,x,x,x]\n" + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n---\nText.\n"
	for _, in := range []string{"---\ntitle: [unclosed\n---\nText here.\n", "+++\ntitle =\n+++\nText here.\n", bomb, "+++\na = " + strings.Repeat("[", 5000) + "\n+++\nText\n", "---\n- a: b\n- b: c\n---\nText\n"} {
		articles, failures, err := readBytes(t, "a.md", in, nil)
		if err != nil || len(articles) != 1 || len(failures) != 1 || failures[0].Member != "front matter" {
			t.Errorf("%.30q: %d articles, %v, %v", in, len(articles), failures, err)
			continue
		}
		if articles[0].Text != strings.TrimSpace(in) {
			t.Errorf("%.30q: text %.60q has lost something", in, articles[0].Text)
		}
	}
}

func TestJSON(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"array", `[{"title":"a"},{"headline":"b"}]`, "item 1:a item 2:b"},
		{"one object", `{"Head-Line":"a","body":"text"}`, ":a"},
		{"wrapped", `{"status":"ok","totalResults":2,"articles":[{"source":{"id":null,"name":"BBC"},"title":"a"},{"title":"b"}]}`, "item 1:a item 2:b"},
		{"response.docs", `{"response":{"meta":{"hits":9},"docs":[{"_id":"x","headline":{"main":"a"}}]}}`, "id x:a"},
		{"hits.hits", `{"hits":{"total":{"value":1},"hits":[{"_index":"n","_id":"7","_source":{"title":"a"}}]}}`, "id 7:a"},
		{"values in a row", `{"title":"a"} {"title":"b"}` + "\n" + `[{"title":"c"}]`, ":a item 2:b item 3:c"},
		{"ids", `[{"id":1,"title":"a"},{"id":1,"title":"b"},{"id":12345678901234567890,"title":"c"}]`, "id 1:a id 1 #2:b id 12345678901234567890:c"},
		{"an article with a list", `{"title":"a","text":"t","items":[{"title":"no"}]}`, ":a"},
		{"an article with a list before its text", `{"title":"a","items":[{"name":"no"}],"text":"t"}`, ":a"},
		{"an article with a list before all", `{"data":{"posts":[{"title":"no"}]},"items":[{"name":"no"},{"name":"no"}],"text":"t","title":"a"}`, ":a"},
		{"an article with an object that has a text", `{"data":{"title":"no","text":"no"},"text":"t","title":"a"}`, ":a"},
		{"articles in a wrapped article", `{"response":{"title":"a","items":[{"name":"no"}],"text":"t"}}`, "item 1:a"},
		{"a feed", `{"title":"Feed","description":"All the news","items":[{"title":"a","summary":"s"},{"title":"b"}]}`, "item 1:a item 2:b"},
		{"a feed that says so last", `{"items":[{"title":"a","text":"s"}],"title":"Feed","description":"All the news"}`, "item 1:a"},
		{"a summary and a list of other things", `{"title":"a","items":[{"name":"no"}],"summary":"s"}`, ":a"},
		{"two lists", `{"articles":[{"title":"a"}],"posts":[{"title":"b"}],"status":"ok"}`, "item 1:a item 2:b"},
		{"data of one", `{"data":{"title":"a","text":"t"}}`, "item 1:a"},
	} {
		articles, failures, err := readBytes(t, "a.json", c.in, nil)
		var got []string
		for _, a := range articles {
			got = append(got, a.Member+":"+a.Title.Value)
		}
		if s := strings.Join(got, " "); s != strings.TrimSpace(c.want) && s != c.want || err != nil || len(failures) > 0 {
			t.Errorf("%s: got %q, %v, %v; want %q", c.name, strings.Join(got, " "), failures, err, c.want)
		}
	}
}

// Where a list is too long to wait for a text after it, list and text are
// all kept.
func TestJSONTextAfterALongList(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"title":"own","items":[`)
	n := maxHeld>>16 + 2
	for i := range n {
		fmt.Fprintf(&b, `{"title":"T%d","raw":"%s"},`, i, strings.Repeat("x", 1<<16))
	}
	b.WriteString(`{"title":"last"}],"text":"the text"}`)
	articles, failures, err := readBytes(t, "a.json", b.String(), nil)
	if err != nil || len(failures) > 0 || len(articles) != n+2 {
		t.Fatalf("%d articles, %v, %v; want %d", len(articles), failures, err, n+2)
	}
	if a := articles[n+1]; a.Title.Value != "own" || a.Text != "the text" {
		t.Errorf("the object's own article is %+v", a)
	}
}

func TestMappedNameIsNoWrapper(t *testing.T) {
	articles, _, err := readBytes(t, "a.json", `{"title":"a","data":["One.","Two."]}`, map[string]string{"text": "data"})
	if err != nil || len(articles) != 1 || articles[0].Text != "One.\n\nTwo." {
		t.Errorf("%+v, %v", articles, err)
	}
}

func TestJSONFields(t *testing.T) {
	a := one(t, "a.json", `{"headline":"T","articleBody":["One.","Two."],"description":"D","author":[{"name":"Ann Bell"},{"name":"Carl Dee"}],
		"publisher":{"@type":"Organization","name":"BBC"},"datePublished":1164614400,"inLanguage":"en-GB","keywords":"war, peace","section":"World","mainEntityOfPage":"x","url":"https://www.bbc.co.uk/1","type":"story"}`)
	check(t, a, "T", "BBC", "Ann Bell, Carl Dee", "1164614400", "One.\n\nTwo.")
	if a.Lang.Value != "en" || a.Type != "json" || a.Title.Rule != "field headline" || len(a.Tags) != 3 || a.Tags[2].Value != "World" {
		t.Errorf("%+v", a)
	}
	if d, ok := ReadDate(a.Published.Value); !ok || d.String() != "2006-11-27T08:00:00Z" {
		t.Errorf("date %v", d)
	}
}

func TestJSONFaults(t *testing.T) {
	for _, c := range []struct {
		in              string
		articles, fails int
		err             string
	}{
		{`[{"title":"a"},{"x":1},{"title":"b"}]`, 2, 1, ""},
		{`[{"title":"a"},{"title":`, 1, 0, "ends in the middle"},
		{`{"items":[{"title":"a"},{"title":`, 1, 0, "ends in the middle"},
		{`[{"title":"a"},1,"b"]`, 1, 1, ""},
		{`{"items":[{"title":"a"},1]}`, 1, 1, ""},
		{`[{"title":"a"},]`, 1, 0, "not valid JSON"},
		{`{"title":"a"`, 0, 0, "ends in the middle"},
		{`"text"`, 0, 0, "no object"},
		{`{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 0, 1, ""},
		{`{"a":` + strings.Repeat("[", 20000), 0, 0, "depth"},
		{strings.Repeat(`{"data":`, 5000) + "1" + strings.Repeat("}", 5000), 0, 1, ""},
	} {
		articles, failures, err := readBytes(t, "a.json", c.in, nil)
		if len(articles) != c.articles || len(failures) != c.fails || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%.40q: %d articles, %v, error %v; want %d, %d, %q", c.in, len(articles), failures, err, c.articles, c.fails, c.err)
		}
	}
}

func TestJSONL(t *testing.T) {
	articles, failures, err := readBytes(t, "a.jsonl", "\xef\xbb\xbf{\"title\":\"a\"}\r\n\n{bad\n[1]\n{\"x\":1}\n{\"title\":\"b\"}", nil)
	if err != nil || len(articles) != 2 || articles[1].Member != "line 6" || articles[1].Title.Line != 6 {
		t.Fatalf("%d articles, %v", len(articles), err)
	}
	var where []string
	for _, f := range failures {
		where = append(where, f.Member)
	}
	if s := strings.Join(where, ", "); s != "line 3, line 4, line 5" {
		t.Errorf("failures at %s: %v", s, failures)
	}
}

func TestMappedFields(t *testing.T) {
	fields := map[string]string{"title": "kop", "text": "Tekst"}
	a, _, err := readBytes(t, "a.jsonl", `{"kop":"T","tekst":"X","title":"no"}`, fields)
	if err != nil || len(a) != 1 || a[0].Title.Value != "T" || a[0].Text != "X" {
		t.Errorf("%+v, %v", a, err)
	}
	for name, in := range map[string]string{"a.jsonl": `{"title":"x"}`, "a.json": `{"title":"x"}`, "a.csv": "title,text\na,b\n"} {
		if _, _, err := readBytes(t, name, in, map[string]string{"title": "nowhere"}); err == nil || !strings.Contains(err.Error(), `"nowhere"`) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct{ name, file, in, want string }{
		{"commas", "a.csv", "Title,Text\na,\"x, \"\"y\"\"\"\nb,z\n", `row 2:a=x, "y" row 3:b=z`},
		{"semicolons", "a.csv", "\xef\xbb\xbfTitle;Text\r\na;x\r\n", "row 2:a=x"},
		{"bars", "a.csv", "title|text\na|x, y; z\n", "row 2:a=x, y; z"},
		{"lines in a cell", "a.csv", "title,text\na,\"x\ny\"\nb,z\n", "row 2:a=x\ny row 3:b=z"},
		{"few cells, and empty ones beyond", "a.csv", "title,text\na\nb,x,, \n", "row 2:a= row 3:b=x"},
		{"lines and quotes in a cell", "a.csv", "title,text,url\r\na,\"He said \"\"x\"\",\r\nthen \"\"y\"\"\",u\r\n", "row 2:a=He said \"x\",\nthen \"y\""},
		{"sloppy quotes in lines", "a.csv", "title,text\na,\"He said \"x\" to\nher\"\nb,z\n", "row 2:a=He said \"x\" to\nher row 3:b=z"},
		{"empty rows", "a.csv", "title,text\n,\na,x\n,,,\n", "row 3:a=x"},
		{"ids", "a.csv", "id,title\n9,a\n", "id 9:a="},
		{"stray quotes", "a.csv", "title,text\na,5\" disk\n", "row 2:a=5\" disk"},
		{"tabs", "a.tsv", "title\ttext\na\tx\n", "row 2:a=x"},
		{"tabs and stray quotes", "a.tsv", "title\ttext\na\t\"x\" said he\nb\t\"never\nc\tz\n", `row 2:a="x" said he row 3:b="never row 4:c=z`},
		{"tabs and quotes", "a.tsv", "title\ttext\na\t\"x\ny\"\n", "row 2:a=x\ny"},
	} {
		articles, failures, err := readBytes(t, c.file, c.in, nil)
		var got []string
		for _, a := range articles {
			got = append(got, a.Member+":"+a.Title.Value+"="+a.Text)
		}
		if s := strings.Join(got, " "); s != c.want || err != nil || len(failures) > 0 {
			t.Errorf("%s: got %q, %v, %v; want %q", c.name, s, failures, err, c.want)
		}
	}
}

// What a table has and its columns cannot take is reported, never dropped.
func TestTableFaults(t *testing.T) {
	for _, c := range []struct{ name, file, in, want, reason string }{
		{"a comma in a text", "a.csv", "title,text\nA,Hello, lost words\nb,z\n", "b", "row 2: 3 cells for 2 columns (put a cell that holds a comma in quotation marks)"},
		{"a semicolon in a text", "a.csv", "title;text\nA;Hello; lost words\nb;z\n", "b", "row 2: 3 cells for 2 columns (put a cell that holds a semicolon in quotation marks)"},
		{"a tab in a text", "a.tsv", "title\ttext\nA\tHello\tlost words\nb\tz\n", "b", "row 2: more cells than the 2 columns (a tab stands inside a cell)"},
		{"never closed", "a.csv", "title,text\na,x\nb,\"y\nc,z\nd,w\n", "a", "row 3: a quotation mark runs over the rows from line 3 to line 5 (close it, or write it twice inside a cell)"},
		{"never closed in the last row", "a.csv", "title,text\na,x\nb,\"y\n", "a", "row 3: a quotation mark is never closed (write it twice inside a cell, or close the cell)"},
		{"closed by a later row", "a.csv", "title,text\na,\"x\nb,\"y\"\nc,z\n", "c", "row 2: a quotation mark runs over the rows from line 2 to line 3 (close it, or write it twice inside a cell)"},
		{"closed by a later row's first cell", "a.csv", "title,text\na,\"x\n\"b\",y\nc,z\n", "c", "row 2: a quotation mark runs over the rows from line 2 to line 3 (close it, or write it twice inside a cell)"},
		{"closed with cells too few", "a.csv", "title,text,url\na,\"x,u\nb,y\"\nc,z,u\n", "c", "row 2: a quotation mark runs over the rows from line 2 to line 3 (close it, or write it twice inside a cell)"},
	} {
		articles, failures, err := readBytes(t, c.file, c.in, nil)
		var got, reasons []string
		for _, a := range articles {
			got = append(got, a.Title.Value)
		}
		for _, f := range failures {
			reasons = append(reasons, f.Member+": "+f.Reason)
		}
		if g, r := strings.Join(got, " "), strings.Join(reasons, "; "); g != c.want || r != c.reason || err != nil {
			t.Errorf("%s: got %q, %q, %v; want %q, %q", c.name, g, r, err, c.want, c.reason)
		}
	}
}

func TestTableWithoutKnownColumn(t *testing.T) {
	for _, name := range []string{"a.csv", "a.tsv"} {
		_, _, err := readBytes(t, name, "kop\tonderwerp\na\tb\n", nil)
		if err == nil || !strings.Contains(err.Error(), "kop, onderwerp") || !strings.Contains(err.Error(), "--map text=COLUMN") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestRealFolders(t *testing.T) {
	files, err := tarFiles(filepath.Join(dataFolder, "news", "reuters-financial-2006-files.tar.gz"))
	if os.IsNotExist(err) {
		t.Skip("no reuters-financial-2006-files.tar.gz: real articles are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	bodiless, bylines := 0, 0
	names := slices.Sorted(maps.Keys(files))
	if testing.Short() {
		names = names[:min(len(names), 100)]
	}
	for _, name := range names {
		content := files[name]
		a := one(t, name, content)
		if a.Title.Derived || a.URL.Value == "" || a.Source.Value != "reuters.com" {
			t.Errorf("%s: %+v", name, a)
		}
		if d, ok := ReadDate(a.Published.Value); !ok || len(d.String()) != len("2006-11-27T14:32") {
			t.Errorf("%s: date %+v", name, a.Published)
		}
		if a.Text == "" {
			bodiless++
		}
		if a.Byline.Line == 2 {
			bylines++
		}
	}
	if testing.Short() {
		return // the counts are those of all files
	}
	if len(files) != 2073 || bodiless != 4 || bylines != 923 {
		t.Errorf("%d files, %d without a body, %d with a byline; want 2073, 4, 923", len(files), bodiless, bylines)
	}
}

func TestRealMarkdown(t *testing.T) {
	files, err := tarFiles(filepath.Join(dataFolder, "news", "markdown-front-matter.tar.gz"))
	if os.IsNotExist(err) {
		t.Skip("no markdown-front-matter.tar.gz: real posts are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		a := one(t, name, content)
		if a.Title.Rule != "front matter title" || a.Lang.Rule != "front matter lang" || a.Text == "" || strings.Contains(a.Text, "layout: news_post") {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if len(files) != 1047 {
		t.Errorf("%d files, want 1047", len(files))
	}
}

// tarFiles gives the files in an archive by their names.
func tarFiles(name string) (map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeReg {
			b, err := io.ReadAll(r)
			if err != nil {
				return nil, err
			}
			files[h.Name] = string(b)
		}
	}
}

// A file that is called text is read as what it holds.
func TestOtherThingsCalledText(t *testing.T) {
	if a := one(t, "j.txt", `{"title":"JSON in a text file","text":"This is the text.","date":"2022-05-05"}`); a.Title.Value != "JSON in a text file" || a.Text != "This is the text." || a.Type != "json" {
		t.Errorf("%+v", a)
	}
	if a := one(t, "e.txt", "A title \x1b[31mred\x1b[0m\n\n\x1b[1m\x1b[2m\x1b[3mshort \x07\x08 text"); !strings.Contains(a.Text, "short") || strings.ContainsAny(a.Text+a.Title.Value, "\x1b\x07\x08") {
		t.Errorf("%+v", a)
	}
	if _, _, err := readBytes(t, "x.txt", "\x89PNG\r\n\x1a\n\x00\x00", nil); err == nil {
		t.Error("a picture called text was read")
	}
}
