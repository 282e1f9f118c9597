package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// collection is a set of documents with queries and judgements.
type collection struct {
	name    string
	corpus  string // path of a JSONL file: id, title, text
	queries []topic
	judged  map[string]judgements // by query
}

// topic is a query as its author wrote it.
type topic struct{ id, text string }

// collectionNames lists the collections in a folder.
func collectionNames(dir string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*", "corpus.jsonl"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, path := range found {
		names = append(names, filepath.Base(filepath.Dir(path)))
	}
	if len(names) == 0 {
		return nil, &absentError{"no test collections here (name their folder with -data: NAME/corpus.jsonl, queries.tsv, qrels.tsv)"}
	}
	slices.Sort(names)
	return names, nil
}

func readCollection(dir, name string) (*collection, error) {
	c := &collection{name: name, corpus: filepath.Join(dir, name, "corpus.jsonl"), judged: make(map[string]judgements)}
	if _, err := os.Stat(c.corpus); errors.Is(err, fs.ErrNotExist) {
		return nil, &absentError{"there is no collection " + name}
	}
	if err := eachRow(filepath.Join(dir, name, "queries.tsv"), 2, c.addQuery); err != nil {
		return nil, err
	}
	return c, eachRow(filepath.Join(dir, name, "qrels.tsv"), 3, c.addJudgement)
}

func (c *collection) addQuery(cells []string) error {
	c.queries = append(c.queries, topic{cells[0], cells[1]})
	return nil
}

func (c *collection) addJudgement(cells []string) error {
	grade, err := strconv.Atoi(cells[2])
	if err != nil {
		return fmt.Errorf("%q is no grade", cells[2])
	}
	if c.judged[cells[0]] == nil {
		c.judged[cells[0]] = make(judgements)
	}
	c.judged[cells[0]][cells[1]] = grade
	return nil
}

// eachRow goes through a file of cells parted by tabs; the last cell of a
// row may hold tabs.
func eachRow(path string, cells int, row func(cells []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		parts := strings.SplitN(lines.Text(), "\t", cells)
		if len(parts) < cells {
			return fmt.Errorf("%s, line %d: %d cells are wanted", path, n, cells)
		}
		if err := row(parts); err != nil {
			return fmt.Errorf("%s, line %d: %w", path, n, err)
		}
	}
	return lines.Err()
}
