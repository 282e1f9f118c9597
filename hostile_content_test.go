package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/archive/cli"
	"example.com/archive/store"
)

// Nothing that an article says leaves the program as anything but text: every
// hostile article goes through every command in each of its output formats, to
// a pipe and to a terminal. HOSTILE=all has an archive for each kind of
// article; else one holds all of them, and the arguments take turns.
func TestHostileContent(t *testing.T) {
	m := &matrix{typist: newProgram(t), forms: completedForms(t)}
	m.coversEverything()
	t.Setenv("TERM", "xterm")
	t.Setenv("ARCHIVE_PAGER", "cat")
	if os.Getenv("HOSTILE") == "all" {
		for _, p := range payloads {
			t.Run(p.name, func(t *testing.T) { m.archiveOf(t, p) })
		}
	} else {
		m.archiveOf(t, payloads...)
	}
	t.Logf("%d kinds of articles, %d articles in all archives; %d command lines in their formats; %d cells, %d runs",
		len(payloads), m.articles, m.lines(), m.cells, m.runs)
}

// matrix is articles × commands × formats × outputs.
type matrix struct {
	*typist
	forms    map[string]completed
	articles int
	cells    int // a kind of article, a command line in a format, to a pipe or terminal
	runs     int
}

// completed is what the program itself says that a command takes.
type completed struct{ formats, flags, words []string }

// completedForms reads the completion for bash, which is made of the commands
// as they are: one that is added appears here.
func completedForms(t *testing.T) map[string]completed {
	t.Helper()
	var script bytes.Buffer
	cli.Run(t.Context(), cli.Assets{}, []string{"archive", "completion", "bash"}, strings.NewReader(""), &script, &script)
	forms := map[string]completed{}
	for _, m := range regexp.MustCompile(`(?m)^ +(\w+)\) flags="(.*?)"; fixed="(.*?)" ;;$`).FindAllStringSubmatch(script.String(), -1) {
		forms[m[1]] = completed{flags: strings.Fields(m[2]), words: strings.Fields(m[3])}
	}
	for _, m := range regexp.MustCompile(`(?m)^ +(\w+):--format\S*\) values="(.*?)"`).FindAllStringSubmatch(script.String(), -1) {
		c := forms[m[1]]
		c.formats = strings.Fields(m[2])
		forms[m[1]] = c
	}
	if len(forms) < 20 {
		t.Fatalf("the completion for bash names %d commands", len(forms))
	}
	return forms
}

// line is a command line. Where it is written in formats it is run in each of
// them, but for those that it refuses.
type line struct {
	words   []string
	formats bool
	but     []string
	whole   bool // writes each article with every field
}

// in are the formats of a line; "" is for a line that has none.
func (m *matrix) in(l line) []string {
	if !l.formats {
		return []string{""}
	}
	return slices.DeleteFunc(slices.Clone(m.forms[l.words[0]].formats), func(f string) bool { return slices.Contains(l.but, f) })
}

// sameOnTerminal are formats that a terminal changes nothing of. The short
// test writes them to a pipe only.
var sameOnTerminal = []string{"json", "jsonl", "ids"}

func (m *matrix) lines() (n int) {
	for _, l := range contentLines {
		n += len(m.in(l))
	}
	return n
}

const everyField = "id,key,title,title_derived,source,author,published,published_from,lang,type,url,path,words,added,captured,tags,cites,text"

