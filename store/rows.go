package store

import (
	"context"
	"slices"

	"example.com/archive/store/fts5"
)

// maxTerms bounds the terms that a prefix may stand for; beyond it SQL
// answers, more slowly but in little memory.
const maxTerms = 20_000

// evaluator turns conditions into the sets of articles that satisfy them.
type evaluator struct {
	ctx context.Context
	v   *View
}

// of gives the articles that satisfy a condition. The set may be one that the
// view remembers: it is for reading only.
func (e evaluator) of(n Node) (*fts5.Set, error) {
	switch n := n.(type) {
	case Words:
		with, err := e.words(n)
		if err != nil {
			return nil, err
		}
		return &with.Set, nil
	case Near:
		return e.near(n)
	case And:
		return e.and(n)
	case Or:
		return e.or(n)
	case Not, Verified:
		return e.and(And{n})
	case Exact:
		return e.exact(n)
	case All:
		return e.all()
	case None:
		return &fts5.Set{}, nil
	}
	if accept := e.packed(n); accept != nil {
		return e.and(And{n})
	}
	return e.listed(n)
}

// words counts one of the alternatives in the articles that hold it. That is
// remembered: the same words are asked for together, in part, and to score.
func (e evaluator) words(w Words) (*fts5.Counts, error) {
	key := w.key()
	if with := e.v.words[key]; with != nil {
		return with, nil
	}
	with, err := e.counted(w)
	if err == nil {
		e.v.words[key] = with
	}
	return with, err
}

func (e evaluator) counted(w Words) (*fts5.Counts, error) {
	if len(w.Any) > 1 && w.Column == Anywhere && !slices.ContainsFunc(w.Any, isNoTerm) {
		return e.terms(w.Any)
	}
	list, err := e.list(w)
	if err != nil {
		return nil, err
	}
	return fts5.Count(list, weights)
}

func isNoTerm(p Phrase) bool { return p.Prefix || len(p.Stems) != 1 }

// terms counts single terms. No two stand in the same place, so their counts
// add up; and most have been asked for one by one before.
func (e evaluator) terms(phrases []Phrase) (*fts5.Counts, error) {
	var parts []*fts5.Counts
	known := make(map[string]bool, len(phrases))
	for _, p := range phrases {
		if known[p.Stems[0]] {
			continue
		}
		known[p.Stems[0]] = true
		with, err := e.words(Words{Any: []Phrase{p}})
		if err != nil {
			return nil, err
		}
		parts = append(parts, with)
	}
	return fts5.Sum(parts)
}

// list gives the articles that hold one of the alternatives, with where.
func (e evaluator) list(w Words) (fts5.List, error) {
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
		if err != nil || fts5.Absent(words[i]) {
			return words[i], err
		}
	}
	return fts5.Phrase(words), nil
}

func inColumnOf(c Column, l fts5.List) fts5.List {
	switch c {
	case InTitle:
		return fts5.InColumn(l, titleColumn)
	case InText:
		return fts5.InColumn(l, bodyColumn)
	}
	return l
}

func (e evaluator) near(n Near) (*fts5.Set, error) {
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
	with, err := fts5.Count(fts5.Union(groups), weights)
	if err != nil {
		return nil, err
	}
	return &with.Set, nil
}

// narrowing is what an And takes out of what its words give, the cheapest
// first.
type narrowing struct {
	unwanted []Node
	tests    []test
	verified []Verified
}

// and intersects. Packed values and texts are looked at last, for the
// articles that satisfy all else.
func (e evaluator) and(nodes And) (*fts5.Set, error) {
	var found *fts5.Set
	var rest narrowing
	for _, n := range nodes {
		if v, ok := n.(Verified); ok {
			rest.verified = append(rest.verified, v)
			n = v.Candidates
		}
		if accept := e.packed(n); accept != nil {
			rest.tests = append(rest.tests, accept)
			continue
		}
		if not, ok := n.(Not); ok {
			rest.unwanted = append(rest.unwanted, not.Node)
			continue
		}
		set, err := e.of(n)
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = set.Clone()
		} else {
			found.Intersect(set)
		}
	}
	if found == nil {
		var err error
		if found, err = e.all(); err != nil {
			return nil, err
		}
	}
	return found, e.narrow(found, rest)
}

func (e evaluator) narrow(found *fts5.Set, by narrowing) error {
	for _, n := range by.unwanted {
		set, err := e.of(n)
		if err != nil {
			return err
		}
		found.Subtract(set)
	}
	for _, accept := range by.tests {
		found.Keep(accept)
	}
	for _, v := range by.verified {
		if err := e.verify(found, v.Check); err != nil {
			return err
		}
	}
	return e.v.columnError()
}

func (e evaluator) or(nodes Or) (*fts5.Set, error) {
	found := &fts5.Set{}
	for _, n := range nodes {
		set, err := e.of(n)
		if err != nil {
			return nil, err
		}
		found.Union(set)
	}
	return found, nil
}

// verify looks at the text of each article.
func (e evaluator) verify(found *fts5.Set, check Check) error {
	text, err := e.v.conn.PrepareContext(e.ctx, `
		SELECT coalesce(a.title, ''), b.text, coalesce(a.lang, '')
		FROM articles a JOIN bodies b ON b.id = a.id WHERE a.id = ?`)
	if err != nil {
		return err
	}
	defer text.Close()
	ctx := context.WithoutCancel(e.ctx) // the driver would start a goroutine for each article
	found.Keep(func(row int64) bool {
		if err == nil {
			err = e.ctx.Err()
		}
		if err != nil {
			return false
		}
		var title, body, lang string
		err = text.QueryRowContext(ctx, row).Scan(&title, &body, &lang)
		return err == nil && check(title, body, lang)
	})
	return err
}

// listed asks SQL for the articles that satisfy a condition.
func (e evaluator) listed(n Node) (*fts5.Set, error) {
	c := newCompiler()
	defer c.close()
	rows, err := e.v.conn.QueryContext(e.ctx, "SELECT a.id FROM articles a WHERE "+c.condition(n, "a.id"), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := &fts5.Set{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		if !found.Add(id) {
			return nil, fts5.ErrUnknown
		}
	}
	return found, rows.Err()
}
