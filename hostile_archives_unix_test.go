//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// hostileTime is what a command may take with a hostile archive until it
	// is taken for hung.
	hostileTime = time.Minute
	// hostileMemory bounds the resident memory of a command, in bytes: a text
	// may have 128 MiB, and is held twice or three times.
	hostileMemory = 900_000_000
	// hostileSpace is the address space that a command gets, in KiB, so that
	// what goes wrong does not take the machine with it.
	hostileSpace = 8_000_000
)

// hostileCommands are command lines that each get a hostile archive of their
// own, DB. Between them they use every command that opens one.
var hostileCommands = []string{
	"search kyiv", "check", "list", "show 1 --no-pager", // the short form
	"check --deep", "check --repair", "stats", "export --to OUT/all.jsonl", "import IN/new.txt", "optimize", "saved new", "timeline kyiv --by day",
	`search "in kyiv" --sort date --json`, "search war --sort title --limit 0", "search russ* --limit 0 -f jsonl --any", "search ukraine ~5 kyiv --explain", "search =Kyiv --count",
	"search kyiv NOT war --sort source -f csv", "search --since 2022 --until 2023 --count", "search title:war OR by:smith OR lang:en", "search kyvi", "search putin --facets source,lang,year", "saved new alerts",
	"list --sort title --json", "list -f csv --limit 0", "show 1 --json", "show 1 2 3 -f md", "kwic kyiv", "kwic kyiv --collocates", "timeline '*' --by year", "timeline war --by month --per source",
	"names decided", "names variants putin", "stats --json", "sources", "sources --json", "saved", "saved show alerts", "log show", "log", "import --report",
	"backup OUT/copy.db", "restore DB --db OUT/new.db", "export --to OUT/notes --format markdown", "export --to OUT/all.csv --format csv",
	"import", "import IN/new.txt --dry-run", "import --retry", "edit 1 --title Another", "edit 1 --undo", "sources rename Thomson Ruters", "saved add war war", "saved remove alerts", "log on", "log clear", "names variants Putin --accept Putin=Poutine",
}

// shortCommands is how many of them the short form runs.
const shortCommands = 2

// Each hostile archive is opened by every command: in bounded time and memory,
// without a crash, and nothing outside is read, changed or deleted.
//
// HOSTILE_ARCHIVES=all tries all archives and commands, or so many commands as
// HOSTILE_COMMANDS says; HOSTILE_ARCHIVES=NAME the archives whose names hold it. With -v the log is the table that docs/reliability.md
// sums up.
func TestHostileArchives(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	chosen := os.Getenv("HOSTILE_ARCHIVES")
	commands := hostileCommands
	if chosen == "" {
		commands = hostileCommands[:shortCommands]
	}
	if n, err := strconv.Atoi(os.Getenv("HOSTILE_COMMANDS")); err == nil {
		commands = commands[:min(n, len(commands))]
	}
	sound := richArchive(t)
	meetSound(t, sound, commands)
	tried, runs := 0, 0
	for _, h := range allHostileArchives() {
		if chosen == "" && !h.short || chosen != "" && chosen != "all" && !strings.Contains(h.name, chosen) {
			continue
		}
		tried++
		t.Run(h.name, func(t *testing.T) { runs += meet(t, h, sound, commands) })
	}
	t.Logf("%d archives, %d commands: %d runs", tried, len(commands), runs)
}

// richArchive makes a sound archive that has something of everything.
func richArchive(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data"))
	db := filepath.Join(dir, "sound.db")
	copyInto(t, filepath.Join(dir, "press"), os.DirFS("seeds"))
	for _, line := range []string{
		"import " + dir + "/press --source Reuters", "saved add alerts kyiv", "log on", "search kyiv", "edit 1 --title Corrected", "sources rename Reuters Thomson", "optimize",
	} {
		args := append(strings.Fields(line), "--db", db)
		if out, err := exec.Command("archive", args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", line, err, out)
		}
	}
	return db
}

// meetSound shows that commands do something where the archive is sound: else they
// would show nothing with a hostile one.
func meetSound(t *testing.T, sound string, commands []string) {
	t.Helper()
	made := t.TempDir()
	must(t, os.Mkdir(filepath.Join(made, "folder"), 0o700))
	copyArchiveFile(t, sound, filepath.Join(made, "folder", "a.db"))
	must(t, os.WriteFile(outside(filepath.Join(made, "folder", "a.db")), []byte(secret+"\n"), 0o600))
	for _, line := range commands {
		if m := meetCommand(t, made, line); m.code > 1 {
			t.Errorf("%s does nothing with a sound archive: %d, %s", m.line, m.code, m.out)
		}
	}
}

// meeting is what came of a command with a hostile archive.
type meeting struct {
	line   string
	code   int
	out    string
	took   time.Duration
	memory int64 // bytes
}

