package main

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// onSmallDisk runs a command in a file system of its own, which has so much
// room beside what is there: onSmallDisk KIB DISK BEFORE LEFT COMMAND...
// What it has left is copied to the folder LEFT.
const onSmallDisk = `
	kib=$1 disk=$2 before=$3 left=$4; shift 4
	mount -t tmpfs -o mode=0700 none "$disk" || exit 99
	cp -R "$before/." "$disk" || exit 99
	used=$(df -k --output=used "$disk" | tail -n 1)
	mount -o "remount,size=$((used + kib))k" "$disk" || exit 99
	"$@"
	code=$?
	cp -R "$disk/." "$left" || exit 99
	exit $code`

// noSmallDisk is its exit code where nobody may mount.
const noSmallDisk = 99

// TestFullDisk runs every command that writes on disks that have room for a
// part of what it writes. It must say so, unless there is room enough; the
// archive is sound, holds what it held, and with more room the command can be
// run to its end.
//
// FULL_DISKS says how many disks every command gets.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	dice := crashDice(t)
	w, f := newWorkshop(t, 30), newFaultyWork(t)
	each, of := 1, 3 // of the commands, one of three
	if n, err := strconv.Atoi(os.Getenv("FULL_DISKS")); err == nil {
		each, of = n, 1
	}
	disks, full := 0, 0
	for i, c := range crashCommands {
		if c.read || i%of != 0 {
			continue
		}
		for range each {
			// From 4 KiB to 4 MiB, more of the small ones.
			kib := int(4 * math.Pow(2, 10*dice.Float64()))
			t.Run(c.name+": "+strconv.Itoa(kib)+" KiB", func(t *testing.T) {
				disks++
				if !f.onSmallDisk(t, w, c, kib) {
					full++
				}
			})
		}
	}
	t.Logf("%d disks, of which %d were too small", disks, full)
}

// onSmallDisk runs a command with so much room, and reports whether that was
// enough.
func (f faultyWork) onSmallDisk(t *testing.T, w *workshop, c crashCommand, kib int) (enough bool) {
	t.Helper()
	out, code := f.runSmall(t, w, c, kib)
	done := w.left(t, c, f.dir)
	if code != 0 {
		admits(t, c, code, out)
		if !strings.Contains(out, "disk is full") {
			t.Errorf("it does not say that the disk is full: %s", out)
		}
	} else if !done && !(c.warns && strings.Contains(out, "disk is full")) {
		t.Errorf("it says that it has done its work: %s", out)
	}
	f.tidy(t, c)
	w.again(t, c, f.dir, done)
	return code == 0
}

