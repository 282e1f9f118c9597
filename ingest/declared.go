package ingest

import (
	"bytes"
	"cmp"

	"example.com/archive/ingest/charset"
)

// decodeDeclared makes a string of bytes whose sender named their charset, ""
// if none. Where the bytes are not of that charset the name counts for nothing.
func decodeDeclared(b []byte, declared string) string {
	return charset.Text(b, declared)
}

// decodePage makes a page UTF-8, by what it was declared with or declares of
// itself.
func decodePage(b []byte, declared string) []byte {
	return []byte(charset.Text(b, declared, charset.Declared(b)))
}

// text decodes a file by what it was declared to be, the most trusted first, ""
// for nothing.
func (in *input) text(b []byte, declared ...string) string {
	s, found := charset.Decode(b, declared...)
	in.note(found)
	return s
}

// inUTF8 makes the rest of a file UTF-8 that is read piece by piece, by what
// its beginning looks like. Where that is UTF-8 the file stays as it is.
func (in *input) inUTF8() {
	head, err := in.r.Peek(bufferSize)
	if err == nil {
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	c := charset.Of(head, in.charset, charset.Declared(head))
	in.note(c.Found)
	if err == nil && c.Name == "utf-8" && isASCII(string(head)) { // what follows may be anything
		in.through(charset.Later(in.r, in.charset, charset.Declared(head)))
		return
	}
	if c.Name != "utf-8" || c.Besides != "" {
		in.through(c.Reader(in.r))
	}
}

// note keeps what a file was decoded from. One that was UTF-16 is UTF-8 by now.
func (in *input) note(found charset.Found) {
	if in.found.Name == "" {
		in.found = found
	}
}

// charsetField says how a file was decoded; empty where it was not.
func charsetField(found charset.Found) Field {
	f := Field{Value: found.Name, Rule: string(found.How), Derived: found.How == charset.ByDetection}
	if found.Besides != "" {
		f.Value, f.Rule = found.Name+" and "+found.Besides, "lines in both; the second "+string(charset.ByDetection)
	}
	if found.Doubtful {
		f.Rule = cmp.Or(f.Rule, "guessed") + "; another is almost as likely"
	}
	return f
}
