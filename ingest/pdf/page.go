package pdf

import (
	"context"
	"fmt"
	"math"
	"slices"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/structs"
)

// box is a place on a page in points; y grows upwards.
type box struct{ left, right, bottom, top float32 }

func boxFrom(r structs.FPDF_FS_RECTF) box {
	return box{min(r.Left, r.Right), max(r.Left, r.Right), min(r.Top, r.Bottom), max(r.Top, r.Bottom)}
}

func (b box) height() float32 { return b.top - b.bottom }
func (b box) area() float32   { return (b.right - b.left) * b.height() }

// and gives the box around both.
func (b box) and(o box) box {
	return box{min(b.left, o.left), max(b.right, o.right), min(b.bottom, o.bottom), max(b.top, o.top)}
}

// outside reports whether nothing of it lies in another, which may be unknown.
func (b box) outside(o box) bool {
	return o != box{} && (b.right < o.left || b.left > o.right || b.top < o.bottom || b.bottom > o.top)
}

// turned gives its place on a page that is turned so that text upright there
// is turned by quarters against the clock here.
func (b box) turned(quarters int) box {
	for range quarters {
		b = box{b.bottom, b.top, -b.right, -b.left}
	}
	return b
}

// segment is text on one line without a wide gap in it.
type segment struct {
	box
	size float32 // height of a line of this type, in points
	text string
}

// maxPageChars bounds the characters that are read of one page.
const maxPageChars = 1_000_000

// page reads the segments of a page in the order that the file has them.
func (s *session) page(ctx context.Context, number int) (segments []segment, err error) {
	err = s.within(ctx, pageTime, func() error {
		segments, err = s.readPage(number)
		return err
	})
	if err != nil {
		return nil, err
	}
	return segments, nil
}

func (s *session) readPage(number int) ([]segment, error) {
	p := s.instance
	page, err := loadPage(p, s.doc, number)
	if err != nil {
		return nil, err
	}
	defer p.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page})
	s.widen(page)
	loaded, err := p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return nil, err
	}
	text := loaded.TextPage
	defer p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text})
	n, err := p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil || n.Count <= 0 {
		return nil, err
	}
	all, err := p.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: text, Count: min(n.Count, maxPageChars)})
	if err != nil {
		return nil, err
	}
	c := cutter{pdfium: p, page: text, sheet: sheet(p, page)}
	c.cut(all.Text, n.Count)
	return c.segments, nil
}

// sheet gives the part of a page that counts: beyond its crop box stand the
// marks of printers, but where that cuts out less than half, text as well.
func sheet(p pdfium.Pdfium, page references.FPDF_PAGE) box {
	at := requests.Page{ByReference: &page}
	got, err := p.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: at})
	if err != nil {
		return box{}
	}
	crop := boxFrom(got.Rect)
	m, err := p.FPDFPage_GetMediaBox(&requests.FPDFPage_GetMediaBox{Page: at})
	if err != nil {
		return crop
	}
	media := boxFrom(structs.FPDF_FS_RECTF{Left: m.Left, Right: m.Right, Bottom: m.Bottom, Top: m.Top})
	if crop.area() < media.area()/2 {
		return media
	}
	return crop
}

// maxAnnotations is how many a page may have until they are left alone.
const maxAnnotations = 5000

// loadPage loads a page; what its annotations and form fields show is made
// part of it.
func loadPage(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, number int) (references.FPDF_PAGE, error) {
	loaded, err := p.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: doc, Index: number})
	if err != nil {
		return "", fmt.Errorf("the page is damaged (PDFium says %w)", err)
	}
	page := requests.Page{ByReference: &loaded.Page}
	n, err := p.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: page})
	if err != nil || n.Count == 0 || n.Count > maxAnnotations {
		return loaded.Page, err
	}
	flat, err := p.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: page})
	if err != nil || flat.Result != responses.FPDFPage_FlattenResultSuccess {
		return loaded.Page, err
	}
	p.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	again, err := p.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: doc, Index: number})
	if err != nil {
		return "", err
	}
	return again.Page, nil
}

// cutter cuts the characters of a page into segments: at the ends of lines
// and where a gap is wider than one between words. Only the ends of words
// are asked for their place.
type cutter struct {
	pdfium   pdfium.Pdfium
	page     references.FPDF_TEXTPAGE
	sheet    box // {} if unknown
	turns    int // quarters of a turn, against the clock, that most text is turned by
	mapped   bool
	segments []segment
	now      segment
	text     []rune
	word     []rune
	single   bool // the last word is one character
	start    int  // of the word, as the text counts
}

// hyphenMark and hyphenMark2 are what PDFium writes for a hyphen that parts a
// word at the end of a line.
const (
	hyphenMark  = '\x02'
	hyphenMark2 = '\ufffe'
)

// cut cuts the text of a page that PDFium counts so many characters of.
func (c *cutter) cut(text string, count int) {
	c.mapped = utf16Len(text) != count
	vertical := false
	c.turns, vertical = c.direction(text)
	at := 0 // in units of UTF-16, as PDFium counts
	for _, r := range text {
		c.char(r, at)
		at += utf16.RuneLen(r)
	}
	c.endSegment(at)
	if vertical {
		fromTheRight(c.segments)
	}
}

