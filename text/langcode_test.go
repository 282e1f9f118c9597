package text

import (
	"strings"
	"testing"

	"github.com/RadhiFadlillah/whatlanggo"
)

func TestLanguageCode(t *testing.T) {
	for in, want := range map[string]string{
		"de": "de", "DE": "de", "deu": "de", "ger": "de", "German": "de", "Deutsch": "de", "de-AT": "de", "de_CH.UTF-8": "de",
		"ukr": "uk", "Ukrainian": "uk", "Українська": "uk", "en-US": "en", "eng": "en", "en, fr": "en", " English ": "en",
		"zh_Hans_CN": "zh", "中文": "zh", "iw": "he", "Haitian Creole": "ht", "ceb": "ceb", "xyz": "xyz",
		"Norwegian": "no", "nb": "no", "nb-NO": "no", "nn": "nn",
		"und": "", "mul": "", "unknown": "", "gibberish": "", "e1": "", "": "", "-": "",
	} {
		if got := LanguageCode(in); got != want {
			t.Errorf("LanguageCode(%q) = %q, want %q", in, got, want)
		}
	}
}

// One name must not be given to two languages.
func TestLanguageNamesAreUnambiguous(t *testing.T) {
	seen := map[string]string{}
	for line := range strings.Lines(languageNames) {
		names := strings.Fields(line)
		for _, name := range names {
			if other, ok := seen[name]; ok {
				t.Errorf("%q is both %s and %s", name, other, names[0])
			}
			if name != strings.ToLower(name) {
				t.Errorf("%q is not in lower case, so it is never found", name)
			}
			seen[name] = names[0]
		}
	}
}

// What detection can find, a person can ask for by its name and its codes.
func TestDetectedLanguagesAreKnownByName(t *testing.T) {
	for lang := whatlanggo.Afr; lang <= whatlanggo.Zul; lang++ {
		code := LanguageCode(lang.Iso6393())
		for _, name := range []string{lang.String(), lang.Iso6391()} {
			if name != "" && LanguageCode(name) != code {
				t.Errorf("%q gives %q, %q gives %q", name, LanguageCode(name), lang.Iso6393(), code)
			}
		}
		if len(code) == 3 && lang.Iso6391() != "" {
			t.Errorf("%s is %q though it has a code of two letters", lang, code)
		}
	}
}

func TestDetectedLanguageIsACodeOfArticles(t *testing.T) {
	const norwegian = "Jeg vet ikke hva som skjedde etterpå, men noen sier at det var flere hundre mennesker på torget da politiet kom. Ingen ble skadet, og de fleste gikk hjem før klokken ti. Statsministeren ønsket ikke å kommentere saken overfor avisen, men sa at regjeringen vil legge fram en plan neste uke."
	if lang, reliable := DetectLanguage(norwegian); lang != "no" || !reliable {
		t.Errorf("detected %q, %v; want no", lang, reliable)
	}
}
