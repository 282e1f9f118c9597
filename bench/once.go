package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// started is how long it takes to start our program and one that does nothing.
type started struct{ archive, empty []cost }

// emptyGo is a Go program that does nothing.
const emptyGo = "package main\n\nfunc main() {}\n"

// entrant finds a contestant that is here, by name.
func (t *tournament) entrant(name string) (entrant, bool) {
	for _, e := range t.present {
		if e.name == name {
			return e, true
		}
	}
	return entrant{}, false
}

func (t *tournament) measureStart() error {
	e, ok := t.entrant("archive")
	if !ok || !t.measures(measureStart) {
		return nil
	}
	t.say("start")
	folder := filepath.Join(t.tools().dir, "empty")
	err := errors.Join(os.MkdirAll(folder, 0o755),
		os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module example.com/empty\n"), 0o644),
		os.WriteFile(filepath.Join(folder, "main.go"), []byte(emptyGo), 0o644))
	if err != nil {
		return err
	}
	empty, err := t.tools().build(t.ctx, "empty-program", folder)
	if err != nil {
		return err
	}
	return turns(startRuns, []turn{
		t.again(program{path: e.path, args: []string{"version"}}, func(c cost) { t.start.archive = append(t.start.archive, c) }),
		t.again(program{path: empty}, func(c cost) { t.start.empty = append(t.start.empty, c) }),
	})
}

const startRuns = 100

// reimported is how long it takes to bring a tree of text files up to date
// that has not changed.
type reimported struct {
	files int
	costs []cost
}

func (t *tournament) reimport() error {
	e, ok := t.entrant("archive")
	if !ok || !t.measures(measureReimport) {
		return nil
	}
	t.say("reimport: making %d files", t.treeFiles)
	dir := filepath.Join(t.dir, "reimport")
	files := corpusFiles{filepath.Join(dir, fmt.Sprint(t.treeFiles))}
	maker := program{path: ownPath(), dir: t.root, args: []string{corpusName, "-data", filepath.Dir(t.data), "-dir", dir, "-articles", fmt.Sprint(t.treeFiles), "-only-trees"}}
	if _, _, err := maker.run(t.ctx); err != nil {
		return err
	}
	a := &archiveProgram{e.path, dir, files}
	if err := a.clear(); err != nil {
		return err
	}
	t.say("reimport")
	p := a.importing(files.tree())
	if _, err := p.cost(t.ctx); err != nil {
		return err
	}
	t.tree.files = t.treeFiles
	return turns(reimportRuns, []turn{t.again(p, func(c cost) { t.tree.costs = append(t.tree.costs, c) })})
}

const reimportRuns = 5
