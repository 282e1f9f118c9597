package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"example.com/archive/store/fts5"
	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// This file keeps how articles write the words that the index holds as stems,
// so that =word looks at no texts. A list of the vocabulary tells for the
// keys of text.FormKey which articles hold the form. Of a word that is its own
// stem only those articles are told that hold another form of it besides: in
// the rest the index tells it.

// formEntries is how many articles an entry of the list is about. Its key is
// that of the form, a zero and the number of the first article divided by
// formEntries, in three bytes.
const formEntries = 1 << 12

// lookedAt is the key of the articles whose forms are not known, as they have
// changed since they were stored: their texts are looked at.
const lookedAt = "\x01"

func formEntryKey(form string, article int64) string {
	n := article / formEntries
	return form + string([]byte{0, byte(n >> 16), byte(n >> 8), byte(n)})
}

// bitmapBytes is how long a bitmap of the articles of an entry is. An entry of
// this length is one; others hold the distances of the articles, each less 1
// but the first, in varints.
const bitmapBytes = formEntries / 8

// packPlaces packs places among the articles of an entry, which ascend.
func packPlaces(places []uint16) []byte {
	var b []byte
	next := uint64(0)
	for _, p := range places {
		b = binary.AppendUvarint(b, uint64(p)-next)
		next = uint64(p) + 1
		if len(b) >= bitmapBytes {
			return packBitmap(places)
		}
	}
	return b
}

func packBitmap(places []uint16) []byte {
	b := make([]byte, bitmapBytes)
	for _, p := range places {
		b[p/8] |= 1 << (p % 8)
	}
	return b
}

// eachPlace goes through places that were packed; false if there are none such.
func eachPlace(packed []byte, visit func(place uint16)) bool {
	if len(packed) == bitmapBytes {
		for i, b := range packed {
			for ; b != 0; b &= b - 1 {
				visit(uint16(8*i + bits.TrailingZeros8(b)))
			}
		}
		return true
	}
	next := uint64(0)
	for len(packed) > 0 {
		gap, n := binary.Uvarint(packed)
		if n <= 0 || gap >= formEntries || next+gap >= formEntries {
			return false
		}
		visit(uint16(next + gap))
		next, packed = next+gap+1, packed[n:]
	}
	return true
}

// joinedPlaces gives the entry for the same articles in two runs.
func joinedPlaces(a, b wordlist.Entry) (wordlist.Entry, error) {
	var places []uint16
	visit := func(p uint16) { places = append(places, p) }
	if !eachPlace([]byte(a.Form), visit) || !eachPlace([]byte(b.Form), visit) {
		return a, wordlist.ErrDamaged
	}
	slices.Sort(places)
	a.Form = string(packPlaces(slices.Compact(places)))
	return a, nil
}

// articleForms are the forms of an article that are to be kept.
type articleForms struct {
	space       *byte    // stands for the numbers' lexicon
	stems, keys []string // by their numbers
	numbers     []uint32 // of keys, or, with ownForm, of stems
}

// ownForm marks the number of a stem that is a word itself.
const ownForm = 1 << 31

// formFinder finds the forms of articles that are to be kept.
type formFinder struct {
	article uint32     // counts them
	stems   []stemForm // by number
	told    []uint32   // by the number of a form: the article that it was told of last
	found   []uint32   // room for those of an article
}

// stemForm is the first form of a stem in an article.
type stemForm struct{ article, form, told uint32 }

// of gives the forms of an article, each once. Stems are the numbers of its
// tokens, and forms as [text.Lexicon.Forms] gives them.
func (f *formFinder) of(stems, forms []uint32, allStems, allForms int) []uint32 {
	f.article++
	found := f.found[:0]
	f.stems = append(f.stems, make([]stemForm, max(allStems-len(f.stems), 0))...)
	f.told = append(f.told, make([]uint32, max(allForms+1-len(f.told), 0))...)
	for i, stem := range stems {
		form, s := forms[i], &f.stems[stem]
		if s.article != f.article {
			*s = stemForm{f.article, form, 0}
		} else if s.form == form {
			continue
		} else if s.told != f.article && (form == 0 || s.form == 0) {
			s.told = f.article
			found = append(found, stem|ownForm)
		}
		if form != 0 && f.told[form] != f.article {
			f.told[form] = f.article
			found = append(found, form-1)
		}
	}
	f.found = found
	return slices.Clone(found)
}

