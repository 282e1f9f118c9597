package ingest

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"example.com/archive/ingest/charset"
	"example.com/archive/ingest/html"
)

// pressFormat is what the press databases Nexis, Factiva and ProQuest save as
// text or as a web page: many articles in one file.
var pressFormat = &format{
	name:    "press",
	version: 2,
	strings: true,
	claims:  isPress,
	read:    readPress,
}

// pressMark is how the start of a file tells which database wrote it.
type pressMark struct {
	// words are those of which each match holds one: most texts hold none,
	// and need not be matched.
	words   []string
	pattern *regexp.Regexp
}

var pressMarks = sync.OnceValue(func() []pressMark {
	return []pressMark{
		{[]string{"ocument", "DOCUMENT", "DOKUMENT", "okument"}, nexisNumber()},
		{[]string{"LOAD-DATE:", "End of Document"}, regexp.MustCompile(`(?m)^[ \t]*LOAD-DATE:|^[ \t]*End of Document[ \t\r]*$`)},
		{[]string{"Length: ", "Länge: ", "Longueur: "}, regexp.MustCompile(`(?ms)^[ \t]*(?:Length|Länge|Longueur): \d[\d.,]* .*^[ \t]*Body[ \t\r]*$`)},
		{[]string{"\nWC"}, regexp.MustCompile(`(?ms)^HD(?:\s\s|\t|$).*^WC(?:\s\s|\t|$).*^PD(?:\s\s|\t|$)`)},
		{[]string{" words", " Wörter", " mots"}, regexp.MustCompile(`(?m)^[ \t]*\d[\d.,]* (?:words|Wörter|mots)[ \t\r]*\n+[^\n]{6,40}\n`)},
		{[]string{"ocument ", "okument "}, factivaEnd()},
		{[]string{"____________________"}, regexp.MustCompile(`(?ms)^_{20,}.*^(?:Full text|Publication info|Volltext|Texte intégral|Publication title): `)},
		{[]string{"Documents (", "Dokumente ("}, regexp.MustCompile(`(?m)^[ \t]*(?:Documents|Dokumente) \(\d+\)[ \t\r]*$`)},
		{[]string{"Report Information from ProQuest"}, regexp.MustCompile(`(?m)^Report Information from ProQuest`)},
	}
})

func (m pressMark) in(head []byte) bool {
	return slices.ContainsFunc(m.words, func(w string) bool { return bytes.Contains(head, []byte(w)) }) && m.pattern.Match(head)
}

var (
	nexisNumber = lazily(`(?m)^[ \t]*(?:FOCUS - )?(?:\d+ (?:of|von|sur|de) \d+ (?:DOCUMENTS?|DOKUMENTEN?|documents?)|(?:Document|Dokument) \d+ (?:of|von|sur|de) \d+)[ \t\r]*$`)
	nexisEnd    = lazily(`(?m)^[ \t]*(?:End of Document|Ende des Dokuments|Fin du document)[ \t\r]*$`)
	factivaEnd  = lazily(`(?m)^(?:AN[\s|]+)?(?:Document|Dokument) ([A-Z][A-Z0-9]{3,}[a-z0-9]{10,})[ \t\r]*$`)
	proquestRow = lazily(`(?m)^_{20,}[ \t\r]*$`)
	pressPage   = lazily(`(?i)Hide XML section from browser|<div[^>]*class="article (?:en|de|fr)Article|<title>[^<]*(?:LexisNexis|Factiva|ProQuest)|<a name="?DocID_[A-Z]`)
)

func isPress(name string, head []byte) bool {
	switch extension(name) {
	case "html", "htm":
		return pressPage().Match(head)
	case "", "txt", "text":
	default:
		return false
	}
	return slices.ContainsFunc(pressMarks(), func(m pressMark) bool { return m.in(head) })
}

func readPress(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the download", maxText)
	if err != nil {
		return err
	}
	s := in.text(b, in.charset, charset.Declared(b))
	if firstTag().Match(bytes.TrimSpace(b)) || pressPage().Match(b[:min(len(b), headSize)]) {
		return in.readPress(ctx, b, pressPageText([]byte(s), ""), htmlFormat, out)
	}
	return in.readPress(ctx, b, s, textFormat, out)
}

