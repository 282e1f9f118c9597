package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"example.com/archive/ingest"
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
	s := officeScore{other: pdftotext, bag: bagOfPages}
	if err := s.addAll(ctx, dir, ".pdf"); err != nil {
		return "", err
	}
	t := newTable("PDF, beside pdftotext", "files with text", "recall, mean", "recall, all words", "precision, all words", "refused, with reason")
	t.add(append([]string{"PDF"}, s.cells()...)...)
	speed, err := pdfSpeed(ctx, dir)
	return fmt.Sprintf("%s\n%s\n\n%s\n", t, strings.Join(s.low, "\n"), speed), err
}

// pdftotext gives the text that it reads of a PDF, "" where it reads none.
func pdftotext(ctx context.Context, path string) (string, error) {
	out, err := exec.CommandContext(ctx, "pdftotext", "-q", path, "-").Output()
	if err != nil {
		return "", nil // damaged, or protected
	}
	return string(out), ctx.Err()
}

// bagOfPages counts words with their ligatures undone, as our reader undoes
// them. In scripts without blanks between words each character is one: lines
// are joined here, and not by pdftotext.
func bagOfPages(text string) map[string]int {
	var b strings.Builder
	for _, r := range norm.NFKC.String(text) {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(r)
	}
	return bagOf(b.String())
}

// pdfSpeed times the reading of all documents on one core and on all, after a
// first round that has the engine compiled.
func pdfSpeed(ctx context.Context, dir string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(paths) == 0 {
		return "", err
	}
	cores := runtime.NumCPU()
	timePDFs(ctx, paths, cores)
	one, all := timePDFs(ctx, paths, 1), timePDFs(ctx, paths, cores)
	return fmt.Sprintf("%.1f documents a second on one core, %.1f on %d (%.2f times as many).", one, all, cores, all/one), ctx.Err()
}

// timePDFs gives how many documents are read a second.
func timePDFs(ctx context.Context, paths []string, cores int) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	const rounds = 3
	var next atomic.Int64
	var readers sync.WaitGroup
	start := time.Now()
	for range cores {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(rounds*len(paths)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				ingest.Explain(ctx, paths[i%int64(len(paths))], ingest.Options{})
			}
		})
	}
	readers.Wait()
	return float64(rounds*len(paths)) / time.Since(start).Seconds()
}
