package cli

import (
	"io"

	"example.com/archive/store"
)

// articleJSON is the JSON of a whole article; docs/output.md describes it.
type articleJSON struct {
	ID           int64        `json:"id"`
	Key          string       `json:"key"`
	Title        *fieldJSON   `json:"title,omitempty"`
	Source       *fieldJSON   `json:"source,omitempty"`
	Author       *fieldJSON   `json:"author,omitempty"`
	Published    *fieldJSON   `json:"published,omitempty"`
	Captured     string       `json:"captured,omitempty"`
	Lang         *fieldJSON   `json:"lang,omitempty"`
	Type         string       `json:"type,omitempty"`
	URL          string       `json:"url,omitempty"`
	Tags         []string     `json:"tags,omitempty"`
	Cites        []citeJSON   `json:"cites,omitempty"`
	Corrected    []fixJSON    `json:"corrected,omitempty"`
	Words        int          `json:"words"`
	Added        string       `json:"added,omitempty"`
	SupersededBy int64        `json:"superseded_by,omitempty"`
	Origins      []originJSON `json:"origins,omitempty"`
	Text         string       `json:"text"`
}

type fieldJSON struct {
	Value   string `json:"value"`
	Rule    string `json:"rule,omitempty"`
	Derived bool   `json:"derived"`
}

type citeJSON struct {
	Outlet string `json:"outlet"`
	Rule   string `json:"rule,omitempty"`
	Phrase string `json:"phrase,omitempty"`
}

// fixJSON is a correction; of tags the value says which were added and removed.
type fixJSON struct {
	Field string `json:"field"`
	Value string `json:"value"`
	Was   string `json:"was,omitempty"`
	Made  string `json:"made"`
}

type originJSON struct {
	Path     string `json:"path"`
	Member   string `json:"member,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Size     int64  `json:"size"`
	Modified string `json:"modified,omitempty"`
	Reader   string `json:"reader,omitempty"`
	Imported string `json:"imported,omitempty"`
	Current  bool   `json:"current"`
}

func showJSON(w io.Writer, articles []shown) error {
	list := make([]articleJSON, len(articles))
	for i, s := range articles {
		list[i] = wholeJSON(s)
	}
	return writeJSON(w, list)
}

func wholeJSON(s shown) articleJSON {
	published := s.PublishedBy
	published.Value = s.Published.String()
	a := articleJSON{
		ID: s.ID, Key: s.key,
		Title: wholeField(s.Title), Source: wholeField(s.Source), Author: wholeField(s.Byline),
		Published: wholeField(published), Captured: s.Captured.String(), Lang: wholeField(s.Lang),
		Type: s.Type, URL: s.URL, Tags: s.Tags, Words: s.Words, Added: s.Added,
		SupersededBy: s.SupersededBy, Text: s.Text,
	}
	for _, c := range s.Cites {
		a.Cites = append(a.Cites, citeJSON(c))
	}
	for _, c := range s.corrections {
		a.Corrected = append(a.Corrected, fixJSON(c))
	}
	for _, o := range s.origins {
		a.Origins = append(a.Origins, originJSON(o))
	}
	return a
}

func wholeField(f store.Field) *fieldJSON {
	if f.Value == "" {
		return nil
	}
	return &fieldJSON{f.Value, f.Rule, f.Derived}
}
