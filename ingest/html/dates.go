package html

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on the search for a date in the page.
const (
	maxDated     = 20  // places looked at
	maxDatedText = 120 // bytes of the text of one
	nearTitle    = 12  // blocks between a date and the headline
	loneDate     = 12  // words of a line that stands anywhere
)

// dated is a place in a page that may hold its date, by how surely it does.
type dated struct {
	named, near, other []Value
}

// datesIn finds what may be the date of publication, the surest first: a time
// element, the address, lines that are named or stand as dates do. Many are
// none: each is to be read.
func (l *layout) datesIn(doc *html.Node, address string) []Value {
	d := &dated{}
	d.times(doc)
	dates := append(d.named, dateOfAddress(address)...)
	for i := range l.candidates {
		l.dateIn(i, d)
	}
	return append(append(append(dates, d.near...), inScripts(doc)...), d.other...)
}

// inScripts finds the date in the data that scripts make a page of.
func inScripts(doc *html.Node) []Value {
	for n := range doc.Descendants() {
		if n.Type != html.TextNode || n.Parent.DataAtom != atom.Script || len(n.Data) > maxLinkedData {
			continue
		}
		if m := dateInScript().FindStringSubmatch(n.Data); m != nil {
			return []Value{{Text: m[1], Rule: "data of a script in the page", Derived: true}}
		}
	}
	return nil
}

// times takes the time elements of the article, the first heading of the page
// before those that stand above it.
func (d *dated) times(doc *html.Node) {
	var above []Value
	headed := false
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.H1:
			headed = true
		case atom.Time:
			v := timeOf(n)
			switch {
			case len(v.Text) < len("2006-1-2") || len(d.named)+len(above) >= maxDated || isOther(n):
			case headed:
				d.named = append(d.named, v)
			default:
				above = append(above, v)
			}
		}
	}
	d.named = append(d.named, above...)
}

func timeOf(n *html.Node) Value {
	v := Value{Rule: "time element in the page", Derived: true}
	for _, a := range n.Attr {
		if a.Key == "datetime" {
			v.Text = strings.TrimSpace(a.Val)
		}
		if a.Key == "itemprop" && strings.Contains(a.Val, "Modified") || a.Key == "class" && strings.Contains(a.Val, "updated") && !strings.Contains(a.Val, "published") {
			return Value{}
		}
	}
	return v
}

const (
	otherKinds = 1<<kindComment | 1<<kindTagAside | 1<<kindTagFooter | 1<<kindFooter
	asideKinds = otherKinds | 1<<kindSide | 1<<kindRelated
)

// isOther reports what stands in parts of a page that are about others.
func isOther(n *html.Node) bool {
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		if _, kinds := namesOf(n); kinds&otherKinds != 0 && n.DataAtom != atom.Body && n.DataAtom != atom.Html && n.DataAtom != atom.Article {
			return true
		}
	}
	return false
}

var (
	addressDay = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|_|\.|$)|[/_-]((?:19|20)\d\d)([01]\d)([0-3]\d)(?:/|-|_|\.|$)`)
	})
	yearIn = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|\D)(?:19|20)\d\d(?:\D|$)`) })
	// wholeDay is a year with another number beside it.
	wholeDay = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|\D)\d\d?\D+(?:19|20)\d\d(?:\D|$)|(?:^|\D)(?:19|20)\d\d\D+\d\d?(?:\D|$)`)
	})
	dateInScript = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\\?"(?:date_?[pP]ublished|published_?(?:[aA]t|[dD]ate|[tT]ime)?|publish(?:_?[dD]ate)?|first_?[pP]ublish(?:ed)?(?:_?[dD]ate|_?[aA]t)?|post_?[dD]ate)\\?"\s*:\s*\\?"([^"\\]{8,40})\\?"`)
	})
)

func dateOfAddress(address string) []Value {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	m := addressDay().FindStringSubmatch(u.Path)
	if m == nil {
		return nil
	}
	v := Value{Rule: "address of the page", Derived: true, Text: strings.Join(m[1:4], "-")}
	if m[1] == "" {
		v.Text = strings.Join(m[4:], "-")
	}
	return []Value{v}
}

// dateIn looks at one block: at its name, at what stands near the headline.
func (l *layout) dateIn(i int, d *dated) {
	c := &l.candidates[i]
	if len(c.Text) > maxDatedText || len(d.near)+len(d.other) > 10*maxDated || !yearIn().MatchString(c.Text) {
		return
	}
	isNear := l.title >= 0 && i >= l.title-3 && i <= l.title+nearTitle
	switch values := datesOf(c.Text); {
	case isOfChange(c.Text), c.at.isOf(otherKinds):
	case isNear:
		d.near = append(d.near, values...)
	case c.at.isOf(asideKinds):
	case c.at.isNamedDate():
		d.near = append(d.near, values...)
	case c.Words <= loneDate:
		d.other = append(d.other, values...)
	}
}

// isOf reports whether an element or one around it is of one of these kinds.
func (e *element) isOf(kinds uint32) bool {
	for ; e != nil && e.tag != atom.Body; e = e.parent {
		if e.kinds&kinds != 0 && e.tag != atom.Article {
			return true
		}
	}
	return false
}

func (e *element) isNamedDate() bool {
	for up := 0; e != nil && up < 3; e, up = e.parent, up+1 {
		class := strings.ToLower(e.class)
		for _, name := range []string{"date", "publish", "time", "byline", "posted", "datum"} {
			if strings.Contains(class, name) {
				return true
			}
		}
	}
	return false
}

func isOfChange(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{"updated", "modified", "aktualisiert", "mis à jour", "actualizado", "aggiornato", "обновлен", "оновлен", "©", "copyright", "更新"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// datesOf gives the runs of words around a year, the longest first: what can
// be read of them is the date.
func datesOf(text string) []Value {
	words := strings.Fields(text)
	rule := "date in the page: " + shortened(text, 60)
	var values []Value
	for i, w := range words {
		if !yearIn().MatchString(w) || len(values) > 40 {
			continue
		}
		for size := 6; size > 0; size-- {
			for from := max(i-size+1, 0); from <= i && from+size <= len(words); from++ {
				run := strings.Trim(strings.Join(words[from:from+size], " "), "|•·,;:()[]-– ")
				if wholeDay().MatchString(run) {
					values = append(values, Value{Text: run, Rule: rule, Derived: true})
				}
			}
		}
	}
	return values
}

func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
