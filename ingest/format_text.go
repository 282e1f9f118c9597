package ingest

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"example.com/archive/text"
)

// textFormat is plain text: one article a file, perhaps with a header.
var textFormat = &format{
	name:    "text",
	version: 2,
	claims:  claimedBy(looksLikeText, "txt", "text", "asc", "utf8"),
	read:    readText,
}

// looksLikeText takes everything that got this far without being binary, if
// it can be shown as text at all.
func looksLikeText(head []byte) bool {
	return len(bytes.TrimSpace(head)) > 0
}

func readText(ctx context.Context, in *input, out sink) error {
	s, err := in.readAll()
	if err != nil {
		return err
	}
	a := &Article{}
	parseText(a, s, 1)
	if a.Title.Value == "" && a.Text == "" {
		return errNothing
	}
	return out.article(a)
}

// readAll gives a whole file as clean text.
func (in *input) readAll() (string, error) {
	b, err := in.whole("the text of the article", maxText)
	if err != nil {
		return "", err
	}
	return text.Clean(in.text(b, in.charset)), nil
}

// How far into a text its metadata may stand, in lines.
const (
	maxHeaderLines = 40 // of a header
	maxHeadLines   = 6  // of title, byline and date without a header
)

// textLines goes through the lines of a text one after the other.
type textLines struct {
	s    string
	pos  int // where the next line starts
	line int // its number in the file
}

// next gives the next line without its end; false at the end of the text.
func (l *textLines) next() (string, bool) {
	if l.pos >= len(l.s) {
		return "", false
	}
	rest := l.s[l.pos:]
	end := strings.IndexByte(rest, '\n')
	if end < 0 {

		l.pos, l.line = len(l.s), l.line+1
		return rest, true
	}
	l.pos, l.line = l.pos+end+1, l.line+1
	return rest[:end], true
}

// peekText gives the next line that is not blank, trimmed, and how many blank
// lines stand before it.
func (l textLines) peekText() (string, int) {
	for blanks := 0; ; blanks++ {
		s, ok := l.next()
		if !ok {
			return "", blanks
		}
		if s = strings.TrimSpace(s); s != "" {
			return s, blanks
		}
	}
}

func (l *textLines) skipBlank() {
	for {
		ahead := *l
		s, ok := ahead.next()
		if !ok || strings.TrimSpace(s) != "" {
			return
		}
		*l = ahead
	}
}

// parseText fills an article from its text: header, title, byline and date
// where they are found, the rest as Text. Fields that the article has already
// stay. line is the number of the text's first line in its file.
func parseText(a *Article, s string, line int) {
	l := textLines{s: s, line: line}
	l.skipBlank()
	kept := dashHeader(a, &l)
	if kept == nil {
		kept = keyHeader(a, &l)
	}
	kept = append(kept, headLines(a, &l)...)
	l.skipBlank()
	a.Line = l.line - len(kept)
	a.Text = joinText(kept, l.s[min(l.pos, len(l.s)):])
}

// joinText puts lines of the head that were no metadata back in front.
func joinText(kept []string, rest string) string {
	rest = trimLines(rest)
	if len(kept) == 0 {
		return rest
	}
	return strings.TrimSpace(strings.Join(kept, "\n") + "\n\n" + rest)
}

// withoutIndent takes off the empty lines in front and the indent of the first
// line, unless the second has the same, as in a list.
func withoutIndent(s string) string {
	body := strings.TrimLeftFunc(s, unicode.IsSpace)
	front := s[:len(s)-len(body)]
	indent := front[strings.LastIndexByte(front, '\n')+1:]
	_, second, _ := strings.Cut(body, "\n")
	if indent != "" && strings.HasPrefix(strings.TrimLeft(second, "\n"), indent) {
		return indent + body
	}
	return body
}

// trimLines takes blank space off both ends of a text and the ends of its
// lines.
func trimLines(s string) string {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	if !strings.Contains(s, " \n") && !strings.Contains(s, "\t\n") && !strings.Contains(s, "\u00a0\n") {
		return withoutIndent(s)
	}
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\u00a0")
	}
	return withoutIndent(strings.Join(lines, "\n"))
}

