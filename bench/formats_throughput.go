package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// throughputRuns is how often each tree is imported with each number of cores;
// the median counts.
const throughputRuns = 3

// load is a tree of files to be imported.
type load struct {
	name string
	// gather puts the files into a folder and tells how many they are.
	gather func(data, into string) (int, error)
}

var loads = []load{
	{"web pages", func(data, into string) (int, error) {
		return copies(filepath.Join(data, "html"), into, "source.html", 4, "\n<!-- %d -->\n")
	}},
	{"PDF documents", func(data, into string) (int, error) {
		return copies(filepath.Join(data, "pdf"), into, ".pdf", 2, "\n%%%d\n")
	}},
	{"small text files", unpackTexts},
	{"all sample files", func(data, into string) (int, error) { return copies(data, into, "", 1, "") }},
}

// measureThroughput imports trees of files with the program itself, with one
// core and with all, one run after the other.
func measureThroughput(ctx context.Context, data string) (string, error) {
	if _, err := os.Stat(data); err != nil {
		return "", &absentError{"no sample files in " + data}
	}
	dir, err := os.MkdirTemp("", "bench-throughput-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	binary, err := buildArchive(ctx, toolbox{root, dir})
	if err != nil {
		return "", err
	}
	t := newTable("import of", "files", "a second, 1 core", fmt.Sprintf("a second, %d cores", runtime.NumCPU()), "ratio", "peak memory, 1 core", fmt.Sprintf("%d cores", runtime.NumCPU()))
	for _, l := range loads {
		cells, err := l.measure(ctx, data, dir, binary)
		if err != nil {
			return "", fmt.Errorf("%s: %w", l.name, err)
		}
		t.add(cells...)
	}
	return t.String(), nil
}

func (l load) measure(ctx context.Context, data, dir, binary string) ([]string, error) {
	tree := filepath.Join(dir, strings.ReplaceAll(l.name, " ", "-"))
	files, err := l.gather(data, tree)
	if err != nil {
		return nil, err
	}
	var one, all []cost
	for range throughputRuns {
		for _, by := range []struct {
			cores int
			to    *[]cost
		}{{1, &one}, {runtime.NumCPU(), &all}} {
			took, err := importOnce(ctx, binary, tree, filepath.Join(dir, "archive.db"), by.cores)
			if err != nil {
				return nil, err
			}
			*by.to = append(*by.to, took)
		}
	}
	single, several := medianCost(one), medianCost(all)
	return []string{
		l.name, fmt.Sprint(files), rate(files, single), rate(files, several),
		fmt.Sprintf("%.2f", single.wall.Seconds()/several.wall.Seconds()), memory(single.peak), memory(several.peak),
	}, os.RemoveAll(tree)
}

// importOnce imports a tree into an archive of its own.
func importOnce(ctx context.Context, binary, tree, db string, cores int) (cost, error) {
	if err := removeDatabase(db); err != nil {
		return cost{}, err
	}
	p := program{
		path: binary, args: []string{"import", "--quiet", "--db", db, tree}, dir: filepath.Dir(db),
		env:   []string{fmt.Sprint("GOMAXPROCS=", cores)},
		empty: 3, // files that cannot be read are among the samples
	}
	return p.cost(ctx)
}

func rate(files int, c cost) string { return fmt.Sprintf("%.0f", float64(files)/c.wall.Seconds()) }

// copies puts files of a tree, those whose names end so, into a folder as many
// times, each with a line of its own at the end so that no two are the same.
func copies(from, into, ending string, times int, line string) (files int, err error) {
	for n := range times {
		err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || !strings.HasSuffix(path, ending) {
				return err
			}
			files++
			inside, err := filepath.Rel(from, path)
			if err != nil {
				return err
			}
			end := ""
			if line != "" {
				end = fmt.Sprintf(line, n)
			}
			return copyWithEnd(path, filepath.Join(into, fmt.Sprint(n), inside), end)
		})
		if err != nil {
			return 0, err
		}
	}
	if files == 0 {
		return 0, &absentError{"no files in " + from}
	}
	return files, nil
}

func copyWithEnd(from, to, end string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, append(text, end...), 0o644)
}

// unpackTexts unpacks the articles that come as a text file each.
func unpackTexts(data, into string) (files int, err error) {
	f, err := os.Open(filepath.Join(data, "..", "news", "reuters-financial-2006-files.tar.gz"))
	if err != nil {
		return 0, &absentError{"no text files beside " + data}
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return 0, err
	}
	for members := tar.NewReader(unzipped); ; {
		head, err := members.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return 0, err
		}
		if head.Typeflag != tar.TypeReg || !filepath.IsLocal(head.Name) {
			continue
		}
		files++
		if err := writeMember(filepath.Join(into, head.Name), members); err != nil {
			return 0, err
		}
	}
}

func writeMember(path string, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
