// Dist builds what is handed out: for each platform one static binary with its
// manual pages and completions in an archive file, and the checksums of all.
// The same source and the same version of Go give the same bytes, on every
// machine and in every folder.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
)

// platforms are those that are built for, as GOOS/GOARCH.
var platforms = []string{
	"linux/amd64", "linux/arm64",
	"darwin/amd64", "darwin/arm64",
	"windows/amd64", "windows/arm64",
}

func main() {
	out := flag.String("out", "", "the `folder` to write to, which is made (default: dist-VERSION)")
	only := flag.String("platforms", strings.Join(platforms, ","), "what to build for, as `GOOS/GOARCH,...`")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "go run ./dist [FLAGS]: build what is handed out, from the folder of the source\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, ".", *out, strings.Split(*only, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// run builds from the source in a folder, for the platforms, into the folder
// out; "" for the usual one.
func run(ctx context.Context, source, out string, platforms []string) error {
	for _, p := range platforms {
		if os, arch, ok := strings.Cut(p, "/"); !ok || os == "" || arch == "" {
			return fmt.Errorf("%q is no platform (name it as linux/amd64)", p)
		}
	}
	scratch, err := os.MkdirTemp("", "archive-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)

	native := filepath.Join(scratch, "archive"+ending(runtime.GOOS))
	if err := build(ctx, source, native, runtime.GOOS+"/"+runtime.GOARCH); err != nil {
		return err
	}
	beside, err := documents(ctx, source, native)
	if err != nil {
		return err
	}
	version, err := printed(ctx, native, "version")
	if err != nil {
		return err
	}
	name := strings.ReplaceAll(strings.TrimSpace(string(version)), " ", "-") // archive-0.1.0
	if out == "" {
		out = strings.Replace(name, "archive", "dist", 1)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	sums := newChecksums()
	for _, p := range platforms {
		binary := filepath.Join(scratch, "binary")
		if err := build(ctx, source, binary, p); err != nil {
			return err
		}
		if err := pack(binary, filepath.Join(out, name+"-"+strings.ReplaceAll(p, "/", "-")), p, beside, sums); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), sums.text(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: made with %s\n", out, runtime.Version())
	return nil
}

// pack writes the archive file of a platform; to is its name without an ending.
func pack(binary, to, platform string, beside []entry, sums *checksums) error {
	goos, _, _ := strings.Cut(platform, "/")
	body, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	entries := append([]entry{{name: "archive" + ending(goos), body: body, program: true}}, beside...)
	write, name := writeTarGz, to+".tar.gz"
	if goos == "windows" {
		write, name = writeZip, to+".zip"
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(write(sums.of(filepath.Base(name), file), filepath.Base(to), entries), file.Close()); err != nil {
		return err
	}
	fmt.Printf("%-14s  binary %d bytes, %s\n", platform, len(body), filepath.Base(name))
	return nil
}

// ending is what programs of a system are named with.
func ending(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}
