// Package wordlist packs sorted lists of words into blocks and reads them
// again. It knows nothing of where the blocks are kept.
//
// A block holds entries in ascending order of their keys' bytes, one after
// the other, each as
//
//	varint  bytes that the key shares with the key before; 0 for the first;
//	        never the part of a character
//	varint  bytes that follow
//	...     these bytes
//	byte    cases in which the word was met, see [text.Cases];
//	        the highest bit says that its form follows
//	varint  bytes of the form, and the form: the word as it is written,
//	        where it is neither the key nor the key with a capital
//
// Varints are those of encoding/binary.
package wordlist

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/archive/text"
)

// Entry is a word of a list.
type Entry struct {
	Key   string
	Form  string // as written; "" where Key tells it
	Cases text.Cases
}

// ErrDamaged is a block that no list can have.
var ErrDamaged = errors.New("a list of words is damaged")

const hasForm = 1 << 7

// maxEntry bounds a key and a form, in bytes.
const maxEntry = 1 << 10

// Packer fills blocks. Its zero value with Size set is ready.
type Packer struct {
	Size int                                   // bytes at which a block is full
	Put  func(first string, data []byte) error // keeps a full block; data is its own

	block []byte
	first string
	last  string
}

// Add appends an entry; keys must come in ascending order.
func (p *Packer) Add(e Entry) error {
	if len(p.block) >= p.Size {
		if err := p.Flush(); err != nil {
			return err
		}
	}
	shared := 0
	if len(p.block) == 0 {
		p.first = e.Key
	} else {
		shared = sharedPrefix(p.last, e.Key)
	}
	p.block = binary.AppendUvarint(p.block, uint64(shared))
	p.block = binary.AppendUvarint(p.block, uint64(len(e.Key)-shared))
	p.block = append(p.block, e.Key[shared:]...)
	p.block = appendForm(p.block, e)
	p.last = e.Key
	return nil
}

func appendForm(block []byte, e Entry) []byte {
	cases := byte(e.Cases) &^ hasForm
	if e.Form == "" || len(e.Form) > maxEntry {
		return append(block, cases)
	}
	block = append(block, cases|hasForm)
	block = binary.AppendUvarint(block, uint64(len(e.Form)))
	return append(block, e.Form...)
}

// sharedPrefix gives how many bytes of whole characters two keys begin with
// alike.
func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}

// Flush hands over the block that is not full yet, if there is one.
func (p *Packer) Flush() error {
	if len(p.block) == 0 {
		return nil
	}
	block := slices.Clone(p.block)
	p.block = p.block[:0]
	return p.Put(p.first, block)
}

// Reader goes through the entries of a block.
type Reader struct {
	Key    []byte // of the entry; valid until the next one
	Shared int    // bytes that Key has in common with the one before, at least
	Cases  text.Cases

	// The places of what is not read yet and of the form are kept as numbers:
	// the collector would have to be told of slices at every entry.
	block            []byte
	at               int
	formFrom, formTo int
	err              error
}

// Reset makes the reader begin a block. One without entries is damaged.
func (r *Reader) Reset(block []byte) {
	*r = Reader{Key: r.Key[:0], block: block}
	if len(block) == 0 {
		r.err = ErrDamaged
	}
}

// Next goes on to the next entry; false at the end and at damage, see Err.
func (r *Reader) Next() bool {
	if r.at == len(r.block) || r.err != nil {
		return false
	}
	shared := r.length()
	from, to := r.bytes()
	if r.err != nil || shared > len(r.Key) || shared+to-from > maxEntry || r.at == len(r.block) {
		r.err = ErrDamaged
		return false
	}
	r.Shared = shared
	r.Key = append(r.Key[:shared], r.block[from:to]...)
	cases := r.block[r.at]
	r.at, r.formFrom, r.formTo = r.at+1, 0, 0
	if cases&hasForm != 0 {
		r.formFrom, r.formTo = r.bytes()
	}
	r.Cases = text.Cases(cases &^ hasForm)
	return r.err == nil
}

// length reads a number that is no more than an entry can be long.
func (r *Reader) length() int {
	if r.at < len(r.block) && r.block[r.at] < 0x80 {
		r.at++
		return int(r.block[r.at-1])
	}
	n, size := binary.Uvarint(r.block[r.at:])
	if size <= 0 || n > maxEntry {
		r.err = ErrDamaged
		return 0
	}
	r.at += size
	return int(n)
}

// bytes goes past bytes that their number stands before, and tells where they
// are.
func (r *Reader) bytes() (from, to int) {
	n := r.length()
	if r.err != nil || n > len(r.block)-r.at {
		r.err = ErrDamaged
		return 0, 0
	}
	from = r.at
	r.at += n
	return from, r.at
}

// Form gives the entry's form; it is valid until the reader begins another
// block.
func (r *Reader) Form() []byte { return r.block[r.formFrom:r.formTo] }

// Err tells whether the block was damaged.
func (r *Reader) Err() error { return r.err }

// Entry copies the entry out.
func (r *Reader) Entry() Entry {
	return Entry{string(r.Key), string(r.Form()), r.Cases}
}

// Joined gives the entry for a word that was met in two places. Of two forms
// the one met inside a sentence is kept.
func Joined(a, b Entry) Entry {
	form := a.Form
	if rank(b.Cases) > rank(a.Cases) {
		form = b.Form
	}
	return Entry{a.Key, form, a.Cases | b.Cases}
}

// rank orders cases by how well they show how a word is written.
func rank(c text.Cases) int {
	for i, better := range []text.Cases{text.Capitalised | text.Noun, text.Initial, text.Lower} {
		if c&better != 0 {
			return 3 - i
		}
	}
	return 0
}

// FormOf gives what to keep as the form of a word of which surface is the
// folded one: "" where [Written] works it out of the surface.
func FormOf(surface, form string, cases text.Cases) string {
	if Written(surface, "", cases) == form {
		return ""
	}
	return form
}

// Written gives a word as it is written, for people.
func Written(surface, form string, cases text.Cases) string {
	switch {
	case form != "":
		return form
	case rank(cases) >= 2:
		return titled(surface)
	case rank(cases) == 0 && cases&text.Capitals != 0:
		return strings.ToUpper(surface)
	}
	return surface
}

func titled(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if s == "" || unicode.IsTitle(r) {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// Compare orders keys as lists do.
func Compare(a, b []byte) int { return bytes.Compare(a, b) }
