package ingest

import (
	"bytes"

	"example.com/archive/ingest/office"
)

// docxFormat is what Word writes since 2007, and its templates.
var docxFormat = &format{
	name:    "docx",
	version: 1,
	binary:  true,
	media: []string{
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.template",
		"application/vnd.ms-word.document.macroenabled.12",
	},
	claims: claimedZip(isDOCX, "docx", "docm", "dotx", "dotm"),
	read:   readPackage(office.ReadDOCX),
}

// isDOCX looks at the names in the first bytes of a zip.
func isDOCX(head []byte) bool {
	return bytes.Contains(head, []byte("word/")) &&
		(bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("_rels/")))
}
