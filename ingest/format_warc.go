package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// warcFormat is web archives (ISO 28500, WARC 1.0 and 1.1).
var warcFormat = &format{
	name:    "warc",
	version: 2,
	strings: true,
	binary:  true,
	media:   []string{"application/warc"},
	claims:  func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("WARC/")) },
	read:    readWARC,
}

// arcFormat is the older web archives of the Internet Archive, versions 1 and 2.
var arcFormat = &format{
	name:    "arc",
	version: 2,
	strings: true,
	binary:  true,
	claims:  func(_ string, head []byte) bool { return bytes.HasPrefix(head, []byte("filedesc://")) },
	read:    readARC,
}

// waczFormat is web archives in a zip: WACZ 1.1.1.
var waczFormat = &format{
	name:    "wacz",
	version: 2,
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
	block  *blockReader
}

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
			return inRecord(n, fmt.Errorf("its Content-Length is %.40q", header["content-length"]))
		}
		block := &blockReader{r: in.r, left: length}
		if err := in.warcRecord(ctx, n, header, block, out); err != nil {
			return inRecord(n, err)
		}
	}
}

// warcRecord reads a record to its end. What a crawler notes of its work
// (warcinfo, request, metadata) is passed over.
func (in *input) warcRecord(ctx context.Context, n int, header map[string]string, block *blockReader, out sink) error {
	c := capture{
		uri:  strings.Trim(header["warc-target-uri"], "<>"),
		date: header["warc-date"], media: header["content-type"], block: block,
	}
	c.member = cmp.Or(c.uri, fmt.Sprintf("record %d", n))
	switch kind := strings.ToLower(header["warc-type"]); kind {
	case "response", "resource", "conversion":
		return in.capture(ctx, c, out)
	case "revisit":
		out.skipped(c.member, "repeated web answer")
	case "warcinfo", "request", "metadata":
	case "continuation":
		out.skipped(c.member, "continuation of a record")
	default:
		out.skipped(c.member, "record of an unknown type")
	}
	return block.discard()
}

func inRecord(n int, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("record %d: %w", n, err)
}

// blockReader reads the block of a record. Where the file ends in it, it ends
// too: what there is of a page is kept, and discard tells.
type blockReader struct {
	r    io.Reader
	left int64 // bytes
	err  error // why it cannot be read to its end
	cut  bool  // which is that the file ends
}

func (b *blockReader) Read(p []byte) (int, error) {
	if b.left == 0 || b.cut {
		return 0, io.EOF
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case err == io.EOF && b.left > 0:
		b.cut, b.err = true, fmt.Errorf("the file ends %d bytes too early", b.left)
	case errors.Is(err, io.ErrUnexpectedEOF): // it is packed
		b.cut, b.err, err = true, errors.New("the file ends in it"), io.EOF
	case err != io.EOF:
		b.err = err
	}
	return n, err
}

// isDamaged reports that what came of the block may not be what it held.
func (b *blockReader) isDamaged() bool { return b.err != nil && !b.cut }

// discard goes to the end of a block.
func (b *blockReader) discard() error {
	if _, err := io.Copy(io.Discard, b); err != nil {
		return err
	}
	return b.err
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

// capture reads what was saved of one address, to the end of its block.
func (in *input) capture(ctx context.Context, c capture, out sink) error {
	if err := in.page(ctx, c, out); err != nil {
		return err
	}
	return c.block.discard()
}

func (in *input) page(ctx context.Context, c capture, out sink) error {
	if isCrawlerNote(c.uri) {
		out.skipped(c.member, "note of a crawler")
		return nil
	}
	o := opened{name: nameOfURL(c.uri), r: c.block, url: c.uri}
	o.media, o.charset = mediaType(c.media)
	if o.media == "" && in.isAnswer(c.block) {
		o.media = "application/http"
	}
	if o.media == "application/http" {
		answer, err := in.readAnswer(c.block, o.name)
		switch {
		case c.block.isDamaged():
			return c.block.err
		case in.spent.over != nil:
			return in.spent.over
		case err != nil:
			c.sink(out).failed(c.member, err)
			return nil
		case !answer.isPage():
			out.skipped(c.member, kindOfAnswer(answer.status))
			return nil
		}
		if answer.damage != nil {
			c.sink(out).failed(c.member, fmt.Errorf("%w (what stands before it is read)", answer.damage))
		}
		o.media, o.charset, o.r = answer.media, answer.charset, bytes.NewReader(answer.body)
	}
	if !isPage(o.media, o.name) {
		out.skipped(c.member, kindOf(o.name, o.media, nil))
		return nil
	}
	if o.media == "text/plain" && isScript(o.name) {
		o.name = "" // what it is called says what made it
	}
	return in.part(ctx, c.member, o, c.sink(out))
}

// sink fills in what a web archive knows of a page.
func (c capture) sink(out sink) sink {
	return sink{
		article: func(a *Article) error {
			if c.block.isDamaged() {
				return c.block.err
			}
			if c.date != "" {
				a.Captured = Field{Value: c.date, Rule: "date of the capture"}
			}
			if a.URL.Value == "" {
				a.URL = Field{Value: c.uri, Rule: "address of the capture"}
			}
			return out.article(a)
		},
		failed: func(member string, reason error) {
			if c.block.err == nil { // else the record is reported
				out.failed(member, reason)
			}
		},
		skipped: out.skipped,
	}
}

// isCrawlerNote reports what programs save of their own work under an address
// that they made up: wget's log and arguments, the text of a page beside it, the
// answers of name servers.
func isCrawlerNote(uri string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(uri), ":")
	return scheme == "metadata" || scheme == "urn" || scheme == "dns" || scheme == "whois"
}

