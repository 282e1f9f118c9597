package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"example.com/archive/ingest/html"
)

// rssFormat is RSS 0.9 to 2.0, among them RDF and what WordPress exports.
var rssFormat = feedFormat("rss", []string{"application/rss+xml", "application/rdf+xml"}, readRSS, "rss", "RDF")

// atomFormat is Atom 0.3 and 1.0.
var atomFormat = feedFormat("atom", []string{"application/atom+xml"}, readAtom, "feed")

func feedFormat(name string, media []string, read func(io.Reader) (*feed, error), roots ...string) *format {
	return &format{
		name:    name,
		version: 2,
		strings: true,
		media:   media,
		claims:  func(_ string, head []byte) bool { return hasRoot(head, roots...) },
		read: func(ctx context.Context, in *input, out sink) error {
			b, err := in.feedXML()
			if err != nil {
				return err
			}
			f, damage, err := readFeed(b, func(b []byte) (*feed, error) {
				return read(&countingReader{ctx: ctx, r: bytes.NewReader(b)})
			})
			if err != nil {
				return fmt.Errorf("damaged feed: %w", err)
			}
			if err := f.hand(out); err != nil {
				return err
			}
			return damage
		},
	}
}

// jsonFeedFormat is JSON Feed 1.0 and 1.1.
var jsonFeedFormat = &format{
	name:    "jsonfeed",
	version: 1,
	strings: true,
	media:   []string{"application/feed+json"},
	claims:  func(_ string, head []byte) bool { return isJSONFeed(head) },
	read:    readJSONFeed,
}

// opmlFormat is a list of feeds. It holds no article, and is skipped by name.
var opmlFormat = &format{
	name:    "opml",
	version: 1,
	claims:  func(_ string, head []byte) bool { return hasRoot(head, "opml") },
	read:    func(context.Context, *input, sink) error { return &unknownFormat{"list of feeds"} },
}

// Bounds on a feed, which is read as a whole.
const (
	maxFeed       = 64 << 20 // bytes
	maxFeedDepth  = 500      // open elements
	maxNamespaces = 500      // declared by open elements together
)

var xmlRoot = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\s|<\?[^>]*>|<!--(?s:.*?)-->|<![A-Za-z][^\[>]*(?:\[[^\]]*\])?\s*>)*<(?:[\w.-]+:)?([\w.-]+)[\s/>]`)
})

// hasRoot reports XML whose outermost element has one of the names.
func hasRoot(head []byte, names ...string) bool {
	m := xmlRoot().FindSubmatch(head)
	if m == nil {
		return false
	}
	for _, name := range names {
		if strings.EqualFold(string(m[1]), name) {
			return true
		}
	}
	return false
}

func isJSONFeed(head []byte) bool {
	head = bytes.TrimSpace(head)
	if !bytes.HasPrefix(head, []byte("{")) {
		return false
	}
	return bytes.Contains(head, []byte("jsonfeed.org/version")) ||
		bytes.Contains(head, []byte(`"items"`)) && bytes.Contains(head, []byte(`"version"`)) &&
			(bytes.Contains(head, []byte(`"feed_url"`)) || bytes.Contains(head, []byte(`"home_page_url"`)))
}

var xmlEncoding = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*<\?xml\b[^>]*?(\sencoding\s*=\s*(?:"([^"]*)"|'([^']*)'))`)
})

// feedXML gives a feed in UTF-8 that no longer names another charset, and is
// safe to be read by what calls itself for every element.
func (in *input) feedXML() ([]byte, error) {
	b, err := in.whole("the feed", maxFeed)
	if err != nil {
		return nil, err
	}
	declared := ""
	if m := xmlEncoding().FindSubmatchIndex(b[:min(len(b), headSize)]); m != nil {
		if m[4] >= 0 {
			declared = string(b[m[4]:m[5]])
		} else {
			declared = string(b[m[6]:m[7]])
		}
		b = append(b[:m[2]:m[2]], b[m[3]:]...)
	}
	b = bytes.TrimLeft([]byte(in.text(b, declared, in.charset)), " \t\r\n")
	return b, boundXML(b)
}

