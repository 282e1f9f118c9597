package html

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"a < b &amp; c":                       "a < b & c",
		"<p>One <b>bold</b>\n word.<p>Two":    "One bold word.\n\nTwo",
		"a<br>b":                              "a\nb",
		"<ul><li>x<li>y</ul>z":                "- x\n- y\n\nz",
		"<title>t</title><script>s</script>x": "x",
		"wo<i>r</i>d":                         "word",
		"":                                    "",
		"<footer>Kept</footer><aside>as well</aside>": "Kept\n\nas well",
		strings.Repeat("<div>", 1_000_000) + "deep":   "deep",
	} {
		if got := Text([]byte(in)); got != want {
			t.Errorf("%.60q: %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("<p>One <b>bold</b><br>&nbsp;<li>x<pre> a</pre><div hidden>")
	f.Fuzz(func(t *testing.T, s string) { Text([]byte(s)) })
}
