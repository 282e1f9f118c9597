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
	// Where no key can be made nothing is noted as ours, and places are named
	// each time; where another process was faster, the key is its.
	_ = makePlacesKey(name)
	key, _ = readPlacesKey(name)
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
func makePlacesKey(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	target, err := newExportTarget(name, false) // of mode 0600
	if err != nil {
		return err
	}
	key := make([]byte, placesKeyBytes)
	rand.Read(key) // never fails
	if _, err := target.out.Write(key); err != nil {
		return errors.Join(err, target.giveUp())
	}
	return target.publish()
}
