package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"example.com/archive/text"
)

// spellings are the names that files use for the fields of an article, the
// surest first, as foldName writes them.
var spellings = map[string]string{
	"title": "title headline articletitle headlinemain heading subject posttitle newstitle pagetitle titletext name " +
		"titel überschrift schlagzeile titre titulo título titolo заголовок назва название",
	"text": "text body content fulltext articlebody articletext maintext bodytext articlecontent contenttext textcontent " +
		"plaintext fullcontent rawtext newstext story transcript contents contentencoded article inhalt texte texto testo текст " +
		"description summary abstract excerpt snippet lead",
	"source": "source publisher publication publicationname sourcename outlet newspaper sitename site newssite medium mediaoutlet media newssource agency journal magazine feed feedtitle feedname provider " +
		"quelle zeitung fuente fonte источник издание джерело видання",
	"author": "author authors byline creator dccreator by writtenby writer writers reporter journalist authorname " +
		"autor autoren verfasser auteur auteurs автор авторы автори",
	"date": "published publishedat datepublished publishdate publisheddate publicationdate pubdate date datetime publishedtime publishedon firstpublished issued dateissued displaydate articledate timestamp posted postedat posteddate postdate dcdate created createdat datecreated creationdate " +
		"datum veröffentlicht fecha data publié дата опубликовано опубліковано",
	"url":  "url link href permalink canonical canonicalurl articleurl weburl pageurl sourceurl originalurl uri webpage",
	"lang": "lang language inlanguage languagecode langcode locale sprache langue idioma язык мова",
	"tags": "tags keywords categories topics tag keyword category topic section subjects labels hashtags",
	"id":   "id key guid docid articleid uuid documentid newsid docno",
}

// foldName makes spellings of a field's name equal: letter case, "_", "-",
// blanks and other signs do not count.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// spelling says which field of an article a name means, and how surely:
// the lowest rank wins among the names that have a value.
type spelling struct {
	field string
	rank  int
	rule  string // that a field is found by: what the file calls it
}

var spelled = sync.OnceValue(func() map[string]spelling {
	m := map[string]spelling{}
	for field, names := range spellings {
		for rank, name := range strings.Fields(names) {
			m[name] = spelling{field: field, rank: rank + 1}
		}
	}
	return m
})

// Bounds on what is remembered of the names in one file.
const (
	maxNamesKnown = 4096
	maxNamesShown = 20
)

// value is one field of a record as the file has it.
type value struct {
	name string
	v    any // string, json.Number, bool, nil, []any or map[string]any
	line int
}

// records turns the records of one file into articles.
type records struct {
	kind   string            // what a file calls a field: "field", "column"
	mapped map[string]string // a name in the file -> the field it was given
	unseen map[string]bool   // of mapped, those that no record had so far
	known  map[string]spelling
	names  []string // the first names seen
	ids    memberNames
	best   map[string]spelledValue // of the record under way, by field
	vals   []value                 // of the line under way
	flat   flatReader
}

func newRecords(kind string, fields map[string]string) *records {
	rs := &records{
		kind:   kind,
		mapped: map[string]string{},
		unseen: map[string]bool{},
		known:  map[string]spelling{},
		best:   map[string]spelledValue{},
	}
	for field, name := range fields {
		rs.mapped[name] = field
		rs.unseen[name] = true
	}
	return rs
}

// lookup says which field a name means; the zero spelling if none.
func (rs *records) lookup(name string) spelling {
	sp, ok := rs.known[name]
	if ok {
		return sp
	}
	sp = spelled()[foldName(name)]
	if field, ok := rs.mapped[name]; ok {
		sp = spelling{field: field}
		delete(rs.unseen, name)
	} else if field, ok := rs.mappedFold(name); ok {
		sp = spelling{field: field}
	}
	if sp.field != "" {
		sp.rule = rs.kind + " " + name
	}
	if len(rs.known) < maxNamesKnown {
		rs.known[name] = sp
	}
	if len(rs.names) < maxNamesShown && !slices.Contains(rs.names, name) {
		rs.names = append(rs.names, name)
	}
	return sp
}

// mappedFold finds a name that was given in another letter case.
func (rs *records) mappedFold(name string) (string, bool) {
	for given, field := range rs.mapped {
		if strings.EqualFold(given, name) {
			delete(rs.unseen, given)
			return field, true
		}
	}
	return "", false
}

// missing is the error for a mapping onto a field that no record has.
func (rs *records) missing() error {
	for name := range rs.unseen {
		return fmt.Errorf("no record has the %s %q that --map gives to %s (it has: %s)",
			rs.kind, name, rs.mapped[name], shownNames(rs.names))
	}
	return nil
}

