package store

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"
	"slices"
	"strings"

	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// The lists of the vocabulary.
const (
	wordList = 1 // keys are folded words
	nameList = 2 // keys are those of text.NameKeys, nameSeparator and the folded word
	formList = 3 // keys are those of text.FormKey and articles; see forms.go
)

// nameSeparator parts a name's key from the word; it sorts before all letters.
const nameSeparator = "\x00"

// vocabularyVersion is raised when text.NameKeys gives other keys than before
// or text.Lexicon reports other words; a vocabulary of another version is made
// anew.
const vocabularyVersion = 1

// blockBytes is how large a block of each list becomes. Words are mostly read
// from one end to the other, names are looked up one at a time.
var blockBytes = map[int]int{wordList: 32000, nameList: 4000, formList: 8000}

// leastMerged is how many runs of a list are at least made one. To merge forms
// costs more than to look through some runs.
var leastMerged = map[int]int{wordList: 2, nameList: 2, formList: 8}

// vocabularyWriter gathers the words that an import meets and writes them as
// a run of each list.
type vocabularyWriter struct {
	conn  session
	words map[string]wordlist.Entry
	known map[uint64]text.Cases // what was written before, by hash
	seed  maphash.Seed
}

// maxKnown bounds what a vocabularyWriter remembers of earlier batches; what
// it has forgotten is written once more.
const maxKnown = 1 << 19

func newVocabularyWriter(conn session) *vocabularyWriter {
	w := &vocabularyWriter{conn: conn, seed: maphash.MakeSeed()}
	w.discard()
	return w
}

// discard forgets everything.
func (w *vocabularyWriter) discard() {
	w.words, w.known = make(map[string]wordlist.Entry), make(map[uint64]text.Cases)
}

// add takes the words that a lexicon has met.
func (w *vocabularyWriter) add(written []text.Written) {
	for _, m := range written {
		hash := maphash.String(w.seed, m.Surface)
		if w.known[hash]&m.Cases == m.Cases {
			continue
		}
		if len(w.known) >= maxKnown {
			clear(w.known)
		}
		w.known[hash] |= m.Cases
		w.put(m)
	}
}

func (w *vocabularyWriter) put(m text.Written) {
	e := wordlist.Entry{Form: strings.Clone(wordlist.FormOf(m.Surface, m.Form, m.Cases)), Cases: m.Cases}
	before, ok := w.words[m.Surface]
	if ok {
		e.Key = before.Key
		e = wordlist.Joined(before, e)
	} else {
		e.Key = strings.Clone(m.Surface)
	}
	w.words[e.Key] = e
}