// dashHeader reads a header of lines that start with "-- ": title, byline,
// date and address, each known by its shape, any of them perhaps empty. It
// takes nothing unless two are known; lines of it that are none of these come
// back to be kept in the text, and nil means that there was no header.
func dashHeader(a *Article, l *textLines) []string {
	ahead, found := *l, *a
	kept := []string{}
	known := 0
	for range maxHeaderLines {
		before := ahead
		s, ok := ahead.next()
		if !ok || s != "--" && !strings.HasPrefix(s, "-- ") {
			ahead = before
			break
		}
		s = strings.TrimSpace(s[2:])
		switch {
		case s == "":
		case headerLine(&found, s, before.line):
			known++
		default:
			kept = append(kept, s)
		}
	}
	if known < 2 {
		return nil
	}
	*l, *a = ahead, found
	return kept
}

func headerLine(a *Article, s string, line int) bool {
	if isURL(s) {
		return set(&a.URL, s, line, "header line with an address")
	}
	if name, ok := bylineName(s, true); ok {
		return set(&a.Byline, name, line, "header line with a byline")
	}
	if _, ok := ReadDate(s); ok && !allDigits(s) {
		return set(&a.Published, s, line, "header line with a date")
	}
	return set(&a.Title, s, line, "header line")
}

// set fills a field that is still empty.
func set(f *Field, value string, line int, rule string) bool {
	if f.Value != "" {
		return false
	}
	*f = Field{Value: strings.Join(strings.Fields(value), " "), Line: line, Rule: rule}
	return true
}

func isURL(s string) bool {
	return (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")) &&
		!strings.ContainsAny(s, " \t") && len(s) > len("https://")
}

// headerKeys are the words before the colon in a header, as foldName writes
// them. They are fewer than the names of fields: prose has colons too.
var headerKeys = map[string]string{
	"title":  "title headline subject titel überschrift schlagzeile titre заголовок назва",
	"author": "author authors by byline writer autor autoren auteur auteurs автор авторы автори",
	"date":   "date published publishedon pubdate publicationdate dateline datum veröffentlicht publié дата опубликовано опубліковано",
	"source": "source publication publisher newspaper outlet quelle zeitung источник издание джерело видання",
	"url":    "url link permalink address website ссылка посилання",
	"lang":   "lang language sprache langue язык мова",
	"tags":   "tags keywords categories category topics section schlagwörter теги ключевыеслова ключовіслова",
}

var headerFields = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for field, keys := range headerKeys {
		for _, k := range strings.Fields(keys) {
			m[k] = field
		}
	}
	return m
})

// keyHeader reads a header of lines "Key: value". It takes nothing unless two
// keys are known, or one and a blank line ends the header; what it does not
// know comes back to be kept in the text.
func keyHeader(a *Article, l *textLines) []string {
	ahead, found := *l, *a
	found.Tags = append([]Field(nil), a.Tags...)
	var kept []string
	known, blank := 0, false
	for range maxHeaderLines {
		before := ahead
		s, ok := ahead.next()
		blank = !ok || strings.TrimSpace(s) == ""
		key, value, isKey := cutKey(s)
		if blank || !isKey {
			ahead = before
			break
		}
		if keyLine(&found, key, value, before.line) {
			known++
		} else {
			kept = append(kept, strings.TrimSpace(s))
		}
	}
	if known == 0 || known == 1 && !blank {
		return nil
	}
	*l, *a = ahead, found
	return kept
}

// cutKey parts "Key: value"; a key is at most three words.
func cutKey(s string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(s, ":")
	if !ok || utf8.RuneCountInString(key) > 30 || strings.HasPrefix(value, "//") {
		return "", "", false
	}
	words := len(strings.Fields(key))
	plain := !strings.ContainsFunc(key, func(r rune) bool { return unicode.IsPunct(r) && r != '-' && r != '_' && r != '.' && r != '\'' })
	return strings.TrimSpace(key), strings.TrimSpace(value), plain && words >= 1 && words <= 3
}

func keyLine(a *Article, key, value string, line int) bool {
	rule := "header " + key
	field := headerFields()[foldName(key)]
	if field == "" {
		return false
	}
	if value == "" {
		return true
	}
	switch field {
	case "title":
		return set(&a.Title, value, line, rule)
	case "author":
		return set(&a.Byline, value, line, rule)
	case "source":
		return len(strings.Fields(value)) <= 10 && set(&a.Source, value, line, rule)
	case "date":
		_, ok := ReadDate(value)
		return ok && set(&a.Published, value, line, rule)
	case "url":
		return isURL(value) && set(&a.URL, value, line, rule)
	case "lang":
		return text.LanguageCode(value) != "" && set(&a.Lang, value, line, rule)
	case "tags":
		for _, tag := range list(value) {
			a.Tags = append(a.Tags, Field{Value: strings.TrimSpace(tag), Line: line, Rule: rule})
		}
	}
	return true
}

