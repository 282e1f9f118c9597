package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// jsonlFormat is JSON Lines: one object a line.
var jsonlFormat = &format{
	name:    "jsonl",
	version: 2,
	strings: true,
	claims:  claimedBy(looksLikeJSONL, "jsonl", "ndjson", "jsonlines", "ldjson"),
	read:    readJSONL,
}

// looksLikeJSONL wants an object alone in the first line and the beginning of one
// in another, or the beginning of an object there and objects alone in all the
// lines behind it: one line may be damaged.
func looksLikeJSONL(head []byte) bool {
	line, rest, _ := bytes.Cut(head, []byte("\n"))
	rest = bytes.TrimSpace(rest)
	if !beginsObject(line) || len(rest) == 0 {
		return false
	}
	lines := bytes.Split(rest, []byte("\n"))
	if json.Valid(line) {
		return slices.ContainsFunc(lines, beginsObject)
	}
	whole := lines[:len(lines)-1] // the head may cut the last one
	return beginsObject(lines[len(lines)-1]) &&
		!slices.ContainsFunc(whole, func(line []byte) bool { return !beginsObject(line) || !json.Valid(line) })
}

func beginsObject(line []byte) bool { return bytes.HasPrefix(line, []byte("{")) }

func readJSONL(ctx context.Context, in *input, out sink) error {
	in.inUTF8()
	rs := newRecords("field", in.fields)
	for n := 1; ; n++ {
		line, err := readLine(in.r)
		if err != nil && !errors.Is(err, errBudget) {
			if err == io.EOF {
				return rs.missing()
			}
			return err
		}
		if err == nil {
			err = rs.line(line, n, out)
		}
		var fault *faultyRecord
		if errors.Is(err, errBudget) {
			out.failed(fmt.Sprintf("line %d", n), err)
		} else if errors.As(err, &fault) {
			out.failed(fault.member, fault.reason)
		} else if err != nil {
			return err
		}
	}
}

// faultyRecord is a record that gives no article, while its neighbours may.
type faultyRecord struct {
	member string
	reason error
}

func (e *faultyRecord) Error() string { return e.member + ": " + e.reason.Error() }

func (rs *records) line(line []byte, n int, out sink) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	member := "line " + strconv.Itoa(n)
	vals, err := rs.values(line, n)
	if err != nil {
		return &faultyRecord{member, err}
	}
	a, err := rs.article(vals, member, n)
	if err != nil {
		return &faultyRecord{a.Member, err}
	}
	return out.article(a)
}

// values gives the fields of a line that holds an object; they are good until
// the next one.
func (rs *records) values(line []byte, n int) ([]value, error) {
	vals, ok := rs.flat.object(rs.vals[:0], line, n)
	if rs.vals = vals; ok {
		return vals, nil
	}
	v, err := parseJSON([]byte(decode(line)))
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	return values(object, n), nil
}

// readLine gives the next line without its end, good until the next reading.
// A line beyond maxRecord is read past and gives errBudget.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		part, err := r.ReadSlice('\n')
		if err == nil && line == nil && !tooLong {
			return bytes.TrimRight(part, "\r\n"), nil
		}
		if len(line)+len(part) > maxRecord {
			tooLong, line = true, nil
		}
		if !tooLong {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && (len(line) > 0 || tooLong):
		case err != nil:
			return nil, err
		}
		if tooLong {
			return nil, errBudget
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
}
