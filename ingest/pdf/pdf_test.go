package pdf

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

func read(t *testing.T, b []byte) *Document {
	t.Helper()
	doc, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), func() {})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestAnnotationsAndFormsAreRead(t *testing.T) {
	appearance := func(text string) string {
		return stream("/Type/XObject/Subtype/Form/BBox[0 0 200 20]"+fonts, line(10, 0, 5, text))
	}
	annotation := func(subtype, rect, more string) string {
		return fmt.Sprintf("<</Type/Annot/Subtype/%s/Rect[%s]%s>>", subtype, rect, more)
	}
	b := file(catalog, "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"+fonts+"/Contents 4 0 R/Annots[5 0 R 6 0 R 7 0 R]>>",
		stream("", line(10, 50, 700, "Name of the witness:")),
		annotation("Widget", "50 600 250 620", "/FT/Tx/T(name)/V(Ann Bell)/AP<</N 8 0 R>>"),
		annotation("FreeText", "50 500 250 520", "/Contents(x)/AP<</N 9 0 R>>"),
		annotation("FreeText", "50 400 250 420", "/F 2/Contents(x)/AP<</N 10 0 R>>"),
		appearance("Ann Bell"), appearance("seen by the editor"), appearance("hidden remark"))
	text := read(t, b).Text
	for _, want := range []string{"Name of the witness:", "Ann Bell", "seen by the editor"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	if strings.Contains(text, "hidden") {
		t.Errorf("what the page does not show is read: %q", text)
	}
}

// Where the font is not in the file, PDFium knows no outlines and so no width
// of a character that stands alone, nor of a vertical line.
func TestEastAsianTextWithoutItsFont(t *testing.T) {
	for name, c := range map[string]struct{ encoding, content, want string }{
		"one by one": {"GBK-EUC-H", "1 0 0 1 50 700 Tm <b9d8> Tj 1 0 0 1 70 700 Tm <d3da> Tj 1 0 0 1 90 700 Tm <d5e3> Tj 1 0 0 1 110 700 Tm <bdad> Tj", "关于浙江"},
		"as a line":  {"GBK-EUC-H", "1 0 0 1 50 700 Tm <b9d8d3dad5e3bdad> Tj", "关于浙江"},
		"invisible":  {"GBK-EUC-H", "3 Tr 1 0 0 1 50 700 Tm <b9d8> Tj 1 0 0 1 70 700 Tm <d3da> Tj 1 0 0 1 90 700 Tm <d5e3> Tj 1 0 0 1 110 700 Tm <bdad> Tj", "关于浙江"},
		"vertical":   {"GBK-EUC-V", "1 0 0 1 50 700 Tm <b9d8d3dad5e3bdad> Tj 1 0 0 1 10 700 Tm <b9d8d3da> Tj", "关于浙江关于"},
	} {
		b := file(catalog, onePage, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
			stream("", "BT /F 17 Tf "+c.content+" ET"),
			"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/"+c.encoding+"/DescendantFonts[6 0 R]>>",
			"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>",
			"<</Type/FontDescriptor/FontBBox[-8 -145 1000 859]/FontName/SimSun/Flags 32/StemV 88/CapHeight 684/Ascent 859/Descent -141/ItalicAngle 0>>")
		if got := read(t, b).Text; got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTurnedPages(t *testing.T) {
	turned := func(x, y int, text string) string {
		return fmt.Sprintf("BT /F 10 Tf 0 1 -1 0 %d %d Tm (%s) Tj ET\n", x, y, text)
	}
	b := pages(turned(100, 50, "the first line of this page is long") + turned(112, 50, "and the second one goes on.") + turned(180, 50, "Another paragraph."))
	if got := read(t, b).Text; got != "the first line of this page is long and the second one goes on.\n\nAnother paragraph." {
		t.Errorf("got %q", got)
	}
}

func TestTextBesideThePage(t *testing.T) {
	b := pages(line(10, 50, 700, "on the page") + line(10, 50, 900, "above it") + line(10, 700, 700, "beside it"))
	if got := read(t, b).Text; got != "on the page" {
		t.Errorf("got %q", got)
	}
}
