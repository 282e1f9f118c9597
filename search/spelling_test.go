package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

// spelt makes an archive in which some words are common and others rare.
func spelt(t *testing.T) *store.Archive {
	return newArchive(t,
		article("en", "", "The government of Zelenskyy asked for security guarantees."),
		article("en", "", "A government may govern; governments fall. Security first."),
		article("en", "", "The mayor of Łódź speaks of guarantees for the governor"),
		article("uk", "", "Президент Зеленський говорить про безпеку уряду"),
		article("ru", "", "Правительство говорит о безопасности страны"),
	)
}

func TestMistypedWordsAreCorrected(t *testing.T) {
	a := spelt(t)
	for query, want := range map[string]string{
		"goverment":            "government",
		"gouvernment":          "government",
		"govenrment":           "government",
		"sceurity":             "security",
		"ssecurity guaranties": "security guarantees",
		"Lodsz":                "Łódź",
		"безопастности":        "безопасности",
		`"securty guarantees"`: "security",
		"mayor -goverment":     "government",
		"mayor NEAR/9 securty": "security",
		"title:goverment":      "government",
		"xxxxxx":               "", // nothing is near
		"abc":                  "", // too short
		"government":           "",
		"=goverment":           "",
		"govermen*":            "",
		"source:goverment":     "",
	} {
		result, _ := run(t, a, Query{Text: query})
		note := strings.Join(result.Notes, "\n")
		for _, w := range strings.Fields(want) {
			if !strings.Contains(note, "searched for "+w) {
				t.Errorf("%s: notes %q, want %s", query, note, want)
			}
		}
		if want == "" && strings.Contains(note, "searched for") {
			t.Errorf("%s: notes %q", query, note)
		}
	}
}

func TestCorrectionCanBeForbidden(t *testing.T) {
	a := spelt(t)
	if r, _ := run(t, a, Query{Text: "goverment"}); r.All != 2 {
		t.Errorf("%d articles with a corrected word, want 2", r.All)
	}
	if r, _ := run(t, a, Query{Text: "goverment", NoCorrect: true}); r.All != 0 || slices.ContainsFunc(r.Notes, func(s string) bool { return strings.Contains(s, "searched for") }) {
		t.Errorf("%d articles, notes %q", r.All, r.Notes)
	}
}

func TestFuzzyWords(t *testing.T) {
	a := newArchive(t,
		article("en", "", "Zelensky spoke"), article("en", "", "Zelenskyy spoke"), article("en", "", "Zelenskiy spoke"),
		article("en", "", "Selenskyj spoke"), article("en", "", "zebra"),
		article("uk", "", "Київ"), article("ru", "", "Киев"))
	for query, want := range map[string][]int64{
		"Zelensky~":               {1, 2, 3},
		"Zelensky":                {1},
		"Zelenskij~2":             {1, 2, 3, 4},
		"Zelenskyy~1":             {1, 2, 3},
		"київ~":                   {6, 7},
		"spoke NEAR/2 zelenskyy~": {1, 2, 3},
		"zzzzzz~":                 {},
		"-Zelensky~ spoke":        {4},
	} {
		if diff := cmp.Diff(want, foundAll(t, a, query)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}
