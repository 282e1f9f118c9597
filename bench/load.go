package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"example.com/archive/store"
)

// loadSettings are the flags of load.
type loadSettings struct {
	data, dir, doc string
	hours          float64
	atLeast        int // searches
	readers        int
	articles       int
	pause          time.Duration // between two imports
	backups        time.Duration // between two backups
	optimizes      time.Duration
	sampling       time.Duration
	command        string
}

func parseLoadSettings(root string, args []string) (*loadSettings, error) {
	s := &loadSettings{command: "go run ./bench load"}
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	data := dataFlag(flags, root)
	flags.StringVar(&s.dir, "dir", "", "`folder` for the archive, kept; if empty, a passing one")
	flags.StringVar(&s.doc, "doc", "", "`file` to put the figures in, between <!-- load --> and <!-- /load -->; none if empty")
	flags.Float64Var(&s.hours, "hours", 0, "at least so many `hours`")
	flags.IntVar(&s.atLeast, "searches", 0, "at least so many searches; 1,000,000 if neither is given")
	flags.IntVar(&s.readers, "readers", 8, "searches at once")
	flags.IntVar(&s.articles, "articles", 5000, "articles that the archive begins with")
	flags.DurationVar(&s.pause, "pause", time.Second/4, "`time` between two imports")
	flags.DurationVar(&s.backups, "backups", time.Minute, "`time` between two backups")
	flags.DurationVar(&s.optimizes, "optimizes", 5*time.Minute, "`time` between two runs of optimize")
	flags.DurationVar(&s.sampling, "samples", 10*time.Second, "`time` between two looks at the memory")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if s.hours == 0 && s.atLeast == 0 {
		s.atLeast = 1_000_000
	}
	flags.Visit(func(f *flag.Flag) {
		if f.Name != "data" && f.Name != "dir" && f.Name != "doc" {
			s.command += " -" + f.Name + " " + f.Value.String()
		}
	})
	s.data = *data
	return s, nil
}

// mixedLoad searches an archive from all sides while it is imported to, edited,
// copied and optimised, checks every answer, and watches the memory.
func mixedLoad(ctx context.Context, root string, args []string, out io.Writer) error {
	s, err := parseLoadSettings(root, args)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.data, articlesName)); err != nil {
		return &absentError{articlesName + " is not here (name its folder with -data)"}
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "bench-load-*"); err != nil {
			return err
		}
		defer os.RemoveAll(s.dir)
	}
	if s.dir, err = filepath.Abs(s.dir); err != nil {
		return err
	}
	l := &loaded{loadSettings: s, root: root, log: os.Stderr}
	if err := l.run(ctx); err != nil {
		return err
	}
	text := l.report()
	if _, err := io.WriteString(out, text); err != nil {
		return err
	}
	if s.doc != "" {
		err = replaceSection(s.doc, "load", text)
	}
	return errors.Join(append(l.wrong, err)...)
}

// loaded is an archive under load.
type loaded struct {
	*loadSettings
	root   string
	log    io.Writer
	binary string
	corpus corpusFiles

	lastBase int64 // the last ID of the articles that never change
	fixed    []fixedQuery
	free     []string // queries that are searched as a person would

	archive  *store.Archive
	opening  sync.RWMutex // held for reading by those that search
	began    time.Time
	took     time.Duration
	over     <-chan struct{} // closed when the load is to end
	end      func()          // closes it
	searches atomic.Int64
	slowest  atomic.Int64 // nanoseconds
	counts   map[string]*atomic.Int64
	samples  []sample

	mu      sync.Mutex
	batches []batch // whose import has ended
	wrong   []error
}

// What is counted besides searches.
const (
	countProcesses = "commands that read"
	countNew       = "imports of new articles"
	countChanged   = "imports of changed articles"
	countRepeated  = "imports of what was there"
	countEdits     = "edits"
	countBackups   = "backups"
	countOptimizes = "runs of `optimize`"
	countChecks    = "runs of `check`"
	countOpened    = "times the archive was opened anew"
)

var loadCounts = []string{countProcesses, countNew, countChanged, countRepeated, countEdits, countBackups, countOptimizes, countChecks, countOpened}

func (l *loaded) db() string { return filepath.Join(l.dir, "archive.db") }

// churn is the folder of what is imported under load.
func (l *loaded) churn() string { return filepath.Join(l.dir, "churn") }

func (l *loaded) copies() string { return filepath.Join(l.dir, "copies") }

