package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const articlesName = "reuters21578.jsonl.gz"

func speed(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("speed", flag.ExitOnError)
	data := flags.String("data", filepath.Join(root, "..", "shared", "data", "news"), "`folder` that holds "+articlesName)
	rounds := flags.Int("rounds", 3, "imports by each program")
	runs := flags.Int("runs", 15, "runs of each search by each program")
	doc := flags.String("doc", filepath.Join(root, "docs", "benchmarks.md"), "`file` to put the tables in; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	articles, err := filepath.Abs(filepath.Join(*data, articlesName))
	if err != nil {
		return err
	}
	if _, err := os.Stat(articles); errors.Is(err, fs.ErrNotExist) {
		return &absentError{articlesName + " is not here (name its folder with -data)"}
	}
	dir, err := os.MkdirTemp("", "bench-speed-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := newRace(ctx, root, dir, articles)
	if err != nil {
		return err
	}
	if err := r.importAll(max(*rounds, 1)); err != nil {
		return err
	}
	if err := r.searchAll(max(*runs, 1)); err != nil {
		return err
	}
	text := r.report()
	if _, err := io.WriteString(out, text); err != nil || *doc == "" {
		return err
	}
	return replaceSection(*doc, "speed", text)
}

// race is one run of the programs beside each other, in turns.
type race struct {
	ctx      context.Context
	dir      string // scratch
	articles string // the file imported
	profile  profile
	ours     contestant
	theirs   contestant
	imports  [2][]cost
	files    [2]int64 // bytes of what an import left
	searches []searched
	runs     int // of each search
}

// searched is what one search took each program.
type searched struct {
	kind, query string
	hits        [2]int
	costs       [2]cost
}

// newRace builds our program, finds the other one, and prepares the articles.
func newRace(ctx context.Context, root, dir, articles string) (*race, error) {
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		return nil, &absentError{"the program sqlite3 is not here (the Debian package sqlite3 has it)"}
	}
	binary := filepath.Join(dir, "archive.exe") // a name that every system runs
	if _, _, err := (program{path: "go", args: []string{"build", "-trimpath", "-o", binary, "."}, dir: root}).run(ctx); err != nil {
		return nil, err
	}
	r := &race{ctx: ctx, dir: dir, articles: articles}
	r.ours = &archiveProgram{path: binary, dir: dir}
	r.theirs = &sqliteProgram{path: sqlite, dir: dir}
	return r, r.prepare(root)
}

func (r *race) prepare(root string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, _, err := (program{path: self, args: []string{prepareName, r.articles, r.dir}, dir: root}).run(r.ctx); err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(r.dir, profileName))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &r.profile)
}

// importAll imports into fresh files, in turns. The files of the last round
// are searched later.
func (r *race) importAll(rounds int) error {
	for range rounds {
		for i, c := range []contestant{r.ours, r.theirs} {
			if err := c.clear(); err != nil {
				return err
			}
			load, err := c.load(r.articles)
			if err != nil {
				return err
			}
			took, _, err := load.run(r.ctx)
			if err != nil {
				return err
			}
			r.imports[i] = append(r.imports[i], took)
			if r.files[i], err = c.size(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *race) searchAll(runs int) error {
	r.runs = runs
	p := r.profile
	for _, q := range []struct{ kind, query string }{
		{"", ""},
		{"a rare word", p.Rare},
		{"a word in 1 %", p.Percent1},
		{"a word in 30 %", p.Percent30},
		{"a word in most", p.Percent95},
		{"two words", p.TwoWords},
		{"a phrase", p.Phrase},
	} {
		s := searched{kind: q.kind, query: q.query}
		if err := r.search(&s, runs); err != nil {
			return err
		}
		r.searches = append(r.searches, s)
	}
	return nil
}

// search runs one search in turns, or nothing but the programs' start and
// exit.
func (r *race) search(s *searched, runs int) (err error) {
	phrase := s.kind == "a phrase"
	var costs [2][]cost
	for n := range runs + 1 {
		for i, c := range []contestant{r.ours, r.theirs} {
			p := c.idle()
			if s.kind != "" {
				p = c.search(s.query, phrase)
			}
			took, _, err := p.run(r.ctx)
			if err != nil {
				return err
			}
			if n > 0 { // the first warms the file's pages
				costs[i] = append(costs[i], took)
			}
		}
	}
	for i, c := range []contestant{r.ours, r.theirs} {
		s.costs[i] = medianCost(costs[i])
		if s.kind == "" {
			continue
		}
		_, out, err := c.hits(s.query, phrase).run(r.ctx)
		if err != nil {
			return err
		}
		s.hits[i] = strings.Count(string(out), "\n")
	}
	return nil
}

// report writes the tables with what was run, and on what.
func (r *race) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "`go run ./bench speed`, %s: %s, %s, %s on %s/%s, %d cores; %d articles, %.1f MB of titles and texts.\n\n",
		time.Now().UTC().Format(time.DateOnly), r.version(r.ours), r.version(r.theirs), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), r.profile.Articles, float64(r.profile.TextBytes)/1e6)
	fmt.Fprintf(&b, "Import, medians of %d rounds (least to most):\n\n%s\n", len(r.imports[0]), r.importTable())
	fmt.Fprintf(&b, "Search, from the start of the process to its exit, medians of %d runs:\n\n%s", r.runs, r.searchTable())
	return b.String()
}

