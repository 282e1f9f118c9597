package cli

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

// writer writes records of the same fields, one after the other, in a format
// for machines (or, with md, for documents).
type writer interface {
	// record writes the values, one for each name, in order.
	record(values []any) error
	// close ends the output; with no records before it, an empty one.
	close() error
}

// outputFormat is one format. The table is not among the writers: each
// command lays out its own.
type outputFormat struct {
	name   string
	writer func(w io.Writer, names []string, t terminal) writer
	brief  bool // shows a few fields unless asked for others
}

// formats lists the formats; a new one is a file and a line here.
func formats() []outputFormat {
	return []outputFormat{
		{name: "table"},
		{name: "json", writer: newJSON},
		{name: "jsonl", writer: newJSONLines},
		{name: "csv", writer: newCSV},
		{name: "tsv", writer: newTSV},
		{name: "md", writer: newMarkdown, brief: true},
		{name: "ids", writer: newIDs},
	}
}

func formatNames() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func findFormat(name string) outputFormat {
	all := formats()
	return all[slices.IndexFunc(all, func(f outputFormat) bool { return f.name == name })]
}

func (f outputFormat) isJSON() bool { return f.name == "json" || f.name == "jsonl" }

// asText writes a value in one cell: lists are joined by "; ".
func asText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', 6, 64)
	case bool:
		return strconv.FormatBool(v)
	case []string:
		return strings.Join(v, "; ")
	}
	return ""
}
