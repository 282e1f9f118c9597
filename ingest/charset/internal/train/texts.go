package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxTexts is how many bytes of text are kept of one language.
const maxTexts = 8 << 20

// locale finds the language of a file in its path.
var locale = regexp.MustCompile(`/(?:locale|translations|help|resource|man|html|installation-guide-amd64|aptitude)/([a-z]{2,3}(?:[_-][A-Za-z]{2})?(?:@[a-z]+)?)(?:\.UTF-8)?/`)

// languages gives the models' names for what packages call languages.
var languages = map[string]string{
	"pt_BR": "pt", "pt-BR": "pt", "sr@latin": "hr", "sr@ijekavianlatin": "hr", "bs": "hr", "sr@ijekavian": "sr",
	"zh_CN": "zh-hans", "zh-CN": "zh-hans", "zh_TW": "zh-hant", "zh-TW": "zh-hant", "nn": "nb", "ca@valencia": "ca",
}

var wanted = strings.Fields("ar be bg ca cs da de el es et eu fa fi fr ga gl he hr hu is it ja ko lt lv mk nb nl pl pt ro ru sk sl sq sr sv th tr uk vi zh-hans zh-hant")

func languageOf(path string) string {
	m := locale.FindStringSubmatch(filepath.ToSlash(path))
	if m == nil {
		return ""
	}
	name := m[1]
	if known, ok := languages[name]; ok {
		return known
	}
	if i := strings.IndexAny(name, "_-"); i > 0 {
		name = name[:i]
	}
	if slices.Contains(wanted, name) {
		return name
	}
	return ""
}

// gather writes OUT/LANGUAGE.txt for all files below folder.
func gather(folder, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	texts := map[string]*bytes.Buffer{}
	seen := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		language := languageOf(path)
		if err != nil || d.IsDir() || !d.Type().IsRegular() || language == "" {
			return err
		}
		if texts[language] == nil {
			texts[language] = new(bytes.Buffer)
		}
		for _, s := range pieces(path) {
			s = strings.Join(strings.Fields(s), " ")
			if len(s) < 8 || seen[language+s] || texts[language].Len() > maxTexts || !utf8.ValidString(s) || isASCII(s) {
				continue
			}
			seen[language+s] = true
			texts[language].WriteString(s + "\n")
		}
		return nil
	})
	for language, text := range texts {
		if err == nil {
			err = os.WriteFile(filepath.Join(out, language+".txt"), text.Bytes(), 0o644)
		}
	}
	return err
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// pieces gives the sentences of a file, none where it is of no known kind.
func pieces(path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	if strings.HasSuffix(path, ".gz") {
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil
		}
		b, _ = io.ReadAll(r)
		path = strings.TrimSuffix(path, ".gz")
	}
	switch filepath.Ext(path) {
	case ".mo":
		return translated(b)
	case ".page", ".html":
		return marked(string(b))
	}
	if strings.Contains(path, "/man/") {
		return manual(string(b))
	}
	return nil
}

// translated gives the translations of a GNU gettext catalogue.
func translated(b []byte) []string {
	if len(b) < 28 || binary.LittleEndian.Uint32(b) != 0x950412de {
		return nil
	}
	n, from, to := int(binary.LittleEndian.Uint32(b[8:])), int(binary.LittleEndian.Uint32(b[12:])), int(binary.LittleEndian.Uint32(b[16:]))
	var out []string
	for i := 1; i < n; i++ { // the first is the header
		source, text := stringAt(b, from+8*i), stringAt(b, to+8*i)
		if source == text {
			continue
		}
		for _, s := range strings.Split(text, "\x00") {
			out = append(out, plain(mnemonic.ReplaceAllString(s, "$1")))
		}
	}
	return out
}

func stringAt(b []byte, at int) string {
	if at+8 > len(b) {
		return ""
	}
	size, start := int(binary.LittleEndian.Uint32(b[at:])), int(binary.LittleEndian.Uint32(b[at+4:]))
	if start < 0 || start+size > len(b) {
		return ""
	}
	return string(b[start : start+size])
}

var (
	mnemonic = regexp.MustCompile(`[_&~](\pL)`)
	element  = regexp.MustCompile(`(?s)<(?:style|script).*?</(?:style|script)>|<[^<>]*>`)
	inline   = regexp.MustCompile(`</?(?:em|b|i|gui|guiseq|key|link|a|span|code|strong|var)\b[^<>]*>`)
	roff     = regexp.MustCompile(`\\f[A-Z]|\\f\[[A-Z]*\]|\\&|\\\((?:..)|\\[-'^/ ]|\\`)
)

func plain(s string) string {
	return html.UnescapeString(element.ReplaceAllString(inline.ReplaceAllString(s, ""), " "))
}

func marked(s string) []string {
	s = inline.ReplaceAllString(s, "")
	return strings.Split(html.UnescapeString(element.ReplaceAllString(s, "\x00")), "\x00")
}

func manual(s string) []string {
	var out []string
	var paragraph strings.Builder
	for line := range strings.Lines(s) {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			out = append(out, paragraph.String())
			paragraph.Reset()
			continue
		}
		paragraph.WriteString(roff.ReplaceAllString(line, ""))
	}
	return append(out, paragraph.String())
}
