package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"

	"example.com/archive/ingest"
	"example.com/archive/search"
	"example.com/archive/store"
)

// nasty are texts that would harm a terminal, hide something or break a layout.
var nasty = []string{
	"\x1b[31mred\x1b[0m",
	"\x1b]0;title\x07",
	"\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
	"\x1bc", "\x9b31m", "\u009b31m", "\u0090q\u009c", "a\u0085b",
	"bell\x07 back\x08\x08 delete\x7f nul\x00 vt\x0b ff\x0c",
	"tab\there, line\nend, return\rhere\r\n",
	"\u202egnp.exe", "\u202a\u202b\u202c\u202d", "\u2066\u2067\u2068\u2069", "\u200e\u200f\u061c",
	"line\u2028sep\u2029par", "zero\u200bwidth\ufeff\u2060", "soft\u00adhyphen",
	"tag\U000e0001\U000e0041\U000e007f", "inter\ufff9linear\ufffa\ufffb", "mvs\u180e",
	"za" + strings.Repeat("\u0301", 200) + "lgo", "joined" + strings.Repeat("\u200d", 200),
	"invalid \xff\xfe utf-8",
	"fillers\u3164\uffa0\u115f\u1160\u2065", "variation\U000e0100",
	"\x01\x02\x03\x04",
}

// checkHarmless fails where an output holds what a terminal would obey.
func checkHarmless(t *testing.T, where, out string) {
	t.Helper()
	marks := 0
	for _, r := range out {
		bad := unicode.Is(unicode.Cc, r) && r != '\n' ||
			unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' ||
			isFiller(r) || r == '\u2028' || r == '\u2029' || r >= 0xe0000 && r <= 0xe0fff
		if bad {
			t.Errorf("%s lets %U through", where, r)
		}
		if unicode.Is(unicode.Mn, r) || r == '\u200d' {
			marks++
		} else {
			marks = 0
		}
		if marks > maxMarks {
			t.Fatalf("%s lets a flood of marks through", where)
		}
	}
}

func TestSafe(t *testing.T) {
	for _, s := range nasty {
		checkHarmless(t, "safeText", safeText(s))
		line := safeLine(s)
		checkHarmless(t, "safeLine", line)
		if strings.Contains(line, "\n") {
			t.Errorf("safeLine(%q) has a line end", s)
		}
	}
}

// What is cut into spans has no more marks on a character than the whole.
func TestSpansHaveFewMarks(t *testing.T) {
	marks := strings.Repeat("\u0301", 4)
	got := terminal{}.spans([]search.Span{{Text: "z" + marks}, {Text: marks, Mark: true}, {Text: "\u0301a"}})
	if want := "z" + marks + "[]a"; got != want {
		t.Errorf("%q", got)
	}
}

func TestSafeKeeps(t *testing.T) {
	for _, s := range []string{
		"Zaporizhzhia", "Запоріжжя", "部署する", "l'été", "e\u0301te\u0301", "می\u200cخواهم",
		"👩\u200d👩\u200d👧", "ประเทศไทย", "שָׁלוֹם", "\u0600\u0661", "a — b… “c”",
	} {
		if got := safeLine(s); got != s {
			t.Errorf("safeLine(%q) = %q", s, got)
		}
	}
}

func nastyArticle(s string) store.Article {
	f := store.Field{Value: s, Rule: s, Derived: true}
	published, _ := store.ParseDate("2022-05-07")
	return store.Article{
		ID: 1, Title: f, Source: f, Byline: f, Lang: f, Published: published, PublishedBy: f,
		Type: s, URL: s, Tags: []string{s}, Cites: []store.Citation{{Outlet: s, Rule: s, Phrase: s}},
		Added: s, Text: s + "\n\n- " + s,
	}
}

