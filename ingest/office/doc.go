package office

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"unicode/utf16"
)

// ReadDOC reads a document of Word 97 to 2003, [MS-DOC]. A compound file that
// holds an encrypted document of a later Word is refused as such.
func ReadDOC(r io.ReaderAt, size int64) (*Document, error) {
	c, err := openCompound(r, size)
	if err != nil {
		return nil, err
	}
	switch {
	case c.has("\tDRMContent"):
		return nil, ErrDRM
	case c.has("EncryptedPackage"):
		return nil, ErrProtected
	case !c.has("WordDocument"):
		return nil, errors.New("it holds no Word document")
	}
	w := &docReader{layout: newLayout(), doc: &Document{}}
	if err := w.openDOC(c); err != nil {
		return nil, err
	}
	if b, err := c.stream("\x05SummaryInformation"); err == nil {
		w.doc.summary(b)
	}
	if err := w.stories(); err != nil {
		return nil, err
	}
	w.doc.Text, err = w.finish()
	return w.doc, err
}

type docReader struct {
	*layout
	doc    *Document
	main   []byte // the stream WordDocument
	table  []byte // the stream with its tables
	pieces []docPiece
	hidden []docRange // text that is deleted or not to be seen, by its place in main

	fields    []bool // open ones; true until their result begins
	cell      []block
	afterCell bool
	refs      [2][]int // numbers of the footnotes, of the endnotes
	noted     int
}

// docPiece is a run of characters that lie together.
type docPiece struct {
	from, to uint32 // places of the characters in the text
	at       uint32 // of the first byte in the stream WordDocument
	wide     bool   // UTF-16, not windows-1252
}

type docRange struct{ from, to uint32 }

// Places in the file information block at the start of WordDocument.
const (
	fibFlags   = 0x0a
	fibTexts   = 0x4c // lengths of the texts in characters
	fibRuns    = 0xfa
	fibPieces  = 0x1a2
	fibEndRefs = 0x20a
	fibSize    = 0x212
)

var errDOC = errors.New("damaged Word document")

func (w *docReader) openDOC(c *compound) (err error) {
	if w.main, err = c.stream("WordDocument"); err != nil {
		return err
	}
	if len(w.main) < fibSize || binary.LittleEndian.Uint16(w.main) != 0xa5ec || binary.LittleEndian.Uint16(w.main[2:]) < 0xc0 {
		return errors.New("it is of a Word older than Word 97: save it as .docx")
	}
	flags := binary.LittleEndian.Uint16(w.main[fibFlags:])
	if flags&0x100 != 0 {
		return ErrProtected
	}
	name := "0Table"
	if flags&0x200 != 0 {
		name = "1Table"
	}
	if w.table, err = c.stream(name); err != nil {
		return err
	}
	if err := w.readPieces(); err != nil {
		return err
	}
	w.readRuns()
	return nil
}

// tablePart gives the part of the table stream that a place in the file
// information block points to, nil if there is none.
func (w *docReader) tablePart(fib int) []byte {
	at, size := binary.LittleEndian.Uint32(w.main[fib:]), binary.LittleEndian.Uint32(w.main[fib+4:])
	if uint64(at)+uint64(size) > uint64(len(w.table)) {
		return nil
	}
	return w.table[at : at+size]
}

// readPieces finds where the characters lie.
func (w *docReader) readPieces() error {
	b := w.tablePart(fibPieces)
	for len(b) > 3 && b[0] == 1 { // properties that pieces share
		size := 3 + int(binary.LittleEndian.Uint16(b[1:]))
		b = b[min(size, len(b)):]
	}
	if len(b) < 5 || b[0] != 2 {
		return fmt.Errorf("%w: it has no table of its text", errDOC)
	}
	b = b[5:][:min(len(b)-5, int(binary.LittleEndian.Uint32(b[1:])))]
	n := (len(b) - 4) / 12
	for i := range n {
		p := docPiece{from: binary.LittleEndian.Uint32(b[4*i:]), to: binary.LittleEndian.Uint32(b[4*i+4:])}
		at := binary.LittleEndian.Uint32(b[4*(n+1)+8*i+2:])
		p.wide, p.at = at&(1<<30) == 0, at&(1<<30-1)
		if !p.wide {
			p.at /= 2
		}
		if p.to < p.from || len(w.pieces) > 0 && p.from != w.pieces[len(w.pieces)-1].to {
			return fmt.Errorf("%w: the pieces of its text are in no order", errDOC)
		}
		w.pieces = append(w.pieces, p)
	}
	return nil
}

