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
			if strings.HasPrefix(a.Text, "<") || a.Title.Derived && a.Title.Value != "Oh, what a shame, no content" || a.URL.Value == "" {
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
		{"posts.xml", `<?xml version="1.0" encoding="UTF-8"?><posts user="a"><post href="https://a.example/1" time="2016-10-31T15:57:56Z" description="Ferry" extended="The boat &amp; the sea." tag="a b" hash="x"/></posts>`, "Ferry", "The boat & the sea."},
		{"starred.json", `{"id":"user/-/state/com.google/starred","items":[{"id":"tag:1","title":"Ferry","alternate":[{"href":"https://a.example/1"}],"origin":{"streamId":"feed/1","title":"The Harbour Courier"},"published":1136332800,"content":{"content":"<p>The boat.</p>"}}]}`, "Ferry", "The boat."},
		{"reader.json", `{"count":1,"results":[{"id":"1","url":"https://read.example.com/1","source_url":"https://a.example/1","title":"Ferry","site_name":"The Harbour Courier","published_date":1136332800000,"reading_progress":0,"tags":{"sea":{"name":"sea"}},"html_content":"<p>The boat.</p>","summary":"Old."}]}`, "Ferry", "The boat."},
		{"raindrop.csv", "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n1,Ferry,Mine.,The boat.,https://a.example/1,x,\"a, b\",2024-01-01,,The sea.,false\n", "Ferry", "The boat.\n\nMine.\n\nThe sea."},
		{"wallabag.xml", `<?xml version="1.0"?><response><item key="0"><is_archived>0</is_archived><is_starred>0</is_starred><tags><item key="0">a</item><item key="1">b</item></tags><id>7</id><title>Ferry</title><url>https://a.example/1</url><content><![CDATA[<p>The boat.</p><p>The sea.</p>]]></content><created_at>2016-09-08T11:55:58+0200</created_at></item></response>`, "Ferry", "The boat.\n\nThe sea."},
		{"mymind.csv", "id,type,title,url,content,note,tags,created\n1,Note,Ferry,https://a.example/1,The boat.,Mine.,\"a, b\",2024-01-01\n", "Ferry", "The boat.\n\nMine."},
		{"wallabag.json", `[{"is_archived":0,"is_starred":0,"id":1,"title":"No title found","url":"https://a.example/1","content":"<p>Ferry.</p>"}]`, "Ferry.", "Ferry."},
		{"instapaper.csv", "URL,Title,Selection,Folder\nhttps://a.example/1,Ferry,The boat.,Unread\n", "Ferry", "The boat."},
	} {
		articles, _ := readSaved(t, c.name, c.content)
		if len(articles) != 1 || articles[0].Title.Value != c.title || articles[0].Text != c.text || articles[0].URL.Value != "https://a.example/1" && c.name != "readwise.csv" || !strings.HasPrefix(articles[0].Type, "saved-") {
			t.Errorf("%s: %+v", c.name, articles)
		}
	}
}

func TestListsWithoutText(t *testing.T) {
	for name, content := range map[string]string{
		"matter.csv": "Title,Author,Publisher,URL,Tags,Word Count,In Queue,Favorited,Read,Highlight_Count,Last Interaction Date,File Id\nFerry,A,B,https://a.example/1,x;y,100,True,False,False,0,2024-01-01,1\n",
		"reader.csv": "Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\nFerry,https://a.example/1,1,x,2024-01-01,0,new,False\n",
		"pocket.csv": "title,url,time_added,tags,status\nFerry,https://a.example/1,1600322788,a|b,unread\n",
		"posts.xml":  `<posts><post href="https://a.example/1" description="Ferry" extended=""/></posts>`,
	} {
		if articles, skipped := readSaved(t, name, content); len(articles) != 0 || len(skipped) != 1 || skipped[0] != "1 link without text" {
			t.Errorf("%s: %+v, %q", name, articles, skipped)
		}
	}
}

func omnivoreSample(t testing.TB) string {
	return string(zipped(t,
		"metadata_0_to_20.json", `[{"id":"1","slug":"ferry","title":"Ferry","author":"Jane Marlow","description":"About it.","url":"https://a.example/1","labels":["sea"],"savedAt":"2024-10-29T16:30:11.000Z","publishedAt":"2024-10-28T00:00:00.000Z"},
			{"id":"2","slug":"bare","title":"Bare","url":"https://a.example/2"},{"id":"3","slug":"told","title":"Told","description":"Only told.","url":"https://a.example/3"}]`,
		"content/ferry.html", "<html><body><p>The boat &lt;b&gt;.</p><p>The sea.</p></body></html>",
		"highlights/ferry.md", "> The boat [⤴️](https://omnivore.app/x)\n\nMy note.",
		"content/lost.html", "<html><body><article><h1>Lost</h1><p>"+strings.Repeat("It has no entry in the list. ", 20)+"</p></article></body></html>"))
}

func TestOmnivore(t *testing.T) {
	articles, skipped := readSaved(t, "export.zip", omnivoreSample(t))
	if len(articles) != 3 || len(skipped) != 1 {
		t.Fatalf("%d articles, skipped %q", len(articles), skipped)
	}
	a := articles[0]
	if a.Text != "The boat <b>.\n\nThe sea.\n\nMy note." || a.Title.Value != "Ferry" || a.Byline.Value != "Jane Marlow" || a.Published.Value != "2024-10-28T00:00:00.000Z" ||
		a.URL.Value != "https://a.example/1" || len(a.Tags) != 1 || a.Member != "id 1" || a.Captured.Value == "" {
		t.Errorf("%+v", a)
	}
	if articles[1].Text != "Only told." || articles[2].Member != "content/lost.html" {
		t.Errorf("%+v, %+v", articles[1], articles[2])
	}
}

func FuzzOmnivore(f *testing.F) { fuzzFormat(f, "export.zip", omnivoreSample(f)) }

func FuzzPinboard(f *testing.F) {
	fuzzFormat(f, "posts.xml", `<response><item><is_archived>0</is_archived><title>a</title><content>b</content></item></response>`, `<posts user="a"><post href="https://a.example/1" time="2016" description="a" extended="b" tag="c"/></posts>`)
}

func FuzzSavedCSV(f *testing.F) {
	fuzzFormat(f, "export.csv", "URL,Title,Selection,Folder\na,b,c,d\n", "Highlight,Book Title,Note\n\"a\nb\",c,d\n", "Title;URL;Content;Tags;MIME\na;b;<p>c;d;e")
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

func TestClippings(t *testing.T) {
	a := one(t, "clip.md", "---\ntitle: \"Ferry\"\nsource: \"https://www.a.example/1\"\nauthor:\n  - \"[[Jane Marlow]]\"\n  - \"[[people/reed|Tom Reed]]\"\npublished: 2006-01-04\ncreated: 2024-01-02\ntags:\n  - \"clippings\"\n---\nThe boat.\n")
	if a.Title.Value != "Ferry" || a.URL.Value != "https://www.a.example/1" || a.Source.Value != "a.example" || a.Byline.Value != "Jane Marlow, Tom Reed" || a.Published.Value != "2006-01-04" || a.Text != "The boat." {
		t.Errorf("%+v", a)
	}
}
