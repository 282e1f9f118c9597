package ingest

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// formats is every format that can be read. A file is of the first one that
// claims it, so the more particular stand before the more general.
var formats []*format

// The list is made here because containers come back to it.
func init() {
	formats = []*format{
		docxFormat,
		odtFormat,
		rtfFormat,
		docFormat,
		fodtFormat,
		wordXMLFormat,
		epubFormat,
		warcFormat,
		arcFormat,
		waczFormat,
		omnivoreFormat,
		tarFormat,
		pdfFormat,
		zipFormat,
		europresseFormat,
		pressFormat,
		mhtmlFormat,
		bookmarksFormat,
		htmlFormat,
		mboxFormat,
		mailFormat,
		rssFormat,
		atomFormat,
		jsonFeedFormat,
		opmlFormat,
		risFormat,
		nbibFormat,
		wosFormat,
		enwFormat,
		bibtexFormat,
		cslFormat,
		endnoteFormat,
		pinboardFormat,
		wallabagXMLFormat,
		exportFormat,
		savedJSONFormat,
		savedCSVFormat,
		jsonlFormat,
		jsonFormat,
		csvFormat,
		tsvFormat,
		markdownFormat,
		textFormat,
	}
}

// headSize is how much of a file detection may look at, in bytes.
const headSize = 4096

// sink takes what a format reads. The functions belong to the caller, who may
// stop the reading by returning an error from article.
type sink struct {
	article func(*Article) error
	// failed reports a part that could not be read ("line 12"); reading
	// goes on after it.
	failed func(member string, reason error)
	// skipped reports a file inside another that no format claims, by its kind.
	skipped func(member, kind string)
}

// format is one kind of file.
type format struct {
	name    string // also the type of its articles
	version int    // raised when its reader gives other articles than before
	// strings says that its texts are written as strings: their line ends
	// are no line ends of the file.
	strings bool
	// binary says that its files are no text, and may begin with anything.
	binary bool
	// splits says that the option of that name can make several articles of
	// one of its files.
	splits bool
	// media are the types, as in "text/html", under which containers and mail
	// declare it.
	media []string
	// claims reports whether the file is of this format, by its lower-case
	// name (without .gz) and its first bytes.
	claims func(name string, head []byte) bool
	read   func(ctx context.Context, in *input, out sink) error
}

// detect gives the format of a file, or nil if it is of none. media is the type
// that it was declared with, "" if none.
func detect(name, media string, head []byte) *format {
	name = plainName(name)
	isText := !isBinary(head) || isTextName(name) && !isOther(head)
	for _, f := range formats {
		if (f.binary || isText) && (slices.Contains(f.media, media) || f.claims(name, head)) {
			return f
		}
	}
	return nil
}

// plainName is what the name of a file says of its format.
func plainName(name string) string {
	return unpackedName(strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/"))))
}

// extension gives the ending of a name, without its dot, where it can be
// meant as one: "report.txt" has it, "Mr. Smith goes" and "v1.2006" have not.
func extension(name string) string {
	ext := strings.TrimPrefix(path.Ext(name), ".")
	if len(ext) > 8 || strings.HasPrefix(name, "."+ext) {
		return ""
	}
	letters := 0
	for _, r := range ext {
		switch {
		case r >= 'a' && r <= 'z':
			letters++
		case r < '0' || r > '9':
			return ""
		}
	}
	if letters == 0 {
		return ""
	}
	return ext
}

// claimedBy makes the claims of a format: by the endings of its names, and
// where a name has no ending, by what the file starts with.
func claimedBy(looks func(head []byte) bool, endings ...string) func(string, []byte) bool {
	return func(name string, head []byte) bool {
		ext := extension(name)
		for _, e := range endings {
			if ext == e {
				return true
			}
		}
		return (ext == "" || ext == "txt" && namesParts(head)) && !isMarkup(head) && looks(head)
	}
}

// namesParts reports whether what is called a text names the parts of an
// article, as an export does that was saved under a wrong name.
func namesParts(head []byte) bool {
	lower := bytes.ToLower(head)
	for _, name := range []string{`"title"`, `"headline"`, `"text"`, `"body"`, `"content"`} {
		if bytes.Contains(lower, []byte(name)) {
			return true
		}
	}
	return bytes.HasPrefix(lower, []byte("---\n")) || bytes.HasPrefix(lower, []byte("+++\n"))
}

// magics are the first bytes of files that are no text though they may hold
// nothing but printable characters for a while.
var magics = []string{"%PDF-", "%!PS", `{\rtf`, "PK\x03\x04", "\x1f\x8b", "\x89PNG", "\xff\xd8\xff", "GIF87a", "GIF89a", "\xfd7zXZ", "7z\xbc\xaf"}

func hasMagic(head []byte) bool {
	return slices.ContainsFunc(magics, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) }) || isBzip2(head)
}

// isTextName reports names that only text has: what stands in such a file is
// read whatever control characters came with it.
func isTextName(name string) bool {
	ext := extension(name)
	return ext == "txt" || ext == "text" || ext == "md" || ext == "markdown"
}

// isOther reports the bytes of files that are surely something else.
func isOther(head []byte) bool {
	return hasMagic(head) || bytes.IndexByte(head, 0) >= 0 && !hasUTF16Mark(head)
}

// isBinary reports whether the bytes are those of no text at all. A NUL is a
// sign of it except in UTF-16, which starts with its mark; so is more than
// one control character in twenty.
func isBinary(head []byte) bool {
	if hasMagic(head) {
		return true
	}
	if hasUTF16Mark(head) {
		return false
	}
	controls := 0
	for _, c := range head {
		if c == 0 {
			return true
		}
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' {
			controls++
		}
	}
	return controls*20 > len(head)
}

func hasUTF16Mark(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// isMarkup reports whether a file without a telling name is HTML or XML.
func isMarkup(head []byte) bool {
	if !bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff"))), []byte("<")) {
		return false
	}
	kind := mimetype.Detect(head)
	return kind.Is("text/html") || kind.Is("text/xml")
}
