package main

import (
	"os"
	"path/filepath"
	"testing"

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
