// Package ignore reads lists of what to leave out, in the syntax of gitignore.
package ignore

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Bounds on a list, which may come with a folder that somebody else made.
const (
	MaxBytes    = 64 << 10
	MaxPatterns = 5_000
	maxPattern  = 4096 // bytes
)

// List is the patterns of one file.
type List struct{ patterns []Pattern }

// Pattern is one line of a list.
type Pattern struct {
	Line    int    // from 1
	Text    string // as written
	Negated bool   // what it matches is not left out

	folders bool // only folders
	base    bool // it matches the last name of a path, wherever that lies
	match   *regexp.Regexp
}

// Parse reads a list; whole is false where it has too many patterns, and the
// last ones are not read. A line that makes no pattern matches nothing.
func Parse(text string) (l *List, whole bool) {
	l = &List{}
	text = strings.TrimPrefix(text, "\ufeff")
	for n := 1; text != ""; n++ {
		if len(l.patterns) == MaxPatterns {
			return l, false
		}
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if p, ok := parseLine(strings.TrimSuffix(line, "\r")); ok {
			p.Line = n
			l.patterns = append(l.patterns, p)
		}
	}
	return l, true
}

// Match gives the last pattern that matches a path relative to the folder of
// the list, its names apart by '/', or nil. It does not look at the folders
// above: what lies in one that is left out is left out with it.
func (l *List) Match(path string, isFolder bool) *Pattern {
	if l == nil {
		return nil
	}
	base := path[strings.LastIndexByte(path, '/')+1:]
	for i := len(l.patterns) - 1; i >= 0; i-- {
		p := &l.patterns[i]
		if p.folders && !isFolder {
			continue
		}
		if p.match.MatchString(p.subject(path, base)) {
			return p
		}
	}
	return nil
}

func (p *Pattern) subject(path, base string) string {
	if p.base {
		return base
	}
	return path
}

func parseLine(line string) (p Pattern, ok bool) {
	line = trimBlanks(line)
	if line == "" || line[0] == '#' || len(line) > maxPattern {
		return p, false
	}
	p.Text = line
	line, p.Negated = strings.CutPrefix(line, "!")
	if strings.HasSuffix(line, "/") {
		line, p.folders = line[:len(line)-1], true
	}
	p.base = !strings.Contains(line, "/")
	line, _ = strings.CutPrefix(line, "/")
	// A byte that is no UTF-8 stands for any other such byte.
	expression, ok := translate(strings.ToValidUTF8(line, "\ufffd"))
	if !ok || line == "" {
		return p, false
	}
	var err error
	p.match, err = regexp.Compile(expression)
	return p, err == nil
}

// trimBlanks takes the blanks at the end off, but for those behind a backslash.
func trimBlanks(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}

// translate makes a regular expression of a pattern, which keeps matching
// linear in the length of the name. ok is false for one that matches nothing.
func translate(pattern string) (expression string, ok bool) {
	var out strings.Builder
	out.WriteString(`(?s)\A`)
	for rest, atName := pattern, true; rest != ""; {
		part, n := "", 0
		switch rest[0] {
		case '*':
			part, n = stars(rest, atName)
		case '?':
			part, n = `[^/]`, 1
		case '[':
			if part, n = class(rest); n == 0 {
				return "", false
			}
		case '\\':
			if rest = rest[1:]; rest == "" {
				return "", false
			}
			part, n = literal(rest)
		default:
			part, n = literal(rest)
		}
		out.WriteString(part)
		atName = rest[n-1] == '/'
		rest = rest[n:]
	}
	out.WriteString(`\z`)
	return out.String(), true
}

func literal(rest string) (part string, n int) {
	_, n = utf8.DecodeRuneInString(rest)
	return regexp.QuoteMeta(rest[:n]), n
}

// stars translates a run of stars. Two that stand for whole names, as in
// "a/**/b", match any number of folders; others stay within a name. (git says the
// same, but takes "a**/b" as "a" and "**/b".)
func stars(rest string, atName bool) (part string, n int) {
	n = len(rest) - len(strings.TrimLeft(rest, "*"))
	after := rest[n:]
	switch {
	case n < 2 || !atName || after != "" && after[0] != '/':
		return `[^/]*`, n
	case after == "":
		return `.*`, n
	}
	return `(?:.*/)?`, n + 1
}
