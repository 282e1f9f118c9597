package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// isLicence tells the files that must go along with a program by their names.
var isLicence = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|copyright)`)

// licences are the licences of all the modules that are linked, which most ask
// to be handed on.
func licences(ctx context.Context, source string) (all []entry, err error) {
	for _, p := range platforms {
		modules, err := linked(ctx, source, p)
		if err != nil {
			return nil, err
		}
		for _, m := range modules {
			found, err := licencesOf(m)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(all, func(a, b entry) bool { return a.name == b.name }), nil
}

// module is where a module is kept and by which path it is known. Go itself is
// the module "go".
type module struct{ path, dir string }

func linked(ctx context.Context, source, platform string) ([]module, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-mod=readonly", "-tags", "urfave_cli_no_docs", "-deps",
		"-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", ".")
	cmd.Dir, cmd.Env = source, environment(platform)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	modules := []module{{"go", strings.TrimSpace(string(root))}}
	for _, line := range slices.Compact(lines) {
		if name, dir, ok := strings.Cut(line, "\t"); ok {
			modules = append(modules, module{name, dir})
		}
	}
	return modules, nil
}

func licencesOf(m module) (found []entry, err error) {
	files, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.IsDir() || !isLicence.MatchString(f.Name()) {
			continue
		}
		body, err := os.ReadFile(filepath.Join(m.dir, f.Name()))
		if err != nil {
			return nil, err
		}
		found = append(found, entry{name: path.Join("licences", m.path, f.Name()), body: body})
	}
	return found, nil
}
