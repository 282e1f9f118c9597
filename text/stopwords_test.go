package text

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestStopWordsOfEveryLanguage(t *testing.T) {
	for lang, words := range map[string]string{
		"ar": "في من على إلى هذا التي كان",
		"cs": "v na že který není těch",
		"da": "og i på ikke hvilken være",
		"de": "der und für über nicht daß dass können",
		"en": "the of which how does there any about such what don't don’t dont isn't would",
		"es": "el la más qué también porque sí",
		"fi": "ja että hän tämä missä olla",
		"fr": "le l' qu’ à où été même aujourd'hui",
		"hu": "a az és hogy nem között",
		"it": "il della perché più nell' è",
		"nb": "og i på ikke hvilken være",
		"nl": "de het een niet zo'n waarom",
		"nn": "og ikkje eit dei",
		"no": "og i på ikke hvilken være",
		"pl": "w na że się który są też",
		"pt": "o da não são também até",
		"ro": "și în să că pentru până",
		"ru": "и в не ещё её который быть",
		"sv": "och på är för inte från",
		"tr": "ve bir için değil çünkü mı",
		"uk": "і в що який є її також бо",
	} {
		for _, word := range strings.Fields(words) {
			if !IsStopWord(lang, Fold(word)) {
				t.Errorf("%s: %q is not a stop word", lang, word)
			}
		}
	}
}

func TestStopWordsLeaveContentAlone(t *testing.T) {
	for lang, words := range map[string]string{
		"cs": "město válka stát byt rok",
		"de": "Krieg Staat Zeit Haus Jahr Regierung",
		"en": "time war state house year people government mine us well-known shell hell ill shed wed id said new president second",
		"es": "guerra estado tiempo casa año",
		"fr": "guerre état temps maison or année",
		"it": "guerra stato stati tempo casa",
		"pl": "wojna czas dom maja państwo",
		"ru": "война мир государство время дом год",
		"uk": "війна мати держава час місто рік",
	} {
		for _, word := range strings.Fields(words) {
			if IsStopWord(lang, Fold(word)) {
				t.Errorf("%s: %q is a stop word", lang, word)
			}
		}
	}
}

func TestStopWordsKeepToTheirLanguage(t *testing.T) {
	if IsStopWord("en", "der") || IsStopWord("de", "the") {
		t.Error("a stop word of one language counts in another")
	}
	for _, lang := range []string{"", "xx", "../../go", "en.txt"} {
		if IsStopWord(lang, "the") {
			t.Errorf("language %q has stop words", lang)
		}
	}
}

func TestStopWordLists(t *testing.T) {
	langs := stopWordLanguages()
	if len(langs) != 19 || !slices.IsSorted(langs) {
		t.Errorf("languages: %v", langs)
	}
	for _, lang := range langs {
		if n := len(stopWords(lang)); n < 100 || n > 450 {
			t.Errorf("%s has %d stop words", lang, n)
		}
	}
}

// Words reach IsStopWord one by one and folded: an entry of two words, or
// one that folds to nothing, could never be met.
func TestStopWordFilesHoldOneWordALine(t *testing.T) {
	for _, lang := range stopWordLanguages() {
		list, err := stopWordFiles.ReadFile("stopwords/" + lang + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(list), "\n"), "\n")
		seen := make(map[string]bool)
		for _, line := range lines {
			if Fold(line) == "" || strings.ContainsAny(line, " \t-#") || seen[line] {
				t.Errorf("%s: line %q", lang, line)
			}
			seen[line] = true
		}
	}
}

func TestStopWordsFromManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, lang := range stopWordLanguages() {
				IsStopWord(lang, "a")
			}
		})
	}
	wg.Wait()
}

// stopWordLanguages lists the languages that have stop words, as ISO 639-1
// codes in alphabetical order.
func stopWordLanguages() []string {
	files, err := stopWordFiles.ReadDir("stopwords")
	if err != nil {
		return nil
	}
	langs := make([]string, len(files))
	for i, f := range files {
		langs[i] = strings.TrimSuffix(f.Name(), ".txt")
	}
	return langs
}
