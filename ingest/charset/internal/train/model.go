package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.com/archive/ingest/charset/internal/model"
)

// scripts of the languages that are not written in Latin letters.
var scripts = map[string]*unicode.RangeTable{
	"ru": unicode.Cyrillic, "uk": unicode.Cyrillic, "be": unicode.Cyrillic, "bg": unicode.Cyrillic, "sr": unicode.Cyrillic, "mk": unicode.Cyrillic,
	"el": unicode.Greek, "he": unicode.Hebrew, "he-visual": unicode.Hebrew, "ar": unicode.Arabic, "fa": unicode.Arabic, "th": unicode.Thai,
}

// train makes the models of all texts in a folder.
func train(folder, file string) error {
	var models model.Models
	for _, name := range append(wanted, "he-visual") {
		b, err := os.ReadFile(filepath.Join(folder, strings.TrimSuffix(name, "-visual")+".txt"))
		if err != nil {
			return err
		}
		switch text := asOnceWritten(name, string(b)); name {
		case "ja", "ko", "zh-hans", "zh-hant":
			models.Characters = append(models.Characters, characters(name, text))
		default:
			models.Letters = append(models.Letters, letters(name, text))
		}
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	return models.Write(out)
}

// asOnceWritten undoes what Unicode has brought to a language's spelling.
func asOnceWritten(name, text string) string {
	switch name {
	case "ro":
		return strings.NewReplacer("ș", "ş", "ț", "ţ", "Ș", "Ş", "Ț", "Ţ").Replace(text)
	case "fa":
		return strings.NewReplacer("ی", "ي", "ک", "\u06a9").Replace(text)
	case "vi":
		return withMarks(text, false) + withMarks(text, true)
	case "he-visual":
		return eachLine(text, reversed)
	}
	return text
}

// withMarks writes the tones of Vietnamese as marks of their own, as
// windows-1258 needs it; sparing leaves the letters whole that it has.
func withMarks(text string, sparing bool) string {
	return eachLine(text, func(line string) string {
		var out strings.Builder
		for _, r := range norm.NFC.String(line) {
			if sparing && strings.ContainsRune("ÀÁÂĂÈÉÊÍÓÔƠÙÚƯàáâăèéêíóôơùúư", r) {
				out.WriteRune(r)
				continue
			}
			out.WriteString(toneLast(r))
		}
		return out.String()
	})
}

// toneLast puts the tone of a letter after it and its other marks.
func toneLast(r rune) string {
	d := norm.NFD.String(string(r))
	i := strings.IndexAny(d, "\u0300\u0301\u0303\u0309\u0323")
	if i < 0 {
		return string(r)
	}
	tone, size := utf8.DecodeRuneInString(d[i:])
	return norm.NFC.String(d[:i]+d[i+size:]) + string(tone)
}

func eachLine(text string, do func(string) string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(do(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return out.String()
}

func reversed(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// rare is the share of a language's letters beyond ASCII below which one does
// not belong to its alphabet. Latin letters of other languages come in names.
const (
	rareLatin = 3e-4
	rareOther = 3e-5
)

func alphabet(name, text string) []rune {
	script, rare := scripts[name], rareOther
	if script == nil {
		script, rare = unicode.Latin, rareLatin
	}
	counts, all := map[rune]int{}, 0
	for _, r := range text {
		if r = model.Fold(r); r >= utf8.RuneSelf && model.IsLetter(r) && (unicode.Is(script, r) || unicode.IsMark(r)) {
			counts[r]++
			all++
		}
	}
	var out []rune
	for r, n := range counts {
		if float64(n) > rare*float64(all) {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}

// letters counts pairs.
func letters(name, text string) model.Letters {
	l := model.Letters{Name: name, Alphabet: alphabet(name, text)}
	size := l.Size()
	counts := make([]float64, size*size)
	last := model.Space
	for _, r := range text {
		class := classOf(&l, r)
		counts[last*size+class]++
		last = class
	}
	l.Costs = costs(counts, size)
	if scripts[name] != nil {
		for a := range model.FirstLetter { // Latin words in it say nothing of the language
			clear(l.Costs[a*size:][:model.FirstLetter])
		}
	}
	fmt.Printf("%s: %d letters %s\n", name, len(l.Alphabet), string(l.Alphabet))
	return l
}

func classOf(l *model.Letters, r rune) int {
	if r < utf8.RuneSelf {
		return model.ASCIIClass(r)
	}
	if i, ok := slices.BinarySearch(l.Alphabet, model.Fold(r)); ok {
		return model.FirstLetter + i
	}
	return model.Space
}

// unseen is what a pair is counted that never came.
const unseen = 0.3

func costs(counts []float64, size int) []uint8 {
	out := make([]uint8, len(counts))
	first := model.FirstLetter
	entering := 0.0 // the alphabet from ASCII
	for a := range first {
		for x := first; x < size; x++ {
			entering += counts[a*size+x] + unseen
		}
	}
	for a := range first {
		for x := first; x < size; x++ {
			out[a*size+x] = quantised(counts[a*size+x], entering)
		}
	}
	for x := range size {
		to := size
		if x < first {
			to = first
		}
		all := 0.0
		for y := range to {
			all += counts[x*size+y] + unseen
		}
		for y := range to {
			out[x*size+y] = quantised(counts[x*size+y], all)
		}
	}
	return out
}

func quantised(n, of float64) uint8 {
	return uint8(min(255, math.Round(-math.Log((n+unseen)/of)*model.Unit)))
}

// maxCost is the cost beyond which characters are not listed.
const maxCost = 11

func characters(name, text string) model.Characters {
	counts, all := map[rune]int{}, 0
	for _, r := range text {
		if r >= utf8.RuneSelf {
			counts[r]++
			all++
		}
	}
	var listed []rune
	for r, n := range counts {
		if n > 2 {
			listed = append(listed, r)
		}
	}
	slices.Sort(listed)
	c := model.Characters{Name: name, ByCost: make([]string, maxCost+1)}
	for _, r := range listed {
		cost := int(math.Round(-math.Log(float64(counts[r]) / float64(all))))
		if cost <= maxCost {
			c.ByCost[cost] += string(r)
		}
	}
	fmt.Printf("%s: %d characters\n", name, len(listed))
	return c
}
