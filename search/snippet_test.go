package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"example.com/archive/store"
	"example.com/archive/text"
)

// leavesOf reads queries, each a word, a phrase or two words near each other.
func leavesOf(t testing.TB, queries ...string) (leaves []*leaf) {
	t.Helper()
	r := newReader([]string{"en", "ru", "de", "zh", "ar"}, newTextMatcher())
	for _, q := range queries {
		tree, _ := parse(q)
		var l *leaf
		switch n := tree.(type) {
		case wordNode, phraseNode:
			l = r.word(r.wordingOf(n), store.Anywhere)
		case nearNode:
			l = r.near(n, store.Anywhere)
		}
		if l == nil {
			t.Fatalf("%q asks for nothing", q)
		}
		leaves = append(leaves, l)
	}
	return leaves
}

func snippetOf(t testing.TB, body, title string, size size, queries ...string) string {
	t.Helper()
	lang, _ := text.DetectLanguage(body)
	return spansText(newSnippeter(newTextMatcher(), leavesOf(t, queries...), nil, size).best(body, title, lang))
}

func TestPassages(t *testing.T) {
	filler := strings.Repeat("The weather was mild that day and people went about their business. ", 12)
	for _, test := range []struct {
		name, body, title string
		cells             int
		queries           []string
		want              string
	}{
		{"distinct words before more of one", "Grain, grain and grain again. " + filler + "A port took grain by barge. " + filler, "", 60, []string{"grain", "barge"},
			"A port took [grain] by [barge]. The weather was mild that day …"},
		{"side by side before scattered", "Milk was sold, and next to it powder. " + filler + "They shipped milk powder. " + filler, "", 60, []string{"milk", "powder"},
			"They shipped [milk] [powder]. The weather was mild that day and …"},
		{"of equals the first", filler + "One barge came. " + filler + "Two barges went. ", "", 50, []string{"barge"},
			"One [barge] came. The weather was mild that day and …"},
		{"a sentence too long begins in the middle", strings.Repeat("and then more of it came along, ", 20) + "and a barge " + strings.Repeat("and still more came along, ", 20), "", 70, []string{"barge"},
			"… it came along, and a [barge] and still more came along, and still more …"},
		{"the end of the text", filler + "It all ended with a barge.", "", 100, []string{"barge"},
			"The weather was mild that day and people went about their business. It all ended with a [barge]."},
		{"the end of a long sentence", strings.Repeat("and then more of it came along, ", 20) + "and a barge", "", 70, []string{"barge"},
			"… more of it came along, and then more of it came along, and a [barge]"},
		{"the title is not repeated", "A barge sinks. " + filler + "The barge was old. " + filler, "A barge sinks", 50, []string{"barge"},
			"The [barge] was old. The weather was mild that day …"},
		{"unless there is nothing else", "A barge sinks. " + filler, "A barge sinks", 50, []string{"barge"},
			"A [barge] sinks. The weather was mild that day and …"},
		{"no match", "A quiet day.  It\nrained. " + filler, "", 40, []string{"barge"},
			"A quiet day. It rained. The weather was …"},
		{"the title is passed over at the beginning", "“A barge sinks!” \n\n\"Nobody\" was hurt. " + filler, "“A barge sinks", 40, []string{"turbine"},
			"\"Nobody\" was hurt. The weather was mild …"},
		{"so is one made of the first words", "A barge sinks with all that was on it. " + filler, "A barge sinks with…", 40, []string{"turbine"},
			"… all that was on it. The weather was mild …"},
		{"quotation marks go with their word", filler + `He said: "Barge traffic (all of it) stopped." Nobody knew. ` + filler, "", 60, []string{"traffic"},
			`He said: "Barge [traffic] (all of it) stopped." Nobody knew.`},
		{"near each other", "Wheat. " + filler + "Wheat for the port came late. " + filler, "", 50, []string{"wheat NEAR/4 port"},
			"[Wheat] for the [port] came late. The weather was mild …"},
		{"lines broken by hand", "A long report.\n" + strings.Repeat("the Weather in the North\nwas mild that Day\nand people went about ", 6) + "a barge\nof the King. " + filler, "", 80, []string{"barge"},
			"… and people went about a [barge] of the King. The weather was mild that day and …"},
		{"a heading", filler + "\nWhat the Harbour Saw\nA barge of the King came " + strings.Repeat("and so did other things in a long line, ", 5), "", 80, []string{"barge"},
			"A [barge] of the King came and so did other things in a long line, and so did …"},
		{"Russian", strings.Repeat("Погода была тёплой, и люди занимались своими делами. ", 9) + "Баржа с зерном пришла в порт. " + strings.Repeat("Погода была тёплой. ", 9), "", 60, []string{"зерно", "порт"},
			"Баржа с [зерном] пришла в [порт]. Погода была тёплой."},
		{"Chinese", strings.Repeat("天气很好。", 30) + "驳船运来了粮食。" + strings.Repeat("天气很好。", 30), "", 40, []string{"粮食"},
			"驳船运来了[粮食]。天气很好。天气很好。"},
		{"Arabic", strings.Repeat("كان الطقس جميلا في ذلك اليوم. ", 9) + "وصلت السفينة إلى الميناء. " + strings.Repeat("كان الطقس جميلا. ", 9), "", 60, []string{"السفينة"},
			"وصلت [السفينة] إلى الميناء. كان الطقس جميلا. كان الطقس جميلا."},
	} {
		if got := snippetOf(t, test.body, test.title, size{cells: test.cells}, test.queries...); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestContext(t *testing.T) {
	body := "Rain fell early. One two three four five barge six seven eight nine ten eleven. Then a tug came, and more barges."
	bodies := map[string]string{"粮食": "天气很好。驳船运来粮食。天气很好。", "tide": "Some say each new tide and a tide or two more, by and by, at last"}
	for _, test := range []struct {
		words   int
		queries []string
		want    string
	}{
		{0, []string{"barge"}, "… [barge] …"},
		{0, []string{`"seven eight"`}, "… [seven eight] …"},
		{0, []string{"seven", "eight"}, "… [seven] [eight] …"},
		{0, []string{"four NEAR/5 seven"}, "… [four] five barge six [seven] …"},
		{2, []string{"barge"}, "… four five [barge] six seven …"},
		{6, []string{"barge"}, "One two three four five [barge] six seven eight nine ten eleven."},
		{500, []string{"tug"}, "Rain fell early. One two three four five barge six seven eight nine ten eleven. Then a [tug] came, and more barges."},
		{1, []string{"粮食"}, "… 来[粮食]。天 …"},
		{2, []string{"tide"}, "… each new [tide] and a …"},
		{2, []string{"absent"}, "Rain fell early."},
		{0, []string{"absent"}, ""},
	} {
		body := body
		if other, ok := bodies[test.queries[0]]; ok {
			body = other
		}
		if got := snippetOf(t, body, "", size{words: test.words, sides: true}, test.queries...); got != test.want {
			t.Errorf("%d words around %q:\n%s\nwant\n%s", test.words, test.queries, got, test.want)
		}
	}
}

// A rare word counts for more than a frequent one, and a phrase in whole for
// more than the words of another part of the query.
func TestRareWordsWeighMore(t *testing.T) {
	body := "The minister spoke. " + strings.Repeat("Nothing else was said about it. ", 20) + "A turbine broke. "
	articles := []*store.Article{article("en", "T", body)}
	for range 8 {
		articles = append(articles, article("en", "T", strings.Repeat("The minister went home. ", len(articles))))
	}
	a := newArchive(t, articles...)
	for _, query := range []string{"minister turbine", "turbine minister", "minister OR turbine"} {
		_, hits := run(t, a, Query{Text: query, Snippet: 60, Limit: 1})
		if got, want := spansText(hits[0].Snippet), "[turbine] broke."; !strings.Contains(got, want) {
			t.Errorf("%s: %s has not %s", query, got, want)
		}
	}
}

// Every spelling is marked, in the title too.
func TestVariantsAreMarked(t *testing.T) {
	a := newArchive(t,
		article("en", "Zelenskyy speaks", "President Zelenskyy and his wife. Mr Zelensky went on."),
		article("uk", "Промова Зеленського", "Президент Зеленський виступив."))
	for query, want := range map[string]string{
		"Zelenskyy": "[Zelenskyy] speaks|President [Zelenskyy] and his wife. Mr [Zelensky] went on.",
		"speek":     "Zelenskyy [speaks]|President Zelenskyy and his wife. Mr Zelensky went on.",
		"text:wife": "Zelenskyy speaks|President Zelenskyy and his [wife]. Mr Zelensky went on.",
	} {
		_, hits := run(t, a, Query{Text: query, Snippet: 90, Titles: true})
		i := slices.IndexFunc(hits, func(h Hit) bool { return h.Lang.Value == "en" })
		if i < 0 {
			t.Errorf("%s does not find the article in English", query)
		} else if got := spansText(hits[i].Heading) + "|" + spansText(hits[i].Snippet); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
		}
	}
}

// A long text is looked at in pieces.
func TestSnippetsOfLongTexts(t *testing.T) {
	ticks := strings.Repeat("tick ", pieceBytes/5+100)
	end := pieceEnd(ticks, 0)
	for _, test := range []struct {
		name, body, title string
		size              size
		want              string
	}{
		{"words before the piece", ticks[:end] + " barge" + ticks[end:], "", size{words: 2, sides: true}, "… tick tick [barge] tick tick …"},
		{"words behind the piece", ticks[:end-5] + " barge" + ticks[end:], "", size{words: 2, sides: true}, "… tick tick [barge] tick tick …"},
		{"a better passage in the next piece", "A barge. " + ticks + "A barge with milk.", "", size{words: 4, sides: true}, "… tick tick tick A [barge] with [milk]."},
		{"more than the title in the next piece", "A barge with milk. " + ticks + "A barge.", "A barge with milk", size{words: 4, sides: true}, "… tick tick tick A [barge]."},
	} {
		if got := snippetOf(t, test.body, test.title, test.size, "barge", "milk"); got != test.want {
			t.Errorf("%s: %.200s, want %s", test.name, got, test.want)
		}
	}
}

// A text of 50 MB shows a match at its end.
func TestSnippetOfAHugeText(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 50 MB")
	}
	body := strings.Repeat("Filler words go here without any match at all. ", 50<<20/47) + "A barge came."
	if got, want := snippetOf(t, body, "", size{cells: 60}, "barge"), "A [barge] came."; !strings.Contains(got, want) {
		t.Errorf("%s has not %s", got, want)
	}
}

