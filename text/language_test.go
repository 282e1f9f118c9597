package text

import (
	"strings"
	"testing"
)

// What is clearly English must be so for the profiles of all languages too,
// as far as these are sure; and nothing else may be.
func TestClearlyEnglish(t *testing.T) {
	clear := 0
	for _, s := range sampleTexts(t, "reuters21578.jsonl.gz", 1500)["en"] {
		sample := strings.ToLower(head(s, maxDetect))
		if !isClearlyEnglish(sample) {
			continue
		}
		clear++
		if lang, sure := byTrigrams(sample); sure && lang != "en" {
			t.Errorf("%s: %.200s", lang, s)
		}
	}
	if clear < 500 {
		t.Errorf("only %d articles are clearly English", clear)
	}
	for lang, texts := range sampleTexts(t, "multilingual.jsonl.gz", 300) {
		for _, s := range texts {
			if isClearlyEnglish(strings.ToLower(head(s, maxDetect))) {
				t.Errorf("%s is taken for English: %.200s", lang, s)
			}
		}
	}
}

func TestNotClearlyEnglish(t *testing.T) {
	english := strings.Repeat("the visit to the capital came a day after lawmakers passed the budget, officials said, and a minister told reporters that growth would slow next year as exports of grain fell ", 3)
	german := strings.Repeat("der besuch in der hauptstadt kam einen tag nachdem das parlament den haushalt beschlossen hatte, und ein minister sagte, das wachstum werde sich im nächsten jahr abschwächen ", 3)
	if !isClearlyEnglish(english) {
		t.Error("English is not told")
	}
	for _, s := range []string{"", "the and of", "the band the cure the who", german, german + german + english, strings.Repeat("the ", 30)} {
		if isClearlyEnglish(s) {
			t.Errorf("%.60s is taken for English", s)
		}
	}
}

func BenchmarkDetectLanguage(b *testing.B) {
	for _, c := range []struct{ lang, file string }{{"en", "reuters21578.jsonl.gz"}, {"uk", "multilingual.jsonl.gz"}, {"de", "multilingual.jsonl.gz"}} {
		b.Run(c.lang, func(b *testing.B) {
			texts := sampleTexts(b, c.file, 200)[c.lang]
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				DetectLanguage(texts[i%len(texts)])
			}
		})
	}
}
