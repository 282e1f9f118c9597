// Bench measures archive: how well it ranks, and how fast it is beside other
// programs on the same articles in the same run.
//
//	go run ./bench relevance [-data DIR] [-runs DIR] [-match MODE] [COLLECTION...]
//	go run ./bench names [-data DIR] [-dir DIR] [-list FILE]
//	go run ./bench features [-data DIR] [-dir DIR] [-runs N] [COLLECTION...]
//	go run ./bench speed [-data DIR] [-dir DIR] [-articles N,N] [-with NAME,NAME] [-only MEASURE,MEASURE]
//	go run ./bench formats [-data DIR] [-doc FILE] [FORMAT...]
//	go run ./bench learn -data DIR [-o FILE] [-trees N] [-leaves N]
//	go run ./bench load [-data DIR] [-dir DIR] [-hours H] [-searches N] [-readers N] [-doc FILE]
//	go run ./bench fuzz [-time TIME] [-parallel N] [-doc FILE] [PACKAGE...]
//	go run ./bench corpus -dir DIR [-data DIR] [-articles N,N] [-trees]
//
// All but fuzz use material that is not part of the project. Where it is
// absent they say so and measure nothing.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

const usage = `usage: go run ./bench COMMAND [FLAGS]

commands:
  relevance   rank test collections and score the rankings
  typos       mistype a word of each query, and score what comes back
  names       list what the commonest words are widened by as names
  features    time what a search can do beside the search without it, and beside SQL
  speed       time import and search beside other programs that are installed
  formats     read sample files of each format, and score what comes out
  load        search an archive while all else is done to it, and watch the memory
  fuzz        run every fuzz target for a time, and count what was run
  learn       grow the forests by which web pages are read
  corpus      make the articles that speed measures with, of real ones

'go run ./bench COMMAND -h' lists the flags of a command.
`

// command is one of the things to measure. It runs in the folder of the
// module, given as root.
type command func(ctx context.Context, root string, args []string, out io.Writer) error

var commands = map[string]command{
	"relevance": relevance,
	"typos":     typos,
	"features":  features,
	"names":     widenings,
	"speed":     speed,
	"formats":   readFormats,
	"learn":     learn,
	"load":      mixedLoad,
	"fuzz":      fuzz,
	corpusName:  makeCorpora,
	answerName:  answerAll, // a step of speed
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 || commands[args[0]] == nil {
		_, err := io.WriteString(out, usage)
		return err
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	err = commands[args[0]](ctx, root, args[1:], out)
	var absent *absentError
	if errors.As(err, &absent) {
		_, err = fmt.Fprintln(out, "skipped:", absent)
	}
	return err
}

// absentError is the lack of something to measure with; it is no failure.
type absentError struct{ text string }

func (e *absentError) Error() string { return e.text }

// moduleRoot finds the folder of the module around the current one.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("this is not a folder of the module (run 'go run ./bench' in the folder that holds go.mod)")
		}
		dir = parent
	}
}
