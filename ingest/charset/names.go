package charset

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/unicode/norm"
)

// aliases are names that neither the web's list nor IANA's has.
var aliases = map[string]string{
	"cp932": "shift_jis", "ms932": "shift_jis", "cp936": "gbk", "ms936": "gbk", "cp949": "euc-kr", "ms949": "euc-kr",
	"cp950": "big5", "ms950": "big5", "cp874": "windows-874", "mac": "macintosh", "mac-roman": "macintosh", "macroman": "macintosh",
	"maccyrillic": "x-mac-cyrillic", "koi8": "koi8-r", "cp855": "ibm855", "cp862": "ibm862", "iso-8859-8i": "iso-8859-8-i",
}

// Own decoders, for what golang.org/x/text has not.
func ownCoding(label string) *coding {
	switch label {
	case "johab", "cp1361", "ms1361", "ksc5601-1992", "ks_c_5601-1992-johab":
		return &coding{"johab", decodeJohab}
	case "euc-tw", "euctw", "x-euc-tw", "cseuctw":
		return &coding{"euc-tw", decodeEUCTW}
	case "iso-8859-8", "iso8859-8", "visual", "csisolatinhebrew", "iso_8859-8", "hebrew", "logical", "iso-8859-8-i", "iso-8859-8-e":
		return hebrewCoding(label)
	}
	return nil
}

// named gives an encoding of bytes that are no ASCII by the names of the web or
// of mail, nil for what is unknown or can be no such text.
func named(label string) *coding {
	label = normalLabel(label)
	if year, ok := strings.CutPrefix(strings.TrimPrefix(label, "win-"), "win"); ok || strings.HasPrefix(label, "win-") {
		if len(year) == 4 {
			label = "windows-" + year
		}
	}
	if known, ok := aliases[label]; ok {
		label = known
	}
	if label == "" || label == "us-ascii" || label == "ascii" || label == "ansi_x3.4-1968" {
		return nil
	}
	if c := ownCoding(label); c != nil {
		return c
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		e, err = ianaindex.MIME.Encoding(label)
	}
	if err != nil || e == nil {
		return nil
	}
	name, err := htmlindex.Name(e)
	if err != nil {
		name, err = ianaindex.MIME.Name(e)
	}
	name = strings.ToLower(name)
	if err != nil || name == "replacement" || name == "x-user-defined" || strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "iso-2022") {
		return nil
	}
	if name == "windows-1258" {
		return &coding{name, whole(by(e))}
	}
	return &coding{name, by(e)}
}

// by decodes with an encoding of golang.org/x/text.
func by(e encoding.Encoding) func([]byte) string {
	return func(b []byte) string {
		s, err := e.NewDecoder().Bytes(b)
		if err != nil {
			return string(bytes.ToValidUTF8(b, []byte("\ufffd")))
		}
		return string(s)
	}
}

// whole puts letters and the marks on them together, which windows-1258
// writes apart.
func whole(decode func([]byte) string) func([]byte) string {
	return func(b []byte) string { return norm.NFC.String(decode(b)) }
}

var (
	inMeta = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]+)`)
	})
	inXML = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\s*<\?xml\b[^>]*?\sencoding\s*=\s*["']\s*([A-Za-z0-9_:.-]+)`)
	})
)

// headSize is how far into a page its declaration may stand, in bytes.
const headSize = 4096

// Declared gives the encoding that a page or other XML names near its top, ""
// if none.
func Declared(b []byte) string {
	b = b[:min(len(b), headSize)]
	for _, re := range []*regexp.Regexp{inXML(), inMeta()} {
		if m := re.FindSubmatch(b); m != nil {
			return string(m[1])
		}
	}
	return ""
}
