package search

import (
	"fmt"
	"slices"
	"strings"

	"example.com/archive/store"
)

func languageList(langs []string) string {
	named := slices.Clone(langs)
	for i, l := range named {
		if l == "" {
			named[i] = "unknown"
		}
	}
	return strings.Join(named, ", ")
}

func articles(n int) string {
	if n == 1 {
		return "1 article"
	}
	return fmt.Sprintf("%d articles", n)
}

// maxHelp bounds the words, and the filters, that help looks into.
const maxHelp = 10

// help says why nothing was found: what each word has on its own, and which
// filter removed everything.
func (s *searcher) help() (lines []string, err error) {
	for _, l := range s.plan.leaves[:min(len(s.plan.leaves), maxHelp)] {
		n, err := s.view.Count(s.ctx, l.condition)
		if err != nil {
			return nil, err
		}
		lines = append(lines, fmt.Sprintf("%s: in %s", l.label, articles(n)))
	}
	for i, f := range s.plan.filters[:min(len(s.plan.filters), maxHelp)] {
		n, err := s.view.Count(s.ctx, s.without(i))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			lines = append(lines, fmt.Sprintf("without %s: %s", f.label, articles(n)))
		}
	}
	return lines, nil
}

// without is the condition for all words with one filter lifted.
func (s *searcher) without(lifted int) store.Node {
	var and store.And
	for _, u := range s.plan.units {
		and = append(and, u.condition)
	}
	for i, f := range s.plan.filters {
		if i != lifted {
			and = append(and, f.condition)
		}
	}
	return and
}
