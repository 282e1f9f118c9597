// Package bibtex reads BibTeX and BibLaTeX files: lists of references whose
// values are LaTeX. It runs no TeX: a macro is what @string says, a command
// of LaTeX is the character or the words it stands for.
package bibtex

import (
	"errors"
	"fmt"
	"strings"
)

// Entry is one reference.
type Entry struct {
	Type   string // in lower case: "article"
	Key    string
	Line   int // of its @, from 1
	Fields []Field
}

// Field is one value of an entry.
type Field struct {
	Name  string // in lower case
	Value string // LaTeX, macros put in; see Text, Verbatim and Names
	Line  int
}

// Get gives the value of a field, "" if the entry has none.
func (e *Entry) Get(name string) string {
	for _, f := range e.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// maxMacros bounds what macros put into the values of a file, in bytes: a
// macro can double another.
const maxMacros = 64 << 20

var errMacros = fmt.Errorf("its macros expand to more than %d MiB", maxMacros>>20)

// ErrUnclosed is the fault of an entry that ends nowhere.
var ErrUnclosed = errors.New("the entry has no end (a brace or a quotation mark is not closed)")

// Read gives the entries of a file, in its order, and reports those that
// cannot be read; an error of each ends it. What stands between entries is a
// comment.
func Read(s string, each func(*Entry) error, failed func(line int, reason error)) error {
	p := &parser{s: s, line: 1, macros: map[string]string{}, left: maxMacros}
	for i, month := range [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"} {
		p.macros[month] = fmt.Sprint(i + 1)
	}
	for p.next() {
		start := p.mark()
		e, err := p.entry()
		if errors.Is(err, ErrUnclosed) {
			// Where a brace behind a backslash is no brace to the one
			// program, it is to another.
			p.back(start)
			p.strict = true
			e, err = p.entry()
			p.strict = false
		}
		switch {
		case errors.Is(err, errMacros):
			return err
		case err != nil:
			failed(start.line, err)
		case e != nil:
			if err := each(e); err != nil {
				return err
			}
		}
	}
	return nil
}

type parser struct {
	s      string
	at     int
	line   int
	macros map[string]string
	left   int  // of maxMacros
	strict bool // a brace behind a backslash counts
}

type mark struct{ at, line int }

func (p *parser) mark() mark  { return mark{p.at, p.line} }
func (p *parser) back(m mark) { p.at, p.line = m.at, m.line }

// next goes to the next @ that can begin an entry.
func (p *parser) next() bool {
	i := strings.IndexByte(p.s[p.at:], '@')
	if i < 0 {
		return false
	}
	p.to(p.at + i)
	return true
}

// to goes on to a place, counting lines.
func (p *parser) to(at int) {
	p.line += strings.Count(p.s[p.at:at], "\n")
	p.at = at
}

func (p *parser) peek() byte {
	if p.at < len(p.s) {
		return p.s[p.at]
	}
	return 0
}

// blanks passes over blanks and comments of TeX.
func (p *parser) blanks() {
	for p.at < len(p.s) {
		switch c := p.s[p.at]; {
		case c == '\n':
			p.line++
		case c == '%':
			end := strings.IndexByte(p.s[p.at:], '\n')
			if end < 0 {
				end = len(p.s) - p.at
			}
			p.at += end
			continue
		case c != ' ' && c != '\t' && c != '\r':
			return
		}
		p.at++
	}
}

// word reads a name: of a type, a field or a macro.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.s) && isNameByte(p.s[p.at]) {
		p.at++
	}
	return strings.ToLower(p.s[start:p.at])
}

func isNameByte(c byte) bool {
	return c > ' ' && c != 0x7f && !strings.ContainsRune("\"#%'(),={}@\\", rune(c)) || c >= 0x80
}