// contentLines use every command, every word that it knows and every flag, in
// this order. PAYLOAD is the hostile text, PRESS the folder of articles, OUT
// one to write in, SOURCE the name of a source, ID the number of an article.
var contentLines = []line{
	{words: fields("import PRESS --dry-run"), formats: true, but: []string{"jsonl", "csv", "tsv", "md"}},
	{words: fields("import PRESS --verbose")},
	{words: fields("import PRESS --json --hidden --keep-originals")},
	{words: fields("import --report"), formats: true},
	{words: fields("import --report --csv")},
	{words: fields("import --retry --no-hidden --no-keep-originals")},
	{words: fields("import PRESS/PAYLOADDIR/rows.jsonl --explain"), formats: true, but: []string{"jsonl", "csv", "tsv", "md"}},
	{words: fields("import PRESS/PAYLOADDIR/note.md --explain")},
	{words: fields("import PRESS/PAYLOADDIR/raw.md --explain")},
	{words: fields("import PRESS/PAYLOADDIR/page.html --explain")},
	{words: fields("import PRESS/PAYLOADDIR/mail.eml --explain")},
	{words: fields("import PRESS/PAYLOADDIR/members.zip --explain")},
	{words: fields("import PAYLOAD --source PAYLOAD")},
	{words: fields("import PRESS/PAYLOADDIR/rows.csv --source PAYLOAD")},
	{words: fields("import PRESS/PAYLOADDIR/rows.csv --map title=PAYLOAD,text=title")},
	{words: fields("import PRESS/PAYLOADDIR/rows.csv --source-from field:PAYLOAD")},
	{words: fields("import PRESS/PAYLOADDIR --split PAYLOAD")},
	{words: fields("log on")},
	{words: fields("list --limit 0"), formats: true},
	{words: fields("list --limit 0 --fields " + everyField), formats: true, but: []string{"ids"}, whole: true},
	{words: fields("list --count --source PAYLOAD --author PAYLOAD --tag PAYLOAD --cites PAYLOAD --type PAYLOAD --lang en")},
	{words: fields("list --lang PAYLOAD")},
	{words: fields("list --since PAYLOAD")},
	{words: fields("list --until PAYLOAD --json")},
	{words: fields("list --offset 1 --sort title --csv --until 2030")},
	{words: fields("list --fields PAYLOAD --since 2000")},
	{words: fields("search attack --limit 0"), formats: true},
	{words: fields("search attack --limit 0 --all --context 5 --fields id,title,snippet,path,tags,cites"), formats: true, but: []string{"ids"}},
	{words: fields("search attack --facets source,author,lang,year,month,type,cites --limit 3"), formats: true, but: []string{"ids"}},
	{words: fields("search PAYLOAD attack --explain --any --limit 0"), formats: true},
	{words: fields("search PAYLOAD --no-correct --exact --no-snippet --json")},
	{words: fields("search nosuchword PAYLOAD --source PAYLOAD --author PAYLOAD --tag PAYLOAD --cites PAYLOAD --type PAYLOAD")},
	{words: fields("search attack --since PAYLOAD --until 2030 --lang en --csv")},
	{words: fields("search attack --sort PAYLOAD --offset 1")},
	{words: fields("search attack --count --facets source")},
	{words: fields("search saved:PAYLOAD OR title:PAYLOAD OR source:PAYLOAD OR path:PAYLOAD")},
	{words: fields("search --queries OUT/queries.csv --count"), formats: true, but: []string{"ids"}},
	{words: fields("search --queries OUT/queries.csv"), formats: true, but: []string{"ids"}},
	{words: fields("search --queries OUT/queries.csv --out OUT/found --force"), formats: true},
	{words: fields("search --queries PAYLOAD")},
	{words: fields("kwic attack --limit 0"), formats: true},
	{words: fields("kwic attack --limit 0 --width 30 --by left --fields id,left,match,right,title,source,author,url"), formats: true, but: []string{"ids"}},
	{words: fields("kwic PAYLOAD --any --explain --all --offset 0 --source SOURCE --csv")},
	{words: fields("kwic attack --collocates --span 9 --stop-words --limit 0"), formats: true, but: []string{"ids"}},
	{words: fields("kwic attack --count --exact --no-correct --author PAYLOAD --tag PAYLOAD --cites PAYLOAD --type PAYLOAD --lang en --since 2000 --until 2030 --json")},
	{words: fields("timeline attack --per source --top 0"), formats: true},
	{words: fields("timeline attack --per author --by year --share --any --limit 9 --fields author,period,articles,share"), formats: true},
	{words: fields("timeline PAYLOAD --explain --exact --no-correct --csv")},
	{words: fields("timeline attack --all --source PAYLOAD --author PAYLOAD --tag PAYLOAD --cites PAYLOAD --type PAYLOAD --lang en --since 2000 --until 2030 --json")},
	{words: fields("saved"), formats: true},
	{words: fields("saved list --json")},
	{words: fields("saved add grain attack --source SOURCE --author PAYLOAD --tag PAYLOAD --cites PAYLOAD --type PAYLOAD --lang en --since 2000 --until 2030 --no-correct --exact --any")},
	{words: fields("saved add wheat attack PAYLOAD --any --force")},
	{words: fields("saved add PAYLOAD attack")},
	{words: fields("saved show"), formats: true, but: []string{"ids"}},
	{words: fields("saved show PAYLOAD --fields name,query")},
	{words: fields("saved new --peek --limit 0"), formats: true},
	{words: fields("saved new --no-snippet --csv")},
	{words: fields("saved new --peek --context 3"), formats: true},
	{words: fields("saved rename wheat PAYLOAD")},
	{words: fields("saved rename PAYLOAD x")},
	{words: fields("saved remove PAYLOAD")},
	{words: fields("saved PAYLOAD")},
	{words: fields("show EVERYID"), formats: true, whole: true},
	{words: fields("show EVERYID --query attack --no-pager")},
	{words: fields("show PAYLOAD --json")},
	{words: fields("show ID --query PAYLOAD")},
	{words: fields("sources"), formats: true},
	{words: fields("sources --json")},
	{words: fields("sources --csv")},
	{words: fields("sources rename SOURCE PAYLOAD")},
	{words: fields("sources alias PAYLOAD2 PAYLOAD")},
	{words: fields("sources merge PAYLOAD BBC")},
	{words: fields("sources"), formats: true},
	{words: fields("sources undo SOURCE")},
	{words: fields("sources undo PAYLOAD")},
	{words: fields("sources PAYLOAD")},
	{words: fields("names variants PAYLOAD"), formats: true},
	{words: fields("names variants attack --accept attack=attaque --reject attack=attic --json")},
	{words: fields("names variants attack --accept PAYLOAD=PAYLOAD2 --csv")},
	{words: fields("names variants attack --forget PAYLOAD=attic")},
	{words: fields("names decided"), formats: true},
	{words: fields("edit ID --title PAYLOAD --source PAYLOAD --author PAYLOAD --tag PAYLOAD --untag PAYLOAD2")},
	{words: fields("edit ID --url https://example.org/PAYLOAD")},
	{words: fields("edit ID --lang PAYLOAD")},
	{words: fields("edit ID --date PAYLOAD")},
	{words: fields("edit PAYLOAD --title x")},
	{words: fields("show ID"), formats: true},
	{words: fields("edit ID --undo")},
	{words: fields("stats"), formats: true},
	{words: fields("stats --json")},
	{words: fields("log"), formats: true, but: []string{"ids"}},
	{words: fields("log show --limit 0"), formats: true},
	{words: fields("log show 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")},
	{words: fields("log show --csv --fields query,flags,citation")},
	{words: fields("log PAYLOAD")},
	{words: fields("log show PAYLOAD --json")},
	{words: fields("log off")},
	{words: fields("log clear")},
	{words: fields("check")},
	{words: fields("check --deep")},
	{words: fields("check --repair")},
	{words: fields("backup OUT/PAYLOADNAME.db")},
	{words: fields("backup PAYLOAD")},
	{words: fields("restore OUT/PAYLOADNAME.db")},
	{words: fields("restore PAYLOAD")},
	{words: fields("export"), formats: true, but: []string{"markdown", "originals"}, whole: true},
	{words: fields("export attack --to OUT/PAYLOADNAME.FORMAT --versions all"), formats: true},
	{words: fields("export --to OUT/by-date --format markdown --by date")},
	{words: fields("export PAYLOAD --any --exact --no-correct --source PAYLOAD --author PAYLOAD --tag PAYLOAD --cites PAYLOAD --type PAYLOAD --lang en --since 2000 --until 2030")},
	{words: fields("export --to PAYLOAD/x")},
	{words: fields("optimize")},
	{words: fields("completion bash")}, {words: fields("completion zsh")}, {words: fields("completion fish")}, {words: fields("completion powershell")},
	{words: fields("completion PAYLOAD")},
	{words: fields("help PAYLOAD")}, {words: fields("help --man PAYLOAD")}, {words: fields("help --man")},
	{words: fields("version PAYLOAD")},
	{words: fields("PAYLOAD")}, {words: fields("search -- PAYLOAD")}, {words: fields("search --PAYLOAD x")}, {words: fields("search attack --format PAYLOAD")},
	{words: fields("stats --db PAYLOAD")}, {words: fields("stats --verbose --db OUT/queries.csv")}, {words: fields("search x --limit PAYLOAD")},
}

