package charset

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"
)

// chunkSize is how much is decoded at once, in bytes.
const chunkSize = 64 << 10

// Reader decodes what it reads from r.
func (c *Coding) Reader(r io.Reader) io.Reader {
	return &reader{coding: c, r: bufio.NewReaderSize(r, chunkSize)}
}

type reader struct {
	coding *Coding
	r      *bufio.Reader
	text   []byte // decoded and not yet read
}

func (d *reader) Read(p []byte) (int, error) {
	for len(d.text) == 0 {
		chunk, err := d.r.Peek(chunkSize)
		if len(chunk) == 0 {
			return 0, err
		}
		if err == nil {
			chunk = chunk[:cut(chunk)]
		}
		if utf8.Valid(chunk) && !isASCII(chunk) { // the file changes its encoding
			d.text = bytes.Clone(chunk)
		} else {
			d.text = []byte(d.coding.Text(chunk))
		}
		d.r.Discard(len(chunk))
	}
	n := copy(p, d.text)
	d.text = d.text[n:]
	return n, nil
}

// cut is where text may be cut: after a line, else after a blank, which is no
// part of a longer character in any encoding.
func cut(chunk []byte) int {
	if i := bytes.LastIndexByte(chunk, '\n'); i >= 0 {
		return i + 1
	}
	if i := bytes.LastIndexByte(chunk, ' '); i >= 0 {
		return i + 1
	}
	return len(chunk)
}
