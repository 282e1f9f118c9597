package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"
)

// mhtmlFormat is a web page saved with its pictures in one file, in the form
// of a mail (RFC 2557).
var mhtmlFormat = &format{
	name:    "mhtml",
	version: 2,
	strings: true,
	binary:  true, // pictures may lie in it as they are
	media:   []string{"multipart/related", "application/x-mimearchive"},
	claims:  isMHTML,
	read:    readMHTML,
}

func isMHTML(name string, head []byte) bool {
	switch extension(name) {
	case "mht", "mhtml":
		return true
	}
	return bytes.HasPrefix(head, []byte("From: <Saved by ")) || bytes.Contains(head[:min(len(head), 1024)], []byte("\nSnapshot-Content-Location: "))
}

// Bounds on such a file.
const (
	maxMHTMLParts = 10_000
	maxMHTMLDepth = 5 // multiparts around each other
)

var errNoPage = errors.New("no web page in it")

func readMHTML(ctx context.Context, in *input, out sink) error {
	// The file is read as the only part of another, so that one reader reads
	// the headers of all.
	whole := io.MultiReader(strings.NewReader("--"+wholeFile+"\r\n"), in.r, strings.NewReader("\r\n--"+wholeFile+"--\r\n"))
	file, err := multipart.NewReader(whole, wholeFile).NextRawPart()
	if err != nil {
		return fmt.Errorf("damaged header: %w", err)
	}
	address := file.Header.Get("Snapshot-Content-Location")
	if address == "" {
		address = file.Header.Get("Content-Location")
	}
	m := &mhtmlReader{in: in, address: address, parts: maxMHTMLParts}
	found, err := m.page(ctx, file.Header, file, 0, out)
	if err == nil && !found {
		err = errNoPage
	}
	return err
}

// wholeFile is a boundary that no file has.
const wholeFile = "archive-whole-file-2f6b1c0e9d"

// partHeader is the header of a part.
type partHeader interface{ Get(name string) string }

type mhtmlReader struct {
	in      *input
	address string
	parts   int // that may still come
}

// page reads the first page in a part or in the parts inside it: the one that
// was saved; what follows are its frames and pictures.
func (m *mhtmlReader) page(ctx context.Context, header partHeader, body io.Reader, depth int, out sink) (found bool, err error) {
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		media = "text/html"
	}
	switch {
	case strings.HasPrefix(media, "multipart/") && depth < maxMHTMLDepth && params["boundary"] != "":
		return m.inside(ctx, multipart.NewReader(body, params["boundary"]), depth, out)
	case media != "text/html" && media != "application/xhtml+xml":
		return false, nil
	}
	address := m.address
	if at := header.Get("Content-Location"); at != "" && address == "" {
		address = at
	}
	part := *m.in
	part.r = bufio.NewReader(&spendingReader{decodedBody(header, body), m.in.spent})
	part.charset, part.url = params["charset"], address
	return true, readHTML(ctx, &part, out)
}

func (m *mhtmlReader) inside(ctx context.Context, parts *multipart.Reader, depth int, out sink) (found bool, err error) {
	for ; m.parts > 0; m.parts-- {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("damaged parts: %w", err)
		}
		if found, err = m.page(ctx, p.Header, p, depth+1, out); found || err != nil {
			return found, err
		}
	}
	return false, fmt.Errorf("it holds more than %d parts", maxMHTMLParts)
}

// decodedBody undoes the encoding that a part was sent in.
func decodedBody(header partHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}
