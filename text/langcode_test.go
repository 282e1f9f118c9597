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
	// Detection knows Yiddish by its code of three letters only.
	const yiddish = "אַלע מענטשן ווערן געבוירן פֿריי און גלייך אין כבוד און רעכט. יעדער ווערט באַשאָנקן מיט פֿאַרשטאַנד און געוויסן; יעדער זאָל זיך פֿירן מיט אַ צווייטן אין אַ געמיט פֿון ברודערשאַפֿט."
	if lang, reliable := DetectLanguage(yiddish); lang != "yi" || !reliable {
		t.Errorf("detected %q, %v; want yi", lang, reliable)
	}
}
