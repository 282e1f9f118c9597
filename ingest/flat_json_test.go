package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// checkFlat compares the way for flat records with the general one.
func checkFlat(t *testing.T, line string) (flat bool) {
	t.Helper()
	got, flat := new(flatReader).object(nil, []byte(line), 7)
	if !flat {
		return false
	}
	v, err := parseJSON([]byte(line))
	object, ok := v.(map[string]any)
	if err != nil || !ok {
		t.Fatalf("%q is read as an object, and is not one: %v", line, err)
	}
	if diff := cmp.Diff(values(object, 7), got, cmp.AllowUnexported(value{}), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%q (-want +got):\n%s", line, diff)
	}
	return true
}

func TestFlatObjects(t *testing.T) {
	for _, line := range []string{
		`{}`, ` { "b" : "x" , "a" : 1.5e3 } `, `{"a":null,"b":true,"c":false,"d":[],"e":["x",2,null]}`,
		`{"a":"1","b":"2","a":"3"}`, `{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude80ö"}`, `{"\u0061":"x","a":"y"}`, `{"":""}`,
	} {
		if !checkFlat(t, line) {
			t.Errorf("%s is not read", line)
		}
	}
	for _, line := range []string{
		"", "{", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":01}`, `{"a":1.}`, `{"a":-}`, `{"a":"x"} x`, `{"a":"x"}{}`, "{\"a\":\"\x01\"}",
		`{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\ud800"}`, `{"a":"\ud800\u0041"}`, `{"a":"\`, `{"a":"`, `{"a":["x"`, `{"a":[1,]}`, `{"a":tru}`, "{\"a\":\"\xff\"}",
		`{"a":{"b":1}}`, `{"a":[[1]]}`, `[1]`, `"a"`,
	} {
		if _, ok := new(flatReader).object(nil, []byte(line), 7); ok {
			t.Errorf("%s is read", line)
		}
	}
}

func FuzzFlatObject(f *testing.F) {
	for _, line := range []string{`{"title":"a\n\u00e9","n":-1.5e+3,"tags":["x",null,true]}`, `{"a":"\ud83d\ude80\\","a":[]}`, `{ "a" : { } }`, `{"a":1e}`, `{"a":"\u0000"}`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) { checkFlat(t, line) })
}
