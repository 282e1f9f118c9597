package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// cost is what a process took from its start to its exit.
type cost struct {
	wall time.Duration
	cpu  time.Duration // user and system
	peak int64         // bytes of memory; 0 if the system does not say
}

// program is a program with the arguments of one run.
type program struct {
	path  string
	args  []string
	dir   string
	env   []string // besides those of this process
	stdin string
	empty int // exit code that says that nothing was found; 0: none
}

func (p program) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Dir = p.dir
	if len(p.env) > 0 {
		cmd.Env = append(os.Environ(), p.env...)
	}
	return cmd
}

// run runs a program to its end and gives what it printed. An exit code other
// than 0 is an error, with what the program said.
func (p program) run(ctx context.Context) (cost, []byte, error) {
	var out bytes.Buffer
	took, err := p.runTo(ctx, &out)
	return took, out.Bytes(), err
}

// cost runs a program to its end, reading all it prints.
func (p program) cost(ctx context.Context) (cost, error) { return p.runTo(ctx, discard{}) }

// discard is not [io.Discard], which exec knows and replaces: programs print
// faster to nowhere than to a reader.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func (p program) runTo(ctx context.Context, out io.Writer) (cost, error) {
	var said bytes.Buffer
	cmd := p.command(ctx)
	cmd.Stdout, cmd.Stderr = out, &said
	if p.stdin != "" {
		cmd.Stdin = strings.NewReader(p.stdin)
	}
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil && (p.empty == 0 || exitCode(err) != p.empty) {
		return cost{}, fmt.Errorf("%s %s: %w: %s", filepath.Base(p.path), first(p.args), err, strings.TrimSpace(said.String()))
	}
	state := cmd.ProcessState
	return cost{wall, state.UserTime() + state.SystemTime(), peakMemory(state)}, nil
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// dialogue is a program that answers line after line.
type dialogue struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	said *bytes.Buffer
}

func (p program) start(ctx context.Context) (*dialogue, error) {
	d := &dialogue{cmd: p.command(ctx), said: &bytes.Buffer{}}
	d.cmd.Stderr = d.said
	var err error
	if d.in, err = d.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.out = bufio.NewScanner(out)
	return d, d.cmd.Start()
}

// ask writes a question and reads to the line that begins with "=", whose
// rest it gives.
func (d *dialogue) ask(question string) (took time.Duration, end string, err error) {
	start := time.Now()
	if _, err := io.WriteString(d.in, question); err != nil {
		return 0, "", err
	}
	for d.out.Scan() {
		if rest, ok := strings.CutPrefix(d.out.Text(), "="); ok {
			return time.Since(start), strings.TrimSpace(rest), nil
		}
	}
	err = errors.Join(d.out.Err(), d.close())
	return 0, "", fmt.Errorf("%s gave no answer to %q: %w: %s", filepath.Base(d.cmd.Path), strings.TrimSpace(question), err, d.said)
}

// close ends the program.
func (d *dialogue) close() error {
	return errors.Join(d.in.Close(), d.cmd.Wait())
}

// median gives the middle of the values; of an even number, the upper one of
// the two in the middle.
func median[T int64 | float64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// medianCost takes the median of each part of the costs alone.
func medianCost(costs []cost) cost {
	var wall, cpu []time.Duration
	var peak []int64
	for _, c := range costs {
		wall, cpu, peak = append(wall, c.wall), append(cpu, c.cpu), append(peak, c.peak)
	}
	return cost{median(wall), median(cpu), median(peak)}
}
