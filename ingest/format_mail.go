package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"

	"example.com/archive/ingest/html"
)

// mailFormat is one message of mail or of a news group (RFC 5322), as .eml and
// .emlx, in a maildir, or inside another message.
var mailFormat = &format{
	name:    "mail",
	version: 1,
	binary:  true, // as senders could write anything
	media:   []string{"message/rfc822", "message/news", "message/global"},
	claims:  isMail,
	read:    readMail,
}

// Bounds on a message, which is read as a whole.
const (
	maxMessage    = 64 << 20 // bytes
	maxMultiparts = 12       // each that is never closed may double the time of those around it
	maxMailParts  = 20_000   // lines that may part two parts
)

var errNoMessage = errors.New("neither subject nor text: the message is empty")

// isMail leaves alone the web pages that browsers save as mail.
func isMail(name string, head []byte) bool {
	switch extension(name) {
	case "mht", "mhtml", "html", "htm":
		return false
	case "eml":
		return len(headerNames(head)) > 0
	case "emlx":
		_, head, _ = bytes.Cut(head, []byte("\n"))
		return len(headerNames(head)) > 0
	}
	return !bytes.Contains(head, []byte("\nSnapshot-Content-Location:")) && looksLikeMail(bytes.TrimLeft(head, "\r\n"))
}

func readMail(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the message", maxMessage)
	if err != nil {
		return err
	}
	b = withoutFromLines(emlxMessage(b))
	// A blank line in front ends the headers, unless they follow it.
	if trimmed := bytes.TrimLeft(b, "\r\n"); looksLikeMail(trimmed[:min(len(trimmed), headSize)]) {
		b = trimmed
	}
	root, err := parseMail(ctx, b)
	if err != nil {
		return fmt.Errorf("damaged message: %w", err)
	}
	m := mailReader{ctx: ctx, in: in, out: out, root: root, charset: firstCharset(root)}
	return m.read()
}

// emlxMessage takes off what Apple Mail writes around a message: its length in
// front, a list of properties behind.
func emlxMessage(b []byte) []byte {
	first, rest, _ := bytes.Cut(b[:min(len(b), 20)], []byte("\n"))
	length := strings.TrimSpace(string(first))
	if len(rest) == 0 || !allDigits(length) {
		return b
	}
	b = b[len(first)+1:]
	return b[:min(len(b), number(length))]
}

// untouched stands before the type of parts that hold text, so that the
// library does not guess their charset: we know better when to believe it.
const untouched = "untouched-"

// parseMail takes a message apart. What is damaged of it is left out.
func parseMail(ctx context.Context, b []byte) (*enmime.Part, error) {
	if bytes.Count(b, []byte("\n--")) > maxMailParts && bytes.Contains(bytes.ToLower(b[:min(len(b), maxHeaders)]), []byte("boundary")) {
		return nil, fmt.Errorf("it has more than %d parts", maxMailParts)
	}
	multiparts := 0
	media := func(s string) (string, map[string]string, []string, error) {
		kind, params, invalid, err := mediatype.ParseWithOptions(s, mediatype.ParseOptions{StripMediaTypeInvalidCharacters: true})
		switch {
		case err != nil:
			return "", nil, nil, nil
		case strings.HasPrefix(kind, "text/"):
			kind = untouched + kind
		case strings.HasPrefix(kind, "multipart/"):
			if multiparts++; multiparts <= maxMultiparts {
				return kind, params, invalid, nil
			}
		}
		delete(params, "boundary")
		return kind, params, invalid, nil
	}
	p := enmime.NewParser(
		enmime.SetCustomParseMediaType(media),
		enmime.SkipMalformedParts(true),
		enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.MaxStoredPartErrors(1),
		enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return ctx.Err() == nil }))
	return p.ReadParts(&countingReader{ctx: ctx, r: bytes.NewReader(b)})
}

// maxHeaders is how far into a message its headers may reach, in bytes, for
// those that are looked for before it is parsed.
const maxHeaders = 256 << 10

// firstCharset is what a message says of the first text in it.
func firstCharset(p *enmime.Part) string {
	if p == nil {
		return ""
	}
	if p.Charset != "" {
		return p.Charset
	}
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		if name := firstCharset(c); name != "" {
			return name
		}
	}
	return ""
}

// mailReader turns one message into an article, and the files that came with
// it into others.
type mailReader struct {
	ctx      context.Context
	in       *input
	out      sink
	root     *enmime.Part
	charset  string // of the first text
	body     []string
	attached []*enmime.Part
	press    []*Article // of a database, in its body
}

