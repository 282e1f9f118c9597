package charset

import (
	"maps"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// multiByte is an encoding with several bytes a character.
type multiByte struct {
	name   string
	decode func([]byte) string // what is damaged becomes U+FFFD
	prior  float32
	costs  func() map[rune]float32
}

// block is the rows of an encoding that its standard has for common
// characters: lead bytes, and the least trail byte.
type block struct{ first, last, trail byte }

var multiBytes = sync.OnceValue(func() []*multiByte {
	return []*multiByte{
		newMultiByte("gb18030", by(simplifiedchinese.GB18030), "zh-hans", 1.5, block{0xb0, 0xd7, 0xa1}),
		newMultiByte("big5", by(traditionalchinese.Big5), "zh-hant", 1.5, block{0xa4, 0xc6, 0x40}),
		newMultiByte("shift_jis", by(japanese.ShiftJIS), "ja", 1.5, block{0x88, 0x97, 0x40}),
		newMultiByte("euc-jp", by(japanese.EUCJP), "ja", 1.5, block{0xb0, 0xcf, 0xa1}),
		newMultiByte("euc-kr", by(korean.EUCKR), "ko", 1.5, block{0xb0, 0xc8, 0xa1}),
		newMultiByte("johab", decodeJohab, "ko", 7, block{}),
		newMultiByte("euc-tw", decodeEUCTW, "zh-hant", 7, block{0xc4, 0xfd, 0xa1}),
	}
})

// newMultiByte makes an encoding of a language. What its characters cost is
// worked out when it is needed.
func newMultiByte(name string, decode func([]byte) string, language string, prior float32, common block) *multiByte {
	return &multiByte{name, decode, prior, sync.OnceValue(func() map[rune]float32 {
		costs := map[rune]float32{}
		for _, r := range common.characters(decode) {
			costs[r] = commonCost
		}
		maps.Copy(costs, charactersOf()[language])
		return costs
	})}
}

func (k block) characters(decode func([]byte) string) string {
	var out strings.Builder
	for lead := int(k.first); k.first > 0 && lead <= int(k.last); lead++ {
		for trail := int(k.trail); trail < 0xff; trail++ {
			if c := decode([]byte{byte(lead), byte(trail)}); utf8.RuneCountInString(c) == 1 {
				out.WriteString(c)
			}
		}
	}
	return out.String()
}

// Costs of what the models do not know.
const (
	damagedCost     = 13
	unlistedCost    = 12
	commonCost      = 9.5 // of a character that the models do not list though it is common
	frameCost       = 8   // of lines, blocks and other drawings
	halfWidthCost   = 6.5 // of a half-width katakana, which is one byte
	enterCost       = 0.7 // of a run after what is no letter
	enterInWordCost = 2.5
	leaveCost       = 1.5
	leaveInWordCost = 3.5
)

// cost is that of a text in the encoding; it stops beyond limit.
func (m *multiByte) cost(b []byte, limit float32) float32 {
	costs := m.costs()
	sum, last := m.prior, ' '
	for _, r := range m.decode(b) {
		switch {
		case r == last && r >= utf8.RuneSelf && r != utf8.RuneError:
			sum += repeatedCost
		case r >= utf8.RuneSelf:
			sum += enter(last) + characterCost(r, costs)
		case last >= utf8.RuneSelf:
			sum += leave(r)
		}
		if sum > limit {
			break
		}
		last = r
	}
	return sum
}

func enter(last rune) float32 {
	switch {
	case last >= utf8.RuneSelf:
		return 0
	case unicode.IsLetter(last):
		return enterInWordCost
	}
	return enterCost
}

func leave(next rune) float32 {
	if unicode.IsLetter(next) {
		return leaveInWordCost
	}
	return leaveCost
}

func characterCost(r rune, costs map[rune]float32) float32 {
	if r == utf8.RuneError || unicode.IsControl(r) {
		return damagedCost
	}
	if r >= '\uff61' && r <= '\uff9f' {
		return halfWidthCost
	}
	if r >= 0x2500 && r < 0x2600 {
		return frameCost
	}
	if c, ok := costs[r]; ok {
		return c
	}
	return unlistedCost
}