// write writes what was gathered since it last did.
func (w *vocabularyWriter) write(ctx context.Context) error {
	if len(w.words) == 0 {
		return nil
	}
	words := make([]wordlist.Entry, 0, len(w.words))
	for _, e := range w.words {
		words = append(words, e)
	}
	clear(w.words)
	for list, entries := range map[int][]wordlist.Entry{wordList: words, nameList: nameEntries(words)} {
		slices.SortFunc(entries, func(a, b wordlist.Entry) int { return strings.Compare(a.Key, b.Key) })
		if err := w.writeRun(ctx, list, entries); err != nil {
			return err
		}
		if err := w.mergeNewest(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// nameEntries gives the entries by sound of the words that can be names.
func nameEntries(words []wordlist.Entry) (entries []wordlist.Entry) {
	for _, e := range words {
		if e.Cases&(text.Capitalised|text.Capitals|text.Noun) == 0 && e.Cases != text.Initial {
			continue
		}
		for _, key := range text.NameKeys(e.Key) {
			entries = append(entries, wordlist.Entry{Key: key + nameSeparator + e.Key, Form: e.Form, Cases: e.Cases})
		}
	}
	return entries
}

// writeRun writes sorted entries as the newest run of a list.
func (w *vocabularyWriter) writeRun(ctx context.Context, list int, entries []wordlist.Entry) error {
	p, err := w.packer(ctx, list)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := p.Add(e); err != nil {
			return err
		}
	}
	return p.Flush()
}

// packer begins a new run.
func (w *vocabularyWriter) packer(ctx context.Context, list int) (*wordlist.Packer, error) {
	var run int64
	err := w.conn.QueryRowContext(ctx, `SELECT coalesce(max(run), 0) + 1 FROM vocabulary WHERE list = ?`, list).Scan(&run)
	return &wordlist.Packer{Size: blockBytes[list], Put: func(first string, data []byte) error {
		_, err := w.conn.ExecContext(ctx, `INSERT INTO vocabulary (list, run, first, data) VALUES (?, ?, ?, ?)`,
			list, run, []byte(first), data)
		return err
	}}, err
}

// run is a run of a list and how many blocks it has.
type run struct{ id, blocks int64 }

// tiered chooses the newest runs to merge: as long as the one before is not
// more than twice as large as all that is merged. So there are never more
// than some dozen runs, and each word is written anew as many times.
func tiered(runs []run) (from int) {
	from = len(runs) - 1
	total := runs[from].blocks
	for from > 0 && runs[from-1].blocks <= 2*total {
		from--
		total += runs[from].blocks
	}
	return from
}

// mergeNewest makes one run of the newest where there are several of a size.
func (w *vocabularyWriter) mergeNewest(ctx context.Context, list int) error {
	runs, err := w.runs(ctx, list)
	if err != nil || len(runs) < leastMerged[list] {
		return err
	}
	if runs = runs[tiered(runs):]; len(runs) < leastMerged[list] {
		return nil
	}
	return w.replace(ctx, list, runs)
}

// mergeAll makes one run of all. One alone is only looked through for damage.
func (w *vocabularyWriter) mergeAll(ctx context.Context, list int) error {
	runs, err := w.runs(ctx, list)
	if err != nil {
		return err
	}
	if len(runs) > 1 {
		return w.replace(ctx, list, runs)
	}
	return w.each(ctx, list, runs, func(wordlist.Entry) error { return nil })
}

// replace puts a new run in the place of some.
func (w *vocabularyWriter) replace(ctx context.Context, list int, runs []run) error {
	p, err := w.packer(ctx, list)
	if err != nil {
		return err
	}
	if err := w.each(ctx, list, runs, p.Add); err != nil {
		return err
	}
	if err := p.Flush(); err != nil {
		return err
	}
	_, err = w.conn.ExecContext(ctx, `DELETE FROM vocabulary WHERE list = ? AND run BETWEEN ? AND ?`,
		list, runs[0].id, runs[len(runs)-1].id)
	return err
}

// runs lists the runs of a list, oldest first. A run is met by its blocks, so
// that none of the table's larger part is read.
func (w *vocabularyWriter) runs(ctx context.Context, list int) (runs []run, err error) {
	for last := int64(0); ; {
		var r run
		err := w.conn.QueryRowContext(ctx, `SELECT run, count(*) FROM vocabulary WHERE list = ? AND run =
			(SELECT min(run) FROM vocabulary WHERE list = ? AND run > ?) GROUP BY run`, list, list, last).Scan(&r.id, &r.blocks)
		if errors.Is(err, sql.ErrNoRows) {
			return runs, nil
		}
		if err != nil {
			return nil, err
		}
		runs, last = append(runs, r), r.id
	}
}

// optimise makes one run of each list, or, where they are damaged, has the
// vocabulary made anew by renew.
func (w *vocabularyWriter) optimise(ctx context.Context) error {
	err := errors.Join(w.mergeAll(ctx, wordList), w.mergeAll(ctx, nameList), w.mergeAll(ctx, formList))
	if errors.Is(err, wordlist.ErrDamaged) {
		_, err = w.conn.ExecContext(ctx, `DELETE FROM vocabulary; DELETE FROM meta WHERE key = 'vocabulary'`)
	}
	return err
}

// joinOf gives how the entries of a list with the same key are made one.
func joinOf(list int) func(a, b wordlist.Entry) (wordlist.Entry, error) {
	if list == formList {
		return joinedPlaces
	}
	return func(a, b wordlist.Entry) (wordlist.Entry, error) { return wordlist.Joined(a, b), nil }
}

// each goes through the entries of runs, merged.
func (w *vocabularyWriter) each(ctx context.Context, list int, runs []run, yield func(wordlist.Entry) error) (err error) {
	stmt, err := w.conn.PrepareContext(ctx, nextBlock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	m := merger{join: joinOf(list)}
	for _, r := range runs {
		next := func(after []byte) (first, data []byte, err error) {
			err = stmt.QueryRowContext(ctx, list, r.id, after).Scan(&first, &data)
			if errors.Is(err, sql.ErrNoRows) {
				return nil, nil, nil
			}
			if data == nil {
				data = []byte{}
			}
			return first, data, err
		}
		m.runs = append(m.runs, &runReader{next: next})
	}
	return m.each(yield)
}
