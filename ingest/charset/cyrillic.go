package charset

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

type cyrillic struct {
	name     string
	encoding *charmap.Charmap
}

var cyrillics = []cyrillic{
	{"windows-1251", charmap.Windows1251},
	{"koi8-u", charmap.KOI8U},
	{"koi8-r", charmap.KOI8R},
	{"ibm866", charmap.CodePage866},
	{"ibm855", charmap.CodePage855},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic},
	{"iso-8859-5", charmap.ISO8859_5},
}

// frequent are the letters that make up about two thirds of Russian,
// Ukrainian and Bulgarian text.
const frequent = "оеаинтсрвлі"

// minCyrillic is what a text must score for each byte beyond ASCII to be
// taken for Cyrillic. Right readings come near 1.5, others stay below 1.
const minCyrillic = 1.1

func bestCyrillic(b []byte) *cyrillic {
	var best *cyrillic
	most := minCyrillic
	for i := range cyrillics {
		if s := cyrillics[i].score(b); s > most {
			best, most = &cyrillics[i], s
		}
	}
	return best
}

// score is the mean over the bytes beyond ASCII: a letter counts 1, a
// frequent one 2, a capital within a word and what is no letter less.
func (c *cyrillic) score(b []byte) float64 {
	sum, n := 0.0, 0
	last := ' '
	for _, x := range b {
		r := c.encoding.DecodeByte(x)
		if x >= utf8.RuneSelf {
			n++
			sum += weight(last, r)
		}
		last = r
	}
	return sum / float64(max(n, 1))
}

func weight(last, r rune) float64 {
	switch {
	case !unicode.Is(unicode.Cyrillic, r):
		return -0.5
	case unicode.IsUpper(r) && unicode.IsLower(last):
		return -2
	case strings.ContainsRune(frequent, r):
		return 2
	case unicode.IsUpper(r):
		return 0.5
	}
	return 1
}
