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
	if isDay(iso) {
		return Date{iso}, nil
	}
	for _, layout := range dateLayouts {
		// Parse lets an hour of one digit pass, which ISO 8601 does not.
		if _, err := time.Parse(layout, iso); err == nil && (len(iso) < 14 || iso[13] == ':') {
			return Date{iso}, nil
		}
	}
	return Date{}, fmt.Errorf("%q is not a date such as 2022, 2022-05 or 2022-05-07", iso)
}

// isDay reports yyyy-mm-dd for a day that every month has, the commonest form
// of all by far.
func isDay(iso string) bool {
	if len(iso) != len("2006-01-02") || iso[4] != '-' || iso[7] != '-' {
		return false
	}
	for _, i := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if iso[i] < '0' || iso[i] > '9' {
			return false
		}
	}
	month, day := iso[5:7], iso[8:]
	return month >= "01" && month <= "12" && day >= "01" && day <= "28"
}

// String gives the date in ISO 8601, as precise as it is known; "" if zero, and
// for what a stranger's archive holds in the place of one.
func (d Date) String() string {
	for i := range len(d.iso) {
		if c := d.iso[i]; (c < '0' || c > '9') && strings.IndexByte("-:+.,TZ", c) < 0 {
			return ""
		}
	}
	return d.iso
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d.iso == "" }

// Day gives the date without its time of day: at most yyyy-mm-dd.
func (d Date) Day() string {
	day := d.String()
	return day[:min(len(day), len("2006-01-02"))]
}

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
	t, err := time.Parse(dateLayouts[min(strings.Count(day, "-"), 2)], day)
	if err != nil {
		return time.Time{}
	}
	return t
}

const secondsPerDay = 24 * 60 * 60

func dayNumber(t time.Time) int {
	s := t.Unix()
	if s < 0 && s%secondsPerDay != 0 {
		return int(s/secondsPerDay) - 1
	}
	return int(s / secondsPerDay)
}

// Packed dates: the first day that a date can mean, and how precise it is.
// Both are in the table columns, see schema.sql. Dates of the same first day
// sort by the second number as their texts do.
const (
	packedYear = iota + 1
	packedMonth
	packedDay
	packedTime // and above
)

const (
	firstDay = -719528 // 0000-01-01
	lastDay  = 2932896 // 9999-12-31
	noDay    = 0       // packed
)

// packDay numbers the days from 0000-01-01, which is 1; what is earlier gives
// 0, and what is later than 9999 all the same number.
func packDay(day int) uint32 {
	return uint32(min(max(day, firstDay-1), lastDay+1) - firstDay + 1)
}

// packed packs a date; no date gives zeros.
func (d Date) packed() (day, precision uint32) {
	if d.IsZero() {
		return noDay, 0
	}
	return packDay(d.First()), d.precision()
}

// A minute has as many forms: without seconds and bare, with an offset or
// with Z; and each of its seconds bare, with an offset or a fraction, or with Z.
const formsOfMinute = 3 + 3*60

func (d Date) precision() uint32 {
	if len(d.iso) < len("2006-01-02T15:04") {
		return uint32(packedYear + strings.Count(d.iso, "-"))
	}
	minute := twoDigits(d.iso[11:])*60 + twoDigits(d.iso[14:])
	rest := d.iso[16:]
	form := uint32(0)
	switch {
	case rest == "Z":
		form = formsOfMinute - 1
	case len(rest) >= 3 && rest[0] == ':':
		form = 2 + 3*twoDigits(rest[1:]) + zoneForm(rest[3:])
	default:
		form = min(zoneForm(rest), 1)
	}
	return packedTime + minute*formsOfMinute + form
}

// zoneForm sorts what may stand behind a time as text sorts: nothing, an
// offset or a fraction, Z.
func zoneForm(rest string) uint32 {
	switch rest {
	case "":
		return 0
	case "Z":
		return 2
	}
	return 1
}

func twoDigits(s string) uint32 { return uint32(s[0]-'0')*10 + uint32(s[1]-'0') }

// tellsAll reports whether a packed precision leaves no doubt about the text
// of a date: one with an offset or a fraction of a second is not packed whole.
func tellsAll(precision uint32) bool {
	if precision < packedTime {
		return true
	}
	form := (precision - packedTime) % formsOfMinute
	return form == 0 || form == formsOfMinute-1 || form >= 2 && (form-2)%3 != 1
}

// monthOf gives the month of a packed day, as 12 * year + month - 1. The
// method is that of Howard Hinnant, "chrono-compatible low-level date
// algorithms": years begin in March, so that February is their last month.
func monthOf(day uint32) uint32 {
	const (
		daysBeforeMarch = 60 // of the year 0, a leap year
		daysOfEra       = 146097
	)
	if day <= daysBeforeMarch {
		return (day - 1) / 31
	}
	z := day - 1 - daysBeforeMarch
	era, ofEra := z/daysOfEra, z%daysOfEra
	year := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/(daysOfEra-1)) / 365
	ofYear := ofEra - (365*year + year/4 - year/100)
	return (era*400+year)*12 + (5*ofYear+2)/153 + 2
}
