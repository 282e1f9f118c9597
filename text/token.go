package text

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is one word of a text as it is indexed.
type Token struct {
	Start, End int    // bytes of the text that it stands for
	Surface    string // folded, not stemmed
	Stem       string // what the index holds
	// Tail marks the last character of a run in a script without blanks,
	// which stands alone so that every character begins a token. A query
	// of two characters or more has no use for it.
	Tail bool
}

// maxToken bounds a token in bytes; what is longer is cut, in the index as
// in the query. FTS5 allows 32 KB, no word needs it.
const maxToken = 64

// maxCached bounds the words whose analysis is remembered.
const maxCached = 1 << 15

// Analyser cuts texts of one language into tokens. It remembers what it has
// worked out, so one is kept for many texts; it is not safe for concurrent use.
type Analyser struct {
	stem   stemmer
	elided []string // "l", "d", ...: what stands before an apostrophe
	cache  map[string][]Token
	// movesInitials is true where a stem may begin otherwise than its word.
	movesInitials bool
}

// NewAnalyser makes an analyser for a language by its ISO 639-1 code. For ""
// and for languages without a stemmer the words' script decides.
func NewAnalyser(lang string) *Analyser {
	return &Analyser{
		stem:          stemmerFor(lang),
		elided:        elisions[lang],
		cache:         make(map[string][]Token),
		movesInitials: movesInitials[lang],
	}
}

// Index gives the stems of a text in order, joined by blanks: what the
// full-text index is given for the text.
func (a *Analyser) Index(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for t := range a.Tokens(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Stem)
	}
	return b.String()
}

// Tokens goes through the words of a text: word boundaries by UAX #29,
// hyphenated words and numbers with points as their parts in sequence,
// acronyms with points (U.S.) as one word, scripts written without blanks as
// overlapping pairs of characters.
func (a *Analyser) Tokens(s string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		for g := (segments{text: s}); g.next(); {
			seg := s[g.start:g.end]
			if g.unspaced && !pairs(seg, g.start, yield) || !g.unspaced && !a.word(seg, g.start, yield) {
				return
			}
		}
	}
}

// Find goes through the words of a text that have a surface: those of Tokens,
// without analysing any that plainly is another word.
func (a *Analyser) Find(s, surface string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		ours := func(t Token) bool { return t.Surface != surface || yield(t) }
		for g := (segments{text: s}); g.next(); {
			seg := s[g.start:g.end]
			if g.unspaced && !pairs(seg, g.start, ours) || !g.unspaced && !isOther(seg, surface) && !a.word(seg, g.start, ours) {
				return
			}
		}
	}
}

// isOther reports a segment of ASCII letters and digits alone, which is one
// word, that is not the one with this surface.
func isOther(seg, surface string) bool {
	if len(seg) == len(surface) && strings.EqualFold(seg, surface) || len(seg) > maxToken {
		return false
	}
	for i := range len(seg) {
		if !isAlnum(seg[i]) {
			return false
		}
	}
	return true
}

// word yields the tokens of one segment, which stands at offset in the text.
func (a *Analyser) word(seg string, offset int, yield func(Token) bool) bool {
	tokens, ok := a.cache[seg]
	if !ok {
		tokens = a.analyse(seg)
		if len(a.cache) >= maxCached {
			clear(a.cache)
		}
		a.cache[strings.Clone(seg)] = tokens
	}
	for _, t := range tokens {
		t.Start += offset
		t.End += offset
		if !yield(t) {
			return false
		}
	}
	return true
}

// analyse cuts a segment into its parts and folds and stems each.
func (a *Analyser) analyse(seg string) []Token {
	var tokens []Token
	if isAcronym(seg) {
		return a.part(tokens, seg, 0, len(seg))
	}
	start := -1
	for i, r := range seg {
		switch inside := isWordRune(r) || isApostrophe(r) || unicode.Is(unicode.Cf, r); {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			tokens = a.part(tokens, seg, start, i)
			start = -1
		}
	}
	if start >= 0 {
		tokens = a.part(tokens, seg, start, len(seg))
	}
	return tokens
}

// part appends the tokens of seg[start:end]: one, but for characters such as
// ½ that NFKC makes several words of.
func (a *Analyser) part(tokens []Token, seg string, start, end int) []Token {
	folded := Fold(a.bare(seg[start:end]))
	if folded != "" && strings.IndexFunc(folded, isNoWordRune) < 0 {
		return append(tokens, a.token(folded, start, end))
	}
	for _, surface := range strings.FieldsFunc(folded, isNoWordRune) {
		tokens = append(tokens, a.token(surface, start, end))
	}
	return tokens
}

func (a *Analyser) token(surface string, start, end int) Token {
	surface = truncate(strings.Clone(surface))
	return Token{Start: start, End: end, Surface: surface, Stem: truncate(a.stem(surface))}
}

// bare takes an elided article (l'été) and a possessive ending (Putin's) off
// a word, and the points out of an acronym.
func (a *Analyser) bare(word string) string {
	if isAcronym(word) {
		return strings.ReplaceAll(word, ".", "")
	}
	for i, r := range word {
		if !isApostrophe(r) {
			continue
		}
		before, after := word[:i], word[i+utf8.RuneLen(r):]
		if before != "" && strings.EqualFold(after, "s") {
			return before
		}
		if after != "" && containsFold(a.elided, before) {
			return after
		}
	}
	return word
}

// elisions holds what each language elides before a vowel.
var elisions = map[string][]string{
	"fr": {"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"},
	"it": {"l", "d", "c", "un", "dell", "all", "dall", "nell", "sull", "quest", "quell", "bell", "sant"},
	"ca": {"l", "d", "m", "n", "s", "t"},
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// isAcronym reports single letters joined by points: U.S, J.R.R.
func isAcronym(s string) bool {
	letters, wantLetter := 0, true
	for _, r := range s {
		if wantLetter != unicode.IsLetter(r) || !wantLetter && r != '.' {
			return false
		}
		if wantLetter {
			letters++
		}
		wantLetter = !wantLetter
	}
	return letters > 1 && !wantLetter
}

func truncate(s string) string {
	if len(s) <= maxToken {
		return s
	}
	n := maxToken
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isAlnum(byte(r))
	}
	if isWideLetter(r) {
		return true
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
}

func isNoWordRune(r rune) bool { return !isWordRune(r) }

func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
