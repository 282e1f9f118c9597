package search

import (
	"strings"
	"testing"
	"time"

	"example.com/archive/store"
)

func rescueArchive(t *testing.T) *store.Archive {
	t.Helper()
	var articles []*store.Article
	for _, a := range []struct{ lang, source, author, date, tag, title, body string }{
		{"en", "Reuters", "Jane Fieldhouse", "2021-03-04", "energy", "Reactor restarts", "The nuclear reactor restarted in March. Engineers praised its turbines and the grid."},
		{"en", "Reuters", "Jane Fieldhouse", "2021-08-09", "energy", "Grid talks", "Talks on the electricity grid began. A minister promised a guarantee of security to all."},
		{"en", "The Harbour Gazette", "Piotr Nowak", "2022-01-15", "ports", "Harbour strike", "Dockers went on strike. The harbour stood still, and the ministry said nothing."},
		{"en", "The Harbour Gazette", "Piotr Nowak", "2023-11-30", "ports", "Cranes", "New cranes came, and with them electricity, and far away from that, beside all other things, the grid."},
		{"de", "Abendblatt", "", "2022-06-01", "", "Der Hafen", "Die Hafenarbeiter streikten, und der Reaktor stand still."},
	} {
		x := article(a.lang, a.title, a.body)
		x.Source, x.Byline = store.Field{Value: a.source}, store.Field{Value: a.author}
		x.Published, _ = store.ParseDate(a.date)
		if a.tag != "" {
			x.Tags = []string{a.tag}
		}
		articles = append(articles, x)
	}
	return newArchive(t, articles...)
}

