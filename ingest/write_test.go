package ingest

import (
	"context"
	"io"
	"os"
	"testing"
	"testing/iotest"
	"time"

	"example.com/archive/store"
)

// committed tells of each commit.
type committed struct {
	writer
	done chan struct{}
}

func (c committed) commit(context.Context) error {
	select {
	case c.done <- struct{}{}:
	default:
	}
	return nil
}

// While a share says nothing of a file that is kept, what was stored is
// committed, so that others can write, and the import can be stopped.
func TestSlowOriginalKeepsNobodyFromWriting(t *testing.T) {
	r := newRun(t.Context(), nil, Options{}, nil, nil)
	defer r.stop()
	r.idle.Reset(time.Millisecond)
	commits := committed{done: make(chan struct{})}
	r.writer = commits
	in, out := io.Pipe()
	defer out.Close()
	go func() {
		<-commits.done
		_, _ = io.WriteString(out, "text")
		<-commits.done
		r.cancel()
	}()
	p := &patientReader{r: in, run: r}
	b := make([]byte, 8)
	if n, err := p.Read(b); string(b[:n]) != "text" || err != nil {
		t.Errorf("%q, %v", b[:n], err)
	}
	if _, err := p.Read(b); err != context.Canceled {
		t.Errorf("the error is %v", err)
	}
}

func TestPatientReaderReads(t *testing.T) {
	r := newRun(t.Context(), nil, Options{}, nil, nil)
	defer r.stop()
	const file = "write_test.go"
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := iotest.TestReader(&patientReader{r: f, run: r}, want); err != nil {
		t.Error(err)
	}
}

// An import that is stopped while it keeps a file says nothing against the file.
func TestStoppedWhileAFileIsKept(t *testing.T) {
	dir := folder(t, map[string]string{"x.txt": "Headline\n\nText of it that is long enough."})
	ctx, stop := context.WithCancel(t.Context())
	a := newArchive(t)
	r := newRun(ctx, a, Options{}, nil, nil)
	defer r.stop()
	j := &job{file: file{path: dir + "/x.txt", open: func() (io.ReadCloser, error) {
		stop()
		<-t.Context().Done()
		return nil, os.ErrClosed
	}}}
	r.writer = committed{}
	if err := r.keep(j); err != context.Canceled || len(r.report.Failures) > 0 {
		t.Errorf("%v, %+v", err, r.report.Failures)
	}
}

// All places are noted before the first file is stored, so that an import that is
// killed goes on with all of them.
func TestPlacesAreNotedFirst(t *testing.T) {
	a := newArchive(t)
	places := []store.Place{{Path: "/x/one"}, {Path: stdinPath}, {Path: "/x/two"}}
	r := newRun(t.Context(), a, Options{}, places, nil)
	defer r.stop()
	r.report.Places = []string{"/x/one", "-", "/x/two"}
	var err error
	if r.writer, err = r.newWriter(); err != nil {
		t.Fatal(err)
	}
	ids, err := r.notePlaces()
	if err != nil || len(ids) != 2 {
		t.Errorf("%v, %v", ids, err)
	}
	if err := r.writer.abort(); err != nil { // as a kill does
		t.Fatal(err)
	}
	noted, err := a.Places(t.Context())
	if err != nil || len(noted) != 2 || noted[0].Path != "/x/one" || noted[1].Path != "/x/two" {
		t.Errorf("%+v, %v", noted, err)
	}
	runs, err := a.Runs(t.Context(), 1)
	if err != nil || len(runs) != 1 || len(runs[0].RunNote.Places) != 3 {
		t.Errorf("%+v, %v", runs, err)
	}
}
