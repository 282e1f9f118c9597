package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

func newBuffered(w io.Writer) *bufio.Writer { return bufio.NewWriter(w) }

// page writes through the person's pager; straight out where there is none.
func (e *env) page(write func(io.Writer) error) error {
	command := pagerCommand(os.Getenv, exec.LookPath)
	if command == nil || e.file == nil {
		return write(e.out)
	}
	if err := e.out.Flush(); err != nil {
		return err
	}
	pager := exec.Command(command[0], command[1:]...)
	pager.Stdout, pager.Stderr = e.file, os.Stderr
	if os.Getenv("LESS") == "" {
		pager.Env = append(os.Environ(), "LESS=FRX")
	}
	// Ctrl-C is the pager's, which lives on. Were it ignored here, not
	// caught, a pager without a mind of its own would ignore it too.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	in, err := pager.StdinPipe()
	if err != nil {
		return fmt.Errorf("the pager cannot be started: %w", err)
	}
	if err := pager.Start(); err != nil {
		return write(e.out)
	}
	out := newBuffered(in)
	err = write(out)
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	in.Close()
	if waited := pager.Wait(); err == nil && waited != nil {
		return fmt.Errorf("the pager %s failed (choose another with ARCHIVE_PAGER, or --no-pager): %w", command[0], waited)
	}
	if err != nil && isClosedPipe(err) { // the person has read enough
		return nil
	}
	return err
}

// pagerCommand gives the pager and its arguments; nil for none.
func pagerCommand(getenv func(string) string, find func(string) (string, error)) []string {
	for _, name := range []string{"ARCHIVE_PAGER", "PAGER"} {
		if words := strings.Fields(getenv(name)); len(words) > 0 {
			return words
		}
	}
	if path, err := find("less"); err == nil {
		return []string{path, "-FRX"}
	}
	return nil
}