// fromTheRight puts vertical lines in order, which PDFium gives from left to
// right as if they were words: each run of them is turned round.
func fromTheRight(lines []segment) {
	start := 0
	for i := range lines {
		if i+1 == len(lines) || lines[i+1].bottom <= lines[i].bottom {
			slices.Reverse(lines[start : i+1])
			start = i + 1
		}
	}
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

func (c *cutter) char(r rune, at int) {
	switch {
	case r == '\r' || r == '\n':
		c.endSegment(at)
	case r == hyphenMark || r == hyphenMark2:
		if c.endWord(at) {
			c.text = append(c.text, hyphenMark)
		}
		c.flush()
	case unicode.IsSpace(r):
		c.endWord(at)
	case r < ' ' || r == 0xffff || r == utf8.RuneError:
	default:
		if len(c.word) == 0 {
			c.start = at
		}
		c.word = append(c.word, r)
	}
}

// wideGap is how wide a gap parts columns, in heights of a line.
const wideGap = 1.2

// endWord puts a word to the line, if there is one that lies on the page.
func (c *cutter) endWord(at int) bool {
	if len(c.word) == 0 {
		return false
	}
	b, ok := c.boxOf(c.start)
	if last, lastOK := c.boxOf(at - 1); ok && lastOK && at-1 > c.start {
		b = b.and(last)
	}
	word := c.word
	c.word = c.word[:0]
	if ok && b.outside(c.sheet) {
		return false
	}
	b = b.turned(c.turns)
	if ok && len(c.text) > 0 && (b.left-c.now.right > wideGap*c.now.size || b.right < c.now.left || b.bottom > c.now.top || b.top < c.now.bottom) {
		c.flush()
	}
	if len(c.text) == 0 {
		c.now = segment{box: b}
	} else if !c.spaced(word) {
		c.text = append(c.text, ' ')
	}
	c.single = len(word) == 1
	if ok {
		c.now.box, c.now.size = c.now.and(b), max(c.now.size, b.height())
	}
	c.text = append(c.text, word...)
	return true
}

// spaced reports characters that are only set wide apart, in a script that
// writes no blanks between words.
func (c *cutter) spaced(next []rune) bool {
	return (c.single || len(next) == 1) && unblanked(c.text[len(c.text)-1]) && unblanked(next[0])
}

// unblanked reports characters of scripts without blanks between words.
func unblanked(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60
}

func (c *cutter) endSegment(at int) {
	c.endWord(at)
	c.flush()
}

func (c *cutter) flush() {
	if len(c.text) > 0 {
		c.now.text = string(c.text)
		c.segments = append(c.segments, c.now)
	}
	c.text = c.text[:0]
}

// samples is how many characters of a page are asked for their direction.
const samples = 9

// direction gives the quarters of a turn that most of the text is turned by.
// Vertical lines of upright characters are as if they were turned so that the
// next line stands to the left.
func (c *cutter) direction(text string) (turns int, vertical bool) {
	const upright = 4 // in a vertical line
	var votes [upright + 1]int
	step := max(utf16Len(text)/samples, 1)
	at, next := 0, 0
	for _, r := range text {
		if at >= next && unicode.IsLetter(r) {
			if unblanked(r) && c.isAbove(at, at+1) {
				votes[upright]++
			} else {
				votes[c.turnsOf(at)]++
			}
			next = at + step
		}
		at += utf16.RuneLen(r)
	}
	most := 0
	for turns, n := range votes {
		if n > votes[most] {
			most = turns
		}
	}
	if most == upright {
		return 3, true
	}
	return most, false
}

func (c *cutter) turnsOf(at int) int {
	got, err := c.pdfium.FPDFText_GetCharAngle(&requests.FPDFText_GetCharAngle{TextPage: c.page, Index: c.index(at)})
	if err != nil || got.CharAngle < 0 {
		return 0
	}
	return int(math.Round(float64(got.CharAngle)/(math.Pi/2))) % 4
}

// isAbove reports a character that stands right above another.
func (c *cutter) isAbove(at, next int) bool {
	a, ok := c.boxOf(at)
	b, nextOK := c.boxOf(next)
	half := (a.right - a.left) / 2
	return ok && nextOK && a.bottom-b.bottom > a.height()/2 && a.left-b.left < half && b.left-a.left < half
}

// index gives the number of a character in PDFium's list, which also holds
// some that are not in its text.
func (c *cutter) index(at int) int {
	if !c.mapped {
		return at
	}
	got, err := c.pdfium.FPDFText_GetCharIndexFromTextIndex(&requests.FPDFText_GetCharIndexFromTextIndex{TextPage: c.page, NTextIndex: at})
	if err != nil || got.CharIndex < 0 {
		return at
	}
	return got.CharIndex
}

// boxOf gives the place of a character, as high as its font is.
func (c *cutter) boxOf(at int) (box, bool) {
	got, err := c.pdfium.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: c.page, Index: c.index(at)})
	if err != nil {
		return box{}, false
	}
	return boxFrom(got.Rect), true
}
