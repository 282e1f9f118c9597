package charset

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

// Johab writes a syllable as three fields of five bits, each a letter or the
// lack of one (KS X 1001, annex 3). These give the place of a field's letter
// in Unicode's order of syllables, -1 for none and -2 for what is not defined.
var (
	johabInitials = [32]int8{-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, -2, -2, -2, -2, -2, -2, -2, -2, -2, -2, -2}
	johabVowels   = [32]int8{-2, -2, -1, 0, 1, 2, 3, 4, -2, -2, 5, 6, 7, 8, 9, 10, -2, -2, 11, 12, 13, 14, 15, 16, -2, -2, 17, 18, 19, 20, -2, -2}
	johabFinals   = [32]int8{-2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, -2, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, -2, -2}
)

// The letters by themselves, in the order of the fields.
var (
	initialLetters = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	finalLetters   = []rune(" ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

// decodeJohab decodes Johab, in its ASCII form: the backslash stays one.
func decodeJohab(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		r, size := johabRune(b)
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String()
}

func johabRune(b []byte) (rune, int) {
	if b[0] < utf8.RuneSelf {
		return rune(b[0]), 1
	}
	if len(b) < 2 {
		return utf8.RuneError, 1
	}
	r := johabSign(b[0], b[1])
	if b[0] < 0xd4 {
		r = johabSyllable(uint16(b[0])<<8 | uint16(b[1]))
	}
	if r == utf8.RuneError {
		return r, 1
	}
	return r, 2
}

func johabSyllable(c uint16) rune {
	initial, vowel, final := johabInitials[c>>10&31], johabVowels[c>>5&31], johabFinals[c&31]
	switch {
	case initial == -2 || vowel == -2 || final == -2:
		return utf8.RuneError
	case initial >= 0 && vowel >= 0:
		return 0xac00 + (rune(initial)*21+rune(vowel))*28 + max(rune(final), 0)
	case initial >= 0 && final < 0:
		return initialLetters[initial]
	case initial < 0 && vowel >= 0 && final < 0:
		return 'ㅏ' + rune(vowel)
	case initial < 0 && vowel < 0 && final >= 0:
		return finalLetters[final]
	}
	return utf8.RuneError
}

// johabSign gives signs and Chinese characters, which stand as in KS X 1001,
// two of its rows to a lead byte.
func johabSign(lead, trail byte) rune {
	row := 0
	switch {
	case lead >= 0xd9 && lead <= 0xde:
		row = 0xa1 + 2*int(lead-0xd9)
	case lead >= 0xe0 && lead <= 0xf9:
		row = 0xca + 2*int(lead-0xe0)
	default:
		return utf8.RuneError
	}
	cell := 0
	switch {
	case trail >= 0x31 && trail <= 0x7e:
		cell = int(trail - 0x31)
	case trail >= 0x91 && trail <= 0xfe:
		cell = int(trail-0x91) + 78
	default:
		return utf8.RuneError
	}
	return oneRune(korean.EUCKR.NewDecoder().Bytes([]byte{byte(row + cell/94), byte(0xa1 + cell%94)}))
}
