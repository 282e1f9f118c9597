package office

import (
	"bufio"
	"fmt"
	"io"
)

type rtfKind int

const (
	rtfByte rtfKind = iota // of text
	rtfOpen
	rtfClose
	rtfControl
)

// rtfToken is a piece of RTF.
type rtfToken struct {
	kind    rtfKind
	char    byte   // of text
	word    string // of a control, or its sign
	param   int
	given   bool // a parameter
	starred bool // \* stands before it
}

// rtfTokens cuts RTF into pieces.
type rtfTokens struct {
	r    *bufio.Reader
	left *io.LimitedReader // under r
}

// maxRTF bounds an RTF file in bytes; pictures stand in it as text.
const maxRTF = 1 << 30

func newRTFTokens(r io.Reader) *rtfTokens {
	left := &io.LimitedReader{R: r, N: maxRTF}
	return &rtfTokens{bufio.NewReader(left), left}
}

// next gives the next piece. Data in binary is passed over.
func (t *rtfTokens) next() (rtfToken, error) {
	for {
		c, err := t.r.ReadByte()
		if err == io.EOF && t.left.N <= 0 {
			err = fmt.Errorf("it is larger than %d MiB", maxRTF>>20)
		}
		if err != nil {
			return rtfToken{}, err
		}
		switch c {
		case '{':
			return rtfToken{kind: rtfOpen}, nil
		case '}':
			return rtfToken{kind: rtfClose}, nil
		case '\\':
			token, err := t.control()
			if err != nil || token.word != "bin" {
				return token, err
			}
			if err := t.discard(token.param); err != nil {
				return rtfToken{}, err
			}
		case '\r', '\n', 0:
		case '\t':
			return rtfToken{kind: rtfControl, word: "tab"}, nil
		default:
			return rtfToken{char: c}, nil
		}
	}
}

func (t *rtfTokens) discard(n int) error {
	_, err := io.CopyN(io.Discard, t.r, int64(max(n, 0)))
	return err
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// control reads what follows a backslash.
func (t *rtfTokens) control() (rtfToken, error) {
	c, err := t.r.ReadByte()
	switch {
	case err != nil:
		return rtfToken{}, err
	case isLetter(c):
		t.r.UnreadByte()
		return t.word(), nil
	case c == '\'':
		return t.hex(), nil
	case c == '\\' || c == '{' || c == '}':
		return rtfToken{char: c}, nil
	case c == '\r' || c == '\n':
		return rtfToken{kind: rtfControl, word: "par"}, nil
	case c == '*':
		return t.starredWord()
	}
	return rtfToken{kind: rtfControl, word: string(rune(c))}, nil
}

// starredWord reads the control that \* is said of.
func (t *rtfTokens) starredWord() (rtfToken, error) {
	for {
		c, err := t.r.ReadByte()
		switch {
		case err != nil:
			return rtfToken{}, err
		case c == ' ' || c == '\r' || c == '\n':
			continue
		case c != '\\':
			t.r.UnreadByte()
			return rtfToken{kind: rtfControl, word: "*", starred: true}, nil
		}
		if next, _ := t.r.Peek(1); string(next) == "*" {
			t.r.Discard(1) // said twice
			continue
		}
		token, err := t.control()
		token.starred = token.kind == rtfControl
		return token, err
	}
}

// What a control may measure; the standard allows less.
const (
	maxRTFWord   = 64
	maxRTFDigits = 10
)

// word reads a control word with its parameter and the blank that ends it.
func (t *rtfTokens) word() rtfToken {
	token := rtfToken{kind: rtfControl}
	var name []byte
	c, err := t.r.ReadByte()
	for ; err == nil && isLetter(c); c, err = t.r.ReadByte() {
		if len(name) < maxRTFWord {
			name = append(name, c)
		}
	}
	token.word = string(name)
	negative := err == nil && c == '-'
	if negative {
		c, err = t.r.ReadByte()
	}
	for digits := 0; err == nil && isDigit(c); c, err = t.r.ReadByte() {
		token.given = true
		if digits++; digits < maxRTFDigits {
			token.param = token.param*10 + int(c-'0')
		}
	}
	if negative {
		token.param = -token.param
	}
	if err == nil && c != ' ' {
		t.r.UnreadByte()
	}
	return token
}

// hex reads the two digits of \'hh. What is not two digits stands for nothing.
func (t *rtfTokens) hex() rtfToken {
	value := 0
	for range 2 {
		c, err := t.r.ReadByte()
		digit, ok := hexDigit(c)
		if err != nil {
			break
		}
		if !ok {
			t.r.UnreadByte()
			return rtfToken{kind: rtfControl, word: "'"}
		}
		value = value<<4 | digit
	}
	return rtfToken{char: byte(value)}
}

func hexDigit(c byte) (int, bool) {
	switch {
	case isDigit(c):
		return int(c - '0'), true
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10, true
	}
	return 0, false
}
