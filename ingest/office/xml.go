package office

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxToken bounds one token of XML in bytes: the reader holds it in memory.
const maxToken = 8 << 20

var errToken = fmt.Errorf("damaged XML: one piece of it is larger than %d MiB", maxToken>>20)

// walker is told what comes in an XML document. Returning false from start
// passes over the element with all that is in it; its end is then not told.
type walker interface {
	start(e *xml.StartElement) bool
	end(name string) // the local name
	text(s string)
}

// skipping is the answer of start for elements that are left out.
const (
	descend = true
	passBy  = false
)

// walk reads XML from start to end, with no more in memory than where it is.
// Entities that a document declares are never expanded, files that it names
// never opened. With lax, what HTML is careless about is forgiven.
func walk(r io.Reader, lax bool, w walker) error {
	source := &tokenReader{r: bufio.NewReader(utf8Reader(r))}
	d := xml.NewDecoder(source)
	d.CharsetReader = charsetReader
	if lax {
		d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	}
	depth, skipped := 0, 0 // skipped: the depth of the element passed over
	for {
		source.left = maxToken
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return xmlError(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return ErrTooDeep
			}
			if skipped == 0 && !w.start(&t) {
				skipped = depth
			}
		case xml.EndElement:
			if skipped == 0 {
				w.end(t.Name.Local)
			}
			if skipped == depth {
				skipped = 0
			}
			depth--
		case xml.CharData:
			if skipped == 0 {
				w.text(string(t))
			}
		}
	}
}

// malformedError is a fault in what XML wants of a document.
type malformedError struct{ *xml.SyntaxError }

func (e malformedError) Error() string {
	return fmt.Sprintf("damaged XML: line %d: %s", e.Line, e.Msg)
}

// xmlError says what is damaged, without the words of the XML package where
// reading failed for another reason.
func xmlError(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return malformedError{syntax}
	}
	return err
}

func isMalformed(err error) bool {
	var malformed malformedError
	return errors.As(err, &malformed)
}

// tokenReader bounds what the decoder may read for one token.
type tokenReader struct {
	r    *bufio.Reader
	left int
}

func (t *tokenReader) ReadByte() (byte, error) {
	if t.left--; t.left < 0 {
		return 0, errToken
	}
	return t.r.ReadByte()
}

func (t *tokenReader) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, errToken
	}
	n, err := t.r.Read(p[:min(len(p), t.left)])
	t.left -= n
	return n, err
}

// utf8Reader undoes UTF-16.
func utf8Reader(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	head, _ := b.Peek(4)
	order := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.Equal(head, []byte("<\x00?\x00")):
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.Equal(head, []byte("\x00<\x00?")):
		order = unicode.BigEndian
	default:
		return b
	}
	return transform.NewReader(b, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
}

// charsetReader reads XML that declares another encoding than UTF-8.
func charsetReader(label string, r io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return r, nil // undone before
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil, fmt.Errorf("damaged XML: unknown encoding %q", label)
	}
	return e.NewDecoder().Reader(r), nil
}

// attr gives an attribute by its local name, "" if it is absent.
func attr(e *xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return e.Attr[i].Value
		}
	}
	return ""
}

// isOff reports an attribute that turns off what its element turns on.
func isOff(value string) bool { return value == "0" || value == "false" || value == "off" }
