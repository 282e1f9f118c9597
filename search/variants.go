package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// Variant is another spelling of a name that the archive holds.
type Variant struct {
	Spelling string
	Articles int    // that hold it, in any of its forms
	How      string // "key": by its sound, "accepted" or "rejected" by somebody
	phrases  []store.Phrase
	surface  string
}

// Variants lists the other spellings of a name, the commonest first, with
// those that were rejected.
func Variants(ctx context.Context, a *store.Archive, name string) (list []Variant, err error) {
	v, err := a.View(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	langs, err := v.Languages(ctx)
	if err != nil {
		return nil, err
	}
	p := &planner{ctx: ctx, archive: a, view: v, now: time.Now(), langs: langs, plan: &plan{}}
	p.reader = newReader(p.queryLanguages(nil), newTextMatcher())
	p.speller = newSpeller(ctx, v, p.reader)
	n := newNamer(p)
	tokens := tokensOf(p.reader.surface, name)
	if len(tokens) != 1 {
		return nil, &Error{Text: fmt.Sprintf("%q is not one word (give one part of a name at a time)", name)}
	}
	list = slices.Concat(n.variants(tokens[0].Surface), n.rejected(tokens[0].Surface))
	return n.counted(list, nil), p.err
}

// NameSurface gives a spelling as pairs of names are kept: folded.
func NameSurface(spelling string) (surface string, ok bool) {
	tokens := tokensOf(text.NewAnalyser(noLanguage), spelling)
	if len(tokens) != 1 {
		return "", false
	}
	return tokens[0].Surface, true
}

// namer finds the spellings of names.
type namer struct {
	p       *planner
	known   map[string][]Variant // by the folded word
	order   []string             // the words that were widened
	typed   map[string]string    // and how they are written in the query
	pairs   []store.NamePair
	decided bool // pairs are read
}

func newNamer(p *planner) *namer {
	return &namer{p: p, known: make(map[string][]Variant), typed: make(map[string]string)}
}

// maxVariants bounds the spellings that a word is widened by.
const maxVariants = 24

// of gives the other spellings that one word of a query is searched in.
func (n *namer) of(typed string) (spellings []string) {
	tokens := tokensOf(n.p.reader.surface, typed)
	if len(tokens) != 1 {
		return nil
	}
	surface := tokens[0].Surface
	variants := n.variants(surface)
	if _, noted := n.typed[surface]; !noted && len(variants) > 0 {
		n.typed[surface] = typed
		n.order = append(n.order, surface)
	}
	for _, v := range variants {
		spellings = append(spellings, v.surface)
	}
	return spellings
}

// maxCombined bounds the spellings of a phrase.
const maxCombined = 32

// phrase gives a phrase in the other spellings of its names.
func (n *namer) phrase(typed string) (spellings []string) {
	all := []string{typed}
	tokens := tokensOf(n.p.reader.surface, typed)
	for i := len(tokens) - 1; i >= 0; i-- {
		t := tokens[i]
		if i+1 < len(tokens) && tokens[i+1].Start < t.End {
			return nil // a script without blanks
		}
		for _, variant := range n.of(typed[t.Start:t.End]) {
			for _, s := range all[:len(all):len(all)] {
				// What stands before a token is the same in all so far.
				if len(all) < maxCombined && strings.HasPrefix(s, typed[:t.End]) {
					all = append(all, s[:t.Start]+variant+s[t.End:])
				}
			}
		}
	}
	return all[1:]
}

// variants gives the other spellings of a folded word, if it is a name.
func (n *namer) variants(surface string) []Variant {
	if known, ok := n.known[surface]; ok {
		return known
	}
	found, err := n.find(surface)
	n.p.fail(err)
	n.known[surface] = found
	return found
}

// find looks for spellings: first what costs little and rules out most words.
func (n *namer) find(surface string) (found []Variant, err error) {
	accepted := n.decisions(surface, true)
	word, held, err := n.p.view.Word(n.p.ctx, surface)
	if err != nil {
		return nil, err
	}
	var sounding []store.Word
	if !held || mayBeName(word) && !n.p.speller.isStopWord(surface) {
		if sounding, err = n.sounding(surface, word); err != nil {
			return nil, err
		}
	}
	if len(sounding) > 0 && held {
		isName, err := n.isName(word)
		if err != nil {
			return nil, err
		}
		if !isName {
			sounding = nil
		}
	}
	list := n.p.reader.stemmed(false, surface)
	for _, s := range accepted {
		found, list = n.add(found, list, s, s, "accepted")
	}
	for _, w := range sounding {
		found, list = n.add(found, list, w.Surface, w.Written, "key")
	}
	return found, nil
}

// add adds a spelling unless it is found already as a form of another.
func (n *namer) add(found []Variant, known []store.Phrase, surface, written, how string) ([]Variant, []store.Phrase) {
	v := Variant{Spelling: written, How: how, surface: surface, phrases: n.p.reader.stemmed(false, surface)}
	v.phrases = slices.DeleteFunc(v.phrases, func(p store.Phrase) bool {
		return slices.ContainsFunc(known, func(k store.Phrase) bool { return slices.Equal(k.Stems, p.Stems) })
	})
	if len(v.phrases) == 0 || len(found) >= maxVariants {
		return found, known
	}
	return append(found, v), append(known, v.phrases...)
}

// sounding gives the names of the archive that are spellings of a word, the
// shortest first, which is the form without endings.
func (n *namer) sounding(surface string, word store.Word) (found []store.Word, err error) {
	const sure = text.Capitalised | text.Capitals
	rejected := n.decisions(surface, false)
	for _, key := range text.NameKeys(surface) {
		words, err := n.p.view.NamesByKey(n.p.ctx, key)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if w.Surface == surface || (w.Cases|word.Cases)&sure == 0 || !mayBeName(w) || slices.Contains(rejected, w.Surface) ||
				slices.ContainsFunc(found, func(f store.Word) bool { return f.Surface == w.Surface }) ||
				!text.SameName(surface, w.Surface) {
				continue
			}
			full, _, err := n.p.view.Word(n.p.ctx, w.Surface)
			if err != nil {
				return nil, err
			}
			if is, err := n.isName(full); err != nil {
				return nil, err
			} else if is {
				found = append(found, full)
			}
		}
	}
	slices.SortFunc(found, func(a, b store.Word) int {
		return cmp.Or(cmp.Compare(len(a.Surface), len(b.Surface)), cmp.Compare(a.Surface, b.Surface))
	})
	return found, nil
}

