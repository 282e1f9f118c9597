package html

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
)

// Forest is decision trees whose answers are summed: what bench/learn.go grew
// on pages of which the article is known.
type Forest struct{ Trees [][]Fork }

// Fork asks one question of the signs: those at most Limit go to Low, others
// to High. An answer below zero is a leaf, ^n the number of its fork, whose
// Limit is the value.
type Fork struct {
	Sign      uint16
	Low, High uint16 // of forks in the same tree; 0 says that this is a leaf
	Limit     float32
}

// Likely gives how likely a block with these signs belongs to the article.
func (f *Forest) Likely(signs []float32) float64 {
	sum := 0.0
	for _, tree := range f.Trees {
		at := &tree[0]
		for at.Low != 0 {
			if signs[at.Sign] <= at.Limit {
				at = &tree[at.Low]
			} else {
				at = &tree[at.High]
			}
		}
		sum += float64(at.Limit)
	}
	return 1 / (1 + math.Exp(-sum))
}

// Append writes a forest as ReadForests reads it: the number of trees, for
// each the number of its forks and these, all little-endian.
func (f *Forest) Append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(f.Trees)))
	for _, t := range f.Trees {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(t)))
		b, _ = binary.Append(b, binary.LittleEndian, t)
	}
	return b
}

var errForest = errors.New("the forest is damaged")

// ReadForests reads forests that were written one after the other.
func ReadForests(b []byte) ([]*Forest, error) {
	var all []*Forest
	r := bytes.NewReader(b)
	for r.Len() > 0 {
		var trees uint32
		if err := binary.Read(r, binary.LittleEndian, &trees); err != nil || int(trees) > len(b) {
			return nil, errForest
		}
		f := &Forest{}
		for range trees {
			t, err := readTree(r)
			if err != nil {
				return nil, err
			}
			f.Trees = append(f.Trees, t)
		}
		all = append(all, f)
	}
	return all, nil
}

func readTree(r *bytes.Reader) ([]Fork, error) {
	var forks uint32
	if err := binary.Read(r, binary.LittleEndian, &forks); err != nil || int(forks) > r.Len() || forks == 0 {
		return nil, errForest
	}
	t := make([]Fork, forks)
	if err := binary.Read(r, binary.LittleEndian, t); err != nil {
		return nil, errForest
	}
	for i, f := range t {
		if f.Low != 0 && (int(f.Low) <= i || int(f.High) <= i || int(f.Low) >= len(t) || int(f.High) >= len(t)) {
			return nil, errForest
		}
	}
	return t, nil
}
