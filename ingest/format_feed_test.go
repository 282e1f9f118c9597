package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

const feedFolder = dataFolder + "/formats/feeds/gofeed"

// shown tells what an article says, a line of fields.
func shown(a *Article) string {
	var tags []string
	for _, t := range a.Tags {
		tags = append(tags, t.Value)
	}
	return strings.Join([]string{a.Member, a.Type, a.Title.Value, a.Byline.Value, a.Source.Value, a.Published.Value, a.Lang.Value,
		a.URL.Value, strings.Join(tags, "+"), a.Text}, "|")
}

func TestFeeds(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"rss.xml": {`<?xml version="1.0" encoding="windows-1251"?><!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Post &amp;amp; Mail</title><link>https://post.example/</link><language>en-GB</language>
<item><title>Grain &lt;i&gt;ships&lt;/i&gt; sail</title><link>/a/1</link><description>Short.</description><content:encoded><![CDATA[<p>First &eacute;.</p><p>Second.</p>]]></content:encoded>
<dc:creator>Ann Bell</dc:creator><author>desk@post.example (Desk)</author><pubDate>Mon, 01 Aug 2022 10:00:00 +0300</pubDate><category>war</category><category>grain</category><guid isPermaLink="false">p1</guid></item>
<item><description>Only &lt;b&gt;this&lt;/b&gt;` + " \xef\xf0\xe8\xe2\xe5\xf2" + `.</description><author>desk@post.example (Desk)</author><source url="https://x.example">Wire</source><guid>https://post.example/a/2</guid></item>
<item><pubDate>Mon, 01 Aug 2022 10:00:00 +0300</pubDate></item>
</channel></rss>`, []string{
			"id p1|rss|Grain ships sail|Ann Bell|The Post & Mail|Mon, 01 Aug 2022 10:00:00 +0300|en|https://post.example/a/1|war+grain|First é.\n\nSecond.",
			"id https://post.example/a/2|rss|Only this привет.|Desk|Wire||en|https://post.example/a/2||Only this привет.",
			"item 3!neither title nor text: the item is empty"}},
		"rdf.rdf": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Wire</title></channel><item><title>One</title><link>https://w.example/1</link><description>Text one.</description><dc:date>2005-01-02</dc:date><dc:subject>sea</dc:subject></item></rdf:RDF>`,
			[]string{"item 1|rss|One||Wire|2005-01-02||https://w.example/1|sea|Text one."}},
		"atom.atom": {`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Blatt</title><author><name>Redaktion</name></author>
<entry><id>urn:1</id><title type="html">Ein &amp;amp; alles</title><link rel="self" href="https://b.example/1.atom"/><link href="https://b.example/1"/><updated>2022-05-07T10:00:00Z</updated><published>2022-05-06T10:00:00Z</published><summary>Kurz.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Erster.</p><p>Zweiter.</p></div></content></entry>
<entry><id>urn:1</id><title>Zwei</title><author><name>Eva Roth</name></author><updated>2022-05-07T10:00:00Z</updated><summary>Kurz.</summary><category term="x" label="Welt"/></entry></feed>`,
			[]string{"id urn:1|atom|Ein & alles|Redaktion|Blatt|2022-05-06T10:00:00Z|de|https://b.example/1||Erster.\n\nZweiter.",
				"id urn:1 #2|atom|Zwei|Eva Roth|Blatt|2022-05-07T10:00:00Z|de||Welt|Kurz."}},
		"feed.json": {`{"version":"https://jsonfeed.org/version/1.1","title":"Notes","language":"en","authors":[{"name":"Al"},{"name":"Bo"}],"items":[{"id":7,"content_text":"Plain <b> text.","date_modified":"2020-01-02T03:04:05Z","tags":["t"],"external_url":"https://e.example/"},null]}`,
			[]string{"id 7|jsonfeed|Plain <b> text.|Al, Bo|Notes|2020-01-02T03:04:05Z|en|https://e.example/|t|Plain <b> text."}},
	} {
		articles, failures, err := readBytes(t, name, c.content, nil)
		var got []string
		for _, a := range articles {
			got = append(got, shown(a))
		}
		for _, f := range failures {
			got = append(got, f.Member+"!"+f.Reason)
		}
		if err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s: %v\n got %q\nwant %q", name, err, got, c.want)
		}
	}
}

