package store

import (
	"context"
	"encoding/json"
	"strings"
)

// This file asks SQL: where the index is of an unknown kind, where the order is
// that of the titles, and for conditions on the tables.

func (v *View) findSQL(ctx context.Context, s Search) (found []Scored, err error) {
	c := newCompiler()
	defer c.close()
	query := c.find(s)
	rows, err := v.conn.QueryContext(ctx, query, c.args...)
	if err != nil {
		return nil, fault("search "+v.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var hit Scored
		if err := rows.Scan(&hit.ID, &hit.Score); err != nil {
			return nil, fault("search "+v.path, err)
		}
		found = append(found, hit)
	}
	return found, fault("search "+v.path, rows.Err())
}

func (v *View) countSQL(ctx context.Context, where Node) (n int, err error) {
	c := newCompiler()
	defer c.close()
	from := c.split(where)
	err = v.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+from.tables+from.where(), c.args...).Scan(&n)
	return n, fault("search "+v.path, err)
}

// HasSuperseded reports whether the archive holds earlier versions of
// articles at all.
func (v *View) HasSuperseded(ctx context.Context) (yes bool, err error) {
	err = prepared{v.conn}.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM articles WHERE superseded_by IS NOT NULL)`).Scan(&yes)
	return yes, fault("search "+v.path, err)
}

// compiler writes a condition as SQL, every value as an argument.
type compiler struct {
	args   []any
	checks []int64
}

func newCompiler() *compiler { return &compiler{} }

// close lets go of the checks; it must wait until the query has ended.
func (c *compiler) close() {
	for _, number := range c.checks {
		checks.Delete(number)
	}
}

// arg adds an argument and gives its placeholder.
func (c *compiler) arg(v any) string {
	c.args = append(c.args, v)
	return "?"
}

// find writes the whole query.
func (c *compiler) find(s Search) string {
	from := c.split(s.Where)
	if s.Except != nil {
		from.conditions = append(from.conditions, "NOT "+c.condition(s.Except, from.tested()))
	}
	score := c.score(s.Score, &from)
	query := "SELECT " + from.id + ", " + score + " FROM " + from.tables
	if from.matched && s.Order != ByScore {
		query += " JOIN articles a ON a.id = f.rowid"
	}
	query += from.where() + " ORDER BY " + orderClause(s.Order, from.id) + from.id
	if s.Limit > 0 || s.Offset > 0 {
		limit := s.Limit
		if limit == 0 {
			limit = -1
		}
		query += " LIMIT " + c.arg(limit) + " OFFSET " + c.arg(s.Offset)
	}
	return query
}

// score writes an article's score. Where the index answers the condition,
// the condition's own words score; elsewhere those of words are joined in.
func (c *compiler) score(words []Node, from *source) string {
	if len(words) == 0 {
		return "0.0"
	}
	if from.matched {
		return "-bm25(article_index, 1.0, 2.0)"
	}
	expr, ok := matchExpression(Or(words))
	if !ok {
		return "0.0"
	}
	// This argument stands before those of the conditions in the text.
	c.args = append([]any{expr}, c.args...)
	from.tables = `(SELECT rowid AS id, -bm25(article_index, 1.0, 2.0) AS score FROM article_index WHERE article_index MATCH ?) x
		RIGHT JOIN articles a ON a.id = x.id`
	return "coalesce(x.score, 0.0)"
}

// source is what a query goes through, and on which conditions.
type source struct {
	tables     string
	id         string // SQL for the article's id
	conditions []string
	matched    bool // the index answers, as f; else the articles a are gone through
}

// tested is the id as conditions test it. The + keeps SQLite from looking the
// index up by the ids of a condition and reading, to MATCH, columns that it
// may not read.
func (s source) tested() string {
	if s.matched {
		return "+" + s.id
	}
	return s.id
}

func (s source) where() string {
	if len(s.conditions) == 0 {
		return ""
	}
	return " WHERE " + balanced(s.conditions, " AND ")
}

// split gives the index what it can answer and leaves the rest as conditions.
func (c *compiler) split(where Node) source {
	and, ok := where.(And)
	if !ok {
		and = And{where}
	}
	var words, rest And
	positive := false
	for _, n := range and {
		candidates, exact := relax(n)
		not, isNot := candidates.(Not)
		if isNot {
			_, ok = matchExpression(not.Node)
		} else {
			_, ok = matchExpression(candidates)
		}
		switch {
		case !ok, isNot && !exact:
			rest = append(rest, n)
		default:
			words = append(words, candidates)
			positive = positive || !isNot
			if !exact {
				rest = append(rest, n)
			}
		}
	}
	if expr, ok := matchExpression(words); ok && positive {
		match := "article_index MATCH " + c.arg(expr)
		from := source{"article_index f", "f.rowid", []string{match}, true}
		from.conditions = append(from.conditions, c.conditions(rest, from.tested())...)
		return from
	}
	return source{"articles a", "a.id", c.conditions(and, "a.id"), false}
}

// relax gives a condition that is satisfied by all that satisfies n and
// needs no check of the text; exact is true if it is the same.
func relax(n Node) (relaxed Node, exact bool) {
	switch n := n.(type) {
	case Verified:
		relaxed, _ := relax(n.Candidates)
		return relaxed, false
	case Exact:
		return n.Words, false
	case And:
		kids, exact := relaxAll(n)
		return And(kids), exact
	case Or:
		kids, exact := relaxAll(n)
		return Or(kids), exact
	case Not:
		if _, exact := relax(n.Node); !exact {
			return n, false
		}
	}
	return n, true
}

func relaxAll(nodes []Node) (relaxed []Node, exact bool) {
	relaxed, exact = make([]Node, len(nodes)), true
	for i, n := range nodes {
		kid, same := relax(n)
		relaxed[i] = kid
		exact = exact && same
	}
	return relaxed, exact
}

func (c *compiler) conditions(nodes []Node, id string) []string {
	written := make([]string, len(nodes))
	for i, n := range nodes {
		written[i] = c.condition(n, id)
	}
	return written
}

func orderClause(o Order, id string) string {
	switch o {
	case ByDate:
		return "a.first_day IS NULL, a.first_day, a.published, "
	case ByDateDesc:
		return "a.first_day IS NULL, a.first_day DESC, a.published DESC, "
	case BySource:
		return "(SELECT name FROM sources WHERE id = a.source) IS NULL, (SELECT name FROM sources WHERE id = a.source) COLLATE NOCASE, "
	case ByTitle:
		return "a.title IS NULL, a.title COLLATE NOCASE, "
	case ByAdded:
		return "a.added DESC, a.id DESC, "
	}
	return "2 DESC, (SELECT first_day FROM articles WHERE id = " + id + ") DESC, "
}

// condition writes a condition on the article whose id the SQL expression
// id gives.
func (c *compiler) condition(n Node, id string) string {
	if expr, ok := matchExpression(n); ok {
		return id + " IN (SELECT rowid FROM article_index WHERE article_index MATCH " + c.arg(expr) + ")"
	}
	switch n := n.(type) {
	case And:
		return c.group(n, id, " AND ", "1")
	case Or:
		return c.group(n, id, " OR ", "0")
	case Not:
		return "NOT " + c.condition(n.Node, id)
	case All:
		return "1"
	case Verified:
		return c.verified(n, id)
	case Exact:
		return c.verified(Verified{n.Words, n.Check}, id)
	}
	return c.property(n, id)
}

func (c *compiler) group(nodes []Node, id, operator, empty string) string {
	if len(nodes) == 0 {
		return empty
	}
	return balanced(c.conditions(nodes, id), operator)
}

// balanced joins conditions by halves: SQLite bounds the depth of expressions
// at 1000, and reads a AND b AND c as two levels.
func balanced(conditions []string, operator string) string {
	if len(conditions) == 1 {
		return conditions[0]
	}
	half := len(conditions) / 2
	return "(" + balanced(conditions[:half], operator) + operator + balanced(conditions[half:], operator) + ")"
}

func (c *compiler) verified(v Verified, id string) string {
	candidates := c.condition(v.Candidates, id)
	number := addCheck(v.Check)
	c.checks = append(c.checks, number)
	return "(" + candidates + ` AND (
		SELECT check_text(` + c.arg(number) + `, coalesce(p.title, ''), b.text, coalesce(p.lang, ''))
		FROM articles p JOIN bodies b ON b.id = p.id WHERE p.id = ` + id + "))"
}

// property writes a condition on the tables.
func (c *compiler) property(n Node, id string) string {
	switch n := n.(type) {
	case IDIn:
		return id + " IN " + c.list([]int64(n))
	case SourceIn:
		return c.article(id, "p.source IN "+c.list([]int64(n)))
	case BylineIn:
		return c.article(id, "p.byline IN "+c.list([]int64(n)))
	case LangIn:
		return c.article(id, "p.lang IN "+c.list([]string(n)))
	case TypeIn:
		return c.article(id, "p.type IN "+c.list([]string(n)))
	case TagIn:
		return id + " IN (SELECT article FROM article_tags WHERE tag IN " + c.list([]int64(n)) + ")"
	case CitesIn:
		return id + " IN (SELECT article FROM citations WHERE source IN " + c.list([]int64(n)) + ")"
	case PublishedIn:
		return c.article(id, "p.first_day >= "+c.arg(n.First)+" AND p.last_day <= "+c.arg(n.Last))
	case AddedIn:
		return c.article(id, c.added(n))
	case URLContains:
		return c.article(id, "p.url LIKE "+c.arg("%"+likeLiteral(string(n))+"%")+` ESCAPE '\'`)
	case Site:
		return c.article(id, c.site(string(n)))
	case PathContains:
		return id + " IN (SELECT o.article FROM files g JOIN origins o ON o.file = g.id WHERE g.path LIKE " +
			c.arg("%"+likeLiteral(string(n))+"%") + ` ESCAPE '\')`
	case Has:
		return c.has(Property(n), id)
	}
	return "0"
}

