package text

import (
	"strings"
	"unicode/utf8"
)

// sound is the set of sounds that a letter or group of letters can stand for
// in one language or another: ch is that of loch, of church or of chef.
type sound uint32

const (
	soundA sound = 1 << iota
	soundE
	soundI // and y as in yes
	soundO
	soundU
	soundB
	soundP
	soundD
	soundT
	soundG
	soundK
	soundH
	soundX // ch of loch
	soundM
	soundN
	soundL
	soundR
	soundV
	soundF
	soundS
	soundZ
	soundSh
	soundZh
	soundCh
	soundJ // j of jam
	soundTs
	silent
)

const (
	vowels    = soundA | soundE | soundI | soundO | soundU
	gutturals = soundG | soundK | soundH | soundX
	sibilants = soundS | soundZ | soundSh | soundZh | soundCh | soundJ | soundTs
	dentals   = soundD | soundT
	labials   = soundV | soundF
)

// maxSounds bounds the sounds of a word; what is longer is cut.
const maxSounds = 32

// spoken is a word by its sounds.
type spoken struct {
	sounds   [maxSounds]sound
	rare     [maxSounds]sound // of these, what few languages read the letters as
	n        int
	cyrillic bool // or Greek: scripts whose names are inflected where we read them
}

// greekAndCyrillic writes letters with those Latin ones that sounds reads the
// same everywhere, capitals standing for groups: see plainSounds.
var greekAndCyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "G", 'д': "d", 'е': "e", 'є': "ie", 'ж': "Z", 'з': "z", 'и': "i",
	'і': "i", 'ї': "i", 'й': "i", 'ј': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p",
	'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ў': "v", 'ф': "f", 'х': "X", 'ц': "T", 'ч': "C", 'ш': "S",
	'щ': "S", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'љ': "l", 'њ': "n", 'ћ': "C",
	'ђ': "J", 'џ': "J", 'ѓ': "J", 'ќ': "C", 'ѕ': "z", 'қ': "k", 'ғ': "G", 'ң': "n", 'ө': "o", 'ү': "u",
	'ұ': "u", 'ә': "a", 'һ': "h",
	'α': "a", 'β': "v", 'γ': "G", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "t", 'ι': "i", 'κ': "k",
	'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "ks", 'ο': "o", 'π': "p", 'ρ': "r", 'σ': "s", 'τ': "t", 'υ': "i",
	'φ': "f", 'χ': "X", 'ψ': "ps", 'ω': "o",
}

// greekGroups are letters that have a sound of their own together.
var greekGroups = strings.NewReplacer("ου", "у", "ει", "ι", "οι", "ι", "αι", "ε", "μπ", "б", "ντ", "д",
	"γκ", "г", "γγ", "нг", "ευ", "εβ", "αυ", "αβ", "τζ", "џ")

// plainSounds are the sounds of what greekAndCyrillic gives.
var plainSounds = [128]sound{
	'a': soundA, 'e': soundE, 'i': soundI, 'o': soundO, 'u': soundU, 'b': soundB, 'p': soundP, 'd': soundD,
	't': soundT, 'G': soundG | soundH, 'k': soundK, 'h': soundH | soundX, 'X': soundX | soundH, 'm': soundM,
	'n': soundN, 'l': soundL, 'r': soundR, 'v': soundV, 'f': soundF, 's': soundS, 'z': soundZ, 'S': soundSh,
	'Z': soundZh, 'C': soundCh, 'J': soundJ, 'T': soundTs,
}

// soundsOf reads a folded word; ok is false if it has letters of other scripts.
func soundsOf(word string) (s spoken, ok bool) {
	if len(word) > maxToken {
		return s, false
	}
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return foreignSounds(word)
		}
		if c := word[i]; c < 'a' || c > 'z' {
			return s, false
		}
	}
	for i := 0; i < len(word) && s.n < maxSounds-1; {
		i += s.latin(word, i)
	}
	return s, true
}

// foreignSounds reads a word in Cyrillic or Greek.
func foreignSounds(word string) (s spoken, ok bool) {
	s.cyrillic = true
	for _, r := range greekGroups.Replace(word) {
		plain, ok := greekAndCyrillic[r]
		if !ok {
			return s, false
		}
		for i := range len(plain) {
			s.add(plainSounds[plain[i]])
		}
	}
	return s, true
}

// add appends a sound, joined to the one before where the two are one: double
// letters, t and d before a sibilant, several sibilants.
func (s *spoken) add(next sound) {
	if s.n == maxSounds {
		return
	}
	if s.n == 0 {
		s.sounds[0], s.n = next, 1
		return
	}
	last := &s.sounds[s.n-1]
	switch {
	case *last == next:
	case *last == soundT && next&sibilants != 0 && next&^sibilants == 0:
		*last = next&(soundCh|soundTs) | behindT(next)
		s.joinLast()
	case *last == soundD && next&(soundZ|soundZh|soundSh|soundJ) != 0 && next&(soundS|vowels) == 0:
		*last = soundJ | next&soundZ
		s.joinLast()
	case sameGroup(*last, next):
		*last |= next
		if *last&sibilants != 0 {
			*last &= sibilants
		}
	default:
		s.sounds[s.n] = next
		s.n++
	}
}

// joinLast makes one of the last two sounds if both are sibilants.
func (s *spoken) joinLast() {
	if s.n > 1 && sameGroup(s.sounds[s.n-2], s.sounds[s.n-1]) {
		s.sounds[s.n-2] |= s.sounds[s.n-1]
		s.n--
	}
}

