package search

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	wordToken    tokenKind = iota
	phraseToken            // text between quotes
	fieldToken             // text is the field's own name
	openToken              // (
	closeToken             // )
	orToken                // OR or |
	andToken               // AND
	notToken               // NOT or a leading -
	nearToken              // NEAR/n, ADJ/n
	sameToken              // SAME, PARA
	everyToken             // *
	addressToken           // https://...
	endToken
)

// lexeme is a piece of a query.
type lexeme struct {
	kind   tokenKind
	text   string // as typed, without the signs around it
	exact  bool
	prefix bool
	number int // of NEAR/n, ADJ/n, "..."~n, word~n; 0 where not given
	order  bool
}

// defaultNear is the distance of NEAR and ADJ without a number.
const defaultNear = 10

// maxNear bounds a distance in words.
const maxNear = 1000

// lexer cuts a query into pieces. It fails on nothing; what it has to
// straighten out it notes.
type lexer struct {
	s     string
	begun bool // something stands directly before s, without a blank
	notes []string

	ended  bool // behind is known
	behind int  // bytes behind the end of the word that was looked at last
}

func lex(query string) (pieces []lexeme, notes []string) {
	l := &lexer{s: query}
	for {
		rest := strings.TrimLeftFunc(l.s, isBlank)
		l.begun = len(pieces) > 0 && rest == l.s && pieces[len(pieces)-1].kind != openToken
		if l.s = rest; l.s == "" {
			return append(pieces, lexeme{kind: endToken}), l.notes
		}
		pieces = append(pieces, l.next())
	}
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError }

func (l *lexer) note(s string) { l.notes = append(l.notes, s) }

// next takes one piece off the front.
func (l *lexer) next() lexeme {
	r, size := utf8.DecodeRuneInString(l.s)
	switch {
	case r == '(':
		return l.sign(openToken, size)
	case r == ')':
		return l.sign(closeToken, size)
	case r == '|':
		l.s = strings.TrimLeft(l.s, "|")
		return lexeme{kind: orToken, text: "|"}
	case (r == '-' || r == '−') && !l.begun && startsOperand(l.s[size:]):
		return l.sign(notToken, size)
	case (r == '-' || r == '−') && l.begun && startsOperand(l.s[size:]): // "Divestment"-Bewegung
		l.s = l.s[size:]
		return l.next()
	case r == '+' && startsOperand(l.s[size:]):
		l.s = l.s[size:]
		return l.next()
	case r == '=' && startsOperand(l.s[size:]):
		return l.exact(size)
	case closingQuote(r) != 0:
		return l.phrase(size, closingQuote(r))
	}
	return l.word()
}

func (l *lexer) sign(kind tokenKind, size int) lexeme {
	text := l.s[:size]
	l.s = l.s[size:]
	return lexeme{kind: kind, text: text}
}

// startsOperand reports whether something to search for follows at once.
func startsOperand(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (unicode.IsLetter(r) || unicode.IsNumber(r) || r == '(' || r == '=' || closingQuote(r) != 0)
}

func (l *lexer) exact(size int) lexeme {
	l.s = l.s[size:]
	piece := l.next()
	switch piece.kind {
	case wordToken, phraseToken:
		piece.exact = true
	case andToken, orToken, notToken, nearToken, sameToken:
		return lexeme{kind: wordToken, text: piece.text, exact: true}
	}
	return piece
}

// closingQuote gives the quotation mark that ends what r begins; 0 if r
// begins nothing. Marks of many languages end with one another's, so any
// closing one is taken, see isClosing.
func closingQuote(r rune) rune {
	switch r {
	case '"', '“', '”', '„', '‟', '＂':
		return '”'
	case '«', '»', '‹', '›':
		return '»'
	}
	return 0
}

func isClosing(r, closing rune) bool { return closingQuote(r) == closing }

// phrase reads a text in quotes with what follows it: * or ~n.
func (l *lexer) phrase(size int, closing rune) lexeme {
	l.s = l.s[size:]
	piece := lexeme{kind: phraseToken}
	end := strings.IndexFunc(l.s, func(r rune) bool { return isClosing(r, closing) })
	if end < 0 {
		l.note("a quotation mark is not closed: read as closed at the end")
		piece.text, l.s = strings.TrimSpace(l.s), ""
		return piece
	}
	piece.text = strings.TrimSpace(l.s[:end])
	_, size = utf8.DecodeRuneInString(l.s[end:])
	l.s = l.s[end+size:]
	if rest, ok := strings.CutPrefix(l.s, "*"); ok {
		piece.prefix, l.s = true, rest
	}
	if rest, ok := strings.CutPrefix(l.s, "~"); ok {
		piece.number, l.s = distance(rest)
	}
	return piece
}

