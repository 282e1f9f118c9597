package search

import (
	"fmt"
	"strings"
)

const (
	// maxDepth bounds nested parentheses; deeper ones are read as if they
	// were not there.
	maxDepth = 20
	// maxWords bounds the words and phrases of a query; what follows is
	// left out, with a note.
	maxWords = 1024
	// maxTogether bounds what one sentence or paragraph is asked for: each
	// is looked for in every text that holds them all.
	maxTogether = 32
)

// parser reads pieces into a tree by recursive descent:
//
//	all  = any { [AND] any }          both: AND binds loosest
//	any  = not { OR not }
//	not  = { NOT | - } same
//	same = near { SAME near } | near { PARA near }
//	near = part { NEAR/n part | ADJ/n part }
//	part = ( all ) | field: part | "phrase" | word | *
//
// An operator without what it needs on either side is read as a word.
type parser struct {
	pieces []lexeme
	at     int
	depth  int
	words  int
	notes  []string
}

// parse reads a query. The tree is nil if there is nothing to search for.
func parse(query string) (tree node, notes []string) {
	pieces, notes := lex(query)
	p := &parser{pieces: pieces, notes: notes}
	var parts []node
	explicit := false
	for p.peek().kind != endToken {
		n, hasAnd := p.all()
		if n != nil {
			parts = append(parts, n)
			explicit = explicit || hasAnd
		}
		if p.peek().kind == closeToken {
			p.at++
			p.note("a ) has no (: left out")
		}
	}
	if p.words > maxWords {
		p.note(fmt.Sprintf("the query is very long: its first %d words are searched", maxWords))
	}
	return all(parts, explicit), p.notes
}

func (p *parser) note(s string) { p.notes = append(p.notes, s) }

func (p *parser) peek() lexeme { return p.pieces[p.at] }

// all reads what must be satisfied together, up to a ) or the end.
func (p *parser) all() (tree node, explicit bool) {
	var kids []node
	for {
		switch p.peek().kind {
		case endToken, closeToken:
			return all(kids, explicit), explicit
		case andToken:
			if len(kids) > 0 && p.operandFollows() {
				explicit = true
				p.at++
				continue
			}
		}
		if n := p.any(); n != nil {
			kids = append(kids, n)
		}
	}
}

// all joins what must be satisfied together; what holds no word is left out.
func all(kids []node, explicit bool) node {
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	}
	var flat []node
	for _, k := range kids {
		if and, ok := k.(andNode); ok && and.explicit == explicit {
			flat = append(flat, and.kids...)
			continue
		}
		flat = append(flat, k)
	}
	return andNode{flat, explicit}
}

// operandFollows reports whether the piece after this one can be searched.
func (p *parser) operandFollows() bool {
	switch p.pieces[p.at+1].kind {
	case wordToken, phraseToken, fieldToken, openToken, everyToken, addressToken, notToken:
		return true
	}
	return false
}

// any reads alternatives.
func (p *parser) any() node {
	kids := appendNode(nil, p.not())
	for len(kids) > 0 && p.peek().kind == orToken && p.operandFollows() {
		p.at++
		kids = appendNode(kids, p.not())
	}
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	}
	return orNode{kids}
}

func appendNode(kids []node, n node) []node {
	if n == nil {
		return kids
	}
	return append(kids, n)
}

// not reads exclusions; two of them cancel each other out.
func (p *parser) not() node {
	negated := false
	for p.peek().kind == notToken && p.operandFollows() {
		negated = !negated
		p.at++
	}
	n := p.same()
	if negated && n != nil {
		return notNode{n}
	}
	return n
}

// same reads words that stand in one sentence or paragraph.
func (p *parser) same() node {
	left := p.near()
	for left != nil && p.peek().kind == sameToken && p.operandFollows() {
		operator := p.peek()
		p.at++
		right := p.sameRight()
		if right == nil {
			break
		}
		left = p.joinSame(left, right, operator)
	}
	return left
}

// sameRight reads the right side of a SAME; an exclusion there is read as
// such, for joinSame to refuse.
func (p *parser) sameRight() node {
	if p.peek().kind == notToken {
		return p.not()
	}
	return p.near()
}

