package fts5

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ledger is an FTS5 table over a content table, which FTS5's own check
// compares the index with.
type ledger struct {
	*table
	path string
	rows map[int64][2]string
}

func newLedger(t testing.TB, pgsz int) *ledger {
	l := &ledger{path: filepath.Join(t.TempDir(), "t.db"), rows: make(map[int64][2]string)}
	l.table = &table{t: t}
	l.reopen()
	t.Cleanup(func() { l.db.Close() })
	l.exec(`CREATE TABLE c(id INTEGER PRIMARY KEY, title TEXT, body TEXT)`)
	l.exec(`CREATE VIRTUAL TABLE t USING fts5(title, body, content='c', content_rowid='id', tokenize='ascii')`)
	l.exec(`CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')`)
	l.exec(`INSERT INTO t(t, rank) VALUES ('pgsz', ?)`, pgsz)
	return l
}

// reopen makes a fresh connection: FTS5 does not see what a Writer did on its
// own one.
func (l *ledger) reopen() {
	l.t.Helper()
	if l.db != nil {
		if err := l.db.Close(); err != nil {
			l.t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", l.path)
	if err != nil {
		l.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	l.db = db
}

func (l *ledger) try(query string, args ...any) error {
	_, err := l.db.Exec(query, args...)
	return err
}

func (l *ledger) PutPage(id int64, b []byte) error {
	return l.try(`INSERT OR REPLACE INTO t_data(id, block) VALUES (?, ?)`, id, b)
}
func (l *ledger) RemovePages(first, last int64) error {
	return l.try(`DELETE FROM t_data WHERE id BETWEEN ? AND ?`, first, last)
}
func (l *ledger) PutLeaf(segment int64, term []byte, pgno int64) error {
	if term == nil {
		term = []byte{}
	}
	return l.try(`INSERT INTO t_idx(segid, term, pgno) VALUES (?, ?, ?)`, segment, term, pgno)
}
func (l *ledger) RemoveLeaves(segment int64) error {
	return l.try(`DELETE FROM t_idx WHERE segid = ?`, segment)
}
func (l *ledger) PutSizes(row int64, sizes []byte) error {
	return l.try(`INSERT OR REPLACE INTO t_docsize(id, sz) VALUES (?, ?)`, row, sizes)
}
func (l *ledger) RemoveSizes(row int64) error {
	return l.try(`DELETE FROM t_docsize WHERE id = ?`, row)
}

// lexicon numbers words as documents want them.
type lexicon struct {
	numbers map[string]uint32
	terms   []string
}

func (x *lexicon) document(columns [2]string) *Document {
	d := &Document{Space: x}
	for _, c := range columns {
		var numbers []uint32
		for _, word := range strings.Fields(c) {
			n, ok := x.numbers[word]
			if !ok {
				n = uint32(len(x.terms))
				x.numbers[word] = n
				x.terms = append(x.terms, word)
			}
			numbers = append(numbers, n)
		}
		d.Columns = append(d.Columns, numbers)
	}
	d.Terms = x.terms
	return d
}

// editor changes rows of the ledger's content and its index.
type editor interface {
	add(id int64, c [2]string)
	remove(id int64, c [2]string)
	end()
}

// pagesEditor writes pages, with two lexicons as two goroutines would.
type pagesEditor struct {
	l        *ledger
	w        *Writer
	lexicons [2]*lexicon
	n        int
}

func newPagesEditor(l *ledger, pgsz int) *pagesEditor {
	e := &pagesEditor{l: l, w: NewWriter(l, 2, pgsz)}
	for i := range e.lexicons {
		e.lexicons[i] = &lexicon{numbers: make(map[string]uint32)}
	}
	return e
}

func (e *pagesEditor) document(c [2]string) *Document {
	e.n++
	return e.lexicons[e.n%2].document(c)
}
func (e *pagesEditor) add(id int64, c [2]string)    { e.w.Add(id, e.document(c)) }
func (e *pagesEditor) remove(id int64, c [2]string) { e.w.Remove(id, e.document(c)) }
func (e *pagesEditor) end() {
	if err := e.w.Flush(); err != nil {
		e.l.t.Fatal(err)
	}
}

type sqlEditor struct{ l *ledger }

func (e sqlEditor) add(id int64, c [2]string) {
	e.l.exec(`INSERT INTO t(rowid, title, body) VALUES (?, ?, ?)`, id, c[0], c[1])
}
func (e sqlEditor) remove(id int64, c [2]string) {
	e.l.exec(`INSERT INTO t(t, rowid, title, body) VALUES ('delete', ?, ?, ?)`, id, c[0], c[1])
}
func (sqlEditor) end() {}

// edit makes a transaction of changes.
func (l *ledger) edit(r *rand.Rand, e editor, n int) {
	words := vocabulary()
	l.exec(`BEGIN`)
	for range n {
		id := int64(1 + r.IntN(400))
		old, there := l.rows[id]
		if there {
			e.remove(id, old)
			l.exec(`DELETE FROM c WHERE id = ?`, id)
			delete(l.rows, id)
		}
		if there && r.IntN(3) == 0 {
			continue
		}
		most := 30
		if r.IntN(60) == 0 {
			most = 3000 // position lists longer than a page
		}
		now := [2]string{sentence(r, words, 6), sentence(r, words, most)}
		l.rows[id] = now
		e.add(id, now)
		l.exec(`INSERT INTO c(id, title, body) VALUES (?, ?, ?)`, id, now[0], now[1])
	}
	e.end()
	l.exec(`COMMIT`)
}

// sound lets FTS5 compare the index with the content, and the pages with
// what FTS5 finds.
func (l *ledger) sound() {
	l.t.Helper()
	l.reopen()
	l.exec(`INSERT INTO t(t, rank) VALUES ('integrity-check', 1)`)
	x := l.index()
	for _, word := range []string{"a0", "bx1", "cxx2", "z25", "слово", "部署"} {
		list, err := x.Term(word)
		if got, want := write(l.t, list, err), l.instances(`term = ?`, word); got != want {
			l.t.Fatalf("%s:\n%s\nFTS5 has:\n%s", word, got, want)
		}
	}
	var n int64
	if err := l.db.QueryRow(`SELECT count(*) FROM t_docsize`).Scan(&n); err != nil || n != x.Rows || n != int64(len(l.rows)) {
		l.t.Fatalf("%d sizes, %d rows in the totals, %d rows: %v", n, x.Rows, len(l.rows), err)
	}
}

// Indexes written by turns with pages and by FTS5 are what FTS5 alone makes.
func TestWriterAgreesWithFTS5(t *testing.T) {
	seeds := uint64(2)
	if testing.Short() {
		seeds = 1
	}
	for _, pgsz := range []int{32, 64, 250, 4050, 32722} {
		for seed := range seeds {
			t.Run(fmt.Sprint(pgsz, "/", seed), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(seed, uint64(pgsz)))
				l := newLedger(t, pgsz)
				for range 8 {
					l.turn(r, pgsz)
					l.sound()
				}
			})
		}
	}
}

// turn lets one way or the other make a few transactions.
func (l *ledger) turn(r *rand.Rand, pgsz int) {
	l.reopen()
	if r.IntN(3) == 0 {
		for range 1 + r.IntN(4) {
			l.edit(r, sqlEditor{l}, 1+r.IntN(30))
		}
		if r.IntN(4) == 0 {
			l.exec(`INSERT INTO t(t) VALUES ('optimize')`)
		}
		if r.IntN(2) == 0 {
			l.exec(`INSERT INTO t(t, rank) VALUES ('merge', ?)`, []int{-3, 3, 50}[r.IntN(3)])
		}
		return
	}
	e := newPagesEditor(l, pgsz)
	for range 1 + r.IntN(20) {
		l.edit(r, e, 1+r.IntN(20))
	}
	if r.IntN(3) == 0 {
		if err := e.w.Optimise(); err != nil {
			l.t.Fatal(err)
		}
	}
}

func TestManyFlushesLeaveFewSegments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	l := newLedger(t, 250)
	e := newPagesEditor(l, 250)
	for range 300 {
		l.edit(r, e, 1)
	}
	if n := l.index().Segments(); n > 3*mergeWidth {
		t.Errorf("%d segments after 300 flushes", n)
	}
	if err := e.w.Optimise(); err != nil {
		t.Fatal(err)
	}
	if n := l.index().Segments(); n != 1 {
		t.Errorf("%d segments after optimising", n)
	}
	l.sound()
	var pages int
	if err := l.db.QueryRow(`SELECT count(*) FROM t_data WHERE id > 10 AND NOT EXISTS (
		SELECT 1 FROM t_idx WHERE segid = t_data.id >> 37)`).Scan(&pages); err != nil || pages != 0 {
		t.Errorf("%d pages of no segment are left: %v", pages, err)
	}
}