func TestRescue(t *testing.T) {
	a := rescueArchive(t)
	for _, test := range []struct {
		name  string
		q     Query
		help  string // all of these lines, in this order
		text  string // of the suggestion; "" for none
		found int    // with all the words
	}{
		{"a misspelt word, not to be corrected", Query{Text: "turbnies", NoCorrect: true},
			"turbnies: in 0 articles; nearest words: turbines 1", "turbines", 1},
		{"a misspelt word among three", Query{Text: "nuclear AND reactor AND turbnies", NoCorrect: true},
			"nuclear: in 1 article|turbnies: in 0 articles; nearest words: turbines 1", "nuclear AND reactor AND turbines", 1},
		{"exactly a misspelt word", Query{Text: "=turbnies"}, "=turbnies: in 0 articles; nearest words: turbines 1", "=turbines", 1},
		{"exactly a form that is not there", Query{Text: "=dockworkers OR =dockering"}, "=dockworkers: in 0 articles", "", 0},
		{"another form than that asked for", Query{Text: "=reactors"}, "=reactors: in 0 articles", "reactors", 1},
		{"every word as typed", Query{Text: "reactors turbine", Exact: true}, "=reactors: in 0 articles|=turbine: in 0 articles", "reactors turbine", 1},
		{"a word that is not there", Query{Text: "xylophonist"}, "xylophonist: in 0 articles", "", 0},
		{"a phrase of words that never stand together", Query{Text: `"reactor harbour"`},
			`"reactor harbour": in 0 articles (reactor 1, harbour 1)`, "reactor harbour", 0},
		{"a phrase of words some way apart", Query{Text: `"reactor March"`},
			`"reactor March": in 0 articles (reactor 1, March 1)|"reactor March"~10: in 1 article`, `"reactor March"~10`, 1},
		{"a phrase with a misspelt word", Query{Text: `"electricity gird"`, NoCorrect: true}, "", `"electricity grid"`, 1},
		{"words too far apart", Query{Text: "electricity NEAR/2 beside"}, "(electricity NEAR/2 beside): in 0 articles (electricity 2, beside 1)",
			"(electricity NEAR/20 beside)", 1},
		{"words of one article anywhere", Query{Text: "cranes ADJ/1 grid"}, "(cranes ADJ/1 grid): in 0 articles (cranes 1, grid 3)", "cranes AND grid", 1},
		{"a word in the title", Query{Text: "title:dockers"}, "title:dockers: in 0 articles|dockers: in 1 article", "dockers", 1},
		{"a misspelt source", Query{Text: "nuclear", Sources: []string{"Reutres"}},
			"nuclear: in 1 article|--source Reutres: no article; nearest: Reuters 2|without --source Reutres: 1 article", "nuclear", 1},
		{"a misspelt source in the query", Query{Text: `strike source:"Harbor Gazete"`},
			`source:"Harbor Gazete": no article; nearest: The Harbour Gazette 2`, `strike source:"The Harbour Gazette"`, 1},
		{"a source by one of its words", Query{Text: "strike", Sources: []string{"Harbour Daily"}}, "nearest: The Harbour Gazette 2", "strike", 1},
		{"a misspelt author and a misspelt word", Query{Text: "=dokcers", Authors: []string{"Novak"}},
			"=dokcers: in 0 articles; nearest words: Dockers 1|--author Novak: no article; nearest: Piotr Nowak 2", "=Dockers", 1},
		{"another source than that of the word", Query{Text: "nuclear", Sources: []string{"Abendblatt"}},
			"nuclear: in 1 article|without --source Abendblatt: 1 article", "nuclear", 1},
		{"a language that is not there", Query{Text: "nuclear", Langs: []string{"fr"}}, "--lang fr: no article; languages of the archive: en 4, de 1", "nuclear", 1},
		{"a type that is not there", Query{Text: "nuclear type:pdf"}, "type:pdf: no article; types of the archive: text 5", "nuclear", 1},
		{"dates before all", Query{Text: "nuclear", Until: "1999"},
			"--until 1999: no article; the archive holds articles from 2021-03-04 to 2023-11-30|without --until 1999: 1 article", "nuclear", 1},
		{"dates in the query", Query{Text: "nuclear date:2031"},
			"date:2031: no article; the archive holds articles from 2021-03-04 to 2023-11-30", "nuclear", 1},
		{"dates of other articles", Query{Text: "nuclear", Since: "2022"}, "without --since 2022: 1 article", "nuclear", 1},
		{"an exclusion", Query{Text: "nuclear -reactor"}, "without NOT reactor: 1 article", "nuclear", 1},
		{"two filters that exclude all together", Query{Text: "nuclear", Sources: []string{"Abendblatt"}, Since: "2023"},
			"without --source Abendblatt and --since 2023: 1 article", "nuclear", 1},
		{"too many words", Query{Text: "nuclear AND reactor AND strike"}, "without strike: 1 article", "nuclear AND reactor", 1},
		{"all of too many words", Query{Text: "nuclear reactor strike", Match: AllOnly}, "without strike: 1 article", "nuclear reactor", 1},
		{"two words too many", Query{Text: "nuclear AND strike AND cranes AND reactor"}, "without strike and cranes: 1 article", "nuclear AND reactor", 1},
		{"a word too many that is not there", Query{Text: "nuclear AND xylophonist"}, "without xylophonist: 1 article", "nuclear", 1},
		{"a filter without words", Query{Sources: []string{"Gazete"}}, "--source Gazete: no article; nearest: The Harbour Gazette 2", "", 2},
		{"a source written apart", Query{Text: "Reaktor", Sources: []string{"Abend Bladt"}}, "nearest: Abendblatt 1", "Reaktor", 1},
		{"a page that is not there", Query{Text: "=turbnies", Offset: 7}, "", "=turbines", 1},
		{"the name of a field", Query{Text: "titel:cranes", Match: AllOnly, NoCorrect: true}, "", "title:cranes", 1},
	} {
		t.Run(test.name, func(t *testing.T) { checkRescue(t, a, test.q, test.help, test.text, test.found) })
	}
}

func checkRescue(t *testing.T, a *store.Archive, q Query, help, text string, found int) {
	t.Helper()
	q.Limit = 20
	r, _ := run(t, a, q)
	if r.All+r.Some > 0 {
		t.Fatalf("%d and %d articles are found", r.All, r.Some)
	}
	said := strings.Join(r.Help, "\n")
	rest := said
	for line := range strings.SplitSeq(help, "|") {
		_, after, ok := strings.Cut(rest, line)
		if !ok {
			t.Errorf("%q is not said:\n%s", line, said)
		}
		rest = after
	}
	s := r.Suggestion
	if s == nil {
		if text != "" || found > 0 {
			t.Fatalf("nothing is suggested:\n%s", said)
		}
		return
	}
	if s.Query.Text != text || found > 0 && s.All != found {
		t.Errorf("suggested is %q, which finds %d and %d:\n%s", s.Query.Text, s.All, s.Some, said)
	}
	if again, hits := run(t, a, s.Query); again.All != s.All || again.Some != s.Some || len(hits) == 0 {
		t.Errorf("%q finds %d and %d articles, not %d and %d, and shows %d", s.Query.Text, again.All, again.Some, s.All, s.Some, len(hits))
	}
}

