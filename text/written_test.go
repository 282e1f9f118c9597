package text

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// casesOf gathers the cases that a lexicon reports for texts.
func casesOf(l *Lexicon, lang string, texts ...string) map[string]Cases {
	met := make(map[string]Cases)
	for _, s := range texts {
		l.Append(nil, s, lang, false)
		for _, w := range l.Written() {
			met[w.Surface] |= w.Cases
		}
	}
	return met
}

func TestCasesOfWords(t *testing.T) {
	got := casesOf(NewLexicon(), "en",
		"Turkey said the NATO talks failed. Mayors were silent",
		"In the north, Turkey's iron McDonald trade with Łódź, 20 km of turkey.\nMayors",
		"“Kyiv stands”")
	want := map[string]Cases{
		"turkey": Initial | Capitalised | Lower, "said": Lower, "the": Lower, "nato": Capitals,
		"talks": Lower, "failed": Lower, "mayors": Initial, "were": Lower, "silent": Lower,
		"in": Initial, "north": Lower, "iron": Lower, "mcdonald": Capitalised, "trade": Lower,
		"with": Lower, "lodz": Capitalised, "km": Lower, "of": Lower, "kyiv": Initial, "stands": Lower,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// In German a capital tells nothing, and in Arabic there are none.
func TestCasesByLanguage(t *testing.T) {
	if got := casesOf(NewLexicon(), "de", "die Regierung in Kiew schweigt")["regierung"]; got != Noun {
		t.Errorf("Regierung: %d", got)
	}
	if got := casesOf(NewLexicon(), "ar", "مدينة كييف")["كييف"]; got != Lower {
		t.Errorf("an Arabic word: %d", got)
	}
}

func TestHeadingsTellNothingOfNames(t *testing.T) {
	l := NewLexicon()
	l.Append(nil, "Mayors Ask Kyiv For Help", "en", true)
	for _, w := range l.Written() {
		if w.Cases != Initial {
			t.Errorf("%s: %d", w.Form, w.Cases)
		}
	}
	l.Append(nil, "They ask Kyiv for help", "en", false)
	written := l.Written()
	if len(written) != 5 || written[2] != (Written{"kyiv", "Kyiv", Capitalised}) {
		t.Errorf("then: %v", written)
	}
	l.Append(nil, "They ask Kyiv for help", "en", false)
	if again := l.Written(); len(again) != 0 {
		t.Errorf("met again: %v", again)
	}
}

func TestFormsAreAsWritten(t *testing.T) {
	l := NewLexicon()
	l.Append(nil, "in Łuka\u00adszenka's Москва’s", "en", false)
	var forms []string
	for _, w := range l.Written() {
		forms = append(forms, w.Form)
	}
	if diff := cmp.Diff([]string{"in", "Łukaszenka", "Москва"}, forms); diff != "" {
		t.Error(diff)
	}
}
