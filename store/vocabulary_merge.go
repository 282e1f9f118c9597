package store

import (
	"bytes"

	"example.com/archive/store/wordlist"
)

// nextBlock asks for the block of a run behind a place.
const nextBlock = `SELECT first, data FROM vocabulary WHERE list = ? AND run = ? AND first > ? ORDER BY first LIMIT 1`

// runReader goes through the entries of a run, block by block.
type runReader struct {
	wordlist.Reader
	// next gives the block that begins behind a key; none at the end.
	next  func(after []byte) (first, data []byte, err error)
	first []byte // of the block
	done  bool
}

// advance goes on to the next entry; at the end done is set.
func (r *runReader) advance() error {
	for !r.Next() {
		if err := r.Err(); err != nil {
			return err
		}
		after := r.first
		if after == nil {
			after = []byte{} // before everything, for no word is empty
		}
		first, data, err := r.next(after)
		if err != nil {
			return err
		}
		if data == nil {
			r.done = true
			return nil
		}
		if bytes.Compare(first, after) <= 0 {
			return wordlist.ErrDamaged
		}
		r.first = first
		r.Reset(data)
	}
	return nil
}

// merger goes through several runs as if they were one.
type merger struct {
	runs []*runReader
	join func(a, b wordlist.Entry) (wordlist.Entry, error) // of the same key
}

// each gives every entry once, in order.
func (m *merger) each(yield func(wordlist.Entry) error) error {
	for _, r := range m.runs {
		if err := r.advance(); err != nil {
			return err
		}
	}
	for {
		lowest := m.lowest()
		if lowest == nil {
			return nil
		}
		e := lowest.Entry()
		for _, r := range m.runs {
			if r.done || string(r.Key) != e.Key {
				continue
			}
			joined, err := m.join(e, r.Entry())
			if err == nil {
				e, err = joined, r.advance()
			}
			if err != nil {
				return err
			}
		}
		if err := yield(e); err != nil {
			return err
		}
	}
}

func (m *merger) lowest() (lowest *runReader) {
	for _, r := range m.runs {
		if !r.done && (lowest == nil || bytes.Compare(r.Key, lowest.Key) < 0) {
			lowest = r
		}
	}
	return lowest
}
