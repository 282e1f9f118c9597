package ingest

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// tagged is a format of references in which each line begins with the tag of
// its field.
type tagged struct {
	referenceFields
	start *regexp.Regexp // how a file begins
	// endings are those of the names of its files, besides txt and none, a
	// blank apart; "" where the start alone is sure.
	endings string
	tag     *regexp.Regexp // at the start of a line: a group holds the tag
	// begins and ends are the tags that begin and end a reference.
	begins, ends string
	// wrapped says that a line without a tag goes on with the one above; else
	// it is a line of its own.
	wrapped bool
	// same gives tags that mean the same as others.
	same map[string]string
	// lists are the tags whose lines are values of their own.
	lists []string
	books []string // the types of works that no other contains
	years []string // the tags for the year alone, if another has the rest
}

func taggedFormat(name string, version int, t *tagged, media ...string) *format {
	return &format{
		name:    name,
		version: version,
		media:   media,
		claims: func(name string, head []byte) bool {
			return (t.endings == "" || slices.Contains(strings.Fields(t.endings+" txt"), extension(name)) || extension(name) == "") && t.start.Match(head)
		},
		read: func(ctx context.Context, in *input, out sink) error { return t.read(ctx, in, out) },
	}
}

// risFormat is RIS, which Zotero, EndNote and databases write: references, of
// which those with an abstract are articles.
var risFormat = taggedFormat("ris", 2, &tagged{
	start:  regexp.MustCompile(`^\s*TY {1,2}- ?[A-Z]{3,6}\s`),
	tag:    regexp.MustCompile(`^\s{0,2}([A-Z][A-Z0-9]) {1,2}-(?: |$)`),
	begins: "TY", ends: "ER",
	same: map[string]string{"A1": "AU"}, years: []string{"PY", "Y1"}, books: []string{"BOOK", "EBOOK", "EDBOOK", "THES"},
	referenceFields: referenceFields{
		kind: "tag", familyFirst: true, tagSeparators: ";\n",
		title: []string{"TI", "T1", "CT", "BT"}, byline: []string{"AU", "A2", "ED"}, lang: []string{"LA"},
		source: []string{"T2", "JF", "JO", "JA", "BT", "PB", "DP"}, published: []string{"DA", "PY", "Y1"}, captured: []string{"Y2"},
		url: []string{"UR", "L2", "LK"}, doi: []string{"DO", "M3"}, text: []string{"AB", "N2"}, tags: []string{"KW"}, id: []string{"ID"},
	},
}, "application/x-research-info-systems")

// enwFormat is what EndNote calls its import format, and others refer or
// BibIX.
var enwFormat = taggedFormat("enw", 1, &tagged{
	start:   regexp.MustCompile(`^\s*%[0AT] [^\n]+\n(?:[^%\n][^\n]*\n)*%[^\s%] \S`),
	tag:     regexp.MustCompile(`^%([^\s%]) `),
	endings: "enw ref refer bix end",
	begins:  "0", wrapped: true, years: []string{"D"},
	referenceFields: referenceFields{
		kind: "tag", familyFirst: true, tagSeparators: ";\n",
		title: []string{"T"}, byline: []string{"A", "E"}, lang: []string{"G"}, source: []string{"J", "B", "I", "S"},
		published: []string{"8", "D"}, url: []string{"U"}, doi: []string{"R"}, text: []string{"X"}, tags: []string{"K"}, id: []string{"F"},
	},
}, "application/x-endnote-refer")

// nbibFormat is MEDLINE, which PubMed writes.
var nbibFormat = taggedFormat("nbib", 1, &tagged{
	start:  regexp.MustCompile(`^\s*(?:PMID- ?\d|OWN *- |STAT *- )`),
	tag:    regexp.MustCompile(`^([A-Z]{2,4}) {0,2}-(?: |$)`),
	begins: "PMID", wrapped: true,
	referenceFields: referenceFields{
		kind: "tag", familyFirst: true, tagSeparators: "\n",
		title: []string{"TI", "TT", "BTI"}, byline: []string{"FAU", "AU", "CN"}, lang: []string{"LA"}, source: []string{"JT", "TA", "BTI", "PB"},
		published: []string{"DP", "DEP"}, doi: []string{"LID", "AID"}, text: []string{"AB", "OAB"}, tags: []string{"MH", "OT"}, id: []string{"PMID"},
	},
}, "application/nbib")

