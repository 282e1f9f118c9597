package ingest

import (
	"bytes"

	"example.com/archive/ingest/office"
)

// odtFormat is the text document of LibreOffice and others, and its templates.
var odtFormat = &format{
	name:    "odt",
	version: 1,
	binary:  true,
	media:   []string{"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template"},
	claims: claimedZip(func(head []byte) bool {
		return bytes.Contains(head, []byte("mimetypeapplication/vnd.oasis.opendocument.text"))
	}, "odt", "ott", "odm"),
	read: readPackage(office.ReadODT),
}
