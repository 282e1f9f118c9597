package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// jsonFormat is JSON: an object, an array of objects, an object around such
// an array, or several of these one after the other.
var jsonFormat = &format{
	name:    "json",
	version: 3,
	strings: true,
	claims:  claimedBy(looksLikeJSON, "json"),
	read:    readJSON,
}

// looksLikeJSON tells JSON from prose that starts with a bracket.
func looksLikeJSON(head []byte) bool {
	head = bytes.TrimSpace(head)
	if len(head) < 2 {
		return false
	}
	next := bytes.TrimLeft(head[1:], " \t\r\n")
	switch {
	case len(next) == 0:
		return false
	case head[0] == '{':
		return next[0] == '"' || next[0] == '}'
	}
	return head[0] == '[' && (next[0] == '{' || next[0] == ']')
}

// wrappers are the keys, as foldName writes them, under which the programs of
// this world put their lists of articles.
var wrappers = []string{"articles", "items", "results", "docs", "documents", "entries", "data", "posts", "news", "stories", "records", "rows", "response", "hits", "value"}

// maxWrapping is how deep a list of articles may lie in other objects.
const maxWrapping = 4

var errNesting = fmt.Errorf("nested deeper than %d levels", maxNesting)

// parseJSON reads one value and nothing after it.
func parseJSON(b []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, jsonError(err)
	}
	if nesting(v) > maxNesting {
		return nil, errNesting
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not valid JSON: more text follows the value")
	}
	return v, nil
}

func jsonError(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("not valid JSON: it ends in the middle of a value")
	case errors.As(err, &syntax):
		return fmt.Errorf("not valid JSON: %s", syntax.Error())
	}
	return err
}

// nesting counts the levels of a value; the decoder itself stops at 10,000.
func nesting(v any) int {
	deepest := 0
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			deepest = max(deepest, nesting(e))
		}
	case map[string]any:
		for _, e := range v {
			deepest = max(deepest, nesting(e))
		}
	default:
		return 0
	}
	return deepest + 1
}

// values lists an object's fields in the order of their names, so that the
// same record always gives the same article.
func values(object map[string]any, line int) []value {
	vals := make([]value, 0, len(object))
	for name, v := range object {
		vals = append(vals, value{name, v, line})
	}
	slices.SortFunc(vals, func(a, b value) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return vals
}

// maxHeld is how much of a list that may turn out to be part of an article is
// kept waiting, in bytes of the file. Beyond it, its objects are articles.
const maxHeld = 4 << 20

// jsonReader streams articles out of JSON of any size.
type jsonReader struct {
	dec    *json.Decoder
	budget *budgetReader
	rs     *records
	out    sink
	items  int
	held   held
}

// held are the objects of lists inside an object that is not read to its end:
// if the object has a text of its own they are part of it, else they are the
// articles.
type held struct {
	objects []map[string]any
	bytes   int64
	others  int // elements of the lists that are no objects
	flushes int // times that there was too much to hold
}

func readJSON(ctx context.Context, in *input, out sink) error {
	in.inUTF8()
	budget := &budgetReader{r: in.r}
	j := &jsonReader{dec: json.NewDecoder(budget), budget: budget, rs: newRecords("field", in.fields), out: out}
	j.dec.UseNumber()
	for {
		err := j.top()
		if err == io.EOF {
			return j.rs.missing()
		}
		if err != nil {
			return j.located(err)
		}
	}
}

// located adds to an error of the file's JSON after which article it stands.
func (j *jsonReader) located(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || err == errBudget {
		return fmt.Errorf("%w (after item %d, byte %d)", jsonError(err), j.items, j.dec.InputOffset())
	}
	return err
}

// refill grants the next record its memory.
func (j *jsonReader) refill() { j.budget.left = maxRecord }

// top reads one value of the top level.
func (j *jsonReader) top() error {
	j.refill()
	t, err := j.dec.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		return j.list()
	case json.Delim('{'):
		return j.topObject()
	}
	return errors.New("the JSON holds no object or list of objects")
}

// list reads a list of articles whose bracket is read.
func (j *jsonReader) list() error {
	others := 0
	err := j.elements(func(v any) error {
		object, ok := v.(map[string]any)
		if !ok {
			others++
			return nil
		}
		return j.article(object, false)
	})
	j.noteOthers(others)
	return err
}

// noteOthers reports what stood between the articles of a list.
func (j *jsonReader) noteOthers(n int) {
	if n > 0 && j.items > 0 {
		j.out.failed("", fmt.Errorf("%d elements of a list are no JSON objects", n))
	}
}

