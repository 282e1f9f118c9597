package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxHeader bounds the header of a record, and of an answer, in bytes.
const maxHeader = 1 << 20

// httpAnswer is what a web server sent.
type httpAnswer struct {
	status         string // "200"
	media, charset string
	body           []byte // of a page, its codings undone
	damage         error  // in the body, which ends there; nil for none
}

// isPage reports an answer that is the page which was asked for: 203 is one
// that something on the way has changed.
func (a httpAnswer) isPage() bool { return a.status == "200" || a.status == "203" }

// readAnswer reads an answer of HTTP/1 with its header (RFC 9112). name is what
// its address calls it. The body of what is no page is left unread.
func (in *input) readAnswer(block io.Reader, name string) (a httpAnswer, err error) {
	if in.answers == nil {
		in.answers = bufio.NewReaderSize(nil, bufferSize)
	}
	r := in.answers
	r.Reset(block)
	status, fields, err := readHeader(r)
	if err != nil {
		return a, err
	}
	words := strings.Fields(status)
	if len(words) < 2 || !strings.HasPrefix(strings.ToUpper(words[0]), "HTTP/") {
		return a, fmt.Errorf("no answer of a web server: %.40q", status)
	}
	a.media, a.charset = mediaType(fields["content-type"])
	if a.status = statusOf(words[1]); !a.isPage() || !isPage(a.media, name) {
		return a, nil
	}
	if a.body, err = io.ReadAll(io.LimitReader(r, maxRecord+1)); err != nil {
		return a, err
	}
	if len(a.body) > maxRecord {
		return a, tooLarge("the answer", maxRecord)
	}
	codings := append(codingsIn(fields["content-encoding"]), codingsIn(fields["transfer-encoding"])...)
	for _, coding := range slices.Backward(codings) {
		a.body, err = in.decoded(a.body, coding)
		if err != nil && len(a.body) == 0 {
			return a, err
		}
		a.damage = errors.Join(a.damage, err)
	}
	return a, nil
}

// statusOf makes of a status what can be reported.
func statusOf(word string) string {
	if n, err := strconv.Atoi(word); err != nil || n < 100 || n > 999 {
		return "no status"
	}
	return word
}

// codingsIn lists codings in the order in which they were applied.
func codingsIn(header string) (codings []string) {
	for c := range strings.SplitSeq(header, ",") {
		if c = strings.ToLower(strings.TrimSpace(c)); c != "" {
			codings = append(codings, c)
		}
	}
	return codings[:min(len(codings), maxPackings)]
}

// decoded undoes one coding of a body. One that was undone before it was
// saved, or was never applied, is left as it is: the header then says what the
// server sent, or a charset. Of a damaged one it gives with the error what
// stands before the damage.
func (in *input) decoded(b []byte, coding string) ([]byte, error) {
	switch {
	case coding == "chunked":
		return dechunked(b), nil
	case coding == "identity" || isPlain(b):
		return b, nil
	}
	r, err := decoder(b, coding)
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(&spendingReader{r, in.spent}, maxRecord+1))
	switch {
	case in.spent.over != nil:
		return nil, in.spent.over
	case len(plain) > maxRecord:
		return nil, tooLarge("the answer", maxRecord)
	case err != nil:
		return plain, fmt.Errorf("damaged %s: %w", coding, err)
	}
	return plain, nil
}

func decoder(b []byte, coding string) (r io.Reader, err error) {
	r = bytes.NewReader(b)
	switch coding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(b, []byte("\x1f\x8b")) {
			return r, nil
		}
		r, err = gzip.NewReader(r)
	case "deflate":
		r = flate.NewReader(bytes.NewReader(withoutZlibHeader(b)))
	case "zstd":
		r, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	default:
		return nil, fmt.Errorf("it is coded as %.20q, which archive does not undo", coding)
	}
	if err != nil {
		err = fmt.Errorf("damaged %s: %w", coding, err)
	}
	return r, err
}

// withoutZlibHeader makes a bare stream of what servers call deflate, which
// is one or has the two bytes of RFC 1950 before it.
func withoutZlibHeader(b []byte) []byte {
	if len(b) > 2 && b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 {
		return b[2:]
	}
	return b
}

// isPlain reports a body that nothing has packed: text, or a document.
func isPlain(b []byte) bool {
	for _, magic := range []string{"%PDF-", "PK\x03\x04", "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	head := b[:min(len(b), headSize)]
	if bytes.ContainsFunc(head, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r\f", r) }) {
		return false
	}
	for len(head) < len(b) && len(head) > 0 && !utf8.RuneStart(b[len(head)]) { // a character that is cut
		head = head[:len(head)-1]
	}
	return utf8.Valid(head) || bytes.HasPrefix(bytes.TrimSpace(head), []byte("<"))
}

// dechunked puts together a body sent in chunks (RFC 9112, section 7.1). One
// that is not, whatever its header says, is left as it is; one that breaks off
// keeps what came.
func dechunked(b []byte) []byte {
	var whole []byte
	for rest := b; ; {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		size, _, _ := strings.Cut(strings.TrimSpace(string(line[:min(len(line), maxChunkLine)])), ";")
		n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 32)
		switch {
		case (!ok || err != nil || n < 0) && whole == nil:
			return b
		case !ok || err != nil || n <= 0:
			return whole
		}
		n = min(n, int64(len(after)))
		whole = append(whole, after[:n]...)
		rest = bytes.TrimPrefix(bytes.TrimPrefix(after[n:], []byte("\r")), []byte("\n"))
	}
}

// maxChunkLine bounds the line before a chunk, in bytes.
const maxChunkLine = 4096

// readHeader reads a first line and fields up to an empty line; their names in
// lower case. The header of a page may end with the file.
func readHeader(r *bufio.Reader) (first string, fields map[string]string, err error) {
	fields = make(map[string]string)
	name, left := "", maxHeader
	for n := 0; ; n++ {
		line, err := boundedLine(r, left)
		left -= len(line)
		if err != nil && (err != io.EOF || n == 0 && len(line) == 0) {
			return "", nil, endsEarly(err)
		}
		text := strings.TrimRight(string(line), "\r\n")
		key, value, isField := strings.Cut(text, ":")
		switch {
		case n == 0:
			first = text
		case text == "": // also at the end of the file
			return first, fields, nil
		case text[0] == ' ' || text[0] == '\t':
			fields[name] += " " + strings.TrimSpace(text)
		case isField:
			name = strings.ToLower(strings.TrimSpace(key))
			fields[name] = strings.TrimSpace(value)
		}
	}
}

func endsEarly(err error) error {
	if err == io.EOF {
		return errors.New("the file ends in a header")
	}
	return err
}

// boundedLine reads a line of at most so many bytes, its end included; io.EOF
// where the file ends without one. It is good until the next reading.
func boundedLine(r *bufio.Reader, limit int) (line []byte, err error) {
	line, err = r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		line = bytes.Clone(line)
	}
	for err == bufio.ErrBufferFull && len(line) <= limit {
		var more []byte
		more, err = r.ReadSlice('\n')
		line = append(line, more...)
	}
	if len(line) > limit {
		return nil, tooLarge("a header", maxHeader)
	}
	return line, err
}
