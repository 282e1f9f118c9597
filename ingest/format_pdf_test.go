package ingest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const pdfSamples = "../../shared/data/formats/pdf"

func explainPDF(t *testing.T, name string) ([]Article, []Failure) {
	t.Helper()
	path := filepath.Join(pdfSamples, name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the sample is absent: ", path)
	}
	articles, failures, err := Explain(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return articles, failures
}

func TestPDFWithoutText(t *testing.T) {
	articles, failures := explainPDF(t, "bitmap-halftone.pdf")
	if len(articles) > 0 || len(failures) != 1 || !strings.Contains(failures[0].Reason, "no text: scanned?") {
		t.Errorf("got %d articles, failures %v", len(articles), failures)
	}
}

func TestPDFWithFlippedBytes(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join(pdfSamples, "issue5280.pdf"))
	if err != nil {
		sample, err = os.ReadFile(filepath.Join(pdfSamples, "issue11878_reduced.pdf"))
	}
	if err != nil {
		t.Skip("the sample is absent: ", err)
	}
	for i := 0; i < len(sample); i += max(len(sample)/20, 1) {
		broken := bytes.Clone(sample)
		broken[i] ^= 0x55
		o := opened{name: "broken.pdf", r: bytes.NewReader(broken)}
		// An error is as good as an article; a panic is told by its text.
		_, err := readFile(context.Background(), o, sink{
			article: func(*Article) error { return nil },
			failed:  func(string, error) {}, skipped: func(string, string) {},
		})
		if err != nil && strings.Contains(err.Error(), "broke down") {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}
