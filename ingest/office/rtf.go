package office

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// ReadRTF reads a document in Rich Text Format 1.9.1. One that breaks off is
// read as far as it goes.
func ReadRTF(r io.Reader) (*Document, error) {
	w := &rtfReader{tokens: newRTFTokens(r), layout: newLayout(), doc: &Document{}, fonts: map[int]int{}, codePage: 1252}
	w.open()
	if err := w.read(); err != nil {
		return nil, err
	}
	w.lastParagraph()
	var err error
	w.doc.Text, err = w.finish()
	return w.doc, err
}

// What becomes of the text in a group.
type rtfDestination int

const (
	rtfBody     rtfDestination = iota
	rtfNowhere                 // it is left out
	rtfShape                   // it is left out but for that of a text box
	rtfFonts                   // the table of fonts
	rtfProperty                // a property of the document, see rtfGroup.property
	rtfInfo                    // around the properties
	rtfMarker                  // the bullet or number of a list item
)

// rtfGroup is what holds up to the end of a group and of those inside it.
type rtfGroup struct {
	destination rtfDestination
	property    string
	skip        int // characters in place of a Unicode character that are passed over
	font        int
	hidden      bool   // hidden or deleted
	ends        func() // what is to be done at the end of this very group
}

type rtfReader struct {
	*layout
	tokens *rtfTokens
	doc    *Document
	group  rtfGroup
	outer  []rtfGroup

	fonts       map[int]int // font -> code page
	codePage    int         // of the document
	defaultFont int
	bytes       []byte // of text, not decoded yet
	high        rune   // the first half of a Unicode character, 0 if none
	passOver    int    // characters in place of the Unicode character before

	value   strings.Builder // of the property or marker under way
	created [5]int          // year, month, day, hour, minute

	rtfParagraph
	notesSoFar int
}

// rtfParagraph is where the paragraph under way stands.
type rtfParagraph struct {
	inTable bool
	marker  string  // of a list item
	cell    []block // of the table cell under way, before the paragraph
}

var errNoRTF = errors.New(`it is no RTF: it does not begin with {\rtf`)

func (w *rtfReader) read() error {
	first, err := w.tokens.next()
	if err != nil || first.kind != rtfOpen {
		return errNoRTF
	}
	if first, err = w.tokens.next(); err != nil || first.word != "rtf" {
		return errNoRTF
	}
	w.group.skip = 1
	for {
		t, err := w.tokens.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if t.kind == rtfClose && len(w.outer) == 0 {
			break // what follows the document is not of it
		}
		if w.token(t); w.err != nil {
			return w.err
		}
	}
	for len(w.outer) > 0 {
		w.closeGroup()
	}
	w.decode()
	return nil
}

func (w *rtfReader) token(t rtfToken) {
	if t.kind == rtfByte {
		w.byte(t.char)
		return
	}
	w.decode()
	inPlace := w.passOver > 0 && rtfCharacters[t.word] != ""
	w.passOver = 0 // many leave out what should follow a Unicode character
	switch {
	case t.kind == rtfOpen:
		w.openGroup()
	case t.kind == rtfClose:
		w.closeGroup()
	case !inPlace:
		w.control(t)
	}
}

func (w *rtfReader) openGroup() {
	if len(w.outer) >= maxDepth {
		w.err = ErrTooDeep
		return
	}
	w.outer = append(w.outer, w.group)
	w.group.ends = nil
}

func (w *rtfReader) closeGroup() {
	if w.group.ends != nil {
		w.group.ends()
	}
	last := len(w.outer) - 1
	w.group, w.outer = w.outer[last], w.outer[:last]
}

// byte takes a byte of text in the code page of its font.
func (w *rtfReader) byte(c byte) {
	if w.passOver > 0 {
		w.passOver--
		return
	}
	if w.group.destination != rtfNowhere && w.group.destination != rtfShape && w.group.destination != rtfInfo {
		w.bytes = append(w.bytes, c)
	}
	if len(w.bytes) >= maxValue {
		w.decode()
	}
}

