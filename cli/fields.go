package cli

import (
	"context"
	"slices"
	"strings"

	"example.com/archive/search"
	"example.com/archive/store"
)

// record is one article on its way out.
type record struct {
	search.Hit
	whole bool // Text, Tags and Cites are filled in
}

// field is one column of the machine formats. Its value is a string, an
// int64, a float64, a bool or a []string; nil where the article has none.
type field struct {
	name  string
	value func(*record) any
	// asked is true where the field is written only if --fields names it,
	// because it needs the whole article or few articles have it.
	asked bool
}

// fields lists all fields in the order in which they are written;
// docs/output.md describes them.
func fields() []field {
	return []field{
		{name: "id", value: func(r *record) any { return r.ID }},
		{name: "key", value: func(r *record) any { return r.Key }},
		{name: "title", value: func(r *record) any { return r.Title.Value }},
		{name: "title_derived", value: titleDerived},
		{name: "source", value: func(r *record) any { return r.Source.Value }},
		{name: "author", value: func(r *record) any { return r.Byline.Value }},
		{name: "published", value: func(r *record) any { return r.Published.String() }},
		{name: "published_from", value: publishedFrom},
		{name: "lang", value: func(r *record) any { return r.Lang.Value }},
		{name: "type", value: func(r *record) any { return r.Type }},
		{name: "url", value: func(r *record) any { return r.URL }},
		{name: "path", value: func(r *record) any { return r.Path }},
		{name: "words", value: func(r *record) any { return int64(r.Words) }},
		{name: "added", value: func(r *record) any { return r.Added }},
		{name: "score", value: score},
		{name: "matched", value: func(r *record) any { return r.Matched }},
		{name: "snippet", value: func(r *record) any { return plainSnippet(r.Snippet) }},
		{name: "captured", asked: true, value: func(r *record) any { return r.Captured.String() }},
		{name: "tags", asked: true, value: func(r *record) any { return r.Tags }},
		{name: "cites", asked: true, value: func(r *record) any { return outlets(r.Cites) }},
		{name: "text", asked: true, value: func(r *record) any { return r.Text }},
	}
}

func fieldNames() []string {
	var names []string
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return names
}

// chooseFields gives the fields that --fields names, in its order; all that
// need not be asked for where it names none.
func chooseFields(list string) []field {
	all := fields()
	if list == "" {
		return slices.DeleteFunc(all, func(f field) bool { return f.asked })
	}
	var chosen []field
	for _, name := range strings.Split(list, ",") {
		i := slices.IndexFunc(all, func(f field) bool { return f.name == strings.TrimSpace(name) })
		chosen = append(chosen, all[i]) // arrange has refused unknown names
	}
	return chosen
}

// chooseFields gives the fields of articles in a format, of which list, the
// flag --fields, picks some.
func (f outputFormat) chooseFields(list string) []field {
	if list == "" && f.brief {
		list = briefFields
	}
	if f.name == "ids" {
		list = "id"
	}
	return chooseFields(list)
}

func titleDerived(r *record) any {
	if r.Title.Value == "" {
		return nil
	}
	return r.Title.Derived
}

func publishedFrom(r *record) any {
	if r.Published.IsZero() {
		return nil
	}
	return r.PublishedBy.Rule
}

// score is absent where nothing was ranked.
func score(r *record) any {
	if r.Score == 0 {
		return nil
	}
	return r.Score
}

// plainSnippet is the snippet without marks, on one line.
func plainSnippet(spans []search.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return fold(b.String())
}

// outlets gives each outlet once, in the order of the text.
func outlets(cites []store.Citation) []string {
	var names []string
	for _, c := range cites {
		if !slices.Contains(names, c.Outlet) {
			names = append(names, c.Outlet)
		}
	}
	return names
}

// complete fills in what a hit leaves out, where a field needs it.
func (r *record) complete(ctx context.Context, a *store.Archive) error {
	if r.whole {
		return nil
	}
	article, err := a.Article(ctx, r.ID)
	if err != nil {
		return err
	}
	r.Article, r.whole = *article, true
	return nil
}

// absent reports whether a value is left out.
func absent(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	}
	return false
}