// Every renderer for people, with every nasty text in every place.
func TestHumanRenderersAreHarmless(t *testing.T) {
	for _, s := range nasty {
		for _, columns := range []int{0, 30, 80, 200} {
			for name, render := range humanRenderers(s) {
				var out, errOut bytes.Buffer
				e := testEnv(&out, &errOut, terminal{width: columns})
				if err := render(e); err != nil {
					t.Fatal(name, err)
				}
				e.out.Flush()
				checkHarmless(t, name, out.String())
				checkHarmless(t, name+" on stderr", errOut.String())
			}
		}
	}
}

func nastyExplanation(s string) *search.Explanation {
	return &search.Explanation{
		Read: s, Saved: []string{s}, Languages: []string{s}, LeftOut: []string{s},
		Corrections: []search.Correction{{Typed: s, Searched: s}},
		Words:       []search.ExplainedWord{{Word: s, Forms: []search.ExplainedForm{{Form: s, Languages: []string{s}, Spelling: s}}}},
		Filters:     []search.ExplainedCount{{Filter: s}},
		Steps:       []search.Step{{Name: s}},
	}
}

func humanRenderers(s string) map[string]func(*env) error {
	article := nastyArticle(s)
	hit := search.Hit{Article: article, Path: s, Matched: "some", Snippet: []search.Span{{Text: s}, {Text: s, Mark: true}}}
	result := &search.Result{Some: 1, Words: 2, Notes: []string{s}, Help: []string{s}, Explain: nastyExplanation(s), Hits: hitsOf(hit)}
	whole := []shown{{Article: &article, origins: []store.Origin{{Path: s, Member: s}}}}
	marked := []shown{{Article: &article, marked: hit.Snippet}}
	f := ingest.Field{Value: s, Rule: s, Line: 3}
	read := []ingest.Article{{Member: s, Title: f, Source: f, Byline: f, Published: f, Lang: f, URL: f, Tags: []ingest.Field{f},
		Cites: []ingest.Citation{{Outlet: s, Phrase: s, Rule: s}}, Type: s, Text: s}}
	report := &ingest.Report{Failed: 1, Failures: []ingest.Failure{{Path: s, Member: s, Reason: s}}, Skipped: map[string]int{s: 1}}
	write := func(format, fields string) func(*env) error {
		return func(e *env) error {
			_, err := (&answer{e: e, result: result, format: findFormat(format), fields: fields}).write(t0())
			return err
		}
	}
	return map[string]func(*env) error{
		"table":             write("table", ""),
		"table with fields": write("table", "id,title,source,author,path,snippet"),
		"md":                write("md", ""),
		"md with fields":    write("md", "id,title,source,author,url,path,snippet"),
		"show":              func(e *env) error { return showText(e.out, e.term, whole) },
		"show with marks":   func(e *env) error { return showText(e.out, e.term, marked) },
		"show md":           func(e *env) error { return showMarkdown(e.out, whole) },
		"explain":           func(e *env) error { return e.explainText(read) },
		"import":            func(e *env) error { return e.importText(importRun{Report: report, path: s, created: true}) },
		"sources":           func(e *env) error { return e.sourceTable([]store.SourceCount{{Name: s, Articles: 1}}, nil) },
		"stats": func(e *env) error {
			return e.pairs(statsLines(store.Stats{Path: s, Langs: []store.Count{{Value: s}}, Types: []store.Count{{Value: s}}, LastImport: s}))
		},
		"notes": func(e *env) error {
			for _, note := range result.Notes {
				e.notef("%s", safeLine(note))
			}
			e.summary(search.Query{}, &search.Result{Help: result.Help}, 0)
			return nil
		},
		"progress": func(e *env) error {
			_, err := e.out.WriteString(progressLine(ingest.Progress{Current: s}, time.Time{}, 60))
			return err
		},
		"errors": func(e *env) error {
			e.finish(t0(), exitError, usagef("%s", s))
			return nil
		},
		"csv on a terminal": func(e *env) error {
			e.term.tty = true
			return write("csv", "title,snippet")(e)
		},
		"tsv on a terminal": func(e *env) error {
			e.term.tty = true
			return write("tsv", "title")(e)
		},
	}
}
