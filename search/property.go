package search

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/archive/store"
	"example.com/archive/text"
)

// ask plans one value of a field that asks for a property. begins is true
// where the value was written with a * behind it.
func (p *planner) ask(field, value string, begins bool) store.Node {
	switch field {
	case "source":
		return store.SourceIn(p.named("source", value, begins, (*store.Archive).SourceNames))
	case "cites":
		return store.CitesIn(p.named("outlet", value, begins, (*store.Archive).SourceNames))
	case "author":
		return store.BylineIn(p.named("author", value, begins, (*store.Archive).BylineNames))
	case "tag":
		return store.TagIn(p.named("tag", value, begins, (*store.Archive).TagNames))
	case "lang":
		return p.language(value)
	case "type":
		return store.TypeIn{strings.ToLower(value)}
	case "url":
		return store.URLContains(value)
	case "path":
		return store.PathContains(value)
	case "site":
		return store.Site(strings.TrimPrefix(strings.ToLower(value), "www."))
	case "id":
		return p.ids(value)
	case "is", "has":
		return p.quality(field, value)
	case "saved":
		return p.savedSearch(value)
	}
	return p.when(field, value)
}

// anyValue plans field:*.
func (p *planner) anyValue(field string) store.Node {
	if field == "saved" {
		return p.anySaved()
	}
	property, ok := map[string]store.Property{
		"source": store.HasSource, "author": store.HasByline, "date": store.HasDate,
		"url": store.HasURL, "tag": store.HasTag, "cites": store.HasCites,
	}[field]
	if !ok {
		return store.All{}
	}
	return store.Has(property)
}

// named finds the names that a value stands for.
func (p *planner) named(kind, value string, begins bool, list func(*store.Archive, context.Context) ([]store.Name, error)) []int64 {
	names, err := list(p.archive, p.ctx)
	if err != nil {
		p.fail(err)
		return nil
	}
	wanted := nameWords(value)
	ids := []int64{}
	for _, n := range names {
		if nameMatches(nameWords(n.Name), wanted, begins) {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) == 0 {
		p.plan.notes = append(p.plan.notes, "no "+kind+" of the archive is named "+value)
	}
	return ids
}

// nameWords folds a name into its words, for comparing.
func nameWords(name string) (words []string) {
	for _, t := range tokensOf(text.NewAnalyser(noLanguage), name) {
		words = append(words, t.Surface)
	}
	return words
}

// minJoined is the shortest name, in bytes, that is also found written
// together: The Cradle as TheCradle.co.
const minJoined = 5

// nameMatches reports whether the wanted words stand in a name, in sequence;
// begins lets the last be the beginning of a word.
func nameMatches(name, wanted []string, begins bool) bool {
	if len(wanted) == 0 {
		return false
	}
	for i := 0; i+len(wanted) <= len(name); i++ {
		if wordsMatch(name[i:], wanted, begins) {
			return true
		}
	}
	joined := strings.Join(wanted, "")
	return len(joined) >= minJoined && strings.HasPrefix(strings.Join(name, ""), joined)
}

func wordsMatch(name, wanted []string, begins bool) bool {
	for i, w := range wanted {
		if begins && i == len(wanted)-1 && strings.HasPrefix(name[i], w) {
			continue
		}
		if name[i] != w {
			return false
		}
	}
	return true
}

func (p *planner) language(value string) store.Node {
	code := text.LanguageCode(value)
	if !slices.ContainsFunc(p.langs, func(c store.Count) bool { return c.Value == code }) {
		p.plan.notes = append(p.plan.notes, "no article of the archive is in the language "+value)
	}
	return store.LangIn{code}
}

func (p *planner) ids(value string) store.Node {
	ids := store.IDIn{}
	for _, s := range strings.Split(value, ",") {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			p.plan.notes = append(p.plan.notes, "id:"+value+" is not a number of an article")
			return store.None{}
		}
		ids = append(ids, id)
	}
	return ids
}

// qualities are what is: and has: ask for.
var qualities = map[string]store.Node{
	"is:old": store.Has(store.IsSuperseded), "is:current": store.Not{Node: store.Has(store.IsSuperseded)},
	"is:untitled": store.Not{Node: store.Has(store.HasTitle)}, "is:undated": store.Not{Node: store.Has(store.HasDate)},
	"has:title": store.Has(store.HasTitle), "has:author": store.Has(store.HasByline),
	"has:date": store.Has(store.HasDate), "has:source": store.Has(store.HasSource),
	"has:url": store.Has(store.HasURL), "has:tag": store.Has(store.HasTag), "has:cites": store.Has(store.HasCites),
}

func (p *planner) quality(field, value string) store.Node {
	if q, ok := qualities[field+":"+strings.ToLower(value)]; ok {
		p.plan.versions = p.plan.versions || q == store.Has(store.IsSuperseded)
		return q
	}
	known := "old, current, untitled, undated"
	if field == "has" {
		known = "title, author, date, source, url, tag, cites"
	}
	p.plan.notes = append(p.plan.notes, field+":"+value+" is not known (known: "+known+")")
	return store.None{}
}

// when plans the fields that take a date.
func (p *planner) when(field, value string) store.Node {
	d, err := readDays(value, p.now)
	if err != nil {
		p.plan.notes = append(p.plan.notes, field+": "+err.Error())
		return store.None{}
	}
	switch field {
	case "before":
		d = days{dawn, d.first - 1}
	case "after":
		d = days{d.last + 1, dusk}
	case "added":
		return addedIn(d, p.now)
	}
	return store.PublishedIn{First: d.first, Last: d.last}
}
