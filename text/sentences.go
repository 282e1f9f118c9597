package text

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SentenceEnds gives, in order, the bytes of s at which a sentence ends and
// another can begin; the end of s is not among them. A sentence ends behind
// . ! ? and their like in other scripts, as in UAX #29 (Unicode Text
// Segmentation, section 5), and where a paragraph does. Unlike there a line
// end alone ends nothing, for texts are stored with broken lines, and the
// points of abbreviations, initials and ordinal numbers are told by the words
// around them.
func SentenceEnds(s string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < len(s); {
			end, ends := stopAt(s, i)
			if ends && end < len(s) && !yield(end) {
				return
			}
			i = end
		}
	}
}

// ParagraphEnds gives, in order, the bytes of s at which a blank line or a
// paragraph separator (U+2029) begins that has text on both sides.
func ParagraphEnds(s string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < len(s); {
			at := strings.IndexAny(s[i:], "\n\r\u2029")
			if at < 0 {
				return
			}
			end, ends := lineEnd(s, i+at)
			if ends && end < len(s) && !yield(i+at) {
				return
			}
			i = end
		}
	}
}

// lineEnd passes over the white space that begins with a line end at i and
// reports whether a blank line is in it.
func lineEnd(s string, i int) (end int, blank bool) {
	lines := 0
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\u2029':
			lines = 2
		case r == '\n', r == '\r' && !strings.HasPrefix(s[i+1:], "\n"):
			lines++
		case !unicode.IsSpace(r):
			return i, lines > 1
		}
		i += size
	}
	return i, lines > 1
}

// stopAt looks at what stands at i: it gives where to go on, and whether a
// sentence ends there.
func stopAt(s string, i int) (next int, ends bool) {
	if c := s[i]; c < utf8.RuneSelf && c != '.' && c != '!' && c != '?' && c != '\n' && c != '\r' {
		return i + 1, false
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	switch r {
	case '\n', '\r', '\u2029':
		return lineEnd(s, i)
	case '。', '！', '？', '｡', '．':
		return afterStops(s, i), true
	case '.', '!', '?', '…', '‽', '؟', '۔', '।', '॥', '։', '።':
		end := afterStops(s, i)
		return end, endsAt(s, i, end)
	}
	return i + size, false
}

// afterStops passes over marks that end a sentence and those that close what
// was opened in it.
func afterStops(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !strings.ContainsRune(".!?…‽؟۔।॥։።。！？｡．", r) && !isCloser(r) {
			break
		}
		i += size
	}
	for _, blank := range []string{" ", "\u00a0", "\u202f"} { // French: « Non ! »
		if strings.HasPrefix(s[i:], blank+"»") {
			return i + len(blank+"»")
		}
	}
	return i
}

func isCloser(r rune) bool {
	return r == '"' || r == '\'' || unicode.In(r, unicode.Pe, unicode.Pf) || r == '“' || r == '«'
}

// endsAt reports whether the marks s[from:to] end a sentence: white space
// follows them and then no small letter, and a single point belongs to no
// abbreviation.
func endsAt(s string, from, to int) bool {
	next := strings.TrimLeftFunc(s[to:], unicode.IsSpace)
	if len(next) == len(s)-to && next != "" {
		return false
	}
	next = strings.TrimLeftFunc(next, opens)
	if r, _ := utf8.DecodeRuneInString(next); unicode.IsLower(r) {
		return false
	}
	return s[from] != '.' || strings.HasPrefix(s[from+1:], ".") || !isAbbreviated(s[:from], next)
}

// opens reports a mark, or a blank behind one, that stands before the first
// word of a sentence.
func opens(r rune) bool {
	return r == '"' || r == '\'' || r == ' ' || r == '¿' || r == '¡' || unicode.In(r, unicode.Ps, unicode.Pi, unicode.Pd)
}

// maxAbbreviation bounds, in bytes, how far back the word before a point is
// looked for.
const maxAbbreviation = 32

// isAbbreviated reports whether a point behind before, with next behind it,
// is that of an abbreviation, an initial or an ordinal number.
func isAbbreviated(before, next string) bool {
	word, rest := lastWord(before)
	r, size := utf8.DecodeRuneInString(word)
	switch {
	case word == "":
		return false
	case size == len(word) && unicode.IsLetter(r):
		return !beginsSentence(next) || unicode.IsLower(r)
	case strings.Trim(word, "0123456789") == "":
		return len(word) <= 2 && isOrdinal(rest, next)
	}
	lower := strings.ToLower(word)
	return abbreviations[lower] || beforeNumber[lower] && startsWithDigit(next)
}

// lastWord gives the letters or digits that s ends with, and what is before.
func lastWord(s string) (word, rest string) {
	low := max(0, len(s)-maxAbbreviation)
	at := len(s)
	for at > low {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			break
		}
		at -= size
	}
	return s[at:], s[:at]
}

// isOrdinal tells the number of "am 3. Mai" from that at a sentence's end.
func isOrdinal(rest, next string) bool {
	before, _ := lastWord(strings.TrimRight(rest, " "))
	return ordinalBefore[strings.ToLower(before)] || months[strings.ToLower(firstWord(next))]
}

func startsWithDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

func firstWord(s string) string {
	end := strings.IndexFunc(s[:min(len(s), maxAbbreviation)], func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = min(len(s), maxAbbreviation)
	}
	return s[:end]
}

// beginsSentence reports a word that hardly ever stands behind an initial.
func beginsSentence(next string) bool { return starters[firstWord(next)] }

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var (
	starters = setOf(`The This That These Those He She It We They You There In On At But And If When His Her Its Our Their
		Der Die Das Er Sie Es Wir Ein Eine Aber Im Le La Les Il Elle Nous Mais Un Une El Los Las Ella Pero
		Он Она Они Оно Мы Это Но Він Вона Вони Воно Ми Це Але`)
	abbreviations = setOf(`mr mrs ms messrs dr prof rev hon sr jr gen col maj capt cpt lt sgt adm cmdr sen rep gov pres st mt ft vs cf al
		fig figs eq vol vols nos pp ed eds approx dept est jan feb mar apr jun jul aug sept sep oct nov dec
		hr fr frl nr str bzw ca evtl ggf inkl zzgl vgl abs art bd jh hrsg dipl ing
		mme mlle mgr dra sra srta lic avda núm pág
		гг вв ул пер пл им проф акад доц рис табл см ср тыс млн млрд руб обл тов изд зв вул тис ім акад див грн`)
	beforeNumber  = setOf(`no art p s n nr ч с`)
	ordinalBefore = setOf(`am der die das dem den des im vom zum zur beim bis und ab seit`)
	months        = setOf(`januar jänner februar märz april mai juni juli august september oktober november dezember
		jahrhundert jahrhunderts januára februára marca`)
)
