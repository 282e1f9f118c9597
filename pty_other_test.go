//go:build !linux

package main

import (
	"os"
	"testing"
)

// pseudoTerminal is a terminal that keeps what is written to it, which this
// project opens on Linux only.
type pseudoTerminal struct{ *os.File }

func newPseudoTerminal(t *testing.T, _ uint16) *pseudoTerminal {
	t.Skip("pseudo-terminals are opened on Linux only")
	return nil
}

func (p *pseudoTerminal) text() string { return "" }