// shownNames lists names in an error. What stands for a name where there is none
// may be as long as a text.
func shownNames(names []string) string {
	const longest = 40
	var shown []string
	for _, name := range names[:min(len(names), maxNamesShown)] {
		shown = append(shown, text.Shorten(name, longest))
	}
	list := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// article makes an article of a record. line is where the record starts, 0
// if unknown; member names it unless it has an id of its own.
func (rs *records) article(vals []value, member string, line int) (*Article, error) {
	best := rs.best
	clear(best)
	var tags []spelledValue
	for _, v := range vals {
		sp := rs.lookup(v.name)
		if sp.field == "" || !hasValue(v.v) {
			continue
		}
		if sp.field == "tags" {
			tags = append(tags, spelledValue{v, sp})
			continue
		}
		if known, ok := best[sp.field]; !ok || sp.rank < known.rank {
			best[sp.field] = spelledValue{v, sp}
		}
	}
	a := &Article{Member: rs.member(best["id"].value, member), Line: line}
	a.Title = best["title"].asField()
	a.Source = best["source"].asField()
	a.Byline = best["author"].asField()
	a.Published = best["date"].asField()
	a.URL = best["url"].asField()
	a.Lang = best["lang"].asField()
	a.Tags = tagFields(tags)
	a.Text = joined(best["text"].v, "\n\n")
	if l := best["text"].line; l > 0 {
		a.Line = l
		if rs.kind == "column" { // whose cells may begin with blank lines
			begins := strings.IndexFunc(a.Text, func(r rune) bool { return !unicode.IsSpace(r) })
			a.Line += strings.Count(a.Text[:max(begins, 0)], "\n")
		}
	}
	if a.Title.Value == "" && strings.TrimSpace(a.Text) == "" {
		return a, rs.noArticle(vals)
	}
	return a, nil
}

// mapOver puts what the user has named with --map before what the format
// makes of a record.
func (rs *records) mapOver(a *Article, vals []value) {
	if len(rs.mapped) == 0 {
		return
	}
	var named []value
	for _, v := range vals {
		if sp := rs.lookup(v.name); sp.field != "" && sp.rank == 0 {
			named = append(named, v)
		}
	}
	given, _ := rs.article(named, "", 0)
	a.Title, a.Source, a.Byline = firstField(given.Title, a.Title), firstField(given.Source, a.Source), firstField(given.Byline, a.Byline)
	a.Published, a.Lang, a.URL = firstField(given.Published, a.Published), firstField(given.Lang, a.Lang), firstField(given.URL, a.URL)
	if given.Member != "" {
		a.Member = given.Member
	}
	if len(given.Tags) > 0 {
		a.Tags = given.Tags
	}
	if text := withoutMarkup(given.Text); text != "" {
		a.Text, a.Line = text, given.Line
	}
}

type spelledValue struct {
	value
	spelling
}

func (v spelledValue) asField() Field {
	s := strings.TrimSpace(joined(v.v, ", "))
	if s == "" {
		return Field{}
	}
	return Field{Value: s, Line: v.line, Rule: v.rule}
}

// tagFields gathers what all the fields for tags hold, each tag once.
func tagFields(vals []spelledValue) []Field {
	if len(vals) == 0 {
		return nil
	}
	slices.SortStableFunc(vals, func(a, b spelledValue) int { return a.rank - b.rank })
	var tags []Field
	seen := map[string]bool{}
	for _, v := range vals {
		for _, tag := range list(v.v) {
			if tag = strings.TrimSpace(tag); tag == "" || seen[tag] {
				continue
			}
			seen[tag] = true
			tags = append(tags, Field{Value: tag, Line: v.line, Rule: v.rule})
		}
	}
	return tags
}

// member names a record by its id, numbered where the file has the id twice.
func (rs *records) member(id value, place string) string {
	s := oneLine(joined(id.v, " "))
	if s == "" || len(s) > maxMemberName {
		return place
	}
	return rs.ids.unique("id " + s)
}

func (rs *records) noArticle(vals []value) error {
	if len(vals) == 0 {
		return errors.New("neither title nor text: the record is empty")
	}
	var names []string
	for _, v := range vals {
		names = append(names, v.name)
	}
	slices.Sort(names)
	return fmt.Errorf("neither title nor text (it has: %s)", shownNames(names))
}

func hasValue(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// objectKeys are the fields that hold what an object stands for, as in
// {"name": "BBC"} or {"rendered": "Title"}, the surest first.
var objectKeys = []string{"name", "value", "text", "rendered", "main", "#text", "_", "$t", "@value", "$date", "$oid", "$numberLong", "title", "content", "fullname", "label"}

// joined writes a value as text; the parts of a list stand sep apart.
func joined(v any, sep string) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		var parts []string
		for _, e := range v {
			if s := joined(e, sep); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, sep)
	case map[string]any:
		for _, k := range objectKeys {
			if s := joined(v[k], sep); s != "" {
				return s
			}
		}
	}
	return ""
}

// list gives the parts of a value; a string is cut at ";" or else ",".
func list(v any) []string {
	switch v := v.(type) {
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, joined(e, ", "))
		}
		return parts
	case string:
		for _, sep := range []string{";", "|", ",", "、"} {
			if strings.Contains(v, sep) {
				return strings.Split(v, sep)
			}
		}
		return []string{v}
	}
	return []string{joined(v, ", ")}
}