// characters gives each character of a part of the text and its place there,
// but for those hidden.
func (w *docReader) characters(from, to uint32, each func(place uint32, unit uint16)) {
	for _, p := range w.pieces {
		for place := max(p.from, from); place < min(p.to, to); place++ {
			unit, at, ok := w.unit(p, place)
			if !ok {
				break
			}
			if !w.isHidden(at) {
				each(place, unit)
			}
		}
	}
}

func (w *docReader) unit(p docPiece, place uint32) (unit uint16, at uint32, ok bool) {
	at = p.at + place - p.from
	if p.wide {
		at = p.at + 2*(place-p.from)
		if uint64(at)+2 > uint64(len(w.main)) {
			return 0, 0, false
		}
		return binary.LittleEndian.Uint16(w.main[at:]), at, true
	}
	if uint64(at) >= uint64(len(w.main)) {
		return 0, 0, false
	}
	return windows1252[w.main[at]], at, true
}

// windows1252 gives the characters of bytes.
var windows1252 = func() (table [256]uint16) {
	for i := range table {
		r := []rune(decodePage(1252, []byte{byte(i)}))
		table[i] = utf16.Encode(r)[0]
	}
	return table
}()

// stories reads the texts of the file that belong to the document.
func (w *docReader) stories() error {
	const reserved = 3
	var lengths [8]uint32
	for i := range lengths {
		lengths[i] = binary.LittleEndian.Uint32(w.main[fibTexts+4*i:])
		if i != reserved && lengths[i] > maxText || len(w.pieces) == 0 {
			return fmt.Errorf("%w: the length of its text is wrong", errDOC)
		}
	}
	var starts [9]uint32
	for i, n := range lengths {
		starts[i+1] = starts[i]
		if i != reserved {
			starts[i+1] += n
		}
	}
	refs := w.noteRefs()
	w.story(starts[0], starts[1], func(place uint32) string {
		kind := 0
		if refs[place] {
			kind = 1
		}
		w.noted++
		w.refs[kind] = append(w.refs[kind], w.noted)
		return noteMark(w.noted)
	})
	w.story(starts[6], starts[7], nil) // text boxes
	w.story(starts[1], starts[2], w.numbered(0))
	w.story(starts[5], starts[6], w.numbered(1))
	return w.err
}

// noteRefs gives the places where the text refers to endnotes.
func (w *docReader) noteRefs() map[uint32]bool {
	refs := map[uint32]bool{}
	b := w.tablePart(fibEndRefs)
	for i := range max(0, len(b)-4) / 6 {
		refs[binary.LittleEndian.Uint32(b[4*i:])] = true
	}
	return refs
}

// numbered gives the notes of a kind their numbers one by one.
func (w *docReader) numbered(kind int) func(uint32) string {
	next := 0
	return func(uint32) string {
		if next++; next > len(w.refs[kind]) {
			return ""
		}
		return noteMark(w.refs[kind][next-1])
	}
}

// story reads one text. note gives what stands for the number of a note.
func (w *docReader) story(from, to uint32, note func(place uint32) string) {
	w.fields, w.cell, w.afterCell = nil, nil, false
	w.open()
	var high rune
	w.characters(from, to, func(place uint32, unit uint16) {
		r := rune(unit)
		if high != 0 {
			r, high = utf16.DecodeRune(high, r), 0
		} else if utf16.IsSurrogate(r) {
			high = r
			return
		}
		if r == 2 && note != nil {
			w.put(note(place))
			return
		}
		w.character(r)
	})
	w.endDOCParagraph()
	w.top().endTable()
}