// boundXML refuses XML that is nested deeper than its reader can bear.
func boundXML(b []byte) error {
	depth, declared := 0, 0
	var open []int // namespaces that each open element declares
	for {
		start := bytes.IndexByte(b, '<')
		if start < 0 {
			return nil
		}
		b = b[start:]
		end := xmlTagEnd(b)
		tag := b[:end]
		b = b[end:]
		switch {
		case len(tag) < 3 || tag[1] == '!' || tag[1] == '?' || bytes.HasSuffix(tag, []byte("/>")):
		case tag[1] == '/':
			if depth > 0 {
				depth--
				declared -= open[depth]
				open = open[:depth]
			}
		default:
			open = append(open, bytes.Count(tag, []byte("xmlns:")))
			declared += open[depth]
			depth++
		}
		if depth > maxFeedDepth || declared > maxNamespaces {
			return fmt.Errorf("the feed is nested too deep (more than %d elements)", maxFeedDepth)
		}
	}
}

// xmlTagEnd gives the length of the tag, comment or section that b starts with.
func xmlTagEnd(b []byte) int {
	for _, kind := range []struct{ start, end string }{{"<![CDATA[", "]]>"}, {"<!--", "-->"}, {"<", ">"}} {
		if !bytes.HasPrefix(b, []byte(kind.start)) {
			continue
		}
		if i := bytes.Index(b, []byte(kind.end)); i >= 0 {
			return i + len(kind.end)
		}
		break
	}
	return len(b)
}

// feed is what the kinds of feed have in common.
type feed struct {
	title, link, lang string
	items             []feedItem
}

// feedItem is an item of a feed. Its texts may be HTML, unless plain is set.
type feedItem struct {
	id                 string
	title              Field
	content, summary   string
	plain              bool
	link               Field
	author, lang       Field
	published, updated Field
	outlet             Field
	tags               []Field
}

// hand gives the articles of a feed to out.
func (f *feed) hand(out sink) error {
	members := newRecords("item", nil)
	for i := range f.items {
		item := &f.items[i]
		a := f.article(item)
		a.Member = members.member(value{v: item.id}, fmt.Sprintf("item %d", i+1))
		if a.Title.Value == "" && a.Text == "" {
			out.failed(a.Member, errEmptyItem)
			continue
		}
		if err := out.article(a); err != nil {
			return err
		}
	}
	return nil
}

var errEmptyItem = fmt.Errorf("neither title nor text: the item is empty")

func (f *feed) article(item *feedItem) *Article {
	a := &Article{
		Title:     item.title,
		Byline:    item.author,
		Published: firstField(item.published, item.updated),
		Source:    firstField(item.outlet, Field{Value: fragment(f.title), Rule: "feed title"}),
		Lang:      firstField(item.lang, Field{Value: f.lang, Rule: "feed language"}),
		URL:       item.link,
		Tags:      item.tags,
	}
	a.Title.Value = fragment(a.Title.Value)
	a.URL.Value = resolve(f.link, a.URL.Value)
	if item.plain {
		a.Text = item.content
	} else if a.Text = fragment(item.content); a.Text == "" {
		a.Text = fragment(item.summary)
	}
	return a
}

// fragment gives the text of a piece of HTML.
func fragment(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return strings.TrimSpace(s)
	}
	return html.Text([]byte(s))
}

func firstField(fields ...Field) Field {
	for _, f := range fields {
		if strings.TrimSpace(f.Value) != "" {
			return f
		}
	}
	return Field{}
}

func firstOf(values []string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}

// namespaced gives the first value of an element from another namespace.
func namespaced(e ext.Extensions, prefix, name string) string {
	for _, x := range e[prefix][name] {
		if strings.TrimSpace(x.Value) != "" {
			return x.Value
		}
	}
	return ""
}

