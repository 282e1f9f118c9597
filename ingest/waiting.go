package ingest

import (
	"context"
	"io"
	"sync"
)

// waitingReader reads from where nothing may come for long, a terminal or a
// pipe: its Read ends with the context, though the one below it goes on to
// wait. Close ends its goroutine as soon as something comes.
type waitingReader struct {
	ctx    context.Context
	parts  chan part
	rest   part
	closed chan struct{}
	close  sync.Once
}

// part is what one Read gave.
type part struct {
	bytes []byte
	err   error
}

func newWaitingReader(ctx context.Context, r io.Reader) *waitingReader {
	w := &waitingReader{ctx: ctx, parts: make(chan part), closed: make(chan struct{})}
	go w.pass(r)
	return w
}

func (w *waitingReader) pass(r io.Reader) {
	for {
		b := make([]byte, bufferSize)
		n, err := r.Read(b)
		select {
		case w.parts <- part{b[:n], err}:
		case <-w.ctx.Done():
			return
		case <-w.closed:
			return
		}
		if err != nil {
			return
		}
	}
}

func (w *waitingReader) Read(p []byte) (int, error) {
	if len(w.rest.bytes) == 0 && w.rest.err == nil {
		select {
		case w.rest = <-w.parts:
		case <-w.ctx.Done():
			return 0, w.ctx.Err()
		}
	}
	n := copy(p, w.rest.bytes)
	w.rest.bytes = w.rest.bytes[n:]
	if len(w.rest.bytes) > 0 {
		return n, nil
	}
	return n, w.rest.err
}

func (w *waitingReader) Close() error {
	w.close.Do(func() { close(w.closed) })
	return nil
}
