package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/archive/ingest"
	"example.com/archive/store"
)

// originalsFolder writes the files that the archive keeps, as they were, into
// one folder, with a table of what they were.
type originalsFolder struct {
	root  *os.Root
	task  *exportTask
	index writer
	table *os.File
	rows  map[[3]string]bool             // that the index has
	files map[string][]*store.ExportFile // SHA-256 -> the kept files whose bytes are yet to come
	names map[string]string              // SHA-256 -> name in the folder
	taken map[string]bool                // folded names
	open  *originalFile
}

// originalFile is a file that is being written.
type originalFile struct {
	*os.File
	sum  string
	hash hash.Hash
}

// indexName is a name that no original gets.
const indexName = "index.csv"

func newOriginalsFolder(path string, task *exportTask) (*originalsFolder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be opened: %w", tilde(path), reason(err))
	}
	table, err := root.OpenFile(indexName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write %s: %w", indexName, reason(err)), root.Close())
	}
	return &originalsFolder{
		root: root, task: task, table: table, index: newCSV(table, ingest.OriginalsIndex, terminal{}),
		rows: make(map[[3]string]bool), files: make(map[string][]*store.ExportFile), names: make(map[string]string), taken: map[string]bool{indexName: true},
	}, nil
}

func (o *originalsFolder) line(line store.ExportLine) error {
	switch line := line.(type) {
	case *store.ExportFile:
		return o.file(line)
	case *store.ExportOriginal:
		return o.part(line)
	}
	return nil
}

// file notes a file whose bytes are kept.
func (o *originalsFolder) file(f *store.ExportFile) error {
	if !f.Kept {
		return nil
	}
	if name, written := o.names[f.SHA256]; written {
		return o.row(name, f)
	}
	o.files[f.SHA256] = append(o.files[f.SHA256], f)
	return nil
}

func (o *originalsFolder) row(name string, f *store.ExportFile) error {
	modified := ""
	if f.Modified != 0 {
		modified = time.Unix(0, f.Modified).UTC().Format(time.RFC3339)
	}
	key := [3]string{name, string(f.Path), modified}
	if o.rows[key] { // it was read several times
		return nil
	}
	o.rows[key] = true
	return o.index.record([]any{name, string(f.Path), f.SHA256, f.Size, modified})
}

func (o *originalsFolder) part(x *store.ExportOriginal) error {
	if x.Part == 0 {
		if err := errors.Join(o.end(), o.begin(x.SHA256)); err != nil {
			return err
		}
	}
	o.open.hash.Write(x.Plain)
	if _, err := o.open.Write(x.Plain); err != nil {
		return fmt.Errorf("cannot write %s: %w", o.names[x.SHA256], reason(err))
	}
	return nil
}

func (o *originalsFolder) begin(sum string) error {
	name := o.nameOf(sum)
	f, err := o.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, reason(err))
	}
	o.names[sum], o.taken[foldedName(name)] = name, true
	o.open = &originalFile{File: f, sum: sum, hash: sha256.New()}
	return nil
}

// nameOf makes the name of a file of the one it was imported by.
func (o *originalsFolder) nameOf(sum string) string {
	base := ""
	if files := o.files[sum]; len(files) > 0 {
		base = filepath.Base(filepath.FromSlash(string(files[0].Path)))
	}
	stem, ending := splitEnding(base)
	if name := stem + ending; !o.taken[foldedName(name)] {
		return name
	}
	return stem + "-" + sum + ending
}

// splitEnding takes the ending off the name of a file, and makes both such as
// every file system takes.
func splitEnding(base string) (stem, ending string) {
	ending = filepath.Ext(base)
	stem = fileStem(strings.TrimSuffix(base, ending))
	if stem == "" {
		stem = "file"
	}
	if e := fileStem(ending); e != "" && len(e) <= 16 {
		return stem, "." + strings.TrimRight(e, "_")
	}
	return stem, ""
}

// end closes the file that was written last. One that is not what it was is
// not left.
func (o *originalsFolder) end() error {
	f := o.open
	if o.open = nil; f == nil {
		return nil
	}
	name, files := o.names[f.sum], o.files[f.sum]
	delete(o.files, f.sum)
	if err := f.Close(); err != nil {
		return fmt.Errorf("cannot write %s: %w", name, reason(err))
	}
	if want, err := hex.DecodeString(f.sum); err != nil || !bytes.Equal(want, f.hash.Sum(nil)) {
		delete(o.names, f.sum)
		return o.root.Remove(name)
	}
	o.task.originals++
	for _, of := range files {
		if err := o.row(name, of); err != nil {
			return err
		}
	}
	return o.date(name, files)
}

// date gives a file the time that it had.
func (o *originalsFolder) date(name string, files []*store.ExportFile) error {
	if len(files) == 0 || files[0].Modified == 0 {
		return nil
	}
	at := time.Unix(0, files[0].Modified)
	if err := o.root.Chtimes(name, at, at); err != nil {
		return fmt.Errorf("cannot date %s: %w", name, reason(err))
	}
	return nil
}

func (o *originalsFolder) close() error {
	return errors.Join(o.end(), o.index.close(), o.table.Close(), o.root.Close())
}