// readPress hands on the articles in the text of a download. A file that only
// looked like one is read as the other format that it is.
func (in *input) readPress(ctx context.Context, b []byte, text string, other *format, out sink) error {
	if articles := splitPress(text); articles != nil {
		return handPress(articles, out)
	}
	in.through(bytes.NewReader(b))
	take := out.article
	out.article = func(a *Article) error {
		a.Type = other.name
		return take(a)
	}
	return other.read(ctx, in, out)
}

// proquestAnchor is the mark before each article of a page by ProQuest.
var proquestAnchor = lazily(`(?i)<a name="?DocID_`)

// pressPageText gives the text of a page, with a rule before each article
// that only a mark in the page parts from the one above.
func pressPageText(b []byte, charset string) string {
	page := decodePage(b, charset)
	return html.Text(proquestAnchor().ReplaceAllFunc(page, func(anchor []byte) []byte {
		return append([]byte("<p>"+strings.Repeat("_", 60)+"</p>"), anchor...)
	}))
}

func handPress(articles []*Article, out sink) error {
	var names memberNames
	for i, a := range articles {
		if a.Member == "" && len(articles) > 1 {
			a.Member = fmt.Sprintf("document %d", i+1)
		}
		a.Member = names.unique(a.Member)
		if err := out.article(a); err != nil {
			return err
		}
	}
	return nil
}

// splitPress gives the articles of a text that a press database wrote, nil if
// none did. What stands between them and is no article's stays one of its own.
func splitPress(s string) []*Article {
	s = strings.NewReplacer("\r\n", "\n", "\f", "\n", "\u00a0", " ").Replace(s)
	switch {
	case proquestRow().MatchString(s) && proquestBody().MatchString(s):
		parts := proquestRow().Split(s, -1)
		if !proquestBody().MatchString(parts[0]) {
			parts = parts[1:] // what was asked for
		}
		return pressParts(parts, proquestArticle)
	case factivaEnd().MatchString(s):
		return pressParts(splitAfter(s, factivaEnd()), factivaArticle)
	case nexisEnd().MatchString(s) && nexisLength().MatchString(s):
		parts := nexisEnd().Split(s, -1)
		parts[0] = withoutCover(parts[0])
		return pressParts(parts, nexisArticle)
	case nexisNumber().MatchString(s) && nexisLength().MatchString(s):
		parts := nexisNumber().Split(s, -1)
		if !nexisLength().MatchString(parts[0]) {
			parts = parts[1:] // the cover
		}
		return pressParts(parts, nexisArticle)
	case strings.Contains(s, "LOAD-DATE:") && strings.Contains(s, "LENGTH:"):
		return pressParts([]string{s}, nexisArticle)
	}
	return nil
}

// splitAfter cuts behind each match.
func splitAfter(s string, end *regexp.Regexp) []string {
	var parts []string
	from := 0
	for _, at := range end.FindAllStringIndex(s, -1) {
		parts = append(parts, s[from:at[1]])
		from = at[1]
	}
	return append(parts, s[from:])
}

func pressParts(parts []string, read func([]string) *Article) []*Article {
	var articles []*Article
	for _, part := range parts {
		paragraphs := pressParagraphs(part)
		if len(paragraphs) == 0 || isPressCover(paragraphs) {
			continue
		}
		a := read(paragraphs)
		if strings.TrimSpace(a.Text) == "" && a.Title.Value == "" {
			a.Text = strings.Join(paragraphs, "\n\n")
		}
		articles = append(articles, a)
	}
	return articles
}

// isPressCover reports the pages that a database puts around the articles.
func isPressCover(paragraphs []string) bool {
	for _, begin := range []string{"Report Information from ProQuest", "Table of contents", "Contact us at:", "Search Summary", "Suchzusammenfassung", "Database copyright", "Bibliography", "Download Request:", "Date and Time:", "Search Results", "Document Email"} {
		if strings.HasPrefix(paragraphs[0], begin) {
			return true
		}
	}
	return len(paragraphs) == 1 && pressImprint().MatchString(paragraphs[0])
}

