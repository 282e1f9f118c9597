package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dependency is a row of docs/dependencies.md.
type dependency struct {
	version  string
	licences string // sorted, joined by ", "
	linked   bool
}

func documentedDependencies(t *testing.T) map[string]dependency {
	t.Helper()
	text, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	found, linked := map[string]dependency{}, true
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "## ") {
			linked = !strings.Contains(line, "only")
		}
		cells := strings.Split(line, " | ")
		if len(cells) != 4 || !strings.HasPrefix(line, "| ") || cells[0] == "| module" {
			continue
		}
		name := strings.TrimPrefix(cells[0], "| ")
		if _, twice := found[name]; twice || strings.TrimSpace(strings.Trim(cells[3], "|\n")) == "" {
			t.Errorf("%s stands there twice, or without a reason", name)
		}
		found[name] = dependency{cells[1], cells[2], linked}
	}
	return found
}

// The list of dependencies is that of go.mod, version by version; what it
// says to be in the binary is, and the licences are those of the modules.
func TestDependencies(t *testing.T) {
	documented := documentedDependencies(t)
	linked := linkedModules(t)
	for name, version := range requiredModules(t) {
		have, ok := documented[name]
		if !ok || have.version != version {
			t.Errorf("docs/dependencies.md has %s %q, go.mod %s", name, have.version, version)
			continue
		}
		if have.linked != linked[name] {
			t.Errorf("%s: docs/dependencies.md and the program differ on whether it is linked (%v, %v)", name, have.linked, linked[name])
		}
		if licences := licencesOfModule(t, name); licences != have.licences {
			t.Errorf("%s: its licence is %q, docs/dependencies.md has %q", name, licences, have.licences)
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Errorf("%s is not in go.mod", name)
	}
}

func requiredModules(t *testing.T) map[string]string {
	t.Helper()
	var file struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal(goPrints(t, "linux", "mod", "edit", "-json"), &file); err != nil {
		t.Fatal(err)
	}
	modules := map[string]string{}
	for _, r := range file.Require {
		modules[r.Path] = r.Version
	}
	if len(modules) < 40 {
		t.Fatalf("go.mod names %d modules", len(modules))
	}
	return modules
}

// linkedModules are those of which a package is in the binary of some system.
func linkedModules(t *testing.T) map[string]bool {
	t.Helper()
	linked := map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := goPrints(t, system, "list", "-tags", "urfave_cli_no_docs", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
		for name := range strings.FieldsSeq(string(list)) {
			linked[name] = true
		}
	}
	return linked
}

func goPrints(t *testing.T, system string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %q: %v", args, err)
	}
	return out
}

// licencesOfModule tells by the texts that a module brings under which
// licences it is. A module that is replaced by ours is under our licence.
func licencesOfModule(t *testing.T, name string) string {
	t.Helper()
	var module struct {
		Dir     string
		Replace *struct{}
	}
	if err := json.Unmarshal(goPrints(t, "linux", "list", "-m", "-json", name), &module); err != nil {
		t.Fatal(err)
	}
	if module.Replace != nil {
		module.Dir = "."
	}
	if module.Dir == "" {
		t.Fatalf("%s is not on this machine (go mod download)", name)
	}
	files, err := os.ReadDir(module.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		if !licenceFile.MatchString(f.Name()) || othersLicence.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(module.Dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, licencesIn(string(text))...)
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), ", ")
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)`)
	// othersLicence are files that list the licences of further modules, which
	// have rows of their own where they are linked.
	othersLicence = regexp.MustCompile(`(?i)3rd-party|third-party`)
	notTheNames   = regexp.MustCompile(`(?i)neither the names?\b`)
)

// licencesIn names the licences whose words stand in a text.
func licencesIn(text string) (found []string) {
	text = strings.Join(strings.Fields(text), " ")
	for licence, words := range map[string]string{
		"MIT":           "Permission is hereby granted, free of charge, to any person obtaining a copy",
		"Apache-2.0":    "Apache License, Version 2.0",
		"ISC":           "Permission to use, copy, modify, and/or distribute this software",
		"MPL-2.0":       "Mozilla Public License",
		"GPL":           "GNU GENERAL PUBLIC LICENSE",
		"LGPL":          "GNU LESSER GENERAL PUBLIC LICENSE",
		"public domain": "dedicated to the public domain by the authors",
	} {
		if strings.Contains(text, words) {
			found = append(found, licence)
		}
	}
	if strings.Contains(text, "Redistribution and use in source and binary forms") {
		found = append(found, map[bool]string{true: "BSD-3-Clause", false: "BSD-2-Clause"}[notTheNames.MatchString(text)])
	}
	return found
}

func TestLicencesIn(t *testing.T) {
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	const redistribution = "Redistribution and use in source and\nbinary forms, with or without ..."
	for text, want := range map[string][]string{
		string(own):                             {"MIT"},
		redistribution:                          {"BSD-2-Clause"},
		redistribution + " Neither the name of": {"BSD-3-Clause"},
		"All rights reserved.":                  nil,
		"GNU LESSER GENERAL PUBLIC LICENSE":     {"LGPL"},
	} {
		if diff := cmp.Diff(want, licencesIn(text)); diff != "" {
			t.Errorf("%.40q: %s", text, diff)
		}
	}
}
