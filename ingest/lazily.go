package ingest

import (
	"regexp"
	"sync"
)

// lazily gives a regular expression that is compiled when it is first used:
// most runs of the program use few, and shall not wait for all.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