// runSmall runs a command on a disk with so much room, and copies to the
// folder what it leaves there.
func (f faultyWork) runSmall(t *testing.T, w *workshop, c crashCommand, kib int) (out string, code int) {
	t.Helper()
	disk, before := t.TempDir(), filepath.Join(t.TempDir(), "before")
	w.prepare(t, c, before)
	must(t, os.RemoveAll(f.dir))
	must(t, os.Mkdir(f.dir, 0o700))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := []string{"-rm", "sh", "-c", onSmallDisk, "sh", strconv.Itoa(kib), disk, before, f.dir, "archive"}
	cmd := exec.CommandContext(ctx, "unshare", append(args, c.line(w, disk)...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+f.tmp)
	b, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || cmd.ProcessState.ExitCode() == noSmallDisk || bytes.Contains(b, []byte("unshare: ")) {
		t.Skipf("this user may mount no small disk (unshare -rm): %v: %s", err, b)
	}
	if ctx.Err() != nil {
		t.Errorf("it hangs: %s", b)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

// An archive on a disk without any room is searched, shown, exported, checked
// and copied to another disk.
func TestReadingOnFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	w, f := newWorkshop(t, 5), newFaultyWork(t)
	for _, line := range []string{
		"search river", "list", "show 1 --no-pager", "timeline river", "stats", "check", "check --deep",
		"export --to " + filepath.Join(f.tmp, "out.jsonl"), "backup " + filepath.Join(f.tmp, "elsewhere.db"),
	} {
		c := crashCommand{name: line, from: "made.db", args: strings.Fields(line)}
		if out, code := f.runSmall(t, w, c, 0); code != 0 {
			t.Errorf("%s: exit code %d: %s", line, code, out)
		}
	}
}

// onReadOnlyDisk runs commands, each a line, on a disk that holds a file and
// that nobody may write to: onReadOnlyDisk DISK FILE COMMAND...
const onReadOnlyDisk = `
	disk=$1 file=$2; shift 2
	mount -t tmpfs -o mode=0700 none "$disk" || exit 99
	cp "$file" "$disk/a.db" || exit 99
	mount -o remount,ro "$disk" || exit 99
	"$@"`

// An archive on a disk that nobody may write to is read, checked, exported and
// copied; what would write says that it cannot, as does the way to this version.
func TestReadOnlyDisk(t *testing.T) {
	work := t.TempDir()
	now, old := filepath.Join(work, "now.db"), filepath.Join(work, "old.db")
	runArchive(t, "import", "seeds", "--db", now)
	unpackArchive(t, 4, old)
	run := func(file, line string) (out string, code int) {
		disk := t.TempDir()
		args := append([]string{"-rm", "sh", "-c", onReadOnlyDisk, "sh", disk, file, "archive"}, strings.Fields(line)...)
		cmd := exec.CommandContext(t.Context(), "unshare", append(args, "--db", filepath.Join(disk, "a.db"))...)
		b, _ := cmd.CombinedOutput() // its code tells
		if code = cmd.ProcessState.ExitCode(); code == noSmallDisk || code < 0 || bytes.Contains(b, []byte("unshare: ")) {
			t.Skipf("this user may mount no disk (unshare -rm): %s", b)
		}
		return string(b), code
	}
	for _, line := range []string{"search Putin", "list", "show 1 --no-pager", "stats", "check --deep", "export --to " + filepath.Join(work, "out.jsonl"), "backup " + filepath.Join(work, "copy.db")} {
		if out, code := run(now, line); code != 0 {
			t.Errorf("%s: %d, %s", line, code, out)
		}
	}
	wholeArticles(t, filepath.Join(work, "copy.db"), 5)
	for _, line := range []string{"import seeds", "edit 1 --title x", "optimize", "log on", "saved add x Putin"} {
		if out, code := run(now, line); code != 2 || !strings.Contains(out, "whether the disk may be written)") {
			t.Errorf("%s: %d, %s", line, code, out)
		}
	}
	if out, code := run(now, "restore "+filepath.Join(work, "copy.db")); code != 2 || !strings.Contains(out, "read-only file system") {
		t.Errorf("restore: %d, %s", code, out)
	}
	if out, code := run(old, "search Putin"); code != 2 || !strings.Contains(out, "cannot be brought up to date where it lies (copy it to a folder that can be written)") {
		t.Errorf("an earlier version: %d, %s", code, out)
	}
	if out, code := run(old, "backup "+filepath.Join(work, "old-copy.db")); code != 0 {
		t.Errorf("copy of an earlier version: %d, %s", code, out)
	}
	wholeArticles(t, filepath.Join(work, "old-copy.db"), 5)
}

// Where the output has no room, the command says so and fails.
func TestFullOutput(t *testing.T) {
	db := filepath.Join(t.TempDir(), "a.db")
	runArchive(t, "import", "seeds", "--db", db)
	for _, line := range []string{"list", "search port", "show 1", "stats", "export", "check", "timeline port --json", "sources --csv", "edit 1 --title Another"} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		must(t, err)
		var said bytes.Buffer
		cmd := exec.Command("archive", append(strings.Fields(line), "--db", db)...)
		cmd.Stdout, cmd.Stderr = full, &said
		cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(said.String(), "archive: could not write the output: the disk is full (free some space") {
			t.Errorf("%s: exit code %d: %s", line, code, said.String())
		}
		must(t, full.Close())
	}
}