// Texts without end of one thing, longer than a piece, with and without a match.
func TestSnippetsOfHostileTexts(t *testing.T) {
	for _, unit := range []string{"e\u0301", "\u0301", "barge ", "port barge ", "'", "barge. ", "x", "粮食", "ไทย", "\n", " ", "(", "👩\u200d", "🇺🇦", "e ", "e.", "\xff"} {
		body := strings.Repeat(unit, (pieceBytes+1000)/len(unit))
		for _, body := range []string{body, "barge " + body, body + " barge"} {
			for _, size := range []size{{cells: 100}, {words: 200, sides: true}} {
				s := newSnippeter(newTextMatcher(), leavesOf(t, "barge", "port NEAR/4 barge", "粮食"), nil, size)
				spans := s.best(body, body[:len(body)/2], "en")
				isMarked := slices.ContainsFunc(spans, func(s Span) bool { return s.Mark })
				if has := strings.Contains(body, "barge") || unit == "粮食"; isMarked != has {
					t.Errorf("%q over and over, %+v: marked is %v: %.100q", unit, size, isMarked, spansText(spans))
				}
				n := 0
				for _, span := range spans {
					n += cells(span.Text)
				}
				if !size.sides && n > size.cells+len("… …") {
					t.Errorf("%q over and over: %d cells", unit, n)
				}
			}
		}
	}
}

