package ingest

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// readFeed reads a feed in spite of damage: what is no XML is mended as far
// as that is plain; else the items before it are read, and damage says so.
func readFeed(b []byte, read func([]byte) (*feed, error)) (f *feed, damage, err error) {
	if f, err = read(b); err == nil {
		return f, nil, nil
	}
	mended := mendXML(b)
	if f, again := read(mended); again == nil {
		return f, nil, nil
	}
	whole, ok := wholeItems(mended)
	if !ok {
		return nil, nil, err
	}
	f, again := read(whole)
	if again != nil || len(f.items) == 0 {
		return nil, nil, err
	}
	return f, fmt.Errorf("damaged feed: %w (the %d items before are read)", err, len(f.items)), nil
}

// mendXML takes out comments, which may hold what XML forbids in them, and
// escapes the signs in texts that begin no tag and end no section.
func mendXML(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/16)
	for len(b) > 0 {
		start := bytes.IndexByte(b, '<')
		if start < 0 {
			start = len(b)
		}
		out = append(out, bytes.ReplaceAll(b[:start], []byte("]]>"), []byte("]]&gt;"))...)
		if b = b[start:]; len(b) == 0 {
			break
		}
		if !beginsTag(b) {
			out = append(out, "&lt;"...)
			b = b[1:]
			continue
		}
		end := xmlTagEnd(b)
		if !bytes.HasPrefix(b, []byte("<!--")) {
			out = append(out, b[:end]...)
		}
		b = b[end:]
	}
	return out
}

// beginsTag reports a < that is one of XML's.
func beginsTag(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	c := b[1]
	return c == '/' || c == '!' || c == '?' || c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// wholeItems cuts a feed behind the last item before the place where it stops
// being XML, and closes what is open there.
func wholeItems(b []byte) (whole []byte, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	var open, openThere []string
	end := int64(0)
	for {
		t, err := d.RawToken()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			open = append(open, rawName(t.Name))
		case xml.EndElement:
			open = closed(open, rawName(t.Name))
			if t.Name.Local == "item" || t.Name.Local == "entry" {
				end, openThere = d.InputOffset(), append(openThere[:0], open...)
			}
		}
	}
	whole = append(whole, b[:end]...)
	for i := len(openThere) - 1; i >= 0; i-- {
		whole = append(whole, "</"+openThere[i]+">"...)
	}
	return whole, end > 0
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// closed takes off the open elements what a tag closes: the innermost of its
// name, where that is near.
func closed(open []string, name string) []string {
	for i := len(open) - 1; i >= max(0, len(open)-maxUnclosed); i-- {
		if open[i] == name {
			return open[:i]
		}
	}
	return open
}

// maxUnclosed is how many elements a tag may close at once.
const maxUnclosed = 20
