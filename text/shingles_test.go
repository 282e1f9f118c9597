package text

import (
	"strings"
	"testing"
)

func TestContainment(t *testing.T) {
	const a = "The port was closed on Monday after a storm, the council said."
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{a, a, 1},
		{a, strings.ToUpper(a) + " It opens again on Friday.", 1},
		{a, "The port was closed on Tuesday after a storm, the council said.", 0.7},
		{a, "Farmers have asked for more rain this spring than any year before.", 0},
		{"alpha", "alpha", 1}, {"alpha", "beta", 0}, {"alpha beta", "alpha gamma", 0}, {"", "", 0}, {"", a, 0},
		{strings.Repeat("again and ", 5000), "and again and", 1},
	} {
		for _, got := range []float64{Containment(c.a, c.b), Containment(c.b, c.a)} {
			if got < c.want-1e-9 || got > c.want+1e-9 {
				t.Errorf("%.40q, %.40q: %v, want %v", c.a, c.b, got, c.want)
			}
		}
	}
}