func (m *mailReader) read() error {
	if err := m.walk(m.root); err != nil {
		return err
	}
	a := m.article()
	if len(m.press) > 0 { // a database sends what was asked of it
		if err := handPress(m.press, m.out); err != nil {
			return err
		}
	} else if a.Title.Value != "" || a.Text != "" {
		if err := m.out.article(a); err != nil {
			return err
		}
	} else if len(m.attached) == 0 {
		return errNoMessage
	}
	for _, p := range m.attached {
		if err := m.attachment(p, a.Published); err != nil {
			return err
		}
	}
	return nil
}

func (m *mailReader) header(name string) string {
	return strings.TrimSpace(decodeHeader(m.root.Header.Get(name), m.charset))
}

func (m *mailReader) article() *Article {
	a := &Article{
		Title:     Field{Value: m.header("Subject"), Rule: "mail header Subject"},
		Byline:    firstField(m.names("From"), m.names("Sender")),
		Source:    Field{Value: listName(m.header("List-Id")), Rule: "mail header List-Id"},
		Published: Field{Value: mailDate(m.header("Date")), Rule: "mail header Date"},
		Lang:      Field{Value: firstWord(strings.ReplaceAll(m.header("Content-Language"), ",", " ")), Rule: "mail header Content-Language"},
		Text:      strings.Join(m.body, "\n\n"),
	}
	if address := strings.Trim(m.header("Archived-At"), "<> "); isURL(address) {
		a.URL = Field{Value: address, Rule: "mail header Archived-At"}
	}
	for _, tag := range list(m.header("Keywords")) {
		a.Tags = append(a.Tags, Field{Value: strings.TrimSpace(tag), Rule: "mail header Keywords"})
	}
	return a
}

// names gives the people in a header. It is decoded after it is cut, for names
// may hold commas.
func (m *mailReader) names(header string) Field {
	var names []string
	for _, address := range splitAddresses(m.root.Header.Get(header)) {
		if name := unquoted(decodeHeader(mailName(address), m.charset)); name != "" {
			names = append(names, name)
		}
	}
	return Field{Value: strings.Join(names, ", "), Rule: "mail header " + header}
}

// listName gives the name that a mailing list has besides its address; what
// services make up themselves, as "a1b2c3mc list", is none.
func listName(id string) string {
	name, _, found := strings.Cut(id, "<")
	name = unquoted(name)
	if !found || strings.HasSuffix(name, "mc list") || strings.ContainsAny(name, "@<>") || allDigits(name) {
		return ""
	}
	return name
}

// mediaOf gives the type of a part, text where none is given.
func mediaOf(p *enmime.Part) string {
	media := strings.TrimPrefix(p.ContentType, untouched)
	switch {
	case media != "":
		return media
	case p.Parent != nil && p.Parent.ContentType == "multipart/digest":
		return "message/rfc822"
	}
	return "text/plain"
}

// isBody reports whether a part is text to be read at once.
func isBody(p *enmime.Part) bool {
	if p.Disposition == "attachment" || p.FileName != "" && p.Parent != nil {
		return false
	}
	media := mediaOf(p)
	return media == "text/plain" || media == "text/html" || media == "text/enriched" || strings.HasPrefix(media, "multipart/")
}

func (m *mailReader) walk(p *enmime.Part) error {
	switch {
	case p.ContentType == "multipart/alternative" && p.FirstChild != nil:
		return m.alternative(p)
	case p.FirstChild != nil:
		for c := p.FirstChild; c != nil; c = c.NextSibling {
			if err := m.walk(c); err != nil {
				return err
			}
		}
	case isBody(p):
		return m.add(p)
	default:
		m.attached = append(m.attached, p)
	}
	return nil
}

// alternative takes the plain of two texts that say the same, unless it says
// much less: "This message is in HTML".
func (m *mailReader) alternative(p *enmime.Part) error {
	plain, rich := m.leaves(p, nil, nil)
	chosen := plain[:min(len(plain), 1)]
	if slices.ContainsFunc(rich, func(c *enmime.Part) bool { return proquestAnchor().Match(c.Content) }) ||
		len(rich) > 0 && isStub(textsOf(chosen, plainText), textsOf(rich, richText)) {
		chosen = rich
	}
	for _, c := range chosen {
		if err := m.add(c); err != nil {
			return err
		}
	}
	return nil
}

// leaves parts what is below p in plain text, HTML and attachments.
func (m *mailReader) leaves(p *enmime.Part, plain, rich []*enmime.Part) (_, _ []*enmime.Part) {
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.FirstChild != nil:
			plain, rich = m.leaves(c, plain, rich)
		case !isBody(c):
			m.attached = append(m.attached, c)
		case mediaOf(c) == "text/html":
			rich = append(rich, c)
		default:
			plain = append(plain, c)
		}
	}
	return plain, rich
}

func isStub(plain, rich string) bool {
	return len(strings.Fields(plain))*2 < len(strings.Fields(rich)) || beginsHTML([]byte(plain))
}

