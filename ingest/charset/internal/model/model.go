// Package model holds what is known of languages to tell encodings by: how
// often letters follow each other, and how often characters come.
//
// Costs are negative natural logarithms of probabilities.
package model

import (
	"bytes"
	"compress/flate"
	"encoding/gob"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// Classes of characters, the same for all languages up to FirstLetter; after
// it come the letters of a language's alphabet beyond ASCII.
const (
	Space       = 0 // what is neither letter nor digit
	Digit       = 1
	LatinA      = 2 // a to z
	FirstLetter = LatinA + 26
)

// Letters is a language that is written in few letters.
type Letters struct {
	Name     string
	Alphabet []rune // beyond ASCII, folded
	// Costs has a row for each class and in it a cell for each class that
	// follows: the cost of what follows, but from ASCII to the alphabet that
	// of the two together among all pairs that enter the alphabet.
	Costs []uint8 // in units of 1/Unit
}

// Unit is the number of steps in a cost of 1.
const Unit = 20

// Characters is a language that is written in many.
type Characters struct {
	Name string
	// ByCost[c] holds the characters that cost c.
	ByCost []string
}

// Models is all that is known.
type Models struct {
	Letters    []Letters
	Characters []Characters
}

// Fold takes the case off a letter. One beyond ASCII stays beyond it.
func Fold(r rune) rune {
	if f := unicode.ToLower(r); f >= utf8.RuneSelf || r < utf8.RuneSelf {
		return f
	}
	return r
}

// IsLetter is true of what words are made of, marks on letters included.
func IsLetter(r rune) bool {
	if r == 'ª' || r == 'º' || r == 'µ' {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

// ASCIIClass is the class of an ASCII character.
func ASCIIClass(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return Digit
	case 'a' <= r && r <= 'z':
		return LatinA + int(r-'a')
	case 'A' <= r && r <= 'Z':
		return LatinA + int(r-'A')
	}
	return Space
}

// Size is the number of classes.
func (l *Letters) Size() int { return FirstLetter + len(l.Alphabet) }

// Write packs models.
func (m *Models) Write(w io.Writer) error {
	z, err := flate.NewWriter(w, flate.BestCompression)
	if err != nil {
		return err
	}
	if err := gob.NewEncoder(z).Encode(m); err != nil {
		return err
	}
	return z.Close()
}

// Read unpacks models.
func Read(b []byte) (*Models, error) {
	m := &Models{}
	if err := gob.NewDecoder(flate.NewReader(bytes.NewReader(b))).Decode(m); err != nil {
		return nil, fmt.Errorf("damaged models: %w", err)
	}
	return m, nil
}
