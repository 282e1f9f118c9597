package ingest

import "example.com/archive/ingest/charset"

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
