package ingest

import (
	"context"
	"regexp"
	"strings"
)

// risFormat is RIS, which Zotero, EndNote and databases write: references, of
// which those with an abstract are articles.
var risFormat = &format{
	name:    "ris",
	version: 1,
	claims:  func(_ string, head []byte) bool { return risStart.Match(head) },
	read:    readRIS,
}

var (
	risStart = regexp.MustCompile(`^\s*TY  - ?[A-Z]{3,6}\s`)
	risTag   = regexp.MustCompile(`^([A-Z][A-Z0-9])  -(?: |$)`)
)

func readRIS(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the list of references", maxText)
	if err != nil {
		return err
	}
	s := &saved{out: out, kind: "references without abstract"}
	defer s.done()
	values, last := map[string][]string{}, ""
	for line := range strings.Lines(decodeDeclared(b, in.charset)) {
		line = strings.TrimRight(line, "\r\n ")
		m := risTag.FindStringSubmatch(line)
		if m == nil {
			if n := len(values[last]); n > 0 {
				values[last][n-1] += "\n" + line
			}
			continue
		}
		if last = m[1]; last == "TY" || last == "ER" {
			if err := handRIS(ctx, s, values); err != nil {
				return err
			}
			values = map[string][]string{}
		}
		if last != "ER" {
			values[last] = append(values[last], strings.TrimSpace(line[len(m[0]):]))
		}
	}
	return handRIS(ctx, s, values)
}

// handRIS hands on the reference whose values are gathered, if there is one.
func handRIS(ctx context.Context, s *saved, values map[string][]string) error {
	if ctx.Err() != nil || len(values) == 0 {
		return ctx.Err()
	}
	first := func(tags ...string) Field {
		for _, tag := range tags {
			if f := pressField(strings.Join(values[tag], "; "), "tag "+tag); f.Value != "" {
				return f
			}
		}
		return Field{}
	}
	a := &Article{
		Title: first("TI", "T1"), Byline: first("AU", "A1"), Lang: first("LA"),
		Source: first("T2", "JO", "JF", "PB"), URL: first("UR"), Published: first("DA", "PY", "Y1"),
	}
	a.Published.Value = strings.TrimRight(a.Published.Value, "/")
	for _, tag := range values["KW"] {
		if f := pressField(tag, "tag KW"); f.Value != "" {
			a.Tags = append(a.Tags, f)
		}
	}
	a.Text = strings.Join(append(append([]string{}, values["AB"]...), values["N2"]...), "\n\n")
	return s.entry(a)
}
