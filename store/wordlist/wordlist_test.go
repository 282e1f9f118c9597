package wordlist

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/text"
)

// packed packs entries and gives the blocks.
func packed(t testing.TB, size int, entries []Entry) (blocks [][]byte) {
	t.Helper()
	p := Packer{Size: size, Put: func(first string, data []byte) error {
		blocks = append(blocks, data)
		return nil
	}}
	for _, e := range entries {
		if err := p.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	return blocks
}

// unpacked reads blocks, and checks what the reader says of shared parts.
func unpacked(t testing.TB, blocks [][]byte) (entries []Entry) {
	t.Helper()
	var r Reader
	for _, b := range blocks {
		last := ""
		for r.Reset(b); r.Next(); last = string(r.Key) {
			if !strings.HasPrefix(last, string(r.Key[:r.Shared])) {
				t.Fatalf("%q shares no %d bytes with %q", r.Key, r.Shared, last)
			}
			entries = append(entries, r.Entry())
		}
		if r.Err() != nil {
			t.Fatal(r.Err())
		}
	}
	return entries
}

func TestBlocksHoldWhatWasPacked(t *testing.T) {
	var entries []Entry
	for i := range 5000 {
		e := Entry{Key: fmt.Sprintf("w%d", i*i), Cases: text.Cases(i % 32)}
		if i%7 == 0 {
			e.Form = fmt.Sprintf("Ŵ%d", i*i)
		}
		if i%11 == 0 {
			e.Key = "киев" + e.Key
		}
		entries = append(entries, e)
	}
	entries = append(entries, Entry{Key: "кий", Form: strings.Repeat("х", 300)}, Entry{Key: "кио"})
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	for _, size := range []int{1, 100, 4000, 1 << 20} {
		blocks := packed(t, size, entries)
		if diff := cmp.Diff(entries, unpacked(t, blocks)); diff != "" {
			t.Fatalf("size %d: %s", size, diff)
		}
		if size == 4000 && len(blocks) < 5 {
			t.Errorf("%d blocks", len(blocks))
		}
	}
}

func TestWrittenForms(t *testing.T) {
	for _, c := range []struct {
		surface, form string
		cases         text.Cases
		kept          string
	}{
		{"kyiv", "Kyiv", text.Capitalised, ""},
		{"lukaszenka", "Łukaszenka", text.Capitalised, "Łukaszenka"},
		{"mcdonald", "McDonald", text.Initial, "McDonald"},
		{"nato", "NATO", text.Capitals, ""},
		{"uber", "über", text.Lower, "über"},
		{"word", "word", text.Lower, ""},
		{"зеленськии", "Зеленський", text.Capitalised, "Зеленський"},
	} {
		if kept := FormOf(c.surface, c.form, c.cases); kept != c.kept {
			t.Errorf("%s: %q is kept, want %q", c.form, kept, c.kept)
		} else if w := Written(c.surface, kept, c.cases); w != c.form {
			t.Errorf("%s is written %q", c.form, w)
		}
	}
	inside := Entry{"lukaszenka", "Łukaszenka", text.Capitalised}
	shouted := Entry{"lukaszenka", "ŁUKASZENKA", text.Capitals}
	for _, e := range []Entry{Joined(inside, shouted), Joined(shouted, inside)} {
		if e.Form != "Łukaszenka" || e.Cases != text.Capitalised|text.Capitals {
			t.Errorf("joined: %+v", e)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, b := range packed(f, 40, []Entry{{"aa", "", 1}, {"ab", "Äb", 4}, {"киев", "", 4}, {"кий", "", 1}}) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		var r Reader
		n := 0
		for r.Reset(block); r.Next(); n++ {
			if len(r.Key) > maxEntry || r.Shared > len(r.Key) {
				t.Fatalf("a key of %d bytes, %d shared", len(r.Key), r.Shared)
			}
			r.Entry()
		}
		if n > len(block) {
			t.Fatalf("%d entries in %d bytes", n, len(block))
		}
	})
}
