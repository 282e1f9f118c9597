package ingest

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
)

// encodedWord is text of another charset in a header (RFC 2047). Blanks inside
// of it are against the rules, and common.
var encodedWord = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=`)
})

// decodeHeader makes text of what stands in a header. charset is that of the
// message's text, in which some programs write headers as well.
func decodeHeader(s, charset string) string {
	words := encodedWord().FindAllStringSubmatchIndex(s, -1)
	if words == nil {
		return decodeDeclared([]byte(s), charset)
	}
	var b strings.Builder
	var run []byte // bytes of words one after the other in one charset
	named, end := "", 0
	flush := func() {
		b.WriteString(decodeDeclared(run, named))
		run = nil
	}
	for i, w := range words {
		between, name := s[end:w[0]], s[w[2]:w[3]]
		name, _, _ = strings.Cut(name, "*") // and its language (RFC 2231)
		follows := i > 0 && strings.TrimSpace(between) == ""
		// Programs cut characters in two: the bytes of all come first.
		if !follows || !strings.EqualFold(name, named) {
			flush()
		}
		if !follows {
			b.WriteString(decodeDeclared([]byte(between), charset))
		}
		named, end = name, w[1]
		run = append(run, encodedBytes(s[w[4]:w[5]], s[w[6]:w[7]])...)
	}
	flush()
	b.WriteString(decodeDeclared([]byte(s[end:]), charset))
	return b.String()
}

func encodedBytes(encoding, s string) []byte {
	if strings.EqualFold(encoding, "q") {
		return decodeQ(s)
	}
	s = strings.TrimRight(strings.Join(strings.Fields(s), ""), "=")
	b := make([]byte, base64.RawStdEncoding.DecodedLen(len(s)))
	n, _ := base64.RawStdEncoding.Decode(b, []byte(s)) // what came before the damage
	return b[:n]
}

// decodeQ reads "=C3=A9_x"; what is no code stays as it is.
func decodeQ(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			b = append(b, ' ')
		case s[i] == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, hexValue(s[i+1])<<4|hexValue(s[i+2]))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return b
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// oldDate is a date of RFC 822, as mail and feeds wrote it in the last century.
var oldDate = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[A-Za-z]{2,9}[,.]?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3,9})[\s-]+(\d{2,4})\s+(\d{1,2}:\d\d(?::\d\d)?)(?:\s*([+-]\d{4}|[A-Za-z]{1,4})\b)?`)
})

// mailZones are the only names of zones that mean one offset (RFC 5322, 4.3).
var mailZones = map[string]string{
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
	"UT": "GMT", "GMT": "GMT", "UTC": "GMT", "Z": "GMT",
}

// mailDate writes a date of mail so that nothing is left to guess: a year of
// two digits and a zone by its name mean what the standard says, -0000 means
// an unknown zone. Other dates stay as they are.
func mailDate(s string) string {
	s = strings.TrimSpace(s)
	m := oldDate().FindStringSubmatch(s)
	if m == nil {
		return s
	}
	day, month, year, clock, zone := m[1], m[2], m[3], m[4], m[5]
	known := mailZones[strings.ToUpper(zone)]
	switch {
	case zone == "-0000":
		zone = ""
	case known != "":
		zone = known
	case len(year) == 4:
		return s
	}
	switch {
	case len(year) == 2 && year < "50":
		year = "20" + year
	case len(year) == 2:
		year = "19" + year
	case len(year) == 3:
		return s
	}
	return strings.TrimSpace(strings.Join([]string{day, month, year, clock, zone}, " "))
}

// mailHeaders are names of headers that tell mail from other files that begin
// with "Name: value".
var mailHeaders = map[string]bool{
	"message-id": true, "received": true, "return-path": true, "mime-version": true, "delivered-to": true, "dkim-signature": true,
	"x-mailer": true, "in-reply-to": true, "references": true, "x-originating-ip": true, "content-transfer-encoding": true, "newsgroups": true,
}

// headerNames gives the names of the headers at the start of a message, in
// small letters, with the first value of each.
func headerNames(head []byte) map[string]string {
	names := map[string]string{}
	for line := range bytes.Lines(withoutFromLines(head)) {
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, value, found := bytes.Cut(line, []byte(":"))
		if !found || len(name) == 0 || bytes.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
			break
		}
		key := strings.ToLower(string(name))
		if _, again := names[key]; !again {
			names[key] = string(bytes.TrimSpace(value))
		}
	}
	return names
}

// withoutFromLines takes off the lines that mailboxes put before a message.
func withoutFromLines(b []byte) []byte {
	for bytes.HasPrefix(b, []byte("From ")) || bytes.HasPrefix(b, []byte(">From ")) {
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	return b
}

// looksLikeMail goes by the names of the headers: those of mail alone, or a
// sender with an address.
func looksLikeMail(head []byte) bool {
	names := headerNames(head)
	has := func(name string) bool { _, ok := names[name]; return ok }
	if !has("from") && !has("subject") && !has("date") && !has("to") {
		return false
	}
	for name := range names {
		if mailHeaders[name] {
			return true
		}
	}
	return strings.Contains(names["from"], "@") && has("subject") && (has("date") || has("to"))
}