// mayBeName reports whether a word was met with a capital, other than as an
// abbreviation.
func mayBeName(w store.Word) bool { return w.Cases&^(text.Lower|text.Capitals) != 0 }

// sampled is how many texts are looked at to see in which case a word stands:
// half of them the newest, half the oldest, as sources and languages change
// with time.
const sampled = 32

// isName reports whether a word is hardly ever written in lower case.
func (n *namer) isName(w store.Word) (bool, error) {
	if w.Cases&text.Lower == 0 || n.p.speller.isStopWord(w.Surface) {
		return w.Cases != 0 && !n.p.speller.isStopWord(w.Surface), nil
	}
	var seen caseCount
	for _, order := range []store.Order{store.ByDateDesc, store.ByDate} {
		articles, _, err := n.p.view.Find(n.p.ctx, store.Search{Where: n.p.speller.words(w.Surface), Order: order, Limit: sampled / 2})
		if err != nil {
			return false, err
		}
		half, err := n.casesIn(articles, w.Surface)
		if err != nil || half.ordinary() {
			return false, err
		}
		seen.lower, seen.capitals = seen.lower+half.lower, seen.capitals+half.capitals
	}
	seen.lower = max(seen.lower, 1) // which the vocabulary knows of
	return !seen.ordinary(), nil
}

// caseCount counts how often a word stands in lower case, and with a capital
// inside a sentence.
type caseCount struct{ lower, capitals int }

func (c caseCount) ordinary() bool { return c.capitals < 9*c.lower }

