package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ExportVersion is the version of the lines of an export. A program reads
// those up to its own.
const ExportVersion = 1

// ExportLine is one line of an export, an object in JSON whose "kind" says
// which: *ExportHeader first, then *ExportPlace, *ExportFile, *ExportAlias,
// *ExportNames, *ExportSearch, *ExportOriginal, and *ExportArticle.
// docs/output.md describes them. Times are RFC 3339, UTC, and "" is for what is
// not known.
type ExportLine interface{ kind() string }

// ExportHeader says what the lines after it are.
type ExportHeader struct {
	Kind     string `json:"kind"`
	Version  int    `json:"version"`
	Program  string `json:"program,omitempty"`
	Made     string `json:"made"`
	Articles int    `json:"articles"` // lines of them, earlier versions included
	Earlier  int    `json:"earlier"`  // those of them that are earlier versions
	Complete bool   `json:"complete"` // nothing was left out
}

// ExportPlace is what was imported by name; see Place.
type ExportPlace struct {
	Kind       string            `json:"kind"`
	Path       exportPath        `json:"path"`
	Source     string            `json:"source,omitempty"`
	SourceFrom string            `json:"source_from,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	Added      string            `json:"added"`
}

// ExportFile is a version of a file that was read; of one path, the earlier
// stand before the later.
type ExportFile struct {
	Kind     string     `json:"kind"`
	Number   int64      `json:"file"` // by which origins name it
	Place    exportPath `json:"place"`
	Path     exportPath `json:"path"`
	SHA256   string     `json:"sha256,omitempty"`
	Size     int64      `json:"size"`               // bytes
	Modified int64      `json:"modified,omitempty"` // nanoseconds since 1970-01-01 UTC
	Reader   string     `json:"reader"`
	State    string     `json:"state"` // see the table files
	Imported string     `json:"imported,omitempty"`
	// Kept says that the export brings its bytes, if it brings any.
	Kept bool `json:"-"`
}

// ExportOriginal is a part of a file as it was imported. Data is compressed
// with zstd; where it unpacks to less than 1 MiB it is the last part.
type ExportOriginal struct {
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"` // of the whole file
	Part   int    `json:"part"`   // from 0 on
	Data   []byte `json:"data"`
	// Plain is what Data unpacks to, for an export.
	Plain []byte `json:"-"`
}

// ExportAlias is a name of an outlet that stands for another.
type ExportAlias struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Source string `json:"source"`
	Made   string `json:"made"`
}

// ExportNames is what was decided of two folded spellings of a name.
type ExportNames struct {
	Kind    string `json:"kind"`
	A       string `json:"a"`
	B       string `json:"b"`
	One     bool   `json:"one_name"`
	Decided string `json:"decided"`
}

// ExportSearch is a saved search. Which articles it has shown, these say.
type ExportSearch struct {
	Kind   string              `json:"kind"`
	Name   string              `json:"name"`
	Query  string              `json:"query"`
	Flags  map[string][]string `json:"flags,omitempty"`
	Added  string              `json:"added"`
	SeenAt string              `json:"seen_at,omitempty"`
}

// ExportArticle is an article with all that the archive knows of it.
type ExportArticle struct {
	Kind         string             `json:"kind"`
	Key          string             `json:"key"` // 32 hexadecimal digits, of which the first 16 are shown elsewhere
	Title        *ExportField       `json:"title,omitempty"`
	Source       *ExportField       `json:"source,omitempty"`
	Author       *ExportField       `json:"author,omitempty"`
	Published    *ExportField       `json:"published,omitempty"`
	Captured     string             `json:"captured,omitempty"`
	Lang         *ExportField       `json:"lang,omitempty"`
	Type         string             `json:"type"`
	URL          string             `json:"url,omitempty"`
	Tags         []string           `json:"tags,omitempty"`
	Cites        []ExportCitation   `json:"cites,omitempty"`
	Corrected    []ExportCorrection `json:"corrected,omitempty"`
	Aliased      []string           `json:"aliased,omitempty"` // names that it came under and that stand for its source
	AliasedCites []ExportCitation   `json:"aliased_cites,omitempty"`
	Words        int                `json:"words"`
	Added        string             `json:"added"`
	SupersededBy string             `json:"superseded_by,omitempty"` // the key of the version that replaced it
	Seen         []string           `json:"seen,omitempty"`          // saved searches for which it is not new
	Origins      []ExportOrigin     `json:"origins,omitempty"`
	Text         string             `json:"text"`
	// ID is the article's number in the archive that it came out of, which
	// says nothing elsewhere.
	ID int64 `json:"-"`
}

// ExportField is a field and how it was found. Written is a date as the
// article writes it.
type ExportField struct {
	Value   string `json:"value,omitempty"`
	Written string `json:"written,omitempty"`
	Rule    string `json:"rule,omitempty"`
	Derived bool   `json:"derived"`
}