// A doclist over many pages has an index that SkipTo uses, of several levels
// where pages are small.
func TestWriterIndexesLongDoclists(t *testing.T) {
	for _, pgsz := range []int{32, 100} {
		l := newLedger(t, pgsz)
		e := newPagesEditor(l, pgsz)
		l.exec(`BEGIN`)
		for id := int64(1); id <= 5000; id++ {
			c := [2]string{"", "common"}
			if id%700 == 0 {
				c[1] = strings.Repeat("common ", 200) + "rare"
			}
			e.add(id*3, c)
			l.rows[id*3] = c
			l.exec(`INSERT INTO c(id, title, body) VALUES (?, ?, ?)`, id*3, c[0], c[1])
		}
		e.end()
		l.exec(`COMMIT`)
		l.sound()
		var heights int
		if err := l.db.QueryRow(`SELECT count(DISTINCT (id >> 31) & 31) FROM t_data WHERE (id >> 36) & 1`).Scan(&heights); err != nil || heights < 2 {
			t.Errorf("pgsz %d: doclist indexes of %d levels: %v", pgsz, heights, err)
		}
		got, want := rowsOf(t, Phrase([]List{l.term(l.index(), "common"), l.term(l.index(), "rare")})), l.matches(`"common rare"`)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("common rare: %v, FTS5 finds %v", got, want)
		}
		list := l.term(l.index(), "common")
		for row := int64(1); list.SkipTo(row); row = list.Row() + 1000 {
			if list.Row() != (row+2)/3*3 {
				t.Fatalf("SkipTo(%d) gave %d", row, list.Row())
			}
		}
	}
}

