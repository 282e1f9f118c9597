// Package ingest turns the files people have into articles in an archive:
// it walks places, tells formats apart, reads each format, works out the
// metadata that a format does not give, and reports what it did.
//
// A format is one file, format_NAME.go, and one line in the list formats.
package ingest

import "example.com/archive/store"

// Field is a piece of an article's metadata as a reader found it.
type Field struct {
	Value   string
	Line    int    // the line of the file it stands on, from 1; 0 if none
	Rule    string // what found it, in words a person understands
	Derived bool   // worked out, not read
}

// Citation is an outlet that the text names as a source of its own.
type Citation struct {
	Outlet string
	Phrase string // the words that name it
	// Line is the line of the article's text, from 1; Explain gives 0 where
	// the text stands in the file as one string, so that its lines are none
	// of the file's.
	Line int
	Rule string
}

// Article is one article as it was read, before it is stored.
type Article struct {
	// Member is the article's place inside its file: "" where it is the
	// whole file, else "line 12", "row 3", "id reuters-1".
	Member    string
	Title     Field
	Source    Field
	Byline    Field
	Published Field // as the file writes it; see ReadDate
	Captured  Field // when a web archive saved the page, written likewise
	Lang      Field
	URL       Field
	Tags      []Field
	Cites     []Citation
	Charset   Field  // what its file was decoded from; not stored
	Type      string // the name of the format
	Text      string
	// Line is the line of the file that Text starts on, 0 if unknown.
	Line int
	// inside is its path below its file where that holds files in folders.
	inside string
	// AsIs is set where the file says all that was known: nothing more is
	// worked out.
	AsIs bool
	// Exported is the line of an export that says all this and more; nil for
	// what other files hold. Most kinds of lines are no articles.
	Exported store.ExportLine
}