// distance reads the digits at the start of s.
func distance(s string) (n int, rest string) {
	end := 0
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil && end > 0 {
		n = maxNear
	}
	return min(max(n, 1), maxNear), s[end:]
}

// word reads up to the next blank, parenthesis, bar or quotation mark; a
// field name ends at its colon.
func (l *lexer) word() lexeme {
	end := l.wordEnd()
	text := l.s[:end]
	if name, ok := l.nameBefore(text); ok {
		l.s = l.s[len(name)+1:]
		if field := fieldName(name); field != "" {
			return lexeme{kind: fieldToken, text: field}
		}
		l.note(notAField(name))
		return lexeme{kind: wordToken, text: name}
	}
	l.s = l.s[end:]
	if operator, ok := operatorOf(text); ok {
		return operator
	}
	if isAddress(text) {
		return lexeme{kind: addressToken, text: text}
	}
	return l.plainWord(text)
}

func notAField(name string) string {
	if field := nearField(name); field != "" {
		return name + ": is not a field: its words are searched (did you mean " + field + ":? fields: archive help query)"
	}
	return name + ": is not a field: its words are searched (fields: archive help query)"
}

// wordEnd finds the end of the word that s begins with. Of many field names in
// a row it looks for the end only once.
func (l *lexer) wordEnd() int {
	if end := len(l.s) - l.behind; l.ended && end > 0 {
		return end
	}
	end := strings.IndexFunc(l.s, func(r rune) bool {
		return isBlank(r) || r == '(' || r == ')' || r == '|' || closingQuote(r) != 0
	})
	if end < 0 {
		end = len(l.s)
	}
	l.ended, l.behind = true, len(l.s)-end
	return end
}

// nameBefore gives what stands before a colon where it is, or looks like, the
// name of a field: letters alone, with something behind the colon that makes
// it neither an address nor the end of a clause.
func (l *lexer) nameBefore(text string) (name string, ok bool) {
	name, _, ok = strings.Cut(text, ":")
	if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return "", false
	}
	rest := l.s[len(name)+1:]
	r, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || isBlank(r) || r == ')' || strings.HasPrefix(rest, "//") {
		return "", false
	}
	return name, fieldName(name) != "" || startsOperand(rest)
}

// isAddress reports a web address, pasted as it is.
func isAddress(text string) bool {
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(text, "http://")
	}
	return ok && rest != ""
}

func operatorOf(text string) (lexeme, bool) {
	switch text {
	case "AND", "&&":
		return lexeme{kind: andToken, text: text}, true
	case "OR", "||":
		return lexeme{kind: orToken, text: text}, true
	case "NOT":
		return lexeme{kind: notToken, text: text}, true
	case "SAME", "PARA":
		return lexeme{kind: sameToken, text: text}, true
	case "NEAR", "ADJ":
		return lexeme{kind: nearToken, text: text, number: defaultNear, order: text == "ADJ"}, true
	}
	name, digits, ok := strings.Cut(text, "/")
	if !ok || name != "NEAR" && name != "ADJ" || digits == "" {
		return lexeme{}, false
	}
	n, rest := distance(digits)
	return lexeme{kind: nearToken, text: text, number: n, order: name == "ADJ"}, rest == ""
}

// plainWord takes the signs off a word.
func (l *lexer) plainWord(text string) lexeme {
	if strings.Trim(text, "*") == "" {
		return lexeme{kind: everyToken, text: text}
	}
	piece := lexeme{kind: wordToken, text: text}
	if bare := strings.TrimLeft(text, "*"); bare != text {
		l.note("a word cannot begin with *: " + bare + " is searched")
		piece.text = bare
	}
	if strings.Contains(strings.TrimRight(piece.text, "*"), "*") {
		l.note(piece.text + ": a * stands for letters only at the end of a word")
	}
	if bare := strings.TrimRight(piece.text, "*"); bare != piece.text {
		piece.text, piece.prefix = bare, true
	}
	if i := strings.LastIndexByte(piece.text, '~'); i > 0 && strings.Trim(piece.text[i:], "~0123456789") == "" {
		piece.text, piece.number = piece.text[:i], l.edits(piece.text[i+1:])
	}
	return piece
}

// maxEdits is how far a spelling may be from what was typed.
const maxEdits = 2

// edits reads what stands behind the ~ of a word.
func (l *lexer) edits(digits string) int {
	if digits == "" {
		return 1
	}
	n, _ := distance(digits)
	if n > maxEdits {
		l.note(fmt.Sprintf("~%s: spellings are searched up to ~%d", digits, maxEdits))
	}
	return min(n, maxEdits)
}
