package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
)

// markdownFolder writes each article to a file of its own, in folders by its
// source or the month of its date, and never out of them.
type markdownFolder struct {
	root    *os.Root
	byDate  bool
	folders map[string]string // folded name -> the name it was made by
	// taken are hashes of the names of files as file systems compare them: a
	// folder that is copied to another system stays whole.
	taken map[uint64]bool
	seed  maphash.Seed
}

func newMarkdownFolder(path string, byDate bool) (*markdownFolder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be opened: %w", tilde(path), reason(err))
	}
	return &markdownFolder{root: root, byDate: byDate, folders: make(map[string]string), taken: make(map[uint64]bool), seed: maphash.MakeSeed()}, nil
}

func (m *markdownFolder) close() error { return m.root.Close() }

func (m *markdownFolder) line(line store.ExportLine) error {
	a, ok := line.(*store.ExportArticle)
	if !ok {
		return nil
	}
	folder, err := m.folder(a)
	if err != nil {
		return err
	}
	f, err := m.root.OpenFile(m.fileName(folder, a), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write article %d: %w", a.ID, reason(err))
	}
	if err := writeMarkdownArticle(f, a); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// noSource and noDate name the folders of articles without. No importer takes
// a name that begins so for that of an outlet.
const (
	noSource = "_no-source"
	noDate   = "_undated"
)

// folder gives the folder of an article, and makes it.
func (m *markdownFolder) folder(a *store.ExportArticle) (string, error) {
	name := fileStem(orNoField(a.Source).Value)
	none := noSource
	if m.byDate {
		published := orNoField(a.Published).Value
		name, none = published[:min(len(published), len("2006-01"))], noDate
	}
	if name == "" {
		name = none
	}
	if made, ok := m.folders[foldedName(name)]; ok {
		return made, nil
	}
	if err := m.root.Mkdir(name, 0o700); err != nil {
		return "", fmt.Errorf("cannot make the folder %s: %w", name, reason(err))
	}
	m.folders[foldedName(name)] = name
	return name, nil
}

// fileName is the title, with the key where another article has that name.
func (m *markdownFolder) fileName(folder string, a *store.ExportArticle) string {
	stem := fileStem(orNoField(a.Title).Value)
	if stem == "" {
		stem = "article"
	}
	name := folder + "/" + stem
	sum := maphash.String(m.seed, foldedName(name))
	if m.taken[sum] {
		return name + "-" + a.Key + ".md"
	}
	m.taken[sum] = true
	return name + ".md"
}

// writeMarkdownArticle writes what is known of an article as YAML, and its
// text. The importer reads it back as it is.
func writeMarkdownArticle(f *os.File, a *store.ExportArticle) error {
	var b bytes.Buffer
	b.WriteString("---\n")
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, yamlString(value))
		}
	}
	published := orNoField(a.Published)
	if published.Value == "" {
		published.Value = published.Written
	}
	field("title", orNoField(a.Title).Value)
	field("source", orNoField(a.Source).Value)
	field("author", orNoField(a.Author).Value)
	field("date", published.Value)
	field("captured", a.Captured)
	field("lang", orNoField(a.Lang).Value)
	field("url", a.URL)
	yamlList(&b, "tags", a.Tags)
	var cites []string
	for _, c := range a.Cites {
		cites = append(cites, c.Outlet)
	}
	yamlList(&b, "cites", cites)
	yamlList(&b, "derived", derivedFields(a))
	field("superseded_by", shortKey(a.SupersededBy))
	field("key", shortKey(a.Key))
	b.WriteString("exported_by: archive\n---\n\n")
	b.WriteString(a.Text)
	b.WriteString("\n")
	_, err := f.Write(b.Bytes())
	return err
}

// derivedFields names the fields that were worked out.
func derivedFields(a *store.ExportArticle) (names []string) {
	for _, f := range []struct {
		name  string
		field *store.ExportField
	}{{"title", a.Title}, {"source", a.Source}, {"author", a.Author}, {"date", a.Published}, {"lang", a.Lang}} {
		if f.field != nil && f.field.Derived {
			names = append(names, f.name)
		}
	}
	return names
}

func yamlList(b *bytes.Buffer, name string, values []string) {
	if len(values) == 0 {
		return
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = yamlString(v)
	}
	fmt.Fprintf(b, "%s: [%s]\n", name, strings.Join(quoted, ", "))
}

// yamlString quotes a text for YAML, whose strings in double quotes are those
// of JSON, but for characters that YAML does not take as they are.
func yamlString(s string) string {
	var encoded strings.Builder
	enc := json.NewEncoder(&encoded)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // which no string gives
		return `""`
	}
	var b []byte
	for _, r := range strings.TrimSuffix(encoded.String(), "\n") {
		switch {
		case !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) && r < 0xfffe:
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			b = fmt.Appendf(b, `\U%08x`, r)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return string(b)
}