func TestRescueInAnEmptyArchive(t *testing.T) {
	r, _ := run(t, newArchive(t), Query{Text: "anything", Sources: []string{"x"}})
	if len(r.Help) != 1 || !strings.Contains(r.Help[0], "holds no article") || r.Suggestion != nil {
		t.Errorf("%q, %v", r.Help, r.Suggestion)
	}
}

// What is said about a query is bounded, however long it is, and so is the
// time that it takes.
func TestRescueOfLongQueries(t *testing.T) {
	a := rescueArchive(t)
	long := strings.Repeat("q", 130_000)
	var many strings.Builder
	for i := range 30_000 {
		many.WriteString("zq" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + " ")
	}
	for _, q := range []Query{
		{Text: long}, {Text: "=" + long}, {Text: `"` + long + ` nuclear"`}, {Text: "source:" + long + " nuclear"},
		{Text: "nuclear", Sources: []string{long}}, {Text: "-nuclear nuclear " + many.String()},
		{Text: many.String()}, {Text: "nuclear " + many.String(), Match: AllOnly},
		{Text: strings.ReplaceAll(many.String(), " ", " AND "), Exact: true},
		{Text: strings.Repeat("source:x ", 10_000)}, {Text: strings.Repeat(`"a b" NEAR/2 `, 3_000)},
	} {
		r, _ := run(t, a, q)
		if r.All+r.Some > 0 {
			t.Errorf("%.40q finds %d", q.Text, r.All+r.Some)
		}
		said := strings.Join(append(r.Help, r.Notes...), "\n")
		if len(r.Help) == 0 || len(r.Help) > 4*maxHelp || len(said) > 20_000 {
			t.Errorf("%.40q: %d lines, %d bytes", q.Text, len(r.Help), len(said))
		}
	}
}

// Of very many words that are not there, not every one is looked for in the
// vocabulary.
func TestCorrectionsAreBounded(t *testing.T) {
	var many strings.Builder
	for i := range 400 {
		many.WriteString("zq" + string(rune('a'+i%20)) + string(rune('a'+i/20)) + "w ")
	}
	a := rescueArchive(t)
	if r, _ := run(t, a, Query{Text: many.String() + "turbnies"}); !strings.Contains(strings.Join(r.Notes, "|"), "401 of the words") || r.All+r.Some > 0 {
		t.Errorf("%q, %d found", r.Notes, r.All+r.Some)
	}
	if r, _ := run(t, a, Query{Text: "turbnies " + many.String()}); r.Some != 1 {
		t.Errorf("%d found", r.Some)
	}
}

// A concordance and a timeline have no use for articles with some of the words.
func TestRescueOfConcordances(t *testing.T) {
	a := rescueArchive(t)
	q := Query{Text: "nuclear strike reactor", Now: time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC)}
	c, err := Concord(t.Context(), a, ConcordanceQuery{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Suggestion; s == nil || s.Query.Text != "nuclear reactor" || s.All != 1 || s.Some != 0 {
		t.Errorf("%+v", s)
	}
	line, err := Timeline(t.Context(), a, TimelineQuery{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	if s := line.Suggestion; s == nil || s.Query.Text != "nuclear reactor" || s.All != 1 || s.Some != 0 {
		t.Errorf("%+v", s)
	}
}

// No help is made where nobody reads it.
func TestNoHelp(t *testing.T) {
	if r, _ := run(t, rescueArchive(t), Query{Text: "=turbnies", NoHelp: true}); len(r.Help) > 0 || r.Suggestion != nil {
		t.Errorf("%q, %v", r.Help, r.Suggestion)
	}
}
