package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestDamage spoils bytes of an archive, one at a time, and cuts it off. What
// comes of it is refused, found by a deep check, or harms nothing. Reading and
// searching what is left never crashes.
//
// DAMAGES says how many places are spoilt.
func TestDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	places := 150
	if n, err := strconv.Atoi(os.Getenv("DAMAGES")); err == nil {
		places = n
	}
	dice := rand.New(rand.NewPCG(7, 11))
	file := manyKinds(t)
	path := filepath.Join(t.TempDir(), "a.db")
	write := func(b []byte) {
		if err := errors.Join(removeArchive(path), os.WriteFile(path, b, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	write(file)
	before := said(t, path)
	counts := make(map[string]int)
	for n := range places {
		spoilt, how := spoil(file, dice, n)
		write(spoilt)
		use(t, path, how)
		write(spoilt)
		found, err := Inspect(t.Context(), path, Inspection{Schema: schemaSQL(t), Deep: true})
		var worded *Error
		switch {
		case errors.As(err, &worded):
			counts["refused"]++
			continue
		case err != nil:
			t.Fatalf("%s: %v", how, err)
		case len(found.Problems) > 0:
			counts["found"]++
			continue
		}
		if now := said(t, path); now != before {
			t.Errorf("%s: what the archive says has changed unseen\n%s\n%s", how, before, now)
		}
		counts["harmless"]++
	}
	t.Logf("%d places spoilt: %v", places, counts)
}

// manyKinds gives the file of an archive that has something of everything.
func manyKinds(t testing.TB) []byte {
	t.Helper()
	a := newArchive(t)
	for n := range 60 {
		art := article(fmt.Sprint("Headline of number ", n), strings.Repeat(fmt.Sprintf("Some words of Kyiv and number%d. ", n), 20+n))
		art.Source = Field{Value: fmt.Sprint("Outlet ", n%7), Rule: "front matter source"}
		art.Byline = Field{Value: fmt.Sprint("Author ", n%11), Rule: "front matter author"}
		art.Published, art.PublishedBy = Date{fmt.Sprintf("2022-05-%02d", 1+n%28)}, Field{Value: "May 2022", Rule: "front matter date"}
		art.URL, art.Tags = fmt.Sprint("https://example.org/", n), []string{"grain", fmt.Sprint("tag", n%5)}
		art.Cites = []Citation{{Outlet: "Reuters", Rule: "told OUTLET", Phrase: "told Reuters"}}
		put(t, a, fmt.Sprint("/x/", n), art)
	}
	sound(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(a.path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// spoil changes a byte, or cuts off the end.
func spoil(file []byte, dice *rand.Rand, n int) (spoilt []byte, how string) {
	at := dice.IntN(len(file))
	if n%10 == 9 {
		return file[:at], fmt.Sprintf("cut off at %d", at)
	}
	spoilt = bytes.Clone(file)
	for n%2 == 0 && spoilt[at] == 0 { // half of the file is empty; spoil what is not
		at = dice.IntN(len(file))
	}
	spoilt[at] ^= byte(1 + dice.IntN(255))
	return spoilt, fmt.Sprintf("byte %d from %#x to %#x", at, file[at], spoilt[at])
}

// said gives all that an archive says of its articles and searches.
func said(t *testing.T, path string) string {
	t.Helper()
	db, err := openToInspect(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all strings.Builder
	for _, table := range slices.Concat(summed, []string{"languages", "types", "meta"}) {
		if err := writeRows(t.Context(), &all, db, table); err != nil {
			fmt.Fprintln(&all, err)
		}
	}
	return all.String()
}

func writeRows(ctx context.Context, to io.Writer, db *sql.DB, table string) error {
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fmt.Fprintf(to, "%s: %q\n", table, row)
	}
	return rows.Err()
}

// use searches and reads a damaged archive. Errors are in words.
func use(t *testing.T, path, how string) {
	t.Helper()
	a, err := Open(t.Context(), path)
	if err == nil {
		defer a.Close()
		err = errors.Join(useView(t.Context(), a), useArticles(t.Context(), a))
	}
	var worded *Error
	if err != nil && !errors.As(err, &worded) && !errors.Is(err, ErrNotFound) {
		t.Errorf("%s: error without words: %v", how, err)
	}
}

func useView(ctx context.Context, a *Archive) error {
	v, err := a.View(ctx)
	if err != nil {
		return err
	}
	_, _, err = v.Find(ctx, Search{Where: word("kyiv"), Score: []Node{word("kyiv")}, Order: ByScore, Limit: 10})
	_, _, byDate := v.Find(ctx, Search{Where: word("number7"), Order: ByDate, Limit: 10})
	_, facets := v.Facets(ctx, All{}, []Facet{FacetType, FacetCites}, 3)
	return errors.Join(err, byDate, facets, v.Close())
}

func useArticles(ctx context.Context, a *Archive) (err error) {
	for id := int64(1); id <= 60; id += 7 {
		_, failed := a.Article(ctx, id)
		err = errors.Join(err, failed)
	}
	return err
}
