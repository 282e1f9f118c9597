package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// cslFormat is CSL-JSON, which Zotero, Mendeley and pandoc write: references,
// of which those with an abstract are articles.
var cslFormat = &format{
	name:    "csl-json",
	version: 1,
	media:   []string{"application/vnd.citationstyles.csl+json"},
	claims:  func(_ string, head []byte) bool { return isCSL(head) },
	read:    readCSL,
}

var (
	cslType = lazily(`"type"\s*:\s*"([a-z_-]+)"`)
	// cslTypes are the types that nothing else is called; the others are words
	// of every day.
	cslTypes = lazily(`^(?:article-(?:journal|magazine|newspaper)|entry-(?:dictionary|encyclopedia)|legal_case|motion_picture|musical_score|paper-conference|personal_communication|post-weblog|review-book|speech|pamphlet)$`)
	cslPlain = lazily(`^(?:article|bill|book|broadcast|chapter|dataset|document|figure|graphic|interview|legislation|manuscript|map|patent|post|report|review|song|software|thesis|treaty|webpage)$`)
	cslNames = []string{`"container-title"`, `"date-parts"`, `"citation-key"`, `"citation-label"`, `"family"`, `"publisher-place"`, `"event-place"`, `"id": "http://zotero.org/`}
)

func isCSL(head []byte) bool {
	head = bytes.TrimSpace(head)
	if len(head) == 0 || head[0] != '[' && head[0] != '{' {
		return false
	}
	m := cslType().FindSubmatch(head)
	if m == nil || !bytes.Contains(head, []byte(`"id"`)) {
		return false
	}
	if cslTypes().Match(m[1]) {
		return true
	}
	for _, name := range cslNames {
		if cslPlain().Match(m[1]) && bytes.Contains(head, []byte(name)) {
			return true
		}
	}
	return false
}

var cslFields = referenceFields{
	kind: "field", tagSeparators: ",;",
	title: []string{"title"}, byline: []string{"author", "editor", "director"}, lang: []string{"language"},
	source:    []string{"container-title", "publisher", "archive", "collection-title"},
	published: []string{"issued"}, captured: []string{"accessed"},
	url: []string{"URL"}, doi: []string{"DOI"}, text: []string{"abstract"}, tags: []string{"keyword"}, id: []string{"citation-key", "id"},
}

func readCSL(ctx context.Context, in *input, out sink) error {
	refs := newReferences(in, out, cslFields)
	hand := func(object map[string]any) error { return refs.hand(ctx, cslReference(object), 0) }
	err := eachObject(ctx, in, func(object map[string]any) error {
		items, wrapped := object["items"].([]any)
		if !wrapped {
			return hand(object)
		}
		for _, item := range items {
			if object, ok := item.(map[string]any); ok {
				if err := hand(object); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		refs.saved.done()
		return err
	}
	return refs.done()
}

func cslReference(object map[string]any) *reference {
	ref := newReference()
	for _, v := range values(object, 0) {
		switch v.name {
		case "issued", "accessed":
			ref.add(v.name, cslDate(v.v), 0)
		case "author", "editor", "director":
			persons, _ := v.v.([]any)
			for _, p := range persons {
				ref.add(v.name, cslName(p), 0)
			}
		default:
			ref.add(v.name, withoutMarkup(joined(v.v, "; ")), 0)
		}
	}
	return ref
}

func cslName(v any) string {
	person, ok := v.(map[string]any)
	if !ok {
		return joined(v, " ")
	}
	if s := joined(person["literal"], " "); s != "" {
		return s
	}
	var parts []string
	for _, k := range []string{"given", "dropping-particle", "non-dropping-particle", "family", "suffix"} {
		if s := strings.TrimSpace(joined(person[k], " ")); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// cslDate reads a date: parts, as numbers or as text, or what a person wrote.
func cslDate(v any) string {
	object, ok := v.(map[string]any)
	if !ok {
		return joined(v, " ")
	}
	for _, k := range []string{"raw", "literal", "string"} {
		if s := joined(object[k], " "); s != "" {
			return s
		}
	}
	ranges, _ := object["date-parts"].([]any)
	if len(ranges) == 0 {
		return ""
	}
	parts, _ := ranges[0].([]any)
	var date []string
	for i, p := range parts[:min(len(parts), 3)] {
		n, err := json.Number(joined(p, "")).Int64()
		if err != nil {
			break
		}
		date = append(date, fmt.Sprintf("%0*d", []int{4, 2, 2}[i], n))
	}
	return strings.Join(date, "-")
}
