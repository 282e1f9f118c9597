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
	version: 1,
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

// jsonReader streams articles out of JSON of any size.
type jsonReader struct {
	dec    *json.Decoder
	budget *budgetReader
	rs     *records
	out    sink
	items  int
}

func readJSON(ctx context.Context, in *input, out sink) error {
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
		_, _, err = j.array()
		return err
	case json.Delim('{'):
		object, streamed, err := j.object(0)
		if err != nil || streamed {
			return err
		}
		return j.article(object, true)
	}
	return errors.New("the JSON holds no object or list of objects")
}

// array reads the rest of an array whose bracket is read. It gives the
// elements that are no objects, and whether there were objects.
func (j *jsonReader) array() (rest []any, streamed bool, err error) {
	for j.dec.More() {
		j.refill()
		var v any
		if err := j.dec.Decode(&v); err != nil {
			return rest, streamed, unexpectedEnd(err)
		}
		if object, ok := v.(map[string]any); ok {
			streamed = true
			if err := j.article(object, false); err != nil {
				return rest, streamed, err
			}
		} else if len(rest) < maxNamesKnown {
			rest = append(rest, v)
		}
	}
	_, err = j.dec.Token()
	return rest, streamed, unexpectedEnd(err)
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// object reads the rest of an object whose brace is read. Where it wraps a
// list of articles, they are handed out and streamed is true; else the
// object itself may be the article.
func (j *jsonReader) object(depth int) (object map[string]any, streamed bool, err error) {
	object = map[string]any{}
	for j.dec.More() {
		t, err := j.dec.Token()
		if err != nil {
			return object, streamed, unexpectedEnd(err)
		}
		name, _ := t.(string)
		v, some, err := j.member(name, object, depth)
		if err != nil {
			return object, streamed, err
		}
		if streamed = streamed || some; !streamed {
			object[name] = v
		}
	}
	_, err = j.dec.Token()
	return object, streamed, unexpectedEnd(err)
}

// member reads the value of one member of an object, streaming it where it
// is a list of articles.
func (j *jsonReader) member(name string, object map[string]any, depth int) (v any, streamed bool, err error) {
	if depth >= maxWrapping || !slices.Contains(wrappers, foldName(name)) || hasArticleText(object) {
		return v, false, unexpectedEnd(j.dec.Decode(&v))
	}
	t, err := j.dec.Token()
	if err != nil {
		return nil, false, unexpectedEnd(err)
	}
	switch t {
	case json.Delim('['):
		return j.wrappedArray()
	case json.Delim('{'):
		return j.wrappedObject(depth)
	}
	return t, false, nil
}

func (j *jsonReader) wrappedArray() (any, bool, error) {
	rest, streamed, err := j.array()
	return rest, streamed, err
}

func (j *jsonReader) wrappedObject(depth int) (any, bool, error) {
	object, streamed, err := j.object(depth + 1)
	if err != nil || streamed || !hasArticleText(object) {
		return object, streamed, err
	}
	return nil, true, j.article(object, false)
}

// hasArticleText reports whether an object is an article of its own, so that
// a list inside it is not a list of articles.
func hasArticleText(object map[string]any) bool {
	for name := range object {
		if sp := spelled()[foldName(name)]; sp.field == "text" && hasValue(object[name]) {
			return true
		}
	}
	return false
}

// article hands out one object. Search engines put the article itself under
// _source.
func (j *jsonReader) article(object map[string]any, whole bool) error {
	j.items++
	member := fmt.Sprintf("item %d", j.items)
	if whole && j.items == 1 {
		member = ""
	}
	if inner, ok := object["_source"].(map[string]any); ok {
		if _, ok := inner["id"]; !ok {
			inner["id"] = object["_id"]
		}
		object = inner
	}
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
