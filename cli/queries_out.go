package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// outFolder is the folder that --out writes into, and never out of.
type outFolder struct {
	path  string
	root  *os.Root
	force bool
	taken map[string]bool // names of this run, as file systems compare them
}

// openOutFolder opens the folder, or makes it in one that is there.
func openOutFolder(path string, force bool) (*outFolder, error) {
	if err := os.Mkdir(path, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("the folder %s cannot be made: %w", tilde(path), reason(err))
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be opened: %w", tilde(path), reason(err))
	}
	return &outFolder{path, root, force, make(map[string]bool)}, nil
}

func (o *outFolder) close() error {
	if o == nil {
		return nil
	}
	return o.root.Close()
}

// outFile is a file of the folder.
type outFile struct {
	*os.File
	name string
}

// create makes the file for a query. A name that another query of this run
// has taken gets a number.
func (o *outFolder) create(query string, line int, format outputFormat) (*outFile, error) {
	stem, suffix := fileStem(query), "."+format.extension()
	if stem == "" {
		stem = fmt.Sprintf("line-%d", line)
	}
	name := stem + suffix
	for n := 2; o.taken[foldedName(name)]; n++ {
		name = fmt.Sprintf("%s-%d%s", stem, n, suffix)
	}
	o.taken[foldedName(name)] = true
	if o.force {
		o.root.Remove(name) // what cannot be removed is still in the way below
	}
	f, err := o.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("%s is there already in %s (--force replaces it)", name, tilde(o.path))
	case err != nil:
		return nil, fmt.Errorf("%s cannot be made in %s: %w", name, tilde(o.path), reason(err))
	}
	return &outFile{f, name}, nil
}

// extension ends the names of files in a format.
func (f outputFormat) extension() string {
	if f.writer == nil || f.name == "ids" {
		return "txt"
	}
	return f.name
}

// foldedName is the same for names that some file system takes for one.
func foldedName(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// maxStem bounds the names of files, in bytes; file systems take 255.
const maxStem = 100

// deviceNames are not files on Windows, whatever follows the dot.
var deviceNames = []string{"con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
	"com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// fileStem makes the name of a file of any text: letters, digits and single
// hyphens; "" if it holds none.
func fileStem(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(text) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '_' {
			gap = b.Len() > 0
			continue
		}
		if r == utf8.RuneError || unicode.IsMark(r) && (b.Len() == 0 || gap) {
			continue
		}
		if b.Len()+utf8.RuneLen(r)+1 > maxStem {
			break
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	if slices.Contains(deviceNames, strings.ToLower(b.String())) {
		b.WriteByte('_')
	}
	return b.String()
}
