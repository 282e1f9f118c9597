package store

import (
	"strings"
	"syscall"
)

// mntLocal is MNT_LOCAL of sys/mount.h.
const mntLocal = 0x1000

func networkDisk(path string) string {
	var disk syscall.Statfs_t
	if syscall.Statfs(path, &disk) != nil || disk.Flags&mntLocal != 0 {
		return ""
	}
	var kind strings.Builder
	for _, c := range disk.Fstypename {
		if c == 0 {
			break
		}
		kind.WriteByte(byte(c))
	}
	return kind.String()
}
