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