// wosFormat is the plain text of Web of Science.
var wosFormat = taggedFormat("wos", 1, &tagged{
	start:  regexp.MustCompile(`^\s*FN [^\n]+\n\s*VR 1`),
	tag:    regexp.MustCompile(`^([A-Z][A-Z0-9])(?: |$)`),
	begins: "PT", ends: "ER", wrapped: true, lists: []string{"AU", "AF"}, years: []string{"PY"},
	referenceFields: referenceFields{
		kind: "tag", familyFirst: true, tagSeparators: ";",
		title: []string{"TI"}, byline: []string{"AF", "AU"}, lang: []string{"LA"}, source: []string{"SO", "PU"},
		published: []string{"PD", "PY"}, doi: []string{"DI"}, text: []string{"AB"}, tags: []string{"DE", "ID"}, id: []string{"UT"},
	},
})

// taggedReader reads a file of such a format.
type taggedReader struct {
	*tagged
	refs  *references
	ref   *reference
	line  int    // of the reference
	blank bool   // the line above
	name  string // the tag of the value under way
	lines []string
	from  int // the line of the first of them
}

func (t *tagged) read(ctx context.Context, in *input, out sink) error {
	b, err := in.whole("the list of references", maxText)
	if err != nil {
		return err
	}
	r := &taggedReader{tagged: t, refs: newReferences(in, out, t.referenceFields), ref: newReference()}
	n := 0
	for line := range strings.Lines(in.text(b, in.charset)) {
		n++
		if err := r.take(ctx, strings.TrimRight(line, "\r\n\t "), n); err != nil {
			return err
		}
	}
	if err := r.hand(ctx); err != nil {
		return err
	}
	return r.refs.done()
}

// take takes a line.
func (r *taggedReader) take(ctx context.Context, line string, n int) error {
	blank := r.blank
	r.blank = line == ""
	m := r.tag.FindStringSubmatch(line)
	if m == nil {
		if r.name != "" {
			r.lines = append(r.lines, strings.TrimSpace(line))
		}
		return nil
	}
	r.flush()
	if m[1] == r.begins && !r.begun() || m[1] == r.ends || blank && r.ref.values[r.begins] == nil {
		if err := r.hand(ctx); err != nil {
			return err
		}
	}
	if len(r.ref.names) == 0 {
		r.line = n
	}
	if m[1] != r.ends {
		r.name, r.lines, r.from = m[1], []string{strings.TrimSpace(line[len(m[0]):])}, n
	}
	return nil
}

// begun reports a reference of which only the first tag is read.
func (r *taggedReader) begun() bool {
	return len(r.ref.names) == 1 && r.ref.names[0] == r.begins
}

// flush ends the value under way.
func (r *taggedReader) flush() {
	if !slices.Contains(r.lists, r.name) {
		sign := "\n"
		if r.wrapped {
			sign = " "
		}
		r.lines = []string{strings.Join(r.lines, sign)}
	}
	name := r.name
	if same, ok := r.same[name]; ok {
		name = same
	}
	for _, value := range r.lines {
		r.ref.add(name, value, r.from)
	}
	r.name, r.lines = "", nil
}

// hand hands on the reference that is read.
func (r *taggedReader) hand(ctx context.Context) error {
	r.flush()
	ref := r.ref
	r.ref = newReference()
	if r.ends != "" && ref.values[r.begins] == nil {
		return nil // what stands around the references
	}
	ref.published = r.date(ref)
	if slices.Contains(r.books, strings.TrimSpace(ref.get(r.begins))) {
		delete(ref.values, "T2") // the series
	}
	return r.refs.hand(ctx, ref, r.line)
}

// risDate is a date of RIS: year/month/day/what else is said of it.
var risDate = lazily(`^(\d{4}(?:/\d{1,2}){0,2})(?:/.*)?$`)

// date gives the date of the first tag for it that can be read, with the year
// where that stands apart. One that says the day goes before the year alone.
func (t *tagged) date(ref *reference) Field {
	var best Field
	for _, name := range t.published {
		date := ref.get(name)
		if m := risDate().FindStringSubmatch(date); m != nil {
			date = m[1]
		}
		d, ok := ReadDate(date)
		for _, year := range t.years {
			if !ok && date != "" && year != name {
				date = ref.get(name) + " " + ref.get(year)
				d, ok = ReadDate(date)
			}
		}
		if known, _ := ReadDate(best.Value); ok && (best.Value == "" || len(d.String()) > len(known.String()) && strings.HasPrefix(d.String(), known.String())) {
			best = Field{Value: date, Line: ref.lines[name], Rule: t.kind + " " + name}
		}
	}
	return best
}
