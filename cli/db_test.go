package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/archive/store"
)

// Commands that write warn of a network disk, once; those that read do not.
func TestNetworkDisk(t *testing.T) {
	networkDisk = func(string) string { return "nfs" }
	defer func() { networkDisk = store.NetworkDisk }()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	article, db, copied := filepath.Join(dir, "a.txt"), filepath.Join(dir, "a.db"), filepath.Join(dir, "copy.db")
	if err := os.WriteFile(article, []byte("A headline\n\nAnd its text.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args  []string
		warns bool
	}{
		{[]string{"import", article, "--quiet"}, true},
		{[]string{"search", "headline"}, false},
		{[]string{"backup", copied}, false},
		{[]string{"edit", "1", "--title", "Another"}, true},
		{[]string{"sources"}, false},
		{[]string{"optimize"}, true},
		{[]string{"restore", copied}, true},
		{[]string{"check"}, false},
	} {
		var said bytes.Buffer
		code := Run(t0(), Assets{Schema: string(schema)}, append(append([]string{"archive"}, c.args...), "--db", db), nil, io.Discard, &said)
		warned := strings.Count(said.String(), "a.db lies on a network disk (nfs), where it is damaged if two computers use it at once (keep it on a disk of this computer")
		if code > exitNothing || warned > 1 || (warned == 1) != c.warns {
			t.Errorf("%v: %d, %s", c.args, code, said.String())
		}
	}
}
