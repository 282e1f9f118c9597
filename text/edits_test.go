package text

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// osa is the distance by its definition, over the whole table.
func osa(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && b[n]&0xc0 == 0x80 {
		n--
	}
	return n
}

// Over a sorted list the distances are those of the definition, in Latin and
// Cyrillic, whatever the words share.
func TestEditsAreThoseOfTheDefinition(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("abcдеё")
	word := func() string {
		w := make([]rune, 1+random.IntN(7))
		for i := range w {
			w[i] = letters[random.IntN(len(letters))]
		}
		return string(w)
	}
	var list []string
	for range 3000 {
		list = append(list, word())
	}
	slices.Sort(list)
	for range 100 {
		query := word()
		for most := range 4 {
			e, before := NewEdits(query, most), ""
			for _, w := range list {
				want := osa([]rune(w), []rune(query))
				got, within := e.Distance([]byte(w), shared(before, w))
				if within != (want <= most) || within && got != want {
					t.Fatalf("%q to %q within %d: %d %v, want %d", w, query, most, got, within, want)
				}
				want = len([]rune(query))
				for i := range len([]rune(w)) + 1 {
					want = min(want, osa([]rune(w)[:i], []rune(query)))
				}
				got, within = e.Beginning([]byte(w), len(w))
				if within != (want <= most) || within && got != want {
					t.Fatalf("the beginning of %q to %q within %d: %d %v, want %d", w, query, most, got, within, want)
				}
				before = w
			}
		}
	}
}

func BenchmarkEdits(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	var list []string
	for range 100_000 {
		w := make([]byte, 3+random.IntN(9))
		for i := range w {
			w[i] = "eeeaaiioonnrrttsslldcumpghbyfvkwzxqj"[random.IntN(36)]
		}
		list = append(list, string(w))
	}
	slices.Sort(list)
	keys, common := make([][]byte, len(list)), make([]int, len(list))
	for i, w := range list {
		keys[i] = []byte(w)
		if i > 0 {
			common[i] = shared(list[i-1], w)
		}
	}
	for b.Loop() {
		e := NewEdits("government", 2)
		for i, k := range keys {
			e.Distance(k, common[i])
		}
	}
}
