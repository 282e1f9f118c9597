package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/archive"

// arrows names, for each part of the house, the parts it may know of.
// The key "." is package main; parts are folders with all that is below them.
var arrows = map[string][]string{
	".":      {"cli"},
	"cli":    {"ingest", "search", "store", "text"},
	"ingest": {"store", "text"},
	"search": {"store", "text"},
	"store":  {"text"},
	"text":   {},
	"bench":  {"cli", "ingest", "search", "store", "text"},
	"dist":   {},
}

// homes names the only parts that may import a library. Those of the database
// are open to tests, which look into a file from outside, and to bench, which
// measures beside it.
var homes = map[string]struct {
	parts []string
	tests bool
}{
	"github.com/urfave/cli":             {parts: []string{"cli"}},
	"github.com/olekukonko/tablewriter": {parts: []string{"cli"}},
	"modernc.org/sqlite":                {parts: []string{"store", "bench"}, tests: true},
	"database/sql":                      {parts: []string{"store", "bench"}, tests: true},
}

// Nothing a person does leaves the machine. Addresses may be read, not called.
var harmlessNet = []string{"net/url", "net/netip"}

var sqlText = []*regexp.Regexp{
	regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|ALTER|DROP|ATTACH|DETACH|VACUUM|REPLACE)\s`),
	regexp.MustCompile(`(?is)^\s*select\s.*\sfrom\s`),
	regexp.MustCompile(`(?s)\bSELECT\s.*\sFROM\s`),
	regexp.MustCompile(`(?i)\b(insert\s+(or\s+\w+\s+)?into\s+\w+\s*(\(|values|select)|delete\s+from\s+\w+\s+where|pragma\s+\w+|create\s+(virtual\s+)?table)\b?`),
}

func TestArchitecture(t *testing.T) {
	parts := make(map[string]int)
	for _, name := range goFiles(t) {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parts[partOf(path.Dir(name))]++
		for _, breach := range breaches(name, source) {
			t.Error(breach)
		}
	}
	for _, part := range []string{".", "cli", "ingest", "search", "store", "text"} {
		if parts[part] == 0 {
			t.Errorf("no Go file found in %s", part)
		}
	}
}

func goFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(name) > 1 && name[0] == '.'):
			return fs.SkipDir
		case !d.IsDir() && path.Ext(name) == ".go":
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func partOf(dir string) string {
	part, _, _ := strings.Cut(dir, "/")
	return part
}

// breaches tells what a file does that its place in the house forbids. All
// files are read, whatever system they are built for.
func breaches(name string, source []byte) []string {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	part, isTest := partOf(path.Dir(name)), strings.HasSuffix(name, "_test.go")
	var found []string
	report := func(at token.Pos, format string, args ...any) {
		found = append(found, fmt.Sprintf("%s: %s", files.Position(at), fmt.Sprintf(format, args...)))
	}
	imports := make(map[*ast.BasicLit]bool)
	for _, spec := range file.Imports {
		imports[spec.Path] = true
		if reason := importBreach(part, unquote(spec.Path), isTest); reason != "" {
			report(spec.Pos(), "%s", reason)
		}
	}
	if part == "store" || part == "bench" || isTest {
		return found
	}
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if ok && lit.Kind == token.STRING && !imports[lit] && looksLikeSQL(unquote(lit)) {
			report(lit.Pos(), "SQL outside store: %s", lit.Value)
		}
		return true
	})
	return found
}

func unquote(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return lit.Value
	}
	return s
}

// importBreach gives the reason why a part may not import a package, or "".
func importBreach(part, imported string, isTest bool) string {
	for library, home := range homes {
		if within(imported, library) && !slices.Contains(home.parts, part) && !(isTest && home.tests) {
			return fmt.Sprintf("%s is imported outside %s", imported, strings.Join(home.parts, ", "))
		}
	}
	if within(imported, "net") && !isTest && part != "bench" && !slices.Contains(harmlessNet, imported) {
		return imported + " reaches the network"
	}
	if !within(imported, module) || part == "." && isTest {
		return ""
	}
	to := partOf(strings.TrimPrefix(strings.TrimPrefix(imported, module), "/"))
	known, ok := arrows[part]
	switch {
	case !ok:
		return fmt.Sprintf("%s has no place among the arrows of this test", part)
	case to != part && !slices.Contains(known, to):
		return fmt.Sprintf("%s imports %s, against the arrows", part, to)
	}
	return ""
}

func within(imported, library string) bool {
	return imported == library || strings.HasPrefix(imported, library+"/")
}

func looksLikeSQL(s string) bool {
	return slices.ContainsFunc(sqlText, func(re *regexp.Regexp) bool { return re.MatchString(s) })
}

// The guard itself: what it must refuse, and what it must let pass.
func TestArchitectureBreaches(t *testing.T) {
	for _, test := range []struct {
		file, source string
		wrong        bool
	}{
		{"text/a.go", `import _ "example.com/archive/store"`, true},
		{"text/a_test.go", `import _ "example.com/archive/store"`, true},
		{"store/a.go", `import _ "example.com/archive/text"`, false},
		{"store/a.go", `import _ "example.com/archive/store/fts5"`, false},
		{"store/fts5/a.go", `import _ "example.com/archive/search"`, true},
		{"ingest/a.go", `import _ "example.com/archive/search"`, true},
		{"search/a.go", `import _ "example.com/archive/ingest"`, true},
		{"search/a.go", `import _ "example.com/archive/store"`, false},
		{"search/a.go", `import _ "example.com/archive/cli"`, true},
		{"cli/a.go", `import _ "example.com/archive/ingest"`, false},
		{"cli/a.go", `import _ "example.com/archive/bench"`, true},
		{"a.go", `import _ "example.com/archive/cli"`, false},
		{"a.go", `import _ "example.com/archive/store"`, true},
		{"a_test.go", `import _ "example.com/archive/store"`, false},
		{"util/a.go", `import _ "example.com/archive/text"`, true},
		{"bench/a.go", `import _ "example.com/archive/search"`, false},
		{"ingest/a.go", `import _ "github.com/urfave/cli/v2"`, true},
		{"cli/a.go", `import _ "github.com/urfave/cli/v2"`, false},
		{"search/a.go", `import _ "github.com/olekukonko/tablewriter/tw"`, true},
		{"search/a.go", `import _ "modernc.org/sqlite"`, true},
		{"search/a_test.go", `import _ "modernc.org/sqlite"`, false},
		{"search/a.go", `import _ "database/sql"`, true},
		{"store/a.go", `import _ "database/sql/driver"`, false},
		{"ingest/a.go", `import _ "net/http"`, true},
		{"ingest/a.go", `import _ "net"`, true},
		{"ingest/a.go", `import _ "net/url"`, false},
		{"search/a.go", `const q = "SELECT id FROM articles"`, true},
		{"search/a.go", "const q = `\n\tselect id\n\tfrom articles`", true},
		{"cli/a.go", `const q = "SELECT id, " + columns`, true},
		{"cli/a.go", `const q = "insert into articles(id) values (1)"`, true},
		{"ingest/a.go", `const q = "PRAGMA page_size"`, true},
		{"cli/a.go", `const help = "choose what to select from the list"`, false},
		{"cli/a.go", `const help = "ids to insert into the archive"`, false},
		{"store/a.go", `const q = "SELECT id FROM articles"`, false},
	} {
		_, name := path.Split(path.Dir(test.file))
		if name == "." || name == "" {
			name = "main"
		}
		found := breaches(test.file, []byte("package "+name+"\n"+test.source))
		if (len(found) > 0) != test.wrong {
			t.Errorf("%s with %s: %q", test.file, test.source, found)
		}
	}
}

// heavyPackages do so much when a program starts that every search would pay
// for it.
var heavyPackages = []string{
	"github.com/markusmobius/",
	"github.com/forPelevin/gomoji",
	"github.com/go-shiori/go-readability",
	"github.com/pemistahl/lingua-go",
}

func TestStartsLight(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		for _, heavy := range heavyPackages {
			if strings.HasPrefix(name, heavy) {
				t.Errorf("the program holds %s: see what it does at its start with GODEBUG=inittrace=1", strings.TrimSpace(name))
			}
		}
	}
}