func readRSS(r io.Reader) (*feed, error) {
	channel, err := (&rss.Parser{}).Parse(r)
	if err != nil {
		return nil, err
	}
	dc := channel.DublinCoreExt
	if dc == nil {
		dc = &ext.DublinCoreExtension{}
	}
	f := &feed{title: channel.Title, link: channel.Link, lang: channel.Language}
	if f.title == "" {
		f.title = firstOf(dc.Title)
	}
	if f.lang == "" {
		f.lang = firstOf(dc.Language)
	}
	for _, item := range channel.Items {
		if !isFurniture(item) {
			f.items = append(f.items, rssItem(item))
		}
	}
	return f, nil
}

// isFurniture reports what an export of WordPress holds besides posts.
func isFurniture(item *rss.Item) bool {
	switch namespaced(item.Extensions, "wp", "post_type") {
	case "attachment", "nav_menu_item", "custom_css", "revision", "wp_global_styles", "wp_navigation", "wp_template":
		return true
	}
	return false
}

func rssItem(item *rss.Item) feedItem {
	dc := item.DublinCoreExt
	if dc == nil {
		dc = &ext.DublinCoreExtension{}
	}
	i := feedItem{
		title:   firstField(Field{Value: item.Title, Rule: "feed item's title"}, Field{Value: firstOf(dc.Title), Rule: "feed dc:title"}),
		content: item.Content,
		summary: firstField(Field{Value: item.Description}, Field{Value: firstOf(dc.Description)}).Value,
		author: firstField(
			Field{Value: strings.Join(dc.Creator, ", "), Rule: "feed dc:creator"},
			Field{Value: mailNames(item.Author), Rule: "feed author"},
			Field{Value: strings.Join(dc.Author, ", "), Rule: "feed dc:author"},
			Field{Value: namespaced(item.Extensions, "itunes", "author"), Rule: "feed itunes:author"}),
		published: firstField(Field{Value: mailDate(item.PubDate), Rule: "feed pubDate"}, Field{Value: firstOf(dc.Date), Rule: "feed dc:date"}),
		lang:      Field{Value: firstOf(dc.Language), Rule: "feed dc:language"},
	}
	if item.Source != nil {
		i.outlet = Field{Value: item.Source.Title, Rule: "feed source"}
	}
	if item.GUID != nil {
		i.id = item.GUID.Value
	}
	i.link = rssLink(item)
	for _, c := range item.Categories {
		i.tags = append(i.tags, Field{Value: fragment(c.Value), Rule: "feed category"})
	}
	for _, s := range dc.Subject {
		i.tags = append(i.tags, Field{Value: fragment(s), Rule: "feed dc:subject"})
	}
	return i
}

// rssLink prefers the address that a service counting clicks has put aside.
func rssLink(item *rss.Item) Field {
	guid := Field{}
	if g := item.GUID; g != nil && g.IsPermalink != "false" && isURL(g.Value) {
		guid = Field{Value: g.Value, Rule: "feed guid"}
	}
	return firstField(
		Field{Value: namespaced(item.Extensions, "feedburner", "origLink"), Rule: "feed feedburner:origLink"},
		Field{Value: item.Link, Rule: "feed link"}, guid)
}

func readAtom(r io.Reader) (*feed, error) {
	source, err := (&atom.Parser{}).Parse(r)
	if err != nil {
		return nil, err
	}
	f := &feed{title: source.Title, link: atomLink(source.Links), lang: source.Language}
	authors := atomNames(source.Authors)
	for _, entry := range source.Entries {
		i := atomItem(entry)
		i.author = firstField(i.author, Field{Value: authors, Rule: "feed author"})
		f.items = append(f.items, i)
	}
	return f, nil
}

