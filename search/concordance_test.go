package search

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.com/archive/store"
)

func concordanceArchive(t *testing.T, texts ...string) *store.Archive {
	t.Helper()
	var articles []*store.Article
	for _, s := range texts {
		articles = append(articles, article("en", "", s))
	}
	return newArchive(t, articles...)
}

// concord gives the lines of a concordance as "left[match]right".
func concord(t *testing.T, a *store.Archive, q ConcordanceQuery) (*Concordance, []string) {
	t.Helper()
	if q.Context == 0 {
		q.Context = 12
	}
	q.Now = time.Now()
	c, err := Concord(context.Background(), a, q)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for l, err := range c.Lines {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l.Left+"["+l.Match+"]"+l.Right)
	}
	return c, lines
}

func TestConcordanceMatches(t *testing.T) {
	a := concordanceArchive(t, "The grain came. Grains of the\n\nport and the port of grain went.", "Corn near the port.")
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"grain", []string{"The [grain] came. Grain", "grain came. [Grains] of the por", "the port of [grain] went."}},
		{"=grains", []string{"grain came. [Grains] of the por"}},
		{"grai*", []string{"The [grain] came. Grain", "grain came. [Grains] of the por", "the port of [grain] went."}},
		{`"port of grain"`, []string{"ort and the [port of grain] went."}},
		{`grain "port of grain"`, []string{"The [grain] came. Grain", "grain came. [Grains] of the por", "ort and the [port of grain] went."}},
		{"grain NEAR/3 port", []string{"grain came. [Grains of the port] and the por", "ort and the [port of grain] went."}},
		{"port ADJ/3 grain", []string{"ort and the [port of grain] went."}},
		{`"grain came"~2`, []string{"The [grain came]. Grains of"}},
		{"corn port", []string{"[Corn] near the po", "rn near the [port]."}},
		{"corn -grain", []string{"[Corn] near the po"}},
		{"port -corn", []string{"ins of the [port] and the por", "ort and the [port] of grain we"}},
		{"(corn OR grain) NEAR/3 port", []string{"grain came. [Grains of the port] and the por", "ort and the [port of grain] went.", "[Corn near the port]."}},
	} {
		c, got := concord(t, a, ConcordanceQuery{Query: Query{Text: tt.query, Sort: "date"}})
		slices.Sort(got)
		slices.Sort(tt.want)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.query, diff)
		}
		if c.Matches != len(tt.want) || !c.Whole {
			t.Errorf("%s: %d matches are counted, whole %v", tt.query, c.Matches, c.Whole)
		}
	}
}

// Lines sorted by their left or right side, with or without a limit, are those
// of a plain sort of them all.
func TestConcordanceSorted(t *testing.T) {
	var texts []string
	for i := range 300 {
		texts = append(texts, fmt.Sprintf("w%d x%d grain y%d z%d and more grain", i*7%10, i*13%17, i*11%9, i*3%23))
	}
	a := concordanceArchive(t, texts...)
	_, plain := concord(t, a, ConcordanceQuery{Query: Query{Text: "grain"}, Context: 200})
	for _, by := range []string{"left", "right"} {
		want := slices.Clone(plain)
		slices.SortStableFunc(want, func(a, b string) int {
			return slices.Compare(sideWords(a, by), sideWords(b, by))
		})
		for _, page := range []Query{{}, {Limit: 7}, {Limit: 40, Offset: 500}, {Offset: 590}, {Limit: 5, Offset: 1000}} {
			page.Text = "grain"
			c, got := concord(t, a, ConcordanceQuery{Query: page, By: by, Context: 200})
			from := min(page.Offset, len(want))
			to := len(want)
			if page.Limit > 0 {
				to = min(from+page.Limit, to)
			}
			if diff := cmp.Diff(want[from:to], got, cmpopts.EquateEmpty(), cmp.Transformer("keys", func(s string) string {
				return strings.Join(sideWords(s, by), " ")
			})); diff != "" {
				t.Errorf("by %s, limit %d, offset %d: %s", by, page.Limit, page.Offset, diff)
			}
			if c.Matches != 600 || c.Articles != 300 || c.Dropped != 0 {
				t.Errorf("by %s: counted %d in %d, dropped %d", by, c.Matches, c.Articles, c.Dropped)
			}
		}
	}
}

