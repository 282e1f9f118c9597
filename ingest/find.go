package ingest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/semaphore"

	"example.com/archive/store"
)

// finder hands out the files of an import in order. Those that are as they
// were when they were last read go no further than here, but for their
// number: of a large tree that is nearly all.
type finder struct {
	*run
	readings readings
	known    knownFiles
	passed   *job // counts unchanged files of one place that are not told of yet
	own      []fs.FileInfo
}

// maxPassed bounds the unchanged files that are told of at once.
const maxPassed = 1 << 10

// find hands out the files in order.
func (r *run) find() {
	defer close(r.queue)
	defer close(r.jobs)
	f := &finder{run: r, readings: newReadings(r.known, r.options), known: knownFiles{archive: r.archive}, own: filesOf(r.archive)}
	walk(r.ctx, r.places, r.options, f.file)
	f.tell()
}

// filesOf gives the files that an archive is kept in while it is open.
func filesOf(a *store.Archive) (files []fs.FileInfo) {
	if a == nil {
		return nil
	}
	for _, name := range a.Files() {
		if info, err := os.Stat(name); err == nil {
			files = append(files, info)
		}
	}
	return files
}

// leaveOwn leaves out the archive that is written to. A process that closes
// one of its files gives up all its locks on it (POSIX), and with them the
// promise that nobody else writes.
func (f *finder) leaveOwn(found file) file {
	if found.info == nil || !slices.ContainsFunc(f.own, func(own fs.FileInfo) bool { return os.SameFile(own, found.info) }) {
		return found
	}
	out := &LeftOut{Path: found.path, Reason: "it belongs to the archive that is written to", kind: "file of this archive"}
	return file{place: found.place, path: found.path, skip: out.kind, leftOut: out}
}

// file hands one file on; false ends the walk.
func (f *finder) file(found file) bool {
	found = f.leaveOwn(found)
	how := f.readings.of(found.path)
	known, err := f.lookUp(found, how)
	if known != nil && !found.modified.IsZero() && known.Modified.Equal(found.modified) {
		return f.pass(found)
	}
	room := 1 << 13 // items
	if found.skip != "" {
		room = 0
	}
	j := &job{file: found, reading: how.reading, readers: how.readers, known: known, err: err, items: make(chan *item, room), waiting: semaphore.NewWeighted(jobBytes)}
	if !f.tell() || !send(f.run, f.queue, j) {
		return false
	}
	// In the order of the files: a reader that waits behind a later file would
	// wait for ever, for that one waits to be stored after it.
	return f.large.Acquire(f.ctx, j.weight()) == nil && send(f.run, f.jobs, j)
}

// lookUp gives how a file was when it was last read whole, if that tells
// whether it must be read again: nil where its size or its reader is another.
func (f *finder) lookUp(found file, how *readingHere) (*store.Known, error) {
	switch {
	case found.broken != nil:
		return nil, found.broken
	case found.skip != "" || f.archive == nil || found.place.Path == stdinPath:
		return nil, nil
	}
	known, err := f.known.find(f.ctx, found.path)
	if err != nil || known == nil || !known.Whole || known.Size != found.size || !slices.Contains(how.readers, known.Reader) {
		return nil, err
	}
	return known, nil
}

// pass counts an unchanged file.
func (f *finder) pass(found file) bool {
	if f.passed != nil && (f.passed.place.Path != found.place.Path || f.passed.passed == maxPassed) && !f.tell() {
		return false
	}
	if f.passed == nil {
		f.passed = &job{file: found}
	}
	f.passed.passed++
	f.progress.files.Add(1)
	f.progress.bytes.Add(found.size)
	return true
}

// tell passes on what is counted.
func (f *finder) tell() bool {
	j := f.passed
	f.passed = nil
	return j == nil || send(f.run, f.queue, j)
}

