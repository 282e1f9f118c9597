package charset

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// chunkSize is how much is decoded at once, in bytes.
const chunkSize = 64 << 10

// Reader decodes what it reads from r.
func (c *Coding) Reader(r io.Reader) io.Reader {
	return &reader{coding: c, r: bufio.NewReaderSize(r, chunkSize)}
}

// Later decodes what it reads from r, of which nothing is known but what it is
// declared to be: the first part that is not ASCII tells the encoding of the
// rest.
func Later(r io.Reader, declared ...string) io.Reader {
	return &reader{declared: declared, r: bufio.NewReaderSize(r, chunkSize)}
}

type reader struct {
	coding   *Coding // nil until it is known
	declared []string
	r        *bufio.Reader
	text     []byte // decoded and not yet read
}

func (d *reader) Read(p []byte) (int, error) {
	for len(d.text) == 0 {
		chunk, err := d.r.Peek(chunkSize)
		if len(chunk) == 0 {
			return 0, err
		}
		n := len(chunk)
		if err == nil {
			n = cut(chunk)
		}
		d.r.Discard(d.decode(chunk, n))
	}
	n := copy(p, d.text)
	d.text = d.text[n:]
	return n, nil
}

// decode takes the text of the first n bytes of a chunk, or, where n is 0, of
// as many as end with a whole character, and gives their number.
func (d *reader) decode(chunk []byte, n int) int {
	whole := chunk
	if n > 0 {
		whole = chunk[:n]
	}
	if isASCII(whole) && d.coding == nil {
		d.text = bytes.Clone(whole)
		return len(whole)
	}
	if d.coding == nil {
		d.coding = Of(whole, d.declared...)
	}
	if utf8.Valid(whole) && !isASCII(whole) { // the file changes its encoding
		d.text = bytes.Clone(whole)
		return len(whole)
	}
	text := d.coding.Text(whole)
	for less := 1; n == 0 && less < utf8.UTFMax && strings.HasSuffix(text, "\ufffd"); less++ {
		if shorter := d.coding.Text(chunk[:len(chunk)-less]); !strings.HasSuffix(shorter, "\ufffd") {
			text, whole = shorter, chunk[:len(chunk)-less]
		}
	}
	d.text = []byte(text)
	return len(whole)
}

// cut is where text may be cut: after a line, else after a sign that is no part
// of a longer character in any encoding; 0 if there is none.
func cut(chunk []byte) int {
	if i := bytes.LastIndexByte(chunk, '\n'); i >= 0 {
		return i + 1
	}
	return bytes.LastIndexFunc(chunk, func(r rune) bool { return r == '\t' || r >= ' ' && r <= '/' }) + 1
}
