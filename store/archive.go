// Package store keeps the articles in one SQLite file and finds them again.
// All SQL of the program stands here.
package store

import "context"

// Archive is an open archive.
type Archive struct{}

// Open opens an existing archive. It makes nothing and refuses, untouched,
// what is not an archive or is one of a later version.
func Open(ctx context.Context, path string) (*Archive, error) { return nil, nil }

// OpenOrCreate opens the archive at path, or makes an empty one there.
func OpenOrCreate(ctx context.Context, path, schema string) (*Archive, error) { return nil, nil }

// Close closes the archive; the file is then whole on its own.
func (a *Archive) Close() error { return nil }

// Article gives an article with its text, tags and citations; ErrNotFound.
func (a *Archive) Article(ctx context.Context, id int64) (*Article, error) { return nil, nil }

// Origin is a place an article came from.
type Origin struct {
	Path     string // as imported, absolute; "-" for standard input
	Member   string // inside the file, "" for the whole of it
	SHA256   string // of the file's bytes, hexadecimal
	Size     int64  // bytes
	Modified string // RFC 3339, UTC; "" if unknown
	Reader   string // the format that read it, and its version: "text/1"
	Imported string // RFC 3339, UTC
	Current  bool   // false where the file has changed since
}

// Origins lists where an article came from, the first first.
func (a *Archive) Origins(ctx context.Context, id int64) ([]Origin, error) { return nil, nil }

// SourceCount is an outlet with what the archive holds of it.
type SourceCount struct {
	Name     string // "" for the articles that have no source
	Articles int
	Cited    int  // articles that name it as their own source
	First    Date // earliest and latest publication date; zero if none
	Last     Date
}

// Sources lists the outlets, those with most articles first.
func (a *Archive) Sources(ctx context.Context) ([]SourceCount, error) { return nil, nil }

// Count is a value and how many articles have it.
type Count struct {
	Value    string
	Articles int
}

// Stats says what the archive holds.
type Stats struct {
	Path       string
	FileBytes  int64
	TextBytes  int64
	Articles   int // current ones
	Superseded int // earlier versions, kept
	Sources    int
	Words      int64
	Undated    int
	Untitled   int // whose title was derived
	First      Date
	Last       Date
	Langs      []Count
	Types      []Count
	Imports    int
	LastImport string // RFC 3339, UTC
}

// Stats says what the archive holds.
func (a *Archive) Stats(ctx context.Context) (Stats, error) { return Stats{}, nil }