// pressImprint is the last line of a download.
var pressImprint = lazily(`^(?:©|\(c\)) \d{4} (?:Factiva|Dow Jones|ProQuest|LexisNexis)[^\n]*$`)

// nexisCover is how the page begins that lists the articles of a download.
var nexisCover = lazily(`(?m)^[ \t]*(?:Date and Time|Datum und Uhrzeit|Date et heure|Job Number|Auftragsnummer|Numéro de tâche|(?:Documents|Dokumente) \(\d+\)|User Name)\b`)

// withoutCover takes the cover from the first article of a download, which
// nothing parts from it: the article begins two paragraphs above its date,
// which is the last above its labels.
func withoutCover(part string) string {
	if !nexisCover().MatchString(part[:min(len(part), headSize)]) {
		return part
	}
	paragraphs := pressParagraphs(part)
	end := slices.IndexFunc(paragraphs, func(p string) bool { return nexisLength().MatchString(p) })
	for i := min(end, len(paragraphs)) - 1; i > 1; i-- {
		if _, ok := pressDate(paragraphs[i]); ok {
			return strings.Join(paragraphs[i-2:], "\n\n")
		}
	}
	return part
}

// pressParagraphs cuts at blank lines; lines lose the blanks around them.
func pressParagraphs(s string) []string {
	var paragraphs, lines []string
	flush := func() {
		if len(lines) > 0 {
			paragraphs = append(paragraphs, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line == "" {
			flush()
			continue
		}
		lines = append(lines, line)
	}
	flush()
	return paragraphs
}

func pressField(value, rule string) Field {
	if value = oneLine(value); value == "" {
		return Field{}
	}
	return Field{Value: value, Rule: rule}
}

// pressDate finds the date that a line begins with, before what else stands on
// it: the edition, the time of day in words.
func pressDate(line string) (string, bool) {
	words := strings.Fields(line)
	for n := min(len(words), 8); n > 0; n-- {
		candidate := strings.TrimRight(strings.Join(words[:n], " "), ",;:")
		if d, ok := ReadDate(candidate); ok && len(d.String()) >= len("2006-01") {
			return candidate, true
		}
	}
	return "", false
}

// The labels of Nexis, in the languages of its pages, and what they mean here.
var nexisLabels = map[string]string{
	"HEADLINE": "title", "TITEL": "title", "TITRE": "title", "SCHLAGZEILE": "title", "TÍTULO": "title",
	"BYLINE": "byline", "AUTOR": "byline", "AUTEUR": "byline", "VERFASSER": "byline",
	"SECTION": "section", "RUBRIK": "section", "RUBRIQUE": "section", "RESSORT": "section", "SECCIÓN": "section", "SECTIE": "section",
	"LENGTH": "length", "LÄNGE": "length", "LONGUEUR": "length", "LONGITUD": "length", "LENGTE": "length", "LUNGHEZZA": "length",
	"HIGHLIGHT": "highlight", "DATELINE": "highlight", "ENCART": "highlight", "DATUMZEILE": "highlight", "ORIGINE-DEPECHE": "highlight",
	"LANGUAGE": "lang", "SPRACHE": "lang", "LANGUE": "lang", "IDIOMA": "lang", "TAAL": "lang",
	"SUBJECT": "tags", "SUJET": "tags", "THEMA": "tags", "TEMA": "tags",
	"GRAPHIC": "graphic", "GRAFIK": "graphic", "GRAPHIQUE": "graphic", "GRAPHIK": "graphic", "GRAPHIE": "graphic", "ILLUSTRATION": "graphic",
	"LOAD-DATE": "", "UPDATE": "", "DATE-CHARGEMENT": "", "FECHA-CARGA": "",
	"PUBLICATION-TYPE": "", "PUBLIKATIONSTYP": "", "TYPE-PUBLICATION": "", "JOURNAL-CODE": "", "ZEITUNGS-CODE": "", "CODE-REVUE": "",
	"ORGANIZATION": "", "ORGANISATION": "", "COMPANY": "", "SOCIETE": "", "PERSON": "", "PERSONNE": "", "GEOGRAPHIC": "", "LOCALISATION-GEO": "",
	"COUNTRY": "", "PAYS": "", "STATE": "", "CITY": "", "INDUSTRY": "", "SECTEUR-ACTIVITE": "", "TICKER": "", "SYMBOLE-BOURSIER": "",
	"DOCUMENT-TYPE": "", "ACC-NO": "", "SERIES": "", "CORRECTION-DATE": "", "CORRECTION": "graphic", "TYPE": "", "ISSN": "", "DISTRIBUTION": "",
}

var (
	nexisField     = lazily(`^[ \t]*([A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]{2,20}):(?:[ \t]|$)`)
	pressCopyright = lazily(`(?im)^(?:copyright\b|\(c\)|©|all rights reserved|alle rechte vorbehalten|tous droits réservés)`)
	nexisBody      = lazily(`(?i)^(?:body|volltext|textkörper|corps)$`)
	nexisLength    = lazily(`(?im)^[ \t]*(?:(?:length|länge|longueur|longitud|lengte|lunghezza) ?:\s*\d[\d.,]* *(?:words?|wörter|mots?|palabras|woorden|parole)\b|(?:load-date|date-chargement): )`)
	percentage     = lazily(`\s*\(\d+%\)`)
)

// maxLabel is where the sign behind a label stands at the latest, in bytes.
const maxLabel = 64

// nexisLabel takes a paragraph with a label apart.
func nexisLabel(paragraph string) (label, rest string, ok bool) {
	if strings.IndexByte(paragraph[:min(len(paragraph), maxLabel)], ':') < 0 {
		return "", "", false
	}
	m := nexisField().FindStringSubmatchIndex(paragraph)
	if m == nil || m[0] != 0 {
		return "", "", false
	}
	label = strings.ToUpper(paragraph[m[2]:m[3]])
	_, ok = nexisLabels[label]
	return label, strings.TrimSpace(paragraph[m[1]:]), ok
}

// nexisArticle reads one article of Nexis: free lines and labelled ones, the
// text, labelled ones again.
func nexisArticle(paragraphs []string) *Article {
	paragraphs = partLabels(paragraphs)
	n := &nexisPart{a: &Article{}}
	begin := n.head(paragraphs)
	end := len(paragraphs)
	for end > begin && n.isTail(paragraphs[end-1]) {
		end--
	}
	for _, p := range paragraphs[end:] {
		n.labelled(p)
	}
	for _, p := range paragraphs[begin:end] {
		n.text = append(n.text, strings.ReplaceAll(p, "\n", " "))
	}
	if n.free(); n.a.Published.Value == "" {
		n.a.Text = strings.Join(paragraphs, "\n\n")
		return n.a
	}
	n.a.Text = strings.Join(append(append(n.highlights, n.text...), n.graphics...), "\n\n")
	return n.a
}

// partLabels makes a paragraph of each labelled line that follows another, and
// one of a label and what it is about where a blank line stands between.
func partLabels(paragraphs []string) []string {
	var parted []string
	for _, p := range paragraphs {
		if n := len(parted); n > 0 && isEmptyLabel(parted[n-1]) && !isEmptyLabel(p) {
			if _, _, labelled := nexisLabel(p); !labelled {
				parted[n-1] += " " + strings.ReplaceAll(p, "\n", " ")
				continue
			}
		}
		var lines []string
		for line := range strings.SplitSeq(p, "\n") {
			_, _, labelled := nexisLabel(line)
			if (labelled || nexisBody().MatchString(line)) && len(lines) > 0 {
				parted, lines = append(parted, strings.Join(lines, "\n")), nil
			}
			lines = append(lines, line)
		}
		parted = append(parted, strings.Join(lines, "\n"))
	}
	return parted
}

// isEmptyLabel reports a label without what it is about.
func isEmptyLabel(p string) bool {
	_, value, ok := nexisLabel(p)
	return ok && value == ""
}

type nexisPart struct {
	a                          *Article
	lines                      []string // without a label, before the text
	highlights, text, graphics []string
}

// head reads what stands before the text and gives where that begins.
func (n *nexisPart) head(paragraphs []string) int {
	last := lastOfHead(paragraphs)
	for _, p := range paragraphs[:last] {
		if n.labelled(p) || pressCopyright().MatchString(p) || nexisBody().MatchString(p) || nexisNumber().MatchString(p) {
			continue
		}
		n.lines = append(n.lines, p)
	}
	return last
}

// maxHeadParagraphs is how far a label may stand from the top of an article.
const maxHeadParagraphs = 25

// lastOfHead counts the paragraphs before the text: up to the line "Body", or
// up to the labels around LENGTH, or up to the date.
func lastOfHead(paragraphs []string) int {
	top := paragraphs[:min(len(paragraphs), maxHeadParagraphs)]
	last, date := 0, 0
	for i, p := range top {
		label, _, labelled := nexisLabel(p)
		switch {
		case nexisBody().MatchString(p):
			return i + 1
		case labelled && nexisLabels[label] != "" && !isTailLabel(label):
			if last > 0 && i > last+1 {
				return last
			}
			last = i + 1
		case date == 0 && last == 0:
			if _, ok := pressDate(p); ok {
				date = i + 1
			}
		}
	}
	return max(last, date)
}

// isTailLabel reports the labels that stand below a text.
func isTailLabel(label string) bool {
	return slices.Contains([]string{"graphic", "lang", "tags"}, nexisLabels[label])
}

func (n *nexisPart) isTail(p string) bool {
	_, _, labelled := nexisLabel(p)
	return labelled || p == "Classification" || p == "Klassifizierung" || len(p) < 300 && pressCopyright().MatchString(p)
}

func (n *nexisPart) labelled(p string) bool {
	label, value, ok := nexisLabel(p)
	if !ok {
		return false
	}
	field := pressField(value, label)
	switch nexisLabels[label] {
	case "title":
		n.a.Title = field
	case "byline":
		n.a.Byline = field
	case "lang":
		field.Value, _, _ = strings.Cut(field.Value, ";") // the same in another language
		n.a.Lang = field
	case "highlight":
		n.highlights = append(n.highlights, field.Value)
	case "graphic":
		n.graphics = append(n.graphics, label+": "+field.Value)
	case "section":
		n.tags(value, label, ";")
	case "tags":
		n.tags(value, label, "")
	}
	return true
}

// tags takes the subjects of a label, or only the first where what follows
// the sign until says the page.
func (n *nexisPart) tags(value, label, until string) {
	if until != "" {
		value, _, _ = strings.Cut(value, until)
	}
	for tag := range strings.SplitSeq(percentage().ReplaceAllString(value, ""), ";") {
		if f := pressField(tag, label); f.Value != "" {
			n.a.Tags = append(n.a.Tags, f)
		}
	}
}

// free tells the outlet, the date and the title among the lines without a
// label. The outlet stands before the date, the title before the outlet in
// newer downloads and after the date in older ones.
func (n *nexisPart) free() {
	var lines []string
	for _, p := range n.lines {
		lines = append(lines, strings.Split(p, "\n")...)
	}
	for i, line := range lines {
		date, ok := pressDate(line)
		if !ok || i == 0 {
			continue
		}
		n.a.Published = pressField(date, "the line of the date")
		n.a.Source = pressField(lines[i-1], "the line before the date")
		n.titled(lines[:i-1], n.after(i+1, lines))
		return
	}
}

// after gives the title of an older download: its last paragraph before the
// labels, behind the edition.
func (n *nexisPart) after(from int, lines []string) string {
	if from >= len(lines) {
		return ""
	}
	last := strings.Split(n.lines[len(n.lines)-1], "\n")
	if len(last) > len(lines)-from {
		return "" // the edition, below the date
	}
	return strings.Join(last, " ")
}

func (n *nexisPart) titled(before []string, after string) {
	if n.a.Title.Value != "" {
		return
	}
	if len(before) > 0 {
		n.a.Title = pressField(strings.Join(before, " "), "the lines before the outlet")
		return
	}
	n.a.Title = pressField(after, "the lines after the date")
}