func TestFeedUpdatedIsDerived(t *testing.T) {
	a := one(t, "a.xml", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><updated>2022-05-07</updated></entry></feed>`)
	if !a.Published.Derived || !strings.Contains(a.Published.Rule, "no published") {
		t.Errorf("%+v", a.Published)
	}
}

func TestOPMLIsSkipped(t *testing.T) {
	for _, name := range []string{"feeds.opml", "feeds.xml"} {
		_, _, err := readBytes(t, name, `<?xml version="1.0"?><opml version="2.0"><body><outline text="a" xmlUrl="https://a.example/f"/></body></opml>`, nil)
		if err == nil || !strings.Contains(err.Error(), "(list of feeds)") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFeedNestedTooDeep(t *testing.T) {
	for _, inner := range []string{strings.Repeat("<a>", 2_000_000), strings.Repeat(`<a xmlns:b="c" xmlns:d="e">`, 400)} {
		_, _, err := readBytes(t, "deep.xml", `<rss version="2.0"><channel>`+inner, nil)
		if err == nil || !strings.Contains(err.Error(), "too deep") {
			t.Error(err)
		}
	}
}

func TestFeedEntitiesDoNotGrow(t *testing.T) {
	laughs := `<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>`
	articles, _, err := readBytes(t, "laughs.xml", laughs+`<rss version="2.0"><channel><item><title>T</title><description>x &b; &f;</description></item></channel></rss>`, nil)
	for _, a := range articles {
		if len(a.Text) > 100 || strings.Contains(a.Text, "root:") {
			t.Errorf("%.200q, %v", a.Text, err)
		}
	}
}

func TestFeedSamples(t *testing.T) {
	found, _ := filepath.Glob(feedFolder + "/*/*.xml")
	if len(found) == 0 {
		t.Skip("no feeds in " + feedFolder)
	}
	articles := 0
	for _, path := range found {
		got, _, _ := readBytes(t, path, readTestFile(t, path), nil)
		for _, a := range got {
			checkSound(t, a)
		}
		articles += len(got)
	}
	if articles < 75 {
		t.Errorf("%d articles of %d feeds", articles, len(found))
	}
}

func FuzzFeed(f *testing.F) {
	fuzzFormat(f, "a.xml", `<rss version="2.0"><channel><title>a</title><item><title>b</title><description>c &lt;p&gt;</description></item></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title><content type="xhtml"><div>b</div></content></entry></feed>`,
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item><title>a</title></item></rdf:RDF>`,
		"<?xml version='1.0' encoding='koi8-r'?><rss><channel><item><title>\xf0\xd2</title></item></channel></rss>",
		`{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"content_html":"<p>a"}]}`)
}

func TestDamagedFeeds(t *testing.T) {
	const item = "<item><title>One</title><description>Text &amp; more.</description></item>"
	for _, c := range []struct {
		name, feed string
		articles   int
		damaged    bool
		text       string
	}{
		{"cut in an item", `<rss version="2.0"><channel><title>N</title>` + item + item + "<item><title>Thr", 2, true, "Text & more."},
		{"cut in CDATA", `<rss version="2.0"><channel><title>N</title>` + item + "<item><description><![CDATA[And", 1, true, "Text & more."},
		{"cut in a tag, RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>N</title></channel>` + item + "<item><ti", 1, true, "Text & more."},
		{"cut in Atom", `<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>1</id><title>One</title><summary>Text.</summary></entry><entry><id>2</id>`, 1, true, "Text."},
		{"broken tag between items", `<rss version="2.0"><channel><title>N</title>` + item + "<item><title =\"\"\"<<>One</title></item>" + item + "</channel></rss>", 1, true, "Text & more."},
		{"no item is whole", `<rss version="2.0"><channel><title>N</title><item><title>Thr`, 0, true, ""},
		{"signs that begin no tag", `<rss version="2.0"><channel><title>N</title><!-- a -- b --><item><title>One</title><description>5 < 6 &nbsp; R&D &unknown; a]]>b` + "\x0b" + `</description></item></channel></rss>`, 1, false, ""},
	} {
		articles, _, err := readBytes(t, "feed.xml", c.feed, nil)
		if len(articles) != c.articles || (err != nil) != c.damaged {
			t.Errorf("%s: %d articles, error %v; want %d", c.name, len(articles), err, c.articles)
			continue
		}
		if c.text != "" && (articles[0].Text != c.text || articles[0].Source.Value != "N") {
			t.Errorf("%s: %+v", c.name, articles[0])
		}
	}
	articles, _, _ := readBytes(t, "feed.xml", `<rss version="2.0"><channel><title>N</title><item><title>One</title><description>5 < 6, R&D a]]>b</description></item></channel></rss>`, nil)
	if len(articles) != 1 || articles[0].Text != "5 < 6, R&D a]]>b" {
		t.Errorf("%+v", articles)
	}
}
