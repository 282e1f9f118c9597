package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// corpusFiles is a folder with a corpus in the forms that the contestants
// read.
type corpusFiles struct{ dir string }

func (c corpusFiles) jsonl() string    { return filepath.Join(c.dir, "articles.jsonl") }
func (c corpusFiles) csv() string      { return filepath.Join(c.dir, "articles.csv") }
func (c corpusFiles) manifest() string { return filepath.Join(c.dir, "manifest.json") }

// tree is a folder of the articles as text files, a thousand in each of its
// folders.
func (c corpusFiles) tree() string { return filepath.Join(c.dir, "tree") }

// more is one further thousand articles that the corpus does not hold, from 0.
func (c corpusFiles) more(n int) corpusFiles {
	return corpusFiles{filepath.Join(c.dir, fmt.Sprint("more-", n))}
}

const (
	moreTimes    = 3
	moreArticles = 1000
)

// manifest says what a corpus was made of, and what speed has to know of it.
type manifest struct {
	Recipe    recipe
	TextBytes int64 // of titles and texts
	Choice    int   // version of how the words were chosen
	Words     words
}

// recipe is all that a corpus depends on: one made by the same is not made
// again.
type recipe struct {
	Version   int // of the maker
	Articles  int
	From      string // name of the file of real articles
	FromBytes int64
	Outlets   int
}

const (
	makerVersion  = 1
	choiceVersion = 2
)

// corpusName is the command that makes corpora: by hand, and for speed in a
// process of its own, so that the memory it takes is not counted as that of
// the programs measured later.
const corpusName = "corpus"

func makeCorpora(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet(corpusName, flag.ExitOnError)
	data := dataFlag(flags, root)
	dir := flags.String("dir", "", "`folder` to make them in, each in one of its own")
	sizes := numbers{10_000, 100_000}
	flags.Var(&sizes, "articles", "`numbers` of articles, with commas between")
	trees := flags.Bool("trees", false, "also as one text file an article")
	onlyTrees := flags.Bool("only-trees", false, "as nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("corpus has no folder to write to (give one with -dir)")
	}
	w := &workshop{ctx: ctx, root: root, from: filepath.Join(*data, articlesName)}
	if _, err := os.Stat(w.from); errors.Is(err, fs.ErrNotExist) {
		return &absentError{articlesName + " is not here (name its folder with -data)"}
	}
	for _, n := range sizes {
		c := corpusFiles{filepath.Join(*dir, strconv.Itoa(n))}
		if !*onlyTrees {
			if err := w.make(c, n); err != nil {
				return err
			}
		}
		if *trees || *onlyTrees {
			if err := w.makeTree(c, n); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(out, c.jsonl()); err != nil {
			return err
		}
	}
	return nil
}

// workshop makes corpora; the real articles are read when the first is made.
type workshop struct {
	ctx   context.Context
	root  string
	from  string
	maker *maker
}

func (w *workshop) open() (*maker, error) {
	if w.maker != nil {
		return w.maker, nil
	}
	names, err := w.outlets()
	if err != nil {
		return nil, err
	}
	w.maker, err = newMaker(w.from, names)
	return w.maker, err
}

func (w *workshop) outlets() ([]string, error) {
	return readOutlets(filepath.Join(w.root, "ingest", "outlets.txt"))
}

// make makes a corpus with its further articles, unless it is there already.
func (w *workshop) make(c corpusFiles, n int) error {
	wanted, err := w.recipe(n)
	if err != nil {
		return err
	}
	have, err := readManifest(c)
	switch {
	case err != nil || have.Recipe != wanted:
		return w.makeAnew(c, wanted)
	case have.Choice != choiceVersion:
		return have.choose(c)
	}
	return nil
}

func (w *workshop) makeAnew(c corpusFiles, wanted recipe) (err error) {
	// Whatever else lies there was made of another corpus.
	if err := os.RemoveAll(c.dir); err != nil {
		return err
	}
	n, made := wanted.Articles, manifest{Recipe: wanted}
	if made.TextBytes, err = w.write(c, 1, n); err != nil {
		return err
	}
	for i := range moreTimes {
		if _, err := w.write(c.more(i), n+1+i*moreArticles, moreArticles); err != nil {
			return err
		}
	}
	return made.choose(c)
}

// choose chooses the words anew and writes the manifest.
func (m manifest) choose(c corpusFiles) (err error) {
	if m.Words, err = chooseWords(c.jsonl(), m.Recipe.Articles); err != nil {
		return err
	}
	m.Choice = choiceVersion
	return m.write(c)
}

func (w *workshop) recipe(n int) (recipe, error) {
	info, err := os.Stat(w.from)
	if err != nil {
		return recipe{}, err
	}
	names, err := w.outlets()
	return recipe{makerVersion, n, filepath.Base(w.from), info.Size(), len(names)}, err
}

// write writes the n articles that begin with number from, as JSONL and CSV.
func (w *workshop) write(c corpusFiles, from, n int) (textBytes int64, err error) {
	m, err := w.open()
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return 0, err
	}
	lines, err := newFile(c.jsonl())
	if err != nil {
		return 0, err
	}
	defer lines.close(&err)
	rows, err := newFile(c.csv())
	if err != nil {
		return 0, err
	}
	defer rows.close(&err)
	asJSON, asCSV := json.NewEncoder(lines), csv.NewWriter(rows)
	asJSON.SetEscapeHTML(false)
	defer asCSV.Flush()
	for i := from; i < from+n && w.ctx.Err() == nil; i++ {
		a := m.article(i)
		textBytes += a.textBytes()
		if err := errors.Join(asJSON.Encode(a), asCSV.Write([]string{a.ID, a.Source, a.day(), a.Author, a.URL, a.Title, a.Body})); err != nil {
			return 0, err
		}
	}
	return textBytes, w.ctx.Err()
}

// makeTree writes the first n articles of a corpus as text files, unless they
// are there already.
func (w *workshop) makeTree(c corpusFiles, n int) error {
	whole := filepath.Join(c.dir, "tree.made")
	if _, err := os.Stat(whole); err == nil {
		return nil
	}
	m, err := w.open()
	if err != nil {
		return err
	}
	for i := 1; i <= n && w.ctx.Err() == nil; i++ {
		folder := filepath.Join(c.tree(), fmt.Sprintf("%04d", i/1000))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		a := m.article(i)
		if err := os.WriteFile(filepath.Join(folder, a.ID+".txt"), []byte(a.Title+"\n\n"+a.Body+"\n"), 0o644); err != nil {
			return err
		}
	}
	return errors.Join(w.ctx.Err(), os.WriteFile(whole, nil, 0o644))
}

func readManifest(c corpusFiles) (m manifest, err error) {
	b, err := os.ReadFile(c.manifest())
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	return m, err
}

func (m manifest) write(c corpusFiles) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.manifest(), append(b, '\n'), 0o644)
}

// file is a buffered file to write.
type file struct {
	*bufio.Writer
	f *os.File
}

func newFile(path string) (*file, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &file{bufio.NewWriterSize(f, 1<<18), f}, nil
}

func (f *file) close(err *error) { *err = errors.Join(*err, f.Flush(), f.f.Close()) }
