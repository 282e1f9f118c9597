package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// measurePDF compares the words that are read of PDF documents with those
// that pdftotext gives.
func measurePDF(ctx context.Context, data string) (string, error) {
	dir := filepath.Join(data, "pdf")
	if _, err := os.Stat(dir); err != nil {
		return "", &absentError{"no documents in " + dir}
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		return "", &absentError{"no pdftotext (Debian's package poppler-utils)"}
	}
	s := officeScore{other: pdftotext}
	if err := s.addAll(ctx, dir, ".pdf"); err != nil {
		return "", err
	}
	t := newTable("PDF, beside pdftotext", "files with text", "recall, mean", "recall, all words", "precision, all words", "refused, with reason")
	t.add(append([]string{"PDF"}, s.cells()...)...)
	return fmt.Sprintf("%s\n%s\n", t, strings.Join(s.low, "\n")), nil
}

// pdftotext gives the text that it reads of a PDF, "" where it reads none.
func pdftotext(ctx context.Context, path string) (string, error) {
	out, err := exec.CommandContext(ctx, "pdftotext", "-q", path, "-").Output()
	if err != nil {
		return "", nil // damaged, or protected
	}
	return string(out), ctx.Err()
}
