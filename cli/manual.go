package cli

import (
	"fmt"
	"io"
	"strings"
)

// writeManual writes the page archive(1).
func writeManual(w io.Writer, assets Assets) error {
	m := newRoff("ARCHIVE", 1, assets.Version)
	m.section("Name")
	m.line("archive \\- keep articles in one file and find them again")
	m.section("Synopsis")
	m.line(".B archive")
	m.line(".I COMMAND")
	m.line(roffText("[FLAGS] [WORDS...]"))
	m.section("Description")
	m.text(manualIntro)
	m.section("Commands")
	for _, c := range commands() {
		m.command(c)
	}
	m.section("Options")
	m.text("Every command takes")
	m.options(globalOptions())
	m.section("Exit status")
	m.markdown(assets.ExitCodes)
	m.section("Environment")
	m.terms(manualEnvironment)
	m.section("Files")
	m.terms(manualFiles)
	m.section("See also")
	m.line(".BR archive\\-query (7)")
	return m.write(w)
}

// writeQueryManual writes the page archive-query(7).
func writeQueryManual(w io.Writer, assets Assets) error {
	m := newRoff("ARCHIVE-QUERY", 7, assets.Version)
	m.section("Name")
	m.line("archive\\-query \\- what a query of archive(1) can say")
	m.section("Description")
	m.markdown(assets.QueryHelp)
	m.section("See also")
	m.line(".BR archive (1)")
	return m.write(w)
}

const manualIntro = `archive keeps articles in one file on your computer and finds them again. Flags may stand anywhere on the line; -- ends them.

It reaches no network: what you keep and what you look for stays on your computer.`

var manualEnvironment = [][2]string{
	{"ARCHIVE_DB", "the archive, where --db does not name one"},
	{"ARCHIVE_PAGER, PAGER", "the program that shows long texts in pages, the first that is set"},
	{"COLUMNS", "how wide tables are, in cells"},
	{"NO_COLOR, CLICOLOR_FORCE", "never colour, and colour also where the output is no terminal"},
}

var manualFiles = [][2]string{
	{"~/.local/share/archive/archive.db", "the archive, where nothing names another; below $XDG_DATA_HOME if that is set. On macOS ~/Library/Application Support/archive/archive.db, on Windows %LocalAppData%\\archive\\archive.db"},
	{".archiveignore", "in a folder that is imported: what is left out of it"},
}

// roff is a manual page in the macros of man(7).
type roff struct{ strings.Builder }

// newRoff begins a page. It bears no date: it is the same whenever it is made.
func newRoff(title string, section int, version string) *roff {
	m := &roff{}
	m.line(`.\" Written by 'archive help --man'.`)
	m.line(fmt.Sprintf(`.TH %s %d "" "archive %s" "archive"`, roffText(title), section, roffText(version)))
	m.line(".nh") // words that people paste are not to be hyphenated
	return m
}

func (m *roff) write(w io.Writer) error { return printText(w, m.String()) }

// line writes a line that is roff already.
func (m *roff) line(s string) { m.WriteString(s + "\n") }

func (m *roff) section(title string) { m.line(`.SH "` + roffText(strings.ToUpper(title)) + `"`) }

func (m *roff) command(c command) {
	m.line(`.SS "archive ` + roffText(c.name) + `"`)
	m.line(roffText(strings.ToUpper(c.summary[:1]) + c.summary[1:] + "."))
	m.line(".PP")
	m.line(strings.TrimRight(`\fBarchive `+roffText(c.name)+`\fR [FLAGS] `+roffText(c.args), " "))
	m.line(".PP")
	m.text(c.about)
	m.options(c.options)
	m.line(".PP")
	m.line("Examples:")
	for _, x := range c.examples {
		m.example(x)
	}
}

func (m *roff) example(x example) {
	m.line(".PP")
	if x.says != "" {
		m.line(roffText(x.says) + ":")
		m.line(".br")
	}
	m.line(".RS 2")
	m.line(".nf")
	m.line(`\fB` + roffText(x.line) + `\fR`)
	m.line(".fi")
	m.line(".RE")
}

func (m *roff) options(options []option) {
	for _, o := range options {
		m.line(".TP")
		m.line(`\fB` + roffText(o.usage()) + `\fR`)
		m.line(roffText(o.help))
	}
}

func (m *roff) terms(terms [][2]string) {
	for _, t := range terms {
		m.line(".TP")
		m.line(`\fB` + roffText(t[0]) + `\fR`)
		m.line(roffText(t[1]))
	}
}

// text writes paragraphs, parted by blank lines. A paragraph that begins with
// blanks keeps its lines.
func (m *roff) text(s string) {
	for i, paragraph := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if i > 0 {
			m.line(".PP")
		}
		if strings.HasPrefix(paragraph, "  ") {
			m.asTyped(paragraph)
			continue
		}
		for line := range strings.Lines(paragraph) {
			m.line(roffText(strings.TrimRight(line, "\n")))
		}
	}
}

// asTyped writes lines that are neither filled nor wrapped. An indent of four
// blanks is that of Markdown, and left out.
func (m *roff) asTyped(s string) {
	m.line(".RS 2")
	m.line(".nf")
	for line := range strings.Lines(strings.TrimRight(s, "\n")) {
		m.line(roffText(strings.TrimPrefix(strings.TrimRight(line, "\n"), "    ")))
	}
	m.line(".fi")
	m.line(".RE")
}

// markdown writes what our documents have of it: headings, paragraphs,
// indented lines, and code between grave accents. The heading of the whole is
// the name of the page.
func (m *roff) markdown(s string) {
	afterHeading := true
	for _, block := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if heading, ok := strings.CutPrefix(block, "## "); ok {
			m.section(strings.TrimSpace(heading))
			afterHeading = true
			continue
		}
		if strings.HasPrefix(block, "# ") {
			continue
		}
		if !afterHeading {
			m.line(".PP")
		}
		afterHeading = false
		m.text(strings.ReplaceAll(strings.Trim(block, "\n"), "`", ""))
	}
}

// roffText escapes what roff and its macros would take for themselves. What
// people paste, such as - and ', is to come out as ASCII.
func roffText(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case i == 0 && r == '.':
			b.WriteString(`\&.`)
		case roffSpecial[r] != "":
			b.WriteString(roffSpecial[r])
		case r > 0x7e:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var roffSpecial = map[rune]string{
	'\\': `\e`, '-': `\-`, '\'': `\(aq`, '"': `\(dq`, '`': `\(ga`, '^': `\(ha`, '~': `\(ti`,
}