// The C library reads what was written.
func TestSQLiteProgramReadsPages(t *testing.T) {
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("the program sqlite3 is not here (the Debian package sqlite3 has it)")
	}
	r := rand.New(rand.NewPCG(3, 4))
	l := newLedger(t, 32722)
	e := newPagesEditor(l, 32722)
	for range 20 {
		l.edit(r, e, 50)
	}
	if err := l.db.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, l.path, `INSERT INTO t(t, rank) VALUES ('integrity-check', 1); SELECT count(*) FROM t('a0')`).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	l.reopen()
	if want := fmt.Sprintln(len(l.matches("a0"))); string(out) != want {
		t.Errorf("sqlite3 finds %s, want %s", out, want)
	}
}

func TestWriterLeavesUnknownStructuresAlone(t *testing.T) {
	l := newLedger(t, 4050)
	l.exec(`DROP TABLE v`)
	l.exec(`DROP TABLE t`)
	l.exec(`CREATE VIRTUAL TABLE t USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii')`)
	l.exec(`INSERT INTO t(rowid, title, body) VALUES (1, 'x', 'y')`)
	e := newPagesEditor(l, 4050)
	e.add(2, [2]string{"x", "y"})
	if err := e.w.Flush(); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v, want ErrUnknown", err)
	}
}

// A structure that FTS5 never writes: a segment without pages.
func TestOptimiseWithoutPages(t *testing.T) {
	m := newMemory()
	m.pages[structureRow] = structure{cookie: make([]byte, cookieBytes), levels: []level{{segments: []segment{{id: 1}}}}}.block()
	if err := NewWriter(m, 2, 64).Optimise(); err != nil {
		t.Error(err)
	}
}
