package main

import (
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// query makes a query that a person or an enemy might type. It depends on
// rng alone.
func (s *typist) query(rng *rand.Rand) string {
	kinds := []func(*rand.Rand) string{
		randomBytes, randomRunes, operatorSalad, operatorSalad, unbalanced, nested, oddField, oddField, oddDate,
		func(r *rand.Rand) string { return pick(r, enemyQueries) },
		func(r *rand.Rand) string { return mutated(r, pick(r, enemyQueries)) },
		invisible, mixedScripts,
		func(r *rand.Rand) string { return mutated(r, pick(r, s.examples)) },
		func(r *rand.Rand) string { return halfWritten(r, pick(r, s.examples)) },
		func(r *rand.Rand) string { return pick(r, s.examples) + " " + halfWritten(r, pick(r, s.examples)) },
	}
	if rng.IntN(400) == 0 {
		return veryLong(rng)
	}
	return kinds[rng.IntN(len(kinds))](rng)
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

var (
	plainWords = []string{"Putin", "Kyiv", "guarantee", "the", "of", "a", "IT", "Zelenski", "Zelenskyy", "Київ", "Путіна", "北京", "won't",
		"multi-agent", "20.04", "U.S.", "naïve", "ﬁ", "STRASSE", "straße", "İstanbul", "x", "ё", "nosuchword", "Putni", "Moskow", "Zaporozhye"}
	operators = []string{"AND", "OR", "NOT", "NEAR", "NEAR/5", "NEAR/", "NEAR/0", "NEAR/99999999999", "ADJ", "ADJ/3", "SAME", "PARA", "SAME/2", "|", "||", "&&",
		"(", ")", "((", "))", "\"", "“", "”", "«", "'", "~", "~2", "~99", "*", "**", "=", "==", "-", "--", "+", "−", ":", "::", "/", "\\", "^", "{", "}", "#", "%", ";", "\"\"", "()", "..", "…"}
	fieldSigns = []string{"title", "text", "author", "by", "source", "from", "subject", "site", "url", "path", "lang", "type", "id", "cites", "tag", "note",
		"date", "before", "after", "added", "is", "has", "saved", "foo", "Title", "TITLE", "rowid", "article_index", "body"}
	oddDates = []string{"2022", "2022-13", "2022-02-30", "0000", "-1", "99999999", "2022-5", "22", "..", "...", "2022..", "..2022", "2023..2022", "today..", "7d..3w",
		"999999d", "0d", "-7d", "7", "d", "1y1y", "yesterday", "TODAY", "tomorrow", "2022-05-07T10:00", "05/07/2022", "2022–2023", "２０２２", "٢٠٢٢", "1e9", "NaN", "", "*", "9999-12-31", "0001-01-01"}
	// enemyQueries are for the engine below.
	enemyQueries = []string{
		"'; DROP TABLE articles; --", "' OR '1'='1", "1; DELETE FROM articles", "\" OR 1=1 --", "') UNION SELECT sql FROM sqlite_schema --",
		"title:' UNION SELECT 1", "id:1 OR 1=1", "id:1;DROP TABLE x", "id:0x10", "id:9223372036854775808", "id:-1", "id:1,2,,3", "source:%", "url:%_\\", "path:'",
		"{title body}: x", "title : x", "-title : x", "NEAR(a b, 5)", "NEAR(\"a b\" c)", "^a", "a + b", "body:*", "rank MATCH 'bm25(1)'", "\"a\" \"b\" *", "a* AND b*",
		"article_index MATCH 'x'", "%s%n%x", "${IFS}", "$(reboot)", "`id`", "../../etc/passwd", "http://", "https://x", "https://[::1", "http://a b", "\\x00", "\\u202e", "&lt;script&gt;", "<script>alert(1)</script>",
		"a NEAR/5 (b OR c)", "(a NEAR b) NEAR c", "NOT NOT a", "-(-a)", "a OR OR b", "AND AND", "a AND", "OR b", "NOT", "- -a", "(a OR) b", "\"a\"~", "\"a b\"~~3", "a~~~", "a~~2~2", "=a*~2", "=\"a b\"*~5",
		"title:(a", "title:(a OR source:b)", "title:-a", "title:NOT", "source:(BBC -Tass)", "lang:(en OR *)", "date:(2022 OR 2023)", "is:(", "-is:old", "has:*", "*:*", "saved:*", "saved:(a OR b)", "-saved:x", "saved:x saved:x",
	}
)

func randomBytes(rng *rand.Rand) string {
	b := make([]byte, 1+rng.IntN(60))
	for i := range b {
		b[i] = byte(rng.IntN(256))
	}
	return string(b)
}

func randomRunes(rng *rand.Rand) string {
	r := make([]rune, 1+rng.IntN(40))
	for i := range r {
		r[i] = rune(rng.IntN(0x11000))
		if rng.IntN(10) == 0 {
			r[i] = rune(rng.IntN(utf8.MaxRune + 1))
		}
	}
	return string(r)
}

// piece is a word or a sign.
func piece(rng *rand.Rand) string {
	switch rng.IntN(6) {
	case 0, 1:
		return pick(rng, plainWords)
	case 2:
		return pick(rng, fieldSigns) + ":" + pick(rng, plainWords)
	case 3:
		return pick(rng, plainWords) + pick(rng, operators)
	}
	return pick(rng, operators)
}

func operatorSalad(rng *rand.Rand) string {
	var b strings.Builder
	for range 1 + rng.IntN(12) {
		b.WriteString(piece(rng))
		if rng.IntN(3) > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func unbalanced(rng *rand.Rand) string {
	var b strings.Builder
	for range 1 + rng.IntN(20) {
		b.WriteString(pick(rng, []string{"(", ")", "\"", "“", "„", "»", "'", "a", "Kyiv ", " ", "-", "="}))
	}
	return b.String()
}

func nested(rng *rand.Rand) string {
	depth := 1 + rng.IntN(60)
	open := pick(rng, []string{"(", "(a OR ", "-(", "title:(", "NOT (", "(a AND ", "=(", "(a NEAR ", "(\"x\" ", "source:("})
	return strings.Repeat(open, depth) + pick(rng, plainWords) + strings.Repeat(")", rng.IntN(depth+3))
}

func oddField(rng *rand.Rand) string {
	value := pick(rng, []func(*rand.Rand) string{randomBytes, randomRunes, oddValue, oddValue, operatorSalad, mixedScripts})(rng)
	return pick(rng, []string{"", "-", "NOT ", "="}) + pick(rng, fieldSigns) + pick(rng, []string{":", ":", ":=", ": ", "::"}) + value
}

func oddValue(rng *rand.Rand) string {
	return pick(rng, []string{"", "*", "**", "\"\"", "()", "(", "BBC", "bb*", "=BBC", "B~", "%", "_", "'", "0", "-1", "99999999999999999999", "en", "EN-us", "old", "title", "a,b", "1,2",
		"..", "2022..", "\"The Cradle\"", "(BBC OR Reuters)", "(a -b)", "(date:2022 OR x)", "https://example.org/a?b=c", "\x00", "\n", "é", "#"})
}

func oddDate(rng *rand.Rand) string {
	return pick(rng, []string{"date:", "before:", "after:", "added:", "-date:"}) + pick(rng, oddDates) + pick(rng, []string{"", "", "..", ".." + pick(rng, oddDates), " Putin", "*", "~"})
}

func invisible(rng *rand.Rand) string {
	signs := []string{"\x00", "\x1b[31m", "\x1b]0;x\x07", "\u202e", "\u2066", "\u200b", "\u200d", "\u00ad", "\ufeff", "\ufffd", "\u0301", "\u2028", "\r", "\n", "\t", "\v", "\x7f", "\u0085", "\xff", "\xc3", "\xed\xa0\x80", "\U000e0041", "\u00a0", "\u3000"}
	var b strings.Builder
	for range 1 + rng.IntN(8) {
		b.WriteString(pick(rng, signs) + pick(rng, plainWords)[:1] + pick(rng, signs) + pick(rng, operators))
	}
	return b.String()
}

func mixedScripts(rng *rand.Rand) string {
	parts := []string{"Київ", "Kiew", "北京", "ソウル", "서울", "กรุงเทพ", "القدس", "ירושלים", "Αθήνα", "दिल्ली", "😀", "👩‍👩‍👧", "ﷺ", "Zürich", "Łódź", "á̧̂̃̄", "𝓚𝔂𝓲𝓿", "ⅷ", "①", "ǆ", "ß"}
	var b strings.Builder
	for range 1 + rng.IntN(5) {
		b.WriteString(pick(rng, parts) + pick(rng, []string{"", " ", "-", "*", "~", " OR ", "\"", "."}))
	}
	return b.String()
}

// mutated changes a few places of a query.
func mutated(rng *rand.Rand, query string) string {
	for range 1 + rng.IntN(4) {
		at := rng.IntN(len(query) + 1)
		end := min(at+rng.IntN(4), len(query))
		query = query[:at] + pick(rng, []string{"", pick(rng, operators), piece(rng), query[at:end] + query[at:end], " ", string(rune(rng.IntN(0x250)))}) + query[end:]
	}
	return query
}

// halfWritten is what is there when Enter is hit too early.
func halfWritten(rng *rand.Rand, query string) string { return query[:rng.IntN(len(query)+1)] }

// letters writes a number in letters.
func letters(n int) string {
	if n == 0 {
		return ""
	}
	return letters(n/26) + string(rune('a'+n%26))
}

// veryLong goes up to what systems take as one argument, 128 KiB.
func veryLong(rng *rand.Rand) string {
	const most = 128<<10 - 1
	size := 1 << (8 + rng.IntN(10))
	unit := pick(rng, []string{"a", "word ", "(", ")", "-", "\"", "* ", "a OR ", "NOT a ", "a* ", "=w ", "a~2 ", "title:", "title:(", "id:1 ", "date:2022 ", "-source:x ", "a NEAR/5 ", "а", "北", "e\u0301", "\u0301", "a.b-", "a SAME ", "“", "w%s ", "wo%s* ", "=w%s ", "zel%snski ", "zel%snskyy~2 ", "fo%s:x ", "source:n%s ", "is:x%s "})
	var b strings.Builder
	for i := 0; b.Len() < min(size, most); i++ {
		b.WriteString(strings.Replace(unit, "%s", letters(i), 1))
	}
	return b.String()[:min(b.Len(), most)]
}
