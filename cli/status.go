package cli

import (
	"fmt"
	"time"
)

// status is a line on the terminal that says what is being done; elsewhere a
// line for each step with --verbose.
type status struct {
	e     *env
	drawn bool
	last  time.Time
}

func (e *env) newStatus() *status { return &status{e: e} }

func (s *status) show(doing string) {
	switch {
	case s.e.quiet:
	case s.e.errTerm.tty:
		s.drawn = true
		fmt.Fprintf(s.e.err, "\r%s\x1b[K", cutTo(doing+" ...", s.e.errTerm.width-1))
	case s.e.verbose:
		fmt.Fprintln(s.e.err, doing)
	}
}

// pages shows how much of a file is done, some times a second.
func (s *status) pages(doing string) func(done, total int) {
	return func(done, total int) {
		if now := time.Now(); s.e.errTerm.tty && now.Sub(s.last) > 100*time.Millisecond && total > 0 {
			s.last = now
			s.show(fmt.Sprintf("%s, %d %%", doing, 100*done/total))
		}
	}
}

// clear removes the line from the terminal.
func (s *status) clear() {
	if s.drawn {
		s.drawn = false
		fmt.Fprint(s.e.err, "\r\x1b[K")
	}
}
