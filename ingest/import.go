package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/archive/store"
)

// Options says what to import and how.
type Options struct {
	Paths   []string // files, folders, "-"; none: every place that was imported before with the same Key
	Key     []byte   // a secret of who imports, for the places that are theirs; none: nothing is theirs
	Samples fs.FS    // imported where there are no paths and no places yet
	Stdin   io.Reader
	Source  string // the source of everything imported, if not ""
	// SourceFrom says where the source comes from instead: "host" of the URL,
	// "folder" of the file, "feed", "field:NAME", which Fields must hold too;
	// "" for the usual order.
	SourceFrom string
	Fields     map[string]string // article field -> the name a file uses for it
	Split      string            // "chapters": books are split at their chapters; "none": they are not any more
	Hidden     bool              // what is left out by itself is read: hidden files, node_modules, ...
	NoHidden   bool              // it is not any more
	Originals  string            // store.KeepOriginals: the bytes of files are kept; store.DropOriginals: they are not any more
	// DryRun reads and reports but stores nothing. Its report counts as Added
	// what an import would count as Changed: which article a new one replaces
	// is found out only when it is stored.
	DryRun bool
	// Retry reads only the files that could not be read, or not as a whole,
	// when they were last tried. There are no paths then.
	Retry  bool
	failed []string // these files
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
	Skipped   map[string]int // files of no known format and what is left out, by kind
	LeftOut   []LeftOut      // the first 1000 that a rule leaves out unseen
	Failures  []Failure      // the first 1000
	Failed    int            // all of them
	Samples   bool           // the built-in sample articles were imported
	Places    []string       // what was imported
	Withheld  []string       // which flags of these somebody else gave, and were not taken over
	Stopped   bool           // ended early by the context; what is counted is stored
}

// Failure is a file, or a part of one, that could not be read.
type Failure struct {
	Path   string
	Member string
	Reason string
}

// The rules of Options.SourceFrom. What they do not find is found as usual.
const (
	SourceFromHost   = "host"
	SourceFromFolder = "folder"
	SourceFromFeed   = "feed"
)

// errNoPlaces says that an archive that holds articles does not know from where.
var errNoPlaces = errors.New("the archive notes no place to read again (name what to import: archive import PATH)")

// samplesPlace is the place of the articles built into the program.
const samplesPlace = "samples:"

