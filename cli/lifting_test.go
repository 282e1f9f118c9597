package cli

import (
	"bufio"
	"bytes"
	"io"
	"testing"
)

func TestSayLifting(t *testing.T) {
	wait := untilTold
	t.Cleanup(func() { untilTold = wait })
	untilTold = 0
	for name, c := range map[string]struct {
		term  terminal
		quiet bool
		want  string
	}{
		"pipe":           {terminal{}, false, "bringing x\ufffd.db up to date for this program, which takes a while once\n"},
		"terminal":       {terminal{tty: true, width: 80}, false, "\rindexing the articles of x\ufffd.db, 10 % ...\x1b[K\r\x1b[K"},
		"quiet pipe":     {terminal{}, true, ""},
		"quiet terminal": {terminal{tty: true, width: 80}, true, ""},
	} {
		var err bytes.Buffer
		e := &env{out: bufio.NewWriter(io.Discard), err: &err, errTerm: c.term, quiet: c.quiet}
		tell := e.sayLifting(e.newStatus())
		for done := int64(3); done <= 30; done += 3 {
			tell("x\x1b.db", "indexing the articles", done, 30)
		}
		if err.String() != c.want {
			t.Errorf("%s: %q, want %q", name, err.String(), c.want)
		}
	}
}
