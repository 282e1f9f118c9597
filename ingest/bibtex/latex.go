package bibtex

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// accents are the commands that put a sign on the next letter, and the
// combining character for it.
var accents = map[string]rune{
	"`": 0x300, "'": 0x301, "^": 0x302, "~": 0x303, "=": 0x304, "u": 0x306, ".": 0x307, `"`: 0x308,
	"r": 0x30a, "H": 0x30b, "v": 0x30c, "d": 0x323, "c": 0x327, "k": 0x328, "b": 0x331, "t": 0x361,
}

// symbols are the commands that stand for characters.
var symbols = map[string]string{
	"ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å",
	"l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
	"&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", "\n": " ", ",": " ", ";": " ", ":": " ", "!": "", "-": "", "/": "", "@": "",
	"textbackslash": `\`, "backslash": `\`, "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textbar": "|", "textless": "<", "textgreater": ">",
	"textdollar": "$", "textquotesingle": "'", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”", "textquotedbl": `"`,
	"quotesinglbase": "‚", "quotedblbase": "„", "guillemotleft": "«", "guillemotright": "»", "flqq": "«", "frqq": "»", "glqq": "„", "grqq": "“", "guilsinglleft": "‹", "guilsinglright": "›",
	"textendash": "–", "textemdash": "—", "ldots": "…", "dots": "…", "textellipsis": "…", "cdots": "⋯", "textbullet": "•", "textperiodcentered": "·", "cdot": "·", "textperthousand": "‰",
	"copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "texteuro": "€", "euro": "€", "EUR": "€", "pounds": "£", "textsterling": "£", "textyen": "¥", "textcent": "¢",
	"S": "§", "textsection": "§", "P": "¶", "textparagraph": "¶", "dag": "†", "textdagger": "†", "ddag": "‡", "degree": "°", "textdegree": "°", "textmu": "µ", "textordfeminine": "ª", "textordmasculine": "º",
	"textexclamdown": "¡", "textquestiondown": "¿", "slash": "/", "textonehalf": "½", "textonequarter": "¼", "textthreequarters": "¾", "texttimes": "×", "times": "×", "pm": "±", "textpm": "±", "div": "÷",
	"leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈", "sim": "∼", "infty": "∞", "rightarrow": "→", "to": "→", "leftarrow": "←", "partial": "∂", "nabla": "∇", "sum": "∑", "int": "∫", "in": "∈", "circ": "∘", "prime": "′", "ell": "ℓ", "langle": "⟨", "rangle": "⟩",
	"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
	"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
	"TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX", "space": " ", "quad": " ", "qquad": " ", "newline": "\n", "par": "\n\n", `\`: "\n", "ensuremath": "",
}

// Text gives the characters that LaTeX stands for: accents and symbols, the
// words in commands for type, formulas without their signs. Paragraphs stand
// a blank line apart.
func Text(latex string) string {
	t := &texer{s: latex}
	t.run()
	return folded(norm.NFC.String(t.b.String()))
}

// folded joins the lines of each paragraph.
func folded(s string) string {
	var paragraphs []string
	var words []string
	for line := range strings.Lines(s) {
		if fields := strings.Fields(line); len(fields) > 0 {
			words = append(words, fields...)
		} else if len(words) > 0 {
			paragraphs, words = append(paragraphs, strings.Join(words, " ")), nil
		}
	}
	if len(words) > 0 {
		paragraphs = append(paragraphs, strings.Join(words, " "))
	}
	return strings.Join(paragraphs, "\n\n")
}

// Verbatim gives a value in which backslashes only keep LaTeX off its own
// signs: an address.
func Verbatim(latex string) string {
	if i := strings.Index(latex, `\url{`); i >= 0 {
		latex, _, _ = strings.Cut(latex[i+len(`\url{`):], "}")
	}
	latex = strings.NewReplacer(`\~{}`, "~", `{\textasciitilde}`, "~", `\textasciitilde{}`, "~", `{\_}`, "_").Replace(latex)
	var b strings.Builder
	for i := 0; i < len(latex); i++ {
		c := latex[i]
		if c == '{' || c == '}' || c == '\\' && i+1 < len(latex) && strings.IndexByte(`_&%#$~{}^-`, latex[i+1]) >= 0 {
			continue
		}
		b.WriteByte(c)
	}
	return strings.TrimSpace(b.String())
}

// texer turns LaTeX into text.
type texer struct {
	s      string
	at     int
	math   bool
	accent rune // to be put on the next letter, 0 if none
	b      strings.Builder
}

func (t *texer) run() {
	for t.at < len(t.s) {
		switch c := t.s[t.at]; c {
		case '\\':
			t.at++
			t.command()
		case '{':
			t.at++
			if t.accent != 0 && strings.HasPrefix(t.s[t.at:], "}") {
				t.bare()
			}
		case '}':
			t.at++
		case '$':
			t.at++
			t.math = !t.math
		default:
			t.letter()
		}
	}
}

