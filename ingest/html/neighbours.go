package html

// Candidates gives the blocks of a page in UTF-8 with their signs, nil where
// no tree can be made of it.
func Candidates(page []byte) []Candidate {
	f := factsOf(page)
	if isTooLarge(page, f) {
		return nil
	}
	doc, err := parse(page)
	if err != nil {
		return nil
	}
	return layoutOf(doc, f).candidates
}

// Again gives the signs for a second look: those of the first, and how likely
// the blocks around each are after it.
func Again(candidates []Candidate, likely []float64) [][]float32 {
	sums := likelyAbove(candidates, likely)
	total, before := sums.total, 0.0
	words, wordsBefore := 0, 0
	for i := range candidates {
		words += candidates[i].Words
	}
	signs := make([][]float32, len(candidates))
	for i := range candidates {
		c := &candidates[i]
		s := make([]float32, 0, len(c.Signs)+40)
		s = append(s, c.Signs...)
		for near := -4; near <= 4; near++ {
			s = append(s, likelyAt(likely, i+near))
		}
		for _, reach := range []int{3, 8, 20} {
			s = append(s, sums.around(candidates, likely, i, reach))
		}
		e := c.at
		for range 6 {
			s = append(s, float32(e.likely/float64(max(e.words, 1))), float32(e.likely/max(total, 1)))
			if e.parent != nil {
				e = e.parent
			}
		}
		s = append(s, sums.alike(c), float32(before/max(total, 1)), float32((total-before)/max(total, 1)), logOf(int(total)),
			float32(total/float64(max(words, 1))), ratio(wordsBefore, words), float32(i-sums.first), float32(sums.last-i))
		signs[i] = s
		before += likely[i] * float64(c.Words)
		wordsBefore += c.Words
	}
	return signs
}

func likelyAt(likely []float64, i int) float32 {
	if i < 0 || i >= len(likely) {
		return -1
	}
	return float32(likely[i])
}

// likelihoods is sums over the blocks of a page after the first look.
type likelihoods struct {
	total       float64
	first, last int // of the blocks that are surely the article's
	words       map[look]int
	likely      map[look]float64
}

// look is what blocks of one kind have in common: the names of the element
// and of the one around it.
type look struct{ class, around string }

func lookOf(c *Candidate) look {
	l := look{class: c.at.tag.String() + " " + c.at.class}
	if p := c.at.parent; p != nil {
		l.around = p.tag.String() + " " + p.class
	}
	return l
}

func likelyAbove(candidates []Candidate, likely []float64) *likelihoods {
	l := &likelihoods{first: -1, last: -1, words: map[look]int{}, likely: map[look]float64{}}
	for i := range candidates {
		for e := candidates[i].at; e != nil; e = e.parent {
			e.likely = 0
		}
	}
	for i := range candidates {
		c := &candidates[i]
		sum := likely[i] * float64(c.Words)
		for e := c.at; e != nil; e = e.parent {
			e.likely += sum
		}
		l.total += sum
		l.words[lookOf(c)] += c.Words
		l.likely[lookOf(c)] += sum
		if c.Words >= 10 && likely[i] > .6 {
			if l.first < 0 {
				l.first = i
			}
			l.last = i
		}
	}
	return l
}

func (l *likelihoods) alike(c *Candidate) float32 {
	return float32(l.likely[lookOf(c)] / float64(max(l.words[lookOf(c)], 1)))
}

// around is how likely the words of the blocks near one are.
func (l *likelihoods) around(candidates []Candidate, likely []float64, at, reach int) float32 {
	words, sum := 0, 0.0
	for i := max(at-reach, 0); i <= min(at+reach, len(candidates)-1); i++ {
		if i != at {
			words += candidates[i].Words
			sum += likely[i] * float64(candidates[i].Words)
		}
	}
	return float32(sum / float64(max(words, 1)))
}
