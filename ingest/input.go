package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"example.com/archive/ingest/charset"
)

// opened is a file, or a file inside another, to be read.
type opened struct {
	name string // its path, or its name inside the other; never opened again
	r    io.Reader
	// at gives the size bytes of r anywhere; nil where only r does.
	at   io.ReaderAt
	size int64
	// What a container or mail declares of a file inside it, "" if nothing:
	// its type ("text/html"), its charset, the address it was fetched from.
	media, charset, url string
	// fields maps an article's field (title, text, source, author, date,
	// url, lang, tags, id) to the name that the file uses for it; what it
	// names goes before the usual spellings.
	fields map[string]string
	split  string // what makes several articles of a file: "chapters", "" if nothing
	live   func() // told of progress that shows in no reading; nil if nobody asks
}

// input is one file, opened and decompressed, on its way through a format.
type input struct {
	opened
	r      *bufio.Reader
	packed bool      // it was compressed
	depth  int       // of files around it
	spent  *spending // by all files that lie in one on disk
	names  memberNames
	// answers is of a web archive; a buffer for each of its many records would
	// cost more time than the reading.
	answers *bufio.Reader
	found   charset.Found // what it was decoded from, if it was
}

// What files inside a file may cost.
const (
	maxDepth    = 8         // files around each other
	maxParts    = 1_000_000 // files in one on disk
	maxInMemory = 32 << 20  // bytes of a file held in memory that is read in no order
)

// spending counts what the files inside one on disk cost together.
type spending struct {
	parts    int
	expanded int64
	over     error        // set once they cost too much
	packed   func() int64 // bytes of the file on disk, as far as known
}

// expand counts bytes that came out of something packed.
func (s *spending) expand(n int) error {
	s.expanded += int64(n)
	switch {
	case s.expanded > maxExpanded:
		s.over = fmt.Errorf("the file expands to more than %d GiB", int64(maxExpanded)>>30)
	case s.expanded > ratioFree && s.expanded > maxRatio*s.packed():
		s.over = fmt.Errorf("the file expands to more than %d times its size", maxRatio)
	}
	return s.over
}

// spendingReader reads what came out of something packed.
type spendingReader struct {
	r     io.Reader
	spent *spending
}

func (s *spendingReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if e := s.spent.expand(n); e != nil {
		return 0, e
	}
	return n, err
}

// whole reads a file that may have so many bytes; what names it in the error.
func (in *input) whole(what string, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in.r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = tooLarge(what, limit)
	}
	return b, err
}

// anywhere gives access to the bytes of a file in any order: as it lies on
// disk, else from a copy. done must be called at the end.
func (in *input) anywhere() (r io.ReaderAt, size int64, done func(), err error) {
	if in.at != nil {
		return in.at, in.size, func() {}, nil
	}
	head, err := io.ReadAll(io.LimitReader(in.r, maxInMemory))
	if err != nil {
		return nil, 0, nil, err
	}
	if len(head) < maxInMemory {
		return bytes.NewReader(head), int64(len(head)), func() {}, nil
	}
	return in.copied(head)
}

// copied puts a file into a temporary one.
func (in *input) copied(head []byte) (r io.ReaderAt, size int64, done func(), err error) {
	f, err := os.CreateTemp("", "archive-*")
	if err != nil {
		return nil, 0, nil, fmt.Errorf("no room for a copy of it: %w", err)
	}
	done = func() { f.Close(); os.Remove(f.Name()) }
	size, err = io.Copy(f, io.MultiReader(bytes.NewReader(head), io.LimitReader(in.r, maxExpanded)))
	if err != nil {
		done()
		return nil, 0, nil, err
	}
	return f, size, done, nil
}

// progress says that a reader which works long on bytes it has is at work.
func (in *input) progress() {
	if in.live != nil {
		in.live()
	}
}

// part reads a file that lies inside this one, as if it lay on disk, and names
// its articles by member, numbered where there are two of that name; "" adds
// nothing to their names. What cannot be read of it is reported; an error ends
// the reading of all.
func (in *input) part(ctx context.Context, member string, o opened, out sink) error {
	if member != "" {
		member = in.names.unique(memberName(member))
	}
	if in.depth+1 > maxDepth {
		out.failed(member, fmt.Errorf("it lies %d files deep (at most %d)", in.depth+1, maxDepth))
		return nil
	}
	if in.spent.parts++; in.spent.parts > maxParts {
		return fmt.Errorf("it holds more than %d files", maxParts)
	}
	o.fields, o.split, o.live = in.fields, in.split, in.live
	var stopped error // by the sink
	_, err := readOpened(ctx, o, in.depth+1, in.spent, sink{
		article: func(a *Article) error {
			a.Member = inMember(member, a.Member)
			stopped = out.article(a)
			return stopped
		},
		failed:  func(inner string, reason error) { out.failed(inMember(member, inner), reason) },
		skipped: func(inner, kind string) { out.skipped(inMember(member, inner), kind) },
	})
	var unknown *unknownFormat
	switch {
	case stopped != nil:
		return stopped
	case ctx.Err() != nil:
		return ctx.Err()
	case in.spent.over != nil:
		return in.spent.over
	case errors.As(err, &unknown):
		out.skipped(member, unknown.kind)
	case err != nil:
		out.failed(member, err)
	}
	return nil
}

// member is part for a container that keeps files in folders.
func (in *input) member(ctx context.Context, name string, o opened, out sink) error {
	found := out
	found.article = func(a *Article) error {
		a.inside = path.Join(path.Clean("/"+slashed(validText(name))), a.inside)
		return out.article(a)
	}
	return in.part(ctx, cmp.Or(name, "unnamed"), o, found)
}

// inMember names a place inside a file inside a file.
func inMember(outer, inner string) string {
	if inner == "" {
		return outer
	}
	return outer + " > " + inner
}
