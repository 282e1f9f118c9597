package cli

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	urfave "github.com/urfave/cli/v2"
)

func TestArrange(t *testing.T) {
	tests := []struct{ line, want string }{
		{"", "archive help"},
		{"help", "archive help --"},
		{"--help", "archive help"},
		{"-h", "archive help"},
		{"--version", "archive version --"},
		{"search a b", "archive search -- a b"},
		{"search a --source BBC b", "archive search --source=BBC -- a b"},
		{"--source BBC search a", "archive search --source=BBC -- a"},
		{"--source=BBC search a", "archive search --source=BBC -- a"},
		{"-n 5 search a", "archive search --limit=5 -- a"},
		{"search a -n 5", "archive search --limit=5 -- a"},
		{"search a -n5", "archive search --limit=5 -- a"},
		{"search a -n=5", "archive search --limit=5 -- a"},
		{"search a -fjson", "archive search --format=json -- a"},
		{"search a -north", "archive search -- a -north"},
		{"search a -france", "archive search -- a -france"},
		{"search -Putin", "archive search -- -Putin"},
		{"search -Putin --all", "archive search --all -- -Putin"},
		{"search -- --all -n", "archive search -- --all -n"},
		{"search --sort -date a", "archive search --sort=-date -- a"},
		{"search --source --all a", "archive search --source=--all -- a"},
		{"search - a", "archive search -- - a"},
		{"search search", "archive search -- search"},
		{"-- search a", "archive search -- a"},
		{"-- search --all", "archive search -- --all"},
		{"search a --help", "archive help -- search"},
		{"-h search a", "archive help -- search"},
		{"--db x.db list", "archive list --db=x.db --"},
		{"import - --source BBC", "archive import --source=BBC -- -"},
		{"import -- -file", "archive import -- -file"},
		{"search a=b --author=x=y", "archive search --author=x=y -- a=b"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			got, err := arrange(strings.Fields(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestArrangeRefuses(t *testing.T) {
	tests := []struct{ line, want string }{
		{"serch a", "did you mean 'archive search'?"},
		{"zzzzzz", "there is no command 'zzzzzz'"},
		{"--xyz", "no flag '--xyz'"},
		{"search --sorce BBC", "did you mean --source?; put -- before words"},
		{"search --sorce=BBC", "no flag '--sorce' (did you mean --source?"},
		{"list -x", "'archive list' has no flag '-x'"},
		{"show -5", "no flag '-5'"},
		{"import --limit 5", "no flag '--limit'"},
		{"search a -n", "--limit wants a value (--limit N)"},
		{"search a -n five", "--limit wants a number, 0 or more, not 'five'"},
		{"search a --limit -1", "not '-1'"},
		{"search a --limit 99999999999999999999", "--limit wants a number"},
		{"search a --format xml", "--format cannot be 'xml' (one of table, json,"},
		{"search a --fields id,titel", "there is no field 'titel' (--fields takes some of id, key, title,"},
		{"search a --db=", "the value of --db is empty"},
		{"search a --all=yes", "--all takes no value"},
		{"search a --color blue", "--color cannot be 'blue'"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			got, err := arrange(strings.Fields(tt.line))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("arrange gives %q, error %v; want an error with %q", got, err, tt.want)
			}
		})
	}
}

// Every flag of every command may stand before the command, before the words
// and after them, as two arguments or one; and -- makes a word of it.
func TestArrangeEveryFlag(t *testing.T) {
	for _, c := range commands() {
		for _, o := range c.allOptions() {
			if o.name == "help" {
				continue
			}
			want := "--" + o.name
			spellings := [][]string{{"--" + o.name}}
			if o.kind != isSwitch {
				want += "=" + sampleValue(o)
				spellings = [][]string{{want}, {"--" + o.name, sampleValue(o)}}
				if o.short != "" {
					spellings = append(spellings, []string{"-" + o.short, sampleValue(o)})
				}
			}
			for _, s := range spellings {
				for _, line := range [][]string{
					slices.Concat(s, []string{c.name, "word"}),
					slices.Concat([]string{c.name}, s, []string{"word"}),
					slices.Concat([]string{c.name, "word"}, s),
				} {
					got, err := arrange(line)
					if diff := cmp.Diff([]string{"archive", c.name, want, "--", "word"}, got); err != nil || diff != "" {
						t.Errorf("%q: %v %s", line, err, diff)
					}
				}
				got, err := arrange(slices.Concat([]string{c.name, "--"}, s))
				if diff := cmp.Diff(slices.Concat([]string{"archive", c.name, "--"}, s), got); err != nil || diff != "" {
					t.Errorf("%s -- %q: %v %s", c.name, s, err, diff)
				}
			}
		}
	}
}

func sampleValue(o option) string {
	switch {
	case len(o.values) > 0:
		return o.values[len(o.values)-1]
	case o.kind == isNumber:
		return "7"
	}
	return "-value"
}

// A word with one dash is a word of a query, and elsewhere an error; an
// unknown one with two dashes is an error everywhere.
func TestArrangeDashes(t *testing.T) {
	for _, c := range commands() {
		got, err := arrange([]string{c.name, "-Putin"})
		if c.query {
			if diff := cmp.Diff([]string{"archive", c.name, "--", "-Putin"}, got); err != nil || diff != "" {
				t.Errorf("%s -Putin: %v %s", c.name, err, diff)
			}
		} else if err == nil {
			t.Errorf("%s -Putin gives %q; want an error", c.name, got)
		}
		if got, err := arrange([]string{c.name, "--nosuchflag"}); err == nil {
			t.Errorf("%s --nosuchflag gives %q; want an error", c.name, got)
		}
	}
}

// Behind -- everything is a word, for every command, and the library that
// reads the arranged line takes it for one too.
func TestArrangeDashesEndFlags(t *testing.T) {
	for _, c := range commands() {
		for _, line := range []struct{ before, behind []string }{
			{[]string{c.name, "--"}, []string{"--db", "-h", "--nosuchflag", "-Putin"}},
			{[]string{"--", c.name}, []string{"--db", "--help"}},
			{[]string{c.name, "--"}, []string{"--", "a", "--"}},
			{[]string{c.name, "--"}, []string{"-", ""}},
		} {
			typed := slices.Concat(line.before, line.behind)
			got, err := arrange(typed)
			want := slices.Concat([]string{"archive", c.name, "--"}, line.behind)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%q: %v %s", typed, err, diff)
			}
		}
		if got := wordsRead(t, c, "--", "--db", "--help", "--", "-n"); !slices.Equal(got, []string{"--db", "--help", "--", "-n"}) {
			t.Errorf("%s -- --db --help -- -n: the command gets %q", c.name, got)
		}
	}
}

// wordsRead runs a command line up to the command, and gives the words that
// arrive there.
func wordsRead(t *testing.T, c command, args ...string) (words []string) {
	t.Helper()
	c.run = func(_ context.Context, _ *env, in *urfave.Context) (int, error) {
		words = in.Args().Slice()
		return exitFound, nil
	}
	line, err := arrange(append([]string{c.name}, args...))
	if err != nil {
		t.Fatal(err)
	}
	e := testEnv(io.Discard, io.Discard, terminal{})
	if _, err := e.runLine(t0(), io.Discard, line, []command{c}); err != nil {
		t.Fatal(err)
	}
	return words
}

// commandIndex goes by the flags of all commands, which must agree.
func TestFlagsAgree(t *testing.T) {
	takesValue := map[string]bool{}
	for _, o := range everyOption() {
		for _, name := range o.typed() {
			value := o.kind != isSwitch
			if was, ok := takesValue[name]; ok && was != value {
				t.Errorf("%s takes a value in one command and none in another", name)
			}
			takesValue[name] = value
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"source", "since", "sort", "snippet", "limit"}
	tests := []struct{ typed, want string }{
		{"sorce", "source"}, {"soruce", "source"}, {"lim", "limit"}, {"snipet", "snippet"}, {"qqqqq", ""}, {"", ""},
		{strings.Repeat("x", 100_000), ""},
	}
	for _, tt := range tests {
		if got := nearest(tt.typed, names); got != tt.want {
			t.Errorf("nearest(%.20q) = %q, want %q", tt.typed, got, tt.want)
		}
	}
}

// The documents name every field, format and query command.
func TestOutputDocument(t *testing.T) {
	doc, err := os.ReadFile("../docs/output.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	_, table, _ := strings.Cut(string(doc), "| field | type |")
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		if name, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ = strings.Cut(name, "`")
			listed = append(listed, name)
		}
	}
	if diff := cmp.Diff(fieldNames(), listed); diff != "" {
		t.Errorf("docs/output.md lists other fields than there are:\n%s", diff)
	}
	for _, f := range fields() {
		request := strings.Contains(string(doc), "| `"+f.name+"` |") &&
			strings.Contains(lineWith(string(doc), "| `"+f.name+"` |"), "on request")
		if request != f.asked {
			t.Errorf("docs/output.md says on request %v of %s, the code %v", request, f.name, f.asked)
		}
	}
	for _, name := range formatNames() {
		if !strings.Contains(string(doc), "| `"+name+"` |") {
			t.Errorf("docs/output.md does not describe the format %s", name)
		}
	}
}

func lineWith(doc, part string) string {
	for line := range strings.Lines(doc) {
		if strings.Contains(line, part) {
			return line
		}
	}
	return ""
}
