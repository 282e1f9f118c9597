package ingest

import (
	"bytes"
	"context"
	"io"

	"example.com/archive/ingest/office"
)

// fodtFormat is an OpenDocument text as one XML file.
var fodtFormat = &format{
	name:    "fodt",
	version: 1,
	media:   []string{"application/vnd.oasis.opendocument.text-flat-xml"},
	claims: func(_ string, head []byte) bool {
		return isXMLWith(head, "urn:oasis:names:tc:opendocument:xmlns:office", "application/vnd.oasis.opendocument.text")
	},
	read: readFlat(office.ReadFlatODT),
}

// wordXMLFormat is a document of Word as one XML file, often under the name of
// another format: "letter.doc".
var wordXMLFormat = &format{
	name:    "wordxml",
	version: 1,
	claims: func(_ string, head []byte) bool {
		return isXMLWith(head, `<?mso-application progid="Word.Document"?>`)
	},
	read: readFlat(office.ReadWordXML),
}

// isXMLWith reports whether a file is XML that has all these words near its
// start.
func isXMLWith(head []byte, words ...string) bool {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return false
	}
	for _, w := range words {
		if !bytes.Contains(head, []byte(w)) {
			return false
		}
	}
	return true
}

func readFlat(read func(io.Reader) (*office.Document, error)) func(context.Context, *input, sink) error {
	return func(ctx context.Context, in *input, out sink) error {
		doc, err := read(&countingReader{ctx: ctx, r: in.r})
		if err != nil {
			return err
		}
		return handDocument(doc, out)
	}
}
