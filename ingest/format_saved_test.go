package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readSaved gives the articles of an export and the lines of what it skips.
func readSaved(t *testing.T, name, content string) (articles []*Article, skipped []string) {
	t.Helper()
	_, err := readFile(context.Background(), opened{name: name, r: strings.NewReader(content)}, sink{
		article: func(a *Article) error { complete(a); articles = append(articles, a); return nil },
		failed:  func(m string, e error) { t.Errorf("%s: %s: %v", name, m, e) },
		skipped: func(m, kind string) { skipped = append(skipped, m) },
	})
	for i, m := range skipped {
		if m != skipped[0] || !strings.HasPrefix(m, fmt.Sprint(len(skipped), " ")) {
			t.Errorf("%s: skip %d of %d: %q", name, i, len(skipped), m)
		}
	}
	skipped = slices.Compact(skipped)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return articles, skipped
}

func TestSavedSamples(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "data", "formats", "exports")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no sample exports in " + dir)
	}
	for name, want := range map[string]struct {
		articles int
		skipped  string
		begins   string
	}{
		"wallabag-import/ril_export.html":                        {0, "2 links without text", ""},
		"wallabag-import/shaarli-bookmarks.html":                 {1, "1 link without text", "In the two years or so since"},
		"wallabag-import/pinboard_export":                        {2, "1 link without text", "TL;DR: Re-use"},
		"wallabag-import/delicious_export.2021.02.06_21.10.json": {1, "2 links without text", `"A simple (proof-of-concept)`},
		"wallabag-import/wallabag-v1.json":                       {2, "", "Une interview de Nicolas"},
		"wallabag-import/wallabag-v1-read.json":                  {3, "", "Here are some features."},
		"wallabag-import/wallabag-v2.json":                       {6, "", "Édition"},
		"wallabag-import/wallabag-v2-read.json":                  {2, "", ""},
		"wallabag-import/omnivore.json":                          {20, "", "La marque suisse"},
		"wallabag-import/readability.json":                       {1, "2 links without text", "When Twitter started"},
		"wallabag-import/readability-read.json":                  {2, "", "This is a guest post"},
		"wallabag-import/instapaper-export.csv":                  {0, "4 links without text", ""},
		"wallabag-import/elcurator.json":                         {0, "1 link without text", ""},
		"karakeep/linkwarden-export.json":                        {0, "6 links without text", ""},
	} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		articles, skipped := readSaved(t, name, string(b))
		if len(articles) != want.articles || strings.Join(skipped, "; ") != want.skipped {
			t.Errorf("%s: %d articles, skipped %q; want %d, %q", name, len(articles), skipped, want.articles, want.skipped)
			continue
		}
		for _, a := range articles {
			if strings.HasPrefix(a.Text, "<") || a.Title.Derived || a.URL.Value == "" {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if want.begins != "" && !strings.HasPrefix(articles[0].Text, want.begins) {
			t.Errorf("%s: text %.80q", name, articles[0].Text)
		}
	}
}

func TestSavedEntries(t *testing.T) {
	for _, c := range []struct{ name, content, title, text string }{
		{"karakeep.json", `{"bookmarks":[{"createdAt":1,"title":"Ferry","tags":["sea"],"content":{"type":"link","url":"https://a.example/1"},"note":"Read again."}]}`, "Ferry", "Read again."},
		{"readwise.json", `{"results":[{"user_book_id":1,"title":"Ferry","source_url":"https://a.example/1","highlights":[{"text":"The boat.","note":"Mine."},{"text":"The sea."}]}]}`, "Ferry", "The boat.\n\nMine.\n\nThe sea."},
		{"readwise.csv", "Highlight,Book Title,Book Author,Amazon Book ID,Note\nThe boat.,Ferry,A. B.,,Mine.\n", "Ferry", "The boat.\n\nMine."},
		{"wallabag.csv", "Title;URL;Content;Tags;\"MIME Type\";Language;\"Creation date\"\nFerry;https://a.example/1;\"<p>The boat.</p><p>The sea.</p>\";;;;\n", "Ferry", "The boat.\n\nThe sea."},
		{"instapaper.csv", "URL,Title,Selection,Folder\nhttps://a.example/1,Ferry,The boat.,Unread\n", "Ferry", "The boat."},
	} {
		articles, _ := readSaved(t, c.name, c.content)
		if len(articles) != 1 || articles[0].Title.Value != c.title || articles[0].Text != c.text || !strings.HasPrefix(articles[0].Type, "saved-") {
			t.Errorf("%s: %+v", c.name, articles)
		}
	}
}

func TestSavedEntriesAreMapped(t *testing.T) {
	for name, content := range map[string]string{
		"export.json": `[{"href":"https://a.example/1","description":"Ferry","extended":"Old.","Mine":"The boat.","tags":"a b"}]`,
		"export.csv":  "URL,Title,Selection,Folder,Mine\nhttps://a.example/1,Ferry,Old.,Unread,The boat.\n",
		"export.bib":  "@misc{k, title={Ferry}, abstract={Old.}, mine={The boat.}}",
	} {
		articles, _, err := readBytes(t, name, content, map[string]string{"text": "mine"})
		if err != nil || len(articles) != 1 || articles[0].Text != "The boat." || articles[0].Title.Value != "Ferry" {
			t.Errorf("%s: %+v, %v", name, articles, err)
		}
		if _, _, err := readBytes(t, name, content, map[string]string{"text": "none"}); err == nil || !strings.Contains(err.Error(), `"none" that --map gives to text`) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzBookmarks(f *testing.F) {
	fuzzFormat(f, "bookmarks.html", "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><A HREF=\"https://a.example\" TAGS=\"a,b\">T</A>\n<DD>note <a href=x>y</a>\n</DL>")
}

func FuzzSavedJSON(f *testing.F) {
	fuzzFormat(f, "export.json", `[{"href":"https://a.example","extended":"E","description":"D","tags":"a b"}]`, `{"bookmarks":[{"article__url":"u","article__excerpt":"&lt;p>x"}]}`)
}
