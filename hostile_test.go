package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"example.com/archive/cli"
)

var (
	hostileSeed    = flag.Uint64("hostile.seed", 1, "seed of the hostile queries")
	hostileQueries = flag.Int("hostile.queries", 20_000, "number of the hostile queries")
)

const (
	hostileShort = 4_000 // with -short
	// batchSize is how many queries share an open archive. Every batchSize-th
	// is typed as a command line of its own besides.
	batchSize = 50
	// slowest is what a query may take.
	slowest = time.Second
)

// Whatever is typed is answered, or refused in the words that the manual
// knows, and within a second. Batches go through 'search --queries', single
// queries through all commands that take one.
func TestHostileQueries(t *testing.T) {
	n := *hostileQueries
	if testing.Short() {
		n = hostileShort
	}
	t.Logf("-hostile.seed=%d", *hostileSeed)
	s := newTypist(t)
	batches := make(chan int)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for b := range batches {
				s.batch(b)
			}
		})
	}
	for b := range n / batchSize {
		batches <- b
	}
	close(batches)
	workers.Wait()
}

// typist types queries into an archive of the samples.
type typist struct {
	*testing.T
	assets   cli.Assets
	db       string
	examples []string
	busy     sync.RWMutex // held for reading while typing, so that a slow query can be alone
}

func newTypist(t *testing.T) *typist {
	s := newProgram(t)
	s.examples = guideQueries(t)
	if r := s.run("", "import"); r.code != 0 {
		t.Fatalf("import: %s", r.stderr)
	}
	return s
}

// newProgram is the program with an archive that is yet to be made.
func newProgram(t *testing.T) *typist {
	samples, err := fs.Sub(seeds, "seeds")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "ARCHIVE_DB"} {
		t.Setenv(name, "")
	}
	t.Setenv("LC_ALL", "C.UTF-8")
	assets := cli.Assets{Schema: schema, Seeds: samples, QueryHelp: queryHelp, ExitCodes: exitCodes, Version: version}
	return &typist{T: t, assets: assets, db: filepath.Join(t.TempDir(), "archive.db")}
}

// typed is what came of a command line.
type typed struct {
	code           int
	stdout, stderr string
	took           time.Duration
	raw            bool // stdout has text as it is, for programs
}

func (s *typist) run(stdin string, args ...string) typed {
	var stdout, stderr bytes.Buffer
	start := time.Now()
	code := cli.Run(context.Background(), s.assets, append([]string{"archive", "--db", s.db}, args...),
		strings.NewReader(stdin), &stdout, &stderr)
	raw := slices.Contains(args, "--csv") || slices.Contains(args, "tsv")
	return typed{code, stdout.String(), stderr.String(), time.Since(start), raw}
}

// unhurried runs a command line again, alone, if it was slow, as the machine
// may have had other work; what counts then is how long the process worked.
func (s *typist) unhurried(stdin string, args ...string) typed {
	r := s.run(stdin, args...)
	if r.took <= slowest {
		return r
	}
	s.busy.RUnlock() // of batch
	defer s.busy.RLock()
	s.busy.Lock()
	defer s.busy.Unlock()
	for range 2 {
		runtime.GC() // what others have left behind
		start := processTime()
		again := s.run(stdin, args...)
		again.took = processTime() - start
		if again.took < r.took {
			r = again
		}
	}
	return r
}

// batch types the queries of one batch, which are the same in every run with
// the same seed.
func (s *typist) batch(number int) {
	s.busy.RLock()
	defer s.busy.RUnlock()
	rng := rand.New(rand.NewPCG(*hostileSeed, uint64(number)))
	queries := make([]string, batchSize)
	for i := range queries {
		queries[i] = s.query(rng)
	}
	flags := batchFlags[rng.IntN(len(batchFlags))]
	s.together(number, queries, flags)
	s.alone(number, queries[0], rng)
}

// batchFlags are the ways in which batches are searched.
var batchFlags = [][]string{
	{"--count", "-f", "jsonl"},
	{"--json", "--limit", "3"},
	{"-f", "jsonl", "--limit", "0", "--any"},
	{"--csv", "--facets", "source,year,lang"},
	{"-f", "tsv", "--all", "--sort", "-date"},
	{"-f", "md", "--offset", "2"},
	{"--fields", "title,snippet"},
	{"--no-correct"},
	{"--explain"},
	{"--since", "2020", "--source", "BBC"},
}