// formsWriter gathers the forms of articles and writes them as runs of their
// list.
type formsWriter struct {
	words    *vocabularyWriter // which writes runs
	numbers  map[string]uint32
	keys     []string
	spaces   map[*byte]*formSpace
	postings []formPosting
	articles []int64 // room for those of all keys
}

// formSpace tells the numbers here, plus 1, of those of a lexicon.
type formSpace struct {
	stems, forms []uint32
	used         bool // since the last run
}

// formPosting is the number of a key above an article, in 24 and 40 bits.
type formPosting uint64

const (
	postingKey     = 40
	postingArticle = 1<<postingKey - 1
)

// maxFormKeys bounds the keys remembered between runs.
const maxFormKeys = 1 << 18

func newFormsWriter(conn session) *formsWriter {
	w := &formsWriter{words: newVocabularyWriter(conn)}
	w.forget()
	return w
}

func (w *formsWriter) forget() {
	w.numbers, w.keys, w.spaces = make(map[string]uint32), nil, make(map[*byte]*formSpace)
}

func (w *formsWriter) discard() { w.postings = w.postings[:0] }

func (w *formsWriter) add(article int64, f articleForms) {
	s := w.spaces[f.space]
	if s == nil {
		s = &formSpace{}
		w.spaces[f.space] = s
	}
	s.used = true
	s.stems = append(s.stems, make([]uint32, max(len(f.stems)-len(s.stems), 0))...)
	s.forms = append(s.forms, make([]uint32, max(len(f.keys)-len(s.forms), 0))...)
	for _, n := range f.numbers {
		known, keys := s.forms, f.keys
		if n&ownForm != 0 {
			known, keys, n = s.stems, f.stems, n&^ownForm
		}
		if known[n] == 0 {
			known[n] = w.number(keys[n]) + 1
		}
		w.postings = append(w.postings, formPosting(known[n]-1)<<postingKey|formPosting(article))
	}
}

// lookAt notes an article whose forms are others from now on.
func (w *formsWriter) lookAt(article int64) {
	w.postings = append(w.postings, formPosting(w.number(lookedAt))<<postingKey|formPosting(article))
}

func (w *formsWriter) number(key string) uint32 {
	n, ok := w.numbers[key]
	if !ok {
		n = uint32(len(w.keys))
		key = strings.Clone(key)
		w.numbers[key], w.keys = n, append(w.keys, key)
	}
	return n
}

// write writes what was gathered since it last did.
func (w *formsWriter) write(ctx context.Context) error {
	if len(w.postings) == 0 {
		return nil
	}
	if err := w.writeRun(ctx); err != nil {
		return err
	}
	w.postings = w.postings[:0]
	for space, s := range w.spaces {
		if !s.used {
			delete(w.spaces, space)
		}
		s.used = false
	}
	if len(w.keys) > maxFormKeys {
		w.forget()
	}
	return w.words.mergeNewest(ctx, formList)
}

// writeRun writes what was gathered as entries in order.
func (w *formsWriter) writeRun(ctx context.Context) error {
	p, err := w.words.packer(ctx, formList)
	if err != nil {
		return err
	}
	keys, ends := w.place()
	start := 0
	for _, key := range keys {
		if err := addForm(p, w.keys[key], w.articles[start:ends[key]]); err != nil {
			return err
		}
		start = ends[key]
	}
	return p.Flush()
}

