package store

// Column says where in an article a word is looked for.
type Column int

const (
	Anywhere Column = iota
	InTitle
	InText
)

// Node is a condition on an article. Conditions on words are answered by the
// full-text index, the others by the tables.
type Node interface{ node() }

// Phrase is a sequence of stems; with Prefix the last is the beginning of one.
type Phrase struct {
	Stems  []string
	Prefix bool
}

// key tells words from each other. No stem holds a byte below a blank.
func (w Words) key() string {
	size := 1
	for _, p := range w.Any {
		size += 2
		for _, s := range p.Stems {
			size += len(s) + 1
		}
	}
	key := append(make([]byte, 0, size), byte(w.Column))
	for _, p := range w.Any {
		for _, s := range p.Stems {
			key = append(append(key, 0), s...)
		}
		if p.Prefix {
			key = append(key, 1)
		}
		key = append(key, 2)
	}
	return string(key)
}

type (
	// Words is satisfied by any of its alternatives.
	Words struct {
		Column Column
		Any    []Phrase
	}
	// Near is satisfied where all phrases of one of its alternatives stand
	// in the same column with their first words at most Within positions
	// from the first phrase's end to the last's start, in any order.
	Near struct {
		Column Column
		Within int
		Any    [][]Phrase
	}
	// Verified is satisfied by what satisfies Candidates and passes Check.
	Verified struct {
		Candidates Node
		Check      Check
	}

	// Exact is satisfied where a word is written as Surface tells, folded.
	// Words are its stems, alone and anywhere; Check tells it by the text.
	Exact struct {
		Words   Words
		Surface string
		Check   Check
	}
	// Repeated is something that a query gave so many times; it counts in a
	// score alone.
	Repeated struct {
		Node
		Times int
	}

	And []Node
	Or  []Node
	Not struct{ Node Node }
	// All is satisfied by every article, None by none.
	All  struct{}
	None struct{}

	// IDIn, SourceIn, ... are satisfied by articles that have one of the ids.
	IDIn     []int64
	SourceIn []int64
	BylineIn []int64
	TagIn    []int64
	CitesIn  []int64
	LangIn   []string // language codes
	TypeIn   []string
	// PublishedIn is satisfied by articles whose date, as far as it is
	// known, lies between two days, both included; see Date.First.
	PublishedIn struct{ First, Last int }
	// AddedIn is satisfied by articles added at or after From and before
	// Until, RFC 3339 in UTC, "" for no bound.
	AddedIn struct{ From, Until string }
	// URLContains and PathContains look for a string, letter case aside, in
	// the URL and in the paths of the files; Site for the URL's host or a
	// domain above it.
	URLContains  string
	PathContains string
	Site         string
	// Has is satisfied by articles that have a property.
	Has Property
)

// Property is something an article has or has not.
type Property int

const (
	HasTitle  Property = iota // a title that was read, not derived
	HasByline                 //
	HasDate
	HasSource
	HasURL
	HasTag
	HasCites
	IsSuperseded // an earlier version of an article
)

func (Words) node()        {}
func (Near) node()         {}
func (Verified) node()     {}
func (Exact) node()        {}
func (And) node()          {}
func (Or) node()           {}
func (Not) node()          {}
func (All) node()          {}
func (None) node()         {}
func (IDIn) node()         {}
func (SourceIn) node()     {}
func (BylineIn) node()     {}
func (TagIn) node()        {}
func (CitesIn) node()      {}
func (LangIn) node()       {}
func (TypeIn) node()       {}
func (PublishedIn) node()  {}
func (AddedIn) node()      {}
func (URLContains) node()  {}
func (PathContains) node() {}
func (Site) node()         {}
func (Has) node()          {}
