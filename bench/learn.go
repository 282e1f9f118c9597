package main

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/bits"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"example.com/archive/ingest/html"
)

const modelFile = "article.forest"

// learn grows the forests by which the reader of web pages tells the blocks of
// an article from what stands around them, on the development pages of WCXB.
// Its test pages and the other collections are never learned from.
func learn(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("learn", flag.ExitOnError)
	data := flags.String("data", "", "`folder` that holds WCXB")
	file := flags.String("o", filepath.Join(root, "ingest", "html", modelFile), "`file` to write")
	trees := flags.Int("trees", 150, "`number` of trees in each of the two forests")
	leaves := flags.Int("leaves", 24, "`number` of leaves in a tree, at most")
	rate := flags.Float64("rate", .1, "share of a tree's answer that is taken")
	if err := flags.Parse(args); err != nil {
		return err
	}
	all, err := wcxbCollections(*data)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return &absentError{"no WCXB in the folder given with -data"}
	}
	pages, err := lessons(ctx, all[:2])
	if err != nil {
		return err
	}
	more, err := tutored(ctx, *data)
	if err != nil {
		return err
	}
	pages = append(pages, more...)
	g := grower{trees: *trees, leaves: *leaves, rate: *rate, least: 3, ridge: 5}
	forests := g.both(pages, out)
	var b []byte
	for _, f := range forests {
		b = f.Append(b)
	}
	fmt.Fprintf(out, "%d pages, %d bytes\n", len(pages), len(b))
	return os.WriteFile(*file, b, 0o644)
}

// lesson is a page with which of its blocks are the article's.
type lesson struct {
	candidates []html.Candidate
	right      []bool
	weight     []float64 // of the blocks
	fold       int
	article    bool
	gold       map[string]int
	tutored    bool // what is right was not told by people
}

const folds = 3

