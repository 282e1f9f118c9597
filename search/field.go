package search

import (
	"slices"
	"strings"
)

// fields holds the names that may stand before a colon, with what each is an
// alias of.
var fields = map[string]string{
	"title": "title", "subject": "title",
	"text":   "text",
	"author": "author", "by": "author",
	"source": "source", "from": "source",
	"url": "url", "site": "site", "lang": "lang", "type": "type", "path": "path", "id": "id",
	"cites": "cites", "tag": "tag",
	"date": "date", "before": "before", "after": "after", "added": "added",
	"is": "is", "has": "has", "saved": "saved",
}

// fieldName gives the field that a name stands for; "" if it is none.
func fieldName(name string) string { return fields[strings.ToLower(name)] }

// isColumn reports whether a field limits words to a part of the article and
// not the article to a property.
func isColumn(field string) bool { return field == "title" || field == "text" }

// FieldNames lists the fields of the query language, aliases included.
func FieldNames() []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
