package text

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func surfaces(lang, s string) (words []string) {
	for t := range NewAnalyser(lang).Tokens(s) {
		words = append(words, t.Surface)
	}
	return words
}

func TestTokens(t *testing.T) {
	for _, test := range []struct{ lang, text, want string }{
		{"en", "Putin's plan won't work", "putin plan wont work"},
		{"en", "Putin’s plan won’t work", "putin plan wont work"},
		{"en", "multi-agent state-of-the-art", "multi agent state of the art"},
		{"en", "Ubuntu 20.04, 1,700,000 dead", "ubuntu 20 04 1 700 000 dead"},
		{"en", "the U.S. and the U.S.-led talks at 5 p.m.", "the us and the us led talks at 5 pm"},
		{"en", "see example.com/a_b", "see example com a b"},
		{"en", "AT&T and R&D", "at t and r d"},
		{"en", "naïve café, Łódź, Straße, Ærø", "naive cafe lodz strasse aero"},
		{"en", "soft\u00adhyphen and zero\u200bwidth", "softhyphen and zero width"},
		{"en", "ﬁne ｗｉｄｅ ½", "fine wide 1 2"},
		{"fr", "l'été d’Estaing aujourd'hui qu'il", "ete estaing aujourdhui il"},
		{"it", "dell'arte l’Italia", "arte italia"},
		{"en", "l'été", "lete"},
		{"uk", "об'єкт об’єкт обʼєкт Запорі́жжя Київ Європа", "обєкт обєкт обєкт запоріжжя київ європа"},
		{"ru", "Ёлка и ёж, чай", "елка и еж чай"},
		{"el", "Ελλάς Αθήνα", "ελλασ αθηνα"},
		{"ar", "مُحَمَّد أحمد", "محمد احمد"},
		{"zh", "部署导弹", "部署 署导 导弹 弹"},
		{"ja", "東京タワー2020", "東京 京タ タワ ワー ー 2020"},
		{"ko", "한국 정부", "한국 국 정부 부"},
		{"th", "ไทย", "ไท ทย ย"},
		{"zh", "使用Linux系统", "使用 用 linux 系统 统"},
		{"hi", "हिन्दी भाषा", "हिन्दी भाषा"},
		{"en", "🚀 \x00 — … ()", ""},
		{"en", "1990's rock'n'roll O'Brien", "1990 s rocknroll obrien"},
	} {
		if got := strings.Join(surfaces(test.lang, test.text), " "); got != test.want {
			t.Errorf("%s %q: %q, want %q", test.lang, test.text, got, test.want)
		}
	}
}

func TestStems(t *testing.T) {
	for _, test := range []struct{ lang, text, want string }{
		{"en", "guarantees guaranteed guaranteeing", "guarante guarante guarante"},
		{"", "guarantees гарантии гарантий", "guarante гарант гарант"},
		{"ru", "грибов грибы Зеленского Зеленским", "гриб гриб зеленск зеленск"},
		{"uk", "Запоріжжя Запоріжжі Запоріжжю Харкова Харкові", "запоріж запоріж запоріж харк харк"},
		{"de", "Häuser Häusern Haus", "haus haus haus"},
		{"es", "nación naciones nacion información informaciones", "nacion nacion nacion inform inform"},
		{"pt", "informação informações informacao", "inform inform inform"},
		{"xx", "guarantees", "guarantees"},
		{"en", "covid19 mi6s", "covid19 mi6s"},
	} {
		if got := NewAnalyser(test.lang).Index(test.text); got != test.want {
			t.Errorf("%s %q: %q, want %q", test.lang, test.text, got, test.want)
		}
	}
}

// The offsets of a token must show the word that it stands for.
func TestOffsets(t *testing.T) {
	s := "Zelensky’s plan: 20.04, 部署导弹"
	var got []string
	for tok := range NewAnalyser("en").Tokens(s) {
		got = append(got, s[tok.Start:tok.End])
	}
	want := []string{"Zelensky’s", "plan", "20", "04", "部署", "署导", "导弹", "弹"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"won't", "20.04", "U.S.", "l’été", "部署", "a\u0301\u0302", "\xff\xfe", "o'", "'", "x.y.z.", "ﬁ½", strings.Repeat("é", 600)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = Clean(s)
		for _, lang := range []string{"en", "uk", ""} {
			a := NewAnalyser(lang)
			end, n := 0, 0
			for tok := range a.Tokens(s) {
				n++
				if tok.Stem == "" || strings.ContainsAny(tok.Stem, " \"'.-_*()") || !utf8.ValidString(tok.Stem) || len(tok.Stem) > maxToken {
					t.Fatalf("token %q of %q", tok.Stem, s)
				}
				if tok.Start < 0 || tok.Start >= tok.End || tok.End > len(s) || tok.End < end {
					t.Fatalf("token %q at %d-%d of %q", tok.Stem, tok.Start, tok.End, s)
				}
				end = tok.End
			}
			if got := len(strings.Fields(a.Index(s))); got != n {
				t.Fatalf("%d tokens in the index, %d in the text %q", got, n, s)
			}
		}
	})
}

func BenchmarkIndex(b *testing.B) {
	body, err := os.ReadFile("../seeds/002_ebb1e9fcde066061.txt")
	if err != nil {
		b.Fatal(err)
	}
	a := NewAnalyser("en")
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		a.Index(string(body))
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"The U.S. and the EU's l'été", "well-known 3.5 café CAFÉ cafe", "北京大学 ﬁsh fish ½ won't", "a\u00adb ab A.B. a'b"} {
		f.Add(s, "fr")
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, s, lang string) {
		a := NewAnalyser(lang)
		bySurface := make(map[string][]Token)
		for token := range a.Tokens(s) {
			bySurface[token.Surface] = append(bySurface[token.Surface], token)
		}
		for surface, want := range bySurface {
			if got := slices.Collect(a.Find(s, surface)); !slices.Equal(got, want) {
				t.Errorf("%q in %q: %v, want %v", surface, s, got, want)
			}
		}
		for token := range a.Find(s, "absent") {
			if token.Surface != "absent" {
				t.Errorf("found %v", token)
			}
		}
	})
}
