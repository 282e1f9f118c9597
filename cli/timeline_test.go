package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/search"
	"example.com/archive/store"
)

func TestBars(t *testing.T) {
	b := &bars{width: 4, most: 100}
	for n, want := range map[float64]string{0: "", .01: "▏", 25: "█", 50: "██", 53.2: "██▏", 60: "██▍", 99: "████", 100: "████"} {
		if got := b.draw(n); got != want {
			t.Errorf("%v is drawn as %q, want %q", n, got, want)
		}
	}
	b.ascii = true
	for n, want := range map[float64]string{0: "", .01: "#", 25: "#", 60: "##", 100: "####"} {
		if got := b.draw(n); got != want {
			t.Errorf("%v is drawn as %q, want %q", n, got, want)
		}
	}
	if got := (&bars{most: 100}).draw(100); got != "" {
		t.Errorf("without room: %q", got)
	}
}

func TestDrawsBlocks(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want bool
	}{
		{nil, true},
		{map[string]string{"LANG": "uk_UA.UTF-8"}, true},
		{map[string]string{"LANG": "C.utf8"}, true},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LANG": "de_DE.ISO-8859-1"}, false},
		{map[string]string{"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"}, true},
		{map[string]string{"LANG": "en_GB.UTF-8", "LC_ALL": "POSIX"}, false},
		{map[string]string{"LANG": "en_GB.UTF-8", "TERM": "dumb"}, false},
		{map[string]string{"LANG": "en_GB.UTF-8", "TERM": "vt100"}, false},
		{map[string]string{"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"}, true},
	} {
		if got := drawsBlocks(func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("%v: %v", tt.env, got)
		}
	}
}

func TestPercent(t *testing.T) {
	for want, n := range map[string][2]int{"–": {0, 0}, "0 %": {0, 7}, "<0.1 %": {1, 2000}, "0.1 %": {1, 1000}, "33.3 %": {1, 3}, "100.0 %": {7, 7}} {
		if got := percent(n[0], n[1]); got != want {
			t.Errorf("%d of %d is %q, want %q", n[0], n[1], got, want)
		}
	}
}

// A gap of a few periods is shown, a long one folded, with what is held in it.
func TestTimelineGaps(t *testing.T) {
	count := func(number, articles, held int) store.PeriodCount {
		return store.PeriodCount{Known: store.Years, Number: number, Articles: articles, Held: held}
	}
	tl := &timeline{TimelineResult: &search.TimelineResult{Timeline: store.Timeline{By: store.Years, First: 1, Last: 2024}}}
	s := store.Series{Periods: []store.PeriodCount{count(1, 1, 1), count(500, 0, 3), count(2020, 2, 4), count(2022, 0, 7), count(2024, 1, 1)}}
	want := []timelineRow{
		{label: "0001", articles: 1, held: 1},
		{label: "…", held: 3, says: "2,018 years with none"},
		{label: "2020", articles: 2, held: 4},
		{label: "2021"}, {label: "2022", held: 7}, {label: "2023"},
		{label: "2024", articles: 1, held: 1},
	}
	if diff := cmp.Diff(want, tl.rows(s), cmp.AllowUnexported(timelineRow{})); diff != "" {
		t.Error(diff)
	}
	tl.limit = 3
	if diff := cmp.Diff(want[4:], tl.rows(s), cmp.AllowUnexported(timelineRow{})); diff != "" {
		t.Error(diff)
	}
}
