package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
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
