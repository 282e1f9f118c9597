package ingest

import (
	"net/url"
	"os"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/archive/text"
)

// derivedTitle is how long a title made of the first sentence may be, in
// characters.
const derivedTitle = 100

// complete makes an article fit to store: clean text, fields of one line, and
// what can be worked out of what is there, marked as derived. It invents
// nothing: what is not certain stays empty.
func complete(a *Article) {
	clean(a)
	completeTitle(a)
	completeByline(a)
	completeLang(a)
	completeSource(a)
	a.Cites = citations(a)
}

// clean makes texts and fields such as the archive keeps.
func clean(a *Article) {
	a.Text = trimLines(withoutControls(text.Clean(a.Text)))
	for _, f := range []*Field{&a.Title, &a.Source, &a.Byline, &a.Published, &a.Captured, &a.Lang, &a.URL} {
		f.Value = oneLine(f.Value)
	}
	tags := a.Tags[:0]
	for _, t := range a.Tags {
		if t.Value = oneLine(t.Value); t.Value != "" {
			tags = append(tags, t)
		}
	}
	a.Tags = tags
}

func oneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(withoutControls(text.Clean(s))), " ")
}

// isOneLine reports text of printable ASCII without blanks to fold.
func isOneLine(s string) bool {
	last := byte(' ')
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && last == ' ' {
			return false
		}
		last = s[i]
	}
	return s == "" || last != ' '
}

// withoutControls drops the control characters that old wire and database
// exports leave in text; line ends and tabs stay.
func withoutControls(s string) string {
	if !mayHaveControls(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, s)
}

// mayHaveControls looks at bytes: the control characters beyond ASCII begin
// with 0xC2, as a few others do.
func mayHaveControls(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t':
		case c < ' ', c == 0x7f, c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0:
			return true
		}
	}
	return false
}

func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f
}

func completeTitle(a *Article) {
	if a.Title.Value != "" || a.Text == "" {
		return
	}
	a.Title = Field{
		Value:   text.Shorten(firstSentence(a.Text), derivedTitle),
		Line:    a.Line,
		Rule:    "first sentence",
		Derived: true,
	}
}

func completeByline(a *Article) {
	for _, p := range []string{"by ", "by: ", "von ", "par "} {
		if b := a.Byline.Value; len(b) > len(p) && strings.EqualFold(b[:len(p)], p) {
			a.Byline.Value = strings.TrimSpace(b[len(p):])
			return
		}
	}
}

func completeLang(a *Article) {
	if a.Lang.Value != "" {
		if lang := text.LanguageCode(a.Lang.Value); lang != "" {
			a.Lang.Value = lang
			return
		}
		a.Lang = Field{}
	}
	if lang, reliable := text.DetectLanguage(sampleOf(a)); reliable {
		a.Lang = Field{Value: lang, Rule: "detected", Derived: true}
	}
}

// languageSample is how much of a text its language is detected from, in
// bytes; more makes no difference.
const languageSample = 4096

func sampleOf(a *Article) string {
	s := a.Text
	if len(s) > languageSample {
		s = strings.ToValidUTF8(s[:languageSample], "")
	}
	if len(s) < languageSample/8 && !a.Title.Derived {
		s = a.Title.Value + "\n" + s
	}
	return s
}

func completeSource(a *Article) {
	if isURL(a.Source.Value) {
		if a.URL.Value == "" {
			a.URL = a.Source
		}
		a.Source.Value = hostOf(a.Source.Value)
	}
	if a.Source.Value != "" {
		return
	}
	if host := hostOf(a.URL.Value); host != "" {
		a.Source = Field{Value: host, Line: a.URL.Line, Rule: "host of the URL", Derived: true}
	}
}

