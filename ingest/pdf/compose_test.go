package pdf

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// at makes a line of 10 points, 5 points a letter.
func at(x, y float32, text string) segment {
	return segment{box{x, x + 5*float32(len(text)), y, y + 10}, 10, text}
}

// column sets lines 12 points apart below each other.
func column(x, y float32, lines ...string) []segment {
	var page []segment
	for i, l := range lines {
		page = append(page, at(x, y-12*float32(i), l))
	}
	return page
}

func composed(pages ...[]segment) string {
	rd := reader{pages: pages}
	rd.compose()
	return rd.doc.Text
}

func TestLinesBecomeParagraphs(t *testing.T) {
	hyphen := string(hyphenMark)
	for _, c := range []struct{ name, want, got string }{
		{"lines", "one two three four", composed(column(50, 700, "one two", "three four"))},
		{"hyphen of PDFium", "the government said", composed(column(50, 700, "the govern"+hyphen, "ment said"))},
		{"hyphen as it is", "the government said", composed(column(50, 700, "the govern-", "ment said"))},
		{"soft hyphen", "the government said", composed(column(50, 700, "the govern\u00ad", "ment said"))},
		{"hyphen before a name", "the Bosnia- Herzegovina talks", composed(column(50, 700, "the Bosnia-", "Herzegovina talks"))},
		{"number and hyphen", "in 2022- which", composed(column(50, 700, "in 2022-", "which"))},
		{"ligature", "the official", composed(column(50, 700, "the oﬃcial"))},
		{"script without blanks", "我们的文章", composed(column(50, 700, "我们的", "文章"))},
		{"wide gap", "first part\n\nsecond part", composed([]segment{at(50, 700, "first part"), at(50, 670, "second part")})},
		{"indent after a sentence", "The first sentence ends here now.\n\nThe second begins",
			composed([]segment{at(50, 700, "The first sentence ends here now."), at(60, 688, "The second begins")})},
		{"short line after a sentence", "It ends.\n\nThe second begins after that one",
			composed(column(50, 700, "It ends.", "The second begins after that one"))},
		{"larger type", "A Heading\n\nand text", composed([]segment{{box{50, 200, 700, 720}, 20, "A Heading"}, at(50, 690, "and text")})},
		{"double spacing", "a b c d e f g",
			composed([]segment{at(50, 700, "a"), at(50, 676, "b"), at(50, 652, "c"), at(50, 628, "d"), at(50, 604, "e"), at(50, 580, "f"), at(50, 556, "g")})},
		{"over pages", "the sentence goes on over the page", composed(column(50, 60, "the sentence goes"), column(50, 700, "on over the page"))},
		{"hyphen over pages", "the government said", composed(column(50, 60, "the govern"+hyphen), column(50, 700, "ment said"))},
		{"new page, new sentence", "It ends.\n\nAnother begins", composed(column(50, 60, "It ends."), column(50, 700, "Another begins"))},
		{"over columns", "the sentence goes on in the next column", composed(append(column(50, 60, "the sentence goes"), column(300, 700, "on in the next column")...))},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestColumnsThatComeLineByLine(t *testing.T) {
	page := []segment{at(50, 760, "A heading that is set over both of the columns")}
	var left, right []string
	for i := range 8 {
		l, r := fmt.Sprintf("left line number %d goes", i), fmt.Sprintf("right line number %d goes", i)
		page = append(page, at(50, 700-12*float32(i), l), at(300, 700-12*float32(i), r))
		left, right = append(left, l), append(right, r)
	}
	want := page[0].text + "\n\n" + strings.Join(left, " ") + "\n\n" + strings.Join(right, " ")
	if got := composed(page); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got %q", got)
	}
}

func TestTablesStayRowByRow(t *testing.T) {
	var page []segment
	var want []string
	for i := range 8 {
		name, number := fmt.Sprintf("Country %d", i), fmt.Sprint(100+i)
		page = append(page, at(50, 700-12*float32(i), name), at(300, 700-12*float32(i), number))
		want = append(want, name, number)
	}
	if got := strings.Join(strings.Fields(composed(page)), " "); got != strings.Join(want, " ") {
		t.Errorf("got %q", got)
	}
}

func TestRunningHeadsAndPageNumbers(t *testing.T) {
	var pages [][]segment
	for i := range 6 {
		body := fmt.Sprintf("text of page %c", 'a'+i)
		page := append([]segment{at(50, 780, "The Annual Report"), at(500, 780, fmt.Sprint("page ", i+1))},
			column(50, 700, body, "and more of it", "The same last line.")...)
		pages = append(pages, append(page, at(300, 40, fmt.Sprint(i+1))))
	}
	got := composed(pages...)
	if strings.Contains(got, "Annual") || strings.Contains(got, "page 1") || strings.Contains(got, "1\n") || strings.HasSuffix(got, "6") {
		t.Errorf("heads and numbers of pages are left in %q", got)
	}
	if strings.Count(got, "The same last line.") != 6 || !strings.Contains(got, "text of page f") {
		t.Errorf("text is missing in %q", got)
	}
}

func TestPagesOfNothingButTheirHeads(t *testing.T) {
	var pages [][]segment
	for i := range 5 {
		pages = append(pages, []segment{at(50, 780, fmt.Sprint("Exhibit ", i+1))})
	}
	if got := composed(pages...); !strings.Contains(got, "Exhibit 1") || !strings.Contains(got, "Exhibit 5") {
		t.Errorf("got %q", got)
	}
}

func TestRowsOfNumbersAreNoHeads(t *testing.T) {
	var pages [][]segment
	for i := range 5 {
		page := column(50, 700, "text that is long enough")
		pages = append(pages, append(page, at(50, 60, fmt.Sprint(10+i)), at(150, 60, fmt.Sprint(20+i)), at(250, 60, fmt.Sprint(30+i))))
	}
	if got := composed(pages...); !strings.Contains(got, "34") {
		t.Errorf("a row of a table is missing in %q", got)
	}
}

// A page may hold as many segments as it has characters.
func TestComposeIsLinear(t *testing.T) {
	var page []segment
	for i := range 400_000 {
		page = append(page, at(float32(i%500), float32(i%9000)/10, "ab"))
	}
	done := make(chan bool)
	go func() { composed(page, page); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute): // a quadratic one takes hours
		t.Fatal("composing a page of many segments does not end")
	}
}

func TestDerivedTitle(t *testing.T) {
	heading := func(y float32, text string) segment {
		return segment{box{50, 400, y, y + 20}, 20, text}
	}
	text := column(50, 600, "text of the article in its usual size", "and more of it, again in that size")
	for _, c := range []struct {
		name, want string
		page       []segment
	}{
		{"one line", "A Heading of One", append([]segment{heading(700, "A Heading of One")}, text...)},
		{"two lines", "A Heading of Government", append([]segment{heading(700, "A Heading of Govern-"), heading(678, "ment")}, text...)},
		{"in two places", "", append(append([]segment{heading(700, "A Heading")}, text...), heading(300, "Another one"))},
		{"the size of the text", "", text},
		{"a number only", "", append([]segment{heading(700, "2022")}, text...)},
		{"nothing", "", nil},
	} {
		var d Document
		d.derivedTitle([][]segment{c.page})
		if d.Title != c.want || d.TitleDerived != (c.want != "") {
			t.Errorf("%s: got %q, want %q", c.name, d.Title, c.want)
		}
	}
}
