package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"example.com/archive/ingest/html"
)

// grower grows forests by gradient boosting with the logistic loss (Friedman
// 2001), each tree leaf by leaf, on signs put into bins.
type grower struct {
	trees, leaves int
	rate          float64
	least         float64 // weight of what a leaf must hold
	ridge         float64
}

// samples are blocks with their signs, by columns.
type samples struct {
	limits [][]float32 // of the bins of each sign
	bins   [][]uint8
	right  []bool
	weight []float64
}

const maxBins = 64

// samplesOf takes the signs of the first look, or those given.
func samplesOf(pages []*lesson, again [][][]float32, chosen func(*lesson) bool) *samples {
	var rows [][]float32
	s := &samples{}
	for i, p := range pages {
		if !chosen(p) {
			continue
		}
		if again == nil {
			rows = append(rows, firstSigns(p)...)
		} else {
			rows = append(rows, again[i]...)
		}
		s.right = append(s.right, p.right...)
		s.weight = append(s.weight, p.weight...)
	}
	s.evenWeights()
	s.limits, s.bins = make([][]float32, len(rows[0])), make([][]uint8, len(rows[0]))
	inParallel(len(s.bins), func(sign int) { s.bin(rows, sign) })
	return s
}

// evenWeights makes the mean weight 1.
func (s *samples) evenWeights() {
	sum := 0.0
	for _, w := range s.weight {
		sum += w
	}
	for i := range s.weight {
		s.weight[i] *= float64(len(s.weight)) / sum
	}
}

func (s *samples) bin(rows [][]float32, sign int) {
	values := make([]float32, 0, len(rows)/7+1)
	for i := 0; i < len(rows); i += 7 {
		values = append(values, rows[i][sign])
	}
	slices.Sort(values)
	var limits []float32
	for b := 1; b < maxBins; b++ {
		if v := values[b*len(values)/maxBins]; len(limits) == 0 || v > limits[len(limits)-1] {
			limits = append(limits, v)
		}
	}
	bins := make([]uint8, len(rows))
	for i, row := range rows {
		at, _ := slices.BinarySearch(limits, row[sign])
		bins[i] = uint8(at)
	}
	s.limits[sign], s.bins[sign] = limits, bins
}

func inParallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	for w := range 2 {
		wait.Go(func() {
			for i := w; i < n; i += 2 {
				do(i)
			}
		})
	}
	wait.Wait()
}

func (g *grower) grow(s *samples) *html.Forest {
	f := &html.Forest{}
	t := growing{grower: g, samples: s, random: rand.New(rand.NewPCG(1, 2)), sum: make([]float64, len(s.right)), bends: make([][2]float32, len(s.right))}
	for range g.trees {
		t.loss()
		tree := t.tree()
		f.Trees = append(f.Trees, tree)
		t.add(tree)
	}
	return f
}

// growing is a forest on its way.
type growing struct {
	*grower
	*samples
	random *rand.Rand
	sum    []float64
	// bends holds the first and second derivative of the loss, by sample.
	bends [][2]float32
	signs []int // that the tree under way may ask for
}

func (g *growing) loss() {
	for i, right := range g.right {
		p := 1 / (1 + math.Exp(-g.sum[i]))
		want := 0.0
		if right {
			want = 1
		}
		g.bends[i] = [2]float32{float32((p - want) * g.weight[i]), float32(max(p*(1-p), 1e-6) * g.weight[i])}
	}
}

// add takes the answers of a tree for all samples, those it did not grow on
// too.
func (g *growing) add(tree []html.Fork) {
	inParallel(2, func(half int) {
		for i := half; i < len(g.sum); i += 2 {
			at := &tree[0]
			for at.Low != 0 {
				if g.limits[at.Sign][min(int(g.bins[at.Sign][i]), len(g.limits[at.Sign])-1)] <= at.Limit && int(g.bins[at.Sign][i]) < len(g.limits[at.Sign]) {
					at = &tree[at.Low]
				} else {
					at = &tree[at.High]
				}
			}
			g.sum[i] += float64(at.Limit)
		}
	})
}

