package ingest

import (
	"strings"
)

var (
	factivaCode  = lazily(`^(SE|HD|CR|BY|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CO|IN|NS|RE|IPC|IPD|PUB|RF|CT|ART|CLM|AN|NGC|GC|NGO|CX|DE|DLN|ATC|FDS|RIC)(?: +\|(?: |$)|[ \t\x{00a0}]{2,}|\t|$)`)
	factivaWords = lazily(`^\d[\d.,  ]* (?:words|Wörter|mots|palabras|parole)$`)
	factivaLangs = lazily(`(?i)^(?:english|german|french|spanish|italian|deutsch|englisch|französisch|anglais|allemand|français|russian|dutch|polish)$`)
)

// factivaArticle reads one article of Factiva, with codes or without.
func factivaArticle(paragraphs []string) *Article {
	lines := strings.Split(strings.Join(paragraphs, "\n\n"), "\n")
	member := ""
	if m := factivaEnd().FindStringSubmatch(lines[len(lines)-1]); m != nil {
		member, lines = "id "+m[1], lines[:len(lines)-1]
	}
	a := factivaCoded(lines)
	if a == nil {
		a = factivaPlain(lines)
	}
	a.Member = member
	return a
}

// factivaCoded reads the layout with codes of two letters; nil if it is not
// that.
func factivaCoded(lines []string) *Article {
	values, order := map[string][]string{}, ""
	for _, line := range lines {
		if m := factivaCode().FindStringSubmatch(line); m != nil && (order != "TD" || values[m[1]] == nil) {
			order = m[1]
			line = strings.TrimSpace(line[len(m[0]):])
		}
		values[order] = append(values[order], line)
	}
	if values["HD"] == nil || values["PD"] == nil && values["SN"] == nil {
		return nil
	}
	get := func(code string) Field { return pressField(strings.Join(values[code], " "), "code "+code) }
	a := &Article{Title: get("HD"), Byline: get("BY"), Published: get("PD"), Source: get("SN"), Lang: get("LA")}
	if section := get("SE"); section.Value != "" {
		a.Tags = []Field{section}
	}
	text := append(append(append([]string{}, values["LP"]...), ""), values["TD"]...)
	a.Text = strings.TrimSpace(strings.Join(text, "\n"))
	return a
}

// factivaPlain reads the layout without codes: title, author, number of words,
// date, outlet, then lines up to the copyright, and the text.
func factivaPlain(lines []string) *Article {
	whole := &Article{Text: strings.TrimSpace(strings.Join(lines, "\n"))}
	words, copyright := factivaHead(lines)
	if words < 1 || copyright < 0 {
		return whole
	}
	head := nonBlank(lines[:words])
	after := nonBlank(lines[words+1 : copyright])
	if len(after) < 2 || len(head) == 0 {
		return whole
	}
	date, ok := pressDate(after[0])
	if !ok {
		return whole
	}
	a := &Article{Text: strings.TrimSpace(strings.Join(lines[copyright+1:], "\n"))}
	a.Published = pressField(date, "the line after the number of words")
	a.Source = pressField(factivaOutlet(after[1:]), "the line after the date")
	factivaNames(a, head)
	for _, line := range after {
		if factivaLangs().MatchString(line) {
			a.Lang = pressField(line, "the line of the language")
		}
	}
	return a
}

var clockLine = lazily(`^\d{1,2}:\d{2}`)

// factivaOutlet passes over the time of day, which some outlets give.
func factivaOutlet(lines []string) string {
	if clockLine().MatchString(lines[0]) && len(lines) > 1 {
		return lines[1]
	}
	return lines[0]
}

// factivaHead finds the lines of the number of words and of the copyright.
func factivaHead(lines []string) (words, copyright int) {
	words, copyright = -1, -1
	for i, line := range lines[:min(len(lines), 60)] {
		switch {
		case words < 0 && factivaWords().MatchString(line):
			words = i
		case words >= 0 && pressCopyright().MatchString(line):
			return words, i
		}
	}
	return words, copyright
}

// factivaNames tells the title from the author below and the section above.
func factivaNames(a *Article, head []string) {
	last := head[len(head)-1]
	if lower := strings.ToLower(last); len(head) > 1 && len(last) < 120 && (strings.HasPrefix(lower, "by ") || strings.HasPrefix(lower, "von ") || strings.HasPrefix(lower, "par ")) {
		a.Byline = pressField(last, "the line before the number of words")
		head = head[:len(head)-1]
	}
	if len(head) > 1 && len(head[0]) <= 30 && len(head[0]) < len(head[1]) {
		a.Tags = []Field{pressField(head[0], "the line before the title")}
		head = head[1:]
	}
	a.Title = pressField(strings.Join(head, " "), "the lines before the number of words")
}

