package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// setWaits makes waiting quick for a test.
func setWaits(t *testing.T, bound, say time.Duration) {
	boundBefore, sayBefore := turnWait, sayWaiting
	turnWait, sayWaiting = bound, say
	t.Cleanup(func() { turnWait, sayWaiting = boundBefore, sayBefore })
}

// another opens an archive a second time, as another process would, and holds
// the right to write until it is told to let go.
func another(t *testing.T, path string) (letGo func()) {
	t.Helper()
	b, err := OpenOrCreate(t.Context(), path, schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := b.db.Conn(t.Context())
	if err == nil {
		_, err = conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(conn.Close(), b.Close()); err != nil {
			t.Error(err)
		}
	}
}

// writers are the ways to write. All wait for their turn.
var writers = map[string]func(context.Context, *Archive) error{
	"import": func(ctx context.Context, a *Archive) error {
		im, err := a.StartImport(ctx)
		if err != nil {
			return err
		}
		return im.Close(ctx)
	},
	"edit": func(ctx context.Context, a *Archive) error {
		_, err := a.UndoEdits(ctx, []int64{1})
		return err
	},
	"optimise": func(ctx context.Context, a *Archive) error {
		_, err := a.Optimise(ctx)
		return err
	},
	"log": func(ctx context.Context, a *Archive) error { return a.SetLog(ctx, true) },
}

func TestWritersWaitForTheirTurn(t *testing.T) {
	setWaits(t, time.Minute, time.Millisecond)
	for name, write := range writers {
		a := newArchive(t)
		put(t, a, "/x/1", article("T", "text"))
		letGo := another(t, a.path)
		told := make(chan string, 10)
		done := make(chan error)
		go func() { done <- write(OnWaiting(t.Context(), func(path string) { told <- path }), a) }()
		select {
		case path := <-told:
			if path != a.path {
				t.Errorf("%s: waits for %s", name, path)
			}
		case err := <-done:
			t.Fatalf("%s did not wait: %v", name, err)
		}
		letGo()
		if err := <-done; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWaitingForATurnIsBounded(t *testing.T) {
	setWaits(t, 20*time.Millisecond, time.Minute)
	a := newArchive(t)
	put(t, a, "/x/1", article("T", "text"))
	defer another(t, a.path)()
	for name, write := range writers {
		err := write(t.Context(), a)
		if err == nil || !strings.Contains(err.Error(), "another process is writing to it") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An import that is cancelled while it waits keeps what it has committed, and
// ends in order as soon as it may.
func TestCancelledWhileItWaits(t *testing.T) {
	a := newArchive(t)
	im, err := a.StartImport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(t.Context(), Place{Path: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	letGo := another(t, a.path)
	setWaits(t, time.Minute, time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	err = im.StartFile(OnWaiting(ctx, func(string) { cancel() }), File{Place: place, Path: "/x/1", Reader: "text/1"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("StartFile: %v", err)
	}
	letGo()
	if err := im.Note(t.Context(), RunNote{Stopped: true}); err != nil {
		t.Error(err)
	}
	if err := im.Close(t.Context()); err != nil {
		t.Error(err)
	}
	runs, err := a.Runs(t.Context(), 1)
	if err != nil || len(runs) != 1 || !runs[0].Stopped || runs[0].Finished == "" {
		t.Errorf("%+v, %v", runs, err)
	}
	sound(t, a)
}

// Who writes batch after batch lets others in between.
func TestBatchesLetOthersIn(t *testing.T) {
	setWaits(t, 30*time.Second, time.Minute)
	a := newArchive(t)
	im, err := a.StartImport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := OpenOrCreate(t.Context(), a.path, schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	const others, most = 5, 30
	done := make(chan error, 1)
	go func() {
		var err error
		for range others {
			err = errors.Join(err, b.SetLog(t.Context(), true))
		}
		done <- err
	}()
	for batches := 0; ; batches++ {
		if err := im.Fail(t.Context(), "/x", "", "why"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond) // a batch takes long, the gap between two does not
		if err := im.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(done) == 1 {
			break
		}
		if batches == most {
			t.Fatalf("not %d turns between %d batches", others, most)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := im.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Two programs that find an archive of an earlier version lift it once.
func TestTwoMigrateAtOnce(t *testing.T) {
	path := saved(t, 1)
	const programs = 4
	failed := make(chan error, programs)
	for range programs {
		go func() {
			a, err := Open(t.Context(), path)
			if err == nil {
				err = a.Close()
			}
			failed <- err
		}()
	}
	for range programs {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	a, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	sound(t, a)
}