func fields(s string) []string { return strings.Fields(s) }

// everywhere are flags that every command has, and their short forms.
var everywhere = fields("--color --db --format --help --quiet --verbose -f -h -n")

// coversEverything fails where a command, a word or a flag of one has no line.
func (m *matrix) coversEverything() {
	used := map[string]bool{}
	for _, l := range contentLines {
		for _, word := range l.words {
			used[l.words[0]+" "+word] = true
		}
	}
	for name, c := range m.forms {
		if !used[name+" "+name] {
			m.Errorf("no line uses %s", name)
		}
		for _, flag := range c.flags {
			if !slices.Contains(everywhere, flag) && !used[name+" "+flag] {
				m.Errorf("no line uses %s %s", name, flag)
			}
		}
		for _, word := range c.words {
			if name != "help" && regexp.MustCompile(`^[a-z]+$`).MatchString(word) && word != "archive" && word != "ids" && !used[name+" "+word] {
				m.Errorf("no line uses %s %s", name, word)
			}
		}
	}
}

// archiveOf makes an archive of the articles of some payloads, twice, and goes
// through all lines with each.
func (m *matrix) archiveOf(t *testing.T, list ...payload) {
	dir := t.TempDir()
	for i, p := range list {
		p.articles(t, filepath.Join(dir, "press", strconv.Itoa(i)), len(list) == 1)
	}
	for _, tty := range []bool{false, true} {
		b := &pass{matrix: m, T: t, list: list, tty: tty, dir: dir, out: filepath.Join(dir, "out"+strconv.FormatBool(tty))}
		b.db = filepath.Join(b.out, "archive.db")
		b.goThrough()
		m.articles += len(b.stored())
	}
}