// behindT gives what a sibilant becomes behind t.
func behindT(next sound) (joined sound) {
	if next&(soundS|soundZ|soundTs) != 0 {
		joined |= soundTs
	}
	if next&(soundSh|soundZh|soundCh) != 0 {
		joined |= soundCh
	}
	if next == soundSh|soundZh {
		joined |= soundJ // a German tsch, and a dsch
	}
	return joined
}

// sameGroup reports whether two sounds that stand together are heard as one.
func sameGroup(a, b sound) bool {
	return a&sibilants != 0 && b&sibilants != 0 && a&vowels == 0 && b&vowels == 0 ||
		a&^gutturals == 0 && b&gutturals != 0 && b&sibilants == 0 ||
		a&^dentals == 0 && b&^dentals == 0 ||
		a&^labials == 0 && b&^labials == 0
}

// latin adds the sound of the letters at an index and gives how many they are.
func (s *spoken) latin(word string, i int) (length int) {
	rest := word[i:]
	next := byte(0)
	if len(rest) > 1 {
		next = rest[1]
	}
	one := func(what sound, length int) int {
		s.add(what)
		return length
	}
	switch rest[0] {
	case 'a':
		return one(soundA, 1)
	case 'e':
		if next == 'e' {
			return one(soundI, 2)
		}
		return one(soundE, 1)
	case 'i', 'y':
		return one(soundI, 1)
	case 'o':
		if next == 'o' || next == 'u' {
			return one(soundU, 2)
		}
		return one(soundO, 1)
	case 'u':
		return one(soundU, 1)
	case 'b':
		return one(soundB, 1+silentH(next))
	case 'd':
		return one(soundD, 1+silentH(next))
	case 't':
		return one(soundT, 1+silentH(next))
	case 'r':
		return one(soundR, 1+silentH(next))
	case 'p':
		if next == 'h' {
			return one(soundF, 2)
		}
		return one(soundP, 1)
	case 'm':
		return one(soundM, 1)
	case 'n':
		return one(soundN, 1)
	case 'l':
		return one(soundL, 1)
	case 'f':
		return one(soundF, 1)
	case 'v':
		return one(soundV, 1)
	case 'w':
		return one(soundV, 1+silentH(next))
	case 'q':
		return one(soundK|soundG, 1)
	case 'k':
		if next == 'h' {
			return one(soundX|soundH, 2)
		}
		return one(soundK, 1)
	case 'g':
		if next == 'u' && len(rest) > 2 && isFront(rest[2]) {
			return one(soundG, 2)
		}
		return one(soundG, 1+silentH(next))
	case 'x':
		s.add(soundK)
		return one(soundS, 1)
	}
	return s.ambiguous(rest, i, next)
}

// ambiguous adds the letters whose sounds differ most between languages.
func (s *spoken) ambiguous(rest string, i int, next byte) (length int) {
	what, length := sound(0), 1
	switch rest[0] {
	case 's':
		switch {
		case strings.HasPrefix(rest, "sch"):
			what, length = soundSh|soundZh, 3
		case next == 'h':
			what, length = soundSh, 2
		case next == 'z':
			what, length = soundSh|soundS, 2
		default:
			what = soundS | soundZ
		}
	case 'z':
		if what = soundZ | soundTs; next == 'h' {
			what, length = soundZh, 2
		}
	case 'c':
		what, length = s.c(next)
	case 'h':
		what = s.h(next)
	case 'j':
		what = s.j(next)
	}
	if what != 0 {
		rare := s.rarely(rest[0], what, next)
		s.add(what)
		s.rare[s.n-1] |= rare
	}
	return length
}

// rarely gives what few languages, or few words, read a letter as.
func (s *spoken) rarely(letter byte, what sound, next byte) sound {
	switch {
	case letter == 'c' && next == 'h':
		return what & soundK // Italian
	case letter == 'c' && next == 0 && s.last() == soundI:
		return what & soundS // Slavic -ić, its mark folded
	case letter == 'c' && isFront(next):
		return what & soundCh // Italian
	case letter == 'c' && next != 'z':
		return what & (soundS | soundTs | soundCh) // ç and č, their marks folded
	}
	return 0
}

func silentH(next byte) int {
	if next == 'h' {
		return 1
	}
	return 0
}

func isFront(c byte) bool { return c == 'e' || c == 'i' || c == 'y' }

func isVowelLetter(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'
}

func (s *spoken) last() sound {
	if s.n == 0 {
		return 0
	}
	return s.sounds[s.n-1]
}

func (s *spoken) c(next byte) (sound, int) {
	switch {
	case next == 'h' && (s.last()&sibilants != 0 || s.last() == soundT):
		return soundCh | soundSh, 2
	case next == 'h':
		return soundX | soundCh | soundSh | soundK, 2
	case next == 'z':
		return soundCh | soundTs, 2
	case isFront(next):
		return soundS | soundTs | soundCh, 1
	case s.last()&sibilants != 0:
		return soundK, 1
	}
	return soundK | soundS | soundTs | soundCh, 1
}

func (s *spoken) h(next byte) sound {
	switch {
	case next == 0:
		return 0
	case s.n > 0 && s.last()&vowels == 0:
		return 0
	case s.n > 0 && !isVowelLetter(next):
		return soundH | soundX | silent
	}
	return soundH | soundX
}

func (s *spoken) j(next byte) sound {
	switch {
	case s.last() == soundD:
		return soundJ | soundZh
	case next == 0:
		return soundI
	}
	return soundI | soundZh | soundJ
}
