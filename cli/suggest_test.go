package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// importedNews makes an archive of a few articles of odd sources.
func importedNews(t *testing.T) (db string, run func(args ...string) (code int, out, errOut string)) {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.md": "---\ntitle: One\nsource: O'Hara $(id)\ndate: 2021-02-03\n---\n\nIt's a lighthouse, and the keeper's boat left the island at dawn.\n",
		"b.md": "---\ntitle: Two\nsource: \"Back`tick` \\\"Daily\\\"\"\ndate: 2022-02-03\n---\n\nThe keeper wrote letters about gulls, rm and rf among other signs.\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db = filepath.Join(dir, "it's $HOME.db")
	run = func(args ...string) (int, string, string) {
		var out, errOut bytes.Buffer
		code := Run(t.Context(), Assets{Schema: string(schema)}, append([]string{"archive"}, args...), nil, &out, &errOut)
		return code, out.String(), errOut.String()
	}
	if code, _, errOut := run("import", dir, "--db", db); code != exitFound {
		t.Fatalf("%d %s", code, errOut)
	}
	return db, run
}

// readByShell gives the words that a shell makes of a line, which it must do
// without running anything else.
func readByShell(t *testing.T, line string) (words []string) {
	t.Helper()
	script := `archive() { printf '%s\0' "$@"; }; ` + line
	shell := exec.Command("sh", "-c", script)
	shell.Dir, shell.Env = t.TempDir(), []string{"PATH=/nowhere", "HOME=/home/of/nobody"}
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// A line that is shown finds what it promises when a shell has read it.
func TestSuggestedLine(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	db, run := importedNews(t)
	for _, args := range [][]string{
		{"search", "=lighthuose"},
		{"search", "--all", "keeper", "it's", "xqzzy", "$(touch x)", "`touch y`", "!!", "\\", "\"a b\""},
		{"search", "--source", "O'Hara $(di)", "keeper"},
		{"search", `keeper source:"Backtick dayli"`},
		{"search", "keeper", "--source", "back`tcik`"},
		{"search", "keeper\nAND\t=lighthuose\x1b[31m AND\x00x"},
		{"search", "--all", "--", "-rf", "lighthouse", "-n", "xqzzy"},
		{"search", "--all", "--", "--sort", "lighthouse", "boat", "xqzzy"},
		{"search", "--all", "--", "--keeper", "xqzzy"},
		{"search", "lighthouse", "--since", "2022", "--limit", "3", "--sort=-date", "--no-snippet", "--offset", "5"},
		{"search", "=~lighthuose OR {a,b} AND $HOME* AND letters"},
		{"search", "lighthouse #comment; false && true > out", "--all"},
		{"search", "keepre's", "--no-correct"},
		{"search", "\u202elighthouse \u202dxqzzy", "--all"},
		{"search", "lighthouse", "--lang", "fr", "--author", "-x", "--tag=a=b", "--format", "json"},
		{"search", "'''\"'\"''lighthouse' AND xqzzy"},
		{"search", "lighthouse AND " + strings.Repeat("x'", 60_000)},
		{"kwic", "=lighthuose", "--width", "20"},
		{"timeline", "lighthouse", "--until=1999"},
		{"list", "--source", "O'Hara $(di)"},
	} {
		code, _, said := run(append([]string{"--db", db}, args...)...)
		if code != exitNothing {
			t.Errorf("%.80q: code %d\n%.300s", args, code, said)
			continue
		}
		promise, line, ok := strings.Cut(said, ":\n  archive ")
		if !ok {
			t.Errorf("%.80q: no line to type\n%.300s", args, said)
			continue
		}
		words := readByShell(t, "archive "+strings.TrimSuffix(line, "\n"))
		if words[0] != args[0] || len(line) > maxSuggested {
			t.Errorf("%.80q: %q", args, words)
		}
		promised := strings.Fields(promise[strings.LastIndex(promise, "this finds ")+len("this finds "):])[0]
		switch args[0] {
		case "search", "list":
			end := len(words) // flags stand before --
			if i := slices.Index(words, "--"); i >= 0 {
				end = i
			}
			words = slices.Insert(words, end, "--format=ids", "-n0")
		case "kwic":
			words = append(words, "--format=json", "--fields=id")
		case "timeline":
			words = append(words, "--format=csv")
		}
		code, out, said := run(words...)
		if found := strings.Count(out, "\n"); code != exitFound || args[0] != "kwic" && args[0] != "timeline" && strconv.Itoa(found) != promised {
			t.Errorf("%.80q promises %s: %q finds %d, code %d\n%s", args, promised, words, found, code, said)
		}
	}
}

// A line that is too long, or cannot be shown as it is, is not shown.
func TestLineThatIsNotSuggested(t *testing.T) {
	db, run := importedNews(t)
	odd := filepath.Join(filepath.Dir(db), "odd\x1b[31m.db")
	if err := os.Rename(db, odd); err != nil {
		t.Skip(err) // the system has no such names
	}
	for _, args := range [][]string{
		{"search", "=lighthuose"},
		{"search", "--all", strings.Repeat("lighthouse ", 200) + "xqzzy"},
	} {
		code, _, said := run(append([]string{"--db", odd}, args...)...)
		if code != exitNothing || strings.Contains(said, "this finds") || !strings.Contains(said, "nothing found") {
			t.Errorf("%.80q: code %d\n%.300s", args, code, said)
		}
		if err := os.Rename(odd, db); err == nil {
			odd = db
		}
	}
}

func TestShellQuote(t *testing.T) {
	for _, s := range []string{
		"", "a", "a b", "'", "''", `\`, `a\'b`, "$HOME", "$(id)", "`id`", "!x", "*", "?", "[a]", "~", "~root", "=ls", "#", ";", "&", "|", "<", ">",
		"(", ")", "{a,b}", "\"", "a\nb", "\t", "--source=O'Hara", "--=x", "--a b=c", "-n", "Харків", "a=b", "--db=~/x", "%1", "\u00a0",
	} {
		if got := readByShell(t, "archive "+shellQuote(s)); len(got) != 1 || got[0] != s {
			t.Errorf("%q becomes %s, which a shell reads as %q", s, shellQuote(s), got)
		}
	}
}

func FuzzShellQuote(f *testing.F) {
	f.Add("it's $(x) `y`")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsRune(s, 0) {
			t.Skip("a shell has no NUL")
		}
		if got := readByShell(t, "archive "+shellQuote(s)); len(got) != 1 || got[0] != s {
			t.Errorf("%q is read as %q", s, got)
		}
	})
}
