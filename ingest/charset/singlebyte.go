package charset

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"example.com/archive/ingest/charset/internal/model"
)

// Costs of what the models do not know, in the same natural logarithms.
const (
	undefinedCost = 14 // a byte that stands for nothing, or for a control character
	foreignCost   = 10 // a letter of the script that the language has not
	scriptCost    = 13 // a letter of another script
	repeatedCost  = 1  // a symbol after the same
)

// What case does between letters.
const (
	capitalInWord  = 7   // after a small letter
	capitalAtStart = 1.5 // of a word
	capitalOn      = 1   // after another
	smallAtStart   = 0.2
	smallOn        = 0.3 // after a capital
)

// kinds of what a byte stands for
const (
	isSpace = iota // also digits and ASCII signs
	isSymbol
	isSmall // also letters of scripts without case
	isCapital
	isForeign
	isUndefined
)

// byteMeaning is what a byte is in one encoding to one language.
type byteMeaning struct {
	class uint8
	kind  uint8
	cost  float32 // of a symbol, a foreign letter or what is undefined, by itself
	// What a symbol costs more after a letter, after anything else, and
	// before a letter.
	after, apart, before float32
}

// reading is a text read in one encoding as one language.
type reading struct {
	encoding *singleByte
	letters  *model.Letters
	latin    bool // it is written in Latin letters
	bytes    [256]byteMeaning
}

// singleByte is an encoding with one byte a character.
type singleByte struct {
	name  string
	table *charmap.Charmap
	// prior is the cost of meeting the encoding at all.
	prior     float32
	languages string
	visual    bool // lines are written from right to left
}

const (
	western  = "de fr es it pt nl da sv nb fi is ca gl eu ga sq"
	central  = "pl cs sk hu hr sl ro sq"
	cyrillic = "ru uk be bg sr mk"
)

var singleBytes = []singleByte{
	{name: "windows-1252", table: charmap.Windows1252, languages: western},
	{name: "windows-1250", table: charmap.Windows1250, prior: 1.5, languages: central},
	{name: "windows-1251", table: charmap.Windows1251, prior: 1.5, languages: cyrillic},
	{name: "windows-1253", table: charmap.Windows1253, prior: 2, languages: "el"},
	{name: "windows-1254", table: charmap.Windows1254, prior: 2, languages: "tr"},
	{name: "windows-1255", table: charmap.Windows1255, prior: 2, languages: "he"},
	{name: "windows-1256", table: charmap.Windows1256, prior: 2, languages: "ar fa"},
	{name: "windows-1257", table: charmap.Windows1257, prior: 2.5, languages: "lt lv et"},
	{name: "windows-1258", table: charmap.Windows1258, prior: 4, languages: "vi"},
	{name: "windows-874", table: charmap.Windows874, prior: 2, languages: "th"},
	{name: "koi8-r", table: charmap.KOI8R, prior: 2.5, languages: "ru"},
	{name: "koi8-u", table: charmap.KOI8U, prior: 3, languages: "uk ru"},
	{name: "iso-8859-2", table: charmap.ISO8859_2, prior: 2.5, languages: central},
	{name: "iso-8859-4", table: charmap.ISO8859_4, prior: 5, languages: "lt lv et"},
	{name: "iso-8859-5", table: charmap.ISO8859_5, prior: 4, languages: cyrillic},
	{name: "iso-8859-6", table: charmap.ISO8859_6, prior: 4, languages: "ar"},
	{name: "iso-8859-7", table: charmap.ISO8859_7, prior: 3, languages: "el"},
	{name: "iso-8859-8", table: charmap.ISO8859_8, prior: 4, languages: "he-visual", visual: true},
	{name: "iso-8859-13", table: charmap.ISO8859_13, prior: 4, languages: "lt lv et"},
	{name: "iso-8859-15", table: charmap.ISO8859_15, prior: 4, languages: western},
	{name: "ibm866", table: charmap.CodePage866, prior: 4, languages: "ru uk be"},
	{name: "ibm855", table: charmap.CodePage855, prior: 6, languages: cyrillic},
	{name: "ibm852", table: charmap.CodePage852, prior: 6, languages: central},
	{name: "ibm850", table: charmap.CodePage850, prior: 6, languages: western},
	{name: "ibm862", table: charmap.CodePage862, prior: 7, languages: "he-visual", visual: true},
	{name: "macintosh", table: charmap.Macintosh, prior: 6, languages: western},
	{name: "x-mac-cyrillic", table: charmap.MacintoshCyrillic, prior: 6, languages: cyrillic},
}

// readings are made when something is detected for the first time.
var readings = sync.OnceValue(func() []*reading {
	var out []*reading
	for i := range singleBytes {
		for name := range strings.FieldsSeq(singleBytes[i].languages) {
			out = append(out, newReading(&singleBytes[i], lettersOf()[name]))
		}
	}
	return out
})

func newReading(e *singleByte, l *model.Letters) *reading {
	classes, script := alphabetClasses(l), scriptOf(l.Alphabet[0])
	r := &reading{encoding: e, letters: l, latin: script == unicode.Latin}
	for i := range r.bytes {
		r.bytes[i] = meaning(e.table.DecodeByte(byte(i)), classes, script)
	}
	return r
}

var someScripts = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Arabic, unicode.Thai}

