package ingest

import (
	"bytes"
	"context"
	"slices"

	"example.com/archive/ingest/office"
)

// docFormat is what Word wrote from 1997 to 2003. Documents of later versions
// that are protected with a password are compound files, too: they are refused
// with that reason.
var docFormat = &format{
	name:    "doc",
	version: 1,
	binary:  true,
	media:   []string{"application/msword"},
	claims: func(name string, head []byte) bool {
		return bytes.HasPrefix(head, compoundMark) &&
			slices.Contains([]string{"doc", "dot", "docx", "docm", "dotx", "dotm", "wps"}, extension(name))
	},
	read: readDOC,
}

func readDOC(_ context.Context, in *input, out sink) error {
	at, size, done, err := in.anywhere()
	if err != nil {
		return err
	}
	defer done()
	doc, err := office.ReadDOC(at, size)
	if err != nil {
		return err
	}
	return handDocument(doc, out)
}
