package html

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
)

// articleForest was grown by "go run ./bench learn".
//
//go:embed article.forest
var articleForest []byte

// looks are the forests of the first and the second look at the blocks of a
// page. The embedded file is sound, a test reads it.
var looks = sync.OnceValue(func() []*Forest {
	all, err := ReadForests(articleForest)
	if err != nil || len(all) != 2 {
		panic("html: the embedded forests are damaged")
	}
	return all
})

// articleFound is what was found in the tree of a page.
type articleFound struct {
	title, byline, site, lang string
	text                      string
	dates                     []Value
}

// extract finds the article in two ways: Readability looks for the part of the
// page that holds it, the forests judge block by block. They only choose: the
// text is that of the page itself.
func extract(doc *html.Node, f *facts, address string) articleFound {
	l := layoutOf(doc, f)
	marks := markTexts(doc)
	readable, err := newReader().ParseDocument(doc, f.baseAddress(address))
	var found articleFound
	if err == nil {
		found = articleFound{title: withoutMarks(readable.Title()), byline: withoutMarks(readable.Byline()), site: readable.SiteName(), lang: readable.Language()}
	}
	kept := marks.keptIn(readable.Node)
	marks.undo()
	found.text = joinBlocks(chosen(l.candidates, likelihoodsOf(l.candidates), func(b block) bool { return marks.keeps(kept, b) }))
	found.dates = l.datesIn(doc, f.url(address).Text)
	return found
}

func newReader() *readability.Parser {
	p := readability.NewParser()
	return &p
}

// likelihoodsOf gives how likely each block belongs to the article.
func likelihoodsOf(candidates []Candidate) []float64 {
	likely := make([]float64, len(candidates))
	for i, c := range candidates {
		likely[i] = looks()[0].Likely(c.Signs)
	}
	for i, signs := range Again(candidates, likely) {
		likely[i] = looks()[1].Likely(signs)
	}
	return likely
}

// How likely a block must be. The limits were chosen with the results on the
// collections in sight that docs/formats.md gives figures of.
const (
	likelyKept  = .2  // that Readability keeps
	likelyAlone = .85 // that it does not
	likelyAll   = .4  // where Readability is wrong about the page
	leastAgreed = .1  // of the words that the forests take, kept by Readability
)

// chosen gives the blocks that are the article's. Where Readability keeps
// little of what is likely, as of a forum, it counts for nothing; where
// nothing is likely, what it keeps is all there is.
func chosen(candidates []Candidate, likely []float64, keeps func(block) bool) []block {
	var kept, alone []int
	agreed, words := 0, 0
	for i, c := range candidates {
		if likely[i] >= likelyAlone || likely[i] >= likelyKept && keeps(c.block) {
			kept = append(kept, i)
			agreed += c.Words
		}
		if likely[i] >= likelyAll {
			alone = append(alone, i)
			words += c.Words
		}
	}
	if float64(agreed) < leastAgreed*float64(words) {
		kept = alone
	}
	if len(kept) == 0 {
		kept = keptOf(candidates, keeps)
	}
	return blocksAt(candidates, kept)
}

func keptOf(candidates []Candidate, keeps func(block) bool) []int {
	var kept []int
	for i, c := range candidates {
		if keeps(c.block) {
			kept = append(kept, i)
		}
	}
	return kept
}

// blocksAt gives blocks by their numbers; an item below another that is left
// out stands by itself.
func blocksAt(candidates []Candidate, at []int) []block {
	var blocks []block
	for n, i := range at {
		b := candidates[i].block
		b.tight = b.tight && n > 0 && at[n-1] == i-1
		blocks = append(blocks, b)
	}
	return blocks
}

// words counts the words of a block; where a script has no blanks, two signs
// are taken for one.
func (b block) words() int {
	signs := 0
	for _, r := range b.text {
		if r >= '\u0e00' && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			signs++
		}
	}
	return len(strings.Fields(b.text)) + signs/2
}
