// Archive keeps articles in one file and finds them again.
package main

import (
	"context"
	"embed"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"example.com/archive/cli"
)

var version = "0.1.0"

//go:embed schema.sql
var schema string

//go:embed seeds/*.txt
var seeds embed.FS

//go:embed docs/query.md
var queryHelp string

//go:embed docs/exit-codes.md
var exitCodes string

func main() {
	os.Exit(run())
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the process at once.
	context.AfterFunc(ctx, stop)
	// With SIGPIPE caught, a write to a closed pipe is an error that cli
	// knows, and an import in a pipe still closes its archive.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	samples, err := fs.Sub(seeds, "seeds")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	return cli.Run(ctx, cli.Assets{
		Schema:    schema,
		Seeds:     samples,
		QueryHelp: queryHelp,
		ExitCodes: exitCodes,
		Version:   version,
	}, os.Args, os.Stdin, os.Stdout, os.Stderr)
}
