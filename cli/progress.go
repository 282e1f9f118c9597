package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"example.com/archive/ingest"
)

// progress shows how far an import has come, on stderr: on a terminal one
// line drawn over and over, elsewhere a line every few seconds with --verbose.
type progress struct {
	e     *env
	every time.Duration
	last  time.Time
	drawn bool
	now   func() time.Time
}

func (e *env) newProgress() *progress {
	p := &progress{e: e, now: time.Now}
	switch {
	case e.quiet:
	case e.errTerm.tty:
		p.every = 100 * time.Millisecond
	case e.verbose:
		p.every = 5 * time.Second
	}
	return p
}

func (p *progress) show(g ingest.Progress) {
	now := p.now()
	if p.last.IsZero() {
		p.last = g.Started
	}
	if p.every == 0 || now.Sub(p.last) < p.every {
		return
	}
	p.last = now
	if !p.e.errTerm.tty {
		fmt.Fprintln(p.e.err, progressLine(g, now, 0))
		return
	}
	p.drawn = true
	fmt.Fprintf(p.e.err, "\r%s\x1b[K", progressLine(g, now, p.e.errTerm.width-1))
}

// clear removes the line from the terminal.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.e.err, "\r\x1b[K")
	}
}

// progressLine says what was done of what, how fast, how long it will take,
// and what is being read, within so many cells; 0 for any width.
func progressLine(g ingest.Progress, now time.Time, cells int) string {
	line := fmt.Sprintf("%s of %s, %s", number(g.Files), countOf(g.FilesTotal, "file"), sizeOf(g.Bytes, g.BytesTotal))
	if took := now.Sub(g.Started); took > 0 {
		line += ", " + number(int64(float64(g.Articles)/took.Seconds())) + " articles/s"
		if left, ok := timeLeft(g, took); ok {
			line += ", " + left + " left"
		}
	}
	name := safeLine(filepath.Base(g.Current))
	if g.Current == "" || cells > 0 && cells-width(line)-2 < 8 {
		return cutTo(line, cells)
	}
	return cutTo(line+", "+name, cells)
}

// sizeOf writes a part of so many bytes: "1.2 of 3.0 MB".
func sizeOf(part, all int64) string {
	of := size(all)
	_, unit, _ := strings.Cut(of, " ")
	return strings.TrimSuffix(size(part), " "+unit) + " of " + of
}

func cutTo(s string, cells int) string {
	if cells <= 0 {
		return s
	}
	return cut(s, cells)
}

// timeLeft goes by the bytes, once enough of them are read to tell.
func timeLeft(g ingest.Progress, took time.Duration) (string, bool) {
	if g.Bytes <= 0 || g.BytesTotal <= g.Bytes || took < time.Second {
		return "", false
	}
	left := time.Duration(float64(took) * float64(g.BytesTotal-g.Bytes) / float64(g.Bytes))
	if left < time.Second { // what is left is not a matter of bytes
		return "", false
	}
	if left < 10*time.Second {
		return fmt.Sprintf("%.0f s", left.Seconds()), true
	}
	return duration(left), true
}
