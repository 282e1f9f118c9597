package store

import "path/filepath"

// NetworkDisk names the kind of network file system that a file lies on, or
// would lie on ("nfs", "smb"); "" for a disk of this computer, and where it
// cannot be told. SQLite advises against such a place
// (https://www.sqlite.org/useovernet.html, https://www.sqlite.org/wal.html):
// the memory by which processes share a write-ahead log is that of one
// computer, and locks often hold on one computer only.
func NetworkDisk(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if kind := networkDisk(path); kind != "" {
		return kind
	}
	return networkDisk(filepath.Dir(path)) // a file that is still to be made
}
