package store

import (
	"context"

	"example.com/archive/store/fts5"
)

// rows goes through articles in ascending order of their ids: an
// [fts5.List] without positions.
type rows interface {
	Next() bool
	SkipTo(row int64) bool
	Row() int64
	Err() error
}

// maxTerms bounds the terms that a prefix may stand for; beyond it SQL
// answers, more slowly but in little memory.
const maxTerms = 20_000

// evaluator turns conditions into rows.
type evaluator struct {
	ctx context.Context
	v   *View
}

// of gives the rows that satisfy a condition.
func (e evaluator) of(n Node) (rows, error) {
	switch n := n.(type) {
	case Words:
		return e.words(n)
	case Near:
		return e.near(n)
	case And:
		return e.and(n)
	case Or:
		return e.or(n)
	case Not:
		return e.and(And{n})
	case Verified:
		return e.verified(n)
	}
	if accept := e.packed(n); accept != nil {
		all, err := e.all()
		return &filtered{rows: all, accept: accept}, err
	}
	return e.listed(n)
}

// words gives the articles that hold one of the alternatives.
func (e evaluator) words(w Words) (fts5.List, error) {
	lists := make([]fts5.List, len(w.Any))
	for i, p := range w.Any {
		l, err := e.phrase(p)
		if err != nil {
			return nil, err
		}
		lists[i] = inColumnOf(w.Column, l)
	}
	return fts5.Union(lists), nil
}

func (e evaluator) phrase(p Phrase) (fts5.List, error) {
	words := make([]fts5.List, len(p.Stems))
	for i, stem := range p.Stems {
		var err error
		if p.Prefix && i == len(p.Stems)-1 {
			words[i], err = e.v.index.Prefix(stem, maxTerms)
		} else {
			words[i], err = e.v.index.Term(stem)
		}
		if err != nil {
			return nil, err
		}
	}
	return fts5.Phrase(words), nil
}

func inColumnOf(c Column, l fts5.List) fts5.List {
	switch c {
	case InTitle:
		return fts5.InColumn(l, 0)
	case InText:
		return fts5.InColumn(l, 1)
	}
	return l
}

func (e evaluator) near(n Near) (rows, error) {
	groups := make([]fts5.List, len(n.Any))
	for i, phrases := range n.Any {
		lists, sizes := make([]fts5.List, len(phrases)), make([]int, len(phrases))
		for j, p := range phrases {
			l, err := e.phrase(p)
			if err != nil {
				return nil, err
			}
			lists[j], sizes[j] = inColumnOf(n.Column, l), len(p.Stems)
		}
		groups[i] = fts5.NewNear(lists, sizes, max(n.Within-1, 0))
	}
	return fts5.Union(groups), nil
}

// and intersects. Exclusions and packed values are looked at last, for the
// articles that satisfy all else.
func (e evaluator) and(nodes And) (rows, error) {
	both := &intersection{}
	for _, n := range nodes {
		if not, ok := n.(Not); ok {
			if accept := e.packed(not.Node); accept != nil {
				both.filters = append(both.filters, func(row int64) bool { return !accept(row) })
				continue
			}
			r, err := e.of(not.Node)
			if err != nil {
				return nil, err
			}
			both.unwanted = append(both.unwanted, &pending{rows: r})
			continue
		}
		if accept := e.packed(n); accept != nil {
			both.filters = append(both.filters, accept)
			continue
		}
		r, err := e.of(n)
		if err != nil {
			return nil, err
		}
		both.wanted = append(both.wanted, r)
	}
	if len(both.wanted) == 0 {
		all, err := e.all()
		if err != nil {
			return nil, err
		}
		both.wanted = []rows{all}
	}
	return both, nil
}

func (e evaluator) or(nodes Or) (rows, error) {
	lists := make([]fts5.List, len(nodes))
	for i, n := range nodes {
		r, err := e.of(n)
		if err != nil {
			return nil, err
		}
		lists[i] = silent{r}
	}
	return fts5.Union(lists), nil
}

// silent makes a List of rows that have no positions.
type silent struct{ rows }

func (silent) Positions(to []fts5.Position) []fts5.Position { return to }

