package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sync"
)

// mboxFormat is many messages in one file (RFC 4155): mboxo, mboxrd, and what
// mail programs and web services export.
var mboxFormat = &format{
	name:    "mbox",
	version: 1,
	binary:  true,
	media:   []string{"application/mbox"},
	claims:  func(_ string, head []byte) bool { return isMbox(head) },
	read:    readMbox,
}

// fromLine is the line before a message: a sender and a date as C's asctime
// writes it, perhaps with a zone.
var fromLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2})\b.*\d:\d\d.*\b\d{4}\b|^From .*\d:\d\d(?::\d\d)?.*\b(?:19|20)\d\d\s*$`)
})

// maxFromLine is how long a line before a message may be, in bytes.
const maxFromLine = 1000

func isMbox(head []byte) bool {
	line, rest, found := bytes.Cut(head, []byte("\n"))
	if !found || !bytes.HasPrefix(line, []byte("From ")) || len(line) > maxFromLine {
		return false
	}
	return fromLine().Match(line) || looksLikeMail(rest)
}

// readMbox reads a mailbox message by message, however large it is.
func readMbox(ctx context.Context, in *input, out sink) error {
	box := &mboxReader{r: in.r, blank: true}
	message := bufio.NewReaderSize(nil, headSize)
	members := newRecords("message", nil)
	for n := 1; ; n++ {
		more, err := box.next()
		if err != nil || !more {
			return err
		}
		message.Reset(box)
		head, _ := message.Peek(headSize)
		member := members.member(value{v: messageID(head)}, fmt.Sprintf("message %d", n))
		o := opened{r: message, media: mailFormat.media[0]}
		if err := in.part(ctx, member, o, out); err != nil {
			return err
		}
	}
}

var messageIDLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?im)^message-id:\s*<([^>\r\n]+)>`)
})

// messageID finds a message's own name among its headers.
func messageID(head []byte) string {
	for _, end := range []string{"\n\n", "\n\r\n"} {
		if i := bytes.Index(head, []byte(end)); i >= 0 {
			head = head[:i]
		}
	}
	if m := messageIDLine().FindSubmatch(head); m != nil {
		return decode(m[1])
	}
	return ""
}

// mboxReader reads one message after the other: Read gives io.EOF at the end
// of each, next goes on to the following one.
type mboxReader struct {
	r      *bufio.Reader
	rest   []byte // of the piece under way
	inside bool   // of a line longer than the buffer
	blank  bool   // the line before was empty
	from   bool   // the line before a message was read
	err    error
}

// next skips what is left of a message, and reports whether another follows.
func (m *mboxReader) next() (bool, error) {
	if _, err := io.Copy(io.Discard, m); err != nil {
		return false, err
	}
	found := m.from
	m.from = false
	return found, nil
}

func (m *mboxReader) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if m.from {
			return 0, io.EOF
		}
		if m.err != nil {
			return 0, m.err
		}
		m.advance()
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// advance reads a line, or a piece of one that is too long to hold.
func (m *mboxReader) advance() {
	line, err := m.r.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		m.err = err
	}
	starts := !m.inside
	m.inside = errors.Is(err, bufio.ErrBufferFull)
	if starts && bytes.HasPrefix(line, []byte("From ")) && len(line) <= maxFromLine {
		line = bytes.Clone(line) // as looking ahead moves what lies in the buffer
		if m.from = m.parts(line); m.from {
			m.blank = false
			return
		}
	}
	m.blank = starts && len(bytes.TrimRight(line, "\r\n")) == 0
	if starts && isQuotedFrom(line) {
		line = line[1:]
	}
	m.rest = line
}

// parts reports whether a line that begins with "From " stands before a
// message. Not all programs quote the lines of a text that look like it.
func (m *mboxReader) parts(line []byte) bool {
	if m.blank && fromLine().Match(line) {
		return true
	}
	head, _ := m.r.Peek(min(headSize, m.r.Size()))
	return (m.blank || fromLine().Match(line)) && looksLikeMail(head)
}

// isQuotedFrom reports a line of text that would have looked like that before
// a message.
func isQuotedFrom(line []byte) bool {
	rest := bytes.TrimLeft(line, ">")
	return len(rest) < len(line) && bytes.HasPrefix(rest, []byte("From "))
}
