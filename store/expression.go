package store

import (
	"fmt"
	"strings"
)

// This file alone knows the language of FTS5's MATCH. Every stem is quoted,
// so nothing that a person types can be read as an operator.

// matchExpression writes a condition for MATCH; ok is false where the index
// alone cannot answer it: a condition on the tables, or an exclusion with
// nothing to exclude it from.
func matchExpression(n Node) (expr string, ok bool) {
	switch n := n.(type) {
	case Words:
		return inColumn(n.Column, alternatives(n)), len(n.Any) > 0
	case Near:
		return inColumn(n.Column, nears(n)), len(n.Any) > 0
	case Repeated:
		return matchExpression(n.Node)
	case Or:
		return joinExpressions(n, " OR ")
	case And:
		return matchAnd(n)
	}
	return "", false
}

// matchAnd puts exclusions behind what they are taken from, as one NOT over
// a flat OR: chained NOTs would nest.
func matchAnd(and And) (expr string, ok bool) {
	var wanted, unwanted []Node
	for _, n := range and {
		if not, isNot := n.(Not); isNot {
			unwanted = append(unwanted, not.Node)
		} else {
			wanted = append(wanted, n)
		}
	}
	expr, ok = joinExpressions(wanted, " AND ")
	if !ok || len(unwanted) == 0 {
		return expr, ok
	}
	excluded, ok := joinExpressions(unwanted, " OR ")
	return "(" + expr + " NOT " + excluded + ")", ok
}

func joinExpressions(nodes []Node, operator string) (expr string, ok bool) {
	if len(nodes) == 0 {
		return "", false
	}
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		if parts[i], ok = matchExpression(n); !ok {
			return "", false
		}
	}
	if len(parts) == 1 {
		return parts[0], true
	}
	return "(" + strings.Join(parts, operator) + ")", true
}

func inColumn(c Column, expr string) string {
	switch c {
	case InTitle:
		return "{title} : " + expr
	case InText:
		return "{body} : " + expr
	}
	return expr
}

func alternatives(w Words) string {
	parts := make([]string, len(w.Any))
	for i, p := range w.Any {
		parts[i] = quote(p)
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

func quote(p Phrase) string {
	q := `"` + strings.ReplaceAll(strings.Join(p.Stems, " "), `"`, `""`) + `"`
	if p.Prefix {
		q += "*"
	}
	return q
}

// nears writes NEAR groups. FTS5 counts the words between two phrases; we
// count positions, so that neighbours are one apart.
func nears(n Near) string {
	parts := make([]string, len(n.Any))
	for i, group := range n.Any {
		quoted := make([]string, len(group))
		for j, p := range group {
			quoted[j] = quote(p)
		}
		parts[i] = fmt.Sprintf("NEAR(%s, %d)", strings.Join(quoted, " "), max(n.Within-1, 0))
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}