// send gives false where the import ends instead.
func send(r *run, to chan *job, j *job) bool {
	select {
	case to <- j:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// reading is how a file is read; the place it is recorded under has options
// of its own, which are those it was imported with.
type reading struct {
	source string // forced on its articles, "" if none
	from   string // the rule for the source, "" for the usual one
	fields map[string]string
	split  string // what makes several articles of a file, "" if nothing
	// originals is store.KeepOriginals if the bytes of the file are kept.
	originals string
}

// readingHere is the reading of the files in a folder, with the names of the
// readers that would read them now.
type readingHere struct {
	reading
	readers []string
}

// readings gives how files are read: as asked for now, else as the recorded
// place says that is nearest above a file and says anything.
type readings struct {
	asked  reading
	places []store.Place
	paths  map[string]bool // of places
	folder string          // that here is for
	here   *readingHere
}

func newReadings(known []store.Place, o Options) readings {
	r := readings{asked: reading{o.Source, o.SourceFrom, o.Fields, o.Split, o.Originals}, places: known, paths: make(map[string]bool)}
	for _, p := range known {
		r.paths[p.Path] = true
	}
	return r
}

// of gives how the file at a path is read. Files in one folder are read alike
// but for those that are places themselves.
func (r *readings) of(path string) *readingHere {
	if r.paths[path] {
		return r.workOut(path)
	}
	folder := path[:strings.LastIndexByte(path, filepath.Separator)+1]
	if r.here == nil || folder != r.folder {
		r.folder, r.here = folder, r.workOut(path)
	}
	return r.here
}

func (r *readings) workOut(path string) *readingHere {
	how := r.asked
	sourceFrom, fieldsFrom, splitFrom, originalsFrom := 0, 0, 0, 0 // lengths of the paths that decided
	for _, p := range r.places {
		if p.Path != path && !inside(path, p.Path) {
			continue
		}
		if r.asked.source+r.asked.from == "" && p.Source+p.SourceFrom != "" && len(p.Path) > sourceFrom {
			how.source, how.from, sourceFrom = p.Source, p.SourceFrom, len(p.Path)
		}
		if len(r.asked.fields) == 0 && len(p.Fields) > 0 && len(p.Path) > fieldsFrom {
			how.fields, fieldsFrom = p.Fields, len(p.Path)
		}
		if r.asked.split == "" && p.Split != "" && len(p.Path) > splitFrom {
			how.split, splitFrom = p.Split, len(p.Path)
		}
		if r.asked.originals == "" && p.Originals != "" && len(p.Path) > originalsFrom {
			how.originals, originalsFrom = p.Originals, len(p.Path)
		}
	}
	here := &readingHere{reading: how}
	for _, f := range formats {
		here.readers = append(here.readers, readerName(f, how))
	}
	return here
}

// Bounds on the known files that are read from the archive at once. Few are
// read where the walk leaves the order of the paths (it has a/b before a.txt)
// and more as long as it keeps to it.
const (
	minKnown = 16
	maxKnown = 1 << 11
)

// knownFiles looks up files that come in about the order of their paths.
type knownFiles struct {
	archive *store.Archive
	// block is what the archive knows from the path from on to its own last
	// one, or to the end.
	block []store.Known
	from  string
	toEnd bool
	size  int // of the block that was asked for
}

// find gives what the archive knows of the file at a path, nil if nothing.
func (k *knownFiles) find(ctx context.Context, path string) (*store.Known, error) {
	if k.size == 0 || path < k.from || path > k.last() && !k.toEnd {
		if err := k.load(ctx, path); err != nil {
			return nil, err
		}
	}
	i, found := slices.BinarySearchFunc(k.block, path, func(f store.Known, path string) int { return strings.Compare(f.Path, path) })
	if !found {
		return nil, nil
	}
	return &k.block[i], nil
}

func (k *knownFiles) last() string {
	if len(k.block) == 0 {
		return ""
	}
	return k.block[len(k.block)-1].Path
}

// load reads the block that begins at a path.
func (k *knownFiles) load(ctx context.Context, path string) error {
	size := minKnown
	if path > k.last() {
		size = min(max(2*k.size, minKnown), maxKnown)
	}
	block, err := k.archive.KnownFrom(ctx, path, size)
	if err != nil {
		k.size = 0
		return err
	}
	k.block, k.from, k.size, k.toEnd = block, path, size, len(block) < size
	return nil
}