// headLines reads title, byline and date that stand on lines of their own at
// the top of a text. Lines between them, such as the deck under a title, come
// back to be kept.
func headLines(a *Article, l *textLines) []string {
	var kept, held []string
	mayBeTitle := a.Title.Value == ""
	ahead := *l
	for range maxHeadLines {
		ahead.skipBlank()
		line := ahead.line
		s, ok := ahead.next()
		if !ok {
			break
		}
		s = strings.TrimSpace(s)
		switch {
		case headField(a, s, line):
			kept, held, *l = append(kept, held...), nil, ahead
		case mayBeTitle && isTitle(s, ahead):
			set(&a.Title, s, line, "title line")
			mayBeTitle, *l = false, ahead
		case len(s) > maxDeck || a.Title.Value == "":
			return kept
		default:
			mayBeTitle = false
			held = append(held, s)
		}
	}
	return kept
}

// maxDeck is how long a line between title and byline may be, in bytes.
const maxDeck = 300

// headField takes a line that is a byline or a date and nothing else.
func headField(a *Article, s string, line int) bool {
	if a.Byline.Value == "" {
		if name, ok := bylineName(s, a.Title.Value != ""); ok {
			return set(&a.Byline, name, line, "byline on its own line")
		}
	}
	if a.Published.Value == "" {
		if date, ok := dateLine(s); ok {
			return set(&a.Published, date, line, "date on its own line")
		}
	}
	return false
}

// Words that stand before a date and say that it is the day of publication.
var datePrefixes = []string{"published:", "published on", "published", "posted:", "posted on", "posted", "date:", "veröffentlicht am", "veröffentlicht:", "publié le", "publicado el", "опубликовано:", "опубликовано", "опубліковано:", "опубліковано"}

// dateLine gives the date of a line that holds nothing else. Without a word
// before it, a number alone is no date.
func dateLine(s string) (string, bool) {
	if len(s) > maxDateLen {
		return "", false
	}
	lower := strings.ToLower(s)
	for _, p := range datePrefixes {
		if rest, ok := strings.CutPrefix(lower, p); ok && len(lower) == len(s) {
			rest = strings.TrimSpace(s[len(s)-len(rest):])
			_, ok := ReadDate(rest)
			return rest, ok
		}
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", false
	}
	_, ok := ReadDate(s)
	return s, ok
}

// Words that begin a byline. The weak ones are ordinary words too, and are
// taken only below a title and before two or three words of a name.
var (
	bylinePrefixes = []string{"written by", "story by", "reported by", "words by", "text by", "by:", "by", "author:", "автор:", "автори:", "авторы:", "текст:", "von:", "par:", "作者：", "作者:", "記者：", "记者："}
	weakPrefixes   = []string{"von", "par", "por", "di", "автор"}
)

const maxBylineWords = 10

// bylineName gives the name on a line that is a byline and nothing else.
func bylineName(s string, underTitle bool) (string, bool) {
	if len(s) > 200 {
		return "", false
	}
	for _, p := range bylinePrefixes {
		if name, ok := cutWord(s, p); ok {
			return name, looksLikeNames(name)
		}
	}
	for _, p := range weakPrefixes {
		name, ok := cutWord(s, p)
		words := len(strings.Fields(name))
		if ok && underTitle && words >= 2 && words <= 3 && !isParticle(strings.Fields(name)[0]) {
			return name, looksLikeNames(name)
		}
	}
	return "", false
}

// cutWord takes a word off the front of a line, in any letter case but with
// its first letter a capital one where it has any.
func cutWord(s, word string) (string, bool) {
	if len(s) <= len(word) || !strings.EqualFold(s[:len(word)], word) {
		return "", false
	}
	if first, _ := utf8.DecodeRuneInString(s); unicode.IsLower(first) {
		return "", false
	}
	rest := s[len(word):]
	last, _ := utf8.DecodeLastRuneInString(word)
	if unicode.IsLetter(last) && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	return strings.Join(strings.Fields(rest), " "), true
}

var particles = " de del della di da dos van von der den ter la le el al bin ibn abu and und et y e i und та і и & "

func isParticle(w string) bool { return strings.Contains(particles, " "+w+" ") }

