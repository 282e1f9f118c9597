package store

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
)

// networkDisks are the magic numbers of file systems, see statfs(2) and
// linux/magic.h, that other computers may write to at the same time.
var networkDisks = map[uint32]string{
	0x6969: "nfs", 0x517B: "smb", 0xFF534D42: "smb", 0xFE534D42: "smb", 0x564C: "ncp", 0x01021997: "9p",
	0x5346414F: "afs", 0x6B414653: "afs", 0x73757245: "coda", 0x00C36400: "ceph", 0x0BD00BD0: "lustre", 0x19830326: "beegfs",
	0x20030528: "orangefs", 0x47504653: "gpfs", 0x01161970: "gfs2", 0x7461636F: "ocfs2", 0x786F4256: "vboxsf",
}

// fuseDisk is the magic number of all that programs serve, near and far.
const fuseDisk = 0x65735546

func networkDisk(path string) string {
	var disk syscall.Statfs_t
	if syscall.Statfs(path, &disk) != nil {
		return ""
	}
	if uint32(disk.Type) != fuseDisk {
		return networkDisks[uint32(disk.Type)]
	}
	var file syscall.Stat_t
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil || syscall.Stat(path, &file) != nil {
		return ""
	}
	defer mounts.Close()
	dev := uint64(file.Dev)
	return servedFromAfar(mounts, (dev>>8)&0xfff|(dev>>32)&^0xfff, dev&0xff|(dev>>12)&^0xff)
}

// farPrograms serve the files of other computers by FUSE.
var farPrograms = []string{"sshfs", "rclone", "s3fs", "goofys", "curlftpfs", "davfs", "davfs2", "glusterfs", "cephfs", "smbnetfs", "gcsfuse", "blobfuse", "blobfuse2", "juicefs", "moosefs", "mfs", "gvfsd-fuse", "google-drive-ocamlfuse", "afpfs", "httpfs"}

// servedFromAfar gives the type of the mounted file system with the number of
// a device, see proc_pid_mountinfo(5), if one of farPrograms serves it.
func servedFromAfar(mounts io.Reader, major, minor uint64) string {
	device := fmt.Sprintf("%d:%d", major, minor)
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		mount, disk, _ := strings.Cut(lines.Text(), " - ")
		fields := strings.Fields(mount)
		kind, _, _ := strings.Cut(disk, " ")
		if len(fields) > 2 && fields[2] == device && slices.Contains(farPrograms, strings.TrimPrefix(kind, "fuse.")) {
			return strings.TrimPrefix(kind, "fuse.")
		}
	}
	return ""
}
