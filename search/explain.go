package search

import (
	"fmt"
	"slices"
	"strings"
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
