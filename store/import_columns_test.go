package store

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What is set in any order, in several batches and with numbers of every
// width, is what is read.
func TestColumnsKeepWhatIsSet(t *testing.T) {
	a := newArchive(t)
	conn, err := a.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := rand.New(rand.NewPCG(1, 10))
	w := newColumnWriter(conn)
	want := make(map[int64]packedArticle)
	for range 3000 {
		id := int64(1 + r.IntN(4)*blockRows + r.IntN(200))
		p := packedArticle{
			length: number(r), source: number(r), byline: number(r), lang: number(r) & 0xff, form: number(r) & 0xffff,
			state: stateCurrent, added: now(),
		}
		for range r.IntN(4) {
			p.outlets = append(p.outlets, number(r)+1)
		}
		if err := w.setArticle(t.Context(), id, p); err != nil {
			t.Fatal(err)
		}
		want[id] = p
		if r.IntN(200) == 0 {
			if err := w.write(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.write(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := viewOf(t, a)
	outlets := newOutletReader(v.block)
	for id := int64(0); id < 5*blockRows; id++ {
		p := want[id]
		for c, n := range map[column]uint32{
			columnLength: p.length, columnSource: p.source, columnByline: p.byline, columnLang: p.lang,
			columnType: p.form, columnState: p.state, columnDay: 0, columnCited: uint32(len(p.outlets)),
		} {
			if got := v.column(c).value(t.Context(), id); got != n {
				t.Fatalf("article %d: value %d is %d, want %d", id, c, got, n)
			}
		}
		outlets.load(t.Context(), id)
		start, end := outlets.of(int(id % blockRows))
		var got []uint32
		for i := start; i < end; i++ {
			got = append(got, outlets.outlets.at(i))
		}
		if !slices.Equal(got, p.outlets) {
			t.Fatalf("article %d cites %v, want %v", id, got, p.outlets)
		}
	}
	if err := v.columnError(); err != nil {
		t.Fatal(err)
	}
}

// number gives numbers of 0 to 4 bytes, few of the long ones.
func number(r *rand.Rand) uint32 {
	if r.IntN(100) > 0 {
		return r.Uint32N(200)
	}
	return r.Uint32() >> (8 * r.IntN(4)) &^ 1
}

// When an article was added stays as it is when the article is set again.
func TestAddedIsSetOnce(t *testing.T) {
	a := newArchive(t)
	conn, err := a.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	w := newColumnWriter(conn)
	for _, added := range []string{"2024-01-02T03:04:05Z", "2025-01-01T00:00:00Z"} {
		if err := w.setArticle(t.Context(), 7, packedArticle{state: stateCurrent, added: added}); err != nil {
			t.Fatal(err)
		}
		if err := w.write(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := viewOf(t, a).column(columnAdded).value(t.Context(), 7); got != packTime("2024-01-02T03:04:05Z") {
		t.Errorf("added at %d", got)
	}
}

// Damaged rows of packed values are read as not known.
func TestDamagedColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 11))
	a := randomArchive(t, r)
	for range 40 {
		for c := columnLength; c < columnEnd; c++ {
			data := make([]byte, r.IntN(5*blockRows)*r.IntN(2))
			for i := range data {
				data[i] = byte(r.Uint32())
			}
			if _, err := a.db.Exec(`INSERT OR REPLACE INTO columns (id, data) VALUES (?, ?)`, blockID(c, 1)+int64(r.IntN(2)), data); err != nil {
				t.Fatal(err)
			}
		}
		v := viewOf(t, a)
		if _, err := v.Facets(t.Context(), randomNode(r, 2), allFacets, 3); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Order{ByScore, ByDate, ByDateDesc, BySource, ByAdded} {
			if _, _, err := v.Find(t.Context(), Search{Where: randomNode(r, 2), Score: []Node{word("w1")}, Order: o, Limit: 5}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.Sources(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