// leaf is samples that no question has parted yet.
type leaf struct {
	at          int // its fork in the tree
	samples     []int32
	slope, bend float64
	sums        [][maxBins][2]float64
	gain        float64
	sign, bin   int
}

func (g *growing) tree() []html.Fork {
	root := &leaf{}
	for i := range g.right {
		if g.random.IntN(2) == 0 {
			root.samples = append(root.samples, int32(i))
		}
	}
	g.signs = g.random.Perm(len(g.bins))[:len(g.bins)/2]
	g.total(root)
	g.count(root)
	g.best(root)
	forks := make([]html.Fork, 1)
	leaves := []*leaf{root}
	for len(leaves) < g.leaves {
		i := 0
		for j, l := range leaves {
			if l.gain > leaves[i].gain {
				i = j
			}
		}
		l := leaves[i]
		if l.gain <= 0 {
			break
		}
		low, high := g.part(l)
		low.at, high.at = len(forks), len(forks)+1
		forks[l.at] = html.Fork{Sign: uint16(l.sign), Limit: g.limits[l.sign][l.bin], Low: uint16(low.at), High: uint16(high.at)}
		forks = append(forks, html.Fork{}, html.Fork{})
		leaves[i] = low
		leaves = append(leaves, high)
	}
	for _, l := range leaves {
		value := -g.rate * l.slope / (l.bend + g.ridge)
		forks[l.at].Limit = float32(value)
	}
	return forks
}

func (g *growing) total(l *leaf) {
	for _, s := range l.samples {
		l.slope += float64(g.bends[s][0])
		l.bend += float64(g.bends[s][1])
	}
}

// count sums the derivatives in each bin of each sign.
func (g *growing) count(l *leaf) {
	l.sums = make([][maxBins][2]float64, len(g.bins))
	bends := make([][2]float32, len(l.samples))
	for i, s := range l.samples {
		bends[i] = g.bends[s]
	}
	inParallel(len(g.signs), func(i int) {
		sums, bins := &l.sums[g.signs[i]], g.bins[g.signs[i]]
		for i, s := range l.samples {
			b := &sums[bins[s]]
			b[0] += float64(bends[i][0])
			b[1] += float64(bends[i][1])
		}
	})
}

func (g *growing) best(l *leaf) {
	l.gain = 0
	whole := l.slope * l.slope / (l.bend + g.ridge)
	for _, sign := range g.signs {
		slope, bend := 0.0, 0.0
		for bin := range g.limits[sign] {
			slope += l.sums[sign][bin][0]
			bend += l.sums[sign][bin][1]
			if bend < g.least || l.bend-bend < g.least {
				continue
			}
			rest, restBend := l.slope-slope, l.bend-bend
			if gain := slope*slope/(bend+g.ridge) + rest*rest/(restBend+g.ridge) - whole; gain > l.gain+1e-9 {
				l.gain, l.sign, l.bin = gain, sign, bin
			}
		}
	}
}

// part parts a leaf in two. The sums of the larger part are what the smaller
// leaves of the whole.
func (g *growing) part(l *leaf) (low, high *leaf) {
	low, high = &leaf{}, &leaf{}
	for _, s := range l.samples {
		if int(g.bins[l.sign][s]) <= l.bin {
			low.samples = append(low.samples, s)
		} else {
			high.samples = append(high.samples, s)
		}
	}
	g.total(low)
	g.total(high)
	small, large := low, high
	if len(high.samples) < len(low.samples) {
		small, large = high, low
	}
	g.count(small)
	large.sums = l.sums
	for _, sign := range g.signs {
		for bin := range large.sums[sign] {
			large.sums[sign][bin][0] -= small.sums[sign][bin][0]
			large.sums[sign][bin][1] -= small.sums[sign][bin][1]
		}
	}
	l.sums, l.samples = nil, nil
	g.best(low)
	g.best(high)
	return low, high
}
