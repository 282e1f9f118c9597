package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"example.com/archive/ingest/ignore"
	"example.com/archive/store"
)

// ignoreFile is the name of the lists of what an import leaves out.
const ignoreFile = ".archiveignore"

// LeftOut is a file or folder that an import went past.
type LeftOut struct {
	Path   string
	Reason string
	kind   string // for the counts
}

// leaver decides what is left out below a place, in the order of a walk.
type leaver struct {
	hidden bool       // what is left out by itself is read
	lists  []ignoreIn // of the folders that the walk is in, outermost first
}

// ignoreIn is the list that lies in a folder.
type ignoreIn struct {
	folder string
	*ignore.List
}

// enter reads the list of a folder, if it has one, and forgets those of
// folders that the walk has left.
func (l *leaver) enter(folder string) error {
	l.leaveTo(folder)
	list, err := readIgnore(filepath.Join(folder, ignoreFile))
	if list != nil {
		l.lists = append(l.lists, ignoreIn{folder, list})
	}
	return err
}

func (l *leaver) leaveTo(folder string) {
	for n := len(l.lists); n > 0; n-- {
		if last := l.lists[n-1].folder; last == folder || inside(folder, last) {
			return
		}
		l.lists = l.lists[:n-1]
	}
}

// readIgnore gives nil where there is no such file.
func readIgnore(name string) (*ignore.List, error) {
	info, err := os.Stat(name)
	switch {
	case os.IsNotExist(err), errors.Is(err, syscall.ENAMETOOLONG): // no file can lie there
		return nil, nil
	case os.IsPermission(err): // to look into the folder, as its files will say
		return nil, nil
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", ignoreFile)
	case err != nil:
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, ignore.MaxBytes+1))
	list, whole := ignore.Parse(string(b))
	if err == nil && (!whole || len(b) > ignore.MaxBytes) {
		err = fmt.Errorf("the list is too long: only its beginning counts (at most %d KiB and %d patterns)", ignore.MaxBytes>>10, ignore.MaxPatterns)
	}
	return list, err
}

// why says why the file or folder at a path below the place is left out, nil
// if it is not. The folders above it are not.
func (l *leaver) why(path string, isFolder bool) *LeftOut {
	l.leaveTo(filepath.Dir(path))
	for _, list := range slices.Backward(l.lists) {
		rel, err := filepath.Rel(list.folder, path)
		if err != nil {
			continue
		}
		p := list.Match(filepath.ToSlash(rel), isFolder)
		switch {
		case p == nil:
		case p.Negated:
			return nil
		default:
			return listed(path, list.folder, p, isFolder)
		}
	}
	if l.hidden {
		return nil
	}
	if kind := idle(filepath.Base(path), isFolder); kind != "" && !isMaildir(path) {
		return &LeftOut{Path: path, Reason: kind, kind: kind}
	}
	if page := pageOf(path, isFolder); page != "" {
		return &LeftOut{Path: path, Reason: "it holds what belongs to the saved page " + page, kind: "folder of a saved page"}
	}
	return nil
}

func listed(path, folder string, p *ignore.Pattern, isFolder bool) *LeftOut {
	kind := "file by " + ignoreFile
	if isFolder {
		kind = "folder by " + ignoreFile
	}
	reason := fmt.Sprintf("line %d of %s: %s", p.Line, filepath.Join(folder, ignoreFile), p.Text)
	return &LeftOut{Path: path, Reason: reason, kind: kind}
}

// idleNames are names, in lower case, of what programs and systems put down
// beside the files of people.
var idleNames = map[string]string{
	"node_modules": "node_modules folder", "bower_components": "bower_components folder", "__pycache__": "__pycache__ folder",
	"site-packages": "site-packages folder", "$recycle.bin": "trash folder", "recycler": "trash folder",
	"system volume information": "system folder", "lost+found": "system folder", "__macosx": "__MACOSX folder",
	"thumbs.db": "system file", "ehthumbs.db": "system file", "desktop.ini": "system file",
}