// article writes a condition on the row p of an article.
func (c *compiler) article(id, condition string) string {
	return "EXISTS (SELECT 1 FROM articles p WHERE p.id = " + id + " AND (" + condition + "))"
}

func (c *compiler) added(n AddedIn) string {
	condition := "1"
	if n.From != "" {
		condition += " AND p.added >= " + c.arg(n.From)
	}
	if n.Until != "" {
		condition += " AND p.added < " + c.arg(n.Until)
	}
	return condition
}

// hostExpression cuts the host out of a URL: what stands between "://" and
// the next "/".
const hostExpression = `lower(substr(p.url, instr(p.url, '://') + 3, instr(substr(p.url, instr(p.url, '://') + 3) || '/', '/') - 1))`

// site compares a URL's host, its port aside, with a domain or one below it.
func (c *compiler) site(host string) string {
	h := likeLiteral(strings.ToLower(host))
	var either []string
	for _, pattern := range []string{h, "%." + h, h + ":%", "%." + h + ":%"} {
		either = append(either, hostExpression+" LIKE "+c.arg(pattern)+` ESCAPE '\'`)
	}
	return strings.Join(either, " OR ")
}

func (c *compiler) has(p Property, id string) string {
	switch p {
	case HasTitle:
		return c.article(id, "p.title IS NOT NULL AND coalesce((SELECT derived FROM rules WHERE id = p.title_rule), 0) = 0")
	case HasByline:
		return c.article(id, "p.byline IS NOT NULL")
	case HasDate:
		return c.article(id, "p.published IS NOT NULL")
	case HasSource:
		return c.article(id, "p.source IS NOT NULL")
	case HasURL:
		return c.article(id, "p.url IS NOT NULL")
	case HasTag:
		return id + " IN (SELECT article FROM article_tags)"
	case HasCites:
		return id + " IN (SELECT article FROM citations)"
	case IsSuperseded:
		return c.article(id, "p.superseded_by IS NOT NULL")
	}
	return "0"
}

// list writes values as the rows of one argument, however many there are.
func (c *compiler) list(values any) string {
	b, err := json.Marshal(values)
	if err != nil {
		return "(NULL)" // a list of numbers or strings always marshals
	}
	return "(SELECT value FROM json_each(" + c.arg(string(b)) + "))"
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// likeLiteral makes a string stand for itself inside LIKE.
func likeLiteral(s string) string { return likeEscapes.Replace(s) }
