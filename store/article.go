package store

import (
	"crypto/sha256"
	"encoding/hex"

	"example.com/archive/text"
)

// Field is one piece of an article's metadata together with how it was found.
// An empty Value means that the article does not have it.
type Field struct {
	Value string
	// Rule names what found the value, in words a person understands:
	// "front matter title", "title line", "first sentence".
	Rule string
	// Derived is true where the value was worked out rather than read: a
	// title made from the first sentence, a detected language, a source
	// taken from the folder's name.
	Derived bool
}

// Citation is an outlet that an article names as a source of its own.
type Citation struct {
	Outlet string // as people write it: "Reuters", "TheCradle.co"
	Rule   string // what found it: "sources list", "told OUTLET"
	Phrase string // the words of the article that name it
}

// Article is one article, whole, as it goes into the archive and as it comes
// out again.
type Article struct {
	ID        int64 // 0 until it is stored
	Title     Field
	Source    Field
	Byline    Field
	Lang      Field // ISO 639-1 where there is one, else 639-3
	Published Date
	// PublishedBy says how the date was found; its Value is the date as the
	// article writes it.
	PublishedBy Field
	// Captured is when a web archive saved the page; zero if it is from none.
	Captured Date
	Type     string // the format it was read from: text, markdown, json, csv
	URL      string
	Tags     []string
	Cites    []Citation
	Words    int    // words of the text, the title not counted
	Added    string // RFC 3339, UTC, when it came into the archive
	// SupersededBy is the article that a later version of the same file
	// gave; 0 for an article that is current.
	SupersededBy int64
	Text         string // valid UTF-8, no NUL, lines ended by \n
}

// Key identifies an article by what it says: the first half of the SHA-256 of
// its normalised text, its title and its source, so far as these were given by
// the article and not derived by us (the same text in two folders is one
// article).
type Key [sha256.Size / 2]byte

// String gives the first 16 hexadecimal digits, which is what people see.
func (k Key) String() string { return hex.EncodeToString(k[:8]) }

// Key works out the article's identity.
func (a *Article) Key() Key {
	parts := [...]string{given(a.Title), given(a.Source), a.Text}
	said := make([]byte, 0, len(parts[0])+len(parts[1])+len(parts[2])+len(parts))
	for _, part := range parts {
		said = append(text.AppendNormalised(said, part), 0)
	}
	sum := sha256.Sum256(said)
	return Key(sum[:len(Key{})])
}

func given(f Field) string {
	if f.Derived {
		return ""
	}
	return f.Value
}
