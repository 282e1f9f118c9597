package store

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// Word is a word that the archive holds or held.
type Word struct {
	Surface string // folded, as in text.Token
	Written string // as articles write it, the form of a name where there are several
	Cases   text.Cases
}

// WordOf gives the word of an entry of the list.
func WordOf(e wordlist.Entry) Word {
	return Word{e.Key, wordlist.Written(e.Key, e.Form, e.Cases), e.Cases}
}

// Word looks a folded word up in the vocabulary.
func (v *View) Word(ctx context.Context, surface string) (w Word, found bool, err error) {
	err = v.lookUp(ctx, wordList, surface, func(r *wordlist.Reader) (more bool) {
		if string(r.Key) == surface {
			e := r.Entry()
			if found {
				e = wordlist.Joined(wordlist.Entry{Key: w.Surface, Form: w.Written, Cases: w.Cases}, e)
			}
			w, found = WordOf(e), true
		}
		return bytes.Compare(r.Key, []byte(surface)) < 0
	})
	return w, found, err
}

// WordsBeginning gives the folded words of the vocabulary that begin so, some
// perhaps twice; ok is false if there are more than most.
func (v *View) WordsBeginning(ctx context.Context, prefix string, most int) (surfaces []string, ok bool, err error) {
	err = v.lookUp(ctx, wordList, prefix, func(r *wordlist.Reader) (more bool) {
		if !bytes.HasPrefix(r.Key, []byte(prefix)) {
			return bytes.Compare(r.Key, []byte(prefix)) < 0
		}
		surfaces = append(surfaces, string(r.Key))
		return len(surfaces) <= most
	})
	return surfaces, len(surfaces) <= most, err
}

// NamesByKey gives the words that look like names and have a key, see
// text.NameKeys. Their Cases leave out where they stand in lower case; Word
// tells.
func (v *View) NamesByKey(ctx context.Context, key string) (words []Word, err error) {
	prefix := key + nameSeparator
	found := make(map[string]wordlist.Entry)
	err = v.lookUp(ctx, nameList, prefix, func(r *wordlist.Reader) (more bool) {
		surface, ok := strings.CutPrefix(string(r.Key), prefix)
		if !ok {
			return string(r.Key) < prefix
		}
		e := r.Entry()
		e.Key = surface
		if before, ok := found[surface]; ok {
			e = wordlist.Joined(before, e)
		} else {
			words = append(words, Word{Surface: surface})
		}
		found[surface] = e
		return true
	})
	for i, w := range words {
		words[i] = WordOf(found[w.Surface])
	}
	return words, err
}

// EachWord goes through the vocabulary's words, run by run: those of a run in
// order, a word perhaps in several. Only the reader's current entry is valid.
func (v *View) EachWord(ctx context.Context, visit func(*wordlist.Reader)) error {
	runs, err := v.runs(ctx, wordList)
	if err != nil {
		return err
	}
	for _, run := range runs {
		err := v.eachBlock(ctx, wordList, run, []byte{}, func(r *wordlist.Reader) (more bool) {
			visit(r)
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lookUp goes through the entries of each run from the block on that can hold
// a key, until visit wants no more of the run.
func (v *View) lookUp(ctx context.Context, list int, key string, visit func(*wordlist.Reader) (more bool)) error {
	runs, err := v.runs(ctx, list)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := v.eachBlock(ctx, list, run, []byte(key), visit); err != nil {
			return err
		}
	}
	return nil
}

// eachBlock goes through a run from the block on that can hold a key.
func (v *View) eachBlock(ctx context.Context, list int, run int64, key []byte, visit func(*wordlist.Reader) (more bool)) error {
	var r wordlist.Reader
	data, err := v.vocabulary.at.block(ctx, int64(list), run, key)
	if err == nil && data == nil {
		data, err = v.vocabulary.from.block(ctx, int64(list), run, key)
	}
	for n := 0; err == nil && data != nil; n++ {
		r.Reset(data)
		for r.Next() {
			if !visit(&r) {
				return nil
			}
		}
		if err = r.Err(); err != nil {
			break
		}
		next := append(bytes.Clone(r.Key), 0)
		switch {
		case bytes.Compare(next, key) >= 0:
			key = next
		case n > 0: // blocks that are out of order could go round in circles
			return v.vocabularyFault(wordlist.ErrDamaged)
		} // else the key stands between the first block and the next
		data, err = v.vocabulary.from.block(ctx, int64(list), run, key)
	}
	return v.vocabularyFault(err)
}

func (v *View) vocabularyFault(err error) error {
	if errors.Is(err, wordlist.ErrDamaged) {
		return &Error{Text: "the vocabulary of " + v.path + " is damaged (archive optimize makes it anew)", Err: err}
	}
	return fault("search "+v.path, err)
}

// vocabularyReader asks for blocks of the vocabulary.
type vocabularyReader struct {
	at   *statement // the last block that begins at or before a key
	from *statement // the first block that begins at or behind a key
	run  *statement // the first run behind another
	runs map[int][]int64
}

// open prepares the statements, which few searches need.
func (r *vocabularyReader) open(ctx context.Context, v *View) (err error) {
	r.runs = make(map[int][]int64)
	// The + keeps SQLite from planning anew for each other value.
	for stmt, query := range map[**statement]string{
		&r.at:   `SELECT data FROM vocabulary WHERE list = +? AND run = +? AND first <= ? ORDER BY first DESC LIMIT 1`,
		&r.from: `SELECT data FROM vocabulary WHERE list = +? AND run = +? AND first >= ? ORDER BY first LIMIT 1`,
		&r.run:  `SELECT min(run) FROM vocabulary WHERE list = +? AND run > ?`,
	} {
		if *stmt, err = v.conn.statement(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// runs lists the runs of a list.
func (v *View) runs(ctx context.Context, list int) ([]int64, error) {
	r := &v.vocabulary
	if r.runs == nil {
		if err := r.open(ctx, v); err != nil {
			return nil, fault("search "+v.path, err)
		}
	}
	if runs, ok := r.runs[list]; ok {
		return runs, nil
	}
	var runs []int64
	for last := int64(0); ; {
		next, err := r.run.number(ctx, int64(list), last)
		if err != nil {
			return nil, fault("search "+v.path, err)
		}
		if next <= last {
			r.runs[list] = runs
			return runs, nil
		}
		runs, last = append(runs, next), next
	}
}
