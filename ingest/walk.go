package ingest

import (
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"example.com/archive/store"
)

// stdinPath stands for standard input.
const stdinPath = "-"

// file is a file to be read.
type file struct {
	place    store.Place
	path     string // as the archive names it
	origin   origin
	size     int64
	modified time.Time // zero if unknown
	named    bool      // given by the user himself, not found in a folder
	open     func() (io.ReadCloser, error)
	broken   error // why it cannot be opened
	skip     string
}

// origin says where on disk a file is and what it was imported with, for a
// source that may be derived of them; it is empty for a file that is not.
type origin struct{ path, place string }

// walk gives every file of the places, in a fixed order, until yield returns
// false.
func walk(ctx context.Context, places []store.Place, o Options, yield func(file) bool) {
	if o.Retry {
		walkFailed(places, o.failed, yield)
		return
	}
	for _, p := range places {
		more := true
		switch p.Path {
		case stdinPath:
			more = yield(stdinFile(ctx, p, o.Stdin))
		case samplesPlace:
			more = walkSamples(p, o.Samples, yield)
		default:
			more = walkPlace(ctx, p, yield)
		}
		if !more {
			return
		}
	}
}

// walkFailed gives the files that failed and are still there, each with the
// nearest place above it.
func walkFailed(places []store.Place, paths []string, yield func(file) bool) {
	for _, name := range paths {
		info, err := os.Lstat(name)
		if err != nil {
			continue // standard input is gone, and so may a file be
		}
		var nearest store.Place
		for _, p := range places {
			if (p.Path == name || inside(name, p.Path)) && len(p.Path) > len(nearest.Path) {
				nearest = p
			}
		}
		if nearest.Path == "" {
			continue
		}
		if f, wanted := found(nearest, name, fs.FileInfoToDirEntry(info), nil); wanted && !yield(f) {
			return
		}
	}
}

// stdinFile names what comes through standard input by its moment, for each
// time it is something else.
func stdinFile(ctx context.Context, p store.Place, stdin io.Reader) file {
	return file{
		place: p, path: "stdin:" + time.Now().UTC().Format(time.RFC3339Nano), named: true,
		open: func() (io.ReadCloser, error) { return newWaitingReader(ctx, stdin), nil },
	}
}

func walkSamples(p store.Place, samples fs.FS, yield func(file) bool) bool {
	more := true
	err := fs.WalkDir(samples, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f := file{place: p, path: samplesPlace + path.Base(name), named: true,
			open: func() (io.ReadCloser, error) { return samples.Open(name) }}
		if info, err := d.Info(); err == nil {
			f.size = info.Size()
		}
		if more = yield(f); !more {
			return fs.SkipAll
		}
		return nil
	})
	return more && err == nil
}

// walkPlace gives the files of a place. Where the place is a link, what it
// leads to is walked, and the files are named below the link.
func walkPlace(ctx context.Context, p store.Place, yield func(file) bool) bool {
	root := p.Path
	if target, err := filepath.EvalSymlinks(root); err == nil {
		root = target
	}
	more := true
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			more = false
			return fs.SkipAll
		}
		if rel, err := filepath.Rel(root, name); err == nil {
			name = filepath.Join(p.Path, rel)
		}
		f, wanted := found(p, name, d, err)
		switch {
		case !wanted && d != nil && d.IsDir() && name != p.Path && err == nil && leaveOut(d.Name()):
			return fs.SkipDir
		case !wanted:
			return nil
		}
		if more = yield(f); !more {
			return fs.SkipAll
		}
		if err != nil && d != nil && d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	return more && err == nil
}

// found makes a file of what a walk came upon; wanted is false for folders
// and what is left out.
func found(p store.Place, name string, d fs.DirEntry, err error) (f file, wanted bool) {
	f = file{place: p, path: name, origin: origin{name, p.Path}, named: name == p.Path}
	if err != nil {
		f.broken = err
		return f, true
	}
	if d.IsDir() || name != p.Path && leaveOut(d.Name()) {
		return f, false
	}
	info, err := os.Stat(name) // follows links to files
	switch {
	case err != nil:
		f.broken = err
		return f, true
	case info.IsDir():
		f.skip = "link to a folder" // walking it could go round in circles
		return f, true
	case !info.Mode().IsRegular():
		f.skip = "not a regular file"
		return f, true
	}
	f.size, f.modified = info.Size(), info.ModTime()
	f.open = func() (io.ReadCloser, error) { return os.Open(name) }
	return f, true
}

// leaveOut reports names that hold no articles: hidden ones, and the
// libraries of programs.
func leaveOut(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules"
}

// sum gives the SHA-256 of a file.
func (f file) sum() ([]byte, error) {
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
