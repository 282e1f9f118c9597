package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"example.com/archive/ingest/charset"
)

// What a file may cost, in bytes unless said otherwise. A file that goes
// beyond is refused with its reason, never read in part without saying so.
const (
	maxText     = 64 << 20 // one article's text
	maxRecord   = 64 << 20 // one line of JSONL, value of JSON, record of CSV
	maxExpanded = 8 << 30  // what a compressed file may expand to
	maxRatio    = 200      // times its size, once past ratioFree
	ratioFree   = 64 << 20 // expanded bytes for which any ratio is good
	maxNesting  = 1000     // levels of JSON

	bufferSize = 64 << 10
)

var (
	errNothing    = errors.New("the file is empty")
	errNoArticles = errors.New("no articles in it")
)

// readFile reads one file, compressed or not, and hands its articles to out
// as they stand there; complete works out the rest. It gives the file's
// format also when reading it failed half-way; the articles handed out before
// stay good. A file of no known format gives *unknownFormat.
func readFile(ctx context.Context, o opened, out sink) (*format, error) {
	packed := &countingReader{ctx: ctx, r: o.r}
	o.r = packed
	return readOpened(ctx, o, 0, &spending{packed: func() int64 { return max(packed.n, o.size) }}, out)
}

// readOpened is readFile for a file that may lie inside others.
func readOpened(ctx context.Context, o opened, depth int, spent *spending, out sink) (f *format, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its reader broke down on this file: %v", p)
		}
	}()
	in := &input{opened: o, depth: depth, spent: spent}
	head, err := in.open()
	if err != nil {
		return nil, err
	}
	if len(head) == 0 {
		return nil, errNothing
	}
	f = detect(o.name, o.media, head)
	if f == nil {
		return nil, in.unknown(head)
	}
	parts := 0
	if err := f.read(ctx, in, limiting(ctx, f, in, out, &parts)); err != nil {
		return f, err
	}
	if parts == 0 {
		return f, errNoArticles
	}
	return f, nil
}

// unknown is the error for a file of no known format. What is called a text
// and was packed may have been packed to do harm: it is read on as far as it
// may expand.
func (in *input) unknown(head []byte) error {
	if in.packed && isTextName(plainName(in.name)) {
		io.Copy(io.Discard, in.r)
		if in.spent.over != nil {
			return in.spent.over
		}
	}
	return &unknownFormat{kindOf(in.name, in.media, head)}
}

// limiting is the sink between a reader and its caller: it stops when the
// context ends, refuses what is too large, and notes the format and the
// encoding. It counts what came, articles and failures alike.
func limiting(ctx context.Context, f *format, in *input, out sink, parts *int) sink {
	return sink{
		failed: func(member string, reason error) {
			*parts++
			out.failed(member, reason)
		},
		skipped: func(member, kind string) {
			*parts++
			out.skipped(member, kind)
		},
		article: func(a *Article) error {
			*parts++
			if err := ctx.Err(); err != nil {
				return err
			}
			if len(a.Text) > maxText {
				out.failed(a.Member, tooLarge("the text of the article", maxText))
				return nil
			}
			if a.Type == "" {
				a.Type = f.name
			}
			if a.Charset.Value == "" {
				a.Charset = charsetField(in.found)
			}
			return out.article(a)
		},
	}
}

func tooLarge(what string, limit int64) error {
	return fmt.Errorf("%s is larger than %d MiB", what, limit>>20)
}

// open undoes compression, UTF-16 and UTF-32, and gives the first bytes of what is
// inside.
func (in *input) open() (head []byte, err error) {
	in.r = bufio.NewReaderSize(in.opened.r, bufferSize)
	if err := in.unpack(); err != nil {
		return nil, err
	}
	if head, err = peek(in.r); err != nil {
		return nil, err
	}
	if wide := charset.WideOf(head); wide != nil {
		in.through(transform.NewReader(in.r, wide.NewDecoder()))
		in.found = wide.Found()
	} else if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		in.r.Discard(3)
	}
	return peek(in.r)
}

// through reads what another reader makes of a file, whose bytes are then no
// longer those on disk.
func (in *input) through(r io.Reader) {
	in.r = bufio.NewReaderSize(r, bufferSize)
	in.at, in.size = nil, 0
}

// damagedReader says what is damaged where reading fails.
type damagedReader struct {
	r    io.Reader
	what string
}

func (d damagedReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && err != io.EOF && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("damaged %s: %w", d.what, err)
	}
	return n, err
}

// peek gives the first bytes of a file. Damage behind them is found when it is
// read.
func peek(br *bufio.Reader) ([]byte, error) {
	head, err := br.Peek(headSize)
	if err == io.EOF || len(head) > 0 {
		err = nil
	}
	return head, err
}

// countingReader counts the bytes of the file as it is on disk, and ends
// with the context.
type countingReader struct {
	ctx context.Context
	r   io.Reader
	n   int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// budgetReader lets through what one record may cost; whoever reads records
// from it fills the budget up between them.
type budgetReader struct {
	r    io.Reader
	left int
}

var errBudget = tooLarge("one record", maxRecord)

func (b *budgetReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// decode makes a string of bytes whose encoding nobody declares.
func decode(b []byte) string {
	return charset.Text(b)
}

// validText is decode for a string.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return decode([]byte(s))
}
