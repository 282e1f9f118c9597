package pdf

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

func (d *Document) property(name, value string) {
	value = strings.Join(strings.Fields(strings.ReplaceAll(value, "\x00", "")), " ")
	switch name {
	case "Title":
		if isTitle(value) {
			d.Title = value
		}
	case "Author":
		if isAuthor(value) {
			d.Author = value
		}
	case "Keywords":
		d.Keywords = value
	case "CreationDate":
		d.Created = isoDate(value)
	}
}

var noTitle = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(untitled|document|title|noname|none|null|unknown|unbenannt|ohne titel|sans[ -]titre|sin t[ií]tulo|senza titolo|sem t[ií]tulo|bez tytułu|без имени|без названия|без назви|presentation|powerpoint[ -](presentation|präsentation)|présentation powerpoint|presentación de powerpoint|презентация powerpoint|slide|print|layout|dokument|document\s?name|new document|no title|microsoft (word|powerpoint|excel)|full page photo|scan(ned document)?|\(.*\))?[ \d._-]*$` +
		`|^(microsoft (word|powerpoint|excel|office)|powerpoint|word)\b.*[-–] ` +
		`|\.(docx?|rtf|odt|pdf|tex|dvi|ps|eps|indd|qxd|qxp|pptx?|xlsx?|txt|html?|wpd|pages|fm|p65|cdr|ai|aspx?)(\b.{0,3})?$` +
		`|^(https?|file|about):|^[a-z]:\\|^\S+\.[a-z]\w{1,3}$`)
})

// isTitle tells a title that somebody wrote from what programs put there:
// names of files, of themselves, and of nothing.
func isTitle(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	single := !strings.ContainsAny(s, " ") && strings.ContainsAny(s, "_0123456789\\/")
	return letters >= 3 && len(s) <= 500 && !single && !strings.ContainsRune(s, unicode.ReplacementChar) && !noTitle().MatchString(s)
}

var noAuthor = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^((admin(istrator)?|user|owner|author|unknown|anonymous|default|root|guest|pc|home|test|none|null|n/?a|-|\pL)[ \d._-]*|\(.*\)|\w+\(0x[0-9a-f]+\)|[^\pL]*)$`)
})

// isAuthor leaves out the accounts of machines.
func isAuthor(s string) bool {
	return len(s) <= 500 && !noAuthor().MatchString(s)
}

var pdfDate = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?)?`)
})

// firstYear is when there were PDFs, as they write it.
const firstYear = "1993"

// isoDate writes a date as ISO 8601, as precise as the file has it (PDF 1.7,
// 7.9.4); "" where it is none.
func isoDate(s string) string {
	m := pdfDate().FindStringSubmatch(s)
	if m == nil || m[1] < firstYear {
		return "" // none, or where a clock begins that was never set
	}
	date := m[1]
	for _, part := range m[2:4] {
		if part == "" {
			return date
		}
		date += "-" + part
	}
	if m[4] == "" {
		return date
	}
	date += "T" + m[4] + ":" + m[5]
	if m[6] != "" {
		date += ":" + m[6]
	}
	switch {
	case m[7] != "":
		date += "Z"
	case m[8] != "" && m[9] != "":
		date += m[8] + ":" + m[9]
	}
	return date
}
