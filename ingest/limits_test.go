package ingest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// A reader that does not come back is given up, and can do no harm later.
func TestRunawayReaderIsGivenUp(t *testing.T) {
	w := newWatch(t.Context())
	release, ended := make(chan bool), make(chan error, 1)
	taken := 0
	out := w.sink(sink{
		article: func(*Article) error { taken++; return nil },
		failed:  func(string, error) { taken++ },
		skipped: func(string, string) { taken++ },
	})
	err := w.during(20*time.Millisecond, func() error {
		if err := out.article(&Article{}); err != nil {
			t.Error(err)
		}
		<-release
		out.failed("x", errors.New("too late"))
		_, err := watchedReader{strings.NewReader("more"), w}.Read(make([]byte, 1))
		ended <- errors.Join(out.article(&Article{}), err)
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "given up") {
		t.Errorf("the error is %v", err)
	}
	close(release)
	if err := <-ended; !errors.Is(err, context.Canceled) || taken != 1 {
		t.Errorf("%d taken, %v", taken, err)
	}
}

// Waiting for input or for the archive is not the reader's fault.
func TestWaitingReaderIsNotGivenUp(t *testing.T) {
	w := newWatch(t.Context())
	out := w.sink(sink{article: func(*Article) error { time.Sleep(100 * time.Millisecond); return nil }})
	if err := w.during(20*time.Millisecond, func() error { return out.article(&Article{}) }); err != nil {
		t.Error(err)
	}
}
