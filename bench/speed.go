package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Measures that -only chooses.
const (
	measureStart    = "start"
	measureReimport = "reimport"
	measureImport   = "import"
	measureCold     = "cold"
	measureWarm     = "warm"
	measureAdd      = "add"
)

var measures = []string{measureStart, measureReimport, measureImport, measureCold, measureWarm, measureAdd}

// settings are the flags of speed.
type settings struct {
	data, dir, doc string
	sizes          numbers
	with, only     names
	rounds, runs   int
	treeFiles      int
	bounded        bool // leave slow peers out of large corpora
	command        string
}

func parseSettings(root string, args []string) (*settings, error) {
	s := &settings{sizes: numbers{10_000, 100_000}, with: names{}, only: measures, command: "go run ./bench speed"}
	flags := flag.NewFlagSet("speed", flag.ExitOnError)
	data := dataFlag(flags, root)
	flags.StringVar(&s.dir, "dir", "", "`folder` for corpora and indexes, kept and used again; if empty, a passing one")
	flags.StringVar(&s.doc, "doc", filepath.Join(root, "docs", "benchmarks.md"), "`file` to put the tables in; none if empty")
	flags.Var(&s.sizes, "articles", "`numbers` of articles, with commas between")
	flags.Var(&s.with, "with", "contestants, with commas between: "+strings.Join(peerNames(), ", ")+"; all that are here and not too slow if empty")
	flags.Var(&s.only, "only", "measures, with commas between: "+strings.Join(measures, ", ")+", search (cold, warm)")
	flags.IntVar(&s.rounds, "rounds", 0, "imports by each contestant; 0: three, one from a million articles on")
	flags.IntVar(&s.runs, "runs", 15, "runs of each search by each contestant; fewer of slow ones")
	flags.IntVar(&s.treeFiles, "tree", 50_000, "text files to import again unchanged")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	s.data = filepath.Join(*data, articlesName)
	s.bounded = len(s.with) == 0
	s.command = commandLine(flags)
	return s, s.check()
}

// commandLine writes the command that repeats a run: folders and figures
// that do not matter for it are left out.
func commandLine(flags *flag.FlagSet) string {
	line := "go run ./bench speed"
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "articles", "with", "only", "rounds", "runs", "tree":
			line += " -" + f.Name + " " + f.Value.String()
		}
	})
	return line
}

func (s *settings) check() error {
	if i := slices.Index(s.only, "search"); i >= 0 {
		s.only = slices.Replace(s.only, i, i+1, measureCold, measureWarm)
	}
	for _, name := range s.only {
		if !slices.Contains(measures, name) {
			return fmt.Errorf("there is no measure %q (there are %s)", name, strings.Join(measures, ", "))
		}
	}
	for _, name := range s.with {
		if !slices.Contains(peerNames(), name) {
			return fmt.Errorf("there is no contestant %q (there are %s)", name, strings.Join(peerNames(), ", "))
		}
	}
	if slices.Contains(s.with, "sqlite3-bm25") && !slices.Contains(s.with, "sqlite3") {
		return errors.New("sqlite3-bm25 searches what sqlite3 makes (name both)")
	}
	if _, err := os.Stat(s.data); err != nil {
		return &absentError{articlesName + " is not here (name its folder with -data)"}
	}
	return nil
}

func (s *settings) measures(name string) bool { return slices.Contains(s.only, name) }

func peerNames() (names []string) {
	for _, p := range peers {
		names = append(names, p.name)
	}
	return names
}

func speed(ctx context.Context, root string, args []string, out io.Writer) error {
	s, err := parseSettings(root, args)
	if err != nil {
		return err
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "bench-speed-"); err != nil {
			return err
		}
		defer os.RemoveAll(s.dir)
	}
	if s.dir, err = filepath.Abs(s.dir); err != nil {
		return err
	}
	t := &tournament{ctx: ctx, settings: s, root: root, log: os.Stderr}
	if err := t.run(); err != nil {
		return err
	}
	text := t.report()
	if _, err := io.WriteString(out, text); err != nil || s.doc == "" {
		return err
	}
	return replaceSection(s.doc, "speed", text)
}

// tournament is one run of all contestants over all corpora.
type tournament struct {
	ctx context.Context
	*settings
	root    string
	log     io.Writer
	present []entrant // contestants that are here
	absent  []string  // lines that say why others are not
	start   started
	tree    reimported
	races   []*race
}

// entrant is a peer with the program found for it.
type entrant struct {
	peer
	path    string
	version string
}

func (t *tournament) run() error {
	if err := t.findPrograms(); err != nil {
		return err
	}
	if err := t.measureStart(); err != nil {
		return err
	}
	if err := t.reimport(); err != nil {
		return err
	}
	for _, n := range t.sizes {
		r, err := t.newRace(n)
		if err != nil {
			return err
		}
		if err := r.run(); err != nil {
			return fmt.Errorf("%d articles: %w", n, err)
		}
		t.races = append(t.races, r)
	}
	return nil
}