// Run imports and reports. The archive may be nil for a dry run into an
// archive that does not exist yet.
//
// Files are found by one goroutine, read by several, their articles analysed
// by several, and stored by the caller's in the order of the files, so that
// the outcome does not depend on timing. An error means that storing failed;
// the report then counts what was stored before.
func Run(ctx context.Context, a *store.Archive, o Options) (*Report, error) {
	var known []store.Place
	if a != nil {
		var err error
		if known, err = a.Places(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	if o.Retry && a != nil {
		if o.failed, err = a.FailedPaths(ctx); err != nil {
			return nil, err
		}
	}
	own := ownPlaces(known, o.Key)
	if len(o.Paths) == 0 && len(own) == 0 && len(known) > 0 {
		return nil, notOwn(known)
	}
	if len(o.Paths) == 0 && len(known) == 0 && a != nil && !o.Retry {
		if holds, err := a.HasArticles(ctx); holds || err != nil {
			return nil, cmp.Or(err, errNoPlaces)
		}
	}
	places, samples, err := placesOf(known, own, o)
	if err != nil {
		return nil, err
	}
	run := newRun(ctx, a, o, places, asNoted(known, o.Key))
	defer run.stop()
	if len(o.Paths) == 0 {
		run.leaveOutOthers(known)
	}
	run.report.Samples = samples
	for _, p := range places {
		run.report.Places = append(run.report.Places, p.Path)
	}
	for _, path := range o.Paths {
		if w := withheld(path, known, o); w != "" {
			run.report.Withheld = append(run.report.Withheld, w)
		}
	}
	err = run.all()
	run.report.Stopped = ctx.Err() != nil
	if errors.Is(err, context.Canceled) && run.report.Stopped {
		err = nil
	}
	return run.report, err
}

// ownPlaces are those that who has the key noted, and those that are no files.
func ownPlaces(known []store.Place, key []byte) (own []store.Place) {
	for _, p := range known {
		if isNoFile(p) || p.IsSealedWith(key) {
			own = append(own, p)
		}
	}
	return own
}

// asNoted gives the known places with the options that files are read with.
// Those that open or keep more than somebody names count only where who has
// the key noted them.
func asNoted(known []store.Place, key []byte) []store.Place {
	places := slices.Clone(known)
	for i, p := range places {
		if !p.IsSealedWith(key) {
			places[i].Hidden, places[i].Originals = false, ""
		}
	}
	return places
}

func isNoFile(p store.Place) bool { return p.Path == stdinPath || p.Path == samplesPlace }

// maxNamedPlaces is how many places an error names.
const maxNamedPlaces = 5

// notOwn says that no place of an archive is of who imports.
func notOwn(known []store.Place) error {
	var paths []string
	for _, p := range known[:min(len(known), maxNamedPlaces)] {
		paths = append(paths, strconv.Quote(p.Path)+withFlags(p))
	}
	list := strings.Join(paths, ", ")
	if more := len(known) - len(paths); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return &store.Error{Text: fmt.Sprintf("the places that this archive was imported from were noted on another machine, by somebody else, or by an earlier program, so they are not read by themselves: %s (see that they are yours, and name them: archive import PATH)", list)}
}

// withFlags names the flags that a place was noted with and that somebody else
// must give again.
func withFlags(p store.Place) string {
	flags := ""
	if p.Hidden {
		flags += " --hidden"
	}
	if p.Originals == store.KeepOriginals {
		flags += " --keep-originals"
	}
	if flags == "" {
		return ""
	}
	return " with" + flags
}

// withheld tells of a named place whose flags are not taken over.
func withheld(path string, known []store.Place, o Options) string {
	abs, err := filepath.Abs(path)
	i := slices.IndexFunc(known, func(p store.Place) bool { return p.Path == abs })
	if err != nil || i < 0 || known[i].IsSealedWith(o.Key) {
		return ""
	}
	p := known[i]
	p.Hidden = p.Hidden && !o.Hidden && !o.NoHidden
	if o.Originals != "" {
		p.Originals = ""
	}
	if flags := withFlags(p); flags != "" {
		return path + " was imported" + flags + " on another machine, by somebody else, or by an earlier program (give that again to go on so)"
	}
	return ""
}

// otherPlace is the kind of places that are left out.
const otherPlace = "place noted elsewhere (--dry-run names it)"

// leaveOutOthers tells of the places that are not read because somebody else
// noted them.
func (r *run) leaveOutOthers(known []store.Place) {
	for _, p := range known {
		if isNoFile(p) || p.IsSealedWith(r.options.Key) {
			continue
		}
		r.report.Skipped[otherPlace]++
		if len(r.report.LeftOut) < maxFailures {
			r.report.LeftOut = append(r.report.LeftOut, LeftOut{Path: p.Path, Reason: "it was noted on another machine, by somebody else, or by an earlier program (name it to read it)", kind: otherPlace})
		}
	}
}

// placesOf says what to import: what was asked for, else every place
// imported before, else the samples. Standard input is a place imported
// before, though nothing more can come of it.
func placesOf(known, own []store.Place, o Options) (places []store.Place, samples bool, err error) {
	if o.Retry {
		return own, false, nil
	}
	if len(o.Paths) == 0 {
		if len(known) == 0 {
			return []store.Place{{Path: samplesPlace}}, true, nil
		}
		return withoutNested(own), false, nil
	}
	for _, path := range o.Paths {
		place, err := placeOf(path, known, o)
		if err != nil {
			return nil, false, err
		}
		if !slices.ContainsFunc(places, func(p store.Place) bool { return p.Path == place.Path }) {
			places = append(places, place)
		}
	}
	return places, false, nil
}

// placeOf makes the place of a path. One that was imported before keeps the
// options that it was imported with, as far as no others are given; to read
// what is hidden, or to keep files, only whose place it is can have asked.
func placeOf(path string, known []store.Place, o Options) (store.Place, error) {
	if path == stdinPath {
		return withOptions(store.Place{Path: path}, o), nil
	}
	if _, err := os.Stat(path); err != nil {
		return store.Place{}, &store.Error{Text: "cannot import " + path + ": " + fileReason(err), Err: err}
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return store.Place{}, &store.Error{Text: "cannot import " + path + ": the current folder is gone", Err: err}
	}
	place := store.Place{Path: abs}
	if i := slices.IndexFunc(known, func(p store.Place) bool { return p.Path == abs }); i >= 0 {
		place = asNoted(known[i:i+1], o.Key)[0]
	}
	return withOptions(place, o), nil
}

func withOptions(p store.Place, o Options) store.Place {
	if o.Source+o.SourceFrom != "" {
		p.Source, p.SourceFrom = o.Source, o.SourceFrom
	}
	if len(o.Fields) > 0 {
		p.Fields = o.Fields
	}
	if o.Split != "" {
		p.Split = o.Split
	}
	if o.Originals != "" {
		p.Originals = o.Originals
	}
	p.Hidden = (p.Hidden || o.Hidden) && !o.NoHidden
	return p
}

// withoutNested leaves out standard input, which is gone, and places inside
// others that are walked with them.
func withoutNested(places []store.Place) (kept []store.Place) {
	for i, p := range places {
		nested := p.Path == stdinPath
		for j, outer := range places {
			nested = nested || i != j && inside(p.Path, outer.Path) && whyLeftOut(outer, p.Path) == nil
		}
		if !nested {
			kept = append(kept, p)
		}
	}
	return kept
}

// inside reports whether a path is below a folder.
func inside(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != "." && filepath.IsLocal(rel)
}

// fileReason says why a file could not be opened or read.
func fileReason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
