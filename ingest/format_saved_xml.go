package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// pinboardFormat is the XML of Pinboard and Delicious: links in attributes.
var pinboardFormat = &format{
	name:    "saved-xml",
	version: 1,
	strings: true,
	claims: func(_ string, head []byte) bool {
		return hasRoot(head, "posts") && bytes.Contains(head, []byte("<post "))
	},
	read: readPinboard,
}

func readPinboard(ctx context.Context, in *input, out sink) error {
	b, err := in.feedXML()
	if err != nil {
		return err
	}
	s := &savedEntries{saved: saved{out: out, kind: "link", without: "text"}, rs: newRecords("attribute", in.fields)}
	defer s.done()
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict, d.Entity = false, xml.HTMLEntity
	for {
		t, err := d.Token()
		if err == io.EOF {
			return s.rs.missing()
		}
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("damaged XML: %s (line %d)", syntax.Msg, syntax.Line)
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if post, ok := t.(xml.StartElement); ok && post.Name.Local == "post" {
			if err := s.hand(postObject(post), ""); err != nil {
				return err
			}
		}
	}
}

func postObject(post xml.StartElement) map[string]any {
	o := map[string]any{"extended": ""}
	for _, attr := range post.Attr {
		o[attr.Name.Local] = attr.Value
	}
	o["tags"] = o["tag"]
	return o
}

// wallabagXMLFormat is the XML of wallabag.
var wallabagXMLFormat = &format{
	name:    "saved-xml",
	version: 1,
	strings: true,
	claims: func(_ string, head []byte) bool {
		return hasRoot(head, "response", "entries") && bytes.Contains(head, []byte("<is_archived>"))
	},
	read: readWallabagXML,
}

func readWallabagXML(ctx context.Context, in *input, out sink) error {
	s := &savedEntries{saved: saved{out: out, kind: "link", without: "text"}, rs: newRecords("element", in.fields)}
	defer s.done()
	name := "item"
	if head, _ := in.r.Peek(headSize); bytes.Contains(head, []byte("<entry>")) {
		name = "entry"
	}
	err := in.eachRecord(name, func(ref *reference) error {
		object := map[string]any{}
		for _, v := range ref.all() {
			if parent, key, _ := strings.Cut(v.name, "/"); parent == name {
				object[key] = v.v.([]any)[0]
			} else if parent == "tags" {
				object["tags"] = v.v
			}
		}
		return errors.Join(ctx.Err(), s.hand(object, ""))
	})
	if err != nil {
		return err
	}
	return s.rs.missing()
}
