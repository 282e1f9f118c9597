package cli

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// The key of places stands beside the default archive. By it an import tells
// the places that this person noted from those that a file brings.
const (
	placesKeyName  = "places.key"
	placesKeyBytes = 32
)

// placesKey gives the key, nil if there is none; with create it makes one then.
func placesKey(create bool) []byte {
	archive, err := defaultPath(runtime.GOOS, os.Getenv)
	if err != nil {
		return nil
	}
	name := filepath.Join(filepath.Dir(archive), placesKeyName)
	key, err := readPlacesKey(name)
	if len(key) > 0 || !create {
		return key
	}
	if err == nil && removeUnusable(name) != nil {
		return nil
	}
	if err := makePlacesKey(name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil // nothing is noted as ours then, and places are named each time
	}
	key, _ = readPlacesKey(name) // perhaps that of another process, which was faster
	return key
}

// removeUnusable removes a file that is no key, such as one that was cut off.
func removeUnusable(name string) error {
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return errors.Join(err, fs.ErrInvalid)
	}
	return os.Remove(name)
}

func readPlacesKey(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil || info.Size() != placesKeyBytes || !info.Mode().IsRegular() {
		return nil, err
	}
	return os.ReadFile(name)
}

// makePlacesKey puts a key in its place whole, unless there is one.
func makePlacesKey(name string) (err error) {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, placesKeyName+".new-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	key := make([]byte, placesKeyBytes)
	rand.Read(key) // never fails
	_, err = f.Write(key)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return publishKey(f.Name(), name)
}

// publishKey gives the finished file its name, if no other has it.
func publishKey(temp, name string) error {
	err := os.Link(temp, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Rename(temp, name) // a file system without links
}