// pass is an archive on its way through the lines.
type pass struct {
	*matrix
	*testing.T
	list  []payload
	tty   bool
	dir   string
	out   string
	db    string
	turn  int // which payload is the argument
	held  []store.Row
	texts map[int64]*store.Article
	rows  []map[string]any // what a line wrote as jsonl
}

func (b *pass) goThrough() {
	b.Helper()
	if err := os.MkdirAll(b.out, 0o700); err != nil {
		b.Fatal(err)
	}
	b.Chdir(b.out)
	queries := [][]string{{"name", "query"}}
	for _, p := range b.list {
		queries = append(queries, []string{oneHeader(p.inName()), oneHeader(strings.ToValidUTF8(p.text[:min(len(p.text), 1000)], ""))})
	}
	queries = append(queries, []string{"all", "attack"})
	write(b.T, filepath.Join(b.out, "queries.csv"), inCSV(queries...))
	for _, l := range contentLines {
		b.rows = nil
		formats := b.in(l)
		if i := slices.Index(formats, "jsonl"); i > 0 { // the others are compared with it
			formats[0], formats[i] = formats[i], formats[0]
		}
		for _, format := range formats {
			if b.tty && len(b.list) > 1 && slices.Contains(sameOnTerminal, format) {
				continue
			}
			b.run(l, format, b.list[b.turn%len(b.list)])
		}
		b.turn++
	}
}