// meet runs commands with a hostile archive, each with one of its own.
func meet(t *testing.T, h hostileArchive, sound string, commands []string) (runs int) {
	made := t.TempDir()
	db := filepath.Join(made, "folder", "a.db")
	must(t, os.MkdirAll(filepath.Dir(db), 0o700))
	must(t, os.WriteFile(outside(db), []byte(secret+"\n"), 0o600))
	copyArchiveFile(t, sound, db)
	h.make(t, db)
	var slowest, largest meeting
	codes := make(map[int]int)
	for i, line := range commands {
		m := meetCommand(t, made, line)
		judgeMeeting(t, m)
		codes[m.code]++
		if m.took > slowest.took {
			slowest = m
		}
		if m.memory > largest.memory {
			largest = m
		}
		if want := map[string]bool{refused: m.code == 2, works: m.code < 2, either: true}[h.outcome]; i == 0 && !want {
			t.Errorf("%s: exit code %d, want that it %s: %s", m.line, m.code, h.outcome, m.out)
		}
	}
	t.Logf("| %s | %v | %.1f s, %s | %d MB, %s |", h.name, codes, slowest.took.Seconds(), slowest.line, largest.memory/1e6, largest.line)
	return len(commands)
}

// meetCommand runs a command with a copy of what was made.
func meetCommand(t *testing.T, made, line string) (m meeting) {
	t.Helper()
	work := t.TempDir()
	if out, err := exec.Command("cp", "-a", made+"/.", work).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	must(t, os.MkdirAll(filepath.Join(work, "out"), 0o700))
	must(t, os.MkdirAll(filepath.Join(work, "in"), 0o700))
	must(t, os.WriteFile(filepath.Join(work, "in", "new.txt"), []byte("A new headline\n\nSome new text of the press."), 0o600))
	relink(t, made, work)
	db := filepath.Join(work, "folder", "a.db")
	line = strings.NewReplacer("DB", db, "OUT", work+"/out", "IN", work+"/in").Replace(line)
	args := shellWords(line)
	if !strings.Contains(line, "--db") {
		args = append(args, "--db", db)
	}
	ctx, cancel := context.WithTimeout(t.Context(), hostileTime)
	defer cancel()
	program, err := exec.LookPath("archive")
	must(t, err)
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", fmt.Sprintf(`ulimit -v %d 2>/dev/null; exec "$@"`, hostileSpace), "sh", program}, args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &limited{&out, 1 << 20}, &limited{&out, 1 << 20}
	cmd.Env = append(os.Environ(), "TMPDIR="+work)
	forgetPeak()
	start := time.Now()
	err = cmd.Run()
	m = meeting{line: strings.ReplaceAll(line, work, ""), code: cmd.ProcessState.ExitCode(), out: out.String(), took: time.Since(start)}
	if ctx.Err() != nil || m.code < 0 {
		t.Errorf("%s: ended after %v: %v: %.2000s", m.line, m.took, err, m.out)
	}
	m.memory = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" { // which counts bytes
		m.memory *= 1024
	}
	if b, err := os.ReadFile(outside(db)); err != nil || string(b) != secret+"\n" {
		t.Errorf("%s: the file outside is %q, %v", m.line, b, err)
	}
	must(t, os.RemoveAll(work))
	return m
}

// relink makes links that lead into what was made lead into the copy.
func relink(t *testing.T, made, work string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(work, "folder"))
	must(t, err)
	for _, e := range list {
		name := filepath.Join(work, "folder", e.Name())
		to, err := os.Readlink(name)
		if err != nil {
			continue
		}
		must(t, os.Remove(name))
		must(t, os.Symlink(strings.Replace(to, made, work, 1), name))
	}
}

// limited takes so many bytes and drops what follows.
type limited struct {
	to   *bytes.Buffer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	l.to.Write(b[:n])
	return len(b), nil
}

// crashed matches what a program says that has crashed.
var crashed = regexp.MustCompile(`goroutine \d|panic:|fatal error|unexpected fault|runtime error|SIGSEGV`)

// inSQL matches what only a database says.
var inSQL = regexp.MustCompile(`(?i)no such (table|column)|SQL logic|syntax error|sqlite_|SQLITE|malformed|converting driver|Scan error|unsupported Scan`)

func judgeMeeting(t *testing.T, m meeting) {
	t.Helper()
	if crashed.MatchString(m.out) || !slices.Contains([]int{0, 1, 2, 3}, m.code) {
		t.Errorf("%s: exit code %d: %.3000s", m.line, m.code, m.out)
	}
	if m.code == 2 && inSQL.MatchString(m.out) {
		t.Errorf("%s says %.500s", m.line, m.out)
	}
	if strings.ContainsAny(m.out, "\x1b\x07\x00") && !strings.Contains(m.line, "csv") {
		t.Errorf("%s writes control bytes: %.500q", m.line, m.out)
	}
	if strings.Contains(m.out, secret) {
		t.Errorf("%s has read the file outside: %.500s", m.line, m.out)
	}
	if m.memory > hostileMemory {
		t.Errorf("%s: %d MB of memory", m.line, m.memory/1e6)
	}
}

// What a copy without the hostile definitions is made of is what was there.
func TestHostileArchivesRepaired(t *testing.T) {
	sound := richArchive(t)
	for _, h := range hostileDefinitions() {
		if !h.short || !strings.Contains(h.name, "trigger") {
			continue
		}
		db := filepath.Join(t.TempDir(), "a.db")
		copyArchiveFile(t, sound, db)
		before := countArticles(t, db)
		h.make(t, db)
		cmd := exec.Command("archive", "check", "--repair", "--db", db)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			t.Fatalf("%s: %v: %s", h.name, err, out)
		}
		if after := countArticles(t, db); after != before {
			t.Errorf("%s: %d articles, there were %d: %s", h.name, after, before, out)
		}
		runArchive(t, "check", "--deep", "--db", db)
	}
}
