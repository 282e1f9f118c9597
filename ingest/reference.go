package ingest

import (
	"context"
	"strings"
	"unicode"
)

// reference is what a list of references says of one work, under the names
// that the format has for it.
type reference struct {
	names  []string            // in the order of the file
	values map[string][]string // by name; a name may stand several times
	lines  map[string]int      // of the first value of each name, 0 if unknown
	// published is the date where more than one name says it.
	published Field
}

func newReference() *reference {
	return &reference{values: map[string][]string{}, lines: map[string]int{}}
}

func (r *reference) add(name, value string, line int) {
	if value = strings.TrimSpace(value); value == "" {
		return
	}
	if r.values[name] == nil {
		r.names, r.lines[name] = append(r.names, name), line
	}
	r.values[name] = append(r.values[name], value)
}

// referenceFields says which names of a format are a field of an article, the
// surest first. Of byline, text and tags all values of a name count, of the
// others the first.
type referenceFields struct {
	kind                                             string // what the format calls a name: "tag", "field"
	title, byline, source, published, captured, lang []string
	url, doi, text, tags, id                         []string
	tagSeparators                                    string
	familyFirst                                      bool // names are written "Marlow, Jane"
}

// references makes articles of references. Those without an abstract or a
// text of their own are only counted.
type references struct {
	saved
	fields referenceFields
	rs     *records
}

func newReferences(in *input, out sink, fields referenceFields) *references {
	return &references{
		saved:  saved{out: out, kind: "reference", without: "abstract"},
		fields: fields,
		rs:     newRecords(fields.kind, in.fields),
	}
}

// done reports what is no article, and a name given with --map that no
// reference has.
func (r *references) done() error {
	r.saved.done()
	return r.rs.missing()
}

// hand hands on one reference.
func (r *references) hand(ctx context.Context, ref *reference, line int) error {
	if ctx.Err() != nil || len(ref.names) == 0 {
		return ctx.Err()
	}
	f := &r.fields
	a := &Article{
		Title: r.first(ref, f.title), Source: r.first(ref, f.source), Published: firstField(ref.published, r.first(ref, f.published)), Captured: r.first(ref, f.captured),
		Lang: r.first(ref, f.lang), URL: r.first(ref, f.url), Byline: r.byline(ref), Tags: r.tags(ref), Line: line,
	}
	if a.URL.Value == "" && a.Source.Value != "" {
		a.URL = r.doiAddress(ref)
	}
	for _, name := range f.text {
		if a.Text = strings.Join(ref.values[name], "\n\n"); a.Text != "" {
			a.Line = max(ref.lines[name], 0)
			break
		}
	}
	r.rs.mapOver(a, ref.all())
	if a.Member == "" {
		a.Member = r.rs.member(value{v: r.first(ref, f.id).Value}, "")
	}
	return r.entry(a, "")
}

func (r *references) first(ref *reference, names []string) Field {
	for _, name := range names {
		for _, v := range ref.values[name] {
			if f := pressField(v, r.fields.kind+" "+name); f.Value != "" {
				f.Line = ref.lines[name]
				return f
			}
		}
	}
	return Field{}
}

func (r *references) byline(ref *reference) Field {
	for _, name := range r.fields.byline {
		var persons []string
		for _, v := range ref.values[name] {
			if r.fields.familyFirst {
				v = givenFirst(v)
			}
			persons = append(persons, v)
		}
		if f := pressField(strings.Join(persons, ", "), r.fields.kind+" "+name); f.Value != "" {
			f.Line = ref.lines[name]
			return f
		}
	}
	return Field{}
}

func (r *references) tags(ref *reference) []Field {
	var tags []Field
	seen := map[string]bool{}
	for _, name := range r.fields.tags {
		for _, v := range ref.values[name] {
			for _, tag := range strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune(r.fields.tagSeparators, c) }) {
				f := pressField(tag, r.fields.kind+" "+name)
				if f.Line = ref.lines[name]; f.Value != "" && !seen[f.Value] {
					seen[f.Value] = true
					tags = append(tags, f)
				}
			}
		}
	}
	return tags
}

// all gives the values as those of a record.
func (r *reference) all() []value {
	var vals []value
	for _, name := range r.names {
		list := make([]any, len(r.values[name]))
		for i, v := range r.values[name] {
			list[i] = v
		}
		vals = append(vals, value{name, list, r.lines[name]})
	}
	return vals
}

// maxNameWords is how many words a part of a person's name may have; a comma
// between longer ones stands in the name of a body.
const maxNameWords = 4

// mailInName is the address that databases put behind a name.
var mailInName = lazily(`\s*\([^()]*@[^()]*\)`)

// givenFirst turns "Marlow, Jane" and "Marlow, Jane, Jr." round.
func givenFirst(name string) string {
	name = mailInName().ReplaceAllString(name, "")
	parts := strings.Split(name, ",")
	if len(parts) < 2 || len(parts) > 3 {
		return name
	}
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
		if n := len(strings.Fields(part)); n == 0 || n > maxNameWords {
			return strings.Trim(name, ", ")
		}
	}
	if !unicode.IsUpper(firstRune(parts[1])) {
		return name
	}
	parts[0], parts[1] = parts[1], parts[0]
	return strings.Join(parts, " ")
}

// doiAddress is where the DOI of a reference is resolved.
func (r *references) doiAddress(ref *reference) Field {
	for _, name := range r.fields.doi {
		for _, v := range ref.values[name] {
			id := strings.TrimSuffix(strings.ToLower(v), " [doi]")
			for _, before := range []string{"https://doi.org/", "http://dx.doi.org/", "doi:"} {
				id = strings.TrimSpace(strings.TrimPrefix(id, before))
			}
			if strings.HasPrefix(id, "10.") && !strings.ContainsAny(id, " \t\n") {
				return Field{Value: "https://doi.org/" + id, Line: ref.lines[name], Rule: r.fields.kind + " " + name + ", as an address", Derived: true}
			}
		}
	}
	return Field{}
}
