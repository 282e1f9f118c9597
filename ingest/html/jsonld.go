package html

import (
	"encoding/json"
	"strings"
)

// linkedData is what the JSON-LD of a page says of its article, the fields
// that schema.org defines. Several objects fill up what those before left empty.
type linkedData struct {
	headline, published, publisher, lang, url, body string
	authors, keywords                               []string
	sections                                        []string
}

// Bounds on JSON-LD.
const (
	maxLinkedData  = 4 << 20 // bytes of one script
	maxLinkedDepth = 20
	maxLinkedNodes = 10_000
)

// read takes one script. What is no JSON is left out.
func (ld *linkedData) read(script string) {
	var v any
	script = strings.TrimSpace(script)
	script = strings.TrimSuffix(strings.TrimPrefix(script, "<![CDATA["), "]]>")
	if json.Unmarshal([]byte(script), &v) != nil && json.Unmarshal([]byte(withoutLineEnds(script)), &v) != nil {
		return
	}
	budget := maxLinkedNodes
	ld.walk(v, 0, &budget)
}

// withoutLineEnds mends what many pages get wrong: line ends inside strings,
// and a ";" at the end.
func withoutLineEnds(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
	return strings.TrimRight(s, "; ")
}

// walk finds the articles among the objects of a graph.
func (ld *linkedData) walk(v any, depth int, budget *int) {
	if *budget--; *budget < 0 || depth > maxLinkedDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			ld.walk(e, depth+1, budget)
		}
	case map[string]any:
		if isArticle(v["@type"]) {
			ld.article(v)
		}
		for _, inside := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"} {
			if inside != "itemListElement" || depth == 0 && isArticle(v["@type"]) {
				ld.walk(v[inside], depth+1, budget)
			}
		}
	}
}

// isArticle reports the types of schema.org that are articles.
func isArticle(v any) bool {
	for _, t := range strs(v) {
		t = t[strings.LastIndexAny(t, "/:")+1:]
		switch {
		case strings.HasSuffix(t, "Article"), strings.HasSuffix(t, "BlogPosting"), t == "Report", t == "Review",
			t == "SocialMediaPosting", t == "DiscussionForumPosting", t == "CreativeWork", t == "Chapter", t == "Book":
			return true
		}
	}
	return false
}

func (ld *linkedData) article(o map[string]any) {
	for _, field := range []struct {
		to   *string
		from any
	}{
		{&ld.headline, firstOf(o, "headline", "name", "title")},
		{&ld.published, firstOf(o, "datePublished", "dateCreated")},
		{&ld.publisher, o["publisher"]},
		{&ld.lang, o["inLanguage"]},
		{&ld.url, firstOf(o, "url", "mainEntityOfPage")},
		{&ld.body, o["articleBody"]},
	} {
		if *field.to == "" {
			*field.to = strings.Join(strs(field.from)[:min(1, len(strs(field.from)))], "")
		}
	}
	if len(ld.authors) == 0 {
		ld.authors = strs(firstOf(o, "author", "creator"))
	}
	if len(ld.keywords) == 0 {
		ld.keywords = strs(o["keywords"])
	}
	if len(ld.sections) == 0 {
		ld.sections = strs(o["articleSection"])
	}
}

func firstOf(o map[string]any, names ...string) any {
	for _, name := range names {
		if len(strs(o[name])) > 0 {
			return o[name]
		}
	}
	return nil
}

// strs gives the strings that a value stands for: itself, those of a list, the
// name of an object.
func strs(v any) []string {
	switch v := v.(type) {
	case string:
		if v = strings.TrimSpace(v); v != "" {
			return []string{v}
		}
	case []any:
		var all []string
		for _, e := range v[:min(len(v), maxFacts)] {
			all = append(all, shallow(e)...)
		}
		return all
	case map[string]any:
		return shallow(v)
	}
	return nil
}

func shallow(v any) []string {
	if o, ok := v.(map[string]any); ok {
		for _, name := range []string{"name", "@value", "@id", "alternateName"} {
			if list, ok := o[name].([]any); ok && len(list) > 0 {
				v = list[0]
				break
			}
			if s, ok := o[name].(string); ok && s != "" {
				v = s
				break
			}
		}
	}
	if s, ok := v.(string); ok && strings.TrimSpace(s) != "" {
		return []string{strings.TrimSpace(s)}
	}
	return nil
}
