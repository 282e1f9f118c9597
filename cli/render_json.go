package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// jsonWriter writes an array of objects, or one object a line. Absent values
// are left out.
type jsonWriter struct {
	w     io.Writer
	names []string
	lines bool
	count int
}

func newJSON(w io.Writer, names []string, _ terminal) writer {
	return &jsonWriter{w: w, names: names}
}

func newJSONLines(w io.Writer, names []string, _ terminal) writer {
	return &jsonWriter{w: w, names: names, lines: true}
}

func (j *jsonWriter) record(values []any) error {
	object, err := jsonObject(j.names, values)
	if err != nil {
		return err
	}
	before, after := "", "\n"
	if !j.lines {
		before, after = ",\n", ""
		if j.count == 0 {
			before = "[\n"
		}
	}
	j.count++
	_, err = fmt.Fprintf(j.w, "%s%s%s", before, object, after)
	return err
}

func (j *jsonWriter) close() error {
	end := "\n]\n"
	switch {
	case j.lines:
		return nil
	case j.count == 0:
		end = "[]\n"
	}
	_, err := io.WriteString(j.w, end)
	return err
}

func jsonObject(names []string, values []any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range names {
		if absent(values[i]) {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		value, err := jsonValue(values[i])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// jsonValue encodes a value and writes characters that a terminal would obey
// as \u escapes; to a program they are the same.
func jsonValue(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return escapeUnsafe(bytes.TrimRight(b.Bytes(), "\n")), nil
}

// escapeUnsafe expects JSON without line ends outside of strings' escapes.
func escapeUnsafe(encoded []byte) []byte {
	if isPlainASCII(string(encoded)) {
		return encoded
	}
	var b []byte
	for _, r := range string(encoded) {
		switch {
		case r == '\n' || !unicode.In(r, unicode.Cc, unicode.Cf) && !isTag(r):
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			b = fmt.Appendf(b, `\u%04x\u%04x`, high, low)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return b
}

// writeJSON writes one value as a document of its own, indented.
func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(escapeUnsafe(b.Bytes()))
	return err
}
