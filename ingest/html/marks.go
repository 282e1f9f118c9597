package html

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// marks are characters of private use put into the text nodes of a tree. What
// a library keeps of the tree keeps the marks with it, so that its choice can
// be carried back to the page, where nothing was joined, trimmed or rewritten.
type marks struct {
	nodes []*html.Node
	texts []string // of the nodes, as they were
	at    map[*html.Node]int
}

// The range of marks: planes 15 and 16, which fonts and systems leave alone.
const (
	firstMark = '\U000F0000'
	lastMark  = '\U0010FFFD'
)

// longWord is what no single word has, in bytes.
const longWord = 40

// markTexts marks each text of two words or more; a single word may be what a
// library looks for ("Advertisement"), and is left as it is.
func markTexts(doc *html.Node) *marks {
	m := &marks{at: map[*html.Node]int{}}
	m.node(doc)
	return m
}

func (m *marks) node(n *html.Node) {
	if n.Type == html.TextNode {
		m.text(n)
		return
	}
	switch n.DataAtom {
	case atom.Title, atom.H1, atom.H2: // compared with each other for the title
		return
	}
	if isUnread(n.DataAtom) && n.DataAtom != atom.Figcaption {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		m.node(c)
	}
}

func (m *marks) text(n *html.Node) {
	text := strings.TrimSpace(n.Data)
	word := strings.IndexAny(text, " \t\r\n")
	if word < 0 {
		word = len(text) // of a script without blanks, or one word
	}
	if word == len(text) && len(text) < longWord || firstMark+rune(len(m.nodes)) > lastMark {
		return
	}
	word += strings.Index(n.Data, text)
	m.at[n] = len(m.nodes)
	m.texts = append(m.texts, n.Data)
	n.Data = n.Data[:word] + string(firstMark+rune(len(m.nodes))) + n.Data[word:]
	m.nodes = append(m.nodes, n)
}

// undo gives the tree its texts back.
func (m *marks) undo() {
	for i, n := range m.nodes {
		n.Data = m.texts[i]
	}
}

// kept says what a library kept of a tree.
type kept struct {
	marked []bool
	blocks map[string]bool // whole blocks, for those without a mark
}

func (m *marks) keptIn(root *html.Node) kept {
	k := kept{make([]bool, len(m.nodes)), map[string]bool{}}
	for _, b := range blocksOf(root) {
		for _, r := range b.text {
			if i := int(r - firstMark); i >= 0 && i < len(k.marked) {
				k.marked[i] = true
			}
		}
		k.blocks[withoutMarks(b.text)] = true
	}
	return k
}

func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= firstMark && r <= lastMark {
			return -1
		}
		return r
	}, s)
}

// keeps reports whether a library kept a block: most of its marked texts, or
// all of it where none is marked.
func (m *marks) keeps(k kept, b block) bool {
	in, of := 0, 0
	for _, n := range b.nodes {
		if i, ok := m.at[n]; ok {
			size := len(m.texts[i])
			of += size
			if k.marked[i] {
				in += size
			}
		}
	}
	if of == 0 {
		return k.blocks[b.text]
	}
	return in*2 > of
}
