package ingest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"

	"example.com/archive/ingest/html"
)

// savedJSONFormat is what programs that keep pages for reading later, and
// browsers, export as JSON: Pinboard, Omnivore, Readability, wallabag,
// Karakeep, Linkwarden, Readwise, Firefox, Chrome.
var savedJSONFormat = &format{
	name:    "saved-json",
	version: 2,
	strings: true,
	claims: func(_ string, head []byte) bool {
		head = bytes.TrimSpace(head)
		return len(head) > 0 && (head[0] == '[' || head[0] == '{') && savedKeys.named(head)
	},
	read: readSavedJSON,
}

// keySets are sets of keys; all of one name a format.
type keySets [][]string

func (sets keySets) named(head []byte) bool {
	return slices.ContainsFunc(sets, func(keys []string) bool {
		return !slices.ContainsFunc(keys, func(k string) bool { return !bytes.Contains(head, []byte(`"`+k)) })
	}) || wallabagOne().Match(head)
}

var savedKeys = keySets{
	{`href"`, `extended"`, `description"`},
	{`is_archived"`, `is_starred"`},
	{`is_read"`, `is_fav"`, `url"`},
	{`readingProgress"`, `slug"`},
	{`article__url"`},
	{`others"`, `owner"`, `url"`},
	{`is_saved"`, `url"`},
	{`text/x-moz-place`},
	{`roots"`, `bookmark_bar"`},
	{`collections"`, `links"`, `url"`},
	{`bookmarks"`, `createdAt"`, `content"`},
	{`highlights"`, `user_book_id"`},
	{`highlights"`, `source_url"`},
	{`reading_progress"`, `source_url"`},
	{`items"`, `origin"`, `streamId"`},
	{`items"`, `alternate"`, `published"`},
}

// wallabagOne is how version 1 of wallabag begins, whose first keys are
// numbers.
var wallabagOne = lazily(`^\[\s*\{\s*"0":\s*"\d+",\s*"1":\s*"`)

// saved counts what an export holds without text of its own.
type saved struct {
	out   sink
	bare  int
	items int
	// What an entry is called, and what makes an article of it.
	kind, without string
	names         memberNames
}

// entry hands on an entry that has a text; one without is only counted. It is
// named by its id, else by its address: its place, "" if it is only counted,
// changes with every export.
func (s *saved) entry(a *Article, place string) error {
	s.items++
	if strings.TrimSpace(a.Text) == "" {
		s.bare++
		return nil
	}
	a.Member = s.names.unique(memberName(cmp.Or(a.Member, a.URL.Value, place, fmt.Sprintf("item %d", s.items))))
	return s.out.article(a)
}

// done reports the entries without text, each counted, all in the same words.
func (s *saved) done() {
	member := fmt.Sprintf("%d %s without %s", s.bare, s.kind, s.without)
	if s.bare != 1 {
		member = fmt.Sprintf("%d %ss without %s", s.bare, s.kind, s.without)
	}
	for range s.bare {
		s.out.skipped(member, s.kind+" without "+s.without)
	}
}

func readSavedJSON(ctx context.Context, in *input, out sink) error {
	s := &savedEntries{saved: saved{out: out, kind: "link", without: "text"}, rs: newRecords("field", in.fields)}
	defer s.done()
	if err := eachObject(ctx, in, func(object map[string]any) error { return s.object(object, 0) }); err != nil {
		return err
	}
	return s.rs.missing()
}

// savedEntries reads the entries of an export.
type savedEntries struct {
	saved
	rs *records
}

// hand hands on an entry as it is, what --map names before all else.
func (s *savedEntries) hand(object map[string]any, place string) error {
	a := savedArticle(object)
	s.rs.mapOver(a, values(object, 0))
	return s.entry(a, place)
}

