package search

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/archive/store"
)

// Explanation is the reading of a query in full, with the articles that each
// part of it has.
type Explanation struct {
	Read        string           `json:"read,omitempty"`  // with all parentheses
	Saved       []string         `json:"saved,omitempty"` // the saved searches in it, and what they are
	Languages   []string         `json:"languages"`       // that words are read under; "" is an unknown one
	Corrections []Correction     `json:"corrections,omitempty"`
	Words       []ExplainedWord  `json:"words,omitempty"`
	Filters     []ExplainedCount `json:"filters,omitempty"`
	LeftOut     []string         `json:"left_out,omitempty"` // words that are too common
	All         int              `json:"all"`
	Some        int              `json:"some"`
	// Steps grow while the articles are gone through: their rows and snippets
	// are fetched then.
	Steps []Step `json:"steps"`
}

// Correction is a word that was searched in place of the one typed.
type Correction struct {
	Typed    string `json:"typed"`
	Searched string `json:"searched"`
}

// ExplainedWord is a word, a phrase, or words close to each other.
type ExplainedWord struct {
	Word     string          `json:"word"` // as read
	Articles int             `json:"articles"`
	Forms    []ExplainedForm `json:"forms,omitempty"` // the alternatives that were searched
}

// ExplainedForm is what the index was asked for.
type ExplainedForm struct {
	Form      string   `json:"form"`
	Languages []string `json:"languages,omitempty"` // that give this form
	Spelling  string   `json:"spelling,omitempty"`  // other than typed, that it is a form of
	Articles  *int     `json:"articles,omitempty"`  // nil where not counted on its own
}

// ExplainedCount is a filter with the articles that pass it.
type ExplainedCount struct {
	Filter   string `json:"filter"`
	Articles int    `json:"articles"`
}

// Step is a part of the work.
type Step struct {
	Name    string  `json:"step"`
	Seconds float64 `json:"seconds"`
}

// maxForms bounds the forms of a word that are explained.
const maxForms = 100

// explain fills in the explanation, which costs a count for each part.
func (s *searcher) explain() (*Explanation, error) {
	e := &Explanation{
		Read: s.plan.reading, Saved: s.plan.saved, Languages: s.plan.langs, LeftOut: s.plan.dropped,
		All: s.all, Some: s.some,
	}
	for _, c := range s.plan.corrected {
		e.Corrections = append(e.Corrections, Correction{c.typed, c.searched})
	}
	start := time.Now()
	for _, l := range s.plan.leaves {
		n, err := s.view.Count(s.ctx, l.condition)
		if err != nil {
			return nil, err
		}
		forms, err := s.forms(l)
		if err != nil {
			return nil, err
		}
		e.Words = append(e.Words, ExplainedWord{l.label, n, forms})
	}
	for _, f := range s.plan.filters {
		n, err := s.view.Count(s.ctx, f.condition)
		if err != nil {
			return nil, err
		}
		e.Filters = append(e.Filters, ExplainedCount{f.label, n})
	}
	s.explained = e
	s.time("explain", start)
	return e, nil
}

// forms gives what a part of a query was searched as: of a word each stem,
// with the languages that give it.
func (s *searcher) forms(l *leaf) (forms []ExplainedForm, err error) {
	if l.wording == nil {
		for _, r := range l.readings {
			forms = append(forms, ExplainedForm{Form: r})
		}
		return forms[:min(len(forms), maxForms)], nil
	}
	w := l.wording
	for i, text := range append([]string{w.text}, w.also...) {
		spelling := text
		if i == 0 {
			spelling = ""
		}
		for _, f := range s.plan.reader.formsOf(text, w.prefix) {
			if slices.ContainsFunc(forms, func(g ExplainedForm) bool { return g.Form == f.name }) || len(forms) == maxForms {
				continue
			}
			n, err := s.view.Count(s.ctx, store.Words{Column: l.column, Any: []store.Phrase{f.phrase}})
			if err != nil {
				return nil, err
			}
			forms = append(forms, ExplainedForm{Form: f.name, Languages: f.langs, Spelling: spelling, Articles: &n})
		}
	}
	return forms, nil
}

// form is a reading of a word with the languages that have it.
type form struct {
	name   string
	phrase store.Phrase
	langs  []string
}

func (r *reader) formsOf(text string, prefix bool) (forms []form) {
	for i, a := range r.analysers {
		p := phraseOf(tokensOf(a, text), prefix)
		if len(p.Stems) == 0 {
			continue
		}
		name := strings.Join(p.Stems, " ") + mark(p.Prefix, "*")
		at := slices.IndexFunc(forms, func(f form) bool { return f.name == name })
		if at < 0 {
			at = len(forms)
			forms = append(forms, form{name: name, phrase: p})
		}
		forms[at].langs = append(forms[at].langs, r.langs[i])
	}
	return forms
}

// Lines writes the explanation for people.
func (e *Explanation) Lines() (lines []string) {
	if e.Read != "" {
		lines = append(lines, "read as: "+e.Read)
	}
	lines = append(lines, e.Saved...)
	lines = append(lines, "languages: "+languageList(e.Languages))
	for _, c := range e.Corrections {
		lines = append(lines, fmt.Sprintf("corrected: %s to %s", c.Typed, c.Searched))
	}
	for _, w := range e.Words {
		lines = append(lines, w.lines()...)
	}
	for _, f := range e.Filters {
		lines = append(lines, fmt.Sprintf("filter %s: %s", f.Filter, articles(f.Articles)))
	}
	if len(e.LeftOut) > 0 {
		lines = append(lines, "left out as too common: "+strings.Join(e.LeftOut, ", "))
	}
	lines = append(lines, fmt.Sprintf("all words: %s, some words: %d more", articles(e.All), e.Some))
	for _, t := range e.Steps {
		took := time.Duration(t.Seconds * float64(time.Second))
		lines = append(lines, fmt.Sprintf("time to %s: %s", t.Name, took.Round(10*time.Microsecond)))
	}
	return lines
}

func (w ExplainedWord) lines() []string {
	if len(w.Forms) == 1 && w.Forms[0].Spelling == "" {
		return []string{fmt.Sprintf("%s: as %s, in %s", w.Word, w.Forms[0].Form, articles(w.Articles))}
	}
	lines := []string{fmt.Sprintf("%s: in %s", w.Word, articles(w.Articles))}
	for _, f := range w.Forms {
		line := "  as " + f.Form
		if len(f.Languages) > 0 {
			line += " (" + languageList(f.Languages) + ")"
		}
		if f.Spelling != "" {
			line += ", spelt " + f.Spelling
		}
		if f.Articles != nil {
			line += ": in " + articles(*f.Articles)
		}
		lines = append(lines, line)
	}
	return lines
}
