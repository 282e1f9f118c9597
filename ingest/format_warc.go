package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// warcFormat is web archives (ISO 28500, WARC 1.0 and 1.1).
var warcFormat = &format{
	name:    "warc",
	version: 1,
	strings: true,
	binary:  true,
	media:   []string{"application/warc"},
	claims:  func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("WARC/")) },
	read:    readWARC,
}

// arcFormat is the older web archives of the Internet Archive, versions 1 and 2.
var arcFormat = &format{
	name:    "arc",
	version: 1,
	strings: true,
	binary:  true,
	claims:  func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("filedesc://")) },
	read:    readARC,
}

// waczFormat is web archives in a zip: WACZ 1.1.1.
var waczFormat = &format{
	name:    "wacz",
	version: 1,
	binary:  true,
	claims: func(name string, head []byte) bool {
		return extension(name) == "wacz" && zipFormat.claims(name, head)
	},
	read: func(ctx context.Context, in *input, out sink) error {
		// The indexes and lists of pages beside it say nothing more.
		return readMembers(ctx, in, out, func(name string) bool { return strings.HasPrefix(name, "archive/") })
	},
}

// capture is what a web archive saved of one address.
type capture struct {
	member string
	uri    string
	date   string // of the capture
	media  string // of the block; application/http: an answer with its header
	block  io.Reader
}

// maxHeader bounds the header of a record, and of an answer, in bytes.
const maxHeader = 1 << 20

// readWARC reads the answers in a web archive. A damaged record ends it.
func readWARC(ctx context.Context, in *input, out sink) error {
	for n := 1; ; n++ {
		header, err := warcHeader(in.r)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return inRecord(n, err)
		}
		length, err := strconv.ParseInt(header["content-length"], 10, 64)
		if err != nil || length < 0 {
			return inRecord(n, fmt.Errorf("its Content-Length is %q", header["content-length"]))
		}
		block := &io.LimitedReader{R: in.r, N: length}
		switch header["warc-type"] {
		case "response", "resource", "conversion":
			err = in.capture(ctx, capture{
				member: fmt.Sprintf("record %d", n), uri: strings.Trim(header["warc-target-uri"], "<>"),
				date: header["warc-date"], media: header["content-type"], block: block,
			}, out)
		}
		if err == nil {
			err = discard(block)
		}
		if err != nil {
			return inRecord(n, err)
		}
	}
}

func inRecord(n int, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("record %d: %w", n, err)
}

// discard goes to the end of a block.
func discard(block *io.LimitedReader) error {
	_, err := io.Copy(io.Discard, block)
	if err == nil && block.N > 0 {
		err = fmt.Errorf("the file ends %d bytes too early", block.N)
	}
	return err
}

// warcHeader reads the version and the fields before a block; io.EOF at the
// end of the file.
func warcHeader(r *bufio.Reader) (map[string]string, error) {
	for {
		c, err := r.Peek(1)
		if err != nil {
			return nil, err
		}
		if c[0] != '\r' && c[0] != '\n' {
			break
		}
		r.Discard(1)
	}
	version, fields, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(version, "WARC/") {
		return nil, fmt.Errorf("no record of a WARC begins here: %.40q", version)
	}
	return fields, nil
}

