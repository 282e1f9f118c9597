package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"example.com/archive/store"
)

// dbPath gives the archive to use, and whether it is the default one.
func (e *env) dbPath() (path string, isDefault bool, err error) {
	if e.db != "" {
		return store.FollowLinks(e.db), false, nil
	}
	if path := os.Getenv("ARCHIVE_DB"); path != "" {
		return store.FollowLinks(path), false, nil
	}
	path, err = defaultPath(runtime.GOOS, os.Getenv)
	return store.FollowLinks(path), true, err
}

// defaultPath gives the archive in the data folder of a platform.
func defaultPath(goos string, getenv func(string) string) (string, error) {
	home := getenv("HOME")
	switch {
	case goos == "windows" && getenv("LocalAppData") != "":
		return filepath.Join(getenv("LocalAppData"), "archive", "archive.db"), nil
	case goos == "darwin" && home != "":
		return filepath.Join(home, "Library", "Application Support", "archive", "archive.db"), nil
	case goos != "windows" && filepath.IsAbs(getenv("XDG_DATA_HOME")):
		return filepath.Join(getenv("XDG_DATA_HOME"), "archive", "archive.db"), nil
	case goos != "windows" && home != "":
		return filepath.Join(home, ".local", "share", "archive", "archive.db"), nil
	}
	return "", usagef("there is no data folder to keep an archive in (name the archive with --db FILE)")
}

// open opens the archive for reading; it makes nothing.
func (e *env) open(ctx context.Context) (*store.Archive, error) {
	path, isDefault, err := e.dbPath()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, missing(path, isDefault)
	}
	return store.Open(ctx, path)
}

// withArchive runs a command that reads the archive, open for as long.
func (e *env) withArchive(ctx context.Context, read func(*store.Archive) (int, error)) (int, error) {
	a, err := e.open(ctx)
	if err != nil {
		return exitError, err
	}
	defer a.Close()
	return read(a)
}

func missing(path string, isDefault bool) error {
	flag := " --db " + shellWord(path)
	if isDefault {
		flag = ""
	}
	return fmt.Errorf("no archive at %s (make one with 'archive import PATH%s')", tilde(path), flag)
}

// openOrCreate opens the archive for an import; created reports whether it
// was made.
func (e *env) openOrCreate(ctx context.Context) (a *store.Archive, path string, created bool, err error) {
	path, isDefault, err := e.dbPath()
	if err != nil {
		return nil, "", false, err
	}
	_, err = os.Stat(path)
	created = errors.Is(err, fs.ErrNotExist)
	if created {
		if err := makeFolder(filepath.Dir(path), isDefault); err != nil {
			return nil, "", false, err
		}
	}
	e.warnNetworkDisk(path)
	a, err = store.OpenOrCreate(ctx, path, e.assets.Schema)
	return a, path, created, err
}

// openForUpkeep opens an archive that is there for changes to its file.
func (e *env) openForUpkeep(ctx context.Context) (*store.Archive, error) {
	path, isDefault, err := e.dbPath()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, missing(path, isDefault)
	}
	e.warnNetworkDisk(path)
	return store.OpenOrCreate(ctx, path, e.assets.Schema)
}

// networkDisk may be another in tests.
var networkDisk = store.NetworkDisk

// warnNetworkDisk says before an archive is written to that it lies where
// SQLite advises against.
func (e *env) warnNetworkDisk(path string) {
	if kind := networkDisk(path); kind != "" {
		e.warnf("warning: %s lies on a network disk (%s), where it is damaged if two computers use it at once (keep it on a disk of this computer, and copy it there with 'archive backup')", safeLine(tilde(path)), safeLine(kind))
	}
}

// makeFolder makes the folder of the default archive. Another one that is
// missing is more likely a slip of the pen.
func makeFolder(dir string, isDefault bool) error {
	if isDefault {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("the folder %s cannot be made: %w", tilde(dir), reason(err))
		}
		return nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s to make the archive in (make it first, or name another file with --db)", tilde(dir))
	}
	return nil
}

// reason strips the name of the system call and the paths from an error, and
// says what can be done about a disk.
func reason(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return errors.New("the disk is full (free some space and run the same command again)")
	case errors.Is(err, syscall.EIO):
		return errors.New("the disk reports an error (check the disk)")
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	var linkError *os.LinkError
	if errors.As(err, &linkError) {
		return linkError.Err
	}
	return err
}

// tilde shows a path as people write it, with ~ for their home.
func tilde(path string) string {
	home, err := os.UserHomeDir()
	if err != nil || home == "" || home == string(filepath.Separator) {
		return path
	}
	if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok {
		return "~" + string(filepath.Separator) + rest
	}
	return path
}

// shellWord shows a path so that it can be pasted into a shell.
func shellWord(path string) string {
	short := tilde(path)
	if strings.ContainsAny(short, " \t'\"$&|;<>()*?[]#`\\!") {
		return "\"" + path + "\""
	}
	return short
}
