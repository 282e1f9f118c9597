package ingest

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"example.com/archive/ingest/charset"
	"example.com/archive/ingest/html"
)

// europresseFormat is the page that Europresse (Eureka in Canada) saves, of
// many articles.
var europresseFormat = &format{
	name:    "europresse",
	version: 1,
	strings: true,
	claims: func(_ string, head []byte) bool {
		return bytes.Contains(head, []byte("DocPublicationName")) && bytes.Contains(head, []byte("titreArticle"))
	},
	read: readEuropresse,
}

// The pieces of an article of Europresse.
var (
	europresseOutlet = lazily(`(?s)class="DocPublicationName">(.*?)</(?:span|div)>`)
	europresseDate   = lazily(`(?s)class="DocHeader">(.*?)</(?:span|div)>`)
	europresseTitle  = lazily(`(?s)class="titreArticleVisu[^"]*">(.*?)</(?:p|span)>`)
	europresseAuthor = lazily(`</div>\s*<div>([^<]{2,200})</div>\s*$`)
	europresseID     = lazily(`news·\d{8}·[\w·-]+`)
	europresseIssue  = lazily(`, (?:no|nº|n°)\.? .*$`)
)

func readEuropresse(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the download", maxText)
	if err != nil {
		return err
	}
	s := in.text(b, in.charset, charset.Declared(b))
	parts := strings.Split(s, "<article>")[1:]
	if len(parts) == 0 {
		return in.readPress(ctx, b, "", htmlFormat, out)
	}
	var names memberNames
	for i, part := range parts {
		a := europresseArticle(part)
		if a.Member == "" {
			a.Member = fmt.Sprintf("document %d", i+1)
		}
		a.Member = names.unique(memberName(a.Member))
		if a.Title.Value == "" && strings.TrimSpace(a.Text) == "" {
			out.failed(a.Member, errEmptyItem)
			continue
		}
		if err := out.article(a); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func europresseArticle(part string) *Article {
	header, rest, _ := strings.Cut(part, "</header>")
	body, after, _ := strings.Cut(rest, "</section>")
	piece := func(pattern *regexp.Regexp, rule string) Field {
		m := pattern.FindStringSubmatch(header)
		if m == nil {
			return Field{}
		}
		return pressField(html.Text([]byte(m[1])), rule)
	}
	a := &Article{
		Title:  piece(europresseTitle(), "the title of the article"),
		Source: piece(europresseOutlet(), "the name of the publication"),
		Byline: piece(europresseAuthor(), "the line below the title"),
		Text:   html.Text([]byte(body)),
	}
	a.Source.Value = europresseIssue().ReplaceAllString(a.Source.Value, "")
	europresseDay(a, piece(europresseDate(), "the line of the date"))
	if id := europresseID().FindString(after); id != "" {
		a.Member = "id " + id
	}
	return a
}

// europresseDay finds the date in "Politique, mardi 14 mars 2006, p. 12" and
// "News, Tuesday, March 14, 2006, p. 3"; before it stands the section.
func europresseDay(a *Article, line Field) {
	pieces := strings.Split(line.Value, ",")
	for i, piece := range pieces {
		candidates := []string{piece}
		if i+1 < len(pieces) {
			candidates = append(candidates, piece+","+pieces[i+1])
		}
		for _, c := range candidates {
			d, ok := ReadDate(c)
			if !ok || len(d.String()) < len("2006-01-02") {
				continue
			}
			a.Published = Field{Value: strings.TrimSpace(c), Rule: line.Rule}
			if f := pressField(pieces[0], line.Rule); i > 0 && f.Value != "" && !isWeekday(f.Value) {
				a.Tags = append(a.Tags, f)
			}
			return
		}
	}
}

// isWeekday reports a word that a date may begin with.
func isWeekday(s string) bool {
	_, ok := ReadDate(s + ", March 14, 2006")
	return ok
}