// run runs a line in a format, with a payload for arguments, and judges what
// comes.
func (b *pass) run(l line, format string, p payload) {
	b.Helper()
	args := b.filled(l.words, p, format)
	if format != "" {
		args = append(args, "--format", format)
	}
	if !slices.Contains(args, "--db") {
		args = append(args, "--db", b.db)
	}
	if slices.Contains(l.words, "--") { // what follows are words
		args = append([]string{"--db", b.db}, args[:len(args)-2]...)
	}
	a := answered{pass: b, line: l, format: format, payload: p, where: fmt.Sprintf("%s: %s -f %q, terminal %v", p.name, shortened(fmt.Sprintf("%q", l.words)), format, b.tty)}
	var stdout, stderr bytes.Buffer
	if b.tty {
		out, errOut := newPseudoTerminal(b.T, 80), newPseudoTerminal(b.T, 80)
		a.code = cli.Run(context.Background(), b.assets, append([]string{"archive"}, args...), strings.NewReader(""), out.File, errOut.File)
		a.stdout, a.stderr = out.text(), errOut.text()
	} else {
		a.code = cli.Run(context.Background(), b.assets, append([]string{"archive"}, args...), strings.NewReader(""), &stdout, &stderr)
		a.stdout, a.stderr = stdout.String(), stderr.String()
	}
	b.runs++
	b.cells += len(b.list)
	if slices.Contains([]string{"import", "edit", "sources", "restore", "check"}, l.words[0]) {
		b.held = nil
	}
	a.judge()
}

// filled puts the payload and the places of this archive into a line.
func (b *pass) filled(words []string, p payload, format string) []string {
	typed := strings.ReplaceAll(p.text[:min(len(p.text), 5000)], "\x00", "") // the system takes none
	put := strings.NewReplacer("PAYLOADDIR", strconv.Itoa(slices.IndexFunc(b.list, func(o payload) bool { return o.name == p.name })),
		"PAYLOADNAME", p.inName(), "PAYLOAD", typed, "PRESS", filepath.Join(b.dir, "press"), "OUT", b.out, "FORMAT", format)
	var args []string
	for i, word := range words {
		switch {
		case i > 0 && word == "EVERYID":
			for _, row := range b.stored() {
				args = append(args, strconv.FormatInt(row.ID, 10))
			}
		case word == "ID":
			args = append(args, strconv.FormatInt(b.stored()[0].ID, 10))
		case word == "SOURCE":
			args = append(args, b.source())
		default:
			args = append(args, put.Replace(word))
		}
	}
	return args
}

// stored reads what the archive holds, once, behind the import.
func (b *pass) stored() []store.Row {
	if b.held != nil {
		return b.held
	}
	a, err := store.Open(b.Context(), b.db)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	ids := make([]int64, 10_000)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	if b.held, err = a.Rows(b.Context(), ids); err != nil || len(b.held) == 0 {
		b.Fatalf("%d articles: %v", len(b.held), err)
	}
	b.texts = map[int64]*store.Article{}
	for _, row := range b.held {
		if b.texts[row.ID], err = a.Article(b.Context(), row.ID); err != nil {
			b.Fatal(err)
		}
	}
	return b.held
}

// source is the name of a source that the archive holds.
func (b *pass) source() string {
	for i := range b.stored() {
		if s := b.held[(i+b.turn)%len(b.held)].Source.Value; s != "" {
			return s
		}
	}
	return "none"
}