// verified looks at the text of each candidate.
func (e evaluator) verified(n Verified) (rows, error) {
	candidates, err := e.of(n.Candidates)
	if err != nil {
		return nil, err
	}
	f := &filtered{rows: candidates}
	f.accept = func(row int64) bool {
		var title, body, lang string
		f.err = e.v.conn.QueryRowContext(e.ctx, `
			SELECT coalesce(a.title, ''), b.text, coalesce(a.lang, '')
			FROM articles a JOIN bodies b ON b.id = a.id WHERE a.id = ?`, row).Scan(&title, &body, &lang)
		return f.err == nil && n.Check(title, body, lang)
	}
	return f, nil
}

// listed asks SQL for the articles that satisfy a condition.
func (e evaluator) listed(n Node) (rows, error) {
	c := newCompiler()
	defer c.close()
	found, err := e.v.conn.QueryContext(e.ctx, "SELECT a.id FROM articles a WHERE "+c.condition(n, "a.id")+" ORDER BY a.id", c.args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	l := &list{at: -1}
	for found.Next() {
		var id int64
		if err := found.Scan(&id); err != nil {
			return nil, err
		}
		l.ids = append(l.ids, id)
	}
	return l, found.Err()
}

// list is rows in memory.
type list struct {
	ids []int64
	at  int
}

func (l *list) Err() error { return nil }
func (l *list) Row() int64 { return l.ids[l.at] }

func (l *list) Next() bool {
	l.at = min(l.at+1, len(l.ids))
	return l.at < len(l.ids)
}

func (l *list) SkipTo(row int64) bool {
	for l.at < 0 || l.at < len(l.ids) && l.ids[l.at] < row {
		l.at++
	}
	return l.at < len(l.ids)
}

// filtered is rows that pass a test.
type filtered struct {
	rows
	accept func(row int64) bool
	err    error
}

func (f *filtered) Err() error {
	if f.err != nil {
		return f.err
	}
	return f.rows.Err()
}

func (f *filtered) Next() bool { return f.settle(f.rows.Next()) }

func (f *filtered) SkipTo(row int64) bool { return f.settle(f.rows.SkipTo(row)) }

func (f *filtered) settle(more bool) bool {
	for more && !f.accept(f.Row()) {
		more = f.err == nil && f.rows.Next()
	}
	return more
}

// intersection is rows that all of the wanted hold and none of the unwanted.
type intersection struct {
	wanted   []rows
	unwanted []*pending
	filters  []func(row int64) bool
	begun    bool
}

func (x *intersection) Row() int64 { return x.wanted[0].Row() }

func (x *intersection) Err() error {
	for _, w := range x.wanted {
		if err := w.Err(); err != nil {
			return err
		}
	}
	for _, u := range x.unwanted {
		if err := u.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (x *intersection) Next() bool {
	x.begun = true
	return x.wanted[0].Next() && x.settle()
}

func (x *intersection) SkipTo(row int64) bool {
	if x.begun && x.Row() >= row {
		return true
	}
	x.begun = true
	return x.wanted[0].SkipTo(row) && x.settle()
}

// settle goes on to a row that satisfies everything.
func (x *intersection) settle() bool {
	for {
		if !x.align() {
			return false
		}
		if x.accepts(x.Row()) {
			return true
		}
		if x.Err() != nil || !x.wanted[0].Next() {
			return false
		}
	}
}

// align moves the wanted to the next row that all of them hold.
func (x *intersection) align() bool {
	row := x.wanted[0].Row()
	for i, agreed := 0, 0; agreed < len(x.wanted); i = (i + 1) % len(x.wanted) {
		w := x.wanted[i]
		if !w.SkipTo(row) {
			return false
		}
		if r := w.Row(); r > row {
			row, agreed = r, 0
		}
		agreed++
	}
	return true
}

func (x *intersection) accepts(row int64) bool {
	for _, f := range x.filters {
		if !f(row) {
			return false
		}
	}
	for _, u := range x.unwanted {
		if u.holds(row) {
			return false
		}
	}
	return true
}

// pending is rows that are only asked whether they hold one, in ascending
// order.
type pending struct {
	rows
	begun, done bool
	leads       bool // somebody else moves them, and asks for each row
}

func (p *pending) holds(row int64) bool {
	if p.leads {
		return true
	}
	if p.done {
		return false
	}
	if !p.begun || p.Row() < row {
		p.begun = true
		p.done = !p.SkipTo(row)
	}
	return !p.done && p.Row() == row
}
