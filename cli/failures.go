package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/archive/ingest"
)

// namedFailures is how many failures a report for people names one by one;
// more are counted by their reasons.
const namedFailures = 20

// namedReasons is how many reasons are named.
const namedReasons = 10

// failures names what could not be read, on stderr: it is not the data.
func (e *env) failures(list []ingest.Failure, total int) error {
	if err := e.out.Flush(); err != nil || total == 0 {
		return err
	}
	if total <= namedFailures {
		for _, f := range list {
			fmt.Fprintf(e.err, "archive: could not read %s\n", failureText(f))
		}
		return nil
	}
	fmt.Fprintf(e.err, "archive: could not read %s files or parts of files\n", number(total))
	for _, line := range reasonLines(list, total) {
		fmt.Fprintln(e.err, cutTo(line, e.errTerm.width))
	}
	fmt.Fprintln(e.err, "archive: 'archive import --report --format csv' names each with its reason")
	return nil
}

// reasonLines count failures by their reasons, the most frequent first, each
// with one that has it.
func reasonLines(list []ingest.Failure, total int) (lines []string) {
	type group struct {
		reason string
		first  ingest.Failure
		n      int
	}
	var groups []group
	for _, f := range list {
		reason := reasonKind(f.Reason)
		i := slices.IndexFunc(groups, func(g group) bool { return g.reason == reason })
		if i < 0 {
			i, groups = len(groups), append(groups, group{reason: reason, first: f})
		}
		groups[i].n++
	}
	slices.SortStableFunc(groups, func(a, b group) int { return b.n - a.n })
	rest := total
	for _, g := range groups[:min(len(groups), namedReasons)] {
		example := failedName(g.first)
		if g.n > 1 {
			example += ", ..."
		}
		lines = append(lines, fmt.Sprintf("%6s  %s: %s", number(g.n), safeLine(g.reason), example))
		rest -= g.n
	}
	if rest > 0 {
		lines = append(lines, fmt.Sprintf("%6s  others", number(rest)))
	}
	return lines
}

// reasonKind is what reasons have in common that differ in the place alone:
// "damaged feed: line 3: ..." and "damaged feed: line 4: ...".
func reasonKind(reason string) string {
	reason, _, _ = strings.Cut(reason, " (")
	parts := strings.Split(reason, ": ")
	for _, part := range parts {
		if !strings.ContainsAny(part, "0123456789/") {
			return part
		}
	}
	return parts[len(parts)-1]
}

func failureText(f ingest.Failure) string {
	return failedName(f) + ": " + safeLine(f.Reason)
}

func failedName(f ingest.Failure) string {
	name := nearName(f.Path)
	if f.Member != "" {
		name += ", " + safeLine(f.Member)
	}
	return name
}

// nearName names a file as seen from the current folder where it lies below.
func nearName(path string) string {
	here, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return originName(path)
	}
	rel, err := filepath.Rel(here, path)
	if err != nil || !filepath.IsLocal(rel) {
		return originName(path)
	}
	return safeLine(rel)
}
