package text

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// maxNameKeys bounds the keys of a word.
const maxNameKeys = 4

// NameKeys gives short keys of a folded word such that the spellings of one
// name in several languages, transliterations and scripts share at least one:
// its consonants, those that transliterations exchange written alike, behind
// a mark for a vowel in front. A word with letters that are read differently
// in different languages has several. There are none for words with fewer
// than two consonants, or in scripts other than Latin, Greek and Cyrillic.
func NameKeys(word string) []string {
	var keys []string
	for _, form := range caseForms(word) {
		if s, ok := soundsOf(form); form != "" && ok {
			keys = s.appendKeys(keys)
		}
	}
	return keys
}

// keyLetters stand for the groups of sounds in keys.
var keyLetters = [...]struct {
	group  sound
	letter byte
}{
	{gutturals, 'k'}, {sibilants, 's'}, {labials, 'v'}, {dentals, 't'}, {soundB, 'b'}, {soundP, 'p'},
	{soundM, 'm'}, {soundN, 'n'}, {soundL, 'l'}, {soundR, 'r'}, {vowels | silent, 0},
}

// letters gives the letters that stand for a sound in keys, 0 for none.
func (s sound) letters() (letters [3]byte, n int) {
	for _, k := range &keyLetters {
		if s&k.group != 0 && n < len(letters) {
			letters[n] = k.letter
			n++
		}
	}
	return letters, n
}

// keyBuffer is a key under work.
type keyBuffer struct {
	bytes [maxSounds]byte
	n     int
}

func (k *keyBuffer) add(c byte) {
	if c != 0 && (k.n == 0 || k.bytes[k.n-1] != c) && k.n < len(k.bytes) {
		k.bytes[k.n] = c
		k.n++
	}
}

// appendKeys appends the keys of a word that are not there yet.
func (s *spoken) appendKeys(keys []string) []string {
	var readings [maxNameKeys]keyBuffer
	n := 1
	for i := range s.n {
		letters, choices := s.sounds[i].letters()
		before := n
		for c := 1; c < choices; c++ {
			for r := 0; r < before && n < maxNameKeys; r++ {
				readings[n] = readings[r]
				readings[n].next(i, letters[c])
				n++
			}
		}
		for r := range before {
			readings[r].next(i, letters[0])
		}
	}
	for r := range n {
		keys = appendKey(keys, &readings[r])
	}
	return keys
}

// next adds a letter; a vowel counts in front only. Consonants of a group are
// one where no vowel stands between them.
func (k *keyBuffer) next(i int, c byte) {
	if c == 0 && i == 0 {
		c = 'a'
	}
	k.add(c)
}

func appendKey(keys []string, k *keyBuffer) []string {
	if k.n < 2 || k.n == 2 && k.bytes[0] == 'a' || len(keys) >= maxNameKeys {
		return keys
	}
	for _, known := range keys {
		if known == string(k.bytes[:k.n]) {
			return keys
		}
	}
	return append(keys, string(k.bytes[:k.n]))
}

// caseEndings are endings of Slavic names with consonants, which change their
// keys: those of adjectives, and those of nouns in Cyrillic; and what stands in
// their place in the form that a name is quoted in, as far as the final vowel
// matters. In Greek a final s comes and goes.
var caseEndings = []struct{ ending, left string }{
	{"ові", ""}, {"еві", ""}, {"єві", ""}, {"ями", ""}, {"ами", ""},
	{"ого", "и"}, {"ому", "и"}, {"его", "и"}, {"ему", "и"}, {"ым", "и"}, {"им", "и"}, {"ім", "и"}, {"ых", "и"}, {"их", "и"},
	{"ом", ""}, {"ем", ""}, {"єм", ""}, {"ою", ""}, {"ею", ""}, {"ям", ""}, {"ам", ""}, {"ах", ""}, {"ях", ""}, {"ой", ""}, {"ей", ""},
	{"skiego", "ski"}, {"skiemu", "ski"}, {"skiej", "ski"}, {"skeho", "ski"}, {"skemu", "ski"}, {"skog", "ski"}, {"skom", "ski"},
	{"skim", "ski"}, {"skym", "ski"}, {"skoho", "ski"}, {"skomu", "ski"}, {"skys", "ski"}, {"skis", "ski"}, {"skyjs", "ski"}, {"skijs", "ski"},
	{"ckiego", "cki"}, {"ckiemu", "cki"}, {"ckim", "cki"},
	{"ου", "οσ"}, {"οσ", "ο"}, {"ησ", "η"}, {"ασ", "α"}, {"η", "ησ"}, {"α", "ασ"}, {"ο", "οσ"},
}