// idle says what a file or folder is that is left out by its name, "" if it
// is not.
func idle(name string, isFolder bool) string {
	switch {
	case strings.HasPrefix(name, ".") && isFolder:
		return "hidden folder"
	case strings.HasPrefix(name, "."):
		return "hidden file"
	case strings.HasPrefix(name, "~$") && !isFolder:
		return "lock file" // of Microsoft's programs, for a document that is open
	}
	kind := idleNames[strings.ToLower(name)]
	if strings.HasSuffix(kind, "folder") != isFolder {
		return ""
	}
	return kind
}

// savedSuffixes end the names of the folders in which browsers keep what
// belongs to a page that they save, in their languages.
var savedSuffixes = []string{
	"_files", ".files", "-dateien", "_fichiers", "_archivos", "_file", "_bestanden", "-filer", "_pliki", "_soubory", "_dosyalar",
	"_arquivos", "_ficheiros", "_tiedostot", "_elemei", "_datoteke", "_failid", "_fails", "_bylos", "_fajlovi", "_fitxers", "_fitxategiak",
}

// pageOf gives the name of the saved page whose frames, scripts and pictures
// are in a folder, "" for another folder.
func pageOf(path string, isFolder bool) string {
	if !isFolder {
		return ""
	}
	lower := strings.ToLower(path)
	for _, suffix := range savedSuffixes {
		if !strings.HasSuffix(lower, suffix) || len(lower) != len(path) {
			continue
		}
		for _, ending := range []string{".html", ".htm", ".xhtml"} {
			page := path[:len(path)-len(suffix)] + ending
			if info, err := os.Stat(page); err == nil && !info.IsDir() {
				return filepath.Base(page)
			}
		}
	}
	return ""
}

// isMaildir reports a folder of mail: those inside another are hidden ones
// (Maildir++).
func isMaildir(path string) bool {
	for _, name := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// idleMember says what leads a path inside a container to nothing to read,
// "" if nothing does.
func idleMember(path string) string {
	names := strings.Split(strings.ReplaceAll(path, `\`, "/"), "/")
	for i, name := range names {
		if name == "." || name == ".." {
			continue
		}
		isFolder := i < len(names)-1
		switch kind := idle(name, isFolder); {
		case kind != "" && isFolder:
			return "file in a " + kind
		case kind != "":
			return kind
		}
	}
	return ""
}

// whyLeftOut says why an import of a place goes past what lies below it at a
// path: it, or a folder above it, is left out or behind a link. nil: it does
// not.
func whyLeftOut(p store.Place, path string) *LeftOut {
	rel, err := filepath.Rel(p.Path, path)
	if err != nil || rel == "." {
		return nil
	}
	l := leaver{hidden: p.Hidden}
	at := p.Path
	names := strings.Split(rel, string(filepath.Separator))
	for i, name := range names {
		l.enter(at)
		at = filepath.Join(at, name)
		info, err := os.Lstat(at)
		if err != nil {
			return nil
		}
		if out := l.why(at, info.IsDir()); out != nil {
			return out
		}
		if i < len(names)-1 && !info.IsDir() {
			return &LeftOut{Path: at, Reason: linkToFolder, kind: linkToFolder}
		}
	}
	return nil
}

// WhyLeftOut says why an import of the nearest place above a path goes past
// it, nil if it does not. Where no place is known above it, its folder stands
// for one. The archive may be nil.
func WhyLeftOut(ctx context.Context, a *store.Archive, path string) (out *LeftOut, place string, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, "", err
	}
	nearest := store.Place{Path: filepath.Dir(path)}
	if a == nil {
		return whyLeftOut(nearest, path), nearest.Path, nil
	}
	places, err := a.Places(ctx)
	if err != nil {
		return nil, "", err
	}
	found := false
	for _, p := range places {
		if p.Path == path {
			return nil, "", nil // it is read because it was named
		}
		if inside(path, p.Path) && (!found || len(p.Path) > len(nearest.Path)) {
			nearest, found = p, true
		}
	}
	return whyLeftOut(nearest, path), nearest.Path, nil
}