// readHeader reads a first line and fields up to an empty line; their names in
// lower case.
func readHeader(r *bufio.Reader) (first string, fields map[string]string, err error) {
	fields = make(map[string]string)
	name, total := "", 0
	for n := 0; ; n++ {
		line, err := r.ReadSlice('\n')
		if total += len(line); err == bufio.ErrBufferFull || total > maxHeader {
			return "", nil, tooLarge("a header", maxHeader)
		}
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

// capture reads what was saved of one address.
func (in *input) capture(ctx context.Context, c capture, out sink) error {
	media, charset := mediaType(c.media)
	body := c.block
	if media == "application/http" {
		answer, err := readAnswer(c.block)
		if err != nil {
			out.failed(c.member, err)
			return nil
		}
		if answer.status != "200" {
			out.skipped(c.member, kindOfAnswer(answer.status))
			return nil
		}
		media, charset, body = answer.media, answer.charset, bytes.NewReader(answer.body)
	}
	if !isPage(media) {
		out.skipped(c.member, kindOf(nameOfURL(c.uri), media, nil))
		return nil
	}
	found := out
	found.article = func(a *Article) error {
		if c.date != "" {
			a.Captured = Field{Value: c.date, Rule: "date of the capture"}
		}
		if a.URL.Value == "" {
			a.URL = Field{Value: c.uri, Rule: "address of the capture"}
		}
		return out.article(a)
	}
	return in.part(ctx, c.member, opened{name: nameOfURL(c.uri), r: body, media: media, charset: charset, url: c.uri}, found)
}

// isPage reports the types of what can be an article.
func isPage(media string) bool {
	switch media {
	case "", "text/html", "application/xhtml+xml", "text/plain", "application/pdf", "application/rss+xml", "application/atom+xml", "application/msword", "application/rtf":
		return true
	}
	return strings.HasPrefix(media, "application/vnd.o")
}

func mediaType(header string) (media, charset string) {
	media, params, err := mime.ParseMediaType(header)
	if err != nil {
		media, _, _ = strings.Cut(header, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	return media, params["charset"]
}

// nameOfURL gives the last part of an address's path.
func nameOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || strings.HasSuffix(u.Path, "/") {
		return ""
	}
	return path.Base(u.Path)
}

// answer is what a web server sent.
type answer struct {
	status         string
	media, charset string
	body           []byte
}

func readAnswer(block io.Reader) (a answer, err error) {
	r := bufio.NewReaderSize(io.LimitReader(block, maxRecord+1), bufferSize)
	status, fields, err := readHeader(r)
	if err != nil {
		return a, err
	}
	words := strings.Fields(status)
	if len(words) < 2 || !strings.HasPrefix(words[0], "HTTP/") {
		return a, fmt.Errorf("no answer of a web server: %.40q", status)
	}
	a.status = words[1]
	a.media, a.charset = mediaType(fields["content-type"])
	if a.status != "200" || !isPage(a.media) {
		return a, nil
	}
	if a.body, err = io.ReadAll(r); err != nil {
		return a, err
	}
	if len(a.body) > maxRecord {
		return a, tooLarge("the answer", maxRecord)
	}
	if strings.EqualFold(fields["transfer-encoding"], "chunked") {
		a.body = dechunked(a.body)
	}
	a.body, err = decoded(a.body, strings.ToLower(fields["content-encoding"]))
	return a, err
}

// dechunked puts together a body sent in chunks (RFC 9112, section 7.1). One
// that is not, whatever its header says, is left as it is; one that breaks off
// keeps what came.
func dechunked(b []byte) []byte {
	var whole []byte
	for rest := b; ; {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		size, _, _ := strings.Cut(strings.TrimSpace(string(line)), ";")
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

// decoded undoes the coding of a body; one that was undone before it was saved
// is left as it is.
func decoded(b []byte, coding string) ([]byte, error) {
	var r io.Reader
	switch {
	case coding == "gzip" || coding == "x-gzip":
		if !bytes.HasPrefix(b, []byte("\x1f\x8b")) {
			return b, nil
		}
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("damaged gzip: %w", err)
		}
		r = z
	case coding == "deflate":
		if len(b) > 2 && b[0] == 0x78 { // a zlib header
			b = b[2:]
		}
		r = flate.NewReader(bytes.NewReader(b))
	case coding == "" || coding == "identity":
		return b, nil
	default:
		return nil, fmt.Errorf("it is coded as %q, which archive does not undo", coding)
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxRecord+1))
	switch {
	case len(plain) > maxRecord:
		return nil, tooLarge("the answer", maxRecord)
	case err != nil && len(plain) == 0:
		return nil, fmt.Errorf("damaged %s: %w", coding, err)
	}
	return plain, nil // what came before the damage
}

// arcRecord is the line before a block: address, IP, date, type, and in
// version 2 more, then the length. Addresses may hold blanks.
var arcRecord = regexp.MustCompile(`^(\S+:.*?) (\S+) (\d{14}) (.*?) ?(\d+)$`)

// readARC reads the answers in a web archive of the older kind.
func readARC(ctx context.Context, in *input, out sink) error {
	for n := 0; ; n++ {
		line, err := arcLine(in.r)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return inRecord(n, err)
		}
		m := arcRecord.FindStringSubmatch(line)
		if m == nil {
			return inRecord(n, fmt.Errorf("no record of an ARC begins here: %.40q", line))
		}
		length, err := strconv.ParseInt(m[5], 10, 64)
		if err != nil {
			return inRecord(n, err)
		}
		block := &io.LimitedReader{R: in.r, N: length}
		if n > 0 && strings.HasPrefix(m[1], "http") { // the first tells of the file
			err = in.capture(ctx, capture{fmt.Sprintf("record %d", n), m[1], arcDate(m[3]), "application/http", block}, out)
		}
		if err == nil {
			err = discard(block)
		}
		if err != nil {
			return inRecord(n, err)
		}
	}
}

// arcLine gives the next line that is not empty.
func arcLine(r *bufio.Reader) (string, error) {
	for {
		line, err := r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			return "", errors.New("a line without end")
		}
		if text := strings.TrimSpace(string(line)); text != "" {
			return text, nil
		}
		if err != nil {
			return "", err
		}
	}
}

func arcDate(digits string) string {
	t, err := time.Parse("20060102150405", digits)
	if err != nil {
		return ""
	}
	return t.Format(time.RFC3339)
}