// minCaseStem is how many bytes a word must have before its ending.
const minCaseStem = 4

// caseForms gives a word, and the word without a case ending; "" where it has
// none.
func caseForms(word string) (forms [2]string) {
	forms[0] = word
	if last := word[max(0, len(word)-1):]; last >= "a" && last <= "z" && !strings.ContainsAny(last, "ojmsgu") {
		return forms
	}
	for _, e := range caseEndings {
		if stem, ok := strings.CutSuffix(word, e.ending); ok && len(stem) >= minCaseStem {
			forms[1] = stem + e.left
			return forms
		}
	}
	return forms
}

// What parts two spellings of a name, in hundredths of what a vowel counts.
const (
	never  = 1000
	strong = 130 // no name has so much

	twoConsonants = 35 // what names of so few may have
	rareReading   = 40 // that only a rare reading makes two letters one sound

	minName = 4 // letters: of shorter words too many sound alike
)

// SameName judges whether two folded words that share a key are spellings of
// one name: an edit distance over their sounds (Wagner and Fischer 1974) that
// charges little for what transliterations and languages exchange, and more
// than any name may have for all else. The more consonants a name has, the
// more of the little it may have.
func SameName(a, b string) bool {
	if a == b {
		return true
	}
	if min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) < minName {
		return false
	}
	for i, x := range caseForms(a) {
		for j, y := range caseForms(b) {
			if x == "" || y == "" {
				continue
			}
			s, ok := soundsOf(x)
			t, ok2 := soundsOf(y)
			if !ok || !ok2 {
				return false
			}
			s.cyrillic, t.cyrillic = s.cyrillic || i > 0, t.cyrillic || j > 0
			if s.distance(&t) <= min(s.allowance(), t.allowance()) {
				return true
			}
		}
	}
	return false
}

// allowance gives the distance at which a name may still be the same.
func (s *spoken) allowance() int {
	consonants := 0
	for _, x := range s.sounds[:s.n] {
		if x&vowels == 0 {
			consonants++
		}
	}
	switch consonants {
	case 0, 1:
		return 0
	case 2:
		return twoConsonants
	case 3:
		return 70
	case 4:
		return 100
	}
	return 125
}

// distance compares two words sound by sound.
func (s *spoken) distance(t *spoken) int {
	var above, row [maxSounds + 1]int
	for j := range t.n {
		above[j+1] = above[j] + t.without(j)
	}
	for i := range s.n {
		row[0] = above[0] + s.without(i)
		for j := range t.n {
			row[j+1] = min(above[j]+exchange(s, i, t, j), above[j+1]+s.without(i), row[j]+t.without(j))
		}
		above, row = row, above
	}
	return above[t.n]
}

func (s *spoken) at(i int) sound {
	if i < 0 || i >= s.n {
		return 0
	}
	return s.sounds[i]
}

// without gives what it counts that a sound is missing in the other word.
func (s *spoken) without(i int) int {
	x, before, behind := s.at(i), s.at(i-1), s.at(i+1)
	switch {
	case x&silent != 0:
		return 10
	case x&vowels == 0:
		return never
	case i == s.n-1 && s.cyrillic && i > 2:
		return 15 // a case ending
	case x&soundI != 0 && (before == soundI || behind == soundI):
		return 0
	case x&soundI != 0 && behind&vowels != 0:
		return 10 // as in Ye, ie, io
	case x == soundE && before&(soundA|soundI|soundO|soundU) != 0 && behind != 0:
		return 20 // as in Mueller, Daniel
	case x == soundE && behind == 0 && before == soundN && s.at(i-2) == soundI:
		return 20 // as in Poutine
	case x == soundE && i > 0 && behind != 0 && !s.firstVowel(i):
		return 40 // as in Teheran
	case x == soundI && i > 0 && behind != 0 && before&vowels == 0:
		return 75 // as in Dimitri
	}
	return strong
}