func scriptOf(r rune) *unicode.RangeTable {
	for _, s := range someScripts {
		if unicode.Is(s, r) {
			return s
		}
	}
	return unicode.Latin
}

func meaning(r rune, classes map[rune]int, script *unicode.RangeTable) byteMeaning {
	class, known := classes[model.Fold(r)]
	switch {
	case r < utf8.RuneSelf:
		class = model.ASCIIClass(r)
		if class < model.LatinA {
			return byteMeaning{class: uint8(class), kind: isSpace}
		}
	case r == utf8.RuneError || unicode.IsControl(r):
		return byteMeaning{kind: isUndefined, cost: undefinedCost}
	case !model.IsLetter(r):
		return symbol(r)
	case !known && (unicode.Is(script, r) || unicode.IsMark(r)):
		return byteMeaning{kind: isForeign, cost: foreignCost}
	case !known:
		return byteMeaning{kind: isForeign, cost: scriptCost}
	}
	if unicode.IsUpper(r) {
		return byteMeaning{class: uint8(class), kind: isCapital}
	}
	return byteMeaning{class: uint8(class), kind: isSmall}
}

// symbol is a sign that is no letter, alike in all languages.
func symbol(r rune) byteMeaning {
	m := byteMeaning{kind: isSymbol, cost: 9, after: 3, before: 3}
	switch {
	case r == '’': // an apostrophe, or the end of a quotation
		m.cost, m.apart, m.after, m.before = 4, 3, 0, 0
	case r == '„': // begins a quotation everywhere
		m.cost, m.after, m.before = 4, 4, 0
	case r == '\u00a0' || r == '–' || r == '—' || r == '…':
		m.cost, m.after, m.before = 4, 0.5, 0.5
	case strings.ContainsRune("“”‘«»", r): // one side of it has a letter
		m.cost, m.after, m.before = 3, 1.5, 1.5
	case strings.ContainsRune("‚‹›•·©®™°§€£№¡¿ªº²\u00ad\u200e\u200f´×", r):
		m.cost, m.after, m.before = 6.5, 1.5, 1.5
	case r == '½' || r == '¼' || r == '¾':
		m.cost = 6.5
	case r >= 0x2500 && r < 0x25a0: // frames and shades
		m.cost, m.after, m.before = 8, 4, 4
	}
	return m
}

// cost is that of all pairs.
func (r *reading) cost(pairs []pair) float32 {
	sum := r.encoding.prior
	for _, p := range pairs {
		sum += p.count * r.pairCost(p)
	}
	return sum
}

func (r *reading) pairCost(p pair) float32 {
	first, second := &r.bytes[p.first], &r.bytes[p.second]
	switch second.kind {
	case isUndefined, isForeign:
		return second.cost
	case isSymbol:
		return r.symbolAfter(first, second, p)
	}
	before := float32(0)
	if first.kind == isSymbol && second.kind != isSpace {
		before = first.before
	}
	if p.first < utf8.RuneSelf && p.second < utf8.RuneSelf {
		return r.asciiCost(first, second)
	}
	if p.second < utf8.RuneSelf && (first.kind == isUndefined || first.kind == isForeign || first.kind == isSymbol) {
		return before
	}
	return before + r.letterCost(first, second) + caseCost(first.kind, second.kind)
}

// letterCost is that of a letter, or of the end of a word.
func (r *reading) letterCost(first, second *byteMeaning) float32 {
	return float32(r.letters.Costs[int(first.class)*r.letters.Size()+int(second.class)]) / model.Unit
}

// asciiWeight is how much the ASCII letters of a word count that has others.
const asciiWeight = 0.7

// asciiCost is that of two ASCII characters, as much as it is more or less
// than in the mean of the languages: those of other scripts have no say.
func (r *reading) asciiCost(first, second *byteMeaning) float32 {
	if !r.latin {
		return 0
	}
	return asciiWeight * (r.letterCost(first, second) - meanASCII()[int(first.class)*model.FirstLetter+int(second.class)])
}

// meanASCII is the mean cost of two ASCII characters in the languages that are
// written in Latin letters.
var meanASCII = sync.OnceValue(func() []float32 {
	mean := make([]float32, model.FirstLetter*model.FirstLetter)
	n := float32(0)
	for _, l := range lettersOf() {
		if scriptOf(l.Alphabet[0]) != unicode.Latin {
			continue
		}
		n++
		for i := range mean {
			mean[i] += float32(l.Costs[i/model.FirstLetter*l.Size()+i%model.FirstLetter]) / model.Unit
		}
	}
	for i := range mean {
		mean[i] /= n
	}
	return mean
})

func (r *reading) symbolAfter(first, second *byteMeaning, p pair) float32 {
	switch {
	case p.first == p.second:
		return repeatedCost
	case first.kind != isSmall && first.kind != isCapital:
		return second.cost + second.apart
	case p.first < utf8.RuneSelf:
		return second.cost + second.after
	}
	return second.cost + second.after + r.letterCost(first, second)
}

func caseCost(first, second uint8) float32 {
	switch {
	case second == isCapital && first == isSmall:
		return capitalInWord
	case second == isCapital && first == isCapital:
		return capitalOn
	case second == isCapital:
		return capitalAtStart
	case second == isSmall && first == isCapital:
		return smallOn
	case second == isSmall && first != isSmall:
		return smallAtStart
	}
	return 0
}
