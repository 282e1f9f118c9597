package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
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
	stdin io.Reader
}

// run runs a program to its end. An exit code other than 0 is an error,
// with what the program said.
func (p program) run(ctx context.Context) (cost, []byte, error) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = p.dir, p.stdin, &out, &said
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return cost{}, nil, fmt.Errorf("%s %s: %w: %s", filepath.Base(p.path), first(p.args), err, strings.TrimSpace(said.String()))
	}
	state := cmd.ProcessState
	return cost{wall, state.UserTime() + state.SystemTime(), peakMemory(state)}, out.Bytes(), nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
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
