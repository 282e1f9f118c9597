package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
)

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestRunClosedPipe(t *testing.T) {
	for _, cause := range []error{syscall.EPIPE, fmt.Errorf("write: %w", syscall.EPIPE), io.ErrClosedPipe} {
		var errOut bytes.Buffer
		code := Run(t0(), Assets{}, []string{"archive", "help"}, nil, brokenWriter{cause}, &errOut)
		if code != exitFound || errOut.Len() > 0 {
			t.Errorf("%v: exit code %d, stderr %q", cause, code, errOut.String())
		}
	}
	var errOut bytes.Buffer
	code := Run(t0(), Assets{}, []string{"archive", "help"}, nil, brokenWriter{errors.New("no space left on device")}, &errOut)
	if code != exitError || errOut.String() != "archive: no space left on device\n" {
		t.Errorf("a full disk: exit code %d, stderr %q", code, errOut.String())
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e := testEnv(io.Discard, io.Discard, terminal{})
	if code := e.finish(ctx, exitError, fmt.Errorf("reading: %w", context.Canceled)); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
}

func TestRunCauses(t *testing.T) {
	err := fmt.Errorf("the archive cannot be read (copy it to another disk): %w", errors.New("input/output error"))
	for _, verbose := range []bool{false, true} {
		var errOut bytes.Buffer
		e := testEnv(io.Discard, &errOut, terminal{})
		e.verbose = verbose
		e.finish(t0(), exitError, err)
		if got := strings.Contains(errOut.String(), "because: input/output error"); got != verbose {
			t.Errorf("verbose %v: %s", verbose, errOut.String())
		}
	}
}

// A fault of ours reaches a person as a sentence, not as a stack trace.
func TestRunFault(t *testing.T) {
	e := testEnv(io.Discard, io.Discard, terminal{})
	e.out = nil // so that the first command to write breaks down
	code, err := e.runSafely(t0(), io.Discard, []string{"version"})
	if code != exitError || err == nil || strings.Contains(err.Error(), "goroutine") {
		t.Fatalf("exit code %d, error %v", code, err)
	}
	if cause := errors.Unwrap(err); cause == nil || !strings.Contains(cause.Error(), "goroutine") {
		t.Errorf("the cause does not say where: %v", cause)
	}
}

// Every command that reads an archive names the one that is missing.
func TestRunMissingArchive(t *testing.T) {
	for _, line := range []string{"search x", "show 1", "list", "sources", "stats"} {
		var errOut bytes.Buffer
		args := append(append([]string{"archive"}, strings.Fields(line)...), "--db", t.TempDir()+"/none.db")
		code := Run(t0(), Assets{}, args, nil, io.Discard, &errOut)
		if code != exitError || !strings.Contains(errOut.String(), "no archive at") {
			t.Errorf("%s: exit code %d, stderr %s", line, code, errOut.String())
		}
	}
}