// evident is how often a word is seen in lower case, or with a capital alone,
// until no more texts are looked at.
const evident = 12

func (n *namer) casesIn(articles []store.Scored, surface string) (seen caseCount, err error) {
	for _, a := range articles {
		body, err := n.p.archive.Text(n.p.ctx, a.ID)
		if err != nil {
			return seen, err
		}
		n.count(&seen, body, surface)
		if seen.ordinary() && seen.lower >= evident/4 || seen.lower == 0 && seen.capitals >= evident {
			break
		}
	}
	return seen, nil
}

// maxSample bounds what is looked at of a text, in bytes.
const maxSample = 20000

// count looks at a word in a text. What stands first in a sentence or in
// capitals throughout tells nothing.
func (n *namer) count(seen *caseCount, body, surface string) {
	body = body[:min(len(body), maxSample)]
	for t := range n.p.reader.surface.Find(body, surface) {
		switch written := body[t.Start:t.End]; {
		case strings.IndexFunc(written, unicode.IsUpper) != 0:
			seen.lower++
		case written != strings.ToUpper(written) && insideSentence(body[:t.Start]):
			seen.capitals++
		}
	}
}

// insideSentence reports whether a text goes on behind what stands there: it
// ends in a letter or comma and a blank.
func insideSentence(before string) bool {
	before, blank := strings.CutSuffix(before, " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	return blank && (last == ',' || unicode.IsLower(last))
}

// decisions gives the spellings that were accepted, or rejected, beside one.
func (n *namer) decisions(surface string, accepted bool) (others []string) {
	if !n.decided {
		pairs, err := n.p.view.NamePairs(n.p.ctx)
		n.p.fail(err)
		n.pairs, n.decided = pairs, true
	}
	for _, p := range n.pairs {
		switch {
		case p.Accepted != accepted:
		case p.A == surface:
			others = append(others, p.B)
		case p.B == surface:
			others = append(others, p.A)
		}
	}
	return others
}

func (n *namer) rejected(surface string) (list []Variant) {
	for _, s := range n.decisions(surface, false) {
		list = append(list, Variant{Spelling: s, How: "rejected", surface: s, phrases: n.p.reader.stemmed(false, s)})
	}
	return list
}

// counted gives those spellings that articles within a scope hold, and those
// that somebody rejected, the commonest first.
func (n *namer) counted(list []Variant, scope store.And) (counted []Variant) {
	for _, v := range list {
		count, err := n.p.view.Count(n.p.ctx, append(store.And{store.Words{Any: v.phrases}}, scope...))
		n.p.fail(err)
		if v.Articles = count; count > 0 || v.How != "key" {
			counted = append(counted, v)
		}
	}
	slices.SortStableFunc(counted, func(a, b Variant) int { return cmp.Compare(b.Articles, a.Articles) })
	return counted
}

// maxNoted is how many spellings a note names.
const maxNoted = 8

// notes says for each widened word what else was searched.
func (n *namer) notes(scope store.And) (notes []string) {
	for _, surface := range n.order {
		var found []string
		for _, v := range n.counted(n.known[surface], scope) {
			if v.Articles > 0 {
				found = append(found, fmt.Sprintf("%s %d", v.Spelling, v.Articles))
			}
		}
		if len(found) == 0 {
			continue
		}
		if more := len(found) - maxNoted; more > 0 {
			found = append(found[:maxNoted], fmt.Sprintf("and %d more", more))
		}
		notes = append(notes, fmt.Sprintf("also matched: %s — '=%s' for only this spelling", strings.Join(found, ", "), n.typed[surface]))
	}
	return notes
}

// exactly gives a tree in which every word and phrase is taken as it is typed.
func exactly(n node) node {
	return eachAsked(n, func(n node) node {
		switch n := n.(type) {
		case wordNode:
			n.exact = n.exact || !n.prefix && n.edits == 0
			return n
		case phraseNode:
			n.exact = n.exact || !n.prefix && n.within == 0
			return n
		}
		return n
	})
}
