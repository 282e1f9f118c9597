package ignore

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func parsed(text string) *List {
	l, _ := Parse(text)
	return l
}

func TestMatch(t *testing.T) {
	tests := []struct {
		list, path string
		folder     bool
		want       bool
	}{
		{"foo", "foo", false, true},
		{"foo", "a/b/foo", false, true},
		{"foo", "foobar", false, false},
		{"/foo", "foo", false, true},
		{"/foo", "a/foo", false, false},
		{"a/foo", "a/foo", false, true},
		{"a/foo", "b/a/foo", false, false},
		{"foo/", "foo", false, false},
		{"foo/", "a/foo", true, true},
		{"*.txt", "a/b.txt", false, true},
		{"*.txt", ".txt", false, true},
		{"a/*.txt", "a/b/c.txt", false, false},
		{"**/foo", "foo", false, true},
		{"**/foo", "a/b/foo", false, true},
		{"foo/**", "foo", true, false},
		{"foo/**", "foo/a/b", false, true},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/**/b", "axb", false, false},
		{"a**b/c", "axb/c", false, true},
		{"a**b/c", "a/b/c", false, false},
		{"?", "é", false, true},
		{"[é-î]", "ì", false, true},
		{"a?b", "a/b", false, false},
		{"a[/]b", "a/b", false, false},
		{"a[!x]b", "a/b", false, false},
		{"[]-]", "]", false, true},
		{"[]-]", "-", false, true},
		{"[!a-c]", "d", false, true},
		{"[^a-c]", "b", false, false},
		{"[[:digit:]]x", "7x", false, true},
		{"[[:digit:]]x", "ax", false, false},
		{"[[:none:]]", "n", false, false},
		{"[a", "[a", false, false},
		{`\#a`, "#a", false, true},
		{`\!a`, "!a", false, true},
		{"#a", "#a", false, false},
		{`a\*`, "a*", false, true},
		{`a\*`, "ab", false, false},
		{`a\`, `a\`, false, false},
		{"a  ", "a", false, true},
		{`a\ `, "a ", false, true},
		{"a\r\nb", "a", false, true},
		{"a\r\nb", "b", false, true},
		{"\ufeffa", "a", false, true},
		{"a.c", "abc", false, false},
		{"(a|b)+", "a", false, false},
		{"*\n!keep", "keep", false, false},
		{"!keep\n*", "keep", false, true},
		{"caf\xe9", "caf\xe9", false, true},
		{"", "a", false, false},
		{"/", "a", true, false},
	}
	for _, tt := range tests {
		p := parsed(tt.list).Match(tt.path, tt.folder)
		if got := p != nil && !p.Negated; got != tt.want {
			t.Errorf("%q, path %q: %v, want %v", tt.list, tt.path, got, tt.want)
		}
	}
}

func TestMatchNamesTheLine(t *testing.T) {
	p := parsed("# drafts\n\ndrafts/ \n").Match("drafts", true)
	if p == nil || p.Line != 3 || p.Text != "drafts/" {
		t.Errorf("%+v", p)
	}
}

func TestLongListsAreBounded(t *testing.T) {
	l, whole := Parse(strings.Repeat("a\n", 2*MaxPatterns))
	if len(l.patterns) != MaxPatterns || whole {
		t.Errorf("%d patterns", len(l.patterns))
	}
	if p := parsed(strings.Repeat("*", 2*maxPattern)).Match("a", false); p != nil {
		t.Errorf("%d bytes are a pattern", len(p.Text))
	}
}

// What is left out is what git ignores, for patterns and paths made by chance.
func TestAsGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not here to compare with")
	}
	dir := t.TempDir()
	git(t, dir, nil, "init", "-q")
	paths := places(t, dir)
	dice := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		list := randomList(dice)
		if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		asked := strings.ReplaceAll(strings.Join(paths, "\x00"), "/\x00", "\x00")
		want := git(t, dir, []byte(asked), "check-ignore", "-z", "--no-index", "--stdin")
		var got []string
		for _, p := range paths {
			if ignored(parsed(list), p) {
				got = append(got, strings.TrimSuffix(p, "/"))
			}
		}
		wanted := strings.FieldsFunc(want, func(r rune) bool { return r == 0 })
		if !slices.Equal(got, wanted) {
			t.Errorf("%q:\ngot  %q\nwant %q", list, got, wanted)
		}
	}
}

// places makes folders and files and gives their paths, folders with a slash.
func places(t *testing.T, dir string) (paths []string) {
	t.Helper()
	for _, a := range []string{"a", "b", "ab", "a.b", "#a", "!b", "[a]", "a b", "-"} {
		for _, b := range []string{"", "a", "b/", "abc/a", "abc/b/a"} {
			path := a + "/" + b
			err := os.MkdirAll(filepath.Join(dir, filepath.Dir(path+"x")), 0o700)
			if err == nil && !strings.HasSuffix(path, "/") {
				err = os.WriteFile(filepath.Join(dir, path), nil, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	return paths
}

func git(t *testing.T, dir string, in []byte, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 1 { // 1: nothing is ignored
		t.Fatal(err)
	}
	return string(out)
}

// ignored looks at the folders above a path as well.
func ignored(l *List, path string) bool {
	folder := strings.HasSuffix(path, "/")
	path = strings.TrimSuffix(path, "/")
	for i, c := range path {
		if c != '/' {
			continue
		}
		if p := l.Match(path[:i], true); p != nil && !p.Negated {
			return true
		}
	}
	p := l.Match(path, folder)
	return p != nil && !p.Negated
}

func randomList(dice *rand.Rand) string {
	parts := []string{"a", "b", "ab", "*", "**", "/", "/**/", "?", "[ab]", "[!a]", "[a-b]", "[]a]", `\`, "#", "!", ".", "[", "]", " ", "-", "/"}
	var lines []string
	for range 1 + dice.IntN(4) {
		line := ""
		if dice.IntN(4) == 0 {
			line = "!"
		}
		for range 1 + dice.IntN(5) {
			line += parts[dice.IntN(len(parts))]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func FuzzParse(f *testing.F) {
	f.Add("a/**/b\n!*.[ch]\n", "a/x/b", true)
	f.Add("[[:alpha:]", "[", false)
	f.Fuzz(func(t *testing.T, list, path string, folder bool) {
		if p := parsed(list).Match(path, folder); p != nil && (p.Line < 1 || p.Text == "") {
			t.Errorf("%+v", p)
		}
	})
}
