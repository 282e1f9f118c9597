package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// held tells what the archive holds of what a filter asks for, where nothing
// passes it.
func (r *rescuer) held(p part) (string, error) {
	field, values := p.flag, []string(nil)
	if f, ok := r.kidOf(p).(fieldNode); ok {
		field, values = f.name, valueTexts(f)
	} else if field != "" && field != "date" {
		values = *valuesOf(&r.query, field)
	}
	switch field {
	case "source", "cites", "author", "tag":
		return r.nearestNames(field, values)
	case "lang":
		return r.facet(store.FacetLang, "languages")
	case "type":
		return r.facet(store.FacetType, "types")
	case "date", "before", "after":
		return r.span()
	}
	return "", nil
}

func (r *rescuer) kidOf(p part) node {
	if p.kid < 0 {
		return nil
	}
	return r.plan.asked[p.kid]
}

// valueTexts gives the values that a field is asked for.
func valueTexts(f fieldNode) (values []string) {
	eachWording(f.value, func(s string, _ bool) string {
		values = append(values, s)
		return s
	})
	return values
}

func (r *rescuer) nearestNames(field string, values []string) (string, error) {
	var told []string
	for _, v := range values[:min(len(values), maxHelp)] {
		names, err := r.alike(field, v)
		if err != nil {
			return "", err
		}
		for _, n := range names {
			told = append(told, fmt.Sprintf("%s %d", elided(n.Value), n.Articles))
		}
	}
	if len(told) == 0 {
		return "", nil
	}
	return "; nearest: " + strings.Join(told, ", "), nil
}

// facet tells the commonest values of a property.
func (r *rescuer) facet(f store.Facet, kind string) (string, error) {
	counts, err := r.view.Facets(r.ctx, store.All{}, []store.Facet{f}, maxHelp)
	if err != nil || len(counts[0].Values) == 0 {
		return "", err
	}
	var told []string
	for _, v := range counts[0].Values {
		told = append(told, fmt.Sprintf("%s %d", elided(v.Value), v.Articles))
	}
	return "; " + kind + " of the archive: " + strings.Join(told, ", "), nil
}

// span tells from when and until when articles are dated.
func (r *rescuer) span() (string, error) {
	var ends []string
	for _, order := range []store.Order{store.ByDate, store.ByDateDesc} {
		found, _, err := r.view.Find(r.ctx, store.Search{Where: store.Has(store.HasDate), Order: order, Limit: 1})
		if err != nil {
			return "", err
		}
		if len(found) == 0 {
			return "; no article of the archive has a date", nil
		}
		rows, err := r.archive.Rows(r.ctx, []int64{found[0].ID})
		if err != nil || len(rows) == 0 {
			return "", err
		}
		ends = append(ends, rows[0].Published.Day())
	}
	return "; the archive holds articles from " + ends[0] + " to " + ends[1], nil
}

// What is looked through for names that are like one.
const (
	maxNames     = 50_000
	maxNameBytes = 200
	nearestNames = 3
)

// alike gives the names of the archive that are most like one that it does
// not hold, with the articles that each has.
func (r *rescuer) alike(field, value string) (names []store.Count, err error) {
	list := map[string]func(*store.Archive, context.Context) ([]store.Name, error){
		"source": (*store.Archive).SourceNames, "cites": (*store.Archive).SourceNames,
		"author": (*store.Archive).BylineNames, "tag": (*store.Archive).TagNames,
	}[field]
	if list == nil || len(value) > maxNameBytes {
		return nil, nil
	}
	known, err := list(r.archive, r.ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range nearNames(known, nameWords(value)) {
		count, err := r.view.Count(r.ctx, namedNode(field, n.ID))
		if err != nil {
			return nil, err
		}
		if count > 0 && len(names) < nearestNames {
			names = append(names, store.Count{Value: n.Name, Articles: count})
		}
	}
	return names, nil
}

func namedNode(field string, id int64) store.Node {
	switch field {
	case "source":
		return store.SourceIn{id}
	case "cites":
		return store.CitesIn{id}
	case "author":
		return store.BylineIn{id}
	}
	return store.TagIn{id}
}

// nearNames gives a few more names than are shown, the most alike first.
func nearNames(known []store.Name, wanted []string) []store.Name {
	type scored struct {
		store.Name
		distance int
	}
	var near []scored
	for _, n := range known[:min(len(known), maxNames)] {
		if d, ok := nameDistance(nameWords(n.Name), wanted); ok && len(n.Name) <= maxNameBytes {
			near = append(near, scored{n, d})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(len(a.Name.Name), len(b.Name.Name)))
	})
	var names []store.Name
	for _, n := range near[:min(len(near), 2*nearestNames)] {
		names = append(names, n.Name)
	}
	return names
}

// nameDistance tells how far a name is from one that is wanted: the edits
// between them as wholes, else, a good deal further, those between the two
// words that are most alike.
func nameDistance(name, wanted []string) (distance int, near bool) {
	const byWord = 10
	a, b := strings.Join(name, ""), strings.Join(wanted, "")
	if a == "" || b == "" {
		return 0, false
	}
	if d := text.Distance(a, b); d <= allowedEdits(b) {
		return d, true
	}
	distance = 2 * byWord
	for _, w := range wanted {
		for _, n := range name {
			if d := text.Distance(n, w); d <= allowedEdits(w) {
				distance = min(distance, byWord+d)
			}
		}
	}
	return distance, distance < 2*byWord
}

// allowedEdits is how wrong a word of a name can be.
func allowedEdits(s string) int {
	switch n := utf8.RuneCountInString(s); {
	case n < 3:
		return 0
	case n <= 5:
		return 1
	case n <= 9:
		return 2
	}
	return 3
}

// nearField gives the field whose name is most like one that is none; "" if
// none is.
func nearField(name string) (field string) {
	most := 1
	if len(name) > 4 {
		most = 2
	}
	if len(name) < 3 || len(name) > 20 {
		return ""
	}
	for _, known := range FieldNames() {
		if d := text.Distance(strings.ToLower(name), known); d <= most && len(known) > 2 {
			field, most = known, d-1
		}
	}
	return field
}
