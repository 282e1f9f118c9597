package text

import (
	"strings"
	"testing"
)

func TestLexiconGivesTheTokensOfTheIndex(t *testing.T) {
	l := NewLexicon()
	for _, lang := range []string{"en", "de", "uk", "fr", "ja", ""} {
		for _, s := range []string{
			"", "The mayors' offices in Zaporizhzhia, U.S. officials said; multi-agent 20.04",
			"Мэр Запорожья заявил об этом. У Києві", "L’été à l'hôtel", "東京都の天気 ½ naïve",
		} {
			var terms []string
			for _, n := range l.Append(nil, s, lang) {
				terms = append(terms, l.Terms()[n])
			}
			if got, want := strings.Join(terms, " "), NewAnalyser(lang).Index(s); got != want {
				t.Errorf("%s %q: got %q, want %q", lang, s, got, want)
			}
		}
	}
}