func atomItem(e *atom.Entry) feedItem {
	i := feedItem{
		id:        e.ID,
		title:     Field{Value: e.Title, Rule: "feed entry's title"},
		summary:   e.Summary,
		author:    Field{Value: atomNames(e.Authors), Rule: "feed entry's author"},
		published: Field{Value: e.Published, Rule: "feed published"},
		updated:   Field{Value: e.Updated, Rule: "feed updated; no published", Derived: true},
		link: firstField(Field{Value: namespaced(e.Extensions, "feedburner", "origLink"), Rule: "feed feedburner:origLink"},
			Field{Value: atomLink(e.Links), Rule: "feed link"}),
	}
	if c := e.Content; c != nil {
		i.content = c.Value
	}
	if e.Source != nil {
		i.outlet = Field{Value: fragment(e.Source.Title), Rule: "feed source"}
		i.author = firstField(i.author, Field{Value: atomNames(e.Source.Authors), Rule: "feed source's author"})
	}
	for _, c := range e.Categories {
		i.tags = append(i.tags, firstField(Field{Value: c.Label, Rule: "feed category"}, Field{Value: c.Term, Rule: "feed category"}))
	}
	return i
}

// atomLink gives the address of the page that a feed or an entry is about.
func atomLink(links []*atom.Link) string {
	first := ""
	for _, l := range links {
		if l.Rel == "" || l.Rel == "alternate" {
			if l.Type == "" || strings.Contains(l.Type, "html") {
				return l.Href
			}
			if first == "" {
				first = l.Href
			}
		}
	}
	return first
}

func atomNames(persons []*atom.Person) string {
	var names []string
	for _, p := range persons {
		if name := firstOf([]string{p.Name, p.Email}); name != "" {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return strings.Join(names, ", ")
}

func readJSONFeed(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the feed", maxFeed)
	if err != nil {
		return err
	}
	source, err := (&jsonfeed.Parser{}).Parse(&countingReader{ctx: ctx, r: strings.NewReader(in.text(b, in.charset))})
	if err != nil {
		return fmt.Errorf("damaged feed: %w", err)
	}
	f := &feed{title: source.Title, link: source.HomePageURL, lang: source.Language}
	authors := jsonNames(source.Authors, source.Author)
	for _, item := range source.Items {
		if item == nil {
			continue
		}
		i := jsonFeedItem(item)
		i.author = firstField(i.author, Field{Value: authors, Rule: "feed author"})
		f.items = append(f.items, i)
	}
	return f.hand(out)
}

func jsonFeedItem(item *jsonfeed.Item) feedItem {
	i := feedItem{
		id:        item.ID,
		title:     Field{Value: item.Title, Rule: "feed item's title"},
		content:   item.ContentHTML,
		summary:   item.Summary,
		author:    Field{Value: jsonNames(item.Authors, item.Author), Rule: "feed item's author"},
		lang:      Field{Value: item.Language, Rule: "feed item's language"},
		published: Field{Value: item.DatePublished, Rule: "feed date_published"},
		updated:   Field{Value: item.DateModified, Rule: "feed date_modified; no date_published", Derived: true},
		link:      firstField(Field{Value: item.URL, Rule: "feed url"}, Field{Value: item.ExternalURL, Rule: "feed external_url"}),
	}
	if strings.TrimSpace(i.content) == "" && strings.TrimSpace(item.ContentText) != "" {
		i.content, i.plain = item.ContentText, true
	}
	for _, tag := range item.Tags {
		i.tags = append(i.tags, Field{Value: tag, Rule: "feed tags"})
	}
	return i
}

func jsonNames(authors []*jsonfeed.Author, author *jsonfeed.Author) string {
	if len(authors) == 0 && author != nil {
		authors = []*jsonfeed.Author{author}
	}
	var names []string
	for _, a := range authors {
		if a != nil && strings.TrimSpace(a.Name) != "" {
			names = append(names, strings.TrimSpace(a.Name))
		}
	}
	return strings.Join(names, ", ")
}
