// Command train makes the models that package charset tells languages and
// encodings by, and measures them.
//
//	train texts FOLDER OUT    gather text, one file a language, from unpacked Debian packages
//	train model OUT FILE      count the letter pairs of those texts into the models
//	train measure HELD OUT    detect short pieces of the texts in HELD that OUT has not
//
// sources.sh says which packages, and which of them are held out for measuring.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "texts":
		return gather(args[1], args[2])
	case len(args) == 3 && args[0] == "model":
		return train(args[1], args[2])
	case len(args) == 3 && args[0] == "measure":
		return measure(args[1], args[2])
	}
	return fmt.Errorf("usage: train texts FOLDER OUT | train model OUT FILE | train measure HELD OUT")
}
