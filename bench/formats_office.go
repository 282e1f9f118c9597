package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/archive/ingest"
)

// measureOffice compares the words that are read of documents with those that
// another program gives: pandoc, and antiword for the files of old Word,
// which pandoc does not read.
func measureOffice(ctx context.Context, data string) (string, error) {
	dir := filepath.Join(data, "office")
	if _, err := os.Stat(dir); err != nil {
		return "", &absentError{"no documents in " + dir}
	}
	if _, err := exec.LookPath("pandoc"); err != nil {
		return "", &absentError{"no pandoc (Debian has a package of that name)"}
	}
	converted, err := os.MkdirTemp("", "bench-office-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(converted)
	t := newTable("word processor and e-book files", "files with text", "recall, mean", "recall, all words", "precision, all words", "refused, with reason")
	var low []string
	for _, of := range []struct {
		name, dir, ending string
		other             func(ctx context.Context, path string) (string, error)
	}{
		{"DOCX, beside pandoc", dir, ".docx", pandocText},
		{"ODT, beside pandoc", dir, ".odt", pandocText},
		{"EPUB, beside pandoc", dir, ".epub", pandocText},
		{"RTF, beside pandoc", dir, ".rtf", pandocText},
		{"RTF made by pandoc of the DOCX and ODT", converted, ".rtf", pandocText},
		{"DOC of Word 97 to 2003, beside antiword", dir, ".doc", antiwordText},
	} {
		if of.dir == converted {
			convertAll(ctx, dir, converted)
		}
		s := officeScore{other: of.other, bag: bagOf}
		if err := s.addAll(ctx, of.dir, of.ending); err != nil {
			return "", err
		}
		t.add(append([]string{of.name}, s.cells()...)...)
		low = append(low, s.low...)
	}
	return t.String() + "\n" + strings.Join(low, "\n") + "\n", nil
}

// pandocText gives the text that pandoc reads of a document, "" where it
// reads none.
func pandocText(ctx context.Context, path string) (string, error) {
	out, err := exec.CommandContext(ctx, "pandoc", "--to=plain", "--wrap=none", "--columns=10000", path).Output()
	if err != nil {
		return "", nil // it does not know the file
	}
	return string(out), ctx.Err()
}

func antiwordText(ctx context.Context, path string) (string, error) {
	if _, err := exec.LookPath("antiword"); err != nil {
		return "", nil
	}
	out, err := exec.CommandContext(ctx, "antiword", "-w", "0", "-m", "UTF-8.txt", path).Output()
	if err != nil {
		return "", nil
	}
	return string(out), ctx.Err()
}

// convertAll makes RTF of the documents that pandoc reads.
func convertAll(ctx context.Context, from, to string) {
	for _, ending := range []string{".docx", ".odt"} {
		found, _ := filepath.Glob(filepath.Join(from, "*"+ending))
		for _, path := range found {
			// What it cannot read makes no file.
			exec.CommandContext(ctx, "pandoc", "--standalone", "--to=rtf", "-o", filepath.Join(to, filepath.Base(path)+".rtf"), path).Run()
		}
	}
}

type officeScore struct {
	other               func(ctx context.Context, path string) (string, error)
	bag                 func(text string) map[string]int
	files, refused      int
	recalls             float64 // sum
	both, wanted, given int     // words
	low                 []string
}

func (s *officeScore) addAll(ctx context.Context, dir, ending string) error {
	found, err := filepath.Glob(filepath.Join(dir, "*"+ending))
	if err != nil {
		return err
	}
	for _, path := range found {
		if err := s.add(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

func (s *officeScore) add(ctx context.Context, path string) error {
	articles, failures, err := ingest.Explain(ctx, path, ingest.Options{})
	if err != nil {
		return err
	}
	text := ""
	for _, a := range articles {
		text += a.Text + "\n"
	}
	if len(articles) == 0 && len(failures) > 0 {
		s.refused++
	}
	expected, err := s.other(ctx, path)
	want := s.bag(expected)
	if err != nil || len(want) == 0 {
		return err
	}
	got := s.bag(text)
	both, wanted, given := overlap(got, want)
	recall := float64(both) / float64(wanted)
	s.files++
	s.recalls += recall
	s.both, s.wanted, s.given = s.both+both, s.wanted+wanted, s.given+given
	if recall < .9 {
		reason := ""
		if len(failures) > 0 {
			reason = ": " + failures[0].Reason
		}
		s.low = append(s.low, fmt.Sprintf("- %s: %d of %d words%s", filepath.Base(path), both, wanted, reason))
	}
	return nil
}

// bagOf counts the words of a text, whatever their letters' case.
func bagOf(text string) map[string]int {
	bag := map[string]int{}
	for _, w := range wordsIn(strings.ToLower(text)) {
		bag[w]++
	}
	return bag
}

func overlap(got, want map[string]int) (both, wanted, given int) {
	for w, n := range want {
		wanted += n
		both += min(n, got[w])
	}
	for _, n := range got {
		given += n
	}
	return both, wanted, given
}

func (s *officeScore) cells() []string {
	return []string{
		count(s.files), digits(s.recalls / float64(max(s.files, 1))), digits(float64(s.both) / float64(max(s.wanted, 1))),
		digits(float64(s.both) / float64(max(s.given, 1))), count(s.refused),
	}
}
