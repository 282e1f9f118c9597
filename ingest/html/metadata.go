package html

import (
	"net/url"
	"slices"
	"strings"
)

// fill writes what the page says of its article into p.
func (f *facts) fill(p *Page, found articleFound, address string) {
	p.URL = f.url(address)
	p.Title = f.titleOf(found.title)
	p.Byline = f.bylineOf(found.byline)
	p.Site = f.siteOf(found.site)
	p.Lang = f.langOf(found.lang)
	p.Published = f.dates(found.dates)
	p.Tags = f.tags()
}

// said is one thing the page says, by the rule it is known under.
type said struct{ text, rule string }

func (f *facts) says(name string) said {
	if list := f.meta[name]; len(list) > 0 {
		return said{list[0], "meta " + name}
	}
	return said{}
}

func (f *facts) item(name string) said {
	if list := f.items[name]; len(list) > 0 {
		return said{list[0], "microdata " + name}
	}
	return said{}
}

// pick takes what was found, by the rule of what says the same, else the first
// that is said.
func pick(found, rule string, all ...said) Value {
	if found = oneLine(found); found != "" {
		for _, s := range all {
			if oneLine(s.text) == found {
				return Value{Text: found, Rule: s.rule}
			}
		}
		return Value{Text: found, Rule: rule}
	}
	for _, s := range all {
		if text := oneLine(s.text); text != "" {
			return Value{Text: text, Rule: s.rule}
		}
	}
	return Value{}
}

func (f *facts) titleOf(found string) Value {
	return pick(found, "title of the page",
		said{f.ld.headline, "JSON-LD headline"}, f.says("dc:title"), f.says("dcterms:title"), f.says("citation_title"),
		f.says("og:title"), f.says("twitter:title"), said{f.title, "title element"}, f.item("headline"), said{f.h1, "first heading"})
}

func (f *facts) bylineOf(found string) Value {
	if isAddress(found) {
		found = ""
	}
	if len(f.ld.authors) > 0 && !slices.Contains(f.meta["author"], found) {
		found = "" // a line of the page, at best
	}
	all := []said{{strings.Join(f.ld.authors, ", "), "JSON-LD author"}}
	for _, name := range []string{"dc:creator", "dcterms:creator", "author", "citation_author", "article:author", "parsely-author",
		"sailthru:author", "byl", "og:author", "twitter:creator"} {
		s := f.says(name)
		if name == "citation_author" || name == "dc:creator" {
			s.text = strings.Join(f.meta[name], ", ")
		}
		if !isAddress(s.text) && !strings.HasPrefix(s.text, "@") {
			all = append(all, s)
		}
	}
	all = append(all, f.item("author"))
	if by := f.rels["author"]; len(by) > 0 {
		all = append(all, said{by[0], "link to the author"})
	}
	return pick(found, "byline in the page", all...)
}

func (f *facts) siteOf(found string) Value {
	return pick(found, "site named by the page",
		said{f.ld.publisher, "JSON-LD publisher"}, f.says("og:site_name"), f.says("citation_journal_title"), f.says("dc:publisher"),
		f.says("dcterms:publisher"), f.says("application-name"), f.item("publisher"))
}

func (f *facts) langOf(found string) Value {
	return pick(found, "lang of the page", said{f.lang, "lang of the html element"}, f.says("content-language"),
		said{f.ld.lang, "JSON-LD inLanguage"}, f.says("dc:language"), f.says("dcterms:language"), f.says("og:locale"))
}

// dateNames are the meta elements of the date of publication, the surest first.
var dateNames = []string{"article:published_time", "og:article:published_time", "og:published_time", "datepublished", "citation_publication_date",
	"citation_date", "dcterms:issued", "dc:date:issued", "dcterms:available", "dcterms:created", "dc:date", "dcterms:date", "dc:issued", "dc:date:created",
	"dc:created", "parsely-pub-date", "sailthru:date", "pubdate", "publishdate", "publish-date", "publish_date", "published", "publication_date",
	"published_date", "published-date", "pdate", "ptime", "og:pubdate", "cxenseparse:recs:publishtime", "article:published", "article:create_at",
	"weibo:article:create_at", "originalpublicationdate", "displaydate", "rnews:datepublished", "bt:pubdate", "dcsext:articlefirstpublished",
	"article_date_original", "date_published", "datecreated", "date"}

func (f *facts) dates(found []Value) []Value {
	all := []said{{f.ld.published, "JSON-LD datePublished"}}
	for _, name := range dateNames {
		all = append(all, f.says(name))
	}
	all = append(all, f.item("datepublished"), f.item("datecreated"))
	if len(f.times) == 1 {
		all = append(all, said{f.times[0], "time element"})
	}
	var dates []Value
	for _, s := range all {
		if s.text != "" {
			dates = append(dates, Value{Text: oneLine(s.text), Rule: s.rule})
		}
	}
	return append(dates, found...)
}

// Bounds on tags.
const (
	maxTags = 50
	maxTag  = 100 // bytes
)

func (f *facts) tags() []Value {
	var tags []Value
	seen := map[string]bool{}
	add := func(rule string, list []string) {
		for _, tag := range parted(list) {
			if fold := strings.ToLower(tag); tag != "" && len(tag) <= maxTag && !seen[fold] && len(tags) < maxTags {
				seen[fold] = true
				tags = append(tags, Value{Text: tag, Rule: rule})
			}
		}
	}
	add("JSON-LD keywords", f.ld.keywords)
	add("JSON-LD articleSection", f.ld.sections)
	for _, name := range []string{"article:tag", "article:section", "news_keywords", "citation_keywords", "keywords", "parsely-tags", "sailthru:tags", "dc:subject", "dcterms:subject"} {
		add("meta "+name, f.meta[name])
	}
	add("microdata keywords", f.items["keywords"])
	add("link to a tag", f.rels["tag"])
	return tags
}

// parted cuts lists that are written in one.
func parted(list []string) []string {
	var parts []string
	for _, s := range list {
		sep := ","
		if strings.Contains(s, ";") {
			sep = ";"
		}
		for part := range strings.SplitSeq(s, sep) {
			parts = append(parts, oneLine(part))
		}
	}
	return parts
}

// url gives the address of the article. One that is only a site's stands back:
// many pages name it by mistake.
func (f *facts) url(address string) Value {
	base := f.baseAddress(first(f.base, address))
	var all []Value
	for _, s := range []said{{f.links["canonical"], "canonical link"}, f.says("og:url"), {f.ld.url, "JSON-LD url"},
		{f.saved, "note of the browser that saved the page"}, {address, "address it was fetched from"}} {
		if u := webAddress(s.text, base); u != nil && s.text != "" {
			all = append(all, Value{Text: u.String(), Rule: s.rule})
		}
	}
	if i := slices.IndexFunc(all, hasPath); i >= 0 {
		return all[i]
	}
	if len(all) > 0 {
		return all[0]
	}
	return Value{}
}

func hasPath(v Value) bool {
	u, err := url.Parse(v.Text)
	return err == nil && (len(u.Path) > 1 || u.RawQuery != "")
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "//")
}
