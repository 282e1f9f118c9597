package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/archive/store"
)

// exportTarget is a file or folder that is made under another name beside its
// place, and has its name once it is whole.
type exportTarget struct {
	to, temp string
	isFolder bool
	file     *os.File // of a file
	out      *bufio.Writer
}

func newExportTarget(to string, isFolder bool) (*exportTarget, error) {
	to = filepath.Clean(to)
	if err := isFree(to); err != nil {
		return nil, err
	}
	t := &exportTarget{to: to, isFolder: isFolder}
	folder, pattern := filepath.Dir(to), filepath.Base(to)+".new-*"
	var err error
	if isFolder {
		t.temp, err = os.MkdirTemp(folder, pattern)
	} else if t.file, err = os.CreateTemp(folder, pattern); err == nil {
		t.temp, t.out = t.file.Name(), bufio.NewWriterSize(t.file, 1<<16)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s to write in (make it first)", tilde(folder))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot write in %s: %w", tilde(folder), reason(err))
	}
	return t, nil
}

func isFree(to string) error {
	switch info, err := os.Lstat(to); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("cannot write %s: %w", tilde(to), reason(err))
	case info.IsDir():
		return fmt.Errorf("there is a folder %s already (name another one)", tilde(to))
	}
	return fmt.Errorf("there is a file %s already (name another one)", tilde(to))
}

// publish brings what was written to the disk and gives it its name.
func (t *exportTarget) publish() error {
	if err := t.settle(); err != nil {
		return errors.Join(err, t.giveUp())
	}
	if err := store.SyncFolder(filepath.Dir(t.to)); err != nil { // the name may go
		return errors.Join(t.worded(err), os.RemoveAll(t.to))
	}
	return nil
}

func (t *exportTarget) settle() error {
	if t.isFolder {
		if err := errors.Join(t.worded(syncTree(t.temp)), isFree(t.to)); err != nil {
			return err
		}
		return t.worded(os.Rename(t.temp, t.to))
	}
	err := errors.Join(t.out.Flush(), t.file.Sync(), t.file.Close())
	t.file = nil
	if err != nil {
		return t.worded(err)
	}
	err = os.Link(t.temp, t.to) // which never takes the place of another file
	if err == nil {
		return t.worded(os.Remove(t.temp))
	}
	if err := isFree(t.to); err != nil {
		return err
	}
	return t.worded(os.Rename(t.temp, t.to)) // a file system without links
}

// syncers is how many files are brought to the disk at once: it writes many
// together in little more time than one.
const syncers = 32

// syncTree makes sure that a folder with all its files is on the disk.
func syncTree(root string) error {
	paths, failed := make(chan string), make(chan error)
	for range syncers {
		go func() { failed <- syncAll(paths) }()
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return store.SyncFolder(path)
		}
		paths <- path
		return nil
	})
	close(paths)
	for range syncers {
		if sync := <-failed; err == nil {
			err = sync
		}
	}
	return err
}

// syncAll brings files to the disk until one fails, and takes the rest.
func syncAll(paths <-chan string) (err error) {
	for path := range paths {
		if err == nil {
			err = store.SyncFile(path)
		}
	}
	return err
}

// worded says that the target could not be written, unless err is in words
// already.
func (t *exportTarget) worded(err error) error {
	var pathError *fs.PathError
	var linkError *os.LinkError
	if !errors.As(err, &pathError) && !errors.As(err, &linkError) {
		return err
	}
	return fmt.Errorf("cannot write %s: %w", tilde(t.to), reason(err))
}

// giveUp removes what was written.
func (t *exportTarget) giveUp() error {
	if t.file != nil {
		t.file.Close()
	}
	return os.RemoveAll(t.temp)
}
