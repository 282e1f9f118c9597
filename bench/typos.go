package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"example.com/archive/ingest"
	"example.com/archive/search"
	"example.com/archive/store"
)

// typos measures what the correction of words gives back: in each query the
// word that the fewest articles have gets one random edit.
func typos(ctx context.Context, root string, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("typos", flag.ExitOnError)
	data := flags.String("data", filepath.Join(root, "..", "shared", "data", "relevance"), "`folder` of the collections")
	seeds := flags.Int("seeds", 3, "how many times every query is mistyped, each time otherwise")
	doc := flags.String("doc", filepath.Join(root, "docs", "relevance.md"), "`file` to put the table in, after a run of everything; none if empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names, err := collectionNames(*data)
	if err != nil {
		return err
	}
	t := newTable("collection", "as written", "mistyped", "corrected", "of what was lost, back")
	var sum typoScore
	for _, name := range names {
		c, err := readCollection(*data, name)
		if err != nil {
			return err
		}
		s, err := typoScores(ctx, filepath.Join(root, "schema.sql"), c, *seeds)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		t.add(name, digits(s.written), digits(s.mistyped), digits(s.corrected), s.back())
		sum.written, sum.mistyped, sum.corrected = sum.written+s.written, sum.mistyped+s.mistyped, sum.corrected+s.corrected
	}
	n := float64(len(names))
	t.add("mean", digits(sum.written/n), digits(sum.mistyped/n), digits(sum.corrected/n), sum.back())
	if _, err := io.WriteString(out, t.String()); err != nil || *doc == "" {
		return err
	}
	return replaceSection(*doc, "typos", "`go run ./bench typos`, "+time.Now().UTC().Format(time.DateOnly)+", nDCG@10:\n\n"+t.String())
}

// typoScore holds the nDCG@10 of queries as they are, with an edit, and with
// an edit that may be corrected.
type typoScore struct{ written, mistyped, corrected float64 }

// back gives the share of the loss that correction makes good.
func (s typoScore) back() string {
	if s.mistyped >= s.written {
		return "nothing lost"
	}
	return fmt.Sprintf("%.0f %%", 100*(s.corrected-s.mistyped)/(s.written-s.mistyped))
}

func typoScores(ctx context.Context, schema string, c *collection, seeds int) (s typoScore, err error) {
	err = withCollection(ctx, schema, c, func(archive *store.Archive, _ *ingest.Report) error {
		plain := &judge{ctx: ctx, asTyped: true}
		correcting := &judge{ctx: ctx}
		if s.written, err = ndcgOf(plain, archive, c, c.queries); err != nil {
			return err
		}
		for seed := range seeds {
			mistyped, err := mistype(ctx, archive, c.queries, rand.New(rand.NewPCG(uint64(seed), 1)))
			if err != nil {
				return err
			}
			for judge, sum := range map[*judge]*float64{plain: &s.mistyped, correcting: &s.corrected} {
				n, err := ndcgOf(judge, archive, c, mistyped)
				if err != nil {
					return err
				}
				*sum += n / float64(seeds)
			}
		}
		return nil
	})
	return s, err
}

func ndcgOf(j *judge, archive *store.Archive, c *collection, queries []topic) (float64, error) {
	rankings, err := j.rankings(archive, queries, &score{})
	if err != nil {
		return 0, err
	}
	m, _ := evaluate(c.judged, rankings)
	return m.NDCG10, nil
}

// mistype makes one edit in the rarest word of each query.
func mistype(ctx context.Context, archive *store.Archive, queries []topic, random *rand.Rand) (mistyped []topic, err error) {
	for _, q := range queries {
		words := strings.FieldsFunc(q.text, func(r rune) bool { return !unicode.IsLetter(r) })
		rarest, fewest := "", 0
		for _, w := range words {
			n, err := articlesWith(ctx, archive, w)
			if err != nil {
				return nil, err
			}
			if n > 0 && (rarest == "" || n < fewest) {
				rarest, fewest = w, n
			}
		}
		if rarest != "" {
			q.text = replaceWord(q.text, rarest, edited(rarest, random))
		}
		mistyped = append(mistyped, q)
	}
	return mistyped, nil
}

func articlesWith(ctx context.Context, archive *store.Archive, word string) (int, error) {
	result, err := search.Run(ctx, archive, search.Query{Text: word, Limit: 1, NoCorrect: true, Now: time.Now()})
	if err != nil {
		return 0, err
	}
	return result.All, nil
}

// replaceWord replaces the first place where a word stands by itself.
func replaceWord(s, word, by string) string {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return s
		}
		start, end := from+i, from+i+len(word)
		if !endsInLetter(s[:start]) && !startsWithLetter(s[end:]) {
			return s[:start] + by + s[end:]
		}
		from = end
	}
}

func endsInLetter(s string) bool {
	r := []rune(s)
	return len(r) > 0 && unicode.IsLetter(r[len(r)-1])
}

func startsWithLetter(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r)
	}
	return false
}

// edited puts in, leaves out, replaces or exchanges letters, anywhere in a
// word. New letters are of the word's own alphabet.
func edited(word string, random *rand.Rand) string {
	r := []rune(word)
	at := random.IntN(len(r))
	first, last := 'a', 'z'
	if unicode.Is(unicode.Cyrillic, r[at]) {
		first, last = 'а', 'я'
	}
	letter := first + rune(random.IntN(int(last-first)+1))
	switch kind := random.IntN(4); {
	case kind == 0:
		return string(r[:at]) + string(letter) + string(r[at:])
	case kind == 1 && len(r) > 1:
		return string(r[:at]) + string(r[at+1:])
	case kind == 2 && at+1 < len(r) && r[at] != r[at+1]:
		return string(r[:at]) + string(r[at+1]) + string(r[at]) + string(r[at+2:])
	}
	for letter == unicode.ToLower(r[at]) {
		letter = first + rune(random.IntN(int(last-first)+1))
	}
	return string(r[:at]) + string(letter) + string(r[at+1:])
}