func (r *race) version(c contestant) string {
	_, out, err := c.version().run(r.ctx)
	if err != nil {
		return c.name()
	}
	words := strings.Fields(strings.TrimPrefix(string(out), c.name()))
	return c.name() + " " + first(words)
}

func (r *race) importTable() *table {
	t := newTable("", r.ours.name(), r.theirs.name(), "ratio")
	ours, theirs := medianCost(r.imports[0]), medianCost(r.imports[1])
	n := float64(r.profile.Articles)
	t.add("articles a second", perSecond(n, r.imports[0]), perSecond(n, r.imports[1]), ratio(theirs.wall.Seconds(), ours.wall.Seconds()))
	t.add("CPU seconds", seconds(ours.cpu), seconds(theirs.cpu), ratio(ours.cpu.Seconds(), theirs.cpu.Seconds()))
	t.add("peak memory, MB", memory(ours.peak), memory(theirs.peak), ratio(float64(ours.peak), float64(theirs.peak)))
	size := float64(r.profile.TextBytes)
	t.add("file / text", fmt.Sprintf("%.2f", float64(r.files[0])/size), fmt.Sprintf("%.2f", float64(r.files[1])/size),
		ratio(float64(r.files[0]), float64(r.files[1])))
	return t
}

func (r *race) searchTable() *table {
	t := newTable("query", r.ours.name()+" found", r.theirs.name()+" found", r.ours.name()+" ms", r.theirs.name()+" ms", "ratio",
		r.ours.name()+" CPU ms", r.theirs.name()+" CPU ms")
	for _, s := range r.searches {
		label, ours, theirs := s.kind+": "+s.query, count(s.hits[0]), count(s.hits[1])
		if s.kind == "" {
			label, ours, theirs = "none: start and exit", "", ""
		}
		t.add(label, ours, theirs, milliseconds(s.costs[0].wall), milliseconds(s.costs[1].wall),
			ratio(s.costs[0].wall.Seconds(), s.costs[1].wall.Seconds()), milliseconds(s.costs[0].cpu), milliseconds(s.costs[1].cpu))
	}
	return t
}

func perSecond(n float64, costs []cost) string {
	rate := func(d time.Duration) float64 { return n / d.Seconds() }
	least, most := costs[0].wall, costs[0].wall
	for _, c := range costs {
		least, most = min(least, c.wall), max(most, c.wall)
	}
	return fmt.Sprintf("%.0f (%.0f to %.0f)", rate(medianCost(costs).wall), rate(most), rate(least))
}

// memory marks a peak that may be that of this process, see ownPeakMemory.
func memory(peak int64) string {
	if peak == 0 {
		return ""
	}
	figure := fmt.Sprintf("%.0f", float64(peak)/1e6)
	if peak <= ownPeakMemory() {
		return "at most " + figure
	}
	return figure
}

func ratio(a, b float64) string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

func seconds(d time.Duration) string      { return fmt.Sprintf("%.2f", d.Seconds()) }
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
