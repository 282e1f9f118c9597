package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// decodeDeclared makes a string of bytes whose sender named their charset, ""
// if none. What is valid UTF-8 is that, whatever was named, but for charsets
// that look like ASCII. A name that nobody knows counts as none.
func decodeDeclared(b []byte, charset string) string {
	charset = strings.ToLower(strings.Trim(charset, " \t\"'"))
	sevenBit := strings.HasPrefix(charset, "iso-2022-") || charset == "hz-gb-2312"
	if utf8.Valid(b) && !(sevenBit && bytes.ContainsAny(b, "\x1b~")) {
		return decode(b)
	}
	e := charsetNamed(charset)
	if e == nil {
		return decode(b)
	}
	s, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return decode(b)
	}
	return string(s)
}

// charsetNamed gives a charset by the names of the web or of mail; nil for
// UTF-8, which needs no decoding, and for what is unknown.
func charsetNamed(name string) encoding.Encoding {
	e, err := htmlindex.Get(name)
	if err != nil {
		e, err = ianaindex.MIME.Encoding(name)
	}
	if err != nil || e == nil {
		return nil
	}
	if canonical, err := htmlindex.Name(e); err == nil && (canonical == "utf-8" || canonical == "replacement" || canonical == "x-user-defined") {
		return nil
	}
	return e
}
