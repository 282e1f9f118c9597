package cli

import (
	"slices"
	"strings"
)

// This file writes tables whose rows are not articles, in the formats for
// machines: the same flags for each, and the same rules for --fields.

// recordOptions say how rows with these fields are written. They have no ids
// that another command takes.
func recordOptions(fields []string) []option {
	formats := slices.DeleteFunc(formatNames(), func(name string) bool { return name == "ids" })
	return []option{
		{name: "format", short: "f", kind: isText, arg: "FORMAT", help: strings.Join(formats, ", "), values: formats},
		{name: "json", kind: isSwitch, help: "the same as --format json"},
		{name: "csv", kind: isSwitch, help: "the same as --format csv"},
		{name: "fields", kind: isText, arg: "A,B,...", help: "only these fields, in this order", values: fields, listed: true},
	}
}

// picker writes some fields of each record.
type picker struct {
	writer
	at []int
}

func (p picker) record(values []any) error {
	picked := make([]any, len(p.at))
	for i, at := range p.at {
		picked[i] = values[at]
	}
	return p.writer.record(picked)
}

// records gives the writer for rows with these fields, of which list, the flag
// --fields, picks some. In the table format it is the plain table.
func (e *env) records(format outputFormat, names []string, list string) (writer, error) {
	chosen := names
	if list != "" {
		chosen = strings.Split(list, ",")
	}
	p := picker{at: make([]int, len(chosen))}
	for i, name := range chosen {
		chosen[i] = strings.TrimSpace(name)
		if p.at[i] = slices.Index(names, chosen[i]); p.at[i] < 0 {
			return nil, usagef("there is no field %s here (there are %s)", quoted(name), strings.Join(names, ", "))
		}
	}
	if format.writer == nil {
		p.writer = newFieldTable(e.out, chosen, e.term)
	} else {
		p.writer = format.writer(e.out, chosen, e.term)
	}
	return p, nil
}
