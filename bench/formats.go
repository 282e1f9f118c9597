package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// formatMeasure measures the reader of one format, or of several of one kind,
// on sample files with known right answers.
type formatMeasure struct {
	name string // as the command line names it
	// measure gives what it found, in Markdown: tables and lines of text.
	// data is the folder of sample files. Where a program or a folder that it
	// needs is missing it gives *absentError.
	measure func(ctx context.Context, data string) (string, error)
}

// formatMeasures is every measurement of the command, one a line.
var formatMeasures = []formatMeasure{
	{"html", measureHTML},
	{"pages", measurePages},
	{"office", measureOffice},
	{"feeds", measureFeeds},
	{"pdf", measurePDF},
	{"mail", measureMail},
	{"charset", measureCharset},
	{"warc", measureWARC},
	{"exports", measureExports},
	{"throughput", measureThroughput},
}

// readFormats measures how well formats are read, those named or all.
func readFormats(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("formats", flag.ExitOnError)
	data := flags.String("data", filepath.Join(root, "..", "shared", "data", "formats"), "`folder` of sample files, one folder a format")
	doc := flags.String("doc", "", "`file` to put the figures in, between <!-- measured-NAME --> and <!-- /measured-NAME -->; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := chooseFormats(flags.Args())
	if err != nil {
		return err
	}
	for _, m := range chosen {
		if err := m.report(ctx, *data, *doc, out); err != nil {
			return err
		}
	}
	return nil
}

func chooseFormats(names []string) ([]formatMeasure, error) {
	if len(names) == 0 {
		return formatMeasures, nil
	}
	var chosen []formatMeasure
	for _, name := range names {
		i := slices.IndexFunc(formatMeasures, func(m formatMeasure) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no measurement called %q (there are: %s)", name, strings.Join(formatNames(), ", "))
		}
		chosen = append(chosen, formatMeasures[i])
	}
	return chosen, nil
}

func formatNames() []string {
	var known []string
	for _, m := range formatMeasures {
		known = append(known, m.name)
	}
	return known
}

func (m formatMeasure) report(ctx context.Context, data, doc string, out io.Writer) error {
	found, err := m.measure(ctx, data)
	var absent *absentError
	if errors.As(err, &absent) {
		_, err = fmt.Fprintf(out, "### %s\n\nskipped: %v\n\n", m.name, absent)
		return err
	}
	if err != nil {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	found = strings.TrimSpace(found)
	if _, err := fmt.Fprintf(out, "### %s\n\n%s\n\n", m.name, found); err != nil || doc == "" {
		return err
	}
	command := fmt.Sprintf("`go run ./bench formats %s`, %s:\n\n", m.name, time.Now().UTC().Format(time.DateOnly))
	return replaceSection(doc, "measured-"+m.name, command+found)
}
