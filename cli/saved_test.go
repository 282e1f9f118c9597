package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/search"
	"example.com/archive/store"
)

// Every flag that is kept with a search changes what it asks.
func TestSavedFlagsAreHeeded(t *testing.T) {
	now := time.Now()
	plain := search.SavedQuery(store.SavedSearch{Query: "x"}, now)
	for _, o := range append(append(filterOptions(), wordOptions()...), option{name: "any"}) {
		values := []string{"a", "b"}[:min(int(o.kind), 2)] // a switch has none, a text one, a list several
		kept := store.SavedSearch{Query: "x", Flags: map[string][]string{o.name: values}}
		if cmp.Equal(plain, search.SavedQuery(kept, now)) {
			t.Errorf("--%s is kept and not heeded", o.name)
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"grain", "a", "2022", "grain-deal_2.x", "Зерно", "日本", "e\u0301te", strings.Repeat("ж", 64)} {
		if err := checkName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "-x", ".x", "a b", "a:b", "a*", "(a)", "a\"b", "a\nb", "a\x00", "a\u202eb", "a~1", strings.Repeat("ж", 65)} {
		if err := checkName(name); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
}

func TestFlagWords(t *testing.T) {
	flags := map[string][]string{"since": {"2022-03"}, "source": {"BBC", "It's new; rm -rf ~", ""}, "any": {}, "author": {"Гонза"}, "x; reboot": {}}
	want := `--any --author Гонза --since 2022-03 --source BBC --source 'It'\''s new; rm -rf ~' --source '' '--x; reboot'`
	if diff := cmp.Diff(want, flagWords(flags)); diff != "" {
		t.Error(diff)
	}
}

// Shells complete these names, and bash expands them.
func TestSavedNamesForTheShell(t *testing.T) {
	var out bytes.Buffer
	e := testEnv(&out, &out, terminal{})
	if err := e.savedNames([]store.SavedSearch{{Name: "$(reboot)"}, {Name: "`reboot`"}, {Name: "a b"}, {Name: "-x"}, {Name: "grain"}}); err != nil {
		t.Fatal(err)
	}
	e.out.Flush()
	if out.String() != "grain\n" {
		t.Errorf("%q", out.String())
	}
}
