package store

import (
	"os"
	"path/filepath"
)

// maxLinks is how many links a path may lead through; more go in a circle.
const maxLinks = 40

// FollowLinks gives the file that a link leads to, also one that is still to
// be made: what lies beside an archive lies beside the file, and so does what
// a repair puts in its place.
func FollowLinks(path string) string {
	file := path
	for range maxLinks {
		target, err := os.Readlink(file)
		if err != nil { // it is no link
			return file
		}
		if !filepath.IsAbs(target) {
			folder, err := filepath.EvalSymlinks(filepath.Dir(file))
			if err != nil {
				return path
			}
			target = filepath.Join(folder, target)
		}
		file = target
	}
	return path
}
