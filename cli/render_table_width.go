package cli

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// standIns take the place of what tablewriter would measure wrongly, so that
// one such character does not move the columns of all other lines: it adds up
// the widths of the code points, where a family of emoji, a flag or a letter
// with a variation selector is one character.
type standIns struct {
	of    map[string]rune
	those []string
}

// Stand-ins are of the private use planes, and take one cell each.
const (
	firstStandIn = '\U000f0000'
	lastStandIn  = '\U0010fffc'
	moreCells    = '\U0010fffd' // for each further cell of the character before
)

func newStandIns() *standIns { return &standIns{of: make(map[string]rune)} }

// put exchanges the characters of a text for stand-ins where it must.
func (s *standIns) put(text string) string {
	if isPlainASCII(text) {
		return text
	}
	var b strings.Builder
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		if !needsStandIn(g.Value(), g.Width()) {
			b.WriteString(g.Value())
		} else if g.Width() > 0 {
			b.WriteRune(s.standIn(g.Value()))
			b.WriteString(strings.Repeat(string(moreCells), g.Width()-1))
		}
	}
	return b.String()
}

func needsStandIn(character string, cells int) bool {
	for _, r := range character {
		if r >= firstStandIn {
			return true
		}
		cells -= displaywidth.Rune(r)
	}
	return cells != 0
}

func (s *standIns) standIn(character string) rune {
	if r, ok := s.of[character]; ok {
		return r
	}
	r := firstStandIn + rune(len(s.those))
	if r > lastStandIn { // no writing has so many
		return utf8.RuneError
	}
	s.of[character], s.those = r, append(s.those, character)
	return r
}

// back puts the characters in their places again.
func (s *standIns) back(laid string) string {
	if len(s.those) == 0 {
		return laid
	}
	var b strings.Builder
	for _, r := range laid {
		switch {
		case r < firstStandIn:
			b.WriteRune(r)
		case r != moreCells:
			b.WriteString(s.those[r-firstStandIn])
		}
	}
	return b.String()
}
