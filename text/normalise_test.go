package text

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestNormalise(t *testing.T) {
	for in, want := range map[string]string{
		"  a \n b\t c ":            "a b c",
		"soft\u00adhyphen\u0002 x": "softhyphen x",
		"ﬁne\u00a0print":           "fine print",
		"Case Is Kept":             "Case Is Kept",
		"e\u0301":                  "é",
	} {
		if got := Normalise(in); got != want {
			t.Errorf("Normalise(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"\ufeffa\r\nb\rc": "a\nb\nc",
		"a\x00b":          "a\ufffdb",
		"a\xffb":          "a\ufffdb",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		in   string
		max  int
		want string
	}{
		{"short", 10, "short"},
		{"one two three four", 10, "one two…"},
		{"one, two", 6, "one…"},
		{"部署导弹部署导弹", 5, "部署导弹…"},
		{"a bcdefghijklmnopqrstuvwxyz", 10, "a bcdefgh…"},
	} {
		if got := Shorten(test.in, test.max); got != test.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", test.in, test.max, got, test.want)
		}
	}
}

func TestDetectLanguage(t *testing.T) {
	for want, s := range map[string]string{
		"en": "Russian President Vladimir Putin has proposed hosting the Ukrainian President in Moscow for peace negotiations.",
		"uk": "Президент України Володимир Зеленський заявив, що переговори відбудуться у Києві наступного тижня.",
		"ru": "Президент России заявил, что переговоры об этом состоятся в Москве, куда вылетели эксперты.",
		"de": "Der russische Präsident hat den ukrainischen Präsidenten zu Verhandlungen nach Moskau eingeladen.",
		"zh": "俄罗斯总统邀请乌克兰总统到莫斯科进行和平谈判。",
		"ja": "ロシアの大統領はウクライナの大統領をモスクワに招待した。",
		"ar": "دعا الرئيس الروسي نظيره الأوكراني إلى موسكو لإجراء محادثات سلام مباشرة بين البلدين",
	} {
		if got, sure := DetectLanguage(s); got != want || !sure {
			t.Errorf("%q: %s, sure %v; want %s", s, got, sure, want)
		}
	}
	if _, sure := DetectLanguage("12 cts vs 15"); sure {
		t.Error("sure of the language of a few letters")
	}
}

// plainlyNormalised is Normalise without a short cut.
func plainlyNormalised(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\u00ad' || r == '\u0002' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

func TestNormaliseEveryCharacter(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		for _, s := range []string{"e" + string(r) + "\u0301 ", "か" + string(r) + "\u3099", " я" + string(r), string(r)} {
			if got, want := Normalise(s), plainlyNormalised(s); got != want {
				t.Fatalf("%U in %q becomes %q, want %q", r, s, got, want)
			}
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{" a \n b ", "e\u0301", "ﬁ½", "“x” – y… z\u00a0", "か\u3099", "\u1100\u1161", "\x02a\u00ad", "\xff a", "각\u11a8", strings.Repeat("\u0301", 70), "a\v\f\r\x1c\x85b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Normalise(s), plainlyNormalised(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
		if got := AppendNormalised([]byte("x "), s); string(got) != "x "+Normalise(s) {
			t.Errorf("%q appended gives %q", s, got)
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	for _, c := range []struct{ lang, file string }{{"en", "reuters21578.jsonl.gz"}, {"uk", "multilingual.jsonl.gz"}, {"ja", "multilingual.jsonl.gz"}} {
		b.Run(c.lang, func(b *testing.B) {
			s := strings.Join(sampleTexts(b, c.file, 50)[c.lang], "\n")
			b.SetBytes(int64(len(s)))
			var out []byte
			for b.Loop() {
				out = AppendNormalised(out[:0], s)
			}
		})
	}
}
