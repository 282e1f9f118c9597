package cli

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func manualAssets(t *testing.T) Assets {
	t.Helper()
	query, err := os.ReadFile("../docs/query.md")
	if err != nil {
		t.Fatal(err)
	}
	codes, err := os.ReadFile("../docs/exit-codes.md")
	if err != nil {
		t.Fatal(err)
	}
	return Assets{QueryHelp: string(query), ExitCodes: string(codes), Version: "1.2.3"}
}

// shownManual is a page as people see it, blanks and line ends folded.
func shownManual(t *testing.T, write func(io.Writer, Assets) error) string {
	t.Helper()
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("groff is not installed (Debian package groff-base)")
	}
	var page, shown, complaints bytes.Buffer
	if err := write(&page, manualAssets(t)); err != nil {
		t.Fatal(err)
	}
	groff := exec.Command("groff", "-man", "-ww", "-Tutf8", "-P-c")
	groff.Stdin, groff.Stdout, groff.Stderr = &page, &shown, &complaints
	if err := groff.Run(); err != nil || complaints.Len() > 0 {
		t.Errorf("groff: %v: %s", err, complaints.String())
	}
	return strings.Join(strings.Fields(overstrikes.ReplaceAllString(shown.String(), "")), " ")
}

var overstrikes = regexp.MustCompile(".\b")

// The page archive(1) shows every command with its examples and flags.
func TestManualShowsEveryCommandAndFlag(t *testing.T) {
	page := shownManual(t, writeManual)
	_, page, _ = strings.Cut(page, " COMMANDS ")
	list := commands()
	for i, c := range list {
		end := " OPTIONS "
		if i+1 < len(list) {
			end = " archive " + list[i+1].name + " " + strings.ToUpper(list[i+1].summary[:1]) + list[i+1].summary[1:]
		}
		part, rest, found := strings.Cut(page, end)
		if !found {
			t.Fatalf("nothing ends archive %s with %q", c.name, end)
		}
		page = rest
		want := []string{c.args, strings.Join(strings.Fields(c.about), " ")}
		for _, o := range c.options {
			want = append(want, o.usage(), o.help)
		}
		for _, x := range c.examples {
			want = append(want, x.line, x.says)
		}
		mustShow(t, c.name, part, want)
	}
	for _, o := range globalOptions() {
		mustShow(t, "every command", page, []string{o.usage(), o.help})
	}
}

func mustShow(t *testing.T, what, page string, want []string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, strings.Join(strings.Fields(w), " ")) {
			t.Errorf("%s: the page does not show %q", what, w)
		}
	}
}

// The page archive-query(7) shows every line of the guide, its characters as
// people are to type them.
func TestQueryManualShowsTheGuide(t *testing.T) {
	page := shownManual(t, writeQueryManual)
	lines := strings.Split(manualAssets(t).QueryHelp, "\n")
	for _, line := range lines[1:] {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			line = strings.ToUpper(heading)
		}
		mustShow(t, "archive-query(7)", page, []string{strings.ReplaceAll(line, "`", "")})
	}
}

// mandoc finds nothing to warn of, but that the pages bear no date.
func TestManualLint(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not installed (Debian package mandoc)")
	}
	for name, write := range map[string]func(io.Writer, Assets) error{"archive(1)": writeManual, "archive-query(7)": writeQueryManual} {
		var page bytes.Buffer
		if err := write(&page, manualAssets(t)); err != nil {
			t.Fatal(err)
		}
		lint := exec.Command("mandoc", "-Tlint", "-Wwarning")
		lint.Stdin = &page
		out, _ := lint.CombinedOutput() // an error stands in its output
		for line := range strings.Lines(string(out)) {
			if !strings.Contains(line, "missing date") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}

func TestRoffText(t *testing.T) {
	for text, want := range map[string]string{
		"":              "",
		".TH 'x'":       `\&.TH \(aqx\(aq`,
		`C:\new`:        `C:\enew`,
		"a-b ~^` \"":    `a\-b \(ti\(ha\(ga \(dq`,
		"Київ":          `\[u041A]\[u0438]\[u0457]\[u0432]`,
		"3 * 4, a.b, =": "3 * 4, a.b, =",
	} {
		if got := roffText(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
