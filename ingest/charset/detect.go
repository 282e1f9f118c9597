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
	prior float32 // the cost of meeting the encoding at all
	cost  float32 // that and the text's
}

// detect gives the most likely encoding of what is no UTF-8, or not all of it.
func detect(b []byte) *Coding {
	b = sample(b)
	all := candidates(b)
	if c := mixture(b, all[0].cost, nil); c != nil {
		return c
	}
	best, doubtful := surest(all, b)
	return &Coding{Found{Name: best.name, How: ByDetection, Doubtful: doubtful}, best.decode}
}

// sameText is how much more an encoding may cost, in natural logarithms, whose
// name is preferred because it is commoner and the text is the same.
const sameText = 20

// surest gives the most likely encoding, and whether another is almost as
// likely that gives another text.
func surest(all []candidate, b []byte) (best candidate, doubtful bool) {
	best = all[0]
	text := best.decode(b)
	for _, c := range all[1:] {
		if c.cost > all[0].cost+sameText {
			break
		}
		if c.prior >= best.prior && c.cost > all[0].cost+doubt || c.name == all[0].name {
			continue
		}
		if c.decode(b) != text {
			doubtful = doubtful || c.cost <= all[0].cost+doubt
		} else if c.prior < best.prior {
			best = c
		}
	}
	return best, doubtful
}

// candidates are all encodings, the most likely first.
func candidates(b []byte) []candidate {
	pairs := pairsOf(b)
	var all []candidate
	for _, r := range readings() {
		all = append(all, candidate{r.encoding.coding(), r.encoding.prior, r.cost(pairs)})
	}
	least := slices.MinFunc(all, byCost).cost
	for _, m := range multiBytes() {
		all = append(all, candidate{coding{m.name, m.decode}, m.prior, m.cost(b, least+doubt)})
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
