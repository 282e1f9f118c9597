package cli

import (
	"slices"
	"strings"
	"unicode"

	"example.com/archive/search"
)

// nothing says that nothing was found, why, and what to type instead.
func (e *env) nothing(r *search.Result) {
	e.notef("nothing found")
	for _, line := range r.Help {
		e.notef("%s", safeLine(line))
	}
	if line, ok := e.suggested(r); ok {
		e.notef("%s:", suggests(r.Suggestion))
		e.notef("  %s", line)
	}
}

// suggests says what a suggestion finds.
func suggests(s *search.Suggestion) string {
	if s.All == 0 {
		return "this finds " + countOf(s.Some, "article") + " with some of the words"
	}
	text := "this finds " + countOf(s.All, "article")
	if s.Some > 0 {
		text += " with all the words, " + number(s.Some) + " with some"
	}
	return text
}

// maxSuggested is the longest command line, in bytes, that is shown to be typed.
const maxSuggested = 1000

// suggested gives the command line for a POSIX shell that asks what is
// suggested: the one that was typed, but for the words and filters.
func (e *env) suggested(r *search.Result) (line string, ok bool) {
	if r.Suggestion == nil || len(e.line) < 2 {
		return "", false
	}
	q := r.Suggestion.Query
	words := []string{"archive", e.line[1]}
	end := slices.Index(e.line, "--")
	for _, flag := range e.line[2:max(end, 2)] {
		name, _, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if !slices.Contains(askedByFlag, name) {
			words = append(words, shellQuote(flag))
		}
	}
	words = append(words, queryFlags(q)...)
	if end >= 0 && end+1 < len(e.line) { // list has no words
		if strings.HasPrefix(q.Text, "-") {
			words = append(words, "--")
		}
		words = append(words, shellQuote(q.Text))
	}
	line = strings.Join(words, " ")
	// What cannot be shown as it is cannot be typed from what is shown.
	return line, len(line) <= maxSuggested && safeLine(line) == line
}

// askedByFlag lists the flags that queryFlags writes, and those that make no
// sense for another result.
var askedByFlag = []string{"source", "author", "lang", "type", "tag", "cites", "since", "until",
	"all", "any", "exact", "no-correct", "offset"}

// queryFlags writes the flags that stand for parts of a query.
func queryFlags(q search.Query) (flags []string) {
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"source", q.Sources}, {"author", q.Authors}, {"lang", q.Langs}, {"type", q.Types},
		{"tag", q.Tags}, {"cites", q.Cites}, {"since", []string{q.Since}}, {"until", []string{q.Until}},
	} {
		for _, v := range f.values {
			if v != "" {
				flags = append(flags, shellQuote("--"+f.name+"="+v))
			}
		}
	}
	for _, f := range []struct {
		name string
		on   bool
	}{
		{"all", q.Match == search.AllOnly}, {"any", q.Match == search.Any},
		{"exact", q.Exact}, {"no-correct", q.NoCorrect},
	} {
		if f.on {
			flags = append(flags, "--"+f.name)
		}
	}
	return flags
}

// shellQuote makes a word of a text for a POSIX shell, and those like it. Of
// what stands in single quotes nothing means anything but the quote.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:,@+%", r)
	}
	name, value, isFlag := strings.Cut(s, "=")
	if isFlag && strings.HasPrefix(name, "--") && !strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return name + "=" + shellQuote(value)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
