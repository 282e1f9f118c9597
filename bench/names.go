package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/archive/ingest"
	"example.com/archive/search"
	"example.com/archive/store"
	"example.com/archive/text"
)

// widenings asks a search for the other spellings of the commonest words of
// all articles at hand. An ordinary word, one written in small letters more
// often than not, is no name: that it is widened at all is wrong. Whether two
// spellings are of one name is read from a file of pairs judged by hand.
func widenings(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("names", flag.ExitOnError)
	data := flags.String("data", filepath.Join(root, "..", "shared", "data"), "`folder` of relevance/*/corpus.jsonl and news/*.jsonl.gz")
	dir := flags.String("dir", "", "`folder` for the archive, kept and used again; if empty, a passing one")
	most := flags.Int("words", 100_000, "how many of the commonest words")
	size := flags.Int("sample", 300, "how many pairs of names are drawn to be judged")
	judged := flags.String("judged", filepath.Join(root, "bench", "testdata", "name-pairs.tsv"), "`file` of judged pairs: A, B, and same or other")
	list := flags.String("list", "", "`file` to write all pairs to, the sample marked; none if empty")
	doc := flags.String("doc", filepath.Join(root, "docs", "relevance.md"), "`file` to put the figures in; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	verdicts, err := readVerdicts(*judged)
	if err != nil {
		return err
	}
	archive, files, err := namesArchive(ctx, root, *data, *dir)
	if err != nil {
		return err
	}
	defer archive.Close()
	counts, err := countWords(files)
	if err != nil {
		return err
	}
	m, err := measureNames(ctx, archive, counts, *most)
	if err != nil {
		return err
	}
	m.draw(*size, verdicts)
	if *list != "" {
		if err := os.WriteFile(*list, []byte(m.lines()), 0o644); err != nil {
			return err
		}
	}
	report := m.report()
	if _, err := io.WriteString(out, report); err != nil || *doc == "" {
		return err
	}
	return replaceSection(*doc, "names", "`go run ./bench names`, "+time.Now().UTC().Format(time.DateOnly)+":\n\n"+report)
}

// readVerdicts reads which pairs of spellings are of one name. The pairs are
// in both orders.
func readVerdicts(path string) (map[[2]string]string, error) {
	verdicts := make(map[[2]string]string)
	err := eachRow(path, 3, func(cells []string) error {
		if cells[2] != "same" && cells[2] != "other" {
			return fmt.Errorf("%q is neither same nor other", cells[2])
		}
		verdicts[[2]string{cells[0], cells[1]}] = cells[2]
		verdicts[[2]string{cells[1], cells[0]}] = cells[2]
		return nil
	})
	return verdicts, err
}

// namesArchive imports all articles at hand, or opens what an earlier run left.
func namesArchive(ctx context.Context, root, data, dir string) (archive *store.Archive, files []string, err error) {
	for _, pattern := range []string{"relevance/*/corpus.jsonl", "news/*.jsonl.gz"} {
		found, err := filepath.Glob(filepath.Join(data, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, nil, &absentError{"no articles here (name their folder with -data)"}
	}
	schema, err := os.ReadFile(filepath.Join(root, "schema.sql"))
	if err != nil {
		return nil, nil, err
	}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "bench-names-"); err != nil {
			return nil, nil, err
		}
		defer os.RemoveAll(dir) // what is open stays readable
	}
	path := filepath.Join(dir, "names.db")
	_, statErr := os.Stat(path)
	if archive, err = store.OpenOrCreate(ctx, path, string(schema)); err != nil || statErr == nil {
		return archive, files, err
	}
	if _, err := ingest.Run(ctx, archive, ingest.Options{Paths: files}); err != nil {
		return nil, nil, errors.Join(err, archive.Close(), os.Remove(path))
	}
	return archive, files, nil
}

// written counts how a word is written.
type written struct{ all, lower int }

// ordinary reports whether a word is written in small letters more often than
// not.
func (w *written) ordinary() bool { return w != nil && 2*w.lower > w.all }

// countWords counts the words of all articles, folded.
func countWords(files []string) (map[string]*written, error) {
	counts := make(map[string]*written)
	analyser := text.NewAnalyser("")
	for _, file := range files {
		err := eachArticle(file, func(a *article) error {
			for _, part := range []string{a.Title, a.Body, a.Text} {
				for t := range analyser.Tokens(part) {
					first, _ := utf8.DecodeRuneInString(part[t.Start:])
					w := counts[t.Surface]
					if w == nil {
						w = &written{}
						counts[strings.Clone(t.Surface)] = w
					}
					if w.all++; unicode.IsLower(first) {
						w.lower++
					}
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// namePair is a word and what it was widened by.
type namePair struct {
	word, other string
	ordinary    bool // the word is
	drawn       bool
	verdict     string
}

type namesMeasured struct {
	words, ordinary, widened int
	pairs                    []*namePair
}

// measureNames asks for the spellings of the commonest words.
func measureNames(ctx context.Context, archive *store.Archive, counts map[string]*written, most int) (*namesMeasured, error) {
	m := &namesMeasured{}
	for _, word := range commonest(counts, most) {
		ordinary := counts[word].ordinary()
		m.words++
		if ordinary {
			m.ordinary++
		}
		variants, err := search.Variants(ctx, archive, word)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", word, err)
		}
		if len(variants) > 0 {
			m.widened++
		}
		for _, v := range variants {
			other, _ := search.NameSurface(v.Spelling)
			m.pairs = append(m.pairs, &namePair{word: word, other: other, ordinary: ordinary})
		}
	}
	return m, nil
}

// commonest gives the words of letters alone that are written most often.
func commonest(counts map[string]*written, most int) []string {
	var words []string
	for word := range counts {
		if utf8.RuneCountInString(word) > 1 && strings.IndexFunc(word, unicode.IsNumber) < 0 {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b].all, counts[a].all), cmp.Compare(a, b))
	})
	return words[:min(most, len(words))]
}

// draw picks pairs of names at random, each pair of spellings once, the same
// in every run: by a hash, so that a change of the rules leaves most in place.
func (m *namesMeasured) draw(size int, verdicts map[[2]string]string) {
	var names []*namePair
	seen := make(map[[2]string]bool)
	for _, p := range m.pairs {
		p.verdict = verdicts[[2]string{p.word, p.other}]
		key := [2]string{min(p.word, p.other), max(p.word, p.other)}
		if !p.ordinary && !seen[key] {
			names = append(names, p)
		}
		seen[key] = true
	}
	slices.SortFunc(names, func(a, b *namePair) int { return cmp.Compare(a.hash(), b.hash()) })
	for _, p := range names[:min(size, len(names))] {
		p.drawn = true
	}
}

func (p *namePair) hash() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s", min(p.word, p.other), max(p.word, p.other))
	return h.Sum64()
}

// lines gives all pairs as a table with tabs.
func (m *namesMeasured) lines() string {
	var b strings.Builder
	for _, p := range m.pairs {
		kind := "name"
		if p.ordinary {
			kind = "ordinary"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%t\t%s\n", p.word, p.other, kind, p.drawn, cmp.Or(p.verdict, "-"))
	}
	return b.String()
}

func (m *namesMeasured) report() string {
	var wrong []string
	verdicts := make(map[string]int)
	drawn := 0
	for _, p := range m.pairs {
		if p.ordinary && (len(wrong) == 0 || !strings.HasPrefix(wrong[len(wrong)-1], p.word+" (")) {
			wrong = append(wrong, p.word+" ("+p.other+")")
		}
		if p.drawn {
			drawn++
			verdicts[p.verdict]++
		}
	}
	t := newTable("words", "how many")
	t.add("the commonest", count(m.words))
	t.add("ordinary ones among them", count(m.ordinary))
	t.add("ordinary ones widened", fmt.Sprintf("%d (%.2f in 1,000 words)", len(wrong), 1000*float64(len(wrong))/float64(m.words)))
	t.add("widened of all", count(m.widened))
	t.add("pairs of spellings", count(len(m.pairs)))
	t.add("of the pairs drawn: of one name", fmt.Sprintf("%d of %d judged", verdicts["same"], verdicts["same"]+verdicts["other"]))
	t.add("not judged", count(drawn-verdicts["same"]-verdicts["other"]))
	return t.String() + "\nOrdinary words widened, each with a partner: " + cmp.Or(strings.Join(wrong, ", "), "none") + ".\n"
}
