package cli

import (
	"context"
	"fmt"
	"runtime/debug"

	urfave "github.com/urfave/cli/v2"
)

func versionCommand() command {
	return command{
		name:     "version",
		summary:  "the version of this program",
		about:    "Prints the version and, where it is known, the revision of the source code.",
		examples: []example{{"archive version", ""}},
		run:      runVersion,
	}
}

func runVersion(_ context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Present() {
		return exitError, usagef("'archive version' takes no words")
	}
	_, err := fmt.Fprintln(e.out, "archive "+e.assets.Version+revision())
	return exitFound, err
}

// revision gives " (0123456789ab, changed)" where the binary was built from a
// working copy, else "".
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var id, changed string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			id = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed"
		}
	}
	if id == "" {
		return ""
	}
	return " (" + id + changed + ")"
}