func (t *tournament) say(format string, args ...any) {
	fmt.Fprintf(t.log, "%s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
}

func (t *tournament) tools() toolbox { return toolbox{t.root, filepath.Join(t.dir, "bin")} }

// findPrograms finds or builds those that take part.
func (t *tournament) findPrograms() error {
	if err := os.MkdirAll(t.tools().dir, 0o755); err != nil {
		return err
	}
	for _, p := range peers {
		if len(t.with) > 0 && !slices.Contains(t.with, p.name) {
			continue
		}
		path, err := p.find(t.ctx, t.tools())
		var absent *absentError
		switch {
		case errors.As(err, &absent):
			t.absent = append(t.absent, p.name+": "+absent.text)
			t.say("skipped %s: %s", p.name, absent.text)
		case err != nil:
			return fmt.Errorf("%s: %w", p.name, err)
		default:
			t.present = append(t.present, entrant{p, path, t.versionOf(p, path)})
		}
	}
	if len(t.present) == 0 {
		return &absentError{"none of the contestants is here"}
	}
	return nil
}

func (t *tournament) versionOf(p peer, path string) string {
	_, out, err := p.open(path, corpusFiles{}, t.dir).version().run(t.ctx)
	if err != nil {
		return p.name
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return p.name + " " + versionIn(line)
}

// versionIn is the first word that begins with a figure.
func versionIn(line string) string {
	for word := range strings.FieldsSeq(line) {
		if word[0] >= '0' && word[0] <= '9' {
			return strings.TrimRight(word, ",;")
		}
	}
	return ""
}

// race is a run of the contestants on one corpus, in turns.
type race struct {
	*tournament
	corpus   corpusFiles
	manifest manifest
	runners  []*runner
	queries  []query
}

// runner is a contestant with what it took.
type runner struct {
	entrant
	contestant
	dir     string
	imports []cost
	size    int64 // bytes of what the last import left
	adds    []cost
	cold    map[string][]cost // by label
	warm    map[string][]cost
	counts  map[string]string // articles found
}

func (t *tournament) newRace(n int) (*race, error) {
	r := &race{tournament: t, corpus: corpusFiles{filepath.Join(t.dir, strconv.Itoa(n))}}
	for _, e := range t.present {
		if !t.bounded || n <= e.most {
			r.runners = append(r.runners, r.newRunner(e))
		}
	}
	t.say("%d articles: making them", n)
	args := []string{corpusName, "-data", filepath.Dir(t.data), "-dir", t.dir, "-articles", strconv.Itoa(n)}
	if slices.ContainsFunc(r.runners, func(c *runner) bool { return c.tree }) {
		args = append(args, "-trees")
	}
	if _, _, err := (program{path: ownPath(), args: args, dir: t.root}).run(t.ctx); err != nil {
		return nil, err
	}
	var err error
	if r.manifest, err = readManifest(r.corpus); err != nil {
		return nil, err
	}
	r.queries = queries(r.manifest)
	return r, nil
}

func (r *race) newRunner(e entrant) *runner {
	dir := indexFolder(r.corpus, e.name)
	return &runner{
		entrant: e, contestant: e.open(e.path, r.corpus, dir), dir: dir,
		cold: make(map[string][]cost), warm: make(map[string][]cost), counts: make(map[string]string),
	}
}

// indexFolder is where a contestant keeps what it makes of a corpus.
func indexFolder(c corpusFiles, name string) string { return filepath.Join(c.dir, "by-"+name) }

func (r *race) run() error {
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{measureImport, r.importAll},
		{measureCold, r.searchCold},
		{measureWarm, r.searchWarm},
		{measureAdd, r.addAll},
	} {
		if !r.measures(step.name) {
			continue
		}
		r.say("%d articles: %s", r.manifest.Recipe.Articles, step.name)
		if err := step.do(); err != nil {
			return err
		}
	}
	return nil
}

func (r *race) rounds() int {
	switch {
	case r.settings.rounds > 0:
		return r.settings.rounds
	case r.manifest.Recipe.Articles >= 1_000_000:
		return 1
	}
	return 3
}

// importAll imports into fresh files, in turns. Those of the last round are
// searched later.
func (r *race) importAll() error {
	for n := range r.rounds() {
		for _, c := range r.runners {
			if n > 0 && c.slow {
				continue
			}
			if err := r.load(c); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	return nil
}

func (r *race) load(c *runner) error {
	i, ok := c.contestant.(indexer)
	if !ok {
		return nil
	}
	if err := errors.Join(os.MkdirAll(c.dir, 0o755), os.RemoveAll(c.whole()), i.clear()); err != nil {
		return err
	}
	p, err := i.load()
	if err != nil {
		return err
	}
	took, err := p.cost(r.ctx)
	if err != nil {
		return err
	}
	r.say("  %s: %.1f s", c.name, took.wall.Seconds())
	c.imports = append(c.imports, took)
	if c.size, err = i.size(); err != nil {
		return err
	}
	return errors.Join(settle(c.dir), os.WriteFile(c.whole(), nil, 0o644))
}

// settle waits until the files in a folder are on the disk: else the next
// contestant would wait for what this one has left to the system.
func settle(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}

// whole is a file that says that the index is.
func (c *runner) whole() string { return filepath.Join(c.dir, "whole") }

// ready imports what an earlier run did not leave behind.
func (r *race) ready() error {
	for _, c := range r.runners {
		if _, err := os.Stat(c.whole()); err == nil {
			continue
		}
		if err := r.load(c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		c.imports = nil // one alone tells nothing
	}
	return nil
}

// enough bounds the time that the runs of one search by one contestant take;
// some runs there are always.
const (
	enough    = 3 * time.Second
	leastRuns = 3
)

// turn is what one contestant does again and again.
type turn struct {
	do   func() (cost, error)
	keep func(cost)
}

// again is a turn that runs a program.
func (t *tournament) again(p program, keep func(cost)) turn {
	return turn{func() (cost, error) { return p.cost(t.ctx) }, keep}
}

// turns lets each take its turns; the first, which warms what it reads, is
// not kept.
func turns(runs int, each []turn) error {
	spent := make([]time.Duration, len(each))
	for n := range runs + 1 {
		for i, t := range each {
			if n > leastRuns && spent[i] > enough {
				continue
			}
			took, err := t.do()
			if err != nil {
				return err
			}
			spent[i] += took.wall
			if n > 0 {
				t.keep(took)
			}
		}
	}
	return nil
}

// searchCold runs each search as a process of its own.
func (r *race) searchCold() error {
	if err := r.ready(); err != nil {
		return err
	}
	for _, q := range r.queries {
		var each []turn
		for _, c := range r.runners {
			if p, ok := c.contestant.cold(q); ok {
				each = append(each, r.again(p, func(took cost) { c.cold[q.label] = append(c.cold[q.label], took) }))
			}
		}
		if err := turns(r.settings.runs, each); err != nil {
			return fmt.Errorf("%s: %w", q.label, err)
		}
	}
	return nil
}

// warmRuns is how many times more often a search is asked of an open index:
// it is as many times faster.
const warmRuns = 3

// searchWarm asks each search of processes that have their indexes open.
func (r *race) searchWarm() error {
	if err := r.ready(); err != nil {
		return err
	}
	open := make(map[*runner]*dialogue)
	for _, c := range r.runners {
		w, ok := c.contestant.(warmer)
		if !ok {
			continue
		}
		d, err := w.warm().start(r.ctx)
		if err != nil {
			return err
		}
		defer d.close()
		open[c] = d
	}
	for _, q := range r.queries {
		if err := r.askAll(q, open); err != nil {
			return fmt.Errorf("%s: %w", q.label, err)
		}
	}
	return nil
}

func (r *race) askAll(q query, open map[*runner]*dialogue) error {
	var each []turn
	for _, c := range r.runners {
		d := open[c]
		if d == nil {
			continue
		}
		w := c.contestant.(warmer)
		question, ok := w.ask(q)
		if !ok {
			continue
		}
		if err := c.countHits(q, d, w.askCount(q)); err != nil {
			return err
		}
		each = append(each, turn{
			func() (cost, error) {
				took, _, err := d.ask(question)
				return cost{wall: took}, err
			},
			func(took cost) { c.warm[q.label] = append(c.warm[q.label], took) },
		})
	}
	return turns(warmRuns*r.settings.runs, each)
}

func (c *runner) countHits(q query, d *dialogue, question string) (err error) {
	if question != "" && q.form != nothing && !q.facets {
		_, c.counts[q.label], err = d.ask(question)
	}
	return err
}

// addAll adds a thousand articles at a time to copies of the indexes.
func (r *race) addAll() error {
	if err := r.ready(); err != nil {
		return err
	}
	var copies []*runner
	for _, c := range r.runners {
		if _, ok := c.contestant.(adder); !ok {
			continue
		}
		dir := c.dir + "-more"
		defer os.RemoveAll(dir)
		if err := copyFolder(c.dir, dir); err != nil {
			return err
		}
		c.contestant = c.open(c.path, r.corpus, dir)
		copies = append(copies, c)
	}
	for n := range moreTimes {
		for _, c := range copies {
			took, err := c.contestant.(adder).add(r.corpus.more(n)).cost(r.ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			c.adds = append(c.adds, took)
		}
	}
	return nil
}

// copyFolder copies the files of a folder.
func copyFolder(from, to string) error {
	files, err := os.ReadDir(from)
	if err := errors.Join(err, os.RemoveAll(to), os.MkdirAll(to, 0o755)); err != nil {
		return err
	}
	for _, f := range files {
		if err := copyFile(filepath.Join(from, f.Name()), filepath.Join(to, f.Name())); err != nil {
			return err
		}
	}
	return settle(to)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// system says what all ran on.
func system() string {
	return fmt.Sprintf("%s on %s/%s, %d cores", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}
