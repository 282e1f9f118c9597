package text

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIsVersion(t *testing.T) {
	const (
		port  = "The port was closed on Monday after a storm, the council said."
		rain  = "Farmers have asked for more rain this spring than any year before."
		china = "港口周一因风暴关闭，市议会说。所有船只都在海湾里等待天气好转，然后才能卸货。"
	)
	long := strings.Repeat("river town police minister grain talks court school fire market bridge ", 3)
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{port, port, true},
		{port, strings.ToUpper(port) + " It opens again on Friday.", true},
		{port, strings.Replace(port, "Monday", "Tuesday", 1), true},
		{port, rain, false},
		{port + " Subscribe to our newsletter for more.", rain + " Subscribe to our newsletter for more.", false},
		{china, strings.Replace(china, "周一", "周二", 1), true},
		{china, "农民们要求今年春天比以往任何一年都有更多的雨水，他们在首都的市场上这样说。", false},
		{"Grain deal reached", "Grain deal reached today", true},
		{"Rates rise today", "Rates rise again", true},
		{"Storm hits port", "Storm over Europe", false},
		{"alpha", "alpha", true}, {"alpha", "beta", false}, {"", "", true}, {"", port, false},
		{long + port + rain, long + "Another end of it.", true},
		{strings.Repeat("again and ", 5000), "and again and", true},
	} {
		if got := []bool{IsVersion(c.a, c.b), IsVersion(c.b, c.a)}; got[0] != c.want || got[1] != c.want {
			t.Errorf("%.40q, %.40q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// Five outlets on one event tell no versions of one article.
func TestSamplesAreNoVersions(t *testing.T) {
	names, err := filepath.Glob("../seeds/*")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	var all []string
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(b))
	}
	for i, a := range all {
		for j, b := range all {
			if IsVersion(a, b) != (i == j) {
				t.Errorf("%s, %s", names[i], names[j])
			}
		}
	}
}

func BenchmarkIsVersion(b *testing.B) {
	x := strings.Repeat("river town police minister grain talks court school fire market bridge ", 30)
	y := strings.Repeat("market council road plant storm vote strike film team harbour doctor ", 30)
	for b.Loop() {
		IsVersion(x, y)
	}
}
