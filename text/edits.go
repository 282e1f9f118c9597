package text

import "unicode/utf8"

// Edits finds the words of a sorted list that are few edits away from a
// word: characters inserted, left out or replaced, or two neighbours
// exchanged (the restricted distance of Damerau and Levenshtein: no part is
// edited twice). It keeps the row of the table of distances for each
// character, so that words that begin alike share the work, and nothing is
// worked out for words with a beginning that is already too far away.
type Edits struct {
	word []rune
	max  int
	// Of the word tried last: its characters, where in its bytes each
	// ends, and the row behind each, rows[0] standing before the first.
	runes []rune
	ends  []int
	rows  [][]uint8
	best  []uint8 // of each character: the least distance of a beginning that ends there or before
	dead  bool    // the last row holds nothing within reach
}

// NewEdits makes an Edits for words that are at most so many edits away.
func NewEdits(word string, most int) *Edits {
	e := &Edits{word: []rune(word), max: most}
	first := make([]uint8, len(e.word)+1)
	for j := range first {
		first[j] = e.cap(j)
	}
	e.rows, e.best = [][]uint8{first}, []uint8{first[len(e.word)]}
	return e
}

// cap keeps distances within a byte: what is out of reach is as good as one
// edit too many.
func (e *Edits) cap(d int) uint8 { return uint8(min(d, e.max+1)) }

// Distance gives the distance of a word, and whether it is within reach. Of
// the word, shared bytes are the same as of the word tried before: a number
// of whole characters.
func (e *Edits) Distance(word []byte, shared int) (distance int, within bool) {
	e.read(word, shared)
	if e.dead || len(e.word)-len(e.runes) > e.max { // rows are filled in as far as they can matter
		return 0, false
	}
	d := int(e.rows[len(e.runes)][len(e.word)])
	return d, d <= e.max
}

// Beginning gives the distance of that beginning of a word which is nearest,
// and whether it is within reach. A word is given as to Distance.
func (e *Edits) Beginning(word []byte, shared int) (distance int, within bool) {
	e.read(word, shared)
	d := int(e.best[len(e.runes)])
	return d, d <= e.max
}

// read goes on from what a word shares with the last, as far as it can matter.
func (e *Edits) read(word []byte, shared int) {
	e.keep(shared)
	at := 0
	if n := len(e.ends); n > 0 {
		at = e.ends[n-1]
	}
	for !e.dead && at < len(word) {
		r, size := rune(word[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(word[at:])
		}
		at += size
		e.push(r, at)
	}
}

// keep goes back to the part that two words share.
func (e *Edits) keep(shared int) {
	n := len(e.ends)
	for n > 0 && e.ends[n-1] > shared {
		n--
	}
	if n < len(e.ends) {
		e.runes, e.ends, e.dead = e.runes[:n], e.ends[:n], false
	}
}

// push adds a character that ends at a byte.
func (e *Edits) push(r rune, end int) {
	i := len(e.runes) + 1
	e.runes, e.ends = append(e.runes, r), append(e.ends, end)
	if len(e.rows) <= i {
		e.rows, e.best = append(e.rows, make([]uint8, len(e.word)+1)), append(e.best, 0)
	}
	row, above := e.rows[i], e.rows[i-1]
	from, to := max(1, i-e.max), min(len(e.word), i+e.max)
	row[from-1] = e.cap(i)
	if from > 1 {
		row[from-1] = uint8(e.max + 1)
	}
	best := row[from-1]
	for j := from; j <= to; j++ {
		row[j] = e.cell(i, j, row, above)
		best = min(best, row[j])
	}
	if to < len(e.word) {
		row[to+1] = uint8(e.max + 1) // the next row looks one further
	}
	e.dead = int(best) > e.max
	e.best[i] = e.best[i-1]
	if to == len(e.word) {
		e.best[i] = min(e.best[i], row[to])
	}
}

// cell gives the distance of the first i characters of the word tried from
// the first j of the word looked for.
func (e *Edits) cell(i, j int, row, above []uint8) uint8 {
	cost := uint8(1)
	if e.runes[i-1] == e.word[j-1] {
		cost = 0
	}
	d := min(above[j-1]+cost, above[j]+1, row[j-1]+1)
	if i > 1 && j > 1 && e.runes[i-1] == e.word[j-2] && e.runes[i-2] == e.word[j-1] {
		d = min(d, e.rows[i-2][j-2]+1)
	}
	return min(d, uint8(e.max+1))
}

// Distance gives the number of edits between two words; of long texts, at
// most 250.
func Distance(a, b string) int {
	most := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	d, _ := NewEdits(a, min(most, 250)).Distance([]byte(b), 0)
	return d
}
