package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"archive": main})
}

// The scripts say what people see. Each runs in an empty folder with its own
// home, beside the folder seeds with the five sample articles.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup:               setUpScript,
	})
}

func setUpScript(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	for name, value := range map[string]string{
		"HOME": home, "USERPROFILE": home, "LocalAppData": filepath.Join(home, "data"),
		"XDG_DATA_HOME": filepath.Join(home, "data"), "ARCHIVE_DB": "", "ARCHIVE_PAGER": "", "PAGER": "",
		"COLUMNS": "", "NO_COLOR": "", "CLICOLOR_FORCE": "", "TERM": "xterm", "LANG": "C.UTF-8",
	} {
		env.Setenv(name, value)
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(env.WorkDir, "seeds"), os.DirFS("seeds"))
}

var (
	styles  = regexp.MustCompile(`\x1b\[[0-9]*m`)
	seconds = regexp.MustCompile(`[0-9.]+ s:`)
)

// The session that the README shows is what a terminal of 80 columns shows.
func TestReadmeSession(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the README shows where the archive is kept on Linux")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, session, _ := strings.Cut(string(readme), "## A session\n\n```\n")
	session, _, _ = strings.Cut(session, "\n```\n")
	home := t.TempDir()
	shown := 0
	for part := range strings.SplitSeq(session, "\n\n") {
		line, want, _ := strings.Cut(part, "\n")
		words, ok := strings.CutPrefix(line, "$ archive ")
		if !ok {
			t.Fatalf("%q is not a command and what it prints", part)
		}
		cmd := exec.Command("archive", append(strings.Fields(words), "--color", "always")...)
		cmd.Env = append(os.Environ(), "COLUMNS=80", "HOME="+home, "XDG_DATA_HOME=", "ARCHIVE_DB=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", line, err, out)
		}
		got := styles.ReplaceAllString(strings.TrimSpace(string(out)), "")
		if diff := cmp.Diff(seconds.ReplaceAllString(want, "0.0 s:"), seconds.ReplaceAllString(got, "0.0 s:")); diff != "" {
			t.Errorf("%s: README and program differ:\n%s", line, diff)
		}
		shown++
	}
	if shown < 2 {
		t.Errorf("%d commands in the session", shown)
	}
}
