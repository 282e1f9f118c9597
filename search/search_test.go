package search

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
	"example.com/archive/text"
)

func newArchive(t testing.TB, articles ...*store.Article) *store.Archive {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	a, err := store.OpenOrCreate(ctx, filepath.Join(t.TempDir(), "a.db"), string(schema))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(ctx, store.Place{Path: "/news"})
	if err != nil {
		t.Fatal(err)
	}
	x := store.NewIndexer()
	for i, art := range articles {
		if err := im.StartFile(ctx, store.File{Place: place, Path: fmt.Sprintf("/news/%d.txt", i+1), Reader: "text/1"}); err != nil {
			t.Fatal(err)
		}
		if err := im.Add(ctx, "", x.Prepare(art)); err != nil {
			t.Fatal(err)
		}
		if err := im.EndFile(ctx, nil, "text/1", true); err != nil {
			t.Fatal(err)
		}
	}
	if err := im.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return a
}

func article(lang, title, body string) *store.Article {
	return &store.Article{
		Title: store.Field{Value: title, Rule: "title line"},
		Lang:  store.Field{Value: lang, Rule: "detected", Derived: true}, Type: "text", Text: body,
	}
}

func run(t testing.TB, a *store.Archive, q Query) (*Result, []Hit) {
	t.Helper()
	q.Now = time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC)
	r, err := Run(t.Context(), a, q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	var hits []Hit
	for h, err := range r.Hits {
		if err != nil {
			t.Fatalf("%q: %v", q.Text, err)
		}
		hits = append(hits, h)
	}
	return r, hits
}

// foundAll gives the ids of the articles that match the whole query, sorted.
func foundAll(t testing.TB, a *store.Archive, query string) []int64 {
	t.Helper()
	r, hits := run(t, a, Query{Text: query, Match: AllOnly})
	ids := []int64{}
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	if r.All != len(ids) {
		t.Errorf("%q: %d counted, %d found", query, r.All, len(ids))
	}
	slices.Sort(ids)
	return ids
}

func newsArchive(t testing.TB) *store.Archive {
	one := article("en", "Peace summit in Moscow", "Security guarantees for Zelensky. The nuclear power plant won't stop. In Kyiv, Ubuntu 20.04 runs multi-agent systems, said the U.S. envoy.")
	one.Source = store.Field{Value: "BBC News"}
	one.Byline = store.Field{Value: "Gloria Nosa"}
	one.Published, _ = store.ParseDate("2022-05-07")
	one.Tags = []string{"ukraine war"}
	one.URL = "https://www.bbc.com/news/1"
	two := article("en", "Talks in Beijing", "A guarantee of safety is nuclear. Putin and Trump said the plant is safe. Kiev invites; invitation follows.")
	two.Source = store.Field{Value: "Reuters"}
	two.Published, _ = store.ParseDate("2023")
	two.Cites = []store.Citation{{Outlet: "TheCradle.co", Rule: "sources list", Phrase: "TheCradle.co"}}
	three := article("uk", "Зеленський у Харкові", "Президента запросили до Запоріжжя. Українські війська.")
	three.Source = store.Field{Value: "Українська правда"}
	four := article("de", "Präsident Selenskyj", "Die Präsidenten sprachen über den Krieg. Das Kernkraftwerk war sicher.")
	five := article("zh", "部署导弹", "俄罗斯部署新型导弹系统。莫斯科核")
	six := article("ru", "Грибы", "Сезон грибов в лесу. Ёлки зелёные.")
	return newArchive(t, one, two, three, four, five, six)
}