// pageTypes are the types of what can be an article.
var pageTypes = []string{
	"", "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown",
	"text/xml", "application/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
	"application/pdf", "application/x-pdf", "application/msword", "application/rtf", "text/rtf", "text/richtext",
	"application/epub+zip", "message/rfc822", "multipart/related",
}

// vagueTypes are those under which servers send what they do not know.
var vagueTypes = []string{"application/octet-stream", "binary/octet-stream", "application/force-download", "application/download", "application/x-download", "application/unknown", "unknown/unknown"}

// isPage reports whether what has such a type, or if that says nothing such a
// name, can be an article.
func isPage(media, name string) bool {
	if slices.Contains(vagueTypes, media) {
		return slices.Contains([]string{"pdf", "doc", "docx", "odt", "rtf", "epub"}, extension(plainName(name)))
	}
	return slices.Contains(pageTypes, media) || strings.HasPrefix(media, "application/vnd.o") || strings.HasPrefix(media, "application/vnd.ms-word")
}

// isScript reports names of programs that make pages.
func isScript(name string) bool {
	return slices.Contains([]string{"php", "asp", "aspx", "jsp", "cgi", "do", "pl", "cfm", "html", "htm"}, extension(plainName(name)))
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
	if err != nil || u.Path == "" || strings.HasSuffix(u.Path, "/") {
		return ""
	}
	return path.Base(u.Path)
}

// arcRecord is the line before a block: address, IP, date, type, and in
// version 2 more, then the length. Addresses may hold blanks.
var arcRecord = lazily(`^(\S+:.*?) (\S+) (\d{14}) (.*?) ?(-?\d+)$`)

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
		m := arcRecord().FindStringSubmatch(line)
		if m == nil {
			return inRecord(n, fmt.Errorf("no record of an ARC begins here: %.40q", line))
		}
		length, err := strconv.ParseInt(m[5], 10, 64)
		if err != nil || length < 0 {
			return inRecord(n, fmt.Errorf("its length is %.40q", m[5]))
		}
		block := &blockReader{r: in.r, left: length}
		if n == 0 { // it tells of the file
			err = block.discard()
		} else {
			err = in.capture(ctx, capture{member: m[1], uri: m[1], date: arcDate(m[3]), media: in.arcMedia(block, m[4]), block: block}, out)
		}
		if err != nil {
			return inRecord(n, err)
		}
	}
}

// arcMedia tells what a block is: most are answers with their header, but some
// programs saved the page alone, or what is no page: the answer of a name
// server. In version 2 more follows the type.
func (in *input) arcMedia(block *blockReader, told string) string {
	media, _, _ := strings.Cut(told, " ")
	if in.isAnswer(block) || media == "no-type" || media == "-" {
		return ""
	}
	return media
}

// isAnswer reports a block that begins as the answer of a web server does.
func (in *input) isAnswer(block *blockReader) bool {
	begin, _ := in.r.Peek(int(min(block.left, 5)))
	return string(begin) == "HTTP/"
}

// arcLine gives the next line that is not empty.
func arcLine(r *bufio.Reader) (string, error) {
	for {
		line, err := boundedLine(r, maxHeader)
		if text := strings.TrimSpace(string(line)); text != "" && (err == nil || err == io.EOF) {
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