// place sorts the postings into articles by key. It gives the numbers of the
// keys in order, and by number where the articles of a key end, and those of
// the next begin.
func (w *formsWriter) place() (used []uint32, ends []int) {
	ends = make([]int, len(w.keys))
	for _, p := range w.postings {
		ends[p>>postingKey]++
	}
	for key, n := range ends {
		if n > 0 {
			used = append(used, uint32(key))
		}
	}
	slices.SortFunc(used, func(a, b uint32) int { return cmp.Compare(w.keys[a], w.keys[b]) })
	total := 0
	for _, key := range used {
		total, ends[key] = total+ends[key], total
	}
	w.articles = slices.Grow(w.articles[:0], total)[:total]
	for _, p := range w.postings {
		w.articles[ends[p>>postingKey]] = int64(p & postingArticle)
		ends[p>>postingKey]++
	}
	return used, ends
}

// addForm adds the entries of a form.
func addForm(to *wordlist.Packer, key string, articles []int64) error {
	if !slices.IsSorted(articles) {
		slices.Sort(articles)
	}
	articles = slices.Compact(articles)
	places := make([]uint16, 0, min(len(articles), formEntries))
	for i, a := range articles {
		places = append(places, uint16(a%formEntries))
		if i+1 == len(articles) || articles[i+1]/formEntries != a/formEntries {
			if err := to.Add(wordlist.Entry{Key: formEntryKey(key, a), Form: string(packPlaces(places))}); err != nil {
				return err
			}
			places = places[:0]
		}
	}
	return nil
}

// exact gives the articles that hold a word as it is written.
func (e evaluator) exact(n Exact) (*fts5.Set, error) {
	candidates, err := e.of(n.Words)
	if err != nil {
		return nil, err
	}
	found, unsure := &fts5.Set{}, &fts5.Set{}
	for _, p := range n.Words.Any {
		if err := e.written(found, p.Stems[0], n.Surface); err != nil {
			return nil, err
		}
	}
	if err := e.form(unsure, lookedAt, false); err != nil {
		return nil, err
	}
	found.Subtract(unsure)
	unsure.Intersect(candidates)
	if err := e.verify(unsure, n.Check); err != nil {
		return nil, err
	}
	found.Union(unsure)
	found.Intersect(candidates)
	return found, nil
}

// written puts in the articles that write a stem so, if their forms are known.
func (e evaluator) written(found *fts5.Set, stem, surface string) error {
	if stem != surface {
		return e.form(found, text.FormKey(stem, surface), false)
	}
	with, err := e.words(Words{Any: []Phrase{{Stems: []string{stem}}}})
	if err != nil {
		return err
	}
	only, others := with.Set.Clone(), &fts5.Set{}
	if err := e.form(others, text.FormsOf(stem), true); err != nil {
		return err
	}
	only.Subtract(others)
	found.Union(only)
	return e.form(found, stem, false)
}

// form puts in the articles that hold a form, or, with all, a form whose key
// begins so.
func (e evaluator) form(found *fts5.Set, key string, all bool) (err error) {
	if !all {
		key += "\x00"
	}
	prefix := []byte(key)
	failed := e.v.lookUp(e.ctx, formList, key, func(r *wordlist.Reader) (more bool) {
		if !bytes.HasPrefix(r.Key, prefix) {
			return bytes.Compare(r.Key, prefix) < 0
		}
		if all || len(r.Key) == len(prefix)+3 {
			err = putForm(found, r)
		}
		return err == nil
	})
	return cmp.Or(failed, e.v.vocabularyFault(err))
}

func putForm(found *fts5.Set, r *wordlist.Reader) error {
	n := len(r.Key)
	if n < 4 {
		return wordlist.ErrDamaged
	}
	first := int64(r.Key[n-3])<<16 | int64(r.Key[n-2])<<8 | int64(r.Key[n-1])
	fits := true
	if !eachPlace(r.Form(), func(p uint16) { fits = found.Add(first*formEntries+int64(p)) && fits }) {
		return wordlist.ErrDamaged
	}
	if !fits {
		return fts5.ErrUnknown
	}
	return nil
}
