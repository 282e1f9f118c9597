package store

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestServedFromAfar(t *testing.T) {
	const mounts = `22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
611 28 0:53 / /home/ada/server rw,nosuid,nodev,relatime shared:300 - fuse.sshfs ada@host:/srv rw,user_id=1000
612 28 0:54 / /media/stick rw,relatime shared:301 - fuseblk /dev/sdb1 rw
613 28 0:55 / /home/ada/secret rw shared:302 - fuse.gocryptfs /home/ada/.secret rw
`
	for minor, want := range map[uint64]string{53: "sshfs", 54: "", 55: "", 20: "", 99: ""} {
		if got := servedFromAfar(strings.NewReader(mounts), 0, minor); got != want {
			t.Errorf("0:%d: %q, want %q", minor, got, want)
		}
	}
}

func TestNetworkDiskHere(t *testing.T) {
	if kind := NetworkDisk(filepath.Join(t.TempDir(), "new.db")); kind != "" {
		t.Skipf("the temporary files of this machine lie on %s", kind)
	}
	if kind := NetworkDisk("/proc/self/nothing/there"); kind != "" {
		t.Errorf("%q", kind)
	}
}
