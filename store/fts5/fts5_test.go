package fts5

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// table is a real FTS5 table to compare with.
type table struct {
	t  testing.TB
	db *sql.DB
}

func newTable(t testing.TB, options ...string) *table {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	tab := &table{t, db}
	tab.exec(`CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize='ascii')`)
	tab.exec(`CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')`)
	for _, o := range options {
		tab.exec(o)
	}
	return tab
}

func (tab *table) exec(query string, args ...any) {
	tab.t.Helper()
	if _, err := tab.db.Exec(query, args...); err != nil {
		tab.t.Fatalf("%s: %v", query, err)
	}
}

// Page and Leaf make the table a Store.
func (tab *table) Page(id int64) (b []byte, err error) {
	err = tab.db.QueryRow(`SELECT block FROM t_data WHERE id = ?`, id).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, err
}

func (tab *table) Leaf(segment int64, term []byte) (pgno int64, err error) {
	err = tab.db.QueryRow(`SELECT pgno FROM t_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1`, segment, term).Scan(&pgno)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return pgno, err
}

func (tab *table) index() *Index {
	tab.t.Helper()
	x, err := Open(tab, 2)
	if err != nil {
		tab.t.Fatal(err)
	}
	return x
}

// write writes a list out: row:column.position ...
func write(t testing.TB, l List, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var ps []Position
	for l.Next() {
		fmt.Fprintf(&b, "%d:", l.Row())
		ps = l.Positions(ps[:0])
		if got, want := l.Frequency([]int{1000, 1}), frequency(ps, []int{1000, 1}); got != want {
			t.Fatalf("row %d: %d positions, want %d", l.Row(), got, want)
		}
		for _, p := range ps {
			fmt.Fprintf(&b, " %d.%d", p.Column(), uint32(p))
		}
		b.WriteByte('\n')
	}
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// instances gives what FTS5 itself says of the terms that satisfy a condition.
func (tab *table) instances(condition string, arg any) string {
	tab.t.Helper()
	rows, err := tab.db.Query(`SELECT doc, col, offset FROM v WHERE `+condition+` ORDER BY doc, col = 'body', offset`, arg)
	if err != nil {
		tab.t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	last := int64(-1)
	for rows.Next() {
		var doc, offset int64
		var col string
		if err := rows.Scan(&doc, &col, &offset); err != nil {
			tab.t.Fatal(err)
		}
		if doc != last {
			if last >= 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%d:", doc)
			last = doc
		}
		c := 0
		if col == "body" {
			c = 1
		}
		fmt.Fprintf(&b, " %d.%d", c, offset)
	}
	if last >= 0 {
		b.WriteByte('\n')
	}
	return b.String()
}

func (tab *table) matches(expr string) (rows []int64) {
	tab.t.Helper()
	r, err := tab.db.Query(`SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid`, expr)
	if err != nil {
		tab.t.Fatalf("%s: %v", expr, err)
	}
	defer r.Close()
	for r.Next() {
		var id int64
		if err := r.Scan(&id); err != nil {
			tab.t.Fatal(err)
		}
		rows = append(rows, id)
	}
	return rows
}

func rowsOf(t testing.TB, l List) (rows []int64) {
	t.Helper()
	for l.Next() {
		rows = append(rows, l.Row())
	}
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func (tab *table) term(x *Index, word string) List {
	tab.t.Helper()
	l, err := x.Term(word)
	if err != nil {
		tab.t.Fatal(err)
	}
	return l
}

// vocabulary has words of every frequency and length.
func vocabulary() (words []string) {
	for i := range 300 {
		words = append(words, fmt.Sprintf("%c%s%d", 'a'+i%26, strings.Repeat("x", i%7), i))
	}
	return append(words, "слово", "слова", "部署", "é")
}

func sentence(r *rand.Rand, words []string, most int) string {
	out := make([]string, 1+r.IntN(most))
	for i := range out {
		f := r.Float64()
		out[i] = words[int(f*f*f*float64(len(words)))] // the first are common
	}
	return strings.Join(out, " ")
}

// churn fills a table with inserts, changes and deletions in transactions of
// many sizes.
func (tab *table) churn(r *rand.Rand, n int) {
	words := vocabulary()
	tab.exec(`BEGIN`)
	for i := range n {
		if r.IntN(40) == 0 {
			tab.exec(`COMMIT`)
			tab.exec(`BEGIN`)
		}
		id := 1 + r.IntN(n*3)
		switch {
		case i%3 == 0:
			tab.exec(`DELETE FROM t WHERE rowid = ?`, id)
		default:
			most := 30
			if r.IntN(100) == 0 {
				most = 5000 // position lists longer than a page
			}
			tab.exec(`INSERT OR REPLACE INTO t (rowid, title, body) VALUES (?, ?, ?)`, id, sentence(r, words, 6), sentence(r, words, most))
		}
	}
	tab.exec(`COMMIT`)
}

func layouts() map[string][]string {
	return map[string][]string{
		"one page each":  {`INSERT INTO t(t, rank) VALUES('pgsz', 64)`, `INSERT INTO t(t, rank) VALUES('automerge', 0)`, `INSERT INTO t(t, rank) VALUES('crisismerge', 1000)`},
		"merged":         {`INSERT INTO t(t, rank) VALUES('pgsz', 200)`},
		"as it comes":    nil,
		"merging midway": {`INSERT INTO t(t, rank) VALUES('pgsz', 128)`, `INSERT INTO t(t, rank) VALUES('automerge', 2)`},
		"second version": {`INSERT INTO t(t, rank) VALUES('secure-delete', 1)`, `INSERT INTO t(t, rank) VALUES('pgsz', 100)`},
	}
}

// The terms, prefixes, phrases and NEARs of random tables are what FTS5
// finds, position by position, whatever the layout of the pages.
func TestAgainstFTS5(t *testing.T) {
	for name, options := range layouts() {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "merging midway" {
				t.Skip("short")
			}
			r := rand.New(rand.NewPCG(1, uint64(len(name))))
			tab := newTable(t, options...)
			for round := range 3 {
				tab.churn(r, 150)
				if round == 1 {
					tab.exec(`INSERT INTO t(t, rank) VALUES('merge', -16)`)
				}
				compare(t, tab, r)
			}
			tab.exec(`INSERT INTO t(t) VALUES('optimize')`)
			compare(t, tab, r)
		})
	}
}

func compare(t *testing.T, tab *table, r *rand.Rand) {
	t.Helper()
	x := tab.index()
	words := vocabulary()
	for _, w := range append(slices.Clone(words), "nosuch", "", "zzzz") {
		l, err := x.Term(w)
		if got, want := write(t, l, err), tab.instances(`term = ?`, w); got != want {
			t.Fatalf("%q: %.300s\nwant %.300s", w, got, want)
		}
	}
	for _, p := range []string{"a", "bx", "c", "слов", "z9", "部"} {
		l, err := x.Prefix(p, 1000)
		if got, want := write(t, l, err), tab.instances(`substr(term, 1, length(?1)) = ?1`, p); got != want {
			t.Fatalf("%q*: %.300s\nwant %.300s", p, got, want)
		}
	}
	pick := func() string { f := r.Float64(); return words[int(f*f*f*20)] }
	for range 40 {
		a, b, c := pick(), pick(), pick()
		comparePhrases(t, tab, x, a, b, c, r.IntN(6))
		compareSkips(t, tab, x, a, r)
	}
}

func comparePhrases(t *testing.T, tab *table, x *Index, a, b, c string, within int) {
	t.Helper()
	two := func() List { return Phrase([]List{tab.term(x, a), tab.term(x, b)}) }
	for expr, l := range map[string]List{
		fmt.Sprintf(`"%s %s"`, a, b):                             two(),
		fmt.Sprintf(`"%s %s %s"`, a, b, c):                       Phrase([]List{tab.term(x, a), tab.term(x, b), tab.term(x, c)}),
		fmt.Sprintf(`title : "%s"`, a):                           InColumn(tab.term(x, a), 0),
		fmt.Sprintf(`body : "%s %s"`, a, b):                      InColumn(two(), 1),
		fmt.Sprintf(`NEAR("%s" "%s", %d)`, a, c, within):         NewNear([]List{tab.term(x, a), tab.term(x, c)}, []int{1, 1}, within),
		fmt.Sprintf(`NEAR("%s %s" "%s", %d)`, a, b, c, within):   NewNear([]List{two(), tab.term(x, c)}, []int{2, 1}, within),
		fmt.Sprintf(`NEAR("%s" "%s" "%s", %d)`, a, b, c, within): NewNear([]List{tab.term(x, a), tab.term(x, b), tab.term(x, c)}, []int{1, 1, 1}, within),
		fmt.Sprintf(`"%s" OR "%s" OR "%s %s"`, a, c, a, b):       Union([]List{tab.term(x, a), tab.term(x, c), two()}),
	} {
		if got, want := rowsOf(t, l), tab.matches(expr); !slices.Equal(got, want) {
			t.Fatalf("%s: %v\nwant %v", expr, got, want)
		}
	}
	either := func() List { return Union([]List{tab.term(x, a), tab.term(x, c), tab.term(x, a)}) }
	mixed := func() List { return Union([]List{tab.term(x, a), two()}) }
	compareCounts(t, tab, fmt.Sprintf(`"%s"`, a), tab.term(x, a), tab.term(x, a))
	compareCounts(t, tab, fmt.Sprintf(`"%s %s"`, a, b), two(), two())
	compareCounts(t, tab, fmt.Sprintf(`"%s" OR "%s"`, a, c), either(), either())
	compareCounts(t, tab, fmt.Sprintf(`"%s" OR "%s %s"`, a, a, b), mixed(), mixed())
	prefix := func() List {
		l, err := x.Prefix(a[:1], 1000)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	compareCounts(t, tab, fmt.Sprintf(`"%s"*`, a[:1]), prefix(), prefix())
}

// compareCounts counts a list in one go and position by position.
func compareCounts(t *testing.T, tab *table, expr string, l, again List) {
	t.Helper()
	counts, err := Count(l, []int{300, 1})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Collect(counts.Rows), tab.matches(expr); !slices.Equal(got, want) || counts.Len() != len(want) {
		t.Fatalf("%s: counted in %v\nwant %v", expr, got, want)
	}
	for again.Next() {
		if got, want := counts.Of(again.Row()), frequency(again.Positions(nil), []int{300, 1}); got != want {
			t.Fatalf("%s in %d: %d, want %d", expr, again.Row(), got, want)
		}
	}
}

// Skipping comes to where going through comes to.
func compareSkips(t *testing.T, tab *table, x *Index, word string, r *rand.Rand) {
	t.Helper()
	all := rowsOf(t, tab.term(x, word))
	l := tab.term(x, word)
	row := int64(0)
	for range 30 {
		row += int64(r.IntN(200))
		i, _ := slices.BinarySearch(all, row)
		more := l.SkipTo(row)
		if more != (i < len(all)) || more && l.Row() != all[i] {
			t.Fatalf("%s to %d: %v %v, want %v", word, row, more, l.Row(), all[i:])
		}
		if !more {
			return
		}
		row = l.Row()
		if r.IntN(2) == 0 {
			l.Positions(nil)
		}
	}
}

// A doclist of many pages has an index, and skipping uses it.
func TestLongDoclists(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	tab := newTable(t, `INSERT INTO t(t, rank) VALUES('pgsz', 64)`)
	tab.exec(`BEGIN`)
	const n = 6000
	for i := range n {
		tab.exec(`INSERT INTO t (rowid, title, body) VALUES (?, 'common', ?)`, 3*i, "common word "+fmt.Sprint(i%977))
	}
	tab.exec(`COMMIT`)
	tab.exec(`INSERT INTO t(t) VALUES('optimize')`)
	x := tab.index()
	l := tab.term(x, "common").(*postings)
	if l.lists[0].index == nil || len(l.lists[0].index.pages) < 50 {
		t.Fatal("no doclist index to test with")
	}
	r := rand.New(rand.NewPCG(2, 2))
	for range 20 {
		compareSkips(t, tab, x, "common", r)
		l := tab.term(x, "common")
		row := int64(r.IntN(3 * n))
		if !l.SkipTo(row) && row <= 3*(n-1) || l.Row() != (row+2)/3*3 {
			t.Fatalf("%d: %d", row, l.Row())
		}
	}
	rare := Phrase([]List{tab.term(x, "word"), tab.term(x, "500")})
	if got, want := rowsOf(t, rare), tab.matches(`"word 500"`); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

func TestTotals(t *testing.T) {
	tab := newTable(t)
	if x := tab.index(); x.Rows != 0 || write(t, tab.term(x, "a"), nil) != "" {
		t.Errorf("an empty index: %+v", x.Totals)
	}
	tab.exec(`INSERT INTO t VALUES ('one two', 'three'), ('', 'a b c d')`)
	if x := tab.index(); x.Rows != 2 || x.Tokens[0] != 2 || x.Tokens[1] != 5 {
		t.Errorf("%+v", x.Totals)
	}
}

func TestTooManyTerms(t *testing.T) {
	tab := newTable(t)
	tab.exec(`INSERT INTO t VALUES ('', 'a1 a2 a3 b')`)
	if _, err := tab.index().Prefix("a", 2); !errors.Is(err, ErrTooMany) {
		t.Errorf("error %v", err)
	}
}

// damaged gives pages with bytes changed.
type damaged struct {
	Store
	r *rand.Rand
}

func (d damaged) Page(id int64) ([]byte, error) {
	b, err := d.Store.Page(id)
	b = slices.Clone(b)
	if len(b) > 0 && d.r.IntN(3) == 0 {
		for range 1 + d.r.IntN(4) {
			b[d.r.IntN(len(b))] = byte(d.r.Uint32())
		}
		b = b[:d.r.IntN(len(b)+1)]
	}
	return b, err
}

// Whatever the pages hold, reading them ends, with an error or without.
func TestDamagedPages(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	tab := newTable(t, `INSERT INTO t(t, rank) VALUES('pgsz', 100)`)
	r := rand.New(rand.NewPCG(3, 3))
	tab.churn(r, 400)
	for range 300 {
		x, err := Open(damaged{tab, r}, 2)
		if err != nil {
			continue
		}
		for _, w := range []string{"a0", "bx1", "слово"} {
			if l, err := x.Term(w); err == nil {
				drain(l)
			}
			if l, err := x.Term(w); err == nil {
				Count(l, []int{2, 1})
			}
			if l, err := x.Prefix(w[:1], 50); err == nil {
				drain(l)
			}
		}
	}
}

func drain(l List) {
	var ps []Position
	for l.Next() {
		l.Frequency([]int{2, 1})
		ps = l.Positions(ps[:0])
	}
}
