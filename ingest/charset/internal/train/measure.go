package main

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"

	"example.com/archive/ingest/charset"
)

// measured is each encoding with the languages that were written in it.
var measured = []struct {
	name      string
	encoding  encoding.Encoding
	languages string
}{
	{"windows-1252", charmap.Windows1252, "de fr es it pt nl da sv nb fi is ca"},
	{"windows-1250", charmap.Windows1250, "pl cs sk hu hr sl ro"},
	{"windows-1251", charmap.Windows1251, "ru uk be bg sr mk"},
	{"windows-1253", charmap.Windows1253, "el"},
	{"windows-1254", charmap.Windows1254, "tr"},
	{"windows-1255", charmap.Windows1255, "he"},
	{"windows-1256", charmap.Windows1256, "ar fa"},
	{"windows-1257", charmap.Windows1257, "lt lv et"},
	{"windows-1258", charmap.Windows1258, "vi"},
	{"windows-874", charmap.Windows874, "th"},
	{"koi8-r", charmap.KOI8R, "ru"},
	{"koi8-u", charmap.KOI8U, "uk"},
	{"ibm866", charmap.CodePage866, "ru uk"},
	{"ibm855", charmap.CodePage855, "ru bg sr"},
	{"ibm852", charmap.CodePage852, "pl cs hu"},
	{"ibm850", charmap.CodePage850, "de fr es"},
	{"macintosh", charmap.Macintosh, "de fr es"},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic, "ru uk bg"},
	{"iso-8859-2", charmap.ISO8859_2, "pl cs sk hu hr sl ro"},
	{"iso-8859-4", charmap.ISO8859_4, "lt lv et"},
	{"iso-8859-5", charmap.ISO8859_5, "ru bg sr"},
	{"iso-8859-6", charmap.ISO8859_6, "ar"},
	{"iso-8859-7", charmap.ISO8859_7, "el"},
	{"iso-8859-8", charmap.ISO8859_8, "he-visual"},
	{"iso-8859-13", charmap.ISO8859_13, "lt lv et"},
	{"iso-8859-15", charmap.ISO8859_15, "de fr fi"},
	{"gb18030", simplifiedchinese.GB18030, "zh-hans"},
	{"big5", traditionalchinese.Big5, "zh-hant"},
	{"shift_jis", japanese.ShiftJIS, "ja"},
	{"euc-jp", japanese.EUCJP, "ja"},
	{"iso-2022-jp", japanese.ISO2022JP, "ja"},
	{"hz-gb-2312", simplifiedchinese.HZGB2312, "zh-hans"},
	{"euc-kr", korean.EUCKR, "ko"},
}

// Sizes of the pieces in bytes, and how many of each are tried a language.
var sizes = []int{20, 50, 200, 1000}

const tries = 300

// score counts the pieces of one encoding and size.
type score struct {
	right, of int
	silent    int            // wrong, and not said to be doubtful
	wrong     map[string]int // by what they were taken for
}

// measure detects pieces of the texts in held that are not in trained too.
func measure(held, trained string) error {
	fmt.Print("| encoding | languages |")
	for _, n := range sizes {
		fmt.Printf(" %d bytes |", n)
	}
	fmt.Print(" wrong ones of 50 and more bytes |\n|---|---|" + strings.Repeat("---:|", len(sizes)) + "---|\n")
	all := newScores()
	for _, m := range measured {
		scores := newScores()
		for name := range strings.FieldsSeq(m.languages) {
			lines := linesOf(held, trained, name)
			for i, size := range sizes {
				scores[i].tryAll(m.encoding, name, lines, size)
			}
		}
		if scores[0].of == 0 {
			continue
		}
		row(m.name, m.languages, scores)
		for i, s := range scores {
			all[i].right, all[i].of, all[i].silent = all[i].right+s.right, all[i].of+s.of, all[i].silent+s.silent
		}
	}
	row("all", "", all)
	for i, s := range all {
		fmt.Printf("\n%d bytes: %d of the %d wrong ones are not said to be doubtful.", sizes[i], s.silent, s.of-s.right)
	}
	fmt.Println()
	return nil
}

func row(name, languages string, scores []score) {
	fmt.Printf("| %s | %s |", name, languages)
	for _, s := range scores {
		fmt.Printf(" %.3f |", float64(s.right)/float64(max(s.of, 1)))
	}
	wrong := map[string]int{}
	for _, s := range scores[1:] {
		for as, n := range s.wrong {
			wrong[as] += n
		}
	}
	names := slices.Collect(maps.Keys(wrong))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(wrong[b]-wrong[a], strings.Compare(a, b)) })
	for _, as := range names[:min(len(names), 4)] {
		fmt.Printf(" %s %d", as, wrong[as])
	}
	fmt.Println(" |")
}

func newScores() []score {
	scores := make([]score, len(sizes))
	for i := range scores {
		scores[i].wrong = map[string]int{}
	}
	return scores
}

func linesOf(held, trained, name string) []string {
	file := strings.TrimSuffix(name, "-visual") + ".txt"
	known := map[string]bool{}
	for _, line := range readLines(filepath.Join(trained, file)) {
		known[line] = true
	}
	var out []string
	for _, line := range readLines(filepath.Join(held, file)) {
		if !known[line] {
			out = append(out, asSent(name, line))
		}
	}
	return out
}

// asSent is a line as it was written in the old encodings.
func asSent(name, line string) string {
	if name == "vi" {
		return strings.TrimSuffix(withMarks(line, true), "\n")
	}
	return strings.TrimSuffix(asOnceWritten(name, line), "\n")
}

func readLines(file string) []string {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	var out []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		out = append(out, s.Text())
	}
	return out
}

// tryAll decodes pieces from all over the lines. One counts as right if its
// text comes out, whatever name the encoding is given.
func (s *score) tryAll(e encoding.Encoding, name string, lines []string, size int) {
	for i := range tries {
		text, b := piece(e, lines, i*len(lines)/tries, size)
		if b == nil {
			continue
		}
		got, found := charset.Decode(b)
		s.of++
		switch {
		case norm.NFC.String(got) == norm.NFC.String(text), name == "he-visual" && found.Name == "iso-8859-8":
			s.right++
			continue
		case !found.Doubtful:
			s.silent++
		}
		s.wrong[name+" as "+found.Name]++
	}
}

// piece gives a piece of text of size bytes that goes beyond ASCII, beginning
// with a line of lines; nil where there is none.
func piece(e encoding.Encoding, lines []string, from, size int) (text string, b []byte) {
	var out strings.Builder
	encoder := e.NewEncoder()
	length := 0
	for _, line := range lines[from:] {
		if encoded, err := encoder.String(line); err != nil || len(encoded) == 0 {
			continue
		}
		for _, r := range line + " " {
			encoded, _ := encoder.String(string(r))
			if length += len(encoded); length > size {
				return encodedPiece(e, out.String())
			}
			out.WriteRune(r)
		}
	}
	return "", nil
}

func encodedPiece(e encoding.Encoding, text string) (string, []byte) {
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return "", nil
	}
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		return "", nil
	}
	return text, b
}
