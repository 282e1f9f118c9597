package html

import (
	"os"
	"strings"
	"testing"
)

// The forests ask for signs that the blocks of a page have: they were grown on
// these.
func TestForestsFitSigns(t *testing.T) {
	page, err := os.ReadFile("../testdata/html/saved-page.html")
	if err != nil {
		t.Fatal(err)
	}
	c := Candidates(page)
	likely := make([]float64, len(c))
	signs := []int{len(c[0].Signs), len(Again(c, likely)[0])}
	for i, f := range looks() {
		most := 0
		for _, tree := range f.Trees {
			for _, fork := range tree {
				if fork.Low != 0 {
					most = max(most, int(fork.Sign))
				}
			}
		}
		if most >= signs[i] || most < signs[i]*3/4 {
			t.Errorf("forest %d asks for sign %d of %d (grow it anew with 'go run ./bench learn')", i, most, signs[i])
		}
	}
}

func TestForest(t *testing.T) {
	f := &Forest{Trees: [][]Fork{
		{{Sign: 1, Low: 1, High: 2, Limit: .5}, {Limit: -3}, {Limit: 3}},
		{{Limit: 0}},
	}}
	all, err := ReadForests(f.Append(f.Append(nil)))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d forests, %v", len(all), err)
	}
	if low, high := all[1].Likely([]float32{9, .5}), all[1].Likely([]float32{9, .6}); low > .05 || high < .95 {
		t.Errorf("likely %.3f and %.3f", low, high)
	}
}

func TestDamagedForest(t *testing.T) {
	whole := (&Forest{Trees: [][]Fork{{{Low: 1, High: 2}, {}, {}}}}).Append(nil)
	for n := 1; n < len(whole); n++ {
		if _, err := ReadForests(whole[:n]); err == nil {
			t.Errorf("%d of %d bytes were read", n, len(whole))
		}
	}
	if _, err := ReadForests((&Forest{Trees: [][]Fork{{{Low: 1, High: 7}, {}, {}}}}).Append(nil)); err == nil {
		t.Error("a fork beyond the tree was read")
	}
}

func FuzzReadForests(f *testing.F) {
	f.Add((&Forest{Trees: [][]Fork{{{Low: 1, High: 2}, {}, {}}}}).Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := ReadForests(b)
		for _, one := range all {
			if err == nil && len(one.Trees) > 0 {
				one.Likely(make([]float32, 1<<16))
			}
		}
	})
}

func TestDateInPage(t *testing.T) {
	for _, c := range []struct{ page, address, want, rule string }{
		{`<h1>A headline</h1><p>By Ann Bell | May 7, 2022 | 5 min read<p>Text`, "", "May 7, 2022", "date in the page: By Ann Bell | May 7, 2022 | 5 min read"},
		{`<time datetime="2020-01-01">x</time><h1>H</h1><time datetime="2022-05-07T10:00:00Z">x</time><p>Text`, "", "2022-05-07T10:00:00Z", "time element in the page"},
		{`<h1>H</h1><p>Text`, "https://example.org/2022/05/07/a", "2022-05-07", "address of the page"},
		{`<h1>H</h1><p>Text<script>{\"publishedAt\":\"2022-05-07T10:00:00Z\"}</script>`, "", "2022-05-07T10:00:00Z", "data of a script in the page"},
		{`<h1>The best watches of 2026</h1><p>Text`, "", "", ""},
		{`<h1>H</h1><p>Updated May 7, 2022<p>Text`, "", "", ""},
		{`<h1>H</h1><p>Text<footer>May 7, 2022</footer>`, "", "", ""},
		{`<h1>H</h1><p>Text<p>` + strings.Repeat("On a day in June of which 3 June 2020 is one ", 10), "", "", ""},
	} {
		p, err := Read([]byte(c.page), c.address)
		if err != nil {
			t.Fatal(err)
		}
		var first Value
		if len(p.Published) > 0 {
			first = p.Published[0]
		}
		found := false
		for _, v := range p.Published {
			found = found || v.Text == c.want && v.Rule == c.rule && v.Derived
		}
		if c.want == "" && len(p.Published) > 0 || c.want != "" && !found {
			t.Errorf("%.60q: %+v among %d, want %q by %q", c.page, first, len(p.Published), c.want, c.rule)
		}
	}
}

func TestKindsOfName(t *testing.T) {
	for name, want := range map[string]kind{"article-body": kindBody, "ArticleComments_list": kindComment, "related-posts2": kindRelated, "sideBar": kindSide} {
		if kindsOfName(name)&(1<<want) == 0 {
			t.Errorf("%q is not of kind %d", name, want)
		}
	}
	if kindsOfName("loadable shadow") != 0 {
		t.Error("parts of words count")
	}
}
