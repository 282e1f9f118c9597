package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"

	"example.com/archive/text"
)

// markdownFormat is Markdown, with or without front matter in YAML or TOML.
var markdownFormat = &format{
	name:    "markdown",
	version: 2,
	claims:  claimedBy(hasFrontMatter, "md", "markdown", "mdown", "mkd", "mdx"),
	read:    readMarkdown,
}

// Bounds on front matter.
const (
	maxFrontMatter      = 1 << 20 // bytes
	maxFrontMatterNodes = 100_000 // values, aliases counted each time
	maxFrontMatterDepth = 100
)

func hasFrontMatter(head []byte) bool {
	line, rest, found := bytes.Cut(head, []byte("\n"))
	fence := string(bytes.TrimRight(line, " \t\r"))
	if !found || fence != "---" && fence != "+++" {
		return false
	}
	for key := range bytes.Lines(rest) {
		return bytes.ContainsAny(key, ":=#")
	}
	return false
}

// readMarkdown reads one article. Front matter that cannot be understood is
// reported and stays in the text, so that nothing is lost.
func readMarkdown(ctx context.Context, in *input, out sink) error {
	s, err := in.readAll()
	if err != nil {
		return err
	}
	a := &Article{}
	body, line := s, 1
	front, rest, bodyLine, found := cutFrontMatter(s)
	if found {
		if a, err = readFrontMatter(front, s[:3], in.fields); err != nil {
			out.failed("front matter", fmt.Errorf("%w; it was kept as text", err))
			a = &Article{}
		} else {
			body, line = rest, bodyLine
		}
	}
	if a.AsIs {
		a.Text, a.Line = body, line
		return out.article(a)
	}
	given := a.Text
	parseMarkdown(a, body, line)
	if a.Text == "" {
		a.Text = given
	}
	if a.Title.Value == "" && a.Text == "" {
		return errNothing
	}
	return out.article(a)
}

// cutFrontMatter parts a file at the line that closes its front matter. line
// is the number of the first line after it.
func cutFrontMatter(s string) (front, body string, line int, found bool) {
	if !hasFrontMatter([]byte(s[:min(len(s), headSize)])) {
		return "", s, 1, false
	}
	l := textLines{s: s, line: 1}
	l.next()
	start := l.pos
	for l.pos-start <= maxFrontMatter {
		end := l.pos
		row, ok := l.next()
		if !ok {
			return "", s, 1, false
		}
		row = strings.TrimRight(row, " \t")
		if row == s[:3] || row == "..." && s[0] == '-' {
			return s[start:end], s[min(l.pos, len(s)):], l.line, true
		}
	}
	return "", s, 1, false
}

func readFrontMatter(front, fence string, fields map[string]string) (*Article, error) {
	vals, err := yamlValues(front)
	if fence == "+++" {
		vals, err = tomlValues(front)
	}
	if err != nil {
		return nil, err
	}
	rs := newRecords("front matter", fields)
	a, err := rs.article(vals, "", 0)
	if err != nil {
		a.Text = "" // the article is below, whatever stands here
	}
	a.Member = ""
	if a.asExported(vals); a.AsIs {
		return a, nil
	}
	a.Byline.Value = withoutWikiLinks(a.Byline.Value)
	for i := range a.Tags {
		a.Tags[i].Value = withoutWikiLinks(a.Tags[i].Value)
	}
	return a, nil
}

var wikiLink = lazily(`\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]`)

// withoutWikiLinks keeps the words of links as Obsidian writes them: [[Jane
// Doe]], [[people/doe|Jane Doe]].
func withoutWikiLinks(s string) string { return wikiLink().ReplaceAllString(s, "$1") }

// asExported marks an article that 'archive export' has written: its fields
// stand in the front matter and nothing but its text below.
func (a *Article) asExported(vals []value) {
	for _, v := range vals {
		switch v.name {
		case "exported_by":
			a.AsIs = v.v == "archive"
		case "captured":
			a.Captured = spelledValue{v, spelling{rule: "front matter captured"}}.asField()
		}
	}
	if !a.AsIs {
		a.Captured = Field{}
		return
	}
	of := map[string]*Field{"title": &a.Title, "source": &a.Source, "author": &a.Byline, "date": &a.Published, "lang": &a.Lang}
	for _, v := range vals {
		names, _ := v.v.([]any)
		if v.name != "derived" {
			continue
		}
		for _, name := range names {
			if f := of[fmt.Sprint(name)]; f != nil {
				f.Derived = true
			}
		}
	}
}

// yamlValues reads YAML without turning dates and numbers into anything else
// than what is written, so that 2022-05-07 does not gain a midnight.
func yamlValues(front string) ([]value, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(front), &doc); err != nil {
		return nil, yamlError(err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, errors.New("the front matter is no list of fields")
	}
	budget := maxFrontMatterNodes
	var vals []value
	for i := 0; i+1 < len(root.Content); i += 2 {
		v, err := yamlValue(root.Content[i+1], 0, &budget)
		if err != nil {
			return nil, err
		}
		vals = append(vals, value{root.Content[i].Value, v, root.Content[i].Line + 1})
	}
	return vals, nil
}

var yamlLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^yaml: line (\d+): `) })

// yamlError counts the line from the top of the file, not of the front matter.
func yamlError(err error) error {
	msg := err.Error()
	if m := yamlLine().FindStringSubmatch(msg); m != nil {
		n, _ := strconv.Atoi(m[1])
		return fmt.Errorf("line %d: %s", n+1, msg[len(m[0]):])
	}
	return errors.New(strings.TrimPrefix(msg, "yaml: "))
}

func yamlValue(n *yaml.Node, depth int, budget *int) (any, error) {
	if *budget--; *budget < 0 || depth > maxFrontMatterDepth {
		return nil, errors.New("the front matter is too deep or too large")
	}
	switch n.Kind {
	case yaml.AliasNode:
		return yamlValue(n.Alias, depth+1, budget)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil, nil
		}
		return n.Value, nil
	case yaml.SequenceNode:
		var list []any
		for _, c := range n.Content {
			v, err := yamlValue(c, depth+1, budget)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	object := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		v, err := yamlValue(n.Content[i+1], depth+1, budget)
		if err != nil {
			return nil, err
		}
		object[n.Content[i].Value] = v
	}
	return object, nil
}

func tomlValues(front string) ([]value, error) {
	if bracketDepth(front) > maxFrontMatterDepth {
		return nil, errors.New("the front matter is too deep")
	}
	object := map[string]any{}
	if _, err := toml.Decode(front, &object); err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("line %d: %s", parse.Position.Line+1, parse.Message)
		}
		return nil, err
	}
	vals := values(object, 0)
	for i := range vals {
		vals[i].v = tomlValue(vals[i].v)
		vals[i].line = tomlLine(front, vals[i].name)
	}
	return vals, nil
}

// bracketDepth bounds how deep the TOML can be nested, before a parser that
// recurses sees it; brackets inside strings count too.
func bracketDepth(s string) int {
	depth, deepest := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return deepest
}

// tomlValue brings what TOML knows and JSON does not to text. A local date
// has no time and no zone, and does not gain them.
func tomlValue(v any) any {
	switch v := v.(type) {
	case time.Time:
		switch v.Location().String() {
		case "date-local":
			return v.Format(time.DateOnly)
		case "datetime-local":
			return v.Format("2006-01-02T15:04:05")
		}
		return v.Format(time.RFC3339)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		for i := range v {
			v[i] = tomlValue(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = tomlValue(v[k])
		}
	}
	return v
}

// tomlLine finds the line of the file on which a key stands, 0 if unknown.
func tomlLine(front, key string) int {
	n := 1
	for line := range strings.Lines(front) {
		n++
		name, _, found := strings.Cut(line, "=")
		if found && strings.Trim(strings.TrimSpace(name), `"'`) == key {
			return n
		}
	}
	return 0
}

// parseMarkdown takes title, byline and date from the top of the body and
// leaves the rest as it is written.
func parseMarkdown(a *Article, body string, line int) {
	heading, start, end, headingLine := firstHeading(body, line)
	switch {
	case heading == "":
	case a.Title.Value == "":
		set(&a.Title, plainMarkdown(heading), headingLine, "first heading")
		fallthrough
	case text.Normalise(plainMarkdown(heading)) == text.Normalise(a.Title.Value):
		before := strings.TrimSpace(body[:start])
		if before == "" {
			parseText(a, body[end:], headingLine+strings.Count(body[start:end], "\n"))
			return
		}
		body = before + "\n\n" + strings.TrimSpace(body[end:])
	}
	parseText(a, body, line)
}

// maxBeforeHeading is how many lines may stand before a heading that is the
// title: badges, a picture, a line on where the text comes from.
const maxBeforeHeading = 20

var atxHeading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ {0,3}# +(.*?)[ #]*$`) })

// firstHeading finds a heading of the first level, outside of code, near the
// top of a text and before any other heading.
func firstHeading(s string, line int) (heading string, start, end, at int) {
	l := textLines{s: s, line: line}
	code := false
	previous, previousPos := "", 0
	for range maxBeforeHeading {
		pos, n := l.pos, l.line
		row, ok := l.next()
		if !ok {
			break
		}
		switch m := atxHeading().FindStringSubmatch(row); {
		case strings.HasPrefix(strings.TrimSpace(row), "```"), strings.HasPrefix(strings.TrimSpace(row), "~~~"):
			code = !code
		case code:
		case m != nil && m[1] != "":
			return m[1], pos, min(l.pos, len(s)), n
		case strings.HasPrefix(row, "##"):
			return "", 0, 0, 0
		case previous != "" && strings.Trim(row, "=") == "" && len(row) >= 2:
			return previous, previousPos, min(l.pos, len(s)), n - 1
		}
		previous, previousPos = strings.TrimSpace(row), pos
	}
	return "", 0, 0, 0
}

var markdownLink = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`) })

// plainMarkdown takes the signs of emphasis and links off a heading.
func plainMarkdown(s string) string {
	s = markdownLink().ReplaceAllString(s, "$1")
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	return strings.Trim(strings.TrimSpace(s), "*_")
}
