package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// server is a library with a small program of ours around it, which knows
//
//	version
//	index INDEX ARTICLES
//	search INDEX QUERY    one query as query.line writes it
//	answer INDEX          queries from standard input, a line each
//
// and tells the ids of the articles found, a line each, then "=" and their number.
type server struct {
	path, dir string
	articles  string
	knows     func(query) bool
}

func (s *server) index() string        { return filepath.Join(s.dir, "index") }
func (s *server) version() program     { return program{path: s.path, args: []string{"version"}} }
func (s *server) clear() error         { return os.RemoveAll(s.index()) }
func (s *server) size() (int64, error) { return folderSize(s.index()) }

func (s *server) load() (program, error) {
	return program{path: s.path, args: []string{"index", s.index(), s.articles}}, nil
}

func (s *server) cold(q query) (program, bool) {
	if q.form == nothing {
		return s.version(), true
	}
	return program{path: s.path, args: []string{"search", s.index(), q.line()}}, s.knows(q)
}

func (s *server) warm() program { return program{path: s.path, args: []string{"answer", s.index()}} }

func (s *server) ask(q query) (string, bool) { return q.line() + "\n", s.knows(q) }

func (s *server) askCount(q query) string { return counting(q) }

func counting(q query) string {
	q.count = true
	return q.line() + "\n"
}

// buildBleve builds a module of its own, that the project does not depend on
// what it brings.
func buildBleve(ctx context.Context, t toolbox) (string, error) {
	path, err := t.build(ctx, "bleve", filepath.Join(t.root, "bench", "bleve"))
	if err != nil {
		return "", &absentError{"its module cannot be built: " + endOf(err.Error())}
	}
	return path, nil
}

func openBleve(path string, c corpusFiles, dir string) contestant {
	return &server{path, dir, c.jsonl(), func(q query) bool { return q.form != near }}
}

// buildXapian compiles with what xapian-config says.
func buildXapian(ctx context.Context, t toolbox) (string, error) {
	config, err := exec.LookPath("xapian-config")
	if err == nil {
		_, err = exec.LookPath("g++")
	}
	if err != nil {
		return "", &absentError{"its library or a compiler is not here (the Debian packages libxapian-dev and g++ have them)"}
	}
	_, flags, err := program{path: config, args: []string{"--cxxflags", "--libs"}}.run(ctx)
	if err != nil {
		return "", err
	}
	source := filepath.Join(t.root, "bench", "xapian", "main.cc")
	args := append([]string{"-std=c++17", "-O2", "-o", t.path("xapian"), source}, strings.Fields(string(flags))...)
	_, _, err = program{path: "g++", args: args}.run(ctx)
	return t.path("xapian"), err
}

func openXapian(path string, c corpusFiles, dir string) contestant {
	return &server{path, dir, c.csv(), func(query) bool { return true }}
}

func endOf(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
