package store

import (
	"fmt"
	"strings"
	"time"
)

// Date is a point in time kept only as precisely as it is known: a year, a
// month, a day, or a time of day with or without its zone. The zero Date is
// no date at all.
type Date struct {
	iso string
}

// The forms of ISO 8601 that a Date takes, the coarsest first.
var dateLayouts = []string{
	"2006",
	"2006-01",
	"2006-01-02",
	"2006-01-02T15:04",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05Z07:00",
}

// ParseDate reads a date in ISO 8601: 2022, 2022-05, 2022-05-07,
// 2022-05-07T15:04, 2022-05-07T15:04:05Z, 2022-05-07T15:04:05+02:00.
func ParseDate(iso string) (Date, error) {
	for _, layout := range dateLayouts {
		if _, err := time.Parse(layout, iso); err == nil {
			return Date{iso}, nil
		}
	}
	return Date{}, fmt.Errorf("%q is not a date such as 2022, 2022-05 or 2022-05-07", iso)
}

// String gives the date in ISO 8601, as precise as it is known; "" if zero.
func (d Date) String() string { return d.iso }

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d.iso == "" }

// Day gives the date without its time of day: at most yyyy-mm-dd.
func (d Date) Day() string { return d.iso[:min(len(d.iso), len("2006-01-02"))] }

// First and Last give the first and the last day that the date can mean, as
// days since 1970-01-01 in the calendar of the place that wrote it. Both are
// the same for a date known to the day. They mean nothing for a zero Date.
func (d Date) First() int {
	return dayNumber(d.start())
}

// Last is described at First.
func (d Date) Last() int {
	start := d.start()
	switch strings.Count(d.Day(), "-") {
	case 0:
		return dayNumber(start.AddDate(1, 0, -1))
	case 1:
		return dayNumber(start.AddDate(0, 1, -1))
	}
	return dayNumber(start)
}

func (d Date) start() time.Time {
	day := d.Day()
	t, err := time.Parse(dateLayouts[strings.Count(day, "-")], day)
	if err != nil {
		return time.Time{}
	}
	return t
}

func dayNumber(t time.Time) int {
	const secondsPerDay = 24 * 60 * 60
	s := t.Unix()
	if s < 0 && s%secondsPerDay != 0 {
		return int(s/secondsPerDay) - 1
	}
	return int(s / secondsPerDay)
}
