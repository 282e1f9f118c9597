package fts5

import (
	"bytes"
	"math"
)

// entries takes the terms of an index in ascending order, each with its
// entries.
type entries interface {
	begin(term []byte)
	entry(row int64, deleted bool, positions []byte)
}

// merge takes the terms of several segments, the newest first, for those of
// one: of the entries for a row the newest counts. Deletions go on to cancel
// entries of older segments; where there are none (oldest) they are left out.
func merge(from []*scanner, to entries, oldest bool) error {
	m := &merger{to: to, oldest: oldest}
	live := advance(from, (*scanner).nextTerm)
	for len(live) > 0 {
		m.with = lowest(m.with[:0], live)
		m.term()
		for _, c := range m.with {
			if !c.nextTerm() {
				live = without(live, c)
			}
		}
	}
	for _, c := range from {
		if c.err != nil {
			return c.err
		}
	}
	return nil
}

// advance moves scanners and keeps those that are not at their end.
func advance(from []*scanner, move func(*scanner) bool) (live []*scanner) {
	for _, c := range from {
		if move(c) {
			live = append(live, c)
		}
	}
	return live
}

func without(list []*scanner, c *scanner) []*scanner {
	kept := list[:0]
	for _, x := range list {
		if x != c {
			kept = append(kept, x)
		}
	}
	return kept
}

// lowest gives the scanners at the lowest term.
func lowest(to, live []*scanner) []*scanner {
	for _, c := range live {
		if len(to) > 0 {
			switch order := bytes.Compare(c.term, to[0].term); {
			case order > 0:
				continue
			case order < 0:
				to = to[:0]
			}
		}
		to = append(to, c)
	}
	return to
}

type merger struct {
	to     entries
	oldest bool
	with   []*scanner // at the current term
	live   []*scanner // of them, those with entries left
	begun  bool       // the term was handed on
}

// term merges the doclists of the scanners' term.
func (m *merger) term() {
	m.begun = false
	m.live = m.live[:0]
	for _, c := range m.with {
		if c.nextEntry() {
			m.live = append(m.live, c)
		}
	}
	for len(m.live) > 0 {
		m.take(m.first())
	}
}

// first gives the scanner with the lowest row, the newest of several, and the
// row up to which it alone has entries.
func (m *merger) first() (first *scanner, until int64) {
	until = math.MaxInt64
	for _, c := range m.live {
		switch {
		case first == nil:
			first = c
		case c.row < first.row:
			first, until = c, first.row
		default:
			until = min(until, c.row)
		}
	}
	return first, until
}

// take hands on entries of one scanner as long as they stand before all others.
func (m *merger) take(c *scanner, until int64) {
	if c.row == until {
		m.cancel(c)
	}
	for {
		m.write(c)
		if !c.nextEntry() {
			m.live = without(m.live, c)
			return
		}
		if c.row >= until {
			return
		}
	}
}

// cancel goes past what older segments say of the row of c.
func (m *merger) cancel(c *scanner) {
	kept := m.live[:0]
	for _, x := range m.live {
		if x == c || x.row != c.row || x.nextEntry() {
			kept = append(kept, x)
		}
	}
	m.live = kept
}

func (m *merger) write(c *scanner) {
	if m.oldest && c.deleted && len(c.list) == 0 {
		return
	}
	if !m.begun {
		m.to.begin(c.term)
		m.begun = true
	}
	m.to.entry(c.row, c.deleted && !m.oldest, c.list)
}
