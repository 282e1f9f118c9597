package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/archive/store"
)

// A power cut leaves of each file what was synced, and of what was written
// since any part, in any order. These tests have strace record what commands write
// to the disk, and put together what a cut after each of these steps can
// leave: nothing of what was not synced, all of it, and a part by chance, down
// to sectors. Names of files are taken to be on the disk at once, as
// journalling file systems have it.
//
// POWER_CUTS=all tries every step; otherwise some hundred of them, spread evenly.
func TestPowerCuts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	needStrace(t)
	dice := crashDice(t)
	imports, sample := 16, 100
	if os.Getenv("POWER_CUTS") == "all" {
		imports, sample = 24, 1<<20
	}
	record := recordImports(t, imports)
	cuts := record.cut(t, sample, dice, func(dir string, d *disk, when string) {
		afterCut(t, filepath.Join(dir, "a.db"), d.stored, when)
	})
	t.Logf("%d cuts in %d steps", cuts, len(record.steps))
}

// TestPowerCutsOfCommands is TestPowerCuts for all other commands that write.
// What a command has reported as done is there after a cut, but for what is
// noted of searches.
func TestPowerCutsOfCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	needStrace(t)
	dice := crashDice(t)
	w, sample, rerun, of := newWorkshop(t, 30), 2, 5, 3 // of the commands, one of three
	if os.Getenv("POWER_CUTS") == "all" {
		sample, rerun, of = 1<<20, 20, 1
	}
	steps, cuts := 0, 0
	for i, c := range crashCommands {
		if strings.HasPrefix(c.name, "import") || i%of != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			record := w.record(t, c)
			n := 0
			made := record.cut(t, sample, dice, func(dir string, d *disk, when string) {
				w.sound(t, c, dir)
				switch n++; {
				case d.stored > 0 && !c.soft:
					if !w.left(t, c, dir) {
						t.Errorf("%s: its work is gone", when)
					}
				case n%rerun == 0:
					w.again(t, c, dir, w.left(t, c, dir))
				}
				if t.Failed() {
					t.Log(when)
				}
			})
			t.Logf("%d cuts in %d steps", made, len(record.steps))
			steps, cuts = steps+len(record.steps), cuts+made
		})
	}
	t.Logf("%d cuts in %d steps", cuts, steps)
}

// record runs a command under strace. Its last step is that it has ended.
func (w *workshop) record(t *testing.T, c crashCommand) recording {
	t.Helper()
	work := t.TempDir()
	r := recording{dir: filepath.Join(work, "recorded"), begins: newDisk()}
	w.prepare(t, c, r.dir)
	r.begins.load(t, r.dir)
	r.trace(t, filepath.Join(work, "log"), c.line(w, r.dir)...)
	d := r.begins.copy()
	for _, s := range r.steps {
		d.apply(s)
	}
	d.compareAll(t, r.dir)
	r.steps = append(r.steps, step{what: "stored", at: 1})
	return r
}

// cut leaves what a power cut can, after about so many of the steps, and after
// the last, and has it looked at. It gives the number of cuts.
func (r recording) cut(t *testing.T, sample int, dice *rand.Rand, look func(dir string, d *disk, when string)) (cuts int) {
	t.Helper()
	stride := max(len(r.steps)/sample, 1)
	d := r.begins.copy()
	for n, step := range r.steps {
		d.apply(step)
		if n%stride != 0 && n != len(r.steps)-1 {
			continue
		}
		for how := range 3 {
			cuts++
			dir := t.TempDir()
			d.leave(t, r.dir, dir, how, dice)
			look(dir, d, fmt.Sprintf("step %d of %d, way %d", n, len(r.steps), how))
			if t.Failed() {
				t.Fatalf("left of %s", r.dir)
			}
			os.RemoveAll(dir)
		}
	}
	return cuts
}

// afterCut looks at what a power cut has left: it is sound, and holds at least
// the articles that were reported as stored.
func afterCut(t *testing.T, db string, stored int, when string) {
	t.Helper()
	if _, err := os.Stat(db); err != nil {
		if stored > 0 {
			t.Errorf("%s: the archive of %d articles has gone", when, stored)
		}
		return
	}
	found, err := store.Inspect(t.Context(), db, store.Inspection{Schema: schema, Deep: true})
	if err != nil || len(found.Problems) > 0 || found.Articles < int64(stored) {
		t.Errorf("%s: %d articles were stored: %+v, %v", when, stored, found, err)
	}
}

// step is something that a process did to the disk.
type step struct {
	what     string // write, append, truncate, sync, link, rename, unlink, stored
	path, to string
	data     []byte
	at       int64 // offset, size, or how many articles are stored
}

