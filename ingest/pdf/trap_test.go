package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// packed compresses a text that is repeated, and that again.
func packed(t testing.TB, text string, times int) string {
	var once, twice bytes.Buffer
	w := zlib.NewWriter(&once)
	for range times {
		io.WriteString(w, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w = zlib.NewWriter(&twice)
	w.Write(once.Bytes())
	w.Close()
	return twice.String()
}

const onePage = "<</Type/Pages/Count 1/Kids[3 0 R]>>"

// forms makes form XObjects of which each calls the next calls times.
func forms(depth, calls int) []byte {
	objects := []string{catalog, onePage,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>",
		stream("", "/X Do")}
	for i := range depth {
		objects = append(objects, stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X %d 0 R>>>>", 6+i), strings.Repeat("/X Do ", calls)))
	}
	return file(append(objects, stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]"+fonts, line(10, 50, 50, "end")))...)
}

func loop(b []byte) []byte {
	at := bytes.Index(b, []byte("xref\n0"))
	return bytes.Replace(b, []byte("/Root 1 0 R"), fmt.Appendf(nil, "/Root 1 0 R/Prev %d", at), 1)
}

// Each of these is a few kilobytes or megabytes that ask for gigabytes, or
// for ever. What comes of them may differ, but it comes, with a reason.
func TestTraps(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	defer func(was time.Duration) { pageTime = was }(pageTime)
	pageTime = 2 * time.Second
	simple := func(content string) string {
		return "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]" + fonts + content + ">>"
	}
	hello := stream("", line(10, 50, 700, "hello"))
	for _, trap := range []struct {
		name string
		file []byte
		want string // one of the words, in the text or the reason
	}{
		{"tree of pages that is a loop", file(catalog, "<</Type/Pages/Count 1000000/Kids[2 0 R 2 0 R 3 0 R]>>", simple("/Contents 4 0 R"), hello), "hello|page"},
		{"two billion pages", file(catalog, "<</Type/Pages/Count 2147483647/Kids[3 0 R]>>", simple("/Contents 4 0 R"), hello), "hello|page"},
		{"table of contents that is a loop", loop(pages(line(10, 50, 700, "hello"))), "hello|damaged"},
		{"content of gigabytes", file(catalog, onePage, simple("/Contents 4 0 R"), stream("/Filter[/FlateDecode/FlateDecode]", packed(t, strings.Repeat(" ", 1<<20), 2048))), "memory|longer|no text"},
		{"endless drawing", file(catalog, onePage, simple("/Contents 4 0 R"), stream("/Filter[/FlateDecode/FlateDecode]", packed(t, strings.Repeat("0 0 m 9 9 l S ", 1000), 5000))), "memory|longer|no text"},
		{"endless text", file(catalog, onePage, simple("/Contents 4 0 R"), stream("/Filter[/FlateDecode/FlateDecode]", packed(t, strings.Repeat("BT /F 9 Tf 1 0 0 1 9 9 Tm (abcdefgh) Tj ET ", 1000), 500))), "memory|longer|abcdefgh"},
		{"form that calls itself", file(catalog, onePage, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>",
			stream("", "/X Do"), stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 5 0 R>>>>", "/X Do /X Do")), "memory|longer|no text"},
		{"forms that call others, ten times each", forms(12, 10), "memory|longer|end"},
		{"ten million objects", file(catalog, onePage, simple("/Contents 4 0 R"), hello,
			stream("/Type/ObjStm/N 10000000/First 100/Filter[/FlateDecode/FlateDecode]", packed(t, "1 2 3 4 5 6 7 8 ", 1<<22))), "hello"},
		{"references in a ring", file(catalog, onePage, "<</Type/Page/Parent 2 0 R/MediaBox 5 0 R/Contents 4 0 R>>", "4 0 R", "6 0 R", "5 0 R"), "no text|page|damaged"},
		{"deep arrays", file(catalog, onePage, simple("/Contents 4 0 R/X "+strings.Repeat("[", 1<<20)+strings.Repeat("]", 1<<20)), hello), "hello|page|damaged|broke"},
		{"annotations by the ten thousand", file(catalog, onePage, simple("/Contents 4 0 R/Annots["+strings.Repeat("5 0 R ", 1<<16)+"]"), hello,
			"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/AP<</N 6 0 R>>>>", stream("/Type/XObject/Subtype/Form/BBox[0 0 200 20]"+fonts, line(10, 0, 5, "x"))), "hello"},
	} {
		t.Run(trap.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
			defer cancel()
			began := time.Now()
			got := outcome(ctx, trap.file)
			t.Logf("%d KB, %v: %.200s", len(trap.file)>>10, time.Since(began).Round(time.Millisecond), got)
			for _, want := range strings.Split(trap.want, "|") {
				if strings.Contains(got, want) {
					return
				}
			}
			t.Errorf("got %q, want one of %s", got, trap.want)
		})
	}
	if got := outcome(context.Background(), pages(line(10, 50, 700, "hello"))); got != "hello" {
		t.Errorf("after the traps a good file gives %q", got)
	}
}

// outcome gives the text of a document and what is said of its failures.
func outcome(ctx context.Context, b []byte) string {
	doc, err := Read(ctx, bytes.NewReader(b), int64(len(b)), func() {})
	if err != nil {
		return err.Error()
	}
	all := []string{doc.Text}
	for _, f := range doc.Failures {
		all = append(all, f.Pages+": "+f.Reason.Error())
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

func TestPagesReadBeforeTheTimeIsOver(t *testing.T) {
	defer func(was time.Duration) { fileTime = was }(fileTime)
	fileTime = 3 * time.Second
	b, calls := pages(line(10, 50, 700, "first"), line(10, 50, 700, "second"), line(10, 50, 700, "third")), 0
	doc, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), func() {
		if calls++; calls == 2 {
			time.Sleep(fileTime)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Text != "first" || len(doc.Failures) != 1 || doc.Failures[0].Pages != "pages 2 to 3" {
		t.Errorf("got %q, failures %v", doc.Text, doc.Failures)
	}
}

func TestNoText(t *testing.T) {
	_, err := Read(context.Background(), bytes.NewReader(pages("0 0 m 9 9 l S")), int64(len(pages("0 0 m 9 9 l S"))), func() {})
	if !errors.Is(err, ErrNoText) {
		t.Errorf("got %v", err)
	}
}

// FuzzRead feeds PDFium what it was not made for: it may refuse it, but not
// break down nor take longer than its limits allow.
func FuzzRead(f *testing.F) {
	// One page without end would take all the time that the fuzzer has.
	defer func(was time.Duration) { pageTime = was }(pageTime)
	pageTime = 200 * time.Millisecond
	f.Add(pages(line(10, 50, 700, "hello"), line(12, 50, 700, "world")))
	f.Add(forms(2, 2))
	f.Add(loop(pages(line(10, 50, 700, "hello"))))
	f.Add([]byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
		defer cancel()
		doc, err := Read(ctx, bytes.NewReader(b), int64(len(b)), func() {})
		if ctx.Err() != nil {
			t.Fatal("it does not end")
		}
		if err == nil && doc.Text == "" && len(doc.Failures) == 0 {
			t.Error("neither text nor a reason")
		}
	})
}

// FuzzCompose puts together what pages may hold, whatever their numbers say.
func FuzzCompose(f *testing.F) {
	f.Add("one two\nthree-\nfour", int64(1), uint8(3))
	f.Add("\x02\n\x02a\n-\n1\n", int64(99), uint8(1))
	f.Fuzz(func(t *testing.T, text string, seed int64, perPage uint8) {
		var all [][]segment
		var page []segment
		for _, s := range strings.Split(text, "\n") {
			seed = seed*6364136223846793005 + 1442695040888963407
			x, y := float32(seed>>40%700), float32(seed>>50%900)
			if s != "" {
				page = append(page, segment{box{x, x + float32(len(s)), y, y + 10}, float32(seed>>60%20 + 1), s})
			}
			if len(page) > int(perPage) {
				all, page = append(all, page), nil
			}
		}
		letters := 0
		for _, p := range append(all, page) {
			for _, s := range p {
				letters += strings.Count(s.text, "q")
			}
		}
		if got := strings.Count(composed(append(all, page)...), "q"); got > letters {
			t.Errorf("%d letters became %d", letters, got)
		}
	})
}