// sideWords gives the words beside the match, the nearest first.
func sideWords(line, by string) []string {
	left, rest, _ := strings.Cut(line, "[")
	_, right, _ := strings.Cut(rest, "]")
	words := strings.Fields(right)
	if by == "left" {
		words = strings.Fields(left)
		slices.Reverse(words)
	}
	return words[:min(len(words), keyWords)]
}

func TestSortedLinesKeepTheFirst(t *testing.T) {
	for _, most := range []int{0, 1, 10} {
		kept := &sortedLines{most: most}
		for i := range 5000 {
			if key := fmt.Sprintf("%04d", i*1237%5000); kept.wants(key) {
				kept.add(Line{key: key})
			}
		}
		kept.shorten()
		for i, l := range kept.lines[:min(most, len(kept.lines))] {
			if l.key != fmt.Sprintf("%04d", i) {
				t.Fatalf("of %d kept, number %d is %s", most, i, l.key)
			}
		}
		if most > 0 && len(kept.lines) != most {
			t.Errorf("%d lines are kept, want %d", len(kept.lines), most)
		}
	}
}

// Behind the page it is counted, but not without end.
func TestConcordancePage(t *testing.T) {
	a := concordanceArchive(t, "grain one", "grain two grain three", "grain four")
	c, got := concord(t, a, ConcordanceQuery{Query: Query{Text: "grain", Limit: 2}})
	if len(got) != 2 || c.Matches != 4 || !c.Whole {
		t.Errorf("%q, %d matches, whole %v", got, c.Matches, c.Whole)
	}
	long := concordanceArchive(t, strings.Repeat("of grain ", 4*countOnBytes))
	if c, got = concord(t, long, ConcordanceQuery{Query: Query{Text: "grain", Limit: 2}}); len(got) != 2 || c.Matches < 3 || c.Whole {
		t.Errorf("%q, %d matches of a long text, whole %v", got, c.Matches, c.Whole)
	}
	if c, got = concord(t, a, ConcordanceQuery{Query: Query{Text: "grain", Limit: 2, Offset: 3}}); len(got) != 1 || c.Matches != 4 || !c.Whole {
		t.Errorf("at the end: %q, %d matches, whole %v", got, c.Matches, c.Whole)
	}
}

// A text longer than a piece loses and doubles nothing where pieces meet.
func TestConcordanceLongText(t *testing.T) {
	const n = 40_000
	a := concordanceArchive(t, strings.Repeat("grain of wheat, ", n)+strings.Repeat("北京市", 1000))
	for query, want := range map[string]int{"grain": n, `"grain of wheat"`: n, "wheat ADJ/1 grain": n - 1, "北京": 1000} {
		c, _ := concord(t, a, ConcordanceQuery{Query: Query{Text: query}, Context: 1})
		if c.Matches != want {
			t.Errorf("%s: %d matches, want %d", query, c.Matches, want)
		}
	}
}

func TestConcordanceWithoutWords(t *testing.T) {
	a := concordanceArchive(t, "grain")
	if _, err := Concord(context.Background(), a, ConcordanceQuery{Query: Query{Text: "*", Now: time.Now()}}); err == nil {
		t.Error("a query without words has a concordance")
	}
	if _, err := Concord(context.Background(), a, ConcordanceQuery{Query: Query{Text: "grain", Now: time.Now()}, By: "middle"}); err == nil {
		t.Error("lines are sorted by the middle")
	}
}