type recording struct {
	dir    string
	begins *disk // before the first step
	steps  []step
	sizes  map[string]int64 // of files that are written from their beginning to their end
}

// trace runs a command and adds what it does.
func (r *recording) trace(t *testing.T, log string, args ...string) {
	t.Helper()
	out, err := exec.Command("strace", append([]string{"-f", "-y", "-xx", "-s", "1000000", "-o", log,
		"-e", "trace=pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat,rename,renameat,linkat", "archive"}, args...)...).CombinedOutput()
	if err != nil {
		t.Skipf("strace cannot be used here: %v: %s", err, out)
	}
	r.read(t, log)
}

// recordImports imports files one by one, under strace.
func recordImports(t *testing.T, imports int) recording {
	t.Helper()
	r := recording{dir: t.TempDir(), begins: newDisk()}
	db := filepath.Join(r.dir, "a.db")
	log := filepath.Join(r.dir, "log")
	d := newDisk()
	for n := range imports {
		name := filepath.Join(r.dir, fmt.Sprintf("%d.jsonl", n))
		var lines strings.Builder
		for i := range 5 {
			fmt.Fprintf(&lines, `{"title": "Article %d of %d", "text": "%s", "lang": "en"}`+"\n", i, n, strings.Repeat(fmt.Sprintf("some words of number%d ", i), 50+20*n))
		}
		if err := os.WriteFile(name, []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		from := len(r.steps)
		r.trace(t, log, "import", name, "--db", db)
		for _, s := range r.steps[from:] {
			d.apply(s)
		}
		d.compare(t, db)
		r.steps = append(r.steps, step{what: "stored", at: int64(5 * (n + 1))})
	}
	return r
}

var (
	hexText  = regexp.MustCompile(`(?:\\x[0-9a-f]{2})+`)
	tracedFd = regexp.MustCompile(`^(\w+)\(\d+<([^>]*)>`)
	// The result stands behind blanks where another thread came between.
	succeeded = regexp.MustCompile(`\) += \d+$`)
	lastArgs  = regexp.MustCompile(`, (\d+)\) += \d+$`)
	quoted    = regexp.MustCompile(`"([^"]*)"`)
)

// read takes the steps that concern the folder from a log of strace.
func (r *recording) read(t *testing.T, log string) {
	t.Helper()
	eachCall(t, log, func(_, call string) {
		s, ok := readStep(call)
		if !ok || !strings.HasPrefix(s.path, r.dir+"/") {
			return
		}
		if s.what == "append" {
			if r.sizes == nil {
				r.sizes = make(map[string]int64)
			}
			s.what, s.at = "write", r.sizes[s.path]
			r.sizes[s.path] += int64(len(s.data))
		}
		r.steps = append(r.steps, s)
	})
}

// eachCall goes through the calls in a log of strace, in the order in which
// they ended.
func eachCall(t *testing.T, log string, do func(thread, call string)) {
	t.Helper()
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	begun := make(map[string]string) // calls that another thread has interrupted
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		thread, call, _ := strings.Cut(lines.Text(), " ")
		call = strings.TrimSpace(call)
		if head, ok := strings.CutSuffix(call, "<unfinished ...>"); ok {
			begun[thread] = strings.TrimSpace(head)
			continue
		}
		if strings.HasPrefix(call, "<... ") {
			_, tail, _ := strings.Cut(call, "resumed>")
			call = begun[thread] + tail
		}
		do(thread, call)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func unhex(s string) string {
	return hexText.ReplaceAllStringFunc(s, func(h string) string {
		b, _ := hex.DecodeString(strings.ReplaceAll(h, `\x`, ""))
		return string(b)
	})
}

// readStep reads a call of a system function, as strace writes it.
func readStep(call string) (s step, ok bool) {
	if !succeeded.MatchString(call) {
		return s, false
	}
	name, _, _ := strings.Cut(call, "(")
	var names []string
	if strings.Contains(name, "link") || strings.HasPrefix(name, "rename") {
		for _, q := range quoted.FindAllStringSubmatch(call, -1) {
			names = append(names, unhex(q[1]))
		}
		if len(names) == 0 {
			return s, false
		}
		s.path = names[0]
	} else if m := tracedFd.FindStringSubmatch(call); m != nil {
		s.path = unhex(m[2])
	}
	if m := lastArgs.FindStringSubmatch(call); m != nil {
		s.at, _ = strconv.ParseInt(m[1], 10, 64)
	}
	switch {
	case name == "pwrite64" || name == "write":
		if s.what = "write"; name == "write" {
			s.what = "append"
		}
		if q := quoted.FindStringSubmatch(call); q != nil {
			s.data = []byte(unhex(q[1]))
		}
	case name == "ftruncate":
		s.what = "truncate"
	case name == "fsync" || name == "fdatasync":
		s.what = "sync"
	case strings.HasPrefix(name, "unlink"):
		s.what = "unlink"
	case len(names) == 2 && name == "linkat":
		s.what, s.to = "link", names[1]
	case len(names) == 2:
		s.what, s.to = "rename", names[1]
	default:
		return s, false
	}
	return s, true
}

// disk is what is surely on a disk, and what was written since.
type disk struct {
	files  map[string]*diskFile
	stored int
}

type diskFile struct {
	synced  []byte
	pending []step
}

// load takes what lies in a folder, and is on the disk.
func (d *disk) load(t *testing.T, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range list {
		path := filepath.Join(dir, f.Name())
		b, err := os.ReadFile(path)
		must(t, err)
		d.files[path] = &diskFile{synced: b}
	}
}

func (d *disk) copy() *disk {
	c := newDisk()
	for path, f := range d.files {
		c.files[path] = &diskFile{synced: bytes.Clone(f.synced), pending: slices.Clone(f.pending)}
	}
	return c
}

func newDisk() *disk { return &disk{files: make(map[string]*diskFile)} }

func (d *disk) file(path string) *diskFile {
	if d.files[path] == nil {
		d.files[path] = &diskFile{}
	}
	return d.files[path]
}

func (d *disk) apply(s step) {
	switch s.what {
	case "write", "truncate":
		f := d.file(s.path)
		f.pending = append(f.pending, s)
	case "sync":
		f := d.files[s.path]
		if f == nil {
			return // a folder
		}
		for _, p := range f.pending {
			f.synced = p.on(f.synced)
		}
		f.pending = nil
	case "link":
		d.files[s.to] = d.files[s.path]
	case "rename":
		for path, f := range d.files { // of a folder all that is below
			if rest, ok := strings.CutPrefix(path, s.path); ok && (rest == "" || rest[0] == '/') {
				delete(d.files, path)
				d.files[s.to+rest] = f
			}
		}
	case "unlink":
		delete(d.files, s.path)
	case "stored":
		d.stored = int(s.at)
	}
}

// compare makes sure that the recording is whole: what was done comes to the
// file that is there.
func (d *disk) compare(t *testing.T, path string) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := d.file(path)
	b := f.synced
	for _, p := range f.pending {
		b = p.on(append([]byte(nil), b...))
	}
	if !bytes.Equal(b, want) {
		t.Fatalf("the recording comes to other %d bytes than the %d of the file", len(b), len(want))
	}
}

// compareAll makes sure of it for all files below a folder.
func (d *disk) compareAll(t *testing.T, dir string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, f os.DirEntry, err error) error {
		if err == nil && !f.IsDir() && !strings.HasSuffix(path, "-shm") {
			d.compare(t, path)
		}
		return err
	}))
}