func textsOf(parts []*enmime.Part, text func(*enmime.Part) string) string {
	var texts []string
	for _, p := range parts {
		texts = append(texts, text(p))
	}
	return strings.Join(texts, "\n\n")
}

func (m *mailReader) add(p *enmime.Part) error {
	s := plainText(p)
	if media := mediaOf(p); media == "text/html" || media == "text/enriched" {
		s = richText(p)
		if proquestAnchor().Match(p.Content) {
			m.press = append(m.press, splitPress(pressPageText(p.Content, p.Charset))...)
		}
		if media == "text/html" && m.isNewsletter() {
			var err error
			if s, err = m.newsletter(p, s); err != nil {
				return err
			}
		}
	}
	if s = strings.Trim(s, "\r\n"); strings.TrimSpace(s) != "" {
		m.body = append(m.body, s)
	}
	return nil
}

func richText(p *enmime.Part) string { return html.Text(decodePage(p.Content, p.Charset)) }

func plainText(p *enmime.Part) string {
	s := strings.ReplaceAll(decodeDeclared(p.Content, p.Charset), "\r\n", "\n")
	if _, params, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err == nil && strings.EqualFold(params["format"], "flowed") {
		s = unflowed(s, strings.EqualFold(params["delsp"], "yes"))
	}
	return s
}

// unflowed joins the lines that a blank at the end says go on (RFC 3676).
func unflowed(s string, dropBlank bool) string {
	var b strings.Builder
	flows, depth := false, 0
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		text := strings.TrimLeft(line, ">")
		quoted := len(line) - len(text)
		text = strings.TrimPrefix(text, " ")
		if !flows || quoted != depth || text == "-- " {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(strings.Repeat(">", quoted))
			if quoted > 0 && text != "" {
				b.WriteByte(' ')
			}
		}
		flows, depth = strings.HasSuffix(text, " ") && text != "-- ", quoted
		if flows && dropBlank {
			text = text[:len(text)-1]
		}
		b.WriteString(text)
	}
	return b.String()
}

// isNewsletter reports mail sent to many that is no part of a discussion.
func (m *mailReader) isNewsletter() bool {
	h := m.root.Header
	return h.Get("List-Unsubscribe") != "" && h.Get("List-Post") == "" && h.Get("In-Reply-To") == ""
}

// newsletter reads a newsletter as a web page: the article without what stands
// around it. Where that loses much, it is one of many short pieces, and all of
// its text is kept.
func (m *mailReader) newsletter(p *enmime.Part, all string) (string, error) {
	text := ""
	err := m.in.part(m.ctx, "", opened{r: bytes.NewReader(p.Content), media: "text/html", charset: p.Charset}, sink{
		article: func(a *Article) error { text = a.Text; return nil },
		failed:  func(string, error) {},
		skipped: func(string, string) {},
	})
	if len(strings.Fields(text))*10 < len(strings.Fields(all))*6 {
		text = all
	}
	return text, err
}

// leftOut are the types of parts that say something of the message or its
// sender, and hold nothing to read.
var leftOut = map[string]string{
	"application/pgp-signature": "signature", "application/pkcs7-signature": "signature", "application/x-pkcs7-signature": "signature",
	"application/pgp-encrypted": "encryption", "message/delivery-status": "delivery status", "message/disposition-notification": "receipt",
	"message/external-body": "external body", "message/partial": "part of a message", "text/rfc822-headers": "message header",
	"text/calendar": "calendar", "text/vcard": "address card", "text/x-vcard": "address card", "text/directory": "address card", "text/css": "style sheet",
}

func (m *mailReader) attachment(p *enmime.Part, date Field) error {
	media := mediaOf(p)
	member := attachmentName(p, media, m.charset)
	if kind := leftOut[media]; kind != "" {
		m.out.skipped(member, kind)
		return nil
	}
	out := m.out
	out.article = func(a *Article) error {
		if a.Published.Value == "" && date.Value != "" {
			a.Published = Field{Value: date.Value, Rule: "date of the mail it came with", Derived: true}
		}
		return m.out.article(a)
	}
	r := bytes.NewReader(p.Content)
	return m.in.part(m.ctx, member, opened{name: member, r: io.NewSectionReader(r, 0, r.Size()), at: r, size: r.Size(), media: media, charset: p.Charset}, out)
}

// attachmentName gives the name that a part came with, or one that says what
// it is.
func attachmentName(p *enmime.Part, media, charset string) string {
	if name := oneLine(decodeHeader(p.FileName, charset)); name != "" {
		return name
	}
	kind := media[strings.IndexByte(media, '/')+1:]
	if media == "message/rfc822" {
		kind = "message"
	}
	return oneLine("part " + p.PartID + " (" + kind + ")")
}
