package ingest

import (
	"strings"
	"testing"
)

func TestSavedPage(t *testing.T) {
	a := one(t, "saved-page.html", readTestFile(t, "testdata/html/saved-page.html"))
	for _, c := range []struct {
		what string
		got  Field
		want Field
	}{
		{"title", a.Title, Field{Value: "Harbour reopens after storm", Rule: "JSON-LD headline"}},
		{"byline", a.Byline, Field{Value: "Ann Bell, José Ruiz", Rule: "JSON-LD author"}},
		{"source", a.Source, Field{Value: "The Example Courier", Rule: "JSON-LD publisher"}},
		{"date", a.Published, Field{Value: "2022-05-07T14:32:00+01:00", Rule: "JSON-LD datePublished"}},
		{"language", a.Lang, Field{Value: "en", Rule: "lang of the html element"}},
		{"address", a.URL, Field{Value: "https://www.example-courier.org/2022/05/07/harbour", Rule: "canonical link"}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, c.got, c.want)
		}
	}
	var tags []string
	for _, tag := range a.Tags {
		tags = append(tags, tag.Value)
	}
	if got := strings.Join(tags, ","); got != "Harbour,storm,ferries" {
		t.Errorf("tags %q", got)
	}
	for _, want := range []string{
		"The harbour of the old town opened again", "\n\n“We worked day and night,” said", "\n\nWhat comes next\n\nThe council",
		"- a higher wall along the quay, which engineers have asked for since the last great flood\n- new moorings for the ferries\n- a fund", "\n\nNo one in this town",
	} {
		if !strings.Contains(a.Text, want) {
			t.Errorf("text without %q:\n%s", want, a.Text)
		}
	}
	for _, other := range []string{"Home", "cookies", "Accept", "caption", "Read more", "newsletter", "somebody", "Copyright", "color"} {
		if strings.Contains(a.Text, other) {
			t.Errorf("text with %q:\n%s", other, a.Text)
		}
	}
}

// What cannot be given to a parser of trees is read all the same.
func TestHostilePages(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"deep":       {strings.Repeat("<div>", 100_000) + "The words below all of it.", "The words below all of it."},
		"paragraphs": {"<title>Many</title>" + strings.Repeat("<p>A paragraph of many.</p>\n", 200_000) + "<p>The last of them.", "The last of them."},
		"formatting": {strings.Repeat("<b><i>", 200) + strings.Repeat("<p>word", 10_000) + "<p>The last of them.", "The last of them."},
		"attributes": {"<p " + strings.Repeat("a=1 ", 1_000_000) + ">After them.", "After them."},
		"no end":     {"<p>Before it.<script>" + strings.Repeat("x", 1<<20), "Before it."},
		"comment":    {"<p>Before it.<!--" + strings.Repeat("-", 1<<20), "Before it."},
		"large":      {"<p>" + strings.Repeat("word ", 10<<20) + "<p>The last of them.", "The last of them."},
	} {
		if a := one(t, "a.html", c.page); !strings.Contains(a.Text, c.want) {
			t.Errorf("%s: text without %q", name, c.want)
		}
	}
}

func TestPageOfNothing(t *testing.T) {
	if articles, failures, err := readBytes(t, "a.html", "<html><script>x</script></html>", nil); len(articles) > 0 || err == nil {
		t.Errorf("%d articles, failures %v, error %v; want a failure", len(articles), failures, err)
	}
}

func TestBeginsHTML(t *testing.T) {
	for head, want := range map[string]bool{
		"<!DOCTYPE html><p>x": true, "\ufeff<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\">": true, "<!-- a --><!-- b -->\n<HTML>": true,
		"<head>": true, "<p>x": false, "<?xml version=\"1.0\"?><rss>": false, "<!-- a": false, "<header>": false, "html": false,
	} {
		if got := beginsHTML([]byte(head)); got != want {
			t.Errorf("%q: %v", head, got)
		}
	}
}

func FuzzHTML(f *testing.F) {
	fuzzFormat(f, "a.html", readTestFile(f, "testdata/html/saved-page.html"), "<table><tr><td>a<td>b</table>", "<p>a<b>b<p>c</b>",
		`<script type="application/ld+json">{"@type":"Article","author":[{"name":["x"]}]}</script>`, "<ol><li>a<li>b<ul><li>c</ol>", "<pre>a\n b")
}
