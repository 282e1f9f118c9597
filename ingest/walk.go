package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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
	modified time.Time   // zero if unknown
	info     fs.FileInfo // nil for what is no file on disk
	named    bool        // given by the user himself, not found in a folder
	open     func() (io.ReadCloser, error)
	broken   error // why it cannot be opened
	skip     string
	leftOut  *LeftOut // why it is not even looked at; also a folder
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
		if nearest.Path == "" || whyLeftOut(nearest, name) != nil {
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
	w := placeWalk{ctx: ctx, place: p, yield: yield, leaver: leaver{hidden: p.Hidden}, more: true}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if rel, err := filepath.Rel(root, name); err == nil {
			name = filepath.Join(p.Path, rel)
		}
		return w.visit(name, d, err)
	})
	return w.more && err == nil
}

// placeWalk is a walk through a place.
type placeWalk struct {
	ctx    context.Context
	place  store.Place
	yield  func(file) bool
	leaver leaver
	more   bool // files are wanted
}

// visit takes what the walk comes upon.
func (w *placeWalk) visit(name string, d fs.DirEntry, err error) error {
	if w.ctx.Err() != nil {
		w.more = false
		return fs.SkipAll
	}
	if err == nil && name != w.place.Path {
		if d.Name() == ignoreFile && !d.IsDir() {
			return nil
		}
		if out := w.leaver.why(name, d.IsDir()); out != nil {
			return w.leaveOut(out, d)
		}
	}
	if err == nil && d.IsDir() {
		return w.enter(name)
	}
	if f, wanted := found(w.place, name, d, err); wanted && !w.give(f) {
		return fs.SkipAll
	}
	if err != nil && d != nil && d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// enter reads a folder's list of what to leave out. One that cannot be read
// is reported: somebody did not want all of the folder.
func (w *placeWalk) enter(folder string) error {
	err := w.leaver.enter(folder)
	if err != nil && !w.give(file{place: w.place, path: filepath.Join(folder, ignoreFile), broken: err}) {
		return fs.SkipAll
	}
	return nil
}

func (w *placeWalk) leaveOut(out *LeftOut, d fs.DirEntry) error {
	switch {
	case !w.give(file{place: w.place, path: out.Path, skip: out.kind, leftOut: out}):
		return fs.SkipAll
	case d.IsDir():
		return fs.SkipDir
	}
	return nil
}

func (w *placeWalk) give(f file) bool {
	w.more = w.yield(f)
	return w.more
}

// Kinds of what a walk does not open.
const (
	linkToFolder = "link to a folder" // walking it could go round in circles
	noFile       = "special file (pipe, device or socket)"
)

var errNoFile = errors.New("it is a pipe, device or socket, not a file (- reads standard input)")

// found makes a file of what a walk came upon; wanted is false for folders.
func found(p store.Place, name string, d fs.DirEntry, err error) (f file, wanted bool) {
	f = file{place: p, path: name, origin: origin{name, p.Path}, named: name == p.Path}
	if err != nil {
		f.broken = err
		return f, true
	}
	if d.IsDir() {
		return f, false
	}
	info, err := os.Stat(name) // follows links to files
	switch {
	case err != nil:
		f.broken = err
		return f, true
	case info.IsDir():
		f.skip = linkToFolder
		return f, true
	case !info.Mode().IsRegular() && f.named:
		f.broken = errNoFile
		return f, true
	case !info.Mode().IsRegular():
		f.skip = noFile
		return f, true
	}
	f.size, f.modified, f.info = info.Size(), info.ModTime(), info
	f.open = func() (io.ReadCloser, error) { return os.Open(name) }
	return f, true
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
