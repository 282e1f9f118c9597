package text

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// lexiconIndex writes what a lexicon makes of a text as an index holds it.
func lexiconIndex(l *Lexicon, s, lang string) string {
	var terms []string
	for _, n := range l.Append(nil, s, lang, false) {
		terms = append(terms, l.Terms()[n])
	}
	return strings.Join(terms, " ")
}

func TestLexiconGivesTheTokensOfTheIndex(t *testing.T) {
	l := NewLexicon()
	for _, lang := range []string{"en", "de", "uk", "fr", "ja", "", "ca", "xx", "qq"} {
		for _, s := range []string{
			"", "The mayors' offices in Zaporizhzhia, U.S. officials said; multi-agent 20.04",
			"Мэр Запорожья заявил об этом. У Києві", "L’été à l'hôtel", "東京都の天気 ½ naïve",
		} {
			for range 2 {
				if got, want := lexiconIndex(l, s, lang), plainIndex(lang, s); got != want {
					t.Errorf("%s %q: got %q, want %q", lang, s, got, want)
				}
			}
		}
	}
}

// What a lexicon has handed out must stay as it is while it grows, and its
// memory of words must not grow without end.
func TestLexiconGrows(t *testing.T) {
	l := NewLexicon()
	first := l.Append(nil, "first words", "en", false)
	terms := l.Terms()
	var b strings.Builder
	for i := range 3 * maxSurfaces {
		b.WriteString("w")
		for n := i; n > 0; n /= 20 {
			b.WriteByte("bcdfghjklmnpqrstvwxz"[n%20])
		}
		b.WriteByte(' ')
		if b.Len() > 1<<16 {
			l.Append(nil, b.String(), "xx", false)
			b.Reset()
		}
	}
	if n := len(l.Terms()); n < 2*maxSurfaces {
		t.Errorf("%d terms of %d words", n, 3*maxSurfaces)
	}
	if l.surfaces.used > maxSurfaces || len(l.surfaces.slots) > 4*maxSurfaces || cap(l.surfaces.bytes) > 2*maxSurfaceBytes {
		t.Errorf("%d words are remembered in %d slots and %d bytes", l.surfaces.used, len(l.surfaces.slots), cap(l.surfaces.bytes))
	}
	if l.Size() < 40*2*maxSurfaces {
		t.Errorf("a size of %d for %d terms", l.Size(), len(l.Terms()))
	}
	if terms[first[0]] != "first" || terms[first[1]] != "word" || len(terms) != 2 {
		t.Errorf("the first terms became %q", terms)
	}
	if again := l.Append(nil, "first words", "en", false); again[0] != first[0] || again[1] != first[1] {
		t.Errorf("the first numbers %d became %d", first, again)
	}
}

// Words with one hash push each other out and are numbered all the same.
func TestLexiconOfWordsWithOneHash(t *testing.T) {
	var s surfaceTable
	word := func(i int) string { return strings.Repeat("x", i%maxSurface+1) + string(rune('a'+i/maxSurface)) }
	for i := range 10 * surfaceReach {
		s.add(word(i), 7, 1, []uint32{uint32(i)}, []uint32{0}, false)
		if found := s.find(word(i), 7, 1); len(word(i)) <= maxSurface && (found == nil || found.number != uint32(i)) {
			t.Fatalf("word %d is not found", i)
		}
		if found := s.find(word(i), 7, 2); found != nil {
			t.Fatalf("word %d is found in another language", i)
		}
	}
}

// A table that has grown must have the words that it had.
func TestSurfacesStayWhenTheirTableGrows(t *testing.T) {
	var s surfaceTable
	const words = 3000
	word := func(i int) (string, uint32) {
		w := strings.Repeat("w", i%20) + strconv.Itoa(i)
		return w, hashString(3, w)
	}
	for i := range words {
		w, hash := word(i)
		s.add(w, hash, 3, []uint32{uint32(i)}, []uint32{0}, false)
	}
	lost := 0
	for i := range words {
		if w, hash := word(i); s.find(w, hash, 3) == nil {
			lost++
		}
	}
	if lost > words/100 {
		t.Errorf("%d of %d words were lost", lost, words)
	}
}