func nonBlank(lines []string) []string {
	var kept []string
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// The labels of ProQuest that end a text, in the languages of its pages.
const proquestLabels = "Abstract|Zusammenfassung|Résumé|Full text|Volltext|Texte intégral|Author|Autor|Auteur|Subject|Fach|Sujet|Title|Titel|Titre|Publication title|Titel der Publikation|Titre de la publication|Publication info|Pages|Seiten|First page|Number of pages|Publication year|Erscheinungsjahr|Publication date|Erscheinungsdatum|Publikationsdatum|Date de publication|Section|Publisher|Verlag|Éditeur|Place of publication|Country of publication|Publication subject|ISSN|e-ISSN|Source type|Language of publication|Publikationssprache|Langue de publication|Document type|ProQuest document ID|Document URL|Dokument-URL|Copyright|Last updated|Database|Location|People|Company / organization|Identifier / keyword|Links|Edition|Dateline|Column|column|Credit|Year|Volume|Issue"

var (
	proquestBody  = lazily(`(?m)^(?:Full text|Volltext|Texte intégral|Publication title|Titel der Publikation|Titre de la publication|Publication info|Abstract): `)
	proquestField = lazily(`^(` + proquestLabels + `):(?:[ \t]+|\n|$)`)
	proquestOf    = lazily(`^(?:Document|Dokument) \d+ (?:of|von|sur|de) \d+\n?`)
	webAddress    = lazily(`^https?://\S+$`)
)

// proquestArticle reads one article of ProQuest: its title, then labelled
// parts, of which the full text goes over paragraphs.
func proquestArticle(paragraphs []string) *Article {
	values, label := map[string][]string{}, ""
	for _, p := range paragraphs {
		if p = proquestOf().ReplaceAllString(p, ""); p == "" {
			continue
		}
		if p == "ProQuest document link" {
			continue
		}
		if m := proquestField().FindStringSubmatch(p); m != nil {
			label, p = m[1], p[len(m[0]):]
		}
		values[label] = append(values[label], strings.TrimSpace(p))
	}
	get := func(labels ...string) Field {
		for _, l := range labels {
			if f := pressField(strings.Join(values[l], " "), l); f.Value != "" {
				return f
			}
		}
		return Field{}
	}
	a := &Article{
		Title:     get("Title", "Titel", "Titre"),
		Byline:    proquestPersons(get("Author", "Autor", "Auteur")),
		Source:    get("Publication title", "Titel der Publikation", "Titre de la publication"),
		Published: get("Publication date", "Erscheinungsdatum", "Publikationsdatum", "Date de publication", "Publication year", "Erscheinungsjahr"),
		Lang:      get("Language of publication", "Publikationssprache", "Langue de publication"),
		URL:       get("Document URL", "Dokument-URL"),
	}
	a.URL.Value = strings.ReplaceAll(a.URL.Value, " ", "")  // left where lines were joined
	a.Source.Value, _, _ = strings.Cut(a.Source.Value, ";") // the place
	a.Source.Value = strings.TrimSpace(a.Source.Value)
	if section := get("Section", "Rubrik"); section.Value != "" {
		a.Tags = append(a.Tags, section)
	}
	subjects := get("Subject", "Fach", "Sujet")
	for tag := range strings.SplitSeq(subjects.Value, ";") {
		if f := pressField(tag, subjects.Rule); f.Value != "" {
			a.Tags = append(a.Tags, f)
		}
	}
	if a.Title.Value == "" && len(values[""]) > 0 && !webAddress().MatchString(values[""][0]) {
		a.Title = pressField(values[""][0], "the first line")
	}
	a.Text = proquestText(values, a.Title.Value)
	return a
}

// proquestPersons writes the names with the given one first.
func proquestPersons(f Field) Field {
	var names []string
	for name := range strings.SplitSeq(f.Value, ";") {
		if name = givenFirst(strings.TrimSpace(name)); name != "" && name != "Anonymous" {
			names = append(names, name)
		}
	}
	f.Value = strings.Join(names, ", ")
	return f
}

// proquestText prefers the full text to the abstract. Where the part has
// neither, all that stands without a label is its text.
func proquestText(values map[string][]string, title string) string {
	for _, l := range []string{"Full text", "Volltext", "Texte intégral", "Abstract", "Zusammenfassung", "Résumé"} {
		if t := strings.TrimSpace(strings.Join(values[l], "\n\n")); t != "" && t != "None available." {
			return t
		}
	}
	free := values[""]
	if len(free) > 0 && oneLine(free[0]) == title {
		free = free[1:]
	}
	return strings.Join(free, "\n\n")
}