// elements reads the rest of an array whose bracket is read.
func (j *jsonReader) elements(each func(v any) error) error {
	for j.dec.More() {
		j.refill()
		var v any
		if err := j.dec.Decode(&v); err != nil {
			return unexpectedEnd(err)
		}
		if err := each(v); err != nil {
			return err
		}
	}
	_, err := j.dec.Token()
	return unexpectedEnd(err)
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// topObject reads an object of the top level: an article, or what articles
// are wrapped in.
func (j *jsonReader) topObject() error {
	j.held = held{}
	object, own, err := j.object(0)
	if err == nil && (own || len(j.held.objects) == 0 && j.held.flushes == 0) {
		return j.article(object, true)
	}
	if failed := j.flush(); failed != nil {
		return failed
	}
	if err == nil {
		j.noteOthers(j.held.others)
	}
	return err
}

// flush hands out the objects that are held.
func (j *jsonReader) flush() error {
	objects := j.held.objects
	j.held.objects, j.held.bytes = nil, 0
	for _, object := range objects {
		if err := j.article(object, false); err != nil {
			return err
		}
	}
	return nil
}

// object reads the rest of an object whose brace is read. own reports whether
// it is an article itself; then the objects held of its lists are dropped as
// parts of it.
func (j *jsonReader) object(depth int) (object map[string]any, own bool, err error) {
	object = map[string]any{}
	start := j.held
	for j.dec.More() {
		t, err := j.dec.Token()
		if err != nil {
			return object, false, unexpectedEnd(err)
		}
		name, _ := t.(string)
		if object[name], err = j.member(name, object, depth); err != nil {
			return object, false, err
		}
	}
	if _, err = j.dec.Token(); err != nil {
		return object, false, unexpectedEnd(err)
	}
	before := len(start.objects)
	if j.held.flushes > start.flushes {
		before = 0
	}
	if !j.isArticle(object, j.held.objects[before:]) {
		return object, false, nil
	}
	j.held.objects, j.held.others = j.held.objects[:before], start.others
	return object, true, nil
}

// member reads the value of one member of an object. A list that may be one
// of articles is held and not given.
func (j *jsonReader) member(name string, object map[string]any, depth int) (v any, err error) {
	if depth >= maxWrapping || len(object) > maxNamesKnown || !j.wraps(name) || j.textOf(object) == ownText {
		return v, unexpectedEnd(j.dec.Decode(&v))
	}
	t, err := j.dec.Token()
	if err != nil {
		return nil, unexpectedEnd(err)
	}
	switch t {
	case json.Delim('['):
		return nil, j.wrappedList()
	case json.Delim('{'):
		return j.wrappedObject(depth)
	}
	return t, nil
}

// wraps reports whether a member may hold a list of articles: by its name,
// unless the user has said that it is something else.
func (j *jsonReader) wraps(name string) bool {
	sp := j.rs.lookup(name)
	mapped := sp.field != "" && sp.rank == 0
	return !mapped && slices.Contains(wrappers, foldName(name))
}

// wrappedList holds the objects of a list. The list costs the object around
// it nothing of its budget.
func (j *jsonReader) wrappedList() error {
	left, from := j.budget.left, j.dec.InputOffset()
	defer func() { j.budget.left = left }()
	return j.elements(func(v any) error {
		object, ok := v.(map[string]any)
		if !ok {
			j.held.others++
			return nil
		}
		to := j.dec.InputOffset()
		defer func() { from = to }()
		return j.hold(object, to-from)
	})
}

func (j *jsonReader) hold(object map[string]any, size int64) error {
	j.held.objects = append(j.held.objects, object)
	if j.held.bytes += size; j.held.bytes <= maxHeld && j.held.flushes == 0 {
		return nil
	}
	j.held.flushes++
	return j.flush()
}

func (j *jsonReader) wrappedObject(depth int) (any, error) {
	from := j.dec.InputOffset()
	object, own, err := j.object(depth + 1)
	if err != nil || !own {
		return object, err
	}
	return nil, j.hold(object, j.dec.InputOffset()-from)
}

// What text an object has of its own.
const (
	noText    = iota
	aboutText // a description or summary, which lists of articles have too
	ownText
)

func (j *jsonReader) textOf(object map[string]any) int {
	best := noText
	for name, v := range object {
		sp := j.rs.lookup(name)
		if sp.field != "text" || !hasValue(v) {
			continue
		}
		if sp.rank < spelled()["description"].rank {
			return ownText
		}
		best = aboutText
	}
	return best
}

// isArticle reports whether an object is an article of its own, so that the
// lists inside it are not lists of articles.
func (j *jsonReader) isArticle(object map[string]any, inside []map[string]any) bool {
	switch j.textOf(object) {
	case ownText:
		return true
	case aboutText:
		return !slices.ContainsFunc(inside, func(o map[string]any) bool { return j.textOf(sourceOf(o)) != noText })
	}
	return false
}

// sourceOf gives the article in a hit of a search engine, which has it under
// _source, and any other object as it is.
func sourceOf(object map[string]any) map[string]any {
	inner, ok := object["_source"].(map[string]any)
	if !ok {
		return object
	}
	if _, ok := inner["id"]; !ok {
		inner["id"] = object["_id"]
	}
	return inner
}

// article hands out one object.
func (j *jsonReader) article(object map[string]any, whole bool) error {
	j.items++
	member := fmt.Sprintf("item %d", j.items)
	if whole && j.items == 1 {
		member = ""
	}
	object = sourceOf(object)
	if nesting(object) > maxNesting {
		j.out.failed(member, errNesting)
		return nil
	}
	a, err := j.rs.article(values(object, 0), member, 0)
	if err != nil {
		j.out.failed(a.Member, err)
		return nil
	}
	return j.out.article(a)
}
