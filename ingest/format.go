package ingest

import (
	"bufio"
	"context"
)

// input is one file, opened and decompressed, on its way through a format.
type input struct {
	name string // its path or the name of the member, never opened again
	r    *bufio.Reader
	// fields maps an article's field (title, text, source, author, date,
	// url, lang, tags, id) to the name that the file uses for it; what it
	// names goes before the usual spellings.
	fields map[string]string
}

// sink takes what a format reads. Both functions belong to the caller, who
// may stop the reading by returning an error from article.
type sink struct {
	article func(*Article) error
	// failed reports a part that could not be read ("line 12"); reading
	// goes on after it.
	failed func(member string, reason error)
}

// format is one kind of file.
type format struct {
	name    string // also the type of its articles
	version int    // raised when its reader gives other articles than before
	// claims reports whether the file is of this format, by its lower-case
	// name (without .gz) and its first bytes.
	claims func(name string, head []byte) bool
	read   func(ctx context.Context, in *input, out sink) error
}
