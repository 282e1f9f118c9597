package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// build compiles the program. Nothing of the machine goes into it: neither
// paths nor times, nor the state of the repository, so that it can also be
// built from a copy without one.
func build(ctx context.Context, source, to, platform string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath",
		"-tags", "urfave_cli_no_docs", "-ldflags", "-s -w -buildid=", "-o", to, ".")
	cmd.Dir, cmd.Env = source, environment(platform)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build for %s: %w\n%s", platform, err, out)
	}
	return isStatic(to)
}

// environment is ours, but for what would change the binary.
func environment(platform string) []string {
	goos, goarch, _ := strings.Cut(platform, "/")
	return append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOWORK=off",
		"GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0")
}

// isStatic tells by what Go noted in a binary whether it was built without C.
func isStatic(binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" && s.Value == "0" {
			return nil
		}
	}
	return errors.New("the binary was built with C")
}

// documents are what stands beside the binary: manual pages and completions,
// as the program itself writes them, and the papers.
func documents(ctx context.Context, source, program string) (all []entry, err error) {
	for _, made := range []struct{ name, line string }{
		{"man/man1/archive.1", "help --man"},
		{"man/man7/archive-query.7", "help --man query"},
		{"completions/archive.bash", "completion bash"},
		{"completions/_archive", "completion zsh"},
		{"completions/archive.fish", "completion fish"},
		{"completions/archive.ps1", "completion powershell"},
	} {
		body, err := printed(ctx, program, strings.Fields(made.line)...)
		if err != nil {
			return nil, err
		}
		all = append(all, entry{name: made.name, body: body})
	}
	for _, name := range []string{"README.md", "LICENSE", "CHANGELOG.md"} {
		body, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return nil, err
		}
		all = append(all, entry{name: name, body: body})
	}
	licences, err := licences(ctx, source)
	return append(all, licences...), err
}

// printed is what the program prints.
func printed(ctx context.Context, program string, args ...string) ([]byte, error) {
	var complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("archive %s on %s: %w: %s", strings.Join(args, " "), runtime.GOOS, err, complaints.String())
	}
	return out, nil
}