// hostOf gives the host of an address without www., "" if there is none.
func hostOf(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// sourceFromFolder gives the name of the nearest folder of a file that can be
// the name of an outlet: not a date or a number, not one that programs make
// (_posts, .git), not one that only says what is in it or whose it is. It is
// "" if there is none. What lies above the imported place says where a person
// keeps it, so the search ends at that place, and for a file imported by its
// name at the folder it is in.
func sourceFromFolder(file, place string) string {
	file, place = slashed(file), slashed(place)
	dir := path.Dir(file)
	if file == place {
		place = dir
	}
	for ; dir == place || strings.HasPrefix(dir, strings.TrimSuffix(place, "/")+"/"); dir = path.Dir(dir) {
		if name := path.Base(dir); namesSource(name) && !isHome(dir) {
			return name
		}
		if dir == place {
			break
		}
	}
	return ""
}

func slashed(name string) string {
	return path.Clean(strings.ReplaceAll(name, `\`, "/"))
}

// isHome reports whether a folder is a person's, named after the person.
func isHome(dir string) bool {
	switch strings.ToLower(path.Base(path.Dir(dir))) {
	case "home", "users":
		return true
	}
	home, err := os.UserHomeDir()
	return err == nil && slashed(home) == dir
}

// containers are the names of folders that say nothing about who published
// what is inside, in the languages that systems are commonly set to.
const containers = " news articles article posts post content contents data dataset datasets corpus corpora files file docs doc documents texts text txts archive archives export exports import imports " +
	"download downloads desktop documents home users user root tmp temp var mnt media volumes shared public src test tests testdata input inbox new old misc backup backups sources source blog blogs feeds feed press clippings " +
	"html json jsonl csv tsv txt md markdown " +
	"dokumente schreibtisch artikel nachrichten texte dateien daten archiv presse benutzer " +
	"documentos escritorio descargas artículos articulos noticias textos archivos datos prensa " +
	"bureau téléchargements telechargements actualités nouvelles textes fichiers données presse " +
	"documenti scrivania scaricati articoli notizie testi " +
	"transferências notícias artigos arquivos dados " +
	"dokumenty pulpit pobrane artykuły wiadomości teksty pliki " +
	"документы загрузки статьи новости тексты файлы данные архив " +
	"документи завантаження статті новини тексти файли дані архів стіл "

func namesSource(name string) bool {
	if strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ":") {
		return false
	}
	if !strings.ContainsFunc(name, unicode.IsLetter) || strings.Contains(containers, " "+strings.ToLower(name)+" ") {
		return false
	}
	_, date := ReadDate(strings.ReplaceAll(name, "_", "-"))
	v := dateWords()
	return !date && v.months[strings.ToLower(name)] == 0
}

// maxSentence is how far into a text its first sentence is looked for, in
// bytes; titles need much less.
const maxSentence = 1000

// firstSentence gives the first sentence of a text, or the start of one that
// is very long.
func firstSentence(s string) string {
	s = strings.TrimLeft(s, " \t\n-*•–—#>·")
	if len(s) > maxSentence {
		s = strings.ToValidUTF8(s[:maxSentence], "")
	}
	s, _, _ = strings.Cut(s, "\n\n")
	return strings.TrimSpace(s[:sentenceEnd(s)])
}

// sentenceEnd gives the length of the first sentence of s with the quotation
// marks that close it.
func sentenceEnd(s string) int {
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		switch r {
		case '。', '！', '？':
			return end + closingMarks(s[end:])
		case '.', '!', '?', '…':
			end += closingMarks(s[end:])
			if end == len(s) {
				return end
			}
			if !isBlank(s[end]) || r == '.' && isAbbreviation(lastWord(s[:i+1])) {
				continue
			}
			if next := firstRune(strings.TrimLeft(s[end:], " \n\t\"'“”‘(«—–-")); !unicode.IsLower(next) {
				return end
			}
		}
	}
	return len(s)
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func closingMarks(s string) int {
	return len(s) - len(strings.TrimLeft(s, `"'”’»)]」』`))
}

func lastWord(s string) string {
	return s[strings.LastIndexAny(s, " \n\t(\"'“‘«")+1:]
}

// abbreviations end in a full stop that ends no sentence.
const abbreviations = " mr mrs ms dr prof st sen gen rep gov lt col capt sgt maj cpl rev hon pres amb sec inc corp ltd co bros plc no nos vs etc al jr sr dept est ave blvd fig vol ed " +
	"jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat sun pct approx ca bzw usw z.b nr str hr fr dipl u.a d.h " +
	"ст г гг им ул тыс млн млрд руб долл т.е т.д см вул ім тис грн "

// isAbbreviation reports whether a word that ends in a full stop is a short
// form: an initial, U.S., or one of the list.
func isAbbreviation(w string) bool {
	w, ok := strings.CutSuffix(w, ".")
	if !ok || w == "" {
		return false
	}
	w = strings.Trim(w, "(\"“‘«,")
	if utf8.RuneCountInString(w) == 1 {
		return unicode.IsUpper(firstRune(w))
	}
	if dotted := strings.Split(w, "."); len(dotted) > 1 {
		for _, part := range dotted {
			if utf8.RuneCountInString(part) > 2 || part == "" {
				return false
			}
		}
		return true
	}
	return strings.Contains(abbreviations, " "+strings.ToLower(w)+" ")
}
