package ingest

import (
	"bytes"
	"context"

	"example.com/archive/ingest/office"
)

// rtfFormat is Rich Text Format, which WordPad, TextEdit and databases write.
var rtfFormat = &format{
	name:    "rtf",
	version: 1,
	binary:  true,
	media:   []string{"application/rtf", "text/rtf", "text/richtext"},
	claims: func(name string, head []byte) bool {
		if bytes.HasPrefix(head, []byte(`{\rtf`)) {
			return true
		}
		return extension(name) == "rtf" && !isOther(head)
	},
	read: readRTF,
}

func readRTF(ctx context.Context, in *input, out sink) error {
	doc, err := office.ReadRTF(&countingReader{ctx: ctx, r: in.r})
	if err != nil {
		return err
	}
	return handDocument(doc, out)
}