// entry reads what an @ begins; nil if that is no entry.
func (p *parser) entry() (*Entry, error) {
	e := &Entry{Line: p.line}
	p.at++
	p.blanks()
	e.Type = p.word()
	p.blanks()
	closing := map[byte]byte{'{': '}', '(': ')'}[p.peek()]
	if e.Type == "" || closing == 0 {
		return nil, nil
	}
	p.at++
	switch e.Type {
	case "comment":
		_, err := p.braced(closing)
		return nil, err
	case "preamble":
		_, err := p.braced(closing)
		return nil, err
	case "string":
		return nil, p.macro(closing)
	}
	p.key(e, closing)
	return e, p.fields(e, closing)
}

// key reads the name of an entry, which programs also leave out.
func (p *parser) key(e *Entry, closing byte) {
	p.blanks()
	end := strings.IndexAny(p.s[p.at:], ",=\n\"{"+string(closing))
	if end < 0 || p.s[p.at+end] != ',' && p.s[p.at+end] != closing && p.s[p.at+end] != '\n' {
		return
	}
	e.Key = strings.TrimSpace(p.s[p.at : p.at+end])
	p.at += end
}

// fields reads the fields of an entry up to its end.
func (p *parser) fields(e *Entry, closing byte) error {
	for {
		p.blanks()
		switch c := p.peek(); {
		case p.at >= len(p.s) || p.atEntry():
			return ErrUnclosed
		case c == closing:
			p.at++
			return nil
		case !isNameByte(c):
			p.at++
			continue
		}
		f := Field{Line: p.line, Name: p.word()}
		p.blanks()
		if p.peek() != '=' {
			continue // no field: what broke in is passed over
		}
		p.at++
		var err error
		if f.Value, err = p.value(); err != nil {
			return err
		}
		e.Fields = append(e.Fields, f)
	}
}

// atEntry reports an @ at the start of a line that begins an entry: where one
// is open, its end was lost.
func (p *parser) atEntry() bool {
	if p.peek() != '@' || p.at > 0 && p.s[p.at-1] != '\n' {
		return false
	}
	i := p.at + 1
	for i < len(p.s) && (p.s[i]|0x20 >= 'a' && p.s[i]|0x20 <= 'z') {
		i++
	}
	for i < len(p.s) && p.s[i] == ' ' {
		i++
	}
	return i > p.at+1 && i < len(p.s) && p.s[i] == '{'
}

func (p *parser) macro(closing byte) error {
	var e Entry
	if err := p.fields(&e, closing); err != nil {
		return err
	}
	for _, f := range e.Fields {
		p.macros[f.Name] = f.Value
	}
	return nil
}

// value reads the parts of a value, which # joins.
func (p *parser) value() (string, error) {
	var b strings.Builder
	for {
		part, err := p.part()
		if err != nil {
			return "", err
		}
		b.WriteString(part)
		if p.blanks(); p.peek() != '#' {
			return b.String(), nil
		}
		p.at++
	}
}

func (p *parser) part() (string, error) {
	p.blanks()
	switch p.peek() {
	case '{':
		p.at++
		return p.braced('}')
	case '"':
		p.at++
		return p.braced('"')
	}
	name := p.word()
	s, known := p.macros[name]
	if !known {
		return name, nil
	}
	if p.left -= len(s); p.left < 0 {
		return "", errMacros
	}
	return s, nil
}

// braced reads up to the sign that closes, braces inside taken as pairs.
func (p *parser) braced(closing byte) (string, error) {
	start, depth := p.at, 0
	for i := p.at; i < len(p.s); i++ {
		switch c := p.s[i]; {
		case c == closing && depth == 0:
			p.to(i)
			p.at++
			return p.s[start:i], nil
		case c == '\\' && !p.strict:
			i++
		case c == '{':
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == '@' && p.s[i-1] == '\n':
			if p.to(i); p.atEntry() {
				return "", ErrUnclosed
			}
		}
	}
	p.to(len(p.s))
	return "", ErrUnclosed
}
