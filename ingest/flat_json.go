package ingest

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// object reads an object of JSON whose members are strings, numbers,
// literals and lists of these, as nearly all records are: what parseJSON and
// values give, without a map and without going over the line three times. It
// gives ok false for anything else and for whatever is not certainly valid,
// which parseJSON then judges. The fields are appended to vals.
func (f *flatReader) object(vals []value, s []byte, line int) (_ []value, ok bool) {
	f.s, f.at = s, 0
	if !utf8.Valid(s) || !f.take('{') {
		return vals, false
	}
	for more := !f.take('}'); more; {
		name, ok := f.string()
		if !ok || !f.take(':') {
			return vals, false
		}
		v, ok := f.value(true)
		if !ok {
			return vals, false
		}
		vals = append(vals, value{name, v, line})
		if more = f.take(','); !more && !f.take('}') {
			return vals, false
		}
	}
	f.blanks()
	return sortedValues(vals), f.at == len(s)
}

// sortedValues orders fields by their names; of those with one name the last
// counts.
func sortedValues(vals []value) []value {
	slices.SortStableFunc(vals, func(a, b value) int {
		switch {
		case a.name < b.name:
			return -1
		case a.name > b.name:
			return 1
		}
		return 0
	})
	kept := vals[:0]
	for i, v := range vals {
		if i+1 == len(vals) || vals[i+1].name != v.name {
			kept = append(kept, v)
		}
	}
	return kept
}

// flatReader goes through one line of JSON that is valid UTF-8.
type flatReader struct {
	s       []byte
	at      int
	scratch []byte // for strings with escapes
}

func (f *flatReader) blanks() {
	for f.at < len(f.s) && (f.s[f.at] == ' ' || f.s[f.at] == '\t' || f.s[f.at] == '\r' || f.s[f.at] == '\n') {
		f.at++
	}
}

// take passes over blanks and then c if it is there.
func (f *flatReader) take(c byte) bool {
	f.blanks()
	if f.at == len(f.s) || f.s[f.at] != c {
		return false
	}
	f.at++
	return true
}

// value reads a value; lists are read where they may stand.
func (f *flatReader) value(lists bool) (any, bool) {
	f.blanks()
	if f.at == len(f.s) {
		return nil, false
	}
	switch c := f.s[f.at]; {
	case c == '"':
		return f.string()
	case c == '[' && lists:
		return f.list()
	case c == '-' || c >= '0' && c <= '9':
		return f.number()
	}
	for _, l := range [...]struct {
		word string
		v    any
	}{{"null", nil}, {"true", true}, {"false", false}} {
		if bytes.HasPrefix(f.s[f.at:], []byte(l.word)) {
			f.at += len(l.word)
			return l.v, true
		}
	}
	return nil, false
}

func (f *flatReader) list() (any, bool) {
	f.at++
	list := []any{}
	for more := !f.take(']'); more; {
		v, ok := f.value(false)
		if !ok {
			return nil, false
		}
		list = append(list, v)
		if more = f.take(','); !more && !f.take(']') {
			return nil, false
		}
	}
	return list, true
}

// number reads a number; json.Valid says whether it is one.
func (f *flatReader) number() (any, bool) {
	start := f.at
	for f.at < len(f.s) && bytes.IndexByte([]byte("+-.0123456789Ee"), f.s[f.at]) >= 0 {
		f.at++
	}
	n := f.s[start:f.at]
	return json.Number(n), json.Valid(n)
}

// string reads a string behind blanks.
func (f *flatReader) string() (string, bool) {
	if !f.take('"') {
		return "", false
	}
	start := f.at
	f.plain()
	if f.at < len(f.s) && f.s[f.at] == '"' {
		f.at++
		return string(f.s[start : f.at-1]), true
	}
	return f.escaped(start)
}

// plain passes over what stands for itself in a string.
func (f *flatReader) plain() {
	for f.at < len(f.s) && f.s[f.at] != '"' && f.s[f.at] != '\\' && f.s[f.at] >= ' ' {
		f.at++
	}
}

// escaped reads the rest of a string that begins at start and has a
// backslash where the reader is.
func (f *flatReader) escaped(start int) (string, bool) {
	b := f.scratch[:0]
	defer func() { f.scratch = b }()
	for {
		b = append(b, f.s[start:f.at]...)
		if f.at+1 >= len(f.s) || f.s[f.at] < ' ' {
			return "", false
		}
		if f.s[f.at] == '"' {
			f.at++
			return string(b), true
		}
		f.at++
		var ok bool
		if b, ok = f.escape(b); !ok {
			return "", false
		}
		start = f.at
		f.plain()
	}
}

// escape appends what stands behind a backslash.
func (f *flatReader) escape(b []byte) ([]byte, bool) {
	c := f.s[f.at]
	f.at++
	switch c {
	case '"', '\\', '/':
		return append(b, c), true
	case 'n':
		return append(b, '\n'), true
	case 't':
		return append(b, '\t'), true
	case 'r':
		return append(b, '\r'), true
	case 'b':
		return append(b, '\b'), true
	case 'f':
		return append(b, '\f'), true
	case 'u':
		r, ok := f.hex()
		if utf16.IsSurrogate(r) {
			if !bytes.HasPrefix(f.s[f.at:], []byte(`\u`)) {
				return b, false
			}
			f.at += 2
			low, valid := f.hex()
			r, ok = utf16.DecodeRune(r, low), valid && ok
			ok = ok && r != utf8.RuneError
		}
		return utf8.AppendRune(b, r), ok
	}
	return b, false
}

// hex reads the four digits of an escaped character.
func (f *flatReader) hex() (r rune, ok bool) {
	if f.at+4 > len(f.s) {
		return 0, false
	}
	for _, c := range f.s[f.at : f.at+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	f.at += 4
	return r, true
}