// ExportCitation is an outlet that an article names. Also is set where it
// names, beside an outlet that another stands for, that other too.
type ExportCitation struct {
	Outlet string `json:"outlet"`
	Rule   string `json:"rule,omitempty"`
	Phrase string `json:"phrase,omitempty"`
	Also   bool   `json:"also,omitempty"`
}

// ExportCorrection is a row of the table corrections.
type ExportCorrection struct {
	Field string   `json:"field"`
	Value string   `json:"value"`
	Was   wasField `json:"was"`
	Made  string   `json:"made"`
}

// ExportOrigin is where an article came from.
type ExportOrigin struct {
	File   int64  `json:"file"` // the number of an ExportFile
	Path   string `json:"path"`
	Member string `json:"member,omitempty"`
}

func (*ExportHeader) kind() string   { return "archive" }
func (*ExportPlace) kind() string    { return "place" }
func (*ExportFile) kind() string     { return "file" }
func (*ExportOriginal) kind() string { return "original" }
func (*ExportAlias) kind() string    { return "source_alias" }
func (*ExportNames) kind() string    { return "name_pair" }
func (*ExportSearch) kind() string   { return "saved_search" }
func (*ExportArticle) kind() string  { return "article" }

// exportPath is a path. One that is no UTF-8, which JSON has no place for, is
// written as an object that holds its bytes in base64.
type exportPath string

type pathBytes struct {
	Bytes []byte `json:"bytes"`
}

// MarshalJSON implements json.Marshaler.
func (p exportPath) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(p)) {
		return json.Marshal(string(p))
	}
	return json.Marshal(pathBytes{[]byte(p)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *exportPath) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var of pathBytes
		err := json.Unmarshal(b, &of)
		*p = exportPath(of.Bytes)
		return err
	}
	return json.Unmarshal(b, (*string)(p))
}

var articleLine = []byte(`{"kind":"article",`)

// IsExport reports whether a file begins as an export does, or as a later
// part of one.
func IsExport(head []byte) bool {
	return bytes.HasPrefix(head, []byte(`{"kind":"archive","version":`)) || bytes.HasPrefix(head, append(articleLine, `"key":`...))
}

// ParseExportLine reads one line of an export. nil is for a kind that this
// program does not know.
func ParseExportLine(line []byte) (ExportLine, error) {
	of := struct {
		Kind string `json:"kind"`
	}{"article"}
	if !bytes.HasPrefix(line, articleLine) {
		if err := json.Unmarshal(line, &of); err != nil {
			return nil, err
		}
	}
	for _, to := range []ExportLine{&ExportArticle{}, &ExportFile{}, &ExportHeader{}, &ExportPlace{}, &ExportAlias{}, &ExportNames{}, &ExportSearch{}, &ExportOriginal{}} {
		if to.kind() == of.Kind {
			return checkedLine(to, json.Unmarshal(line, to))
		}
	}
	return nil, nil
}

func checkedLine(line ExportLine, err error) (ExportLine, error) {
	if h, ok := line.(*ExportHeader); ok && err == nil && h.Version > ExportVersion {
		err = fmt.Errorf("the export is of version %d, and this program reads up to %d (use a later one)", h.Version, ExportVersion)
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		err = fmt.Errorf("its field %s is not what an export has there", wrong.Field)
	}
	return line, err
}

// hexSum reads a SHA-256.
func hexSum(s string) ([]byte, error) {
	sum, err := hex.DecodeString(s)
	if err == nil && len(sum) != sha256.Size {
		err = errNoPart
	}
	return sum, err
}

// KeyOf gives the key that an article of an export is kept under: the one that
// the export names where it is the article's own, so that nobody can keep
// another article out by its key; else the one that it has by what it says.
func (x *ExportArticle) KeyOf(a *Article) Key {
	var named Key
	own := a.Key()
	if b, err := hex.DecodeString(x.Key); err != nil || copy(named[:], b) != len(b) || named == own {
		return own
	}
	titles, sources := []Field{a.Title}, []Field{a.Source}
	if was := x.was("title"); was != nil {
		titles = append(titles, Field{Value: was.Value, Derived: was.Derived})
	}
	if was := x.was("source"); was != nil {
		sources = append(sources, Field{Value: was.Value, Derived: was.Derived})
	}
	for _, name := range x.Aliased[:min(len(x.Aliased), maxAliasesTried)] {
		sources = append(sources, Field{Value: name})
	}
	stored := storedArticle{Article: *a, key: named[:]}
	if stored.keyIsOf(titles, sources) {
		return named
	}
	return own
}

// maxAliasesTried bounds how often a text is hashed to find its key.
const maxAliasesTried = 16

// was gives what the file said of a corrected field.
func (x *ExportArticle) was(field string) *wasField {
	for i := range x.Corrected {
		if x.Corrected[i].Field == field {
			return &x.Corrected[i].Was
		}
	}
	return nil
}
