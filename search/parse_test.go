package search

import (
	"strings"
	"testing"
	"time"
)

// The table is the specification of how queries are read, and of the note
// that goes with a reading.
func TestParse(t *testing.T) {
	for _, test := range []struct{ query, want, note string }{
		{`nuclear plant`, `(nuclear AND plant)`, ""},
		{`nuclear AND plant`, `(nuclear AND plant)`, ""},
		{`"security guarantee"`, `"security guarantee"`, ""},
		{`“security guarantee” «деякі слова» „zwei Wörter“`, `("security guarantee" AND "деякі слова" AND "zwei Wörter")`, ""},
		{`"security guarantee"~5`, `"security guarantee"~5`, ""},
		{`security NEAR/5 guarantee`, `(security NEAR/5 guarantee)`, ""},
		{`security NEAR guarantee`, `(security NEAR/10 guarantee)`, ""},
		{`a ADJ/3 b NEAR/2 c`, `((a ADJ/3 b) NEAR/2 c)`, ""},
		{`(a OR b) NEAR/3 "c d"`, `((a OR b) NEAR/3 "c d")`, ""},
		{`a SAME b`, `(a SAME b)`, ""},
		{`a PARA "b c" PARA d*`, `(a PARA "b c" PARA d*)`, ""},
		{`a NEAR/3 b SAME (c OR d)`, `((a NEAR/3 b) SAME (c OR d))`, ""},
		{`a SAME -b`, `(a AND NOT b)`, "no NOT"},
		{`a SAME source:b`, `(a AND source:b)`, "read as AND"},
		{`a SAME`, `(a AND same)`, "read as a word"},
		{`PARA a`, `(para AND a)`, "PARA has nothing to join"},
		{`a same b`, `(a AND same AND b)`, ""},
		{`Putin -Trump`, `(Putin AND NOT Trump)`, ""},
		{`Putin NOT Trump`, `(Putin AND NOT Trump)`, ""},
		{`-Putin`, `NOT Putin`, ""},
		{`a -(b OR c)`, `(a AND NOT (b OR c))`, ""},
		{`NOT NOT a`, `a`, ""},
		{`a OR b`, `(a OR b)`, ""},
		{`a | b`, `(a OR b)`, ""},
		{`a|b`, `(a OR b)`, ""},
		{`a b OR c`, `(a AND (b OR c))`, ""},
		{`a AND b OR c`, `(a AND (b OR c))`, ""},
		{`a OR b c OR d`, `((a OR b) AND (c OR d))`, ""},
		{`(a b) OR c`, `((a AND b) OR c)`, ""},
		{`((a))`, `a`, ""},
		{`guarant*`, `guarant*`, ""},
		{`"nuclear pow"*`, `"nuclear pow"*`, ""},
		{`=Kyiv ="the Kremlin"`, `(=Kyiv AND ="the Kremlin")`, ""},
		{`-=Kyiv`, `NOT =Kyiv`, ""},
		{`source:BBC`, `source:BBC`, ""},
		{`from:BBC subject:talks by:"A B"`, `(source:BBC AND title:talks AND author:"A B")`, ""},
		{`source:(BBC OR Reuters)`, `source:(BBC OR Reuters)`, ""},
		{`-source:Tass`, `NOT source:Tass`, ""},
		{`title:(peace talks)`, `title:(peace AND talks)`, ""},
		{`date:2022-03..2022-06`, `date:2022-03..2022-06`, ""},
		{`Source:BBC`, `source:BBC`, ""},
		{`*`, `*`, ""},
		{`+must have`, `(must AND have)`, ""},
		{`multi-agent 20.04 won't U.S.`, `(multi-agent AND 20.04 AND won't AND U.S.)`, ""},
		{`and or not near`, `(and AND or AND not AND near)`, ""},
		{`foo:bar`, `(foo AND bar)`, "foo: is not a field"},
		{`foo:"bar baz"`, `(foo AND "bar baz")`, "foo: is not a field"},
		{`„Divestment“-Bewegung`, `("Divestment" AND Bewegung)`, ""},
		{`(-a b)`, `(NOT a AND b)`, ""},
		{`(a)-b`, `(a AND b)`, ""},
		{`https://example.org/x`, `url:"https://example.org/x"`, "is read as url:"},
		{`url:https://example.org/x`, `url:"https://example.org/x"`, ""},
		{`b*nk`, `b*nk`, "only at the end"},
		{`10:30`, `10:30`, ""},
		{`title: talks`, `(title: AND talks)`, ""},
		{`"open phrase`, `"open phrase"`, "not closed"},
		{`(a b`, `(a AND b)`, "( is not closed"},
		{`a) b`, `(a AND b)`, ") has no ("},
		{`AND`, `and`, "read as a word"},
		{`cats AND`, `(cats AND and)`, "AND has nothing to join"},
		{`OR cats`, `(or AND cats)`, "OR has nothing to join"},
		{`cats OR`, `(cats AND or)`, "OR has nothing to join"},
		{`a AND OR b`, `(a AND (and OR b))`, "AND has nothing to join"},
		{`NEAR/5`, `near/5`, "read as a word"},
		{`a NEAR/5`, `(a AND near/5)`, "read as a word"},
		{`a NEAR/5 source:b`, `(a AND source:b)`, "read as AND"},
		{`NOT`, `not`, "read as a word"},
		{`*lensky`, `lensky`, "cannot begin with *"},
		{`zelensky~`, `zelensky~1`, ""},
		{`zelensky~2`, `zelensky~2`, ""},
		{`zelensky~9`, `zelensky~2`, "up to ~2"},
		{`(((`, ``, "( is not closed"},
		{`()`, ``, ""},
		{`-`, `-`, ""},
		{``, ``, ""},
		{"a\x00b\tc", `(a AND b AND c)`, ""},
	} {
		tree, notes := parse(test.query)
		got := ""
		if tree != nil {
			got = tree.String()
		}
		if got != test.want {
			t.Errorf("%q is read as %s, want %s", test.query, got, test.want)
		}
		if all := strings.Join(notes, "; "); test.note == "" && all != "" || !strings.Contains(all, test.note) {
			t.Errorf("%q: notes %q, want %q", test.query, all, test.note)
		}
	}
}