func FuzzLexicon(f *testing.F) {
	for _, s := range []string{
		"won't o'clock 'tis U.S. U.S.A. a.b a.b.c.dd 1'2 a'é l’été d'œuvre", "слово,слово слово.слово А.Б. п’ять м'яч ё_ё 5’6 Т-34 ы:ы",
		"“цитата” «guillemets» – dash…end", "a\u0301b é\u0301 “\u0301x \u00adsoft\u00adhyphen", "部署 タワー ไทย 한국", "½ ﬁ ² x² ǆ",
		"עברית ת\"א ג'", "مُحَمَّد كـتاب", strings.Repeat("a", 600) + "é", strings.Repeat("a.", 300) + "é", strings.Repeat("ж", 300),
		"\xff\xfeя\xd0", "a\u200db я\u200dя 🚀👨\u200d👩", "10,000.5 я5,5 я5.5 5я;5", "a_b я_b _я x·y l·l", "І'ϊ ΐ Ά·Έ",
	} {
		f.Add(s, "en")
		f.Add(s, "fr")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, lang string) {
		l := NewLexicon()
		want := plainIndex(lang, s)
		for range 2 {
			if got := lexiconIndex(l, s, lang); got != want {
				t.Fatalf("%s %q:\n%q, want\n%q", lang, s, got, want)
			}
		}
		if got := NewAnalyser(lang).Index(s); got != want {
			t.Fatalf("%s %q: the index is\n%q, want\n%q", lang, s, got, want)
		}
	})
}

// Letters, digits and signs in every order: what joins words and what parts
// them must do so wherever it stands.
func TestLexiconOnMixedTexts(t *testing.T) {
	pieces := strings.Split("a|B|é|ß|я|І|ї|ё|й|α|ς|ا|ע|部|タ|ー|한|ไ|1|23|½|²|٣|.|.|,|;|:|'|'|’|‘|ʼ|\"|_|-| | |\n|“|”|«|—|…|·|\u0301|\u00ad|\u200d|\u200b|\u00a0|，|。|\x00|\xff|\xd0|🚀|🇺|🇦|़|ः", "|")
	random := rand.New(rand.NewPCG(1, 2))
	l, langs := NewLexicon(), []string{"en", "fr", "uk", "de", "ja", "it", ""}
	for range 30000 {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		lang := langs[random.IntN(len(langs))]
		if got, want := lexiconIndex(l, b.String(), lang), plainIndex(lang, b.String()); got != want {
			t.Fatalf("%s %q: %q, want %q", lang, b.String(), got, want)
		}
	}
}

// sampleTexts gives texts of a collection of real articles by language.
func sampleTexts(t testing.TB, name string, most int) map[string][]string {
	f, err := os.Open(filepath.Join("../../shared/data/news", name))
	if err != nil {
		t.Skip("no sample news beside the project")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string][]string)
	dec := json.NewDecoder(bufio.NewReader(z))
	for {
		var a struct{ Title, Body, Lang string }
		if err := dec.Decode(&a); err == io.EOF {
			return texts
		} else if err != nil {
			t.Fatal(err)
		}
		if len(texts[a.Lang]) < most {
			texts[a.Lang] = append(texts[a.Lang], a.Title+"\n"+a.Body)
		}
	}
}

func TestLexiconOnRealArticles(t *testing.T) {
	l := NewLexicon()
	for _, name := range []string{"multilingual.jsonl.gz", "reuters21578.jsonl.gz"} {
		for lang, texts := range sampleTexts(t, name, 60) {
			for _, s := range texts {
				for _, as := range []string{lang, ""} {
					if got, want := lexiconIndex(l, s, as), plainIndex(as, s); got != want {
						t.Fatalf("%s %q:\n%s\nwant\n%s", as, s, got, want)
					}
				}
			}
		}
	}
}

func BenchmarkLexicon(b *testing.B) {
	for _, c := range []struct{ lang, file string }{
		{"en", "reuters-financial-2007-2008.jsonl.gz"}, {"ru", "multilingual.jsonl.gz"}, {"uk", "multilingual.jsonl.gz"},
		{"de", "multilingual.jsonl.gz"}, {"fr", "multilingual.jsonl.gz"}, {"ar", "multilingual.jsonl.gz"}, {"ja", "multilingual.jsonl.gz"},
	} {
		b.Run(c.lang, func(b *testing.B) {
			texts := sampleTexts(b, c.file, 10000)[c.lang]
			size := 0
			for _, s := range texts {
				size += len(s)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			var numbers []uint32
			for b.Loop() {
				l := NewLexicon()
				for _, s := range texts {
					numbers = l.Append(numbers[:0], s, c.lang, false)
				}
			}
		})
	}
}
