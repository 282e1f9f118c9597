package ingest

import (
	"context"
	"io"
	"io/fs"
	"time"

	"example.com/archive/store"
)

// Options says what to import and how.
type Options struct {
	Paths   []string // files, folders, "-"; none: every place imported before
	Samples fs.FS    // imported where there are no paths and no places yet
	Stdin   io.Reader
	Source  string            // the source of everything imported, if not ""
	Fields  map[string]string // article field -> the name a file uses for it
	DryRun  bool              // read and report, store nothing
	// Progress is called a few times a second from one goroutine; may be nil.
	Progress func(Progress)
}

// Progress says how far an import has come.
type Progress struct {
	Started    time.Time
	Files      int // done
	FilesTotal int
	Bytes      int64 // read of the files, as they are on disk
	BytesTotal int64
	Articles   int
	Current    string
}

// Report says what an import did.
type Report struct {
	Added     int            // articles
	Same      int            // articles that were there already
	Changed   int            // articles that a changed file gave a new version of
	Files     int            // read
	Unchanged int            // files not read again: same size and time as before
	Skipped   map[string]int // files of no known format, by kind
	Failures  []Failure      // the first 1000
	Failed    int            // all of them
	Samples   bool           // the built-in sample articles were imported
	Places    []string       // what was imported
	Stopped   bool           // ended early by the context; what is counted is stored
}

// Failure is a file, or a part of one, that could not be read.
type Failure struct {
	Path   string
	Member string
	Reason string
}

// Run imports and reports. The archive may be nil for a dry run into an
// archive that does not exist yet.
func Run(ctx context.Context, a *store.Archive, o Options) (*Report, error) { return nil, nil }

// Explain reads one file without storing it and gives its articles, each
// field with the line and the rule it came from, and what failed.
func Explain(ctx context.Context, path string, o Options) ([]Article, []Failure, error) {
	return nil, nil, nil
}