// alphabet is what random texts are made of.
var alphabet = strings.Split("barge|Barge’s|port|порт|порту|зерно|粮食|运来了|ไทย|ميناء|e\u0301te\u0301|\u0301|👩‍👩‍👧|🇺🇦|한글|U.S.|3.14|well-to-do|“|”|(|)|.|. |!|? |。|,| |  |\n|\n\n|\u00a0|\u200d|'|a/b|"+strings.Repeat("x", 90), "|")

func randomText(r *rand.Rand, pieces int) string {
	var b strings.Builder
	for range pieces {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
		if r.IntN(3) > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func TestSnippetsArePassages(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 7))
	queries := []string{"barge", "port", "порт", "粮食", `"barge port"`, "зерно NEAR/3 порт", "po*", "=ميناء", "x*", "ไทย", "ete"}
	for range 2000 {
		body := randomText(r, r.IntN(120))
		asked := []string{queries[r.IntN(len(queries))], queries[r.IntN(len(queries))]}
		checkSnippet(t, body, randomText(r, 3), size{cells: 10 + r.IntN(120)}, asked...)
		checkSnippet(t, body, body[:len(body)/2], size{words: r.IntN(12), sides: true}, asked...)
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("The barge came. It was late.", "The barge came", 40, false)
	f.Add("驳船运来了粮食。e\u0301\u0301 barge", "", 5, true)
	f.Fuzz(func(t *testing.T, body, title string, n int, sides bool) {
		if n < 1 || n > 400 || len(body) > 1<<16 {
			return
		}
		size := size{cells: n + 9, words: n, sides: sides}
		checkSnippet(t, text.Clean(body), text.Clean(title), size, "barge", "port NEAR/4 barge", "e*", "粮食")
	})
}

// checkSnippet fails unless a snippet is a passage of the text, begins and ends
// where characters do, is not too long, and marks whole words.
func checkSnippet(t *testing.T, body, title string, size size, queries ...string) {
	t.Helper()
	s := newSnippeter(newTextMatcher(), leavesOf(t, queries...), nil, size)
	spans := s.best(body, title, "en")
	fail := func(what string) {
		t.Helper()
		t.Fatalf("%s:\n%q\nof\n%q\nwith the title %q, %+v, asked for %q", what, spansText(spans), body, title, size, queries)
	}
	shown := ""
	for _, span := range spans {
		shown += span.Text
	}
	shown = strings.TrimSuffix(strings.TrimPrefix(shown, "… "), " …")
	if !isPassage(body, shown) {
		fail("not a passage")
	}
	if !size.sides && cells(shown) > size.cells {
		fail("too long")
	}
	if size.sides && len(spans) > 0 {
		before, behind := besideMarks(spans)
		if before > size.words || behind > size.words && before >= 0 {
			fail("too many words")
		}
	}
	for _, span := range spans {
		// Of a match longer than the snippet only the first words are shown.
		text := span.Text
		if !size.sides && size.cells < 30 {
			text = strings.TrimRightFunc(text, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
		}
		if span.Mark && !isWholeWords(body, text, size) {
			fail("marks " + span.Text)
		}
	}
	if before, whole := len(matches(body, s.read(body, "en", 0, len(body)), s.leaves, store.InText, whole)), slices.ContainsFunc(spans, func(s Span) bool { return s.Mark }); before > 0 && !whole {
		fail("nothing marked")
	}
}

// isPassage looks for a passage of a text in which it stands, white space
// folded, from the beginning of a grapheme cluster to the end of one.
func isPassage(body, shown string) bool {
	shown = strings.TrimSpace(shown)
	bounds := map[int]bool{0: true}
	for g := graphemes.FromString(body); g.Next(); {
		bounds[g.End()] = true
	}
	for from := range bounds {
		rest := strings.TrimLeftFunc(body[from:], unicode.IsSpace)
		blanks := len(body) - from - len(rest)
		if to, ok := prefixFolded(rest, shown); ok && bounds[from+blanks+to] {
			return true
		}
	}
	return false
}

// prefixFolded matches a text with folded white space at the beginning of s.
func prefixFolded(s, folded string) (n int, ok bool) {
	for _, r := range folded {
		if r == ' ' {
			blanks := len(s[n:]) - len(strings.TrimLeftFunc(s[n:], unicode.IsSpace))
			if blanks == 0 {
				return 0, false
			}
			n += blanks
			continue
		}
		if !strings.HasPrefix(s[n:], string(r)) {
			return 0, false
		}
		n += len(string(r))
	}
	return n, true
}

// besideMarks counts the words before the first mark and behind the last one;
// -1 where nothing is marked.
func besideMarks(spans []Span) (before, behind int) {
	words := func(spans []Span) (n int) {
		last := -1
		for _, span := range spans {
			for token := range text.NewAnalyser("en").Tokens(span.Text) {
				if token.Start != last {
					n++
				}
				last = token.Start
			}
			last = -1
		}
		return n
	}
	isMarked := func(s Span) bool { return s.Mark }
	first := slices.IndexFunc(spans, isMarked)
	if first < 0 {
		return -1, 0
	}
	last := first
	for i, s := range spans {
		if s.Mark {
			last = i
		}
	}
	return words(spans[:first]), words(spans[last+1:])
}

// isWholeWords reports whether a text begins and ends with words of the body.
func isWholeWords(body, marked string, size size) bool {
	starts, ends := map[int]bool{}, map[int]bool{}
	for token := range text.NewAnalyser("en").Tokens(body) {
		starts[clusterStart(body, token.Start)], ends[clusterEnd(body, token.End)] = true, true
	}
	for from := range starts {
		to, ok := prefixFolded(body[from:], marked)
		if ok && (ends[from+to] || !size.sides && cells(marked) >= size.cells-1) {
			return true
		}
	}
	return false
}
