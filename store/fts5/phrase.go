package fts5

// phrase is the List of words in sequence; its positions are those of the
// first word.
type phrase struct {
	words []List
	found []Position // in the current article
	next  []Position // room for those of a word
	err   error
}

// Phrase gives the articles that hold words in sequence in one column.
func Phrase(words []List) List {
	if len(words) == 1 {
		return words[0]
	}
	return &phrase{words: words}
}

func (p *phrase) Err() error { return p.err }
func (p *phrase) Row() int64 { return p.words[0].Row() }

func (p *phrase) Next() bool {
	return p.words[0].Next() && p.match()
}

func (p *phrase) SkipTo(row int64) bool {
	if len(p.found) > 0 && p.Row() >= row {
		return true
	}
	return p.words[0].SkipTo(row) && p.match()
}

// match goes on from the first word's article to one that holds the phrase.
func (p *phrase) match() bool {
	p.found = p.found[:0]
	for {
		if !Align(p.words) {
			return p.stop()
		}
		if p.inSequence() {
			return true
		}
		if p.err != nil || !p.words[0].Next() {
			return p.stop()
		}
	}
}

func (p *phrase) stop() bool {
	for _, w := range p.words {
		if err := w.Err(); err != nil {
			p.err = err
		}
	}
	return false
}

// Align moves lists to the next article that all of them hold, from where the
// first one stands. It is false where there is none.
func Align(lists []List) bool {
	row := lists[0].Row()
	for i, agreed := 0, 0; agreed < len(lists); i = (i + 1) % len(lists) {
		if !lists[i].SkipTo(row) {
			return false
		}
		if r := lists[i].Row(); r > row {
			row, agreed = r, 0
		}
		agreed++
	}
	return true
}

// inSequence finds the positions of the first word that all others follow. It
// ends with the word that leaves none.
func (p *phrase) inSequence() bool {
	p.found = p.words[0].Positions(p.found[:0])
	for i := 1; i < len(p.words) && len(p.found) > 0; i++ {
		p.next = p.words[i].Positions(p.next[:0])
		p.found = followed(p.found, p.next, Position(i))
	}
	for _, w := range p.words {
		if err := w.Err(); err != nil {
			p.err = err
			return false
		}
	}
	return len(p.found) > 0
}

// followed keeps, in place, the positions that have one of the next ones at a
// distance behind them.
func followed(positions, next []Position, distance Position) []Position {
	kept, at := positions[:0], 0
	for _, p := range positions {
		for at < len(next) && next[at] < p+distance {
			at++
		}
		if at == len(next) {
			break
		}
		if next[at] == p+distance {
			kept = append(kept, p)
		}
	}
	return kept
}

func (p *phrase) Positions(to []Position) []Position { return append(to, p.found...) }

// Frequency is described at List.
func (p *phrase) Frequency(weights []int) int { return frequency(p.found, weights) }

// inColumn is a List without the articles that hold nothing in a column.
type inColumn struct {
	List
	column int
	found  []Position
}

// InColumn limits a list to one column.
func InColumn(l List, column int) List { return &inColumn{List: l, column: column} }

func (c *inColumn) Next() bool { return c.settle(c.List.Next()) }

func (c *inColumn) SkipTo(row int64) bool {
	if len(c.found) > 0 && c.Row() >= row {
		return true
	}
	return c.settle(c.List.SkipTo(row))
}

func (c *inColumn) settle(more bool) bool {
	for ; more; more = c.List.Next() {
		all := c.List.Positions(c.found[:0])
		c.found = all[:0]
		for _, p := range all {
			if p.Column() == c.column {
				c.found = append(c.found, p)
			}
		}
		if len(c.found) > 0 {
			return true
		}
	}
	c.found = c.found[:0]
	return false
}

func (c *inColumn) Positions(to []Position) []Position { return append(to, c.found...) }

// Frequency is described at List.
func (c *inColumn) Frequency(weights []int) int { return frequency(c.found, weights) }

// Near is the List of phrases that stand close to each other. Its positions
// are those of all phrases that are part of a match, see Of.
type Near struct {
	phrases []List
	sizes   []int // words of each phrase
	within  int   // words between the first and the last, as FTS5 counts
	found   [][]Position
	all     [][]Position
	err     error
}

// NewNear gives the articles in which phrases stand with at most so many
// words between the end of the first and the start of the last, in one
// column, in any order: FTS5's NEAR.
func NewNear(phrases []List, sizes []int, within int) *Near {
	return &Near{phrases: phrases, sizes: sizes, within: within,
		found: make([][]Position, len(phrases)), all: make([][]Position, len(phrases))}
}

// Err, Row, Next and Seek are those of List.
func (n *Near) Err() error { return n.err }
func (n *Near) Row() int64 { return n.phrases[0].Row() }
func (n *Near) Next() bool { return n.phrases[0].Next() && n.match() }

func (n *Near) SkipTo(row int64) bool {
	if len(n.found[0]) > 0 && n.Row() >= row {
		return true
	}
	return n.phrases[0].SkipTo(row) && n.match()
}

// Of gives the positions of one phrase that are part of a match.
func (n *Near) Of(phrase int) []Position { return n.found[phrase] }

// Positions appends those of the first phrase.
func (n *Near) Positions(to []Position) []Position { return append(to, n.found[0]...) }

// Frequency is described at List.
func (n *Near) Frequency(weights []int) int { return frequency(n.found[0], weights) }

func (n *Near) match() bool {
	for {
		for i := range n.found {
			n.found[i] = n.found[i][:0]
		}
		if !Align(n.phrases) {
			return n.stop()
		}
		for i, p := range n.phrases {
			n.all[i] = p.Positions(n.all[i][:0])
		}
		if n.close() {
			return true
		}
		if !n.phrases[0].Next() {
			return n.stop()
		}
	}
}

func (n *Near) stop() bool {
	for _, p := range n.phrases {
		if err := p.Err(); err != nil {
			n.err = err
		}
	}
	return false
}

// close finds the windows that hold every phrase. What is part of one is
// found; then the phrase whose next position comes first moves on. It is the
// way of FTS5, so that the same positions count.
func (n *Near) close() bool {
	at := make([]int, len(n.all))
	for {
		if !n.gather(at) {
			return len(n.found[0]) > 0
		}
		for i, a := range at {
			p := n.all[i][a]
			if f := n.found[i]; len(f) == 0 || f[len(f)-1] != p {
				n.found[i] = append(f, p)
			}
		}
		if !n.step(at) {
			return true
		}
	}
}

// gather moves each phrase into the window that ends with the furthest.
func (n *Near) gather(at []int) bool {
	for i := range at {
		if at[i] >= len(n.all[i]) {
			return false
		}
	}
	last := n.all[0][at[0]]
	for matched := false; !matched; {
		matched = true
		for i := range at {
			reach := Position(n.sizes[i] + n.within)
			for n.all[i][at[i]]+reach < last {
				matched = false
				if at[i]++; at[i] == len(n.all[i]) {
					return false
				}
			}
			if p := n.all[i][at[i]]; p > last {
				last, matched = p, false
			}
		}
	}
	return true
}

// step moves on the phrase whose next position comes first.
func (n *Near) step(at []int) bool {
	next, least := -1, Position(0)
	for i, a := range at {
		if a+1 < len(n.all[i]) && (next < 0 || n.all[i][a+1] < least) {
			next, least = i, n.all[i][a+1]
		}
	}
	if next < 0 {
		return false
	}
	at[next]++
	return true
}
