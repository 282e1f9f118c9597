package store

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Every day from the year 0 to 9999 is in the month that package time says.
func TestMonthOf(t *testing.T) {
	day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for packed := uint32(1); day.Year() < 10000; packed++ {
		want := uint32(day.Year()*12 + int(day.Month()) - 1)
		if got := monthOf(packed); got != want {
			t.Fatalf("%s: month %d, want %d", day.Format(time.DateOnly), got, want)
		}
		if n := packDay(dayNumber(day)); n != packed {
			t.Fatalf("%s is packed as %d, want %d", day.Format(time.DateOnly), n, packed)
		}
		day = day.AddDate(0, 0, 1)
	}
	if packDay(firstDay-1) != noDay || packDay(-1<<62) != noDay || packDay(lastDay+1) != packDay(1<<62) {
		t.Error("days out of range")
	}
}

// randomDate gives dates that lie close together, of every form.
func randomDate(r *rand.Rand) string {
	iso := []string{"2021-12-31", "2022-01-01", "2022-01-02", "2022-01-31", "2022-02-01", "0000-01-01", "9999-12-31"}[r.IntN(7)]
	switch r.IntN(5) {
	case 0:
		return iso[:4]
	case 1:
		return iso[:7]
	case 2:
		return iso
	}
	iso += []string{"T00:00", "T00:01", "T23:59"}[r.IntN(3)]
	if r.IntN(2) == 0 {
		iso += []string{":00", ":01", ":59"}[r.IntN(3)]
		if r.IntN(4) == 0 {
			return iso + []string{".5Z", ".25+02:00"}[r.IntN(2)]
		}
	}
	return iso + []string{"", "Z", "+00:00", "+02:00", "-05:00"}[r.IntN(5)]
}

// Packed dates sort as their first days and texts do, and are the same only
// where the texts are or where tellsAll is false.
func TestPackedDatesSortAsText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		a, err := ParseDate(randomDate(r))
		if err != nil {
			if a.iso == "" {
				continue // a form that no date has
			}
			t.Fatal(err)
		}
		b, err := ParseDate(randomDate(r))
		if err != nil {
			continue
		}
		dayA, precisionA := a.packed()
		dayB, precisionB := b.packed()
		if dayA != dayB {
			if (dayA < dayB) != (a.First() < b.First()) {
				t.Fatalf("%s and %s: days %d and %d", a, b, dayA, dayB)
			}
			continue
		}
		want := strings.Compare(a.iso, b.iso)
		got := int(precisionA) - int(precisionB)
		if got == 0 && want != 0 && tellsAll(precisionA) || got != 0 && (got < 0) != (want < 0) {
			t.Fatalf("%s is packed as %d, %s as %d", a, precisionA, b, precisionB)
		}
	}
}
