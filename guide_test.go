package main

import (
	"strings"
	"testing"
)

// guideQueries lists the examples of docs/query.md: what is indented, up to
// the explanation behind two blanks. Command lines and flags are none of them.
func guideQueries(t *testing.T) (queries []string) {
	for line := range strings.Lines(queryHelp) {
		rest, ok := strings.CutPrefix(line, "    ")
		if !ok || strings.HasPrefix(rest, " ") {
			continue
		}
		query, _, _ := strings.Cut(strings.TrimSpace(rest), "  ")
		if !strings.HasPrefix(query, "archive ") && !strings.HasPrefix(query, "--") {
			queries = append(queries, query)
		}
	}
	if len(queries) < 40 {
		t.Fatalf("docs/query.md has %d examples", len(queries))
	}
	return queries
}