func TestQueries(t *testing.T) {
	a := newsArchive(t)
	for _, test := range []struct {
		query string
		want  []int64
	}{
		{`guarantee`, []int64{1, 2}},
		{`GUARANTEES`, []int64{1, 2}},
		{`"security guarantee"`, []int64{1}},
		{`"guarantee security"`, []int64{}},
		{`=guarantee`, []int64{2}},
		{`=guarantees`, []int64{1}},
		{`="security guarantees"`, []int64{1}},
		{`="security guarantee"`, []int64{}},
		{`guarant*`, []int64{1, 2}},
		{`invitation*`, []int64{2}},
		{`invitati*`, []int64{2}},
		{`invitationx*`, []int64{}},
		{`=guarante*`, []int64{1, 2}},
		{`"nuclear pow"*`, []int64{1}},
		{`won't`, []int64{1}},
		{`won’t`, []int64{1}},
		{`20.04`, []int64{1}},
		{`04.20`, []int64{}},
		{`multi-agent`, []int64{1}},
		{`multiagent`, []int64{}},
		{`US`, []int64{1}},
		{`U.S.`, []int64{1}},
		{`nuclear NEAR/2 plant`, []int64{1}},
		{`nuclear NEAR/5 plant`, []int64{1, 2}[:1]},
		{`plant NEAR/7 nuclear`, []int64{1, 2}},
		{`nuclear ADJ/2 plant`, []int64{1}},
		{`plant ADJ/2 nuclear`, []int64{}},
		{`plant ADJ/9 nuclear`, []int64{}},
		{`(Putin OR nobody) NEAR/2 Trump`, []int64{2}},
		{`nuclear NEAR/5 nuclear`, []int64{}},
		{`"plant nuclear"~2`, []int64{1}},
		{`"said trump putin"~4`, []int64{2}},
		{`"guarante* nonsense"`, []int64{}},
		{`nuclear -Putin`, []int64{1}},
		{`-Putin`, []int64{1, 3, 4, 5, 6}},
		{`-(Putin OR Moscow)`, []int64{3, 4, 5, 6}},
		{`Putin AND (Beijing OR Moscow)`, []int64{2}},
		{`Beijing OR Moscow`, []int64{1, 2}},
		{`nuclear Beijing OR Moscow`, []int64{1, 2}},
		{`title:summit`, []int64{1}},
		{`text:summit`, []int64{}},
		{`title:(peace moscow)`, []int64{1}},
		{`title:peace OR source:Reuters`, []int64{1, 2}},
		{`source:BBC`, []int64{1}},
		{`source:bbc source:news`, []int64{1}},
		{`source:"BBC News"`, []int64{1}},
		{`source:правда`, []int64{3}},
		{`source:(BBC OR Reuters) -Putin`, []int64{1}},
		{`-source:Reuters nuclear`, []int64{1}},
		{`source:Reu*`, []int64{2}},
		{`source:*`, []int64{1, 2, 3}},
		{`author:nosa`, []int64{1}},
		{`by:"gloria nosa"`, []int64{1}},
		{`by:"nosa gloria"`, []int64{}},
		{`cites:"The Cradle"`, []int64{2}},
		{`cites:thecradle.co`, []int64{2}},
		{`tag:war`, []int64{1}},
		{`lang:uk`, []int64{3}},
		{`lang:German`, []int64{4}},
		{`type:text lang:zh`, []int64{5}},
		{`site:bbc.com`, []int64{1}},
		{`url:/news/`, []int64{1}},
		{`path:3.txt`, []int64{3}},
		{`id:2`, []int64{2}},
		{`id:1,3`, []int64{1, 3}},
		{`date:2022`, []int64{1}},
		{`date:2023`, []int64{2}},
		{`date:2023-05`, []int64{}},
		{`date:2022..`, []int64{1, 2}},
		{`before:2023`, []int64{1}},
		{`after:2022-05`, []int64{2}},
		{`after:2022`, []int64{2}},
		{`added:2000`, []int64{}},
		{`is:undated`, []int64{3, 4, 5, 6}},
		{`has:author`, []int64{1}},
		{`has:cites nuclear`, []int64{2}},
		{`is:old`, []int64{}},
		{`*`, []int64{1, 2, 3, 4, 5, 6}},
		{`* -nuclear`, []int64{3, 4, 5, 6}},
		{`президент`, []int64{3}},
		{`Харків`, []int64{3}},
		{`Зеленського`, []int64{1, 3}},
		{`Запоріжжі`, []int64{3}},
		{`Präsident`, []int64{4}},
		{`prasidenten`, []int64{4}},
		{`部署`, []int64{5}},
		{`导弹系统`, []int64{5}},
		{`弹导`, []int64{}},
		{`核`, []int64{5}},
		{`莫`, []int64{5}},
		{`гриб`, []int64{6}},
		{`елки зеленые`, []int64{6}},
		{`the nuclear`, []int64{1, 2}},
		{`the`, []int64{1, 2}},
		{`"the"`, []int64{1, 2}},
		{`foo:nuclear`, []int64{}},
		{`plant:nuclear`, []int64{1, 2}},
		{`nuclear 🚀`, []int64{1, 2}},
		{`nuclear nuclear NUCLEAR`, []int64{1, 2}},
	} {
		if diff := cmp.Diff(test.want, foundAll(t, a, test.query)); diff != "" {
			r, _ := run(t, a, Query{Text: test.query, Explain: true})
			t.Errorf("%s: %s\n%s", test.query, diff, strings.Join(r.Explain.Lines(), "\n"))
		}
	}
}

