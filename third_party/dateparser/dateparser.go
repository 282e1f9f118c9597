// Package dateparser stands in for github.com/markusmobius/go-dateparser, which
// go-htmldate asks as a last resort for dates in running text. The real one
// prepares its tables when the program starts: .2 s and 95 MB for each search.
// It holds no more than go-htmldate needs to be built, and finds nothing.
package dateparser

import (
	"errors"
	"time"
)

// ParserType says how a date may be written.
type ParserType uint8

// CustomFormat and AbsoluteTime are the types that go-htmldate names.
const (
	CustomFormat ParserType = iota
	AbsoluteTime
)

// PreferredDateSource says which year is meant where none is given.
type PreferredDateSource uint8

// Past prefers years gone by.
const Past PreferredDateSource = 1

// Configuration is how dates are to be read.
type Configuration struct {
	PreferredDateSource PreferredDateSource
	StrictParsing       bool
	CurrentTime         time.Time
}

// Parser reads dates.
type Parser struct{ ParserTypes []ParserType }

// Date is a date that was read.
type Date struct{ Time time.Time }

// Parse finds nothing.
func (*Parser) Parse(*Configuration, string, ...string) (Date, error) {
	return Date{}, errors.New("no date is read here")
}
