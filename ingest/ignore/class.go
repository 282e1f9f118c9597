package ignore

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// named are the classes of POSIX, as ASCII has them, as the inside of a class
// of a regular expression. None holds the slash: no class matches it.
var named = map[string]string{
	"alnum": `0-9A-Za-z`, "alpha": `A-Za-z`, "blank": ` \t`, "cntrl": `\x00-\x1f\x7f`, "digit": `0-9`,
	"graph": `!-.0-~`, "lower": `a-z`, "print": ` -.0-~`, "punct": "!-.:-@\\[-`{-~", "space": `\t-\r `,
	"upper": `A-Z`, "xdigit": `0-9A-Fa-f`,
}

// class translates "[...]" at the beginning of rest, which is n bytes; 0 where
// it never closes or names a class that there is not.
func class(rest string) (part string, n int) {
	c := classReader{rest: rest[1:]}
	c.rest, c.negated = strings.CutPrefix(c.rest, "!")
	if !c.negated {
		c.rest, c.negated = strings.CutPrefix(c.rest, "^")
	}
	for first := true; first || !strings.HasPrefix(c.rest, "]"); first = false {
		if !c.item() {
			return "", 0
		}
	}
	n = len(rest) - len(c.rest) + 1
	switch {
	case c.negated:
		return `[^/` + c.out.String() + `]`, n
	case c.out.Len() == 0:
		return `[^\x00-\x{10ffff}]`, n
	}
	return `[` + c.out.String() + `]`, n
}

type classReader struct {
	rest    string
	negated bool
	out     strings.Builder // the inside of a class of a regular expression
}

// item reads a character, a range of them or a named class.
func (c *classReader) item() bool {
	if inner, ok := strings.CutPrefix(c.rest, "[:"); ok {
		name, after, closed := strings.Cut(inner, "]")
		if class, is := strings.CutSuffix(name, ":"); closed && is {
			c.rest = after
			c.out.WriteString(named[class])
			return named[class] != ""
		}
	}
	from, ok := c.character()
	if !ok {
		return false
	}
	to := from
	if len(c.rest) > 1 && c.rest[0] == '-' && c.rest[1] != ']' {
		c.rest = c.rest[1:]
		if to, ok = c.character(); !ok {
			return false
		}
	}
	c.add(from, min(to, '/'-1))
	c.add(max(from, '/'+1), to)
	return true
}

func (c *classReader) character() (r rune, ok bool) {
	c.rest, _ = strings.CutPrefix(c.rest, `\`)
	r, n := utf8.DecodeRuneInString(c.rest)
	c.rest = c.rest[n:]
	return r, n > 0
}

// add writes a range; nothing for an empty one.
func (c *classReader) add(from, to rune) {
	if from <= to {
		c.out.WriteString(escaped(from) + "-" + escaped(to))
	}
}

func escaped(r rune) string {
	return fmt.Sprintf(`\x{%x}`, r)
}