func (l *loaded) say(format string, args ...any) {
	fmt.Fprintf(l.log, "%s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
}

func (l *loaded) run(ctx context.Context) error {
	l.counts = make(map[string]*atomic.Int64)
	for _, name := range loadCounts {
		l.counts[name] = new(atomic.Int64)
	}
	if err := l.prepare(ctx); err != nil {
		return err
	}
	if err := l.openAnew(ctx); err != nil {
		return err
	}
	err := l.findFixed(ctx)
	if err == nil {
		l.say("%d queries with known answers, %d others", len(l.fixed), len(l.free))
		err = l.work(ctx)
	}
	if err == nil {
		err = l.findAllBatches(ctx)
	}
	if err = errors.Join(err, l.archive.Close()); err != nil {
		return err
	}
	_, _, err = l.tool("check", "--deep").run(ctx)
	return err
}

// prepare builds the program and fills the archive.
func (l *loaded) prepare(ctx context.Context) (err error) {
	if l.binary, err = buildArchive(ctx, toolbox{l.root, l.dir}); err != nil {
		return err
	}
	l.say("making %d articles", l.articles)
	maker := program{path: ownPath(), args: []string{corpusName, "-data", l.data, "-dir", l.dir, "-articles", strconv.Itoa(l.articles)}, dir: l.root}
	if _, err := maker.cost(ctx); err != nil {
		return err
	}
	l.corpus = corpusFiles{filepath.Join(l.dir, strconv.Itoa(l.articles))}
	if err := errors.Join(removeDatabase(l.db()), os.RemoveAll(l.copies()), os.Mkdir(l.copies(), 0o755), os.RemoveAll(l.churn()), os.Mkdir(l.churn(), 0o755)); err != nil {
		return err
	}
	for _, p := range []program{
		l.tool("import", "--quiet", l.corpus.jsonl()),
		l.tool("saved", "add", savedName, "market OR shares"),
	} {
		if _, err := p.cost(ctx); err != nil {
			return err
		}
	}
	return nil
}

// savedName is the search that queries name with saved:.
const savedName = "markets"

// tool is a run of the real program on the archive.
func (l *loaded) tool(command string, args ...string) program {
	return l.toolOn(l.db(), command, args...)
}

func (l *loaded) toolOn(db, command string, args ...string) program {
	return program{path: l.binary, args: append([]string{command, "--db", db}, args...), dir: l.dir}
}

// openAnew closes the archive and opens it again. One process must not open
// a file twice at a time: to close one of the two would take the locks of
// SQLite from the other.
func (l *loaded) openAnew(ctx context.Context) (err error) {
	l.opening.Lock()
	defer l.opening.Unlock()
	if l.archive != nil {
		if err := l.archive.Close(); err != nil {
			return err
		}
		l.counts[countOpened].Add(1)
	}
	l.archive, err = store.Open(ctx, l.db())
	return err
}

// work runs everybody at once until there was enough, or something failed.
func (l *loaded) work(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	ending, end := context.WithCancel(context.Background())
	l.over, l.end, l.began = ending.Done(), end, time.Now()
	var all sync.WaitGroup
	begin := func(name string, work func(context.Context) error) {
		all.Go(func() {
			if err := work(ctx); err != nil {
				fail(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	for n := range l.readers {
		random := rand.New(rand.NewPCG(corpusSeed, uint64(n)))
		begin("search", func(ctx context.Context) error { return l.read(ctx, random) })
	}
	begin("read by commands", l.readByCommands)
	begin("import", l.importOn)
	begin("edit", l.editOn)
	begin("back up", func(ctx context.Context) error { return l.every(ctx, l.backups, l.backUp) })
	begin("optimize", func(ctx context.Context) error { return l.every(ctx, l.optimizes, l.optimize) })
	begin("sample", l.sampleOn)
	all.Wait()
	l.took = time.Since(l.began)
	return context.Cause(ctx)
}

// every does something again and again until the load is over.
func (l *loaded) every(ctx context.Context, pause time.Duration, do func(context.Context, int) error) error {
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-l.over:
			return nil
		case <-time.After(pause):
		}
		if err := l.note(ctx, do(ctx, n)); err != nil {
			return err
		}
	}
}

// mostWrong is after how many failures a load is given up.
const mostWrong = 100

// note notes a failure, and gives it back where there were too many. What was
// ended with everything else is none.
func (l *loaded) note(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return nil
	}
	l.say("failed: %v", err)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrong = append(l.wrong, err); len(l.wrong) < mostWrong {
		return nil
	}
	return err
}

// isOver reports whether to end, also where another has failed.
func (l *loaded) isOver(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-l.over:
		return true
	default:
		return false
	}
}

// enough reports whether there were as many searches and hours as asked for.
func (l *loaded) enough() bool {
	return l.searches.Load() >= int64(l.atLeast) && time.Since(l.began).Hours() >= l.hours
}
