package pdf

import (
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

const (
	probes     = 8       // text objects of a page that are looked at
	maxWidened = 100_000 // objects of a document, each of which costs memory until its end
)

// widen gives a width to text objects that have none, which PDFium leaves out
// of the text: single characters, or vertical lines, of East Asian fonts that
// are not in the file. It is as if their outline was drawn, too.
func (s *session) widen(page references.FPDF_PAGE) {
	at := requests.Page{ByReference: &page}
	n, err := s.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: at})
	if err != nil || n.Count == 0 || !s.anyFlat(at, n.Count) {
		return
	}
	for i := range n.Count {
		if s.objects++; s.objects > maxWidened {
			return
		}
		if o, flat := s.flatText(at, i); flat {
			s.instance.FPDFTextObj_SetTextRenderMode(&requests.FPDFTextObj_SetTextRenderMode{PageObject: o, TextRenderMode: enums.FPDF_TEXTRENDERMODE_STROKE})
			s.instance.FPDFPageObj_Transform(&requests.FPDFPageObj_Transform{PageObject: o, Transform: structs.FPDF_FS_MATRIX{A: 1, D: 1}})
		}
	}
}

// anyFlat looks at a few objects of a page.
func (s *session) anyFlat(at requests.Page, count int) bool {
	step := max(count/probes, 1)
	for i := 0; i < count && s.objects < maxWidened; i += step {
		s.objects++
		if _, flat := s.flatText(at, i); flat {
			return true
		}
	}
	return false
}

// flatText reports an object of a page that is text without a width.
func (s *session) flatText(at requests.Page, index int) (references.FPDF_PAGEOBJECT, bool) {
	got, err := s.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: at, Index: index})
	if err != nil {
		return "", false
	}
	o := got.PageObject
	kind, err := s.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil || kind.Type != enums.FPDF_PAGEOBJ_TEXT {
		return o, false
	}
	b, err := s.instance.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	return o, err == nil && b.Right-b.Left < .01
}