// looksLikeNames reports whether the words are all written as names are. What
// follows a comma may be a place or an office, in small letters too.
func looksLikeNames(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > maxBylineWords {
		return false
	}
	// Jan and May are first names as well.
	if isCalendarWord(words[0]) && (len(words) == 1 || len(words[0]) > len("April")) {
		return false
	}
	if strings.ContainsAny(s, "?!:;\"“”()0123456789") || endsSentence(s) {
		return false
	}
	names, extra, found := strings.Cut(s, ",")
	if found && len(strings.Fields(extra)) > 5 {
		return false
	}
	for i, w := range strings.Fields(names) {
		first, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(first) && (i == 0 || !isParticle(w)) && !hasInnerCapital(w) {
			return false
		}
	}
	return true
}

// hasInnerCapital finds names such as d'Arcy and al-Masri.
func hasInnerCapital(w string) bool {
	return strings.ContainsAny(w, "'’-") && strings.ContainsFunc(w, unicode.IsUpper)
}

// endsSentence reports whether a full stop at the end is more than that of an
// initial or a short form.
func endsSentence(s string) bool {
	words := strings.Fields(s)
	last := words[len(words)-1]
	return strings.HasSuffix(last, ".") && !isAbbreviation(last)
}

func isCalendarWord(w string) bool {
	v := dateWords()
	w = strings.ToLower(strings.Trim(w, ",."))
	return len(w) > 2 && (v.months[w] > 0 || v.fillers[w])
}

// maxTitle is the length of the longest line taken for a title, in characters.
const maxTitle = 200

// isTitle tells a title on a line of its own from the first line of the text,
// by the line and what follows it.
func isTitle(s string, after textLines) bool {
	if !mayBeTitle(s) {
		return false
	}
	next, blanks := after.peekText()
	if next == "" || blanks > 0 || isDateline(next) || next[0] == '(' {
		return true
	}
	if _, ok := bylineName(next, true); ok {
		return true
	}
	if _, ok := dateLine(next); ok {
		return true
	}
	first, _ := utf8.DecodeRuneInString(next)
	if unicode.IsLower(first) {
		return false
	}
	// Lines of a hard-wrapped paragraph are about as long as each other.
	length, below := utf8.RuneCountInString(s), utf8.RuneCountInString(next)
	if 2*below >= 3*length || below > length && below >= 120 {
		return true
	}
	return isDeck(next, after)
}

// isDeck reports whether the line below a title is a second title: it looks
// like one, and a blank line parts it from the text.
func isDeck(next string, after textLines) bool {
	after.next()
	_, blanks := after.peekText()
	return blanks > 0 && mayBeTitle(next)
}

// mayBeTitle judges a line by itself: short, not ended as a sentence, no item
// of a list, no remark in brackets, no dateline.
func mayBeTitle(s string) bool {
	if utf8.RuneCountInString(s) > maxTitle || !strings.ContainsFunc(s, unicode.IsLetter) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if strings.ContainsRune("-*•–—·◦#>|<[(!`_~+=", first) || strings.ContainsRune(".。:：;；,，、…-", last) && !isAbbreviation(s[strings.LastIndexByte(s, ' ')+1:]) {
		return false
	}
	if isNumbered(s) || isURL(s) || isDateline(s) {
		return false
	}
	return !unicode.IsLower(first) || startsWithBrand(s)
}

// startsWithBrand finds words such as iPhone and eBay.
func startsWithBrand(s string) bool {
	for i, r := range s {
		if i > 0 {
			return unicode.IsUpper(r)
		}
	}
	return false
}

// isNumbered finds items such as "1. " and "2) ".
func isNumbered(s string) bool {
	digits := strings.TrimLeft(s, "0123456789")
	return digits != s && (strings.HasPrefix(digits, ". ") || strings.HasPrefix(digits, ") "))
}

// isDateline finds "KYIV (Reuters) - " and "TOKYO, June 29 - " at the start.
func isDateline(s string) bool {
	head, _, found := cutDash(s)
	if !found || len(head) > 60 {
		return false
	}
	return strings.HasSuffix(head, ")") || strings.Contains(head, ", ") && strings.ToUpper(firstWord(head)) == firstWord(head)
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// cutDash cuts at the first dash that has blanks around it.
func cutDash(s string) (before, after string, found bool) {
	for _, dash := range []string{" - ", " -- ", " – ", " — "} {
		if i := strings.Index(s, dash); i >= 0 && (!found || i < len(before)) {
			before, after, found = s[:i], s[i+len(dash):], true
		}
	}
	return before, after, found
}