// A reading in full, read again, is read the same.
func TestReadingIsStable(t *testing.T) {
	for _, query := range []string{`a b OR c -d`, `(a OR b) NEAR/3 "c d"`, `source:(BBC OR Reuters) =x y*`, `"a b"~4 ="c d" title:(e f)`} {
		tree, _ := parse(query)
		again, _ := parse(tree.String())
		if again.String() != tree.String() {
			t.Errorf("%s is read again as %s", tree, again)
		}
	}
}

func TestLongQueries(t *testing.T) {
	tree, notes := parse(strings.Repeat("word ", 5000))
	if n := len(tree.(andNode).kids); n != maxWords || len(notes) != 1 {
		t.Errorf("%d words, notes %v", n, notes)
	}
	tree, _ = parse(strings.Repeat("(", 100_000) + "deep" + strings.Repeat(")", 100_000))
	if tree == nil || tree.String() != "deep" {
		t.Errorf("deep parentheses: %v", tree)
	}
	tree, _ = parse(strings.Repeat("(a ", 10_000))
	if tree == nil {
		t.Error("nothing is left of many groups")
	}
}

func TestReadDays(t *testing.T) {
	now := time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC)
	day := func(s string) int {
		d, err := time.Parse("2006-01-02", s)
		if err != nil {
			t.Fatal(err)
		}
		return int(d.Unix() / 86400)
	}
	for s, want := range map[string]days{
		"2022":             {day("2022-01-01"), day("2022-12-31")},
		"2024-02":          {day("2024-02-01"), day("2024-02-29")},
		"2022-05-07":       {day("2022-05-07"), day("2022-05-07")},
		"2022-05..2022-06": {day("2022-05-01"), day("2022-06-30")},
		"..2022":           {dawn, day("2022-12-31")},
		"2022-03..":        {day("2022-03-01"), dusk},
		"today":            {day("2024-03-31"), day("2024-03-31")},
		"Yesterday":        {day("2024-03-30"), day("2024-03-30")},
		"7d":               {day("2024-03-24"), day("2024-03-31")},
		"3w":               {day("2024-03-10"), day("2024-03-31")},
		"1y":               {day("2023-03-31"), day("2024-03-31")},
		"7d..yesterday":    {day("2024-03-24"), day("2024-03-30")},
	} {
		if got, err := readDays(s, now); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, bad := range []string{"", "..", "2022..2021", "soon", "99999999d", "-3d", "2022-13"} {
		if got, err := readDays(bad, now); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
