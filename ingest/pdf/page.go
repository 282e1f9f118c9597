package pdf

import (
	"context"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
)

// box is a place on a page in points; y grows upwards.
type box struct{ left, right, bottom, top float32 }

func (b box) height() float32 { return b.top - b.bottom }

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
		segments, err = readPage(s.instance, s.doc, number)
		return err
	})
	if err != nil {
		return nil, err
	}
	return segments, nil
}

func readPage(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, number int) ([]segment, error) {
	page, err := loadPage(p, doc, number)
	if err != nil {
		return nil, err
	}
	defer p.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page})
	text, err := p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return nil, err
	}
	defer p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage})
	n, err := p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return nil, err
	}
	c := cutter{pdfium: p, page: text.TextPage}
	for i := range min(n.Count, maxPageChars) {
		if err := c.char(i); err != nil {
			return nil, err
		}
	}
	err = c.endSegment()
	return c.segments, err
}

// loadPage loads a page; what its annotations and form fields show is made
// part of it.
func loadPage(p pdfium.Pdfium, doc references.FPDF_DOCUMENT, number int) (references.FPDF_PAGE, error) {
	loaded, err := p.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: doc, Index: number})
	if err != nil {
		return "", err
	}
	page := requests.Page{ByReference: &loaded.Page}
	n, err := p.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: page})
	if err != nil || n.Count == 0 {
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
	segments []segment
	now      segment
	text     []rune
	last     int // the last character of the word under way
	inWord   bool
	high     rune // first half of a surrogate pair
}

// hyphenMark is what PDFium writes for a hyphen that parts a word at the end
// of a line.
const hyphenMark = '\x02'

func (c *cutter) char(i int) error {
	got, err := c.pdfium.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: c.page, Index: i})
	if err != nil {
		return err
	}
	r := c.whole(rune(got.Unicode))
	switch {
	case r == '\r' || r == '\n':
		return c.endSegment()
	case r == hyphenMark || r == '\ufffe':
		return c.hyphen()
	case r == ' ' || r == '\t' || unicode.IsSpace(r):
		return c.endWord()
	case r < ' ' || r == 0xffff:
		return nil
	}
	if !c.inWord {
		if err := c.startWord(i); err != nil {
			return err
		}
	}
	c.text = append(c.text, r)
	c.last = i
	return nil
}

// whole joins surrogate pairs; 0 where the second half is to come.
func (c *cutter) whole(r rune) rune {
	high := c.high
	c.high = 0
	switch {
	case r >= 0xd800 && r < 0xdc00:
		c.high = r
		return 0
	case r >= 0xdc00 && r < 0xe000:
		if high == 0 {
			return 0
		}
		return 0x10000 + (high-0xd800)<<10 + (r - 0xdc00)
	}
	return r
}

func (c *cutter) hyphen() error {
	if c.inWord {
		c.text = append(c.text, hyphenMark)
	}
	return c.endSegment()
}

// wideGap is how wide a gap parts columns, in heights of a line.
const wideGap = 1.2

func (c *cutter) startWord(i int) error {
	b, ok := c.boxOf(i)
	if ok && len(c.text) > 0 && (b.left-c.now.right > wideGap*c.now.size || b.right < c.now.left) {
		if err := c.endSegment(); err != nil {
			return err
		}
	}
	if len(c.text) == 0 {
		c.now = segment{box: b, size: b.height()}
	} else {
		c.text = append(c.text, ' ')
		c.now.widen(b)
	}
	c.inWord, c.last = true, i
	return nil
}

func (c *cutter) endWord() error {
	if !c.inWord {
		return nil
	}
	c.inWord = false
	if b, ok := c.boxOf(c.last); ok {
		c.now.widen(b)
	}
	return nil
}

func (c *cutter) endSegment() error {
	if err := c.endWord(); err != nil {
		return err
	}
	if len(c.text) > 0 {
		c.now.text = string(c.text)
		c.segments = append(c.segments, c.now)
	}
	c.text = c.text[:0]
	return nil
}

func (s *segment) widen(b box) {
	s.left, s.right = min(s.left, b.left), max(s.right, b.right)
	s.bottom, s.top = min(s.bottom, b.bottom), max(s.top, b.top)
	s.size = max(s.size, b.height())
}

// boxOf gives the place of a character, as high as its font is.
func (c *cutter) boxOf(i int) (box, bool) {
	got, err := c.pdfium.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: c.page, Index: i})
	if err != nil {
		return box{}, false
	}
	r := got.Rect
	return box{min(r.Left, r.Right), max(r.Left, r.Right), min(r.Top, r.Bottom), max(r.Top, r.Bottom)}, true
}
