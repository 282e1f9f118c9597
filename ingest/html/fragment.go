package html

import (
	"bytes"

	"golang.org/x/net/html"
)

// Text gives the text of a page or of a fragment in UTF-8, as mail and feeds
// carry them: paragraphs parted by a blank line. Unlike Read it looks for no
// article in it; only menus, captions and what is not shown are left out.
func Text(fragment []byte) string {
	if isTooLarge(fragment, factsOf(fragment)) {
		return readPlain(fragment, true)
	}
	doc, err := html.Parse(bytes.NewReader(fragment))
	if err != nil { // nested too deep
		return readPlain(fragment, true)
	}
	return joinBlocks(blocksOf(doc))
}
