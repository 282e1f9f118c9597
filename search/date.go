package search

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/archive/store"
)

// days is a span of days since 1970-01-01, both ends included.
type days struct{ first, last int }

// Bounds for spans that are open on one side.
const (
	dawn = -4_000_000 // about 9000 BC
	dusk = 4_000_000
)

// readDays reads a date of the query language: 2022, 2022-05, 2022-05-07,
// a..b, ..b, a.., today, yesterday, 7d, 3w, 6m, 1y (that long ago until now).
func readDays(s string, now time.Time) (days, error) {
	from, until, isSpan := strings.Cut(s, "..")
	if !isSpan {
		return readPeriod(s, now)
	}
	if from == "" && until == "" {
		return days{}, dateError(s)
	}
	span := days{dawn, dusk}
	if from != "" {
		p, err := readPeriod(from, now)
		if err != nil {
			return days{}, err
		}
		span.first = p.first
	}
	if until != "" {
		p, err := readPeriod(until, now)
		if err != nil {
			return days{}, err
		}
		span.last = p.last
	}
	if span.first > span.last {
		return days{}, fmt.Errorf("%s ends before it begins", s)
	}
	return span, nil
}

func dateError(s string) error {
	return fmt.Errorf("%q is not a date (write 2022, 2022-05, 2022-05-07, 2022-03..2022-06, today, yesterday, 7d, 3w, 6m or 1y)", s)
}

// readPeriod reads a single date, which stands for all the days it can mean.
func readPeriod(s string, now time.Time) (days, error) {
	today := dayOf(now)
	switch strings.ToLower(s) {
	case "today":
		return days{today, today}, nil
	case "yesterday":
		return days{today - 1, today - 1}, nil
	}
	if first, ok := ago(s, now); ok {
		return days{first, today}, nil
	}
	d, err := store.ParseDate(s)
	if err != nil {
		return days{}, dateError(s)
	}
	return days{d.First(), d.Last()}, nil
}

// dayOf gives the day of a time in its own zone.
func dayOf(t time.Time) int {
	d, err := store.ParseDate(t.Format("2006-01-02"))
	if err != nil {
		return 0
	}
	return d.First()
}

// ago reads 7d, 3w, 6m, 1y.
func ago(s string, now time.Time) (day int, ok bool) {
	if len(s) < 2 || len(s) > 6 {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 0 {
		return 0, false
	}
	switch s[len(s)-1] {
	case 'd':
		return dayOf(now.AddDate(0, 0, -n)), true
	case 'w':
		return dayOf(now.AddDate(0, 0, -7*n)), true
	case 'm':
		return dayOf(now.AddDate(0, -n, 0)), true
	case 'y':
		return dayOf(now.AddDate(-n, 0, 0)), true
	}
	return 0, false
}

// addedIn turns days in the zone of now into bounds in UTC.
func addedIn(d days, now time.Time) store.AddedIn {
	bound := func(day int) string {
		midnight := time.Unix(int64(day)*24*60*60, 0).UTC()
		local := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), 0, 0, 0, 0, now.Location())
		return local.UTC().Format(time.RFC3339)
	}
	var in store.AddedIn
	if d.first != dawn {
		in.From = bound(d.first)
	}
	if d.last != dusk {
		in.Until = bound(d.last + 1)
	}
	return in
}