func TestCollocates(t *testing.T) {
	a := concordanceArchive(t,
		"Prices of wheat grain rose. Wheat grain of the port.\n\nThe steel fell, and the steel rose, far from it all.",
		"wheat grain wheat grain of Odesa's silos, and quite another thing about steel")
	c, err := Collocations(context.Background(), a, CollocateQuery{Query: Query{Text: "grain", Now: time.Now()}, Span: 2})
	if err != nil {
		t.Fatal(err)
	}
	if c.Matches != 4 || c.Articles != 2 || c.Tokens != 30 {
		t.Errorf("%d matches in %d articles, %d other words", c.Matches, c.Articles, c.Tokens)
	}
	got := map[string][4]int{}
	for _, w := range c.Words {
		got[w.Word] = [4]int{w.Left, w.Right, w.Together, w.Frequency}
	}
	if want := [4]int{3, 1, 4, 4}; got["wheat"] != want {
		t.Errorf("wheat %v, want %v", got["wheat"], want)
	}
	if want := [4]int{0, 1, 1, 1}; got["Odesa"] != want {
		t.Errorf("Odesa %v, want %v", got["Odesa"], want)
	}
	for _, far := range []string{"steel", "the", "of", "silos"} {
		if _, found := got[far]; found {
			t.Errorf("%s is listed: %v", far, got)
		}
	}
}

// G² is twice the logarithm of the ratio of the likelihoods of the table, which
// is also the mutual information of its rows and columns, in another way of
// writing.
func TestLogLikelihood(t *testing.T) {
	h := func(counts ...int) (sum float64) {
		total := 0
		for _, n := range counts {
			total += n
		}
		for _, n := range counts {
			if n > 0 {
				sum += float64(n) * math.Log(float64(n)/float64(total))
			}
		}
		return sum
	}
	for _, c := range [][4]int{{110, 2552, 221, 31777}, {10, 20, 30, 100}, {5, 5, 5, 100}, {1, 10, 10, 100}, {5, 5, 100, 100}, {0, 5, 5, 100}} {
		k11, near, total, all := c[0], c[1], c[2], c[3]
		k12, k21 := near-k11, total-k11
		k22 := all - near - k21
		// The form with entropies: sum over cells less those over rows and columns.
		want := 2 * (h(k11, k12, k21, k22) - h(k11+k12, k21+k22) - h(k11+k21, k12+k22))
		if got := logLikelihood(k11, near, total, all); math.Abs(got-want) > 1e-6*max(1, want) {
			t.Errorf("%v: %g, want %g", c, got, want)
		}
	}
}

// A title made from the first words of its text gives no second line for them,
// but title: finds it.
func TestConcordanceOfDerivedTitles(t *testing.T) {
	derived := article("en", "Grain for all", "Grain for all, and more grain.")
	derived.Title.Derived = true
	given := article("en", "Grain at last", "It came.")
	a := newArchive(t, derived, given)
	for query, want := range map[string][]string{
		"grain":       {"[Grain] at last", "[Grain] for all, an", "l, and more [grain]."},
		"title:grain": {"[Grain] at last", "[Grain] for all"},
		"text:grain":  {"[Grain] for all, an", "l, and more [grain]."},
	} {
		_, got := concord(t, a, ConcordanceQuery{Query: Query{Text: query}})
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

// Whatever is typed, each line is a piece of its article, and the count is
// that of the lines.
func FuzzConcord(f *testing.F) {
	for _, query := range []string{"grain", `"port of grain"`, "grain NEAR/3 port", `"a b"~3 OR gr*`, "=grain ADJ/2 (a OR b)", "title:x -y", "北京 мир*", "((", "grain~2"} {
		f.Add(query)
	}
	a := newArchive(f, article("en", "Grain", "The grain of the port, a b.\n\nMore grain."), article("ru", "", "Мир и зерно, 北京市 北京"))
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 1000 {
			return
		}
		for _, by := range []string{"", "left"} {
			c, err := Concord(t.Context(), a, ConcordanceQuery{Query: Query{Text: query, Match: Any, Now: time.Now()}, By: by, Context: 1000})
			if err != nil {
				continue
			}
			n := 0
			for l, err := range c.Lines {
				n++
				body, textErr := a.Text(t.Context(), l.Row.ID)
				if err != nil || textErr != nil {
					t.Fatal(err, textErr)
				}
				if l.InTitle {
					body = l.Row.Title.Value
				}
				if whole := strings.TrimSpace(foldBlanks(body)); l.Left+l.Match+l.Right != whole || l.Match == "" {
					t.Errorf("%q: %q + %q + %q is not %q", query, l.Left, l.Match, l.Right, whole)
				}
			}
			if n != c.Matches {
				t.Errorf("%q: %d lines, %d matches", query, n, c.Matches)
			}
		}
	})
}
