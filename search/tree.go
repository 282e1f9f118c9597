package search

import (
	"fmt"
	"strings"
)

// A query is a tree. String of every node gives the query language back,
// with all parentheses written, so that a person sees how it was read.
type node interface{ String() string }

type (
	// wordNode is a word as typed; it can be several in the index
	// ("multi-agent").
	wordNode struct {
		text   string
		exact  bool // =word
		prefix bool // word*
		edits  int  // word~, word~2: spellings so many edits away; 0 where not given
	}
	// phraseNode is a text in quotes.
	phraseNode struct {
		text   string
		exact  bool
		prefix bool // "nuclear pow"*
		within int  // "..."~5; 0 where not given
	}
	// nearNode is a NEAR/n b and a ADJ/n b.
	nearNode struct {
		left, right node
		within      int
		ordered     bool
	}
	// sameNode is a SAME b SAME c, and with PARA the same.
	sameNode struct {
		kids      []node
		paragraph bool // in one paragraph; else in one sentence
	}
	andNode struct {
		kids     []node
		explicit bool // at least one AND was written
	}
	orNode  struct{ kids []node }
	notNode struct{ kid node }
	// fieldNode limits words to a column or asks for a property. name is
	// the field's own name, not an alias; value is a word, a phrase or a
	// tree of them.
	fieldNode struct {
		name  string
		value node
	}
	everythingNode struct{}
)

func (n wordNode) String() string {
	s := mark(n.exact, "=") + n.text + mark(n.prefix, "*")
	if n.edits > 0 {
		s += fmt.Sprintf("~%d", n.edits)
	}
	return s
}

func (n phraseNode) String() string {
	s := mark(n.exact, "=") + `"` + n.text + `"` + mark(n.prefix, "*")
	if n.within > 0 {
		s += fmt.Sprintf("~%d", n.within)
	}
	return s
}

func mark(on bool, sign string) string {
	if on {
		return sign
	}
	return ""
}

func (n nearNode) String() string {
	operator := "NEAR"
	if n.ordered {
		operator = "ADJ"
	}
	return fmt.Sprintf("(%s %s/%d %s)", n.left, operator, n.within, n.right)
}

func (n sameNode) String() string {
	if n.paragraph {
		return join(n.kids, " PARA ")
	}
	return join(n.kids, " SAME ")
}

func (n andNode) String() string { return join(n.kids, " AND ") }

func (n orNode) String() string { return join(n.kids, " OR ") }

func join(kids []node, operator string) string {
	parts := make([]string, len(kids))
	for i, k := range kids {
		parts[i] = k.String()
	}
	return "(" + strings.Join(parts, operator) + ")"
}

func (n notNode) String() string { return "NOT " + n.kid.String() }

func (n fieldNode) String() string { return n.name + ":" + n.value.String() }

func (everythingNode) String() string { return "*" }

// eachAsked gives a tree in which the words and phrases that are asked of the
// articles' words, not of their properties, have been changed.
func eachAsked(n node, change func(node) node) node {
	all := func(nodes []node) []node {
		changed := make([]node, len(nodes))
		for i, n := range nodes {
			changed[i] = eachAsked(n, change)
		}
		return changed
	}
	switch n := n.(type) {
	case wordNode, phraseNode:
		return change(n)
	case nearNode:
		n.left, n.right = eachAsked(n.left, change), eachAsked(n.right, change)
		return n
	case sameNode:
		n.kids = all(n.kids)
		return n
	case andNode:
		n.kids = all(n.kids)
		return n
	case orNode:
		return orNode{all(n.kids)}
	case notNode:
		return notNode{eachAsked(n.kid, change)}
	case fieldNode:
		if isColumn(n.name) {
			n.value = eachAsked(n.value, change)
		}
		return n
	}
	return n
}