// decode puts out the bytes of text so far.
func (w *rtfReader) decode() {
	if len(w.bytes) == 0 {
		return
	}
	page, known := w.fonts[w.group.font]
	if !known || w.group.destination == rtfProperty {
		page = w.codePage
	}
	s := decodePage(page, w.bytes)
	w.bytes = w.bytes[:0]
	w.put(s)
}

// put puts text where it belongs.
func (w *rtfReader) put(s string) {
	switch w.group.destination {
	case rtfBody:
		if !w.group.hidden {
			w.write(s)
		}
	case rtfProperty, rtfMarker:
		if w.value.Len() < maxValue {
			w.value.WriteString(s)
		}
	}
}

// unicode puts out the character \uN, whose halves come one by one where it
// has two.
func (w *rtfReader) unicode(n int) {
	w.passOver = w.group.skip
	r := rune(uint16(n))
	if high := w.high; high != 0 {
		w.high = 0
		if pair := utf16.DecodeRune(high, r); pair != '\ufffd' {
			w.put(string(pair))
			return
		}
	}
	switch {
	case utf16.IsSurrogate(r) && r < 0xdc00:
		w.high = r
	case !utf16.IsSurrogate(r) && (r < 0xe000 || r > 0xf8ff): // not those of symbol fonts
		w.put(string(r))
	}
}

// rtfCharacters are the controls that stand for text.
var rtfCharacters = map[string]string{
	"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
	"ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
	"~": "\u00a0", "_": "-", "nestcell": " | ",
}

func (w *rtfReader) control(t rtfToken) {
	if s, ok := rtfCharacters[t.word]; ok {
		w.put(s)
		return
	}
	if change, ok := rtfDestinations[t.word]; ok {
		change(w, t.word)
		return
	}
	if t.starred {
		w.group.destination = rtfNowhere // whoever does not know it leaves it out
		return
	}
	if w.group.destination == rtfBody && w.paragraphControl(t.word) {
		return
	}
	w.characterControl(t)
}

// paragraphControl takes what parts a text into paragraphs and tables.
func (w *rtfReader) paragraphControl(word string) bool {
	switch word {
	case "par", "sect", "page", "column", "nestrow":
		w.paragraphEnds()
	case "cell":
		w.cellEnds()
	case "row":
		w.rowEnds()
	case "pard":
		w.inTable = false
	case "intbl":
		w.inTable = true
	default:
		return false
	}
	return true
}

// characterControl takes how characters are set and encoded.
func (w *rtfReader) characterControl(t rtfToken) {
	switch t.word {
	case "u":
		w.unicode(t.param)
	case "uc":
		w.group.skip = min(max(t.param, 0), 100)
	case "plain":
		w.group.hidden, w.group.font = false, w.defaultFont
	case "v", "deleted":
		w.group.hidden = !t.given || t.param != 0
	case "f":
		w.group.font = t.param
	case "deff":
		w.defaultFont, w.group.font = t.param, t.param
	case "fcharset", "cpg":
		w.fontPage(t)
	case "ansicpg":
		w.codePage = t.param
	case "mac":
		w.codePage = 10000
	case "pc":
		w.codePage = 437
	case "pca":
		w.codePage = 850
	default:
		w.dateControl(t)
	}
}

// maxFonts bounds the fonts of a document.
const maxFonts = 1 << 16

// fontPage notes the code page of the font that is described.
func (w *rtfReader) fontPage(t rtfToken) {
	page := t.param
	if t.word == "fcharset" {
		page = charsetPages[t.param]
	}
	if w.group.destination == rtfFonts && page != 0 && len(w.fonts) < maxFonts {
		w.fonts[w.group.font] = page
	}
}

// dateControl takes the parts of the date on which the document was made.
func (w *rtfReader) dateControl(t rtfToken) {
	if w.group.property != "creatim" {
		return
	}
	for i, word := range []string{"yr", "mo", "dy", "hr", "min"} {
		if t.word == word {
			w.created[i] = t.param
		}
	}
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