func (s *typist) together(number int, queries, flags []string) {
	stdin := table(queries)
	args := append([]string{"search", "--queries", "-"}, flags...)
	r := s.run(stdin, args...)
	if r.took > slowest && len(queries) > 1 {
		for _, q := range queries {
			s.together(number, []string{q}, flags)
		}
		return
	}
	if len(queries) == 1 {
		r = s.unhurried(stdin, args...)
	}
	where := fmt.Sprintf("batch %d, %q, of %q", number, flags, queries)
	s.judge(where, r)
	if flags[0] == "--count" {
		s.counted(where, r.stdout, queries)
	}
}

// table writes queries as a CSV that 'search --queries' reads. It has no
// place for line ends.
func table(queries []string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"name", "query"})
	for i, q := range queries {
		w.Write([]string{fmt.Sprint(i), strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' {
				return ' '
			}
			return r
		}, q)})
	}
	w.Flush()
	return b.String()
}

// counted holds the answers against the queries: none may be lost.
func (s *typist) counted(where, stdout string, queries []string) {
	lines := strings.Count(stdout, "\n")
	if lines != len(queries) {
		s.Errorf("%s: %d answers", where, lines)
	}
	for line := range strings.Lines(stdout) {
		var answer struct {
			All   *int
			Error string
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil || (answer.All == nil) == (answer.Error == "") {
			s.Errorf("%s: %v: %s", where, err, line)
		}
	}
}

// alone types one query as a command line, with flags that may be odd too.
func (s *typist) alone(number int, query string, rng *rand.Rand) {
	if strings.HasPrefix(query, "--") {
		query = " " + query // else it is a flag
	}
	args := []string{lineCommands[rng.IntN(len(lineCommands))], query}
	for range rng.IntN(3) {
		args = append(args, s.flag(rng)...)
	}
	where := fmt.Sprintf("batch %d alone: %q", number, args)
	s.judge(where, s.unhurried("", args...))
}

// lineCommands are the commands that take a query.
var lineCommands = []string{"search", "search", "timeline", "kwic"}

func (s *typist) flag(rng *rand.Rand) []string {
	values := [][]string{
		{"--since", pick(rng, oddDates)}, {"--until", pick(rng, oddDates)}, {"--source", s.query(rng)},
		{"--lang", pick(rng, []string{"en", "xx", "", "русский", "'"})}, {"--limit", pick(rng, []string{"0", "1", "999999999", "-1", "x"})},
		{"--author", s.query(rng)}, {"--tag", s.query(rng)}, {"--explain"}, {"--csv"}, {"--any"}, {"--all"}, {"--no-correct"},
	}
	return values[rng.IntN(len(values))]
}

var (
	// refusals are all that the manual knows.
	refusals = regexp.MustCompile(`^archive: (line \d+: )?(` + strings.Join([]string{
		`the query has no word that can be searched \(words are letters and digits; archive help query\)`,
		`the query is empty( \(give words to search for, .*\))?`,
		`the line is (not UTF-8|not text|too long) .*`,
		`nothing to search for .*`, `a (timeline|concordance) of what\? .*`,
		`the query asks for no word whose places could be shown \(give one; archive help query\)`,
		`--(since|until): .* (is not a date \(write .*\)|ends before it begins)`,
		`--since .* is later than --until .*`,
		`--limit wants a number, 0 or more, not '.*'`,
		`the value of --\w+ is empty .*`,
		`--all and --any exclude each other \(give one\)`,
		`and \d+ more \(--count lists all\)`,
	}, "|") + `)$`)
)

// judge holds what came of a command line against the manual.
func (s *typist) judge(where string, r typed) {
	if r.took > slowest {
		s.Errorf("%v: %s", r.took, shortened(where))
	}
	refused := false
	for line := range strings.Lines(r.stderr) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "archive: ") {
			continue
		}
		refused = true
		if !refusals.MatchString(line) {
			s.Errorf("%s: undocumented: %s", shortened(where), shortened(line))
		}
	}
	switch {
	case r.code < 0 || r.code > 2:
		s.Errorf("%s: exit code %d", shortened(where), r.code)
	case refused != (r.code == 2):
		s.Errorf("%s: exit code %d with stderr %s", shortened(where), r.code, shortened(r.stderr))
	}
	shown := r.stderr
	if !r.raw {
		shown += r.stdout
	}
	if at := strings.IndexFunc(shown, isUnsafe); at >= 0 {
		s.Errorf("%s: an unsafe character: %q", shortened(where), shortened(shown[at:]))
	}
}

// isUnsafe reports what must never reach a terminal.
func isUnsafe(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' || unicode.Is(unicode.Bidi_Control, r) || r == 0x2028
}

func shortened(s string) string {
	if len(s) <= 2000 {
		return s
	}
	return s[:1500] + " ... " + s[len(s)-500:]
}
