//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// unprivileged gives the command before a program that makes modes bind for
// root too.
func unprivileged(t *testing.T) []string {
	if os.Geteuid() != 0 {
		return nil
	}
	const caps = "-dac_override,-dac_read_search"
	words := []string{"setpriv", "--bounding-set=" + caps, "--inh-caps=" + caps}
	if err := exec.Command(words[0], append(words[1:], "true")...).Run(); err != nil {
		t.Skipf("modes do not bind root, and setpriv cannot make them: %v", err)
	}
	return words
}

// leftByCrash makes of an archive one that a writer has left with its log.
func leftByCrash(t *testing.T, db, to string) {
	t.Helper()
	file, err := sql.Open("sqlite", db)
	must(t, err)
	_, err = file.Exec(`INSERT INTO meta (key, value) VALUES ('a', 'b')`)
	must(t, err)
	for _, end := range []string{"", "-wal", "-shm"} {
		copyArchiveFile(t, db+end, to+end)
	}
	_, err = file.Exec(`DELETE FROM meta WHERE key = 'a'`)
	must(t, err)
	must(t, file.Close())
}

// Where nothing may be written an archive is read all the same, also with the
// log that a crashed writer has left; what would write says why it cannot.
func TestReadOnlyFilesAndFolders(t *testing.T) {
	before := unprivileged(t)
	work := t.TempDir()
	whole, crashed := filepath.Join(work, "whole.db"), filepath.Join(work, "crashed.db")
	runArchive(t, "import", "seeds", "--db", whole)
	leftByCrash(t, whole, crashed)
	for _, from := range []string{whole, crashed} {
		for _, mode := range []struct{ file, folder fs.FileMode }{{0o400, 0o500}, {0o400, 0o700}, {0o600, 0o500}} {
			name := fmt.Sprintf("%s, file %o, folder %o", filepath.Base(from), mode.file, mode.folder)
			dir := t.TempDir()
			db := filepath.Join(dir, "a.db")
			for _, end := range []string{"", "-wal", "-shm"} {
				if exists(from + end) {
					copyArchiveFile(t, from+end, db+end)
					must(t, os.Chmod(db+end, mode.file))
				}
			}
			must(t, os.Chmod(dir, mode.folder))
			held, err := os.ReadFile(db)
			must(t, err)
			run := func(args ...string) (string, int) {
				words := append(append(before[:len(before):len(before)], "archive"), append(args, "--db", db)...)
				cmd := exec.Command(words[0], words[1:]...)
				out, _ := cmd.CombinedOutput() // its code tells
				return string(out), cmd.ProcessState.ExitCode()
			}
			copied := filepath.Join(t.TempDir(), "copy.db")
			for _, args := range [][]string{{"search", "Putin"}, {"list"}, {"show", "1", "--no-pager"}, {"stats"}, {"check", "--deep"}, {"backup", copied}} {
				if out, code := run(args...); code != 0 {
					t.Errorf("%s: %v: %d, %s", name, args, code, out)
				}
			}
			wholeArticles(t, copied, 5)
			// With its log beside it a file that may be written can be written.
			if from == crashed && mode.file == 0o600 {
				must(t, os.Chmod(dir, 0o700))
				continue
			}
			for _, args := range [][]string{{"import", "seeds"}, {"edit", "1", "--title", "x"}, {"optimize"}} {
				if out, code := run(args...); code != 2 || !strings.Contains(out, "it may not be written (check the rights of the file and its folder)") {
					t.Errorf("%s: %v: %d, %s", name, args, code, out)
				}
			}
			if now, err := os.ReadFile(db); err != nil || !bytes.Equal(now, held) {
				t.Errorf("%s: the file has changed, %v", name, err)
			}
			must(t, os.Chmod(dir, 0o700))
		}
	}
}

// A program does not touch an archive of a later version, and one that has an
// archive open when a later program lifts it stops before it writes.
func TestLaterVersionIsLeftAlone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "later.db")
	runArchive(t, "import", "seeds", "--db", db)
	file, err := sql.Open("sqlite", db)
	must(t, err)
	for _, statement := range []string{`PRAGMA journal_mode = DELETE`, `PRAGMA user_version = 99`} {
		_, err := file.Exec(statement)
		must(t, err)
	}
	must(t, file.Close())
	held, err := os.ReadFile(db)
	must(t, err)
	for _, line := range []string{"search Putin", "import seeds", "edit 1 --title x", "optimize", "check", "check --repair", "backup " + db + ".copy", "log on", "restore " + db} {
		cmd := exec.Command("archive", append(strings.Fields(line), "--db", db)...)
		out, _ := cmd.CombinedOutput() // its code tells
		if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "was made by a later version of archive (format 99") {
			t.Errorf("%s: %s", line, out)
		}
	}
	if now, err := os.ReadFile(db); err != nil || !bytes.Equal(now, held) {
		t.Errorf("the file has changed, %v", err)
	}
	if left, err := filepath.Glob(db + "?*"); err != nil || len(left) > 0 {
		t.Errorf("beside it lies %q, %v", left, err)
	}
}

// An archive that holds articles and notes no place, as after a repair, is not
// filled with the samples.
func TestNoPlacesToReadAgain(t *testing.T) {
	db := filepath.Join(t.TempDir(), "a.db")
	runArchive(t, "import", "seeds", "--db", db)
	file, err := sql.Open("sqlite", db)
	must(t, err)
	_, err = file.Exec(`PRAGMA foreign_keys = OFF; DELETE FROM places`)
	must(t, err)
	must(t, file.Close())
	out, err := exec.Command("archive", "import", "--db", db).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "notes no place to read again (name what to import") {
		t.Errorf("%v: %s", err, out)
	}
}