// joinSame makes a sameNode where both sides are words, and of a chain one.
func (p *parser) joinSame(left, right node, operator lexeme) node {
	paragraph := operator.text == "PARA"
	if same, ok := left.(sameNode); ok && same.paragraph == paragraph && hasPosition(right) {
		if len(same.kids) < maxTogether {
			return sameNode{append(same.kids, right), paragraph}
		}
		p.note(fmt.Sprintf("%s joins %d words or phrases at most: the others are read with AND", operator.text, maxTogether))
		return all([]node{left, right}, true)
	}
	if !hasPosition(left) || !hasPosition(right) {
		p.note(operator.text + " wants words or phrases on both sides, and no NOT: read as AND")
		return all([]node{left, right}, true)
	}
	return sameNode{[]node{left, right}, paragraph}
}

// near reads words that stand close to each other.
func (p *parser) near() node {
	left := p.part()
	for left != nil && p.peek().kind == nearToken && p.operandFollows() {
		operator := p.peek()
		p.at++
		right := p.part()
		if right == nil {
			break
		}
		left = p.join(left, right, operator)
	}
	return left
}

// join makes a nearNode where both sides are words; elsewhere distance means
// nothing and both must be there.
func (p *parser) join(left, right node, operator lexeme) node {
	if !hasPosition(left) || !hasPosition(right) {
		p.note(operator.text + " wants words or phrases on both sides: read as AND")
		return andNode{[]node{left, right}, true}
	}
	return nearNode{left, right, operator.number, operator.order}
}

func hasPosition(n node) bool {
	switch n := n.(type) {
	case wordNode, phraseNode, nearNode:
		return true
	case orNode:
		for _, k := range n.kids {
			if !hasPosition(k) {
				return false
			}
		}
		return true
	}
	return false
}

// part reads one thing to search for; nil if there is none.
func (p *parser) part() node {
	piece := p.peek()
	if piece.kind == endToken || piece.kind == closeToken {
		return nil
	}
	p.at++
	switch piece.kind {
	case openToken:
		return p.group()
	case fieldToken:
		return p.field(piece)
	case everyToken:
		return p.word(everythingNode{})
	case addressToken:
		p.note(piece.text + " is read as url:" + piece.text)
		return fieldNode{"url", phraseNode{text: piece.text}}
	case phraseToken:
		return p.word(phraseNode{piece.text, piece.exact, piece.prefix, piece.number})
	case wordToken:
		return p.word(wordNode{piece.text, piece.exact, piece.prefix, piece.number})
	}
	// An operator that stands where a word should.
	p.note(piece.text + " has nothing to join here: read as a word")
	return p.word(wordNode{text: strings.ToLower(piece.text)})
}

// word counts words and drops those beyond the bound.
func (p *parser) word(n node) node {
	p.words++
	if p.words > maxWords {
		return nil
	}
	return n
}

func (p *parser) group() node {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		if p.depth == maxDepth+1 {
			p.note("parentheses are nested too deeply: the inner ones are left out")
		}
		return p.skipGroup()
	}
	tree, _ := p.all()
	if p.peek().kind == closeToken {
		p.at++
	} else {
		p.note("a ( is not closed: read as closed at the end")
	}
	return tree
}

// skipGroup goes past further parentheses, exclusions and fields without
// descending, and reads the word behind them.
func (p *parser) skipGroup() node {
	for {
		switch p.peek().kind {
		case openToken, notToken, fieldToken:
			p.at++
			continue
		}
		return p.part()
	}
}

// field reads what a field is asked for.
func (p *parser) field(piece lexeme) node {
	switch p.peek().kind {
	case wordToken, phraseToken, openToken, everyToken, addressToken:
	default:
		return p.word(wordNode{text: piece.text})
	}
	if next := p.peek(); next.kind == addressToken {
		p.at++
		return fieldNode{piece.text, phraseNode{text: next.text}}
	}
	value := p.part()
	if value == nil {
		return nil
	}
	return fieldNode{piece.text, value}
}