// letter writes a character that stands for itself, or several that do not.
func (t *texer) letter() {
	for _, l := range [...]struct{ tex, is string }{{"---", "—"}, {"--", "–"}, {"``", "“"}, {"''", "”"}, {"~", " "}} {
		if !t.math && strings.HasPrefix(t.s[t.at:], l.tex) {
			t.at += len(l.tex)
			t.put(l.is)
			return
		}
	}
	r, n := utf8.DecodeRuneInString(t.s[t.at:])
	t.at += n
	if t.math && (r == '^' || r == '_') {
		return
	}
	t.put(string(r))
}

// put writes characters, with the accent that waits on the first.
func (t *texer) put(s string) {
	if t.accent == 0 || s == "" {
		t.b.WriteString(s)
		return
	}
	if s == "ı" {
		s = "i"
	} else if s == "ȷ" {
		s = "j"
	}
	r, n := utf8.DecodeRuneInString(s)
	if unicode.IsSpace(r) && n == len(s) {
		return // between an accent and its letter
	}
	t.b.WriteRune(r)
	if unicode.IsLetter(r) {
		t.b.WriteRune(t.accent)
	}
	t.accent = 0
	t.b.WriteString(s[n:])
}

// bare ends an accent that has no letter: \~{} is a tilde.
func (t *texer) bare() {
	switch t.accent {
	case 0x303:
		t.b.WriteByte('~')
	case 0x302:
		t.b.WriteByte('^')
	}
	t.accent = 0
}

// command reads what stands behind a backslash. A command that is not known
// vanishes, and what it is about stays.
func (t *texer) command() {
	name := t.name()
	if accent, ok := accents[name]; ok && t.accented(name) {
		t.bare()
		t.accent = accent
		return
	}
	if s, ok := symbols[name]; ok {
		t.put(s)
		return
	}
	switch name {
	case "href":
		t.argument()
	case "begin", "end", "label", "cite", "vphantom", "hspace", "vspace", "color", "textcolor", "fontsize", "selectlanguage", "foreignlanguage":
		t.argument()
	}
}

// accented reports that a letter follows that the command can be about: \c
// may be the command of one letter only.
func (t *texer) accented(name string) bool {
	rest := strings.TrimLeft(t.s[t.at:min(len(t.s), t.at+8)], " \t\n")
	if rest == "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest[0] == '{' || rest[0] == '\\' || unicode.IsLetter(r)
}

// name reads the name of a command: letters, with the blanks behind them, or
// one other character.
func (t *texer) name() string {
	start := t.at
	for t.at < len(t.s) && (t.s[t.at]|0x20 >= 'a' && t.s[t.at]|0x20 <= 'z') {
		t.at++
	}
	if t.at == start {
		_, n := utf8.DecodeRuneInString(t.s[t.at:])
		t.at += n
		return t.s[start:t.at]
	}
	name := t.s[start:t.at]
	for t.at < len(t.s) && (t.s[t.at] == ' ' || t.s[t.at] == '\t') {
		t.at++
	}
	return name
}

// argument passes over an argument that is nothing to read.
func (t *texer) argument() {
	if !strings.HasPrefix(t.s[t.at:], "{") {
		return
	}
	end := strings.IndexByte(t.s[t.at:], '}')
	if end < 0 {
		end = len(t.s) - t.at - 1
	}
	t.at += end + 1
}

// Names gives the persons of a value such as that of author, as people write
// them: "Jane Marlow" for "Marlow, Jane". "others" is no person.
func Names(latex string) []string {
	var names []string
	for _, part := range splitAnd(latex) {
		if name := name(part); name != "" && name != "others" {
			names = append(names, name)
		}
	}
	return names
}

// splitAnd cuts at the words "and" that stand outside braces.
func splitAnd(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth = max(depth-1, 0)
		case 'a', 'A':
			if depth == 0 && i > start && isBlank(s[i-1]) && i+3 < len(s) && strings.EqualFold(s[i:i+3], "and") && isBlank(s[i+3]) {
				parts, start = append(parts, s[start:i]), i+3
				i += 2
			}
		}
	}
	return append(parts, s[start:])
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// name turns "von Last, Jr, First" round. What is in braces is one name.
func name(latex string) string {
	latex = strings.TrimSpace(latex)
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(latex); i++ {
		switch c := latex[i]; {
		case c == '\\':
			i++
		case c == '{':
			depth++
		case c == '}':
			depth = max(depth-1, 0)
		case c == ',' && depth == 0:
			parts, start = append(parts, latex[start:i]), i+1
		}
	}
	parts = append(parts, latex[start:])
	if n := len(parts); n > 1 {
		parts = append(parts[n-1:], parts[:n-1]...)
	}
	return strings.Join(strings.Fields(Text(strings.Join(parts, " "))), " ")
}