// exchange gives what it counts that one sound stands for another.
func exchange(s *spoken, i int, t *spoken, j int) int {
	x, y := s.at(i), t.at(j)
	switch {
	case x&y&^(s.rare[i]|t.rare[j]) != 0, x == y:
		return 0
	case x&y != 0:
		return rareReading
	case x&vowels != 0 && y&vowels != 0:
		return exchangeVowels(s, i, t, j)
	case x&gutturals != 0 && y&gutturals != 0 && (x|y)&soundG != 0 && i+j == 0:
		return 80 // more names differ in it than are spelt so
	case x&gutturals != 0 && y&gutturals != 0:
		return either(x|y, [][3]int{{int(soundG), int(soundH), 30}, {int(soundK), int(soundX), 50}, {int(soundG), int(soundX), 60}, {int(soundK), int(soundH), 60}})
	case x&sibilants != 0 && y&sibilants != 0:
		return exchangeSibilants(x, y)
	case x&labials != 0 && y&labials != 0 && i == s.n-1 && j == t.n-1:
		return 10
	}
	return never
}

func either(both sound, costs [][3]int) int {
	for _, c := range costs {
		if both&sound(c[0]) != 0 && both&sound(c[1]) != 0 {
			return c[2]
		}
	}
	return strong
}

func exchangeSibilants(x, y sound) int {
	const hissing = soundS | soundZ
	switch {
	case (x|y)&soundTs != 0 && (x&hissing != 0 || y&hissing != 0) && bits.OnesCount32(uint32((x|y)&^hissing)) == 1:
		return 80
	case x&hissing != 0 || y&hissing != 0:
		return 50 // marks are folded: Milosevic
	}
	return 40
}

// exchangeVowels gives what it counts that one vowel stands for another: less
// behind the first, where they are weak, and at the end of inflected words.
func exchangeVowels(s *spoken, i int, t *spoken, j int) int {
	x, y := s.at(i), t.at(j)
	both := x | y
	first := s.firstVowel(i) || t.firstVowel(j)
	last := i == s.n-1 && j == t.n-1
	switch {
	case last && (s.cyrillic || t.cyrillic):
		return 20
	case last && both == soundA|soundO && s.at(i-1)&soundK != 0:
		return 35 // Lukashenka
	case last && both == soundA|soundE && s.at(i-1)&soundI != 0 && t.at(j-1)&soundI != 0:
		return 50
	case last:
		return strong
	case both&soundO != 0 && both&(soundI|soundE) != 0 && s.beforeLastV(i) && t.beforeLastV(j) &&
		min(s.allowance(), t.allowance()) > twoConsonants:
		return 25 // Kharkov, Gorbachov
	case both == soundI|soundO && s.at(i+1)&(soundZh|soundSh) != 0 && !first:
		return 50 // Zaporozhye
	case both == soundE|soundI && first:
		return 110
	case both == soundE|soundI:
		return 20
	case both == soundO|soundU && first && s.open(i) && t.open(j):
		return 80 // Mohammed
	case both == soundO|soundU && first:
		return strong
	case both == soundO|soundU, both == soundA|soundE && !first:
		return 50
	case both == soundA|soundO && !first:
		return 60
	case both == soundO|soundE && min(s.allowance(), t.allowance()) > twoConsonants && (s.at(i-1) == soundI || t.at(j-1) == soundI):
		return 30 // Potjomkin
	}
	return strong
}

// firstVowel reports whether a sound is the first vowel of a word.
func (s *spoken) firstVowel(i int) bool {
	for _, x := range s.sounds[:i] {
		if x&vowels != 0 && x != soundI {
			return false
		}
	}
	for k := range i {
		if s.sounds[k] == soundI && s.at(k+1)&vowels == 0 {
			return false
		}
	}
	return true
}

// open reports whether a vowel ends a syllable.
func (s *spoken) open(i int) bool { return s.at(i+2)&vowels != 0 }

// beforeLastV reports whether a vowel stands before a v or f that no other
// consonant follows.
func (s *spoken) beforeLastV(i int) bool {
	if s.at(i+1)&labials == 0 {
		return false
	}
	for _, x := range s.sounds[min(i+2, s.n):s.n] {
		if x&vowels == 0 {
			return false
		}
	}
	return true
}
