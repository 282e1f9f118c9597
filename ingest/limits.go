package ingest

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// maxSilence is how long a reader may work on a file without reading on and
// without giving anything. A reader that takes longer has run away.
const maxSilence = 2 * time.Minute

// graceSilence is how long a reader that is given up may take to notice.
const graceSilence = 5 * time.Second

// Files that are larger than freeSize are read at once only as far as they
// have no more than largeSize bytes together: many formats hold a file in
// memory, and several times over. One file may always be read, however large,
// and small ones beside it.
const (
	freeSize  = 1 << 20
	largeSize = 48 << 20
)

// weight is the part of largeSize that a file takes.
func (f file) weight() int64 {
	if f.size <= freeSize {
		return 0
	}
	return min(f.size, largeSize*3/4)
}

// watch is kept on the reading of one file. Time that the reader waits, for
// its input or for what it gave to be stored, is not the reader's.
type watch struct {
	ctx     context.Context
	cancel  context.CancelFunc
	last    atomic.Int64 // when it showed life, in nanoseconds since 1970
	waiting atomic.Int32
	mu      sync.Mutex // held while something is handed on
	over    bool       // nothing is taken from the reader any more
}

func newWatch(ctx context.Context) *watch {
	w := &watch{}
	w.ctx, w.cancel = context.WithCancel(ctx)
	w.live()
	return w
}

func (w *watch) live() { w.last.Store(time.Now().UnixNano()) }

// wait does something whose time is not the reader's.
func (w *watch) wait(do func()) {
	w.waiting.Add(1)
	do()
	w.live()
	w.waiting.Add(-1)
}

// taking lets a reader hand something on, unless it was given up.
func (w *watch) taking(do func() error) (err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over || w.ctx.Err() != nil {
		return context.Canceled
	}
	w.wait(func() { err = do() })
	return err
}

// sink passes on what comes until the reader is given up.
func (w *watch) sink(out sink) sink {
	return sink{
		article: func(a *Article) error { return w.taking(func() error { return out.article(a) }) },
		failed: func(member string, reason error) {
			w.taking(func() error { out.failed(member, reason); return nil })
		},
		skipped: func(member, kind string) {
			w.taking(func() error { out.skipped(member, kind); return nil })
		},
	}
}

// during reads in a goroutine of its own and gives up on it when it is silent
// for so long. A reader that is given up finds its input at an end.
func (w *watch) during(silence time.Duration, read func() error) error {
	done := make(chan error, 1)
	go func() { done <- read() }()
	tick := time.NewTicker(max(silence/20, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
		if w.waiting.Load() == 0 && time.Since(time.Unix(0, w.last.Load())) > silence {
			return w.giveUp(silence, done)
		}
	}
}

func (w *watch) giveUp(silence time.Duration, done <-chan error) error {
	w.cancel()
	select {
	case <-done:
	case <-time.After(min(graceSilence, silence)):
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	return fmt.Errorf("given up: its reader made no progress for %v (the file may be damaged)", silence)
}

// watchedReader is the input of a reader that is watched.
type watchedReader struct {
	r io.Reader
	w *watch
}

func (r watchedReader) Read(p []byte) (n int, err error) {
	if err := r.w.ctx.Err(); err != nil {
		return 0, err
	}
	r.w.wait(func() { n, err = r.r.Read(p) })
	return n, err
}

// watchedReaderAt ends with the watch. To read the same place again and again
// is no progress.
type watchedReaderAt struct {
	r io.ReaderAt
	w *watch
}

func (r watchedReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if err := r.w.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.ReadAt(p, at)
}
