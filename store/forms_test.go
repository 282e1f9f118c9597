package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// surfacesOf gives the folded words of an article, as its language cuts them.
func surfacesOf(a *Article) map[string]bool {
	found := make(map[string]bool)
	analyser := text.NewAnalyser(a.Lang.Value)
	for _, s := range []string{a.Title.Value, a.Text} {
		for t := range analyser.Tokens(s) {
			found[t.Surface] = true
		}
	}
	return found
}

// exactly asks for a word in a form, with a check that counts how often it is
// asked.
func exactly(surface string, looked *int) Exact {
	n := Exact{Surface: surface, Check: func(title, body, lang string) bool {
		*looked++
		return surfacesOf(&Article{Title: Field{Value: title}, Text: body, Lang: Field{Value: lang}})[surface]
	}}
	for _, lang := range []string{"en", "de", "fr", "ru"} {
		for t := range text.NewAnalyser(lang).Tokens(surface) {
			if p := (Phrase{Stems: []string{t.Stem}}); !slices.ContainsFunc(n.Words.Any, func(q Phrase) bool { return q.Stems[0] == t.Stem }) {
				n.Words.Any = append(n.Words.Any, p)
			}
		}
	}
	return n
}

var formWords = strings.Fields(`share shares Shared sharing go going goes went die dying dies sky skies Company companies
	company's Häuser Haus Hauses häuser l'eau l'été été maison maisons война войны войну войной 2007 U.S. 北京 北京大学 well-known know known`)

// formsHold checks that every word is found in just the articles that hold it.
func formsHold(t *testing.T, a *Archive, articles map[int64]*Article) (looked int) {
	t.Helper()
	want := make(map[string][]int64)
	for id, article := range articles {
		for surface := range surfacesOf(article) {
			want[surface] = append(want[surface], id)
		}
	}
	for surface, ids := range want {
		slices.Sort(ids)
		if got := idsWhere(t, a, exactly(surface, &looked)); !slices.Equal(got, ids) {
			t.Errorf("%q is in %v, want %v", surface, got, ids)
		}
	}
	for _, absent := range []string{"shar", "compani", "войн", "absent"} {
		if got := idsWhere(t, a, exactly(absent, &looked)); len(got) > 0 && want[absent] == nil {
			t.Errorf("%q is in %v", absent, got)
		}
	}
	return looked
}

func idsWhere(t *testing.T, a *Archive, where Node) []int64 {
	t.Helper()
	v, err := a.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	found, total, err := v.Find(t.Context(), Search{Where: where})
	if err != nil || total != len(found) {
		t.Fatalf("%v: %d of %d, %v", where, len(found), total, err)
	}
	return idsOf(found)
}

func TestFormsOfArticles(t *testing.T) {
	a := newArchive(t)
	random := rand.New(rand.NewPCG(5, 6))
	articles := make(map[int64]*Article)
	made := func(n int) *Article {
		var words []string
		for range 1 + random.IntN(8) {
			words = append(words, formWords[random.IntN(len(formWords))])
		}
		half := random.IntN(len(words))
		p := article(strings.Join(words[:half], " "), strings.Join(words[half:], " ")+fmt.Sprintf(" n%d", n))
		p.Title.Derived = n%2 == 0
		p.Lang.Value = []string{"en", "de", "fr", "ru"}[random.IntN(4)]
		return p
	}
	for n := range 60 { // imports of their own, so that runs are merged
		p := made(n)
		put(t, a, fmt.Sprintf("/x/%d", n), p)
		articles[int64(n+1)] = p
	}
	if looked := formsHold(t, a, articles); looked > 0 {
		t.Errorf("%d texts were looked at", looked)
	}
	// Languages and derived titles that change leave the article the same.
	for n := range 10 {
		p := *articles[int64(n+1)]
		p.Lang.Value = map[bool]string{true: "de", false: "en"}[p.Lang.Value == "en"]
		if p.Title.Derived {
			p.Title.Value = "sharing skies"
		}
		put(t, a, fmt.Sprintf("/x/%d", n), &p)
	}
	if got := idsWhere(t, a, All{}); len(got) != len(articles) {
		t.Fatalf("%d articles", len(got))
	}
	for id := range articles {
		stored, err := a.Article(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		articles[id] = stored
	}
	if looked := formsHold(t, a, articles); looked == 0 {
		t.Error("no text was looked at")
	}
	if _, err := a.Optimise(t.Context()); err != nil {
		t.Fatal(err)
	}
	formsHold(t, a, articles)
	if _, err := a.db.Exec(`DELETE FROM vocabulary; DELETE FROM meta WHERE key = 'vocabulary'`); err != nil {
		t.Fatal(err)
	}
	a.Close()
	renewed, err := OpenOrCreate(t.Context(), a.path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer renewed.Close()
	if looked := formsHold(t, renewed, articles); looked > 0 {
		t.Errorf("renewed, %d texts were looked at", looked)
	}
}

// A list that is damaged is said to be, not believed.
func TestDamagedForms(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/0", article("", "share shares"))
	if _, err := a.db.Exec(`UPDATE vocabulary SET data = x'ffff' WHERE list = 3`); err != nil {
		t.Fatal(err)
	}
	v, err := a.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	looked := 0
	if _, err := v.Count(t.Context(), exactly("shares", &looked)); !errors.Is(err, wordlist.ErrDamaged) {
		t.Errorf("%v", err)
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add([]byte{1, 2, 3}, []byte{0})
	f.Add(slices.Repeat([]byte{0}, bitmapBytes), slices.Repeat([]byte{1}, 600))
	f.Fuzz(func(t *testing.T, packed, gaps []byte) {
		if n := 0; eachPlace(packed, func(p uint16) {
			if n++; p >= formEntries {
				t.Fatalf("place %d", p)
			}
		}) && n > formEntries {
			t.Fatalf("%d places", n)
		}
		var want, got []uint16
		at := 0
		for _, gap := range gaps {
			if at += int(gap); at >= formEntries {
				break
			}
			want = append(want, uint16(at))
			at++
		}
		if b := packPlaces(want); len(b) > bitmapBytes || !eachPlace(b, func(p uint16) { got = append(got, p) }) || !slices.Equal(got, want) {
			t.Errorf("%v came back as %v", want, got)
		}
	})
}
