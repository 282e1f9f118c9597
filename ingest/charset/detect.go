package charset

import (
	"slices"
)

// doubt is how much more the next best must cost for a detection to be sure,
// in natural logarithms: 4 is a chance of one in fifty.
const doubt = 4

// candidate is an encoding that a text may be in, and what that costs.
type candidate struct {
	coding
	cost float32
}

// detect decodes what is no UTF-8, or not all of it.
func detect(b []byte) (string, Found) {
	look := sample(b)
	all := candidates(look)
	if text, found, ok := mixture(b, all[0].cost); ok {
		return text, found
	}
	best, doubtful := surest(all, look)
	return best.decode(b), Found{Name: best.name, How: ByDetection, Doubtful: doubtful}
}

// surest gives the most likely encoding, and whether another is almost as
// likely that gives another text.
func surest(all []candidate, b []byte) (best coding, doubtful bool) {
	best = all[0].coding
	text := best.decode(b)
	for _, c := range all[1:] {
		if c.cost > all[0].cost+doubt {
			break
		}
		if c.name != best.name && c.decode(b) != text {
			return best, true
		}
	}
	return best, false
}

// candidates are all encodings, the most likely first.
func candidates(b []byte) []candidate {
	pairs := pairsOf(b)
	var all []candidate
	for _, r := range readings() {
		all = append(all, candidate{r.encoding.coding(), r.cost(pairs)})
	}
	least := slices.MinFunc(all, byCost).cost
	for _, m := range multiBytes() {
		all = append(all, candidate{coding{m.name, m.decode}, m.cost(b, least+doubt)})
	}
	slices.SortStableFunc(all, byCost)
	return all
}

func byCost(a, b candidate) int {
	switch {
	case a.cost < b.cost:
		return -1
	case a.cost > b.cost:
		return 1
	}
	return 0
}

func (e *singleByte) coding() coding {
	switch {
	case e.visual:
		return coding{e.name, func(b []byte) string { return fromVisual(by(e.table)(b)) }}
	case e.name == "windows-1258":
		return coding{e.name, whole(by(e.table))}
	}
	return coding{e.name, by(e.table)}
}