// eachObject streams the objects of a list, or gives the one that the file
// is.
func eachObject(ctx context.Context, in *input, each func(map[string]any) error) error {
	in.inUTF8()
	budget := &budgetReader{r: in.r, left: maxRecord}
	j := &jsonReader{dec: json.NewDecoder(budget), budget: budget}
	j.dec.UseNumber()
	one := func(v any) error {
		j.items++
		object, ok := v.(map[string]any)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !ok:
			return nil
		case nesting(object) > maxNesting:
			return errNesting
		}
		return each(object)
	}
	if first, err := in.r.Peek(bufferSize); err == nil || err == io.EOF {
		if !bytes.HasPrefix(bytes.TrimSpace(first), []byte("[")) {
			var v any
			if err := j.dec.Decode(&v); err != nil {
				return j.located(unexpectedEnd(err))
			}
			return one(v)
		}
	}
	if _, err := j.dec.Token(); err != nil {
		return j.located(unexpectedEnd(err))
	}
	if err := j.elements(one); err != nil {
		return j.located(err)
	}
	return nil
}

// object hands on an entry, or goes into what holds entries.
func (s *savedEntries) object(object map[string]any, depth int) error {
	if isSavedEntry(object) {
		return s.hand(object, "")
	}
	for _, v := range values(object, 0) {
		if err := s.inside(v.v, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *savedEntries) inside(v any, depth int) error {
	switch v := v.(type) {
	case map[string]any:
		return s.object(v, depth)
	case []any:
		for _, e := range v {
			if err := s.inside(e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// isSavedEntry tells a page that was saved from a folder of such.
func isSavedEntry(object map[string]any) bool {
	for _, k := range []string{"url", "href", "uri", "article__url", "source_url", "highlights", "alternate", "canonical"} {
		if hasValue(object[k]) {
			return true
		}
	}
	content, _ := object["content"].(map[string]any)
	return hasValue(content["text"]) || hasValue(content["url"])
}

// savedArticle reads one entry. Its text is the page that was kept, else what
// is said of it, with notes and highlights.
func savedArticle(o map[string]any) *Article {
	first := func(keys ...string) Field {
		for _, k := range keys {
			if f := pressField(withoutMarkup(joined(o[k], ", ")), "field "+k); f.Value != "" {
				return f
			}
		}
		return Field{}
	}
	flattenReader(o)
	a := &Article{
		Source:    first("siteName", "site_name", "publisher", "feed_title"),
		Title:     first("title", "article__title", "name", "book_title"),
		Byline:    first("author", "authors", "published_by"),
		URL:       first("source_url", "url", "href", "uri", "article__url"),
		Published: first("published_at", "publishedAt", "published_date", "published"),
		Captured:  first("created_at", "createdAt", "savedAt", "time", "date_added", "saved_at", "created"),
		Lang:      first("language", "itemLanguage"),
		Text:      savedText(o),
	}
	if a.Title.Value == "No title found" { // what wallabag says of pages without
		a.Title = Field{}
	}
	if _, pinboard := o["extended"]; pinboard && a.Title.Value == "" {
		a.Title = first("description")
	}
	if content, ok := o["content"].(map[string]any); ok && a.URL.Value == "" {
		a.URL = pressField(joined(content["url"], ""), "field content.url")
	}
	a.Tags = savedTags(o)
	if id := oneLine(joined(o["id"], " ")); id != "" && len(id) <= 100 {
		a.Member = "id " + id
	}
	return a
}

// flattenReader gives an entry of Google Reader's format, in which programs
// that read feeds export what was starred, the keys of the others.
func flattenReader(o map[string]any) {
	for _, k := range []string{"alternate", "canonical"} {
		if links, ok := o[k].([]any); ok && len(links) > 0 {
			link, _ := links[0].(map[string]any)
			o["url"] = link["href"]
		}
	}
	if origin, ok := o["origin"].(map[string]any); ok {
		o["feed_title"] = origin["title"]
	}
}

func savedTags(o map[string]any) []Field {
	var tags []Field
	for _, k := range []string{"tags", "labels"} {
		names := list(o[k])
		if s, ok := o[k].(string); ok && hasValue(o["href"]) {
			names = strings.Fields(s) // Pinboard parts them by blanks
		}
		if named, ok := o[k].(map[string]any); ok {
			names = slices.Sorted(maps.Keys(named))
		}
		for _, name := range names {
			if f := pressField(strings.Trim(name, `[]" `), "field "+k); f.Value != "" {
				tags = append(tags, f)
			}
		}
	}
	return tags
}

// savedText prefers the text of the page to a description of it.
func savedText(o map[string]any) string {
	var parts []string
	about := []string{"content", "html_content", "textContent", "text", "html", "htmlContent", "article__excerpt", "excerpt", "extended", "summary"}
	if _, pinboard := o["extended"]; !pinboard {
		about = append(about, "description")
	}
	for _, k := range about {
		v := o[k]
		if content, ok := v.(map[string]any); ok {
			v = firstValue(content, "text", "htmlContent", "content", "description")
		}
		if t := withoutMarkup(joined(v, "\n\n")); t != "" {
			parts = append(parts, t)
			break
		}
	}
	for _, k := range []string{"note", "notes", "comment", "document_note"} {
		if t := withoutMarkup(joined(o[k], "\n\n")); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(append(parts, highlightsOf(o)...), "\n\n")
}

func firstValue(o map[string]any, keys ...string) any {
	for _, k := range keys {
		if hasValue(o[k]) {
			return o[k]
		}
	}
	return nil
}

func highlightsOf(o map[string]any) []string {
	var parts []string
	for _, k := range []string{"highlights", "annotations"} {
		marked, ok := o[k].([]any)
		if !ok && hasValue(o[k]) {
			marked = []any{o[k]}
		}
		for _, m := range marked {
			h, ok := m.(map[string]any)
			if !ok {
				h = map[string]any{"text": m}
			}
			for _, key := range []string{"text", "quote", "note"} {
				if t := withoutMarkup(joined(h[key], "\n\n")); t != "" {
					parts = append(parts, t)
				}
			}
		}
	}
	return parts
}

var anyMarkup = lazily(`<[a-zA-Z/!][^<>]*>|&#?\w{2,8};`)

// withoutMarkup makes text of what may be HTML.
func withoutMarkup(s string) string {
	if !anyMarkup().MatchString(s) {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(html.Text([]byte(s)))
}

// savedCSVFormat is the tables of Instapaper, Pocket, wallabag, Readwise and
// Raindrop.
var savedCSVFormat = &format{
	name:    "saved-csv",
	version: 2,
	strings: true,
	claims: func(_ string, head []byte) bool {
		line, _, _ := bytes.Cut(head, []byte("\n"))
		return savedHeader().Match(bytes.TrimSpace(line))
	},
	read: readSavedCSV,
}

var savedHeader = lazily(`(?i)^"?(?:url"?,"?title"?,"?selection"?,"?folder\b|title"?,"?url"?,"?time_added\b|title"?[;,]"?url"?[;,]"?content"?[;,]"?tags"?[;,]"?mime|highlight"?,"?book title"?,|id"?,"?title"?,"?note"?,"?excerpt"?,"?url\b|title"?,"?author"?,"?publisher"?,"?url"?,"?tags"?,"?word count\b|id"?,"?type"?,"?title"?,"?url"?,"?content"?,"?note\b|title"?,"?url"?,"?id"?,"?document tags\b)`)

// savedColumns gives the keys of the JSON exports for the columns of tables.
var savedColumns = map[string]string{
	"selection": "excerpt", "time_added": "created", "timestamp": "created", "creation date": "created",
	"saved date": "created", "last interaction date": "",
	"book title": "title", "book author": "author", "highlight": "text", "document tags": "tags", "folder": "",
}

func readSavedCSV(ctx context.Context, in *input, out sink) error {
	in.inUTF8()
	line, err := firstLine(in.r)
	if err != nil {
		return err
	}
	s := &savedEntries{saved: saved{out: out, kind: "link", without: "text"}, rs: newRecords("column", in.fields)}
	defer s.done()
	budget := &budgetReader{r: in.r, left: maxRecord}
	r := csv.NewReader(budget)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = sniffDelimiter(line), true, -1
	header, err := r.Read()
	if err != nil {
		return tableError(err, 1)
	}
	names := s.columns(columnNames(header))
	for row := 2; ; row++ {
		budget.left = maxRecord
		cells, err := r.Read()
		if err == io.EOF {
			return s.rs.missing()
		}
		if err != nil {
			return tableError(err, row)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := s.hand(savedRow(names, cells), fmt.Sprintf("row %d", row)); err != nil {
			return err
		}
	}
}

// columns gives the keys for the columns. One named with --map stays as it is.
func (s *savedEntries) columns(header []string) []string {
	keys := make([]string, len(header))
	for i, name := range header {
		key, known := savedColumns[strings.ToLower(name)]
		if sp := s.rs.lookup(name); sp.field != "" && sp.rank == 0 {
			key, known = name, true
		}
		if keys[i] = key; !known {
			keys[i] = strings.ToLower(name)
		}
	}
	return keys
}

func savedRow(keys, cells []string) map[string]any {
	o := map[string]any{}
	for i, cell := range cells[:min(len(cells), len(keys))] {
		if key := keys[i]; key != "" && strings.TrimSpace(cell) != "" {
			o[key] = validText(cell)
		}
	}
	return o
}

// bookmarksFormat is bookmarks as browsers, Pinboard, Shaarli, Pocket and
// Instapaper export them as a page (Netscape Bookmark File Format).
var bookmarksFormat = &format{
	name:    "bookmarks",
	version: 2,
	strings: true,
	claims: func(_ string, head []byte) bool {
		return bytes.IndexByte(head, '<') >= 0 && bookmarksPage().Match(head)
	},
	read: readBookmarks,
}

var bookmarksPage = lazily(`(?i)^\s*<!doctype netscape-bookmark-file|<title>\s*(?:pocket export|instapaper: export)\s*</title>`)

// maxBookmark is how long one piece of a page of bookmarks may be, in bytes.
const maxBookmark = 16 << 20

func readBookmarks(ctx context.Context, in *input, out sink) error {
	b := &bookmarks{saved: saved{out: out, kind: "link", without: "text"}}
	defer b.done()
	in.inUTF8()
	z := xhtml.NewTokenizer(in.r)
	z.SetMaxBuf(maxBookmark)
	for {
		kind := z.Next()
		if kind == xhtml.ErrorToken {
			if err := z.Err(); err != io.EOF {
				return err
			}
			return b.flush()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.token(z.Token()); err != nil {
			return err
		}
	}
}

// bookmarks reads a page of bookmarks: a link, and behind it perhaps a DD
// with what was noted about it.
type bookmarks struct {
	saved
	link        *Article
	title, note strings.Builder
	into        *strings.Builder
}

func (b *bookmarks) token(t xhtml.Token) error {
	switch {
	case t.Type == xhtml.TextToken && b.into != nil && b.into.Len() < maxBookmark:
		b.into.WriteString(validText(t.Data))
	case t.Type == xhtml.StartTagToken:
		return b.tag(t)
	case t.Type == xhtml.EndTagToken && (t.Data == "a" && b.into == &b.title || t.Data == "dl" || t.Data == "dd"):
		b.into = nil
	}
	return nil
}

func (b *bookmarks) tag(t xhtml.Token) error {
	switch t.Data {
	case "a":
		if b.into == &b.note {
			return nil // a link in a note
		}
		if err := b.flush(); err != nil {
			return err
		}
		b.link, b.into = bookmarkOf(t), &b.title
	case "dd":
		b.into = &b.note
	case "br", "p":
		if b.into != nil {
			b.into.WriteString("\n")
		}
	case "dt", "dl", "h1", "h3", "script", "style":
		b.into = nil
		return b.flush()
	}
	return nil
}

func bookmarkOf(t xhtml.Token) *Article {
	a := &Article{}
	for _, attr := range t.Attr {
		switch rule := "attribute " + attr.Key; attr.Key {
		case "href":
			a.URL = pressField(validText(attr.Val), rule)
		case "add_date", "time_added":
			a.Captured = pressField(validText(attr.Val), rule)
		case "tags":
			for tag := range strings.SplitSeq(validText(attr.Val), ",") {
				if f := pressField(tag, rule); f.Value != "" {
					a.Tags = append(a.Tags, f)
				}
			}
		}
	}
	return a
}

// flush hands on the link under way.
func (b *bookmarks) flush() error {
	a := b.link
	title, note := b.title.String(), b.note.String()
	b.link, b.into = nil, nil
	b.title.Reset()
	b.note.Reset()
	if a == nil || a.URL.Value == "" {
		return nil
	}
	a.Title = pressField(title, "the words of the link")
	a.Text = note
	return b.entry(a, "")
}