// on does to the bytes of a file what the step does.
func (s step) on(b []byte) []byte {
	if s.what == "truncate" {
		return append(b[:min(s.at, int64(len(b)))], make([]byte, max(s.at-int64(len(b)), 0))...)
	}
	if grow := s.at + int64(len(s.data)) - int64(len(b)); grow > 0 {
		b = append(b, make([]byte, grow)...)
	}
	copy(b[s.at:], s.data)
	return b
}

const (
	sector   = 512
	loseAll  = 0
	keepAll  = 1
	keepSome = 2
)

// leave writes what a power cut leaves of the files below one folder into
// another. The index of the log, which lives in memory, is made anew.
func (d *disk) leave(t *testing.T, from, dir string, how int, dice *rand.Rand) {
	t.Helper()
	for path, f := range d.files {
		if strings.HasSuffix(path, "-shm") {
			continue
		}
		b := append([]byte(nil), f.synced...)
		for _, p := range f.pending {
			switch {
			case how == keepAll, how == keepSome && p.what == "truncate" && dice.IntN(2) == 0:
				b = p.on(b)
			case how == keepSome && p.what == "write":
				b = p.torn(b, dice)
			}
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, from))
		must(t, os.MkdirAll(filepath.Dir(to), 0o700))
		must(t, os.WriteFile(to, b, 0o600))
	}
}

// torn writes some sectors only.
func (s step) torn(b []byte, dice *rand.Rand) []byte {
	for from := 0; from < len(s.data); from += sector {
		if dice.IntN(2) == 0 {
			b = step{what: "write", data: s.data[from:min(from+sector, len(s.data))], at: s.at + int64(from)}.on(b)
		}
	}
	return b
}
