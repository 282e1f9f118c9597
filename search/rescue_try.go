package search

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
	"example.com/archive/text"
)

// suggest finds one query that finds something, as near to the one asked as
// it can: first what may be a mistake is put right, then something is left out.
func (r *rescuer) suggest() error {
	whole := r.attempt()
	for _, a := range r.asMeant(whole) {
		if done, err := r.settle(a); done || err != nil {
			return err
		}
	}
	mended, err := r.mended(whole)
	if err != nil {
		return err
	}
	if soon := time.Now().Add(maxRescue / 3); soon.After(r.until) {
		r.until = soon // of a long query what was put right is asked at least
	}
	corrected := whole
	corrected.query.NoCorrect = false
	for _, try := range []func() (attempt, error){
		func() (attempt, error) { return mended, nil },
		func() (attempt, error) { return corrected, nil },
		func() (attempt, error) { return r.withoutOne(mended) },
		func() (attempt, error) { return r.withoutTwo(mended) },
		func() (attempt, error) { return r.asManyAsPossible(mended) },
		func() (attempt, error) { return r.someOf(whole), nil },
	} {
		a, err := try()
		if err != nil {
			return err
		}
		if done, err := r.settle(a); done || err != nil {
			return err
		}
	}
	return nil
}

// settle suggests a query if it finds something.
func (r *rescuer) settle(a attempt) (done bool, err error) {
	all, some, err := r.count(a)
	if err != nil || all+some == 0 {
		return false, err
	}
	if len(a.left) > 0 {
		r.tellLeft(a, all, some)
	}
	r.result.Suggestion = &Suggestion{a.asked(), all, some}
	return true, nil
}

// asMeant takes the words of a query less strictly, one way each.
func (r *rescuer) asMeant(whole attempt) (attempts []attempt) {
	typed := text.Clean(r.query.Text)
	if right := rightFields(typed); right != typed {
		a := whole
		tree, _ := parse(right)
		a.kids, a.explicit = kidsOf(tree)
		attempts = append(attempts, a)
	}
	if r.query.Exact {
		a := whole
		a.query.Exact = false
		attempts = append(attempts, a)
	}
	return attempts
}

// rightFields puts the names of fields right that are misspelt.
func rightFields(query string) string {
	words := strings.Fields(query)
	for i, w := range words[:min(len(words), maxWords)] {
		name, rest, ok := strings.Cut(w, ":")
		if ok && fieldName(name) == "" {
			if field := nearField(name); field != "" {
				words[i] = field + ":" + rest
			}
		}
	}
	return strings.Join(words, " ")
}

// someOf asks for any of what was asked for together.
func (r *rescuer) someOf(whole attempt) attempt {
	if whole.query.Match == AllOnly {
		whole.query.Match = AllThenSome
	}
	whole.explicit = false
	if len(whole.kids) != 1 {
		return whole
	}
	switch whole.kids[0].(type) {
	case phraseNode, nearNode, sameNode:
		if words := wordsOf(whole.kids[0]); len(words) <= maxHelp {
			whole.kids = nil
			for _, w := range words {
				whole.kids = append(whole.kids, wordNode{text: w})
			}
		}
	}
	return whole
}

// mended puts right, or leaves out, those parts that no article has.
func (r *rescuer) mended(a attempt) (attempt, error) {
	looked := 0
	for _, p := range r.parts {
		n, err := r.view.Count(r.ctx, p.condition)
		if err != nil {
			return a, err
		}
		if n > 0 {
			continue
		}
		looked++
		if a, err = r.mend(a, p, looked <= maxHelp); err != nil {
			return a, err
		}
	}
	return a, nil
}

// mend puts one part right, or leaves it out.
func (r *rescuer) mend(a attempt, p part, look bool) (attempt, error) {
	switch {
	case !look:
	case p.flag != "" && p.flag != "date":
		return r.mendFlag(a, p)
	case p.flag == "":
		better, err := r.instead(a.kids[p.kid])
		if err != nil || better != nil {
			return a.with(p.kid, better), err
		}
	}
	return a.without(p), nil
}

// mendFlag puts in place of values that nothing is named after those that are
// most like them.
func (r *rescuer) mendFlag(a attempt, p part) (attempt, error) {
	var better []string
	for _, v := range *valuesOf(&a.query, p.flag) {
		names, err := r.alike(p.flag, v)
		if err != nil {
			return a, err
		}
		if len(names) > 0 {
			better = append(better, names[0].Value)
		}
	}
	if len(better) == 0 {
		return a.without(p), nil
	}
	*valuesOf(&a.query, p.flag), a.changed = better, true
	return a, nil
}

// instead gives the first of the alternatives to a part of a query that
// articles have; nil if none is.
func (r *rescuer) instead(n node) (better node, err error) {
	others, err := r.alternatives(n)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		alone := attempt{query: Query{NoCorrect: true, Exact: r.query.Exact, Match: AllOnly, Now: r.query.Now}, kids: []node{other}, alone: true}
		all, _, err := r.count(alone)
		if err != nil {
			return nil, err
		}
		if all > 0 {
			if _, isWord := n.(wordNode); !isWord {
				r.tell("%s: in %s", elided(other.String()), articles(all))
			}
			return other, nil
		}
	}
	return nil, nil
}

// loose is how far apart the words of a phrase may then stand, and how many
// times as far those that were asked for close together.
const loose = 10

