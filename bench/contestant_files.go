package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ripgrep reads the text files themselves, at every search.
type ripgrep struct {
	path   string
	corpus corpusFiles
}

func openRipgrep(path string, c corpusFiles, _ string) contestant { return &ripgrep{path, c} }

func (r *ripgrep) version() program { return program{path: r.path, args: []string{"--version"}} }

// cold lists the files with a word or phrase. It has no operators, and ranks
// nothing.
func (r *ripgrep) cold(q query) (program, bool) {
	if !q.plain() {
		return program{}, false
	}
	args := []string{"--no-config", "--files-with-matches", "--ignore-case"}
	text := strings.Join(q.words, " ")
	switch {
	case q.form == nothing:
		return r.version(), true
	case q.form == phrase, len(q.words) == 1 && q.form == allOf:
		args = append(args, "--word-regexp", "--fixed-strings", text)
	case q.form == prefix:
		args = append(args, `\b`+text)
	case q.form == anyOf:
		args = append(args, "--word-regexp", strings.Join(q.words, "|"))
	default:
		return program{}, false
	}
	return program{path: r.path, args: append(args, r.corpus.tree()), empty: 1}, true
}

// recoll indexes the text files.
type recoll struct {
	path, dir string
	corpus    corpusFiles
}

func openRecoll(path string, c corpusFiles, dir string) contestant { return &recoll{path, dir, c} }

func (r *recoll) settings() string     { return filepath.Join(r.dir, "settings") }
func (r *recoll) index() string        { return filepath.Join(r.settings(), "xapiandb") }
func (r *recoll) clear() error         { return os.RemoveAll(r.settings()) }
func (r *recoll) size() (int64, error) { return folderSize(r.index()) }

// version asks for what Recoll does not know, to which it answers with its
// version; it knows no flag for that.
func (r *recoll) version() program {
	return program{path: "sh", args: []string{"-c", `mkdir -p "$RECOLL_CONFDIR" && recollq --version 2>&1 | grep -o 'Recoll [0-9][0-9.]*'`}, env: []string{"RECOLL_CONFDIR=" + r.settings()}}
}

func (r *recoll) load() (program, error) {
	settings := fmt.Sprintf("topdirs = %s\nloglevel = 1\nindexstemminglanguages = english\n", r.corpus.tree())
	err := errors.Join(os.MkdirAll(r.settings(), 0o755), os.WriteFile(filepath.Join(r.settings(), "recoll.conf"), []byte(settings), 0o644))
	return program{path: r.path, args: []string{"-c", r.settings()}}, err
}

func (r *recoll) cold(q query) (program, bool) {
	path, err := exec.LookPath("recollq")
	if err != nil || q.form == nothing || q.source != "" || q.since != "" || q.byDate || q.facets {
		return program{}, false
	}
	page := fmt.Sprintf("%d-%d", q.offset, shown)
	if q.offset == 0 {
		page = fmt.Sprint(shown)
	}
	return program{path: path, args: []string{"-c", r.settings(), "-b", "-n", page, recollText(q)}}, true
}

func recollText(q query) string {
	text := strings.Join(q.words, " ")
	switch q.form {
	case anyOf:
		return strings.Join(q.words, " OR ")
	case phrase:
		return `"` + text + `"`
	case near:
		return fmt.Sprintf(`"%s"p%d`, text, nearness)
	case prefix:
		return text + "*"
	}
	return text
}