func lessons(ctx context.Context, collections []pageCollection) ([]*lesson, error) {
	var all []*lesson
	for n, c := range collections {
		found := make([]*lesson, len(c.pages))
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(runtime.NumCPU())
		for i, p := range c.pages {
			g.Go(func() error {
				b, err := unzipped(p.file)
				if err == nil {
					found[i] = lessonOf(p, b, n == 0)
				}
				if ctx.Err() != nil {
					return ctx.Err()
				}
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return slices.DeleteFunc(all, func(l *lesson) bool { return l == nil }), nil
}

// Of the words of an article, this share must be in the page as it was saved:
// pages whose text a script fetches teach nothing.
const leastCovered = .6

func lessonOf(p judgedPage, page []byte, article bool) *lesson {
	l := &lesson{candidates: html.Candidates(page), article: article, gold: words4(p.text), fold: foldOf(p.url)}
	want := wordsIn(strings.ToLower(p.text))
	covered := 0
	l.right, covered = inText(l.candidates, want)
	if float64(covered) < leastCovered*float64(len(want)) || len(want) == 0 {
		return nil
	}
	share := 1.0
	if !article {
		share = .4
	}
	l.weigh(share)
	return l
}

// weigh gives each page the same weight, parted among its blocks by their
// words.
func (l *lesson) weigh(share float64) {
	right := 100
	for i, c := range l.candidates {
		if l.right[i] {
			right += c.Words
		}
	}
	for _, c := range l.candidates {
		l.weight = append(l.weight, share*(float64(min(c.Words, 200))+1)/float64(right))
	}
}

// inText tells which blocks are in a text, by most of their words, and how
// many words are.
func inText(candidates []html.Candidate, text []string) (right []bool, covered int) {
	var got []string
	var block []int
	for i, c := range candidates {
		for _, w := range wordsIn(strings.ToLower(c.Text)) {
			got, block = append(got, w), append(block, i)
		}
	}
	right = make([]bool, len(candidates))
	if len(got)*len(text) > 400_000_000 {
		return right, 0
	}
	in, of := make([]int, len(candidates)), make([]int, len(candidates))
	for j, matched := range commonWords(got, text) {
		of[block[j]]++
		if matched {
			in[block[j]]++
			covered++
		}
	}
	for i := range candidates {
		right[i] = in[i]*10 >= of[i]*6 && of[i] > 0
	}
	return right, covered
}

// foldOf keeps pages of one site together.
func foldOf(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	h := fnv.New32a()
	io.WriteString(h, u.Hostname())
	return int(h.Sum32() % folds)
}

// commonWords tells which words of got are in the longest common subsequence
// with want. It runs bit by bit (Hyyrö 2004).
func commonWords(got, want []string) []bool {
	size := (len(want) + 63) / 64
	at := map[string][]uint64{}
	for i, w := range want {
		if at[w] == nil {
			at[w] = make([]uint64, size)
		}
		at[w][i/64] |= 1 << (i % 64)
	}
	rows := make([][]uint64, len(got)+1)
	rows[0] = make([]uint64, size)
	for i := range rows[0] {
		rows[0][i] = ^uint64(0)
	}
	for j, w := range got {
		rows[j+1] = nextRow(rows[j], at[w])
	}
	matched := make([]bool, len(got))
	for i, j := len(want)-1, len(got); i >= 0 && j > 0; {
		bit := uint64(1) << (i % 64)
		switch {
		case rows[j][i/64]&bit != 0:
			i--
		case rows[j-1][i/64]&bit == 0:
			j--
		default:
			matched[j-1] = true
			i, j = i-1, j-1
		}
	}
	return matched
}

func nextRow(v, m []uint64) []uint64 {
	if m == nil {
		return v
	}
	next := make([]uint64, len(v))
	carry := uint64(0)
	for i := range v {
		u := v[i] & m[i]
		var sum uint64
		sum, carry = bits.Add64(v[i], u, carry)
		next[i] = sum | (v[i] &^ u)
	}
	return next
}

// both grows the forest of the first look, and that of the second on what the
// first says of pages that it has not seen.
func (g *grower) both(pages []*lesson, out io.Writer) []*html.Forest {
	unseen := make([][]float64, len(pages))
	for fold := range folds {
		f := g.grow(samplesOf(pages, nil, func(l *lesson) bool { return l.fold != fold }))
		for i, p := range pages {
			if p.fold == fold {
				unseen[i] = likelyOf(f, firstSigns(p))
			}
		}
	}
	fmt.Fprintln(out, "first look, unseen pages: ", unseenScore(pages, unseen))
	again := make([][][]float32, len(pages))
	for i, p := range pages {
		again[i] = html.Again(p.candidates, unseen[i])
	}
	every := func(*lesson) bool { return true }
	return []*html.Forest{g.grow(samplesOf(pages, nil, every)), g.grow(samplesOf(pages, again, every))}
}

func firstSigns(l *lesson) [][]float32 {
	signs := make([][]float32, len(l.candidates))
	for i, c := range l.candidates {
		signs[i] = c.Signs
	}
	return signs
}

func likelyOf(f *html.Forest, signs [][]float32) []float64 {
	likely := make([]float64, len(signs))
	for i, s := range signs {
		likely[i] = f.Likely(s)
	}
	return likely
}

// unseenScore is the mean F1 of runs of four words by the limit from which a
// block is taken, for articles and for other pages.
func unseenScore(pages []*lesson, likely [][]float64) string {
	var b strings.Builder
	for _, limit := range []float64{.3, .35, .4, .45, .5, .55, .6} {
		var sum, n [2]float64
		for i, p := range pages {
			if p.tutored {
				continue
			}
			var text strings.Builder
			for j, c := range p.candidates {
				if likely[i][j] >= limit {
					text.WriteString(c.Text)
					text.WriteString("\n")
				}
			}
			_, _, f1 := ngramF1(words4(text.String()), p.gold)
			k := 1
			if p.article {
				k = 0
			}
			sum[k] += f1
			n[k]++
		}
		fmt.Fprintf(&b, " %.2f: %.4f %.4f;", limit, sum[0]/max(n[0], 1), sum[1]/max(n[1], 1))
	}
	return b.String()
}