// A word with a * finds whatever the word itself finds, in every language:
// stems are not always beginnings of their words.
func TestPrefixFindsTheWordItself(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	f, err := os.Open("../../shared/data/news/multilingual.jsonl.gz")
	if err != nil {
		t.Skip("no sample news beside the project")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var articles []*store.Article
	perLang := make(map[string]int)
	scan := bufio.NewScanner(z)
	scan.Buffer(nil, 1<<24)
	for scan.Scan() {
		var a struct{ Title, Body, Lang string }
		if err := json.Unmarshal(scan.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if perLang[a.Lang]++; perLang[a.Lang] <= 4 {
			articles = append(articles, article(a.Lang, a.Title, a.Body))
		}
	}
	articles = append(articles, article("en", "going", "The dogs were happy going to the country; organizations and responsibilities."))
	a := newArchive(t, articles...)
	tested, missed := 0, 0
	for i, art := range articles {
		n := 0
		for tok := range text.NewAnalyser(art.Lang.Value).Tokens(art.Text) {
			if n++; n%29 != 0 && i < len(articles)-1 || tok.Tail {
				continue
			}
			tested++
			for _, query := range []string{tok.Surface + "*", string([]rune(tok.Surface)[:(len([]rune(tok.Surface))+1)/2+1]) + "*"} {
				ids := foundAll(t, a, "id:"+fmt.Sprint(i+1)+" AND "+query)
				if len([]rune(query)) <= 3 || len(ids) == 1 {
					continue
				}
				if query == tok.Surface+"*" {
					t.Errorf("%s: %s does not find the word", art.Lang.Value, query)
				}
				missed++
			}
		}
	}
	// Beginnings that a stemmer changes in the middle are missed.
	if tested < 300 || missed*100 > tested {
		t.Errorf("%d words tested, the beginnings of %d do not find them", tested, missed)
	}
	if got := foundAll(t, a, "happi*"); len(got) != 0 {
		t.Errorf("happi* finds happy: %v", got)
	}
}

// Words with many readings near each other are found however many ways there
// are to combine them.
func TestNearOfManyReadings(t *testing.T) {
	a := newArchive(t, article("en", "T", "Organizations have responsibilities in many countries."), article("en", "T", "Responsibilities of one. "+strings.Repeat("More words. ", 20)+"Organizations."))
	for query, want := range map[string][]int64{
		"responsibilitie* NEAR/3 organization*":                      {1},
		"organizatio* ADJ/3 responsibilitie*":                        {1},
		"responsibilitie* ADJ/3 organizatio*":                        {},
		"(responsibilitie* OR none) NEAR/3 (organizatio* OR nobody)": {1},
		"responsibilitie* NEAR/3 organizatio* NEAR/5 countrie*":      {1},
	} {
		if diff := cmp.Diff(want, foundAll(t, a, query)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

// Queries that nest deeply or say the same a thousand times are answered, by
// the pages and by SQL.
func TestMonstrousQueries(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	a := newsArchive(t)
	nest := func(open, end string, n int) string {
		return strings.Repeat(open, n) + "nuclear" + strings.Repeat(end, n)
	}
	for _, query := range []string{
		nest("(a OR (b ", "))", 34), nest("(NOT ", ")", 600), nest("title:(", ")", 500), nest("(a -(b ", "))", 300),
		strings.Repeat("=word ", 1000), strings.Repeat("=w1 OR ", 1000) + "x", numbered("pre%d* ", 999), numbered("id:%d ", 1001),
		numbered("-source:s%d ", 1000), numbered("=n%d ", 1000), numbered("n%d OR ", 1000) + "nuclear", numbered("-n%d ", 1000),
		numbered("\"a%d b\" ", 400), numbered("x%d NEAR/5 ", 300) + "y", nest("=", "", 5000), numbered("title:t%d OR source:s%[1]d ", 300),
	} {
		for _, sort := range []string{"", "date"} {
			if _, err := Run(t.Context(), a, Query{Text: query, Sort: sort, Now: time.Unix(1e9, 0)}); err != nil {
				var e *Error
				if !errors.As(err, &e) {
					t.Errorf("%.40s…, sorted by %q: %v: %v", query, sort, err, errors.Unwrap(err))
				}
			}
		}
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// The short cut tells nothing that the analysis does not tell.
func TestPlainWords(t *testing.T) {
	m := newTextMatcher()
	texts := []string{
		"of the bank.", "bank's", "U.S. us.x", "the\nbank,", "e-bank", "bank.com", "naïve bank", "banké", "=bank_x", "the  bank", "The BANK",
		"l'bank", "bank. The", "of thebank", "İbank", "K the bank", "O'Neill", "don’t", "o\u00adneill", "jusqu'au", "quelqu'un", "ＢＡＮＫ", "ﬁn of",
		"U.S.A", "b.a.n.k", "‘bank’", "“bank”", "bank…", "ban\u0301k", "½ bank", "the — bank", "", "bankers", "ban.k", "J.R.R. the bank",
	}
	known := map[verdict]int{}
	for _, words := range []string{"bank", "the bank", "us", "of the", "oneill", "dont", "fin", "usa"} {
		for _, prefix := range []bool{false, true} {
			compareVerdicts(t, m, surfaceElements(tokensOf(m.analyser("en"), words), prefix), texts, known)
		}
	}
	for _, word := range []string{"jus", "quel", "ba", "on"} {
		compareVerdicts(t, m, []element{{byPrefix, word}}, texts, known)
	}
	if known[present] < 50 || known[absent] < 200 {
		t.Errorf("too little is known: %v", known)
	}
}

func compareVerdicts(t *testing.T, m *textMatcher, elements []element, texts []string, known map[verdict]int) {
	t.Helper()
	seq := sequence{[][]element{elements}}
	plain := plainOf(seq.alternatives)
	for _, s := range texts {
		v := plain.judge(s)
		known[v]++
		for _, lang := range []string{"en", "fr", "de", "uk"} {
			if found := m.occurs(seq, s, lang); v == present && !found || v == absent && found {
				t.Errorf("%v in %q (%s): the short cut says %d, the analysis %v", elements, s, lang, v, found)
			}
		}
	}
}

// FuzzPlainWords compares the short cut with the analysis.
func FuzzPlainWords(f *testing.F) {
	f.Add("The bank's “bank” of U.S.A.", "bank", "en")
	f.Add("jusqu'à l’été", "jus", "fr")
	f.Fuzz(func(t *testing.T, s, word, lang string) {
		m := newTextMatcher()
		for _, prefix := range []bool{false, true} {
			elements := surfaceElements(tokensOf(m.analyser(""), word), prefix && word != "")
			if len(elements) == 0 {
				return
			}
			seq := sequence{[][]element{elements}}
			found := m.occurs(seq, s, lang)
			if v := plainOf(seq.alternatives).judge(s); v == present && !found || v == absent && found {
				t.Errorf("%v in %q (%s): the short cut says %d, the analysis %v", elements, s, lang, v, found)
			}
		}
	})
}

// Words that stand near each other thousands of times cost time, not memory.
func TestNearInALongText(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	a := newArchive(t, article("en", "T", strings.Repeat("alpha beta ", 60_000)))
	if got := foundAll(t, a, "alpha ADJ/1000 beta"); len(got) != 1 {
		t.Errorf("%v", got)
	}
	tokens := newTextMatcher().tokens(strings.Repeat("alpha beta ", 20_000), "en")
	near := near(sequence{[][]element{{{byStem, "alpha"}}}}, sequence{[][]element{{{byStem, "beta"}}}}, 1000, true)
	if n := len(near.spans(tokens)); n != 40_000 {
		t.Errorf("%d spans of 40,000 words", n)
	}
}

// What stands between the outermost words of a chain takes room, and what
// follows ADJ stands behind all before it.
func TestChainsOfNear(t *testing.T) {
	a := newArchive(t, article("en", "T", "alpha beta gamma delta omega"), article("en", "T", "alpha omega beta"))
	for query, want := range map[string][]int64{
		`alpha NEAR/1 "beta gamma delta" NEAR/1 omega`:           {1},
		`alpha NEAR/1 (beta NEAR/1 gamma)`:                       {1},
		`alpha NEAR/1 (gamma NEAR/1 delta)`:                      {},
		`(alpha NEAR/3 delta OR nobody) NEAR/1 omega`:            {1},
		`alpha ADJ/2 beta ADJ/3 omega`:                           {1},
		`alpha ADJ/2 (beta ADJ/3 omega)`:                         {1},
		`alpha ADJ/2 omega ADJ/2 beta`:                           {2},
		`(alpha ADJ/1 beta) ADJ/1 (gamma ADJ/1 delta)`:           {1},
		`alpha SAME (beta ADJ/2 "gamma delta" ADJ/1 omega)`:      {1},
		`alpha SAME (omega ADJ/2 beta) SAME (alpha ADJ/2 omega)`: {2},
	} {
		if got := foundAll(t, a, query); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", query, got, want)
		}
	}
	marked := near(near(word("a"), word("b"), 9, true), word("c"), 1, true).spans(newTextMatcher().tokens("a b c b a", "zxx"))
	if want := []span{{0, 1}, {1, 2}, {2, 3}}; !slices.Equal(marked, want) {
		t.Errorf("the places are %v, want %v", marked, want)
	}
}

// All words of a chain are shown, those too that stand close to the middle one
// alone.
func TestWordsOfAChain(t *testing.T) {
	chain := near(word("a"), near(word("b"), word("c"), 5, false), 1, false)
	tokens := newTextMatcher().tokens("b x a c x b x x x x c", "zxx")
	if got, want := matchedBy(chain, tokens), []span{{0, 1}, {2, 3}, {3, 4}, {5, 6}}; !slices.Equal(got, want) {
		t.Errorf("the words are %v, want %v", got, want)
	}
	ordered := near(near(word("a"), word("b"), 5, true), word("c"), 1, false)
	if got, want := matchedBy(ordered, newTextMatcher().tokens("c a x x b x a", "zxx")), []span{{0, 1}, {1, 2}, {4, 5}}; !slices.Equal(got, want) {
		t.Errorf("the words are %v, want %v", got, want)
	}
	within := near(near(word("a"), word("b"), 5, false), word("c"), 1, true)
	if got, want := matchedBy(within, newTextMatcher().tokens("a x x b c x a", "zxx")), []span{{0, 1}, {3, 4}, {4, 5}, {6, 7}}; !slices.Equal(got, want) {
		t.Errorf("the words are %v, want %v", got, want)
	}
	a := newArchive(t, article("en", "T", "beta omega alpha gamma"))
	c, err := Concord(t.Context(), a, ConcordanceQuery{Query: Query{Text: "alpha NEAR/1 (beta NEAR/5 gamma)"}})
	if err != nil {
		t.Fatal(err)
	}
	for line, err := range c.Lines {
		if err != nil || line.Match != "beta omega alpha gamma" {
			t.Errorf("%q, %v", line.Match, err)
		}
	}
	if c.Matches != 1 {
		t.Errorf("%d matches", c.Matches)
	}
}

func word(stem string) pattern { return sequence{[][]element{{{byStem, stem}}}} }

func TestTiers(t *testing.T) {
	a := newsArchive(t)
	for _, test := range []struct {
		q         Query
		all, some int
		matched   string
	}{
		{Query{Text: "nuclear Beijing"}, 1, 1, "all some"},
		{Query{Text: "nuclear AND Beijing"}, 1, 0, "all"},
		{Query{Text: "nuclear Beijing", Match: AllOnly}, 1, 0, "all"},
		{Query{Text: "nuclear Beijing Харків"}, 0, 3, "some some some"},
		{Query{Text: "nuclear Beijing Харків -Putin"}, 0, 2, "some some"},
		{Query{Text: "nuclear Beijing", Limit: 1}, 1, 1, "all"},
		{Query{Text: "nuclear Beijing", Limit: 1, Offset: 1}, 1, 1, "some"},
		{Query{Text: "nuclear Beijing", Offset: 2}, 1, 1, ""},
		{Query{Text: "nuclear Beijing Харків президент", Limit: 1, Offset: 1, Sources: []string{"BBC", "правда"}}, 0, 2, "some"},
		{Query{Text: "nuclear power Beijing", Match: Any}, 0, 2, "some some"},
		{Query{Text: "nuclear power", Match: Any}, 1, 1, "all some"},
		{Query{Sources: []string{"Reuters"}}, 1, 0, "all"},
		{Query{Text: "nuclear", Since: "2023"}, 1, 0, "all"},
		{Query{Text: "nuclear", Until: "2022-05"}, 1, 0, "all"},
		{Query{Text: "nuclear", Langs: []string{"de"}}, 0, 0, ""},
		{Query{Text: "nuclear", Authors: []string{"Nosa"}, Tags: []string{"war"}, Types: []string{"text"}}, 1, 0, "all"},
	} {
		r, hits := run(t, a, test.q)
		var matched []string
		for _, h := range hits {
			matched = append(matched, h.Matched)
		}
		if r.All != test.all || r.Some != test.some || strings.Join(matched, " ") != test.matched {
			t.Errorf("%+v: %d all, %d some, page %v", test.q, r.All, r.Some, matched)
		}
		if (r.All+r.Some == 0) != (len(r.Help) > 0) {
			t.Errorf("%+v: help %q", test.q, r.Help)
		}
	}
}

// The words of one that is written with hyphens are looked for together; apart
// they count where some words suffice.
func TestWordsWithHyphens(t *testing.T) {
	a := newArchive(t,
		article("en", "", "An agent sold systems of many kinds."),
		article("en", "", "Multi-agent systems talk."),
		article("en", "", "The multi of a pipe."),
		article("en", "", "Something else entirely."))
	for query, want := range map[string]string{
		"multi-agent":              "2:all",
		"multi-agent systems":      "2:all 1:some 3:some",
		"agent-sold":               "1:all",
		"sold-multi":               "1:some 2:some 3:some",
		"systems-of-the-2020s":     "2:some 1:some",
		`"sold-multi"`:             "",
		"=sold-multi":              "",
		"sold-multi AND systems":   "",
		"pipe sold-multi -systems": "3:some",
	} {
		_, hits := run(t, a, Query{Text: query, NoCorrect: true})
		var got []string
		for _, h := range hits {
			got = append(got, fmt.Sprintf("%d:%s", h.ID, h.Matched))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	if _, hits := run(t, a, Query{Text: "sold-multi", NoCorrect: true, Snippet: 100}); len(hits) != 3 || !slices.ContainsFunc(hits[0].Snippet, func(s Span) bool { return s.Mark }) {
		t.Errorf("nothing is marked in %+v", hits)
	}
}

func TestWordsGivenAgainCountMore(t *testing.T) {
	a := newArchive(t, article("en", "", "the fox ran"), article("en", "", "the owl flew"), article("en", "", "x y z"), article("en", "", "x y z"), article("en", "", "x y z"))
	_, hits := run(t, a, Query{Text: "fox owl, an owl"})
	if len(hits) != 2 || hits[0].ID != 2 {
		t.Errorf("order %+v", hits)
	}
}

func TestTitleWeighsMore(t *testing.T) {
	a := newArchive(t, article("en", "other", "plant and more words here"), article("en", "plant", "other and more words here"))
	_, hits := run(t, a, Query{Text: "plant"})
	if len(hits) != 2 || hits[0].ID != 2 || hits[0].Score <= hits[1].Score {
		t.Errorf("order %+v", hits)
	}
}

func TestSorts(t *testing.T) {
	a := newsArchive(t)
	for sort, want := range map[string][]int64{"date": {1, 2}, "-date": {2, 1}, "source": {1, 2}, "title": {1, 2}} {
		_, hits := run(t, a, Query{Text: "nuclear", Sort: sort})
		if len(hits) != 2 || hits[0].ID != want[0] || hits[1].ID != want[1] {
			t.Errorf("%s: %v", sort, hits)
		}
	}
	if _, err := Run(t.Context(), a, Query{Text: "x", Sort: "size"}); err == nil || !strings.Contains(err.Error(), "relevance, date") {
		t.Errorf("a sort that is not known: %v", err)
	}
}

// SQL is asked for the order by title; how it plans depends on the limit.
func TestTitlesInOrderAtAnyLimit(t *testing.T) {
	a := newsArchive(t)
	query := `has:date OR nuclear ADJ/2 plant OR safe guarantee (Kyiv NEAR/2 Ubuntu OR (invite* NEAR/1 Kiev) ADJ/2 "invitation follows")`
	_, all := run(t, a, Query{Text: query, Match: AllOnly, Sort: "title"})
	if len(all) != 2 {
		t.Fatalf("%d articles in all", len(all))
	}
	for limit := 1; limit < 40; limit++ {
		_, hits := run(t, a, Query{Text: query, Match: AllOnly, Sort: "title", Limit: limit})
		if len(hits) != min(limit, len(all)) || hits[0].ID != all[0].ID {
			t.Errorf("%d articles with a limit of %d", len(hits), limit)
		}
	}
}

func TestNothingToSearch(t *testing.T) {
	a := newsArchive(t)
	for _, query := range []string{"", " ", "-", `"`, `""`, "(((", "🚀", "\x00", "…", "=", "~", "+", "()"} {
		_, err := Run(t.Context(), a, Query{Text: query})
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", query, err)
		}
	}
}

func TestStopWords(t *testing.T) {
	english := article("en", "War in Ukraine", "The war in Ukraine goes on, and US aid with it.")
	german := article("de", "Lage", "Das war es.")
	a := newArchive(t, english, article("en", "x", "another text of this language"), german)
	for query, dropped := range map[string][]string{
		"the war in Ukraine": {"the", "in"},
		"war Ukraine":        nil,
		"US aid":             nil,
		"the and of":         nil,
		`"the war" in Kyiv`:  {"in"},
		"=the war":           nil,
	} {
		p, err := newPlan(t.Context(), a, viewOf(t, a), Query{Text: query})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(dropped, p.dropped); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

func spansText(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Mark {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestSnippets(t *testing.T) {
	long := strings.Repeat("Filler words go here without any match. ", 20)
	body := "The plant. " + long + "Then the nuclear plant\nin Enerhodar was shelled, and nuclear\tsafety experts warned. " + long
	a := newArchive(t, article("en", "T", body), article("zh", "T", "俄罗斯部署新型导弹系统。莫斯科"))
	for _, test := range []struct{ query, want string }{
		{"nuclear plant", "Then the [nuclear] [plant] in Enerhodar was shelled, and [nuclear] safety experts warned."},
		{`"nuclear plant"`, "Then the [nuclear plant] in Enerhodar was shelled, and nuclear safety experts warned."},
		{"plants", "The [plant]. Filler words go here without any match. Filler words go here without any match."},
		{"导弹系统", "俄罗斯部署新型[导弹系统]。莫斯科"},
		{"title:T is:undated lang:en", "The plant. Filler words go here without any match. Filler words go here without any match."},
	} {
		_, hits := run(t, a, Query{Text: test.query, Snippet: 110, Match: AllOnly})
		if len(hits) != 1 {
			t.Errorf("%s: %d hits", test.query, len(hits))
			continue
		}
		if got := spansText(hits[0].Snippet); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.query, got, test.want)
		}
	}
}

func TestHighlight(t *testing.T) {
	a := newsArchive(t)
	s := "The Nuclear power plants' guarantee — nuclear."
	spans, err := Highlight(t.Context(), a, `"nuclear power" guarantees -plants`, "en", s)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := spansText(spans), "The [Nuclear power] plants' [guarantee] — nuclear."; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Whatever is typed is answered or refused in words, and never by the
// database. What is counted is found.
func FuzzRun(f *testing.F) {
	for _, s := range []string{`nuclear -plant`, `"a b"~3 NEAR/2 c*`, `source:(BBC OR x) date:2022..`, `=guarantee* OR -(title:x)`, `((a|b) ADJ/3 核)`, `*:* "`, `NOT AND OR`, "a\x00b", `id:1 has:date is:old added:7d`, `site:a.b url:% path:_`} {
		f.Add(s)
	}
	a := newsArchive(f)
	f.Fuzz(func(t *testing.T, query string) {
		r, err := Run(t.Context(), a, Query{Text: query, Now: time.Unix(1e9, 0), Snippet: 80, Explain: true})
		var e *Error
		if errors.As(err, &e) {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v: %v", query, err, errors.Unwrap(err))
		}
		n := 0
		for _, err := range r.Hits {
			if err != nil {
				t.Fatalf("%q: %v", query, err)
			}
			n++
		}
		if n != r.All+r.Some {
			t.Fatalf("%q: %d + %d counted, %d found", query, r.All, r.Some, n)
		}
	})
}

// A random query over random texts finds what reading every text finds.
func TestAgainstReadingEveryText(t *testing.T) {
	vocabulary := strings.Fields("alpha beta gamma delta eps zeta eta theta")
	seed := uint64(7)
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	sentence := func() string {
		words := make([]string, 3+next(12))
		for i := range words {
			words[i] = vocabulary[next(len(vocabulary))]
		}
		return strings.Join(words, " ")
	}
	var articles []*store.Article
	for range 60 {
		articles = append(articles, article("xx", sentence(), sentence()))
	}
	a := newArchive(t, articles...)
	word := func() string { return vocabulary[next(len(vocabulary))] }
	var query func(depth int) string
	query = func(depth int) string {
		if depth == 0 {
			return []string{word(), word() + "*", "=" + word(), `"` + word() + " " + word() + `"`, "title:" + word(), "text:" + word(),
				word() + " NEAR/3 " + word(), word() + " ADJ/3 " + word()}[next(8)]
		}
		l, r := query(depth-1), query(depth-1)
		return []string{"(" + l + ") AND (" + r + ")", "(" + l + ") OR (" + r + ")", "(" + l + ") NOT (" + r + ")"}[next(3)]
	}
	for range 400 {
		q := query(next(4))
		tree, _ := parse(q)
		want := []int64{}
		for i, art := range articles {
			if holds(tree, art, store.Anywhere) {
				want = append(want, int64(i+1))
			}
		}
		if diff := cmp.Diff(want, foundAll(t, a, q)); diff != "" {
			t.Errorf("%s: %s", q, diff)
		}
	}
}

// holds answers a query by reading the article, word by word.
func holds(n node, a *store.Article, column store.Column) bool {
	switch n := n.(type) {
	case andNode:
		for _, k := range n.kids {
			if !holds(k, a, column) {
				return false
			}
		}
		return true
	case orNode:
		return slices.ContainsFunc(n.kids, func(k node) bool { return holds(k, a, column) })
	case notNode:
		return !holds(n.kid, a, column)
	case fieldNode:
		return holds(n.value, a, map[string]store.Column{"title": store.InTitle, "text": store.InText}[n.name])
	}
	return column != store.InText && stands(n, strings.Fields(a.Title.Value)) ||
		column != store.InTitle && stands(n, strings.Fields(a.Text))
}

// stands looks for a word, phrase or two words near each other.
func stands(n node, words []string) bool {
	for i, w := range words {
		switch n := n.(type) {
		case wordNode:
			if w == n.text || n.prefix && strings.HasPrefix(w, n.text) {
				return true
			}
		case phraseNode:
			if rest := strings.Fields(n.text); i+len(rest) <= len(words) && slices.Equal(words[i:i+len(rest)], rest) {
				return true
			}
		case nearNode:
			for j, v := range words {
				l, r := n.left.(wordNode).text, n.right.(wordNode).text
				if w == l && v == r && i != j && j-i <= n.within && i-j <= n.within && (j > i || !n.ordered) {
					return true
				}
			}
		}
	}
	return false
}

// viewOf opens a view for the length of a test.
func viewOf(t *testing.T, a *store.Archive) *store.View {
	t.Helper()
	v, err := a.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}
