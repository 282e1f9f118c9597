// Package office reads the text and the properties of documents that word
// processors and e-book programs write: DOCX, ODT, EPUB, RTF and the DOC of
// Word 97 to 2003.
//
// The text is that of the document itself: what was inserted under change
// tracking and not what was deleted, the results of fields and not their
// instructions, notes at the end under their numbers, text boxes after the
// paragraph they hang on. Headers, footers, comments and hidden text are left
// out. Paragraphs stand a blank line apart; the items of a list and the rows
// of a table are lines, the cells of a row stand " | " apart.
package office

import (
	"errors"
	"slices"
	"strings"
)

// Property is a piece of a document's metadata and the name of the field it
// was found in; both are empty where there is none.
type Property struct {
	Value, Rule string
}

// Document is what was read of a document, or of a chapter of a book.
type Document struct {
	Title, Byline, Created, Published, Language, Publisher Property
	Subjects                                               []Property
	Text                                                   string
}

// Reasons why a document is not read.
var (
	ErrProtected = errors.New("it is protected with a password (save it without one)")
	ErrDRM       = errors.New("its text is encrypted (DRM): only the program it was sold or made for can open it")
	ErrTooDeep   = errors.New("its elements are nested too deep")
)

// Bounds that all readers keep.
const (
	maxDepth = 1000     // of elements, groups and parts around each other
	maxText  = 64 << 20 // bytes of text in a document
	maxValue = 1 << 16  // bytes of one property
)

// add notes a property unless there is one already.
func (p *Property) add(value, rule string) {
	value = strings.TrimSpace(value)
	if p.Value == "" && value != "" && len(value) <= maxValue {
		*p = Property{value, rule}
	}
}

// nobody are the names that programs put in for a person.
var nobody = []string{"user", "admin", "administrator", "owner", "unknown", "author", "microsoft office user", "microsoft user", "windows user", "python-docx", "apache poi", "un-named"}

// addPerson notes who wrote a document; several names are put side by side.
func (p *Property) addPerson(name, rule string) {
	name = strings.TrimSpace(name)
	if name == "" || len(p.Value)+len(name) > maxValue || slices.Contains(nobody, strings.ToLower(name)) {
		return
	}
	if p.Value != "" {
		name = p.Value + ", " + name
	}
	*p = Property{name, rule}
}

// addTitle notes a title unless it is one that a program made up.
func (p *Property) addTitle(title, rule string) {
	switch strings.ToLower(strings.TrimSpace(title)) {
	case "untitled", "word document", "document", "document1", "microsoft word document", "powerpoint presentation":
		return
	}
	p.add(strings.TrimPrefix(title, "Microsoft Word - "), rule)
}

// addSubjects notes the parts of a list of keywords.
func (d *Document) addSubjects(list, rule string) {
	cut := func(r rune) bool { return r == ';' || r == '\n' }
	if !strings.ContainsAny(list, ";\n") {
		cut = func(r rune) bool { return r == ',' }
	}
	for _, subject := range strings.FieldsFunc(list, cut) {
		if subject = strings.TrimSpace(subject); subject != "" && len(subject) <= maxValue && len(d.Subjects) < maxDepth {
			d.Subjects = append(d.Subjects, Property{subject, rule})
		}
	}
}