// alternatives gives what may have been meant by a part of a query, what is
// nearest to it first.
func (r *rescuer) alternatives(n node) (others []node, err error) {
	respelt, err := r.respelt(n)
	if err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case wordNode:
		if n.exact {
			others = append(others, wordNode{text: n.text})
		}
	case phraseNode:
		others = r.loosened(n)
		if p, ok := respelt.(phraseNode); ok {
			return slices.Concat([]node{respelt}, others, r.loosened(p)), nil
		}
	case nearNode:
		others = append(others, widened(n), andNode{[]node{n.left, n.right}, true})
	case sameNode:
		if !n.paragraph {
			others = append(others, sameNode{n.kids, true})
		}
		others = append(others, andNode{n.kids, true})
	case fieldNode:
		if !isColumn(n.name) {
			return r.otherNames(n)
		}
		others = append(others, n.value)
	}
	if respelt != nil {
		others = append(others, respelt)
	}
	return others, nil
}

// loosened gives a phrase with its words in other forms, some words apart,
// and anywhere in the article.
func (r *rescuer) loosened(n phraseNode) (others []node) {
	if n.exact {
		others = append(others, phraseNode{text: n.text})
	}
	words := wordsOf(n)
	if len(words) < 2 || len(words) > maxHelp {
		return others
	}
	if n.within < loose {
		others = append(others, phraseNode{text: n.text, within: loose})
	}
	together := andNode{explicit: true}
	for _, w := range words {
		together.kids = append(together.kids, wordNode{text: w})
	}
	return append(others, together)
}

// widened lets words that shall stand close together stand further apart.
func widened(n nearNode) node {
	n.within, n.ordered = min(loose*n.within, maxNear), false
	if left, ok := n.left.(nearNode); ok {
		n.left = widened(left)
	}
	return n
}

// lettersPerEdit is how long, in characters for each edit, a word must be that
// another is suggested for.
const lettersPerEdit = 3

// respelt puts in place of the words that the archive does not hold those
// that are most like them; nil if there are none.
func (r *rescuer) respelt(n node) (better node, err error) {
	changed := false
	better = eachWording(n, func(s string, _ bool) string {
		for _, w := range wordsIn(s) {
			if n, e := r.articlesWith(w); e != nil || n > 0 {
				err = e
				continue
			}
			near, e := r.near(w)
			if e != nil {
				err = e
			}
			if len(near) > 0 && near[0].edits <= float64(utf8.RuneCountInString(w)/lettersPerEdit) {
				s, changed = strings.Replace(s, w, near[0].common(), 1), true
			}
		}
		return s
	})
	if !changed {
		return nil, err
	}
	return better, err
}

// otherNames gives a field with the names that are most like the one asked for.
func (r *rescuer) otherNames(n fieldNode) (others []node, err error) {
	for _, value := range valueTexts(n) {
		names, err := r.alike(n.name, value)
		if err != nil {
			return nil, err
		}
		if len(names) > 0 {
			others = append(others, fieldNode{n.name, phraseNode{text: names[0].Value}})
		}
	}
	return others, nil
}

// withoutOne gives the query without that part of it whose absence brings
// most: a filter, if one does at all.
func (r *rescuer) withoutOne(a attempt) (best attempt, err error) {
	best = a
	most, filtered := 0, false
	parts := r.partsOf(a)
	if len(parts) > 2*maxHelp { // then one more or less is seldom what matters
		return best, nil
	}
	for _, p := range parts {
		n, err := r.tellWithout(a, p)
		if err != nil {
			return best, err
		}
		if n > most && (p.isFilter || !filtered) {
			best, most, filtered = a.without(p), n, p.isFilter
		}
	}
	return best, nil
}

// tellWithout says what a query finds without one of its parts.
func (r *rescuer) tellWithout(a attempt, p part) (n int, err error) {
	a = a.without(p)
	all, some, err := r.countLess(a)
	if err == nil && all+some > 0 {
		r.tellLeft(a, all, some)
	}
	return all + some, err
}

// tellLeft says what a query finds without what was left out.
func (r *rescuer) tellLeft(a attempt, all, some int) {
	left := a.left
	if more := len(left) - maxHelp; more > 0 {
		left = append(slices.Clone(left[:maxHelp]), fmt.Sprintf("%d more", more))
	}
	r.tell("without %s: %s", strings.Join(left, " and "), found(all, some))
}

// maxPairs bounds the parts of which two at a time are left out.
const maxPairs = 6

// withoutTwo gives the query without those two parts whose absence brings most.
func (r *rescuer) withoutTwo(a attempt) (best attempt, err error) {
	best = a
	parts := r.partsOf(a)
	parts = parts[:min(len(parts), maxPairs)]
	most := 0
	for i, p := range parts {
		for _, q := range parts[:i] {
			fewer := a.without(q).without(p)
			all, some, err := r.countLess(fewer)
			if err != nil {
				return best, err
			}
			if all+some > most {
				best, most = fewer, all+some
			}
		}
	}
	return best, nil
}

// asManyAsPossible takes the parts of a query one after the other, as long as
// there are articles that have all.
func (r *rescuer) asManyAsPossible(a attempt) (attempt, error) {
	var together store.And
	var left []part
	for _, p := range r.partsOf(a) {
		more := append(slices.Clone(together), p.condition)
		n, err := r.view.Count(r.ctx, more)
		if err != nil {
			return a, err
		}
		if n == 0 || time.Now().After(r.until) {
			left = append(left, p)
			continue
		}
		together = more
	}
	for _, p := range left {
		a = a.without(p)
	}
	return a, nil
}

func isWordRune(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

func wordsIn(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !isWordRune(r) })
}
